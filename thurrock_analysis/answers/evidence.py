"""The questions on the conclusions of the documents: which follow, which do not, and why."""

import pandas as pd
from matplotlib.figure import Figure

from thurrock_analysis import charts, words
from thurrock_analysis.answers import papers
from thurrock_analysis.evidence import claims, counterparts
from thurrock_analysis.loaders import documents
from thurrock_analysis.notebook import Answer, NotHeldError, Report

FOLLOW = "Do-the-conclusions-follow?"
FAIL = "Which-do-not?"
ELSEWHERE = "Which-hold-only-on-another-base?"
UNCHECKED = "What-cannot-be-checked?"
HOLD = "Which-hold?"
WHAT = "What-do-the-documents-print?"
CONCLUDE = "What-do-the-papers-conclude?"
WEIGHTY = "3"
MOST = 5
"""Claims shown in a report on a subject; all are in the report on the documents."""


def verdicts(report: Report) -> Answer:
    """Say how many claims of the documents follow from the figures they name."""
    checked = checked_of(report)
    found = claims.counts(checked)
    weighty = claims.counts(checked[checked["consequence"] == WEIGHTY])
    decided = len(checked) - found[claims.UNCHECKED]
    sentence = (
        f"Of {len(checked)} conclusions drawn from figures by "
        f"{papers.named(report, checked['document'])}, {decided} can be checked: "
        f"{found[claims.CONSISTENT]} follow as printed, "
        f"{found[claims.OTHER_BASE]} follow only on another base, and "
        f"{found[claims.INCONSISTENT]} do not follow. Of the "
        f"{sum(weighty.values())} that a decision could rest on, {weighty[claims.INCONSISTENT]} do "
        f"not follow and {weighty[claims.UNCHECKED]} cannot be checked."
    )
    headline = (
        f"{found[claims.CONSISTENT]} of {decided} conclusions that can be checked follow as printed"
    )
    by_subject = checked.groupby("subject")["verdict"].value_counts().unstack(fill_value=0)
    by_subject = by_subject.reindex(columns=list(claims.VERDICTS), fill_value=0)
    chart, alt = verdict_chart(by_subject, headline, papers.named(report, checked["document"]))
    table = by_subject.sort_values(claims.INCONSISTENT, ascending=False).astype("str")
    table = table.rename(columns=str.capitalize).rename_axis(columns=None)
    return Answer(
        FOLLOW,
        headline,
        sentence,
        papers.nothing(report),
        table.reset_index(names="Subject"),
        "Conclusions by subject and verdict",
        "A verdict is about the arithmetic and the words, not about the work: a conclusion that "
        "does not follow can still be true, and one that follows can rest on a wrong figure. "
        f"Below, {legend(report)}.",
        chart,
        alt,
    )


def legend(report: Report) -> str:
    """Say what the codes of the documents stand for."""
    known = papers.held_documents(report)
    return words.listed(f"{code} is {papers.called(code)}" for code in known)


def verdict_chart(counts: pd.DataFrame, headline: str, source: str) -> tuple[Figure, str]:
    """Draw how many conclusions of each subject do not follow as printed, and describe it."""
    amiss = counts[claims.INCONSISTENT] + counts[claims.OTHER_BASE]
    rows = pd.DataFrame({"group": amiss.index, "value": amiss.astype(float), "status": ""})
    what = "Conclusions that do not follow as printed, by subject"
    chart = charts.ranked_bars(rows, label="group", headline=headline, subtitle=what, source=source)
    return chart, charts.alt_for_bars(rows, label="group", what=what)


def inconsistent(report: Report) -> Answer:
    """List the claims that do not follow, the most consequential first."""
    rows = with_verdict(report, claims.INCONSISTENT)
    first = rows.iloc[0]
    working = first["sentence"].splitlines()[0]
    sentence = (
        f"The most consequential of {len(rows)}: {papers.quoted(first['statement'])} "
        f"({papers.place(first)}). By hand: {working}"
    )
    return listing(report, FAIL, rows, sentence, "Conclusions that do not follow from the figures")


def on_another_base(report: Report) -> Answer:
    """List the claims that follow only on another base, and name it."""
    rows = with_verdict(report, claims.OTHER_BASE)
    first = rows.iloc[0]
    sentence = (
        f"{papers.counted(len(rows), 'conclusion')} hold once the base is named that the text "
        f"does not name. The most consequential: {papers.quoted(first['statement'])} "
        f"({papers.place(first)}), on this base: {first['base']}."
    )
    return listing(report, ELSEWHERE, rows, sentence, "Conclusions that follow on another base")


