"""What matters most of a report: by consequence, how far from England, and for how long."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import unusual
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

WINDOW = 5
"""Years, those before the newest for its range, and those with it for its side of England."""
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
    measure, rows = measures.get(name), report.figures(name)
    by_year = rows.assign(year=rows["period_end"].dt.year).pivot_table(
        index="year", columns="area", values="value", observed=True
    )
    own = by_year.get(report.area.code, pd.Series(dtype=float)).dropna()
    if own.empty or report.later(name) or areas.ENGLAND not in by_year:
        return None
    year = int(own.index[-1])
    verdict = unusual.stands(report, name, year)
    if verdict.kind != "larger":
        return None
    side = int(np.sign(verdict.size))
    gap = (own - by_year[areas.ENGLAND]).reindex(range(year - WINDOW + 1, year + 1))
    years = int(np.sign(gap).eq(side)[::-1].cumprod().sum())
    newest = report.own(name).dropna(subset="value").iloc[-1]
    england = words.figure(by_year.loc[year, areas.ENGLAND], measure)
    return {
        "sentence": f"{words.told(newest, measure)}; England {england}. {_held(side, years)} "
        f"{_range(report, own, measure)}".strip(),
        "measure": name,
        "topic": why["topic"],
        "weight": round(int(why["consequence"]) * abs(verdict.size) * max(years, 1) / WINDOW, 3),
    }


def _held(side: int, years: int) -> str:
    """Say that a figure stands apart, and for how long it has been on that side."""
    how = f"That is farther {SIDES[side]} England than authorities usually differ"
    so_long = f"; it was {SIDES[side]} it in each of the last {years} years"
    return how + so_long * (years > 1) + "."


def _range(report: "Report", own: pd.Series, measure: Measure) -> str:
    """Say where the newest figure stands among those of the five years before, if all are held."""
    year, since = int(own.index[-1]), report.broken(measure.measure)
    before = own[(own.index >= max(year - WINDOW, since)) & (own.index < year)]
    if len(before) < WINDOW:
        return ""
    low, high = before.min(), before.max()
    among = f"the five years before ({words.figure(low, measure)} to {words.figure(high, measure)})"
    if low <= own[year] <= high:
        return f"It is within the range of {among}."
    return f"It is {'higher' if own[year] > high else 'lower'} than in any of {among}."
