"""Files kept by hand: read as text, a row a line, or refused in one sentence that names the row."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError

Row = dict[str, str]
Place = tuple[Path, int]
"""A file, and a row of it as a spreadsheet counts rows."""
MARK = re.compile(r"^(<{7}|\|{7}|={7}|>{7})", re.MULTILINE)
"""What a merge leaves in a file that two people changed."""
STRAY = re.compile("[\udc80-\udcff\ufffd]")
"""A byte that is not UTF-8, or what another program put in its place."""
NEAR = 20
"""Letters that are shown on either side of one."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What not every page, workbook or document can hold, and what turns letters round."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UNCLOSED = "a quotation mark is not closed, or not doubled within a cell"


def fault(path: Path, row: int, said: str, column: str = "") -> ThurrockError:
    """Build the sentence for a row that is none, or for a cell of it."""
    where = f"row {row}" + f", column {column}" * bool(column)
    return ThurrockError(f"{paths.place(path)}, {where}: {said}.")


def text_of(path: Path) -> str:
    """Return the text of a file kept by hand; bytes that are not UTF-8 stand as surrogates."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ThurrockError(
            f"{paths.place(path)} is missing: restore it from the repository."
        ) from None
    except OSError as error:
        raise ThurrockError(
            f"{paths.place(path)} cannot be read ({error.strerror}): restore it."
        ) from None
    if content.startswith(UTF_16) or b"\0" in content:
        raise fault(path, 1, "the file is saved as UTF-16: save it as UTF-8")
    text = content.decode("utf-8-sig", "surrogateescape")
    if not text.strip():
        raise fault(path, 1, "the file is empty: restore it from the repository")
    if mark := MARK.search(text):
        row = text.count("\n", 0, mark.start()) + 1
        raise fault(path, row, f"{mark[0]} is left of a merge: keep one of the two versions")
    if control := CONTROL.search(text):
        row = text.count("\n", 0, control.start()) + 1
        raise fault(path, row, f"{control[0]!r} is no letter but a control character: delete it")
    if text[-1] not in "\r\n":
        row = text.count("\n") + 1
        raise fault(path, row, "the file ends within this row: restore it from the repository")
    return text


def rows(path: Path, columns: list[str]) -> list[Row]:
    """Read a table, every cell as text."""
    text = text_of(path)
    header, *body = records(path, text)
    check_header(path, header, columns)
    if STRAY.search(text):
        raise misread(path, header, body)
    for number, cells in enumerate(body, start=2):
        if len(cells) != len(header):
            raise fault(path, number, miscounted(cells, header))
    return [dict(zip(header, cells, strict=True)) for cells in body]


def records(path: Path, text: str) -> Iterator[list[str]]:
    """Yield the cells of each row; no cell runs over the end of its line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise fault(path, number, UNCLOSED) from None
        if reader.line_num != number:
            raise fault(path, number, UNCLOSED)
        yield cells


def misread(path: Path, header: list[str], body: list[list[str]]) -> ThurrockError:
    """Build the sentence for the first cell with a byte that is not UTF-8."""
    for number, cells in enumerate(body, start=2):
        for name, cell in zip(header, cells, strict=False):
            if stray := STRAY.search(cell):
                near = STRAY.sub("?", cell[max(stray.start() - NEAR, 0) : stray.end() + NEAR])
                return fault(path, number, f"{near!r} is not UTF-8: save the file as UTF-8", name)
    return fault(path, 1, "the header is not UTF-8: save the file as UTF-8")


def check_header(path: Path, header: list[str], columns: list[str]) -> None:
    """Refuse a header that lacks a column, has one twice, or has one that is not known."""
    for name in columns:
        if header.count(name) > 1:
            raise fault(path, 1, f"the column {name!r} stands twice: keep one")
        if name not in header:
            raise fault(path, 1, f"there is no column {name!r}: its columns are {listed(columns)}")
    for name in header:
        if name not in columns:
            raise fault(path, 1, f"{name!r} is no column of it: its columns are {listed(columns)}")


def listed(columns: list[str]) -> str:
    """Name columns in a sentence."""
    return ", ".join(columns)


def miscounted(cells: list[str], header: list[str]) -> str:
    """Say what is wrong with a row that has too few cells or too many."""
    if not cells:
        return "the row is empty: delete it"
    return (
        f"there are {len(cells)} cells for {len(header)} columns: set a cell that has a comma in "
        "quotation marks"
    )
