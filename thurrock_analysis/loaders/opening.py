"""Files as people have them: whatever a table was saved as, its cells as text, row by row."""

import csv
import datetime
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError

Row = tuple[int, list[str]]
TABLES = {".csv", ".tsv", ".gz", ".zip", ".parquet", ".xlsx", ".xlsm", ".xls", ".ods"}
"""Endings of the files of an archive that are read; its texts and documents are not."""
GZIP, ZIP, OLD_WORKBOOK, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
OF_A_WORKBOOK = {"[Content_Types].xml", "mimetype"}
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t|"
HEAD = 20
"""Rows among which the header stands: people put titles and empty rows above it."""
LONG = 4096
"""Letters that show which sign stands between cells."""
NARROW = 4
"""A sheet with no more columns than this holds notes where another is wider."""
WORDS = re.compile(r"[A-Za-z]+:?$|(?=.*\s).*[A-Za-z]")
"""How a note begins."""
CUT = "the file is cut short or damaged; download it again"


@dataclass(frozen=True)
class Opened:
    """A table of a file: what to call it, its cells by row of the file, and the notes below it."""

    path: Path
    frame: pd.DataFrame
    notes: list[str]


def read(path: Path) -> pd.DataFrame:
    """Read a file that holds one table, every cell as text.

    Returns
    -------
    DataFrame of str
        Without blanks around cells and without empty rows and columns; the index is the row of
        the file, as a spreadsheet numbers it. A column can stand twice.

    Raises
    ------
    ThurrockError
        The file is missing, no table, or damaged. The sentence names file, row and column.
    """
    tables = list(read_all(path))
    if len(tables) != 1:
        raise ThurrockError(f"{path.name} holds {len(tables)} tables: unpack it, and name one.")
    return tables[0].frame


def read_all(path: Path) -> Iterator[Opened]:
    """Read every table of a file, which can be the archive of a whole release."""
    if path.is_dir():
        raise ThurrockError(f"{path} is a folder: name the files in it.")
    if not path.is_file():
        raise ThurrockError(f"{path} is missing: name a file that exists.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ThurrockError(f"{path} cannot be read ({error.strerror}).") from None
    return unpacked(path, content)


def unpacked(path: Path, content: bytes) -> Iterator[Opened]:
    """Yield the tables of a file, known by its content and not by its name."""
    if not content:
        raise ThurrockError(f"{path.name} is empty: download it again.")
    try:
        if content.startswith(GZIP):
            yield from unpacked(path, gzip.decompress(content))
        elif content.startswith(ZIP) and (members := packed(content)):
            for name, inner in members:
                yield from unpacked(path / name, inner)
        else:
            yield opened(path, content)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ThurrockError(f"{path.name} is a broken archive ({error}): {CUT}.") from None


def packed(content: bytes) -> list[tuple[str, bytes]]:
    """Return the files of an archive that can hold tables, none where it is a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if OF_A_WORKBOOK & set(names):
            return []
        wanted = [
            name
            for name in names
            if Path(name).suffix.lower() in TABLES and not Path(name).name.startswith(".")
        ]
        if not wanted:
            raise zipfile.BadZipFile("no table is in it")
        return [(name, archive.read(name)) for name in wanted]


def opened(path: Path, content: bytes) -> Opened:
    """Return the one table of a file that is no archive."""
    if content.startswith(PARQUET) or path.suffix == ".parquet":
        return Opened(path, parquet(path, content), [])
    if content.startswith((ZIP, OLD_WORKBOOK)):
        return table(path, sheet(path, content))
    text = decoded(path, content)
    if text.lstrip().startswith("<"):
        raise ThurrockError(
            f"{path.name} is a web page and no table: open it in a browser, and download the table "
            "from there."
        )
    return table(path, records(path, text))


def parquet(path: Path, content: bytes) -> pd.DataFrame:
    """Read a Parquet file; numbers are written as a spreadsheet shows them."""
    try:
        found = pd.read_parquet(io.BytesIO(content))
    except (ValueError, OSError) as error:
        raise unreadable(path, "Parquet", error) from None
    text = found.astype("str").fillna("")
    for name in found.select_dtypes("floating"):
        text[name] = text[name].str.removesuffix(".0")
    return text.set_axis(text.columns.str.strip(), axis=1).set_axis(text.index + 2)


def unreadable(path: Path, kind: str, error: Exception) -> ThurrockError:
    """Build the sentence for a file that is not what it seems to be."""
    reason = str(error).splitlines()[0].rstrip(".")
    return ThurrockError(f"{path.name} cannot be read as {kind} ({reason}): download it again.")


def sheet(path: Path, content: bytes) -> list[Row]:
    """Return the rows of the one sheet of a workbook that holds a table."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {
            name: [
                (number, [written(cell) for cell in row])
                for number, row in enumerate(
                    book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1
                )
            ]
            for name in book.sheet_names
        }
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable(path, "a workbook", error) from None
    widths = {name: max([filled(row) for row in rows], default=0) for name, rows in sheets.items()}
    wide = [name for name, width in widths.items() if width > NARROW]
    if len(wide) > 1:
        raise ThurrockError(
            f"{path.name} has tables on the sheets {', '.join(wide)}: save each as a file of its "
            "own."
        )
    return sheets[max(widths, key=widths.__getitem__)]


