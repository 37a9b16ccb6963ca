"""Child protection plans, their reviews, and child in need plans, from the census."""

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.census import CENSUS, EPISODE, aged, in_episodes, with_id
from thurrock_analysis.indicators.choosing import CHILD, in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
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


@measure
def child_in_need_plan_starts(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count child in need plans that start."""
    asked = covered(returns, CENSUS, periods)
    rows = in_periods(returns.once(child_in_need), "CINPlanStartDate", asked[0])
    return cases("child_in_need_plan_starts", aged(rows, "CINPlanStartDate"), asked)


@measure
def child_in_need_plan_ends(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count child in need plans that end."""
    asked = covered(returns, CENSUS, periods)
    rows = in_periods(returns.once(child_in_need), "CINPlanEndDate", asked[0])
    return cases("child_in_need_plan_ends", aged(rows, "CINPlanEndDate"), asked)


@measure
def child_in_need_plans(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count child in need plans on a day."""
    asked = covered(returns, CENSUS, periods, day=True)
    rows = on_days(returns.once(child_in_need), "CINPlanStartDate", "CINPlanEndDate", asked[0])
    return cases("child_in_need_plans", aged(rows, "period_end"), asked)


@measure
def child_protection_plan_starts(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count plans that start, by `initial category` and `latest category`."""
    rows, asked = over(returns, periods, _events, date=STARTED)
    return cases("child_protection_plan_starts", rows, asked)


@measure
def child_protection_plan_ends(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count plans that end, by `duration`."""
    rows, asked = over(returns, periods, _events, date=ENDED)
    return cases("child_protection_plan_ends", rows, asked)


@measure
def child_protection_plans(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count children on a plan on a day."""
    rows, asked = over(returns, periods, _open)
    return cases("child_protection_plans", rows, asked)


def _second(rows: pd.DataFrame) -> pd.Series:
    return (rows["NumberOfPreviousCPP"] > 0).fillna(False)


@measure
def child_protection_plan_repeats(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count plans of children who had been on a plan before, however long ago."""
    rows, asked = over(returns, periods, _events, date=STARTED)
    return cases("child_protection_plan_repeats", rows, asked, _second(rows))


@measure
def child_protection_plan_repeat_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of plans of children who had been on a plan before, however long ago."""
    rows, asked = over(returns, periods, _events, date=STARTED)
    return cases("child_protection_plan_repeat_percent", rows, asked, _second(rows), 1.0)


def _repeated(name: str, returns: Returns, periods: pd.DataFrame, months: int) -> Cases:
    rows, asked = over(returns, periods, _events, date=STARTED, before=months)
    again = rows["earlier_end"] + pd.DateOffset(months=months) >= rows[STARTED]
    return cases(name, rows, asked, again, 1.0)


@measure
def child_protection_plan_repeat_year_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of plans within 12 months of the end of the child's plan before."""
    months = limit("re_referral")
    return _repeated("child_protection_plan_repeat_year_percent", returns, periods, months)


@measure
def child_protection_plan_repeat_two_years_percent(
    returns: Returns, periods: pd.DataFrame
) -> Cases:
    """Share of plans within 24 months of the end of the child's plan before."""
    months = limit("two_years")
    return _repeated("child_protection_plan_repeat_two_years_percent", returns, periods, months)


@measure
def child_protection_plan_two_years_open_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of open plans that are two years old or more."""
    rows, asked = over(returns, periods, _open)
    old = rows[STARTED] + pd.DateOffset(months=limit("two_years")) <= rows["period_end"]
    return cases("child_protection_plan_two_years_open_percent", rows, asked, old, 1.0)


@measure
def child_protection_plan_two_years_ended_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of plans ended that had lasted two years or more."""
    rows, asked = over(returns, periods, _events, date=ENDED)
    lasted = (rows[ENDED] - rows[STARTED]).dt.days + 1
    met = lasted > limit("two_years_ended")
    return cases("child_protection_plan_two_years_ended_percent", rows, asked, met, 1.0)


def _due(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _open)
    due = rows[STARTED] + pd.DateOffset(months=limit("first_review_due")) <= rows["period_end"]
    return rows[due].reset_index(drop=True), asked


@measure
def child_protection_reviews_due(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count open plans that are three months old or more."""
    rows, asked = over(returns, periods, _due)
    return cases("child_protection_reviews_due", rows, asked)


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
