"""Over which periods an indicator is computed."""

import pandas as pd

DAY = pd.Timedelta(days=1)


def years(first: int, last: int, closing: str = "03-31", over: int = 1) -> pd.DataFrame:
    """Return the years that close on a day, by their closing years, or so many years pooled.

    >>> years(2021, 2022).iloc[0].dt.date.tolist()
    [datetime.date(2020, 4, 1), datetime.date(2021, 3, 31)]
    >>> years(2022, 2022, over=3).iloc[0, 0].date()
    datetime.date(2019, 4, 1)
    """
    ends = pd.to_datetime([f"{year}-{closing}" for year in range(first, last + 1)])
    starts = ends - pd.DateOffset(years=over) + DAY
    return _frame(starts, ends)


def months(first: str, last: str) -> pd.DataFrame:
    """Return the whole months from one day's to another's.

    >>> len(months("2021-04-01", "2022-03-31"))
    12
    """
    starts = pd.period_range(first, last, freq="M").to_timestamp()
    return _frame(starts, starts + pd.offsets.MonthEnd(1))


def between(start: str, end: str) -> pd.DataFrame:
    """Return one period, from its first day to its last.

    >>> between("2021-10-01", "2022-03-31").shape
    (1, 2)
    """
    return _frame(pd.to_datetime([start]), pd.to_datetime([end]))


def six_months_to(end: str) -> pd.DataFrame:
    """Return the six months that close on a day, which inspectors ask for.

    >>> six_months_to("2022-03-31").iloc[0, 0].date()
    datetime.date(2021, 10, 1)
    """
    day = pd.Timestamp(end) + DAY
    return _frame(pd.DatetimeIndex([day - pd.DateOffset(months=6)]), pd.DatetimeIndex([day - DAY]))


def _frame(starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame({"period_start": starts, "period_end": ends}).astype("datetime64[s]")
