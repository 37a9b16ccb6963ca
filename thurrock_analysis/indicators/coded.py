"""Measures that differ by the codes they count alone, made from ``code_measures.csv``."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.windows import Flags
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns


def of_base(base: str) -> list[Row]:
    """Return the measures that rest on one base."""
    return [row for row in dictionary.rows("code_measures") if row["base"] == base]


def of_age(rows: pd.DataFrame, row: Row) -> Flags:
    """Return which rows are of the ages of a measure, all where it names none."""
    if not row["youngest"]:
        return np.ones(len(rows), dtype=bool)
    return np.asarray(rows["years"].between(int(row["youngest"]), int(row["oldest"])))


def share_looked_after(returns: Returns, periods: pd.DataFrame, *, row: Row) -> Cases:
    """Share of looked-after children whose open episode has one of some codes."""
    rows = care.stock(returns, periods)
    met = rows[row["column"]].isin(row["codes"].split())
    return care.cases(row["measure"], rows, care.at_date(returns, periods), met, 1)


for one in of_base("looked_after"):
    register(one["measure"], share_looked_after, row=one)
