"""Whether children who were missing were offered an interview on their return: Annex A."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.coverage import Asked, last_covered
from thurrock_analysis.indicators.windows import days
from thurrock_analysis.returns.returns import Returns

GONE = "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
OFFERED = "Was the child offered a Return Interview after their last missing episode (Y/N)?"
ACCEPTED = "Did the child accept a Return Interview after their last missing episode (Y/N)?"


@measure
def return_interview_offered_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the children missing in the last 12 months who were offered an interview.

    The list is of one day: it counts in the periods that hold that day.
    """
    return _answered(returns, periods, "return_interview_offered_percent", GONE, OFFERED)


@measure
def return_interview_accepted_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the children offered an interview who accepted it.

    The list is of one day: it counts in the periods that hold that day.
    """
    return _answered(returns, periods, "return_interview_accepted_percent", OFFERED, ACCEPTED)


def _answered(returns: Returns, periods: pd.DataFrame, name: str, base: str, answer: str) -> Cases:
    rows = returns.table("looked_after").reindex(
        columns=["LA", "Child Unique ID", "Gender", "Ethnicity", GONE, OFFERED, ACCEPTED]
    )
    rows = rows[
        rows[GONE].ge(1).fillna(False) & (base == GONE or rows[base].eq(True).fillna(False))
    ]
    asked = _asked(returns, periods, rows)
    told = rows.merge(asked.frame(), on="LA").rename(columns={"Child Unique ID": "id"})
    met = told[answer].fillna(False).astype("float64")
    return Cases(
        name,
        told.assign(numerator=met, denominator=1.0),
        asked.frame(),
        100.0,
        "at date",
        asked.gaps,
    )


def _asked(returns: Returns, periods: pd.DataFrame, rows: pd.DataFrame) -> Asked:
    las = pd.Index(sorted(returns.table("looked_after")["LA"].unique()) or [""], dtype="str")
    periods = periods.reset_index(drop=True)
    everything = Asked(periods, las, np.ones((len(las), len(periods)), dtype=bool))
    day = last_covered(returns, las, "Annex A")
    if day is None:
        return everything
    first, last = days(periods["period_start"]), days(periods["period_end"])
    outside = (day[:, None] < first) | (day[:, None] > last)
    return everything.without(outside, "the list held is of a day outside of it")
