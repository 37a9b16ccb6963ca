"""Take newer releases, as downloaded from the publishers, into the record."""

import csv
import datetime
import io
import itertools
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import cells, ees, lait, opening
from thurrock_analysis.loaders.cells import NothingKnownError, Table
from thurrock_analysis.machine.upkeep import (
    archive,
    build,
    difference,
    downloads,
    fitting,
    merging,
    stage,
)
from thurrock_analysis.record import dictionary, inventory, measures, releases, store

POPULATIONS = "ONS"


@dataclass(frozen=True)
class Incoming:
    """One table of a downloaded file, and the release that it carries."""

    path: Path
    table: Table
    release: str
    rows: str
    frame: pd.DataFrame
    notes: list[str]
    """What stands below the table in the file, and is none of it."""
    figures: pd.DataFrame

    @cached_property
    def names(self) -> set[str]:
        """The measures of which it has figures."""
        return set(self.figures["measure"].unique())

    @cached_property
    def source(self) -> dict[str, str]:
        """The row of ``sources.csv`` by which a build finds the file again."""
        known = dictionary.read("collections").set_index("collection").loc[self.table.collection]
        return {
            "source": self.figures["source"].iloc[0],
            "file": f"{self.release.lower().replace(' ', '_')}/{self.path.name}",
            "table": self.table.name,
            "release": self.release,
            "publisher": known["publisher"],
            "title": self.table.title,
            "rows": self.rows,
        }


@dataclass(frozen=True)
class Import:
    """What an import found and, if it was accepted, did."""

    incoming: list[Incoming]
    passed_over: dict[str, str]
    held: pd.DataFrame
    merged: merging.Merged
    undated: list[str]
    doubts: list[str]
    written: bool

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What differs from the record before, as `difference.compare` says it."""
        before = self.held[self.held["measure"].isin(self.merged.touched)]
        return difference.compare(before, self.merged.made)


def take(
    files: list[Path],
    release: str | None = None,
    dates: tuple[str, ...] = (),
    accept: bool = False,
    anyway: bool = False,
) -> Import:
    """Read downloaded files, say what they add to the record and, if accepted, add it."""
    with stage.staged(lasting=accept) as staging:
        incoming, passed_over = read_all(files, release)
        undated = date_releases(incoming, dates, accept)
        refuse_one_name(incoming)
        refuse_contradictions(incoming)
        held, sources = store.load(), [one.source for one in incoming]
        known = pd.concat([dictionary.read("sources"), pd.DataFrame(sources)])
        new = pd.concat([one.figures.drop(columns="row") for one in incoming])
        merged = merging.merge(held, new, known)
        refuse_other_editions(incoming, merged)
        doubts = [*fitting.lacking(held, incoming), *fitting.at_odds(merged.made, incoming)]
        if accept and doubts and not anyway:
            more = f" (and {len(doubts) - 1} more)" if len(doubts) > 1 else ""
            raise ThurrockError(f"{doubts[0]}{more}: --anyway takes it all the same.")
        written = accept and not merged.fresh.empty
        if written:
            used = set(merged.fresh["source"])
            append("sources", [row for row in sources if row["source"] in used])
            archive.write_record(merged.figures)
            staging.publish()
        return Import(incoming, passed_over, held, merged, undated, doubts, written)


def read_all(files: list[Path], release: str | None) -> tuple[list[Incoming], dict[str, str]]:
    """Read the tables of all files, and say why some in an archive give nothing."""
    incoming: list[Incoming] = []
    passed_over: dict[str, str] = {}
    for file in files:
        for opened in opening.read_all(file):
            try:
                incoming += read(opened, release)
            except NothingKnownError as nothing:
                if opened.place == file:
                    raise
                passed_over[opened.place.name] = str(nothing)
    if not incoming:
        reason = next(iter(passed_over.values()))
        raise ThurrockError(f"{files[0].name} holds no table known here: {reason}")
    return incoming, passed_over


def read(opened: opening.Table, release: str | None) -> list[Incoming]:
    """Take from a file every table that belongs to a release."""
    path = opened.place
    if not path.name.isprintable():
        raise ThurrockError(
            f"{path.name!r} has signs in its name that no list can hold: rename it."
        )
    tables = downloads.known(opened.cells, path)
    frame, rows, day = downloads.newest_snapshot(opened.cells, path)
    found = []
    for table in tables:
        mine = downloads.rows_of(table, frame)
        downloads.check(mine, table, path)
        years = closing_years(mine, table, path)
        if years.empty:
            continue
        name = named(release, table, path, years.max()) if release else inferred(table, path, years)
        if name:
            figures = build.take(mine, path, table, name)
            figures = figures.assign(source=source_of(path, table, name, rows, day))
            found.append(Incoming(path, table, name, rows, frame, list(opened.notes), figures))
    found = [one for one in found if len(one.figures)]
    if not found:
        known = release or f"{tables[0].title!r} that data/publishers/columns.csv names"
        raise NothingKnownError(f"{path.name} holds no figures of {known}.")
    return found


def closing_years(frame: pd.DataFrame, table: Table, path: Path) -> pd.Series:
    """Return the years that a table's rows close."""
    if table.format != "lait":
        return ees.years(frame, path)
    return lait.closing_years(frame["Years"]).dropna().astype(int)


