"""What the council's own returns tell, beside what is published of it."""

import re
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import quality
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import NOT_GIVEN, OwnReturns, not_given
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.indicators.yearly import POOLED, YEARS
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import dictionary, measures

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

ABSENT = re.compile(r"The returns hold no table (\w+)\.")
"""What is said of a figure whose table is in no return."""
PERIODS = 5
"""Columns of periods that a table has room for: the newest."""


@question
def returned(report: "Report", family: str) -> Finding:
    """Say what the council's own returns tell of a family of figures, beside the published ones.

    Parameters
    ----------
    family : str
        ``"demand"``, ``"placements"``, ``"adoption"``, ``"workforce"`` or ``"care_leavers"``.

    Returns
    -------
    Finding
        Its table has a row a measure and a column a period, then the newest published figure.
        Without returns it is a gap that says what they would tell.

    Raises
    ------
    ThurrockError
        There is no such family.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").returned("adoption").sentence[:45]
    "The council's own returns were not given (thu"
    """
    families = dictionary.read("indicators")["family"].unique()
    if family not in families:
        raise ThurrockError(f"There is no family {family!r}: {words.listed(families)} are.")
    own = _given(report, not_given(family))
    rows = _of_family(own, family)
    lines = [_line(report, own, name) for name in grouping(f"returned {family}")]
    said = [line for line in lines if line]
    if rows.empty or not said:
        raise NotHeldError(
            _lacking(own, family) or f"The returns tell nothing of {report.area.spoken} here."
        )
    return Finding(
        f"By the returns of {report.area.spoken}: " + "\n".join(said),
        rows,
        _table(report, rows),
        f"{own.doubts(list(rows['measure'].unique()))} {_lacking(own, family)}".strip(),
        key=False,
    )


def by_month(report: "Report", wanted: list[str], since: int) -> Finding:
    """Say how measures stand by month, from the council's own returns."""
    labels = words.listed(measures.get(name).label for name in wanted)
    own = _given(report, f"By month, {labels} can be told from the council's own returns alone.")
    rows = own.monthly(wanted)
    rows = rows[rows["period_end"].dt.year >= since]
    if set(rows["measure"]) != set(wanted):
        raise NotHeldError(f"The returns hold no month from {since} on of {labels}.")
    if rows["value"].isna().all():
        raise NotHeldError(f"No month from {since} on has a figure of {labels}.")
    lines = [_moved(rows[rows["measure"] == name]) for name in wanted]
    known = measures.get(wanted[0])
    title = f"{report.area.name}, by month: {known.label}"
    if len(wanted) == 1:
        chart = Chart(
            charts.trend, rows, by="area", focus=report.area.code, headline=title,
            subtitle=f"{words.capital(known.unit)}, from {own.origin}", markers=False,
        )  # fmt: skip
    else:
        chart = Chart(
            charts.small_multiples, rows, panels="measure", by="area", focus=report.area.code,
            headline=f"{title} and more", subtitle=f"From {own.origin}",
        )  # fmt: skip
    said = f"In {report.area.spoken}, by month: " + "\n".join(lines)
    return Finding(said, rows, doubt=own.doubts(wanted), chart=chart, rest=_months(rows), key=False)


@question
def data_quality(report: "Report") -> Finding:
    """Say what was read from the council's own returns, and what is wrong with it, by kind.

    Returns
    -------
    Finding
        Its table has a row a kind of issue, the gravest first; below it the rows read by table.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").data_quality().held
    False
    """
    own = _given(report, f"{NOT_GIVEN}what is wrong with the data, and which figures it touches.")
    first, *rest = quality.said(own.alone)
    among = (
        f" Rows are counted with those of {words.counted(own.others, 'other area')} in the same "
        f"files; issues are those of {report.area.spoken} and of whole files alone."
    ) * bool(own.others)
    return Finding(
        f"{first}{among}{_cut(own)} {rest[0]}", shown=_kinds(own), rest=_read(own), key=False,
        doubt="" if own.issues.empty else "Each row at fault is named by `thurrock check`.",
    )  # fmt: skip


