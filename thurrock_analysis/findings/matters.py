"""What matters most of a report: a row a measure that matters, and how far each stands apart.

Notebooks hand on rows, each measure by itself. The first page puts the rows of all of them
together as one family: `page` corrects for their number, orders and says them.
"""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import known, rounded, standings, window
from thurrock_analysis.findings.finding import NotHeldError
from thurrock_analysis.findings.verbs.expected import held
from thurrock_analysis.findings.verbs.rank import place_of
from thurrock_analysis.findings.view import spoken
from thurrock_analysis.metrics import standing, zeros
from thurrock_analysis.metrics.usual import LEVEL, Z95, discoveries
from thurrock_analysis.record import areas, dictionary, measures, releases
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

Row = dict[str, Any]
LASTING = pd.Timedelta(days=3 * 366)
"""Where a figure older than this at the date stands is not told: it need not stand there now."""
EXPECTED = "expected"
TOLD = {standings.ENGLAND: "England", standings.NEIGHBOURS: "the mean of its neighbours"}
SIDES = {1: "above", -1: "below"}
BETTER = {"high": 1, "low": -1}
"""The side on which a measure with a better end is better."""
OLD = "no figure of the last three years"
APART = ("stands out", "farther alone")
"""Verdicts of what is farther than authorities usually differ, among all of a page or by itself."""
KEYS = {"stands out": "apart among many", "farther alone": "apart"}
"""How each of them is worded."""
COLUMNS = [
    *("measure", "label", "topic", "period", "value", "hidden", "england", "neighbours", "rank"),
    *("against", "side", "distance", "probability", "standing", "better", "years"),
    *("change", "before", "change_verdict", "direction", "sentence", "source", "same_as"),
]


def rows(report: "Report", shown: Iterable[str] | None = None) -> list[Row]:
    """Return what is known of each measure that matters, before anything is corrected.

    Parameters
    ----------
    shown : iterable of str, optional
        Only those among these; without it all of ``matters.csv``.

    Returns
    -------
    list of dict
        What `page` takes. ``beside`` has, by whom a figure is set beside, the distance in what
        authorities usually differ by and how often one is as large; it is empty where the newest
        figure is hidden, old or of an area that has none to be set beside.
    """
    chosen = dictionary.rows("matters")
    if shown is not None:
        among = set(shown)
        chosen = [one for one in chosen if one["measure"] in among]
    if not chosen:
        return []
    expected = _expected(report)
    found = (_row(report, one, expected) for one in chosen)
    return [row for row in found if row is not None]


def _row(report: "Report", why: dict[str, str], expected: pd.DataFrame) -> Row | None:
    """Return what is known of one measure; None where nothing ever was."""
    name = why["measure"]
    measure, every = measures.get(name), report.own(name)
    if every.empty:
        return None
    numbers = every[every["value"].notna()]
    newest = (every if numbers.empty else numbers).sort_values("period_end").iloc[-1]
    end = newest["period_end"]
    row = {
        "measure": name,
        "label": measure.label,
        "topic": why["topic"],
        "caution": why["caution"],
        "same_as": why["same_as"],
        "period": words.period(end, measure),
        "value": "" if numbers.empty else words.figure(newest["value"], measure),
        "hidden": str(newest["status"]) if numbers.empty else report.later(name),
        "source": str(newest["release"]),
        **dict.fromkeys(("england", "neighbours", "rank", "told", "among", "means"), ""),
        "years": 0,
        "beside": {},
    }
    if row["hidden"]:  # what is newest is not known, and an older figure is no news
        last = pd.Timestamp.min if numbers.empty else newest["period_end"]
        return row | _bounded(report, measure, report.hidden(name, last))
    if pd.Timestamp(report.as_at) - end > LASTING:
        return row | {"hidden": OLD}
    beside = standings.beside(report, name, end.year)
    at = {whom: (one.size, one.probability) for whom, one in beside.items()}
    told = dict(TOLD)
    need = expected[expected["measure"].eq(name) & expected["end"].eq(f"{end:%Y-%m-%d}")]
    for one in need.tail(1).itertuples() if at else ():
        at[EXPECTED] = beyond(one)
        had, would = words.number(one.actual), words.number(one.expected)
        told[EXPECTED] = f"what would be expected ({would}, where it had {had})"
    side, years = _lasting(report, name, end.year)
    return row | {
        "england": window.england(report, name, end),
        "neighbours": _neighbours(report, measure, end),
        "rank": place_of(report, name, end) if at else "",
        "told": rounded.told(newest, measure),
        "among": window.beside(report, name),
        "means": {whom: told[whom] for whom in at},
        "side": side,
        "years": years,
        "newer": _newer(report, measure, end),
        "caution": f"{known.now(report, name, end.year)} {why['caution']}".strip(),
        "beside": {whom: [round(size, 4), chance] for whom, (size, chance) in at.items()},
    }


