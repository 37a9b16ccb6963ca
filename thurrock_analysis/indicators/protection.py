"""Section 47 enquiries and initial child protection conferences, from the census."""

from functools import partial

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.census import CENSUS, aged, details, in_episodes
from thurrock_analysis.indicators.choosing import CHILD, in_periods, nearest, on_days
from thurrock_analysis.indicators.counting import of_rows
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import limit
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


def _judged(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _conferred)
    return rows[rows[AGE] >= 0], asked


def _waiting(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return the enquiries that need a conference and have none on a day, each with its age."""
    asked = covered(returns, CENSUS, periods, day=True)
    held = returns.once(enquiries)
    needed = held[~held["ICPCnotRequired"].fillna(False).astype("bool")]
    rows = aged(on_days(needed, ENQUIRED, CONFERRED, asked[0]), "period_end")
    return rows.assign(**{AGE: working_days(rows[ENQUIRED], rows["period_end"])}), asked


def _again(rows: pd.DataFrame, date: str) -> pd.Series:
    return rows["earlier"] + pd.DateOffset(months=limit("re_referral")) >= rows[date]


of_rows("section_47", _enquired)
of_rows(
    "section_47_repeat_percent",
    _enquired,
    partial(_again, date=ENQUIRED),
    1.0,
    before=limit("re_referral"),
)
of_rows("initial_conferences", _conferred)
of_rows(
    "initial_conferences_transferred_in", _conferred, lambda rows: rows["route"].eq(TRANSFER_IN)
)
of_rows(
    "initial_conference_within_15_days_percent",
    _judged,
    lambda rows: rows[AGE] <= limit("conference"),
    1.0,
)
of_rows(
    "initial_conferences_repeat_percent",
    _conferred,
    partial(_again, date=CONFERRED),
    1.0,
    before=limit("re_referral"),
)
of_rows(
    "section_47_without_conference_overdue", _waiting, lambda rows: rows[AGE] > limit("conference")
)
