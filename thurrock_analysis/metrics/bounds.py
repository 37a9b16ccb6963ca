"""What is known of hidden counts that add up, with printed ones, to a printed total."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

Bounds = tuple[float, float]
SMALL = 5
"""Publishers hide counts up to this: what can be subtracted from what is printed is not told."""


def intervals(parts: Sequence[float], total: float) -> list[Bounds]:
    """Return the least and the most that each part of a total can be.

    Parameters
    ----------
    parts : sequence of float
        Counts that make up the total; NaN where one is hidden. That a symbol hides counts of 1
        to 5 tells nothing of one part: others, zeros among them, are hidden to protect it.
    total : float
        Their sum, which is printed; NaN where it is not.

    Returns
    -------
    list of (float, float)
        A printed part twice; of a hidden one the bounds. One hidden alone is the remainder; a
        remainder up to five is told as five at the most, so that nothing small is disclosed.

    Examples
    --------
    >>> nan = float("nan")
    >>> intervals([101, nan, nan, 10], 124), intervals([101, nan], 124)
    ([(101.0, 101.0), (0.0, 13.0), (0.0, 13.0), (10.0, 10.0)], [(101.0, 101.0), (23.0, 23.0)])
    >>> intervals([101, nan], 103)
    [(101.0, 101.0), (0.0, 5.0)]
    """
    rest = float(np.maximum(total - np.nansum(parts), 0)) if pd.notna(total) else np.inf
    alone = np.isnan(parts).sum() == 1 and np.isfinite(rest)
    hidden = (rest if alone and rest > SMALL else 0.0, float(max(rest, SMALL)))
    return [hidden if np.isnan(part) else (float(part), float(part)) for part in parts]


def of_sum(parts: Sequence[float], total: float, chosen: Sequence[bool]) -> Bounds:
    """Return the least and the most that some parts of a total can be together.

    Examples
    --------
    >>> nan = float("nan")
    >>> of_sum([nan, nan, 4, 10], 24, [True, True, True, False])
    (14.0, 14.0)
    """
    among = np.asarray(chosen, dtype=bool)
    counts = np.where(among, 0.0, np.asarray(parts, dtype=float))
    told = np.nansum(np.where(among, parts, 0.0))
    hidden = [*counts[~among]] + [np.nan] * int(np.isnan(parts)[among].sum() > 0)
    if not np.isnan(parts)[among].any():
        return float(told), float(told)
    low, high = intervals(hidden, total - told)[-1]
    return float(told + low), float(told + high)
