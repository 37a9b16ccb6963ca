"""Timescales as plans print them, read as dates with the rule that was used."""

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError

MONTHS = [month[:3].lower() for month in words.MONTHS]
POINT = re.compile(
    r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<short>\d{2})"
    rf"|(?P<month>{'|'.join(MONTHS)})[a-z]*(?:\W{{0,3}}(?P<year>\d{{4}}|\d{{2}})\b)?",
    re.IGNORECASE,
)
CENTURY = 2000


@dataclass(frozen=True)
class Timescale:
    """When something was to be done, in ISO dates or ``""``, and how the words became dates."""

    start: str
    due: str
    rule: str


def read(text: str, counts_from: str) -> Timescale:
    """Read a timescale as printed; ``counts_from`` is the day that "immediate" means.

    >>> read("By 27.10.12", "2012-07-27")
    Timescale(start='', due='2012-10-27', rule='the day')
    >>> [read(text, "2016-05-24").rule for text in ("June - Dec 16", "Sept 16 & June 16", "Aug-16")]
    ['a span: its last day', 'several dates: the latest', 'a month: its last day']
    """
    found = list(POINT.finditer(text))
    if not found:
        return without_date(text, counts_from)
    try:
        points = dated(found)
    except ValueError:
        raise unreadable(text) from None
    start, due = points[0][0], points[-1][1]
    if len(points) == 1:
        rule = "the day" if start == due else "a month: its last day"
        return Timescale("", due.isoformat(), rule)
    between = text[found[0].end() : found[-1].start()]
    if re.fullmatch(r"\s*[-–]\s*", between):
        return Timescale(start.isoformat(), due.isoformat(), "a span: its last day")
    latest = max(last for _, last in points)
    return Timescale("", latest.isoformat(), "several dates: the latest")


def without_date(text: str, counts_from: str) -> Timescale:
    """Read words without a date: immediate, ongoing, to be confirmed."""
    said = text.lower()
    if "immediate" in said:
        return Timescale("", counts_from, "immediate: the day from which the plan counts")
    if "ongoing" in said or "tbc" in said:
        return Timescale("", "", "none: ongoing or to be confirmed")
    raise unreadable(text)


def unreadable(text: str) -> ThurrockError:
    """Build the sentence for words that are no timescale."""
    return ThurrockError(
        f"the timescale {text!r} has no date that can be read: write it as printed, such as "
        "27.10.12, Aug-16, June - Dec 16, Immediate or Ongoing."
    )


def dated(found: list[re.Match[str]]) -> list[tuple[datetime.date, datetime.date]]:
    """Return the first and last day of each printed date; a bare month takes the year after it."""
    points: list[tuple[datetime.date, datetime.date]] = []
    year = 0
    for match in reversed(found):
        if match["day"]:
            year = CENTURY + int(match["short"])
            day = datetime.date(year, int(match["number"]), int(match["day"]))
            points.insert(0, (day, day))
        else:
            year = int(match["year"]) % CENTURY + CENTURY if match["year"] else year
            month = MONTHS.index(match["month"].lower()[:3]) + 1
            last = monthrange(year, month)[1]
            points.insert(0, (datetime.date(year, month, 1), datetime.date(year, month, last)))
    return points
