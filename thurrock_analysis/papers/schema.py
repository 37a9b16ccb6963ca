"""The tables of the papers, written by hand: one schema says what each may hold, one reads all."""

import csv
import datetime
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import conditions
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.fingerprint import remembered

Row = dict[str, str]
Place = tuple[Path, int]
"""A file, and a row of it as a spreadsheet counts rows."""
KINDS = {
    "key": (".+", "a name of its own is needed"),
    "text": ("(?s).+", "an entry is needed"),
    "list": ("(?s).+", "an entry is needed"),
    "series": (r"\w+(\[[\w ]+=[^\]|]+\])?", "a measure is needed, or measure[breakdown=group]"),
    "line": (r"p?\d+(-\d+)?|\D+", "the line it stands on is needed, as 49-50, or page, as p27"),
    "number": (r"-?\d+(\.\d+)?", "a number is needed"),
    "date": (r"\d{4}-\d{2}-\d{2}", "a date is written as 2018-03-31"),
    "month": (r"\d{4}-\d{2}(-\d{2})?", "a day is written as 2018-03-31, a month as 2018-03"),
}
"""How a cell of each kind is written, and what would be right in place of another."""
DATED = ("date", "month")
ALWAYS, OPTIONAL = "always", "optional"
NEAR = 2
"""Names that a refusal offers in place of one that there is not."""


@dataclass(frozen=True)
class Column:
    """A column of a table: a row of ``schema.csv``.

    Attributes
    ----------
    kind : str
        One of `KINDS`; no two rows of a table have the same key.
    needed : str
        ``"always"``, or conditions on the row under which a cell may not be empty;
        ``"optional"`` for a column that a file may do without.
    among : str
        The words allowed, as ``same|near|other``, or the table that lists them, as
        ``documents.document``; several columns together as ``scales.framework+grade+rank``.
    words : str
        How many words a cell may have at most.
    """

    table: str
    name: str
    kind: str
    needed: str
    among: str
    words: str
    meaning: str

    def check(self, found: list[tuple[Place, Row]]) -> None:
        """Refuse the first row whose cell cannot be right."""
        pattern, wanted = KINDS[self.kind]
        conditional = self.needed not in ("", ALWAYS, OPTIONAL)
        when = conditions.read(self.needed * conditional, schema()[self.table], self.table)
        where = " where " * bool(when) + " and ".join(map(str, when))
        always = self.kind == "key" or self.needed == ALWAYS
        known, seen = listed(self.among), set[str]()
        for place, row in found:
            cell, right = row[self.name], ""
            if not cell:
                missing = always or when and all(one.holds(row) for one in when)
                right = (wanted + where) * bool(missing)
            elif not re.fullmatch(pattern, cell) or self.kind in DATED and not is_day(cell):
                right = wanted + ", or nothing" * (not always)
            elif self.words and len(cell.split()) > int(self.words):
                right = f"a {self.name} has at most {self.words} words"
            elif self.among and not known.issuperset(self.named(row)):
                right = self.right(cell, known)
            elif self.kind == "key" and cell in seen:
                right = "another row has this name already"
            if right:
                raise refused(place, row, self.name, right)
            seen.add(cell)

    def right(self, cell: str, known: frozenset[tuple[str, ...]]) -> str:
        """Say where what is allowed is listed, and what comes nearest."""
        table, dot, names = self.among.replace("+", ", ").partition(".")
        near = difflib.get_close_matches(cell, [each[-1] for each in known], NEAR)
        hint = f": {' or '.join(near)} comes nearest" * bool(near)
        return f"{table}.csv has no such {names}{hint}" if dot else f"one of {table} is needed"

    def named(self, row: Row) -> list[tuple[str, ...]]:
        """Return what a cell names, as it stands in the table that lists it."""
        cell = row[self.name]
        if "+" in self.among:
            return [tuple(row[name] for name in self.among.partition(".")[2].split("+"))]
        cells = cell.split() if self.kind == "list" else [cell.partition("[")[0]]
        return [(each,) for each in cells]


