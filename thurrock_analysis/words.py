"""Numbers, dates, lists and findings in words: every sentence about results is computed here.

The command line says its sentences with this module too, so it loads neither numpy nor pandas.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from thurrock_analysis.metrics.rounding import half_away

if TYPE_CHECKING:
    import pandas as pd

    from thurrock_analysis.record.measures import Measure

POINTS = " points"
NEAR = 2.0
FEW = 50
"""Fewer than so many are told by their number beside a rate."""
MOST_ALIKE = 3
"""Names told of those who share a rank."""
SPANS = {"in month": "", "three months": "the three months to "}
"""How spans other than a year are named, before their last month."""
YEARS = {3: "", 8: "the school year "}
"""What stands before the two calendar years of a year that closes in a month."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
"""Written out, because ``strftime`` names them in the language of the machine."""


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number, rounded half away from zero, with thousands separated."""
    if value is None or math.isnan(value):
        return "no figure"
    return f"{half_away(float(value), decimals):,.{decimals}f}"


def typeset(value: float, decimals: int = 0, suffix: str = "") -> str:
    """Write a number as a chart does: with a true minus sign, and its unit behind it.

    >>> typeset(-0.25, 1, "%")
    '−0.3%'
    """
    return number(value, decimals).replace("-", "−") + suffix


def with_sign(value: float, decimals: int | None = None, suffix: str = "") -> str:
    """Write a change as a chart does, with its sign.

    >>> with_sign(-49.0), with_sign(22.0), with_sign(1.3), with_sign(0.02, 1, "%")
    ('−49', '+22', '+1.3', '0.0%')
    >>> with_sign(-1.2, 0, POINTS), with_sign(1.2, 1, POINTS)
    ('−1 point', '+1.2 points')
    """
    text = typeset(value, int(value != round(value)) if decimals is None else decimals)
    unit = points(text) if suffix == POINTS else suffix
    return "+" * (text[0] != "−" and text.strip("0.") != "") + text + unit


def points(written: str) -> str:
    """Return the unit of a distance between percentages, after its number as it is written."""
    return POINTS.removesuffix("s") if written.strip("−") in ("1", "1.0") else POINTS


def capital(text: str) -> str:
    """Begin a sentence: "down 3% from 4" with a capital, and all else as it is."""
    return text[:1].upper() + text[1:]


def bounded(low: float, high: float, whole: float = math.inf) -> str:
    """Say what a number can be that is between two others; the whole bounds it anyway.

    >>> bounded(27, 32, 32), bounded(0, 6, 25), bounded(3, 6, 25), bounded(10, 10)
    ('at least 27', 'at most 6', '3 to 6', '10')
    """
    if low == high:
        return number(low)
    if low and high >= whole:
        return f"at least {number(low)}"
    return f"{number(low)} to {number(high)}" if low else f"at most {number(high)}"


def counted(count: int, thing: str) -> str:
    """Write a number of things.

    >>> counted(1, "forecast"), counted(1234, "figure"), counted(2, "child")
    ('1 forecast', '1,234 figures', '2 children')
    """
    ending = "ren" if thing.endswith("child") else "s"
    return f"{count:,} {thing}" + ending * (count != 1)


def agreeing(phrase: str, count: float) -> str:
    """Put the verb of a phrase on several into the singular where there is one.

    >>> agreeing("posts were vacant", 1), agreeing("posts were vacant", 2)
    ('posts was vacant', 'posts were vacant')
    """
    return re.sub(r"\bwere\b", "was", phrase, count=1) if count == 1 else phrase


def day(date: str | datetime.date, *, short: bool = False) -> str:
    """Write a day as readers do.

    >>> day("2025-11-03T09:30"), day(datetime.date(2013, 2, 27), short=True)
    ('3 November 2025', '27 Feb 2013')
    """
    date = _date(date)
    return f"{date.day} {month(date, short=short)}"


def month(date: str | datetime.date, *, short: bool = False) -> str:
    """Write a month and its year, from what `day` takes.

    >>> month("2025-03-31"), month("2025-03-31", short=True)
    ('March 2025', 'Mar 2025')
    """
    date = _date(date)
    return f"{MONTHS[date.month - 1][: 3 if short else None]} {date.year}"


def _date(date: str | datetime.date) -> datetime.date:
    return datetime.date.fromisoformat(date[:10]) if isinstance(date, str) else date


def years_ending(ends: pd.Series) -> str:
    """Say on which days of the year some periods close, the newest period first.

    >>> import pandas as pd
    >>> years_ending(pd.to_datetime(pd.Series(["2024-03-31", "2025-03-31", "2024-09-30"])))
    'years ending 31 March and 30 September'
    """
    newest = ends.groupby([ends.dt.month, ends.dt.day]).max().sort_values(ascending=False)
    return "years ending " + listed(f"{end.day} {MONTHS[end.month - 1]}" for end in newest)


def figure(value: float, measure: Measure) -> str:
    """Write the value of a measure with the publisher's decimals and the sign of its unit."""
    percent = "%" if measure.unit == "percent" else ""
    return "£" * measure.is_money + number(value, measure.decimals) + percent