def _later(own: OwnReturns) -> pd.Series:
    """Return how many of the rows kept, by table, came after the day of the figures."""
    kept = quality.rows_read(own.returns).set_index("table")["kept"]
    return kept - kept.index.map({name: len(rows) for name, rows in own.returns.tables.items()})


def _cut(own: OwnReturns) -> str:
    """Say that rows are counted whatever the day, and how many of them came after it."""
    if own.returns.day is None:
        return ""
    return (
        " Rows are counted of all that the files hold, whatever the day. Figures leave out what "
        f"came after {words.day(own.returns.day)}: {_later(own).sum():,} of the rows kept."
    )


def _kinds(own: OwnReturns) -> Table:
    rows = quality.kinds(own.alone)
    asked = rows["sentence"].where(rows["sentence"].ne(""), rows["rule"])
    frame = pd.DataFrame(
        {
            "Rule that does not hold": asked,
            "Severity": rows["severity"],
            "Where": (rows["table"].fillna("") + " " + rows["column"].fillna("")).str.strip(),
            "What was done": rows["done"],
            "Rows": rows["rows"],
            "Children": rows["children"],
        }
    )
    return Table(frame, "Issues of the data, the gravest first")


def _read(own: OwnReturns) -> Table:
    rows = quality.rows_read(own.returns)
    heads = {"table": "Table", "files": "Files", "read": "Rows read", "kept": "Kept",
             "aside": "Set aside", "repeated": "Repeated", "blank": "Blank"}  # fmt: skip
    if own.returns.day is not None:
        rows = rows.assign(later=_later(own).to_numpy())
        heads["later"] = f"Kept, but after {words.day(own.returns.day)}"
    return Table(rows[list(heads)], "Rows read, by table", heads)


def _given(report: "Report", otherwise: str) -> OwnReturns:
    if report.returns is None:
        raise NotHeldError(otherwise)
    return report.returns


def _of_family(own: OwnReturns, family: str) -> pd.DataFrame:
    rows = dictionary.read("indicators")
    names = rows.loc[rows["family"].eq(family), "measure"]
    return own.figures[own.figures["measure"].isin(names)]


def _line(report: "Report", own: OwnReturns, name: str) -> str:
    """Say one measure's newest figure by the returns, and the newest published."""
    rows = own.figures[own.figures["measure"].eq(name) & own.figures["value"].notna()]
    if rows.empty:
        return ""
    measure, newest = measures.get(name), rows.sort_values("period_end").iloc[-1]
    published = report.own(name).dropna(subset=["value"])
    beside = ""
    if len(published):
        last = published.sort_values("period_end").iloc[-1]
        when = words.when(last["period_end"], measure)
        beside = f"; published {words.figure(last['value'], measure)} {when}"
    rounded = half_away(float(newest["value"]), measure.decimals)
    said = words.told(pd.Series({**newest, "value": rounded}), measure)
    if measure.is_count and rounded == 1:
        said = said.replace("children", "child", 1)
    if newest["basis"] == POOLED:
        ended = newest["period_end"]
        whole = f"in the {YEARS} years to {words.month(ended)}"
        said = said.replace(words.when(ended, measure), whole)
    return f"{said}{beside}."


def _lacking(own: OwnReturns, family: str) -> str:
    """Say what keeps which figures of a family from being computed."""
    rows = dictionary.read("indicators")
    names = [name for name in rows.loc[rows["family"].eq(family), "measure"] if name in own.gaps]
    absent = {own.gaps[name]: ABSENT.fullmatch(own.gaps[name]) for name in names}
    tables = [found[1] for found in absent.values() if found]
    said = [f"The returns hold no table {words.listed(tables)}."] if tables else []
    for gap in (gap for gap, found in absent.items() if not found):
        first, *more = (measures.get(name).label for name in names if own.gaps[name] == gap)
        others = f" and {words.counted(len(more), 'more figure')}" * bool(more)
        said.append(f"{words.capital(first)}{others}: {words.uncapital(gap)}")
    return " ".join(said)


