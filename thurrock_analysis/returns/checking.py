"""Typed tables against the schema of their year, by pandera."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import cells, statutory
from thurrock_analysis.returns.typing import Typed, told

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

SAME = "read as the code of the year that means the same"


@resting_on("forms", "fields", "codes", "code_spellings")
def schema(form: str, year: int) -> "DataFrameSchema":
    """Return what a table of a return year holds: types, needed cells, the codes of the year."""
    from pandera.pandas import Check, Column, DataFrameSchema

    columns = {}
    for name, one in statutory.forms()[form].fields.items():
        if name == "YEAR":
            continue
        columns[name] = Column(
            cells.DTYPES[one.kind],
            Check.isin(valid(one.codes, year)) if one.kind == "code" else None,
            nullable=one.needed != "row",
        )
    return DataFrameSchema(columns)


@resting_on("forms", "fields", "codes", "code_spellings")
def edition(form: str, year: int) -> int:
    """Return the year whose schema holds in another: the last in which a code came or went.

    >>> edition("episodes", 2023), edition("episodes", 2030), edition("oc2", 2023)
    (2019, 2026, 0)
    """
    fields = statutory.forms()[form].fields.values()
    lists = [statutory.codes()[one.codes] for one in fields if one.kind == "code"]
    changed = [{*each["first"], *(each["last"] + 1)} for each in lists]
    return int(max((one for one in set().union(*changed) if one <= year), default=0))


def valid(codes_of: str, year: int) -> list[str]:
    """Return the codes of a list in a year."""
    known = statutory.codes()[codes_of]
    return list(known.index[known["first"].le(year) & known["last"].ge(year)])


def check(one: Typed) -> Iterable[pd.DataFrame]:
    """Yield the issues of codes that the year of their return does not have."""
    from pandera.errors import SchemaErrors

    years, places = np.unique(one.frame["YEAR"].to_numpy(int, na_value=0), return_inverse=True)
    editions = np.array([edition(one.form.name, year) if year else 0 for year in years.tolist()])
    for year in np.unique(editions[years > 0]).tolist():
        mask = ~one.aside & ((editions == year) & (years > 0))[places]
        rows = one.frame if mask.all() else one.frame[mask]
        known = schema(one.form.name, year)
        try:
            known.validate(rows[list(known.columns)], lazy=True, inplace=True)
        except SchemaErrors as errors:
            yield from of_year(one, rows, errors.failure_cases)
    read_as(one)


def of_year(one: Typed, rows: pd.DataFrame, failures: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Yield an issue for each code that is known, in another year; others are told already."""
    for name, cases in failures.groupby("column"):
        field = one.form.fields[name]
        if field.kind != "code" or cases["index"].isna().any():
            raise TypeError(f"{one.form.name}.{name} is not as its schema has it")
        known = cases["failure_case"].isin(statutory.codes()[field.codes].index)
        found = rows.loc[cases.loc[known, "index"]]
        same = has_same(field.codes, int(rows["YEAR"].max()), found[name])
        for part, done in ((found[~same], ""), (found[same], SAME)):
            if len(part):
                yield told(one.form, part, "code_of_another_year", name, done=done)


def has_same(codes_of: str, year: int, codes: pd.Series) -> pd.Series:
    """Say of which codes a year has another that means the same."""
    read = statutory.codes()[codes_of]["read_as"]
    return codes.map(read).isin(read[valid(codes_of, year)])


def read_as(one: Typed) -> None:
    """Read codes of which another stands for the same."""
    for name, field in one.form.fields.items():
        if field.kind == "code":
            known = statutory.codes()[field.codes]["read_as"]
            one.frame[name] = cells.same(one.frame[name], known)
