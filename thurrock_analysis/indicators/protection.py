"""Section 47 enquiries and initial child protection conferences, from the census."""

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.census import CENSUS, aged, details, in_episodes
from thurrock_analysis.indicators.choosing import CHILD, in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.splitting import banded
from thurrock_analysis.indicators.working_days import working_days
from thurrock_analysis.returns.returns import Returns

ENQUIRED, CONFERRED, REFERRED = "S47ActualStartDate", "DateOfInitialCPC", "CINreferralDate"
AFTER_ENQUIRY, TRANSFER_IN = "section 47", "transfer in"
AGE = "working days"


def enquiries(returns: Returns) -> pd.DataFrame:
    """Return the section 47 enquiries, each with the child's enquiry before it."""
    rows = in_episodes(returns, "cin_section_47")
    return rows.assign(earlier=nearest(rows, ENQUIRED, rows, ENQUIRED, [ENQUIRED]))


def conferences(returns: Returns) -> pd.DataFrame:
    """Return one row a child and day of an initial conference, by route.

    One that several enquiries led to runs from the latest of them; one that stands in an
    enquiry and in a transfer in is of the enquiry.
    """
    led = returns.once(enquiries).drop(columns="earlier").sort_values(ENQUIRED, kind="stable")
    led = led.assign(route=AFTER_ENQUIRY, clock=led[ENQUIRED])
    moved = returns.once(details)
    moved = moved.assign(route=TRANSFER_IN, clock=moved[REFERRED])
    both = pd.concat([moved[moved[CONFERRED].notna()], led[led[CONFERRED].notna()]])
    rows = both.drop_duplicates([*CHILD, CONFERRED], keep="last").reset_index(drop=True)
    took = working_days(rows["clock"], rows[CONFERRED])
    earlier = nearest(rows, CONFERRED, rows, CONFERRED, [CONFERRED])
    return rows.assign(**{AGE: took}, duration=banded(took, "conference duration"), earlier=earlier)


def _enquired(
    returns: Returns, periods: pd.DataFrame, before: int = 0
) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, before)
    return aged(in_periods(returns.once(enquiries), ENQUIRED, asked[0]), ENQUIRED), asked


def _conferred(
    returns: Returns, periods: pd.DataFrame, before: int = 0
) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, before)
    return aged(in_periods(returns.once(conferences), CONFERRED, asked[0]), CONFERRED), asked


@measure
def section_47(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count section 47 enquiries."""
    rows, asked = over(returns, periods, _enquired)
    return cases("section_47", rows, asked)


@measure
def section_47_repeat_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of section 47 enquiries within 12 months of the child's enquiry before."""
    months = limit("re_referral")
    rows, asked = over(returns, periods, _enquired, before=months)
    again = rows["earlier"] + pd.DateOffset(months=months) >= rows[ENQUIRED]
    return cases("section_47_repeat_percent", rows, asked, again, 1.0)


@measure
def initial_conferences(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count initial child protection conferences, by `route`."""
    rows, asked = over(returns, periods, _conferred)
    return cases("initial_conferences", rows, asked)


@measure
def initial_conferences_transferred_in(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count initial conferences for children who move in with a plan."""
    rows, asked = over(returns, periods, _conferred)
    met = rows["route"].eq(TRANSFER_IN)
    return cases("initial_conferences_transferred_in", rows, asked, met)


@measure
def initial_conference_within_15_days_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of initial conferences within 15 working days of their clock's start."""
    rows, asked = over(returns, periods, _conferred)
    rows = rows[rows[AGE] >= 0]
    met = rows[AGE] <= limit("conference")
    return cases("initial_conference_within_15_days_percent", rows, asked, met, 1.0)


@measure
def initial_conferences_repeat_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of initial conferences within 12 months of the child's conference before."""
    months = limit("re_referral")
    rows, asked = over(returns, periods, _conferred, before=months)
    again = rows["earlier"] + pd.DateOffset(months=months) >= rows[CONFERRED]
    return cases("initial_conferences_repeat_percent", rows, asked, again, 1.0)


@measure
def section_47_without_conference_overdue(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count enquiries that wait over 15 working days for a conference, each with its age."""
    asked = covered(returns, CENSUS, periods, day=True)
    held = returns.once(enquiries)
    needed = held[~held["ICPCnotRequired"].fillna(False).astype("bool")]
    rows = aged(on_days(needed, ENQUIRED, CONFERRED, asked[0]), "period_end")
    waited = working_days(rows[ENQUIRED], rows["period_end"])
    late = waited > limit("conference")
    rows = rows.assign(**{AGE: waited})
    return cases("section_47_without_conference_overdue", rows, asked, late)
