"""Which rows a period or a day concerns, and the nearest of a child's other dates."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators.cases import PERIOD

CHILD = ["LA", "id"]


def in_periods(events: pd.DataFrame, date: str, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the events whose date lies in a period, one row an event and period.

    Parameters
    ----------
    events : DataFrame
        With `LA` and the date.
    periods : DataFrame
        `LA`, `period_start` and `period_end`; both days count.
    """
    known = events[events[date].notna()].sort_values(date, kind="stable")
    spans = periods[PERIOD[1:]].drop_duplicates()
    dates = known[date].to_numpy()
    first = np.searchsorted(dates, spans["period_start"].to_numpy(), "left")
    past = np.searchsorted(dates, spans["period_end"].to_numpy(), "right")
    rows, which = _runs(first, past)
    return _placed(known, rows, spans, which, periods)


def on_days(spells: pd.DataFrame, start: str, end: str, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the spells begun by the last day of a period and not ended by it.

    A spell that ends on the day is over; one without an end goes on.
    """
    known = spells[spells[start].notna()].sort_values(start, kind="stable")
    spans = periods[PERIOD[1:]].drop_duplicates()
    days = spans["period_end"].to_numpy()
    past = np.searchsorted(known[start].to_numpy(), days, "right")
    rows, which = _runs(np.zeros_like(past), past)
    going = ~(known[end].to_numpy()[rows] <= days[which])
    return _placed(known, rows[going], spans, which[going], periods)


def nearest(
    rows: pd.DataFrame,
    date: str,
    others: pd.DataFrame,
    when: str,
    take: list[str],
    *,
    later: bool = False,
    same_day: bool = False,
) -> pd.DataFrame:
    """Return, for each row, columns of the same child's nearest other row before (or after) it.

    Returns
    -------
    DataFrame
        The columns taken, on the index of `rows`, which must be unique; missing where there is
        none.
    """
    asked = rows[[*CHILD, date]].rename(columns={date: "asked"})
    asked = asked.assign(place=rows.index)[rows[date].notna()].sort_values("asked", kind="stable")
    held = others[others[when].notna()]
    told = held[CHILD].assign(when=held[when], **{f"take {name}": held[name] for name in take})
    found = pd.merge_asof(
        asked,
        told.sort_values("when", kind="stable"),
        left_on="asked",
        right_on="when",
        by=CHILD,
        direction="forward" if later else "backward",
        allow_exact_matches=same_day,
    )
    found = found.set_index("place")[[f"take {name}" for name in take]].reindex(rows.index)
    return found.set_axis(take, axis="columns")


def _runs(first: np.ndarray, past: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places from each first to before each past, and which run each belongs to."""
    lengths = np.maximum(past - first, 0)
    which = np.repeat(np.arange(len(lengths)), lengths)
    begun = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) - begun[which] + first[which], which


def _placed(
    known: pd.DataFrame,
    rows: np.ndarray,
    spans: pd.DataFrame,
    which: np.ndarray,
    periods: pd.DataFrame,
) -> pd.DataFrame:
    """Return the rows with their period, without those of an authority that it is not asked of."""
    placed = known.iloc[rows].reset_index(drop=True)
    for name in PERIOD[1:]:
        placed[name] = spans[name].to_numpy()[which]
    if len(periods) < len(spans) * known["LA"].nunique():
        placed = placed.merge(periods[PERIOD], on=PERIOD)
    return placed
