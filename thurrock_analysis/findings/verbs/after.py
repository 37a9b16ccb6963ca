"""Whether an area left, after a dated event, the way of others that moved like it before."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import closing, wording
from thurrock_analysis.findings.view import named
from thurrock_analysis.metrics import synthetic
from thurrock_analysis.metrics.synthetic import FEWEST_MIXES, FEWEST_OTHERS, FEWEST_YEARS, Mix
from thurrock_analysis.metrics.usual import LEVEL
from thurrock_analysis.record import areas, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

NEAR = pd.DateOffset(months=6)
"""A year is one of before if it closed by then after the event: most of it was."""
MIX = "mix"
WHOLLY = 0.995
"""A weight from which a mix is of one neighbour alone."""


@dataclass(frozen=True)
class Event:
    """A day, what to call it, and the periods before and after it."""

    day: pd.Timestamp
    label: str
    before: pd.DatetimeIndex
    later: pd.DatetimeIndex

    @classmethod
    def of(cls, day: pd.Timestamp, label: str, ends: pd.DatetimeIndex) -> "Event":
        """Part the periods at a day."""
        return cls(day, label, ends[ends <= day + NEAR], ends[ends > day + NEAR])

    @property
    def is_told(self) -> bool:
        """Whether there are enough years before it and one after."""
        return len(self.before) >= FEWEST_YEARS and len(self.later) > 0


@question
def after(report: "Report", measure: str, event: str | int = "") -> Finding:
    """Set an authority, after a dated event, beside others that moved like it before.

    The others are its statistical neighbours, mixed so that they move like it in the years
    before. Other authorities are set beside mixes of their own neighbours in the same way: how
    many lie as far apart? What came after an event need not come from it.

    Parameters
    ----------
    measure : str
        A rate, share or average, such as ``"child_protection_plan_start_rate"``.
    event : str or int, optional
        ISO date, or a closing year after which something changed; left out, the first inspection
        with enough years before it.

    Returns
    -------
    Finding
        Its table has a row a year: the area, the mix and the gap; `doubt` says of whom it is made.

    Raises
    ------
    ThurrockError
        There is no such measure, it is a count, or the event is no date.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = open_report("Thurrock").after("child_protection_plan_start_rate", "2016-03-17")
    >>> found.table.loc[0].round(1).tolist()
    [2025.0, 23.3, 52.4, -29.1]
    """
    entry = measures.get(named(measure)[0])
    if entry.is_count:
        raise ThurrockError(f"after takes a rate, share or average: {entry.measure} is a count.")
    panel = held(report, entry)
    when = event_of(report, event, panel.columns)
    pools = neighbours(report, panel)
    own, others = mixed(report, entry, panel, when, pools)
    rows = report.own(entry.measure)
    rows = rows[rows["period_end"].isin(panel.columns)].sort_values("period_end")
    now, mix = rows.iloc[-1], words.figure(own.value[-1], entry)
    return Finding(
        told(report, now, mix, when, own, others, pools[report.area.code]),
        rows,
        by_year(report, entry, rows, own),
        doubts(report, entry, when, own, pools[report.area.code])
        + otherwise(report, entry, panel, when, set(pools[report.area.code])),
        Chart(
            charts.trend, pd.concat([rows, rows.assign(area=MIX, value=own.value)]), by="area",
            focus=report.area.code, events=[(when.day, when.label)],
            labels={MIX: "Mix of neighbours"},
            headline=f"{report.area.name}: {words.figure(now['value'], entry)} {entry.label}, "
            f"its mix of neighbours {mix}",
            subtitle=f"{entry.unit.capitalize()}, {closing(rows)}",
        ),
    )  # fmt: skip


def held(report: "Report", measure: Measure) -> pd.DataFrame:
    """Return the authorities with a figure in each of the area's years since the newest break."""
    rows = report.figures(measure.measure).dropna(subset=["value"])
    rows = rows[rows["period_end"].dt.year.ge(report.broken(measure.measure))]
    wide = rows.pivot(index="area", columns="period_end", values="value")
    wide = wide[[areas.get(code).level == "authority" for code in wide.index]]
    if report.area.level != "authority":
        raise NotHeldError(f"Only a single authority has such a mix: {report.area.spoken} is none.")
    if report.area.code not in wide.index:
        raise NotHeldError(
            f"Of {report.area.spoken} alone no number of {measure.label} is held."
            + report.jointly([measure.measure])
        )
    return wide.loc[:, wide.loc[report.area.code].notna()].dropna()