def source_of(path: Path, table: Table, release: str, rows: str, day: str) -> str:
    """Return what to call a file: by what is said once of a table and release, or a snapshot."""
    sources = dictionary.read("sources")
    known = sources[sources["table"].eq(table.name) & sources["release"].eq(release)]
    if table.format == "lait":
        known = known[known["file"].map(lambda file: Path(file).name).eq(path.name)]
        known = known[known["rows"].eq(rows)]
        otherwise = f"LAIT {day or path.stem}"
    else:
        title = (
            dictionary.read("collections").set_index("collection").loc[table.collection, "title"]
        )
        otherwise = f"{title} {cells.closing_year(release)}, {table.title.lower()}"
    return str(known["source"].iloc[0]) if len(known) else otherwise


def inferred(table: Table, path: Path, years: pd.Series) -> str:
    """Return the release that the newest year of a file names."""
    if table.collection == POPULATIONS:
        raise ThurrockError(
            f"{path.name} holds populations, which serve the release that divides by them: name "
            f"it, as --release 'CIN {years.max() + 1}'."
        )
    return f"{table.collection} {years.max()}"


def named(release: str, table: Table, path: Path, newest: int) -> str | None:
    """Return the release that the user named if a table can belong to it, None if it cannot."""
    known = sorted({one.collection for one in cells.tables()} - {POPULATIONS})
    collection, _, year = release.partition(" ")
    if collection not in known or not (len(year) == 4 and year.isdecimal()):
        raise ThurrockError(
            f"{release!r} is no release: write {', '.join(known[:-1])} or {known[-1]} and the "
            f"closing year, as '{known[0]} {newest}'."
        )
    if table.collection == POPULATIONS:
        newest += 1  # a mid-year estimate serves the year that closes the following March
    elif table.collection != collection:
        if table.format == "lait":
            return None
        raise ThurrockError(
            f"{path.name} belongs to {table.collection} and not to {release}: import it by itself."
        )
    if newest != int(year):
        raise ThurrockError(
            f"{path.name} has figures up to {newest} and cannot belong to {release}: a release "
            "ends with its own year."
        )
    return release


def date_releases(incoming: list[Incoming], dates: tuple[str, ...], accept: bool) -> list[str]:
    """Give the releases that the calendar lacks a row there; return those left without a date.

    A preview puts a release without a date behind all others.
    """
    calendar = releases.calendar()
    carried = sorted({name for one in incoming for name in one.figures["release"].unique()})
    unknown = [name for name in carried if name not in calendar.index]
    given = parse_dates(dates, carried, unknown)
    for name in set(given) & set(calendar.index):
        known = calendar.loc[name, "first_published"].date()
        if known != given[name]:
            raise ThurrockError(
                f"{name} was first published on {known}, as data/publishers/releases.csv has it, "
                f"and not on {given[name]}: correct the one that is wrong."
            )
    undated = [name for name in unknown if name not in given]
    if undated and accept:
        raise ThurrockError(
            f"When {undated[0]} was first published is not known here: say so, as "
            "--published YYYY-MM-DD."
        )
    last = calendar["first_published"].max().date()
    ends = {name: closing_date(name) for name in unknown}
    behind = max([last, *ends.values()]) + datetime.timedelta(days=1)
    append(
        "releases", [calendar_row(name, ends[name], given.get(name, behind)) for name in unknown]
    )
    return undated


