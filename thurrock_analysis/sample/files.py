"""How days, ids and tables are written: nothing of the machine, the clock or the order of sets."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.sample.drawing import NEVER, Ints, Texts, texts

EARLIEST = -20_000


@cache
def _written(day_first: bool) -> Texts:
    days = np.arange(EARLIEST, NEVER).astype("datetime64[D]").astype(str)
    said = (
        [f"{text[8:]}/{text[5:7]}/{text[:4]}" for text in days.tolist()]
        if day_first
        else days.tolist()
    )
    return np.array([*said, ""], object)


def _of(written: Texts, days: Any) -> Texts:
    return np.asarray(written[np.minimum(np.asarray(days, "int64"), NEVER) - EARLIEST], object)


def dmy(days: Any) -> Texts:
    """Write days as 31/03/2026; what never happens is blank."""
    return _of(_written(True), days)


def iso(days: Any) -> Texts:
    """Write days as 2026-03-31; what never happens is blank."""
    return _of(_written(False), days)


def known(days: Any, last: int) -> Ints:
    """Return days as they are known on one: what comes after it is not."""
    days = np.asarray(days, "int64")
    return np.where(days <= last, days, NEVER)


def child(numbers: Any) -> Texts:
    """Write the ids of children, which say that they are synthetic."""
    return np.array(texts("SYN", numbers), object)


def worker(numbers: Any) -> Texts:
    """Write the numbers of workers: two letters and ten figures, as the regulator's are."""
    return np.array(texts("SY", numbers, 10), object)


def upn(born: Ints, numbers: Any) -> Texts:
    """Write pupil numbers with their check letter; those too young for school have none."""
    figures = np.array(
        [list(f"99{number:010d}") for number in np.asarray(numbers).tolist()], "int64"
    )
    figures = figures.reshape(-1, 12)
    letters = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"), object)
    checks = letters[(figures * np.arange(2, 14)).sum(axis=1) % 23]
    said = [
        f"{check}99{number:010d}" for check, number in zip(checks, np.asarray(numbers), strict=True)
    ]
    return np.where(born > 18_400, "UN1", np.array(said, object))


def write(path: Path, columns: dict[str, Any]) -> None:
    """Write a table as CSV: the header, then a line a row."""
    cells = [list(map(str, np.asarray(values).tolist())) for values in columns.values()]
    lines = map(",".join, zip(*cells, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8", newline="\n")


def frame(path: Path, table: pd.DataFrame) -> None:
    """Write a table whose cells may hold commas."""
    table.to_csv(path, index=False, lineterminator="\n")
