"""The returns of several years as one table: the latest return counts."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.returns.header import last_day
from thurrock_analysis.returns.statutory import KEYS, OPEN, PLACE, Form
from thurrock_analysis.returns.typing import Typed, told

EPISODES = "episodes"


@dataclass
class Stacked:
    """One row a key, from the latest return; `place` is its place in the typed table."""

    frame: pd.DataFrame
    place: np.ndarray
    repeated: np.ndarray
    aside: np.ndarray

    def drop(self, out: np.ndarray, frame: pd.DataFrame) -> None:
        """Set rows aside, and take the table without them."""
        self.aside[self.place[out]] = True
        self.place, self.frame = self.place[~out], frame


def combined(numbers: list[np.ndarray]) -> np.ndarray:
    """Return one number for several in each row, in their order; equal rows have the same."""
    found = np.zeros(len(numbers[0]), np.int64)
    for each in numbers:
        wide = int(each.max(initial=0)) + 2
        if int(found.max(initial=0)) >= np.iinfo(np.int64).max // wide - 1:
            found = np.unique(found, return_inverse=True)[1]
        found = found * wide + each + 1
    return found


def stack(one: Typed) -> tuple[Stacked, list[pd.DataFrame]]:
    """Keep one row of each key: that of the latest return, and of it the fullest, else the last."""
    frame, form = one.frame, one.form
    names = form.facts
    usable = np.flatnonzero(~(one.aside | one.outdated))
    whole = len(usable) == len(frame)
    numbers = {name: each if whole else each[usable] for name, each in one.numbers.items()}
    years = frame["YEAR"].to_numpy(np.int64, na_value=0)[usable]
    numbers["YEAR"] = years - years.min(initial=0)
    key = named_apart(combined([numbers[name] for name in form.key]), numbers, form)
    dated = combined([key, numbers["YEAR"]])
    order = ranked(dated, numbers, frame["row"].to_numpy()[usable], names)
    kept, in_year = last_of(key, order), last_of(dated, order)
    of, twin = (
        kept[np.searchsorted(key[kept], key)],
        in_year[np.searchsorted(dated[in_year], dated)],
    )
    lost, again = (each != np.arange(len(usable)) for each in (of, twin))
    same = np.flatnonzero(again)
    alike = np.logical_and.reduce(
        [numbers[name][same] == numbers[name][twin[same]] for name in names]
    )
    repeated, aside = lost.copy(), np.zeros(len(usable), bool)
    aside[same[~alike]] = True
    repeated &= ~aside
    found = [
        told(form, frame.iloc[usable[places]], rule, form.identifier)
        for rule, places in (("duplicate_row", same[alike]), ("two_rows_of_one", same[~alike]))
        if len(places)
    ]
    if not form.yearly:
        earlier = np.flatnonzero(lost & ~again)
        found += changes(one, numbers, usable, earlier, of[earlier])
    if form.name == EPISODES:
        found += skipped(one, key, usable)
    own = [name for name in form.fields if name not in KEYS]
    rows = frame.iloc[usable[kept]][[*own, *KEYS, *PLACE]].reset_index(drop=True)
    left, lost_in_one = (mask_of(frame, usable[mask]) for mask in (repeated, aside))
    return Stacked(rows, usable[kept], left | one.outdated, lost_in_one), found


def ranked(
    dated: np.ndarray, numbers: dict[str, np.ndarray], rows: np.ndarray, names: list[str]
) -> np.ndarray:
    """Return the places of the rows by key and year, of each the one that counts at the end."""
    again = pd.Series(dated).duplicated(keep=False).to_numpy()
    if not again.any():
        return np.argsort(dated, kind="stable")
    tie = np.zeros(len(dated), np.int64)
    columns = [numbers[name][again] for name in names]
    filled = np.add.reduce([column >= 0 for column in columns]).astype(np.int64)
    tie[again] = combined([filled, rows[again], *columns])
    return np.lexsort((tie, dated))


def last_of(key: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the last place of each key in an order by which the keys stand together."""
    ordered = key[order]
    return np.asarray(order[np.append(ordered[1:] != ordered[:-1], True)[: len(order)]])


def named_apart(key: np.ndarray, numbers: dict[str, np.ndarray], form: Form) -> np.ndarray:
    """Return keys of which no two without an identifier are the same."""
    if form.identifier:
        unnamed = np.flatnonzero(numbers[form.identifier] < 0)
        key[unnamed] = key.max(initial=0) + 1 + np.arange(len(unnamed))
    return key


def mask_of(frame: pd.DataFrame, places: np.ndarray) -> np.ndarray:
    """Return a mask over a table that holds at some places."""
    mask = np.zeros(len(frame), bool)
    mask[places] = True
    return mask


def skipped(one: Typed, key: np.ndarray, usable: np.ndarray) -> Iterable[pd.DataFrame]:
    """Yield the issues of episodes that had begun, and that a later return has and one lacks."""
    rows = one.frame.iloc[usable]
    begun = rows["DECOM"].dt.year + rows["DECOM"].dt.month.gt(
        int(last_day(one.form.collection)[:2])
    )
    years = [years.to_numpy(np.int64, na_value=0) for years in (rows["YEAR"], begun)]
    of = pd.factorize(rows["LA"])[0] * OPEN
    held, place = np.unique(of + years[0], return_inverse=True)
    order = np.lexsort((place, key))
    first = np.append(True, np.diff(key[order]) != 0)[: len(order)]
    before = np.where(
        first, np.searchsorted(held, (of + years[1])[order]) - 1, np.roll(place[order], 1)
    )
    gone = order[place[order] - before > 1]
    if len(gone):
        yield told(one.form, one.frame.iloc[usable[gone]], "skipped_episode", "DECOM")


def changes(
    one: Typed,
    numbers: dict[str, np.ndarray],
    usable: np.ndarray,
    earlier: np.ndarray,
    later: np.ndarray,
) -> Iterable[pd.DataFrame]:
    """Yield the issues of facts that the latest return tells otherwise than one before it."""
    for name in one.form.facts:
        if name not in one.form.key:
            before, after = numbers[name][earlier], numbers[name][later]
            changed = (before >= 0) & (before != after)
            if changed.any():
                rows = one.frame.iloc[usable[earlier[changed]]]
                yield told(one.form, rows, "changed_fact", name)
