"""What a report hands on: what moved, for the index; sentences and figures, for a golden cell."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.verbs.rank import place_of
from thurrock_analysis.metrics import change, movement
from thurrock_analysis.record import areas, measures, tidy

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

NEWS = pd.Timedelta(days=2 * 366)
"""An annual figure older than this at the date is no news."""
SAID = ("yes", "no")
WIDTH = 100


def movements(report: "Report") -> list[dict[str, Any]]:
    """Say of each measure shown what moved since the period before, and where England is.

    The weight is the change over what chance alone does; 0 where that cannot be told or the
    figure is no news.
    """
    rows = report.key_figures()
    lines = (_moved(report, name) for name in _in_order(report, rows))
    return [line for line in lines if line is not None]


def _in_order(report: "Report", rows: pd.DataFrame) -> list[str]:
    """Return the measures with key figures, in the order in which they were shown."""
    shown = [name for one in report.taken if one.key for name in one.figures.get("measure", [])]
    known = set(rows["measure"])
    return [name for name in dict.fromkeys(shown) if name in known]


def _moved(report: "Report", name: str) -> dict[str, Any] | None:
    measure = measures.get(name)
    figures = report.own(name)
    row = movement.latest(figures, measure)
    if row is None or row["period_end"] < figures["period_end"].max():
        return None
    fresh = pd.Timestamp(report.as_at) - row["period_end"] <= NEWS
    verdict = change.verdict(row)
    return {
        "sentence": words.movement(row, measure),
        "weight": round(abs(row["z"]), 3) if fresh and verdict in SAID else 0.0,
        "measure": name,
        "before": words.figure(row["value_first"], measure),
        "change": words.signed(row, measure),
        "direction": movement.direction(row, measure),
        "verdict": verdict,
        "england": _england(report, name, row["period_end"]),
    }


def _england(report: "Report", name: str, end: pd.Timestamp) -> str:
    """Write England's figure of a period; a count of all England compares with none."""
    measure = measures.get(name)
    rows = report.figures(name)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].eq(end)].dropna(subset="value")
    if rows.empty or measure.is_count:
        return ""
    return words.figure(rows["value"].iloc[0], measure)


def printed(report: "Report") -> Iterator[str]:
    """Write every sentence shown, then each key figure with its rank and what chance says."""
    for one in report.taken:
        yield from textwrap.wrap(one.sentence, WIDTH, subsequent_indent="    ")
    rows = report.key_figures()
    moved = {line["measure"]: line["verdict"] for line in movements(report)}
    for row in rows[rows["breakdown"].eq(tidy.ALL)].itertuples():
        measure = measures.get(row.measure)
        shown = row.status or words.figure(row.value, measure)
        rank = place_of(report, row.measure, row.period_end) if not measure.is_count else ""
        yield (
            f"{row.measure:52} {row.period_end:%Y-%m-%d} {shown:>10}  {rank:10} "
            f"{moved.get(row.measure, ''):9} {row.release}"
        ).rstrip()
