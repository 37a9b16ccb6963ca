"""An authority beside its region, England and its statistical neighbours; ranks."""

import pandas as pd

from thurrock_analysis.metrics.rounding import round_half_away
from thurrock_analysis.record import tidy

RULES = {"mean": "mean of published values", "median": "median of published values"}


def neighbour_code(rule: str) -> str:
    """Return the code that stands for the neighbours under a rule where a row needs an area.

    Examples
    --------
    >>> neighbour_code("mean")
    'neighbours (mean)'
    """
    return f"neighbours ({rule})"


def neighbours(figures: pd.DataFrame, group: pd.DataFrame, decimals: int) -> pd.DataFrame:
    """Summarise the statistical neighbours under both rules in use.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure, one row an area and period.
    group : DataFrame
        The neighbours, columns neighbour (ONS code) and model.
    decimals : int
        Decimals to round to, half away from zero.

    Returns
    -------
    DataFrame
        Two tidy rows a period: the plain mean of the neighbours' published values, as one
        dashboard of DfE has it, and their median, as the other has it. ``method`` names the
        rule, how many neighbours had a value, and the model.
    """
    rows = figures[figures["area"].isin(group["neighbour"]) & figures["value"].notna()]
    if rows.empty:
        return tidy.conform(rows.iloc[:0])
    keep = ["measure", "breakdown", "group", "period_start", "period_end", "basis"]
    model = group["model"].iloc[0]
    grouped = rows.groupby(keep, observed=True, dropna=False)["value"]
    summary = grouped.agg([*RULES, "count"]).reset_index()
    each = summary["count"].astype("str") + f" of {len(group)} neighbours, {model} model"
    parts = [
        summary[keep].assign(
            area=neighbour_code(rule),
            value=round_half_away(summary[rule], decimals),
            method=words + " of " + each,
            origin="recomputed",
            release=" and ".join(sorted(rows["release"].astype("str").unique())[-1:]),
            published=rows["published"].max(),
            source="neighbours' published values",
        )
        for rule, words in RULES.items()
    ]
    return tidy.conform(pd.concat(parts, ignore_index=True))


def rank(figures: pd.DataFrame, members: list[str]) -> pd.DataFrame:
    """Rank areas from the highest value down, ties sharing the better place.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one measure and one period.
    members : list of str
        ONS codes of the areas to rank.

    Returns
    -------
    DataFrame
        The rows of members with a value, and ``rank`` (1 the highest), ``from_lowest`` (1 the
        lowest), ``alike`` (others with the same value) and ``of``.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["a", "b", "c"], "value": [5.0, 9.0, 5.0]})
    >>> rank(rows, ["a", "b", "c"])["rank"].tolist()
    [2, 1, 2]
    """
    rows = figures[figures["area"].isin(members) & figures["value"].notna()]
    values = rows["value"]
    return rows.assign(
        rank=values.rank(method="min", ascending=False).astype(int),
        from_lowest=values.rank(method="min").astype(int),
        alike=values.groupby(values).transform("size") - 1,
        of=len(rows),
    )
