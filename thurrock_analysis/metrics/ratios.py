"""Rates and percentages from their own parts, within one release."""

import pandas as pd

from thurrock_analysis import tidy
from thurrock_analysis.measures import POPULATION, Measure, Part
from thurrock_analysis.metrics.rounding import round_ratio

PLACE = ["release", "area", "year"]


def attach_parts(figures: pd.DataFrame, ratios: list[Measure]) -> pd.DataFrame:
    """Put beside each rate or percentage its numerator and denominator.

    Parameters
    ----------
    figures : DataFrame
        Tidy table with counts, ratios and populations.
    ratios : list of Measure
        The measures to give parts to.

    Returns
    -------
    DataFrame
        The same rows; ``numerator`` and ``denominator`` are those of the same release, area
        and period, NaN where the release does not print them or hides any of them.
    """
    keyed = with_year(figures)
    for measure in ratios:
        rows = keyed["measure"] == measure.measure
        for column, part in (
            ("numerator", measure.numerator),
            ("denominator", measure.denominator),
        ):
            if part and rows.any():
                found = part_values(keyed, part)
                where = pd.MultiIndex.from_frame(keyed.loc[rows, PLACE])
                keyed.loc[rows, column] = found.reindex(where).to_numpy()
    return keyed[tidy.COLUMNS]


def with_year(figures: pd.DataFrame) -> pd.DataFrame:
    """Add ``year``: the closing year of the period that a figure is used for.

    A mid-year population serves the year that closes the following March.
    """
    year = figures["period_end"].dt.year + figures["measure"].eq(POPULATION)
    return figures.assign(year=year)


def part_values(keyed: pd.DataFrame, part: Part) -> pd.Series:
    """Return a part by release, area and year: NaN unless all that it sums is a number."""
    rows = keyed[
        keyed["measure"].eq(part.measure)
        & keyed["breakdown"].eq(part.breakdown)
        & keyed["group"].isin(part.groups)
        & keyed["origin"].eq("published")
    ]
    sums = rows.groupby(PLACE)["value"].agg(["sum", "count"])
    whole = sums["sum"].where(sums["count"] == len(part.groups))
    return whole + part_values(keyed, part.plus) if part.plus else whole


def recompute(figures: pd.DataFrame, ratios: list[Measure]) -> pd.DataFrame:
    """Compute the ratios that a release does not print but has the parts of.

    Parameters
    ----------
    figures : DataFrame
        Tidy table of published figures.
    ratios : list of Measure
        The measures to compute.

    Returns
    -------
    DataFrame
        New rows only, origin ``"recomputed"``, rounded to the publisher's decimals.
    """
    keyed = with_year(figures)
    parts = [recompute_one(keyed, measure) for measure in ratios]
    return tidy.conform(pd.concat(parts, ignore_index=True))


def recompute_one(keyed: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Compute one ratio wherever its release lacks it."""
    assert measure.numerator and measure.denominator
    top = part_values(keyed, measure.numerator).rename("numerator")
    bottom = part_values(keyed, measure.denominator).rename("denominator")
    rows = pd.concat([top, bottom], axis=1).dropna().query("denominator > 0").reset_index()
    printed = keyed.loc[keyed["measure"] == measure.measure, PLACE].drop_duplicates()
    rows = rows.merge(printed, how="left", indicator="seen").query("seen == 'left_only'")
    dated = keyed.loc[keyed["measure"] == measure.numerator.measure]
    dates = dated.drop_duplicates(PLACE)[[*PLACE, "period_start", "period_end", "source"]]
    rows = rows.merge(dates, on=PLACE)
    return rows.assign(
        measure=measure.measure,
        basis=measure.basis,
        value=round_ratio(rows["numerator"], rows["denominator"], measure.per, measure.decimals),
        method=f"recomputed: {measure.per:,} x numerator / denominator",
        origin="recomputed",
    )


def inherit_parts(figures: pd.DataFrame, ratios: list[Measure]) -> pd.DataFrame:
    """Give a published ratio without parts those of the release before that reproduce it.

    Parameters
    ----------
    figures : DataFrame
        Tidy table with parts attached release by release.
    ratios : list of Measure
        The measures to complete.

    Returns
    -------
    DataFrame
        The same rows. Parts of another release are taken only where they give exactly the
        printed value; ``method`` then names that release.
    """
    ordered = figures.sort_values([*tidy.FIGURE, "published"], kind="stable")
    whole = ordered["numerator"].notna() & ordered["denominator"].notna()
    ordered["giver"] = ordered["release"].where(whole)
    earlier = ordered.groupby(tidy.FIGURE)[["numerator", "denominator", "giver"]].ffill()
    for measure in ratios:
        rows = ordered["measure"].eq(measure.measure) & ~whole & ordered["value"].notna()
        given = earlier[rows]
        value = round_ratio(given["numerator"], given["denominator"], measure.per, measure.decimals)
        same = given[value.sub(ordered.loc[rows, "value"]).abs().lt(1e-9)]
        ordered.loc[same.index, ["numerator", "denominator"]] = same[["numerator", "denominator"]]
        ordered.loc[same.index, "method"] = "parts of " + same["giver"]
    return ordered.drop(columns="giver").sort_index()


def bounds(
    numerator: pd.Series,
    denominator: pd.Series,
    numerator_unit: pd.Series,
    denominator_unit: pd.Series,
    per: int,
) -> tuple[pd.Series, pd.Series]:
    """Return the lowest and highest ratio that rounded parts allow.

    Parameters
    ----------
    numerator, denominator : Series of float
        Parts as printed.
    numerator_unit, denominator_unit : Series of float
        What each was rounded to: 1 means not rounded, 10 to the nearest ten, 0.1 to one
        decimal.
    per : int
        Base of the ratio.

    Examples
    --------
    >>> one = pd.Series([1.0])
    >>> low, high = bounds(pd.Series([2423.0]), pd.Series([40900.0]), one, one * 100, 10_000)
    >>> low.round(1).tolist(), high.round(1).tolist()
    ([591.7], [593.1])
    """
    top = numerator_unit.where(numerator_unit != 1, 0) / 2
    bottom = denominator_unit.where(denominator_unit != 1, 0) / 2
    low = per * (numerator - top).clip(lower=0) / (denominator + bottom)
    high = per * (numerator + top) / (denominator - bottom).where(denominator > bottom)
    return low, high
