"""Which table of which return some columns are: by what they are called, as people write it."""

import difflib
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import issues, statutory
from thurrock_analysis.returns.reading import Raw
from thurrock_analysis.returns.statutory import Form

NEAR = 0.82
"""How alike a misspelt name must be to one that is known, from `LONG` letters on."""
LONG = 4
QUOTES = str.maketrans("\u2018\u2019", "''")
"""Quotation marks as a word processor sets them are no misspelling."""
KEYS = {"LA": "LA", "LEA": "LA", "YEAR": "YEAR", "YEARCENSUS": "YEAR"}
"""What the columns for the authority and the closing year are called."""
NOT_READ = {".md", ".txt", ".log", ".rst", ".py", ".r", ".sql", ".yml", ".yaml"}
"""Endings of texts that can look like a table and are none."""
NEVER = re.compile(r"[^A-Z0-9]")


@dataclass
class Recognised:
    """A table of a return under its statutory columns; without a form it is none."""

    raw: Raw
    form: Form | None = None
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    issues: list[pd.DataFrame] = field(default_factory=list)


@resting_on("forms", "fields")
def names() -> dict[str, dict[str, str]]:
    """Return the statutory column of each form by every plain name under which it is known."""
    return {
        name: {
            plain(called): column
            for column, one in form.fields.items()
            for called in (*one.other_names, column)
        }
        for name, form in statutory.forms().items()
    }


@resting_on("forms", "fields")
def rarity() -> dict[str, float]:
    """Return what share of a plain name each form has that knows it."""
    every = [called for known in names().values() for called in known]
    return {called: 1 / every.count(called) for called in set(every)}


@resting_on("spellings")
def opposites(collection: str) -> dict[str, str]:
    """Return the plain names that mean the opposite of a column, and which.

    >>> opposites("CIN census")
    {'ICPCREQUIRED': 'ICPCnotRequired'}
    """
    return {
        plain(row["spelling"]): row["element"]
        for row in dictionary.rows("spellings")
        if row["collection"] == collection and row["meaning"] == "opposite"
    }


def plain(name: str) -> str:
    """Return a name without case, blanks and punctuation.

    >>> plain(" Date_Of Birth ")
    'DATEOFBIRTH'
    """
    return NEVER.sub("", name.upper())


def recognise(raw: Raw) -> Recognised:
    """Find which table it is, and put its statutory columns in order."""
    found = Recognised(raw)
    columns = [str(name) for name in raw.cells.columns]
    form = statutory.forms()[raw.form] if raw.form else form_of(columns)
    if form is None:
        # no name of a column is told: without a header they are a child's cells
        meant = PurePosixPath(raw.file).suffix.lower() in NOT_READ
        rule = "other_file" if meant else "unknown_table"
        found.issues.append(issues.of_file(raw.file, rule, words.counted(len(columns), "column")))
        return found
    taken = matched(form, columns)
    found.issues += spelling(raw, form, taken)
    lacking = [
        one.column
        for one in form.fields.values()
        if one.needed == "row" and one.column not in taken
    ]
    if lacking:
        told = f"a table of {form.name} without the column {' and '.join(lacking)}"
        found.issues.append(issues.of_file(raw.file, "lacking_column", told, table=form.name))
        return found
    found.form = form
    found.cells = raw.cells.iloc[:, list(taken.values())].set_axis(list(taken), axis=1)
    found.raw = replace(raw, cells=pd.DataFrame(columns=raw.cells.columns))
    return found


def form_of(columns: list[str]) -> Form | None:
    """Return the form that knows most of some columns, the rarest first."""
    rare = rarity()
    for near in (False, True):
        best, most = None, 0.0
        for form in statutory.forms().values():
            taken = set(matched(form, columns, near=near))
            own = [one for one in taken if rare.get(plain(one), 0) == 1]
            whole = bool(form.known_by) and form.known_by <= taken
            half = bool(own) and len(taken & set(form.fields)) * 2 >= len(form.fields)
            score = sum(rare.get(plain(one), 0) for one in taken)
            if (whole or half) and score > most:
                best, most = form, score
        if best:
            return best
    return None


def matched(form: Form, columns: list[str], *, near: bool = True) -> dict[str, int]:
    """Return the place of each statutory column, and of LA and YEAR, exact names first.

    Then come those that are nearly right.
    """
    known = names()[form.name] | KEYS
    taken: dict[str, int] = {}
    for place, name in enumerate(columns):
        if column := known.get(plain(name)):
            taken.setdefault(column, place)
    if not near or len(taken) == len(columns):
        return taken
    free = {
        called: column
        for called, column in known.items()
        if column not in taken and column not in statutory.KEYS
    }
    for place, name in enumerate(columns):
        if place in taken.values() or len(plain(name)) < LONG or plain(name) in known:
            continue
        if plain(name) in opposites(form.collection):
            continue
        for like in difflib.get_close_matches(plain(name), list(free), 1, NEAR):
            taken.setdefault(free[like], place)
    return taken


def spelling(raw: Raw, form: Form, taken: dict[str, int]) -> list[pd.DataFrame]:
    """Return the issues of columns that are misspelt, missing, twice there or not known."""
    columns = list(raw.cells.columns)
    found = []

    def tell(rule: str, value: str, column: str, row: int | None = None) -> None:
        found.append(issues.of_file(raw.file, rule, value, column, table=form.name, row=row))

    places = [taken[name] for name in form.fields if name in taken and name not in statutory.KEYS]
    if places != sorted(places) and not (raw.form or form.own):
        tell("column_order", ", ".join(columns), "")
    if not raw.read and not raw.form:
        tell("no_row", "", "")
    for rule, value in raw.notes.items():
        tell(rule, value, "")
    if number := list_of(form):
        sheet = PurePosixPath(raw.file).name
        if plain(sheet) != f"LIST{number}":
            tell("sheet_name", f"{sheet} for List {number}", "")
    for row in after_gaps(raw):
        tell("row_after_gap", "", "", row)
    for column, place in taken.items():
        if columns[place].translate(QUOTES) != column:
            tell("column_name", columns[place], column)
    for column, one in form.fields.items():
        if column not in taken and column not in statutory.KEYS:
            tell(
                "missing_column" if one.needed or one.in_year else "missing_optional_column",
                "",
                column,
            )
    for place, name in enumerate(columns):
        if place not in taken.values() and name:
            again = plain(name) in {plain(columns[one]) for one in taken.values()}
            if opposite := opposites(form.collection).get(plain(name)):
                tell("opposite_name", f"the opposite of {opposite}", name)
            else:
                tell("column_twice" if again else "extra_column", name, name)
    return found


def list_of(form: Form) -> int:
    """Return the number of a list of Annex A, and 0 of another table.

    >>> list_of(statutory.forms()["contacts"]), list_of(statutory.forms()["episodes"])
    (1, 0)
    """
    lists = [one for one in statutory.forms().values() if one.collection == "Annex A"]
    return lists.index(form) + 1 if form in lists else 0


def after_gaps(raw: Raw) -> list[int]:
    """Return the rows that stand below a gap of blank ones, which an XML return has not."""
    if raw.form or len(raw.cells) + len(raw.misfits) == raw.read:
        return []
    rows = np.sort(np.append(raw.cells.index.to_numpy(np.int64), [*raw.misfits]).astype(np.int64))
    below: list[int] = rows[1:][np.diff(rows) > 1].tolist()
    return below
