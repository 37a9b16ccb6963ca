"""What the formats share: finding a file's table, cells -> tidy rows."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError, quoted
from thurrock_analysis.record import areas, dictionary, measures, symbols, tidy
from thurrock_analysis.record.inventory import resting_on


class NothingKnownError(ThurrockError):
    """A file is well, and the dictionary knows nothing of what is in it."""


@dataclass(frozen=True)
class Table:
    """A publisher's table: its format, and which of its columns hold which measures."""

    name: str
    format: str
    collection: str
    title: str
    window: int | None
    columns: pd.DataFrame
    headers: list[tuple[str, str]]

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the columns of a file the names that the dictionary has for them."""
        return frame.rename(columns={also: name for name, also in self.headings(frame).items()})

    def headings(self, frame: pd.DataFrame) -> dict[str, str]:
        """Return how a file heads the columns that have another name in the dictionary."""
        found: dict[str, str] = {}
        for column, also in self.headers:
            # A column can have the name that another had in an older release.
            if also in frame and (column not in frame or column in found.values()):
                found[column] = also
        return found

    def known_as(self, column: str) -> list[str]:
        """Return the names that a column has, in the dictionary and in files."""
        return [column, *(also for name, also in self.headers if name == column)]


@resting_on("columns", "headers", "tables")
def tables() -> list[Table]:
    """Return the tables that the loaders know, in the order of the dictionary."""
    columns = dict(list(dictionary.read("columns").groupby("table")))
    headers: dict[str, list[tuple[str, str]]] = {}
    for row in dictionary.rows("headers"):
        headers.setdefault(row["table"], []).append((row["column"], row["also"]))
    return [
        Table(
            row["table"],
            row["format"],
            row["collection"],
            row["title"],
            int(row["window"]) if row["window"] else None,
            columns[row["table"]],
            headers.get(row["table"], []),
        )
        for row in dictionary.rows("tables")
    ]


def table_named(name: str) -> Table:
    """Return one table of the dictionary by its name."""
    return next(table for table in tables() if table.name == name)


def identify(frame: pd.DataFrame, path: Path) -> list[Table]:
    """Find which known tables a file holds from its header, never from its name."""
    rows = dictionary.read("tables").itertuples()
    required = {row.table: row.requires.split(";") for row in rows if row.requires}
    found = [
        table
        for table in tables()
        if table.name in required
        and all(holds(table.named(frame), item) for item in required[table.name])
    ]
    if not found:
        raise NothingKnownError(
            f"{path.name} is none of the tables known here: its header is "
            f"{', '.join(list(frame.columns)[:6])} ...; data/publishers/tables.csv lists "
            "the columns by which a table is known."
        )
    return found


def holds(frame: pd.DataFrame, requirement: str) -> bool:
    """Say whether a file has a column, and in it a value where one is named; or, by !, has it not.

    Some tables differ in nothing but what they print in a column.

    >>> frame = pd.DataFrame({"cla_group": ["Taken into care"]})
    >>> [holds(frame, asked) for asked in ("cla_group", "cla_group=Adopted", "!cla_group")]
    [True, False, False]
    """
    if requirement.startswith("!"):
        return requirement[1:] not in frame.columns
    column, _, value = requirement.partition("=")
    return column in frame.columns and (not value or bool(frame[column].eq(value).any()))


def select(frame: pd.DataFrame, rows: str) -> pd.DataFrame:
    """Keep the rows that meet every condition of the dictionary; no condition keeps all.

    >>> frame = pd.DataFrame({"age": ["17", "19", "20"], "activity": ["a", "a", "b"]})
    >>> select(frame, "age=19|20 & activity=a").index.tolist()
    [1]
    """
    for column, values in conditions(rows):
        frame = frame[frame[column].isin(values)] if column in frame else frame.iloc[:0]
    return frame


def conditions(rows: str) -> list[tuple[str, list[str]]]:
    """Return the columns that the conditions of the dictionary name, and the values wanted."""
    parts = (condition.split("=", 1) for condition in filter(None, rows.split(" & ")))
    return [(column, values.split("|")) for column, values in parts]


def in_months(text: pd.Series) -> pd.Series:
    """Write a duration printed as years and months in months; leave other cells alone.

    >>> in_months(pd.Series(["1:10", "00:09", "k"])).tolist()
    ['22', '9', 'k']
    """
    parts = text.str.extract(r"^(\d+):(\d{1,2})$").astype("float64")
    months = 12 * parts[0] + parts[1]
    return text.where(months.isna(), months.map("{:.0f}".format))


def place(frame: pd.DataFrame, codes: pd.Series, path: Path, column: str) -> pd.DataFrame:
    """Add the column ``area`` from DfE numbers or ONS codes; an unknown one is an error."""
    area = codes.map(areas.codes())
    if area.isna().any():
        row = area.isna().idxmax()
        raise ThurrockError(
            f"{path.name}, row {row}, column {column}: {quoted(codes[row])} is no English "
            "authority or region known here; data/dictionary/areas.csv lists those that are."
        )
    return frame.assign(area=area)


def figures(cells: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """Turn placed and dated cells into rows of the tidy table.

    A population printed in a release of its own for a year ending 31 March is the estimate
    for the middle of the year before: that is what the publisher divides by.
    """
    known = measures.table()[["unit", "collection", "basis"]].loc[cells["measure"]].reset_index()
    durations = known["unit"].eq("months").to_numpy()
    text = cells["text"]
    if durations.any():
        text = text.mask(durations, in_months(text))
    values, status = symbols.split(text, table.format, f"{path.name} ({table.name})")
    numbers, cells = cells.index, cells.reset_index(drop=True)
    lag = (known["collection"] != table.collection).astype(int)
    ends = measures.period_end(known["collection"], cells["year"] - lag)
    rows = cells.drop(columns=["text", "year"]).assign(
        area=areas.reporting(cells["area"], known["collection"]),
        period_end=ends,
        period_start=measures.period_start(ends, known["basis"]),
        basis=known["basis"],
        value=values.round(6).to_numpy(),
        status=status.to_numpy(),
        origin="published",
    )
    return distinct(tidy.conform(rows).assign(row=numbers))


def distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a figure where a file prints an area, or a joint return, under two codes."""
    rank = rows["status"].map({"": 0, "not applicable": 2}).fillna(1)
    ordered = rows.assign(rank=rank).sort_values("rank", kind="stable")
    return ordered.drop_duplicates(tidy.FIGURE).drop(columns="rank").sort_index()


def year_tokens(year: int) -> dict[str, str]:
    """Return how the wide files write a year in their column names.

    >>> year_tokens(2016)
    {'{fy}': '1516', '{day}': '310316', '{year}': '2016', '{start}': '2015'}
    """
    return {
        "{fy}": f"{(year - 1) % 100:02d}{year % 100:02d}",
        "{day}": f"3103{year % 100:02d}",
        "{year}": str(year),
        "{start}": str(year - 1),
    }


def closing_year(release: str) -> int:
    """Return the year that ends a release's name.

    >>> closing_year("CIN 2017")
    2017
    """
    match = re.search(r"(\d{4})$", release)
    if not match:
        raise ThurrockError(f"The release {release!r} must end in its closing year, as 'CIN 2017'.")
    return int(match[1])
