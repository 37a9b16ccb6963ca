"""Files that a user downloaded: refuse what is no known table, say exactly where one is wrong."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError, quoted
from thurrock_analysis.loaders import cells, ees, lait
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.record import areas, dictionary, measures, symbols
from thurrock_analysis.record.measures import Measure

TIME = ["time_period", "geographic_level"]
SERIES = ["Short Desc", "Years", "LA Number", "Values"]
DATE = r"(?:(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})).*"
"""A date as a computer writes it, or day first as a British spreadsheet shows it."""
NAMELESS = "without a name"
AGAIN = re.compile(r"\.\d+$|[\s_]")
"""What tells a name from the same name once more: case, blanks, or the number that pandas adds."""
NO_COUNT = r"[%eE]|^\d+\.\d{3}$"
"""A share, a number cut to some digits, and thousands as other countries write them."""

DIGITS = 6
"""Decimals beyond which a number has the noise of binary ones."""


def known(frame: pd.DataFrame, path: Path) -> list[Table]:
    """Find which tables a file holds."""
    tables = cells.identify(frame.loc[:, ~frame.columns.duplicated()], path)
    refuse_one_name(frame, tables, path)
    for column in SERIES if tables[0].format == "lait" else places(frame):
        if column not in frame.columns:
            raise ThurrockError(
                f"{path.name} lacks the column {column}, which {tables[0].title!r} has: "
                "download it again."
            )
    if frame.empty:
        raise ThurrockError(f"{path.name} has a header and no rows: download it again.")
    return tables


def refuse_one_name(frame: pd.DataFrame, tables: list[Table], path: Path) -> None:
    """Refuse two columns of one name, or of two names that mean one measure."""
    for name, count in Counter(frame.columns).items():
        if count > 1:
            raise ThurrockError(
                f"{path.name} has the column {name or NAMELESS} {count} times: one column of a "
                "name is right."
            )
    alike: dict[str, str] = {}
    for name in frame.columns:
        first = alike.setdefault(AGAIN.sub("", name.lower()), name)
        if first != name:
            raise two_columns(path, first, name)
    for table in tables:
        for column, also in table.headers:
            if column in set(table.columns["column"]) and {column, also} <= set(frame.columns):
                raise two_columns(path, column, also)


def two_columns(path: Path, first: str, second: str) -> ThurrockError:
    """Build the sentence for two columns that would be one."""
    return ThurrockError(
        f"{path.name} has the columns {first} and {second}, which are one: leave out the one that "
        "is wrong."
    )


def places(frame: pd.DataFrame) -> list[str]:
    """Return the columns that say when and where: a file of England has no codes of authorities."""
    level = frame.get("geographic_level", pd.Series(dtype="str"))
    codes = [column for name, column in ees.CODE_COLUMN.items() if level.eq(name).any()]
    named = ["region_name"] if "region_code" in codes and "region_name" in frame else []
    return [*TIME, *codes, *named]


def newest_snapshot(frame: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, str, str]:
    """Return the rows of the newest snapshot in a file, what selects them, and its ISO date.

    The two texts are empty where the file has no snapshots.
    """
    if "snapshot" not in frame.columns:
        return frame, "", ""
    text = frame["snapshot"]
    parts = text.str.extract(f"^{DATE}$")
    iso = parts["y"].fillna(parts["year"]) + "-"
    iso += parts["m"].fillna(parts["month"]).str.zfill(2) + "-"
    iso += parts["d"].fillna(parts["day"]).str.zfill(2)
    wrong = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").isna()
    if wrong.any():
        row = wrong.idxmax()
        raise ThurrockError(
            f"{path.name}, row {row}, column snapshot: {text[row]!r} is no date such as "
            "2026-12-01 or 01/12/2026."
        )
    newest = iso.eq(iso.max())
    return frame[newest], f"snapshot={'|'.join(text[newest].unique())}", str(iso.max())


def rows_of(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a file that can be a table's: of a snapshot those of its series."""
    if table.format != "lait":
        return frame
    return frame[frame["Short Desc"].isin(table.columns["column"])]


