"""The questions on the conclusions of the papers: which follow, which do not, and why."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.papers import claims, facts
from thurrock_analysis.questions import citing
from thurrock_analysis.record import dictionary, releases

WEIGHTY = "3"
PLAIN = ("sum", "cross-document")
"""Kinds of claims that draw no conclusion of their own: parts add up, two places agree."""
SHOWN = {
    claims.CONSISTENT: "Follow as printed",
    claims.OTHER_BASE: "Only on another base",
    claims.INCONSISTENT: "Do not follow",
    claims.MISSED: "Did not come true",
    claims.UNCHECKED: "Cannot be checked",
}
MOST = 5
"""Claims shown in a report on a subject; all are in the report on the documents."""


@question
def verdicts(report: Report) -> Finding:
    """Say how many claims of the documents follow from the figures they name.

    Returns
    -------
    Finding
        Its table has a row a document and a column a verdict.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> verdicts(open_report("Thurrock")).table.set_index("document").sum().tolist()
    [133, 17, 13, 3, 127]
    """
    checked = checked_of(report)
    found = claims.counts(checked)
    weighty = claims.counts(checked[checked["consequence"] == WEIGHTY])
    decided = {verdict: count for verdict, count in found.items() if verdict != claims.UNCHECKED}
    codes = [code for code in citing.held_documents(report) if code in set(checked["document"])]
    by_subject = by_verdict(checked, "subject")
    amiss = by_subject[claims.INCONSISTENT] + by_subject[claims.OTHER_BASE]
    table = by_verdict(checked, "document").loc[codes].reset_index()
    table["document"] = [f"{code}: {citing.called(code)}" for code in codes]
    return Finding(
        f"Conclusions drawn by {words.counted(len(codes), 'document')} of {citing.years(codes)}: "
        f"{len(checked)}; no newer paper is checked. A decision could rest on "
        f"{sum(weighty.values())} of them: {spread(weighty)}. Of all: {spread(found)}.",
        shown=Table(
            table, "Conclusions of each document by verdict", {"document": "Document"} | SHOWN
        ),
        doubt="A verdict is about the arithmetic and the words, not about the work: a conclusion "
        "that does not follow can still be true, and one that follows can rest on a wrong figure. "
        "Which conclusions a decision could rest on was judged by hand: those by which a reader "
        "could decide wrongly. More on the documents: [Which documents?](#Which-documents?)",
        chart=Chart(
            charts.ranked_bars,
            pd.DataFrame({"group": amiss.index, "value": amiss.astype(float), "status": ""}),
            "group",
            headline=f"Of {sum(decided.values())} conclusions that can be checked "
            f"{spread(decided)}",
            subtitle="Conclusions that follow only on another base, or do not follow, by subject",
            source=citing.named(report, checked["document"]),
        ),
    )


def by_verdict(checked: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count the claims of each subject or document by verdict."""
    counts = checked.groupby(column)["verdict"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(claims.VERDICTS), fill_value=0)
    return counts.rename_axis(columns=None)


def spread(found: dict[str, int]) -> str:
    """Say how many conclusions have each verdict that any has."""
    return words.listed(
        f"{number} {SHOWN[verdict].lower()}" for verdict, number in found.items() if number
    )


@question
def inconsistent(report: Report) -> Finding:
    """List the claims that do not follow, the most consequential first.

    Returns
    -------
    Finding
        Its table has a row a claim: as read and as printed, the working, and where it stands.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> inconsistent(open_report("Thurrock")).sentence[:33]
    'Conclusions that do not follow: 1'
    """
    rows = with_verdict(report, claims.INCONSISTENT)
    first = rows.iloc[0]
    sentence = (
        f"Conclusions that do not follow: {len(rows)}. The most consequential: "
        f"{citing.read_as(first)} By hand: {first['sentence'].splitlines()[0]}"
    )
    return listing(rows, sentence, "Conclusions that do not follow from the figures")


@question
def did_not_come_true(report: Report) -> Finding:
    """List the forecasts and promises that what came later did not bear out.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> did_not_come_true(open_report("Thurrock")).sentence[:48]
    'Forecasts and promises that did not come true: 3'
    """
    rows = with_verdict(report, claims.MISSED)
    first = rows.iloc[0]
    sentence = (
        f"Forecasts and promises that did not come true: {len(rows)}. The most consequential: "
        f"{citing.read_as(first)} What came: {first['sentence'].splitlines()[0]}"
    )
    return listing(
        rows, sentence, "Forecasts and promises that did not come true",
        "When it was written such a sentence contradicted nothing.",
    )  # fmt: skip


