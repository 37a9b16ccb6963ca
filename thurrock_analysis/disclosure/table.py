"""The table that may leave: figures, and a sign in place of each that may not be told."""

from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.disclosure.counts import COUNT, FIGURE, MEAN, RATIO, SHARE, Book
from thurrock_analysis.disclosure.protecting import Protection
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import measures

HIDDEN, LOW, NOTHING = "[c]", "[low]", "[z]"
SIGNS = {
    HIDDEN: "hidden, so that no count from {least} to {most} is given away",
    LOW: "rounds to zero and is not zero",
    NOTHING: "cannot exist, such as a share of nobody",
}
PARTS = ["numerator", "denominator", "value"]
SIGN_OF = {part: f"{part}_sign" for part in PARTS}


def released(book: Book, protection: Protection) -> pd.DataFrame:
    """Return what is offered of a book, with nothing in it that is hidden.

    Returns
    -------
    DataFrame
        `FIGURE`, `span`, `kind` and `PARTS`, each with its sign: ``""`` where the number
        stands. A count has only a value. What is derived from a hidden count is hidden with it.
    """
    rows = book.figures[book.figures["offered"]]
    told = rows[[*FIGURE, "span", "kind"]].copy()
    lines = [_line(row, protection.hidden) for row in rows.itertuples()]
    for name in [*PARTS, *SIGN_OF.values()]:
        told[name] = [line.get(name, np.nan if name in PARTS else "") for line in lines]
    return told.reset_index(drop=True)


def _line(row: Any, hidden: np.ndarray) -> dict[str, float | str]:
    """Return the numbers of a figure, and the signs in place of those that are hidden."""
    kind, sides = row.kind, (row.numerator_cell, row.denominator_cell)
    top, under = (cell >= 0 and bool(hidden[cell]) for cell in sides)
    line: dict[str, float | str] = {}
    if kind in (SHARE, RATIO):
        line |= _part("numerator", row.numerator, top)
    if kind != COUNT:
        line |= _part("denominator", row.denominator, under)
    if top or under:
        return line | _part("value", np.nan, True)
    value = row.numerator if kind == COUNT else row.value
    if np.isnan(value):
        return line | {SIGN_OF["value"]: NOTHING}
    rounded = half_away(value, measures.get(row.measure).decimals)
    if rounded == 0 and value != 0:
        return line | {SIGN_OF["value"]: LOW}
    return line | {"value": rounded}


def _part(name: str, number: float, hidden: bool) -> dict[str, float | str]:
    return {name: np.nan, SIGN_OF[name]: HIDDEN} if hidden else {name: float(number)}


def text(row: Any) -> str:
    """Write a figure of the table as it is read, children before percentages."""
    measure = measures.get(row.measure)
    value = getattr(row, SIGN_OF["value"]) or _number(row.value, measure.decimals)
    if row.kind in (COUNT, MEAN):
        return value
    sides = [getattr(row, SIGN_OF[part]) or _number(getattr(row, part)) for part in PARTS[:2]]
    if HIDDEN in (sides[0], sides[1]):
        return HIDDEN if sides == [HIDDEN, HIDDEN] else " of ".join(sides)
    share = value if value in SIGNS else f"{value}%"
    return f"{' of '.join(sides)} ({share})"


def _number(value: float, decimals: int = 0) -> str:
    return f"{half_away(value, decimals):,.{decimals}f}"
