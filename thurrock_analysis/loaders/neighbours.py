"""Statistical-neighbour models as DfE publishes them: an authority a row, ten pairs of columns."""

from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells, opening
from thurrock_analysis.record import areas, dictionary

COUNT = 10
COLUMNS = ["model", "in_force_from", "area", "rank", "neighbour", "closeness"]


def read(path: Path, model: str, in_force_from: str) -> pd.DataFrame:
    """Read one model."""
    frame = opening.read(path)
    header = [name.upper().replace("_", "") for name in frame.columns]
    numbers = frame.iloc[:, 0]
    known = numbers.isin(areas.codes())
    parts = []
    for rank in range(1, COUNT + 1):
        at = header.index(f"SN{rank}")
        rows = frame[known]
        parts.append(
            pd.DataFrame(
                {
                    "model": model,
                    "in_force_from": in_force_from,
                    "area": numbers[known].map(areas.codes()),
                    "rank": rank,
                    "neighbour": cells.place(rows, rows.iloc[:, at], path, frame.columns[at]).area,
                    "closeness": rows.iloc[:, at + 1].str.strip().str.capitalize(),
                }
            )
        )
    return pd.concat(parts)[COLUMNS].sort_values(["area", "rank"], ignore_index=True)


def transcribed() -> pd.DataFrame:
    """Return the neighbours that the committee paper of 2012 lists, in its alphabetical order."""
    return dictionary.read("neighbours_2012")[COLUMNS]
