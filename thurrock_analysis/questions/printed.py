"""What papers print: how many figures, and those of dates for which nothing is published."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.findings.view import named
from thurrock_analysis.papers import facts
from thurrock_analysis.questions import citing
from thurrock_analysis.record import dictionary, measures, releases, tidy


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
    documents = citing.named(report, rows["release"])
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
        "Where": citing.spelled(row.source),
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


@question
def transcribed(report: Report) -> Finding:
    """Say how many facts each document prints, how many are lost, and how many are undated.

    Returns
    -------
    Finding
        Its table has a row a document, with the number of its facts.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> transcribed(open_report("Thurrock")).table["facts"].sum()
    np.int64(445)
    """
    known = citing.held_documents(report)
    rows = dictionary.read("facts")
    rows = rows[rows["document"].isin(known)]
    lost = rows["qualifier"].eq(facts.LOST)
    undated = rows["period_end"].eq("") & rows["period_start"].eq("") & ~lost
    recovered = rows["gap"].ne("") & ~lost
    told = releases.calendar().loc[known]
    counts = {
        "facts": rows.groupby("document").size(),
        "lost": lost.groupby(rows["document"]).sum(),
    }
    table = pd.DataFrame(counts).reindex(known, fill_value=0).reset_index(drop=True)
    table.insert(0, "document", [f"{code}: {citing.called(code)}" for code in known])
    table.insert(1, "what", [f"{row.title}, out {out_on(row)}" for row in told.itertuples()])
    return Finding(
        f"{words.counted(len(rows), 'figure')} and dates were noted from "
        f"{words.counted(len(known), 'document')}, each with its line or page. "
        f"{int(recovered.sum())} of them are missing from the text at hand and were read in the "
        f"complete report, {int(lost.sum())} can be read nowhere, and {int(undated.sum())} are "
        "printed without a date.",
        shown=Table(
            table,
            "The documents, and how many figures were noted from each",
            {"document": "Document", "what": "What it is", "facts": "Figures and dates",
             "lost": "Not readable"},
        ),
        doubt="Lines count those of the document's text, empty ones too; a page is that of the "
        "complete report. A number that is wrongly read makes a claim wrongly judged: the words "
        "beside each fact in the data are there to be compared with the document.",
    )  # fmt: skip


def out_on(row: object) -> str:
    """Write the day on which a document came out, or by which it must have."""
    day = words.day(row.first_published, short=True)  # type: ignore[attr-defined]
    return f"on {day}" if row.date_status == "stated" else f"by {day}"  # type: ignore[attr-defined]
