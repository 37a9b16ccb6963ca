"""Figures printed in committee papers and inspection reports, transcribed by hand."""

import pandas as pd

from thurrock_analysis import measures, paths, tidy
from thurrock_analysis.errors import ThurrockError

FILES = ["demand.csv"]
NOT_OBSERVED = ["target", "forecast"]


def read() -> pd.DataFrame:
    """Read the transcribed figures that fit the tidy table.

    Returns
    -------
    DataFrame
        One row a printed figure whose measure is in the dictionary and whose period is
        printed; the others stay in ``data/documents`` as facts.

    Raises
    ------
    ThurrockError
        A row has no line, or a value that is no number.
    """
    rows = pd.concat([read_text(name) for name in FILES], ignore_index=True)
    fits = (
        rows["measure"].isin(measures.table().index)
        & rows["period_end"].ne("")
        & ~rows["qualifier"].isin(NOT_OBSERVED)
    )
    rows = rows[fits]
    return tidy.conform(
        rows.assign(
            value=pd.to_numeric(rows["value"]),
            period_start=rows["period_start"].replace("", None),
            method=rows["qualifier"].where(rows["qualifier"] != "exact", ""),
            origin="document",
            release=rows["document"],
            source=rows["document"] + ", line " + rows["line"],
        )
    )


def read_text(name: str) -> pd.DataFrame:
    """Read one file of transcriptions and refuse a row without a line or a number."""
    rows = pd.read_csv(paths.data() / "documents" / name, dtype=str, keep_default_na=False)
    bad = rows["line"].eq("") | pd.to_numeric(rows["value"], errors="coerce").isna()
    if bad.any():
        row = bad.idxmax()
        raise ThurrockError(
            f"data/documents/{name}, row {row + 2}: a figure needs the line it stands on and a "
            f"number, not {rows.at[row, 'value']!r} at line {rows.at[row, 'line']!r}."
        )
    return rows