def event_of(report: "Report", given: str | int, ends: pd.DatetimeIndex) -> Event:
    """Return the event that is meant: of inspections the first with enough years before it."""
    asked = [Event.of(day, label, ends) for day, label in report.events()]
    said = "no inspection held has them"
    if given:
        text = f"{given}-03-31" if len(str(given)) == 4 else str(given)
        day = pd.to_datetime(text, format="ISO8601", errors="coerce")
        if pd.isna(day):
            raise ThurrockError(
                f"event takes an ISO date or a closing year ('2016-03-17', 2016), not {given!r}."
            )
        event = next((one for one in asked if one.day == day), Event.of(day, "Event", ends))
        said = f"{words.month(str(day))} has {len(event.before)} and {len(event.later)}"
        asked = [event]
    if found := next((one for one in asked if one.is_told), None):
        return found
    raise NotHeldError(
        f"An event in {report.area.spoken} needs {FEWEST_YEARS} years of figures before it and one "
        f"after: {said}."
    )


def neighbours(report: "Report", panel: pd.DataFrame) -> dict[str, list[str]]:
    """Return of whom a mix can be made for each authority that has enough neighbours."""
    known, held = areas.neighbours_of_all(report.as_at), set(panel.index)
    pools = {code: [one for one in known.get(code, []) if one in held] for code in panel.index}
    few = len(pools[report.area.code])
    if few < FEWEST_OTHERS:
        raise NotHeldError(
            f"{words.counted(few, 'neighbour')} of {report.area.spoken} with a figure in each year "
            f"can be mixed: it takes {FEWEST_OTHERS}."
        )
    return {code: pool for code, pool in pools.items() if len(pool) >= FEWEST_OTHERS}


def mixed(
    report: "Report", measure: Measure, panel: pd.DataFrame, event: Event,
    pools: Mapping[str, list[str]],
) -> tuple[Mix, dict[str, Mix]]:  # fmt: skip
    """Return the area's mix and those of others, or say why they tell nothing."""
    before = panel.columns.isin(event.before)
    mixes = {
        code: synthetic.mix(panel.loc[code].to_numpy(), panel.loc[pool].to_numpy(), before)
        for code, pool in pools.items()
    }
    own, last = mixes.pop(report.area.code), event.before.max().year
    if synthetic.overfitted([own, *mixes.values()]):
        raise NotHeldError(
            f"Mixes of neighbours follow {measure.label} to {last} too closely to tell of later "
            "years: half of them miss a year that is left out of the fit by "
            f"{words.number(1 / synthetic.OVERFITTED, 1)} times what they miss the others by, or "
            "more."
        )
    if own.is_poor:
        raise NotHeldError(
            f"No mix of neighbours moved like {report.area.spoken} to {last}: the nearest misses a "
            f"year of {measure.label} that is left out of the fit by {gap(own.before, measure)}, "
            f"the mean of the other years by {gap(own.spread, measure)}."
        )
    if not can_be(own, measure):
        raise NotHeldError(
            f"A mix of neighbours at the level of {report.area.spoken} comes to a figure of "
            f"{measure.label} that cannot be."
        )
    others = {code: x for code, x in mixes.items() if can_be(x, measure) and not x.is_poor}
    if len(others) < FEWEST_MIXES:
        raise NotHeldError(
            f"Mixes move like {words.counted(len(others), 'other council')} in {measure.label}: it "
            f"takes {FEWEST_MIXES} to compare with."
        )
    return own, others


def can_be(one: Mix, measure: Measure) -> bool:
    """Say whether a mix, which is set to the level of its area, has figures that can be."""
    highest = 100 if measure.is_share else np.inf
    return measure.unit == "points" or bool(one.value.min() >= 0 and one.value.max() <= highest)


