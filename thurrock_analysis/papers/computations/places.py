"""Computations that set an area among others."""

from fractions import Fraction

from thurrock_analysis import words
from thurrock_analysis.papers.computations.registry import Result, computation, number
from thurrock_analysis.papers.computations.relations import within
from thurrock_analysis.papers.figures import Field, Figure
from thurrock_analysis.record import areas

GOOD = ("Outstanding", "Good")
"""Grades that every framework puts first and second."""


@computation()
def place(own: Figure, field: Field) -> Result:
    """Say the place of a figure among others from the nearer end, such as ``2nd lowest of 11``."""
    higher = sum(figure.value > own.value for figure in field.values())
    lower = sum(figure.value < own.value for figure in field.values())
    alike = [""] * (len(field) - higher - lower)
    said = words.place(higher + 1, lower + 1, len(field) + 1, alike).partition(" (")[0]
    return Result(said, f"{own.text} is {said}")


@computation(mixed=True)
def place_by_rate(count: Figure, population: Figure, counts: Field, populations: Field) -> Result:
    """Return the place of an area's count per resident among others, 1 the highest."""
    shared = [area for area in counts if area in populations]
    rates = [counts[area].value / populations[area].value for area in shared]
    mine = count.value / population.value
    higher = sum(rate > mine for rate in rates)
    return Result(
        Fraction(higher + 1),
        f"{count.text} of {population.text} is, as a rate, the "
        f"{nth_highest(higher, len(shared) + 1)}",
    )


@computation()
def among_highest(own: Figure, field: Field, percent: Figure) -> Result:
    """Say whether a figure is within a top share of others: ``among the highest`` or not."""
    higher = sum(figure.value > own.value for figure in field.values())
    of = len(field) + 1
    places = percent.value * of / 100
    return Result(
        f"{'' if higher + 1 <= places else 'not '}among the highest",
        f"{own.text} is the {nth_highest(higher, of)}, and {percent.text} per cent of {of} is "
        f"{number(places)}",
    )


def nth_highest(higher: int, of: int) -> str:
    """Say a place among several.

    Examples
    --------
    >>> nth_highest(0, 11), nth_highest(2, 11)
    ('highest of 11', '3rd highest of 11')
    """
    return f"{words.ordinal(higher + 1)} highest of {of}" if higher else f"highest of {of}"


@computation()
def within_others(own: Figure, field: Field) -> Result:
    """Say where a figure lies beside the range of others: ``within``, ``above`` or ``below``."""
    return within(own, **{f"other{place}": figure for place, figure in enumerate(field.values())})


@computation()
def good_or_better(**grades: Field) -> Result:
    """Count the areas judged good or better on every judgement named."""
    shared = set.intersection(*(set(each) for each in grades.values()))
    found = [area for area in shared if all(each[area].text in GOOD for each in grades.values())]
    names = words.listed(sorted(areas.get(area).name for area in found)) or "none"
    return Result(Fraction(len(found)), f"{len(found)} of {len(shared)}: {names}")
