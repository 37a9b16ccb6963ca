"""How figures move between two periods, and the limits that chance alone sets them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from thurrock_analysis.record.measures import POPULATION, Measure

PER_POPULATION = 10_000
"""Base of a rate of residents, whose events are taken as counts of chance."""
TAIL = 0.025
"""Of chance, beyond each of two limits of 95 %."""
Floats = npt.NDArray[np.float64]


def intervals(figures: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add 95 % limits to rates and percentages that carry their parts.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure.
    measure : Measure
        Rates over a population get exact Poisson limits, shares Wilson limits.

    Returns
    -------
    DataFrame
        The same rows with ``lower`` and ``upper``; NaN where parts are missing, and where a
        ratio of two flows is no share. The limits treat events as independent, which
        brothers and sisters are not: they are the least that chance does.

    References
    ----------
    Wilson (1927) and Garwood (1936).
    """
    result = figures.assign(lower=np.nan, upper=np.nan)
    whole = (result["numerator"].notna() & result["denominator"].gt(0)).to_numpy()
    if measure.unit == "percent":  # some percentages are no shares and can pass 100
        whole = whole & result["numerator"].le(result["denominator"]).to_numpy()
    top = result["numerator"].to_numpy()[whole]
    bottom = result["denominator"].to_numpy()[whole]
    has_model = measure.unit == "percent" or measure.per == PER_POPULATION
    if not measure.denominator or not len(top) or not has_model:
        return result
    limits = _garwood if measure.denominator.measure == POPULATION else _wilson
    low, high = limits(top, bottom)
    result.loc[whole, "lower"] = low * measure.per
    result.loc[whole, "upper"] = high * measure.per
    return result


def _garwood(events: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Return the exact limits of a rate of events."""
    # Nothing of scipy.stats, nor what imports it: every report would wait for that.
    from scipy.special import gammaincinv

    low = np.where(events == 0, 0.0, gammaincinv(events, TAIL))
    return low / exposure, gammaincinv(events + 1, 1 - TAIL) / exposure


def _wilson(part: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Return the score limits of a share."""
    from scipy.special import ndtri

    share, square = part / whole, ndtri(TAIL) ** 2
    scale = 1 + square / whole
    middle = (share + square / (2 * whole)) / scale
    away = np.sqrt(share * (1 - share) / whole + square / (4 * whole**2)) * -ndtri(TAIL) / scale
    return middle - away, middle + away


def unrounded(figures: pd.DataFrame, measure: Measure) -> pd.Series:
    """Return figures worked out of their parts; as they are printed where they have none.

    >>> from thurrock_analysis.record import measures
    >>> rows = pd.DataFrame({"value": [50.0], "numerator": [1.0], "denominator": [3.0]})
    >>> unrounded(rows, measures.get("re_referral_percent")).round(1).tolist()
    [33.3]
    """
    exact = figures["numerator"] / figures["denominator"] * measure.per
    return exact.where(figures["value"].notna()).fillna(figures["value"])


def between(figures: pd.DataFrame, measure: Measure, first: int, last: int) -> pd.DataFrame:
    """Set two years of a measure side by side.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure, one row a group, area and period.
    measure : Measure
        The measure, for the base of its parts.
    first, last : int
        Closing years.

    Returns
    -------
    DataFrame
        One row a group and area with both values: value_first, value_last, change, percent
        (of the first, from unrounded parts where they are held; NaN when the first is 0),
        and parts of both.
    """
    year = figures["period_end"].dt.year
    keep = ["measure", "breakdown", "group", "area"]
    columns = [*keep, "value", "numerator", "denominator"]
    pair = figures.loc[year == first, columns].merge(
        figures.loc[year == last, columns], on=keep, suffixes=("_first", "_last")
    )
    exact = {
        side: pair[f"numerator_{side}"] / pair[f"denominator_{side}"] * measure.per
        for side in ("first", "last")
    }
    start = exact["first"].fillna(pair["value_first"]).replace(0, np.nan)
    end = exact["last"].where(exact["first"].notna()).fillna(pair["value_last"])
    start = start.where(exact["last"].notna(), pair["value_first"].replace(0, np.nan))
    return pair.assign(
        change=pair["value_last"] - pair["value_first"],
        percent=100 * (end / start - 1),
    )