def told(row: pd.Series, measure: Measure, side: str = "") -> str:
    """Say a figure with its period; of a share the children first, where they give its figure.

    Parameters
    ----------
    row : Series
        Tidy row, or row of `metrics.change.between` with ``side`` ``"_last"``.
    measure : Measure
        The measure.
    side : str
        What ends the names of its columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from thurrock_analysis.record import measures
    >>> row = {"value": 63, "numerator": 175, "denominator": 276, "period_end": "2025-03-31"}
    >>> far = measures.get("looked_after_outside_boundary_percent")
    >>> told(pd.Series(row | {"period_end": pd.Timestamp(2025, 3, 31)}), far)
    '175 of 276 looked-after children were placed outside the boundary on 31 March 2025 (63%)'
    """
    columns = (f"{part}{side}" for part in ("value", "numerator", "denominator"))
    value, top, whole = (float(row[column]) for column in columns)
    ended, shown = when(row["period_end"], measure), figure(value, measure)
    if measure.unit == "percent" and measure.phrase.startswith("of ") and top <= whole:
        fits = whole > 0 and half_away(100 * top / whole, measure.decimals) == value
        decimals = int((top, whole) != (round(top), round(whole)))
        counts = f"{number(top, decimals)} of {number(whole, decimals)}"
        if fits:
            phrase = agreeing(measure.phrase[3:], top)
            return f"{counts} {phrase} {ended} ({shown})"
    return f"{shown} {measure.phrase} {ended}{behind(value, top, whole, measure)}"


def behind(value: float, top: float, whole: float, measure: Measure) -> str:
    """Say of a rate of few how many they are, of a ratio of two flows both, if they give it.

    >>> from thurrock_analysis.record import measures
    >>> behind(250.8, 8.0, 319.0, measures.get("initial_conference_rate"))
    ' (8 in all)'
    >>> behind(53.1, 17.0, 32.0, measures.get("section_47_per_100_referrals"))
    ' (17 for 32)'
    """
    is_rate = measure.denominator is not None and measure.unit != "percent"
    if measure.is_money or not (is_rate and 0 < top < FEW and whole > 0):
        return ""
    fits = half_away(measure.per * top / whole, measure.decimals) == value
    if not fits or (top, whole) != (round(top), round(whole)):
        return ""
    of = "in all" if measure.unit.endswith("000 children") else f"for {number(whole)}"
    return f" ({number(top)} {of})"


def as_printed(value: float, measure: Measure) -> str:
    """Write a value that a paper printed with the decimals that it has.

    >>> from thurrock_analysis.record import measures
    >>> as_printed(87.2, measures.get("looked_after_rate"))
    '87.2'
    >>> as_printed(1609.0, measures.get("children_in_need"))
    '1,609'
    """
    return f"{value:,.10g}" + ("%" if measure.unit == "percent" else "")


