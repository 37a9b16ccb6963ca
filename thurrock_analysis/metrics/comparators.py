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
        dashboard of DfE has it, and their median, as the other has it, of the same members in
        every period (see `lasting`). ``method`` names the rule, how many these are, and the model.
    """
    rows = figures[figures["area"].isin(group["neighbour"]) & figures["value"].notna()]
    if rows.empty:
        return tidy.conform(rows.iloc[:0])
    rows = lasting(rows, len(group)).sort_values("period_end", kind="stable")
    keep = ["measure", "breakdown", "group", "period_start", "period_end", "basis"]
    each = rows.drop_duplicates("period_end")[keep].reset_index(drop=True)
    values = rows.groupby("period_end")["value"].agg([*RULES]).reset_index(drop=True)
    whom = f"{rows['area'].nunique()} of {len(group)} neighbours, {group['model'].iloc[0]} model"
    parts = [
        each.assign(
            area=neighbour_code(rule),
            value=round_half_away(values[rule], decimals),
            method=f"{words} of {whom}",
            origin="recomputed",
            release=max(rows["release"]),
            published=rows["published"].max(),
            source="neighbours' published values",
        )
        for rule, words in RULES.items()
    ]
    return tidy.conform(pd.concat(parts, ignore_index=True))


def summary(values: pd.Series, decimals: int) -> dict[str, float]:
    """Return what some neighbours come to under each rule, by the code that stands for it.

    Examples
    --------
    >>> summary(pd.Series([10.0, 20.0, 90.0, float("nan")]), 0)
    {'neighbours (mean)': 40.0, 'neighbours (median)': 20.0}
    """
    found = round_half_away(values.agg([*RULES]), decimals)
    return {neighbour_code(rule): float(value) for rule, value in found.items()}


def lasting(rows: pd.DataFrame, of: int) -> pd.DataFrame:
    """Return the figures of those that have one in every period that is kept.

    From the newest period back, one that would leave fewer than half of all is left out: who
    comes and goes moves a mean as much as what is counted.

    Parameters
    ----------
    rows : DataFrame
        Figures of one measure with a value, one row an area and period.
    of : int
        How many areas there are in all. Where no period has half of them, the newest is kept.

    Examples
    --------
    >>> told = {2021: "abcd", 2022: "d", 2023: "abc", 2024: "abcd"}
    >>> rows = pd.DataFrame([(y, a, 1) for y in told for a in told[y]])
    >>> rows.columns = ["period_end", "area", "value"]
    >>> lasting(rows, 4).groupby("period_end")["area"].sum().to_dict()
    {2021: 'abc', 2023: 'abc', 2024: 'abc'}
    """
    members, kept = set(rows["area"]), []
    for end, areas in sorted(rows.groupby("period_end")["area"], reverse=True):
        if 2 * len(members & set(areas)) >= of:
            members &= set(areas)
            kept.append(end)
    kept = kept or [rows["period_end"].max()]
    return rows[rows["area"].isin(members) & rows["period_end"].isin(kept)]


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
