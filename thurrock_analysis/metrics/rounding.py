"""Rounding as the publisher does it: half away from zero, on exact integers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # words write numbers without loading it
    import pandas as pd

SCALE = 10
"""Parts carry at most one decimal (full-time equivalents), so ten times a part is whole."""


def half_away(value: float, decimals: int) -> float:
    """Round one number half away from zero.

    Parameters
    ----------
    value : float
        A number as printed in decimal.
    decimals : int
        Decimals to keep.

    Examples
    --------
    >>> half_away(2.5, 0), half_away(-0.25, 1), half_away(0.15, 1)
    (3.0, -0.3, 0.2)
    """
    # The sixth decimal and beyond is noise of binary fractions, as in a stored 84.60000000000001.
    printed = Decimal(repr(round(value, decimals + 6)))
    rounded = printed.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0


def round_half_away(values: pd.Series, decimals: int) -> pd.Series:
    """Round numbers half away from zero.

    Parameters
    ----------
    values : Series of float
        Numbers as printed in decimal; NaN stays NaN.
    decimals : int
        Decimals to keep.

    Examples
    --------
    >>> import pandas as pd
    >>> round_half_away(pd.Series([2.5, -2.5, 0.15]), 0).tolist()
    [3.0, -3.0, 0.0]
    """
    scaled = (values.abs() * 10**decimals).round(6)
    rounded = (scaled + 0.5) // 1 / 10**decimals
    return rounded.where(values >= 0, -rounded)


def round_ratio(numerator: pd.Series, denominator: pd.Series, per: int, decimals: int) -> pd.Series:
    """Divide and round without passing through binary fractions.

    Parameters
    ----------
    numerator, denominator : Series of float
        Parts with at most one decimal; a missing part or a zero denominator gives NaN.
    per : int
        Base of the ratio: 100 for a percentage, 10,000 for a rate.
    decimals : int
        Decimals to keep.

    Returns
    -------
    Series of float
        ``per * numerator / denominator``, rounded half away from zero.

    Examples
    --------
    >>> import pandas as pd
    >>> round_ratio(pd.Series([2423.0]), pd.Series([40941.0]), 10_000, 1).tolist()
    [591.8]
    """
    good = numerator.notna() & denominator.gt(0)
    top = (numerator.where(good, 0) * SCALE).round().astype("int64") * per * 10**decimals
    bottom = (denominator.where(good, 1) * SCALE).round().astype("int64")
    rounded = (2 * top + bottom) // (2 * bottom)
    return (rounded / 10**decimals).where(good)


def allowed(count: float, unit: float) -> tuple[float, float]:
    """Return the fewest and the most that a count can be which is printed to the nearest so many.

    >>> allowed(10, 5), allowed(0, 5), allowed(7, 1)
    ((8, 12), (0, 2), (7, 7))
    """
    if unit <= 1 or math.isnan(count):
        return count, count
    return max(math.ceil(count - unit / 2), 0), math.ceil(count + unit / 2) - 1


def ratio_allowed(top: float, whole: float, unit: float, per: int) -> tuple[float, float]:
    """Return the least and the most that a ratio of two counts can be, each to the nearest so many.

    Both NaN where the whole can be none. A part of a whole is no more than all of it.

    >>> [round(end, 1) for end in ratio_allowed(5, 10, 5, 100)]
    [25.0, 87.5]
    """
    (few, many), (small, large) = allowed(top, unit), allowed(whole, unit)
    if not small > 0:
        return math.nan, math.nan
    return per * few / large, min(per * many / small, per if top <= whole else math.inf)
