"""What each column of the tables kept by hand may hold, and which row cannot be right."""

import datetime
import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import conditions, parsing
from thurrock_analysis.record.conditions import Condition
from thurrock_analysis.record.parsing import Place, Row

Line = tuple[Place, Row]
Named = tuple[str, ...]
Known = Callable[[str], frozenset[Named]]
"""Returns what is allowed by what a column says it is among."""
FEW = "[0-9]{1,15}"
"""As many digits as a number keeps."""
KINDS = {
    "text": (".+", "an entry is needed"),
    "list": (".+", "an entry is needed"),
    "series": (r"\w+(\[[\w ]+=[^\]|]+\])?", "a measure is needed, or measure[breakdown=group]"),
    "part": (
        r"\w+(\[[\w ]+=[^\]]+\])?(( [+-] | else )\w+(\[[\w ]+=[^\]]+\])?)*",
        "measures are needed, or measure[breakdown=group|group], with ' + ', ' - ' or ' else ' "
        "between",
    ),
    "line": (r"p?\d+(-\d+)?|\D+", "the line it stands on is needed, as 49-50, or page, as p27"),
    "number": (rf"-?{FEW}(\.{FEW})?", "a number is needed"),
    "whole": (FEW, "a whole number is needed"),
    "date": (r"\d{4}-\d{2}-\d{2}", "a date is written as 2018-03-31"),
    "month": (r"\d{4}-\d{2}(-\d{2})?", "a day is written as 2018-03-31, a month as 2018-03"),
    "closing": (r"\d{2}-\d{2}", "the day on which a year closes is written as 03-31"),
}
"""How a cell of each kind is written, and what would be right in place of another."""
SEPARATORS = {"list": r"[; ]", "part": r" [+-] | else "}
"""What stands between the names in a cell of several."""
DATED = {"date": "{}", "month": "{}-01", "closing": "2018-{}"}
ALWAYS = "always"
NEAR = 2
"""Names that a refusal offers in place of one that there is not."""


@dataclass(frozen=True)
class Column:
    """A column of a table: a row of ``schema.csv``.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    key : str
        ``"yes"`` for the columns that together name a row; where no column does, the whole row.
    needed : str
        ``"always"``, or conditions on the row under which a cell may not be empty.
    among : str
        The words allowed, as ``same|near|other``, or the table that lists them, as
        ``documents.document``; several columns together as ``scales.framework+grade+rank``.
    words : str
        How many words a cell may have at most.
    """

    table: str
    column: str
    kind: str
    key: str
    needed: str
    among: str
    words: str
    meaning: str

    def check(self, found: list[Line], known: Known) -> None:
        """Refuse the first row whose cell cannot be right."""
        allowed = known(self.among) if self.among else None
        together = "+" in self.among
        cells = {row[self.column] for _, row in found}
        amiss = {cell: self.amiss(cell, None if together else allowed) for cell in cells - {""}}
        if not any(amiss.values()) and not together and (self.needed == "" or "" not in cells):
            return
        for place, row in found:
            cell = row[self.column]
            right = amiss[cell] if cell else self.missing(row)
            if together and cell and not right and self.together(row) not in (allowed or ()):
                right = self.right(cell, allowed or frozenset())
            if right:
                raise refused(place, row, self.column, right)

    def amiss(self, cell: str, allowed: frozenset[Named] | None) -> str:
        """Say what would be right in place of a cell that is wrong whatever its row."""
        pattern, wanted = KINDS[self.kind]
        day = DATED.get(self.kind, "").format(cell)
        if cell != cell.strip() or cell.count('"') % 2:
            return "no space may stand around it, and no quotation mark alone"
        if not re.fullmatch(pattern, cell) or day and not is_day(day):
            return wanted + ", or nothing" * (self.needed != ALWAYS)
        if self.words and len(cell.split()) > int(self.words):
            return f"a {self.column} has at most {self.words} words"
        if allowed is not None and not allowed.issuperset(self.named(cell)):
            return self.right(cell, allowed)
        return ""

    def missing(self, row: Row) -> str:
        """Say that an entry is needed where a cell is empty and may not be."""
        wanted = KINDS[self.kind][1]
        if self.needed == ALWAYS:
            return wanted
        when = self.conditions(row)
        needed = bool(when) and all(one.holds(row) for one in when)
        return (f"{wanted} where " + " and ".join(map(str, when))) * needed

    def conditions(self, row: Iterable[str]) -> list[Condition]:
        """Return the conditions on a row under which a cell may not be empty."""
        return conditions.read(self.needed * (self.needed != ALWAYS), row, self.table)

    def right(self, cell: str, known: frozenset[Named]) -> str:
        """Say where what is allowed is listed, and what comes nearest."""
        table, dot, names = self.among.replace("+", ", ").partition(".")
        near = difflib.get_close_matches(cell, [each[-1] for each in known], NEAR)
        hint = f": {' or '.join(near)} comes nearest" * bool(near)
        return f"{table}.csv has no such {names}{hint}" if dot else f"one of {table} is needed"

    def named(self, cell: str) -> list[Named]:
        """Return what a cell names, as it stands in the table that lists it."""
        parts = re.split(SEPARATORS[self.kind], cell) if self.kind in SEPARATORS else [cell]
        return [(each.partition("[")[0],) for each in parts if each]

    def together(self, row: Row) -> Named:
        """Return what several cells of a row name together."""
        return tuple(row[name] for name in self.among.partition(".")[2].split("+"))


def is_day(text: str) -> bool:
    """Say whether an ISO date is in the calendar.

    >>> is_day("2018-02-28"), is_day("2018-02-30")
    (True, False)
    """
    try:
        datetime.date.fromisoformat(text[: len("2018-02-28")])
    except ValueError:
        return False
    return True


COLUMNS = [field.name for field in fields(Column)]


def check(columns: list[Column], found: list[Line], known: Known) -> None:
    """Refuse the first row of a table that cannot be right, or that stands there twice."""
    for column in columns:
        column.check(found, known)
    names = [one.column for one in columns]
    key = [one.column for one in columns if one.key] or names
    seen: dict[Named, Place] = {}
    for place, row in found:
        name = tuple(row[part] for part in key)
        if name in seen:
            path, number = seen[name]
            where = f"row {number}" + f" of {path.name}" * (path != place[0])
            what = "name" if len(key) < len(names) else "content"
            raise refused(place, row, key[-1], f"{where} has this {what} already")
        seen[name] = place


def refused(place: Place, row: Row, column: str, right: str) -> ThurrockError:
    """Build the sentence for a cell that cannot be right."""
    return parsing.fault(*place, f"{row[column]!r} is not right: {right.rstrip('.')}", column)
