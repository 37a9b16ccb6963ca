"""What a paper told, beside what was published then and since; forecasts and their outturn."""

from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.papers import counterparts, documents, figures, references
from thurrock_analysis.papers.counterparts import Published
from thurrock_analysis.questions import citing
from thurrock_analysis.record import dictionary, store


@question
def told(report: Report, document: str) -> Finding:
    """Set what a paper told beside what was then published, and what came of it.

    Parameters
    ----------
    document : str
        The code of a paper, such as ``"OS18"``.

    Returns
    -------
    Finding
        Its table has the figures of the definition and day of a published one, a row each: told,
        newest published then, published for the day, and newest. The others are in ``rest``.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> told(open_report("Thurrock"), "OS18").table[["told", "after"]].iloc[0].tolist()
    [20.0, 19.0]
    """
    out = citing.out_of(report, document)
    rows = beside(report, document)
    rows = rows[~rows["qualifier"].isin(counterparts.AHEAD)]
    paper = citing.called(document)
    if rows.empty:
        raise NotHeldError(f"No published measure comes near to a figure that {paper} tells.")
    alike = same_day(rows)
    others = f"The others: told by {paper}, published by {words.day(out)}, and since"
    caption = f"Told by {paper}, of the same definition and day as a published figure"
    return Finding(
        f"Figures that {paper} told, and to which a published measure comes near: {len(rows)}. "
        f"{held_against(alike)}",
        shown=told_table(alike, caption),
        doubt="Only a figure of the same definition and day can be held against the published one. "
        "The others show what happened next; a count within the year stands beside that of the "
        "whole year, and their difference says how far the year still had to go.",
        rest=told_table(rows.drop(alike.index), others),
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
        f"{citing.subject(pair)}, told {printed(pair)}, published {pair['after'].text}"
        for pair in alike.to_dict("records")
    ]
    return (
        f"Of these {len(alike)} can be held directly against a published one: {'; '.join(pairs)}."
    )


def told_table(rows: pd.DataFrame, caption: str) -> Table:
    """Set told figures, with what is different, beside the published ones."""
    heads = {"then": "Newest published then", "after": "Published for the day, or next",
             "newest": "Newest"}  # fmt: skip
    pairs = rows.to_dict("records")
    lines = [[citing.subject(pair), citing.place(pair), pair["differs"]] for pair in pairs]
    frame = pd.DataFrame(
        {
            "figure": ["\n".join(filter(None, line)) for line in lines],
            "told": rows["value"].astype(float).to_list(),
            **{name: [value_of(one) for one in rows[name]] for name in heads},
        }
    )
    formats = {name: [format_of(one) for one in rows[name]] for name in heads}
    formats["told"] = [format_as_printed(pair, pair["period_end"]) for pair in pairs]
    return Table(frame, caption, {"figure": "Figure", "told": "Told"} | heads, formats)


@question
def forecasts(report: Report) -> Finding:
    """Score what the documents forecast or aimed at against what was published afterwards.

    Returns
    -------
    Finding
        Its table has a row a forecast or target: said, published, and how far it was off.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> forecasts(open_report("Thurrock")).table["off"].notna().sum() > 3
    np.True_
    """
    rows = beside(report, *citing.held_documents(report))
    rows = rows[rows["qualifier"].isin(counterparts.AHEAD) & rows["after"].notna()]
    if rows.empty:
        raise NotHeldError(
            f"No outturn of a forecast on {report.area.spoken} had been published by this date."
        )
    ahead = rows[rows["qualifier"].eq("forecast")]
    sentence = "Of what the documents aimed at, only targets have an outturn."
    if len(ahead):
        like = ahead["definition"].ne("other")
        misses = [
            f"{citing.subject(row)} {printed(row)}, published {row['after'].text}"
            for row in ahead[like].to_dict("records")
        ]
        sentence = f"Forecasts beside a published outturn: {words.listed(misses) or 'none'}."
        for row in ahead[~like].to_dict("records"):
            sentence += (
                f" What is published of {citing.subject(row)} counts something else: "
                f"{printed(row)} was forecast, {row['after'].text} published."
            )
    return Finding(
        sentence,
        shown=scored(rows),
        doubt="Read the definition before the error. A target that was missed is no wrong "
        "forecast.",
    )


def scored(rows: pd.DataFrame) -> Table:
    """Set forecasts and targets beside what was published afterwards."""
    pairs = rows.to_dict("records")
    said = rows["value"].astype(float)
    after = pd.Series([one.value for one in rows["after"]], index=rows.index)
    off = (after - said).where(rows["definition"].ne("other"))
    frame = pd.DataFrame(
        {
            "figure": [citing.subject(pair) for pair in pairs],
            "kind": rows["qualifier"],
            "said": said,
            "published": after,
            "off": off,
            "definition": rows["differs"].where(rows["differs"].ne(""), rows["definition"]),
            "place": [citing.place(pair) for pair in pairs],
        }
    )
    return Table(
        frame.reset_index(drop=True),
        "Forecasts and targets beside the first figure published for their day or after it",
        {"figure": "Forecast or target", "kind": "Kind", "said": "Said", "published": "Published",
         "off": "Off by", "definition": "Definition", "place": "Where"},
        {"said": [format_as_printed(pair) for pair in pairs],
         "published": [format_of(one) for one in rows["after"]],
         "off": [Format(int(one % 1 != 0), signed=True, missing="not comparable") for one in off]},
    )  # fmt: skip


def beside(report: Report, *codes: str) -> pd.DataFrame:
    """Return the facts of documents on the area beside the published figures."""
    rows = dictionary.read("facts")
    rows = rows[rows["area"].eq(report.area.code)]
    names = {references.named(name)[0] for name in dictionary.read("counterparts")["measure"]}
    history = store.load(sorted(names))
    history = history[history["area"].eq(report.area.code)]
    now = store.as_at(history, report.as_at)
    parts = []
    for code in codes:
        out = citing.out_of(report, code)
        then = store.as_at(history, min(out, report.as_at))
        day = documents.registry()[code]["counts_from"] or out
        parts.append(counterparts.beside(rows[rows["document"].eq(code)], then, now, day))
    return pd.concat(parts, ignore_index=True)


def printed(row: dict[str, Any]) -> str:
    """Write a fact's value as printed."""
    return figures.thousands(row["value"]) + ("%" if row["unit"] == "percent" else "")


def format_as_printed(row: dict[str, Any], end: str = "") -> Format:
    """Return how a fact's value is written as printed, with the month in which a period ends."""
    month = f" ({words.month(end, short=True)})" if end else ""
    percent = "%" * (row["unit"] == "percent")
    return Format(len(row["value"].partition(".")[2]), percent + month)


def value_of(figure: Published | None) -> float:
    """Return the value of a published figure; NaN of none."""
    return figure.value if figure else float("nan")


def format_of(figure: Published | None) -> Format:
    """Return how a published figure is written, with the month in which its period ends."""
    if figure is None:
        return Format(missing="not published")
    whole = Format.of(figure.measure)
    return Format(whole.decimals, f"{whole.suffix} ({words.month(figure.end, short=True)})")