def written(cell: object) -> str:
    """Write a cell of a workbook as text.

    Examples
    --------
    >>> [written(cell) for cell in (2024.0, 20.1, " c", datetime.date(2026, 12, 1), True)]
    ['2024', '20.1', 'c', '2026-12-01', 'True']
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def decoded(path: Path, content: bytes) -> str:
    """Decode a text; Excel's are UTF-8, UTF-16 or of Windows."""
    nulls = "utf-16-le" if content[1:2] == b"\0" else "utf-8-sig"
    for encoding in (ENCODINGS.get(content[:2], nulls), "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ThurrockError(f"{path.name} is no text: save it as CSV UTF-8, or download it again.")


def records(path: Path, text: str) -> Iterator[Row]:
    """Yield the rows of a text, whichever sign stands between its cells."""
    separator = max(SEPARATORS, key=text[:LONG].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise ThurrockError(
            f"{path.name}, line {reader.line_num}, is no CSV ({error}): {CUT}."
        ) from None


def filled(row: Row) -> int:
    """Count the cells of a row that are not empty."""
    return sum(map(bool, row[1]))


def table(path: Path, rows: Iterator[Row] | list[Row]) -> Opened:
    """Find the header of some rows, and return what stands below it.

    The header is the first row that fills more than half of the columns.
    """
    body = [row for row in rows if any(row[1])]
    if not body:
        raise ThurrockError(f"{path.name} is empty: download it again.")
    widest = max(map(filled, body[:HEAD]))
    at = next(at for at, row in enumerate(body) if filled(row) > widest / 2)
    header, body = body[at][1], body[at + 1 :]
    width, needed = len(header), max(at for at, name in enumerate(header, start=1) if name)
    notes = notes_below(body, needed)
    cells = []
    for number, row in body:
        if len(row) != width:
            if len(row) < needed or any(row[width:]):
                raise ThurrockError(
                    f"{path.name}, row {number}, has {len(row)} cell{'s' * (len(row) != 1)} "
                    f"where the header has {needed}: {CUT}."
                )
            row = row[:width] + [""] * (width - len(row))
        cells.append(row)
    numbers = [number for number, _ in body]
    found = pd.DataFrame(cells, index=numbers, columns=range(width), dtype="str")
    kept = [bool(name) or found[at].ne("").any() for at, name in enumerate(header)]
    return Opened(path, found.loc[:, kept].set_axis(list(compress(header, kept)), axis=1), notes)


def notes_below(body: list[Row], width: int) -> list[str]:
    """Take from the end of a table the notes that people put there, and return them.

    A note fills one cell, or is a row too short for the table. It begins with words, and with none
    that stand in its column above or could be the beginning of such: a row that was cut short is
    no note.

    Examples
    --------
    >>> body = [(2, ["2025", "Hull", "9", "8"]), (3, ["Note:"]), (4, ["Source: DfE", "2026"])]
    >>> notes_below(body, 4), len(body)
    (["row 3, 'Note:'", "row 4, 'Source: DfE'"], 1)
    """
    notes = []
    while body:
        number, row = body[-1]
        if filled(body[-1]) > 1 and (len(row) >= width or filled(body[-1]) > width / 2):
            break
        at, text = next((at, cell) for at, cell in enumerate(row) if cell)
        above = {cells[at] for _, cells in body[:-1] if at < len(cells)}
        if not WORDS.match(text) or any(cell.startswith(text) for cell in above):
            break
        notes.append(f"row {number}, {text!r}")
        body.pop()
    return notes[::-1]
