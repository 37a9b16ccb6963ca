"""What a document printed, beside the published figure that comes nearest, then and afterwards."""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.papers import references, schema
from thurrock_analysis.record import measures
from thurrock_analysis.record.measures import Measure

AHEAD = ("forecast", "target")
"""Qualifiers of what was not yet so."""


@dataclass(frozen=True)
class Published:
    """A published figure: its measure, its value, and the day on which its period ends."""

    measure: Measure
    value: float
    end: pd.Timestamp

    @property
    def text(self) -> str:
        """How it is written."""
        return words.figure(self.value, self.measure)


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
        One row a fact: its columns, those of its counterpart, and then, after and newest as
        `Published` or None. ``then`` is the newest figure published by the document's day,
        ``after`` that of the period which holds the fact's day or closes first after it.
    """
    pairs = facts.merge(schema.read("counterparts"), on="fact", suffixes=("", "_published"))
    rows = []
    for pair in pairs.to_dict("records"):
        name, at = pair["measure_published"], pd.Timestamp(pair["period_end"] or day)
        newer = series(now, name)
        rows.append(
            pair
            | {
                "then": published(series(then, name).tail(1), name),
                "after": published(newer[newer["period_end"] >= at].head(1), name),
                "newest": published(newer.tail(1), name),
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
    return rows.sort_values("period_end", kind="stable")


def published(rows: pd.DataFrame, name: str) -> Published | None:
    """Return a tidy row as a published figure, or None of no rows."""
    measure = measures.get(references.named(name)[0])
    for row in rows.itertuples():
        return Published(measure, row.value, row.period_end)
    return None
