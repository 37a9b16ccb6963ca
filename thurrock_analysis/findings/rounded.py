"""What figures can be that are worked out here from counts printed to the nearest five or ten."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.metrics.rounding import allowed, half_away, ratio_allowed
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.measures import Measure

IN_WORDS = {5: "five", 10: "ten"}
EXACT = 1.0
NAMED = ("measure", "area", "release", "origin")
"""What of a row tells to what its counts are rounded."""
Rules = dict[tuple[str, str], list[tuple[int, int, float]]]
"""First year, last year and unit, by collection and area."""


def units(rows: pd.DataFrame) -> pd.Series:
    """Return to what the counts below some figures are rounded; 1 where they are exact.

    What the publisher works out of unrounded counts is as exact as it is printed; a count of its
    own is rounded itself.
    """
    known = rules()
    columns = zip(*(rows[name].tolist() for name in NAMED), strict=True)
    return pd.Series([unit(known, *each) for each in columns], index=rows.index, dtype="float64")


def unit(known: Rules, name: str, area: str, release: str, origin: str) -> float:
    """Return to what the counts below one figure are rounded."""
    collection, _, year = release.partition(" ")
    spans = known.get((collection, area))
    if spans is None or not year.isdigit() or name == measures.POPULATION:
        return EXACT
    measure = measures.get(name)
    if not (measure.is_count if origin == "published" else measure.is_ratio):
        return EXACT
    return next((to for first, last, to in spans if first <= int(year) <= last), EXACT)


@resting_on("rounding", "areas")
def rules() -> Rules:
    """Return by collection and area in which years counts are rounded, and to what."""
    found: Rules = {}
    for rule in dictionary.rows("rounding"):
        span = int(rule["first_year"]), int(rule["last_year"] or 9999), float(rule["counts"])
        alike = [code for code, area in areas.table().items() if area.level == rule["level"]]
        for code in alike if span[-1] > EXACT else ():
            found.setdefault((rule["collection"], code), []).append(span)
    return found


def spread(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the least and the most that figures can be, by the rounding of their counts."""
    parts = (rows[name].tolist() for name in ("value", "numerator", "denominator"))
    ends = [between(measure, *each) for each in zip(units(rows), *parts, strict=True)]
    return pd.DataFrame(ends, index=rows.index, columns=["low", "high"], dtype="float64")


def between(
    measure: Measure, to: float, value: float, top: float, whole: float
) -> tuple[float, float]:
    """Return the least and the most that one figure can be, whose counts are rounded to so many."""
    if to == EXACT or measure.is_count:
        return allowed(value, to)
    return ratio_allowed(top, whole, to, measure.per)


def reach(row: pd.Series, measure: Measure) -> tuple[float, float]:
    """Return the least and the most that the figure of a row can be."""
    to = unit(rules(), *(row[name] for name in NAMED))
    low, high = between(measure, to, row["value"], row["numerator"], row["denominator"])
    return float(low), float(high)


def parts(rows: pd.DataFrame, to: pd.Series, side: str) -> pd.DataFrame:
    """Return figures with the parts that give the least or the most that rounding allows."""
    few, many = (0, 1) if side == "low" else (1, 0)
    top, whole = (
        [allowed(count, unit)[end] for count, unit in zip(rows[name], to, strict=True)]
        for name, end in (("numerator", few), ("denominator", many))
    )
    value = [allowed(one, unit)[few] for one, unit in zip(rows["value"], to, strict=True)]
    share = pd.DataFrame({"numerator": top, "denominator": whole}, index=rows.index)
    within = rows["numerator"].le(rows["denominator"])
    most = share["numerator"].where(~within, share.min(axis=1))
    value = rows["value"].where(rows["numerator"].notna(), pd.Series(value, index=rows.index))
    return rows.assign(value=value, numerator=most, denominator=share["denominator"])


def is_open(row: pd.Series, measure: Measure) -> bool:
    """Say whether rounding leaves a figure open at the decimals that it is told with.

    >>> from thurrock_analysis import open_report
    >>> filled = open_report("Rutland").own("foster_places_filled_percent").iloc[-1]
    >>> is_open(filled, measures.get("foster_places_filled_percent"))
    True
    """
    if not measure.is_ratio:
        return False
    low, high = reach(row, measure)
    return half_away(low, measure.decimals) != half_away(high, measure.decimals)


def in_words(row: pd.Series, measure: Measure) -> str:
    """Say what the rounding of its counts allows a figure to be."""
    low, high = reach(row, measure)
    to = int(unit(rules(), *(row[name] for name in NAMED)))
    ends = f"{words.figure(low, measure)} to {words.figure(high, measure)}"
    return f"both counts are printed to the nearest {IN_WORDS.get(to, to)}, which allows {ends}"


def told(row: pd.Series, measure: Measure) -> str:
    """Tell a figure with its period, and what the rounding of its counts allows it to be."""
    said = f"; {in_words(row, measure)}" if is_open(row, measure) else ""
    return words.told(row, measure) + said


def moved(figures: pd.DataFrame, measure: Measure, first: int, last: int) -> bool:
    """Say whether a measure moved between two years whatever its counts were before rounding."""
    year = figures["period_end"].dt.year
    before, now = (reach(figures[year.eq(one)].iloc[0], measure) for one in (first, last))
    exact = before[0] == before[1] and now[0] == now[1]
    return exact or now[0] > before[1] or now[1] < before[0]


def straddles(row: pd.Series, other: float) -> bool:
    """Say whether rounding leaves open on which side of another a figure lies."""
    measure = measures.get(row["measure"])
    low, high = reach(row, measure)
    return bool(low < high and not (high < other or low > other))
