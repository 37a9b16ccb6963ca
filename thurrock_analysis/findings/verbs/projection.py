"""How many will be looked after, and where: from the rates of the council's own returns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import NOT_GIVEN, OwnReturns
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.outlook import HOLDING
from thurrock_analysis.findings.view import nearest
from thurrock_analysis.indicators import occurrence
from thurrock_analysis.metrics import population
from thurrock_analysis.metrics.population import Observed, Rates
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

YEARS, FARTHEST, DRAWS = 5, 5, 1000
"""Years that rates rest on, years ahead at most, and draws."""
MEASURE, OUTSIDE = "looked_after", "looked_after_outside_boundary_percent"
WIDE, NARROW = 0.95, 0.8
COSTS = "unit_costs"
TOTAL = "all children looked after"
DAY = pd.Timedelta(days=1)
Scenario = Mapping[str, float | Mapping[str, float]]


@dataclass(frozen=True)
class Told:
    """What is projected: days ahead, draws by day, draw and kind, and the count of the last day."""

    days: list[pd.Timestamp]
    draws: npt.NDArray[np.int64]
    now: npt.NDArray[np.int64]


@question
def projection(report: "Report", horizon: int = 1, scenario: Scenario | None = None) -> Finding:
    """Say how many will be looked after on the next 31 March and later, by kind of placement.

    Parameters
    ----------
    horizon : int
        How many years ahead, 1 to 5: the first is the next 31 March after the last day told of.
    scenario : mapping, optional
        What to assume: factors ``entries``, ``unaccompanied`` (0: no transfers), ``leaving`` and
        ``moving``; ``inside``, per cent to live inside the boundary; ``unit_costs``, pounds a week
        by kind of placement.

    Returns
    -------
    Finding
        Its table has a row a kind on the last day asked; below it every year. Of a report of an
        earlier date it also says what came since. Without returns it is a gap.

    Raises
    ------
    ThurrockError
        The horizon or an assumption is not one that can be asked.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").projection().held
    False
    """
    if horizon not in range(1, FARTHEST + 1):
        raise ThurrockError(f"horizon takes 1 to {FARTHEST} years ahead, not {horizon!r}.")
    assumed = checked(scenario or {})
    if report.returns is None:
        raise NotHeldError(
            f"{NOT_GIVEN}how many children will be looked after on the next 31 March, in which "
            "placements, and what other rates would come to."
        )
    own = report.returns
    try:
        rests = occurrence.basis(own.alone, YEARS)
    except NotInReturnsError as gap:
        raise NotHeldError(str(gap)) from None
    seen = occurrence.observed(rests.spells, rests.first, rests.last)
    if not seen.stock.size and not seen.entered.any():
        raise NotHeldError("The returns hold no child looked after in the newest years.")
    rates = population.estimated(seen)
    told = drawn(seen, rates, rests.last, horizon)
    changed = {name for name, value in assumed.items() if name in FACTORS and value != 1}
    other = drawn(seen, altered(rates, assumed), rests.last, horizon) if changed else told
    came = since(own, told)
    # what is assumed stands by itself: the question before it has told what is expected
    lines = [*filter(None, [supposed(told, other, assumed, changed), boundary(own, other, assumed),
                            cost(other, assumed)])]  # fmt: skip
    if lines:
        lines[0] = f"In {report.area.spoken}, {words.uncapital(lines[0])}"
    else:
        now = pd.Timestamp(rests.last, unit="D")
        lines = [said(report, told, now), kinds_said(told), scored(told, came)]
    frame = table(told, other if changed else None, came)
    return Finding(
        "\n".join(filter(None, lines)),
        yearly(own, [MEASURE]),
        shown(report, frame[frame["year"].eq(frame["year"].max())], "on the last day asked"),
        " ".join([resting(rests, seen), holding(horizon), *rests.notes, *fallbacks(seen)]),
        picture(report, own, told),
        shown(report, frame, "by year") if horizon > 1 else Table(),
        key=False,
    )


FACTORS = ("entries", "unaccompanied", "leaving", "moving")


def checked(scenario: Scenario) -> dict[str, float | Mapping[str, float]]:
    """Return assumptions that can be made; refuse any other."""
    rows = dictionary.read("ahead").set_index("assumption")
    for name, value in scenario.items():
        if name == COSTS and isinstance(value, Mapping):
            for kind, pounds in value.items():
                if kind not in occurrence.kinds():
                    right = nearest(kind, occurrence.kinds())
                    raise ThurrockError(f"{COSTS} has no kind of placement {kind!r}: {right}.")
                if not isinstance(pounds, int | float) or not 0 <= pounds < np.inf:
                    raise ThurrockError(f"{COSTS} takes pounds a week, not {pounds!r} ({kind}).")
            continue
        if name not in rows.index:
            raise ThurrockError(
                f"A projection assumes no {name!r}: {nearest(name, [*rows.index, COSTS])}."
            )
        low, high = float(rows["low"][name]), float(rows["high"][name])
        if not isinstance(value, int | float) or not low <= value <= high:
            raise ThurrockError(
                f"{name} ({rows['words'][name]}) lies between {low:g} and {high:g}, and {value!r} "
                "does not."
            )
    return dict(scenario)


def altered(rates: Rates, assumed: Mapping[str, float | Mapping[str, float]]) -> Rates:
    """Return rates times what is assumed."""
    entries, alone, leaving, moving = (float(assumed.get(name, 1)) for name in FACTORS)  # type: ignore[arg-type]
    arriving = rates.arriving * np.array([entries, alone])
    return replace(
        rates, arriving=arriving, leaving=rates.leaving * leaving, moving=rates.moving * moving
    )


def drawn(seen: Observed, rates: Rates, last: int, horizon: int) -> Told:
    """Draw how many are here on each 31 March ahead, by kind."""
    day = pd.Timestamp(last, unit="D")
    first = pd.Timestamp(day.year, 3, 31)
    while months_between(day, first) < 1:
        first = pd.Timestamp(first.year + 1, 3, 31)
    days = [pd.Timestamp(first.year + year, 3, 31) for year in range(horizon)]
    months = [months_between(day, first) + 12 * year for year in range(horizon)]
    draws = population.projected(seen, rates, months, DRAWS).draws
    now = np.bincount(seen.stock[:, 3], seen.stock[:, 4], draws.shape[-1]).astype("int64")
    return Told(days, draws, now)


def months_between(first: pd.Timestamp, second: pd.Timestamp) -> int:
    """Return how many months lie between days, the nearest whole number."""
    days: int = (second - first).days
    return round(days / (365.25 / 12))


def with_total(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Put the sum behind the kinds."""
    return np.concatenate([numbers, numbers.sum(axis=-1, keepdims=True)], axis=-1)


