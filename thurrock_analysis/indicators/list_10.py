"""Adoption by Annex A list 10, whose dates are those of the events, and what SSDA903 differs by."""

import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.coverage import asked
from thurrock_analysis.returns.returns import Returns

CHILD, ENTERED = "Child Unique ID", "Date the Child Entered Care"
DECIDED = "Date of Decision that Child Should be Placed for Adoption"
ORDERED = "Date of Placement Order"
MATCHED = "Date of Matching Child and Prospective Adopters"
PLACED, ADOPTED = "Date Placed for Adoption", "Date of Adoption Order"
FOSTERED = "Date the child was placed for fostering in FFA or concurrent planning placement"
COLUMNS = ["LA", CHILD, ENTERED, DECIDED, ORDERED, MATCHED, PLACED, ADOPTED, FOSTERED]


def asked_for(returns: Returns, annex_a: bool | None) -> bool:
    """Return whether list 10 is to be read: where asked, or where it alone is held."""
    if annex_a is None:
        return "episodes" not in returns.tables and "adoption" in returns.tables
    return annex_a


def adopted(returns: Returns) -> pd.DataFrame:
    """Return the children of the list with an adoption order, and all dates, once each."""
    rows = returns.table("adoption").reindex(columns=COLUMNS)
    rows = rows.astype(dict.fromkeys(COLUMNS[2:], "datetime64[s]"))
    return rows[rows[ADOPTED].notna()].drop_duplicates(["LA", CHILD], keep="last")


def days(
    returns: Returns,
    periods: pd.DataFrame,
    name: str,
    first: str,
    last: str,
    least: float = float("-inf"),
) -> Cases:
    """Return the days between two dates of the children adopted in a period."""
    rows = adopted(returns)
    rows = rows.assign(
        moved_in=rows[PLACED], moved_in_or_fostered=rows[FOSTERED].fillna(rows[PLACED])
    )
    told = asked(returns, periods, returns.table("adoption")["LA"].unique(), "Annex A")
    day = windows.days(rows[ADOPTED])
    start, end = (windows.days(periods[side]) for side in ("period_start", "period_end"))
    at, places = windows.overlapping(day, day, start, end)
    rows = rows.iloc[at].rename(columns={CHILD: "id"}).reset_index(drop=True)
    rows = rows.assign(
        la=told.las.get_indexer(rows["LA"]),
        place=places,
        period_start=periods["period_start"].to_numpy()[places],
        period_end=periods["period_end"].to_numpy()[places],
    )
    between = (rows[last] - rows[first]).dt.days.astype("float64").clip(lower=least)
    return care.cases(name, rows, told, between, between.notna().astype("float64"))
