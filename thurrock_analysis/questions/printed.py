"""The figures that papers print of dates for which nothing is published."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.findings.view import named
from thurrock_analysis.papers import facts
from thurrock_analysis.record import measures, tidy


@question
def beside_published(report: Report, *names: str) -> Finding:
    """Set what papers and inspection reports printed beside what the publisher did.

    Parameters
    ----------
    *names : str
        Measures or groups of measures.

    Returns
    -------
    Finding
        Its table has a row a printed figure: as printed, where, and the publisher's of the
        reporting year-end before.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> len(beside_published(open_report("Thurrock"), "printed").table)
    21
    """
    rows = facts.printed(report.area, report.as_at)
    rows = rows[rows["measure"].isin(named(*names))].sort_values(["measure", "period_end"])
    if rows.empty:
        sentence = f"No committee paper or inspection report on {report.area.spoken} is held."
        return Finding(sentence, key=False)
    documents = words.listed(sorted(rows["release"].unique()))
    return Finding(
        f"{words.number(len(rows))} figures printed in {documents} are of dates for which nothing "
        "is published; contacts are published nowhere.",
        rows,
        Table(
            pd.DataFrame([printed_row(report, row) for row in rows.itertuples()]),
            "Figures printed in papers",
        ),
        key=False,
    )


def printed_row(report: Report, row: pd.Series) -> dict[str, str]:
    """Write one printed figure, of all or of a group, beside the publisher's of the same."""
    measure = measures.get(row.measure)
    group = "" if row.group == tidy.ALL else f", {row.group}"
    return {
        "Measure": measure.label + group,
        "Date": f"{row.period_end.day} {row.period_end:%b %Y}",
        "Printed": words.as_printed(row.value, measure),
        "Where": row.source,
        "31 March before": published_near(report, row),
    }


def published_near(report: Report, row: pd.Series) -> str:
    """Return the publisher's figure of the reporting year-end before a date, of the same group."""
    known = report.own(row.measure, breakdown=row.breakdown)
    known = known[known["group"].eq(row.group) & known["period_end"].le(row.period_end)]
    if known.empty:
        return "not published"
    last = known.loc[known["period_end"].idxmax()]
    measure = measures.get(row.measure)
    shown = last["status"] or words.figure(last["value"], measure)
    return f"{shown} ({words.period(last['period_end'], measure)})"
