"""A folder, an archive, a workbook or one file: every table in it, as its cells are written."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import opening, sheets
from thurrock_analysis.returns import issues, xml_files

RETURNED = opening.TABLES | {".xml", ".json"}
"""Endings of files that somebody meant to be read; what else lies there is only named."""


@dataclass(frozen=True)
class Raw:
    """A table as a file holds it.

    Attributes
    ----------
    file : str
        Its path below what was asked for, with the member of an archive or the sheet.
    cells : DataFrame of str
        Under the names that the file gives; the index is the row of the file.
    read : int
        How many rows stand below the header, down to the last that is not empty.
    misfits : dict of int to int
        Rows with more cells than the header, or too few, and how many cells each has.
    form : str
        Which table it is, where the format says so; else its columns tell.
    year : int or None
        The closing year of the return, where the format says so.
    notes : dict of str to str
        The rules that the file breaks in how it is written, and what it has instead.
    """

    file: str
    cells: pd.DataFrame
    read: int
    misfits: dict[int, int] = field(default_factory=dict)
    form: str = ""
    year: int | None = None
    notes: dict[str, str] = field(default_factory=dict)


@dataclass
class Reading:
    """What was found: tables, and what is wrong with files."""

    tables: list[Raw] = field(default_factory=list)
    issues: list[pd.DataFrame] = field(default_factory=list)


def read(path: Path) -> Reading:
    """Read every table below a folder, or of a file.

    Raises
    ------
    ThurrockError
        There is no such folder or file, or nothing is in it.
    """
    if not path.exists():
        raise ThurrockError(f"{path} is missing: name a folder or a file that exists.")
    files = sorted(below(path)) if path.is_dir() else [path]
    if not files:
        raise ThurrockError(f"{path} holds no file: name the folder that holds the returns.")
    found = Reading()
    for file in files:
        name = file.relative_to(path) if path.is_dir() else Path(file.name)
        try:
            content = file.read_bytes()
        except OSError as error:
            why = ThurrockError(f"{name.name} cannot be opened ({error.strerror}).")
            found.issues.append(unread(name, why))
            continue
        take(found, name, content)
    return found


def below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, but none that is hidden."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in named_below(path, folder))
        if path.is_file() and not hidden:
            yield path


def named_below(path: Path, folder: Path) -> tuple[str, ...]:
    """Return the parts of a path below a folder."""
    return path.relative_to(folder).parts


def take(found: Reading, name: Path, content: bytes) -> None:
    """Read a file into what was found; what cannot be read is an issue."""
    members = opening.members(name, content) if content else iter([(name, content)])
    try:
        for place, inner in members:
            try:
                if xml_files.is_xml(inner):
                    take_xml(found, place, inner)
                else:
                    found.tables += tables_of(place, inner)
            except ThurrockError as error:
                found.issues.append(unread(place, error))
    except ThurrockError as error:
        found.issues.append(unread(name, error))


def take_xml(found: Reading, place: Path, content: bytes) -> None:
    """Read an XML return into what was found: one table a form."""
    file = place.as_posix()
    back = xml_files.read(file, io.BytesIO(content))
    found.issues.append(back.issues)
    for form, cells in back.tables.items():
        read = len(cells) + back.blank[form]
        found.tables.append(Raw(file, cells, read, form=form, year=back.year))


class EmptyFileError(ThurrockError):
    """A file holds nothing."""


def unread(place: Path, error: ThurrockError) -> pd.DataFrame:
    """Return the issue of a file that was not read, grave only if it was meant to be."""
    meant = place.suffix.lower() in RETURNED
    rule = "unreadable_file" if meant else "other_file"
    return issues.of_file(
        place.as_posix(), "empty_file" if isinstance(error, EmptyFileError) else rule, str(error)
    )


def tables_of(place: Path, content: bytes) -> list[Raw]:
    """Return the tables of one file that is no archive."""
    if not content:
        raise EmptyFileError(f"{place.name} is empty.")
    if content.startswith(opening.PARQUET):
        cells = opening.parquet(place, content)
        return [Raw(place.as_posix(), cells, len(cells))]
    if content.startswith((opening.ZIP, opening.OLD_WORKBOOK)):
        stated: dict[str, sheets.Size] = {}
        found = []
        for name, rows in opening.of_workbook(place, content):
            stated = stated or sheets.sizes(content)
            found.append(of_rows(place / name, rows, stated.get(name, sheets.Size())))
        return [table for table in found if table is not None]
    text = opening.decoded(place, content)
    if not text.strip():
        raise EmptyFileError(f"{place.name} is empty.")
    misfits: dict[int, int] = {}
    written = opening.form_of(content, text)
    notes = {"text_form": written} if written else {}
    return [raw(opening.of_text(place, text, noting(misfits)), misfits, notes)]


def noting(misfits: dict[int, int]) -> opening.Misfit:
    """Return what notes the rows that do not fit below their header."""

    def note(_: Path, row: int, cells: list[str], __: int) -> None:
        misfits[row] = len(cells)

    return note


def of_rows(place: Path, rows: Iterator[opening.Row], size: sheets.Size) -> Raw | None:
    """Return the table of a sheet, none where it is empty."""
    misfits: dict[int, int] = {}
    body = list(rows)
    if not body:
        return None
    last, notes = body[-1][0], {}
    if size.stated is not None and size.stated < last:
        notes["sheet_size"] = f"{size.stated} of {last} rows"
    if size.formatted is not None and size.formatted > last:
        notes["formatted_rows"] = f"{size.formatted - last} rows"
    return raw(opening.table(place, body, noting(misfits)), misfits, notes)


def raw(table: opening.Table, misfits: dict[int, int], notes: dict[str, str]) -> Raw:
    """Count the rows of a table."""
    last = max([table.header, *table.cells.index[-1:], *misfits])
    read = last - table.header
    return Raw(table.place.as_posix(), table.cells, read, misfits, notes=notes)
