"""What matters most of a report: by consequence, how far from England, and for how long."""

from typing import TYPE_CHECKING, Any

import numpy as np

from thurrock_analysis import words
from thurrock_analysis.findings import unusual, window
from thurrock_analysis.record import areas, dictionary, measures

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

SIDES = {1: "above", -1: "below"}


def lines(report: "Report", shown: list[str]) -> list[dict[str, Any]]:
    """Return a line for each measure shown that matters and stands far from England.

    Parameters
    ----------
    shown : list of str
        Measures whose newest figure the report has.

    Returns
    -------
    list of dict
        ``sentence``, ``measure``, ``topic`` and ``weight``: consequence (``matters.csv``) times
        the distance from England, in what authorities usually differ by, times the share of the
        newest five years on that side. 0 where it is within what they usually differ by.
    """
    table = {row["measure"]: row for row in dictionary.rows("matters")}
    found = (_line(report, name, table[name]) for name in shown if name in table)
    return [line for line in found if line is not None]


def _line(report: "Report", name: str, why: dict[str, str]) -> dict[str, Any] | None:
    """Return the line of a measure; None where its newest figure is hidden, old or like others."""
    own, whole = window.of(report, name), window.of(report, name, areas.ENGLAND)
    if own.empty or report.later(name) or own.index[-1] not in whole:
        return None
    year = int(own.index[-1])
    verdict = unusual.stands(report, name, year)
    if verdict.kind != "larger":
        return None
    side = int(np.sign(verdict.size))
    gap = (own - whole).reindex(range(year - window.YEARS + 1, year + 1))
    years = int(np.sign(gap).eq(side)[::-1].cumprod().sum())
    newest = report.own(name).dropna(subset="value").iloc[-1]
    england = window.england(report, name, newest["period_end"])
    told = f"{words.told(newest, measures.get(name))}; England {england}."
    among = window.beside(report, name)
    return {
        "sentence": f"{told} {_held(side, years)}" + f" It is {among}." * bool(among),
        "measure": name,
        "topic": why["topic"],
        "weight": round(
            int(why["consequence"]) * abs(verdict.size) * max(years, 1) / window.YEARS, 3
        ),
    }


def _held(side: int, years: int) -> str:
    """Say that a figure stands apart, and for how long it has been on that side."""
    how = f"That is farther {SIDES[side]} England than authorities usually differ"
    so_long = f"; it was {SIDES[side]} it in each of the last {years} years"
    return how + so_long * (years > 1) + "."
