"""The returns of several years as one table: the latest return counts."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.returns.statutory import KEYS, PLACE
from thurrock_analysis.returns.typing import Typed, told


@dataclass
class Stacked:
    """One row a key, from the latest return; masks over the rows of the typed table."""

    frame: pd.DataFrame
    kept: np.ndarray
    repeated: np.ndarray
    aside: np.ndarray


def numbered(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return a number for each row, in the order of some columns; equal rows have the same."""
    numbers = np.zeros(len(frame), np.int64)
    for column in columns:
        places, values = pd.factorize(frame[column], sort=True)
        numbers = numbers * (len(values) + 1) + places + 1
        if len(values) and numbers.max(initial=0) > np.iinfo(np.int64).max // (len(frame) + 2):
            numbers = pd.factorize(numbers, sort=True)[0].astype(np.int64)
    return numbers


def stack(one: Typed) -> tuple[Stacked, list[pd.DataFrame]]:
    """Keep one row of each key: that of the latest return, and of it the fullest, else the last."""
    frame, form = one.frame, one.form
    usable = np.flatnonzero(~one.aside)
    rows = frame.iloc[usable]
    names = [name for name in form.fields if name != "YEAR"]
    key = numbered(rows, form.key)
    years = rows["YEAR"].to_numpy(np.int64, na_value=0)
    again = pd.Series(key).duplicated(keep=False).to_numpy()
    tie = np.zeros((2, len(rows)), np.int64)
    if again.any():
        tie[0, again] = rows.loc[again, names].notna().sum(axis=1)
        tie[1, again] = numbered(rows[again], ["row", *names])
    order = np.lexsort((tie[1], tie[0], years, key))
    ordered = key[order]
    last = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]
    winner = order[last]
    of = winner[np.searchsorted(key[winner], key)]
    lost = of != np.arange(len(rows))
    same = lost & (years == years[of])
    equal = np.zeros(len(rows), bool)
    equal[same] = (
        numbered(rows, names)[same] == numbered(rows, names)[of][same] if same.any() else 0
    )
    masks = {
        "kept": usable[winner],
        "repeated": usable[lost & (~same | equal)],
        "aside": usable[same & ~equal],
    }
    flags = {name: mask_of(frame, places) for name, places in masks.items()}
    found = list(repetitions(one, rows, same, equal))
    if not form.yearly:
        found += changes(one, rows, lost & ~same, of)
    kept = frame.iloc[masks["kept"]].reset_index(drop=True)
    return Stacked(kept[[*names, *KEYS, *PLACE]], **flags), found


def mask_of(frame: pd.DataFrame, places: np.ndarray) -> np.ndarray:
    """Return a mask over a table that holds at some places."""
    mask = np.zeros(len(frame), bool)
    mask[places] = True
    return mask


def repetitions(
    one: Typed, rows: pd.DataFrame, same: np.ndarray, equal: np.ndarray
) -> Iterable[pd.DataFrame]:
    """Yield the issues of rows that one return has twice, alike or not."""
    for rule, mask in (("duplicate_row", same & equal), ("two_rows_of_one", same & ~equal)):
        if mask.any():
            yield told(one.form, rows[mask], rule, one.form.identifier)


def changes(
    one: Typed, rows: pd.DataFrame, earlier: np.ndarray, of: np.ndarray
) -> Iterable[pd.DataFrame]:
    """Yield the issues of facts that the latest return tells otherwise than one before it."""
    before = rows[earlier]
    after = rows.iloc[of[earlier]].set_axis(before.index)
    for name in one.form.fields:
        if name in one.form.key:
            continue
        changed = before[name].notna() & before[name].ne(after[name]).fillna(True)
        if changed.any():
            yield told(one.form, before[changed], "changed_fact", name)
