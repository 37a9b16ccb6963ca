"""Figures printed in committee papers and inspection reports, transcribed by hand."""

from pathlib import Path

import pandas as pd

from thurrock_analysis import areas, measures, paths, tidy
from thurrock_analysis.errors import ThurrockError

COLUMNS = [
    "document",
    "line",
    "measure",
    "breakdown",
    "group",
    "area",
    "period_start",
    "period_end",
    "basis",
    "value",
    "unit",
    "qualifier",
    "quotation",
    "note",
]
PARTS = ["numerator", "denominator"]
NOT_OBSERVED = ["target", "forecast"]


def read() -> pd.DataFrame:
    """Read the transcribed figures that fit the tidy table.

    Returns
    -------
    DataFrame
        One row a printed figure whose measure is in the dictionary, whose period is printed and
        whose area is one (not "neighbours"); the others stay in ``data/documents`` as facts.

    Raises
    ------
    ThurrockError
        A row has no line, or a value that is no number.
    """
    rows = pd.concat([read_text(path) for path in files()], ignore_index=True)
    fits = (
        rows["measure"].isin(measures.table().index)
        & rows["area"].isin(areas.table())
        & rows["period_end"].ne("")
        & ~rows["qualifier"].isin(NOT_OBSERVED)
    )
    rows = rows[fits]
    return tidy.conform(
        rows.assign(
            value=pd.to_numeric(rows["value"]),
            **rows.reindex(columns=PARTS).apply(pd.to_numeric),
            period_start=rows["period_start"].replace("", None),
            method=rows["qualifier"].where(rows["qualifier"] != "exact", ""),
            origin="document",
            release=rows["document"],
            source=rows["document"] + ", " + place(rows["line"]),
        )
    )


def place(lines: pd.Series) -> pd.Series:
    """Say where a figure stands: on a line, or in a part of a document without lines.

    Examples
    --------
    >>> place(pd.Series(["49-50", "p27", "web page"])).tolist()
    ['line 49-50', 'line p27', 'web page']
    """
    numbered = lines.str.contains(r"\d")
    return lines.where(~numbered, "line " + lines)


def files() -> list[Path]:
    """Return the files of the folder that hold transcribed figures, known by their columns."""
    found = sorted((paths.data() / "documents").glob("*.csv"))
    return [path for path in found if set(COLUMNS) <= set(pd.read_csv(path, nrows=0).columns)]


def read_text(path: Path) -> pd.DataFrame:
    """Read one file of transcriptions and refuse a row without a line or a number.

    Parameters
    ----------
    path : Path
        A file with `COLUMNS`; it may also have `PARTS`, where a mean is printed with its sum
        and count.
    """
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    bad = rows["line"].eq("") | pd.to_numeric(rows["value"], errors="coerce").isna()
    if bad.any():
        row = bad.idxmax()
        raise ThurrockError(
            f"data/documents/{path.name}, row {row + 2}: a figure needs the line it stands on and "
            f"a number, not {rows.at[row, 'value']!r} at line {rows.at[row, 'line']!r}."
        )
    return rows
