"""Assessments, from the children in need census."""

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.census import CENSUS, EPISODE, aged, in_episodes, with_id
from thurrock_analysis.indicators.choosing import in_periods, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.splitting import banded
from thurrock_analysis.indicators.working_days import working_days
from thurrock_analysis.returns.returns import Returns

STARTED, AUTHORISED = "AssessmentActualStartDate", "AssessmentAuthorisationDate"
AGE = "working days"


def held(returns: Returns) -> pd.DataFrame:
    """Return the assessments with their working days, and the census's bands of them."""
    rows = in_episodes(returns, "cin_assessments")
    took = working_days(rows[STARTED], rows[AUTHORISED])
    return rows.assign(**{AGE: took}, duration=banded(took, "assessment duration"))


def _authorised(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods)
    rows = in_periods(returns.once(held), AUTHORISED, asked[0])
    return aged(rows, AUTHORISED), asked


@measure
def assessments(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count assessments completed."""
    rows, asked = over(returns, periods, _authorised)
    return cases("assessments", rows, asked)


@measure
def assessment_within_45_days_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of assessments completed within 45 working days.

    Examples
    --------
    >>> from thurrock_analysis.indicators.periods import between
    >>> keys = {"LA": "", "YEAR": 2024, "LAchildID": ["1", "2"], "episode": 1}
    >>> details = pd.DataFrame(keys).assign(CINreferralDate=pd.Timestamp("2023-03-27"))
    >>> blank = "ReferralSource PrimaryNeedCode ReasonForClosure ReferralNFA".split()
    >>> details = details.assign(CINclosureDate=pd.NaT, **dict.fromkeys(blank))
    >>> rows = pd.DataFrame(keys).assign(AssessmentActualStartDate=pd.Timestamp("2023-03-27"))
    >>> rows["AssessmentAuthorisationDate"] = pd.to_datetime(["2023-06-05", "2023-06-06"])
    >>> held = Returns({"cin_details": details, "cin_assessments": rows})
    >>> june = between("2023-06-01", "2023-06-30")
    >>> assessment_within_45_days_percent(held, june).rows["working days"].tolist()
    [45.0, 46.0]
    """
    rows, asked = over(returns, periods, _authorised)
    rows = rows[rows[AGE] >= 0]
    met = rows[AGE] <= limit("assessment")
    return cases("assessment_within_45_days_percent", rows, asked, met, 1.0)


def _open(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, day=True)
    rows = on_days(returns.once(held), STARTED, AUTHORISED, asked[0])
    rows = aged(rows[~(rows["CINclosureDate"] <= rows["period_end"])], "period_end")
    return rows.assign(**{AGE: working_days(rows[STARTED], rows["period_end"])}), asked


@measure
def assessments_open(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count assessments not yet authorised, each with its age in `working days`."""
    rows, asked = over(returns, periods, _open)
    return cases("assessments_open", rows, asked)


@measure
def assessments_open_overdue(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count assessments not yet authorised that are over 45 working days old."""
    rows, asked = over(returns, periods, _open)
    return cases("assessments_open_overdue", rows, asked, rows[AGE] > limit("assessment"))


@measure
def assessments_with_factors(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count assessments at whose end a factor was identified."""
    rows, asked = over(returns, periods, _authorised)
    key = [*EPISODE, "assessment"]
    factors = with_id(returns.table("cin_factors"))[key].drop_duplicates().assign(factor=1.0)
    found = rows.merge(factors, how="left", on=key)
    return cases("assessments_with_factors", found, asked, found["factor"].fillna(0.0))
