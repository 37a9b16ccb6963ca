"""Where the references of claims are looked up: in indexes, each built once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from statistics import fmean
from typing import NamedTuple

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import documents, facts, figures, plans
from thurrock_analysis.papers.figures import Field, Figure, Input
from thurrock_analysis.papers.references import Count, Fact, Grades, Published, Reference
from thurrock_analysis.record import areas, conditions, dictionary, measures, store
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.fingerprint import remembered

KEY = ["measure", "breakdown", "group", "period_end", "area"]
COUNTED = {
    "actions": "action",
    "recommendations": "recommendation",
    "repeated": "return",
    "judgements": "judgement",
}
"""The tables whose rows are counted, and what a row is called."""
LATER = "later revision"
"""How the method begins of a figure whose release of the time is not held."""


class NotThereError(ThurrockError):
    """A figure is not published, not yet, hidden or lost: nothing is wrong with the claim's row."""


class Cell(NamedTuple):
    """A figure as known at a date: its value, or the status that says why it has none."""

    value: float
    status: str
    method: str


@dataclass(frozen=True)
class Sources:
    """Where the references named, and no others, are looked up for one area at one date."""

    area: Area
    as_at: str
    named: frozenset[Reference]
    untold: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Published figures that are to be none, each with the reason; keys as `known` has them."""
    views: dict[str, dict[tuple[str, ...], Cell]] = field(default_factory=dict)

    @cached_property
    def history(self) -> pd.DataFrame:
        """Every publication of the figures named."""
        keys = [
            (*each.series, pd.Timestamp(each.end), code)
            for each in self.named
            if isinstance(each, Published)
            for code in self.codes(each)
        ]
        wanted = pd.MultiIndex.from_tuples(keys, names=KEY)
        rows = store.load()
        likely = [rows[name].isin(wanted.unique(name)) for name in KEY]
        rows = rows[np.logical_and.reduce(likely)]
        return rows[pd.MultiIndex.from_frame(rows[KEY]).isin(wanted)]

    def known(self, date: str) -> dict[tuple[str, ...], Cell]:
        """Return the figures named as known at a date, by measure, group, period and area."""
        if date not in self.views:
            rows = store.as_at(self.history, date)
            keys = zip(*(rows[name].astype("str") for name in KEY), strict=True)
            cells = map(Cell, rows["value"], rows["status"].astype("str"), rows["method"])
            self.views[date] = {
                key: cell._replace(status=self.untold.get(key, cell.status))
                for key, cell in zip(keys, cells, strict=True)
            }
        return self.views[date]

    def codes(self, wanted: Published) -> list[str]:
        """Return the areas whose figures a reference can need, whenever its document came out."""
        if wanted.is_of_neighbours:
            return ever_neighbours(self.area)
        return self.alike(wanted.area) if wanted.several else [wanted.area]

    def find(self, reference: Reference, document: str) -> Input:
        """Return what a reference of a document's claim means; one not held is of the date."""
        out = documents.out().get(document, self.as_at)
        match reference:
            case Fact():
                return fact(reference)
            case Grades():
                return grades(reference)
            case Count():
                return count(reference)
            case Published(several=True):
                return self.among(reference, out)
            case Published():
                return self.published(reference, out)
        return reference

    def published(self, wanted: Published, out: str) -> Figure:
        """Return a published figure, of an area or the mean of its neighbours."""
        notes = [] if wanted.area == self.area.code else [place(wanted.area)]
        codes = [wanted.area]
        if wanted.is_of_neighbours:
            if wanted.model_since > self.as_at:
                raise NotThereError(f"{wanted.area}: in force from {wanted.model_since}")
            model, codes = neighbours(self.area, wanted.model_since or out)
            notes = [f"neighbours on the {model} list"]
        date = self.date(wanted, out)
        cells = self.cells(wanted, codes, date)
        numbers = [cell for cell in cells.values() if not cell.status]
        if not numbers:
            said = cells[wanted.area].status if wanted.area in cells else f"not published by {date}"
            raise not_there(wanted, f"for {place(wanted.area)} at {wanted.end}: {said}")
        if date < self.as_at and any(cell.method.startswith(LATER) for cell in numbers):
            notes.append("as revised later")
        mean = fmean(cell.value for cell in numbers)
        when = words.month(wanted.end, short=True)
        return figures.published(mean, wanted.series[0], when, ", ".join(notes))

    def among(self, wanted: Published, out: str) -> Field:
        """Return a published figure of every other area of a kind."""
        date = self.date(wanted, out)
        near = neighbours(self.area, out)[1] if wanted.is_of_neighbours else self.alike(wanted.area)
        found = {
            code: figures.published(cell.value, wanted.series[0])
            for code, cell in self.cells(wanted, sorted(near), date).items()
            if not cell.status
        }
        if not found:
            said = f"of the {wanted.area} at {wanted.end}: not published by {date}"
            raise not_there(wanted, said)
        return found

    def date(self, wanted: Published, out: str) -> str:
        """Return the date as at which a figure is wanted."""
        return min(out, self.as_at) if wanted.then else self.as_at

    def cells(self, wanted: Published, codes: Iterable[str], date: str) -> dict[str, Cell]:
        """Return a figure of those of some areas that have a row."""
        known = self.known(date)
        keys = {code: (*wanted.series, wanted.end, code) for code in codes}
        return {code: known[key] for code, key in keys.items() if key in known}

    def alike(self, kind: str) -> list[str]:
        """Return the other areas of the level of the report's own, in its region or in England."""
        return [
            area.code
            for area in areas.table().values()
            if area.level == self.area.level
            and area.code != self.area.code
            and (kind != "region" or area.region == self.area.region)
        ]


