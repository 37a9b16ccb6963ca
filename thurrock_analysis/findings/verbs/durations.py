"""How long things last, by the council's own returns: those that last still among them."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import NOT_GIVEN
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.indicators import durations as lengths
from thurrock_analysis.indicators.durations import Spans
from thurrock_analysis.metrics import survival
from thurrock_analysis.metrics.clustered import NotEstimatedError
from thurrock_analysis.metrics.survival import Curve, Interval
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

MONTH = 365.25 / 12
LEVEL = 0.05
STEPS = 120
"""Times at which a chart shows what has ended: more than it has pixels to show."""
FEWEST = 10
"""Cases in a year without which nothing is told of the year by itself."""
MARKED = {
    "abuse": "those in need for abuse or neglect",
    "unaccompanied": "unaccompanied asylum-seeking children",
}
COMPARED = {
    "cohort": "for each later year of start",
    "years": "for each year of age at the start",
    **{name: f"for {whom}" for name, whom in MARKED.items()},
}
ALONE, ALL = "ended alone", "all"


@question
def durations(report: "Report", name: str, averages: bool = False) -> Finding:
    """Say how long something lasts and how it ends, what lasts still counted as far as it is known.

    Parameters
    ----------
    name : str
        ``"referral to assessment"``, ``"time in placement"``, ``"time to permanence"``,
        ``"time on a plan"`` or ``"time in post"``.
    averages : bool
        Say instead, by year, what the average of those that ended was beside that of all that
        began.

    Returns
    -------
    Finding
        Its table has a row a time and a column a way of ending, its rest counts what is open
        still by age. Without returns it is a gap that says what they would tell.

    Raises
    ------
    ThurrockError
        There is no such duration.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").durations("time on a plan").sentence[-60:]
    ' by how long it lasts and how it ends, open ones among them.'
    """
    kinds = lengths.kinds()
    if name not in kinds.index:
        raise ThurrockError(f"There is no duration {name!r}: {words.listed(kinds.index)} are.")
    row = kinds.loc[name]
    if report.returns is None:
        raise NotHeldError(
            f"{NOT_GIVEN}{row['label']}: by how long it lasts and how it ends, open ones among "
            "them."
        )
    try:
        found = lengths.spans(report.returns.alone, name)
        told = _curve(found.rows)
    except (NotInReturnsError, NotEstimatedError) as gap:
        raise NotHeldError(str(gap)) from None
    if not told.ways:
        raise NotHeldError(
            f"By {words.day(found.closes.date())} no {row['noun']} had ended, of "
            f"{words.number(told.count)} held: {row['label']} cannot be told."
        )
    years = lengths.backlog(found, row["main"], row["horizon"])
    if averages:
        return _averages(report, found, row, years)
    regression, refused = _regression(found, row)
    said = [
        f"In {report.area.spoken} {_median(told, row)}",
        _ends(told, row),
        *_mean(told, row),
        *_alone(row, years),
        _open(found, row),
        *regression,
    ]
    doubt = [_definition(found, row), *_emptied(told, row), *refused]
    return Finding(
        "\n".join(said),
        shown=_table(told, row, name),
        rest=_waiting(found, row),
        doubt=" ".join(doubt),
        chart=_chart(report, told, row),
        key=False,
    )


def _averages(report: "Report", found: Spans, row: pd.Series, years: pd.DataFrame) -> Finding:
    """Set the average of those that ended in a year beside that of those that began in one."""
    said = _alone(row, years)
    if not said:
        raise NotHeldError(
            f"In no year {FEWEST // 2} {row['plural']} or more had {_had(row['main'])}, so that no "
            "average is told of them."
        )
    cohorts, lacking = _cohorts(found, row)
    said = [f"In {report.area.spoken} {words.uncapital(said[0])}", *_moved(row, years, cohorts)]
    return Finding(
        "\n".join(said),
        shown=_averages_table(row, years, cohorts),
        doubt=" ".join([_definition(found, row), *lacking]),
        chart=_by_year(report, row, years, cohorts),
        key=False,
    )


def _curve(rows: pd.DataFrame) -> Curve:
    parts = (rows[name].to_numpy() for name in ("stop", "way", "entry"))
    return survival.curve(*parts)


def _scale(row: pd.Series) -> float:
    return 1.0 if row["unit"] == "days" else MONTH


def _length(days: float, row: pd.Series, unit: bool = True) -> str:
    """Write a length in the unit of its row."""
    decimals = 0 if row["unit"] == "days" else 1
    said = words.number(days / _scale(row), decimals)
    return f"{said} {row['unit']}" if unit else said


def _at(days: float, row: pd.Series) -> str:
    return f"{round(days / _scale(row))} {row['unit']}"


def _counted(count: int, row: pd.Series) -> str:
    return f"{words.number(count)} {row['noun'] if count == 1 else row['plural']}"


def _share(share: Interval) -> str:
    low, high = (words.number(100 * each, 1) for each in share[1:])
    return f"{words.number(100 * share[0], 1)}%, {low} to {high}"


def _median(told: Curve, row: pd.Series) -> str:
    middle, low, high = told.lasting()
    if np.isnan(middle):
        left = told.open_at(told.followed)
        return (
            f"fewer than half of the {words.number(told.count)} {row['plural']} had ended by the "
            f"longest time for which one was followed, {_length(told.followed, row)}: the median "
            f"is not reached; {_share(left)}, were still open."
        )
    until = "not reached" if np.isnan(high) else _length(high, row, False)
    return (
        f"half of the {words.number(told.count)} {row['plural']} had ended within "
        f"{_length(middle, row)} ({_length(low, row, False)} to {until}), those still open "
        "included."
    )


def _ends(told: Curve, row: pd.Series) -> str:
    horizon = min(row["horizon"], told.followed)
    within = told.time <= horizon
    ends = [
        f"{words.number(told.ways[way][within].sum())} had {_had(way)} "
        f"({_share(told.ended_at(way, horizon))})"
        for way in _ordered(told, row)
    ]
    left = told.open_at(horizon)
    return (
        f"Within {_at(horizon, row)}: {'; '.join(ends) or 'none had ended'}; the others "
        f"({_share(left)}) were still open. Shares count those still open for as long as they are "
        "known, numbers those seen to end."
    )


def _had(way: str) -> str:
    known = dictionary.read("duration_ends").drop_duplicates("way").set_index("way")["had"]
    return str(known.get(way, way))


def _ordered(told: Curve, row: pd.Series) -> list[str]:
    """Return the ways of ending, the main one first, the others as the data table has them."""
    known = dictionary.read("duration_ends")["way"].tolist()
    place = {way: at for at, way in enumerate([row["main"], *dict.fromkeys(known)])}
    place[row["main"]] = -1
    return sorted(told.ways, key=lambda way: place.get(way, len(known)))


def _mean(told: Curve, row: pd.Series) -> list[str]:
    try:
        mean, low, high = told.restricted(row["horizon"])
    except NotEstimatedError as gap:
        return [f"No mean is told: {words.uncapital(str(gap))}"]
    return [
        f"Counting no more than the first {_at(row['horizon'], row)} of each, they lasted "
        f"{_length(mean, row)} on average ({_length(low, row, False)} to "
        f"{_length(high, row, False)})."
    ]


def _cohorts(found: Spans, row: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Return the restricted mean of those who began in each year, where all were followed."""
    rows, ends = [], found.rows
    for year, part in ends[ends["entry"].lt(0)].groupby("cohort"):
        close = pd.Timestamp(year=int(year), month=3, day=31)
        followed = (found.closes - close).days >= row["horizon"]
        mean, why = (np.nan,) * 3, "not followed for long enough"
        if len(part) < FEWEST:
            why = f"fewer than {FEWEST} began"
        elif followed:
            mean, why = _curve(part).restricted(row["horizon"]), ""
        rows.append((int(year), len(part), *mean, why))
    columns = ["year", "began", "mean", "low", "high", "status"]
    told = pd.DataFrame(rows, columns=columns)
    early = told.loc[told["status"].str.startswith("not"), "year"]
    said = [
        f"Those who began in the year to March {early.min()} or later were not all followed for "
        f"{_at(row['horizon'], row)}, so that nothing is told of these years by themselves."
    ]  # fmt: skip
    return told, said * bool(len(early))


