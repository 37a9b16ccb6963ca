"""What an average over several years says and hides."""

from collections.abc import Sequence

import numpy as np

SPAN = 3
"""Years that an average is over."""


def single_years(
    means: Sequence[float], counts: Sequence[float], limits: Sequence[tuple[float, float]] = ()
) -> list[tuple[float, float]]:
    """Return the least and the most that printed three-year averages allow the mean of each year.

    Each average is a year after the one before; counts are children, two more than averages;
    limits are assumed of the means of the first years. Days are whole, so that whole days reach
    the bounds of the linear programme. ValueError: no days of these children give these averages.
    """
    from scipy.optimize import linprog  # takes a while, and most reports do not need it

    children = np.asarray(counts, dtype=float)
    rows = np.tri(len(counts), len(means)).T - np.tri(len(counts), len(means), -SPAN).T
    averaged, printed = rows @ children, np.asarray(means)
    least = np.ceil((printed - 0.5) * averaged)
    most = np.ceil((printed + 0.5) * averaged) - 1  # a half is rounded up
    assumed = [*limits, *[(0.0, np.inf)] * (len(counts) - len(limits))]
    within = [
        (np.ceil(low * n), np.floor(high * n)) if n else (0.0, 0.0)
        for (low, high), n in zip(assumed, children, strict=True)
    ]
    ends = np.full((len(counts), 2), np.nan)
    for year, side in np.ndindex(ends.shape):
        aim = np.eye(len(counts))[year] * (1 - 2 * side)
        found = linprog(aim, np.vstack([rows, -rows]), [*most, *-least], bounds=within)
        if not found.success:
            raise ValueError(found.message)
        if children[year]:
            ends[year, side] = found.x[year] / children[year]
    return [(float(low), float(high)) for low, high in ends]


def with_waiting(done: list[float], waiting: list[float]) -> tuple[float, float]:
    """Average the children who have arrived, and at least what all take who set out.

    Parameters
    ----------
    done : list of float
        Days that children took who were adopted.
    waiting : list of float
        Days that children have waited so far who are not.

    Returns
    -------
    adopted_only, all_at_least : float, float
        The mean of those adopted, and the mean of all with the days so far of those who wait:
        the true mean of all can only be larger.

    Examples
    --------
    >>> with_waiting([300, 400], [900])
    (350.0, 533.3333333333334)
    """
    return sum(done) / len(done), sum(done + waiting) / len(done + waiting)