def check(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Refuse cells that cannot be right, naming file, row and column."""
    if table.format == "lait":
        check_snapshot(frame, table, path)
        return
    check_whole_years(frame, table, path)
    placed = ees.placed(frame, path)[["year", "area"]]
    own = frame["geographic_level"].eq("Local authority")
    check_names(placed["area"], frame[own], ["new_la_code", "la_name"], "old_la_code", path)
    headings, frame, where = table.headings(frame), table.named(frame), places(frame)
    for mapped in table.columns.itertuples():
        if mapped.column in frame.columns:
            rows = cells.select(frame, mapped.rows)
            column = rows[mapped.column].rename(headings.get(mapped.column, mapped.column))
            check_numbers(column, table, path, measures.get(mapped.measure))
            check_once(rows[where], column, path)
            # An area can stand under two codes, and a year be written in two ways.
            numbers = column[column.str.contains(r"\d")]
            check_once(placed.loc[numbers.index], numbers, path)


def check_names(
    area: pd.Series, frame: pd.DataFrame, columns: Iterable[str], by: str, path: Path
) -> None:
    """Refuse a row whose other code, or whose name, is that of another area than a code says."""
    for column in columns:
        if column not in frame:
            continue
        meaning = areas.named if "code" not in column else areas.codes().get
        pairs = pd.DataFrame({"area": area, "said": frame[column]}).dropna().drop_duplicates()
        for row, code, text in pairs.itertuples():
            other = meaning(text)
            # Dorset of 2019 and of 2020 are two areas of one name.
            if other and areas.get(other).name != areas.get(code).name:
                raise ThurrockError(
                    f"{path.name}, row {row}, column {column}: {quoted(text)} is not "
                    f"{areas.get(code).name}, which {by} says: download it again."
                )


def check_snapshot(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Check the series of a LAIT snapshot that a table takes."""
    frame = frame[~frame["Years"].isin(lait.NO_YEAR)]
    years = lait.closing_years(frame["Years"])
    if years.isna().any():
        row = years.isna().idxmax()
        raise ThurrockError(
            f"{path.name}, row {row}, column Years: {quoted(frame.loc[row, 'Years'])} must be a "
            "year such as 2024 or 2023-24."
        )
    codes = frame["LA Number"].str.removesuffix(".0")
    placed = cells.place(frame, codes, path, "LA Number").assign(year=years)
    check_names(placed["area"], frame, ["LA and Regions"], "LA Number", path)
    for mapped in table.columns.drop_duplicates("column").itertuples():
        values = frame["Values"][frame["Short Desc"].eq(mapped.column)]
        check_numbers(values, table, path, measures.get(mapped.measure))
    numbers = frame["Values"][frame["Values"].str.contains(r"\d")]
    check_once(placed.loc[numbers.index, ["Short Desc", "area", "year"]], numbers, path)


def check_whole_years(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Refuse a row that is not of a whole year: of a quarter, a month or a term."""
    ees.years(frame, path)
    collections = dictionary.read("collections").set_index("collection")
    said = collections.loc[table.collection, "years"].split(";")
    if "time_identifier" in frame and said != [""]:
        good = frame["time_identifier"].str.lower().isin([one.lower() for one in said])
        if not good.all():
            row = (~good).idxmax()
            raise ThurrockError(
                f"{path.name}, row {row}, column time_identifier: "
                f"{frame.loc[row, 'time_identifier']!r} is not {' or '.join(map(repr, said))}: "
                "only whole years are right."
            )


def check_numbers(
    column: pd.Series, table: Table, path: Path, measure: Measure | None = None
) -> None:
    """Refuse unknown signs and numbers that count nothing; only a net figure can be negative."""
    where = f"{path.name}, column {column.name}"
    text = cells.in_months(column) if measure and measure.unit == "months" else column
    values, _ = symbols.split(text, table.format, where)
    wrong, right = values.lt(0) & ~bool(measure and measure.is_balance), "a number from 0 up"
    if measure and measure.is_count and not (measure.decimals or measure.is_money or wrong.any()):
        form = values.notna() & text.str.contains(NO_COUNT)
        wrong, right = values.round(DIGITS).mod(1).gt(0) | form, "a whole number"
    if wrong.any():
        row = wrong.idxmax()
        raise ThurrockError(f"{where}, row {row}: {quoted(column[row])} must be {right}.")


def check_once(places: pd.DataFrame, column: pd.Series, path: Path) -> None:
    """Refuse two rows that give one figure differently."""
    names = list(places.columns)
    different = places.assign(said=column).drop_duplicates()
    twice = different.duplicated(names, keep=False)
    if twice.any():
        pair = different[twice]
        second = pair[pair.duplicated(names)].iloc[0]
        first = pair[pair[names].eq(second[names]).all(axis=1)].iloc[0]
        raise ThurrockError(
            f"{path.name}, column {column.name}: row {first.name} says {first['said']!r} "
            f"and row {second.name} says {second['said']!r} of one area and year; "
            "one row an area and year is right."
        )
