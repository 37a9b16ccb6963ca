"""What a report carries to workbook and paper: its tables as values, its figures with others."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import rounded
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.rank import members, placed, reach
from thurrock_analysis.metrics import comparators, movement
from thurrock_analysis.record import areas, measures, tidy
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

PLAIN = asdict(Format())
NEIGHBOURS, REGION = "neighbours", "region"


def findings(report: "Report") -> list[dict[str, Any]]:
    """Return every finding shown, in its order: what it says, its tables, source and periods."""
    return [_finding(report, one) for one in report.taken]


def _finding(report: "Report", one: Finding) -> dict[str, Any]:
    figures = one.figures
    own = figures[figures["area"].eq(report.area.code)] if len(figures) else figures
    return {
        "sentence": one.sentence,
        "doubt": one.doubt,
        "verb": one.verb,
        "held": one.held,
        "measures": list(figures["measure"].unique()) if len(figures) else [],
        "tables": [_table(table) for table in (one.shown, one.rest) if len(table)],
        "source": report.source(figures) if len(figures) else "",
        "period": _periods(own["period_end"]) if len(own) else "",
        "shows": str(one.chart.options.get("subtitle", "")) if one.chart else "",
    }


def _periods(ends: pd.Series) -> str:
    """Say which periods some figures are of: the days on which they close, and the years.

    >>> _periods(pd.to_datetime(pd.Series(["2016-03-31", "2025-03-31"])))
    'years ending 31 March, 2016 and 2025'
    """
    years = sorted(set(ends.dt.year))
    spans = words.year_spans(years) if years[2:] else words.listed(map(str, years))
    return f"{words.years_ending(ends)}, {spans}"


def _table(table: Table) -> dict[str, Any]:
    """Return a table as columns of plain values: numbers, and words for what has none."""
    texts = table.texts()
    columns = []
    for place, name in enumerate(table.frame.columns):
        column: dict[str, Any] = {"head": str(texts.columns[place])}
        cells, shown = table.frame[name], texts.iloc[:, place].tolist()
        if pd.api.types.is_bool_dtype(cells) or not (
            name in table.formats or pd.api.types.is_numeric_dtype(cells)
        ):
            columns.append(column | {"cells": shown})
            continue
        # What is not a number is as it is read: hidden, not held, from zero.
        column["cells"] = [
            float(cell) if pd.api.types.is_number(cell) and math.isfinite(cell) else text
            for cell, text in zip(cells, shown, strict=True)
        ]
        formats = table.formats.get(name, Format() if place else YEAR)
        each = [formats] if isinstance(formats, Format) else formats
        columns.append(column | {"formats": [_format(one) for one in each]})
    return {"caption": table.caption, "columns": columns}


def _format(one: Format) -> dict[str, Any]:
    """Return what a format says that is not said of every number."""
    return {name: value for name, value in asdict(one).items() if value != PLAIN[name]}


def beside(report: "Report") -> dict[str, dict[str, Any]]:
    """Return, by measure, what stands beside its key figure where that is a number."""
    rows = report.key_figures()
    rows = rows[rows["breakdown"].eq(tidy.ALL) & rows["value"].notna()]
    return {str(row["measure"]): _beside(report, row) for _, row in rows.iterrows()}


def _beside(report: "Report", row: pd.Series) -> dict[str, Any]:
    """Set a key figure beside the number before it, England's, its neighbours' and its rank."""
    measure, end = measures.get(row["measure"]), row["period_end"]
    return _before(report, measure, end) | _around(report, measure, end)


def _before(report: "Report", measure: Measure, end: pd.Timestamp) -> dict[str, Any]:
    moved = movement.latest(report.own(measure.measure), measure)
    if moved is None or moved["period_end"] != end:
        return {}
    per_cent = measure.unit != "percent" and not measure.is_balance
    return {
        "before": float(moved["value_first"]),
        "before_end": f"{moved['period_before']:%Y-%m-%d}",
        "before_numerator": _number(moved["numerator_first"]),
        "before_denominator": _number(moved["denominator_first"]),
        "change": float(moved["change"]),
        "percent": _number(moved["percent"]) if per_cent else None,
        "broken": report.broken(measure.measure) > moved["period_before"].year,
        "open": not rounded.moved(
            report.own(measure.measure), measure, moved["period_before"].year, end.year
        ),
    }


def _around(report: "Report", measure: Measure, end: pd.Timestamp) -> dict[str, Any]:
    """Return what others have; of counts that add up over areas nothing is to be compared."""
    if measure.is_count:
        return {}
    rows = report.figures(measure.measure)
    values = rows[rows["period_end"].eq(end)].dropna(subset="value").set_index("area")["value"]
    near = values[values.index.isin(report.neighbours["neighbour"])]
    field, _ = members(report, measure.measure, end.year)
    ranked = comparators.rank(field, field["area"].to_list())
    own = ranked[ranked["area"].eq(report.area.code)].iloc[0]
    place = placed(ranked, own, measure) if len(ranked) > 1 else ""
    first, last = own["rank"], own["rank"]
    is_open = rounded.is_open(own, measure)
    if is_open:
        first, last = reach(ranked, own, measure)
    whole = values.get(areas.ENGLAND) if report.area.code != areas.ENGLAND else None
    mean = comparators.summary(near, measure.decimals)[comparators.neighbour_code("mean")]
    others = {"england": _number(whole), NEIGHBOURS: mean if len(near) else None}
    return others | {
        "allows": rounded.in_words(own, measure) if is_open else "",
        "straddled": [
            name for name, one in others.items() if one is not None and rounded.straddles(own, one)
        ],
        "rank": (int(first) if first == last else f"{first} to {last}") if place else None,
        "of": int(own["of"]) if place else None,
        "place": place,
        "among": NEIGHBOURS if len(report.neighbours) else REGION,
    }


def _number(value: Any) -> float | None:
    """Return a number as JSON holds it, None where there is none."""
    return None if value is None or pd.isna(value) else float(value)
