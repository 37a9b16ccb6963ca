"""Measures of one shape: an amount of each of some rows, alone or over another amount."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.covering import Asked
from thurrock_analysis.indicators.defining import cases
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns.returns import Returns

Derive = Callable[..., tuple[pd.DataFrame, Asked]]
Part = float | str | Callable[[pd.DataFrame], pd.Series]
"""An amount alike for all rows, a column of theirs, or what is computed of them."""


def of_rows(
    measure: str,
    derive: Derive,
    numerator: Part = 1.0,
    denominator: Part = np.nan,
    /,
    **options: Any,
) -> None:
    """Register a measure of the rows that a function derives of returns and periods.

    What its function says of itself is what ``measures.csv`` says of the measure.

    Parameters
    ----------
    derive : callable
        Gives rows, and the periods that were asked and can be computed; `options` are its own.
    numerator, denominator : Part
        Amounts of each row; a count has 1 and no denominator, a share 1 or 0 over 1.
    """

    def compute(returns: Returns, periods: pd.DataFrame) -> Cases:
        rows, asked = over(returns, periods, derive, **options)
        return cases(measure, rows, asked, _amount(numerator, rows), _amount(denominator, rows))

    compute.__name__ = compute.__qualname__ = measure
    compute.__doc__ = _said()[measure]
    register(measure, compute)


@resting_on("measures")
def _said() -> dict[str, str]:
    return {row["measure"]: row["definition"] for row in dictionary.rows("measures")}


def _amount(part: Part, rows: pd.DataFrame) -> pd.Series | float:
    if isinstance(part, str):
        return rows[part]
    return part(rows) if callable(part) else part
