"""Build ``data/record/usual_movement.csv``: how much figures usually move, an edition a year."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.machine.upkeep import stage, usual_proof
from thurrock_analysis.metrics import usual, usual_fit
from thurrock_analysis.metrics.usual import Usual
from thurrock_analysis.metrics.usual_fit import Panel
from thurrock_analysis.record import (
    areas,
    dictionary,
    measures,
    provenance,
    releases,
    store,
    tidy,
    usual_movement,
)
from thurrock_analysis.record.measures import POPULATION, Measure

COLUMNS = ["measure", "area", "year", "value", "numerator", "denominator"]
SAME = 20
"""Areas of which all print one value: then it is no figure of theirs."""


def editions() -> list[str]:
    """Return the dates of the editions: in each year the last day on which a release came out."""
    dates = releases.calendar().loc[releases.held(), "first_published"]
    return [f"{day:%Y-%m-%d}" for day in dates.groupby(dates.dt.year).max()]


def whole(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of authorities and England that are no group of a breakdown."""
    levels = {code: area.level for code, area in areas.table().items()}
    level = figures["area"].astype("str").map(levels)
    kept = figures[figures["breakdown"].eq(tidy.ALL) & level.isin(["authority", "country"])]
    return kept.astype({"measure": "str", "area": "str"})


def build(figures: pd.DataFrame) -> list[Usual]:
    """Estimate every edition from the record.

    Parameters
    ----------
    figures : DataFrame
        What `whole` keeps of the record.
    """
    return [
        row
        for date in editions()
        for row in usual_fit.fit(panels(store.as_at(figures, date)), date)
    ]


def panels(figures: pd.DataFrame) -> Iterator[Panel]:
    """Put each measure of figures, as they stood at a date, on its scale."""
    figures = figures.assign(year=figures["period_end"].dt.year)
    figures = figures.loc[figures["value"].notna(), COLUMNS]
    residents = figures[figures["measure"].eq(POPULATION)].groupby("area")["value"].median()
    born = {code: (area.first_year or -1) + 1 for code, area in areas.table().items()}
    joint = joint_returns()
    breaks = dictionary.read("breaks").query("breakdown == 'all'")
    for name, rows in figures.groupby("measure"):
        measure = measures.get(str(name))
        england = rows["area"].eq(areas.ENGLAND)
        own = separate(rows[~england], joint.get(measure.collection, set()))
        kind = usual.kind_of(measure, own) if len(own) else ""
        if kind:
            found = panel(own, rows[england], kind, measure, residents)
            first = np.array([born[code] for code in found.areas])
            mine = breaks[breaks["measure"].eq(measure.measure)]
            yield replace(found, starts=starts(found, first, mine))


def joint_returns() -> dict[str, set[str]]:
    """Return the authorities of each collection that make their return with another."""
    found: dict[str, set[str]] = {}
    for row in dictionary.rows("joint"):
        found.setdefault(row["collection"], set()).add(row["area"])
    return found


def separate(rows: pd.DataFrame, joint: set[str]) -> pd.DataFrame:
    """Leave out returns of two authorities together, and years in which all print one value."""
    rows = rows[~rows["area"].isin(joint)]
    years = rows.groupby("year")["value"].agg(["size", "nunique"])
    filled = years.index[years["size"].ge(SAME) & years["nunique"].eq(1)]
    return rows[~rows["year"].isin(filled)]


def panel(
    own: pd.DataFrame, england: pd.DataFrame, kind: str, measure: Measure, residents: pd.Series
) -> Panel:
    """Arrange one measure by authority and year."""
    placed = usual.ends(own, kind, measure, residents.reindex(own["area"]).to_numpy())
    rows, codes = pd.factorize(own["area"], sort=True)
    years = np.arange(own["year"].min(), own["year"].max() + 1)
    columns = own["year"].to_numpy() - years[0]
    values = england.set_index("year")["value"].reindex(years).to_numpy()

    def wide(name: str) -> np.ndarray:
        table = np.full((len(codes), len(years)), np.nan)
        table[rows, columns] = placed[name]
        return table

    return Panel(
        measure.measure,
        kind,
        f"{kind}, {measure.basis}",
        years,
        wide("at"),
        wide("chance"),
        usual.point(values, kind),
        np.asarray(codes),
        np.zeros((len(codes), len(years)), dtype=int),
    )


def starts(panel: Panel, born: np.ndarray, breaks: pd.DataFrame) -> np.ndarray:
    """Return the first year that a change of each authority to each year may begin in."""
    first = np.repeat(born[:, None], len(panel.years), axis=1)
    for area, end in zip(breaks["area"], breaks["period_end"], strict=True):
        rows = panel.areas == area if area else np.ones(len(born), dtype=bool)
        year = int(end[:4])
        first = np.where(np.outer(rows, panel.years >= year), np.maximum(first, year), first)
    return first


def write(rows: list[Usual]) -> None:
    """Write the table and its sidecar."""
    frame = pd.DataFrame(rows)
    path = usual_movement.path()
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.4g")
    record = provenance.read(paths.record())
    provenance.write(path, description(frame, record))


def description(frame: pd.DataFrame, record: dict[str, Any]) -> dict[str, Any]:
    """Describe the table for its sidecar."""
    kept = ("publisher", "releases", "newest_release", "period", "licence", "status")
    return {
        "title": "How much figures of English authorities usually move from year to year",
        "rows": len(frame),
        "counts": "For each edition and measure the parameters of the variance of a change: phi "
        "times its chance part, and tau2 times the years between to the power growth, with the "
        "tails of Student's t of df degrees of freedom; changes is how many of authorities were "
        "used, last_year the newest of them.",
        "did": "Estimated by 'thurrock data usual' from the record as it stood at each edition's "
        "date, with England's change taken out; joint returns, the first year of a new authority "
        "and changes over a break of the series left out; docs/methods.md says how.",
        "sources": [{"publisher": record["publisher"], "title": paths.place(paths.record())}],
        **{name: record[name] for name in kept if name in record},
    }


def thirds(figures: pd.DataFrame) -> dict[str, int]:
    """Return for each authority 0, 1 or 2: the third it belongs to by the children living there."""
    rows = figures[figures["measure"].eq(POPULATION) & figures["area"].ne(areas.ENGLAND)]
    size = rows.groupby("area")["value"].median()
    place = pd.qcut(size, 3, labels=False)
    return {str(code): int(third) for code, third in place.items()}


def renew() -> int:
    """Build the table and the document that proves it; return how many rows there are."""
    with stage.staged(lasting=True) as staging:
        figures = whole(store.load())
        rows = build(figures)
        write(rows)
        staging.publish()
    editions: usual_proof.Editions = {}
    for row in rows:
        editions.setdefault(row.edition, {})[row.measure] = row
    newest = store.as_at(figures, max(editions))
    said = usual_proof.document(list(panels(newest)), editions, thirds(newest))
    (paths.home() / "docs" / "usual_movement.md").write_text(said, encoding="utf-8", newline="\n")
    return len(rows)
