"""XML returns as tables of text, one a form: the CIN and workforce censuses, the 903 upload."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import BinaryIO

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns import elements, events, header, issues, statutory
from thurrock_analysis.returns.elements import Format
from thurrock_analysis.returns.events import NONE, Gathered, Marks
from thurrock_analysis.returns.markup import NOWHERE, Places
from thurrock_analysis.words import counted

BEGINNING = 1 << 16
"""Bytes by which a collection is known."""
START = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<")


@dataclass(frozen=True)
class XmlReturn:
    """One file.

    Attributes
    ----------
    collection : str
        A collection of ``forms.csv``.
    tables : dict of str to DataFrame
        By form, every cell as text; the index is the line on which the element of the row begins.
        Keys of the rows above are repeated, rows numbered within the row above, `LA` added.
    year : int or None
        The closing year, by the header or the dates.
    blank : dict of str to int
        Rows of each form that had nothing in them, and are not in the tables.
    issues : DataFrame
        See `thurrock_analysis.returns.issues`.
    """

    collection: str
    tables: dict[str, pd.DataFrame]
    year: int | None
    blank: dict[str, int]
    issues: pd.DataFrame


def is_xml(content: bytes) -> bool:
    """Say whether a file begins as an XML does, whatever its encoding.

    >>> is_xml(" <Message>".encode("utf-16")), is_xml(b"CHILD,DOB")
    (True, False)
    """
    return START.match(content[:BEGINNING].replace(b"\0", b"")) is not None


def read(name: str, stream: BinaryIO) -> XmlReturn:
    """Read a file, known by its elements and not by its name.

    Raises
    ------
    ThurrockError
        It is no return, is cut short, or has a document type definition.
    """
    collection = elements.recognised(stream.read(BEGINNING))
    if not collection:
        raise ThurrockError(
            f"{name} has no element of a return that is known (CIN census, workforce census, "
            "SSDA903): nothing of it is read."
        )
    stream.seek(0)
    layout = elements.of(collection)
    found = events.gather(name, stream, layout)
    forms = Forms(layout, found)
    tables = {form: forms.table(form) for form in found.forms}
    year, headed = header.year(collection, found.said, tables)
    about = {"file": name, "LA": found.said.get("LEA", ""), "YEAR": year}
    return XmlReturn(
        collection,
        {form: table.assign(LA=found.said.get("LEA", "")) for form, table in tables.items()},
        year,
        {form: int((~kept).sum()) for form, kept in forms.kept.items()},
        told([*headed, *amiss(found, forms)]).assign(**about)[issues.COLUMNS],
    )


class Forms:
    """The rows of a file as columns, with what each takes from the rows above it."""

    def __init__(self, layout: Format, found: Gathered) -> None:
        self.layout, self.rows, self.told = layout, found.forms, found.told
        self.parents = {form: of.parents for form, of in found.forms.items()}
        self.kept: dict[str, Marks] = {}
        self.about: dict[str, list[str]] = {}
        for form in sorted(found.forms, key=self.depth, reverse=True):
            self.kept[form] = self.filled(form)

    def depth(self, form: str) -> int:
        """Count the forms above."""
        above = self.layout.above[form]
        return 1 + self.depth(above) if above else 0

    def filled(self, form: str) -> Marks:
        """Return which rows have a text of their own, or a row below that has."""
        found = np.zeros(len(self.rows[form].lines), dtype="bool")
        if form not in self.layout.rows.values():
            found[:] = True
        for tags, _ in self.rows[form].cells.values():
            found[self.rows[form].at(tags)] = True
        for below, above in self.layout.above.items():
            if above == form:
                found[self.parents[below][self.kept[below]]] = True
        return found

    def table(self, form: str) -> pd.DataFrame:
        """Return the rows that have something in them, as text."""
        kept = self.kept[form]
        columns = [column for named, column in self.layout.columns if named == form]
        cells = {column: self.column(form, column)[kept] for column in columns}
        return pd.DataFrame(cells, index=pd.Index(self.rows[form].lines[kept]))

    def column(self, form: str, column: str) -> ExtensionArray:
        """Return a column: the form's own, one that it repeats, or a number."""
        if owner := self.layout.repeated.get((form, column)):
            return self.own(*owner)[self.at(form, owner[0])]
        if numbered := self.layout.numbers.get((form, column)):
            return self.number(numbered)[self.at(form, numbered)]
        return self.own(form, column)

    def own(self, form: str, column: str) -> ExtensionArray:
        """Return the texts of a column; of several in one row, the first."""
        rows = self.rows[form]
        place = np.full(len(rows.tags), NOWHERE)
        tags, words = rows.cells.get(column, (NONE, NONE))
        place[rows.at(tags)[::-1]] = words[::-1]
        return self.told.texts(place)

    def at(self, form: str, above: str) -> Places:
        """Return to which row of a form above each row of a form belongs."""
        places = np.arange(len(self.rows[form].lines))
        while form != above:
            places = self.parents[form][places]
            form = self.layout.above[form]
        return places

    def number(self, form: str) -> ExtensionArray:
        """Return which row of a form each is of the row above, or of a child that stands twice."""
        above, kept = self.layout.above[form], self.kept[form]
        groups = self.parents[form]
        if not self.layout.above[above]:
            groups = self.persons(above)[groups]
        within = pd.Series(groups[kept])
        numbers = np.zeros(len(groups), np.int64)
        numbers[kept] = within.groupby(within).cumcount() + 1
        written = ["", *map(str, range(1, numbers.max(initial=0) + 1))]
        return pd.array(written, dtype="str").take(numbers)

    def persons(self, form: str) -> Places:
        """Return a number for whom each outermost row is about; one without an id is one more."""
        numbers, ids = pd.factorize(self.own(form, identifiers()[form]))
        unnamed = np.flatnonzero(np.asarray(ids == "")[numbers])
        numbers[unnamed] = len(ids) + np.arange(len(unnamed))
        return np.asarray(numbers)

    def doubled(self, form: str) -> Iterator[tuple[str, int, str]]:
        """Yield columns of which a row has values that differ, with the row and a later value."""
        for column, (tags, words) in self.rows[form].cells.items():
            at = self.rows[form].at(tags)
            if (np.diff(at) == 0).any():
                several = pd.DataFrame({"at": at, "value": self.told.texts(words)})
                several = several.drop_duplicates()
                again = several[several["at"].duplicated()]
                yield from zip(repeat(column), again["at"], again["value"], strict=False)

    def person(self, form: str, row: int) -> str:
        """Return the id of whom a row is about."""
        if form not in self.about:
            named = identifiers().get(form, "")
            self.about[form] = list(self.column(form, named)) if named else []
        return str(self.about[form][row]) if self.about[form] else ""


