"""What a report hands on: what moved, for the index; sentences and figures, for a golden cell."""

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import (
    known,
    matters,
    open_questions,
    rounded,
    tiles,
    unusual,
    window,
)
from thurrock_analysis.findings.verbs.rank import place_of
from thurrock_analysis.metrics import movement, usual
from thurrock_analysis.metrics.usual import Verdict
from thurrock_analysis.record import dictionary, measures, tidy
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

NEWS = pd.Timedelta(days=2 * 366)
"""An annual figure older than this at the date is no news."""
WIDTH = 100
BY_ITSELF = "Each change by itself; the first page corrects them for their number."


_told: WeakKeyDictionary["Report", tuple[int, list[dict[str, Any]]]] = WeakKeyDictionary()
"""What moved, by report, with the number of findings shown by then."""


def movements(report: "Report") -> list[dict[str, Any]]:
    """Say of each measure shown what moved since the period before, and where England is.

    The weight is the change in usual movements; 0 where that cannot be told, where the figure is
    in effect unchanged or where it is no news. Each verdict is by itself: the first page, which
    has the lines of all notebooks, corrects them for their number.
    """
    shown, lines = _told.get(report, (-1, []))
    if shown != len(report.taken):
        lines = _movements(report)
        _told[report] = len(report.taken), lines
    return lines


def _movements(report: "Report") -> list[dict[str, Any]]:
    names = _in_order(report, report.key_figures())
    found = [one for one in (_newest(report, name) for name in names) if one is not None]
    return [_line(report, one) for one in found]


def headlines(report: "Report") -> list[dict[str, Any]]:
    """Return every line for the index, each with the box that it belongs to."""
    rows = report.key_figures()
    names, moved = _in_order(report, rows), movements(report)
    ends = rows.groupby("measure", observed=True)["period_end"].max()
    forecasts = [one for one in report.taken if one.held and one.verb == "outlook"]
    boxes = {
        "moved": [{**line, "tells": _tells(report, line["measure"], names)} for line in moved],
        "beside": [  # what the index says of a figure whose movement is not told
            {
                "sentence": "",
                "weight": 0.0,
                "measure": name,
                "england": england,
                "tells": _tells(report, name, names),
            }
            for name in names
            if name not in {line["measure"] for line in moved}
            and (england := window.england(report, name, ends[name]))
        ],
        "matters": [{**row, "sentence": "", "weight": 0.0} for row in matters.rows(report, names)],
        "tile": tiles.tiles(report, names),
        "ahead": [
            {"sentence": one.sentence, "measure": one.figures["measure"].iloc[0], "weight": weight}
            for weight, one in enumerate(reversed(forecasts), start=1)
        ],
    }
    return [{**line, "box": box} for box, found in boxes.items() for line in found]


def at_a_glance(report: "Report") -> pd.DataFrame:
    """Return a row for each measure that matters: figure, change, standing (`matters.page`).

    All of ``matters.csv``, shown or not; changes by themselves, standings corrected for their
    number.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> at_a_glance(open_report("Thurrock")).loc[0, ["value", "england", "standing"]].tolist()
    ['152.9', '103.4', 'farther alone']
    """
    found = matters.rows(report)
    newest = (_newest(report, row["measure"]) for row in found if row["value"])
    moved = {one.name: _line(report, one) for one in newest if one is not None}
    return matters.page(found, moved)


def left_open(lines: list[dict[str, Any]]) -> str:
    """Say which questions the figures shown raise, by the lines of their notebook alone."""
    moved = {line["measure"]: line for line in lines if line["box"] == "moved"}
    return open_questions.asked(matters.page((x for x in lines if x["box"] == "matters"), moved))


def _tells(report: "Report", name: str, names: list[str]) -> list[str]:
    """Return the measures of which a line on one tells all: its count, the same children again."""
    measure = measures.get(name)
    part, base = measure.numerator, measure.denominator
    if part is None or base is None:
        return []
    if part.breakdown == tidy.ALL and base.measure == measures.POPULATION:
        return [part.measure]
    return [other for other in names if _are_all_of(report, measure, measures.get(other))]


def _are_all_of(report: "Report", measure: Measure, wider: Measure) -> bool:
    """Say whether the children of a share are all of a wider one's, now and the period before."""
    part, other = measure.numerator, wider.numerator
    if part is None or other is None or measure.denominator != wider.denominator:
        return False
    same = (part.measure, part.breakdown) == (other.measure, other.breakdown)
    if not (same and set(part.groups) < set(other.groups)):
        return False
    own, whole = (
        report.own(one.measure).dropna(subset=["numerator"]).tail(2)[["period_end", "numerator"]]
        for one in (measure, wider)
    )
    return len(own) == 2 and own.reset_index(drop=True).equals(whole.reset_index(drop=True))


