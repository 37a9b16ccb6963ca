"""Of which authority and year an XML return is: by its header, or by its dates."""

from collections.abc import Iterator

import pandas as pd

from thurrock_analysis.returns import cells, statutory

RARE = 0.02
"""What share of the busiest year's dates a year must have not to be a slip of the pen."""
CONTRADICTED = 0.5
"""What share of the dates lies after the year of a header that is wrong."""
LAST_DAYS = {"CSWW": "09-30"}
"""On which day the year of a return closes, where it is not the 31 March."""
LAST_DAY = "03-31"
Amiss = dict[str, object]
"""The rule, the element as the column, and what it says as the value."""


def year(
    collection: str, said: dict[str, str], tables: dict[str, pd.DataFrame]
) -> tuple[int | None, list[Amiss]]:
    """Return the closing year of a return, and what is amiss with what its header says of it.

    >>> year("CIN census", {"Year": "2023", "ReferenceDate": "2024-03-31"}, {})
    (2024, [{'rule': 'header_year', 'column': 'Year', 'value': '2023'}])
    """
    counts = busy(collection, tables)
    named = {
        column: closing(collection, said.get(column, "")) for column in ("ReferenceDate", "Year")
    }
    found = next((one for one in named.values() if one), None)
    if len(counts) and found and counts[counts.index > found].sum() > CONTRADICTED * counts.sum():
        found = None
    if found is None:
        found = latest(counts)
    amiss: list[Amiss] = [
        {"rule": "header_year", "column": column, "value": said[column]}
        for column, one in named.items()
        if said.get(column) and one != found
    ]
    if len(counts) and found not in counts.index:
        amiss.append({"rule": "header_year_idle", "column": "Year", "value": str(found)})
    if not any(named.values()):
        amiss.append({"rule": "header_without_year", "column": "Year"})
    return found, amiss


def latest(counts: pd.Series) -> int | None:
    """Return the latest year that has more dates than a slip of the pen.

    >>> latest(pd.Series({2021: 100, 2022: 300, 2029: 1}))
    2022
    """
    likely = counts[counts.ge(RARE * counts.max())] if len(counts) else counts
    return int(likely.index.max()) if len(likely) else None


def closing(collection: str, text: str) -> int | None:
    """Return the closing year that a day or a year names, or none."""
    if text.isdigit() and len(text) == 4:
        return int(text)
    days = days_of(pd.Series([text], dtype="str"))
    return None if days.isna().any() else int(closing_years(collection, days).iloc[0])


def busy(collection: str, tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Count the dates of each closing year, of those that cannot lie after it."""
    texts = (
        pd.concat([pd.Series(dtype="str"), *told(tables)]).value_counts().drop("", errors="ignore")
    )
    days = days_of(texts.index.to_series().reset_index(drop=True))
    held = days.le(pd.Timestamp.today()).to_numpy()
    found = closing_years(collection, days[held])
    return pd.Series(texts.to_numpy()[held]).groupby(found.to_numpy()).sum()


def told(tables: dict[str, pd.DataFrame]) -> Iterator[pd.Series]:
    """Yield the columns of dates that cannot lie after the year of a return."""
    for name, table in tables.items():
        for column, one in statutory.forms()[name].fields.items():
            if one.in_year and column in table:
                yield table[column]


def days_of(texts: pd.Series) -> pd.Series:
    """Read dates, however they are written."""
    field = statutory.forms()["cin_details"].fields["CINreferralDate"]
    return cells.dates(field, texts).values


def closing_years(collection: str, days: pd.Series) -> pd.Series:
    """Return the year of the collection in which each day lies."""
    return days.dt.year + days.dt.month.gt(int(last_day(collection)[:2]))


def last_day(collection: str) -> str:
    """Return the month and day on which the year of a return closes.

    >>> last_day("CSWW"), last_day("SSDA903")
    ('09-30', '03-31')
    """
    return LAST_DAYS.get(collection, LAST_DAY)
