"""What a document printed, beside the published figure that comes nearest, then and afterwards."""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.papers import checks, documents, references
from thurrock_analysis.record import measures, tidy

COLUMNS = ["fact", "measure", "definition", "differs"]
DEFINITIONS = ("same", "near", "other")
AHEAD = ("forecast", "target")
"""Qualifiers of what was not yet so."""


@dataclass(frozen=True)
class Published:
    """A published figure: its value, the day its period ends, and how both are written."""

    value: float
    end: pd.Timestamp
    text: str


def read() -> pd.DataFrame:
    """Read which published measure a fact has for a counterpart.

    Returns
    -------
    DataFrame of str
        Columns fact, measure (with a group where it is one), definition (same, near or other)
        and differs, what is different.

    Raises
    ------
    ThurrockError
        A fact or measure is unknown, or a difference is not explained.
    """
    path = documents.file("counterparts")
    rows = checks.read(path, COLUMNS)
    facts = documents.facts()["fact"]
    known = rows["measure"].map(lambda text: text.split("[")[0]).isin(measures.table().index)
    silent = rows["definition"].ne("same") & rows["differs"].eq("")
    faults = {
        "fact": (~rows["fact"].isin(facts), "no file of facts has it"),
        "measure": (~known, "measures.csv has no such measure"),
        "definition": (~rows["definition"].isin(DEFINITIONS), "same, near or other is needed"),
        "differs": (silent, "say what is different"),
    }
    checks.refuse_any(rows, faults, path)
    return rows


def beside(facts: pd.DataFrame, then: pd.DataFrame, now: pd.DataFrame, day: str) -> pd.DataFrame:
    """Set facts beside what was published when they were told, and what came of them.

    Parameters
    ----------
    facts : DataFrame of str
        Facts of one document and area; those without a counterpart are left out.
    then, now : DataFrame
        Published figures of the area as known when the document came out, and as known now.
    day : str
        ISO date that a fact without a date of its own is taken for.

    Returns
    -------
    DataFrame
        One row a fact: its columns, those of `read`, and then, after and newest as `Published` or
        None. ``then`` is the newest figure published by the document's day, ``after`` that of
        the period which holds the fact's day or closes first after it.
    """
    pairs = facts.merge(read(), on="fact", suffixes=("", "_published"))
    rows = []
    for pair in pairs.to_dict("records"):
        at = pd.Timestamp(pair["period_end"] or day)
        known = series(then, pair["measure_published"])
        all_now = series(now, pair["measure_published"])
        rows.append(
            pair
            | {
                "then": last(known, pair["measure_published"]),
                "after": first(all_now[all_now["period_end"] >= at], pair["measure_published"]),
                "newest": last(all_now, pair["measure_published"]),
            }
        )
    return pd.DataFrame(rows, columns=[*pairs.columns, "then", "after", "newest"])


def series(figures: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the numbers of a measure and group, oldest first."""
    measure, breakdown, group = references.named(name)
    rows = figures[
        figures["measure"].eq(measure)
        & figures["breakdown"].eq(breakdown)
        & figures["group"].eq(group)
        & figures["value"].notna()
    ]
    return tidy.conform(rows).sort_values("period_end", ignore_index=True)


def first(rows: pd.DataFrame, name: str) -> Published | None:
    """Return the earliest of some figures."""
    return published(rows.iloc[0], name) if len(rows) else None


def last(rows: pd.DataFrame, name: str) -> Published | None:
    """Return the latest of some figures."""
    return published(rows.iloc[-1], name) if len(rows) else None


def published(row: pd.Series, name: str) -> Published:
    """Return a tidy row as a published figure."""
    measure = measures.get(references.named(name)[0])
    return Published(
        float(row["value"]), row["period_end"], words.figure(float(row["value"]), measure)
    )
