"""The questions on promises: what their plans record of them, what stands twice, what came back."""

from collections import Counter

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.papers import documents, plans
from thurrock_analysis.questions import citing
from thurrock_analysis.record import dictionary, releases


@question
def ledger(report: Report, on: str = "") -> Finding:
    """Say how the actions stood on a day, as far as the plans record.

    Parameters
    ----------
    on : str
        ISO date; ``""`` for the date of the report.

    Returns
    -------
    Finding
        Its table has a row a recommendation: how many of its actions stand where, and the last
        date of all. ``rest`` has the actions due by the day that no plan marks as completed.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> ledger(open_report("Thurrock"), "2012-12-31").sentence[:60]
    'Of 110 actions promised in the committee paper of October 20'
    """
    day = day_of(report, on)
    known = standing_of(report, day)
    state = known["state"].value_counts()
    ahead, without = state.get(plans.TO_COME, 0), state.get(plans.UNDATED, 0)
    return Finding(
        f"Of {words.counted(len(known), 'action')} promised in "
        f"{citing.named(report, known['document'])}, {state.get(plans.DONE, 0)} are marked as "
        f"completed in the plan itself, {without} are without a date and {ahead} were not yet "
        f"past their date on {words.day(day)}.{silence(known)}",
        shown=by_recommendation(
            known, f"What the plans record of each recommendation, held against {words.day(day)}"
        ),
        doubt="An action may have been done without a record, so this is a list of what to ask "
        f"for, not of what was left undone. {first_alone(known)}",
        rest=open_actions(
            known[known["state"].isin(plans.OPEN)].sort_values("due", kind="stable"),
            f"The actions due before {words.day(day)} and not marked, as their papers record them",
        ),
    )


def standing_of(report: Report, day: str) -> pd.DataFrame:
    """Return the actions of the plans on the area that were out, and how each stands at a day."""
    rows = plans.actions()
    rows = rows[rows["document"].isin(citing.held_documents(report))]
    if rows.empty:
        raise NotHeldError(f"No plan of action on {report.area.spoken} was out by this date.")
    return rows.assign(state=plans.ledger(rows, day))


def day_of(report: Report, on: str) -> str:
    """Return a day that is named, or that of the report."""
    return releases.parse(on).isoformat() if on else report.as_at


def silence(known: pd.DataFrame) -> str:
    """Say of how many actions that are due the plans record nothing, or only a code."""
    blank, coded = (known[known["state"].eq(state)] for state in plans.OPEN)
    marks = words.listed(sorted(coded["progress"].unique()))
    said = [f"no progress is recorded for {len(blank)}"] * (len(blank) > 0)
    said += [f"for {len(coded)} only a code that their plan does not explain ({marks})"] * bool(
        len(coded)
    )
    if not said:
        return ""
    years = sorted({documents.out()[code][:4] for code in known["document"]})
    return (
        f" Of the others {words.listed(said)}. No record after "
        f"{words.listed(years)} is held: silence is not lateness."
    )


def by_recommendation(known: pd.DataFrame, caption: str) -> Table:
    """Return how many actions of each recommendation stand where, and the last date of all."""
    asked = dictionary.read("recommendations").set_index("recommendation")["text"]
    grouped = known.groupby("recommendation", sort=False)
    last = grouped["due"].max()
    frame = pd.DataFrame(
        {
            "recommendation": [f"{code}: {asked[code]}" for code in last.index],
            "standing": [standing(states) for _, states in grouped["state"]],
            "last": [words.day(day, short=True) if day else "no date is printed" for day in last],
        }
    )
    heads = {"recommendation": "Recommendation", "standing": "How its actions stand"}
    return Table(frame, caption, heads | {"last": "Last date"})


def standing(states: pd.Series) -> str:
    """Say how many actions are in each state.

    >>> standing(pd.Series([plans.DONE, plans.UNDATED, plans.DONE]))
    '2 marked as completed, 1 without a date'
    """
    counts = Counter(states)
    return ", ".join(f"{counts[one]} {one}" for one in plans.STATES if counts[one])


