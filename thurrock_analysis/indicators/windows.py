"""Which rows fall into which periods, without a loop over either."""

import numpy as np
import numpy.typing as npt
import pandas as pd

MISSING = np.iinfo("int64").min
DAY = pd.Timedelta(days=1)
NEVER = 10**6
"""A day after all others, in days since 1970: where what is open ends."""

Days = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def days(dates: pd.Series | pd.DatetimeIndex) -> Days:
    """Return dates as whole days since 1970, `MISSING` where there is none."""
    return np.asarray(dates.to_numpy().astype("datetime64[D]").astype("int64"))


def dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Return whole days since 1970 as dates; `MISSING` and `NEVER` are none."""
    return np.where(days == NEVER, MISSING, days).astype("datetime64[D]").astype("datetime64[s]")


def until(ends: pd.Series) -> Days:
    """Return days on which something ends, `NEVER` where it is open."""
    told = days(ends)
    return np.where(told == MISSING, NEVER, told)


def overlapping(first: Days, last: Days, starts: Days, ends: Days) -> tuple[Days, Days]:
    """Return the places of rows and of periods that share a day, in the order of the rows.

    A day is a row or a period whose first day is its last. The work grows with the rows and
    with what is found, not with rows times periods.

    >>> both = overlapping(np.array([1, 5]), np.array([3, 5]), np.array([0, 3]), np.array([2, 9]))
    >>> [found.tolist() for found in both]
    [[0, 0, 1], [0, 1, 1]]
    """
    order = np.argsort(ends, kind="stable")
    soonest = np.minimum.accumulate(starts[order][::-1])[::-1]
    low = np.searchsorted(ends[order], first, "left")
    counts = np.maximum(np.searchsorted(soonest, last, "right") - low, 0)
    rows = np.repeat(np.arange(len(first)), counts)
    further = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = order[np.repeat(low, counts) + further]
    shared = starts[places] <= last[rows]
    return rows[shared], places[shared]


def back(dates: pd.Series | pd.DatetimeIndex, months: int) -> pd.DatetimeIndex:
    """Return the days that lie calendar months before; of a shorter month, its last.

    >>> back(pd.to_datetime(["2022-03-31"]), 30)[0].date().isoformat()
    '2019-09-30'
    """
    return pd.DatetimeIndex(dates) - pd.DateOffset(months=months)


def years_between(born: pd.Series, on: pd.Series) -> pd.Series:
    """Return whole years of age, missing where a date is; a year is full on the birthday.

    >>> pair = pd.to_datetime(pd.Series(["2004-02-29", "2022-02-28"]))
    >>> years_between(pair[:1], pair[1:].reset_index(drop=True)).tolist()
    [17.0]
    """
    told = (_written(on) - _written(born)) // 10_000
    return told.where(born.notna() & on.notna())


def _written(dates: pd.Series) -> pd.Series:
    parts = dates.dt
    return parts.year * 10_000.0 + parts.month * 100.0 + parts.day


def keyed(groups: Days, days: Days) -> Days:
    """Return numbers that sort by group and then by day."""
    return groups * (4 * NEVER) + np.clip(days, -NEVER, NEVER)


def following(groups: Days, days: Days, group: Days, day: Days) -> Days:
    """Return the first of some days after a day in the same group, `MISSING` where none is.

    >>> one = np.array([1, 1, 2])
    >>> following(one, np.array([5, 9, 7]), np.array([1, 2]), np.array([5, 7])).tolist()[0]
    9
    """
    keys = np.sort(keyed(groups, days))
    at = np.searchsorted(keys, keyed(group, day), "right")
    found = np.append(keys, MISSING)[at]
    told = found - group * (4 * NEVER)
    return np.where((found != MISSING) & (told <= NEVER), told, MISSING)
