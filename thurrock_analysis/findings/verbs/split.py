"""What a count is made of: each group's share of the whole."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import window
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import NO_FIGURE, YEAR, Format, Table, reasons
from thurrock_analysis.findings.verbs.trend import closing
from thurrock_analysis.findings.view import named, nearest, shares_of, why
from thurrock_analysis.record import measures, store
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

MOST_LISTED = 6
"""Hidden groups that one sentence names."""
NAN = math.nan
MOST = 4
"""Groups with a line each: the largest of the newest year."""


@question
def split(report: "Report", measure: str, by: str) -> Finding:
    """Say what a count is made of: each group's share of the whole, which is never suppressed.

    Parameters
    ----------
    measure : str
        A count that the publisher breaks down, such as ``"referrals"``.
    by : str
        What the groups are of, such as ``"source"`` or ``"placement type"``.

    Returns
    -------
    Finding
        Its table has a row a year and a column a group, in counts; its figures are the counts
        of the area by group.

    Raises
    ------
    ThurrockError
        There is no such measure, or nothing breaks it down so; the sentence names what does.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").split("referrals", by="source").sentence[:59]
    'Referrals in Medway in 2023-24 by source: of 5,283, schools'
    """
    entry = measures.get(named(measure)[0])
    ways = store.load([measure])["breakdown"].unique()
    if by not in ways:
        known = sorted(set(ways) - {"all"})
        right = nearest(by, known) if known else "it is held as a whole only"
        raise ThurrockError(f"{measure} is not broken down by {by!r}: {right}.")
    rows = report.own(measure, breakdown=by)
    shares = shares_of(rows, store.load([measure]))
    known = shares[shares["value"] > 0]
    if known.empty:
        raise NotHeldError(f"{entry.short} in {report.area.spoken} by {by}: {nothing(rows)}.")
    newest = known["period_end"].max()
    year = shares[shares["period_end"] == newest]
    now = year[year["value"] > 0].sort_values("value", ascending=False, kind="stable").head(MOST)
    top = list(now["group"])
    said = [f"{row.group} {words.number(row.value)}%" for row in now.itertuples()]
    # Groups that releases print with different wholes are each told of their own.
    alike = now.head(3)["denominator"].nunique() == 1
    whole = f"of {words.figure(now['denominator'].iloc[0], entry)}, " * alike
    parts = [
        f"{row.group} {words.figure(row.numerator, entry)}"
        + f" of {words.figure(row.denominator, entry)}" * (not alike)
        + f" ({words.number(row.value)}%)"
        for row in now.head(3).itertuples()
    ]
    before = five_years(report, shares[shares["group"].eq(top[0])], newest, by)
    hidden = sorted(shares.loc[shares["status"] == "suppressed", "group"].unique())
    listed = words.listed(hidden)
    gaps = f"In some years these are hidden and not drawn: {listed}." * bool(hidden)
    if len(hidden) > MOST_LISTED:
        gaps = f"In some years {len(hidden)} of the groups are hidden and not drawn."
    return Finding(
        f"{without(rows, newest, entry, by)}{entry.short} in {report.area.spoken} "
        f"{words.when(newest, entry)} by {by}: {whole}{words.listed(parts)}"
        f"{unseen(report, year)}.{before}",
        rows,
        group_table(rows, f"{entry.short} by {by}"),
        f"{gaps} {report.notes(measure, breakdown=by)}".strip(),
        shares_chart(report, shares[shares["group"].isin(top)], by, said[:2]),
    )


def five_years(report: "Report", shares: pd.DataFrame, newest: pd.Timestamp, by: str) -> str:
    """Say where the share of a group lay in the five years before, without a hidden or broken one.

    No first year is told: of a group it is not known how much its share usually moves.
    """
    name, year = str(shares["measure"].iloc[0]), int(newest.year)
    broken = pd.to_datetime(report.breaks(name, breakdown=by)["period_end"]).dt.year.max()
    ends = shares["period_end"].dt.year
    before = shares.loc[ends.between(year - window.YEARS, year - 1), "value"].dropna()
    if len(before) < window.YEARS or broken > year - window.YEARS:
        return ""
    low, high = (f"{words.number(end)}%" for end in (before.min(), before.max()))
    span = f"between {low} and {high}" if low != high else low
    group = words.capital(str(shares["group"].iloc[0]))
    return f" {group} was {span} in the five years before."


def without(rows: pd.DataFrame, newest: pd.Timestamp, measure: Measure, by: str) -> str:
    """Say which years after one have no group's number, or none above 0, and why."""
    later = rows[rows["period_end"].gt(newest)]
    years = words.year_spans(set(later["period_end"].dt.year))
    return f"{measure.short} by {by} in {years}: {nothing(later)}. " * bool(len(later))


def nothing(rows: pd.DataFrame) -> str:
    """Say why no group of some has a number above 0.

    >>> ends = pd.to_datetime(["2024-03-31"] * 2)
    >>> rows = pd.DataFrame({"period_end": ends, "status": ["suppressed", ""], "value": [NAN, 0.0]})
    >>> nothing(rows), nothing(rows[1:])
    ('each group is 0 or hidden by the publisher', 'each group is printed as 0')
    """
    without = rows[rows["value"].isna()]
    if rows.empty:
        return "no number is held"
    if without.empty:
        return "each group is printed as 0"
    zero = "0 or " * bool(rows["value"].eq(0).any())
    return f"each group is {zero}{why(without)}"


def unseen(report: "Report", year: pd.DataFrame) -> str:
    """Say how many can be in groups whose numbers are hidden; a rounded sum does not tell it."""
    hidden = year[year["status"].eq("suppressed")]
    if report.area.level != "authority" or hidden.empty:
        return ""
    newest = hidden.iloc[0]
    low, high = report.limits(
        newest["measure"], newest["breakdown"], hidden["group"], newest["period_end"]
    )
    if math.isinf(high):
        return ""
    groups = words.counted(len(hidden), "group")
    return f"; {words.bounded(low, high)} in {groups} whose numbers are hidden"


def shares_chart(report: "Report", drawn: pd.DataFrame, by: str, parts: list[str]) -> Chart:
    """Return a chart of shares over time, a line a group."""
    measure = measures.get(str(drawn["measure"].iloc[0]))
    inside = drawn.dropna(subset=["value"])["period_end"]
    rows = report.breaks(measure.measure, breakdown=by).drop_duplicates(["period_end", "label"])
    ended = closing(drawn)
    cuts = [(pd.Timestamp(row.period_end), row.label) for row in rows.itertuples()]
    return Chart(
        charts.trend, drawn, by="group", suffix="%", decimals=0,
        headline=f"{measure.short} by {by} in {report.area.spoken}: {words.listed(parts)}",
        subtitle=f"Share of {measure.label} by {by}, per cent, {ended}",
        breaks=[(end, label) for end, label in cuts if inside.min() < end <= inside.max()],
    )  # fmt: skip


def group_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return counts by year and group, newest year first, with the reason where hidden."""
    rows = rows.assign(year=rows["period_end"].dt.year)
    wide = rows.pivot(index="year", columns="group", values=["value", "status"])
    wide = wide.sort_index(ascending=False)
    values = wide["value"].astype("float64").rename_axis(columns=None)
    shown = Format.of(measures.get(str(rows["measure"].iloc[0])), NO_FIGURE)
    return Table(
        values.reset_index(),
        caption,
        {"year": "Year"} | {name: words.capital(name) for name in values.columns},
        dict.fromkeys(values.columns, shown) | {"year": YEAR},
        reasons(wide["status"]),
    )
