"""The arithmetic behind claims: small functions over figures, each with its working in words."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from thurrock_analysis import words
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.papers.figures import Field, Figure
from thurrock_analysis.record import areas

PER = 10_000
MONTHS = 12
DECIMALS = 1
CHANCE = Fraction("1.96")
"""Standard errors that chance alone does not exceed, at five per cent."""
WITHIN = "within chance"
GOOD = ("Outstanding", "Good")
"""Grades that every framework puts first and second."""


@dataclass(frozen=True)
class Result:
    """A number, or the word for a relation, and how a reader works it out by hand."""

    value: Fraction | str
    working: str


def number(value: Fraction, decimals: int = DECIMALS) -> str:
    """Write a number with as many decimals at most, none where they are noughts.

    >>> number(Fraction(245, 336) * 100), number(Fraction(-27)), number(Fraction(11, 5), 2)
    ('72.9', '−27', '2.2')
    """
    text = words.number(float(value), decimals).replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Computation(NamedTuple):
    """A computation as a claim names it."""

    function: Callable[..., Result]
    needed: frozenset[str]
    """The roles it needs."""
    more: bool
    """Whether it takes further figures under names of one's own."""
    mixed: bool
    """Whether its figures are of different units by their nature."""


COMPUTATIONS: dict[str, Computation] = {}
"""Every computation by its name."""


