"""The commands on the data: ``thurrock data build``, ``diff`` and so on, and ``import``."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.words import counted, year_spans

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


@data.command("expected")
def expect() -> None:
    """Fit anew what every authority would be expected to have, and write how far it holds.

    It writes data/record/expected.csv and docs/expected.md; run it after a build or an import.
    """
    from thurrock_analysis import paths
    from thurrock_analysis.machine.upkeep import expected, stage

    with stage.staged(lasting=True) as staging:
        rows = expected.write()
        page = "\n".join(expected.coverage(rows)) + "\n"
        staging.publish()
    docs = paths.home() / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "expected.md").write_text(page, encoding="utf-8", newline="\n")
    click.echo(f"{len(rows):,} rows written to {expected.path()}")


@data.command()
def usual() -> None:
    """Build the table of how much figures usually move, and docs/usual_movement.md, anew.

    From the record, an edition for each year in which a release came out.
    """
    from thurrock_analysis.machine.upkeep import usual as table
    from thurrock_analysis.record import usual_movement

    click.echo(f"{table.renew():,} rows written to {usual_movement.path()}")


@data.command()
def outlook() -> None:
    """Forecast what comes after the record anew, and say in docs/outlook.md what it is worth."""
    from thurrock_analysis.findings.verbs.outlook import place
    from thurrock_analysis.machine.upkeep import outlook as forecasts

    rows = forecasts.build()
    click.echo(f"{len(rows):,} rows written to {place()}")


@data.command()
def signals() -> None:
    """Measure anew what signals and projected year ends are worth: docs/signals.md."""
    from thurrock_analysis.machine.upkeep import signals_proof

    click.echo(f"Written to {signals_proof.build()}.")


@data.command()
def staffing() -> None:
    """Measure anew how far sums of starters and leavers missed: docs/staffing.md."""
    from thurrock_analysis.machine.upkeep import staffing_proof

    click.echo(f"Written to {staffing_proof.build()}.")


@click.option("--draws", type=click.IntRange(min=1), default=100, show_default=True)
def durations(draws: int) -> None:
    """Measure what averages of the adopted alone leave out, and write docs/durations.md."""
    from thurrock_analysis.machine.upkeep import duration_proof

    click.echo(f"{len(duration_proof.renew(draws)):,} looks at fictional authorities")


@data.command("change-of-worker")
@click.option("--draws", type=click.IntRange(min=1), default=200, show_default=True)
def change_of_worker(draws: int) -> None:
    """Ask the model of a change of worker to find what is planted in fictional authorities.

    It writes docs/change_of_worker.md; 200 draws take a quarter of an hour.
    """
    from thurrock_analysis.machine.upkeep import worker_proof

    click.echo(f"{len(worker_proof.renew(draws)):,} estimates")


@click.option("--authorities", type=click.IntRange(2, 200), default=200, show_default=True)
def projection(authorities: int) -> None:
    """Project fictional authorities, and say in docs/projection.md how often intervals held."""
    from thurrock_analysis.machine.upkeep import projection_proof

    place = projection_proof.renew(authorities)
    click.echo(f"{authorities} authorities projected: {place}")


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
@click.option("--anyway", is_flag=True, help="Accept although the first lines name a doubt.")
@every
def take(
    files: tuple[Path, ...],
    release: str | None,
    published: tuple[str, ...],
    accept: bool,
    anyway: bool,
    everything: bool,
) -> None:
    """Show what downloaded FILEs of a newer release add and change; with --accept, take them.

    A FILE is CSV, compressed or not, Excel, Parquet, or the zip of a release. Name all files of a
    release together, its populations too: rates then get their parts.
    """
    from thurrock_analysis.machine.upkeep import importing

    done = importing.take(list(files), release, published, accept, anyway)
    for line in told(done, everything):
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
    yield from (f"not taken: {why}" for why in passed_over(done, everything))
    yield from not_taken(done, everything)
    yield from notes(done)
    yield from (f"doubt: {doubt}" for doubt in done.doubts)
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
    yield from by_measure(done)
    if done.merged.fresh.empty:
        yield "The record holds all of this already: nothing is written."
    elif done.written:
        yield from accepted(done)
    else:
        dates = " with --published YYYY-MM-DD" if done.undated else ""
        anyway = " --anyway" * bool(done.doubts)
        yield f"Nothing is written: add --accept{anyway}{dates} to take this into data/."


def heading(one: "Incoming") -> str:
    """Say what a file was found to be."""
    years = one.figures["period_end"].dt.year
    rows = f", {one.rows.replace('=', ' ')}" if one.rows else ""
    return (
        f"{one.path.name}: {one.table.title} ({one.table.name}{rows}) of {one.release}, "
        f"{counted(one.figures['area'].nunique(), 'area')}, {year_spans(set(years))}"
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


def passed_over(done: "Import", everything: bool) -> Iterable[str]:
    """Say which files of an archive give nothing: each with its reason, or the first ones."""
    from thurrock_analysis.machine.upkeep import fitting

    if everything:
        return done.passed_over.values()
    names = fitting.listed(done.passed_over)
    return [f"{names}: no figure known here (--all says why)"] if names else []


def not_taken(done: "Import", everything: bool) -> Iterable[str]:
    """Say which columns and values of the files no table takes, and how many figures they hold."""
    from thurrock_analysis.machine.upkeep import fitting

    files = {one.path: one.frame for one in done.incoming}
    for path, frame in files.items():
        tables = [one.table for one in done.incoming if one.path == path]
        left = fitting.not_taken(frame, tables)
        if left:
            most = sorted(left.items(), key=lambda each: -each[1])
            names = [f"{name} ({count:,})" for name, count in most]
            said = "; ".join(names) if everything else fitting.listed(names)
            yield (
                f"{path.name}: {counted(sum(left.values()), 'figure')} not taken, which "
                f"data/publishers/columns.csv does not map, or which have no year: {said}"
            )


def notes(done: "Import") -> Iterable[str]:
    """Say which notes stand below the tables of the files, and are none of their rows."""
    from thurrock_analysis.machine.upkeep import fitting

    for path, below in {one.path: one.notes for one in done.incoming}.items():
        if below:
            yield f"{path.name}: left out as a note below the table: {fitting.listed(below)}"


def left_out(done: "Import") -> Iterable[str]:
    """Say which figures an import does not take, and why; and which ratios lack a denominator."""
    if unlike := len(done.merged.left_out):
        yield (
            f"{unlike:,} differ from what the record holds of the same release, from another file: "
            "it keeps its own."
        )
    if lacking := int(without_denominator(done).sum()):
        yield (
            f"{lacking:,} rates and percentages come without a denominator: it is hidden, or in a "
            "file of the release that is not named here, such as its populations."
        )


def without_denominator(done: "Import") -> "pd.Series":
    """Count the added ratios that have a number and no denominator, by measure."""
    from thurrock_analysis.record import measures

    new = done.changes[done.changes["kind"].eq("added")]
    bare = new.loc[new["new_value"].notna() & new["new_denominator"].isna(), "measure"]
    counts = bare.value_counts()
    return counts[[measures.get(str(name)).is_ratio for name in counts.index]]


def by_measure(done: "Import") -> Iterable[str]:
    """Count by measure what an import adds, changes and leaves out."""
    import pandas as pd

    from thurrock_analysis.machine.upkeep import difference

    counts = pd.crosstab(done.changes["measure"], done.changes["kind"])
    counts = counts.reindex(columns=["added", "changed", "earlier"], fill_value=0)
    counts["left out"] = done.merged.left_out["measure"].value_counts()
    counts["without denominator"] = without_denominator(done)
    yield from difference.tabulated(counts.fillna(0).astype(int))


def accepted(done: "Import") -> Iterable[str]:
    """Say what was written, and where a later build looks for the files."""
    from thurrock_analysis import paths

    yield f"Written to {paths.data()}."
    yield "To let 'thurrock data build' find the files again, keep them in its folder as:"
    for file in dict.fromkeys(one.source["file"] for one in done.incoming):
        yield f"  {file}"
