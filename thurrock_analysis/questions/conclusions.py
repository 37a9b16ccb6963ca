"""The questions on the conclusions of the papers: which follow, which do not, and why."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Table
from thurrock_analysis.papers import claims
from thurrock_analysis.questions import citing

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
    [133, 16, 13, 3, 128]
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
    return listed(report, claims.INCONSISTENT, "Conclusions that do not follow", "By hand: ")


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
    caption = "Forecasts and promises that did not come true"
    doubt = "When it was written such a sentence contradicted nothing."
    return listed(report, claims.MISSED, caption, "What came: ", doubt)


@question
def on_another_base(report: Report) -> Finding:
    """List the claims that follow only on another base, and name it.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    caption = "Conclusions that follow once a base is named that the text does not name"
    return listed(report, claims.OTHER_BASE, caption, "On another base: ")


@question
def unchecked(report: Report) -> Finding:
    """List the claims that nothing held can check, and what would be needed.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    caption = "Conclusions that neither the documents nor the published statistics can check"
    doubt = (
        "What cannot be checked here need not be unfounded: inspectors read case files, and "
        "managers know records, that nobody publishes."
    )
    return listed(report, claims.UNCHECKED, caption, doubt=doubt)


@question
def consistent(report: Report) -> Finding:
    """List the claims that follow as printed.

    Returns
    -------
    Finding
        Its table is that of `inconsistent`.
    """
    rows = with_verdict(report, claims.CONSISTENT)
    doubt = (
        "Mere sums among them, or figures that agree with the same figure elsewhere: "
        f"{int(rows['kind'].isin(PLAIN).sum())}."
    )
    return listed(
        report, claims.CONSISTENT, "Conclusions that follow as printed", "By hand: ", doubt
    )


def listed(report: Report, verdict: str, caption: str, leads: str = "", doubt: str = "") -> Finding:
    """Answer with the claims of one verdict, and in words with the most consequential of them.

    ``leads`` leads to the line of its working that decides.
    """
    rows = with_verdict(report, verdict)
    first, weighty = rows.iloc[0], int(rows["consequence"].eq(WEIGHTY).sum())
    line = first["sentence"].splitlines()[1 if verdict == claims.OTHER_BASE else 0]
    shown, rest = by_weight(rows, caption)
    return Finding(
        f"{caption}: {len(rows)}; such that a decision could rest on them: {weighty}. "
        f"The most consequential: {citing.read_as(first)} {leads}{line}",
        shown=shown,
        doubt=doubt,
        rest=rest,
    )


def by_weight(rows: pd.DataFrame, caption: str) -> tuple[Table, Table]:
    """Return a table of the claims that a decision could rest on, if any, and one of the rest."""
    weighty = rows["consequence"].eq(WEIGHTY)
    if not weighty.any():
        return table_of(rows, caption), Table()
    count = words.counted(int((~weighty).sum()), "conclusion")
    return (
        table_of(rows[weighty], f"{caption}: those that a decision could rest on"),
        table_of(rows[~weighty], f"The others: {count} of less consequence"),
    )


def with_verdict(report: Report, verdict: str) -> pd.DataFrame:
    """Return the claims with one verdict, the most consequential first."""
    checked = checked_of(report)
    rows = checked[checked["verdict"] == verdict]
    if rows.empty:
        raise NotHeldError(f"No conclusion on {report.area.spoken} has the verdict {verdict!r}.")
    return rows


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


def table_of(rows: pd.DataFrame, caption: str) -> Table:
    """Tell claims in a table: as read and as printed, the working, where each stands."""
    frame = pd.DataFrame(
        {
            "statement": rows["statement"] + "\n" + rows["quotation"].map(citing.quoted),
            "working": rows["sentence"],
            "place": [citing.spelled(citing.place(row)) for row in rows.to_dict("records")],
        }
    )
    heads = {"statement": "Statement, and the words it stands for", "working": "By hand"}
    return Table(frame.reset_index(drop=True), caption, heads | {"place": "Where"})
