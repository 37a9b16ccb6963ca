"""What a document printed, beside the published figure that comes nearest, then and afterwards."""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.papers import references
from thurrock_analysis.record import dictionary, measures
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
    """Set facts beside what was published when they were told, and what came of them."""
    pairs = facts.merge(dictionary.read("counterparts"), on="fact", suffixes=("", "_published"))
    before, since = series(then), series(now)
    rows = []
    for pair in pairs.to_dict("records"):
        name, at = references.named(pair["measure_published"]), pair["period_end"] or day
        known, newer = before.get(name, []), since.get(name, [])
        after = [one for one in newer if one.end >= pd.Timestamp(at)]
        ends = {"then": known[-1:], "after": after[:1], "newest": newer[-1:]}
        rows.append(pair | {when: one[0] if one else None for when, one in ends.items()})
    return pd.DataFrame(rows, columns=[*pairs.columns, "then", "after", "newest"])


def series(figures: pd.DataFrame) -> dict[references.Series, list[Published]]:
    """Return the numbers of each measure and group, oldest first."""
    numbers = figures[figures["value"].notna()].sort_values("period_end", kind="stable")
    names = zip(*(numbers[label] for label in ("measure", "breakdown", "group")), strict=True)
    found: dict[references.Series, list[Published]] = {}
    for name, value, end in zip(names, numbers["value"], numbers["period_end"], strict=True):
        found.setdefault(name, []).append(Published(measures.get(name[0]), value, end))
    return found
