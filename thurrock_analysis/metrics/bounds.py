"""What is known of hidden counts: the linear programme over printed counts and how they add up."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Bounds = tuple[float, float]
SMALL = 5
"""Publishers hide counts up to this: what can be subtracted from what is printed is not told."""
NOISE = 1e-6
AT_ODDS = 2
UNKNOWN: Bounds = (0.0, float("inf"))
"""What a hidden count can be, by itself: that a symbol hides counts of 1 to 5 tells nothing of one,
since others, zeros among them, are hidden to protect it."""


class Sum(NamedTuple):
    """Cells that make up another, or are a part of it where they need not be all of it."""

    whole: int
    parts: tuple[int, ...]
    exact: bool


def of_sum(cells: Sequence[Bounds], sums: Sequence[Sum], chosen: Sequence[int]) -> Bounds | None:
    """Return the least and the most that some cells can be together.

    Parameters
    ----------
    cells : sequence of (float, float)
        What each count can be by itself: a printed one twice, or as its rounding allows; a hidden
        one `UNKNOWN`.
    sums : sequence of Sum
        How they hang together.
    chosen : sequence of int
        The places of cells that nobody is in two of.

    Returns
    -------
    float, float
        None where the sums are at odds with each other.

    Examples
    --------
    >>> cells = [(124.0, 124.0), (101.0, 101.0), UNKNOWN, UNKNOWN, (10.0, 10.0)]
    >>> of_sum(cells, [Sum(0, (1, 2, 3, 4), exact=True)], [2])
    (0.0, 13.0)
    >>> of_sum(cells, [Sum(0, (1, 2, 3, 4), exact=True)], [2, 3])
    (13.0, 13.0)
    """
    from scipy.optimize import linprog  # takes a while, and most reports do not need it

    alone = [sum(cells[one][side] for one in chosen) for side in (0, 1)]
    if alone[0] == alone[1] or not sums:
        return float(alone[0]), float(alone[1])
    rows = np.zeros((len(sums), len(cells)))
    for place, one in enumerate(sums):
        rows[place, list(one.parts)] = 1
        rows[place, one.whole] -= 1
    exact = np.array([one.exact for one in sums])
    aim = np.zeros(len(cells))
    aim[list(chosen)] = 1
    same, part = rows[exact], rows[~exact]
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * aim, A_ub=part, b_ub=np.zeros(len(part)), A_eq=same, b_eq=np.zeros(len(same)),
            bounds=cells,
        )  # fmt: skip
        if found.status == AT_ODDS:
            return None
        ends.append(float(round(sign * found.fun, 6)) if found.success else float(sign * -np.inf))
    return ends[0], ends[1]


def guarded(known: Bounds, printed: float, whole: float, others: float) -> Bounds:
    """Widen bounds from which a small hidden count could be subtracted.

    Parameters
    ----------
    known : (float, float)
        The bounds of a sum of which a part is hidden.
    printed : float
        What of it is printed.
    whole, others : float
        What it is of, and what of the rest is printed; NaN where none of the rest is hidden.

    Examples
    --------
    >>> nan = float("nan")
    >>> guarded((2.0, 2.0), 0.0, 103.0, nan), guarded((27.0, 27.0), 0.0, 30.0, 0.0)
    ((0.0, 5.0), (25.0, 30.0))
    """
    low, high = known
    if high - printed <= SMALL + NOISE:
        return printed, printed + SMALL
    rest = whole - others
    if rest - low <= SMALL + NOISE:
        return max(printed, rest - SMALL), rest
    return low, high
