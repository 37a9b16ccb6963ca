"""Refuse a row of a table written by hand: the file, the row, the column and what is right."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError

Fault = tuple[pd.Series, str]


def read(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a table of text and refuse one that lacks a column.

    Parameters
    ----------
    path : Path
        A CSV file; empty cells become ``""``.
    columns : list of str
        The columns it must have.
    """
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise ThurrockError(f"{name_of(path)} has no column {missing[0]!r}: add it to the header.")
    return rows


def refuse(rows: pd.DataFrame, bad: pd.Series, column: str, right: str, path: Path) -> None:
    """Refuse the first bad row.

    Parameters
    ----------
    rows : DataFrame
        The table, in the order of the file.
    bad : Series of bool
        Which rows are bad.
    column : str
        The column whose cell is wrong.
    right : str
        What would be right, as the end of a sentence.
    path : Path
        The file.

    Raises
    ------
    ThurrockError
        A row is bad. Its text names the file, the row as a spreadsheet counts it, and the column.

    Examples
    --------
    >>> rows = pd.DataFrame({"line": ["7", ""]})
    >>> refuse(rows, rows["line"].eq(""), "line", "the line it stands on is needed", Path("a.csv"))
    Traceback (most recent call last):
    thurrock_analysis.errors.ThurrockError: a.csv, row 3, column line: '' is not right: the line \
it stands on is needed.
    """
    if bad.any():
        at = int(bad.to_numpy().argmax())
        raise ThurrockError(
            f"{name_of(path)}, row {at + 2}, column {column}: {rows[column].iloc[at]!r} is not "
            f"right: {right}."
        )


def refuse_any(rows: pd.DataFrame, faults: Mapping[str, Fault], path: Path) -> None:
    """Refuse the first bad row of the first column that has one.

    Parameters
    ----------
    faults : mapping
        For each column which rows are bad, and what would be right.
    """
    for column, (bad, right) in faults.items():
        refuse(rows, bad, column, right, path)


def name_of(path: Path) -> str:
    """Name a file as the repository does."""
    home = paths.data().parent
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.name
