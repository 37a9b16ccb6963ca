"""Publishers' symbols: a cell is a number or a reason why there is none, never both, never zero."""

import numpy as np
import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

NUMBER = ""
GROUPED = r"-?\d{1,3}(,\d{3})+(\.\d+)?%?"
"""A number with thousands separators; a comma anywhere else is a decimal one, or a slip."""


@resting_on("symbols")
def statuses(file_format: str) -> dict[str, str]:
    """Return the status that each symbol stands for in files of one format.

    >>> statuses("ees")["c"]
    'suppressed'
    """
    table = dictionary.read("symbols")
    rows = table[table["format"] == file_format]
    return dict(zip(rows["symbol"], rows["status"], strict=True))


def split(cells: pd.Series, file_format: str, where: str) -> tuple[pd.Series, pd.Series]:
    """Split a publisher's cells into numbers and statuses.

    Parameters
    ----------
    cells : Series of str
        The cells as printed; thousands separators and percent signs are read as such, and no
        decimal comma. The index is the row of each in the file, for the message of an error.
    file_format : str
        ``"ees"``, ``"sfr"`` or ``"lait"``: the same sign means different things in each.
    where : str
        File and column, for the message of an error.

    Returns
    -------
    values, statuses : Series of float, Series of str
        A value is NaN exactly where its status is not empty.

    Raises
    ------
    ThurrockError
        A cell is neither a number nor a known symbol of the format.

    Examples
    --------
    >>> values, status = split(pd.Series(["1,234", "c", "0"]), "ees", "example")
    >>> values.tolist(), status.tolist()
    ([1234.0, nan, 0.0], ['', 'suppressed', ''])
    """
    text = cells.str.strip()
    grouped = text.str.fullmatch(GROUPED)
    plain = text.mask(grouped, text.str.replace(",", "", regex=False)).str.removesuffix("%")
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    numbers = numbers.where(np.isfinite(numbers))
    status = text.where(numbers.isna(), NUMBER).map({NUMBER: NUMBER} | statuses(file_format))
    status = status.where(numbers.isna(), NUMBER)
    blank = numbers.isna() & text.eq("")
    status = status.where(~blank, statuses(file_format).get("", pd.NA))
    unknown = status.isna()
    if unknown.any():
        first = unknown.to_numpy().argmax()
        expected = sorted(statuses(file_format))
        raise dictionary.bad_cell(where, text.index[first], text.iloc[first], expected)
    return numbers, status.astype("str")
