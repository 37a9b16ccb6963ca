"""Explore Education Statistics: one row an area and year, measures in columns or in rows."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError, quoted
from thurrock_analysis.loaders import cells
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.record import areas

NATIONAL = "National"
CODE_COLUMN = {"Regional": "region_code", "Local authority": "old_la_code"}
"""Which column says what area a row is of; a national row is of England, code or none."""


def read(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """Read the mapped columns of one table."""
    return cells.figures(unpivot(placed(frame, path), table), table, path)


def placed(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Say of each row which area and year it is of."""
    level = frame["geographic_level"]
    known = [NATIONAL, *CODE_COLUMN]
    if not level.isin(known).all():
        row = (~level.isin(known)).idxmax()
        raise ThurrockError(
            f"{path.name}, row {row}, column geographic_level: {quoted(level[row])} "
            f"must be one of {', '.join(known)}."
        )
    return cells.place(frame, codes(frame), path, "old_la_code").assign(year=years(frame, path))


def codes(frame: pd.DataFrame) -> pd.Series:
    """Return the code of each row's area; a region that has none goes by its name.

    >>> rows = {"geographic_level": ["National", "Regional"], "region_code": ["", ""],
    ...         "region_name": ["", "East of England"]}
    >>> codes(pd.DataFrame(rows)).tolist()
    ['E92000001', 'E12000006']
    """
    level = frame["geographic_level"]
    found = pd.Series(areas.ENGLAND, index=frame.index)
    for name, column in CODE_COLUMN.items():
        if level.eq(name).any():
            found = found.where(level != name, frame[column].str.removesuffix(".0"))
    if found.eq("").any() and "region_name" in frame:
        named = frame["region_name"].map(lambda name: areas.named(name) or "")
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
    """Return the closing year of each row: ``2024`` and ``202324`` both mean 2024.

    >>> years(pd.DataFrame({"time_period": ["2024", "202324", "199900"]}), Path("t.csv")).tolist()
    [2024, 2024, 2000]
    """
    text = frame["time_period"]
    parts = text.str.extract(r"^((?:19|20)\d{2})(\d{2})?$").astype("float64")
    closing = parts[0] + parts[1].notna()
    good = closing.notna() & (parts[1].isna() | parts[1].eq(closing % 100))
    if not good.all():
        row = (~good).idxmax()
        raise ThurrockError(
            f"{path.name}, row {row}, column time_period: {quoted(text[row])} must be a year such "
            "as 2024 or 202324."
        )
    return closing.astype(int)