def table(told: Told, other: Told | None, came: pd.DataFrame) -> pd.DataFrame:
    """Return a row a year and kind: now, expected, the ends of both intervals, what came."""
    draws = with_total(told.draws)
    low, high = population.interval(draws, WIDE)
    near, far = population.interval(draws, NARROW)
    names = [*occurrence.kinds(), TOTAL]
    parts = []
    for at, day in enumerate(told.days):
        part = pd.DataFrame(
            {
                "kind": [words.capital(name) for name in names],
                "year": day.year,
                "now": with_total(told.now),
                "from_95": low[at], "from_80": near[at],
                "expected": draws[at].mean(axis=0),
                "to_80": far[at], "to_95": high[at],
            }
        )  # fmt: skip
        if other is not None:
            changed = with_total(other.draws[at])
            ends = population.interval(changed[None], WIDE)
            part["assumed_from"], part["assumed_to"] = ends[0][0], ends[1][0]
            part["assumed"] = changed.mean(axis=0)
        if len(came):
            part["came"] = came.loc[day].to_numpy("float64") if day in came.index else np.nan
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


HEADS = {
    "kind": "Placement", "year": "31 March", "now": "Last day told of", "from_95": "95% from",
    "from_80": "80% from", "expected": "Expected", "to_80": "80% to", "to_95": "95% to",
    "assumed_from": "As assumed, 95% from", "assumed_to": "As assumed, 95% to",
    "assumed": "As assumed", "came": "Came",
}  # fmt: skip


def shown(report: "Report", frame: pd.DataFrame, which: str) -> Table:
    """Return a table as read."""
    heads = {name: HEADS[name] for name in frame}
    formats = {name: Format() for name in frame if name not in ("kind", "year")}
    caption = f"{report.area.name}: children looked after ahead, by placement, {which}"
    return Table(frame.reset_index(drop=True), caption, heads, formats | {"year": YEAR})


