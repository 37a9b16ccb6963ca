"""How inspectors judged the services of an authority, each time on the scale of the framework."""

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.areas import Area

OVERALL = "overall effectiveness"


def graded(area: Area, as_at: str) -> pd.DataFrame:
    """Return the judgements of an area that had been published by an ISO date, the newest last."""
    rows = dictionary.read("judgements")
    known = rows["area"].eq(area.code) & rows["grade"].ne("")
    known &= rows["published"].between("1", as_at)
    return rows[known].sort_values("published", kind="stable")


def marked(area: Area, as_at: str) -> list[tuple[pd.Timestamp, str]]:
    """Return the last day of each inspection of an area's services as a whole, and its grades.

    One whose day is not known, as of those that a paper of 2012 lists, is left out.

    >>> from thurrock_analysis.record import areas
    >>> marked(areas.find("Thurrock"), "2018-03-31")[1]
    (Timestamp('2016-03-17 00:00:00'), 'Inspection: requires improvement')
    """
    rows = graded(area, as_at)
    rows = rows[rows["judgement"].str.contains(OVERALL) & rows["start"].ne("")]
    last = rows["end"].where(rows["end"].ne(""), rows["start"])
    return [
        (day_of(text), f"Inspection: {' and '.join(dict.fromkeys(map(short, grades)))}")
        for text, grades in rows["grade"].groupby(last)
    ]


def day_of(text: str) -> pd.Timestamp:
    """Return an ISO day, or the last day of a month.

    >>> day_of("2012-06"), day_of("2012-06-29")
    (Timestamp('2012-06-30 00:00:00'), Timestamp('2012-06-29 00:00:00'))
    """
    day = pd.Timestamp(text)
    return day if text.count("-") > 1 else day + pd.offsets.MonthEnd(0)


def short(grade: str) -> str:
    """Tell a grade in a word or two."""
    return grade.lower().removesuffix(" to be good")
