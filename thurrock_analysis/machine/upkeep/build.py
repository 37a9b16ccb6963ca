"""Build the record from publishers' files: load, complete with parts, keep what changed."""

from collections.abc import Container
from functools import lru_cache
from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells, ees, lait, neighbours, opening, sfr
from thurrock_analysis.machine.upkeep import history
from thurrock_analysis.metrics import ratios
from thurrock_analysis.record import dictionary, measures, releases


@lru_cache(maxsize=2)
def text_of(path: Path) -> pd.DataFrame:
    """Read a file once for all its tables; the second column of a name has ``.1`` behind it."""
    frame = opening.read(path)
    again = frame.columns.to_series().groupby(frame.columns).cumcount().to_numpy()
    names = [f"{name}.{n}" if n else name for name, n in zip(frame.columns, again, strict=True)]
    return frame.set_axis(names, axis=1)


def load(path: Path, table: cells.Table, release: str, rows: str = "") -> pd.DataFrame:
    """Read one table of one file; ``snapshot=2025-05-28`` keeps the rows with that value."""
    return take(cells.select(text_of(path), rows), path, table, release).drop(columns="row")


def take(frame: pd.DataFrame, path: Path, table: cells.Table, release: str) -> pd.DataFrame:
    """Take one table out of a file that has been read; ``row`` is that of the file."""
    year, frame = cells.closing_year(release), table.named(frame)
    match table.format:
        case "sfr":
            figures = sfr.read(frame, table, path, year)
        case "lait":
            figures = lait.read(frame, table, path)
        case _:
            figures = ees.read(frame, table, path)
    if not table.window:
        return figures.assign(release=release)
    last = (figures["period_end"].dt.year + table.window - 1).clip(upper=year)
    return figures.assign(release=f"{table.collection} " + last.astype("str"))


def assemble(root: Path) -> pd.DataFrame:
    """Read every source of the dictionary: what each release printed, cell by cell."""
    parts = []
    sources = dictionary.read("sources")
    for source in sources.itertuples():
        table = cells.table_named(source.table)
        figures = load(root / source.file, table, source.release, source.rows)
        # A later population file stands in where a release's own is not held: what the release
        # could not have printed yet is left out.
        printable = figures["period_end"] <= releases.period_end(source.release)
        parts.append(figures[printable].assign(source=source.source))
    return history.settle(pd.concat(parts), sources)


def record(root: Path) -> pd.DataFrame:
    """Build the record from publishers' files."""
    return history.pack(complete(assemble(root)))


def complete(log: pd.DataFrame, wanted: Container[str] | None = None) -> pd.DataFrame:
    """Add dates of publication, parts and recomputed ratios to what releases printed."""
    made = [one for one in measures.made_of_parts() if wanted is None or one.measure in wanted]
    known = [one for one in made if one.is_ratio]
    figures = ratios.attach_parts(history.plain(log), known)
    figures = pd.concat([figures, ratios.recompute(figures, made)], ignore_index=True)
    figures = figures.assign(published=releases.published(figures["release"]))
    return ratios.inherit_parts(figures, known)


def models(root: Path) -> pd.DataFrame:
    """Read every neighbour model: the publisher's files and the list of the paper of 2012."""
    published = [
        neighbours.read(root / row.file, row.model, row.in_force_from)
        for row in dictionary.read("neighbour_models").itertuples()
    ]
    return pd.concat([neighbours.transcribed(), *published], ignore_index=True)