def told(amiss: list[dict[str, object]]) -> pd.DataFrame:
    """Return what is amiss with what the rules say of it."""
    found = pd.DataFrame(amiss, columns=["row", "table", "id", "column", "value", "rule"])
    rules = statutory.rules()
    return found.assign(
        severity=[rules[rule].severity for rule in found["rule"]],
        done=[rules[rule].done for rule in found["rule"]],
    )


def identifiers() -> dict[str, str]:
    """Return which column of each form names the child or worker."""
    return {row["form"]: row["identifier"] for row in dictionary.rows("forms")}


def amiss(found: Gathered, forms: Forms) -> Iterator[dict[str, object]]:
    """Yield what was odd in a file, as rows of the issue table."""
    lines = found.told.lines
    for odd in found.odd:
        joint = ", the opposite of " if odd.rule == "opposite_name" else ", for "
        value = counted(odd.times, "time") + joint * bool(odd.meant) + odd.meant
        yield {"row": lines(odd.at), "column": odd.tag, "value": value, "rule": odd.rule}
    if encoding := found.told.encoding:
        yield {
            **dict.fromkeys(["table", "id", "column"], ""),
            "row": 1,
            "value": encoding,
            "rule": "xml_encoding",
        }
    for fault in found.faults:
        yield {
            "row": lines(fault.at),
            "table": fault.form,
            "id": forms.person(fault.form, fault.row),
            "column": fault.tag,
            "value": fault.value,
            "rule": fault.rule,
        }
    for form, rows in forms.rows.items():
        for column, row, value in forms.doubled(form):
            yield {
                "row": rows.lines[row],
                "table": form,
                "id": forms.person(form, row),
                "column": column,
                "value": value,
                "rule": "xml_value_twice",
            }