def unchecked(report: Report) -> Answer:
    """List the claims that nothing held can check, and what would be needed."""
    rows = with_verdict(report, claims.UNCHECKED)
    weighty = int(rows["consequence"].eq(WEIGHTY).sum())
    sentence = (
        f"{papers.counted(len(rows), 'conclusion')} cannot be checked from what is held, "
        f"{weighty} of them such that a decision could rest on them. The table says for each "
        "what would be needed."
    )
    return listing(
        report, UNCHECKED, rows, sentence, "Conclusions that cannot be checked, and what is missing"
    )


def consistent(report: Report) -> Answer:
    """List the claims that follow as printed."""
    rows = with_verdict(report, claims.CONSISTENT)
    sentence = (
        f"{papers.counted(len(rows), 'conclusion')} follow as printed; each with its working, so "
        "that it can be repeated."
    )
    return listing(report, HOLD, rows, sentence, "Conclusions that follow as printed")


def concerning(report: Report, subject: str) -> Answer:
    """Say what became of the claims on one subject, and link to them."""
    checked = checked_of(report)
    rows = checked[checked["subject"] == subject]
    if rows.empty:
        raise NotHeldError(f"No document on {report.area.name} draws a conclusion on {subject}.")
    found = claims.counts(rows)
    amiss = rows[rows["verdict"].isin([claims.INCONSISTENT, claims.OTHER_BASE])]
    sentence = (
        f"The documents on {report.area.name} draw {papers.counted(len(rows), 'conclusion')} on "
        f"{subject}: {found[claims.CONSISTENT]} follow as printed, {found[claims.OTHER_BASE]} only "
        f"on another base, {found[claims.INCONSISTENT]} do not, and {found[claims.UNCHECKED]} "
        f"cannot be checked. All are in [the documents as evidence](evidence.ipynb#{FOLLOW})."
    )
    return Answer(
        CONCLUDE,
        "",
        sentence,
        papers.nothing(report),
        table_of(amiss.head(MOST)),
        f"Conclusions on {subject} that do not follow as printed, the most consequential first",
    )


def transcribed(report: Report) -> Answer:
    """Say how many facts each document prints, how many are lost, and how many are undated."""
    known = papers.held_documents(report)
    rows = documents.facts()
    rows = rows[rows["document"].isin(known)]
    lost = rows["qualifier"].eq(documents.LOST)
    undated = rows["period_end"].eq("") & rows["period_start"].eq("") & ~lost
    recovered = rows["gap"].ne("") & ~lost
    sentence = (
        f"{papers.counted(len(rows), 'fact')} of {papers.counted(len(known), 'document')} on "
        f"{report.area.name} are held, each with the place where it stands. "
        f"{int(recovered.sum())} were lost from the text that is cited and stand in the complete "
        f"report. Lost altogether: {int(lost.sum())}. Printed without a date: {int(undated.sum())}."
    )
    by_document = rows.groupby("document")
    table = pd.DataFrame(
        {
            "Facts": by_document.size(),
            "Targets and forecasts": by_document["qualifier"].agg(
                lambda column: int(column.isin(counterparts.AHEAD).sum())
            ),
            "Recovered": recovered.groupby(rows["document"]).sum(),
            "Lost": lost.groupby(rows["document"]).sum(),
            "Without a date": undated.groupby(rows["document"]).sum(),
        }
    ).reindex(known)
    names = [f"{code}: {papers.called(code)}" for code in table.index]
    return Answer(
        WHAT,
        "",
        sentence,
        papers.nothing(report),
        table.fillna(0)
        .astype(int)
        .astype("str")
        .reset_index(drop=True)
        .assign(Document=names)[["Document", *table.columns]],
        "Facts transcribed",
        "A number that is wrongly read makes a claim wrongly judged: the words beside each fact in "
        "the data are there to be compared with the document.",
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
    for claim in checked[checked["verdict"] == claims.INCONSISTENT].itertuples():
        print(f"{claim.claim:12} printed {claim.stated:>16}  recomputed {claim.recomputed}")


def checked_of(report: Report) -> pd.DataFrame:
    """Return every claim on the report's area, checked at its date."""
    papers.held_documents(report)
    return claims.check_all(report.area, report.as_at)


def with_verdict(report: Report, verdict: str) -> pd.DataFrame:
    """Return the claims with one verdict, the most consequential first."""
    checked = checked_of(report)
    rows = checked[checked["verdict"] == verdict]
    if rows.empty:
        raise NotHeldError(f"No conclusion on {report.area.name} has the verdict {verdict!r}.")
    return rows


def listing(report: Report, anchor: str, rows: pd.DataFrame, sentence: str, caption: str) -> Answer:
    """Answer with a table of claims."""
    return Answer(anchor, "", sentence, papers.nothing(report), table_of(rows), caption)


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Write claims as a table of text: the statement, its working, where it stands."""
    return pd.DataFrame(
        {
            "Statement": rows["statement"].to_list(),
            "By hand": rows["sentence"].to_list(),
            "Where": [papers.place(row) for row in rows.to_dict("records")],
        }
    )
