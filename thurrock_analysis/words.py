"""Numbers and findings in words: every sentence about results is computed here."""

import math
from collections.abc import Iterable

import pandas as pd

from thurrock_analysis.metrics import change
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record.measures import Measure

NEAR = 2.0
CHANCE = {
    "yes": "; more than chance alone would do",
    "no": "; no more than chance alone could do",
    "too few": "; a handful of cases, so no verdict",
    "unknown": "",
}


def number(value: float, decimals: int = 0) -> str:
    """Write a number, rounded half away from zero, with thousands separated.

    Examples
    --------
    >>> number(2423.5), number(-0.25, 1), number(float("nan"))
    ('2,424', '-0.3', 'no figure')
    """
    if value is None or math.isnan(value):
        return "no figure"
    return f"{half_away(float(value), decimals):,.{decimals}f}"


def figure(value: float, measure: Measure) -> str:
    """Write the value of a measure with the publisher's decimals and a percent sign if any.

    Examples
    --------
    >>> from thurrock_analysis.record import measures
    >>> figure(16.0, measures.get("re_referral_percent"))
    '16.0%'
    """
    return number(value, measure.decimals) + ("%" if measure.unit == "percent" else "")


def as_printed(value: float, measure: Measure) -> str:
    """Write a value that a paper printed with the decimals that it has.

    Examples
    --------
    >>> from thurrock_analysis.record import measures
    >>> as_printed(87.2, measures.get("looked_after_rate"))
    '87.2'
    >>> as_printed(1609.0, measures.get("children_in_need"))
    '1,609'
    """
    return f"{value:,.10g}" + ("%" if measure.unit == "percent" else "")


def period(end: pd.Timestamp, measure: Measure) -> str:
    """Name a period: a year by its two calendar years, a stock by its date.

    Examples
    --------
    >>> from thurrock_analysis.record import measures
    >>> period(pd.Timestamp("2025-03-31"), measures.get("referrals"))
    '2024-25'
    """
    if measure.basis == "at date":
        return f"{end.day} {end:%B %Y}"
    if end.month == 3:
        return f"{end.year - 1}-{end.year % 100:02d}"
    return f"the year to {end:%B %Y}"


def when(end: pd.Timestamp, measure: Measure) -> str:
    """Name a period as a sentence needs it: "in 2024-25" or "on 31 March 2025"."""
    return ("on " if measure.basis == "at date" else "in ") + period(end, measure)


def listed(items: Iterable[str]) -> str:
    """Join items as a sentence does.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    items = list(items)
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)


def ordinal(place: int) -> str:
    """Write a place in a ranking.

    Examples
    --------
    >>> ordinal(2), ordinal(11), ordinal(23)
    ('2nd', '11th', '23rd')
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if 10 <= place % 100 <= 20 else ending}"


def moved(row: pd.Series, measure: Measure) -> str:
    """Say how a measure moved between two periods: "down 31% from 591.8".

    Parameters
    ----------
    row : Series
        A row of `metrics.change.between`.
    measure : Measure
        Percentages move by points, all else by per cent.
    """
    first = figure(row["value_first"], measure)
    if measure.unit == "percent":
        size = number(abs(row["change"]), measure.decimals)
        amount = f"{size} percentage point{'' if size in ('1', '1.0') else 's'}"
    else:
        amount = number(abs(row["percent"])) + "%"
    if round(abs(row["change"]), 6) == 0:
        return f"unchanged from {first}"
    return f"{'down' if row['change'] < 0 else 'up'} {amount} from {first}"


def against(value: float, other: float, name: str, measure: Measure) -> str:
    """Compare a value with a comparator's: "22% below England (519.4)"."""
    shown = figure(other, measure)
    if math.isnan(other):
        return f"{name} has no figure"
    gap = value - other if measure.unit == "percent" else 100 * (value / other - 1) if other else 0
    unit = " points" if measure.unit == "percent" else "%"
    if abs(gap) < NEAR:
        return f"close to {name} ({shown})"
    return f"{number(abs(gap))}{unit} {'above' if gap > 0 else 'below'} {name} ({shown})"


def place(position: int, of: int) -> str:
    """Say a rank from the nearer end.

    Examples
    --------
    >>> place(2, 11), place(11, 11), place(9, 11)
    ('2nd highest of 11', 'lowest of 11', '3rd lowest of 11')
    """
    end = "highest" if position * 2 <= of + 1 else "lowest"
    rank = position if end == "highest" else of + 1 - position
    order = "" if rank == 1 else ordinal(rank) + " "
    return f"{order}{end} of {of}"


def better(measure: Measure) -> str:
    """Say in brackets which end of a measure is the better one, where there is one."""
    return {"high": " (higher is better)", "low": " (lower is better)"}.get(measure.polarity, "")


def signed(row: pd.Series, measure: Measure) -> str:
    """Write a change with its sign: per cent, or points for a percentage."""
    if measure.unit == "percent":
        return f"{row['change']:+.{measure.decimals}f} points"
    return f"{row['percent']:+.0f}%" if not math.isnan(row["percent"]) else "from zero"


def year_spans(years: Iterable[int]) -> str:
    """Write years as spans.

    Examples
    --------
    >>> year_spans({2010, 2011, 2012, 2015})
    '2010 to 2012, 2015'
    """
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    texts = [f"{s[0]} to {s[-1]}" if len(s) > 1 else str(s[0]) for s in spans]
    return ", ".join(texts) or "–"


def movement(row: pd.Series, measure: Measure) -> str:
    """Say what a measure came to in its newest period and how it moved since the one before.

    Parameters
    ----------
    row : Series
        A row of `metrics.movement.latest`.
    measure : Measure
        The measure.
    """
    value = figure(row["value_last"], measure)
    ended = when(row["period_end"], measure)
    before = when(row["period_before"], measure)
    sentence = f"{value} {measure.phrase} {ended}, {moved(row, measure)} {before}"
    return f"{sentence}{CHANCE[change.verdict(row)]}."
