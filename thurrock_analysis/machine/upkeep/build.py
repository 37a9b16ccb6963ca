"""Build the record from publishers' files: load, complete with parts, keep what changed."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from thurrock_analysis.loaders import cells, ees, lait, neighbours, sfr
from thurrock_analysis.metrics import ratios
from thurrock_analysis.papers import facts
from thurrock_analysis.record import dictionary, measures, releases, tidy

SERIES = [*tidy.FIGURE, "origin"]
"""What names the history of a figure: its releases in succession."""


@lru_cache(maxsize=2)
def text_of(path: Path) -> pd.DataFrame:
    """Read a file once for all its tables."""
    return cells.read_text(path)


def load(path: Path, table: cells.Table, release: str, rows: str = "") -> pd.DataFrame:
    """Read one table of one file into the tidy form.

    Parameters
    ----------
    path : Path
        A publisher's file.
    table : Table
        The table it holds.
    release : str
        The statistical release that it carries, for example ``"CIN 2024"``.
    rows : str
        Keep only the rows where a column has a value, as ``"snapshot=2025-05-28"``.

    Returns
    -------
    DataFrame
        Tidy figures with their release.
    """
    frame = cells.select(text_of(path), rows)
    year = cells.closing_year(release)
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
    """Read every source of the dictionary into one tidy table.

    Parameters
    ----------
    root : Path
        Folder that holds the publishers' files under the paths of ``sources.csv``.

    Returns
    -------
    DataFrame
        Published figures with their parts, and recomputed ones where a release prints only
        the parts; every release in full.
    """
    parts = []
    for source in dictionary.read("sources").itertuples():
        table = cells.table_named(source.table)
        figures = load(root / source.file, table, source.release, source.rows)
        # A later population file stands in where a release's own is not held: what the release
        # could not have printed yet is left out.
        printable = figures["period_end"] <= releases.period_end(source.release)
        parts.append(figures[printable].assign(source=source.source))
    published = complete(pd.concat(parts, ignore_index=True))
    return pd.concat([published, facts.figures()], ignore_index=True)


def complete(figures: pd.DataFrame) -> pd.DataFrame:
    """Add dates of publication, parts and recomputed ratios to published figures.

    Where two files carry one figure of one release, the first named in ``sources.csv`` wins:
    DfE's own tables come before LAIT's copies of them.
    """
    figures = figures.drop_duplicates(tidy.KEY)
    known = measures.ratios()
    figures = ratios.attach_parts(figures, known)
    figures = pd.concat([figures, ratios.recompute(figures, known)], ignore_index=True)
    figures = figures.assign(published=releases.published(figures["release"]))
    return ratios.inherit_parts(figures, known)


def history(figures: pd.DataFrame) -> pd.DataFrame:
    """Keep of each figure its first publication and every later change.

    Parameters
    ----------
    figures : DataFrame
        Tidy table with every release in full.

    Returns
    -------
    DataFrame
        A row that repeats the value, status and parts of the release before it is dropped:
        what remains says what was first published and what was revised, when.
    """
    ordered = figures.sort_values([*SERIES, "published", "release"], kind="stable")
    ordered = ordered.reset_index(drop=True)
    return tidy.check(ordered[tells(ordered)].reset_index(drop=True), "the record")


def tells(ordered: pd.DataFrame) -> pd.Series:
    """Say which rows of an ordered log are first publications or changes, not repeats."""
    figure = ordered.groupby(SERIES, observed=True).ngroup()
    printed = pd.DataFrame({"value": ordered["value"], "status": precise(ordered, figure)})
    changed = differs(printed, figure)
    parts = ordered[["numerator", "denominator"]].groupby(changed.cumsum()).ffill()
    return changed | differs(parts, changed.cumsum())


def precise(ordered: pd.DataFrame, figure: pd.Series) -> pd.Series:
    """Return the statuses, the last precise one in place of a vague one that follows it.

    A sign that leaves open whether a figure is missing or suppressed does not revise one that
    says which; it does revise a number.
    """
    status = ordered["status"].astype("str")
    before = status.mask(status.eq("missing or suppressed")).groupby(figure).ffill()
    return before.where(before.notna() & before.ne(""), status)


def differs(rows: pd.DataFrame, figure: pd.Series) -> pd.Series:
    """Say which rows are the first of their figure or differ from the row before."""
    before = rows.groupby(figure).shift()
    same = rows.eq(before) | rows.isna() & before.isna()
    return ~figure.duplicated() | ~same.all(axis=1)


def models(root: Path) -> pd.DataFrame:
    """Read every neighbour model: the publisher's files and the list of the paper of 2012."""
    published = [
        neighbours.read(root / row.file, row.model, row.in_force_from)
        for row in dictionary.read("neighbour_models").itertuples()
    ]
    return pd.concat([neighbours.transcribed(), *published], ignore_index=True)
