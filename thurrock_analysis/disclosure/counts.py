"""The counts behind figures, and every sum of them that anybody can write down."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from thurrock_analysis.disclosure.system import System
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators.cases import definitions
from thurrock_analysis.record import dictionary, measures
from thurrock_analysis.record.inventory import resting_on

WHOLE = ("all", "all")
"""The split and the group of a figure that is not split."""
SIDES = {"numerator": "met", "denominator": "of"}
COUNT, SHARE, RATIO, MEAN = "count", "share", "ratio", "mean"
KINDS = {COUNT: ("numerator",), SHARE: tuple(SIDES), RATIO: tuple(SIDES), MEAN: ("denominator",)}
"""Which sides of a figure of each kind are counts. Of a share one is part of the other."""
FIGURE = ["measure", "split", "group", "start", "end"]
DAY = pd.Timedelta(days=1)


class Key(NamedTuple):
    """What names a count: a count of a day has no start."""

    name: str
    split: str
    group: str
    start: str
    end: str


class _Fact(NamedTuple):
    """What is so of a count, as a `System` has it."""

    truth: int
    named: bool
    offered: bool
    known: bool


@dataclass(frozen=True)
class Book:
    """A system of counts, and where those of each figure stand in it.

    Attributes
    ----------
    figures : DataFrame
        Each with the cells of its two sides, -1 where a side is no count.
    """

    system: System
    keys: dict[Key, int]
    figures: pd.DataFrame


@resting_on("publishable")
def kinds() -> dict[str, str]:
    """Return the kind of each measure that can be published.

    >>> kinds()["referrals"], kinds()["re_referral_percent"]
    ('count', 'share')
    """
    return {row["measure"]: row["kind"] for row in dictionary.rows("publishable")}


def book(figures: pd.DataFrame, published: pd.DataFrame) -> Book:
    """Put together what an attacker can know of figures.

    Parameters
    ----------
    figures : DataFrame
        `FIGURE` (the days as 2026-03-31), `numerator` and `denominator` (the value of a count is
        its numerator); `named` and `offered`, as a `System` has them; and `numerator_known` and
        `denominator_known`: whether the same count was published before.
    published : DataFrame
        What the publisher prints of the same authority, as a tidy table.
    """
    figures = figures.assign(kind=figures["measure"].map(kinds())).reset_index(drop=True)
    names, subsets = _names(figures)
    system, keys = System(), {}
    told = _publisher(published, names)
    sides: dict[str, list[int]] = {side: [-1] * len(figures) for side in SIDES}
    facts = _facts(figures, names)
    for key, fact in facts.items():
        public = fact.truth in told.get((key.name, key.split, key.group, key.end), ())
        known = fact.known or (public and _is_year(key))
        keys[key] = system.cell(fact.truth, fact.named, fact.offered, known)
    for row in figures.itertuples():
        for side in KINDS[row.kind]:
            sides[side][row.Index] = keys[_key(row, names[row.measure, side])]
        if row.kind == SHARE:
            system.total(sides["denominator"][row.Index], [sides["numerator"][row.Index]])
    linked = figures.assign(**{f"{side}_cell": cells for side, cells in sides.items()})
    _splits(system, keys)
    _spans(system, keys)
    _sums(system, keys, names, subsets)
    _balances(system, keys)
    _rounded(system, linked, published)
    return Book(system, keys, linked)


def _facts(figures: pd.DataFrame, names: dict[tuple[str, str], str]) -> dict[Key, _Fact]:
    """Return what is so of each count in any figure that it stands in."""
    found: dict[Key, _Fact] = {}
    for row in figures.itertuples():
        for side in KINDS[row.kind]:
            key, amount = _key(row, names[row.measure, side]), getattr(row, side)
            if amount != round(amount):
                raise ThurrockError(
                    f"{row.measure} is no whole count ({amount:g}): it cannot be published."
                )
            before = found.get(key, _Fact(0, False, False, False))
            found[key] = _Fact(
                int(amount),
                before.named or bool(row.named),
                before.offered or bool(row.offered),
                before.known or bool(getattr(row, f"{side}_known")),
            )
    return found


def _key(row: Any, name: str) -> Key:
    of_day = _basis(name) == "at date"
    return Key(name, row.split, row.group, "" if of_day else row.start, row.end)


def _basis(name: str) -> str:
    return str(definitions()[name.partition(":")[0]]["basis"])


def _is_year(key: Key) -> bool:
    """Say whether a publisher's figure, which is of a year or a day, is about the same."""
    if not key.start:
        return True
    after = pd.Timestamp(key.end) + DAY
    return bool(pd.Timestamp(key.start) == after - pd.DateOffset(years=1))


