"""The returns of several years as one table: the latest return counts."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.returns.statutory import KEYS, PLACE, Form
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
    kept = latest(key, numbers, frame["row"].to_numpy()[usable], names)
    of = kept[np.searchsorted(key[kept], key)]
    lost = of != np.arange(len(usable))
    same = np.flatnonzero(lost & (years == years[of]))
    alike = np.logical_and.reduce(
        [numbers[name][same] == numbers[name][of[same]] for name in names]
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
        earlier = np.flatnonzero(lost & (years != years[of]))
        found += changes(one, numbers, usable, earlier, of[earlier])
    if form.name == EPISODES:
        found += skipped(one, key, numbers, usable)
    own = [name for name in form.fields if name not in KEYS]
    rows = frame.iloc[usable[kept]][[*own, *KEYS, *PLACE]].reset_index(drop=True)
    left, lost_in_one = (mask_of(frame, usable[mask]) for mask in (repeated, aside))
    return Stacked(rows, usable[kept], left | one.outdated, lost_in_one), found


def latest(
    key: np.ndarray, numbers: dict[str, np.ndarray], rows: np.ndarray, names: list[str]
) -> np.ndarray:
    """Return the place of the row that counts for each key, in the order of the keys."""
    dated = combined([key, numbers["YEAR"]])
    again = pd.Series(dated).duplicated(keep=False).to_numpy()
    if again.any():
        tie = np.zeros(len(key), np.int64)
        columns = [numbers[name][again] for name in names]
        filled = np.add.reduce([column >= 0 for column in columns]).astype(np.int64)
        tie[again] = combined([filled, rows[again], *columns])
        order = np.lexsort((tie, dated))
    else:
        order = np.argsort(dated, kind="stable")
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


def skipped(
    one: Typed, key: np.ndarray, numbers: dict[str, np.ndarray], usable: np.ndarray
) -> Iterable[pd.DataFrame]:
    """Yield the issues of episodes that a return between two others lacks."""
    held, place = np.unique(combined([numbers["LA"], numbers["YEAR"]]), return_inverse=True)
    order = np.lexsort((place, key))
    gone = (np.diff(key[order]) == 0) & (np.diff(place[order]) > 1)
    if gone.any():
        yield told(one.form, one.frame.iloc[usable[order[1:][gone]]], "skipped_episode", "DECOM")


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
