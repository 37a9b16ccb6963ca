"""Every indicator over the years that the returns themselves cover."""

from collections.abc import Iterable, Iterator

import pandas as pd

from thurrock_analysis.indicators import compute, periods
from thurrock_analysis.record import dictionary, tidy
from thurrock_analysis.returns.returns import Returns

CLOSING = {"CSWW": "09-30"}
"""When a collection's year closes, where it is not 31 March."""
A_DAY = {"Annex A"}
"""Collections made for an inspection, which look back six months from their day."""
WITHOUT_YEAR = {"posts"}
"""Files of the council's own, which are asked about every year that a return covers."""
POOLED, YEARS = "three-year", 3


def yearly(
    returns: Returns, measures: Iterable[str] | None = None, by: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute every measure over each year that a return of its own collection covers.

    A measure pooled over three years is given for each three that are held, and for single years.

    Parameters
    ----------
    returns : Returns
        What a folder holds.
    measures : iterable of str, optional
        Some measures of ``indicators.csv``; all without it.
    by : str
        A column of the cases to split by.

    Returns
    -------
    figures, gaps : DataFrame
        As `thurrock_analysis.indicators.compute.indicators` gives them.
    """
    wanted = None if measures is None else set(measures)
    told, gaps = [tidy.conform(pd.DataFrame())], [pd.DataFrame(columns=compute.GAPS)]
    for names, spans, basis in asked(returns, wanted):
        figures, lacking = compute.indicators(returns, spans, names, by)
        told.append(figures.assign(basis=basis) if basis else figures)
        gaps.append(lacking)
    rows = pd.concat(told, ignore_index=True)
    return rows, pd.concat(gaps, ignore_index=True).drop_duplicates(ignore_index=True)


def asked(
    returns: Returns, wanted: set[str] | None
) -> Iterator[tuple[list[str], pd.DataFrame, str]]:
    """Yield measures with the periods over which they are computed, and another basis if any."""
    known = compute.known()
    rows = dictionary.read("indicators")
    rows = rows[rows["measure"].isin(known)]
    if wanted is not None:
        rows = rows[rows["measure"].isin(wanted)]
    forms = dictionary.read("forms").set_index("form")["collection"]
    collection = rows["tables"].str.split().str[0].map(forms)
    for (name, basis), asked in rows.groupby([collection, "basis"], sort=False):
        held = covered(returns, str(name))
        names = asked["measure"].to_list()
        if basis == POOLED:
            yield names, held, "in year"
            yield names, pooled(held), POOLED
        else:
            yield names, held, ""


def covered(returns: Returns, collection: str) -> pd.DataFrame:
    """Return the periods that the returns of a collection cover: years, or the last six months."""
    spans = returns.spans
    if len(spans) and collection not in WITHOUT_YEAR:
        spans = spans[spans["collection"] == collection]
    if spans.empty:
        return periods.years(2001, 2000)
    if collection in A_DAY:
        return periods.six_months_to(spans["end"].max())
    held = spans["YEAR"].dropna().astype(int)
    every = periods.years(held.min(), held.max(), CLOSING.get(collection, "03-31"))
    return every[every["period_end"].dt.year.isin(held)].reset_index(drop=True)


def pooled(years: pd.DataFrame) -> pd.DataFrame:
    """Return every three years that follow each other."""
    ends = set(years["period_end"])
    begun = years["period_start"] - pd.DateOffset(years=YEARS - 1)
    before = [years["period_end"] - pd.DateOffset(years=back) for back in range(1, YEARS)]
    whole = [all(end in ends for end in each) for each in zip(*before, strict=True)]
    kept = pd.Series(whole, index=years.index, dtype="bool")
    return years.assign(period_start=begun)[kept].reset_index(drop=True)
