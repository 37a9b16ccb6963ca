"""What cases are split by: age, sex and ethnicity, and what codes and numbers of days mean."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

UNBORN = "unborn"
UNKNOWN = care.UNKNOWN
DISABLED = {True: "disabled", False: "not disabled"}


@resting_on("codes")
def _names(codes: str, column: str) -> dict[str, str]:
    """Return the group or the meaning of each code of a list."""
    table = dictionary.read("codes")
    mine = table[table["list"].eq(codes) & table[column].ne("")]
    return dict(zip(mine["code"], mine[column], strict=True))


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
    return _named(cells, _names(codes, "meaning"))


def grouped(cells: pd.Series, codes: str) -> pd.Series:
    """Return the group in which figures of each code are published; what has none is not known.

    >>> grouped(pd.Series(["1A", "6", None]), "REFERRAL_SOURCE").tolist()
    ['individual', 'police', 'not known']
    """
    return _named(cells, _names(codes, "group"))


def _named(cells: pd.Series, names: dict[str, str]) -> pd.Series:
    groups = [*dict.fromkeys([*names.values(), UNKNOWN])]
    coded, seen = pd.factorize(cells)
    known = [groups.index(names.get(str(code), UNKNOWN)) for code in seen]
    places = np.array([*known, len(groups) - 1])
    return pd.Series(pd.Categorical.from_codes(places[coded], groups), index=cells.index)


def known_by(cells: pd.Series, breakdown: str, column: str) -> pd.Series:
    """Return the groups of a breakdown that all families share, on the index of the cells."""
    groups = care.grouped(pd.DataFrame({column: cells}), breakdown)
    return pd.Series(groups, index=cells.index)


def sex(cells: pd.Series) -> pd.Series:
    """Return the name of each code of sex."""
    return known_by(cells, "sex", "SEX")


def ethnicity(cells: pd.Series) -> pd.Series:
    """Return the ethnic group of each code."""
    return known_by(cells, "ethnicity", "ETHNIC")


def with_age(rows: pd.DataFrame, birth: str, day: str) -> pd.DataFrame:
    """Return rows with the completed `years` from a date to another, and `age`, their band."""
    years = windows.years_between(rows[birth], rows[day])
    return rows.assign(years=years, age=age_group(years))


def age_group(years: pd.Series) -> pd.Series:
    """Return the band of each completed age; before birth unborn.

    >>> age_group(pd.Series([17.0, -1.0, 0.0, None])).tolist()
    ['16 years and over', 'unborn', 'under 1 year', 'not known']
    """
    bands = known_by(years.astype("Int64"), "age", "years")
    return bands.cat.add_categories(UNBORN).mask(years < 0, UNBORN)


def banded(numbers: pd.Series, split: str) -> pd.Series:
    """Return the band of each number in ``bands.csv``; below the first, or none, not known.

    >>> banded(pd.Series([0.0, 45.0, 61.0, None]), "assessment duration").tolist()
    ['same day', '41 to 45 days', '61 days and over', 'not known']
    """
    bands = _bands(split)
    edges = [*map(float, bands), float("inf")]
    cut = pd.cut(numbers.astype("float64"), edges, right=False, labels=list(bands.values()))
    return cut.cat.add_categories(UNKNOWN).fillna(UNKNOWN)
