"""The tables kept by hand: ``data/dictionary``, ``data/publishers`` and ``data/papers``."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError, quoted
from thurrock_analysis.record import inventory, schema
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.record.schema import Column, Line, Named


@resting_on("schema")
def columns() -> dict[str, dict[str, Column]]:
    """Return the columns of every table, by table and name; the schema describes itself."""
    found = inventory.rows("schema", schema.COLUMNS)
    tables: dict[str, dict[str, Column]] = {}
    for _, row in found:
        tables.setdefault(row["table"], {})[row["column"]] = Column(**row)
    schema.check(list(tables["schema"].values()), found, words)
    for place, row in found:
        if wrong := amiss(Column(**row), tables):
            raise schema.refused(place, row, *wrong)
    return tables


def amiss(column: Column, tables: dict[str, dict[str, Column]]) -> tuple[str, str] | None:
    """Return which cell of a row of the schema names what is not there, and what is right."""
    table, dot, names = column.among.partition(".")
    if dot and not set(names.split("+")) <= set(tables.get(table, {})):
        return "among", "words with | between them, or a table and its column, are needed"
    try:
        column.conditions(tables[column.table])
    except ThurrockError as fault:
        return "needed", str(fault)
    return None


def words(among: str) -> frozenset[Named]:
    """Return words that are listed with ``|`` between them."""
    return frozenset((word,) for word in among.split("|"))


def columns_of(name: str) -> list[Column]:
    """Return the columns of a table."""
    if name not in columns() or name not in inventory.counts():
        raise ThurrockError(
            f"There is no table {name!r}: data/files.csv and data/schema.csv say which there are."
        )
    return list(columns()[name].values())


@resting_on()
def structured(name: str) -> list[Line]:
    """Read a table of which each row has its cells; whether they are right is not asked."""
    known, files = columns_of(name), set(inventory.files(name))
    for folder in {file.parent for file in files if file.parent.name == name}:
        if strange := set(folder.glob("*.csv")) - files:
            place = paths.place(min(strange))
            raise ThurrockError(f"{place} is not in data/files.csv: add it with its rows.")
    return inventory.rows(name, [one.column for one in known])


@resting_on()
def listed(among: str) -> frozenset[Named]:
    """Return what a column may hold: words, or what another table lists."""
    table, dot, names = among.partition(".")
    if not dot:
        return words(among)
    return frozenset(tuple(row[name] for name in names.split("+")) for _, row in structured(table))


@resting_on()
def lines(name: str) -> list[Line]:
    """Read and check a table; return its rows, each with its place, for further checks."""
    found = structured(name)
    schema.check(columns_of(name), found, listed)
    return found


def rows(name: str) -> list[Row]:
    """Read a table as `read` does, for lookups: one mapping a row."""
    return [row for _, row in lines(name)]


@resting_on()
def read(name: str) -> pd.DataFrame:
    """Read a table, every cell as text, empty cells as ``""``.

    >>> "status" in read("symbols")
    True
    >>> read("facts").query("measure == 'contacts' and line == '49-50'")["value"].tolist()
    ['611', '431']
    """
    found = rows(name)
    names = [one.column for one in columns_of(name)]
    return pd.DataFrame({name: [row[name] for row in found] for name in names}, dtype="str")


def file(name: str) -> Path:
    """Return where a table lies that is one file."""
    return inventory.files(name)[0]


def place(name: str) -> str:
    """Return the path of a table within the project, as messages write it.

    >>> place("measures"), place("releases")
    ('data/dictionary/measures.csv', 'data/publishers/releases.csv')
    """
    return paths.place(file(name))


def bad_cell(where: str, row: object, found: str, expected: Iterable[str]) -> ThurrockError:
    """Build the sentence for a cell that cannot be read."""
    known = ", ".join(repr(item) for item in expected if item)
    comma = "; a comma may stand before three digits only, and no decimals" * ("," in found)
    return ThurrockError(
        f"{where}, row {row}: {quoted(found)} is neither a number nor one of {known}{comma}."
    )