def not_there(wanted: Published, said: str) -> NotThereError:
    """Build the sentence for a published figure that is not there."""
    return NotThereError(f"{measures.get(wanted.series[0]).label} {said}")


@remembered
def ever_neighbours(area: Area) -> list[str]:
    """Return the neighbours of an area under any model."""
    rows = dictionary.read("neighbours")
    return sorted(set(rows.loc[rows["area"].eq(area.code), "neighbour"]))


@remembered
def neighbours(area: Area, date: str) -> tuple[str, list[str]]:
    """Return the model of an area's neighbours that applies at a date, and their codes."""
    rows = areas.neighbours(area, date)
    return (rows["model"].iloc[0] if len(rows) else "", rows["neighbour"].to_list())


def place(area: str) -> str:
    """Name an area of a reference."""
    return areas.get(area).name if area in areas.table() else area


def fact(wanted: Fact) -> Figure:
    """Return a transcribed fact."""
    row = facts.by_name()[wanted.name]
    if row["qualifier"] == facts.LOST:
        raise NotThereError(f"the figure at line {row['line']} of {row['document']} is lost")
    return figures.printed(row)


@remembered
def grades(wanted: Grades) -> Field:
    """Return the grades of a group of areas of the papers on one judgement."""
    rows = dictionary.read("groups")
    rows = rows[rows["group"].eq(wanted.group)]
    if rows.empty:
        raise ThurrockError(f"groups.csv has no group {wanted.group!r}")
    members, framework = set(rows["area"]), rows["framework"].iloc[0]
    return {
        row["area"]: Figure(Fraction(row["rank"]), row["grade"], "grade")
        for row in dictionary.rows("judgements")
        if (row["judgement"], row["framework"]) == (wanted.judgement, framework)
        and row["area"] in members
    }


@remembered
def count(wanted: Count) -> Figure:
    """Count the rows of a table of the papers that meet every condition.

    >>> count(Count("actions", "document=OS12,due>2100-01-01", "")).text
    '0 actions'
    """
    if wanted.table not in COUNTED:
        raise ThurrockError(f"{wanted.table!r} is no table to count: {', '.join(COUNTED)} are")
    rows = plans.dated() if wanted.table == "actions" else dictionary.rows(wanted.table)
    asked = conditions.read(wanted.conditions, rows[0], wanted.table)
    number = sum(all(one.holds(row) for one in asked) for row in rows)
    thing = COUNTED[wanted.table] + "s" * (number != 1)
    return Figure(Fraction(number), f"{number} {thing} {wanted.label}".strip(), "rows")


def unit_of(reference: Reference) -> str:
    """Return the unit of what a reference means; ``""`` if it has none."""
    match reference:
        case Published():
            return measures.get(reference.series[0]).unit
        case Grades():
            return "grade" * bool(grades(reference))
        case Count():
            return count(reference).unit
        case Fact():
            if reference.name not in facts.by_name():
                raise ThurrockError(f"{reference.name!r} is no fact, number, day or reference")
            return facts.by_name()[reference.name]["unit"]
    return reference.unit
