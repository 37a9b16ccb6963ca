"""What a paper consists of, before it is a document: headings, paragraphs, charts, tables, blanks.

Its parts stand in ``outline.csv``; what is said in them is computed from what the notebooks of a
report handed on.
"""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import matters
from thurrock_analysis.machine.outputs.figures import KeyFigure, key_figures
from thurrock_analysis.machine.outputs.paper.statements import Statement, names_of, told
from thurrock_analysis.machine.outputs.sheets import MISSING, NOWHERE, meanings, shorthand
from thurrock_analysis.machine.refresh.foremost import Foremost
from thurrock_analysis.machine.refresh.index import Entry, foremost_of, lines_of
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.parsing import Row

TO_WRITE = "[To be written by the officer responsible]"
TO_CONFIRM = "[Proposed: the officer responsible confirms or replaces it]"
VERIFIED_BY = "[Implications verified by: name and post of the officer]"
FRONT = {
    "Report to": "[Name of the committee]",
    "Date of the meeting": "[Date]",
    "Report of": "[Name and post]",
    "Wards and communities affected": "[To be completed]",
    "This report is": "[Public or exempt]",
}
MOST_TOLD = 3
"""Figures of a theme that have a paragraph; its table has all."""
MOST_STANDING = {"matters": 5, "better": 3, "unusual": 3}
MOST_NAMED = 4
"""Measures that a caption names."""
WHOM = {"England": "England", "neighbours": "the mean of its neighbours",
        "expected": "what would be expected of it"}  # fmt: skip
WORSE = (
    "Of what matters most these stand farther apart than 19 in 20 authorities, each by itself, on "
    "the worse side"
)
HEADS = ("Figure", "Period", "Value", "Before", "England", "Neighbours' mean", "Rank")


@dataclass(frozen=True)
class Heading:
    """A heading, with its number where it has one."""

    text: str
    level: int
    apart: bool = False
    """Whether it begins a page."""


@dataclass(frozen=True)
class Paragraph:
    """Sentences; ``mark`` is what a person still has to do with them."""

    said: Sequence[Statement]
    number: str = ""
    bullet: bool = False
    mark: str = ""

    @property
    def text(self) -> str:
        """The sentences as they are read."""
        return " ".join(one.text for one in self.said)


@dataclass(frozen=True)
class Picture:
    """A chart with what it shows in words."""

    png: bytes
    alt: str
    caption: Statement
    source: str


@dataclass(frozen=True)
class Listing:
    """A table of figures, a row each."""

    caption: Statement
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    said: Sequence[Statement]
    """What each row claims."""
    legend: str = ""


Block = Heading | Paragraph | Picture | Listing


