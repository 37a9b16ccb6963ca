"""Typed tables against the schema of their year, by pandera."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import cells, statutory
from thurrock_analysis.returns.typing import Typed

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema


@resting_on("forms", "fields", "codes")
def schema(form: str, year: int) -> "DataFrameSchema":
    """Return what a table of a return year holds: types, needed cells, the codes of the year.

    A year of which nothing changed has the schema of the year before.
    """
    from pandera.pandas import Check, Column, DataFrameSchema

    columns = {}
    for name, one in statutory.forms()[form].fields.items():
        if name == "YEAR":
            continue
        known = statutory.codes()[one.codes] if one.kind == "code" else None
        valid = known.index[known["first"].le(year) & known["last"].ge(year)] if year else None
        columns[name] = Column(
            cells.DTYPES[one.kind],
            Check.isin(list(valid)) if known is not None and valid is not None else None,
            nullable=one.needed != "row",
        )
    return DataFrameSchema(columns)


def check(one: Typed) -> Iterable[pd.DataFrame]:
    """Yield the issues of codes that their year does not have, and read old ones as the new."""
    coded = [name for name, known in one.form.fields.items() if known.kind == "code"]
    for name in coded:
        yield from codes(one, name)


def codes(one: Typed, name: str) -> Iterable[pd.DataFrame]:
    """Yield the issues of one column of codes."""
    known = statutory.codes()[one.form.fields[name].codes]
    column = one.frame[name]
    places, texts = pd.factorize(column)
    spans = known.reindex(texts)
    first = np.append(spans["first"].fillna(0).to_numpy(), 0)[places]
    last = np.append(spans["last"].fillna(statutory.OPEN).to_numpy(), statutory.OPEN)[places]
    years = one.frame["YEAR"].to_numpy(np.int64, na_value=0)
    wrong = (years > 0) & ((years < first) | (years > last)) & ~one.aside
    if wrong.any():
        yield one.tell(wrong, "code_of_another_year", name)
    if known["read_as"].ne(known.index).any():
        read = spans["read_as"].where(spans["read_as"].notna(), texts)
        one.frame[name] = pd.Series(
            pd.array(np.append(read, np.nan), dtype="str").take(places), index=column.index
        )