def is_day(text: str) -> bool:
    """Say whether an ISO date or month is in the calendar.

    Examples
    --------
    >>> is_day("2018-02-28"), is_day("2018-02-30"), is_day("2012-07")
    (True, False, True)
    """
    try:
        datetime.date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")
    except ValueError:
        return False
    return True


@remembered
def schema() -> dict[str, dict[str, Column]]:
    """Return the columns of every table, by table and name."""
    tables: dict[str, dict[str, Column]] = {}
    for _, cells in parse(paths.papers() / "schema.csv"):
        column = Column(*cells.values())
        tables.setdefault(column.table, {})[column.name] = column
    return tables


def read(name: str) -> pd.DataFrame:
    """Read a table of the papers, every cell as text, empty cells as ``""``.

    Parameters
    ----------
    name : str
        A table of ``schema.csv``, which says what its columns are: documents, facts, claims,
        other_bases, recommendations, actions, repeated, outcomes, counterparts, judgements.

    Returns
    -------
    DataFrame of str
        The rows in the order of the file, or of the files of a folder.

    Raises
    ------
    ThurrockError
        A file lacks a column, or a cell cannot be right. Its text names file, row, column and
        what would be right.

    Examples
    --------
    >>> contacts = read("facts").query("measure == 'contacts' and line == '49-50'")
    >>> contacts["value"].tolist()
    ['611', '431']
    """
    return pd.DataFrame(rows(name), columns=list(schema()[name]), dtype="str")


def rows(name: str) -> list[Row]:
    """Read a table of the papers as `read` does, for lookups: one mapping a row."""
    return [row for _, row in lines(name)]


def refused(place: Place, row: Row, column: str, right: str) -> ThurrockError:
    """Build the sentence for a cell that cannot be right.

    Parameters
    ----------
    right : str
        What would be right, as the end of a sentence.
    """
    path, number = place
    return ThurrockError(
        f"{paths.place(path)}, row {number}, column {column}: {row[column]!r} is not right: "
        f"{right.rstrip('.')}."
    )


@remembered
def lines(name: str) -> list[tuple[Place, Row]]:
    """Read and check a table; return its rows, each with its place, for further checks."""
    columns = schema()[name].values()
    found = [((path, number), row) for path in files(name) for number, row in parse(path, *columns)]
    for column in columns:
        column.check(found)
    return found


@remembered
def listed(among: str) -> frozenset[tuple[str, ...]]:
    """Return the words that a column may hold."""
    table, dot, names = among.partition(".")
    if not dot:
        return frozenset((word,) for word in among.split("|"))
    held = rows(table) if table in schema() else dictionary.read(table).to_dict("records")
    return frozenset(tuple(row[name] for name in names.split("+")) for row in held)


def files(name: str) -> list[Path]:
    """Return the file of a table, or those of its folder."""
    folder = paths.papers() / name
    return sorted(folder.glob("*.csv")) if folder.is_dir() else [folder.with_suffix(".csv")]


def parse(path: Path, *columns: Column) -> Iterator[tuple[int, Row]]:
    """Read a file whose header has some columns; number its rows as a spreadsheet does."""
    if not path.is_file():
        raise ThurrockError(f"{paths.place(path)} is missing: restore it from the repository.")
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    for column in columns:
        if column.name not in header and column.needed != OPTIONAL:
            raise ThurrockError(
                f"{paths.place(path)} has no column {column.name!r}: add it to the header."
            )
    empty = {column.name: "" for column in columns}
    for number, cells in enumerate(body, start=2):
        if len(cells) != len(header):
            raise ThurrockError(
                f"{paths.place(path)}, row {number}: there are {len(cells)} cells for "
                f"{len(header)} columns: set a cell that has a comma in quotation marks."
            )
        yield number, empty | dict(zip(header, cells, strict=True))