def parse_dates(
    dates: tuple[str, ...], carried: list[str], unknown: list[str]
) -> dict[str, datetime.date]:
    """Read dates of publication, each of the one release that needs one or of a named one."""
    given = {}
    for text in dates:
        name, _, day = text.rpartition("=")
        if not name and len(unknown or carried) > 1:
            needed = " and ".join(unknown or carried)
            raise ThurrockError(
                f"These files carry {needed}: say which {day} is of, as "
                f"--published '{(unknown or carried)[0]}={day}'."
            )
        name = name or (unknown or carried)[0]
        if name not in carried:
            raise ThurrockError(f"{name} is in none of these files: they hold {carried[0]}.")
        given[name] = releases.parse(day)
        if given[name] <= closing_date(name):
            raise ThurrockError(
                f"{name} cannot have been published on {day}: it closes on {closing_date(name)}."
            )
    return given


def closing_date(release: str) -> datetime.date:
    """Return the day on which a release's year closes.

    >>> closing_date("CIN 2026").isoformat()
    '2026-03-31'
    """
    collection = pd.Series([release.partition(" ")[0]])
    end: datetime.date = measures.period_end(collection, pd.Series([cells.closing_year(release)]))[
        0
    ].date()
    return end


def calendar_row(release: str, end: datetime.date, published: datetime.date) -> dict[str, str]:
    """Return a release's row of the calendar."""
    collection = release.partition(" ")[0]
    title = dictionary.read("collections").set_index("collection").loc[collection, "title"]
    return {
        "collection": collection,
        "release": release,
        "period_end": end.isoformat(),
        "first_published": published.isoformat(),
        "date_status": "stated",
        "title": f"{title}: reporting year {end.year}",
        "source": "stated by whoever imported the release",
    }


def append(name: str, rows: list[dict[str, str]]) -> None:
    """Add to a table of the dictionary the rows that it lacks, and leave its others untouched."""
    path = dictionary.file(name)
    columns = list(dictionary.read(name).columns)
    key = ["table", "release", "file"] if name == "sources" else ["release"]
    have = set(dictionary.read(name)[key].itertuples(index=False, name=None))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writerows(row for row in rows if tuple(row[column] for column in key) not in have)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(text.getvalue())
    inventory.recount()


def refuse_one_name(incoming: list[Incoming]) -> None:
    """Refuse two files of a release with one name: a build finds each by it."""
    for one, other in itertools.combinations(incoming, 2):
        if one.path != other.path and one.source["file"] == other.source["file"]:
            raise ThurrockError(
                f"{one.path} and {other.path} have one name in {one.release}: rename one of them."
            )


def refuse_contradictions(incoming: list[Incoming]) -> None:
    """Refuse two files that hold one table of one release and give a figure differently.

    Two tables of a release may differ, and LAIT copies tables: there the first table counts, in
    the order of ``tables.csv``.
    """
    for one, other in itertools.combinations(incoming, 2):
        if one.source["source"] == other.source["source"] and one.names & other.names:
            unlike = merging.contradicted(one.figures, other.figures)
            if not unlike.empty:
                raise ThurrockError(
                    f"{one.path.name} and {other.path.name} contradict each other on "
                    f"{figure(unlike.iloc[0])} in {one.release}: name only the right one."
                )


def refuse_other_editions(incoming: list[Incoming], merged: merging.Merged) -> None:
    """Refuse a file that says other things than what the record has from the same source."""
    other = merged.unlike[merged.unlike["source"].eq(merged.unlike["held_source"])]
    for one in incoming:
        mine = other[other["source"].eq(one.source["source"])]
        if not mine.empty:
            raise ThurrockError(
                f"{one.path.name} is another edition of a table of {one.release} that the record "
                f"holds, and differs first on {figure(mine.iloc[0])}: put it in the place of the "
                "file that sources.csv names, and run 'thurrock data build'."
            )


def figure(row: pd.Series) -> str:
    """Name a figure in a sentence."""
    return f"{row['measure']} / {row['group']} / {row['area']} / {row['period_end']:%Y-%m-%d}"