def said(report: "Report", told: Told, last: pd.Timestamp) -> str:
    """Say how many are expected on the next 31 March, and on the last asked."""
    totals = told.draws.sum(axis=-1, keepdims=True)
    low, high = population.interval(totals, WIDE)
    first, *later = [
        (span(low[at, 0], high[at, 0]), words.day(day))
        for at, day in enumerate(told.days)
        if at in (0, len(told.days) - 1)
    ]
    more = "".join(f", and {many} on {day}" for many, day in later)
    now = words.number(int(told.now.sum()))
    return (
        f"In {report.area.spoken} {first[0]} children are expected to be looked after on "
        f"{first[1]}{more} ({HOLDING[WIDE]} draws lie there); {now} were on {words.day(last)}."
    )


def span(low: int, high: int) -> str:
    """Say between which numbers."""
    if low == high:
        return words.number(int(low))
    return f"between {words.number(int(low))} and {words.number(int(high))}"


def kinds_said(told: Told) -> str:
    """Say how many are expected in each kind of placement on the next 31 March."""
    low, high = population.interval(told.draws[:1], WIDE)
    each = [
        f"{name} {words.number(int(a))} to {words.number(int(b))} ({words.number(int(now))} now)"
        for name, a, b, now in zip(occurrence.kinds(), low[0], high[0], told.now, strict=True)
        if b or now
    ]
    return f"By placement on {words.day(told.days[0])}: {'; '.join(each)}."


def supposed(
    told: Told, other: Told, assumed: Mapping[str, float | Mapping[str, float]], changed: set[str]
) -> str:
    """Say what other rates would come to on the last day asked."""
    if not changed:
        return ""
    rows = dictionary.read("ahead").set_index("assumption")["words"]
    what = words.listed(f"{assumed[name]:g} {rows[name]}" for name in sorted(changed))
    means = [one.draws[-1].sum(axis=-1).mean() for one in (told, other)]
    ends = population.interval(other.draws[-1:].sum(axis=-1, keepdims=True), WIDE)
    return (
        f"With {what}, {span(ends[0][0, 0], ends[1][0, 0])} would be looked after on "
        f"{words.day(told.days[-1])}, {words.number(means[1])} on average in place of "
        f"{words.number(means[0])}."
    )


def boundary(
    own: OwnReturns, other: Told, assumed: Mapping[str, float | Mapping[str, float]]
) -> str:
    """Say how many could live outside the boundary at the share inside that is aimed at."""
    if "inside" not in assumed:
        return ""
    inside = float(assumed["inside"])  # type: ignore[arg-type]
    totals = other.draws[-1].sum(axis=-1)
    low, high = np.quantile(totals * (100 - inside) / 100, [0.025, 0.975])
    ends = yearly(own, [OUTSIDE])
    known = ends.dropna(subset="value").sort_values("period_end").tail(1)
    now = (
        f"; {words.number(known['value'].iloc[0])}% lived outside on "
        f"{words.day(known['period_end'].iloc[0])}"
        if len(known)
        else "; the returns do not tell how many live outside now"
    )
    return (
        f"If {inside:g}% live inside the boundary on {words.day(other.days[-1])}, "
        f"{span(round(low), round(high))} live outside it{now}."
    )


def cost(other: Told, assumed: Mapping[str, float | Mapping[str, float]]) -> str:
    """Say what the placements of the last day asked cost a week, at the unit costs assumed."""
    costs = assumed.get(COSTS)
    if not isinstance(costs, Mapping):
        return ""
    pounds = np.array([float(costs.get(kind, 0)) for kind in occurrence.kinds()])
    weekly = other.draws[-1] @ pounds
    low, high = np.quantile(weekly, [0.025, 0.975])
    without = [kind for kind in occurrence.kinds() if kind not in costs]
    left = f" No cost was given of {words.listed(without)}." if without else ""
    return (
        f"At the unit costs assumed the placements of {words.day(other.days[-1])} come to between "
        f"£{words.number(low)} and £{words.number(high)} a week, against "
        f"£{words.number(float(other.now @ pounds))} on the last day told of.{left}"
    )


def yearly(own: OwnReturns, names: list[str]) -> pd.DataFrame:
    """Return measures of the years that the returns cover."""
    spans = own.alone.spans
    held = spans[spans["collection"].eq("SSDA903")]
    windows = held[["start", "end"]].drop_duplicates().sort_values("end")
    windows = windows.set_axis(["period_start", "period_end"], axis=1).reset_index(drop=True)
    return own.over(windows, names)


