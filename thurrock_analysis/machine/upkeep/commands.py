"""The commands on the data: ``thurrock data build``, ``diff``, ``outlook`` and so on."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thurrock_analysis.errors import ThurrockError

if TYPE_CHECKING:
    import pandas as pd

    from thurrock_analysis.machine.upkeep.importing import Import, Incoming

every = click.option("--all", "everything", is_flag=True, help="List every changed figure.")


@click.group()
def data() -> None:
    """Build the record, compare two versions of it, check what documents are quoted with."""


@data.command()
@click.argument("folder", type=click.Path(path_type=Path))
@every
def build(folder: Path, everything: bool) -> None:
    """Build data/ anew from the publishers' files in FOLDER.

    The files lie there as data/publishers/sources.csv and neighbour_models.csv name them.
    """
    from thurrock_analysis import paths
    from thurrock_analysis.machine.upkeep import archive, difference, stage

    with stage.staged(lasting=True) as staging:
        before = present()
        require(folder)
        figures = archive.build_all(folder)
        staging.publish()
    for release, rows in figures.groupby(figures["release"].astype("str")).size().items():
        click.echo(f"{release}: {rows:,} rows")
    click.echo(f"{len(figures):,} rows written to {paths.record()}")
    if before is None:
        click.echo("There was no record that could be read before: nothing to compare.")
    else:
        report(difference.compare(before, figures), before, figures, everything)


@data.command()
@click.argument("old")
@click.argument("new", required=False)
@every
def diff(old: str, new: str | None, everything: bool) -> None:
    """Say what differs between two versions of the record.

    OLD and NEW are Parquet files, or a revision and a colon (HEAD~1:) for the record that the
    repository had there. NEW is the present record if left out.
    """
    from thurrock_analysis import paths
    from thurrock_analysis.machine.upkeep import difference

    before, after = difference.read(old), difference.read(new or str(paths.record()))
    report(difference.compare(before, after), before, after, everything)


@data.command()
def outlook() -> None:
    """Forecast what comes after the record anew, and say in docs/outlook.md what it is worth."""
    from thurrock_analysis.findings.verbs.outlook import place
    from thurrock_analysis.machine.upkeep import outlook as forecasts

    rows = forecasts.build()
    click.echo(f"{len(rows):,} rows written to {place()}")


@data.command()
@click.argument("folder", type=click.Path(path_type=Path))
def quotations(folder: Path) -> None:
    """Hold the quotations of facts, claims and plans against the texts in FOLDER.

    FOLDER holds text files: a text is known by its checksum in data/papers/documents.csv, a
    complete edition by its name, such as OF16.pages.txt, with a form feed between pages.
    """
    from thurrock_analysis.papers import quotations as held

    texts = held.texts(folder)
    if not texts:
        raise ThurrockError(
            f"{folder} holds no text of a document: documents.csv has their checksums."
        )
    checked, wrong = held.check_all(texts)
    for row in wrong:
        click.echo(row)
    click.echo(f"{checked:,} quotations held against {', '.join(sorted(texts))}")
    if wrong:
        raise ThurrockError(f"{len(wrong)} quotations do not stand where they are cited.")


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--release", metavar="R", help="The release of the files, as 'CIN 2026'.")
@click.option(
    "--published",
    multiple=True,
    metavar="DATE",
    help="When the release came out (YYYY-MM-DD); of several releases, R=DATE for each.",
)
@click.option("--accept", is_flag=True, help="Take the figures into data/; else only show them.")
@every
def take(
    files: tuple[Path, ...],
    release: str | None,
    published: tuple[str, ...],
    accept: bool,
    everything: bool,
) -> None:
    """Show what downloaded FILEs of a newer release add and change; with --accept, take them.

    Name all files of a release together, its populations too: rates then get their parts.
    """
    from thurrock_analysis.machine.upkeep import importing

    for line in told(importing.take(list(files), release, published, accept), everything):
        click.echo(line)


def present() -> "pd.DataFrame | None":
    """Return the record as it is, None if there is none that can be read."""
    from thurrock_analysis.record import store

    try:
        return store.load()
    except ThurrockError:
        return None


def require(folder: Path) -> None:
    """Refuse a folder that lacks a publisher's file, and name the file."""
    from thurrock_analysis.record import dictionary

    if not folder.is_dir():
        raise ThurrockError(f"{folder} is no folder: name the one with the publishers' files.")
    tables = {name: dictionary.read(name)["file"] for name in ("sources", "neighbour_models")}
    lacking = {
        file: dictionary.place(name)
        for name, files in tables.items()
        for file in files
        if not (folder / file).is_file()
    }
    if lacking:
        first, table = next(iter(lacking.items()))
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        raise ThurrockError(
            f"{folder} lacks {first}{more}: put each file where {table} says, and build again."
        )


