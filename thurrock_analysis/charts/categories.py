"""The colour that a category has in every chart of every report, as the table of colours has it."""

from functools import cache

import pandas as pd

from thurrock_analysis.charts.names import NEIGHBOURS, values_of
from thurrock_analysis.record import areas, dictionary


def kept(figures: pd.DataFrame, by: str) -> dict[str, str]:
    """Return the colours that values of a column keep, by value.

    >>> rows = pd.DataFrame({"area": ["E06000034", "E12000006", "E92000001"]})
    >>> kept(rows, "area")
    {'E12000006': 'light grey', 'E92000001': 'middle grey'}
    """
    keys = values_of(figures, by)
    of = values_of(figures, "breakdown") if by == "group" else [by]
    if len(of) != 1:
        return {}
    known = {key: (of[0], _role(key) if by == "area" else key) for key in keys}
    return {key: _table()[name] for key, name in known.items() if name in _table()}


def _role(area: str) -> str:
    """Return what an area is to the one that a report is on."""
    if area in NEIGHBOURS:
        return "neighbours"
    if area == areas.ENGLAND:
        return "England"
    known = areas.table().get(area)
    return "region" if known and known.level == "region" else ""


@cache
def _table() -> dict[tuple[str, str], str]:
    rows = dictionary.rows("colours")
    return {(row["of"], row["category"]): row["colour"] for row in rows}
