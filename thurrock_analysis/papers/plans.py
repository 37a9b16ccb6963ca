"""The actions that answered recommendations: due dates, how they stand, which stand twice."""

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import documents, timescales
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.fingerprint import remembered
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.record.schema import refused

COMPLETED = "COMPLETED"
DONE, UNCLEAR, OVERDUE, TO_COME, UNDATED = STATES = (
    "recorded as completed",
    "past their date with an unexplained status",
    "past their date with nothing recorded",
    "not yet due",
    "without a date",
)
LATE = (UNCLEAR, OVERDUE)


def actions() -> pd.DataFrame:
    """Read every action with its timescale as dates.

    Returns
    -------
    DataFrame of str
        The columns of actions and start, due (ISO dates or ``""``) and rule, how the printed
        words became dates. ``progress`` is as printed: no later record is held.

    Raises
    ------
    ThurrockError
        A row cannot be right, or a timescale cannot be read.

    Examples
    --------
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
        What `read` returns, or part of it.
    date : str
        ISO date.

    Returns
    -------
    Series of str
        One of `STATES`. An action due on the date is not past it.

    Examples
    --------
    >>> plan = pd.DataFrame({"progress": ["", ""], "due": ["2012-10-27", ""]})
    >>> ledger(plan, "2013-01-01").tolist()
    ['past their date with nothing recorded', 'without a date']
    """
    late, told = actions["due"].lt(date), actions["progress"].ne("")
    state = pd.Series(TO_COME, index=actions.index)
    state = state.mask(late, OVERDUE).mask(late & told, UNCLEAR)
    state = state.mask(actions["due"].eq(""), UNDATED)
    return state.mask(actions["progress"].eq(COMPLETED), DONE)


def repeats(actions: pd.DataFrame) -> pd.DataFrame:
    """Return the actions that a plan prints under more than one recommendation.

    Returns
    -------
    DataFrame
        One row a repeated action: document, text, recommendations (how many print it), places
        (their identifiers), done (whether one of them is completed), and whether due date, owner
        and progress agree between them.
    """
    grouped = actions.groupby(["document", "text"], sort=False)
    rows = grouped.agg(
        recommendations=("recommendation", "nunique"),
        places=("action", list),
        done=("progress", lambda column: column.eq(COMPLETED).any()),
        same_due=("due", lambda column: column.nunique() == 1),
        same_owner=("owner", lambda column: column.nunique() == 1),
        same_progress=("progress", lambda column: column.nunique() == 1),
    )
    return rows[rows["recommendations"] > 1].reset_index()