@dataclass
class Writer:
    """Puts a paper together, part by part."""

    entries: list[Entry]
    pictures: dict[tuple[str, int], tuple[bytes, str]]
    """By notebook and place among its findings: a chart and its words."""
    area: Area
    as_at: str
    rows: list[KeyFigure] = field(init=False)
    section: int = 0
    paragraph: int = 0
    tables: int = 0
    used: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Look the key figures up once."""
        self.rows = key_figures(self.entries)
        self.by_measure = {one.row["measure"]: one for one in reversed(self.rows)}

    def blocks(self) -> Iterator[Block]:
        """Return the paper in its order."""
        for row in dictionary.rows("outline"):
            if row["level"] != "0":
                yield self._heading(row)
            if row["kind"] != "heading":
                yield from getattr(self, f"_{row['kind']}")(row)

    def _heading(self, row: Row) -> Heading:
        level, text = int(row["level"]), row["heading"]
        if level == 1 and (self.section or row["kind"] == "recommended"):
            self.section, self.paragraph = self.section + 1, 0
            text = f"{self.section}. {text}"
        return Heading(text, level, apart=row["kind"] == "scorecard")

    def _numbered(self, *said: Statement, mark: str = "") -> Paragraph:
        if not self.section:
            return Paragraph(said, mark=mark)
        self.paragraph += 1
        return Paragraph(said, f"{self.section}.{self.paragraph}", mark=mark)

    def _said(self, text: str) -> Statement:
        """Return a sentence of the outline: its own numbers and those of names claim nothing."""
        filled = {"area": self.area.spoken, "as_at": words.day(self.as_at)}
        filled["neighbours"] = self._neighbours()
        return Statement(text.format(**filled), names=[text.format(**filled)])

    def _neighbours(self) -> str:
        rows = areas.neighbours(self.area, self.as_at)
        if rows.empty:
            return f"{words.capital(self.area.spoken)} has no statistical neighbours."
        names = words.listed(areas.get(code).name for code in rows["neighbour"])
        return f"Its statistical neighbours ({rows['model'].iloc[0]} model) are {names}."

    def _words(self, row: Row) -> Iterator[Block]:
        yield self._numbered(self._said(row["text"]))

    def _blank(self, _: Row) -> Iterator[Block]:
        yield self._numbered(mark=TO_WRITE)

    def _verified(self, _: Row) -> Iterator[Block]:
        yield self._numbered(mark=TO_WRITE)
        yield Paragraph([], mark=VERIFIED_BY)

    def _standing(self, row: Row) -> Iterator[Block]:
        yield from self._box(row, "matters", "No figure that matters most stands out.")

    def _better(self, row: Row) -> Iterator[Block]:
        yield from self._box(row, "better", "No figure stands out for the better.")

    def _unusual(self, row: Row) -> Iterator[Block]:
        yield from self._box(row, "unusual", "No change stands out.")

    def _box(self, row: Row, box: str, otherwise: str) -> Iterator[Block]:
        """List what stands out as the first page has it, each figure as it is told elsewhere."""
        if row["text"]:
            yield Paragraph([self._said(row["text"])])
        names = [one["measure"] for one in lines_of(self.entries, box, self._chosen)]
        shown = [self.by_measure[name] for name in names if name in self.by_measure]
        for one in shown[: MOST_STANDING[box]]:
            yield Paragraph(self._told(one), bullet=True)
        if not shown:
            yield Paragraph([Statement(otherwise)])

    def _told(self, one: KeyFigure) -> list[Statement]:
        said = told(one)
        stands = self._standings.get(one.row["measure"])
        if stands is not None and one.value is None and stands.sentence:
            # Whatever the hidden number is: what is known of it is told as on the first page.
            return [Statement(stands.sentence, names=[stands.sentence])]
        if stands is not None and stands.standing in matters.APART:
            far = f"It is {matters.apart(stands, WHOM[stands.against])}."
            said.insert(2, Statement(far, names=[far]))
        return said

    @cached_property
    def _chosen(self) -> Foremost:
        """What stands apart, and what the first page names of it."""
        return foremost_of(self.entries)

    @cached_property
    def _standings(self) -> dict[str, Any]:
        """How far each figure that matters stands apart, by measure."""
        return {row.measure: row for row in self._chosen.frame.itertuples()}

    def _recommended(self, row: Row) -> Iterator[Block]:
        yield self._numbered(self._said(row["text"]), mark=TO_CONFIRM)
        names = [one["measure"] for one in lines_of(self.entries, "matters", self._chosen)]
        worse = [self.by_measure[n] for n in names if n in self.by_measure and self._is_worse(n)]
        said = "That the committee choose what it wishes to look into further."
        if worse:
            labels = [one.measure.label for one in worse if one.measure]
            said += f" {WORSE}: {words.listed(labels)}."
            yield self._numbered(Statement(said, names=[*labels, WORSE]), mark=TO_CONFIRM)
        else:
            yield self._numbered(Statement(said), mark=TO_CONFIRM)
        yield self._numbered(mark=TO_WRITE)

    def _is_worse(self, name: str) -> bool:
        stands = self._standings.get(name)
        return stands is not None and stands.better == "worse"

    def _theme(self, row: Row) -> Iterator[Block]:
        """Tell a theme: what stands out of it in sentences, a chart, a table of all."""
        names = [m["measure"] for m in dictionary.rows("matters") if m["topic"] == row["text"]]
        held = [self.by_measure[name] for name in names if name in self.by_measure]
        if not held:
            said = f"No figure of this theme is held of {self.area.spoken}."
            yield self._numbered(Statement(said, names=[self.area.spoken]))
            return
        for one in self._foremost(held):
            yield self._numbered(*self._told(one))
        yield self._table(f"{row['heading']}: the newest figures", held)
        yield from self._chart(names)

    def _foremost(self, held: list[KeyFigure]) -> list[KeyFigure]:
        """Return the figures to be told: those that stand apart or moved, else the first."""

        def weight(one: KeyFigure) -> tuple[bool, float]:
            stands = self._standings.get(one.row["measure"])
            apart = stands is not None and stands.standing in matters.APART
            size = 0.0 if stands is None or math.isnan(stands.distance) else stands.distance
            return apart or one.line.get("verdict") == "larger", size

        known = [one for one in held if one.value is not None] or held
        return sorted(known, key=weight, reverse=True)[:MOST_TOLD]

    def _chart(self, names: list[str]) -> Iterator[Picture]:
        """Return the chart over time that shows most of some measures, once in the paper."""
        best, most = None, 0
        for entry in self.entries:
            for place, one in enumerate(entry.payload.findings if entry.payload else []):
                shown = len(set(names) & set(one["measures"]))
                key = (entry.name, place)
                if one["verb"] == "trend" and key in self.pictures and key not in self.used:
                    best, most = ((key, one), shown) if shown > most else (best, most)
        if best is None:
            return
        key, one = best
        self.used.add(key)
        png, alt = self.pictures[key]
        yield Picture(png, alt, self._caption(one), one["source"])

    def _caption(self, one: dict[str, Any]) -> Statement:
        shorts = [measures.get(name).short for name in one["measures"]]
        if shorts[MOST_NAMED:]:
            shorts = [*shorts[: MOST_NAMED - 1], "others"]
        text = f"{words.listed(shorts)}: {self.area.name}. {one['shows']}."
        return Statement(text, names=[*shorts, one["shows"]])

    def _table(self, caption: str, held: list[KeyFigure]) -> Listing:
        self.tables += 1
        rows = [cells(one) for one in held]
        said = [
            Statement(
                " | ".join(row), [c for s in told(one) for c in s.claims], row_names(one, row)
            )
            for one, row in zip(held, rows, strict=True)
        ]
        used = {text for row in rows for text in row}
        legend = [f"{sign} {meaning}" for sign, meaning in meanings().items() if sign in used]
        return Listing(
            Statement(caption), HEADS, rows, said, f"{'; '.join(legend)}." * bool(legend)
        )

    def _releases(self, row: Row) -> Iterator[Block]:
        yield self._numbered(self._said(row["text"]))
        frame = pd.DataFrame({"release": [one.row.get("release") for one in self.rows]})
        for source in filter(None, words.source(frame).split("; ")):
            yield Paragraph([Statement(f"{source}.", names=[source])], bullet=True)

    def _scorecard(self, _: Row) -> Iterator[Block]:
        said = "The newest figure of each measure in the reports of this run."
        yield self._numbered(Statement(said))
        yield self._table("All key figures", self.rows)


def cells(one: KeyFigure) -> list[str]:
    """Return the cells of a figure's row."""
    measure, beside = one.measure, one.beside
    sign, none = shorthand(), MISSING
    if measure is not None and measure.is_count:
        none = NOWHERE

    def shown(value: float | None, status: str) -> str:
        if value is None or measure is None:
            return sign.get(status, sign[MISSING])
        return words.figure(value, measure)

    return [
        one.name,
        one.period,
        shown(one.value, str(one.row.get("status") or MISSING)),
        shown(beside.get("before"), MISSING),
        shown(beside.get("england"), none),
        shown(beside.get("neighbours"), none),
        beside.get("place") or sign[none],
    ]


def row_names(one: KeyFigure, row: Sequence[str]) -> list[str]:
    """Return what of a row is a name; so is a span of ranks, which rounding leaves open."""
    span = [] if isinstance(one.beside.get("rank"), int) else row[-1:]
    return [*row[:2], *span, *(names_of(one, one.measure) if one.measure else [])]


def statements(blocks: Iterable[Block]) -> Iterator[Statement]:
    """Return every sentence of a paper, those of captions and of rows of tables among them."""
    for block in blocks:
        match block:
            case Paragraph():
                yield from block.said
            case Picture():
                yield block.caption
            case Listing():
                yield block.caption
                yield from block.said


def pictures(notebook: dict[str, Any]) -> dict[int, tuple[bytes, str]]:
    """Return the chart of each finding of an executed notebook, by the finding's place."""
    found: dict[int, tuple[bytes, str]] = {}
    place = None
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {})
            place = about.get("thurrock", {}).get("finding", place)
            if place is not None and "image/png" in output.get("data", {}):
                alt = str(about.get("image/png", {}).get("alt", ""))
                found.setdefault(place, (base64.b64decode(output["data"]["image/png"]), alt))
    return found