def since(own: OwnReturns, told: Told) -> pd.DataFrame:
    """Return what came on the days ahead, by kind: of a report of an earlier date alone."""
    if own.later is None:
        return pd.DataFrame()
    rests = occurrence.basis(own.later.alone, YEARS)
    one = rests.spells
    found = {}
    for day in told.days:
        number = int(day.timestamp()) // 86_400
        if number <= rests.last:
            adult = occurrence.anniversary(one.born, population.ADULT)
            here = (one.start <= number) & (one.end > number) & (adult > number)
            found[day] = with_total(np.bincount(one.kind[here], minlength=len(told.now)))
    return pd.DataFrame.from_dict(found, orient="index")


def scored(told: Told, came: pd.DataFrame) -> str:
    """Say whether what came lies where it was expected."""
    if came.empty:
        return ""
    low, high = population.interval(with_total(told.draws), WIDE)
    parts, inside, of = [], 0, 0
    for at, day in enumerate(told.days):
        if day not in came.index:
            continue
        row = came.loc[day].to_numpy()
        within = (row >= low[at]) & (row <= high[at])
        inside, of = inside + int(within[:-1].sum()), of + len(within) - 1
        where = "within" if within[-1] else "outside"
        parts.append(f"{words.number(int(row[-1]))} on {words.day(day)}, {where} the interval")
    return (
        f"What came since: {words.listed(parts)}. By placement {inside} of "
        f"{words.counted(of, 'count')} lie within."
    )


def resting(rests: occurrence.Basis, seen: Observed) -> str:
    """Say what the projection rests on."""
    first, last = (words.day(pd.Timestamp(day, unit="D")) for day in (rests.first, rests.last))
    entered, left, moved = (int(each.sum()) for each in (seen.placed, seen.exits, seen.moves))
    return (
        f"It rests on {first} to {last}: {words.number(entered)} entered, "
        f"{words.number(left)} left before 18 and there were {words.counted(moved, 'move')} "
        f"between kinds of placement; it takes the rates of these years to go on, with the doubt "
        f"that their number leaves."
    )


def measured(level: float, horizon: int) -> str:
    """Say how often intervals of the total held so far ahead, as docs/projection.md tells."""
    rows = dictionary.read("ahead_held").astype(int)
    rows = rows[rows["level"].eq(round(100 * level)) & rows["horizon"].le(horizon)]
    share = 100 * rows["held"].sum() / rows["authorities"].sum()
    return f"on {rows['authorities'].max()} fictional authorities {words.number(share)} in 100"


def holding(horizon: int) -> str:
    """Say how often the interval of the total held where it is meant to hold 95 times in 100."""
    return (
        f"Intervals of the total meant to hold {HOLDING[WIDE]} times held "
        f"{measured(WIDE, horizon)} times (docs/projection.md)."
    )


def fallbacks(seen: Observed) -> list[str]:
    """Say of what nothing was seen, and what stands in."""
    lived = seen.exposure.sum(axis=0)
    never = [name for name, years in zip(occurrence.kinds(), lived, strict=True) if not years]
    found = [f"Nobody lived in {words.listed(never)}: none is expected there."] if never else []
    cells = int((seen.exposure == 0).sum())
    if cells:
        found.append(
            f"In {cells} of {seen.exposure.size} cells of age, time in care and placement nobody "
            "lived: the rates of like cells stand in."
        )
    if not seen.entered.any():
        found.append("Nobody entered in a whole month: no entry is expected.")
    elif not seen.placed[seen.strata.group == 1].any():
        found.append("No unaccompanied child entered: none is expected to.")
    if seen.entered.shape[1] < 24:
        found.append("Less than two whole years: how much years differ is hardly known.")
    return found


def picture(report: "Report", own: OwnReturns, told: Told) -> Chart:
    """Return the chart of the counts held and the fan of what is expected."""
    totals = told.draws.sum(axis=-1, keepdims=True)
    ahead = pd.DataFrame({"period_end": told.days, "value": totals.mean(axis=1)[:, 0]})
    bands = {}
    for level in (WIDE, NARROW):
        low, high = population.interval(totals, level)
        ends = f"from_{100 * level:.0f}", f"to_{100 * level:.0f}"
        ahead[ends[0]], ahead[ends[1]] = low[:, 0], high[:, 0]
        bands[measured(level, len(told.days))] = ends
    low, high = ahead["from_95"].iloc[-1], ahead["to_95"].iloc[-1]
    return Chart(
        charts.fan, yearly(own, [MEASURE]), ahead, bands,
        name=report.area.name,
        headline=f"{report.area.name}: {low:,} to {high:,} looked after expected on "
        f"{words.day(told.days[-1])}",
        subtitle=f"Children looked after on 31 March, from {own.origin}",
    )  # fmt: skip
