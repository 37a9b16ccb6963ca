"""Which periods the returns cover, and what is said of those that they do not."""

from functools import partial

import pandas as pd

from thurrock_analysis.indicators.cases import PERIOD
from thurrock_analysis.indicators.periods import DAY
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

CLOSING = {"CIN census": "03-31", "CSWW": "09-30"}
"""The day that closes a return year, where the return has no span of its own."""
DAYS = ["start", "end"]
SPAN = ["period_start", "period_end"]
Asked = tuple[pd.DataFrame, tuple[str, ...]]


def covered(
    returns: Returns,
    collection: str,
    periods: pd.DataFrame,
    before: int = 0,
    after: int = 0,
    day: bool = False,
) -> Asked:
    """Return the periods that lie within one unbroken run of returns, for each authority.

    Parameters
    ----------
    before, after : int
        Calendar months that have to be covered before the first and after the last day.
    day : bool
        Whether only the last day of a period matters.

    Returns
    -------
    periods : DataFrame
        `LA`, `period_start` and `period_end`.
    gaps : tuple of str
        A sentence where some are left out.

    Raises
    ------
    NotInReturnsError
        None is covered.
    """
    runs = returns.once(_RUNS[collection])
    asked = runs[["LA"]].drop_duplicates().merge(periods[SPAN].drop_duplicates(), how="cross")
    first = asked["period_end" if day else "period_start"]
    begin = (first - pd.DateOffset(months=before)).astype("datetime64[s]")
    finish = (asked["period_end"] + pd.DateOffset(months=after)).astype("datetime64[s]")
    each = asked.assign(begin=begin, finish=finish).merge(runs, on="LA")
    fits = each[(each["begin"] >= each["start"]) & (each["finish"] <= each["end"])]
    found = asked.merge(fits[PERIOD], on=PERIOD)
    if len(found) == len(asked):
        return found, ()
    said = _said(collection, runs, before, after)
    if found.empty:
        raise NotInReturnsError(said)
    return found, (said,)


def _runs(returns: Returns, collection: str) -> pd.DataFrame:
    """Return `LA`, `start` and `end` of each unbroken run of returns."""
    spans = returns.spans
    spans = spans[spans["collection"].eq(collection)] if len(spans) else spans
    if spans.empty:
        spans = _by_year(returns, collection)
    if spans.empty:
        raise NotInReturnsError(f"There is no return of the {collection}.")
    spans = spans[["LA", *DAYS]].astype(dict.fromkeys(DAYS, "datetime64[s]")).sort_values("start")
    reached = spans.groupby("LA")["end"].cummax().groupby(spans["LA"]).shift()
    run = (spans["start"] > reached + DAY).groupby(spans["LA"]).cumsum().rename("run")
    return spans.groupby(["LA", run], as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )


def _by_year(returns: Returns, collection: str) -> pd.DataFrame:
    """Return the spans of return years that tables tell, where no file told a span."""
    forms = dictionary.read("forms")
    names = forms.loc[forms["collection"].eq(collection), "form"]
    held = [returns.tables[name][["LA", "YEAR"]] for name in names if name in returns.tables]
    years = pd.concat(held).dropna().drop_duplicates() if held else pd.DataFrame(columns=["YEAR"])
    if years.empty or collection not in CLOSING:
        return years.iloc[:0]
    end = pd.to_datetime(years["YEAR"].astype("str") + "-" + CLOSING[collection])
    return years.assign(start=end - pd.DateOffset(years=1) + DAY, end=end)


_RUNS = {name: partial(_runs, collection=name) for name in ("CIN census", "Annex A", "CSWW")}
"""What is derived only once from returns, by collection."""


def _said(collection: str, runs: pd.DataFrame, before: int, after: int) -> str:
    first, last = runs["start"].min(), runs["end"].max()
    broken = ", with gaps" * bool(runs["LA"].duplicated().any())
    wanted = [f"{before} months before the period"] * bool(before)
    wanted += [f"{after} months after it"] * bool(after)
    needed = f" It needs {' and '.join(wanted)} as well." if wanted else ""
    days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"The returns of the {collection} cover {days}{broken}.{needed}"
