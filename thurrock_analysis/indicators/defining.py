"""What tables say of a measure: its unit and basis, and the limits that it counts by."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.covering import Asked
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on


@resting_on("limits")
def limit(name: str) -> int:
    """Return a limit of ``limits.csv``.

    >>> limit("assessment")
    45
    """
    return int(dictionary.read("limits").set_index("limit").at[name, "value"])


def cases(
    name: str,
    rows: pd.DataFrame,
    asked: Asked,
    numerator: pd.Series | float = 1.0,
    denominator: pd.Series | float = np.nan,
) -> Cases:
    """Return the cases of a measure, whose unit and basis are those of ``indicators.csv``."""
    row = care.about(name)
    parts = {"numerator": numerator, "denominator": denominator}
    told = rows.assign(**{side: _amount(part, rows) for side, part in parts.items()})
    per = 100.0 if row["unit"] == "percent" else 1.0
    return Cases(name, told, asked[0], per, row["basis"], asked[1])


def _amount(part: pd.Series | float, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(part, index=rows.index).astype("Float64").astype("float64")
