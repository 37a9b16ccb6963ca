"""What a year comes to, from its months so far."""

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import collection_of
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.signals import constant, moments, series
from thurrock_analysis.findings.view import named
from thurrock_analysis.indicators.within_years import MONTH
from thurrock_analysis.indicators.yearly import CLOSING
from thurrock_analysis.metrics import year_end as metric
from thurrock_analysis.metrics.year_end import Floats, YearEnd
from thurrock_analysis.record import measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

MONTHS = 12
HALFWAY = 6
"""Months known of a year that is whole, where no other are asked for."""
SHARES = {"from_95": 0.025, "from_80": 0.1, "expected": 0.5, "to_80": 0.9, "to_95": 0.975}


@dataclass(frozen=True)
class Years:
    """A count by closing year and month, NaN where no return covers a month."""

    counts: Floats
    closing: tuple[int, ...]

    def projected(self, place: int, known: int) -> YearEnd | None:
        """Project a year from its first months and from the whole years before it."""
        past = self.counts[:place]
        past = past[~np.isnan(past).any(axis=1)]
        if len(past) < constant("projected"):
            return None
        begun, rest = past[:, :known].sum(axis=1), past[:, known:].sum(axis=1)
        so_far = float(self.counts[place, :known].sum())
        if not min(so_far, begun.mean(), rest.mean()) >= constant("events"):
            return None
        return metric.year_end(begun, rest, so_far)

    def total(self, place: int) -> float:
        """Return what a year came to, NaN where it is not whole."""
        return float(self.counts[place].sum())


@question
def year_end(report: "Report", measure: str, until: str = "") -> Finding:
    """Say what the count of a year comes to, from its months so far, and the chance of more.

    Parameters
    ----------
    measure : str
        A count of what happens in a year, such as ``"referrals"``.
    until : str
        The last day that is known (ISO); left out, the last month of the returns. Of a year that
        is whole, it is told what its first six months would have said, and what came.

    Returns
    -------
    Finding
        Its table has a row a year: what such a projection would have said by the same month from
        the years before it, and what came.

    Raises
    ------
    ThurrockError
        The measure is no such count, or the day is none.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").year_end("referrals").held
    False
    """
    known = measures.get(named(measure)[0])
    if not (known.is_count and known.basis == "in year"):
        raise ThurrockError(
            "Only a count of what happens in a year adds up to its end: no year end is told of "
            f"{known.label}."
        )
    rows = series(report, measure, MONTH)
    closing = int(CLOSING.get(collection_of(measure), "03-31")[:2])
    years, place, months = _asked(_since_break(report, measure, rows), closing, until)
    found = years.projected(place, months)
    if found is None:
        whole = int((~np.isnan(years.counts[:place]).any(axis=1)).sum())
        raise NotHeldError(
            f"No year end is told of {known.label} in the year to "
            f"{words.month(_end(years.closing[place], MONTHS, closing))}: that needs "
            f"{constant('projected'):.0f} whole years before it on the same basis, of which the "
            f"returns hold {whole}, and {constant('events'):.0f} both before and after "
            f"{calendar.month_name[_end(years.closing[place], months, closing).month]} in an "
            "ordinary year."
        )
    back = _before(years, place, months)
    return Finding(
        _sentence(report, known, years, place, months, found, closing),
        rows,
        _table(report, known, years, place, found, back),
        _doubt(report, known, back),
        _chart(report, known, years, place, found, closing),
        key=False,
    )


