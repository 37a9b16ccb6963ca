"""Which measures would show that a recommendation worked, and which have none anywhere."""

import pandas as pd

from thurrock_analysis.papers import actions, checks, documents
from thurrock_analysis.record import measures

COLUMNS = ["recommendation", "measure", "printed", "needed"]


def read() -> pd.DataFrame:
    """Read the measures of each recommendation.

    Returns
    -------
    DataFrame of str
        One row a recommendation and measure: recommendation, measure (``""`` where none is
        published), printed (facts of the paper that reported back) and needed (what would have
        to be counted).

    Raises
    ------
    ThurrockError
        A recommendation, measure or fact is unknown, or neither a measure nor what would be
        needed is named.
    """
    path = documents.file("outcomes")
    rows = checks.read(path, COLUMNS)
    known = actions.recommendations()["recommendation"]
    facts = set(documents.facts()["fact"])
    faults = {
        "recommendation": (
            ~rows["recommendation"].isin(known),
            "recommendations.csv has no such",
        ),
        "measure": (
            rows["measure"].ne("") & ~rows["measure"].isin(measures.table().index),
            "measures.csv has no such measure",
        ),
        "printed": (
            ~rows["printed"].map(lambda text: set(text.split()) <= facts),
            "no file of facts has it",
        ),
        "needed": (
            rows["measure"].eq("") & rows["needed"].eq(""),
            "say what would have to be counted",
        ),
    }
    checks.refuse_any(rows, faults, path)
    return rows