def told(
    report: "Report", now: pd.Series, mix: str, event: Event, own: Mix, others: Mapping[str, Mix],
    pool: list[str],
) -> str:  # fmt: skip
    """Say the newest figure, what the mix came to, and how many others lie as far apart.

    A mix of one neighbour is called by its name.
    """
    first, last = event.later.min().year, event.later.max().year
    span = f"From {first} to {last}" if first < last else f"In {last}"
    alone = [code for weight, code in zip(own.weights, pool, strict=True) if weight > WHOLLY]
    until = event.before.max().year
    barely = f"followed it to {until} little better than its own mean"
    like = f"moved like it to {until}" if own.is_close else barely
    whom = f"a mix of its neighbours that {like}"
    if alone:
        whom = f"its neighbour {areas.get(alone[0]).name}, which {like} and is set to its level,"
    as_far = sum(one.ratio >= own.ratio for one in others.values())
    is_far = 1 + as_far <= LEVEL * (1 + len(others))
    found = "farther apart than 19 in 20" if is_far else "nothing unusual"
    return (
        f"In {report.area.spoken} {words.told(now, measures.get(now['measure']))}; {whom} "
        f"came to {mix}. {span}, "
        f"{as_far or 'none'} of {len(others)} other councils with such a mix moved as far from "
        f"theirs: that is {found}. "
        f"{report.later(now['measure'])}"
    ).strip()


def gap(size: float, measure: Measure) -> str:
    """Write a distance between figures, with a decimal at least: of percentages in points."""
    written = words.number(size, max(measure.decimals, 1))
    unit = words.points(written) if measure.unit == "percent" else ""
    return f"{'£' * measure.is_money}{written}{unit}"


def doubts(report: "Report", measure: Measure, event: Event, own: Mix, pool: list[str]) -> str:
    """Say about which event, of what the mix is made, how well it fits, and what it is not."""
    write = partial(gap, measure=measure)
    made_of = [
        f"{areas.get(code).name} {words.number(100 * weight)}%"
        for weight, code in sorted(zip(own.weights, pool, strict=True), reverse=True)
        if weight >= 0.005
    ]
    label = f"{event.label[:1].lower()}{event.label[1:]}"
    return (
        f"The event is of {words.day(str(event.day))} ({label}). "
        f"The mix ({', '.join(made_of)}) is set to the level of {report.area.spoken} "
        f"and fitted on {len(event.before)} years, {words.year_spans(event.before.year)}. "
        "One of these that is left out of the fit it "
        f"misses by {write(own.before)}, where the mean of the others misses by "
        f"{write(own.spread)}; after the event they lie {write(own.after)} apart, "
        f"{words.number(own.ratio, 1)} times as much (roots of mean squares). By these times "
        f"other councils are counted; those that no mix fits are left out. {wording('after')}"
    )


def otherwise(
    report: "Report", measure: Measure, panel: pd.DataFrame, event: Event, pool: set[str]
) -> str:
    """Say what a mix of the neighbours of the model before the one in force comes to."""
    earlier = areas.earlier_neighbours(report.area, report.as_at)
    group = [code for code in earlier.get("neighbour", []) if code in panel.index]
    if len(group) < FEWEST_OTHERS or set(group) == pool:
        return ""
    before = panel.columns.isin(event.before)
    code = report.area.code
    other = synthetic.mix(panel.loc[code].to_numpy(), panel.loc[group].to_numpy(), before)
    under = f" Under the {earlier['model'].iloc[0]} model of neighbours"
    if other.is_poor or not can_be(other, measure):
        return f"{under} no mix moved like {report.area.spoken} to {event.before.max().year}."
    return f"{under} a mix came to {words.figure(other.value[-1], measure)}."


def by_year(report: "Report", measure: Measure, rows: pd.DataFrame, own: Mix) -> Table:
    """Return area, mix and gap by year, newest first."""
    frame = pd.DataFrame({"year": rows["period_end"].dt.year, "own": rows["value"]})
    frame = frame.assign(mix=own.value, gap=frame["own"] - own.value)
    plain = Format.of(measure)
    return Table(
        frame[::-1].reset_index(drop=True),
        f"{measure.short}: {report.area.name} and a mix of its neighbours",
        {"year": "Year", "own": report.area.name, "mix": "Mix", "gap": "Gap"},
        {"year": YEAR, "own": plain, "mix": plain, "gap": Format(measure.decimals, signed=True)},
    )
