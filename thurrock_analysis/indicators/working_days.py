"""Working days of England: Monday to Friday without its bank holidays."""

from functools import lru_cache

import numpy as np
import pandas as pd

EARLIEST, LATEST = 1990, 2100
"""A return that names another year holds a slip of the pen; no holidays are sought for it."""


def working_days(start: pd.Series, end: pd.Series | pd.Timestamp) -> pd.Series:
    """Return the working days from one date to another, as the statutory clocks count them.

    The start is day 0. A date that is no working day counts as the next working day, at
    either end. England's bank holidays are none, those of a single year (a coronation) included.

    Parameters
    ----------
    start : Series of datetime64
        A date a row.
    end : Series of datetime64 or Timestamp
        With the index of `start`, or one day for all rows.

    Returns
    -------
    Series of float
        Whole numbers, with the index of `start`: missing where a date is, below zero where
        the end comes first.

    Examples
    --------
    >>> started = pd.Series(pd.to_datetime(["2023-03-27", "2023-06-03", None]))
    >>> working_days(started, pd.Timestamp("2023-06-05")).tolist()
    [45.0, 0.0, nan]
    """
    dates = pd.DataFrame({"start": start, "end": end}, index=start.index)
    known = dates.dropna()
    counted = pd.Series(np.nan, index=start.index)
    if len(known):
        first, last = known.min().min().year, known.max().max().year
        days = known.to_numpy("datetime64[D]")
        counts = np.busday_count(days[:, 0], days[:, 1], busdaycal=_calendar(first, last))
        counted[dates.notna().all(axis="columns")] = counts
    return counted


def working_day_after(start: pd.Series, count: int) -> pd.Series:
    """Return the day that is a number of working days after each date, counted as above.

    >>> working_day_after(pd.Series(pd.to_datetime(["2022-05-16"])), 20)[0].date().isoformat()
    '2022-06-15'
    """
    known = start.dropna()
    told = pd.Series(pd.NaT, index=start.index, dtype="datetime64[s]")
    if len(known):
        calendar = _calendar(known.min().year, known.max().year + 1 + count // 200)
        days = known.to_numpy("datetime64[D]")
        told[start.notna()] = np.busday_offset(days, count, roll="forward", busdaycal=calendar)
    return told


@lru_cache
def _calendar(first: int, last: int) -> np.busdaycalendar:
    # Imported only here: most commands never read a return.
    import holidays

    years = range(max(first, EARLIEST), min(last, LATEST) + 1)
    england = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return np.busdaycalendar(holidays=np.array(sorted(england), dtype="datetime64[D]"))
