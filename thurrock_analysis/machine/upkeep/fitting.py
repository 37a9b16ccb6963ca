"""How a file fits what is known of its table: what is missing, what is new, what is at odds."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis.loaders import cells, lait
from thurrock_analysis.loaders.cells import Table
from thurrock_analysis.machine.upkeep import history
from thurrock_analysis.metrics import recomputation
from thurrock_analysis.record import areas, dictionary, measures, tidy

if TYPE_CHECKING:
    from thurrock_analysis.machine.upkeep.importing import Incoming

WHO_AND_WHEN = {
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
}  # fmt: skip
FIGURE = ["measure", "breakdown", "group"]
NAME = ["measure", "area", "period_end"]
NAMED = 5
"""How many columns or values a sentence names."""


def lacking(held: pd.DataFrame, incoming: Iterable["Incoming"]) -> Iterator[str]:
    """Say what each table printed of the same areas the release before, and its files now lack."""
    together: dict[tuple[str, str], list[Incoming]] = {}
    for one in incoming:
        if one.table.format == "ees":
            together.setdefault((one.table.name, one.release), []).append(one)
    for found in together.values():
        table, frames = found[0].table, [one.table.named(one.frame) for one in found]
        expected = table.columns[printed_before(held, found)]
        has = [
            any(holds(frame, row.column, row.rows) for frame in frames)
            for row in expected.itertuples()
        ]
        # A figure has as many rows as it had wordings.
        worded = pd.Series(has, index=expected.index, dtype="bool")
        absent = expected[~worded.groupby([expected[name] for name in FIGURE]).transform("any")]
        if len(absent):
            what = dict.fromkeys(
                row.rows
                if row.rows and any(row.column in frame for frame in frames)
                else " or ".join(table.known_as(row.column))
                for row in absent.itertuples()
            )
            names = ", ".join(dict.fromkeys(one.path.name for one in found))
            yield f"{names} lacks, or has empty, what {table.title!r} had before: {listed(what)}"


def printed_before(held: pd.DataFrame, found: list["Incoming"]) -> pd.Series:
    """Say which mapped columns of a table its nearest release held has, of the same areas.

    That is the release itself where it is held, else the newest before, else the oldest after.
    Where no release of the table is held all are expected.
    """
    table, year = found[0].table, cells.closing_year(found[0].release)
    sources = dictionary.read("sources").query("table == @table.name")
    if sources.empty:
        return pd.Series(True, index=table.columns.index)
    years = sources["release"].map(cells.closing_year)
    nearest = years.iloc[years.map(lambda one: (one > year, abs(one - year))).argmin()]
    marks = (sources["release"] + history.IN + sources["source"])[years.eq(nearest)]
    rows = held[held["measure"].isin(table.columns["measure"]) & held["value"].notna()]
    rows = rows[rows["origin"].eq("published")]
    rows = rows[rows["area"].isin({code for one in found for code in one.figures["area"]})]
    rows = history.plain(
        rows[rows["period_end"] <= max(one.figures["period_end"].max() for one in found)]
    )
    mine = (rows["release"] + history.IN + rows["source"]).isin(marks)
    for mark in marks:
        mine |= rows["confirmed"].str.contains(mark, regex=False)
    known = pd.MultiIndex.from_frame(rows.loc[mine, FIGURE])
    return pd.Series(
        pd.MultiIndex.from_frame(table.columns[FIGURE]).isin(known), table.columns.index
    )


def holds(frame: pd.DataFrame, column: str, rows: str) -> bool:
    """Say whether a file prints anything in the rows of a column."""
    return column in frame and bool(cells.select(frame, rows)[column].ne("").any())


def listed(names: Iterable[str]) -> str:
    """Name the first of some columns or values, and how many more there are."""
    whole = list(names)
    more = f" and {len(whole) - NAMED} more" if len(whole) > NAMED else ""
    return "; ".join(whole[:NAMED]) + more


def not_taken(frame: pd.DataFrame, tables: list[Table]) -> dict[str, int]:
    """Return which columns, and values of filters, no table takes, and their figures' number.

    Examples
    --------
    >>> frame = pd.DataFrame({"Referrals": ["1", "c"], "Referrals_child": ["1", "2"]})
    >>> not_taken(frame, [cells.table_named("c1")])
    {'Referrals_child': 2}
    """
    if tables[0].format == "lait":
        known = {series for table in tables for series in table.columns["column"]}
        dateless = frame["Years"].isin(lait.NO_YEAR)
        left = frame[(dateless | ~frame["Short Desc"].isin(known)) & is_number(frame["Values"])]
        names = left["Short Desc"].mask(dateless, left["Short Desc"] + " of no year")
        return {str(name): int(n) for name, n in names.value_counts().items()}
    found = [left_by(frame, table) for table in tables]
    return {name: n for name, n in found[0].items() if all(name in other for other in found)}


def left_by(frame: pd.DataFrame, table: Table) -> dict[str, int]:
    """Return what one table leaves of a file."""
    headings, frame = table.headings(frame), table.named(frame)
    wanted = table.columns[table.columns["column"].isin(frame.columns)]
    filters = {column for rows in wanted["rows"] for column, _ in cells.conditions(rows)}
    others = set(frame.columns) - set(wanted["column"]) - filters - WHO_AND_WHEN
    counts = {name: int(is_number(frame[name]).sum()) for name in frame.columns if name in others}
    for column, mapped in wanted.groupby("column", sort=False):
        taken = pd.Series(False, index=frame.index)
        for rows in mapped["rows"]:
            taken[cells.select(frame, rows).index] = True
        left = frame[~taken & is_number(frame[column])]
        by = [name for name in frame.columns if name in filters]
        if len(left) and by:
            for values, count in left.groupby(by, sort=False).size().items():
                said = " / ".join(values if isinstance(values, tuple) else [values])
                counts[f"{headings.get(column, column)} of {said}"] = int(count)
    return {name or "a column without a name": count for name, count in counts.items() if count}


def is_number(column: pd.Series) -> pd.Series:
    """Say which cells are numbers."""
    text = column.str.replace(",", "", regex=False)
    found: pd.Series = pd.to_numeric(text, errors="coerce").notna()
    return found


def at_odds(figures: pd.DataFrame, incoming: list["Incoming"]) -> Iterator[str]:
    """Name each printed ratio that does not follow from its parts, and each share over 100.

    Of many measures no parts are known: then a share can be seen to be wrong from that alone.
    """
    rounding = dictionary.read("rounding")
    releases = {name for one in incoming for name in one.figures["release"].unique()}
    known = {name for name in releases if name.partition(" ")[0] in set(rounding["collection"])}
    new = figures["release"].isin(known)
    new &= figures["source"].isin([one.figures["source"].iloc[0] for one in incoming])
    judged = recomputation.verdicts(
        figures[new],
        [one for one in map(measures.get, figures.loc[new, "measure"].unique()) if one.is_ratio],
        rounding,
        {code: area.level for code, area in areas.table().items()},
        dictionary.read("exceptions"),
    )
    different = judged[judged["verdict"].eq(recomputation.DIFFERENT)]
    for row in different.itertuples():
        yield (
            f"{where(row.measure, row.area, row.period_end, incoming)}: {row.value:,g} does not "
            f"follow from {row.numerator:,.10g} of {row.denominator:,.10g}, which gives "
            f"{row.recomputed:,g}"
        )
    seen = set(different[NAME].itertuples(index=False, name=None))
    for one in incoming:
        shares = [name for name in one.figures["measure"].unique() if measures.get(name).is_share]
        rows = one.figures[one.figures["measure"].isin(shares) & one.figures["value"].gt(100)]
        for row in rows.itertuples():
            name = (row.measure, row.area, row.period_end)
            if name not in seen:
                yield f"{where(*name, [one])}: {row.value:,g} per cent of a whole is more than all"


def where(measure: str, area: str, end: pd.Timestamp, incoming: list["Incoming"]) -> str:
    """Say in which file, row and column a figure stands."""
    for one in incoming:
        rows = one.figures
        mine = rows["measure"].eq(measure) & rows["area"].eq(area) & rows["period_end"].eq(end)
        mine &= rows["breakdown"].eq(tidy.ALL)
        if mine.any():
            mapped = one.table.columns[one.table.columns["measure"].eq(measure)]["column"]
            column = one.table.headings(one.frame).get(mapped.iloc[0], mapped.iloc[0])
            return f"{one.path.name}, row {rows.loc[mine, 'row'].iloc[0]}, column {column}"
    return measure
