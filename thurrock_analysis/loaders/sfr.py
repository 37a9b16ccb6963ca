"""Statistical first releases of 2010 to 2017: one row an area, one wide file a year."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.record import areas


def read(frame: pd.DataFrame, table: Table, path: Path, year: int) -> pd.DataFrame:
    """Read the mapped columns of one table of a release."""
    frame = frame[frame["geog_n"].str.strip() != ""]
    placed = cells.place(frame, codes(frame), path, "geog_c")
    tokens = cells.year_tokens(year)
    parts = []
    for mapped in table.columns.itertuples():
        column = mapped.column
        for token, text in tokens.items():
            column = column.replace(token, text)
        if column in placed.columns:
            parts.append(
                pd.DataFrame(
                    {
                        "measure": mapped.measure,
                        "breakdown": mapped.breakdown,
                        "group": mapped.group,
                        "area": placed["area"],
                        "year": year,
                        "text": placed[column],
                    }
                )
            )
    return cells.figures(pd.concat(parts), table, path)


def codes(frame: pd.DataFrame) -> pd.Series:
    """Return the code of each row's area by its level.

    The national row of three releases carries 921, which is the Isle of Wight, and one ONS
    code stands for three parts of London: so the level decides, and regions go by letter.
    """
    level = frame["geog_l"].str.upper()
    return frame["geog_c"].str.strip().where(level != "NATIONAL", areas.ENGLAND)
