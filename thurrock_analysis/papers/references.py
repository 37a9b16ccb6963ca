"""What a claim rests on: facts, published figures, grades and counts, found by reference.

A reference is one of

- ``OS18.65a``: a fact;
- ``2.5``: a number that the words of the claim hold; ``50~a few, at most half`` says which words;
- ``2012-10-27``: a day;
- ``latest:looked_after:E06000034:2018-03-31``: a published figure as known at the report's date,
  ``then:...`` as known when the document came out; a group as in ``measures.part``; the area
  ``neighbours`` is the mean of the neighbours' values, of the model in force when the document
  came out, ``neighbours of April 2021`` of that model;
- ``among:referral_rate:region:2016-03-31``: a published figure of every other area of a kind
  (``authorities``, ``region`` or ``neighbours``), ``among then:...`` likewise;
- ``grades:2012 statistical neighbours:safeguarding...``: the grades of a group of areas;
- ``count:actions:document=OS12,due>2012-10-27~~due later``: rows of a table of the documents that
  meet every condition, and what to call them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, cached_property

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import comparators
from thurrock_analysis.papers import actions, documents, judgements
from thurrock_analysis.record import areas, dictionary, measures, releases, store, tidy
from thurrock_analysis.record.areas import Area

NEIGHBOURS = "neighbours"
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:~(.+))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PARTS_OF_PUBLISHED = 3
SIGNS = {"percent": "%", "days": " days"}
"""What is written after a number of these units."""
PUBLISHED = ("latest", "then", "among", "among then")
TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "actions": actions.read,
    "recommendations": actions.recommendations,
    "returns": actions.returns,
    "judgements": judgements.read,
}
CONDITION = re.compile(r"([a-z_]+)(<=|>=|!=|!~|=|<|>|~)(.*)")


class NotThereError(ThurrockError):
    """A figure is not published, not yet, hidden or lost: nothing is wrong with the claim's row."""


@dataclass(frozen=True)
class Figure:
    """A number with the text that it is printed as.

    Attributes
    ----------
    value : Fraction
        Exact; a day is its ordinal.
    text : str
        As a reader sees it.
    unit : str
        As printed; ``""`` for a number that has none.
    when : str
        The month in which its period ends, the years of a longer one; ``""`` where none is printed.
    """

    value: Fraction
    text: str
    unit: str = ""
    when: str = ""

    @property
    def dated(self) -> str:
        """The text with its month, for figures that are set beside others of another time."""
        if not self.when:
            return self.text
        noted = self.text.endswith(")")
        return f"{self.text[:-1]}, {self.when})" if noted else f"{self.text} ({self.when})"


Field = Mapping[str, Figure]
"""A figure or grade of each of several areas, by ONS code."""
Input = Figure | Field