def period(end: datetime.date, measure: Measure) -> str:
    """Name a period: a year by its two calendar years, a stock by its date.

    >>> from thurrock_analysis.record import measures
    >>> period(datetime.date(2025, 3, 31), measures.get("referrals"))
    '2024-25'
    >>> period(datetime.date(2025, 8, 31), measures.get("looked_after_absence_percent"))
    'the school year 2024-25'
    """
    if measure.is_at_date:
        return day(end)
    if measure.basis == "at date":
        return f"the year to {day(end)}"
    if measure.basis in SPANS:
        return SPANS[measure.basis] + month(end)
    if end.month not in YEARS:
        return f"the year to {month(end)}"
    return YEARS[end.month] + f"{end.year - 1}-{end.year % 100:02d}"


def when(end: datetime.date, measure: Measure) -> str:
    """Name a period as a sentence needs it: "in 2024-25", "on 31 March 2025".

    Of what a phrase has "in the year" already, it is the year "to 31 March 2025".
    """
    if measure.is_in_year_to_date:
        return f"to {day(end)}"
    return ("on " if measure.is_at_date else "in ") + period(end, measure)


def uncapital(text: str) -> str:
    """Go on with a sentence: "No figure" with a small letter, and all else as it is."""
    return text[:1].lower() + text[1:]


def listed(items: Iterable[str]) -> str:
    """Join items as a sentence does."""
    items = list(items)
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)


