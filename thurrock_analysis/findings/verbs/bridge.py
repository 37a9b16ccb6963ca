"""A change split into one group and all others."""

from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.view import View, named, nearest
from thurrock_analysis.record import measures, store
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

OTHERS = "all others"


@question
def bridge(report: "Report", measure: str, part: str, since: int | None = None) -> Finding:
    """Split the change of a count since a year into one group and all others.

    Parameters
    ----------
    measure : str
        A count, such as ``"looked_after"``.
    part : str
        One of its groups, such as ``"unaccompanied asylum-seeking"``.
    since : int, optional
        Closing year to begin with; left out, the first in which both are held.

    Returns
    -------
    Finding
        Its table has a row a year: all, the part, and the others.

    Raises
    ------
    ThurrockError
        There is no such measure, or it has no such group.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = open_report("Thurrock").bridge("looked_after", "unaccompanied asylum-seeking", 2016)
    >>> found.table.iloc[0].tolist()
    [2025.0, 276.0, 32.0, 244.0]
    """
    entry = measures.get(named(measure)[0])
    every = parts(report, measure, part)
    table = every[every.index >= (since or 0)]
    if len(table) < 2:
        raise NotHeldError(
            f"Counts of {entry.label} of {report.area.spoken} with and without {part} are held for "
            f"fewer than two years{f' from {since} on' if since else ''}."
        )
    first, last = table.iloc[0], table.iloc[-1]
    start, end = int(table.index[0]), int(table.index[-1])
    change = last - first
    moved = {name: words.with_sign(float(change[name]), entry.decimals) for name in change.index}
    rows = report.own(measure)
    day = rows.loc[rows["period_end"].dt.year.eq(end), "period_end"].iloc[0]
    verdict = unusual.in_words(unusual.changed(report, entry.measure, start, end), end - start)
    return Finding(
        f"{report.area.name}: {words.figure(last['all'], entry)} {entry.phrase} "
        f"{words.when(day, entry)}, {than(change['all'], entry)} in {start}: {moved['part']} "
        f"{part} and {moved['others']} {OTHERS}.{year_before(every, start, entry)}"
        f"{apart_since(rows, end)}",
        rows,
        parts_table(table, f"{entry.short} with and without {part}", part, entry.decimals),
        f"The whole change: {verdict}.",
        Chart(
            charts.bridge, (str(start), float(first["all"])),
            {part.capitalize(): change["part"], OTHERS.capitalize(): change["others"]},
            (str(end), float(last["all"])),
            headline=f"{report.area.name}: {in_all(change['all'], entry)} since {start}, "
            f"{moved['others']} without {part}",
            subtitle=f"{entry.short}, {words.when(day, entry)} and in {start}",
            source=report.source(rows), decimals=entry.decimals,
        ),
    )  # fmt: skip


def than(change: float, measure: Measure) -> str:
    """Say how many more or fewer there are.

    >>> than(-57.0, measures.get("looked_after")), than(0.0, measures.get("looked_after"))
    ('57 fewer than', 'as many as')
    """
    if not change:
        return "as many as"
    return f"{words.figure(abs(change), measure)} {'more' if change > 0 else 'fewer'} than"


def in_all(change: float, measure: Measure) -> str:
    """Say how a whole changed, where a sentence says how many more or fewer.

    >>> in_all(-57.0, measures.get("looked_after")), in_all(0.0, measures.get("looked_after"))
    ('−57 looked-after children', 'as many looked-after children')
    """
    moved = words.with_sign(float(change), measure.decimals) if change else "as many"
    return f"{moved} {measure.label}"


def year_before(table: pd.DataFrame, start: int, measure: Measure) -> str:
    """Say how the whole changed since the year before the first, on which much can rest."""
    if start - 1 not in table.index:
        return ""
    change = table["all"].iloc[-1] - table["all"][start - 1]
    return f" That is {than(change, measure)} in {start - 1}."


def apart_since(rows: pd.DataFrame, end: int) -> str:
    """Say for which years after one the whole is held and the two parts are not told apart."""
    years = set(rows.loc[rows["value"].notna(), "period_end"].dt.year)
    later = {year for year in years if year > end}
    return f" The parts of {words.year_spans(later)} are hidden or not held." * bool(later)


def parts(view: View, measure: str, part: str) -> pd.DataFrame:
    """Return a count by year: all, one group of it ("part") and the others."""
    groups = store.load([measure])[["breakdown", "group"]].drop_duplicates()
    found = groups[groups["group"].eq(part)]
    if found.empty:
        known = sorted(set(groups["group"]) - {"all"})
        right = nearest(part, known) if known else "it is held as a whole only"
        raise ThurrockError(f"{measure} has no group {part!r}: {right}.")
    whole = view.own(measure).dropna(subset=["value"])
    alone = view.own(measure, breakdown=str(found["breakdown"].iloc[0]))
    alone = alone[alone["group"].eq(part) & alone["value"].notna()]
    table = pd.DataFrame(
        {
            "all": whole.set_index(whole["period_end"].dt.year)["value"],
            "part": alone.set_index(alone["period_end"].dt.year)["value"],
        }
    ).dropna()
    return table.assign(others=table["all"] - table["part"])


def parts_table(table: pd.DataFrame, caption: str, part: str, decimals: int) -> Table:
    """Return the split by year, newest first."""
    return Table(
        table.sort_index(ascending=False).reset_index(names="year"),
        caption,
        {"year": "Year", "all": "All", "part": part.capitalize(), "others": OTHERS.capitalize()},
        dict.fromkeys(table.columns, Format(decimals)) | {"year": YEAR},
    )