@dataclass
class Sources:
    """Where references are looked up, for one area at one date.

    Attributes
    ----------
    area : Area
        Whose claims are checked.
    as_at : str
        ISO date: published figures are those known then.
    names : tuple of str
        The measures that any reference names: only these are loaded.
    """

    area: Area
    as_at: str
    names: tuple[str, ...]
    views: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """The facts, indexed by their identifier."""
        return documents.facts().set_index("fact")

    @cached_property
    def history(self) -> pd.DataFrame:
        """Every publication of the measures named."""
        rows = store.load(self.names)
        return rows[rows["origin"].ne("document")]

    def known(self, name: str, date: str) -> pd.DataFrame:
        """Return the published figures of a measure and group, for every area, as at a date."""
        measure, breakdown, group = named(name)
        if date not in self.views:
            view = store.as_at(self.history, date)
            self.views[date] = {str(key): rows for key, rows in view.groupby("measure")}
        rows = self.views[date].get(measure, self.history.iloc[:0])
        return rows[rows["breakdown"].eq(breakdown) & rows["group"].eq(group)]

    def find(self, reference: str, document: str) -> Input:
        """Return what a reference of a document's claim means.

        Raises
        ------
        NotThereError
            The figure is lost, hidden, or not published by the date.
        ThurrockError
            The reference cannot be read.
        """
        if reference in self.facts.index:
            return self.fact(reference)
        if number := NUMBER.fullmatch(reference):
            return Figure(Fraction(number[1]), number[2] or number[1])
        if DAY.fullmatch(reference):
            return day(reference)
        kind, *rest = reference.split(":")
        out = f"{published_dates()[document]:%Y-%m-%d}"
        date = min(out, self.as_at) if kind.endswith("then") else self.as_at
        match kind:
            case "latest" | "then":
                return self.published(*rest, date=date, near=out)
            case "among" | "among then":
                return self.among(*rest, date=date, near=out)
            case "grades":
                return grades(rest[0], ":".join(rest[1:]))
            case "count":
                return count(rest[0], ":".join(rest[1:]))
        raise ThurrockError(f"{reference!r} is no fact, number, day or reference")

    def figure(self, reference: str, document: str) -> Figure:
        """Return what a reference to a single figure means."""
        found = self.find(reference, document)
        assert isinstance(found, Figure)
        return found

    def fact(self, name: str) -> Figure:
        """Return a transcribed fact."""
        row = self.facts.loc[name]
        if row["qualifier"] == documents.LOST:
            raise NotThereError(f"the figure at line {row['line']} of {row['document']} is lost")
        if row["unit"] == documents.DATE:
            return day(row["period_end"] or row["period_start"])
        when = span(row["period_start"], row["period_end"])
        text = thousands(row["value"]) + SIGNS.get(row["unit"], "")
        return Figure(Fraction(row["value"]), text, row["unit"], when)

    def published(self, name: str, area: str, end: str, *, date: str, near: str) -> Figure:
        """Return a published figure as known at a date; neighbours are those of another."""
        measure = named(name)[0]
        rows = self.known(name, date)
        rows = rows[rows["period_end"].eq(pd.Timestamp(end))]
        whose = place(area)
        if area.startswith(NEIGHBOURS):
            since = model_date(area)
            if since > self.as_at:
                raise NotThereError(f"{area}: in force from {since}")
            group = areas.neighbours(self.area, since or near)
            whose = f"neighbours on the {group['model'].iloc[0]} list"
            rows = rows[rows["area"].isin(group["neighbour"]) & rows["value"].notna()]
            late = rows["method"].str.startswith("later revision").any()
            rows = comparators.neighbours(
                tidy.conform(rows), group, measures.get(measure).decimals
            ).query("area == @comparators.neighbour_code('mean')")
        else:
            rows = rows[rows["area"].eq(area)]
            late = rows["method"].str.startswith("later revision").any()
        if rows.empty or rows["value"].isna().all():
            label = measures.get(measure).label
            said = rows["status"].iloc[0] if len(rows) else f"not published by {date}"
            raise NotThereError(f"{label} for {place(area)} at {end}: {said}")
        figure = shown(rows["value"].iloc[0], measure)
        notes = [whose] if area != self.area.code else []
        if date < self.as_at and late:
            notes.append("as revised later")
        text = figure.text + f" ({', '.join(notes)})" * bool(notes)
        return replace(figure, text=text, when=f"{pd.Timestamp(end):%b %Y}")

    def among(self, name: str, kind: str, end: str, *, date: str, near: str) -> Field:
        """Return a published figure of every other area of a kind."""
        measure = named(name)[0]
        rows = self.known(name, date)
        rows = rows[
            rows["period_end"].eq(pd.Timestamp(end))
            & rows["value"].notna()
            & rows["area"].isin(self.members(kind, near))
        ]
        if rows.empty:
            raise NotThereError(
                f"{measures.get(measure).label} of the {kind} at {end}: not published by {date}"
            )
        return {row.area: shown(row.value, measure) for row in rows.itertuples()}

    def members(self, kind: str, date: str) -> list[str]:
        """Return the areas of a kind, without the report's own."""
        alike = [
            area
            for area in areas.table().values()
            if area.level == self.area.level and area.code != self.area.code
        ]
        if kind == "region":
            alike = [area for area in alike if area.region == self.area.region]
        if kind == NEIGHBOURS:
            near = set(areas.neighbours(self.area, date)["neighbour"])
            alike = [area for area in alike if area.code in near]
        return [area.code for area in alike]


def day(text: str) -> Figure:
    """Return a day as a figure."""
    date = pd.Timestamp(text)
    return Figure(Fraction(date.toordinal()), f"{date.day} {date:%B %Y}", documents.DATE)


def span(start: str, end: str) -> str:
    """Say when a printed period was: by its last month, a calendar year or several by the year.

    Examples
    --------
    >>> span("2015-01-01", "2015-12-31"), span("2012-04-01", "2015-03-31"), span("", "2016-02-22")
    ('2015', '2012-15', 'Feb 2016')
    """
    if not end:
        return ""
    first, last = (pd.Timestamp(start) if start else None), pd.Timestamp(end)
    if first is not None and last > first + pd.DateOffset(years=1):
        return f"{first.year}-{last:%y}"
    whole = first is not None and first.is_year_start and last.is_year_end
    return f"{last.year}" if whole else f"{last:%b %Y}"


def thousands(text: str) -> str:
    """Separate the thousands of a printed number.

    Examples
    --------
    >>> thousands("40093"), thousands("63.72"), thousands("-17")
    ('40,093', '63.72', '−17')
    """
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}".replace("-", "−") + point + decimals


def shown(value: float, measure: str) -> Figure:
    """Return a published value as a figure with the measure's decimals."""
    entry = measures.get(measure)
    text = words.number(value, entry.decimals)
    return Figure(Fraction(text.replace(",", "")), text + SIGNS.get(entry.unit, ""), entry.unit)


def named(text: str) -> tuple[str, str, str]:
    """Return measure, breakdown and group of a reference.

    Examples
    --------
    >>> named("looked_after[uasc=unaccompanied]"), named("referrals")
    (('looked_after', 'uasc', 'unaccompanied'), ('referrals', 'all', 'all'))
    """
    part = measures.part(text)
    if part is None or part.measure not in measures.table().index or len(part.groups) > 1:
        raise ThurrockError(f"{text!r} is no measure of the dictionary with one group at most")
    return part.measure, part.breakdown, part.groups[0]


