"""What was published before: it stays with the returns, and is known to everybody."""

from pathlib import Path

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.disclosure.counts import COUNT, FIGURE, kinds
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.publishing.windows import ASKED, is_flow, since
from thurrock_analysis.record.areas import Area

COLUMNS = {
    "measure": "measure",
    "breakdown": "split",
    "group": "group",
    "period_start": "start",
    "period_end": "end",
    "numerator": "numerator",
    "denominator": "denominator",
    "value": "value",
}
"""Those of a published table that name a figure and tell it."""


def folder(area: Area) -> Path:
    """Return where copies of all that was published of an authority are kept."""
    return paths.internal() / "published" / area.slug


def earlier(area: Area) -> pd.DataFrame:
    """Return every figure ever published of an authority, its numbers where they were shown."""
    parts = [_read(path) for path in sorted(folder(area).glob("*.csv"))]
    empty = pd.DataFrame(columns=[*FIGURE, "numerator", "denominator"])
    return pd.concat([empty, *parts], ignore_index=True)


def _read(path: Path) -> pd.DataFrame:
    try:
        rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        rows = rows[list(COLUMNS)].rename(columns=COLUMNS)
        pd.to_datetime(rows["end"], format="%Y-%m-%d")
    except (OSError, ValueError, KeyError, pd.errors.ParserError) as error:
        raise ThurrockError(
            f"{paths.place(path)} is not as it was written: what was published before must be "
            "known. Restore it."
        ) from error
    if strange := sorted(set(rows["measure"]) - set(kinds())):
        raise ThurrockError(
            f"{paths.place(path)} has the measure {strange[0]!r}, which data/statutory/"
            "publishable.csv no longer has: put its row back, for its figures are public."
        )
    flows = rows["measure"].map(is_flow).astype(bool)
    rows["start"] = rows["start"].where(flows, rows["end"].map(since))
    numbers = rows[["numerator", "denominator", "value"]].apply(pd.to_numeric, errors="coerce")
    counts = rows["measure"].map(kinds()).eq(COUNT)
    return rows[FIGURE].assign(
        numerator=numbers["numerator"].where(~counts, numbers["value"]),
        denominator=numbers["denominator"],
    )


def known(figures: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Add to figures which of their counts were published before and are still the same."""
    missing = before.merge(figures[ASKED].drop_duplicates(), how="left", on=ASKED, indicator=True)
    if (missing["_merge"] == "left_only").any():
        first = missing[missing["_merge"] == "left_only"].iloc[0]
        raise ThurrockError(
            f"{first['measure']} to {first['end']} was published before, and these returns do not "
            "reach it: give returns that hold it, so that nothing can be worked out between both."
        )
    keys = [tuple(row) for row in figures[FIGURE].itertuples(index=False)]
    for side in ("numerator", "denominator"):
        shown = before.dropna(subset=[side])
        pairs = {(*row[:-1], row[-1]) for row in shown[[*FIGURE, side]].itertuples(index=False)}
        told = [(*key, value) in pairs for key, value in zip(keys, figures[side], strict=True)]
        figures = figures.assign(**{f"{side}_known": np.array(told, dtype=bool)})
    return figures
