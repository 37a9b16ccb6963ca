"""Rates and percentages from their own parts, within one release."""

import pandas as pd

from thurrock_analysis.metrics.rounding import round_ratio
from thurrock_analysis.record import tidy
from thurrock_analysis.record.measures import POPULATION, Measure, Part

SUPPRESSED = "suppressed"

PLACE = ["release", "area", "year"]
"""Where the parts of a ratio stand together: numbered as ``place``, so that they meet fast."""


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
    held = by_measure(placed(figures))
    figures = figures[tidy.COLUMNS].copy()
    for measure in ratios:
        rows = held.get(measure.measure, figures.iloc[:0])
        for column, part in (
            ("numerator", measure.numerator),
            ("denominator", measure.denominator),
        ):
            if part and len(rows):
                found = part_values(held, part).reindex(rows["place"])
                figures.loc[rows.index, column] = found.to_numpy()
    return figures


def placed(figures: pd.DataFrame) -> pd.DataFrame:
    """Add ``year``, the closing year of the period that a figure is used for, and ``place``.

    A mid-year population serves the year that closes the following March.
    """
    year = figures["period_end"].dt.year + figures["measure"].eq(POPULATION)
    keyed = figures.assign(year=year)
    return keyed.assign(place=keyed.groupby(PLACE, observed=True, sort=False).ngroup())


def by_measure(keyed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each measure: looked up, not searched for, as there are many."""
    return {str(name): rows for name, rows in keyed.groupby("measure", observed=True)}


def part_values(held: dict[str, pd.DataFrame], part: Part) -> pd.Series:
    """Return a part by place: NaN unless all that it sums is a number.

    Where the part itself is not a number, what stands in for it is taken.
    """
    rows = held.get(part.measure, next(iter(held.values())).iloc[:0])
    rows = rows[
        rows["breakdown"].eq(part.breakdown)
        & rows["group"].isin(part.groups)
        & rows["origin"].eq("published")
    ]
    sums = rows.groupby("place")["value"].agg(["sum", "count"])
    values = sums["sum"].where(sums["count"] == len(part.groups))
    if part.plus:
        values = values + part_values(held, part.plus)
    if part.less:
        values = values - part_values(held, part.less)
    return values.combine_first(part_values(held, part.otherwise)) if part.otherwise else values


def part_reasons(held: dict[str, pd.DataFrame], part: Part) -> pd.Series:
    """Return by place why a part is no number, where something that it sums is printed without.

    Of several reasons hiding is told: with the others mended the sum would still be hidden.
    """
    rows = held.get(part.measure, next(iter(held.values())).iloc[:0])
    rows = rows[rows["breakdown"].eq(part.breakdown) & rows["group"].isin(part.groups)]
    rows = rows[rows["value"].isna() & rows["origin"].eq("published")]
    further = [one for one in (part.plus, part.less, part.otherwise) if one is not None]
    each = [rows.set_index("place")["status"], *(part_reasons(held, one) for one in further)]
    told = pd.concat(each)
    told = told.iloc[told.ne(SUPPRESSED).to_numpy().argsort(kind="stable")]
    return told[~told.index.duplicated()]


def recompute(figures: pd.DataFrame, ratios: list[Measure]) -> pd.DataFrame:
    """Compute the ratios and differences that a release does not print but has the parts of.

    Parameters
    ----------
    figures : DataFrame
        Tidy table of published figures.
    ratios : list of Measure
        The measures to compute; one without a denominator is a difference of counts.

    Returns
    -------
    DataFrame
        New rows only, origin ``"recomputed"``, rounded to the publisher's decimals; ``method``
        says of what. Where a part is printed without a number (hidden, unreliable), so is the
        ratio, with the ``status`` of the part, unless another release prints its number.
    """
    held = by_measure(placed(figures))
    counted = [one for one in ratios if one.numerator and one.numerator.measure in held]
    parts = [figures[:0], *(recompute_one(held, measure) for measure in counted)]
    return tidy.conform(pd.concat(parts, ignore_index=True))


def recompute_one(held: dict[str, pd.DataFrame], measure: Measure) -> pd.DataFrame:
    """Compute one ratio or difference wherever its release lacks it."""
    assert measure.numerator
    none = next(iter(held.values())).iloc[:0]
    top = part_values(held, measure.numerator)
    rows = ratio(top, held, measure) if measure.denominator else difference(top, measure)
    rows = pd.concat([rows, reasons(top, held, measure).to_frame("status")])
    printed = held.get(measure.measure, none)
    rows = rows[~rows.index.isin(printed.loc[printed["breakdown"].eq(tidy.ALL), "place"])]
    seen = held.get(measure.numerator.measure, none)
    part = seen["breakdown"].eq(measure.numerator.breakdown)
    part &= seen["group"].isin(measure.numerator.groups)
    seen = pd.concat([seen[part], seen]).drop_duplicates("place").set_index("place")
    rows = rows.join(seen[["release", "area", "period_start", "period_end", "source"]], how="inner")
    rows = rows[rows["value"].notna() | ~printed_elsewhere(rows, printed)]
    return rows.assign(measure=measure.measure, basis=measure.basis, origin="recomputed")


def printed_elsewhere(rows: pd.DataFrame, printed: pd.DataFrame) -> pd.Series:
    """Say of which rows another release prints the number: hidden parts then hide nothing."""
    numbers = printed[printed["value"].notna() & printed["breakdown"].eq(tidy.ALL)]
    known = pd.MultiIndex.from_frame(numbers[["area", "period_end"]].astype({"area": "str"}))
    at = pd.MultiIndex.from_frame(rows[["area", "period_end"]].astype({"area": "str"}))
    return pd.Series(at.isin(known), index=rows.index)


def ratio(top: pd.Series, held: dict[str, pd.DataFrame], measure: Measure) -> pd.DataFrame:
    """Return a ratio by place, with its parts."""
    assert measure.denominator
    bottom = part_values(held, measure.denominator)
    rows = pd.DataFrame({"numerator": top, "denominator": bottom}).dropna()
    rows = rows[rows["denominator"].gt(0)]
    value = round_ratio(rows["numerator"], rows["denominator"], measure.per, measure.decimals)
    return rows.assign(value=value, method=f"recomputed: {measure.per:,} x numerator / denominator")


def reasons(top: pd.Series, held: dict[str, pd.DataFrame], measure: Measure) -> pd.Series:
    """Return by place why nothing can be computed, where a part is printed without a number."""
    assert measure.numerator
    above = part_reasons(held, measure.numerator)
    above = above[above.index.isin(top.index[top.isna()])]
    if not measure.denominator:
        return above
    below = part_reasons(held, measure.denominator)
    counted = top.index[top.notna()].difference(
        part_values(held, measure.denominator).dropna().index
    )
    return pd.concat([above, below[below.index.isin(counted)]])


def difference(values: pd.Series, measure: Measure) -> pd.DataFrame:
    """Return a difference of counts by place: its parts are figures of the same release."""
    return values.dropna().to_frame("value").assign(method=f"recomputed: {measure.numerator}")


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
    lacks = ~whole & ordered["value"].notna() & earlier["giver"].notna()
    for measure in ratios:
        rows = ordered["measure"].eq(measure.measure) & lacks
        if not rows.any():
            continue
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
