"""The questions to the documents: whether conclusions follow, whether what was told came true."""

import pandas as pd
from matplotlib.figure import Figure

from thurrock_analysis import charts, measures, record, releases, words
from thurrock_analysis.evidence import claims, counterparts, inputs
from thurrock_analysis.loaders import documents
from thurrock_analysis.notebook import Answer, NotHeldError, Report

FOLLOW = "Do-the-conclusions-follow?"
FAIL = "Which-do-not?"
ELSEWHERE = "Which-hold-only-on-another-base?"
UNCHECKED = "What-cannot-be-checked?"
HOLD = "Which-hold?"
TOLD = "What-was-the-committee-told?"
FORECAST = "Did-the-forecasts-come-true?"
WHAT = "What-do-the-documents-print?"
CONCLUDE = "What-do-the-papers-conclude?"
WEIGHTY = "3"
MOST = 5
"""Claims shown in a report on a subject; all are in the report on the documents."""
CLOSE = 5.0
"""Per cent within which a year-end figure counts as what was told."""


def verdicts(report: Report) -> Answer:
    """Say how many claims of the documents follow from the figures they name."""
    checked = checked_of(report)
    found = claims.counts(checked)
    weighty = claims.counts(checked[checked["consequence"] == WEIGHTY])
    decided = len(checked) - found[claims.UNCHECKED]
    sentence = (
        f"Of {len(checked)} conclusions that {papers(report, checked['document'])} draw from "
        f"figures, {decided} can be checked: {found[claims.CONSISTENT]} follow as printed, "
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
    chart, alt = verdict_chart(by_subject, headline, papers(report, checked["document"]))
    table = by_subject.sort_values(claims.INCONSISTENT, ascending=False).astype("str")
    table = table.rename(columns=str.capitalize).rename_axis(columns=None)
    return Answer(
        FOLLOW,
        headline,
        sentence,
        nothing(report),
        table.reset_index(names="Subject"),
        "Conclusions by subject and verdict",
        "A verdict is about the arithmetic and the words, not about the work: a conclusion that "
        "does not follow can still be true, and one that follows can rest on a wrong figure.",
        chart,
        alt,
    )


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
    sentence = (
        f"The most consequential of {len(rows)}: {quoted(first['statement'])} ({place(first)}). "
        f"By hand: {first['sentence']}"
    )
    return listing(report, FAIL, rows, sentence, "Conclusions that do not follow from the figures")


def on_another_base(report: Report) -> Answer:
    """List the claims that follow only on another base, and name it."""
    rows = with_verdict(report, claims.OTHER_BASE)
    first = rows.iloc[0]
    sentence = (
        f"{counted(len(rows), 'conclusion')} hold once the base is named that the text does not "
        f"name. The most consequential: {quoted(first['statement'])} ({place(first)}), on this "
        f"base: {first['base']}."
    )
    return listing(report, ELSEWHERE, rows, sentence, "Conclusions that follow on another base")


def unchecked(report: Report) -> Answer:
    """List the claims that nothing held can check, and what would be needed."""
    rows = with_verdict(report, claims.UNCHECKED)
    weighty = int(rows["consequence"].eq(WEIGHTY).sum())
    sentence = (
        f"{counted(len(rows), 'conclusion')} cannot be checked from what is held, "
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
        f"{counted(len(rows), 'conclusion')} follow as printed; each with its working, so that "
        "it can be repeated."
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
        f"The documents on {report.area.name} draw {counted(len(rows), 'conclusion')} on "
        f"{subject}: {found[claims.CONSISTENT]} follow as printed, {found[claims.OTHER_BASE]} only "
        f"on another base, {found[claims.INCONSISTENT]} do not, and {found[claims.UNCHECKED]} "
        f"cannot be checked. All are in [the documents as evidence](evidence.ipynb#{FOLLOW})."
    )
    return Answer(
        CONCLUDE,
        "",
        sentence,
        nothing(report),
        table_of(amiss.head(MOST)),
        f"Conclusions on {subject} that do not follow as printed, the most consequential first",
    )


def told(report: Report, document: str) -> Answer:
    """Set what a paper told beside what was then published, and what came of it."""
    out = out_of(report, document)
    rows = beside(report, document, out)
    rows = rows[~rows["qualifier"].isin(counterparts.AHEAD)]
    followed = rows[rows["after"].notna() & rows["definition"].ne("other")]
    far = followed.assign(
        off=[100 * (pair.after.value / float(pair.value) - 1) for pair in followed.itertuples()]
    )
    near = int(far["off"].abs().le(CLOSE).sum())
    sentence = f"Nothing that {called(document)} told has a published counterpart by this date."
    if len(far):
        worst = far.loc[far["off"].abs().idxmax()]
        sentence = (
            f"Of {len(far)} figures that {called(document)} told and that were published later, "
            f"{near} lie within {words.number(CLOSE)} per cent of the first figure published for "
            f"that day or after it. Furthest off: {subject_of(worst)}, told as "
            f"{printed(worst)} and published as {worst['after'].text} "
            f"({ending(worst['after'].end)})."
        )
    table = pd.DataFrame([told_row(pair) for pair in rows.to_dict("records")])
    return Answer(
        TOLD,
        "",
        sentence,
        nothing(report),
        table,
        f"Told by {called(document)}, published by {long(out)}, and since",
        "Counts within the year are set beside counts of the whole year: the difference says how "
        "far the year still had to go, not that the figure was wrong.",
    )


def told_row(pair: dict[str, object]) -> dict[str, str]:
    """Write one told figure beside the published ones."""
    day = pd.Timestamp(str(pair["period_end"])) if pair["period_end"] else None
    return {
        "Figure": subject_of(pair),
        "Told": printed(pair) + (f" ({ending(day)})" if day is not None else ""),
        "Newest published then": dated(pair["then"]),
        "Published for the day, or next": dated(pair["after"]),
        "Newest": dated(pair["newest"]),
        "Definition": str(pair["differs"] or pair["definition"]),
        "Where": place(pair),
    }


def attribution(report: Report) -> Answer:
    """Take the change that a paper puts down to one group apart into that group and the rest."""
    checked = checked_of(report)
    rows = checked[checked["kind"].eq("attribution") & checked["computation"].eq("explains")]
    if rows.empty:
        raise NotHeldError(f"No document on {report.area.name} puts a change down to one group.")
    claim = rows.iloc[0]
    sources = inputs.Sources(report.area, report.as_at, inputs.measures_of([claim["inputs"]]))
    named = inputs.read(claim["inputs"])
    before, now, part_before, part_now = (
        float(sources.figure(named[role], claim["document"]).value)
        for role in ("before", "now", "part_before", "part_now")
    )
    whole, part = now - before, part_now - part_before
    rest = whole - part
    parts = {group_of(sources, named["part_now"]): part, "all others": rest}
    moves = words.listed(f"{name} {signed(size)}" for name, size in parts.items())
    headline = f"{signed(whole)} in all: {moves}"
    sentence = (
        f"The claim is: {quoted(claim['statement'])} ({place(claim)}). The whole moved by "
        f"{signed(whole)}: {moves}"
        + ("." if part * rest >= 0 else ", which moved the other way; the text does not say so.")
    )
    what = f"From {words.number(before)} to {words.number(now)}, by group"
    start, end = ("before", before), ("after", now)
    chart = charts.bridge(
        start, parts, end, headline=headline, subtitle=what, source=called(claim["document"])
    )
    return Answer(
        TOLD,
        headline,
        sentence,
        nothing(report),
        table_of(rows),
        "Changes that the documents put down to one group",
        "A part that moved with its whole need not have caused it.",
        chart,
        charts.alt_for_bridge(start, parts, end, what=what),
    )


def group_of(sources: inputs.Sources, reference: str) -> str:
    """Name the group that a reference to a fact is about."""
    if reference not in sources.facts.index:
        return "the group named"
    group = str(sources.facts.loc[reference, "group"])
    return "the part named" if group == "all" else group


def forecasts(report: Report) -> Answer:
    """Score what the documents forecast or aimed at against what was published afterwards."""
    parts = []
    for document in held_documents(report):
        rows = beside(report, document, out_of(report, document))
        parts.append(rows[rows["qualifier"].isin(counterparts.AHEAD)])
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["after"].notna()]
    if rows.empty:
        raise NotHeldError(
            f"No outturn of a forecast on {report.area.name} had been published by this date."
        )
    comparable = rows[rows["definition"].ne("other") & rows["qualifier"].eq("forecast")]
    misses = [
        f"{subject_of(row)} {printed(row)}, published {row['after'].text}"
        for row in comparable.to_dict("records")
    ]
    sentence = (
        f"{counted(len(comparable), 'forecast')} of the documents can be set beside a published "
        f"outturn: {words.listed(misses)}."
    )
    table = pd.DataFrame(
        {
            "Forecast or target": [subject_of(row) for row in rows.to_dict("records")],
            "Kind": rows["qualifier"],
            "Said": [printed(row) for row in rows.to_dict("records")],
            "Published": [dated(one) for one in rows["after"]],
            "Off by": [error(row) for row in rows.to_dict("records")],
            "Definition": [row["differs"] or row["definition"] for row in rows.to_dict("records")],
            "Where": [place(row) for row in rows.to_dict("records")],
        }
    )
    return Answer(
        FORECAST,
        "",
        sentence,
        nothing(report),
        table,
        "Forecasts and targets beside the first figure published for their day or after it",
        "Read the definition before the error. A target that was missed is no wrong forecast.",
    )