def _alone(row: pd.Series, years: pd.DataFrame) -> list[str]:
    """Say what the average of those who ended last was, and whom it leaves out."""
    enough = years[years["ended"].ge(FEWEST / 2)]
    if enough.empty:
        return []
    last = enough.iloc[-1]
    long = (
        f"that average leaves out the {words.number(last['open_longer'])} then open for longer than"
        if last["open_longer"]
        else "none had then been open for longer than"
    )
    return [
        f"The {words.number(last['ended'])} that had {_had(row['main'])} in the year to March "
        f"{enough.index[-1]} had lasted {_length(last['average'], row)} on average; {long} "
        f"{_at(row['horizon'], row)}."
    ]


def _moved(row: pd.Series, years: pd.DataFrame, cohorts: pd.DataFrame) -> list[str]:
    """Say how the average of those who ended moved, and how that of those who began."""
    enough, held = years[years["ended"].ge(FEWEST / 2)], cohorts.dropna(subset=["mean"])
    if len(held) < 2 or len(enough) < 2:
        return []
    ended, began = ((table.iloc[0], table.iloc[-1]) for table in (enough, held))
    widths = [each["mean"] - each["low"] for each in began]
    apart = abs(began[1]["mean"] - began[0]["mean"]) > np.hypot(*widths)
    waiting = [words.number(each["open_longer"]) for each in ended]
    horizon = _at(row["horizon"], row)
    means = [
        f"{_length(each['mean'], row)} for the year to March {each['year']:.0f}" for each in began
    ]
    return [
        f"From the year to March {enough.index[0]} to the year to March {enough.index[-1]} that "
        f"average went from {_length(ended[0]['average'], row, False)} to "
        f"{_length(ended[1]['average'], row)}, and the number open for longer than {horizon} from "
        f"{waiting[0]} to {waiting[1]}. Of all who began, no more than the first {horizon} of each "
        f"counted, the average was {means[0]} and {means[1]}: {'more' if apart else 'no more'} of "
        "a difference than chance alone would bring."
    ]


