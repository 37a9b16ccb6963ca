"""The months or weeks of a series: those that the returns cover to their last day."""

import pandas as pd

from thurrock_analysis.indicators import periods
from thurrock_analysis.indicators.periods import DAY
from thurrock_analysis.indicators.yearly import covered
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.returns.statutory import forms

MONTH, WEEK = "month", "week"
CYCLE = {MONTH: 12, WEEK: 52}
"""Periods of a year."""
QUIET = {MONTH: 7, WEEK: 3}
"""Days without anything at the end of a month or week that may still be whole."""


def windows(returns: Returns, collection: str, by: str) -> pd.DataFrame:
    """Return every month or week from the first to the last that the returns cover.

    A week ends on a Sunday. A return that was made amid its year covers the periods until its
    last event, so that what has not come yet is no zero.

    Returns
    -------
    DataFrame
        `period_start`, `period_end` and `covered`: of years without a return it is false.
    """
    years = covered(returns, collection)
    if years.empty:
        return periods.years(2001, 2000).assign(covered=False)
    first, last = years["period_start"].min(), years["period_end"].max()
    if by == MONTH:
        every = periods.months(first, last)
    else:
        ends = pd.date_range(first + 6 * DAY, last, freq="W-SUN").astype("datetime64[s]")
        every = pd.DataFrame({"period_start": ends - 6 * DAY, "period_end": ends})
    until = last_event(returns, collection)
    whole = every["period_end"] <= until + QUIET[by] * DAY
    within = pd.IntervalIndex.from_arrays(years["period_start"], years["period_end"], "both")
    held = [within.contains(day).any() for day in every["period_start"]]
    also = [within.contains(day).any() for day in every["period_end"]]
    every = every.assign(covered=pd.Series(held) & pd.Series(also) & whole)
    return every[every["period_start"] <= until].reset_index(drop=True)


def last_event(returns: Returns, collection: str) -> pd.Timestamp:
    """Return the last day on which anything is recorded that cannot lie after a return."""
    days = [
        returns.tables[form.name][field.column].max()
        for form in forms().values()
        if form.collection == collection and form.name in returns.tables
        for field in form.fields.values()
        if field.in_year and field.column in returns.tables[form.name]
    ]
    found = pd.Series(days, dtype="datetime64[s]").dropna()
    end = covered(returns, collection)["period_end"].max()
    return min(found.max(), end) if len(found) else end
