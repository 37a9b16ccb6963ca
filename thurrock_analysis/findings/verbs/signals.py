"""Which months or weeks are a signal, and what is ordinary variation."""

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import NOT_GIVEN
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.findings.view import named
from thurrock_analysis.indicators.within_years import CYCLE, MONTH, WEEK
from thurrock_analysis.metrics import signals as xmr
from thurrock_analysis.metrics.signals import KINDS, NEAR, OUTSIDE, SHIFT, TREND, Rules
from thurrock_analysis.record import dictionary, measures
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

YEAR = "year"
DRAWS, SEED = 4000, 14
NEWEST = 12
"""Months; signals of the newest so many come first."""
MANY = 3
"""More periods than this that are one signal are told by the first and the last."""
FEW = 20
"""A mean below this is written with a decimal more."""
Moments = tuple[tuple[str, str], ...]


@resting_on("signals")
def constant(name: str) -> float:
    """Return a constant of ``signals.csv``.

    >>> constant("outside"), constant("run")
    Traceback (most recent call last):
        ...
    KeyError: 'run'
    >>> constant("outside")
    2.66
    """
    return float(dictionary.read("signals").set_index("rule").at[name, "value"])


def rules() -> Rules:
    """Return the rules of the chart as the table has them."""
    return Rules(
        constant(OUTSIDE), constant("screen"), int(constant(SHIFT)), round(constant(NEAR), 4)
    )


@dataclass(frozen=True)
class Charted:
    """A series on its chart: a row a period, how seasons were treated, and where it was rebased."""

    points: pd.DataFrame
    by: str
    seasons: xmr.Seasons | None
    """What was found of them; none where the series was too short to tell."""
    breaks: Moments
    measure: Measure

    @property
    def adjusted(self) -> bool:
        """Whether the points are without their seasons."""
        return seasonal(self.seasons)

    def write(self, value: float) -> str:
        """Write a value of the chart."""
        return Format.of(self.measure).write(value)

    def level(self, value: float) -> str:
        """Write a mean or a limit, of a small number with one decimal more."""
        how = Format.of(self.measure)
        return replace(
            how, decimals=how.decimals + int(self.measure.is_count and 0 < value < FEW)
        ).write(value)

    def when(self, end: pd.Timestamp) -> str:
        """Name a period."""
        return period(end, self.by)


@question
def signals(
    report: "Report",
    measure: str,
    by: str = MONTH,
    since: int | None = None,
    rebase: Moments = (),
) -> Finding:
    """Say which months or weeks lie outside what ordinarily varies (an XmR chart).

    Parameters
    ----------
    measure : str
        Something that happens in a month or week, such as ``"referrals"``. What is true of a day,
        or looks back over a year, carries over from one month to the next and has no chart.
    by : str
        ``"month"`` or ``"week"``, from the council's own returns; ``"year"``, from the published
        record.
    since : int, optional
        First closing year that is looked at; left out, the newest 36 months or 104 weeks.
    rebase : sequence of (date, str), optional
        Days from which something was recorded otherwise, each with a label, beside those of
        ``breaks.csv``: mean and limits begin anew.

    Returns
    -------
    Finding
        Its table has a row a signal, the newest year's first and then the strongest; the chart
        shows the points without their seasons where months differ.

    Raises
    ------
    ThurrockError
        There is no such measure or step.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").signals("referrals").held
    False
    """
    if by not in (MONTH, WEEK, YEAR):
        raise ThurrockError(f"Signals are told by month, week or year, and not by {by!r}.")
    known = measures.get(named(measure)[0])
    refuse(known)
    rows = series(report, measure, by)
    charted = chart_of(rows, known, by, moments(report, measure, by, rebase), since)
    points = charted.points
    told = statements(charted)
    enough = points["low"].notna()
    whose = "" if by == YEAR or report.returns is None else report.returns.doubts([measure])
    return Finding(
        headline(report, charted, told),
        rows,
        _table(report, charted, told),
        " ".join(filter(None, [doubt(charted), whose])),
        _chart(report, charted),
        rest=_points(report, charted),
        key=False,
    ) if enough.any() else _no_verdict(report, charted, rows)  # fmt: skip


