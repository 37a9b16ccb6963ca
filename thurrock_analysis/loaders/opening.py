"""Files as people have them: whatever a table was saved as, its cells as text, row by row."""

import codecs
import csv
import datetime
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain, compress, count, islice
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from thurrock_analysis.errors import ThurrockError

Row = tuple[int, list[str]]
Misfit = Callable[[Path, int, list[str], int], None]
"""What becomes of a row that does not fit below its header: file, row, cells, columns needed."""
TABLES = {".csv", ".tsv", ".gz", ".zip", ".parquet", ".xlsx", ".xlsm", ".xls", ".ods"}
"""Endings of the files of an archive that are read; its texts and documents are not."""
GZIP, ZIP, OLD_WORKBOOK, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
OF_A_WORKBOOK = {"[Content_Types].xml", "mimetype"}
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t|"
HEAD = 20
"""Rows among which the header stands: people put titles and empty rows above it."""
NAMED = {";": "semicolons", "\t": "tabs", "|": "bars"}
LONG = 4096
"""Letters that show which sign stands between cells."""
NARROW = 4
"""A sheet with no more columns than this holds notes where another is wider."""
WORDS = re.compile(r"[A-Za-z]+:?$|(?=.*\s).*[A-Za-z]")
"""How a note begins."""
CUT = "the file is cut short or damaged; download it again"
LARGEST = 1_000_000_000
"""Bytes that an archive may unpack to."""
DENSEST = 250
"""How many times its own size a file of an archive may have, from `SMALL` bytes on."""
SMALL = 10_000_000


class Table(NamedTuple):
    """A table of a file: its cells as text, the index being the row of the file."""

    place: Path
    cells: pd.DataFrame
    header: int
    """The row in which the names of the columns stand."""
    notes: tuple[str, ...] = ()
    """What people wrote below it."""


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
    return tables[0].cells


def read_all(path: Path) -> Iterator[Table]:
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


def unpacked(path: Path, content: bytes) -> Iterator[Table]:
    """Yield the tables of a file, known by its content and not by its name."""
    for place, inner in members(path, content, TABLES):
        yield opened(place, inner)


def members(
    path: Path, content: bytes, endings: set[str] | None = None
) -> Iterator[tuple[Path, bytes]]:
    """Yield what a file holds, unpacked as often as it was packed.

    Only files of an archive with certain endings are taken, or all.
    """
    if not content:
        raise ThurrockError(f"{path.name} is empty: download it again.")
    try:
        if content.startswith(GZIP):
            yield from members(path, inflated(path, content), endings)
        elif content.startswith(ZIP) and (found := packed(path, content, endings)):
            for name, inner in found:
                if inner or endings:
                    yield from members(path / name, inner, endings)
                else:
                    yield path / name, inner
        else:
            yield path, content
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ThurrockError(f"{path.name} is a broken archive ({error}): {CUT}.") from None


def inflated(path: Path, content: bytes) -> bytes:
    """Return what was compressed, unless it is too much."""
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
        found = stream.read(LARGEST + 1)
    if len(found) > LARGEST or too_dense(len(found), len(content)):
        raise too_much(path)
    return found


