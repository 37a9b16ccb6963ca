"""Fit what authorities would be expected to have, an edition a release year, and check it."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from thurrock_analysis import paths, words
from thurrock_analysis.machine.upkeep.archive import OGL
from thurrock_analysis.metrics.expected import leave_one_out, limits
from thurrock_analysis.record import areas, dictionary, measures, provenance, releases, store, tidy
from thurrock_analysis.record.measures import POPULATION, Measure

SHARES = (95, 80)
"""Per cent of authorities that an interval holds."""
HIDDEN = (3, 1, 5)
"""What a suppressed count enters as where it is a factor, and the least and most it could be."""
PER = 10_000
COLUMNS = [
    *(
        "edition",
        "published",
        "measure",
        "area",
        "period_end",
        "factors_of",
        "hidden",
        "actual",
        "status",
    ),
    *("population", "expected", "low_95", "high_95", "low_80", "high_80"),
]


def path() -> Path:
    """Return where the expected values lie."""
    return paths.record().with_name("expected.csv")


def write() -> pd.DataFrame:
    """Fit every edition and write it with its sidecar."""
    rows = pd.concat([edition(year, day) for year, day in editions()], ignore_index=True)
    rows.to_csv(path(), index=False, lineterminator="\n")
    about = provenance.read(paths.record())
    kept = {name: about[name] for name in ("publisher", "releases", "newest_release", "sources")}
    provenance.write(
        path(),
        kept
        | {
            "title": "What each authority would be expected to have, by children and poverty",
            "period": f"{rows['period_end'].min()} to {rows['period_end'].max()}",
            "rows": len(rows),
            "licence": OGL,
            "counts": "A count of an authority, what a negative binomial model of all other "
            "authorities leads one to expect, and between what 95 and 80 of 100 such lie.",
            "did": "Fitted for each release year on what was out when its last release came out; "
            "factors in data/dictionary/factors.csv, the model in docs/methods.md.",
            "status": "published",
        },
    )
    return rows


def editions() -> list[tuple[int, pd.Timestamp]]:
    """Return the closing years of which all releases and factors are held, and since when."""
    wanted = dictionary.read("factors")
    collections = {measures.get(name).collection for name in wanted["measure"]}
    calendar = releases.calendar()
    calendar = calendar[calendar["collection"].isin(collections)]
    years = calendar.groupby(calendar["period_end"].dt.year)
    whole = years["collection"].nunique().eq(len(collections))
    newest = min(releases.newest_year(name, releases.resolve_as_at("")) for name in collections)
    days = years["first_published"].max()[whole]
    return [(int(year), day) for year, day in days.items() if year <= newest and known(day)]


def known(day: pd.Timestamp) -> bool:
    """Say whether some figure of every factor was out by a day."""
    parts = map(measures.part, dictionary.read("factors")["factor"].unique())
    return all(len(seen(part.measure, day)) for part in parts if part)


def seen(name: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return a measure of authorities as it stood on a day."""
    rows = store.as_at(store.load([name]), day.date().isoformat())
    known = areas.table()
    among = [
        known[code].level == "authority" and known[code].existed(end.year)
        for code, end in zip(rows["area"], rows["period_end"], strict=True)
    ]
    return rows[among]


def edition(year: int, day: pd.Timestamp) -> pd.DataFrame:
    """Fit every measure of a closing year on what was out on a day."""
    factors = dictionary.read("factors").groupby("measure", sort=False)["factor"]
    fitted = [expect(measures.get(str(name)), list(of), year, day) for name, of in factors]
    rows = pd.concat([one for one in fitted if len(one)], ignore_index=True)
    return rows.assign(edition=year, published=day.date().isoformat())[COLUMNS]


