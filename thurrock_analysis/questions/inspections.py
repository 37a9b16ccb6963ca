"""How inspectors judged an area, each time on the scale of the framework of the time."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.record import dictionary, inspections


@question
def road(report: Report) -> Finding:
    """Say how inspectors judged the area, each time on the scale of the framework of the time.

    Returns
    -------
    Finding
        Its table has the overall judgements, the newest last; those of single services and themes
        are in ``rest``.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> road(open_report("Medway")).table.iloc[-1].tolist()[:2]
    ['overall effectiveness', 'Good: 2 of 4']
    """
    rows = inspections.graded(report.area, report.as_at)
    if rows.empty:
        raise NotHeldError(f"No graded inspection of {report.area.spoken} is held by this date.")
    whole = rows["judgement"].str.contains(inspections.OVERALL)
    steps = [
        f"{row.grade}{subject(row.judgement)} ({dated_by(row)}{row.published[:4]})"
        for row in rows[whole].itertuples()
    ]
    frameworks = rows["framework"].nunique()
    apart = " Grades of different frameworks cannot be compared." * (frameworks > 1)
    return Finding(
        f"{report.area.name} was judged {words.listed(steps)}, "
        f"under {words.counted(frameworks, 'framework')} of inspection.{apart}",
        shown=graded(
            rows[whole],
            f"Overall judgements of {report.area.spoken}, newest last; 1 is the best grade",
        ),
        doubt="A focused visit has no grade. Inspections before 2018 are held only where a "
        "document prints them; one whose day it does not print was out by the day of that "
        "document.",
        rest=graded(rows[~whole], "The judgements of single services and themes"),
    )


def graded(rows: pd.DataFrame, caption: str) -> Table:
    """Return judgements as a table."""
    steps = dictionary.read("scales")["framework"].value_counts()
    of = rows["framework"].map(steps).astype("str")
    published = [dated_by(row) + words.day(row.published, short=True) for row in rows.itertuples()]
    frame = pd.DataFrame(
        {
            "judgement": rows["judgement"],
            "grade": rows["grade"] + ": " + rows["rank"] + " of " + of,
            "framework": rows["framework"],
            "published": published,
        }
    )
    return Table(
        frame.reset_index(drop=True), caption,
        {"judgement": "Judgement", "grade": "Grade", "framework": "Scale of",
         "published": "Published"},
    )  # fmt: skip


def dated_by(judgement: object) -> str:
    """Say "by" of a judgement that a paper tells without the day of the inspection."""
    return "" if judgement.start else "by "  # type: ignore[attr-defined]


def subject(judgement: str) -> str:
    """Say what an overall judgement is about, where the framework has several."""
    about = judgement.replace(inspections.OVERALL, "").strip(": ")
    return f" for {about}" if about else ""
