"""What a paper told, beside what was published then and since; forecasts and their outturn."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.papers import counterparts, documents, references
from thurrock_analysis.questions import citing, conclusions
from thurrock_analysis.record import measures, store

TOLD = "What-was-the-committee-told?"
FORECAST = "Did-the-forecasts-come-true?"


def told(report: Report, document: str) -> Answer:
    """Set what a paper told beside what was then published, and what came of it."""
    out = citing.out_of(report, document)
    rows = beside(report, document, published(report))
    rows = rows[~rows["qualifier"].isin(counterparts.AHEAD)]
    paper = citing.called(document)
    if rows.empty:
        raise NotHeldError(f"No published measure comes near to a figure that {paper} tells.")
    alike = same_day(rows)
    others = rows.drop(alike.index)
    sentence = (
        f"Figures that {paper} told, and to which a published measure comes near: {len(rows)}. "
        f"{held_against(alike)}"
    )
    return Answer(
        TOLD,
        "",
        sentence,
        citing.nothing(report),
        told_table(alike),
        f"Told by {paper}, of the same definition and day as a published figure",
        "Only a figure of the same definition and day can be held against the published one. The "
        "others show what happened next; a count within the year stands beside that of the whole "
        "year, and their difference says how far the year still had to go.",
        rest=told_table(others),
        rest_caption=f"The others: told by {paper}, published by {citing.long(out)}, and since",
    )


def same_day(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the figures told of the definition and day of a published one."""
    alike = rows[rows["after"].notna() & rows["definition"].eq("same")]
    ends = [f"{after.end:%Y-%m-%d}" for after in alike["after"]]
    return alike[alike["period_end"].eq(pd.Series(ends, index=alike.index, dtype=str))]


def held_against(alike: pd.DataFrame) -> str:
    """Tell figures beside what was published of the same definition and day."""
    if alike.empty:
        return "None of them can be held directly against a published one."
    pairs = [
        f"{subject_of(pair)}, told {printed(pair)}, published {pair['after'].text}"
        for pair in alike.to_dict("records")
    ]
    return (
        f"Of these {len(alike)} can be held directly against a published one: {'; '.join(pairs)}."
    )


