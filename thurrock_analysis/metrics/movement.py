"""What moved between the two newest periods of each measure."""

import math

import pandas as pd

from thurrock_analysis.metrics import change
from thurrock_analysis.record.measures import Measure


def latest(figures: pd.DataFrame, measure: Measure) -> pd.Series | None:
    """Set the newest number of a measure beside the number before it.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure for one area, whole ("all") group.
    measure : Measure
        The measure.

    Returns
    -------
    Series or None
        A row of `change.between` with ``period_end`` and ``period_before``; None with fewer
        than two numbers.
    """
    ends = figures.loc[figures["value"].notna(), "period_end"].sort_values()
    if len(ends) < 2:
        return None
    before, now = ends.iloc[-2], ends.iloc[-1]
    pair = change.between(figures, measure, before.year, now.year).iloc[0]
    return pd.concat([pair, pd.Series({"period_before": before, "period_end": now})])


def same_number(row: pd.Series, measure: Measure) -> bool:
    """Whether a share moved by its base alone: as many children, so no direction.

    Examples
    --------
    >>> from thurrock_analysis.record import measures
    >>> row = pd.Series({"change": 1.0, "numerator_first": 196.0, "numerator_last": 196.0})
    >>> same_number(row, measures.get("looked_after_outside_boundary_percent"))
    True
    """
    first, last = (row.get(f"numerator_{side}", math.nan) for side in ("first", "last"))
    return bool(measure.unit == "percent" and row["change"] and first == last)


def direction(row: pd.Series, measure: Measure) -> str:
    """Say whether a change is for the better or the worse, where the measure has a better end.

    Returns
    -------
    str
        ``"better"``, ``"worse"``, ``"up"``, ``"down"``, ``"unchanged"``, or ``"same number"`` of
        a share whose base alone moved.
    """
    if row["change"] == 0:
        return "unchanged"
    if same_number(row, measure):
        return "same number"
    rose = row["change"] > 0
    if measure.polarity == "none":
        return "up" if rose else "down"
    return "better" if rose == (measure.polarity == "high") else "worse"
