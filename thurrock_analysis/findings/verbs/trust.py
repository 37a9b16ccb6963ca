"""How far the record reaches, and how far figures moved after they were first published."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.table import NO_FIGURE, YEAR, Format, Table
from thurrock_analysis.findings.view import named
from thurrock_analysis.record import measures, releases

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

LARGEST = 8


@question
def coverage(report: "Report", *names: str) -> Finding:
    """Say which years the record holds of each measure for the area, and which it does not.

    Parameters
    ----------
    *names : str
        Measures or groups of measures.

    Returns
    -------
    Finding
        Its table has a row a measure, and years as spans: held, printed without a number, not
        held, from the first year in which any area has the measure to the newest of its
        statistics.

    Raises
    ------
    ThurrockError
        A name is no measure and no group of measures.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Thurrock").coverage("assessment_rate").table.loc[0, "held"]
    '2014 to 2024'
    """
    wanted = named(*names)
    spans = report.own(*wanted)
    if spans.empty:
        raise NotHeldError(f"The record holds none of these measures for {report.area.spoken}.")
    rows = [reach(report, name) for name in wanted]
    return Finding(
        complete_in_words(rows, report.area.spoken),
        spans,
        Table(
            pd.DataFrame(rows),
            "What is held, by closing year",
            {"measure": "Measure", "held": "Held", "without_number": "Printed without a number",
             "not_held": "Not held"},
        ),
        key=False,
    )  # fmt: skip


def reach(report: "Report", name: str) -> dict[str, str]:
    """Return the years of a measure that are held for the area, without a number, and not held."""
    measure, rows = measures.get(name), report.own(name)
    year = rows["period_end"].dt.year
    anywhere = report.figures(name)["period_end"].dt.year
    newest = releases.newest_year(measure.collection, report.as_at)
    held = set(year[rows["value"].notna()])
    hidden = set(year[rows["value"].isna()])
    whole = range(int(anywhere.min()), max(newest, int(anywhere.max())) + 1) if len(rows) else ()
    existed = {one for one in whole if report.area.existed(one)}
    return {
        "measure": measure.label,
        "held": words.year_spans(held),
        "without_number": words.year_spans(hidden),
        "not_held": words.year_spans(existed - held - hidden),
    }


def complete_in_words(rows: list[dict[str, str]], area: str) -> str:
    """Say of how many measures every year is held with a number."""
    if len(rows) == 1:
        row = rows[0]
        gaps = {"without a number": row["without_number"], "not held": row["not_held"]}
        told = [f"{years} {why}" for why, years in gaps.items() if years != NO_FIGURE]
        return (
            f"The record holds {row['measure']} of {area} in {row['held']}"
            + f"; {words.listed(told)}" * bool(told)
            + "."
        )
    gapless = [row for row in rows if row["without_number"] == row["not_held"] == NO_FIGURE]
    whole = sum(row["held"] != NO_FIGURE for row in gapless)
    if whole == len(rows):
        return f"The record holds a number in every year of all {whole} measures of {area}."
    have = {0: "none has", 1: "1 has"}.get(whole, f"{whole} have")
    return (
        f"Of {len(rows)} measures of {area} {have} a number in every year in "
        "which there was both such a measure and the area; the others have gaps, named below."
    )


@question
def revisions(report: "Report", *names: str) -> Finding:
    """Say how far the area's figures moved after they were first published.

    Parameters
    ----------
    *names : str
        Measures or groups of measures.

    Returns
    -------
    Finding
        Its table has the largest revisions; its figures are every publication.

    Raises
    ------
    ThurrockError
        A name is no measure and no group of measures.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> moved = open_report("Thurrock").revisions("looked_after").table
    >>> moved.query("year == 2017")[["first", "last"]].to_numpy().tolist()
    [[345.0, 333.0]]
    """
    rows = report.history(*named(*names))
    rows = rows[rows["value"].notna()]
    grouped = rows.groupby(["measure", "period_end"], observed=True)
    ends = pd.DataFrame({"first": grouped["value"].first(), "last": grouped["value"].last()})
    ends["size"] = (ends["last"] / ends["first"].replace(0, np.nan) - 1).abs() * 100
    moved = ends[ends["last"].ne(ends["first"])]
    moved = moved.sort_values("size", ascending=False).reset_index()
    sentence = f"No figure shown for {report.area.spoken} was revised after it was first published."
    if len(moved):
        were = "was" if len(moved) == 1 else "were"
        sentence = (
            f"{len(moved)} of {len(ends)} figures of {report.area.spoken} that the record holds "
            f"{were} revised after first publication{by_how_much(moved['size'].dropna())}."
        )
    return Finding(sentence, rows, revision_table(moved.head(LARGEST)), key=False)


def by_how_much(sizes: pd.Series) -> str:
    """Say how large some revisions are, in per cent; one from 0 has no size."""
    if sizes.empty:
        return ""
    largest = f"{words.number(sizes.max(), 1)}%"
    if len(sizes) == 1:
        return f", by {largest}"
    return f"; the median revision is {words.number(sizes.median(), 1)}%, the largest {largest}"


def revision_table(moved: pd.DataFrame) -> Table:
    """Return revised figures: first published and newest value, and by how much they differ."""
    each = [measures.get(name) for name in moved["measure"]]
    frame = moved.assign(label=[one.label for one in each], year=moved["period_end"].dt.year)
    plain = [Format.of(one) for one in each]
    return Table(
        frame[["label", "year", "first", "last", "size"]],
        "The largest revisions",
        {"label": "Measure", "year": "Year", "first": "First published", "last": "Now",
         "size": "Change"},
        {"year": YEAR, "first": plain, "last": plain, "size": Format(1, "%", missing="from zero")},
    )  # fmt: skip
