"""The questions on the conclusions of the documents: which follow, which do not, and why."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.papers import claims, documents
from thurrock_analysis.questions import citing
from thurrock_analysis.record import releases

FOLLOW = "Do-the-conclusions-follow?"
WHICH = "Which-documents?"
FAIL = "Which-do-not-follow?"
ELSEWHERE = "Which-follow-only-on-another-base?"
UNCHECKED = "What-cannot-be-checked,-and-what-would-have-to-be-asked?"
HOLD = "Which-follow-as-printed?"
CONCLUDE = "What-do-the-papers-conclude?"
WEIGHTY = "3"
PLAIN = ("sum", "cross-document")
"""Kinds of claims that draw no conclusion of their own: parts add up, two places agree."""
AHEAD = ("forecast", "promise")
"""Kinds of claims on what was to come."""
SHOWN = {
    claims.CONSISTENT: "Follow as printed",
    claims.OTHER_BASE: "Only on another base",
    claims.INCONSISTENT: "Do not follow",
    claims.UNCHECKED: "Cannot be checked",
}
MOST = 5
"""Claims shown in a report on a subject; all are in the report on the documents."""


def verdicts(report: Report) -> Answer:
    """Say how many claims of the documents follow from the figures they name."""
    checked = checked_of(report)
    found = claims.counts(checked)
    weighty = claims.counts(checked[checked["consequence"] == WEIGHTY])
    decided = len(checked) - found[claims.UNCHECKED]
    codes = [code for code in citing.held_documents(report) if code in set(checked["document"])]
    sentence = (
        f"Conclusions drawn by {citing.counted(len(codes), 'document')} of "
        f"{citing.years(codes)}: {len(checked)}; no newer paper is checked. A decision could rest "
        f"on {sum(weighty.values())} of them: {spread(weighty)}. Of all: {spread(found)}."
    )
    headline = f"Of {decided} conclusions that can be checked {spread(checkable(found))}"
    source = citing.named(report, checked["document"])
    chart = verdict_chart(by_verdict(checked, "subject"), headline, source)
    table = by_verdict(checked, "document").loc[codes].astype("str").rename(columns=SHOWN)
    table.insert(0, "Document", [f"{code}: {citing.called(code)}" for code in codes])
    return Answer(
        FOLLOW,
        headline,
        sentence,
        citing.nothing(report),
        table.reset_index(drop=True),
        "Conclusions of each document by verdict",
        "A verdict is about the arithmetic and the words, not about the work: a conclusion that "
        "does not follow can still be true, and one that follows can rest on a wrong figure. Which "
        "conclusions a decision could rest on was judged by hand: those by which a reader could "
        f"decide wrongly. More on the documents: [Which documents?](#{WHICH})",
        chart,
    )


def by_verdict(checked: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count the claims of each subject or document by verdict."""
    counts = checked.groupby(column)["verdict"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(claims.VERDICTS), fill_value=0)
    return counts.rename_axis(columns=None)


def checkable(found: dict[str, int]) -> dict[str, int]:
    """Leave out what cannot be checked."""
    return {verdict: count for verdict, count in found.items() if verdict != claims.UNCHECKED}


def spread(found: dict[str, int]) -> str:
    """Say how many conclusions have each verdict."""
    return words.listed(f"{number} {SHOWN[verdict].lower()}" for verdict, number in found.items())


def verdict_chart(counts: pd.DataFrame, headline: str, source: str) -> charts.Drawing:
    """Draw how many conclusions of each subject do not follow as printed."""
    amiss = counts[claims.INCONSISTENT] + counts[claims.OTHER_BASE]
    rows = pd.DataFrame({"group": amiss.index, "value": amiss.astype(float), "status": ""})
    what = "Conclusions that follow only on another base, or do not follow, by subject"
    return charts.ranked_bars(rows, "group", headline=headline, subtitle=what, source=source)


def inconsistent(report: Report) -> Answer:
    """List the claims that do not follow, the most consequential first."""
    rows = with_verdict(report, claims.INCONSISTENT)
    first = rows.iloc[0]
    working = first["sentence"].splitlines()[0]
    sentence = (
        f"Conclusions that do not follow: {len(rows)}; forecasts and promises among them: "
        f"{int(rows['kind'].isin(AHEAD).sum())}. The most consequential: {citing.read_as(first)} "
        f"By hand: {working}"
    )
    return listing(report, FAIL, rows, sentence, "Conclusions that do not follow from the figures")


def on_another_base(report: Report) -> Answer:
    """List the claims that follow only on another base, and name it."""
    rows = with_verdict(report, claims.OTHER_BASE)
    first = rows.iloc[0]
    working = first["sentence"].splitlines()[1]
    sentence = (
        f"Conclusions that follow once a base is named that the text does not name: {len(rows)}. "
        f"The most consequential: {citing.read_as(first)} On another base: {working}"
    )
    return listing(report, ELSEWHERE, rows, sentence, "Conclusions that follow on another base")