def refuse(measure: Measure) -> None:
    """Refuse what is cumulative or rolling: neighbouring points of it are not independent."""
    if measure.is_in_year_to_date:
        raise NotHeldError(
            f"No signals are told of {measure.label}: each figure looks back over twelve months "
            "and shares eleven of them with the one before, so that runs and trends come of "
            "themselves."
        )
    if measure.basis == "at date":
        raise NotHeldError(
            f"No signals are told of {measure.label}: a figure of a day carries over to the next "
            "month, so that runs and trends come of themselves. What comes and what goes can be "
            "charted instead."
        )
    if measure.basis not in ("in year", "in month"):
        raise NotHeldError(
            f"No signals are told of {measure.label}: it is over three years that share two with "
            "the figure before."
        )


def series(report: "Report", measure: str, by: str) -> pd.DataFrame:
    """Return a measure by month, week or year; a row a period, missing in a gap."""
    if by == YEAR:
        rows = report.own(measure).sort_values("period_end", ignore_index=True)
        if rows["value"].notna().sum() == 0:
            raise NotHeldError(f"No figure of {measures.get(measure).label} is held.")
        return rows
    if report.returns is None:
        label = measures.get(measure).label
        raise NotHeldError(f"{NOT_GIVEN}which {by}s of {label} are a signal.")
    rows = report.returns.series(measure, by)
    if rows.empty:
        raise NotHeldError(f"No {by} held has a figure of {measures.get(measure).label}.")
    return rows


def moments(report: "Report", measure: str, by: str, rebase: Moments) -> Moments:
    """Return from which days a measure is on a new basis, with a label each."""
    rows = report.breaks(measure)
    ends = pd.to_datetime(rows["period_end"])
    begun = ends if by == YEAR else ends - pd.DateOffset(years=1) + pd.Timedelta(days=1)
    dated = pd.to_datetime(rows["since"].where(rows["since"].ne("")))
    if by != YEAR:
        begun = dated.fillna(begun)
    held = [(f"{day:%Y-%m-%d}", label) for day, label in zip(begun, rows["label"], strict=True)]
    try:
        asked = [(f"{pd.Timestamp(day):%Y-%m-%d}", str(label)) for day, label in rebase]
    except (TypeError, ValueError):
        raise ThurrockError(
            "rebase takes pairs of a date and a label, such as [('2024-06-01', 'new system')], "
            f"not {rebase!r}."
        ) from None
    return tuple(sorted({*held, *asked}))


def chart_of(
    rows: pd.DataFrame, measure: Measure, by: str, breaks: Moments, since: int | None = None
) -> Charted:
    """Take the seasons out of a series, cut it at its breaks, and mark its signals."""
    rows = rows.sort_values("period_end", ignore_index=True)
    found = None if by == YEAR else _seasons(rows, measure, by)
    raw = rows["value"].to_numpy("float64")
    free = found is not None and seasonal(found)
    values = found.out_of(raw, _months(rows, by)) if found is not None and free else raw
    points = rows[["period_end"]].assign(counted=raw, value=values)
    points = _newest(points, by, since)
    within = _within(points, breaks)
    cuts = points["period_end"].searchsorted([pd.Timestamp(day) for day, _ in within])
    told = points.assign(part=np.searchsorted(cuts, np.arange(len(points)), "right"))
    parts = [_marked(part, measure) for _, part in told.groupby("part", sort=True)]
    return Charted(pd.concat(parts, ignore_index=True), by, found, within, measure)


def _seasons(rows: pd.DataFrame, measure: Measure, by: str) -> xmr.Seasons | None:
    """Return what is found of seasons over three whole years or more, else nothing."""
    values = rows["value"].to_numpy("float64")
    if len(values) < (constant("seasons") + 1) * CYCLE[by]:
        return None
    found = xmr.seasons(values, _months(rows, by), CYCLE[by], measure.is_count)
    return None if np.isnan(found.p) else found


def seasonal(found: xmr.Seasons | None) -> bool:
    """Say whether calendar months differ, by the test that ``signals.csv`` states."""
    return found is not None and found.p < constant("season_p")


def _months(rows: pd.DataFrame, by: str) -> xmr.Whole:
    """Return the calendar month in which each period has its middle."""
    middle = rows["period_end"] - pd.Timedelta(days=15 if by == MONTH else 3)
    return np.asarray(middle.dt.month, "int64")


def _newest(points: pd.DataFrame, by: str, since: int | None) -> pd.DataFrame:
    if since is not None:
        told = points[points["period_end"].dt.year >= since]
        if told["value"].notna().sum() == 0:
            raise NotHeldError(f"Nothing is held from {since} on.")
        return told.reset_index(drop=True)
    return points if by == YEAR else points.tail(int(constant(by))).reset_index(drop=True)


