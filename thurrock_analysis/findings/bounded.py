"""What a hidden count can be: by all that is printed of the same children at the same time."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis.findings import rounded
from thurrock_analysis.metrics import bounds
from thurrock_analysis.metrics.rounding import allowed
from thurrock_analysis.record import dictionary, store, tidy

if TYPE_CHECKING:
    from thurrock_analysis.findings.view import View

WHOLE = (tidy.ALL, tidy.ALL)
LIST = "|"


def limits(
    view: "View", name: str, breakdown: str, groups: tuple[str, ...], end: pd.Timestamp
) -> bounds.Bounds:
    """Return the least and the most that groups of a count can be together.

    How groups of one breakdown add up to those of another, or to the whole, is in ``totals.csv``;
    groups that are not in it are a part of the whole.
    """
    rows = printed(view, name, breakdown, groups, end)
    asked = rows["breakdown"].eq(breakdown) & rows["group"].isin(groups)
    whole = rows.loc[rows["breakdown"].eq(tidy.ALL), "value"].sum(min_count=1)
    most = float("inf") if pd.isna(whole) else float(whole)
    if not asked.any():
        return 0.0, most
    told = rows.loc[asked, "value"]
    known = None
    for among in (rows, of_release(rows, asked)):  # a later release can be at odds with one before
        known = known or solved(name, among, asked[among.index])
    low, high = known or (float(told.sum()), most)
    if breakdown == tidy.ALL or told.notna().all():
        return low, high
    beside = apart(breakdown, keys(rows)) - set(groups)
    rest = rows.loc[rows["breakdown"].eq(breakdown) & rows["group"].isin(beside), "value"]
    others = float(rest.sum()) if rest.isna().any() else float("nan")
    return bounds.guarded((low, min(high, most)), float(told.sum()), float(whole), others)


def printed(
    view: "View", name: str, breakdown: str, groups: tuple[str, ...], end: pd.Timestamp
) -> pd.DataFrame:
    """Return all that is printed of a count in a period; the whole as when the groups were."""
    every, known = view.printings(name), view.printed(name)
    known = known[known["period_end"].eq(end) & known["status"].ne("not applicable")]
    known = known.reset_index(drop=True)
    asked = known[known["breakdown"].eq(breakdown) & known["group"].isin(groups)]
    if breakdown != tidy.ALL and len(asked):
        then = store.same_vintage(asked.tail(1), every).iloc[0]
        known.loc[known["breakdown"].eq(tidy.ALL) & pd.notna(then), "value"] = then
    return known


def of_release(rows: pd.DataFrame, asked: pd.Series) -> pd.DataFrame:
    """Return what the release of some rows prints, and the whole."""
    same = rows["release"].isin(rows.loc[asked, "release"])
    return rows[same | rows["breakdown"].eq(tidy.ALL)]


def solved(name: str, rows: pd.DataFrame, asked: pd.Series) -> bounds.Bounds | None:
    """Return the bounds of some rows together; None where what is printed is at odds."""
    places = {key: place for place, key in enumerate(keys(rows))}
    columns = zip(rows["value"], rounded.units(rows), strict=True)
    cells = [bounds.UNKNOWN if pd.isna(value) else allowed(value, to) for value, to in columns]
    return bounds.of_sum(cells, sums(name, places), asked.to_numpy().nonzero()[0].tolist())


def keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the breakdown and group of each row."""
    return list(zip(rows["breakdown"], rows["group"], strict=True))


def sums(name: str, places: dict[tuple[str, str], int]) -> list[bounds.Sum]:
    """Return how the groups that are there hang together."""
    found = []
    for whole, parts, exact in [*written(name), *breakdowns(name, places)]:
        inside = [places[one] for one in parts if one in places]
        if whole in places and inside:
            complete = exact and len(inside) == len(parts)
            found.append(bounds.Sum(places[whole], tuple(inside), complete))
    return found


Written = tuple[tuple[str, str], list[tuple[str, str]], bool]


def kinds(name: str) -> list[dict[str, str]]:
    """Return the rows of ``totals.csv`` that concern a measure."""
    return [row for row in dictionary.rows("totals") if row["measure"] in ("", name)]


def written(name: str) -> Iterator[Written]:
    """Yield the sums of named groups."""
    for row in kinds(name):
        if row["parts"]:
            parts = [(row["of"], one) for one in row["parts"].split(LIST)]
            yield (row["breakdown"], row["group"]), parts, row["exact"] == "yes"


def breakdowns(name: str, places: dict[tuple[str, str], int]) -> Iterator[Written]:
    """Yield each breakdown as parts of the whole."""
    complete = {row["of"] for row in kinds(name) if not row["parts"] and row["exact"]}
    for breakdown in sorted({key[0] for key in places} - {tidy.ALL}):
        parts = [(breakdown, one) for one in sorted(apart(breakdown, places))]
        yield WHOLE, parts, breakdown in complete


def apart(breakdown: str, places: Iterable[tuple[str, str]]) -> set[str]:
    """Return groups of a breakdown of which no child is in two, whether printed or hidden."""
    found = {group for kind, group in places if kind == breakdown}
    for group, aside in twice(breakdown):
        found -= aside if group in found else set()
    return found


def twice(breakdown: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each group of a breakdown that is a sum of others, and what stands aside for it."""
    for row in dictionary.rows("totals"):
        if row["told"] and row["breakdown"] == breakdown:
            parts = set(row["parts"].split(LIST))
            yield row["group"], parts if row["told"] == "total" else {row["group"]}
