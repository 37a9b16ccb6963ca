"""Referrals and children in need, from the children in need census."""

from collections.abc import Callable

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.census import CENSUS, aged, details, in_episodes
from thurrock_analysis.indicators.choosing import CHILD, in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.splitting import grouped
from thurrock_analysis.indicators.working_days import working_days
from thurrock_analysis.returns.returns import Returns

REFERRED = "CINreferralDate"
NOT_IN_NEED = "not in need"
TO_EARLY_HELP = "RC9"


def with_earlier(returns: Returns) -> pd.DataFrame:
    """Return the referrals, each with the child's referral before it."""
    rows = returns.once(details)
    return rows.assign(earlier=nearest(rows, REFERRED, rows, REFERRED, [REFERRED]))


def with_assessment(returns: Returns) -> pd.DataFrame:
    """Return the referrals, each with the start of the first assessment in its episode."""
    rows = returns.once(details)
    started = in_episodes(returns, "cin_assessments")
    first = started.groupby([*CHILD, REFERRED], as_index=False)["AssessmentActualStartDate"].min()
    first = first.rename(columns={"AssessmentActualStartDate": "first_assessment"})
    return rows.merge(first, how="left", on=[*CHILD, REFERRED])


def with_return(returns: Returns) -> pd.DataFrame:
    """Return the referrals, each with the child's next one in whose episode one was assessed."""
    rows = returns.once(with_assessment)
    assessed = rows[rows["first_assessment"].notna()]
    back = nearest(rows, REFERRED, assessed, REFERRED, [REFERRED], later=True)
    return rows.assign(back_and_assessed=back)


Rows = tuple[pd.DataFrame, Asked]
"""Cases, and the periods of which they are."""


def made(
    returns: Returns,
    periods: pd.DataFrame,
    told: Callable[[Returns], pd.DataFrame] = details,
    before: int = 0,
    after: int = 0,
) -> Rows:
    """Return the referrals of each period, with what is told of them."""
    asked = covered(returns, CENSUS, periods, before, after)
    return aged(in_periods(returns.once(told), REFERRED, asked[0]), REFERRED), asked


def open_on_days(returns: Returns, periods: pd.DataFrame) -> Rows:
    """Return the episodes of need open on the last day of each period."""
    asked = covered(returns, CENSUS, periods, day=True)
    rows = on_days(returns.once(details), REFERRED, "CINclosureDate", asked[0])
    return aged(rows[rows["acted_on"]], "period_end"), asked


