"""The analyst's own words beside a finding: targets, notes and explanations, by role."""

import datetime
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.record import measures, notes
from thurrock_analysis.record.parsing import Row

if TYPE_CHECKING:
    from thurrock_analysis.findings.view import View


def beside(view: "View", figures: pd.DataFrame) -> list[str]:
    """Return a sentence a note on the area's figures; none of these is computed from them."""
    return [_said(row) for row in notes.of(view.area.code, figures)]


def _said(row: Row) -> str:
    measure = measures.get(row["measure"])
    end = row["period_end"] and datetime.date.fromisoformat(row["period_end"])
    if row["kind"] == "target":
        by = f" by {words.day(end)}" if end else ""
        value = words.as_printed(float(row["value"]), measure)
        first = f"Local target for {measure.label}: {value}{by}, set by the {row['role']}."
    else:
        when = f", {words.period(end, measure)}" if end else ""
        first = f"{row['kind'].capitalize()} of the {row['role']} on {measure.label}{when}:"
    return f"{first} {row['text']}".strip()
