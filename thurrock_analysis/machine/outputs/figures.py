"""The key figures of a report, each once, with what stands beside it and what was found of it."""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thurrock_analysis import words
from thurrock_analysis.machine.refresh.index import Entry
from thurrock_analysis.record import measures, tidy
from thurrock_analysis.record.measures import Measure

KEY = ("measure", "breakdown", "group", "period_end")


@dataclass(frozen=True)
class KeyFigure:
    """A figure that a notebook handed on.

    Attributes
    ----------
    row : dict
        The tidy row.
    beside : dict
        Before, change, England, neighbours, rank; empty where nothing stands beside it.
    line : dict
        Its line for the first page, as it is among all changes; empty where it has none.
    report : str
        Title of the notebook that shows it first.
    """

    row: dict[str, Any]
    beside: dict[str, Any]
    line: dict[str, Any]
    report: str

    @cached_property
    def measure(self) -> Measure | None:
        """The measure, where the dictionary has it."""
        name = self.row["measure"]
        return measures.get(name) if name in measures.table().index else None

    @property
    def name(self) -> str:
        """What the figure is called."""
        known = self.measure
        return words.capital(known.label if known else self.row["measure"].replace("_", " "))

    @property
    def period(self) -> str:
        """The period that it is of."""
        known, end = self.measure, str(self.row.get("period_end") or "")
        return words.period(datetime.date.fromisoformat(end), known) if known and end else end

    @property
    def value(self) -> float | None:
        """The number; None where there is none."""
        value = self.row.get("value")
        return None if value is None or math.isnan(value) else float(value)


def key_figures(entries: list[Entry]) -> list[KeyFigure]:
    """Return the figures of the whole, in the order of the reports, each once."""
    return [one for one in _each(entries) if one.row.get("breakdown", tidy.ALL) == tidy.ALL]


def group_figures(entries: list[Entry]) -> list[KeyFigure]:
    """Return the figures of groups, each once."""
    return [one for one in _each(entries) if one.row.get("breakdown", tidy.ALL) != tidy.ALL]


def _each(entries: list[Entry]) -> Iterator[KeyFigure]:
    seen: set[tuple[Any, ...]] = set()
    for entry in entries:
        if entry.payload is None:
            continue
        lines = {one.get("measure"): one for one in entry.payload.headlines if "verdict" in one}
        for row in entry.payload.key_figures:
            key = tuple(row.get(name) for name in KEY)
            if key in seen or "measure" not in row:
                continue
            seen.add(key)
            whole = row.get("breakdown", tidy.ALL) == tidy.ALL
            name = row["measure"] if whole else ""
            beside = entry.payload.beside.get(name, {})
            yield KeyFigure(row, beside, lines.get(name, {}), entry.title)