@measure
def referrals(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count referrals.

    Examples
    --------
    >>> from thurrock_analysis.indicators.periods import years
    >>> days = pd.to_datetime(["2021-04-01", "2022-03-31", "2022-04-01"])
    >>> rows = pd.DataFrame({"LA": "", "YEAR": 2022, "LAchildID": ["1", "2", "3"]})
    >>> blank = "ReferralSource PrimaryNeedCode ReasonForClosure ReferralNFA".split()
    >>> rows = rows.assign(CINreferralDate=days, **dict.fromkeys(blank))
    >>> held = Returns({"cin_details": rows})
    >>> referrals(held, years(2022, 2022)).figures()["value"].tolist()
    [2.0]
    """
    rows, asked = over(returns, periods, made)
    return cases("referrals", rows, asked)


def _again(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked, pd.Series]:
    months = limit("re_referral")
    rows, asked = over(returns, periods, made, told=with_earlier, before=months)
    return rows, asked, rows["earlier"] + pd.DateOffset(months=months) >= rows[REFERRED]


@measure
def re_referrals(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count referrals within 12 months of the child's referral before."""
    rows, asked, again = _again(returns, periods)
    return cases("re_referrals", rows, asked, again)


@measure
def re_referral_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals within 12 months of the child's referral before."""
    rows, asked, again = _again(returns, periods)
    return cases("re_referral_percent", rows, asked, again, 1.0)


@measure
def no_further_action(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count referrals without further action."""
    rows, asked = over(returns, periods, made)
    return cases("no_further_action", rows, asked, ~rows["acted_on"])


@measure
def no_further_action_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals without further action."""
    rows, asked = over(returns, periods, made)
    return cases("no_further_action_percent", rows, asked, ~rows["acted_on"], 1.0)


def _back(name: str, returns: Returns, periods: pd.DataFrame, months: int) -> Cases:
    rows, asked = over(returns, periods, made, told=with_return, after=months)
    rows = rows[~rows["acted_on"]]
    back = rows["back_and_assessed"] <= rows[REFERRED] + pd.DateOffset(months=months)
    return cases(name, rows, asked, back, 1.0)


@measure
def no_further_action_back_6_months_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals without further action that come back and are assessed, in 6 months."""
    return _back("no_further_action_back_6_months_percent", returns, periods, 6)


@measure
def no_further_action_back_12_months_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals without further action that come back and are assessed, in 12 months."""
    return _back("no_further_action_back_12_months_percent", returns, periods, 12)


@measure
def assessed_not_in_need(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count referrals of children who were assessed and not in need."""
    rows, asked = over(returns, periods, made)
    return cases(
        "assessed_not_in_need",
        rows,
        asked,
        grouped(rows["ReasonForClosure"], "CLOSURE").eq(NOT_IN_NEED),
    )


@measure
def assessed_not_in_need_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals of children who were assessed and not in need."""
    rows, asked = over(returns, periods, made)
    met = grouped(rows["ReasonForClosure"], "CLOSURE").eq(NOT_IN_NEED)
    return cases("assessed_not_in_need_percent", rows, asked, met, 1.0)


@measure
def referrals_assessed_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals that led to an assessment."""
    rows, asked = over(returns, periods, made, told=with_assessment)
    met = rows["first_assessment"].notna()
    return cases("referrals_assessed_percent", rows, asked, met, 1.0)


@measure
def referral_to_assessment_days(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days from referral to the start of the first assessment."""
    asked = covered(returns, CENSUS, periods)
    held = returns.once(with_assessment)
    held = held[held["first_assessment"] >= held[REFERRED]]
    rows = aged(in_periods(held, "first_assessment", asked[0]), REFERRED)
    waited = (rows["first_assessment"] - rows[REFERRED]).dt.days
    return cases("referral_to_assessment_days", rows, asked, waited, 1.0)


@measure
def referrals_waiting(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count open referrals without an assessment, each with its age in `working days`."""
    rows, asked = over(returns, periods, open_on_days)
    first = returns.once(with_assessment)[[*CHILD, REFERRED, "first_assessment"]]
    rows = rows.merge(first, how="left", on=[*CHILD, REFERRED])
    rows = rows[~(rows["first_assessment"] <= rows["period_end"])]
    waited = working_days(rows[REFERRED], rows["period_end"])
    return cases("referrals_waiting", rows.assign(**{"working days": waited}), asked)


@measure
def children_in_need(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count children in need on a day."""
    return cases("children_in_need", *over(returns, periods, open_on_days))


@measure
def children_in_need_starts(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count episodes of need that start."""
    rows, asked = over(returns, periods, made)
    return cases("children_in_need_starts", rows[rows["acted_on"]], asked)


def ended(returns: Returns, periods: pd.DataFrame) -> Rows:
    """Return the episodes of need that end in each period."""
    asked = covered(returns, CENSUS, periods)
    rows = in_periods(returns.once(details), "CINclosureDate", asked[0])
    return aged(rows[rows["acted_on"]], "CINclosureDate"), asked


@measure
def children_in_need_ends(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count episodes of need that end."""
    rows, asked = over(returns, periods, ended)
    return cases("children_in_need_ends", rows, asked)


@measure
def closed_to_early_help_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of episodes of need that end in early help: stepped down."""
    rows, asked = over(returns, periods, ended)
    met = rows["ReasonForClosure"].eq(TO_EARLY_HELP)
    return cases("closed_to_early_help_percent", rows, asked, met, 1.0)
