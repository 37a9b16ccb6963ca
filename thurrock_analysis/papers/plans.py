"""The actions that answered recommendations: due dates, how they stand, which stand twice."""

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import documents, timescales
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.fingerprint import remembered
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.record.schema import refused

COMPLETED = "COMPLETED"
DONE, BLANK, CODED, TO_COME, UNDATED = STATES = (
    "marked as completed",
    "with no progress recorded",
    "with only a code",
    "not yet due",
    "without a date",
)
COMPARED = ("due", "owner", "progress")
"""On what the places of a repeated action can differ."""
OPEN = (BLANK, CODED)
"""Due, and not marked as completed: their plan is the last word that is held of them."""


def actions() -> pd.DataFrame:
    """Read every action with its timescale as dates.

    >>> actions().query("timescale == 'June - Dec 16'")["due"].iloc[0]
    '2016-12-31'
    """
    return pd.DataFrame(dated(), dtype="str")


@remembered
def dated() -> list[Row]:
    """Read every action as `actions` does, for lookups: one mapping a row."""
    rows = []
    for place, row in dictionary.lines("actions"):
        begun = documents.registry()[row["document"]]["counts_from"]
        try:
            rows.append(row | vars(timescales.read(row["timescale"], begun)))
        except ThurrockError as fault:
            raise refused(place, row, "timescale", str(fault)) from None
    return rows


def ledger(actions: pd.DataFrame, date: str) -> pd.Series:
    """Say how each action stands at a date, as far as its document records.

    Parameters
    ----------
    actions : DataFrame
        What `actions` returns, or part of it.
    date : str
        ISO date.

    Returns
    -------
    Series of str
        One of `STATES`. An action due on the date is not past it. Of one that is, a plan without
        a mark says nothing: it is not taken for late.

    Examples
    --------
    >>> plan = actions().set_index("action").loc[["2012-3a", "2016-1a", "2016-14a"]]
    >>> ledger(plan, "2017-01-01").tolist()
    ['with no progress recorded', 'with only a code', 'without a date']
    """
    due, progress = actions["due"], actions["progress"]
    state = pd.Series(TO_COME, index=actions.index)
    state = state.mask(due.lt(date), CODED).mask(due.lt(date) & progress.eq(""), BLANK)
    return state.mask(due.eq(""), UNDATED).mask(progress.eq(COMPLETED), DONE)


def repeats(actions: pd.DataFrame) -> pd.DataFrame:
    """Return the actions that a plan prints under more than one recommendation.

    >>> repeats(actions())[["places", "apart"]].iloc[-1].tolist()
    [['2012-17d', '2012-18b'], ['progress']]
    """
    grouped = actions.groupby(["document", "text"], sort=False)
    rows = grouped.agg(recommendations=("recommendation", "nunique"), places=("action", list))
    differ = grouped[list(COMPARED)].nunique().gt(1)
    rows["apart"] = [[name for name in COMPARED if row[name]] for _, row in differ.iterrows()]
    return rows[rows["recommendations"] > 1].drop(columns="recommendations").reset_index()
