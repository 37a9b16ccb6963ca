"""What figures can be that are worked out here from counts printed to the nearest five or ten."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.metrics.rounding import allowed, half_away, ratio_allowed
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

IN_WORDS = {5: "five", 10: "ten"}


def units(rows: pd.DataFrame) -> pd.Series:
    """Return to what the counts below some figures are rounded; 1 where they are exact.

    What the publisher works out of unrounded counts is as exact as it is printed; a count of its
    own is rounded itself.
    """
    levels = {code: area.level for code, area in areas.table().items()}
    rules = [
        (rule["collection"], rule["level"], int(rule["first_year"]),
         int(rule["last_year"] or 9999), float(rule["counts"]))
        for rule in dictionary.rows("rounding")
    ]  # fmt: skip

    def unit(name: str, area: str, release: str, origin: str) -> float:
        collection, _, year = release.partition(" ")
        measure = measures.get(name)
        is_rounded = measure.is_count if origin == "published" else measure.is_ratio
        if not is_rounded or not year.isdigit() or name == measures.POPULATION:
            return 1.0
        known = (
            to
            for of, level, first, last, to in rules
            if (of, level) == (collection, levels.get(area)) and first <= int(year) <= last
        )
        return max(next(known, 1.0), 1.0)

    columns = zip(rows["measure"], rows["area"], rows["release"], rows["origin"], strict=True)
    return pd.Series([unit(*each) for each in columns], index=rows.index, dtype="float64")


def spread(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the least and the most that figures can be, by the rounding of their counts."""
    known = rows[["value", "numerator", "denominator"]].assign(unit=units(rows))
    ends = [
        allowed(row.value, row.unit)
        if row.unit == 1 or measure.is_count
        else ratio_allowed(row.numerator, row.denominator, row.unit, measure.per)
        for row in known.itertuples()
    ]
    return pd.DataFrame(ends, index=rows.index, columns=["low", "high"], dtype="float64")


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
    low, high = spread(row.to_frame().T, measure).iloc[0]
    return half_away(low, measure.decimals) != half_away(high, measure.decimals)


def in_words(row: pd.Series, measure: Measure) -> str:
    """Say what the rounding of its counts allows a figure to be."""
    low, high = spread(row.to_frame().T, measure).iloc[0]
    unit = int(units(row.to_frame().T).iloc[0])
    ends = f"{words.figure(low, measure)} to {words.figure(high, measure)}"
    return f"both counts are printed to the nearest {IN_WORDS.get(unit, unit)}, which allows {ends}"


def told(row: pd.Series, measure: Measure) -> str:
    """Tell a figure with its period, and what the rounding of its counts allows it to be."""
    said = f"; {in_words(row, measure)}" * is_open(row, measure)
    return words.told(row, measure) + said


def moved(figures: pd.DataFrame, measure: Measure, first: int, last: int) -> bool:
    """Say whether a measure moved between two years whatever its counts were before rounding."""
    year = figures["period_end"].dt.year
    ends = [spread(figures[year.eq(one)], measure).iloc[0] for one in (first, last)]
    before, now = ends
    exact = (before["low"] == before["high"]) and (now["low"] == now["high"])
    return bool(exact or now["low"] > before["high"] or now["high"] < before["low"])


def straddles(row: pd.Series, other: float) -> bool:
    """Say whether rounding leaves open on which side of another a figure lies."""
    measure = measures.get(row["measure"])
    low, high = spread(row.to_frame().T, measure).iloc[0]
    return bool(low < high and not (high < other or low > other))
