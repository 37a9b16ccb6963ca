"""The shipped record: held by measure, seen as it stood at a date, and what it covers."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.record import areas, fingerprint, measures, provenance, releases, tidy

AS_PUBLISHED = "as published"
MOST_SEEN = 2
"""Dates of which a record keeps what was told of all areas."""
Edition = tuple[Path, int | None, int | None]
_newest: list["Record"] = []


@dataclass(frozen=True)
class Record:
    """One edition of the record: every release of every figure, and where each measure lies."""

    rows: pd.DataFrame
    places: dict[str, slice]
    edition: Edition
    checksum: str
    _seen: dict[Hashable, dict[tuple[str, str], pd.DataFrame]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def seen(self, date: str) -> dict[tuple[str, str], pd.DataFrame]:
        """Return where figures of all areas at a date are kept, by measure and breakdown.

        They are the same in every report on the date, while no file of the data changes.
        """
        state = date, fingerprint.of(paths.data())
        if state not in self._seen:
            for oldest in list(self._seen)[: 1 - MOST_SEEN]:
                del self._seen[oldest]
        return self._seen.setdefault(state, {})

    def of(self, names: Iterable[str]) -> pd.DataFrame:
        """Return every release of some measures, in the order in which they are named."""
        parts = [self.rows.iloc[self.places[name]] for name in names if name in self.places]
        if len(parts) == 1:
            return parts[0]
        return pd.concat(parts, ignore_index=True) if parts else self.rows.iloc[:0]


def held() -> Record:
    """Return the record as the file has it now, read once for each edition of the file.

    >>> held() is held()
    True
    """
    path = paths.record()
    edition = _edition(path)
    if not _newest or _newest[0].edition != edition:
        checksum = provenance.verify(path)
        rows = pd.read_parquet(path)
        _newest[:] = [Record(rows, _places(rows["measure"]), edition, checksum)]
    return _newest[0]


def _edition(path: Path) -> Edition:
    """Return what tells one state of a file from another without reading it."""
    state = path.stat() if path.is_file() else None
    return path, state and state.st_mtime_ns, state and state.st_size


def _places(measure: pd.Series) -> dict[str, slice]:
    """Return the rows of each measure; the record is sorted by it."""
    codes = measure.cat.codes.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = [*starts[1:], len(codes)]
    names = measure.cat.categories
    found = zip(starts, ends, strict=True)
    return {str(names[codes[a]]): slice(int(a), int(b)) for a, b in found}


def load(wanted: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the record, every release of every figure.

    >>> load(["referrals"])["measure"].unique().tolist()
    ['referrals']
    """
    return held().rows if wanted is None else held().of(wanted)


def as_at(figures: pd.DataFrame, date: str) -> pd.DataFrame:
    """Return the figures that had been published by a date, in a release held or not.

    Parameters
    ----------
    figures : DataFrame
        The record, or part of it.
    date : str
        ISO date.

    Returns
    -------
    DataFrame
        One row a figure. Its value is the latest published by the date, and ``method`` says
        ``"as published"``; where no release of that time is held it is the earliest later
        one, and ``method`` says ``"later revision (release R)"``. Of one standing, a published
        value goes before a recomputed one.
    """
    day = pd.Timestamp(date)
    collection = figures["measure"].astype("str").map(measures.table()["collection"])
    first = releases.first_published(collection, figures["period_end"])
    known = figures[first.le(day) | figures["published"].le(day)]
    order = known.assign(
        late=known["published"].gt(day),
        recomputed=known["origin"].eq("recomputed"),
        distance=(known["published"] - day).abs(),
    )
    ranks = ["late", "recomputed", "distance"]
    chosen = order.sort_values(ranks, kind="stable").drop_duplicates(tidy.FIGURE)
    chosen = chosen.assign(method=standing(chosen))
    return chosen[tidy.COLUMNS].sort_values(tidy.FIGURE, ignore_index=True)


def standing(chosen: pd.DataFrame) -> pd.Series:
    """Say how each figure stood at the date, before what was said of its method."""
    later = "later revision (release " + chosen["release"].astype("str") + ")"
    said = later.where(chosen["late"], AS_PUBLISHED)
    method = chosen["method"].astype("str")
    return said.where(method.eq(""), said + "; " + method)


def same_vintage(rows: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """Return for each figure the value that a whole had when the figure was published."""
    wholes = history[history["breakdown"].eq(tidy.ALL) & history["origin"].eq("published")]
    keys = ["area", "period_end"]
    left = rows[[*keys, "published"]].reset_index().sort_values("published")
    right = wholes[[*keys, "published", "value"]].astype(left[[*keys, "published"]].dtypes)
    right = right.sort_values("published")
    found = pd.merge_asof(left, right, on="published", by=keys)
    return found.set_index("index")["value"].reindex(rows.index)


def coverage(figures: pd.DataFrame) -> pd.DataFrame:
    """Say what the record holds: areas with a number, by measure, breakdown, year and level.

    Returns
    -------
    DataFrame
        Columns measure, breakdown, year, level, areas (with a number), hidden (areas whose
        figure is suppressed or otherwise not printed), releases.
    """
    levels = {code: area.level for code, area in areas.table().items()}
    rows = figures.assign(
        year=lambda f: f["period_end"].dt.year,
        level=lambda f: f["area"].astype("str").map(levels),
    )
    latest = rows.sort_values("published").drop_duplicates(tidy.FIGURE, keep="last")
    place = ["measure", "breakdown", "year", "level"]
    number = latest["value"].notna()
    named = latest[[*place, "release"]].drop_duplicates().astype({"release": "str"})
    counted = pd.concat(
        [
            latest[number].groupby(place, observed=True)["area"].nunique().rename("areas"),
            latest[~number].groupby(place, observed=True)["area"].nunique().rename("hidden"),
            named.sort_values("release")
            .groupby(place, observed=True)["release"]
            .agg("; ".join)
            .rename("releases"),
        ],
        axis=1,
    )
    return (
        counted.fillna({"areas": 0, "hidden": 0})
        .astype({"areas": int, "hidden": int})
        .reset_index()
    )