def _within(points: pd.DataFrame, breaks: Moments) -> Moments:
    """Return the breaks after which a period of the chart ends and before which another does."""
    first, last = points["period_end"].iloc[[0, -1]]
    return tuple((day, label) for day, label in breaks if first < pd.Timestamp(day) <= last)


def _marked(part: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add mean, limits and signals to the periods between two breaks, if they are enough."""
    values = part["value"].to_numpy("float64")
    known = int((~np.isnan(values)).sum())
    part = part.assign(known=known, centre=np.nan, low=np.nan, high=np.nan, signal="")
    part[[*KINDS]] = False
    found = xmr.limits(values, rules())
    if known < constant("least") or np.isnan(found.reach) or sparse(values, measure):
        return part
    if not found.reach and np.nanstd(values):
        return part
    marked = xmr.flags(values, found, rules())
    low = found.low if measure.is_balance else max(float(found.low), 0.0)
    high = min(float(found.high), 100.0) if measure.unit == "percent" else found.high
    levels = {"centre": found.centre, "low": low, "high": high}
    return part.assign(**levels, **marked, signal=xmr.named(marked))


def sparse(values: xmr.Floats, measure: Measure) -> bool:
    """Say whether so few are counted that chance alone gives signals, as ``signals.csv`` has it."""
    return measure.is_count and bool(np.nanmean(values) < constant("usual"))


def statements(charted: Charted) -> pd.DataFrame:
    """Return a row a signal: points that follow one another by one rule on one side are one.

    Those of the newest twelve months come first, then the stronger rule, then the newer.
    """
    points = charted.points
    points = points.assign(side=np.sign(points["value"] - points["centre"]))
    found = [
        {**_statement(charted, rule, run), "order": order}
        for order, rule in enumerate(KINDS)
        for run in _runs(points[points[rule]], rule)
    ]
    told = pd.DataFrame(found, columns=["rule", "first", "last", "points", "said", "order"])
    newest = points["period_end"].max() - pd.DateOffset(months=NEWEST)
    told = told.assign(old=pd.to_datetime(told["last"]) <= newest)
    told = told.sort_values(["old", "order", "last"], ascending=[True, True, False])
    return told.reset_index(drop=True)


def _runs(points: pd.DataFrame, rule: str) -> list[pd.DataFrame]:
    """Part the points that a rule marks: where they do not follow, or change side or basis."""
    place = points.index.to_series()
    new = (place.diff() > (2 if rule == NEAR else 1)) | points["part"].diff().ne(0)
    if rule != TREND:
        new |= points["side"].diff().ne(0)
    else:
        new |= np.sign(points["value"].diff()).diff().abs().gt(1)
    return [run for _, run in points.groupby(new.cumsum(), sort=True)]


def _statement(charted: Charted, rule: str, run: pd.DataFrame) -> dict[str, object]:
    """Say one signal, as ``signals.csv`` words its rule."""
    first, last, side = run.iloc[0], run.iloc[-1], run["side"].iloc[-1]
    counted = words.listed(_counted(charted, row) for _, row in run.iterrows())
    ends = run["period_end"]
    when = words.listed(charted.when(end) for end in ends)
    if len(run) > MANY:
        when = f"{len(run)} {charted.by}s from {charted.when(ends.iloc[0])} to "
        when += charted.when(ends.iloc[-1])
        low, high = (charted.write(run["value"].agg(side)) for side in ("min", "max"))
        counted = low if low == high else f"{low} to {high}"
        counted += ", without their seasons" * charted.adjusted
    said = dictionary.read("signals").set_index("rule").at[rule, "said"]
    text = said.format(
        when=when,
        values=counted,
        lie="lie" if len(run) > 1 else "lies",
        side="above" if side > 0 else "below",
        limit="upper" if side > 0 else "lower",
        level=charted.level(last["high" if side > 0 else "low"]),
        low=charted.level(last["low"]),
        high=charted.level(last["high"]),
        centre=charted.level(last["centre"]),
        first=charted.when(first["period_end"]),
        last=charted.when(last["period_end"]),
        further="higher" if last["value"] > first["value"] else "lower",
        begun=_counted(charted, first),
        ended=_counted(charted, last),
        count=len(run),
        period=charted.by,
        periods=f"{charted.by}s",
    )
    return {"rule": rule, "first": first["period_end"], "last": last["period_end"],
            "points": len(run), "said": words.capital(text)}  # fmt: skip


def _counted(charted: Charted, row: pd.Series) -> str:
    """Write what was counted and, if it is another number, what it is without its season."""
    plain, free = charted.write(row["counted"]), charted.write(row["value"])
    return plain if plain == free else f"{plain}; without its season {free}"


def headline(report: "Report", charted: Charted, told: pd.DataFrame) -> str:
    """Say the strongest signals, or that there is none; then the rest by number."""
    points, measure, by = charted.points, charted.measure, charted.by
    span = f"{charted.when(points['period_end'].iloc[0])} to "
    span += charted.when(points["period_end"].iloc[-1])
    count = int(points["value"].notna().sum())
    whole = f"{words.counted(count, by)} of {measure.label} ({span})"
    last = points[points["low"].notna()].iloc[-1]
    low, high, mean = (charted.level(last[each]) for each in ("low", "high", "centre"))
    usual = f"{low} to {high} around a mean of {mean}"
    if told.empty:
        return f"{report.area.name}: none of {whole} is a signal. They vary as ordinarily, {usual}."
    recent, every = int((~told["old"]).sum()), len(told)
    newest = f"{recent or 'none'} of them" if every > 1 else "it is" if recent else "it is not"
    lines = [f"{one}." for one in told["said"].head(int(constant("told")))]
    more = every - len(lines)
    lines += [f"The table has {more} more."] * (more > 0)
    first = (
        f"{report.area.name}: {words.counted(every, 'signal')} in {whole}, {newest} in the newest "
        f"year. By the newest limits a {by} ordinarily has {usual}."
    )
    return "\n".join([first, *lines])


def doubt(charted: Charted) -> str:
    """Say what a signal is worth: seasons, length, gaps, breaks, and how often chance gives one."""
    points, by = charted.points, charted.by
    parts = []
    if by == YEAR:
        parts.append("Years follow one another closely; a signal is a reason to look.")
    elif charted.seasons is None:
        parts.append(
            f"Too short to tell seasons, which needs {constant('seasons') + 1:.0f} years: a month "
            "in which it is always so would be a signal here."
        )
    elif charted.adjusted:
        parts.append(
            f"Calendar months differ (Kruskal and Wallis, p {_p(charted.seasons.p)}), so the chart "
            "is without seasons."
        )
    else:
        parts.append(
            f"Calendar months do not differ by more than chance (Kruskal and Wallis, "
            f"p {_p(charted.seasons.p)}): no seasons were taken out."
        )
    newest = points[points["part"].eq(points["part"].max())]
    known = int(newest["known"].iloc[0])
    if known < constant("least"):
        parts.append(
            f"{_since(charted)} there are {words.counted(known, by)}: no verdict is given on fewer "
            f"than {constant('least'):.0f}."
        )
    elif newest["low"].isna().all():
        parts.append(f"{_since(charted)} too little varies, or too little happens, for limits.")
    elif known < constant("firm"):
        parts.append(
            f"These are trial limits, from {known} {by}s: they will move until there are "
            f"{constant('firm'):.0f}."
        )
    gaps = int(points["value"].isna().sum())
    if gaps:
        parts.append(f"{words.counted(gaps, by)} have no figure: no run or range goes over them.")
    if charted.breaks:
        cuts = words.listed(f"{label} ({words.day(day)})" for day, label in charted.breaks)
        parts.append(f"Mean and limits begin anew with {cuts}.")
    share = by_chance(len(points), float(points["centre"].iloc[-1]), charted.measure.is_count)
    parts.append(
        f"Of 100 series of {len(points)} {by}s in which nothing but chance changes, {share} would "
        "show a signal too. A signal is a reason to ask, not its answer."
    )
    return " ".join(parts)


def _since(charted: Charted) -> str:
    day, label = charted.breaks[-1]
    return f"Since the break of {words.month(day)} ({label})"


def _p(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


@functools.cache
def by_chance(length: int, mean: float, count: bool) -> int:
    """Return how many of 100 series in which nothing changes show a signal.

    Those of counts are Poisson with that mean, others normal: 4,000 draws, always the same.

    >>> by_chance(36, 180.0, True) == by_chance(36, 180.0, True) > 20
    True
    """
    rng = np.random.default_rng(SEED)
    shape = (DRAWS, length)
    drawn = rng.poisson(max(mean, 0.0), shape) if count and mean < 1e6 else rng.normal(size=shape)
    values = drawn.astype("float64")
    marked = xmr.flags(values, xmr.limits(values, rules()), rules())
    return round(100 * float(np.any([*marked.values()], axis=0).any(axis=-1).mean()))


def period(end: pd.Timestamp, by: str) -> str:
    """Name a month, week or year by its last day.

    >>> period(pd.Timestamp("2025-03-30"), "week"), period(pd.Timestamp("2025-03-31"), "month")
    ('the week to 30 March 2025', 'March 2025')
    """
    if by == WEEK:
        return f"the week to {words.day(end)}"
    return words.month(end) if by == MONTH else str(end.year)


def _no_verdict(report: "Report", charted: Charted, rows: pd.DataFrame) -> Finding:
    """Say that a series is too short or too sparse for limits, and show it as it is."""
    points, by = charted.points, charted.by
    newest = points[points["part"].eq(points["part"].max())]
    known = int(newest["known"].iloc[0])
    since = f"{_since(charted)} {report.area.spoken}" if charted.breaks else report.area.name
    has = f"{since} has {words.counted(known, by)} of {charted.measure.label}"
    least = int(constant("least"))
    if known < least:
        why = f": fewer than {least} tell nothing of what varies ordinarily, and no"
    elif sparse(newest["value"].to_numpy("float64"), charted.measure):
        fewer = f"fewer than {constant('usual'):.0f} a {by} on average"
        why = f", {fewer}: chance alone would give signals, and no"
    else:
        why = ", of which most stand at one level: limits cannot be drawn, and no"
    return Finding(
        f"{has}{why} verdict is given.",
        rows,
        doubt=f"Limits need {least} {by}s, {constant('firm'):.0f} to be firm, and of a count "
        f"{constant('usual'):.0f} a {by} on average.",
        chart=_chart(report, charted),
        rest=_points(report, charted),
        key=False,
    )


def _chart(report: "Report", charted: Charted) -> Chart:
    measure, by = charted.measure, charted.by
    own = report.returns if by != YEAR else None
    source = f"from {own.origin}" if own is not None else "as published"
    free = ", without seasons" * charted.adjusted
    unit = words.capital(measure.unit)
    return Chart(
        charts.control, charted.points.assign(measure=measure.measure), name=measure.short,
        headline=f"{report.area.name}, by {by}: {measure.label}",
        subtitle=f"{unit} a {by}{free}, {source}", source="", breaks=charted.breaks,
    )  # fmt: skip


def _table(report: "Report", charted: Charted, told: pd.DataFrame) -> Table:
    names = {OUTSIDE: "outside the limits", TREND: "trend", NEAR: "two of three near a limit",
             SHIFT: "shift"}  # fmt: skip
    frame = pd.DataFrame(
        {
            "signal": told["said"],
            "rule": told["rule"].map(names),
            "points": told["points"].astype("int64"),
        }
    )
    heads = {"signal": "Signal", "rule": "Rule", "points": f"{words.capital(charted.by)}s"}
    return Table(frame, f"{report.area.name}: signals, those of the newest year first", heads)


def _points(report: "Report", charted: Charted) -> Table:
    points = charted.points.iloc[::-1].reset_index(drop=True)
    how = Format.of(charted.measure, missing="no figure")
    limit = Format(how.decimals + 1, how.suffix, missing="none", prefix=how.prefix)
    frame = pd.DataFrame(
        {
            "period": [words.capital(charted.when(end)) for end in points["period_end"]],
            "counted": points["counted"], "value": points["value"], "centre": points["centre"],
            "low": points["low"], "high": points["high"], "signal": points["signal"],
        }
    )  # fmt: skip
    heads = {
        "period": words.capital(charted.by), "counted": charted.measure.short,
        "value": "Without seasons", "centre": "Mean", "low": "Lower limit", "high": "Upper limit",
        "signal": "Rule",
    }  # fmt: skip
    if not charted.adjusted:
        frame = frame.drop(columns="value")
    formats = {"counted": how, "value": limit, "centre": limit, "low": limit, "high": limit}
    return Table(frame, f"{report.area.name}: every {charted.by}, the newest first", heads, formats)
