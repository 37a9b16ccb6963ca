"""Explore Education Statistics: one row an area and year, measures in columns or in rows."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import cells
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.record import areas

NATIONAL = "National"
CODE_COLUMN = {"Regional": "region_code", "Local authority": "old_la_code"}
"""Which column says what area a row is of; a national row is of England, code or none."""


def read(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """Read the mapped columns of one table.

    Parameters
    ----------
    frame : DataFrame of str
        The file as `cells.read_text` returns it; the order of columns does not matter.
    table : Table
        Which columns hold which measures.
    path : Path
        The file, for the message of an error.

    Returns
    -------
    DataFrame
        Rows of the tidy table, one an area, year, measure and group.
    """
    level = frame["geographic_level"]
    known = [NATIONAL, *CODE_COLUMN]
    if not level.isin(known).all():
        row = (~level.isin(known)).idxmax()
        raise ThurrockError(
            f"{path.name}, row {row + cells.FIRST_ROW}, column geographic_level: {level[row]!r} "
            f"must be one of {', '.join(known)}."
        )
    placed = cells.place(frame, codes(frame), path, "old_la_code").assign(year=years(frame, path))
    return cells.figures(unpivot(placed, table), table, path)


def codes(frame: pd.DataFrame) -> pd.Series:
    """Return the code of each row's area; a region that has none goes by its name.

    Examples
    --------
    >>> rows = {"geographic_level": ["National", "Regional"], "region_code": ["", ""],
    ...         "region_name": ["", "East of England"]}
    >>> codes(pd.DataFrame(rows)).tolist()
    ['E92000001', 'E12000006']
    """
    level = frame["geographic_level"]
    found = pd.Series(areas.ENGLAND, index=frame.index)
    for name, column in CODE_COLUMN.items():
        if level.eq(name).any():
            found = found.where(level != name, frame[column])
    if found.eq("").any() and "region_name" in frame:
        named = frame["region_name"].str.lower().map(areas.names()).fillna("")
        found = found.mask(found.eq("") & level.eq("Regional"), named)
    return found


def unpivot(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Stack the mapped columns of a placed frame, each with its measure and group."""
    parts = []
    for mapped in table.columns.itertuples():
        if mapped.column not in frame.columns:
            continue
        rows = cells.select(frame, mapped.rows)
        parts.append(
            pd.DataFrame(
                {
                    "measure": mapped.measure,
                    "breakdown": mapped.breakdown,
                    "group": mapped.group,
                    "area": rows["area"],
                    "year": rows["year"],
                    "text": rows[mapped.column],
                }
            )
        )
    return pd.concat(parts)


def years(frame: pd.DataFrame, path: Path) -> pd.Series:
    """Return the closing year of each row: ``2024`` and ``202324`` both mean 2024."""
    text = frame["time_period"]
    good = text.str.fullmatch(r"\d{4}|\d{6}")
    if not good.all():
        row = (~good).idxmax()
        raise ThurrockError(
            f"{path.name}, row {row + cells.FIRST_ROW}, column time_period: {text[row]!r} must be "
            "a year such as 2024 or 202324."
        )
    six = text.str.len() == 6
    return text.where(~six, text.str[:2] + text.str[4:]).astype(int)
