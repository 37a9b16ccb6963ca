"""The newest figure against those of the five years before."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.view import View, once
from thurrock_analysis.record import areas, measures

YEARS = 5


@once
def of(view: View, name: str, area: str = "") -> pd.Series:
    """Return the figures of a measure and area that are numbers, by closing year."""
    is_own = area in ("", view.area.code)
    rows = (view.own(name) if is_own else view.figures(name))[["area", "period_end", "value"]]
    rows = rows[rows["value"].notna() & (is_own | rows["area"].eq(area))]
    return rows.set_index(rows["period_end"].dt.year)["value"].sort_index()


@once
def beside(view: View, name: str) -> str:
    """Say whether the newest figure is within the range of the five years before.

    ``""`` where one of them is hidden, not held, or before a break in the series.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> beside(open_report("Thurrock"), "initial_conference_rate")
    'lower than in any of the five years before (31.7 to 55.6)'
    """
    own, measure = of(view, name), measures.get(name)
    year = int(own.index[-1])
    before = own[(own.index >= max(year - YEARS, view.broken(name))) & (own.index < year)]
    if len(before) < YEARS:
        return ""
    low, high = (words.figure(value, measure) for value in (before.min(), before.max()))
    if low == high == words.figure(own[year], measure):
        return f"as in each of the five years before ({low})"
    among = f"the five years before ({low} to {high})"
    if before.min() <= own[year] <= before.max():
        return f"within the range of {among}"
    return f"{'higher' if own[year] > before.max() else 'lower'} than in any of {among}"


@once
def england(view: View, name: str, end: pd.Timestamp) -> str:
    """Write England's figure of a period; nothing of counts, nor of England itself."""
    measure = measures.get(name)
    if measure.is_count or view.area.code == areas.ENGLAND:
        return ""
    rows = view.figures(name)[["area", "period_end", "value"]]
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].eq(end)].dropna(subset="value")
    return "" if rows.empty else words.figure(rows["value"].iloc[0], measure)
