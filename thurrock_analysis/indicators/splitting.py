"""What cases are split by: bands of age, and groups of codes as the record names them."""

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

UNBORN = "unborn"
UNKNOWN = "not known"
DISABLED = {True: "disabled", False: "not disabled"}


@resting_on("codes")
def _names(codes: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the group and the meaning of each code of a list."""
    table = dictionary.read("codes")
    mine = table[table["list"].eq(codes)].set_index("code")
    groups = {str(code): str(group) for code, group in mine["group"].items() if group}
    return groups, {str(code): str(meaning) for code, meaning in mine["meaning"].items()}


@resting_on("bands")
def _bands(split: str) -> dict[int, str]:
    table = dictionary.read("bands")
    mine = table[table["split"].eq(split)]
    return dict(zip(mine["lowest"].map(int), mine["band"], strict=True))


def meant(cells: pd.Series, codes: str) -> pd.Series:
    """Return what each code of a list of ``codes.csv`` means.

    >>> meant(pd.Series(["RC1", None]), "CLOSURE").tolist()
    ['adopted', 'not known']
    """
    return cells.astype("str").map(_names(codes)[1]).fillna(UNKNOWN).astype("str")


def grouped(cells: pd.Series, codes: str) -> pd.Series:
    """Return the group in which figures of each code are published; what has none is not known.

    >>> grouped(pd.Series(["1A", "6", None]), "REFERRAL_SOURCE").tolist()
    ['individual', 'police', 'not known']
    """
    return cells.astype("str").map(_names(codes)[0]).fillna(UNKNOWN).astype("str")


def years_between(birth: pd.Series, day: pd.Series | pd.Timestamp) -> pd.Series:
    """Return completed years from birth to a day, below zero before birth.

    >>> born = pd.Series(pd.to_datetime(["2004-02-29", "2022-05-01", None]))
    >>> years_between(born, pd.Timestamp("2022-02-28")).tolist()
    [17.0, -1.0, nan]
    """
    days = pd.Series(day, index=birth.index)
    early = (days.dt.month * 100 + days.dt.day) < (birth.dt.month * 100 + birth.dt.day)
    return (days.dt.year - birth.dt.year - early).where(birth.notna() & days.notna())


def age_group(years: pd.Series) -> pd.Series:
    """Return the band of each completed age; before birth unborn.

    >>> age_group(pd.Series([17.0, -1.0, 0.0, None])).tolist()
    ['16 years and over', 'unborn', 'under 1 year', 'not known']
    """
    return banded(years, "age").mask(years < 0, UNBORN)


def banded(numbers: pd.Series, split: str) -> pd.Series:
    """Return the band of each number in ``bands.csv``; below the first, or none, not known.

    >>> banded(pd.Series([0.0, 45.0, 61.0, None]), "assessment duration").tolist()
    ['same day', '41 to 45 days', '61 days and over', 'not known']
    """
    bands = _bands(split)
    edges = [*map(float, bands), float("inf")]
    cut = pd.cut(numbers.astype("float64"), edges, right=False, labels=list(bands.values()))
    return cut.astype("str").fillna(UNKNOWN).astype("str")