def _open(found: Spans, row: pd.Series) -> str:
    rows = found.rows[found.rows["way"].eq("")]
    day = words.day(found.closes.date())
    if rows.empty:
        return f"No {row['noun']} was still open on {day}."
    middle = _length(rows["stop"].median(), row)
    if len(rows) == 1:
        return f"1 was still open on {day}, for {middle}."
    return (
        f"{words.number(len(rows))} were still open on {day}, half of them for {middle} or longer."
    )


def _regression(found: Spans, row: pd.Series) -> tuple[list[str], list[str]]:
    names = ["years" if each == "age" else each for each in row["compares"].split()]
    design = found.rows.reindex(columns=names).astype("float64").dropna(axis=1, how="all")
    known = design.notna().all(axis="columns").to_numpy()
    rows = found.rows[known]
    parts = (rows["stop"].to_numpy(), rows["way"].eq(row["main"]).to_numpy(), design[known])
    try:
        told = survival.regression(*parts, rows["entry"].to_numpy())
    except NotEstimatedError as gap:
        return [], [str(gap)]
    each = [
        f"{words.number(one['value'], 2)} times as high ({words.number(one['low'], 2)} to "
        f"{words.number(one['high'], 2)}) {COMPARED[name]}"
        for name, one in told.ratios.iterrows()
    ]
    said = (
        f"All else in a regression held the same, {row['rate']} among those still open was: "
        f"{'; '.join(each)}."
    )
    moving = [COMPARED[name] for name, one in told.ratios.iterrows() if one["constant"] < LEVEL]
    if told.constant < LEVEL:
        whose = f", most of all {words.listed(moving)}" if moving else ""
        check = f"These ratios changed with time{whose}: read them as averages."
    else:
        check = "No sign was found that these ratios differ between early and late times."
    left = int((~known).sum())
    missing = [f"{_counted(left, row)} of unknown age are not in the regression."]
    none = [
        f"None of the {MARKED[name].removeprefix('those ')} had {_had(row['main'])}: they are not "
        "in the regression."
        for name in told.silent
    ]
    return [f"{said} {check}"], missing * bool(left) + none


def _definition(found: Spans, row: pd.Series) -> str:
    began = words.day(found.begins.date())
    said = (
        f"Counted from {row['starts']} until {row['ends']}; {row['population']}. "
        f"{_counted(found.before, row)} open already on {began}, when the data begin, "
        "count from then on alone."
    )
    unknown = f" {_counted(found.unknown, row)} are left out: no start is held."
    return said + unknown * bool(found.unknown)


def _emptied(told: Curve, row: pd.Series) -> list[str]:
    if np.isnan(told.emptied):
        return []
    return [
        f"All who were then known had ended after {_length(told.emptied, row)}, before others came "
        "under observation: shares after that are not to be relied on."
    ]


def _table(told: Curve, row: pd.Series, name: str) -> Table:
    times = [int(each) for each in row["at"].split() if int(each) <= told.followed]
    frame = pd.DataFrame({"within": [_at(each, row) for each in times]})
    ways = _ordered(told, row)
    for way in ways:
        frame[way] = [100 * told.ended_at(way, each)[0] for each in times]
    frame["open"] = [100 * told.open_at(each)[0] for each in times]
    ends = [told.open_at(each)[1:] for each in times]
    frame["between"] = [" to ".join(words.number(100 * one, 1) for one in each) for each in ends]
    risk = [int(told.at_risk[max(told._place(each), 0)]) for each in times]
    heads = {"within": "Within", "open": "Still open", "between": "Open: 95% interval",
             "risk": "Followed so long"}  # fmt: skip
    heads |= {way: words.capital(way) for way in ways}
    formats = dict.fromkeys([*ways, "open"], Format(1, "%"))
    return Table(frame.assign(risk=risk), f"{words.capital(name)}: how it ends", heads, formats)


