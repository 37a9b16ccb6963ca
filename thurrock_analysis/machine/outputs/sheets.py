"""The sheets of a workbook as plain columns: key figures, groups, every table of a finding."""

import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from thurrock_analysis import words
from thurrock_analysis.findings.table import NO_FIGURE, Format
from thurrock_analysis.machine.outputs.figures import KeyFigure, group_figures, key_figures
from thurrock_analysis.machine.refresh.index import Entry
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

Cell = float | str
MISSING = "not available"
NOWHERE = "not applicable"
NONE = "none"
LINE = 140
"""Letters of a line above a table, which no column wraps."""
LONGEST_HEAD = 200
"""Letters of a head; a table of Excel takes 255."""
LONGEST_NAME = 31
"""Letters that a sheet's name may have."""

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: a format for all its numbers, or one for each row."""

    head: str
    cells: Sequence[Cell]
    formats: Sequence[Format] = (Format(),)
    note: str = ""

    @property
    def is_of_numbers(self) -> bool:
        """Whether any cell is a number, or each says why it has none."""
        texts = [cell for cell in self.cells if isinstance(cell, str)]
        return len(texts) < len(self.cells) or all(text in meanings() for text in texts)


@dataclass(frozen=True)
class Sheet:
    """One table with what is said of it."""

    name: str
    title: str
    columns: Sequence[Column]
    said: Sequence[str] = ()
    period: str = ""
    source: str = ""
    printed: int = 0
    """How many columns come on paper, the first; 0 for all."""
    legend: Sequence[str] = field(init=False)
    """What each shorthand of the sheet means."""

    def __post_init__(self) -> None:
        """Explain the shorthand that is used, and no other."""
        used = {cell for one in self.columns for cell in one.cells if isinstance(cell, str)}
        said = [f"{sign}: {meaning}." for sign, meaning in meanings().items() if sign in used]
        object.__setattr__(self, "legend", said)


@resting_on("shorthand")
def shorthand() -> dict[str, str]:
    """Return the shorthand of each status."""
    return {row["status"]: row["shorthand"] for row in dictionary.rows("shorthand")}


@resting_on("shorthand")
def meanings() -> dict[str, str]:
    """Return what each shorthand means."""
    return {row["shorthand"]: row["meaning"] for row in dictionary.rows("shorthand")}


def cell(value: Any, status: str = MISSING) -> Cell:
    """Return what stands in a cell: a number, a text, or the shorthand for why there is none.

    >>> cell(0), cell(float("nan"), "suppressed"), cell("low"), cell("–"), cell("", NOWHERE)
    (0.0, '[c]', '[low]', '[x]', '[z]')
    """
    if isinstance(value, str):
        if value == NO_FIGURE:
            return shorthand()[MISSING]
        if not value.strip():
            return shorthand()[status]
        return shorthand().get(value, plain(value))
    if value is None or math.isnan(value):
        return shorthand().get(status, shorthand()[MISSING])
    return float(value)


def plain(text: str) -> str:
    """Return a text without links and marks that a workbook would take for its own.

    >>> plain("all are in [the papers](evidence.ipynb#a) (12) $$x$$"), plain("−")
    ('all are in the papers (12) $ $x$ $', 'sign −')
    """
    text = _LINK.sub(r"\1", text).replace("](", "] (").replace("$$", "$ $").replace("**", "")
    return text if re.search("[a-zA-Z0-9]", text) else f"sign {text}"


def sheets(entries: list[Entry]) -> list[Sheet]:
    """Return every sheet of a report: the key figures, those of groups, the tables in order."""
    found = [_keys(key_figures(entries)), _groups(group_figures(entries))]
    found += [sheet for entry in entries for sheet in _tables(entry)]
    return _named_apart(sheet for sheet in found if any(len(c.cells) for c in sheet.columns))


def _keys(rows: list[KeyFigure]) -> Sheet:
    """Return the key figures with what stands beside each."""
    columns = [
        Column("Figure", [plain(one.name) for one in rows]),
        Column("Unit", [one.measure.unit if one.measure else shorthand()[MISSING] for one in rows]),
        Column("Period", [cell(one.period) for one in rows]),
        _numbers("Value", rows, [_value(one) for one in rows], "value"),
        _numbers("Before", rows, [_before(one, "before") for one in rows], "before"),
        _numbers("Change", rows, [_changed(one, "change") for one in rows], "change", signed=True),
        Column(
            "Change in per cent",
            [_changed(one, "percent") for one in rows],
            [Format(1, signed=True)],
            "change",
        ),
        Column("Direction", [cell(one.line.get("direction", "")) for one in rows],
               note="direction"),
        Column("Verdict", [cell(one.line.get("verdict", "")) for one in rows],
               note="verdict"),
        _numbers("England", rows, [_beside(one, "england") for one in rows]),
        _numbers("Neighbours' mean", rows, [_beside(one, "neighbours") for one in rows],
                 "neighbours"),
        Column("Rank", [_beside(one, "rank") for one in rows], note="rank"),
        Column("Rank out of", [_beside(one, "of") for one in rows]),
        Column("Ranked among", [_beside(one, "among") for one in rows]),
    ]  # fmt: skip
    more = [
        Column("Period before", [cell(_period_before(one)) for one in rows]),
        *_parts(rows),
        *_origin(rows),
    ]
    said = [f"On paper the sheet has its first {len(columns)} columns; {len(more)} more follow."]
    return Sheet(
        "Key figures",
        "Key figures: the newest of each",
        [*columns, *more],
        said,
        printed=len(columns),
    )


def _groups(rows: list[KeyFigure]) -> Sheet:
    """Return the figures of groups."""
    columns = [
        Column("Figure", [plain(one.name) for one in rows]),
        Column("Groups are of", [cell(str(one.row.get("breakdown") or "")) for one in rows]),
        Column("Group", [cell(str(one.row.get("group") or "")) for one in rows]),
        Column("Unit", [one.measure.unit if one.measure else shorthand()[MISSING] for one in rows]),
        Column("Period", [cell(one.period) for one in rows]),
        _numbers("Value", rows, [_value(one) for one in rows], "value"),
        *_parts(rows),
        *_origin(rows),
    ]
    return Sheet("Groups", "Figures of groups: the newest of each", columns)


def _numbers(
    head: str, rows: list[KeyFigure], cells: list[Cell], note: str = "", signed: bool = False
) -> Column:
    """Return a column of which each row has the decimals of its measure."""
    each = [Format(one.measure.decimals if one.measure else 1, signed=signed) for one in rows]
    return Column(head, cells, each, note)


def _value(one: KeyFigure) -> Cell:
    return cell(one.value, str(one.row.get("status") or MISSING))


def _beside(one: KeyFigure, name: str) -> Cell:
    """Return what others have; a count of one area is not set beside theirs."""
    none = NOWHERE if one.measure and one.measure.is_count else MISSING
    return cell(one.beside.get(name, ""), none)


def _before(one: KeyFigure, name: str) -> Cell:
    return cell(one.beside.get(name))


def _changed(one: KeyFigure, name: str) -> Cell:
    """Return a change: over a break in the series there is none, nor per cent of a percentage."""
    if one.beside.get("broken") or ("change" in one.beside and one.beside[name] is None):
        return shorthand()[NOWHERE]
    return cell(one.beside.get(name))


def _period_before(one: KeyFigure) -> str:
    end = one.beside.get("before_end", "")
    return KeyFigure(one.row | {"period_end": end}, {}, {}, "").period


def _parts(rows: list[KeyFigure]) -> list[Column]:
    """Return numerator and denominator; a count has none."""
    columns = []
    for name in ("numerator", "denominator"):
        missing = [MISSING if one.measure and one.measure.is_ratio else NOWHERE for one in rows]
        cells = [
            cell(one.row.get(name), str(one.row.get("status") or "") or why)
            for one, why in zip(rows, missing, strict=True)
        ]
        each = [Format(int(not isinstance(c, str) and c != round(c))) for c in cells]
        columns.append(Column(words.capital(name), cells, each, "numerator"))
    return columns


def _origin(rows: list[KeyFigure]) -> list[Column]:
    names = {"release": "Release", "published": "Published", "source": "Source"}
    return [
        *(
            Column(head, [cell(str(one.row.get(name) or "")) for one in rows])
            for name, head in names.items()
        ),
        Column("Report", [plain(one.report) for one in rows]),
        Column("Name in the data", [str(one.row["measure"]) for one in rows]),
    ]


def _tables(entry: Entry) -> list[Sheet]:
    """Return a sheet for each table of a notebook, under the sentence that it belongs to."""
    found: list[Sheet] = []
    for one in entry.payload.findings if entry.payload else []:
        for table in one.get("tables", []):
            number = len(found) + 1
            title = f"{entry.title}, table {number}: {table['caption'] or 'figures'}"
            sheet = Sheet(
                f"{words.capital(entry.name.replace('_', ' '))} {number}",
                plain(title),
                _columns(table["columns"]),
                _lines(one["sentence"], one["doubt"]),
                one.get("period", ""),
                one.get("source", ""),
            )
            found.append(sheet)
    return found


def _columns(columns: list[dict[str, Any]]) -> list[Column]:
    heads = _apart([plain(one["head"]) for one in columns])
    return [
        Column(
            head,
            [_cell(value, "formats" in one) for value in one["cells"]],
            [Format(**form) for form in one.get("formats", [{}])],
        )
        for head, one in zip(heads, columns, strict=True)
    ]


def _cell(value: Cell, of_numbers: bool) -> Cell:
    """Return a cell of a table; where words are listed, a dash says that there is none."""
    return NONE if value == NO_FIGURE and not of_numbers else cell(value, NOWHERE)


def _apart(heads: list[str]) -> list[str]:
    """Put a number after a head that stands twice: a table has no two columns of one name.

    >>> _apart(["Year", "to", "To"])
    ['Year', 'to', 'To (2)']
    """
    short = [textwrap.shorten(head, LONGEST_HEAD, placeholder="…") for head in heads]
    same = [head.casefold() for head in short]
    return [
        f"{head} ({same[:place].count(same[place]) + 1})" if same[place] in same[:place] else head
        for place, head in enumerate(short)
    ]


def _lines(sentence: str, doubt: str) -> list[str]:
    said = [*sentence.splitlines(), f"How sure? {doubt}" if doubt else ""]
    return [line for text in said if text for line in textwrap.wrap(plain(text), LINE)]


def _named_apart(found: Iterable[Sheet]) -> list[Sheet]:
    """Give each sheet a name that a workbook can have, and that no other has."""
    named: dict[str, Sheet] = {}
    for sheet in found:
        name = _NOT_IN_NAMES.sub(" ", sheet.name)
        short, number = name[:LONGEST_NAME], 2
        if len(name) > LONGEST_NAME:  # its number says which it is
            start, _, end = name.rpartition(" ")
            short = f"{start[: LONGEST_NAME - len(end) - 1]} {end}"
        while short.casefold() in named:
            short = f"{short[: LONGEST_NAME - len(str(number)) - 1]} {number}"
            number += 1
        named[short.casefold()] = replace(sheet, name=short)
    return list(named.values())
