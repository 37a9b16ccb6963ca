"""Whether a share moved as more people were known: what it is of those who are."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.view import View
from thurrock_analysis.record import dictionary, measures

NAN = float("nan")
NEARLY_ALL = 0.95
"""The share of all of whom it has to be known for nothing to be said."""


def told(view: View, pairs: Iterable[dict[str, Any]]) -> str:
    """Say of the shares that ``known.csv`` names what they are of those who are known.

    Parameters
    ----------
    view : View
        The figures of the area.
    pairs : iterable of dict
        Changes: ``measure``, ``year_first`` and ``year_last``. Nothing is said of one whose known
        part is as large in both years, or is hidden in one.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> pair = {"measure": "care_leavers_19_21_eet_percent", "year_first": 2022, "year_last": 2025}
    >>> told(open_report("North Northamptonshire"), [pair])[:66]
    'Education, employment or training, 19 to 21: known of 157 of 189 ('
    """
    beside = {row["measure"]: row["beside"] for row in dictionary.rows("known")}
    said: dict[str, str] = {}
    for pair in pairs:
        name, years = pair["measure"], (pair["year_last"], pair["year_first"])
        if name in beside and not said.get(beside[name]):  # its opposite tells as much
            said[name] = _said(view, name, beside[name], *years)
    return " ".join(filter(None, said.values()))


def now(view: View, name: str, year: int) -> str:
    """Say of how many a figure is known, where that is not nearly all, and what it is of these.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> now(open_report("Hampshire"), "care_leavers_19_21_suitable_percent", 2025)
    'It is known of 365 of 743 (49%); of those known it is 93%.'
    """
    beside = {row["measure"]: row["beside"] for row in dictionary.rows("known")}
    parts = _parts(view, name, beside[name], year) if name in beside else None
    if parts is None or parts[1] >= NEARLY_ALL * parts[2]:
        return ""
    part, known, whole = parts
    share, of_known = (f"{words.number(100 * one)}%" for one in (known / whole, part / known))
    told = f"{words.number(known)} of {words.number(whole)}"
    return f"It is known of {told} ({share}); of those known it is {of_known}."


def _said(view: View, name: str, other: str, last: int, first: int) -> str:
    now, then = (_parts(view, name, other, year) for year in (last, first))
    if now is None or then is None:
        return ""
    shares = [words.number(100 * known / whole) for _, known, whole in (now, then)]
    if shares[0] == shares[1]:
        return ""
    part, before = (f"{words.number(100 * part / known)}%" for part, known, _ in (now, then))
    known = [
        f"of {words.number(one[1])} of {words.number(one[2])} ({share}%) in {year}"
        for one, share, year in zip((now, then), shares, (last, first), strict=True)
    ]
    return (
        f"{measures.get(name).short}: known {known[0]} and {known[1]}; of those known it is "
        f"{part}, and was {before}."
    )


def _parts(view: View, name: str, other: str, year: int) -> tuple[float, float, float] | None:
    """Return the share's number, that of all known, and the whole; None if one is hidden."""
    own = view.own(name)
    own = own[own["period_end"].dt.year.eq(year)]
    if own.empty:
        return None
    part, whole = own.iloc[-1][["numerator", "denominator"]]
    rest, base = _rest(view, other, year, whole)
    if pd.isna([part, whole, rest, base]).any() or whole != base or part + rest == 0:
        return None
    return part, part + rest, whole


def _rest(view: View, other: str, year: int, whole: float) -> tuple[float, float]:
    """Return how many are known to be otherwise, by a share or by a group of the whole, of whom."""
    if other in measures.table().index:
        rows = view.own(other)
        rows = rows[rows["period_end"].dt.year.eq(year)]
        return tuple(rows.iloc[-1][["numerator", "denominator"]]) if len(rows) else (NAN, NAN)
    group = measures.part(other)
    assert group is not None
    rows = view.own(group.measure, breakdown=group.breakdown)
    rows = rows[rows["period_end"].dt.year.eq(year) & rows["group"].isin(group.groups)]
    return (float(rows["value"].iloc[-1]), whole) if len(rows) else (NAN, NAN)
