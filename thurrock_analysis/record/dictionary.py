"""The domain facts in ``data/dictionary``: codes, measures, columns, areas, releases."""

from collections.abc import Iterable
from functools import cache

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError


@cache
def read(name: str) -> pd.DataFrame:
    """Read one table of the dictionary, every cell as text, empty cells as ``""``.

    Parameters
    ----------
    name : str
        The file's name without its ending, for example ``"measures"``.

    Examples
    --------
    >>> "status" in read("symbols")
    True
    """
    path = paths.data() / "dictionary" / f"{name}.csv"
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise ThurrockError(
            f"data/dictionary/{name}.csv is missing: restore it from the repository."
        ) from None


def bad_cell(where: str, row: object, found: str, expected: Iterable[str]) -> ThurrockError:
    """Build the sentence for a cell that cannot be read."""
    known = ", ".join(repr(item) for item in expected if item)
    return ThurrockError(f"{where}, row {row}: {found!r} is neither a number nor one of {known}.")
