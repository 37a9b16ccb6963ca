"""Which published numbers are not told as figures: doubtful zeros."""

from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis.metrics import zeros
from thurrock_analysis.record import areas, dictionary, measures, store, tidy
from thurrock_analysis.record.measures import Measure, Part

if TYPE_CHECKING:
    from thurrock_analysis.findings.view import View

PLACE = ["area", "period_end"]


def told(view: "View", name: str) -> pd.DataFrame:
    """Return the figures of a measure as known at a date, each that is none with its reason.

    A zero that reads like nothing recorded keeps its denominator and has `zeros.STATUS`.
    """
    rows = as_known(view, name)
    doubted = doubtful(view, name, rows)
    if not doubted.any():
        return rows
    rows.loc[doubted, ["value", "numerator"]] = float("nan")
    rows.loc[doubted, "status"] = zeros.STATUS
    return rows


def as_known(view: "View", name: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
    """Return the figures of a measure as known at the date and printed."""
    rows = view.record.of([name])
    return tidy.conform(store.as_at(rows[rows["breakdown"].eq(breakdown)], view.as_at))


def doubtful(view: "View", name: str, rows: pd.DataFrame) -> pd.Series:
    """Say which zeros of a ratio, or of a count that is one's numerator, are doubtful."""
    if not rows["value"].eq(0).any():
        return pd.Series(False, index=rows.index)
    measure = measures.get(name)
    if measure.is_ratio:
        return doubtful_of(measure, rows)
    doubted = pd.Series(False, index=rows.index)
    for ratio in ratios_of(name):
        above = view.published(ratio.measure)
        at = pd.MultiIndex.from_frame(above.loc[above["status"].eq(zeros.STATUS), PLACE])
        doubted |= rows["value"].eq(0) & pd.MultiIndex.from_frame(rows[PLACE]).isin(at)
    return doubted


def doubtful_of(measure: Measure, rows: pd.DataFrame) -> pd.Series:
    """Say which zeros of a ratio are doubtful, as ``zeros.csv`` has it."""
    spared = {row["measure"] for row in dictionary.rows("true_zeros")}
    whole = rows[rows["area"].eq(areas.ENGLAND)].set_index("period_end")["value"]
    levels = {code: area.level for code, area in areas.table().items()}
    field = rows[rows["area"].map(levels).eq("authority")]
    if measure.measure in spared or not field["value"].eq(0).any():
        return pd.Series(False, index=rows.index)
    found = zeros.unrecorded(field, whole, measure.per, limits())
    return found.reindex(rows.index, fill_value=False)


def limits() -> zeros.Limits:
    """Return the thresholds of the rule."""
    known = {row["limit"]: int(row["value"]) for row in dictionary.rows("zeros")}
    return zeros.Limits(**known)


def ratios_of(name: str) -> list[Measure]:
    """Return the ratios of which a count is the whole numerator."""
    part = Part(name, tidy.ALL, (tidy.ALL,))
    return [one for one in measures.ratios() if one.numerator == part]
