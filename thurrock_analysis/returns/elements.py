"""Which element of an XML return goes to which form and column: ``data/statutory/elements.csv``."""

import re
from dataclasses import dataclass

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

TAG = re.compile(rb"<(?:[\w.-]+:)?(\w[\w.-]*)")
Column = tuple[str, str]
"""A form and one of its columns."""


@dataclass(frozen=True)
class Format:
    """How a collection is written as XML.

    An element is named by its path from the outermost that is a row, whatever stands around it.

    Attributes
    ----------
    paths : list of str
        All elements.
    columns : list of Column
        The columns of each form, in order.
    rows : dict of str to str
        Elements of which each is a row, and of which form.
    texts : dict of str to Column
        Elements the text of which goes to a column; of no form where it is said of the whole
        return, to no column where a text that says yes is a row.
    unread : set of str
        Elements the text of which goes nowhere.
    above : dict of str to str
        The form to a row of which the rows of a form belong, or empty.
    repeated : dict of Column to Column
        Columns that repeat one of a form above.
    numbers : dict of Column to str
        Columns that hold which row of a form, at or above theirs, it is within the row above it.
    spellings : dict of str to (str, str)
        Tags as some write them, the tag meant, and whether it means the ``same`` or the
        ``opposite``.
    """

    paths: list[str]
    columns: list[Column]
    rows: dict[str, str]
    texts: dict[str, Column]
    unread: set[str]
    above: dict[str, str]
    repeated: dict[Column, Column]
    numbers: dict[Column, str]
    spellings: dict[str, tuple[str, str]]


@resting_on("elements")
def tags() -> dict[str, set[str]]:
    """Return the tags of each collection."""
    found: dict[str, set[str]] = {}
    for row in dictionary.rows("elements"):
        found.setdefault(row["collection"], set()).add(row["path"].rpartition("/")[2])
    return found


def recognised(beginning: bytes) -> str:
    """Return the collection that most tags in the beginning of a file are of, or nothing.

    >>> recognised(b"<Message><Children><Child><ChildIdentifiers>")
    'CIN census'
    >>> recognised(b"<html><body>")
    ''
    """
    found = {tag.decode() for tag in TAG.findall(beginning.replace(b"\0", b""))}
    scores = sorted((len(names & found), name) for name, names in tags().items())
    return scores[-1][1] if scores[-1][0] > scores[-2][0] else ""


@resting_on("elements", "spellings")
def of(collection: str) -> Format:
    """Return how a collection is written."""
    listed = [
        (row["path"], row["holds"], row["form"], row["column"])
        for row in dictionary.rows("elements")
        if row["collection"] == collection
    ]
    rows = {path: form for path, holds, form, _ in listed if holds == "row"}
    texts: dict[str, Column] = {}
    for path, holds, form, column in listed:
        if holds in ("text", "yes") and (form == form_at(path, rows) or path not in texts):
            texts[path] = form, column
    above = {form: form_at(path.rpartition("/")[0], rows) for path, form in rows.items()}
    for path, (form, _) in texts.items():
        if form:
            above.setdefault(form, form_at(path, rows))
    return Format(
        paths=list(dict.fromkeys(path for path, *_ in listed)),
        columns=list(dict.fromkeys((form, name) for *_, form, name in listed if form and name)),
        rows=rows,
        texts=texts,
        unread={path for path, holds, *_ in listed if holds == "nothing"},
        above=above,
        repeated={
            (form, column): texts[path]
            for path, holds, form, column in listed
            if holds == "text" and texts[path] != (form, column)
        },
        numbers={
            (form, column): rows[path] for path, holds, form, column in listed if holds == "number"
        },
        spellings={
            row["spelling"]: (row["element"], row["meaning"])
            for row in dictionary.rows("spellings")
            if row["collection"] == collection
        },
    )


def form_at(path: str, rows: dict[str, str]) -> str:
    """Return the form of the innermost row that an element is or stands in, or nothing."""
    while path and path not in rows:
        path = path.rpartition("/")[0]
    return rows.get(path, "")
