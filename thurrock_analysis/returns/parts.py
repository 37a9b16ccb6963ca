"""Rows that belong to other rows, which each return numbers anew.

An episode of need that is open for years is in several returns, with a number of its own in each.
Before returns are stacked, rows take the keys of what they belong to; afterwards they take year
and number of the row that was kept.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import statutory
from thurrock_analysis.returns.statutory import KEYS, PLACE
from thurrock_analysis.returns.typing import Typed

Tables = dict[str, pd.DataFrame]
Marks = np.ndarray[Any, np.dtype[np.bool_]]
NEW = " kept"
"""What ends the names of columns of rows that were kept."""


@dataclass(frozen=True)
class Part:
    """A form the rows of which belong to those of another, or to which others belong.

    Attributes
    ----------
    part_of : str
        The form it belongs to, or empty.
    address : list of str
        The columns that name a row of it within all files; those that belong to it have them too.
    key : list of str
        The columns that name a row of it once returns are stacked.
    latest : bool
        Whether a later return replaces all rows that belong to one row.
    """

    part_of: str
    address: list[str]
    key: list[str]
    latest: bool


@resting_on("parts", "forms", "fields")
def parts() -> dict[str, Part]:
    """Return the forms that belong to others and those they belong to, these first.

    >>> parts()["cin_factors"].address
    ['file', 'LAchildID', 'episode', 'assessment']
    >>> parts()["cin_reviews"].key
    ['LA', 'LAchildID', 'CPPstartDate', 'CPPreviewDate']
    """
    rows = {row["form"]: row for row in dictionary.rows("parts")}
    numbers = {row["part_of"]: row["number"] for row in rows.values()}
    found: dict[str, Part] = {}

    def add(name: str) -> Part:
        row, form = rows.get(name), statutory.forms()[name]
        above = add(row["part_of"]) if row else None
        address = above.address if above else ["file", form.identifier]
        own = numbers.get(name, "")
        key = above.key if above and row and row["known_with"] else []
        found[name] = Part(
            row["part_of"] if row else "",
            [*address, own] if own else address,
            list(dict.fromkeys([*key, *form.key])),
            bool(row and row["kept"]),
        )
        return found[name]

    for name in rows:
        add(name)
    return dict(sorted(found.items(), key=lambda item: len(item[1].address)))


def joined(tables: list[Typed]) -> None:
    """Give the rows of each table the keys of what they belong to, and mark what is replaced."""
    held = {one.form.name: one for one in tables}
    for name, part in parts().items():
        if name not in held or part.part_of not in held:
            continue
        one, above = held[name], held[part.part_of]
        lacking = [column for column in part.key if column not in one.frame]
        if lacking:
            address = parts()[part.part_of].address
            known = above.frame[[*address, *lacking]].drop_duplicates(address)
            one.frame = one.frame.merge(known, how="left", on=address)
            one.numbers |= {name: pd.factorize(one.frame[name], sort=True)[0] for name in lacking}
            fields = {
                column: replace(above.form.fields[column], needed="", in_year=False)
                for column in lacking
            }
            one.form = replace(one.form, fields=fields | one.form.fields)
        if part.latest:
            one.outdated = outdated(one, above)


def outdated(one: Typed, above: Typed) -> Marks:
    """Return which rows are of a return before the latest that has what they belong to."""
    key, years = above.form.key, ["YEAR"]
    latest = above.frame[~above.aside].groupby(key, dropna=False)[years].max().reset_index()
    told = one.frame[key].merge(latest, how="left", on=key)["YEAR"]
    return np.asarray((one.frame["YEAR"] < told).fillna(False), dtype="bool")


def numbered(tables: list[Typed], stacked: Tables) -> Tables:
    """Give rows that were kept year and number of the rows kept of what they belong to."""
    held, found, moved = {one.form.name: one for one in tables}, dict(stacked), Tables()
    several = {one.form.name for one in tables if one.frame["file"].nunique() > 1}
    for name, part in parts().items():
        if name not in held:
            continue
        rows = found[name]
        if part.part_of in moved:
            rows = moved_to(rows, moved[part.part_of], parts()[part.part_of].address)
        if name in several:
            rows, numbers = counted(rows, part), part.address[2:]
            frame = held[name].frame
            key = [column for column in part.key if column in frame]
            moved[name] = frame[[*dict.fromkeys([*part.address, *key])]].merge(
                rows[[*key, "YEAR", *numbers]], on=key, suffixes=("", NEW)
            )
        own = [*statutory.forms()[name].fields, *KEYS, *PLACE]
        found[name] = rows[[column for column in dict.fromkeys(own) if column in rows]]
    return found


def moved_to(rows: pd.DataFrame, moved: pd.DataFrame, address: list[str]) -> pd.DataFrame:
    """Give rows the new numbers and year of what they belong to, where that was kept."""
    renewed = ["YEAR", *address[2:]]
    told = moved.rename(columns={"YEAR": "YEAR" + NEW})
    told = told[[*address, *(column + NEW for column in renewed)]].drop_duplicates(address)
    found = rows.merge(told, how="left", on=address)
    for column in renewed:
        found[column] = found.pop(column + NEW).fillna(found[column])
    return found


def counted(rows: pd.DataFrame, part: Part) -> pd.DataFrame:
    """Give rows that have a number new ones within what they belong to, in the order of keys."""
    above = parts()[part.part_of].address if part.part_of else part.address[:2]
    if part.address == above:
        return rows
    number = part.address[-1]
    key = [column for column in part.key if column in rows]
    ordered = rows[rows[number].notna()].sort_values(key, kind="stable")
    within = ordered.groupby(["LA", "YEAR", *above[1:]], dropna=False, sort=False)
    return rows.assign(**{number: (within.cumcount() + 1).astype("Int64").reindex(rows.index)})