def _waiting(found: Spans, row: pd.Series) -> Table:
    bands = [int(each) for each in row["waits"].split()]
    counts = lengths.waiting(found, bands)
    ends = [round(each / _scale(row)) for each in bands]
    names = [f"under {ends[0]}", *(f"{a} to {b}" for a, b in zip(ends, ends[1:], strict=False)),
             f"{ends[-1]} or more"]  # fmt: skip
    frame = counts.set_axis([f"{name} {row['unit']}" for name in names], axis="columns")
    frame.insert(0, "age", counts.index.astype(str))
    day = words.day(found.closes.date())
    caption = f"{words.capital(row['plural'])} open on {day}, by age and by how long"
    return Table(frame.reset_index(drop=True).rename_axis(columns=None), caption, {"age": "Age"})


def _source(report: "Report") -> str:
    return f"from {report.returns.origin}" if report.returns is not None else ""


def _chart(report: "Report", told: Curve, row: pd.Series) -> Chart | None:
    """Draw how many have ended in each way as time goes on."""
    last = int(round(min(int(row["at"].split()[-1]), told.followed) / _scale(row), 1))
    if not told.ways or last < 1:
        return None
    times = np.linspace(0, last, last * max(1, STEPS // last) + 1)
    days = np.round(times * _scale(row))
    parts = [
        pd.DataFrame([told.ended_at(way, day) for day in days], columns=["value", "low", "high"])
        .mul(100)
        .assign(way=way, time=times)
        for way in _ordered(told, row)
    ]
    return Chart(
        charts.incidence, pd.concat(parts, ignore_index=True), row["unit"],
        headline=f"{report.area.name}: {row['label']}, by how it ends",
        subtitle=f"% of {row['plural']} that had ended in each way, by {row['unit']} since "
        "the start",
        source=_source(report),
    )  # fmt: skip


def _averages_table(row: pd.Series, years: pd.DataFrame, cohorts: pd.DataFrame) -> Table:
    """Return by year who ended and who began, and how long both lasted, the newest first."""
    scale, format_ = _scale(row), Format(int(row["unit"] != "days"))
    by_cohort = cohorts.set_index("year").reindex(years.index)
    few = years["ended"].lt(FEWEST / 2)
    frame = pd.DataFrame(
        {
            "year": years.index,
            "ended": years["ended"].to_numpy(),
            "alone": (years["average"] / scale).mask(few).to_numpy(),
            "longer": years["open_longer"].to_numpy(),
            "began": years["started"].to_numpy(),
            "all": (by_cohort["mean"] / scale).to_numpy(),
        }
    )
    whole = by_cohort["status"].fillna("none began").to_numpy()
    why = pd.DataFrame({"alone": np.where(few, "too few ended", ""), "all": whole})
    horizon = _at(row["horizon"], row)
    heads = {
        "year": "Year to March",
        "ended": words.capital(_had(row["main"])),
        "alone": f"Their average, {row['unit']}",
        "longer": f"Open for longer than {horizon}",
        "began": "Began",
        "all": f"All who began: average of the first {horizon}, {row['unit']}",
    }
    formats = {"year": YEAR, "alone": format_, "all": format_}
    back = frame.index[::-1]
    caption = f"{words.capital(row['label'])}: by year of ending, and of beginning"
    return Table(
        frame.loc[back].reset_index(drop=True), caption, heads, formats,
        why.loc[back].reset_index(drop=True),
    )  # fmt: skip


def _by_year(
    report: "Report", row: pd.Series, years: pd.DataFrame, cohorts: pd.DataFrame
) -> Chart | None:
    """Draw the average of those that ended in a year beside that of those that began in one."""
    scale = _scale(row)
    alone = pd.DataFrame(
        {
            "year": years.index,
            "value": (years["average"] / scale).where(years["ended"].ge(FEWEST / 2)).to_numpy(),
            "status": "too few ended",
            "line": ALONE,
        }
    )
    whole = cohorts.assign(value=cohorts["mean"] / scale, line=ALL)
    whole = whole[whole["year"].isin(years.index)]
    rows = pd.concat([alone, whole[["year", "value", "status", "line"]]], ignore_index=True)
    rows["status"] = rows["status"].where(rows["value"].isna(), "")
    if rows.groupby("line")["value"].count().reindex([ALONE, ALL]).fillna(0).lt(2).any():
        return None
    rows["period_end"] = pd.to_datetime(rows["year"].astype(int).astype(str) + "-03-31")
    horizon = _at(row["horizon"], row)
    return Chart(
        charts.trend, rows, by="line", focus=ALL,
        headline=f"{report.area.name}: {row['label']}, by whom it is told",
        subtitle=f"{words.capital(row['unit'])}, years ending 31 March",
        source=_source(report),
        labels={ALONE: f"{words.capital(row['main'])} in the year, whole time",
                ALL: f"Began in the year, of the first {horizon}"},
        decimals=int(row["unit"] != "days"),
    )  # fmt: skip
