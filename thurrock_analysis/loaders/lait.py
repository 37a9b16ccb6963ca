"""Local authority interactive tool: one row a series, area and year."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.record import areas

YEARS = r"^((?:19|20)\d{2})(?:[-/](\d{2}))?(?: \(OT\))?$"
"""A closing year, or the two years of a financial or school year; OT is outturn."""

NO_YEAR = {"", "-", "0"}
"""What the tool prints in place of a year in rows that are of none."""


def read(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """Read the mapped series of a snapshot."""
    series = table.columns.set_index("column")
    mapped = frame.join(series, on="Short Desc", how="inner")
    mapped = pd.concat([cells.select(part, rows) for rows, part in mapped.groupby("rows")])
    years = closing_years(mapped["Years"])
    mapped = mapped.assign(year=years)[years.notna()].astype({"year": int})
    codes = mapped["LA Number"].str.removesuffix(".0")
    placed = cells.place(mapped, codes, path, "LA Number")
    rows = placed.assign(text=placed["Values"])
    columns = ["measure", "breakdown", "group", "area", "year", "text"]
    figures = cells.figures(rows[columns], table, path)
    return figures[begun(figures) & printed(figures)].reset_index(drop=True)


def printed(figures: pd.DataFrame) -> pd.Series:
    """Say which figures are of a year in which a series has a number, for England or anybody."""
    year = figures.groupby(["measure", "breakdown", "group", "period_end"])
    whole = figures["area"].eq(areas.ENGLAND).groupby(year.ngroup()).transform("any")
    return ~whole | year["value"].transform("count").gt(0)


def begun(figures: pd.DataFrame) -> pd.Series:
    """Say which figures are of areas that existed when their period closed."""
    first = {code: area.first_year or 0 for code, area in areas.table().items()}
    # Authorities begin in April: a period that closes from then on is of their first year.
    closing = figures["period_end"] + pd.DateOffset(months=9)
    return closing.dt.year >= figures["area"].map(first).astype("int64")


def closing_years(text: pd.Series) -> pd.Series:
    """Return the years that close the periods of a snapshot, NaN where it names no one year.

    >>> closing_years(pd.Series(["2016", "2016-17 (OT)", "1999-00", "2016-18"])).tolist()
    [2016.0, 2017.0, 2000.0, nan]
    """
    kinds = pd.Series(text.unique())  # a few, in hundreds of thousands of rows
    first, second = (kinds.str.extract(YEARS)[at].astype("float64") for at in (0, 1))
    closing = first + second.notna()
    closing = closing.where(second.isna() | second.eq(closing % 100))
    return text.map(dict(zip(kinds, closing, strict=True))).astype("float64")
