"""The questions that findings raise and the published record cannot answer: what to ask next."""

from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.matters import APART
from thurrock_analysis.record import dictionary

MOST = 3
"""Questions that somebody can take to a meeting."""
SIDES = {"above": "high", "below": "low"}
ORDER = ("stands out", "moved", "farther alone")
"""What raises a question, the firmest first; all of a page is corrected for but the last."""


def raised(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the questions that figures raise, the firmest first, one a topic.

    Parameters
    ----------
    frame : DataFrame
        Measures that matter, the farthest apart first, as `findings.matters.page` has them. One
        raises a question where it stands apart or moved more than usual, not for the better,
        and ``open_questions.csv`` has one for its side.

    Returns
    -------
    list of dict
        ``measure``, ``label``, ``figure`` with England's, ``question`` and ``where`` its answer is.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> from thurrock_analysis.findings import matters
    >>> frame = matters.page(matters.rows(open_report("Rutland")))
    >>> raised(frame)[0]["question"][:36]
    'Which children live outside, since w'
    """
    table = {(row["measure"], row["side"]): row for row in dictionary.rows("open_questions")}
    found = [
        (ORDER.index(why), place, row["topic"], _question(row, table[row["measure"], side]))
        for place, row in enumerate(frame.to_dict("records"))
        for why, side in [_reason(row)]
        if (row["measure"], side) in table
    ]
    firmest = sorted(found, key=lambda one: one[:2])
    once: dict[str, dict[str, str]] = {}
    for _, _, topic, question in firmest:
        once.setdefault(topic, question)
    return list(once.values())[:MOST]


def asked(frame: pd.DataFrame) -> str:
    """Say at the end of a notebook what its figures leave open; nothing where none has a verdict.

    >>> asked(pd.DataFrame({"standing": ["untold"], "change_verdict": [""]}))
    ''
    """
    if not (frame["standing"].ne("untold") | frame["change_verdict"].eq("larger")).any():
        return ""
    lines = [
        f"- {one['label']}, {one['figure']}: {one['question']} *{words.capital(one['where'])}.*"
        for one in raised(frame)
    ]
    if not lines:
        return "**No figure here stands so far apart that it raises a question to ask next.**"
    return "\n".join(["**What these figures raise and no published figure answers.**", "", *lines])


def _reason(row: dict[Any, Any]) -> tuple[str, str]:
    """Return what of a figure raises a question, and its side; ``""`` where nothing does."""
    moved = row["change_verdict"] == "larger" and row["direction"] != "better"
    stands = row["standing"] in APART and row["better"] != "better"
    if stands and not (moved and row["standing"] != "stands out"):
        return row["standing"], SIDES[row["side"]]
    if moved:
        return "moved", "low" if row["change"].startswith("−") else "high"
    return "", ""


def _question(row: dict[Any, Any], asks: dict[str, str]) -> dict[str, str]:
    england = f" (England {row['england']})" * bool(row["england"])
    return {
        "measure": row["measure"],
        "label": words.capital(row["label"]),
        "figure": row["value"] + england,
        "question": asks["question"],
        "where": asks["where"],
    }
