"""Health, convictions and strengths and difficulties of children looked after for a year."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, coded, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure, register
from thurrock_analysis.indicators.coverage import Asked
from thurrock_analysis.indicators.windows import Amounts
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns

MONTHS = 12
OC2 = (
    "HEALTH_ASSESSMENT",
    "TEETH_CHECK",
    "IMMUNISATIONS",
    "HEALTH_CHECK",
    "CONVICTED",
    "SUBSTANCE_MISUSE",
    "SDQ_SCORE",
)
SDQ_AGES = (5, 16)
CONCERN = 17


@measure
def looked_after_twelve_months(
    returns: Returns, periods: pd.DataFrame, *, months: int = MONTHS
) -> Cases:
    """Children looked after without a break for the year to the last day, or longer.

    Parameters
    ----------
    months : int
        How long before the last day the period of care began at the latest.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> cases = looked_after_twelve_months(example.returns(), periods.years(2021, 2022))
    >>> cases.figures()["value"].tolist()
    [1.0, 2.0]
    """
    rows, asked = _base(returns, periods, months), care.at_date(returns, periods)
    gaps = care.starts_not_held(care.stock(returns, periods), asked, months)
    return care.cases("looked_after_twelve_months", rows, asked, gaps=gaps)


def _base(returns: Returns, periods: pd.DataFrame, months: int) -> pd.DataFrame:
    rows = care.stock(returns, periods)
    return rows[(rows["care_start"] <= windows.back(rows["period_end"], months)).to_numpy()]


def _answers(returns: Returns) -> pd.DataFrame:
    """Return OC2, one row a child and return year, by numbers that name both."""
    oc2 = care.table(returns, "oc2", *OC2, alike=("YEAR",)).dropna(subset=["YEAR"])
    return oc2.set_index(care.by_year(oc2["child"], oc2["YEAR"]))


def _asked(returns: Returns, periods: pd.DataFrame, months: int) -> tuple[pd.DataFrame, Asked]:
    """Return the base of each day, with what OC2 says, and the return years that are held."""
    rows, answers = _base(returns, periods, months), returns.once(_answers)
    year = care.closing_years(periods)
    asked = care.of_years_held(returns, care.at_date(returns, periods), answers, year, "health")
    found = answers[list(OC2)].reindex(care.by_year(rows["child"], year[rows["place"].to_numpy()]))
    return pd.concat([rows.reset_index(drop=True), found.reset_index(drop=True)], axis=1), asked


def share_checked(
    returns: Returns, periods: pd.DataFrame, *, row: Row, months: int = MONTHS
) -> Cases:
    """Share of children looked after for a year of whom the return says yes.

    Parameters
    ----------
    months : int
        As for `looked_after_twelve_months`.
    """
    rows, asked = care.over(returns, periods, _asked, months=months)
    rows = rows[coded.of_age(rows, row)]
    met = rows[row["column"]].fillna(False).to_numpy(dtype=bool)
    return care.cases(row["measure"], rows, asked, met, 1)


for one in coded.of_base("looked_after_twelve_months"):
    register(one["measure"], share_checked, row=one)


def _scored(
    returns: Returns, periods: pd.DataFrame, months: int
) -> tuple[pd.DataFrame, Asked, Amounts]:
    rows, asked = care.over(returns, periods, _asked, months=months)
    rows = rows[rows["years"].between(*SDQ_AGES).to_numpy()]
    return rows, asked, rows["SDQ_SCORE"].to_numpy(dtype="float64", na_value=np.nan)


@measure
def looked_after_sdq_received_percent(
    returns: Returns, periods: pd.DataFrame, *, months: int = MONTHS
) -> Cases:
    """Share of children aged 5 to 16 looked after for a year who have a score.

    Parameters
    ----------
    months : int
        As for `looked_after_twelve_months`.
    """
    rows, asked, score = _scored(returns, periods, months)
    name = "looked_after_sdq_received_percent"
    return care.cases(name, rows, asked, ~np.isnan(score), 1)


@measure
def looked_after_sdq_concern_percent(
    returns: Returns, periods: pd.DataFrame, *, months: int = MONTHS, concern: int = CONCERN
) -> Cases:
    """Share of the scores that are a cause for concern.

    Parameters
    ----------
    months : int
        As for `looked_after_twelve_months`.
    concern : int
        The lowest score that is.
    """
    rows, asked, score = _scored(returns, periods, months)
    known = ~np.isnan(score)
    name = "looked_after_sdq_concern_percent"
    return care.cases(name, rows[known], asked, score[known] >= concern, 1)


@measure
def looked_after_sdq_average(
    returns: Returns, periods: pd.DataFrame, *, months: int = MONTHS
) -> Cases:
    """Mean score of children aged 5 to 16 looked after for a year.

    Parameters
    ----------
    months : int
        As for `looked_after_twelve_months`.
    """
    rows, asked, score = _scored(returns, periods, months)
    known = ~np.isnan(score)
    return care.cases("looked_after_sdq_average", rows[known], asked, score[known], 1)
