"""What a notebook hands back through its last cell, and the key figures of all."""

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import measures
from thurrock_analysis.record.measures import Measure
from thurrock_analysis.saving import unformulated

MIME = "application/vnd.thurrock.report+json"


@dataclass(frozen=True)
class Payload:
    """The result of one notebook."""

    notebook: str
    key_figures: list[dict[str, Any]] = field(default_factory=list)
    headlines: list[dict[str, Any]] = field(default_factory=list)
    """Each a ``sentence`` on a ``measure`` that moved, with its ``weight``: how notable it is, 0
    to keep it out of the index; and what the index says of the measure beside its value."""
    read: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What stands beside the key figure of a measure: before, England, neighbours, rank."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    """Everything shown, in its order: sentence, tables as values, source and periods."""


def payload_of(notebook: Any, name: str) -> Payload:
    """Find what an executed notebook hands back."""
    try:
        found = [
            output["data"][MIME]
            for cell in notebook["cells"]
            for output in cell.get("outputs", [])
            if MIME in output.get("data", {})
        ]
        if not found:
            raise ThurrockError("did not reach its last cell: it handed back no result")
        last = found[-1]
        return Payload(
            notebook=name,
            key_figures=[dict(row) for row in last["key_figures"]],
            headlines=[
                one | {"sentence": str(one["sentence"]), "weight": float(one["weight"])}
                for one in last.get("headlines", [])
            ],
            read=dict(last.get("read", {})),
            beside={str(name): dict(one) for name, one in last.get("beside", {}).items()},
            findings=[dict(one) for one in last.get("findings", [])],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ThurrockError(
            f"handed back a result that cannot be read ({type(error).__name__}: {error})"
        ) from error


def shown_of(row: dict[str, Any]) -> tuple[str, str]:
    """Return the label of a key figure, and its value as pages show it."""
    name, value, known = str(row.get("measure", "")), row.get("value"), _known(row)
    label = known.label if known else name.replace("_", " ")
    if value is None or math.isnan(value):
        shown = str(row.get("status") or "not available")
    else:
        shown = words.figure(value, known) if known else words.number(value, 1)
    return words.capital(label), shown


def period_of(row: dict[str, Any]) -> str:
    """Return the period of a key figure in words."""
    end = str(row.get("period_end") or "")
    try:
        day = words.day(end)
    except ValueError:
        return ""
    known, basis = _known(row), str(row.get("basis"))
    if basis in words.SPANS:
        return words.SPANS[basis] + words.month(end)
    in_year = basis != "at date" or (known is not None and known.is_in_year_to_date)
    return f"year to {day}" if in_year else day


def _known(row: dict[str, Any]) -> Measure | None:
    name = str(row.get("measure", ""))
    return measures.get(name) if name in measures.table().index else None


def write_key_figures(path: Path, payloads: list[Payload], columns: list[str]) -> None:
    """Write the key figures of all notebooks as one CSV file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["notebook", *columns])
        for payload in payloads:
            for row in payload.key_figures:
                cells = [payload.notebook, *map(row.get, columns)]
                writer.writerow(map(_cell, cells))


def _cell(value: Any) -> Any:
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else unformulated(value)