def transcribed(report: Report) -> Answer:
    """Say how many facts each document prints, how many are lost, and how many are undated."""
    known = held_documents(report)
    rows = documents.facts()
    rows = rows[rows["document"].isin(known)]
    lost = rows["qualifier"].eq(documents.LOST)
    undated = rows["period_end"].eq("") & rows["period_start"].eq("") & ~lost
    recovered = rows["gap"].ne("") & ~lost
    sentence = (
        f"{counted(len(rows), 'fact')} of {counted(len(known), 'document')} on "
        f"{report.area.name} are held, each with the place where it stands. "
        f"{int(recovered.sum())} were lost from the text that is cited and stand in the complete "
        f"report; {int(lost.sum())} are lost. For {int(undated.sum())} no date is printed."
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
    names = [f"{code}: {called(code)}" for code in table.index]
    return Answer(
        WHAT,
        "",
        sentence,
        nothing(report),
        table.fillna(0)
        .astype(int)
        .astype("str")
        .reset_index(drop=True)
        .assign(Document=names)[["Document", *table.columns]],
        "Facts transcribed",
        "Two passes were made over each document, the second without sight of the first.",
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
    checked = claims.check_all(report.area, report.as_at)
    if checked.empty:
        raise NotHeldError(
            f"No document on {report.area.name} that was out by this date is held, so there is no "
            "conclusion to check."
        )
    return checked


def with_verdict(report: Report, verdict: str) -> pd.DataFrame:
    """Return the claims with one verdict, the most consequential first."""
    checked = checked_of(report)
    rows = checked[checked["verdict"] == verdict]
    if rows.empty:
        raise NotHeldError(f"No conclusion on {report.area.name} has the verdict {verdict!r}.")
    return rows


def listing(report: Report, anchor: str, rows: pd.DataFrame, sentence: str, caption: str) -> Answer:
    """Answer with a table of claims."""
    return Answer(anchor, "", sentence, nothing(report), table_of(rows), caption)


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Write claims as a table of text: the statement, its working, where it stands."""
    return pd.DataFrame(
        {
            "Statement": rows["statement"].to_list(),
            "By hand": rows["sentence"].to_list(),
            "Where": [place(row) for row in rows.to_dict("records")],
        }
    )


def beside(report: Report, document: str, out: str) -> pd.DataFrame:
    """Return the facts of a document on the area beside the published figures."""
    facts = documents.facts()
    facts = facts[facts["document"].eq(document) & facts["area"].eq(report.area.code)]
    pairs = counterparts.read()["measure"]
    names = sorted({inputs.named(name)[0] for name in pairs})
    history = record.load(names)
    history = history[history["area"].eq(report.area.code) & history["origin"].ne("document")]
    then = record.as_at(history, min(out, report.as_at))
    return counterparts.beside(facts, then, record.as_at(history, report.as_at), out)


def held_documents(report: Report) -> list[str]:
    """Return the documents on the area that were out by the report's date, oldest first."""
    out = inputs.published_dates()
    papers_ = documents.registry()
    rows = papers_[papers_["area"].eq(report.area.code)]
    dates = out.reindex(rows.index)
    known = dates[dates.le(pd.Timestamp(report.as_at))].sort_values(kind="stable")
    if known.empty:
        raise NotHeldError(f"No document on {report.area.name} was out by this date.")
    return [str(code) for code in known.index]


def out_of(report: Report, document: str) -> str:
    """Return the day on which a document came out; refuse one that is not on the area, or later."""
    if document not in held_documents(report):
        raise NotHeldError(
            f"{document} is no document on {report.area.name} that was out by this date."
        )
    return f"{inputs.published_dates()[document]:%Y-%m-%d}"


def papers(report: Report, codes: pd.Series) -> str:
    """Name the documents on the area that some rows are from."""
    return words.listed(called(code) for code in held_documents(report) if code in set(codes))


def called(document: str) -> str:
    """Return what a document is called in a sentence."""
    return str(documents.registry().loc[document, "called"])


def subject_of(row: pd.Series | dict[str, object]) -> str:
    """Name what a fact counts."""
    name = str(row["measure"])
    known = name in measures.table().index
    label = measures.get(name).label if known else name.removesuffix("_percent").replace("_", " ")
    return label + ("" if row["group"] == "all" else f", {row['group']}")


def printed(row: pd.Series | dict[str, object]) -> str:
    """Write a fact's value as printed."""
    return inputs.thousands(str(row["value"])) + "%" * (row["unit"] == "percent")


def error(row: dict[str, object]) -> str:
    """Write how far a forecast or target was off."""
    after = row["after"]
    assert isinstance(after, counterparts.Published)
    if row["definition"] == "other":
        return "not comparable"
    return signed(after.value - float(str(row["value"])))


def signed(value: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(-49.0), signed(22.0), signed(1.3)
    ('−49', '+22', '+1.3')
    """
    decimals = 0 if value == round(value) else 1
    return ("+" if value > 0 else "−" if value < 0 else "") + words.number(abs(value), decimals)


def dated(figure: object) -> str:
    """Write a published figure with the day its period ends."""
    if not isinstance(figure, counterparts.Published):
        return "not published"
    return f"{figure.text} ({ending(figure.end)})"


def ending(day: pd.Timestamp) -> str:
    """Write a day briefly."""
    return f"{day:%b %Y}"


def long(date: str) -> str:
    """Write an ISO date as a sentence does."""
    day = releases.parse(date)
    return f"{day.day} {day:%B %Y}"


def place(row: pd.Series | dict[str, object]) -> str:
    """Say where a fact or claim stands."""
    return f"{row['document']}, {documents.place(pd.Series([row['line']])).iloc[0]}"


def quoted(text: str) -> str:
    """Set off a statement within a sentence, without its full stop.

    Examples
    --------
    >>> quoted("Contacts fell.")
    '“Contacts fell”'
    """
    return f"“{text.removesuffix('.')}”"


def counted(number: int, thing: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "forecast"), counted(2, "forecast")
    ('1 forecast', '2 forecasts')
    """
    return f"{number} {thing}" + "s" * (number != 1)


def nothing(report: Report) -> pd.DataFrame:
    """Return no figures: claims are no key figures of an area."""
    return report.printed.iloc[:0]
