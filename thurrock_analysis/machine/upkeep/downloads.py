"""Files that a user downloaded: refuse what is no table, say exactly where one is wrong."""

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import cells, ees
from thurrock_analysis.loaders.cells import FIRST_ROW, Table
from thurrock_analysis.record import measures, symbols

OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
TIME = ["time_period", "geographic_level"]
SERIES = ["Short Desc", "Years", "LA Number", "Values"]


def read(path: Path) -> tuple[pd.DataFrame, list[Table]]:
    """Read a downloaded file as text and find which tables it holds.

    Parameters
    ----------
    path : Path
        A CSV file of Explore Education Statistics, or a snapshot of LAIT.

    Returns
    -------
    frame, tables : DataFrame of str, list of Table
        The file, and the known tables that its header fits.

    Raises
    ------
    ThurrockError
        The file is missing, is something else, is cut short, or holds no known table.
    """
    refuse_others(path)
    frame = cells.read_text(path)
    tables = cells.identify(frame, path)
    for column in SERIES if tables[0].format == "lait" else places(frame):
        if column not in frame.columns:
            raise ThurrockError(
                f"{path.name} lacks the column {column}, which {tables[0].title!r} has: "
                "download it again."
            )
    if frame.empty:
        raise ThurrockError(f"{path.name} has a header and no rows: download it again.")
    return frame, tables


def places(frame: pd.DataFrame) -> list[str]:
    """Return the columns that say when and where: a file of England has no codes of authorities."""
    levels = set(frame.get("geographic_level", pd.Series(dtype="str")))
    codes = [column for level, column in ees.CODE_COLUMN.items() if level in levels]
    return [*TIME, *codes]


def refuse_others(path: Path) -> None:
    """Refuse what is often taken for a CSV file: folders, spreadsheets, archives, web pages."""
    if path.is_dir():
        raise ThurrockError(f"{path} is a folder: name the CSV files in it.")
    if not path.is_file():
        raise ThurrockError(f"{path} is missing: name a file that exists.")
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise ThurrockError(f"{path} cannot be read ({error.strerror}).") from None
    if not start:
        raise ThurrockError(f"{path.name} is empty: download it again.")
    if path.suffix == ".parquet":
        return
    if start.startswith(OLD_SPREADSHEET) or path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
        raise ThurrockError(f"{path.name} is a spreadsheet: download the CSV of the same table.")
    if start.startswith(b"PK\x03\x04"):
        raise ThurrockError(f"{path.name} is {packed(path)}.")
    if start.startswith(UTF_16):
        raise ThurrockError(f"{path.name} is UTF-16 text: download the CSV again, and do not edit.")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise ThurrockError(
            f"{path.name} is a web page and no CSV: open it in a browser, and download the table "
            "from there."
        )
    refuse_ragged(path)


def packed(path: Path) -> str:
    """Say what a file is that begins as an archive does."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "a broken archive: download the CSV"
    if any(name in {"[Content_Types].xml", "mimetype"} for name in names):
        return "a spreadsheet: download the CSV of the same table"
    return "an archive: unpack it, and name the CSV files in it"


def refuse_ragged(path: Path) -> None:
    """Refuse a CSV file with a row of more or fewer fields than its header: it is cut short."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        width = len(next(rows, []))
        for row in rows:
            if row and len(row) != width:
                raise ThurrockError(
                    f"{path.name}, line {rows.line_num}, has {len(row)} fields where the header "
                    f"has {width}: the file is cut short or damaged; download it again."
                )
    except csv.Error as error:
        raise ThurrockError(
            f"{path.name}, line {rows.line_num}, is no CSV ({error}): the file is cut short or "
            "damaged; download it again."
        ) from None


def check(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Refuse cells that cannot be right, naming file, row and column.

    Raises
    ------
    ThurrockError
        A year is no year, an area or a sign is unknown, a number is negative, or two rows
        give one figure differently.
    """
    if table.format == "lait":
        check_snapshot(frame, table, path)
        return
    check_years(frame, path)
    for mapped in table.columns.itertuples():
        if mapped.column in frame.columns:
            rows = cells.select(frame, mapped.rows)
            unit = measures.get(mapped.measure).unit
            check_numbers(rows[mapped.column], table, path, unit)
            check_once(rows, mapped.column, places(frame), path)


def check_snapshot(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Check the series of a LAIT snapshot that a table takes."""
    rows = frame[frame["Short Desc"].isin(table.columns["column"])]
    rows = rows[rows["Years"].str.fullmatch(r"\d{4}")]
    cells.place(rows, rows["LA Number"].str.removesuffix(".0"), path, "LA Number")
    check_numbers(rows["Values"], table, path)
    check_once(rows, "Values", ["Short Desc", "Years", "LA Number"], path)


def check_years(frame: pd.DataFrame, path: Path) -> None:
    """Refuse six digits that are not two years in succession, as 202425 are."""
    ees.years(frame, path)
    text = frame["time_period"]
    first = text.where(text.str.len().eq(6), "202425")
    good = (first.str[2:4].astype(int) + 1) % 100 == first.str[4:].astype(int)
    if not good.all():
        row = (~good).idxmax()
        raise ThurrockError(
            f"{path.name}, row {row + FIRST_ROW}, column time_period: {text[row]!r} must be a year "
            "such as 2024 or 202324."
        )


def check_numbers(column: pd.Series, table: Table, path: Path, unit: str = "") -> None:
    """Refuse unknown signs and numbers that count nothing; only a net figure can be negative."""
    where = f"{path.name}, column {column.name}"
    rows = column.set_axis(column.index + FIRST_ROW)
    text = cells.in_months(rows) if unit == "months" else rows
    values, _ = symbols.split(text, table.format, where)
    wrong = values.lt(0) & (unit != measures.NET)
    if wrong.any():
        row = wrong.idxmax()
        raise ThurrockError(f"{where}, row {row}: {rows[row]!r} must be a number from 0 up.")


def check_once(rows: pd.DataFrame, column: str, places: list[str], path: Path) -> None:
    """Refuse two rows that give one figure differently."""
    different = rows.drop_duplicates([*places, column])
    twice = different.duplicated(places, keep=False)
    if twice.any():
        pair = different[twice]
        second = pair[pair.duplicated(places)].iloc[0]
        first = pair[pair[places].eq(second[places]).all(axis=1)].iloc[0]
        raise ThurrockError(
            f"{path.name}, column {column}: row {first.name + FIRST_ROW} says {first[column]!r} "
            f"and row {second.name + FIRST_ROW} says {second[column]!r} of one area and year; "
            "one row an area and year is right."
        )
