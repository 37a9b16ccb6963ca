"""Recommendations and the actions that answered them: due dates, repeats, what came back."""

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import checks, documents, timescales

ACTIONS = [
    "action", "document", "recommendation", "line", "text", "quotation", "owner", "accountable",
    "timescale", "progress", "reports_to", "note",
]  # fmt: skip
RECOMMENDATIONS = ["recommendation", "document", "line", "addressed_to", "text", "quotation"]
RETURNS = ["earlier", "later", "because"]
COMPLETED = "COMPLETED"
DONE, UNCLEAR, OVERDUE, TO_COME, UNDATED = STATES = (
    "recorded as completed",
    "past their date with an unexplained status",
    "past their date with nothing recorded",
    "not yet due",
    "without a date",
)
LATE = (UNCLEAR, OVERDUE)


def read() -> pd.DataFrame:
    """Read every action with its timescale as dates.

    Returns
    -------
    DataFrame of str
        Columns `ACTIONS` and start, due (ISO dates or ``""``) and rule, how the printed words
        became dates. ``owner`` is a role. ``progress`` is as printed: no later record is held.

    Raises
    ------
    ThurrockError
        An action answers no recommendation, has no line, or a timescale that cannot be read.
    """
    path = documents.file("actions")
    rows = checks.read(path, ACTIONS)
    known = recommendations()["recommendation"]
    checks.refuse(rows, rows.duplicated("action"), "action", "it stands twice", path)
    checks.refuse(rows, rows["line"].eq(""), "line", "an action needs its line", path)
    checks.refuse(
        rows,
        ~rows["recommendation"].isin(known),
        "recommendation",
        "recommendations.csv has no such",
        path,
    )
    counts_from = rows["document"].map(documents.registry()["counts_from"])
    read_as = []
    for at, (text, day) in enumerate(zip(rows["timescale"], counts_from, strict=True)):
        try:
            read_as.append(timescales.read(text, day))
        except ThurrockError as fault:
            raise ThurrockError(
                f"{checks.name_of(path)}, row {at + 2}, column timescale: {fault}"
            ) from None
    return rows.assign(**pd.DataFrame(read_as).to_dict("list"))


def recommendations() -> pd.DataFrame:
    """Read every recommendation: who made it, to whom, what it asks, in the project's words."""
    path = documents.file("recommendations")
    rows = checks.read(path, RECOMMENDATIONS)
    twice = rows.duplicated("recommendation")
    checks.refuse(rows, twice, "recommendation", "it stands twice", path)
    return rows


def returns() -> pd.DataFrame:
    """Read which earlier recommendation a later one repeats, and why it is thought to."""
    path = documents.file("returns")
    rows = checks.read(path, RETURNS)
    known = recommendations()["recommendation"]
    for column in ("earlier", "later"):
        bad = ~rows[column].isin(known)
        checks.refuse(rows, bad, column, "recommendations.csv has no such", path)
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
