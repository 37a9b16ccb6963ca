"""A cohort of children against the population it comes from, group by group."""

import numpy as np
import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.splitting import age_group
from thurrock_analysis.record.tidy import ALL

OLDEST = 17
OUTSIDE = "unborn or 18 and over"
PER = 10_000
NORMAL = 1.959963984540054
"""The 97.5 per cent point of the normal distribution: both tails of an interval of 95 per cent."""


def profile(cohort: Cases, population: pd.DataFrame, by: str) -> pd.DataFrame:
    """Compare the children of a cohort with the population aged 0 to 17, by groups.

    Parameters
    ----------
    cohort : Cases
        Of any measure; each child whom it counts is one, however many cases it has.
    population : DataFrame
        `population`, `age` in single years and, unless it is by age, the column `by` with the
        names of the groups; `LA` where there are several. Ages over 17 are left out.
    by : str
        What the cases are split by, such as ``age``, ``sex`` or ``ethnicity``.

    Returns
    -------
    DataFrame
        One row an authority, period and group, and one for all: `children` and `population`,
        their percentages, `rate` per 10,000, `relative_rate` to all other groups together (none
        where these have no children), and its 95 per cent interval, `lower` to `upper`.
        Children whose group the population lacks, and those not aged 0 to 17, are rows without
        a rate.

    Raises
    ------
    ThurrockError
        The cases or the population lack the column.

    Notes
    -----
    The interval is that of the logarithm of a ratio of two proportions with a half added to
    each count (Walter 1975); it begins at 0 for a group without children in the cohort, and has
    no end where all others have none.

    Examples
    --------
    >>> days = {"LA": "", "period_start": pd.Timestamp("2022-03-31")}
    >>> days["period_end"] = pd.Timestamp("2022-03-31")
    >>> rows = pd.DataFrame({"id": ["1", "2", "3"], "sex": ["male", "male", "female"]})
    >>> rows = rows.assign(**days, numerator=1.0, denominator=float("nan"), years=4)
    >>> cohort = Cases("children_in_need", rows, pd.DataFrame(days, index=[0]))
    >>> residents = pd.DataFrame({"sex": ["male", "female"], "age": 4, "population": [500, 500]})
    >>> profile(cohort, residents, "sex")[["group", "rate", "relative_rate"]].values.tolist()
    [['all', 30.0, nan], ['female', 20.0, 0.5], ['male', 40.0, 2.0]]
    """
    _has(cohort.rows, by, "The cases")
    held = _residents(population, by)
    rows = cohort.children(met=True).drop_duplicates([*PERIOD, "id"])
    inside = rows["years"].between(0, OLDEST) | rows["years"].isna()
    rows = rows.assign(group=rows[by].astype("str").where(inside, OUTSIDE))
    counts = rows.groupby([*PERIOD, "group"], as_index=False).size()
    asked = (
        cohort.periods[PERIOD].merge(held, on="LA")
        if "LA" in held
        else (cohort.periods[PERIOD].merge(held, how="cross"))
    )
    told = asked.merge(counts.rename(columns={"size": "children"}), how="outer")
    told["children"] = told["children"].fillna(0.0)
    return _with_all(told)


def _has(table: pd.DataFrame, column: str, name: str) -> None:
    if column not in table:
        raise ThurrockError(f"{name} have no column {column!r}: it is needed to split by it.")


def _residents(population: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the residents aged 0 to 17 of each group."""
    for column in dict.fromkeys(["age", "population", by]):
        _has(population, column, "The residents")
    young = population[population["age"].between(0, OLDEST)]
    group = age_group(young["age"]) if by == "age" else young[by].astype("str")
    keys = [*(["LA"] if "LA" in young else []), "group"]
    return young.assign(group=group).groupby(keys, as_index=False)["population"].sum()


def _with_all(told: pd.DataFrame) -> pd.DataFrame:
    """Add what groups make together, and compare each with all others."""
    compared = told[told["population"].notna()]
    whole = compared.groupby(PERIOD, as_index=False)[["children", "population"]].sum()
    total = told[PERIOD].merge(whole, how="left", on=PERIOD)
    counts, residents = told["children"], told["population"]
    others, elsewhere = (
        (total[part] - told[part]).set_axis(told.index) for part in ("children", "population")
    )
    rows = told.assign(
        children_percent=(100 * counts / total["children"].to_numpy()).where(residents.notna()),
        population_percent=100 * residents / total["population"].to_numpy(),
        rate=(PER * counts / residents).where(residents > 0),
        **_compared(counts, residents, others, elsewhere),
    )
    all_ = whole.assign(group=ALL, rate=PER * whole["children"] / whole["population"])
    return pd.concat([all_, rows]).sort_values(PERIOD, kind="stable", ignore_index=True)


def _compared(
    counts: pd.Series, residents: pd.Series, others: pd.Series, elsewhere: pd.Series
) -> dict[str, pd.Series]:
    """Return the relative rate and its interval, where both sides have residents."""
    both = (residents > 0) & (elsewhere > 0)
    counts, residents, others, elsewhere = (
        part.where(both) for part in (counts, residents, others, elsewhere)
    )
    ratio = (counts / residents) / (others / elsewhere).where(others > 0)
    spread = np.sqrt(
        1 / (counts + 0.5) - 1 / (residents + 0.5) + 1 / (others + 0.5) - 1 / (elsewhere + 0.5)
    )
    middle = np.log((counts + 0.5) / (residents + 0.5) * (elsewhere + 0.5) / (others + 0.5))
    return {
        "relative_rate": ratio,
        "lower": np.exp(middle - NORMAL * spread).mask(counts.eq(0), 0.0),
        "upper": np.exp(middle + NORMAL * spread).mask(others.eq(0), np.inf),
    }