def open_actions(rows: pd.DataFrame, caption: str) -> Table:
    """Return actions with their owner, the rule of their date, and what is printed of them."""
    due = rows["due"].map(lambda day: words.day(day, short=True))
    frame = pd.DataFrame(
        {
            "action": rows["action"] + ": " + rows["text"],
            "owner": rows["owner"],
            "due": due + " (" + rows["timescale"] + "; " + rows["rule"] + ")",
            "progress": rows["progress"].replace("", "nothing is printed there"),
        }
    )
    return Table(
        frame.reset_index(drop=True), caption,
        {"action": "Action", "owner": "Owner", "due": "Due, as printed",
         "progress": "Progress, as printed"},
    )  # fmt: skip


def first_alone(rows: pd.DataFrame) -> str:
    """Say how many are completed if a mark stands for the first action of its row alone."""
    marked = rows[rows["progress"].eq(plans.COMPLETED)]
    firsts = int(marked["action"].str.endswith("a").sum())
    return (
        f"A mark that is printed once for several actions is taken for all of them; taken for the "
        f"first alone, {firsts} are marked as completed."
    )


@question
def repeats(report: Report) -> Finding:
    """Say which actions a plan prints under more than one recommendation.

    Returns
    -------
    Finding
        Its table has a row an action: where it stands, and whether the places agree.
    """
    rows = plans.repeats(standing_of(report, report.as_at))
    if rows.empty:
        raise NotHeldError(f"No plan on {report.area.spoken} prints an action twice.")
    places = int(rows["places"].map(len).sum())
    apart = rows["apart"].map(len).gt(0)
    differ = rows["apart"].map(lambda names: f"not on {words.listed(names)}")
    frame = pd.DataFrame(
        {
            "action": rows["text"],
            "places": rows["places"].map(words.listed),
            "agree": differ.where(apart, "on date, owner and progress"),
        }
    )
    return Finding(
        f"{words.counted(len(rows), 'action')} stand under two recommendations or more, {places} "
        f"times in all, so the plans hold {places - len(rows)} fewer different actions than they "
        f"print. For {int(apart.sum())} of them the places do not agree on date, owner or "
        "progress.",
        shown=Table(
            frame, "Actions under several recommendations, and whether the places agree",
            {"action": "Action", "places": "Places", "agree": "They agree"},
        ),
        doubt="Where the same action is completed in one place and blank in another, one of the "
        "two records is wrong, or the action is done for one recommendation alone.",
    )  # fmt: skip


@question
def returned(report: Report) -> Finding:
    """Say which earlier recommendations come back in a later inspection.

    Returns
    -------
    Finding
        Its table has a row a pair: the earlier, the later, and why it is the same.
    """
    asked = citing.recommendations(report)
    rows = dictionary.read("repeated")
    rows = rows[rows["later"].isin(asked.index) & rows["earlier"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.spoken} had come back in a later inspection by "
            "this date."
        )
    parts, in_full = [], {}
    for when in ("earlier", "later"):
        document = asked.loc[rows[when].iloc[0], "document"]
        year = documents.out()[document][:4]
        parts.append((rows[when].nunique(), int(asked["document"].eq(document).sum()), year))
        in_full[when] = rows[when] + ": " + rows[when].map(asked["text"])
    (earlier, of_earlier, first), (later, of_later, last) = parts
    return Finding(
        f"{earlier} of {of_earlier} recommendations of {first} come back in {later} of the "
        f"{of_later} of {last}. Those of other inspections are not held.",
        shown=Table(
            rows.assign(**in_full).reset_index(drop=True), "Recommendations that came back",
            {"earlier": "Earlier", "later": "Later", "because": "Why it is the same"},
        ),
        doubt="Which recommendation repeats another was judged by hand, for the reason given; a "
        "stricter reader would count fewer.",
    )  # fmt: skip


def print_ledger(report: Report, on: str = "") -> None:
    """Print how the actions stand: what a regression test compares."""
    try:
        known = standing_of(report, day_of(report, on))
    except NotHeldError as gap:
        print(gap)
        return
    for (document, name), count in known.groupby(["document", "state"]).size().items():
        print(f"{document:8}{name:44}{count:4}")