def _table(report: "Report", rows: pd.DataFrame) -> Table:
    order = {name: place for place, name in enumerate(dictionary.read("indicators")["measure"])}
    pooled = rows["basis"].eq(POOLED)
    rows = rows[~pooled | ~rows["measure"].isin(rows.loc[~pooled, "measure"])]
    wide = rows.pivot_table(index="measure", columns="period_end", values="value", sort=False)
    wide = wide[sorted(wide.columns)[-PERIODS:]].dropna(how="all")
    wide = wide.loc[sorted(wide.index, key=order.__getitem__)]
    known = [measures.get(name) for name in wide.index]
    ends = [f"{end:%Y-%m-%d}" for end in wide.columns]
    newest = [
        report.own(name).dropna(subset=["value"]).sort_values("period_end").tail(1)
        for name in wide.index
    ]
    frame = pd.DataFrame(wide.to_numpy(), columns=ends)
    frame.insert(0, "figure", [words.capital(measure.label) for measure in known])
    if any(map(len, newest)):
        frame["published"] = [row["value"].iloc[0] if len(row) else float("nan") for row in newest]
        frame["of"] = [
            words.day(row["period_end"].iloc[0], short=True) if len(row) else "" for row in newest
        ]
    heads = {"figure": "Figure", "published": "Published", "of": "Of"}
    heads |= {end: words.day(end, short=True) for end in ends}
    formats = [Format.of(measure) for measure in known]
    return Table(
        frame,
        f"{report.area.name}: from its own returns, and the newest published figure where one is",
        heads,
        dict.fromkeys([*ends, "published"], formats),
    )


def _moved(rows: pd.DataFrame) -> str:
    """Say where a measure stands, stood a year before and in the first month, and its extremes."""
    held = rows.dropna(subset=["value"]).sort_values("period_end")
    measure = measures.get(str(rows["measure"].iloc[0]))
    if held.empty:
        return f"no month has a figure of {measure.label}."
    values = [half_away(float(value), measure.decimals) for value in held["value"]]
    months = [words.month(end) for end in held["period_end"]]
    first, newest = (words.figure(values[at], measure) for at in (0, -1))
    said = f"stood at {newest} in {months[-1]}"
    if len(values) == 1:
        return f"{measure.label} {said}."
    before = held["period_end"].iloc[-1] - pd.DateOffset(years=1) + pd.offsets.MonthEnd(0)
    then = dict(zip(held["period_end"][1:], values[1:], strict=True)).get(before)
    if then is not None:
        said += f", {words.figure(then, measure)} a year before"
    said += f", {first} in {months[0]}"
    if max(values) == min(values):
        return f"{measure.label} {said}, and the same in every month with a figure."
    ends = [f"{word} {words.figure(end, measure)} {_month_of(end, values, months)}"
            for word, end in (("highest", max(values)), ("lowest", min(values)))]  # fmt: skip
    return f"{measure.label} {said}; {ends[0]}, {ends[1]}."


def _month_of(value: float, values: list[float], months: list[str]) -> str:
    """Say in which month a value stood, or in which first."""
    return f"{'first ' * (values.count(value) > 1)}in {months[values.index(value)]}"


def _months(rows: pd.DataFrame) -> Table:
    wide = rows.pivot_table(index="period_end", columns="measure", values="value", sort=False)
    wide = wide.sort_index(ascending=False)
    names = list(wide.columns)
    frame = wide.reset_index(drop=True).rename_axis(columns=None)
    frame.insert(0, "month", [words.month(end) for end in wide.index])
    return Table(
        frame,
        "By month, the newest first",
        {"month": "Month"} | {name: measures.get(name).label for name in names},
        {name: Format.of(measures.get(name)) for name in names},
    )