def _names(figures: pd.DataFrame) -> tuple[dict[tuple[str, str], str], list[tuple[str, str]]]:
    """Return what each side of each measure counts; equal counts have one name.

    Which text of a definition names a count of its own is seen from the counts: one that leaves
    more out than the count of that name is a part of it, and counts that are equal in every
    cell are one.
    """
    series: dict[str, dict[tuple[str, ...], float]] = {}
    names: dict[tuple[str, str], str] = {}
    parts: list[tuple[str, str]] = []
    counts_first = figures.sort_values("kind", key=lambda kind: kind.ne(COUNT), kind="stable")
    for measure, rows in counts_first.groupby("measure", sort=False):
        kind = rows["kind"].iloc[0]
        for side in KINDS[kind]:
            own = str(measure) if kind == COUNT else f"{measure}:{SIDES[side]}"
            text = own if kind == COUNT else definitions()[str(measure)][side]
            keys = rows[FIGURE[1:]].itertuples(index=False, name=None)
            mine = dict(zip(keys, rows[side], strict=True))
            name = text if text in definitions() else own
            held = series.get(name, {})
            if any(held[key] != mine[key] for key in held.keys() & mine.keys()):
                parts.append((name, own))
                name = own
            same = next((other for other, theirs in series.items() if theirs == mine), name)
            if _basis(same) == _basis(name) and any(mine.values()):
                name = same
            series.setdefault(name, {}).update(mine)
            names[str(measure), side] = name
    return names, parts


def _splits(system: System, keys: dict[Key, int]) -> None:
    """Add that groups make up the whole."""
    parts = defaultdict(list)
    for key, cell in keys.items():
        if key.split != WHOLE[0]:
            parts[key.name, key.split, key.start, key.end].append(cell)
    for (name, _, start, end), cells in parts.items():
        whole = keys.get(Key(name, *WHOLE, start, end))
        if whole is not None:
            system.total(whole, cells)


