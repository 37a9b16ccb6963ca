"""Asking the package and a slow count for the same cases."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import slow_care as slow

from thurrock_analysis.indicators import compute, periods
from thurrock_analysis.returns.returns import Returns

Cases = dict[tuple[str, date], float]
YEARS = periods.years(2018, 2024)
ENDS = [date(year, 3, 31) for year in range(2018, 2025)]
HEADER = [{"CHILD": str(child), "DOB": f"200{child}-03-31"} for child in range(9)]


def computed(name: str, returns: Returns, asked: pd.DataFrame = YEARS, **options: object) -> Cases:
    """Return the numerator of each case, by child and last day; 1 in a count."""
    rows = compute.known()[name](returns, asked, **options).rows
    days = rows["period_end"].dt.date
    keys = list(zip(rows["id"], days, strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, rows["numerator"], strict=True))


def told(rows: list[slow.Episode], one: Callable[..., object]) -> Cases:
    """Ask of each child and year; what is None is no case."""
    found = {}
    for child in sorted({row["CHILD"] for row in rows}):
        own = slow.of_child(rows, child)
        for end in ENDS:
            answer = one(own, date(end.year - 1, 4, 1), end)
            if answer is not None:
                found[child, end] = float(answer)  # type: ignore[arg-type]
    return found
