"""Child protection plans, their reviews, and child in need plans, from the census."""

from functools import partial

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.census import CENSUS, EPISODE, aged, in_episodes, with_id
from thurrock_analysis.indicators.choosing import CHILD, in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.counting import of_rows
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.periods import DAY
from thurrock_analysis.indicators.splitting import meant
from thurrock_analysis.returns.returns import Returns

STARTED, ENDED, REVIEWED = "CPPstartDate", "CPPendDate", "CPPreviewDate"
CLOSES = "Y-MAR"
BANDS = {3: "3 months or less", 6: "over 3 to 6 months", 12: "over 6 months to 1 year",
         24: "1 to 2 years"}  # fmt: skip
LONGEST = "2 years and over"


def plans(returns: Returns) -> pd.DataFrame:
    """Return the plans, each with the end of the child's last plan that was over by its start."""
    rows = in_episodes(returns, "cin_protection_plans")
    # A plan of one day is over by the starts of later days, and never by its own.
    over = rows[ENDED].where(rows[ENDED] > rows[STARTED], rows[ENDED] + DAY)
    others = rows.assign(over=over).sort_values(["over", ENDED], kind="stable")
    earlier = nearest(rows, STARTED, others, "over", [ENDED], same_day=True)
    initial = meant(rows["InitialCategoryOfAbuse"], "ABUSE")
    latest = meant(rows["LatestCategoryOfAbuse"], "ABUSE")
    return rows.assign(
        earlier_end=earlier, **{"initial category": initial, "latest category": latest}
    )


def child_in_need(returns: Returns) -> pd.DataFrame:
    """Return the child in need plans."""
    return in_episodes(returns, "cin_plans")


def _events(
    returns: Returns, periods: pd.DataFrame, date: str, before: int = 0
) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, before)
    rows = aged(in_periods(returns.once(plans), date, asked[0]), date)
    return rows.assign(duration=_lasted(rows[STARTED], rows[ENDED])), asked


def _open(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, day=True)
    rows = aged(on_days(returns.once(plans), STARTED, ENDED, asked[0]), "period_end")
    return rows.assign(duration=_lasted(rows[STARTED], rows["period_end"])), asked


def _lasted(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the census's band of how long a plan had lasted; missing where it has no end."""
    band = pd.Series(LONGEST, index=start.index).where(start.notna() & end.notna())
    for months in reversed(BANDS):
        longest = start + pd.DateOffset(months=months)
        within = end < longest if months >= 12 else end <= longest
        band = band.mask(within, BANDS[months])
    return band


def _needed(returns: Returns, periods: pd.DataFrame, date: str) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods)
    return aged(in_periods(returns.once(child_in_need), date, asked[0]), date), asked


def _needed_on_days(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods, day=True)
    rows = on_days(returns.once(child_in_need), "CINPlanStartDate", "CINPlanEndDate", asked[0])
    return aged(rows, "period_end"), asked


def _second(rows: pd.DataFrame) -> pd.Series:
    return (rows["NumberOfPreviousCPP"] > 0).fillna(False)


def _soon(rows: pd.DataFrame, months: str) -> pd.Series:
    return rows["earlier_end"] + pd.DateOffset(months=limit(months)) >= rows[STARTED]


def _old(rows: pd.DataFrame) -> pd.Series:
    return rows[STARTED] + pd.DateOffset(months=limit("two_years")) <= rows["period_end"]


def _long(rows: pd.DataFrame) -> pd.Series:
    return (rows[ENDED] - rows[STARTED]).dt.days + 1 > limit("two_years_ended")