@question
def on_another_base(report: Report) -> Finding:
    """List the claims that follow only on another base, and name it.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    rows = with_verdict(report, claims.OTHER_BASE)
    first = rows.iloc[0]
    sentence = (
        f"Conclusions that follow once a base is named that the text does not name: {len(rows)}. "
        f"The most consequential: {citing.read_as(first)} On another base: "
        f"{first['sentence'].splitlines()[1]}"
    )
    return listing(rows, sentence, "Conclusions that follow on another base")


@question
def unchecked(report: Report) -> Finding:
    """List the claims that nothing held can check, and what would be needed.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    rows = with_verdict(report, claims.UNCHECKED)
    weighty = int(rows["consequence"].eq(WEIGHTY).sum())
    sentence = (
        "Conclusions that neither the documents nor the published statistics can check: "
        f"{len(rows)}; such that a decision could rest on them: {weighty}. For each it is said "
        "what to ask for."
    )
    return listing(
        rows, sentence, "Conclusions that cannot be checked, and what is missing",
        "What cannot be checked here need not be unfounded: inspectors read case files, and "
        "managers know records, that nobody publishes.",
    )  # fmt: skip


@question
def consistent(report: Report) -> Finding:
    """List the claims that follow as printed.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    rows = with_verdict(report, claims.CONSISTENT)
    sentence = (
        f"Conclusions that follow as printed: {len(rows)}; mere sums among them, or figures that "
        f"agree with the same figure elsewhere: {int(rows['kind'].isin(PLAIN).sum())}."
    )
    return listing(rows, sentence, "Conclusions that follow as printed")


@question
def concerning(report: Report, subject: str) -> Finding:
    """Say what became of the claims on one subject, and link to them.

    Parameters
    ----------
    subject : str
        As in ``claims.csv``: ``"demand"``, ``"placements"``, ``"adoption"``, ``"workforce"``.

    Returns
    -------
    Finding
        Its table has the most consequential of those that do not follow as printed.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> concerning(open_report("Thurrock"), "adoption").sentence[:50]
    'The documents on Thurrock draw 26 conclusions on a'
    """
    checked = checked_of(report)
    rows = checked[checked["subject"] == subject]
    if rows.empty:
        raise NotHeldError(f"No document on {report.area.spoken} draws a conclusion on {subject}.")
    amiss = rows[rows["verdict"].isin([claims.INCONSISTENT, claims.MISSED, claims.OTHER_BASE])]
    caption = (
        f"Conclusions on {subject} that do not follow as printed, the most consequential first"
    )
    return Finding(
        f"The documents on {report.area.spoken} draw {words.counted(len(rows), 'conclusion')} on "
        f"{subject}: {spread(claims.counts(rows))}. All are in "
        "[the documents as evidence](evidence.ipynb#Do-the-conclusions-follow?).",
        shown=table_of(amiss.head(MOST), caption),
    )


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


def print_verdicts(report: Report) -> None:
    """Print the number of claims with each verdict: what a regression test compares."""
    try:
        checked = checked_of(report)
    except NotHeldError as gap:
        print(gap)
        return
    for verdict, count in claims.counts(checked).items():
        print(f"{verdict:24}{count:4}")
    for claim in checked[
        checked["verdict"].isin([claims.INCONSISTENT, claims.MISSED])
    ].itertuples():
        printed = claim.stated.partition("~")[0]
        print(f"{claim.claim:12} printed {printed:>16}  recomputed {claim.recomputed}")


def checked_of(report: Report) -> pd.DataFrame:
    """Return every claim on the report's area, checked at its date."""
    citing.held_documents(report)
    return claims.check_all(report.area, report.as_at)


def with_verdict(report: Report, verdict: str) -> pd.DataFrame:
    """Return the claims with one verdict, the most consequential first."""
    checked = checked_of(report)
    rows = checked[checked["verdict"] == verdict]
    if rows.empty:
        raise NotHeldError(f"No conclusion on {report.area.spoken} has the verdict {verdict!r}.")
    return rows


def listing(rows: pd.DataFrame, sentence: str, caption: str, doubt: str = "") -> Finding:
    """Answer with a table of the claims that a decision could rest on; the others are folded."""
    weighty = rows["consequence"].eq(WEIGHTY)
    if not weighty.any():
        return Finding(sentence, shown=table_of(rows, caption), doubt=doubt)
    others = rows[~weighty]
    count = words.counted(len(others), "conclusion")
    return Finding(
        sentence,
        shown=table_of(rows[weighty], f"{caption}: those that a decision could rest on"),
        doubt=doubt,
        rest=table_of(others, f"The others: {count} of less consequence"),
    )


def table_of(rows: pd.DataFrame, caption: str) -> Table:
    """Tell claims in a table: as read and as printed, the working, where each stands."""
    frame = pd.DataFrame(
        {
            "statement": rows["statement"] + "\n" + rows["quotation"].map(citing.quoted),
            "working": rows["sentence"],
            "place": [citing.place(row) for row in rows.to_dict("records")],
        }
    )
    heads = {"statement": "Statement, and the words it stands for", "working": "By hand"}
    return Table(frame.reset_index(drop=True), caption, heads | {"place": "Where"})
