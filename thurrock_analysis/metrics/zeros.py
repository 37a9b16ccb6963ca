"""Which printed zeros read like nothing recorded, by what the record has beside them."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

STATUS = "printed as 0, which reads like nothing recorded"


@dataclass(frozen=True)
class Limits:
    """From where a zero is doubted: rows of ``zeros.csv``."""

    years: int
    least: float
    whole: float
    common: float


def unrecorded(rows: pd.DataFrame, england: pd.Series, per: int, limits: Limits) -> pd.Series:
    """Say which zeros of a ratio cannot well be counts of nobody.

    Parameters
    ----------
    rows : DataFrame
        Figures of one ratio for all authorities: area, period_end, value, numerator, denominator.
    england : Series of float
        England's figure by period_end.
    per : int
        Base of the ratio. A zero is held against England only where this is 100: how many there
        are of a population depends on more than size.
    limits : Limits
        Thresholds.

    Returns
    -------
    Series of bool
        True where the area's own nearest figure above 0, at most `Limits.years` away, would have
        given `Limits.least` cases; or, where there is none so near, England's share would have
        given as many of a whole of at least `Limits.whole`. Never where more than `Limits.common`
        per cent of other areas' figures are 0 of which as many cases, or `Limits.least`, would be
        expected.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-03-31", "2023-03-31", "2024-03-31"])
    >>> rows = pd.DataFrame({"area": "a", "period_end": days, "value": [68.0, 0.0, 0.0],
    ...                      "numerator": [269.0, 0.0, 0.0], "denominator": [396.0, 396.0, 7.0]})
    >>> england = pd.Series(82.0, index=days)
    >>> unrecorded(rows, england, 100, Limits(3, 10, 30, 15)).tolist()
    [False, True, False]
    """
    value, whole = (rows[name].to_numpy("float64") for name in ("value", "denominator"))
    expected = whole * rows["period_end"].map(england).to_numpy("float64") / per
    year, area = rows["period_end"].dt.year.to_numpy(), pd.factorize(rows["area"])[0]
    is_zero = (value == 0) & (whole > 0) & ~rows["numerator"].gt(0).to_numpy()
    doubted = np.zeros(len(rows), dtype=bool)
    for at in np.flatnonzero(is_zero):
        mine = area == area[at]
        near = nearest_above(value[mine], np.abs(year[mine] - year[at]), limits.years)
        if np.isnan(near):
            enough = per == 100 and whole[at] >= limits.whole and expected[at] >= limits.least
        else:
            enough = whole[at] * near / per >= limits.least
        if enough:
            alike = ~mine & (expected >= min(expected[at], limits.least)) & ~np.isnan(value)
            doubted[at] = 100 * is_zero[alike].sum() <= limits.common * alike.sum()
    return pd.Series(doubted, index=rows.index)


def nearest_above(values: np.ndarray, away: np.ndarray, years: int) -> float:
    """Return the figure above 0 that is fewest years away, the smaller of two; NaN if none is near.

    >>> nearest_above(np.array([68.0, 0.0, 48.0]), np.array([1, 0, 1]), 3)
    48.0
    """
    known = (values > 0) & (away <= years)
    return float(values[known & (away == away[known].min())].min()) if known.any() else math.nan