def expect(measure: Measure, factors: list[str], year: int, day: pd.Timestamp) -> pd.DataFrame:
    """Fit one measure of a closing year; no row where no authority has a figure of it."""
    rows = counts(measure, year, day)
    if rows["actual"].notna().sum() == 0:
        return rows
    entries = [
        [entered(name, year, day, rows["population"], count) for name in factors]
        for count in HIDDEN
    ]
    frames = [
        rows.join(one).dropna(subset=["population", *factors]).sort_index() for one in entries
    ]
    rows, *others = frames
    found = leave_one_out(rows, factors)
    ways = [found, *(leave_one_out(rows, factors, own) for own in others if not own.equals(rows))]
    for share in SHARES:
        bounds = [limits(one["expected"], one["spread"], share / 100) for one in ways]
        low, high = (pd.concat(list(side), axis=1) for side in zip(*bounds, strict=True))
        rows[f"low_{share}"] = low.min(axis=1).astype(int)
        rows[f"high_{share}"] = high.max(axis=1).astype(int)
    moved = others[0][factors].ne(rows[factors])
    years = sorted({int(column.attrs["year"]) for column in entries[0]})
    return rows.assign(
        measure=measure.measure,
        expected=found["expected"].round(1),
        factors_of=" ".join(map(str, years)),
        hidden=[" ".join(moved.columns[each]) for each in moved.to_numpy()],
    ).reset_index()


def counts(measure: Measure, year: int, day: pd.Timestamp) -> pd.DataFrame:
    """Return count, population and status by area; a rate without parts gives a near count."""
    rows = seen(measure.measure, day)
    rows = rows[rows["period_end"].dt.year.eq(year) & rows["breakdown"].eq(tidy.ALL)]
    rows = rows.set_index("area")
    children = seen(POPULATION, day)
    children = children[children["period_end"].dt.year.eq(year - 1)].set_index("area")["value"]
    base = rows["denominator"].fillna(children.reindex(rows.index))
    return pd.DataFrame(
        {
            "period_end": rows["period_end"].dt.date.astype("str"),
            "actual": rows["numerator"].fillna((rows["value"] * base / PER).round()),
            "status": rows["status"].astype("str"),
            "population": base,
        }
    )


def entered(text: str, year: int, day: pd.Timestamp, children: pd.Series, count: int) -> pd.Series:
    """Return a factor as it enters the model, of the newest year to `year` that was out.

    A suppressed figure enters as `count`.
    """
    part = measures.part(text)
    assert part is not None
    rows = seen(part.measure, day)
    rows = rows[rows["breakdown"].eq(part.breakdown) & rows["group"].isin(part.groups)]
    rows = rows[rows["period_end"].dt.year.le(year)]
    newest = rows.loc[rows["value"].notna(), "period_end"].max()
    rows = rows[rows["period_end"].eq(newest)].set_index("area")
    values = rows["value"].mask(rows["status"].eq("suppressed"), count)
    if measures.get(part.measure).unit == "percent":
        column = np.log(values.where(values > 0))
    else:
        column = np.log1p(PER * values / children.reindex(values.index))
    column = column.rename(text)
    column.attrs["year"] = newest.year
    return column


def coverage(rows: pd.DataFrame) -> Iterable[str]:
    """Write how many authorities lie inside the intervals that others gave them, as a page."""
    rows = rows.dropna(subset=["actual"])
    inside = {
        share: rows["actual"].between(rows[f"low_{share}"], rows[f"high_{share}"])
        for share in SHARES
    }
    rows = rows.assign(**{str(share): 100 * held for share, held in inside.items()})
    third = rows.groupby(["edition", "measure"])["population"].rank(pct=True).mul(3).apply(np.ceil)
    sizes = third.map({1: "fewest children", 2: "middle third", 3: "most children"})
    yield "# How far expected values can be trusted"
    yield ""
    yield (
        "Written by `thurrock data expected`. Each authority's count is expected from all other "
        "authorities ([methods.md](methods.md)). Of 100 figures that the fit had not seen, 95 "
        "and 80 should lie inside the two intervals."
    )
    for title, by in {
        "Measure": rows["measure"].map(lambda name: measures.get(name).label),
        "Year": rows["edition"].astype("str"),
        "Size of authority": sizes,
        "All": pd.Series("all", rows.index),
    }.items():
        yield ""
        yield f"| {title} | figures | inside 95% | inside 80% |"
        yield "|---|---:|---:|---:|"
        for name, part in rows.groupby(by, sort=False):
            shares = (f"{words.number(part[str(share)].mean(), 1)}%" for share in SHARES)
            yield f"| {name} | {len(part):,} | {' | '.join(shares)} |"
