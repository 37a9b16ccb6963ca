"""A change split exactly along a chain of factors: the logarithmic mean Divisia index, LMDI-I."""

import math
from collections.abc import Sequence

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics.rounding import half_away

NEAR = -0.5
"""Below it ``log1p`` would lose the digits of a number that fell to almost nothing."""


def log_mean(first: float, last: float) -> float:
    """Return the logarithmic mean of two positive numbers.

    Examples
    --------
    >>> round(log_mean(1, math.e), 6) == round(math.e - 1, 6), log_mean(5, 5)
    (True, 5)
    """
    if first == last:
        return first
    apart = (last - first) / first
    return (last - first) / (math.log1p(apart) if apart > NEAR else math.log(last / first))


def parts(first: Sequence[float], last: Sequence[float]) -> list[float]:
    """Split the change of a product into what goes with each factor.

    Parameters
    ----------
    first, last : sequence of float
        The factors in two years, all above zero.

    Returns
    -------
    list of float
        A part a factor, in the unit of the product. They add up to its change, whatever the order
        of the factors; a factor that stands still has none.

    Raises
    ------
    ThurrockError
        A factor is zero, negative or missing: its logarithm is not there.

    References
    ----------
    Ang (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33.

    Examples
    --------
    >>> [round(part, 2) for part in parts([100, 0.5], [80, 0.25])]
    [-7.31, -22.69]
    """
    if not all(factor > 0 for factor in (*first, *last)):
        raise ThurrockError("A change is split along factors above zero; one of these is not.")
    mean = log_mean(math.prod(first), math.prod(last))
    return [mean * math.log(after / before) for before, after in zip(first, last, strict=True)]


def ratios(levels: Sequence[float]) -> list[float]:
    """Return the first of some levels, and each further one over the one before it.

    Examples
    --------
    >>> ratios([100.0, 50.0, 10.0])
    [100.0, 0.5, 0.2]
    """
    pairs = zip(levels[:-1], levels[1:], strict=True)
    return [levels[0], *(after / before for before, after in pairs)]


def mixed(
    first: Sequence[tuple[float, float]], last: Sequence[tuple[float, float]]
) -> tuple[float, float, list[float]]:
    """Split the change of a spend into number, mix of groups and the cost of each group.

    Each group has its number and its spend, in two years.
    """
    totals = [sum(number for number, _ in groups) for groups in (first, last)]
    split = []
    for before, after in zip(first, last, strict=True):
        factors = [
            (total, number / total, spend / number)
            for total, (number, spend) in zip(totals, (before, after), strict=True)
        ]
        split.append(parts(*factors))
    return (
        sum(part[0] for part in split),
        sum(part[1] for part in split),
        [part[2] for part in split],
    )


def whole(sizes: Sequence[float], total: float, decimals: int = 0) -> list[float]:
    """Round parts so that they still add up to a rounded total.

    Each is rounded down, and what is lacking goes to those that lost most.

    Examples
    --------
    >>> whole([1.5, 1.5, -0.9], 2), whole([0.26, 0.26], 0.5, 1)
    ([2.0, 1.0, -1.0], [0.3, 0.2])
    """
    scale = 10**decimals
    down = [math.floor(size * scale) for size in sizes]
    lacking = round(half_away(total, decimals) * scale) - sum(down)
    lost = sorted(range(len(sizes)), key=lambda at: down[at] - sizes[at] * scale)
    for at in lost[:lacking]:
        down[at] += 1
    return [size / scale for size in down]
