"""What the first page draws of a measure: its years, England's, and where others stand."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import window
from thurrock_analysis.findings.verbs.rank import members, placed
from thurrock_analysis.metrics import comparators
from thurrock_analysis.record import areas, dictionary, measures

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

YEARS = 10
"""Years that a tile draws, the newest included."""


def tiles(report: "Report", shown: list[str]) -> list[dict[str, Any]]:
    """Return what is drawn of each measure shown that has a tile (``tiles.csv``).

    Parameters
    ----------
    shown : list of str
        Measures of which the report has key figures.

    Returns
    -------
    list of dict
        ``measure``; ``period`` and ``end`` of its newest number; ``own`` and ``country``: pairs
        of a closing year and a figure, oldest first; ``near``: newest figures of its peers;
        ``place``: its rank in words; ``since``: the first year after a break in the series, or 0;
        ``hidden``: what is said of newer years without a number.
    """
    wanted = {row["measure"] for row in dictionary.rows("tiles")}
    return [_tile(report, name) for name in shown if name in wanted and report.years(name)]


def _tile(report: "Report", name: str) -> dict[str, Any]:
    own, year = window.of(report, name), report.years(name)[-1]
    whole = window.of(report, name, areas.ENGLAND)
    if report.area.code == areas.ENGLAND or measures.get(name).is_count:
        whole = whole.iloc[:0]
    field, _ = members(report, name, year)
    ranked = comparators.rank(field, field["area"].to_list())
    mine = ranked["area"].eq(report.area.code)
    end = report.own(name).dropna(subset=["value"])["period_end"].max()
    others = ranked.loc[~mine, "value"].dropna()
    return {
        "sentence": "",
        "weight": 0.0,
        "measure": name,
        "period": words.period(end, measures.get(name)),
        "end": f"{end:%Y-%m-%d}",
        "own": _pairs(own, year),
        "country": _pairs(whole, year),
        "near": [round(float(value), 4) for value in others],
        "place": placed(ranked, ranked[mine].iloc[0], measures.get(name)) if len(others) else "",
        "since": report.broken(name),
        **_untold(report, name, end),
    }


def _untold(report: "Report", name: str, newest: pd.Timestamp) -> dict[str, str]:
    """Say in a word that there is no number after one; which years have none, and why.

    What a hidden one can be is said, where what else is printed bounds it.
    """
    rows = report.hidden(name, newest)
    if rows.empty:
        return {"untold": "", "hidden": ""}
    years = words.year_spans(set(rows["period_end"].dt.year))
    last = rows.loc[rows["period_end"].eq(rows["period_end"].max()), "status"]
    word = "hidden" if last.eq("suppressed").all() else "no figure"
    return {"untold": word, "hidden": f"{years}: {report.known(name, rows)}"}


def _pairs(figures: pd.Series, newest: int) -> list[tuple[int, float]]:
    kept = figures[(figures.index > newest - YEARS) & (figures.index <= newest)]
    return [(int(year), round(float(value), 4)) for year, value in kept.items()]