def computation(*, mixed: bool = False) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a function as a computation that a claim can name."""

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        roles = inspect.signature(function).parameters.values()
        needed = frozenset(role.name for role in roles if role.kind is not role.VAR_KEYWORD)
        COMPUTATIONS[function.__name__] = Computation(
            function, needed, len(needed) < len(roles), mixed
        )
        return function

    return register


@computation()
def difference(now: Figure, before: Figure) -> Result:
    """Subtract the earlier figure from the later one."""
    value = now.value - before.value
    return Result(value, f"{now.dated} − {before.dated} = {number(value, 2)}")


@computation()
def multiple(now: Figure, before: Figure) -> Result:
    """Return how many times the earlier figure the later one is."""
    value = now.value / before.value
    return Result(value, f"{now.dated} / {before.dated} = {number(value, 2)}")


@computation()
def share(part: Figure, whole: Figure) -> Result:
    """Return a part in per cent of its whole."""
    value = 100 * part.value / whole.value
    return Result(value, f"100 × {part.text} / {whole.text} = {number(value)} per cent")


@computation(mixed=True)
def rate(count: Figure, population: Figure) -> Result:
    """Return a count per 10,000 of a population."""
    value = PER * count.value / population.value
    return Result(value, f"10,000 × {count.text} / {population.text} = {number(value)}")


@computation()
def total(**parts: Figure) -> Result:
    """Add figures."""
    value = sum((part.value for part in parts.values()), Fraction(0))
    return Result(value, f"{' + '.join(p.text for p in parts.values())} = {number(value)}")


@computation()
def share_without(without: Figure, whole: Figure) -> Result:
    """Return what is left of a whole, in per cent of it."""
    value = 100 * (whole.value - without.value) / whole.value
    return Result(
        value, f"100 × ({whole.text} − {without.text}) / {whole.text} = {number(value)} per cent"
    )


@computation()
def share_of_sum(whole: Figure, **parts: Figure) -> Result:
    """Return several parts together in per cent of their whole."""
    added = sum((part.value for part in parts.values()), Fraction(0))
    value = 100 * added / whole.value
    texts = " + ".join(part.text for part in parts.values())
    return Result(value, f"100 × ({texts}) / {whole.text} = {number(value)} per cent")


@computation(mixed=True)
def possible(percent: Figure, whole: Figure) -> Result:
    """Say whether a whole number of cases gives a printed percentage: ``possible`` or not."""
    cases = round(percent.value * whole.value / 100)
    exact = 100 * Fraction(cases) / whole.value
    decimals = len(percent.text.removesuffix("%").partition(".")[2])
    fits = Fraction(str(half_away(float(exact), decimals))) == percent.value
    return Result(
        "possible" if fits else "impossible",
        f"the nearest whole number, {cases} of {whole.text}, is {number(exact)} per cent",
    )


@computation(mixed=True)
def ceiling(percent: Figure, met: Figure, of: Figure, every: Figure) -> Result:
    """Say whether a year can still reach a percentage after a part of it: ``possible`` or not.

    ``met`` of the first ``of`` cases met the condition; at best all the rest of ``every`` do.
    """
    best = 100 * (every.value - of.value + met.value) / every.value
    return Result(
        "possible" if percent.value <= best else "impossible",
        f"{met.text} of the first {of.text}; had all others of {every.text} met it as well, "
        f"{number(best)} per cent at most",
    )


@computation()
def counted(rows: Figure) -> Result:
    """Return how many rows of a table of the documents there are."""
    return Result(rows.value, f"counted: {rows.text}")


@computation()
def outturn(figure: Figure) -> Result:
    """Return the figure that was published in the end."""
    return Result(figure.value, f"{figure.dated} was published")


@computation()
def direction(now: Figure, before: Figure) -> Result:
    """Say whether a figure rose or fell: ``rise``, ``fall`` or ``unchanged``."""
    change = now.value - before.value
    word = "rise" if change > 0 else "fall" if change < 0 else "unchanged"
    return Result(word, f"{before.dated}, then {now.dated}: {spoken(word, change)}")


def spoken(word: str, change: Fraction) -> str:
    """Say a rise or a fall with its size."""
    return f"a {word} of {number(abs(change), 2)}" if change else word


@computation()
def significant(now: Figure, before: Figure) -> Result:
    """Say whether a count of events moved by more than chance: ``significant rise`` or ``fall``.

    The word is ``within chance`` where the difference of two Poisson counts does not reach 1.96
    standard errors.
    """
    change, both = now.value - before.value, now.value + before.value
    word = beyond_chance(change, change**2 / both)
    return Result(
        word, f"{before.dated}, then {now.dated}: a change of {number(change)}, {by_chance(word)}"
    )


@computation(mixed=True)
def significant_share(
    part_now: Figure, whole_now: Figure, part_before: Figure, whole_before: Figure
) -> Result:
    """Say whether a share moved by more than chance, as `significant` does of a count.

    The test is that of two proportions with their pooled error.
    """
    now, before = part_now.value / whole_now.value, part_before.value / whole_before.value
    pooled = (part_now.value + part_before.value) / (whole_now.value + whole_before.value)
    error = pooled * (1 - pooled) * (1 / whole_now.value + 1 / whole_before.value)
    word = beyond_chance(now - before, (now - before) ** 2 / error)
    return Result(
        word,
        f"{part_before.text} of {whole_before.dated}, then {part_now.text} of {whole_now.dated}: "
        f"{number(100 * before)} per cent, then {number(100 * now)}, {by_chance(word)}",
    )


def beyond_chance(change: Fraction, square: Fraction) -> str:
    """Say whether a change is significant, given the square of how many errors it is."""
    if square < CHANCE**2:
        return WITHIN
    return "significant rise" if change > 0 else "significant fall"


def by_chance(word: str) -> str:
    """Say in a clause what a word of `beyond_chance` means."""
    return "which chance alone can do" if word == WITHIN else "more than chance alone does"


@computation()
def one_share(at_most: Figure, at_least: Figure) -> Result:
    """Say whether two words for a share can be true of one number: ``reconcilable`` or not."""
    fits = at_least.value < at_most.value
    return Result(
        "reconcilable" if fits else "irreconcilable",
        f"{at_most.text} beside {at_least.text}: {'a' if fits else 'no'} share is both",
    )


@computation()
def compare(value: Figure, other: Figure) -> Result:
    """Say where a figure lies beside another: ``above``, ``below`` or ``level``."""
    gap = value.value - other.value
    word = "above" if gap > 0 else "below" if gap < 0 else "level"
    with_ = f"{word} {other.text}" if gap else f"level with {other.text}"
    return Result(word, f"{value.text} is {with_}")


@computation()
def below_all(value: Figure, **others: Figure) -> Result:
    """Say whether a figure is below every one of others: ``below all`` or ``not below all``."""
    above = [other.text for other in others.values() if value.value >= other.value]
    texts = words.listed(other.text for other in others.values())
    return Result("not below all" if above else "below all", f"{value.text}, beside {texts}")


@computation()
def close(value: Figure, other: Figure, by: Figure) -> Result:
    """Say whether a figure is in line with another: ``in line``, ``above`` or ``below``."""
    gap = value.value - other.value
    word = "in line" if abs(gap) <= by.value else "above" if gap > 0 else "below"
    return Result(word, f"{value.text} and {other.text} are {number(abs(gap), 2)} apart")


@computation()
def within(value: Figure, **others: Figure) -> Result:
    """Say where a figure lies beside a range: ``within``, ``above`` or ``below``."""
    low, high = (edge(others.values(), key=lambda f: f.value) for edge in (min, max))
    word = "above" if value.value > high.value else "below" if value.value < low.value else "within"
    return Result(word, f"{value.text} lies {word} {low.text} to {high.text}")


@computation()
def order(first: Figure, second: Figure) -> Result:
    """Say which of two days comes first: ``before``, ``after`` or ``same day``."""
    gap = first.value - second.value
    word = "before" if gap < 0 else "after" if gap > 0 else "same day"
    beside = f"comes {word}" if gap else f"is the {word} as"
    return Result(word, f"{first.text} {beside} {second.text}")


@computation()
def same_way(now: Figure, before: Figure, other_now: Figure, other_before: Figure) -> Result:
    """Say whether two figures moved the same way: ``same way`` or ``opposite ways``."""
    one, two = now.value - before.value, other_now.value - other_before.value
    word = "same way" if one * two > 0 or one == two == 0 else "opposite ways"
    return Result(
        word,
        f"{before.dated}, then {now.dated}, and {other_before.dated}, then {other_now.dated}",
    )


@computation(mixed=True)
def explains(now: Figure, before: Figure, part_now: Figure, part_before: Figure) -> Result:
    """Say whether a part accounts for at least half of the change of its whole.

    The word is ``explains`` or ``does not explain``; what all the rest did is in the working.
    """
    whole, part = now.value - before.value, part_now.value - part_before.value
    word = "explains" if whole and part / whole >= Fraction(1, 2) else "does not explain"
    return Result(
        word,
        f"the whole moved by {number(whole)} ({before.text} to {now.text}), the part by "
        f"{number(part)} ({part_before.text} to {part_now.text}), all the rest by "
        f"{number(whole - part)}",
    )


@computation(mixed=True)
def run_rate(so_far: Figure, months: Figure) -> Result:
    """Return what a count of some months makes in twelve at the same pace."""
    value = so_far.value * MONTHS / months.value
    return Result(value, f"{so_far.text} × 12 / {months.text} = {number(value)}")


@computation(mixed=True)
def rest_needed(so_far: Figure, months: Figure, target: Figure) -> Result:
    """Return the percentage that the rest of a year must reach for the year to meet a target.

    The work is taken as spread evenly over the months.
    """
    rest = MONTHS - months.value
    value = (MONTHS * target.value - months.value * so_far.value) / rest
    return Result(
        value,
        f"(12 × {target.text} − {months.text} × {so_far.text}) / {number(rest)} = {number(value)}",
    )


def nth(ahead: int, end: str, others: int) -> str:
    """Say a place among others and oneself.

    >>> nth(0, "highest", 10), nth(2, "lowest", 10)
    ('highest of 11', '3rd lowest of 11')
    """
    order = f"{words.ordinal(ahead + 1)} " if ahead else ""
    return f"{order}{end} of {others + 1}"


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
        f"{nth(higher, 'highest', len(shared))}",
    )


@computation()
def among_highest(own: Figure, field: Field, percent: Figure) -> Result:
    """Say whether a figure is within a top share of others: ``among the highest`` or not."""
    higher = sum(figure.value > own.value for figure in field.values())
    return within_share(own, higher, "highest", field, percent)


def within_share(own: Figure, ahead: int, end: str, field: Field, percent: Figure) -> Result:
    """Say whether a place lies within a share of all places, one's own included."""
    of = len(field) + 1
    places = percent.value * of / 100
    return Result(
        f"{'' if ahead + 1 <= places else 'not '}among the {end}",
        f"{own.text} is the {nth(ahead, end, len(field))}, and {percent.text} per cent of {of} "
        f"is {number(places)}",
    )


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