def elementary(windows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pieces that windows are cut into by each other's first and last days.

    >>> elementary([("2025-04-01", "2026-03-31"), ("2026-03-01", "2026-03-31")])
    [('2025-04-01', '2026-02-28'), ('2026-03-01', '2026-03-31')]
    """
    known = list(windows)
    cuts = sorted({start for start, _ in known} | {_shifted(end, 1) for _, end in known})
    pieces = [(first, _shifted(after, -1)) for first, after in pairwise(cuts)]
    return [
        (first, last)
        for first, last in pieces
        if any(start <= first and last <= end for start, end in known)
    ]


def _shifted(day: str, days: int) -> str:
    return str((pd.Timestamp(day) + days * DAY).date())


def _spans(system: System, keys: dict[Key, int]) -> None:
    """Add that what happened in a span is made up of what happened in its pieces."""
    held: dict[tuple[str, str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for key, cell in keys.items():
        if key.start:
            held[key.name, key.split, key.group][key.start, key.end] = cell
    for windows in held.values():
        pieces = elementary(windows)
        for (start, end), cell in windows.items():
            inner = [one for one in pieces if start <= one[0] and one[1] <= end]
            if len(inner) > 1 and all(one in windows for one in inner):
                system.total(cell, [windows[one] for one in inner])


def _sums(
    system: System,
    keys: dict[Key, int],
    names: dict[tuple[str, str], str],
    subsets: list[tuple[str, str]],
) -> None:
    """Add which counts of different measures make up others, by ``sums.csv``."""
    known = {f"{measure}:{SIDES[side]}": name for (measure, side), name in names.items()}
    asked = [(whole, [part]) for whole, part in subsets]
    asked += [(row["whole"], row["parts"].split("|")) for row in _rows("parts")]
    for whole, parts in asked:
        whole, parts = known.get(whole, whole), [known.get(part, part) for part in parts]
        by_end: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
        for key, cell in keys.items():
            if key.name in parts and key.split == WHOLE[0]:
                by_end[key.end].setdefault(key.name, {})[key.start] = cell
        for key, cell in [(key, cell) for key, cell in keys.items() if key.name == whole]:
            if key.split == WHOLE[0]:
                found = [_of_span(by_end[key.end].get(part, {}), key) for part in parts]
                if cells := [one for one in found if one is not None]:
                    system.total(cell, cells)


def _of_span(cells: dict[str, int], key: Key) -> int | None:
    """Return the count of the same span, of its last day, or of the year to that day."""
    if key.start:
        return cells.get(key.start, cells.get(""))
    year = str((pd.Timestamp(key.end) + DAY - pd.DateOffset(years=1)).date())
    return cells.get("", cells.get(year))


def _balances(system: System, keys: dict[Key, int]) -> None:
    """Add that what there is is what there was, and who came, less who went; where it is so."""
    for row in _rows("balance"):
        came, went = row["parts"].split("|")
        for key, coming in keys.items():
            if key.name != came or key.split != WHOLE[0]:
                continue
            day_before = _shifted(key.start, -1)
            others = [
                keys.get(Key(row["whole"], *WHOLE, "", key.end)),
                keys.get(Key(row["whole"], *WHOLE, "", day_before)),
                keys.get(key._replace(name=went)),
            ]
            if None in others:
                continue
            now, before, going = [one for one in others if one is not None]
            cells, signs = [now, before, coming, going], [1, -1, -1, 1]
            if sum(s * system.truth[c] for c, s in zip(cells, signs, strict=True)) == 0:
                system.relation(cells, signs)


def _rows(kind: str) -> Iterator[dict[str, str]]:
    return (row for row in dictionary.rows("sums") if row["kind"] == kind)


def _publisher(
    published: pd.DataFrame, names: dict[tuple[str, str], str]
) -> dict[tuple[str, str, str, str], set[float]]:
    """Return every value that the publisher prints of a count of a year or a day."""
    told = defaultdict(set)
    for row in published.itertuples():
        where = row.breakdown, row.group, str(row.period_end.date())
        told[row.measure, *where].add(row.value)
        for side in SIDES:
            if name := names.get((row.measure, side)):
                told[name, *where].add(getattr(row, side))
    return told


def _rounded(system: System, figures: pd.DataFrame, published: pd.DataFrame) -> None:
    """Add between which bounds a publisher's rounded percentage leaves its parts."""
    printed = defaultdict(set)
    for row in published.dropna(subset=["value"]).itertuples():
        printed[row.measure, row.breakdown, row.group, str(row.period_end.date())].add(row.value)
    for row in figures[figures["kind"].isin([SHARE, RATIO])].itertuples():
        top, under = row.numerator_cell, row.denominator_cell
        if not _is_year(Key("", "", "", row.start, row.end)):
            continue
        for value in printed[row.measure, row.split, row.group, row.end]:
            # In units of half the last place: 200 met / of lies in [value - 1, value + 1).
            unit = 2 * 10 ** measures.get(row.measure).decimals
            middle = round(value * unit)
            met, of = 100 * unit * system.truth[top], system.truth[under]
            if (middle - 1) * of <= met < (middle + 1) * of:
                cells = [top, under]
                system.relation(cells, [100 * unit, 1 - middle], high=np.inf)
                system.relation(cells, [100 * unit, -1 - middle], low=-np.inf, high=-1)
