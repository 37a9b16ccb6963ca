"""The domain facts as tables: ``data/dictionary`` and, of publishers, ``data/publishers``."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError

PUBLISHERS = {
    "collections",
    "columns",
    "exceptions",
    "neighbour_models",
    "neighbours",
    "releases",
    "rounding",
    "sources",
    "tables",
}
"""What is known of publishers, their releases and files; all else says what figures mean."""


def place(name: str) -> str:
    """Return the path of a table within the project, as messages write it.

    Examples
    --------
    >>> place("measures"), place("releases")
    ('data/dictionary/measures.csv', 'data/publishers/releases.csv')
    """
    return f"data/{'publishers' if name in PUBLISHERS else 'dictionary'}/{name}.csv"


def file(name: str) -> Path:
    """Return where a table lies."""
    return paths.home() / place(name)


@cache
def read(name: str) -> pd.DataFrame:
    """Read one table, every cell as text, empty cells as ``""``.

    Parameters
    ----------
    name : str
        The file's name without its ending, for example ``"measures"``.

    Raises
    ------
    ThurrockError
        There is no such table.

    Examples
    --------
    >>> "status" in read("symbols")
    True
    """
    try:
        return pd.read_csv(file(name), dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise ThurrockError(f"{place(name)} is missing: restore it from the repository.") from None


def bad_cell(where: str, row: object, found: str, expected: Iterable[str]) -> ThurrockError:
    """Build the sentence for a cell that cannot be read."""
    known = ", ".join(repr(item) for item in expected if item)
    return ThurrockError(f"{where}, row {row}: {found!r} is neither a number nor one of {known}.")