def ordinal(place: int) -> str:
    """Write a place in a ranking."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if 10 <= place % 100 <= 20 else ending}"


def moved(row: pd.Series, measure: Measure) -> str:
    """Say how a measure moved between two periods: "down 31% from 591.8".

    Percentages move by points, a balance by its own count, all else by per cent. A share of
    which the number stood still has no direction, nor has what moved over a break in its series,
    nor what cannot be told from the usual.
    """
    from thurrock_analysis.metrics import movement  # brings pandas

    first = figure(row["value_first"], measure)
    if row.get("broken"):
        return f"not comparable with {first}"
    if round(abs(row["change"]), 6) == 0:
        return f"unchanged from {first}"
    if movement.same_number(row, measure):
        return f"the same number as the {first}"
    if row.get("kind") == "untold":
        return f"after {first}"
    size = number(abs(row["change"]), measure.decimals)
    amount = f"{size} percentage point{'' if size in ('1', '1.0') else 's'} "
    if measure.is_balance:
        amount = f"{size} "
    elif measure.unit != "percent":
        amount = f"{number(abs(row['percent']))}% " * bool(row["value_first"])
    if row.get("kind") == "unchanged" or amount.startswith(("0% ", "0 ", "0.0 ")):
        return f"in effect unchanged from {first}"
    return f"{'down' if row['change'] < 0 else 'up'} {amount}from {first}"


def against(
    value: float, other: float, name: str, measure: Measure, exact: float = math.nan
) -> str:
    """Compare a value with a comparator's: "22% below England (519.4)".

    ``exact`` is the gap in per cent from unrounded parts, where they are held.
    """
    shown = figure(other, measure)
    if math.isnan(other):
        return f"{name} has no figure"
    if measure.unit != "percent" and not other:
        return f"{'beside' if value else 'as in'} {name} ({shown})"
    gap = value - other if measure.unit == "percent" else 100 * (value / other - 1)
    gap = gap if math.isnan(exact) else exact
    if abs(gap) < NEAR:
        return f"close to {name} ({shown})"
    far = number(abs(gap))
    unit = points(far) if measure.unit == "percent" else "%"
    return f"{far}{unit} {'above' if gap > 0 else 'below'} {name} ({shown})"


def place(highest: int, lowest: int, of: int, alike: Sequence[str] = ()) -> str:
    """Say a rank from the nearer end, and who shares it."""
    if len(alike) + 1 == of:
        return f"level with all {of - 1} others" if alike else "the only one with a figure"
    end, rank = ("highest", highest) if highest <= lowest else ("lowest", lowest)
    order = "joint " * bool(alike) + ("" if rank == 1 else ordinal(rank) + " ")
    shown = listed(alike) if len(alike) <= MOST_ALIKE else f"{len(alike)} others"
    return f"{order}{end} of {of}" + f" (with {shown})" * bool(alike)


def better(measure: Measure) -> str:
    """Say in brackets which end of a measure is the better one, where there is one."""
    return {"high": " (higher is better)", "low": " (lower is better)"}.get(measure.polarity, "")


def signed(row: pd.Series, measure: Measure) -> str:
    """Write a change with its sign: per cent, or points for a percentage."""
    if measure.unit == "percent":
        return with_sign(row["change"], measure.decimals, POINTS)
    if measure.is_balance:
        return with_sign(row["change"], measure.decimals)
    if math.isnan(row["percent"]):
        return "from zero" if row["change"] else "0%"
    return with_sign(row["percent"], 0, "%")


def unrounded(row: pd.Series, measure: Measure) -> str:
    """Say of a change that it is not what the two figures give as they are printed.

    >>> import pandas as pd
    >>> from thurrock_analysis.record import measures
    >>> row = pd.Series({"value_first": 31.0, "value_last": 24.0, "percent": -24.2})
    >>> unrounded(row, measures.get("looked_after_start_rate"))
    ' before rounding'
    """
    if measure.unit == "percent" or measure.is_balance or math.isnan(row["percent"]):
        return ""
    first, last = (
        half_away(float(row[f"value_{side}"]), measure.decimals) for side in ("first", "last")
    )
    alike = first and number(100 * (last / first - 1)) == number(row["percent"])
    return "" if alike else " before rounding"


def runs(numbers: Iterable[int], step: int = 1) -> list[tuple[int, int]]:
    """Join numbers that follow one another at a step into first and last."""
    joined: list[tuple[int, int]] = []
    for item in sorted(numbers):
        if joined and item - joined[-1][1] == step:
            joined[-1] = (joined[-1][0], item)
        else:
            joined.append((item, item))
    return joined


def year_spans(years: Iterable[int]) -> str:
    """Write years as spans."""
    texts = [str(first) + f" to {last}" * (last > first) for first, last in runs(years)]
    return ", ".join(texts) or "–"


def source(figures: pd.DataFrame) -> str:
    """Name the publisher, titles and releases of some figures, for the line below a chart.

    >>> import pandas as pd
    >>> source(pd.DataFrame({"release": ["CIN 2024", "CIN 2025", ""]}))
    'Department for Education, Children in need, releases 2024 to 2025'
    """
    from thurrock_analysis.record import dictionary  # reads with pandas

    titles = dictionary.read("collections").set_index("collection")
    years: dict[str, set[int]] = {}
    for name in figures["release"].dropna().unique():
        collection, _, year = str(name).partition(" ")
        if collection in titles.index and year.isdigit():
            years.setdefault(collection, set()).add(int(year))
    return "; ".join(
        f"{titles.loc[collection, 'publisher']}, {titles.loc[collection, 'title']}, "
        f"release{'s' * (len(of) > 1)} {year_spans(of)}"
        for collection, of in sorted(years.items())
    )


def movement(row: pd.Series, measure: Measure, verdict: str) -> str:
    """Say what a measure came to in its newest period, how it moved, and what is said of that."""
    before = "in the year " * measure.is_in_year_to_date + when(row["period_before"], measure)
    sentence = f"{told(row, measure, '_last')}, {moved(row, measure)} {before}"
    said = verdict.removeprefix("in effect ") in sentence  # what is unchanged is so in effect too
    return f"{sentence}." if said else f"{sentence}; {verdict}."
