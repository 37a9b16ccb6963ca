"""Whether what came and what went explain how many there are."""

from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import window
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import closing, never_told, wording
from thurrock_analysis.findings.view import named
from thurrock_analysis.metrics.flows import stock_flow
from thurrock_analysis.record import measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

CLOSE = 1.0
"""Full-time equivalents: a gap up to this is rounding and late correction."""


@question
def balance(report: "Report", stock: str, inflow: str, outflow: str) -> Finding:
    """Say whether those who came and those who went explain how many there are.

    Parameters
    ----------
    stock : str
        A count at a date, such as ``"child_protection_plans"``.
    inflow, outflow : str
        Counts in a year of what enters and leaves it.

    Returns
    -------
    Finding
        Its table has a row a year: opening number, in, out, closing number, and what of the
        closing number opening, in and out do not explain.

    Raises
    ------
    ThurrockError
        There is no such measure.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> plans = "child_protection_plans"
    >>> found = open_report("Thurrock").balance(plans, f"{plans[:-1]}_starts", f"{plans[:-1]}_ends")
    >>> found.table.query("year == 2016")[["opening", "starts", "ends", "closing"]].to_dict("list")
    {'opening': [201.0], 'starts': [326.0], 'ends': [236.0], 'closing': [291.0]}
    """
    names = named(stock, inflow, outflow)
    rows = report.own(*names)
    counts = rows[rows["measure"] == stock].dropna(subset=["value"])
    measure = measures.get(stock)
    if counts.empty:
        hidden = words.uncapital(never_told(report, [stock]))
        said = f"of {report.area.spoken} {hidden}" if hidden else (
            f"no number of {measure.label} is held for {report.area.spoken}."
        )  # fmt: skip
        raise NotHeldError(words.capital(said) + report.jointly([stock]))
    last = counts.loc[counts["period_end"].idxmax()]
    peak = counts.loc[counts["value"].idxmax()]
    flow = stock_flow(rows, stock, inflow, outflow)
    later = f"{report.later(stock)} ".lstrip()
    now, high = (words.figure(row["value"], measure) for row in (last, peak))
    years = words.year_spans(counts["period_end"].dt.year)
    highest = f"the highest year-end number of {years}" if len(counts) > 1 else "the only one held"
    if not peak["value"] and len(counts) > 1:
        highest = f"none in any of {years}"
    if peak["value"] > last["value"]:
        ends = counts.loc[counts["value"].eq(peak["value"]), "period_end"]
        days = words.listed(words.when(end, measure) for end in ends)
        gaps = len(counts) <= counts["period_end"].max().year - counts["period_end"].min().year
        highest = f"the highest year-end number{' printed' * gaps} was {high}, {days}"
    return Finding(
        f"{later}{report.area.name} had {now} {measure.phrase} "
        f"{words.when(last['period_end'], measure)}; {highest}."
        f"{since(flow, names)}{newest(flow, names, last['period_end'])}",
        rows,
        flow_table(flow, names),
        " ".join(filter(None, [closes(flow, measure), wording(stock)])),
        Chart(
            charts.trend, rows, by="measure", focus=stock,
            headline=f"{report.area.name}: {now} {measure.phrase}, {high} at the highest "
            f"year-end ({peak['period_end'].year})",
            subtitle=f"{measure.unit.capitalize()}, {closing(rows)}",
        ),
    )  # fmt: skip


def flows_in_words(starts: float, ends: float, names: list[str]) -> str:
    """Say how many came and how many went."""
    into, out = (measures.get(name) for name in names[1:])
    return f"{words.figure(starts, into)} {into.phrase} and {words.figure(ends, out)} {out.phrase}"


def since(flow: pd.DataFrame, names: list[str]) -> str:
    """Say what came and went added up over the newest five years held, if they follow one another.

    A window that starts at the highest number would tell of a fall whatever came before.
    """
    after = flow.tail(window.YEARS)
    last = int(after.index.max()) if len(after) else 0
    if len(after) < 2 or list(after.index) != list(range(last - len(after) + 1, last + 1)):
        return ""
    told = flows_in_words(after["starts"].sum(), after["ends"].sum(), names)
    ended = words.month(measures.period_end(pd.Series([measures.get(names[0]).collection]),
                                            pd.Series([last])).iloc[0])  # fmt: skip
    return f" In the {len(after)} years to {ended}: {told}{left_over(after, names)}."


def left_over(after: pd.DataFrame, names: list[str]) -> str:
    """Say how far the number moved over some years, and what of that flows do not explain."""
    stock, first, last = measures.get(names[0]), after.iloc[0]["opening"], after.iloc[-1]["closing"]
    moved = f"; the number moved from {words.figure(first, stock)} to {words.figure(last, stock)}"
    return f"{moved}, {beside(after['unexplained'].sum(), stock)}"


def beside(unexplained: float, stock: Measure) -> str:
    """Say how a number compares with what came and what went.

    >>> beside(-12.0, measures.get("child_protection_plans"))
    '12 fewer than they explain'
    """
    if round(unexplained, stock.decimals) == 0:
        return "just as they explain"
    gap, more = words.figure(abs(unexplained), stock), "more" if unexplained > 0 else "fewer"
    return f"{gap} {more} than they explain"


def newest(flow: pd.DataFrame, names: list[str], end: pd.Timestamp) -> str:
    """Say what the newest year's flows explain of the change in the number."""
    if flow.empty:
        return ""
    row, stock = flow.iloc[-1], measures.get(names[0])
    opening, closing = (words.figure(row[side], stock) for side in ("opening", "closing"))
    rest = beside(row["unexplained"], stock)
    told = flows_in_words(row["starts"], row["ends"], names)
    last = int(flow.index[-1])
    later = words.year_spans(range(last + 1, end.year + 1))
    short = f" For {later} not both of what came and what went are held." * (last < end.year)
    return (
        f" In the year to {words.month(end.replace(year=last))}: {told}. "
        f"The number moved from {opening} to {closing}, {rest}.{short}"
    )


def closes(flow: pd.DataFrame, stock: Measure) -> str:
    """Say in which years opening, in and out do not make the closing number."""
    if flow.empty:
        return "Both flows and both stocks are held together in no year."
    gaps = flow["unexplained"].abs()
    within, near = (CLOSE, " by more than one") if stock.decimals else (0.0, "")
    missed = int(gaps.gt(within).sum())
    if not missed:
        return "Opening + in − out gives the closing number in every year held."
    most = words.figure(gaps.max(), stock)
    years = f"in {missed} of {len(flow)} years, by {most} at most"
    if len(flow) == 1:
        years = f"by {most} in the one year held"
    return f"Opening + in − out misses the closing number{near} {years}."


def flow_table(flow: pd.DataFrame, names: list[str]) -> Table:
    """Return opening number, flows and closing number by year, newest first."""
    stock, into, out = (measures.get(name) for name in names)
    columns = ["opening", "starts", "ends", "closing", "unexplained"]
    frame = flow.sort_index(ascending=False)[columns].reset_index(names="year")
    plain = Format.of(stock)
    return Table(
        frame,
        f"{stock.short}: opening number, what came and went, closing number",
        {"year": "Year", "opening": "Opening", "starts": into.short, "ends": out.short,
         "closing": "Closing", "unexplained": "Unexplained"},
        dict.fromkeys(columns[:4], plain)
        | {"year": YEAR, "unexplained": Format(stock.decimals, signed=True)},
    )  # fmt: skip