def unchecked(report: Report) -> Answer:
    """List the claims that nothing held can check, and what would be needed."""
    rows = with_verdict(report, claims.UNCHECKED)
    weighty = int(rows["consequence"].eq(WEIGHTY).sum())
    sentence = (
        "Conclusions that neither the documents nor the published statistics can check: "
        f"{len(rows)}; such that a decision could rest on them: {weighty}. For each it is said "
        "what to ask for."
    )
    caption = "Conclusions that cannot be checked, and what is missing"
    return listing(
        report, UNCHECKED, rows, sentence, caption,
        "What cannot be checked here need not be unfounded: inspectors read case files, and "
        "managers know records, that nobody publishes.",
    )  # fmt: skip


def consistent(report: Report) -> Answer:
    """List the claims that follow as printed."""
    rows = with_verdict(report, claims.CONSISTENT)
    sentence = (
        f"Conclusions that follow as printed: {len(rows)}; mere sums among them, or figures that "
        f"agree with the same figure elsewhere: {int(rows['kind'].isin(PLAIN).sum())}."
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
        f"The documents on {report.area.name} draw {citing.counted(len(rows), 'conclusion')} on "
        f"{subject}: {spread(found)}. All are in "
        f"[the documents as evidence](evidence.ipynb#{FOLLOW})."
    )
    return Answer(
        CONCLUDE,
        "",
        sentence,
        citing.nothing(report),
        table_of(amiss.head(MOST)),
        f"Conclusions on {subject} that do not follow as printed, the most consequential first",
    )


def transcribed(report: Report) -> Answer:
    """Say how many facts each document prints, how many are lost, and how many are undated."""
    known = citing.held_documents(report)
    rows = documents.facts()
    rows = rows[rows["document"].isin(known)]
    lost = rows["qualifier"].eq(documents.LOST)
    undated = rows["period_end"].eq("") & rows["period_start"].eq("") & ~lost
    recovered = rows["gap"].ne("") & ~lost
    sentence = (
        f"{citing.counted(len(rows), 'figure')} and dates were noted from "
        f"{citing.counted(len(known), 'document')}, each with its line or page. "
        f"{int(recovered.sum())} of them are missing from the text at hand and were read in the "
        f"complete report, {int(lost.sum())} can be read nowhere, and {int(undated.sum())} are "
        "printed without a date."
    )
    table = pd.DataFrame(
        {
            "Figures and dates": rows.groupby("document").size(),
            "Not readable": lost.groupby(rows["document"]).sum(),
        }
    )
    table = table.reindex(known, fill_value=0).astype("str")
    told = releases.calendar().loc[known]
    names = {
        "Document": [f"{code}: {citing.called(code)}" for code in known],
        "What it is": [f"{row.title}, out {out_on(row)}" for row in told.itertuples()],
    }
    return Answer(
        WHICH,
        "",
        sentence,
        citing.nothing(report),
        pd.DataFrame(names).join(table.reset_index(drop=True)),
        "The documents, and how many figures were noted from each",
        "Lines count those of the document's text, empty ones too; a page is that of the complete "
        "report. A number that is wrongly read makes a claim wrongly judged: the words beside each "
        "fact in the data are there to be compared with the document.",
    )


def out_on(row: object) -> str:
    """Write the day on which a document came out, or by which it must have."""
    day = f"{row.first_published.day} {row.first_published:%b %Y}"  # type: ignore[attr-defined]
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
    for claim in checked[checked["verdict"] == claims.INCONSISTENT].itertuples():
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
        raise NotHeldError(f"No conclusion on {report.area.name} has the verdict {verdict!r}.")
    return rows


def listing(
    report: Report, anchor: str, rows: pd.DataFrame, sentence: str, caption: str, doubt: str = ""
) -> Answer:
    """Answer with a table of the claims that a decision could rest on; the others are folded."""
    weighty = rows["consequence"].eq(WEIGHTY)
    if not weighty.any():
        table = table_of(rows)
        return Answer(anchor, "", sentence, citing.nothing(report), table, caption, doubt)
    others = rows[~weighty]
    rest_caption = f"The others: {citing.counted(len(others), 'conclusion')} of less consequence"
    return Answer(
        anchor,
        "",
        sentence,
        citing.nothing(report),
        table_of(rows[weighty]),
        f"{caption}: those that a decision could rest on",
        doubt,
        rest=table_of(others),
        rest_caption=rest_caption,
    )


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Write claims as a table of text: as read and as printed, the working, where it stands."""
    return pd.DataFrame(
        {
            "Statement, and the words it stands for": [
                f"{row.statement}\n{citing.quoted(row.quotation)}" for row in rows.itertuples()
            ],
            "By hand": rows["sentence"].to_list(),
            "Where": [citing.place(row) for row in rows.to_dict("records")],
        }
    )
