"""What computations work on: exact numbers with the text that a reader sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.record import measures

DATE = "date"
"""The unit of a day."""
SIGNS = {"percent": "%", "days": " days"}
"""What is written after a number of these units."""


@dataclass(frozen=True)
class Figure:
    """An exact number, a day its ordinal, with the text and the period as a reader sees them."""

    value: Fraction
    text: str
    unit: str = ""
    when: str = ""

    @property
    def dated(self) -> str:
        """The text with its month, for figures that are set beside others of another time."""
        if not self.when:
            return self.text
        noted = self.text.endswith(")")
        return f"{self.text[:-1]}, {self.when})" if noted else f"{self.text} ({self.when})"


Field = Mapping[str, Figure]
"""A figure or grade of each of several areas, by ONS code."""
Input = Figure | Field


def day(text: str) -> Figure:
    """Return an ISO date as a figure.

    >>> day("2012-10-27").text
    '27 October 2012'
    """
    return Figure(Fraction(pd.Timestamp(text).toordinal()), words.day(text), DATE)


def printed(row: Mapping[str, str]) -> Figure:
    """Return a transcribed fact as a figure.

    >>> printed({"value": "2423", "unit": "children", "period_start": "", "period_end": ""}).text
    '2,423'
    """
    if row["unit"] == DATE:
        return day(row["period_end"] or row["period_start"])
    text = thousands(row["value"]) + SIGNS.get(row["unit"], "")
    when = span(row["period_start"], row["period_end"])
    return Figure(Fraction(row["value"]), text, row["unit"], when)


def published(value: float, measure: str, when: str = "", note: str = "") -> Figure:
    """Return a published value as a figure with the decimals of its measure.

    >>> published(16.04, "re_referral_percent", note="England").text
    '16.0% (England)'
    """
    entry = measures.get(measure)
    text = words.number(value, entry.decimals)
    shown = text + SIGNS.get(entry.unit, "") + f" ({note})" * bool(note)
    return Figure(Fraction(text.replace(",", "")), shown, entry.unit, when)


def span(start: str, end: str) -> str:
    """Say when a printed period was: by its last month, a calendar year or several by the year.

    >>> span("2015-01-01", "2015-12-31"), span("2012-04-01", "2015-03-31"), span("", "2016-02-22")
    ('2015', '2012-15', 'Feb 2016')
    """
    if not end:
        return ""
    first, last = (pd.Timestamp(start) if start else None), pd.Timestamp(end)
    if first is not None and last > first + pd.DateOffset(years=1):
        return f"{first.year}-{last:%y}"
    whole = first is not None and first.is_year_start and last.is_year_end
    return f"{last.year}" if whole else words.month(last, short=True)


def thousands(text: str) -> str:
    """Separate the thousands of a printed number.

    >>> thousands("40093"), thousands("63.72"), thousands("-17")
    ('40,093', '63.72', '−17')
    """
    return f"{Decimal(text):,}".replace("-", "−")