def _in_order(report: "Report", rows: pd.DataFrame) -> list[str]:
    """Return the measures with key figures, in the order in which they were shown."""
    shown = [name for one in report.taken if one.key for name in one.figures.get("measure", [])]
    known = set(rows["measure"])
    return [name for name in dict.fromkeys(shown) if name in known]


@dataclass(frozen=True)
class _Newest:
    """The newest figure of a measure beside the one before, and whether it moved as usual."""

    name: str
    row: pd.Series
    verdict: Verdict


def _newest(report: "Report", name: str) -> _Newest | None:
    figures = report.own(name)
    row = movement.latest(figures, measures.get(name))
    if row is None or report.later(name):
        return None
    before, now = row["period_before"].year, row["period_end"].year
    if now - before > 1:
        return None  # the period before is hidden or not held, and an older one is no news
    if not rounded.moved(figures, measures.get(name), before, now):
        return None  # rounding leaves open whether it moved
    return _Newest(name, row, unusual.changed(report, name, before, now))


def _line(report: "Report", one: _Newest) -> dict[str, Any]:
    measure, row, verdict = measures.get(one.name), one.row, one.verdict
    fresh = pd.Timestamp(report.as_at) - row["period_end"] <= NEWS
    is_news = fresh and verdict.kind in ("larger", "usual")
    tested = math.isfinite(verdict.probability)
    among = window.beside(report, one.name)
    among = f" It is {among}." * bool(among)  # one year's fall can be the end of a spike
    years = {"year_first": row["period_before"].year, "year_last": row["period_end"].year}
    among += f" {known.told(report, [years | {'measure': one.name}])}".rstrip()
    caution = _caution(one.name) if verdict.kind in ("larger", "usual") else ""
    among += f" {caution}".rstrip()
    line = {
        **_verdict(verdict, one, among),
        "probability": verdict.probability if tested and fresh else None,
        "weight": round(abs(verdict.size), 3) if is_news else 0.0,
        "measure": one.name,
        "label": measure.label,
        "period": words.period(row["period_end"], measure),
        "value": words.figure(row["value_last"], measure),
        "before": words.figure(row["value_first"], measure),
        "change": words.signed(row, measure) + words.unrounded(row, measure),
        "england": window.england(report, one.name, row["period_end"]),
        "caution": caution,
    }
    if verdict.kind == "larger":
        line["among_many"] = _verdict(usual.among_many(verdict), one, among)
    return line


def _caution(name: str) -> str:
    """Return what is to be said beside a figure whenever it moved or stands far apart."""
    return next(
        (row["caution"] for row in dictionary.rows("matters") if row["measure"] == name), ""
    )


def _verdict(verdict: Verdict, one: _Newest, among: str) -> dict[str, Any]:
    """Return what depends on the verdict of a line."""
    measure = measures.get(one.name)
    # Of England and regions nothing is said line by line: no verdict is ever told of them.
    is_told = verdict.reason != "no authority"
    said = unusual.in_words(verdict) if is_told else ""
    row = pd.concat([one.row, pd.Series({"kind": verdict.kind})]) if is_told else one.row
    return {
        "sentence": words.movement(row, measure, said) + among,
        "direction": _direction(verdict, one.row, measure),
        "verdict": verdict.kind,
    }


def _direction(verdict: Verdict, row: pd.Series, measure: Measure) -> str:
    """Say which way a figure moved; better or worse only where it moved more than usual.

    Both figures are printed: the way is known also where it cannot be told whether it is usual.
    """
    if verdict.kind == "unchanged":
        return "in effect unchanged"
    if verdict.reason == "broken":
        return "not comparable"
    said = movement.direction(row, measure)
    if said not in ("better", "worse") or verdict.kind == "larger":
        return said
    return "up" if row["change"] > 0 else "down"


def printed(report: "Report") -> Iterator[str]:
    """Write every sentence shown, then each key figure with its rank and what its change is.

    That is each by itself, and said to be, where one of them is larger than usual.
    """
    for one in report.taken:
        yield from textwrap.wrap(one.sentence, WIDTH, subsequent_indent="    ")
    rows = report.key_figures()
    moved = {line["measure"]: line["verdict"] for line in movements(report)}
    if "larger" in moved.values():
        yield BY_ITSELF
    for row in rows[rows["breakdown"].eq(tidy.ALL)].itertuples():
        measure = measures.get(row.measure)
        shown = row.status or words.figure(row.value, measure)
        rank = place_of(report, row.measure, row.period_end) if not measure.is_count else ""
        yield (
            f"{row.measure:52} {row.period_end:%Y-%m-%d} {shown:>10}  {rank:10} "
            f"{moved.get(row.measure, ''):9} {row.release}"
        ).rstrip()