def _bounded(report: "Report", measure: Measure, hidden: pd.DataFrame) -> Row:
    """Return where a figure that is hidden stands, whatever it is, by the bounds of its count."""
    end = hidden["period_end"].max()
    rows = hidden[hidden["period_end"].eq(end)].head(1).assign(measure=measure.measure)
    low, high, whole = report.between(measure.measure, end)
    is_new = pd.Timestamp(report.as_at) - end <= LASTING
    unrecorded = hidden["status"].eq(zeros.STATUS).any()  # and few more in the year after
    if not is_new or unrecorded or math.isnan(whole) or (low, high) == (0, whole):
        return {}
    ends = [
        rows.assign(value=100 * count / whole, numerator=count, denominator=whole)
        for count in (low, high)
    ]
    beside = standings.between(report, measure.measure, ends)
    allowed = f"{words.bounded(low, high, whole)} of {words.number(whole)}"
    side = beside.get(standings.ENGLAND)
    return {
        "period": words.period(end, measure),
        "source": str(rows["release"].iloc[0]),
        "value": allowed,
        "hidden": f"The number is {spoken(str(rows['status'].iloc[0]))}"
        + ", and what else is printed leaves no other" * (low == high)
        + ".",
        "england": window.england(report, measure.measure, end),
        "neighbours": _neighbours(report, measure, end),
        "told": f"{allowed} {measure.phrase.removeprefix('of ')} {words.when(end, measure)}",
        "means": {whom: TOLD[whom] for whom in beside},
        "side": int(math.copysign(1, side.size)) if side else 0,
        "beside": {whom: [round(one.size, 4), one.probability] for whom, one in beside.items()},
    }


def _newer(report: "Report", measure: Measure, end: pd.Timestamp) -> str:
    """Say that a figure is not of the newest year of its statistics, where that is so."""
    year = releases.newest_year(measure.collection, report.as_at)
    after = end + pd.DateOffset(years=1)
    return f"No figure of {words.period(after, measure)} is held." * bool(after.year <= year)


def _lasting(report: "Report", name: str, year: int) -> tuple[int, int]:
    """Return on which side of England a figure is, and in how many of the newest years it was."""
    own, whole = window.of(report, name), window.of(report, name, areas.ENGLAND)
    gap = np.sign(own - whole).reindex(range(year - window.YEARS + 1, year + 1))
    side = gap.iloc[-1]
    if not side or math.isnan(side):
        return 0, 0
    return int(side), int(gap.eq(side)[::-1].cumprod().sum())


def _neighbours(report: "Report", measure: Measure, end: pd.Timestamp) -> str:
    """Write the least and the most that the neighbours have."""
    figures = report.figures(measure.measure)[["area", "period_end", "value"]]
    near = figures[figures["area"].isin(report.neighbours["neighbour"])]
    near = near.loc[near["period_end"].eq(end), "value"].dropna()
    if near.empty:
        return ""
    low, high = (words.figure(value, measure) for value in (near.min(), near.max()))
    return low if low == high else f"{low} to {high}"


def _expected(report: "Report") -> pd.DataFrame:
    """Return what would be expected of the area in each period, where its range has a lower end."""
    try:
        found = held(report)
    except NotHeldError:
        return pd.DataFrame(columns=["measure", "end"])
    found = found[found["area"].eq(report.area.code)]
    found = found[found["actual"].gt(0) & found["low_95"].gt(0)]
    return found.assign(end=found["period_end"].astype("str").str[:10])


def beyond(row: Any) -> tuple[float, float]:
    """Return how far a count is from what would be expected, in the half of the range there."""
    end = row.high_95 if row.actual > row.expected else row.low_95
    size = Z95 * math.log(row.actual / row.expected) / abs(math.log(end / row.expected))
    return size, standing.chance(size)


