"""Facts printed in the papers, and those that stand where nothing is published."""

import pandas as pd

from thurrock_analysis.papers import documents
from thurrock_analysis.record import areas, dictionary, measures, releases, store, tidy
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.fingerprint import remembered
from thurrock_analysis.record.parsing import Row

ORIGIN = "document"
LOST = "lost"
"""The qualifier of what was printed once and is held nowhere now."""
TARGET = "target"
PRINTED = ["value", "numerator", "denominator"]


@remembered
def by_name() -> dict[str, Row]:
    """Return every fact by its name."""
    return {row["fact"]: row for row in dictionary.rows("facts")}


def last_told(
    area: Area, as_at: str, *measures: str, group: str = tidy.ALL, target: bool = False
) -> list[Row]:
    """Return what the newest paper on an area that tells all of some measures says of them.

    Parameters
    ----------
    area : Area
        Whom the paper is about.
    as_at : str
        ISO date by which it was out.
    *measures : str
        As the facts name them.
    group : str
        Group of every measure.
    target : bool
        What the paper aims at, in place of what it counted.

    Returns
    -------
    list of dict
        A fact a measure, of several the latest; empty where no paper that was out tells them all.

    Examples
    --------
    >>> vacancy = last_told(areas.find("Thurrock"), "2018-03-31", "social_worker_vacancy_percent")
    >>> [(row["document"], row["value"]) for row in vacancy]
    [('OF16', '21')]
    """
    for document in reversed(documents.held(area, as_at)):
        told: dict[str, Row] = {}
        for row in sorted(dictionary.rows("facts"), key=lambda row: row["period_end"] or as_at):
            same = (row["document"], row["area"], row["group"]) == (document, area.code, group)
            if same and row["value"] and (row["qualifier"] == TARGET) == target:
                told[row["measure"]] = row
        if told.keys() >= set(measures):
            return [told[name] for name in measures]
    return []


@remembered
def figures() -> pd.DataFrame:
    """Return the facts that fit the tidy table: observed, of known measures and areas, once."""
    rows = dictionary.read("facts")
    observed = dictionary.read("qualifiers").set_index("qualifier")["observed"].eq("yes")
    fits = (
        rows["measure"].isin(measures.table().index)
        & rows["area"].isin(areas.table())
        & rows["period_end"].ne("")
        & rows["value"].ne("")
        & rows["qualifier"].map(observed)
    )
    rows = rows[fits]
    found = tidy.conform(
        rows.assign(
            **rows[PRINTED].apply(pd.to_numeric),
            period_start=rows["period_start"].replace("", None),
            method=rows["qualifier"].where(rows["qualifier"].ne("exact"), ""),
            origin=ORIGIN,
            release=rows["document"],
            published=releases.published(rows["document"]),
            source=rows["document"] + ", " + rows["line"].map(documents.place),
        )
    )
    return found.drop_duplicates(tidy.KEY, ignore_index=True)


def printed(area: Area | None = None, as_at: str = "") -> pd.DataFrame:
    """Return what papers print where nothing is published, of several papers the newest."""
    rows = figures()
    rows = rows if area is None else rows[rows["area"].eq(area.code)]
    date = releases.resolve_as_at(as_at)
    mine = store.as_at(rows, date)
    history = store.load(sorted(mine["measure"].unique()))
    history = history[history["area"].isin(mine["area"])]
    published = store.as_at(history, date)[tidy.FIGURE].astype(mine[tidy.FIGURE].dtypes)
    known = pd.MultiIndex.from_frame(published)
    return mine[~pd.MultiIndex.from_frame(mine[tidy.FIGURE]).isin(known)].reset_index(drop=True)
