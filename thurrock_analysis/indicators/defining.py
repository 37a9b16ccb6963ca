"""The function of a measure: registered, and documented by its row of ``indicators.csv``."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import compute
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.covering import Asked
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

GIVEN = """

Parameters
----------
returns : Returns
    What a folder holds.
periods : DataFrame
    `period_start` and `period_end`; a measure of a day is of the last.

Returns
-------
Cases
    The cases behind the figure.

Raises
------
NotInReturnsError
    The returns hold no such table, or cover none of the periods.

Notes
-----
"""
TOLD = {
    "population": "tables",
    "unit": "unit",
    "basis": "basis",
    "numerator": "numerator",
    "denominator": "denominator",
    "left out": "left_out",
    "source": "source",
    "confidence": "confidence",
}


@resting_on("indicators")
def _row(name: str) -> dict[str, str]:
    table = dictionary.read("indicators").set_index("measure")
    return {str(column): str(cell) for column, cell in table.loc[name].items()}


def measure(function: Callable[..., Cases]) -> Callable[..., Cases]:
    """Register a measure's function, and add to its docstring what ``indicators.csv`` says of it.

    >>> from thurrock_analysis.indicators import referrals
    >>> "- denominator: referrals" in referrals.re_referral_percent.__doc__
    True
    """
    row = _row(function.__name__)
    told = [f"- {name}: {row[column]}" for name, column in TOLD.items() if row[column]]
    summary, blank, examples = (function.__doc__ or "").partition("\n\n")
    further = f"\n\n{_unindented(examples)}" if blank else ""
    function.__doc__ = summary + GIVEN + "\n".join(told) + further
    return compute.measure(function)


@resting_on("limits")
def limit(name: str) -> int:
    """Return a limit of ``limits.csv``.

    >>> limit("assessment")
    45
    """
    return int(dictionary.read("limits").set_index("limit").at[name, "value"])


def _unindented(text: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in text.splitlines())


def cases(
    name: str,
    rows: pd.DataFrame,
    asked: Asked,
    numerator: pd.Series | float = 1.0,
    denominator: pd.Series | float = np.nan,
) -> Cases:
    """Return the cases of a measure, whose unit and basis are those of ``indicators.csv``."""
    row = _row(name)
    parts = {"numerator": numerator, "denominator": denominator}
    told = rows.assign(**{side: _amount(part, rows) for side, part in parts.items()})
    first = [*PERIOD, "id", *parts]
    told = told[[*first, *told.columns.difference(first, sort=False)]]
    per = 100.0 if row["unit"] == "percent" else 1.0
    return Cases(name, told, asked[0], per, row["basis"], asked[1])


def _amount(part: pd.Series | float, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(part, index=rows.index).astype("Float64").astype("float64")