def model_date(neighbours: str) -> str:
    """Return since when the model named after the neighbours is in force; ``""`` if none is.

    Raises
    ------
    ThurrockError
        There is no such model.

    Examples
    --------
    >>> model_date("neighbours"), model_date("neighbours of April 2021")
    ('', '2021-04-01')
    """
    model = neighbours.removeprefix(NEIGHBOURS).removeprefix(" of ")
    models = dictionary.read("neighbours").set_index("model")["in_force_from"]
    if model and model not in models:
        raise ThurrockError(f"{model!r} is no model of neighbours.csv")
    return models.loc[[model]].iloc[0] if model else ""


def place(area: str) -> str:
    """Name an area of a reference."""
    return areas.get(area).name if area in areas.table() else area


def grades(group: str, judgement: str) -> Field:
    """Return the grades of a group of areas of the papers on one judgement."""
    rows = dictionary.read("groups")
    members = rows.loc[rows["group"] == group, "area"]
    if members.empty:
        raise ThurrockError(f"groups.csv has no group {group!r}")
    held = judgements.read()
    held = held[
        held["judgement"].eq(judgement)
        & held["area"].isin(members)
        & held["framework"].eq(rows.loc[rows["group"] == group, "framework"].iloc[0])
    ]
    return {row.area: Figure(Fraction(row.rank), row.grade, "grade") for row in held.itertuples()}


def count(table: str, conditions: str = "") -> Figure:
    """Count the rows of a table of the documents that meet every condition.

    Examples
    --------
    >>> count("actions", "document=OS12,due>2100-01-01").value
    Fraction(0, 1)
    """
    if table not in TABLES:
        raise ThurrockError(f"{table!r} is no table to count: {', '.join(TABLES)} are")
    rows = TABLES[table]()
    conditions, _, label = conditions.partition("~~")
    for condition in filter(None, conditions.split(",")):
        match = CONDITION.fullmatch(condition)
        if match is None or match[1] not in rows.columns:
            raise ThurrockError(f"{condition!r} is no condition on a column of {table}")
        rows = rows[holds(rows[match[1]], match[2], match[3])]
    thing = f"{len(rows)} {table if len(rows) != 1 else table.removesuffix('s')}"
    return Figure(Fraction(len(rows)), f"{thing} {label}".strip(), "rows")


def holds(column: pd.Series, sign: str, text: str) -> pd.Series:
    """Say which cells meet a condition; an empty cell is neither before nor after anything."""
    match sign:
        case "=":
            return column.eq(text)
        case "!=":
            return column.ne(text)
        case "~":
            return column.str.contains(text, case=False, regex=False)
        case "!~":
            return ~column.str.contains(text, case=False, regex=False)
        case "<":
            return column.lt(text) & column.ne("")
        case "<=":
            return column.le(text) & column.ne("")
        case ">":
            return column.gt(text)
    return column.ge(text)


def read(text: str) -> dict[str, str]:
    """Read the inputs of a claim: roles and references.

    Raises
    ------
    ThurrockError
        A part is not ``role=reference``, or a role stands twice.

    Examples
    --------
    >>> read("now=OS18.65a; before=OS18.65b")
    {'now': 'OS18.65a', 'before': 'OS18.65b'}
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        role, sign, reference = part.partition("=")
        if not sign or not role.isidentifier() or role in found:
            raise ThurrockError(f"{part!r} is not role=reference, each role once")
        found[role] = reference
    return found


def measure_of(reference: str) -> str:
    """Return the measure that a reference to a published figure names, else ``""``."""
    kind, _, rest = reference.partition(":")
    return named(rest.split(":")[0])[0] if kind in PUBLISHED else ""


def measures_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return every measure that some inputs name, each once."""
    references = (reference for text in texts for reference in read(text).values())
    return tuple(sorted({measure_of(reference) for reference in references} - {""}))


def unit_of(reference: str) -> str:
    """Return the unit of what a reference means without looking it up; ``""`` if it has none.

    Raises
    ------
    ThurrockError
        The reference cannot be read, or names what is not there.
    """
    if reference in fact_units():
        return fact_units()[reference]
    if NUMBER.fullmatch(reference):
        return ""
    if DAY.fullmatch(reference):
        return documents.DATE
    kind, *rest = reference.split(":")
    if kind in PUBLISHED and len(rest) == PARTS_OF_PUBLISHED:
        return measures.get(measure_of(reference)).unit
    if kind == "grades" and len(rest) > 1:
        return "grade" if grades(rest[0], ":".join(rest[1:])) else ""
    if kind == "count" and rest:
        return count(rest[0], ":".join(rest[1:])).unit
    raise ThurrockError(f"{reference!r} is no fact, number, day or reference")


@cache
def fact_units() -> dict[str, str]:
    """Return the unit of every fact."""
    rows = documents.facts()
    return dict(zip(rows["fact"], rows["unit"], strict=True))


def published_dates() -> pd.Series:
    """Return when each document came out, indexed by its code."""
    return releases.calendar()["first_published"]