def told_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Write told figures beside the published ones."""
    return pd.DataFrame([told_row(pair) for pair in rows.to_dict("records")])


def told_row(pair: dict[str, object]) -> dict[str, str]:
    """Write one told figure, with what is different, beside the published ones."""
    differs = pair["differs"]
    day = pd.Timestamp(str(pair["period_end"])) if pair["period_end"] else None
    return {
        "Figure": f"{subject_of(pair)}\n{citing.place(pair)}" + f"\n{differs}" * bool(differs),
        "Told": printed(pair) + (f" ({citing.ending(day)})" if day is not None else ""),
        "Newest published then": dated(pair["then"]),
        "Published for the day, or next": dated(pair["after"]),
        "Newest": dated(pair["newest"]),
    }


def attribution(report: Report) -> Answer:
    """Take the change that a paper puts down to one group apart into that group and the rest."""
    checked = conclusions.checked_of(report)
    rows = checked[checked["kind"].eq("attribution") & checked["computation"].eq("explains")]
    if rows.empty:
        raise NotHeldError(f"No document on {report.area.name} puts a change down to one group.")
    claim = rows.iloc[0]
    sources = references.Sources(
        report.area, report.as_at, references.measures_of([claim["inputs"]])
    )
    named = references.read(claim["inputs"])
    before, now, part_before, part_now = (
        float(sources.figure(named[role], claim["document"]).value)
        for role in ("before", "now", "part_before", "part_now")
    )
    whole, part = now - before, part_now - part_before
    rest = whole - part
    parts = {group_of(sources, named["part_now"]): part, "all others": rest}
    moves = words.listed(f"{name} {citing.signed(size)}" for name, size in parts.items())
    headline = f"{citing.signed(whole)} in all: {moves}"
    sentence = (
        f"The paper says: {citing.read_as(claim)} By its figures: {citing.signed(whole)} in all, "
        f"{moves}"
        + ("." if part * rest >= 0 else ", which moved the other way.")
        + f" It counts among those that {conclusions.SHOWN[str(claim['verdict'])].lower()}."
    )
    what = changed(sources, named)
    start, end = ("before", before), ("after", now)
    chart = charts.bridge(
        start, parts, end, headline=headline, subtitle=what, source=citing.called(claim["document"])
    )
    return Answer(
        TOLD,
        headline,
        sentence,
        citing.nothing(report),
        conclusions.table_of(rows),
        "Changes that the documents put down to one group",
        "A part that moved with its whole need not have caused it.",
        chart,
    )


def changed(sources: references.Sources, named: dict[str, str]) -> str:
    """Say what changed from when to when: the subtitle of a chart."""
    first, last = (sources.facts.loc[named[role]] for role in ("before", "now"))
    label = subject_of(last)
    then, now = (references.span(row["period_start"], row["period_end"]) for row in (first, last))
    return f"{label[:1].upper()}{label[1:]}, {then} to {now}, by group"


def group_of(sources: references.Sources, reference: str) -> str:
    """Name the group that a reference to a fact is about."""
    if reference not in sources.facts.index:
        return "the group named"
    group = str(sources.facts.loc[reference, "group"])
    return "the part named" if group == "all" else group


def forecasts(report: Report) -> Answer:
    """Score what the documents forecast or aimed at against what was published afterwards."""
    history = published(report)
    parts = [beside(report, document, history) for document in citing.held_documents(report)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["qualifier"].isin(counterparts.AHEAD) & rows["after"].notna()]
    if rows.empty:
        raise NotHeldError(
            f"No outturn of a forecast on {report.area.name} had been published by this date."
        )
    ahead = rows[rows["qualifier"].eq("forecast")]
    if ahead.empty:
        return scored(report, rows, "Of what the documents aimed at, only targets have an outturn.")
    like = ahead["definition"].ne("other")
    misses = [
        f"{subject_of(row)} {printed(row)}, published {row['after'].text}"
        for row in ahead[like].to_dict("records")
    ]
    sentence = f"Forecasts beside a published outturn: {words.listed(misses) or 'none'}."
    for row in ahead[~like].to_dict("records"):
        sentence += (
            f" What is published of {subject_of(row)} counts something else: {printed(row)} was "
            f"forecast, {row['after'].text} published."
        )
    return scored(report, rows, sentence)


def scored(report: Report, rows: pd.DataFrame, sentence: str) -> Answer:
    """Answer with a table of forecasts and targets beside what was published afterwards."""
    table = pd.DataFrame(
        {
            "Forecast or target": [subject_of(row) for row in rows.to_dict("records")],
            "Kind": rows["qualifier"],
            "Said": [printed(row) for row in rows.to_dict("records")],
            "Published": [dated(one) for one in rows["after"]],
            "Off by": [error(row) for row in rows.to_dict("records")],
            "Definition": [row["differs"] or row["definition"] for row in rows.to_dict("records")],
            "Where": [citing.place(row) for row in rows.to_dict("records")],
        }
    )
    return Answer(
        FORECAST,
        "",
        sentence,
        citing.nothing(report),
        table,
        "Forecasts and targets beside the first figure published for their day or after it",
        "Read the definition before the error. A target that was missed is no wrong forecast.",
    )


def published(report: Report) -> pd.DataFrame:
    """Return every publication on the area of the measures that any fact has for a counterpart."""
    names = sorted({references.named(name)[0] for name in counterparts.read()["measure"]})
    history = store.load(names)
    return history[history["area"].eq(report.area.code) & history["origin"].ne("document")]


def beside(report: Report, document: str, history: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of a document on the area beside the published figures."""
    out = citing.out_of(report, document)
    facts = documents.facts()
    facts = facts[facts["document"].eq(document) & facts["area"].eq(report.area.code)]
    then = store.as_at(history, min(out, report.as_at))
    day = str(documents.registry().loc[document, "counts_from"]) or out
    return counterparts.beside(facts, then, store.as_at(history, report.as_at), day)


def subject_of(row: pd.Series | dict[str, object]) -> str:
    """Name what a fact counts."""
    name = str(row["measure"])
    known = name in measures.table().index
    label = measures.get(name).label if known else name.removesuffix("_percent").replace("_", " ")
    return label + ("" if row["group"] == "all" else f", {row['group']}")


def printed(row: pd.Series | dict[str, object]) -> str:
    """Write a fact's value as printed."""
    return references.thousands(str(row["value"])) + "%" * (row["unit"] == "percent")


def error(row: dict[str, object]) -> str:
    """Write how far a forecast or target was off."""
    after = row["after"]
    assert isinstance(after, counterparts.Published)
    if row["definition"] == "other":
        return "not comparable"
    return citing.signed(after.value - float(str(row["value"])))


def dated(figure: object) -> str:
    """Write a published figure with the day its period ends."""
    if not isinstance(figure, counterparts.Published):
        return "not published"
    return f"{figure.text} ({citing.ending(figure.end)})"
