"""Write a file whole or not at all, and over no other than this package's own."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from thurrock_analysis.errors import ThurrockError

MAKER = "thurrock_analysis"
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]*%?$)")
"""How a text begins that a spreadsheet would take for a formula: a number's sign is none."""


def unformulated(cell: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    >>> [unformulated(cell) for cell in ("=1+1", "-2", "-2+3", "@SUM(A1)", "+4.5%", -1)]
    ["'=1+1", '-2', "'-2+3", "'@SUM(A1)", '+4.5%', -1]
    """
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def as_meant(cell: str) -> str:
    """Take the apostrophe away that `unformulated` put before a text.

    >>> [as_meant(cell) for cell in ("'=1+1", "'tis", "-2")]
    ['=1+1', "'tis", '-2']
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


BOOK = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
"""How a workbook is made: no cell is ever a formula or a link, whatever a text begins with, and the
disk gets a whole one or none, for a writer of zip files that meets a full disk says so twice."""


@contextlib.contextmanager
def workbook(path: Path, **options: Any) -> Iterator[Any]:
    """Fill a workbook, which is then written at once."""
    import xlsxwriter  # only who gives a workbook away needs it

    content = BytesIO()
    with xlsxwriter.Workbook(content, BOOK | options) as book:
        yield book
    path.write_bytes(content.getvalue())


def put(
    path: str | Path, kinds: Mapping[str, Callable[[bytes], object]], write: Callable[[Path], Any]
) -> Path:
    """Write a file of a kind, of which each knows by its ending whether a file is our own."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in kinds:
        *others, last = kinds
        wanted = f"{', '.join(others)} or {last}" if others else last
        raise ThurrockError(f"{path.name} should end in {wanted}.")
    if not path.absolute().parent.is_dir():
        raise ThurrockError(f"There is no folder {path.parent} to write {path.name} into.")
    part = path.with_name(f".{path.stem}.{os.getpid()}{ending}")
    try:
        if path.exists() and not kinds[ending](path.read_bytes()):
            raise ThurrockError(
                f"{path.name} exists and was not written by this package: choose another name, "
                "or move it."
            )
        write(part)
        part.replace(path)
    except OSError as error:
        raise ThurrockError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return path
