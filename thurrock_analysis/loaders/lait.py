"""Local authority interactive tool: one row a series, area and year."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells
from thurrock_analysis.loaders.cells import Table


def read(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """Read the mapped series of a snapshot.

    Parameters
    ----------
    frame : DataFrame of str
        The snapshot as `cells.read_text` returns it.
    table : Table
        Which series (``Short Desc``) holds which measure.
    path : Path
        The file, for the message of an error.

    Returns
    -------
    DataFrame
        Rows of the tidy table. LAIT stores a printed 84.6 as 84.600000000000009: the noise
        behind the sixth decimal is dropped.
    """
    series = table.columns.set_index("column")
    mapped = frame.join(series, on="Short Desc", how="inner")
    mapped = pd.concat([cells.select(part, rows) for rows, part in mapped.groupby("rows")])
    mapped = mapped[mapped["Years"].str.fullmatch(r"\d{4}")]
    numbers = mapped["LA Number"].str.removesuffix(".0")
    placed = cells.place(mapped, numbers, path, "LA Number")
    rows = placed.assign(year=placed["Years"].astype(int), text=placed["Values"])
    columns = ["measure", "breakdown", "group", "area", "year", "text"]
    return cells.figures(rows[columns], table, path)