def page(
    found: Iterable[Row], moved: Mapping[str, Mapping[str, Any]] | None = None
) -> pd.DataFrame:
    """Put what is known of measures together: a tidy frame, the farthest apart first.

    Every comparison of every measure, with England, with the neighbours and with what would be
    expected, is one of a family, corrected for its number by the false discovery rate.

    Parameters
    ----------
    found : iterable of dict
        What `rows` returns, of as many notebooks as there are; a measure counts once.
    moved : mapping, optional
        By measure, what is told of its change (`handing.movements`), corrected or not.

    Returns
    -------
    DataFrame
        One row a measure that matters, with

        - ``measure``, ``label``, ``topic``, ``same_as``: which it is, its theme, and the measure
          that tells the same;
        - ``period``, ``value``: its newest figure as it is written, ``""`` where none is printed;
        - ``hidden``: why there is no figure, or no newer one; ``""`` where there is;
        - ``england``, ``neighbours``, ``rank``: England's figure, the least and the most of the
          neighbours, the rank among them, 1 the highest;
        - ``against``: what it is farthest from: England, neighbours or expected;
        - ``side``, ``distance``, ``probability``: above or below that, or level with it as it is
          printed; by how many times what authorities usually differ by; how often one is so far;
        - ``standing``: stands out (among all comparisons of the page), farther alone (than 19 in
          20 authorities, by itself), among others, or untold;
        - ``better``: better or worse, of what is farther and has a better end; else none;
        - ``years``: for how many of the newest five it was on its side of England;
        - ``change``, ``before``, ``change_verdict``, ``direction``: its change since the period
          before with what is found of it; ``""`` where none is told;
        - ``sentence``: all of it in words;
        - ``source``: the release.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = page(rows(open_report("Thurrock"), ["initial_conference_rate"]))
    >>> found.loc[0, ["against", "side", "standing"]].tolist()
    ['expected', 'below', 'stands out']
    """
    once = {row["measure"]: row for row in found}
    kept = among(once.values())
    lines = [_line(row, kept, (moved or {}).get(name, {})) for name, row in once.items()]
    frame = pd.DataFrame(lines, columns=COLUMNS)
    return frame.sort_values("distance", ascending=False, kind="stable", ignore_index=True)


def among(found: Iterable[Row]) -> set[tuple[str, str]]:
    """Return the comparisons that stand out among all: of which measure, with whom."""
    tests = [(row["measure"], whom, at[1]) for row in found for whom, at in row["beside"].items()]
    kept = discoveries(np.array([chance for *_, chance in tests]))
    return {(name, whom) for (name, whom, _), stays in zip(tests, kept, strict=True) if stays}


def _line(row: Row, kept: set[tuple[str, str]], moved: Mapping[str, Any]) -> Row:
    """Return the row of a page for a measure: its farthest comparison, with its verdict."""
    line = {name: row.get(name, "") for name in COLUMNS} | {
        "change": moved.get("change", ""),
        "before": moved.get("before", ""),
        "change_verdict": moved.get("verdict", ""),
        "direction": moved.get("direction", ""),
    }
    if not row["beside"]:
        nothing = {"side": "", "distance": math.nan, "probability": math.nan}
        return line | nothing | {"standing": "untold", "better": "none", "sentence": ""}
    whom, (size, chance) = max(row["beside"].items(), key=lambda item: abs(item[1][0]))
    side = 1 if size > 0 else -1
    found, key = "among others", "near"
    if whom == standings.ENGLAND and not row["side"]:
        key = "level"  # as they are printed
    elif whom == standings.ENGLAND:
        side = row["side"]  # on the scale, half a case is added to none
    if (row["measure"], whom) in kept:
        found = "stands out"
    elif chance <= LEVEL:
        found = "farther alone"
    key = KEYS.get(found, key)
    polarity = BETTER.get(measures.get(row["measure"]).polarity, 0)
    better = {1: "better", -1: "worse"}.get(polarity * side, "none")
    return line | {
        "against": whom,
        "side": key if key == "level" else SIDES[side],
        "distance": abs(size),
        "probability": chance,
        "standing": found,
        "better": better if found in APART else "none",
        "sentence": _sentence(row, whom, side, key),
    }


def apart(line: Any, whom: str) -> str:
    """Say on which side of whom a line of `page` stands, and how far, as its sentence has it."""
    return wording(KEYS[line.standing]).format(side=line.side, whom=whom)


def wording(key: str) -> str:
    """Return how a verdict is said."""
    return {one["key"]: one["words"] for one in dictionary.rows("verdicts")}[key]


def _sentence(row: Row, whom: str, side: int, key: str) -> str:
    """Say a figure, those beside it, how far it is from one of them, and for how long."""
    around = [
        f"England {row['england']}" * bool(row["england"]),
        f"its neighbours {row['neighbours']}" * bool(row["neighbours"]),
    ]
    lasting = f"It was {SIDES.get(row['side'])} England in each of the last {row['years']} years."
    parts = [
        "; ".join([words.capital(row["told"]), ", ".join(filter(None, around))]).removesuffix("; ")
        + ".",
        f"That is {wording(key).format(side=SIDES[side], whom=row['means'][whom])}.",
        lasting * (row["years"] > 1),
        f"It is {row['among']}." * bool(row["among"]),
        row["hidden"] or row.get("newer", ""),
        row["caution"] * (key not in ("near", "level")),
    ]
    return " ".join(part for part in parts if part)