of_rows("child_in_need_plan_starts", _needed, date="CINPlanStartDate")
of_rows("child_in_need_plan_ends", _needed, date="CINPlanEndDate")
of_rows("child_in_need_plans", _needed_on_days)
of_rows("child_protection_plan_starts", _events, date=STARTED)
of_rows("child_protection_plan_ends", _events, date=ENDED)
of_rows("child_protection_plans", _open)
of_rows("child_protection_plan_repeats", _events, _second, date=STARTED)
of_rows("child_protection_plan_repeat_percent", _events, _second, 1.0, date=STARTED)
of_rows(
    "child_protection_plan_repeat_year_percent",
    _events,
    partial(_soon, months="re_referral"),
    1.0,
    date=STARTED,
    before=limit("re_referral"),
)
of_rows(
    "child_protection_plan_repeat_two_years_percent",
    _events,
    partial(_soon, months="two_years"),
    1.0,
    date=STARTED,
    before=limit("two_years"),
)
of_rows("child_protection_plan_two_years_open_percent", _open, _old, 1.0)
of_rows("child_protection_plan_two_years_ended_percent", _events, _long, 1.0, date=ENDED)


def _due(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _open)
    due = rows[STARTED] + pd.DateOffset(months=limit("first_review_due")) <= rows["period_end"]
    return rows[due].reset_index(drop=True), asked


of_rows("child_protection_reviews_due", _due)


def reviews(returns: Returns) -> pd.DataFrame:
    """Return one row a review of a plan: its plan's start, and the review before it."""
    plan = [*EPISODE, "plan"]
    held = with_id(returns.table("cin_reviews"))[[*plan, REVIEWED]].drop_duplicates()
    rows = held.merge(returns.once(plans)[[*plan, STARTED]], on=plan)
    rows = rows.sort_values([*CHILD, REVIEWED]).reset_index(drop=True)
    rows = rows[rows[REVIEWED] > rows[STARTED]]
    return rows.assign(before=rows.groupby([*CHILD, STARTED])[REVIEWED].shift())


def _in_time(
    returns: Returns,
    rows: pd.DataFrame,
    first_review_days: int | None,
    later_review_days: int | None,
) -> pd.Series:
    """Return whether every review of the return year was in time, and none is overdue.

    A return holds the reviews of its year and the last one before it: a first link of which the
    start lies before the year and the earlier review is not held is not judged.
    """
    first = first_review_days or limit("first_review")
    later = later_review_days or limit("later_review")
    year_start = rows["period_end"].dt.to_period(CLOSES).dt.start_time.astype("datetime64[s]")
    plan = rows[[*CHILD, STARTED, "period_end"]].assign(place=rows.index, year_start=year_start)
    links = plan.merge(returns.once(reviews), on=[*CHILD, STARTED])
    links = links[links[REVIEWED] <= links["period_end"]]
    last = links.groupby("place")[REVIEWED].max().reindex(rows.index)
    since = last.fillna(rows[STARTED])
    allowed = last.notna().map({True: later, False: first})
    overdue = (rows["period_end"] - since).dt.days > allowed
    links = links[links[REVIEWED] >= links["year_start"]]
    opening = links["before"].isna()
    gap = (links[REVIEWED] - links["before"].fillna(links[STARTED])).dt.days
    judged = ~opening | (links[STARTED] >= links["year_start"])
    late = judged & (gap > opening.map({True: first, False: later}))
    return ~overdue & ~rows.index.isin(links.loc[late, "place"])


@measure
def child_protection_reviews_on_time(
    returns: Returns,
    periods: pd.DataFrame,
    first_review_days: int | None = None,
    later_review_days: int | None = None,
) -> Cases:
    """Count open plans whose reviews were all on time."""
    rows, asked = over(returns, periods, _due)
    met = _in_time(returns, rows, first_review_days, later_review_days)
    return cases("child_protection_reviews_on_time", rows, asked, met)


@measure
def child_protection_reviews_on_time_percent(
    returns: Returns,
    periods: pd.DataFrame,
    first_review_days: int | None = None,
    later_review_days: int | None = None,
) -> Cases:
    """Share of open plans whose reviews were all on time."""
    rows, asked = over(returns, periods, _due)
    met = _in_time(returns, rows, first_review_days, later_review_days)
    return cases("child_protection_reviews_on_time_percent", rows, asked, met, 1.0)
