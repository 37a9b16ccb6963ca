"""Shares of few people, three years together, beside three years before."""

from collections.abc import Iterable

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.view import View, grouping
from thurrock_analysis.metrics import usual
from thurrock_analysis.metrics.usual import Placed
from thurrock_analysis.record import areas, measures

GROUP = "three years together"
YEARS = 3
APART = 5
"""Years from the middle of the one window to that of the other."""


def told(view: View, names: Iterable[str]) -> str:
    """Say what shares of the group came to over three years, and over three that end five before.

    Whether that is a usual change is held against single years as far apart, which move more than
    three years together do: it errs towards usual. Nothing is said where a year is hidden, not
    held or before a break.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> told(open_report("Thurrock"), ["care_leavers_19_21_eet_percent"])[45:107]
    '236 of 479 (49%) in 2023 to 2025, 355 of 543 (65%) in 2018 to '
    """
    known = set(grouping(GROUP))
    return " ".join(filter(None, (_said(view, name) for name in names if name in known)))


def _said(view: View, name: str) -> str:
    measure, years = measures.get(name), view.years(name)
    if not years:
        return ""
    windows = [range(years[-1] - back - YEARS + 1, years[-1] - back + 1) for back in (0, APART)]
    if view.broken(name) > windows[1][0]:
        return ""
    own = [_sum(view, name, view.area.code, window) for window in windows]
    whole = [_sum(view, name, areas.ENGLAND, window) for window in windows]
    if any(one is None for one in own):
        return ""
    texts = [
        f"{words.number(top)} of {words.number(base)} "
        f"({words.figure(100 * top / base, measure)}) in {window[0]} to {window[-1]}"
        for (top, base), window in zip(filter(None, own), windows, strict=True)
    ]
    return f"{measure.short}: {texts[0]}, {texts[1]}{_verdict(view, name, own, whole)}."


def _sum(view: View, name: str, code: str, window: range) -> tuple[float, float] | None:
    """Return the parts of a share over some years; None where a year of them is not held."""
    rows = view.own(name) if code == view.area.code else view.figures(name)
    rows = rows[rows["area"].eq(code) & rows["period_end"].dt.year.isin(window)]
    parts = rows[["numerator", "denominator"]].dropna()
    if len(parts) < len(window) or not parts["denominator"].sum():
        return None
    return float(parts["numerator"].sum()), float(parts["denominator"].sum())


def _verdict(
    view: View,
    name: str,
    own: list[tuple[float, float] | None],
    whole: list[tuple[float, float] | None],
) -> str:
    """Say whether single years as far apart usually move as much, if that is known."""
    known = unusual.track_of(view, name).usual
    if known is None or None in whole:
        return ""
    placed = [_placed(one, known.kind, name) for one in (*own, *whole)]
    common = placed[2].at - placed[3].at
    verdict = usual.verdict(placed[1], placed[0], common, APART, known)
    return f": {unusual.in_words(verdict, APART)}"


def _placed(parts: tuple[float, float] | None, kind: str, name: str) -> Placed:
    top, base = parts or (float("nan"), float("nan"))
    row = pd.DataFrame({"value": [100 * top / base], "numerator": [top], "denominator": [base]})
    return Placed(*usual.ends(row, kind, measures.get(name), 0).iloc[0])
