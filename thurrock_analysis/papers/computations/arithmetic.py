"""Computations that come to a number."""

from fractions import Fraction

from thurrock_analysis.papers.computations.registry import Result, computation, number
from thurrock_analysis.papers.figures import Figure

PER = 10_000
MONTHS = 12


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
def percent_change(now: Figure, before: Figure) -> Result:
    """Return by how much of the earlier figure the later one is above it, in per cent."""
    value = 100 * (now.value - before.value) / before.value
    return Result(
        value, f"100 × ({now.dated} − {before.dated}) / {before.text} = {number(value)} per cent"
    )


@computation()
def share(part: Figure, whole: Figure, **more: Figure) -> Result:
    """Return a part, or several together, in per cent of the whole."""
    parts = [part, *more.values()]
    value = 100 * sum(each.value for each in parts) / whole.value
    texts = " + ".join(each.text for each in parts)
    texts = f"({texts})" if more else texts
    return Result(value, f"100 × {texts} / {whole.text} = {number(value)} per cent")


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
def counted(rows: Figure) -> Result:
    """Return how many rows of a table of the documents there are."""
    return Result(rows.value, f"counted: {rows.text}")


@computation()
def outturn(figure: Figure) -> Result:
    """Return the figure that was published in the end."""
    return Result(figure.value, f"{figure.dated} was published")


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