def _since_break(report: "Report", measure: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the years that a break parts from the newest."""
    held = moments(report, measure, MONTH, ())
    days = [pd.Timestamp(day) for day, _ in held if pd.Timestamp(day) <= rows["period_end"].max()]
    return rows[rows["period_end"] >= max(days)] if days else rows


def _asked(rows: pd.DataFrame, closing: int, until: str) -> tuple[Years, int, int]:
    """Return the years, which of them is projected, and how many months of it are known."""
    years = by_year(rows, closing)
    ends = rows.loc[rows["value"].notna(), "period_end"]
    if not until:
        last = ends.max()
        year, known = _year(last, closing), _month(last, closing)
        return years, years.closing.index(year), HALFWAY if known == MONTHS else known
    try:
        day = pd.Timestamp(until)
    except ValueError:
        raise ThurrockError(f"until takes a day such as 2025-09-30, not {until!r}.") from None
    told = ends[ends <= day]
    if told.empty:
        raise NotHeldError(f"The returns hold no whole month by {words.day(day)}.")
    last = told.max()
    known = _month(last, closing)
    return years, years.closing.index(_year(last, closing)), HALFWAY if known == MONTHS else known


def by_year(rows: pd.DataFrame, closing: int) -> Years:
    """Lay months out by year; ``closing`` is the month that closes one.

    >>> ends = pd.date_range("2024-04-30", periods=12, freq="ME")
    >>> by_year(pd.DataFrame({"period_end": ends, "value": range(12)}), 3).closing
    (2025,)
    """
    wide = rows.assign(
        year=[_year(end, closing) for end in rows["period_end"]],
        month=[_month(end, closing) for end in rows["period_end"]],
    ).pivot_table(index="year", columns="month", values="value", dropna=False)
    every = range(int(wide.index.min()), int(wide.index.max()) + 1)
    wide = wide.reindex(index=every, columns=range(1, MONTHS + 1))
    return Years(wide.to_numpy("float64"), tuple(every))


def _year(end: pd.Timestamp, closing: int) -> int:
    return int(end.year + (end.month > closing))


def _month(end: pd.Timestamp, closing: int) -> int:
    return int((end.month - closing - 1) % MONTHS + 1)


def _before(years: Years, place: int, months: int) -> pd.DataFrame:
    """Return what would have been said of each earlier year by the same month, and what came."""
    found = []
    for at in range(place):
        made, came = years.projected(at, months), years.total(at)
        if made is not None and not np.isnan(came):
            found.append({"year": years.closing[at], **_told(made), "came": came})
    return pd.DataFrame(found, columns=["year", "so_far", *SHARES, "came"])


def _told(found: YearEnd) -> dict[str, float]:
    return {"so_far": found.so_far, **{k: found.quantile(share) for k, share in SHARES.items()}}


def _sentence(
    report: "Report", measure: Measure, years: Years, place: int, months: int, found: YearEnd,
    closing: int,
) -> str:  # fmt: skip
    year, came = years.closing[place], years.total(place)
    day = words.day(_end(year, months, closing))
    low, high = (words.number(found.quantile(share)) for share in (0.1, 0.9))
    before = years.total(place - 1) if place else np.nan
    whole = not np.isnan(came)
    text = (
        f"{report.area.name} had {words.number(found.so_far)} {measure.phrase} from the start of "
        f"the year to {day}. By past years the whole year {'would have come' if whole else 'comes'}"
        f" to {words.number(found.expected)}, four in five such between {low} and {high}"
    )
    if not np.isnan(before):
        chance = found.above(before)
        text += (
            f"; the chance of more than the {words.number(before)} of the year before "
            f"{'was' if whole else 'is'} {_chance(chance)}"
        )
    return f"{text}. It came to {words.number(came)}." if whole else f"{text}."


def _chance(chance: float) -> str:
    """Write a chance, never as certain.

    >>> _chance(0.996), _chance(0.34)
    ('above 99%', '34%')
    """
    percent = round(100 * chance)
    return "above 99%" if percent > 99 else "below 1%" if percent < 1 else f"{percent}%"


def _end(year: int, months: int, closing: int) -> pd.Timestamp:
    start = pd.Timestamp(year - 1, closing, 1) + pd.DateOffset(months=months)
    return start + pd.offsets.MonthEnd(0)


def _doubt(report: "Report", measure: Measure, back: pd.DataFrame) -> str:
    held = back["came"].between(back["from_80"], back["to_80"])
    said = (
        f"Of {words.counted(len(back), 'earlier year')} projected by the same month in the same "
        f"way, {int(held.sum())} came within their four-in-five interval."
        if len(back)
        else "No earlier year could be projected in the same way: how often it holds is not known."
    )
    own = report.returns.doubts([measure.measure]) if report.returns is not None else ""
    return f"{said} It knows of no plan and no event of the rest of the year. {own}".strip()


def _table(
    report: "Report", measure: Measure, years: Years, place: int, found: YearEnd, back: pd.DataFrame
) -> Table:
    now = {"year": years.closing[place], **_told(found), "came": years.total(place)}
    frame = pd.concat([back, pd.DataFrame([now])], ignore_index=True).iloc[::-1]
    heads = {"year": "Year", "so_far": "So far", "expected": "Expected", "came": "Came",
             "from_95": "95%: from", "from_80": "80%: from", "to_80": "80%: to",
             "to_95": "95%: to"}  # fmt: skip
    whole = Format()
    formats = {"year": YEAR, **dict.fromkeys(["so_far", *SHARES], whole),
               "came": Format(missing="not yet")}  # fmt: skip
    return Table(
        frame.reset_index(drop=True), f"{report.area.name}: years projected by the same month",
        heads, formats,
    )  # fmt: skip


def _chart(
    report: "Report", measure: Measure, years: Years, place: int, found: YearEnd, closing: int
) -> Chart:
    ends = [_end(year, MONTHS, closing) for year in years.closing]
    past = pd.DataFrame({"period_end": ends[:place], "measure": measure.measure})
    past["value"] = [years.total(at) for at in range(place)]
    ahead = pd.DataFrame([{"period_end": ends[place], "value": found.expected, **_told(found)}])
    # Measured, they err on the wide side: docs/signals.md.
    bands = {
        "at least 95 in 100": ("from_95", "to_95"), "at least four in five": ("from_80", "to_80"),
    }  # fmt: skip
    origin = report.returns.origin if report.returns is not None else ""
    return Chart(
        charts.fan, past.dropna(subset="value"), ahead, bands, name=report.area.name,
        headline=f"{report.area.name}: {measure.label} to the end of {years.closing[place]}",
        subtitle=f"{words.capital(measure.unit)} a year, from {origin}", source="",
    )  # fmt: skip
