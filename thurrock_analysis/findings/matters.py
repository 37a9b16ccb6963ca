"""What matters most of a report: by consequence, how far it stands apart, and for how long."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import rounded, unusual, window
from thurrock_analysis.findings.finding import NotHeldError
from thurrock_analysis.findings.verbs.expected import held
from thurrock_analysis.findings.verbs.expected import side as side_of
from thurrock_analysis.metrics.usual import Z95
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

SIDES = {1: "above", -1: "below"}
BETTER = {"high": 1, "low": -1}
"""The side of England on which a measure with a better end is better."""


@dataclass(frozen=True)
class Standing:
    """How far a figure stands apart, in what authorities usually differ by; negative below."""

    size: float
    is_far: bool
    words: str


def lines(report: "Report", shown: list[str]) -> list[dict[str, Any]]:
    """Return a line for each measure shown that matters.

    Parameters
    ----------
    shown : list of str
        Measures whose newest figure the report has.

    Returns
    -------
    list of dict
        ``sentence``, ``measure``, ``topic``, ``better`` (whether it stands on the better side),
        ``far`` (farther from England than authorities usually differ, or beyond what would be
        expected) and ``weight``: consequence (``matters.csv``) times the distance times the share
        of the newest five years on that side of England.
    """
    table = {row["measure"]: row for row in dictionary.rows("matters")}
    found = (_line(report, name, table[name]) for name in shown if name in table)
    return [line for line in found if line is not None]


def _line(report: "Report", name: str, why: dict[str, str]) -> dict[str, Any] | None:
    """Return the line of a measure; None where its newest figure is hidden, or as England's."""
    own, whole = window.of(report, name), window.of(report, name, areas.ENGLAND)
    if own.empty or report.later(name) or own.index[-1] not in whole:
        return None
    measure, year = measures.get(name), int(own.index[-1])
    newest = report.own(name).dropna(subset="value").iloc[-1]
    apart = _apart(report, measure, newest)
    if apart is None or own[year] == whole[year] or rounded.straddles(newest, whole[year]):
        return None
    side = int(np.sign(apart.size))
    if not apart.is_far and side != np.sign(own[year] - whole[year]):
        return None  # as near to England as rounding
    gap = (own - whole).reindex(range(year - window.YEARS + 1, year + 1))
    years = int(np.sign(gap).eq(side)[::-1].cumprod().sum())
    weight = int(why["consequence"]) * abs(apart.size) * max(years, 1) / window.YEARS
    england = window.england(report, name, newest["period_end"])
    among = window.beside(report, name)
    parts = [
        f"{rounded.told(newest, measure)}; England {england}.",
        f"{apart.words}; it was {SIDES[side]} England in each of the last {years} years."
        if years > 1
        else f"{apart.words}.",
        f"It is {among}." * bool(among),
        why["caution"] * apart.is_far,
    ]
    return {
        "sentence": " ".join(part for part in parts if part),
        "measure": name,
        "topic": why["topic"],
        "better": BETTER.get(measure.polarity) == side,
        "far": apart.is_far,
        "weight": round(weight, 3),
    }


def _apart(report: "Report", measure: Measure, newest: pd.Series) -> Standing | None:
    """Return how far a figure stands from what would be expected, or else from England."""
    verdict = unusual.stands(report, measure.measure, newest["period_end"].year)
    if not math.isfinite(verdict.size):
        return None
    row = _beyond(report, measure, newest)
    if row is not None:
        end = row.low_95 if side_of(row) == "below" else row.high_95
        size = math.log(row.actual / row.expected) / abs(math.log(end / row.expected))
        return Standing(Z95 * size, True, _told_beyond(row))
    side, is_far = SIDES[1 if verdict.size > 0 else -1], verdict.kind == "larger"
    how = f"farther {side} than" if is_far else f"{side} by no more than"
    return Standing(verdict.size, is_far, f"That is {how} authorities usually differ")


def _told_beyond(row: Any) -> str:
    """Say that a count is beyond the range of what would be expected."""
    return (
        f"That is {words.number(row.actual)} where {words.number(row.expected)} would be expected, "
        f"{side_of(row)} the range of 95 in 100 authorities with its children and factors of need"
    )


def _beyond(report: "Report", measure: Measure, newest: pd.Series) -> Any | None:
    """Return what would be expected in the same period, where the figure is out of its range."""
    try:
        rows = held(report)
    except NotHeldError:
        return None
    end = f"{newest['period_end']:%Y-%m-%d}"
    rows = rows[rows["measure"].eq(measure.measure) & rows["area"].eq(report.area.code)]
    rows = rows[rows["period_end"].astype("str").str[:10].eq(end)]
    rows = rows[rows["actual"].gt(0) & rows["low_95"].gt(0)].tail(1)
    return next((row for row in rows.itertuples() if side_of(row) != "within"), None)
