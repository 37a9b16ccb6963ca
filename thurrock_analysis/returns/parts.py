"""Rows that belong to other rows, which each return numbers anew.

An episode of need that is open for years is in several returns, with a number of its own in each.
Before returns are stacked, rows take the keys of what they belong to; afterwards they take year
and number of the row that was kept.
"""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import statutory

Tables = dict[str, pd.DataFrame]
NEW = " kept"


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

    >>> parts()["cin_factors"].address, parts()["cin_reviews"].key
    (['file', 'LAchildID', 'episode', 'assessment'], ['LA', 'LAchildID', 'CPPstartDate', 'CPPreviewDate'])
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


def named(tables: Tables) -> Tables:
    """Give the rows of each table the keys of what they belong to."""
    found = dict(tables)
    for name, part in parts().items():
        if name not in found:
            continue
        lacking = [column for column in part.key if column not in found[name]]
        if lacking:
            above = parts()[part.part_of]
            known = found[part.part_of][[*above.address, *lacking]]
            known = known.drop_duplicates(above.address)
            found[name] = found[name].merge(known, how="left", on=above.address)
    return found


def numbered(before: Tables, after: Tables) -> Tables:
    """Give rows that were kept year and number of the rows kept of what they belong to.

    Parameters
    ----------
    before, after : dict of str to DataFrame
        Tables of `named`, as they were read and as they were stacked.
    """
    found, moved = dict(after), Tables()
    for name, part in parts().items():
        if name not in found:
            continue
        rows = found[name]
        if part.part_of in moved:
            above = parts()[part.part_of]
            if part.latest:
                kept = after[part.part_of][above.address].drop_duplicates()
                rows = rows.merge(kept, on=above.address)
            rows = moved_to(rows, moved[part.part_of], above.address)
        found[name], numbers = counted(rows, name, part), part.address[2:]
        moved[name] = before[name][[*part.address, *part.key]].merge(
            found[name][[*part.key, "YEAR", *numbers]], on=part.key, suffixes=("", NEW)
        )
        own = ["LA", "YEAR", *statutory.forms()[name].fields, "file", "row"]
        found[name] = found[name][[column for column in own if column in rows]]
    return found


def moved_to(rows: pd.DataFrame, moved: pd.DataFrame, address: list[str]) -> pd.DataFrame:
    """Give rows the new numbers and year of what they belong to, where it was kept."""
    numbers = address[2:]
    told = moved.rename(columns={"YEAR": "YEAR" + NEW})
    told = told[[*address, "YEAR" + NEW, *(number + NEW for number in numbers)]]
    joined = rows.merge(told.drop_duplicates(address), how="left", on=address)
    for column in ("YEAR", *numbers):
        joined[column] = joined.pop(column + NEW).fillna(joined[column]).astype(rows[column].dtype)
    return joined


def counted(rows: pd.DataFrame, name: str, part: Part) -> pd.DataFrame:
    """Number rows anew within what they belong to, in the order of their keys."""
    identifier, *numbers = part.address[1:]
    own = parts()[part.part_of].address[2:] if part.part_of else []
    if numbers == own:
        return rows
    ordered = rows.sort_values(part.key, kind="stable")
    within = ordered.groupby(["LA", "YEAR", identifier, *own], dropna=False, sort=False)
    return rows.assign(**{numbers[-1]: (within.cumcount() + 1).astype(rows[numbers[-1]].dtype)})