def report(
    changes: "pd.DataFrame", before: "pd.DataFrame", after: "pd.DataFrame", everything: bool
) -> None:
    """Print a difference: releases, counts by measure, changed figures."""
    from thurrock_analysis.machine.upkeep import difference

    lines = difference.summary(changes, before, after)
    for line in [*lines, *difference.listing(changes, None if everything else difference.LIMIT)]:
        click.echo(line)


def told(done: "Import", everything: bool) -> Iterable[str]:
    """Say what an import found and did."""
    from thurrock_analysis.machine.upkeep import difference

    yield from map(heading, done.incoming)
    yield from old_news(done)
    changes = done.changes
    yield from added(changes, done.held)
    yield f"changes: {counted(int(changes['kind'].eq('changed').sum()), 'figure')}"
    if confirmed := done.merged.confirmed:
        yield f"confirms: {counted(confirmed, 'figure')} as printed before"
    if earlier := int(changes["kind"].eq("earlier").sum()):
        yield f"puts an earlier publication before {counted(earlier, 'figure')}"
    for line in difference.listing(changes, None if everything else difference.LIMIT):
        yield f"  {line}"
    yield from left_out(done)
    if done.merged.fresh.empty:
        yield "The record holds all of this already: nothing is written."
    elif done.written:
        yield from accepted(done)
    else:
        dates = " with --published YYYY-MM-DD" if done.undated else ""
        yield f"Nothing is written: add --accept{dates} to take this into data/."


def heading(one: "Incoming") -> str:
    """Say what a file was found to be."""
    years = one.figures["period_end"].dt.year
    rows = f", {one.rows.replace('=', ' ')}" if one.rows else ""
    return (
        f"{one.path.name}: {one.table.title} ({one.table.name}{rows}) of {one.release}, "
        f"{one.figures['area'].nunique():,} areas, {years.min()} to {years.max()}"
    )


def old_news(done: "Import") -> Iterable[str]:
    """Say which releases are older than what the record holds of their collection."""
    from thurrock_analysis.record import releases

    names = done.held["release"].astype("str").unique()
    calendar = releases.calendar()
    held = calendar[calendar.index.isin(names)]
    newest = held.sort_values("first_published").groupby("collection").tail(1)
    newest = newest.reset_index().set_index("collection")["release"]
    for release in dict.fromkeys(one.release for one in done.incoming):
        last = newest.get(release.partition(" ")[0], "")
        if last and release.rpartition(" ")[2] < last.rpartition(" ")[2]:
            yield f"{release} is older than {last}, which the record holds: nothing newer is in it."


def added(changes: "pd.DataFrame", held: "pd.DataFrame") -> Iterable[str]:
    """Say how many figures an import adds, and for which new periods."""
    new = changes[changes["kind"] == "added"]
    if new.empty:
        yield "adds: no figures"
        return
    ends = new["period_end"].drop_duplicates().sort_values()
    known = held.loc[held["measure"].isin(new["measure"].unique()), "period_end"]
    fresh = [f"{end:%Y-%m-%d}" for end in ends if end not in set(known)]
    yield (
        f"adds: {counted(len(new), 'figure')} ({counted(new['area'].nunique(), 'area')}, "
        f"{counted(ends.dt.year.nunique(), 'year')}, "
        f"{counted(new['measure'].nunique(), 'measure')}); new periods: "
        f"{', '.join(fresh) or 'none'}"
    )


def counted(count: int, noun: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "area"), counted(3, "year")
    ('1 area', '3 years')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def left_out(done: "Import") -> Iterable[str]:
    """Say which figures an import does not take, and why; and which rates lack a population."""
    if unlike := len(done.merged.left_out):
        yield (
            f"{unlike:,} differ from what the record holds of the same release, from another file: "
            "it keeps its own."
        )
    fresh = done.changes[done.changes["kind"] == "added"]
    rates = fresh["measure"].str.endswith("_rate") & fresh["new_denominator"].isna()
    if lacking := int((rates & fresh["new_value"].notna()).sum()):
        yield (
            f"{lacking:,} rates have no denominator: name the release's file of populations in the "
            "same command to give them one."
        )


def accepted(done: "Import") -> Iterable[str]:
    """Say what was written, and where a later build looks for the files."""
    from thurrock_analysis import paths

    yield f"Written to {paths.data()}."
    yield "To let 'thurrock data build' find the files again, keep them in its folder as:"
    for file in dict.fromkeys(one.source["file"] for one in done.incoming):
        yield f"  {file}"
