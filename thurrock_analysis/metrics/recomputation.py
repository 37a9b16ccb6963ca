"""Published rates and percentages held against their own parts."""

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import ratios as parts
from thurrock_analysis.metrics.rounding import round_ratio
from thurrock_analysis.record.measures import POPULATION, Measure, Part, get

EQUAL = "equal"
WITHIN = "within rounding"
NO_DENOMINATOR = "no denominator"
KNOWN = "known exception"
DIFFERENT = "different"
VERDICTS = [EQUAL, WITHIN, NO_DENOMINATOR, KNOWN, DIFFERENT]

NAME = ["measure", "area", "period_end", "release"]
TOLERANCE = 1e-9


def verdicts(
    figures: pd.DataFrame,
    ratios: list[Measure],
    rounding: pd.DataFrame,
    levels: dict[str, str],
    exceptions: pd.DataFrame,
) -> pd.DataFrame:
    """Recompute every published ratio that has both parts and judge the printed value.

    Parameters
    ----------
    figures : DataFrame
        The record, or any tidy table with parts attached. Parts taken over from another
        release (``method`` names it) are left out: they were chosen because they agree.
    ratios : list of Measure
        The measures to recompute.
    rounding : DataFrame of str
        ``rounding.csv``: to what each collection rounds counts and populations, by the
        closing year of the release and the level of the area; 1 is unrounded.
    levels : dict
        The level of each area by its ONS code.
    exceptions : DataFrame of str
        ``exceptions.csv``: printed values known not to follow from their parts.

    Returns
    -------
    DataFrame
        One row a ratio: measure, area, period_end, release, value (as printed), numerator,
        denominator, recomputed, low and high (what the rounding of the parts allows), verdict.

    Raises
    ------
    ThurrockError
        It is not known how a release rounds the parts of a level.

    Examples
    --------
    >>> from thurrock_analysis.record import dictionary, measures
    >>> row = {"measure": "referral_rate", "area": "E06000034", "release": "CIN 2024",
    ...        "period_end": pd.Timestamp("2016-03-31"), "origin": "published", "method": "",
    ...        "value": 591.8, "numerator": 2423.0, "denominator": 40941.0}
    >>> judged = verdicts(pd.DataFrame([row]), [measures.get("referral_rate")],
    ...                   dictionary.read("rounding"), {"E06000034": "authority"},
    ...                   dictionary.read("exceptions"))
    >>> judged["verdict"].tolist()
    ['equal']
    """
    whole = figures[["value", "numerator", "denominator"]].notna().all(axis=1)
    own = figures["origin"].eq("published") & figures["method"].eq("")
    columns = [*NAME, "value", "numerator", "denominator"]
    rows = figures.loc[whole & own, columns]
    rows[["measure", "area", "release"]] = rows[["measure", "area", "release"]].astype("str")
    units = with_units(rows, rounding, levels)
    wanted = {one.measure: one for one in ratios}
    judged = [
        judge(mine, wanted[str(name)], exceptions)
        for name, mine in units.groupby("measure")
        if name in wanted
    ]
    columns += ["recomputed", "low", "high", "verdict"]
    return pd.concat([units[:0], *judged], ignore_index=True).reindex(columns=columns)


def with_units(rows: pd.DataFrame, rounding: pd.DataFrame, levels: dict[str, str]) -> pd.DataFrame:
    """Add to what the release rounds counts (``counts``) and populations (``population``)."""
    split = rows["release"].str.extract(r"(.+) (\d+)$")
    keyed = rows.assign(
        collection=split[0], year=split[1].astype(int), level=rows["area"].map(levels)
    )
    rules = rounding.assign(
        first_year=rounding["first_year"].astype(int),
        last_year=rounding["last_year"].replace("", "9999").astype(int),
        counts=rounding["counts"].astype(float),
        population=rounding["population"].astype(float),
    )
    places = keyed[["collection", "year", "level"]].drop_duplicates()
    units = places.merge(rules, on=["collection", "level"])
    units = units[units["year"].between(units["first_year"], units["last_year"])]
    units = units[["collection", "year", "level", "counts", "population"]]
    result = keyed.merge(units, how="left", on=["collection", "year", "level"], validate="m:1")
    unknown = result[result["counts"].isna()]
    if len(unknown):
        row = unknown.iloc[0]
        raise ThurrockError(
            f"How {row['release']} rounds the figures of the level {row['level']!r} is not known: "
            "data/publishers/rounding.csv must say it."
        )
    return result


def judge(rows: pd.DataFrame, measure: Measure, exceptions: pd.DataFrame) -> pd.DataFrame:
    """Recompute the rows of one measure and give each its verdict."""
    assert measure.numerator and measure.denominator
    top, bottom, value = rows["numerator"], rows["denominator"], rows["value"]
    top_unit, bottom_unit = unit(measure.numerator, rows), unit(measure.denominator, rows)
    low, high = parts.bounds(top, bottom, top_unit, bottom_unit, measure.per)
    got = round_ratio(top, bottom, measure.per, measure.decimals)
    half = 0.5 / 10**measure.decimals + TOLERANCE
    unrounded = top_unit.eq(1) & bottom_unit.eq(1)
    verdict = pd.Series(DIFFERENT, index=rows.index)
    verdict[is_listed(rows, exceptions)] = KNOWN
    verdict[~unrounded & value.between(low - half, high + half)] = WITHIN
    verdict[unrounded & got.sub(value).abs().lt(TOLERANCE)] = EQUAL
    verdict[top.eq(0) & bottom.eq(0) & value.eq(0)] = NO_DENOMINATOR
    return rows.assign(recomputed=got, low=low, high=high, verdict=verdict)


def unit(part: Part, rows: pd.DataFrame) -> pd.Series:
    """Return what a part is rounded to: its groups and sums add up, 1 is unrounded.

    Where full-time equivalents are rounded to a decimal, whole people and cases are not.
    """
    rounded_to = rows["population" if part.measure == POPULATION else "counts"]
    exact = rounded_to.eq(1) | rounded_to.lt(1) & (get(part.measure).decimals == 0)
    summed = (rounded_to * len(part.groups)).mask(exact, 0)
    if part.plus:
        other = unit(part.plus, rows)
        summed += other.mask(other.eq(1), 0)
    return summed.mask(summed.eq(0), 1)


def is_listed(rows: pd.DataFrame, exceptions: pd.DataFrame) -> pd.Series:
    """Say which rows are exceptions, printed value included."""
    listed = exceptions.assign(
        period_end=pd.to_datetime(exceptions["period_end"]),
        value=exceptions["published"].astype(float),
    )
    name = [*NAME, "value"]
    known = pd.MultiIndex.from_frame(listed[name])
    return pd.Series(pd.MultiIndex.from_frame(rows[name]).isin(known), index=rows.index)


def summary(judged: pd.DataFrame) -> dict[str, int]:
    """Count the ratios by verdict, and all of them.

    Parameters
    ----------
    judged : DataFrame
        What `verdicts` returns.

    Examples
    --------
    >>> summary(pd.DataFrame({"verdict": ["equal", "equal", "different"]}))["equal"]
    2
    """
    counts = judged["verdict"].value_counts()
    return {name: int(counts.get(name, 0)) for name in VERDICTS} | {"all": len(judged)}
