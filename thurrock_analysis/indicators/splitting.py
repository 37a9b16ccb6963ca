"""What cases are split by: bands of age, and groups of codes as the record names them."""

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

UNBORN = "unborn"
UNKNOWN = "unknown"


@resting_on("subgroups")
def _groups(split: str) -> dict[str, str]:
    table = dictionary.read("subgroups")
    mine = table[table["split"].eq(split)]
    return dict(zip(mine["code"], mine["group"], strict=True))


def grouped(codes: pd.Series, split: str) -> pd.Series:
    """Return the group of each code; a code without one, or none, is unknown.

    >>> grouped(pd.Series(["1A", "6", None]), "source").tolist()
    ['individual', 'police', 'unknown']
    """
    return codes.astype("str").map(_groups(split)).fillna(UNKNOWN).astype("str")


def belongs(codes: pd.Series, split: str) -> pd.Series:
    """Return whether each code is one of a split's.

    >>> belongs(pd.Series(["RC8", "RC1", None]), "assessed not in need").tolist()
    [True, False, False]
    """
    return codes.isin(list(_groups(split)))


def years_between(birth: pd.Series, day: pd.Series | pd.Timestamp) -> pd.Series:
    """Return completed years from birth to a day, below zero before birth.

    >>> born = pd.Series(pd.to_datetime(["2004-02-29", "2022-05-01", None]))
    >>> years_between(born, pd.Timestamp("2022-02-28")).tolist()
    [17.0, -1.0, nan]
    """
    days = pd.Series(day, index=birth.index)
    early = (days.dt.month * 100 + days.dt.day) < (birth.dt.month * 100 + birth.dt.day)
    return (days.dt.year - birth.dt.year - early).where(birth.notna() & days.notna())


def age_group(birth: pd.Series, day: pd.Series | pd.Timestamp) -> pd.Series:
    """Return the band of age on a day; before birth unborn.

    >>> born = pd.Series(pd.to_datetime(["2004-03-31", "2022-05-01", "2021-05-01", None]))
    >>> age_group(born, pd.Timestamp("2022-03-31")).tolist()
    ['16 years and over', 'unborn', 'under 1 year', 'unknown']
    """
    years = years_between(birth, day)
    return banded(years, "age").mask(years < 0, UNBORN)


def banded(numbers: pd.Series, split: str) -> pd.Series:
    """Return the band of each number, named by its lowest; below the first, or none, unknown.

    >>> banded(pd.Series([0.0, 45.0, 61.0, None]), "assessment duration").tolist()
    ['same day', '41 to 45 days', '61 days and over', 'unknown']
    """
    bands = _groups(split)
    edges = [*map(float, bands), float("inf")]
    cut = pd.cut(numbers.astype("float64"), edges, right=False, labels=list(bands.values()))
    return cut.astype("str").fillna(UNKNOWN).astype("str")