def packed(path: Path, content: bytes, endings: set[str] | None) -> list[tuple[str, bytes]]:
    """Return the files of an archive, none where it is a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = [one for one in archive.infolist() if not one.is_dir()]
        if sum(one.file_size for one in found) > LARGEST:
            raise too_much(path)
        if OF_A_WORKBOOK & {one.filename for one in found}:
            return []
        for one in found:
            parts = Path(one.filename.replace("\\", "/")).parts
            if ".." in parts or parts[:1] == ("/",) or parts[0].endswith(":"):
                raise ThurrockError(
                    f"{path.name} holds {one.filename}, a path that leads out of the archive: "
                    "nothing of it is read; have it made again."
                )
            if too_dense(one.file_size, one.compress_size):
                raise too_much(path)
        wanted = [
            one.filename
            for one in found
            if (not endings or Path(one.filename).suffix.lower() in endings)
            and not Path(one.filename).name.startswith(".")
        ]
        if not wanted:
            raise zipfile.BadZipFile("no table is in it")
        return [(name, archive.read(name)) for name in wanted]


def too_dense(size: int, stored: int) -> bool:
    """Say whether something grows beyond what tables do when it is unpacked."""
    return size > SMALL and size > DENSEST * max(stored, 1)


def too_much(path: Path) -> ThurrockError:
    """Build the sentence for an archive that would fill the memory."""
    return ThurrockError(
        f"{path.name} would unpack to far more than tables take: nothing of it is read; unpack it "
        "by hand if you trust it."
    )


def opened(path: Path, content: bytes) -> Table:
    """Return the one table of a file that is no archive."""
    if content.startswith(PARQUET) or path.suffix == ".parquet":
        return Table(path, parquet(path, content), 1)
    if content.startswith((ZIP, OLD_WORKBOOK)):
        return table(path, sheet(path, content))
    text = decoded(path, content)
    if text.lstrip().startswith("<"):
        raise ThurrockError(
            f"{path.name} is a web page and no table: open it in a browser, and download the table "
            "from there."
        )
    return of_text(path, text)


def of_text(path: Path, text: str, misfit: Misfit | None = None) -> Table:
    """Return the table of a text, read in one sweep where each of its lines is a row that fits."""
    separator = max(SEPARATORS, key=text[:LONG].count)
    found = swept(path, text, separator)
    if found is None or (misfit is None and ends_alone(found.cells)):
        return table(path, records(path, text, separator), misfit)
    return found


def ends_alone(cells: pd.DataFrame) -> bool:
    """Say whether the last row of a table fills one cell, as a note does."""
    return bool(cells.iloc[-1:].ne("").sum(axis=1).eq(1).any())


def swept(path: Path, text: str, separator: str) -> Table | None:
    """Return the table of a text without empty lines, or cells of several lines, or ragged rows."""
    import pyarrow as pa
    from pyarrow import compute, csv

    text = text.rstrip("\r\n")
    if '"' in text and any(line.count('"') % 2 for line in text.split("\n")):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        at, header, _ = headed(path, records(path, text, separator))
        names = [str(place) for place in range(len(header))]
        found = csv.read_csv(
            pa.py_buffer(text.encode()),
            csv.ReadOptions(skip_rows=at, column_names=names, use_threads=False),
            csv.ParseOptions(delimiter=separator),
            csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, ThurrockError):
        return None
    if len(found) != text.count("\n") + 1 - at:
        return None
    cells = pd.DataFrame(
        {
            place: pd.array(compute.utf8_trim_whitespace(found[name]), dtype="str")
            for place, name in enumerate(names)
        }
    )
    numbers = pd.RangeIndex(at + 1, at + 1 + len(cells))
    return named(path, cells.set_axis(numbers), header, at)


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
    sheets = {name: list(rows) for name, rows in of_workbook(path, content)}
    widths = {name: max([filled(row) for row in rows], default=0) for name, rows in sheets.items()}
    wide = [name for name, width in widths.items() if width > NARROW]
    if len(wide) > 1:
        raise ThurrockError(
            f"{path.name} has tables on the sheets {', '.join(wide)}: save each as a file of its "
            "own."
        )
    return sheets[max(widths, key=widths.__getitem__)]


def of_workbook(path: Path, content: bytes) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the sheets of a workbook by name, and the rows of each that are not empty."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            found = book.get_sheet_by_name(name)
            top, left = found.start or (0, 0)
            margin = [""] * left
            yield (
                name,
                (
                    (number, margin + [written(cell) for cell in row])
                    for number, row in zip(count(top + 1), found.iter_rows(), strict=False)
                    if any(cell != "" for cell in row)
                ),
            )
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable(path, "a workbook", error) from None


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


def form_of(content: bytes, text: str) -> str:
    """Say how a text is written that is not UTF-8 with commas, and nothing of one that is.

    >>> form_of(b"a;b", "a;b"), form_of(b"a,b", "a,b")
    ('semicolons between cells', '')
    """
    found = []
    if content[:2] in ENCODINGS or content[1:2] == b"\0":
        found.append("UTF-16")
    elif content.startswith(codecs.BOM_UTF8):
        found.append("a byte-order mark")
    elif not content.isascii() and content.decode("utf-8", "replace") != text:
        found.append("Windows-1252")
    separator = max(SEPARATORS, key=text[:LONG].count)
    if separator in NAMED and separator in text[:LONG]:
        found.append(f"{NAMED[separator]} between cells")
    return ", ".join(found)


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


def records(path: Path, text: str, separator: str) -> Iterator[Row]:
    """Yield the rows of a text."""
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


def headed(path: Path, rows: Iterator[Row]) -> tuple[int, list[str], list[Row]]:
    """Return in which row the header stands, its names, and the rows read on the way to it.

    The header is the first row that fills more than half of the columns.
    """
    first = list(islice((row for row in rows if any(row[1])), HEAD))
    if not first:
        raise ThurrockError(f"{path.name} is empty: download it again.")
    widest = max(map(filled, first))
    at = next(at for at, row in enumerate(first) if filled(row) > widest / 2)
    return *first[at], first[at + 1 :]


def table(path: Path, rows: Iterator[Row] | list[Row], misfit: Misfit | None = None) -> Table:
    """Find the header of some rows, and return what stands below it.

    A row that does not fit below the header is refused, unless `misfit` takes it; then nothing
    below the table is taken for a note either.
    """
    rows = iter(rows)
    at, header, first = headed(path, rows)
    width, needed = len(header), max(at for at, name in enumerate(header, start=1) if name)
    body = [row for row in chain(first, rows) if any(row[1])]
    notes = notes_below(body, needed) if misfit is None else []
    numbers, cells = [], []
    for number, row in body:
        if len(row) != width:
            if len(row) < needed or any(row[width:]):
                (misfit or refuse)(path, number, row, needed)
                continue
            row = row[:width] + [""] * (width - len(row))
        numbers.append(number)
        cells.append(row)
    found = pd.DataFrame(cells, index=numbers, columns=range(width), dtype="str")
    return named(path, found, header, at)._replace(notes=tuple(notes))


def refuse(path: Path, number: int, row: list[str], needed: int) -> None:
    """Refuse a row that does not fit below its header."""
    raise ThurrockError(
        f"{path.name}, row {number}, has {len(row)} cells where the header has {needed}: {CUT}."
    )


def named(path: Path, cells: pd.DataFrame, header: list[str], at: int) -> Table:
    """Return a table without its empty rows and columns, under the names of its header."""
    bare = cells.index[cells[0].eq("")]
    if len(bare):
        cells = cells.drop(bare[cells.loc[bare].eq("").all(axis=1)])
    kept = [bool(name) or cells[at].ne("").any() for at, name in enumerate(header)]
    return Table(path, cells.loc[:, kept].set_axis(list(compress(header, kept)), axis=1), at)


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
