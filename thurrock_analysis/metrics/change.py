"""How figures move between two periods, and whether chance alone could have moved them."""

import numpy as np
import pandas as pd

from thurrock_analysis.record.measures import POPULATION, Measure

Z95 = 1.959963984540054
"""The 0.975 quantile of the standard normal: chance leaves 2.5 per cent beyond it on each side."""
HANDFUL = 5
"""Cases; the publisher hides counts up to this, and no verdict rests on so few."""

PER_POPULATION = 10_000
"""Base of a rate of residents, whose events are taken as counts of chance."""


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
    Wilson (1927) and Garwood (1936), as statsmodels computes them.
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
    # Imported when limits are asked for: they bring scipy.stats, which takes a while.
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.rates import confint_poisson

    if measure.denominator.measure == POPULATION:
        low, high = confint_poisson(top, bottom, method="exact-c")
        low = np.where(top == 0, 0, low)
    else:
        low, high = proportion_confint(top, bottom, method="wilson")
    result.loc[whole, "lower"] = np.asarray(low) * measure.per
    result.loc[whole, "upper"] = np.asarray(high) * measure.per
    return result


def between(figures: pd.DataFrame, measure: Measure, first: int, last: int) -> pd.DataFrame:
    """Set two years of a measure side by side.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure, one row a group, area and period.
    measure : Measure
        The measure, which decides the test of chance.
    first, last : int
        Closing years.

    Returns
    -------
    DataFrame
        One row a group and area with both values: value_first, value_last, change, percent
        (of the first, from unrounded parts where they are held; NaN when the first is 0),
        parts of both, ``cases``, how many children or cases the change comes to, and ``z``,
        the change over the standard error that chance alone gives it (NaN without parts, or
        where the measure is a ratio of two flows).
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
        cases=(exact["last"] - exact["first"]).abs() * pair["denominator_last"] / measure.per,
        z=shares_test(pair) if measure.unit == "percent" else rates_test(pair, measure),
    )


def rates_test(pair: pd.DataFrame, measure: Measure) -> pd.Series:
    """Return the change of each rate over its standard error if events were independent.

    The difference of log rates over the square root of the sum of the reciprocals of the
    counts: the usual large-sample test of two Poisson rates.
    """
    counts = pair[["numerator_first", "numerator_last"]]
    good = counts.gt(0).all(axis=1) & (measure.per == PER_POPULATION)
    rows = pair[good]
    ratio = (rows["numerator_last"] / rows["denominator_last"]) / (
        rows["numerator_first"] / rows["denominator_first"]
    )
    error = np.sqrt(1 / rows["numerator_first"] + 1 / rows["numerator_last"])
    return (np.log(ratio) / error).reindex(pair.index)


def shares_test(pair: pd.DataFrame) -> pd.Series:
    """Return the change of each percentage over its pooled standard error."""
    bottom = 1 / pair["denominator_first"] + 1 / pair["denominator_last"]
    pooled = (pair["numerator_first"] + pair["numerator_last"]) / (
        pair["denominator_first"] + pair["denominator_last"]
    )
    error = np.sqrt((pooled * (1 - pooled) * bottom).clip(lower=0)).replace(0, np.nan)
    change = (
        pair["numerator_last"] / pair["denominator_last"]
        - pair["numerator_first"] / pair["denominator_first"]
    )
    return change / error


def verdict(row: pd.Series) -> str:
    """Say whether a change is larger than chance alone makes in one year of twenty.

    Parameters
    ----------
    row : Series
        A row of `between`.

    Returns
    -------
    str
        ``"yes"``, ``"no"``, ``"too few"`` where a handful of cases makes the change, or
        ``"unknown"`` where its parts are not held.
    """
    if pd.isna(row["z"]):
        return "unknown"
    if row["cases"] <= HANDFUL:
        return "too few"
    return "yes" if abs(row["z"]) > Z95 else "no"
