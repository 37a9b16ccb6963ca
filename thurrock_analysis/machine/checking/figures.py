"""What returns come to: a row a figure and a column a period, as the page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.indicators.yearly import yearly
from thurrock_analysis.record import dictionary, measures
from thurrock_analysis.returns.returns import Returns

NONE = "–"
PERIODS = 4
"""Columns of periods that a page has room for: the newest."""


@dataclass(frozen=True)
class Told:
    """Figures of returns, and why others cannot be computed."""

    figures: pd.DataFrame
    gaps: list[tuple[str, str]]

    def by_family(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the figures of each family as text, a row a measure and a column a period."""
        rows = dictionary.read("indicators").set_index("measure")
        figures = self.figures.assign(family=self.figures["measure"].map(rows["family"]))
        for family in rows["family"].unique():
            part = figures[figures["family"] == family]
            if len(part):
                yield str(family), _wide(part)


def told(returns: Returns) -> Told:
    """Compute every figure that the returns allow, of the years that they cover."""
    figures, gaps = yearly(returns)
    labels = measures.table()["label"]
    pairs = gaps.assign(label=gaps["measure"].map(labels).fillna(gaps["measure"]))
    by = pairs.groupby("gap", sort=False)["label"].agg(lambda found: words.listed(found.unique()))
    return Told(figures, [(words.capital(label), str(gap)) for gap, label in by.items()])


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    pooled = rows["basis"].eq("three-year").map({True: ", three years", False: ""})
    ends = sorted(rows["period_end"].unique())[-PERIODS:]
    recent = rows[rows["period_end"].isin(ends)]
    text = [
        written(value, measures.get(name), numerator, denominator)
        for value, name, numerator, denominator in recent[
            ["value", "measure", "numerator", "denominator"]
        ].itertuples(index=False)
    ]
    label = recent["measure"].map(measures.table()["label"]).map(words.capital) + pooled
    several = recent["area"].nunique() > 1
    shown = recent.assign(Figure=label, text=text, LA=recent["area"])
    index = ["LA", "Figure"] if several else ["Figure"]
    table = shown.pivot_table(
        index=index, columns="period_end", values="text", aggfunc="first", sort=False
    )
    table = table[sorted(table.columns)].fillna(NONE)
    table.columns = [words.day(end, short=True) for end in table.columns]
    return table.reset_index()


def written(value: float, measure: measures.Measure, over: float, under: float) -> str:
    """Write a figure with what it is made of: children before percentages.

    >>> written(9.06, measures.get("looked_after_three_placements_percent"), 25, 276)
    '25 of 276 (9%)'
    """
    if pd.isna(value):
        return NONE
    if measure.unit == "percent" and not pd.isna(under):
        share = words.number(value, measure.decimals)
        return f"{words.number(over)} of {words.number(under)} ({share}%)"
    return words.figure(value, measure)
