"""A cohort against its population: ages 0 to 17 and no others, and the interval of a ratio."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.profile import profile

PERIOD = {
    "LA": "",
    "period_start": pd.Timestamp("2022-04-01"),
    "period_end": pd.Timestamp("2023-03-31"),
}


def cohort(counts: dict[str, int], years: float = 5, by: str = "sex") -> Cases:
    """Return a cohort with so many children of each group, all of one age."""
    groups = np.repeat(list(counts), list(counts.values()))
    rows = pd.DataFrame({"id": [str(n) for n in range(len(groups))], by: groups})
    rows = rows.assign(**PERIOD, years=years, numerator=1.0, denominator=np.nan)
    return Cases("children_in_need", rows, pd.DataFrame(PERIOD, index=[0]))


def residents(counts: dict[str, int], by: str = "sex") -> pd.DataFrame:
    """Return a population of children of four."""
    return pd.DataFrame({by: list(counts), "age": 4, "population": list(counts.values())})


@pytest.mark.parametrize("counts", [(30, 10), (3, 400), (1, 1)])
def test_the_interval_is_the_one_of_statsmodels(counts: tuple[int, int]) -> None:
    """Its log-adjusted interval for the ratio of two proportions."""
    held = (4000, 5200)
    told = profile(
        cohort(dict(zip("ab", counts, strict=True))),
        residents(dict(zip("ab", held, strict=True))),
        "sex",
    ).set_index("group")
    low, high = confint_proportions_2indep(
        counts[0], held[0], counts[1], held[1], compare="ratio", method="log-adjusted"
    )
    assert told.loc["a", ["lower", "upper"]].tolist() == pytest.approx([low, high])
    ratio = (counts[0] / held[0]) / (counts[1] / held[1])
    assert told.loc["a", "relative_rate"] == pytest.approx(ratio)
    assert told.loc["b", "relative_rate"] == pytest.approx(1 / ratio)


def test_groups_without_children_and_children_without_a_group() -> None:
    """None in a group is a rate of 0 with an upper bound; an unknown group has no rate."""
    told = profile(cohort({"a": 6, "not known": 4}), residents({"a": 100, "b": 900}), "sex")
    told = told.set_index("group")
    assert told.loc["b", ["children", "rate", "relative_rate", "lower"]].tolist() == [0, 0, 0, 0]
    assert 0 < told.loc["b", "upper"] < 1
    assert told.loc["a", "upper"] == math.inf
    assert told.loc["not known", "children"] == 4
    assert math.isnan(told.loc["not known", "rate"])
    assert told.loc["all", ["children", "population", "rate"]].tolist() == [6, 1000, 60]
    assert told["children_percent"].sum() == pytest.approx(100)


def test_ages_over_17_are_in_neither_part() -> None:
    """The bands of age of the residents end at 17, and so does the cohort."""
    ages = pd.DataFrame({"age": range(26), "population": 2000})
    young, old = cohort({"16 years and over": 72}, 17, "age"), cohort({"x": 9}, 19, "age")
    rows = pd.concat([young.rows, old.rows.assign(id="old" + old.rows["id"])])
    both = Cases("children_in_need", rows, young.periods)
    told = profile(both, ages, "age").set_index("group")
    assert told.loc["all", ["children", "population"]].tolist() == [72, 36_000]
    assert told.loc["16 years and over", ["population", "rate"]].tolist() == [4000, 180]
    assert told.loc["unborn or 18 and over", "children"] == 9


def test_a_child_with_two_cases_is_one_child() -> None:
    """And one whose case does not meet the definition is none."""
    held = cohort({"a": 3, "b": 1})
    rows = pd.concat([held.rows, held.rows.iloc[:1]]).assign(numerator=[1, 0, 1, 1, 1])
    cases = Cases("children_in_need", rows, held.periods)
    told = profile(cases, residents({"a": 10, "b": 10}), "sex").set_index("group")
    assert told["children"].to_dict() == {"all": 3, "a": 2, "b": 1}


def test_a_column_that_lacks_is_named() -> None:
    """Of the cases and of the residents."""
    with pytest.raises(ThurrockError, match="The cases have no column 'team'"):
        profile(cohort({"a": 1}), residents({"a": 1}), "team")
    with pytest.raises(ThurrockError, match="The residents have no column 'age'"):
        profile(cohort({"a": 1}), residents({"a": 1}).drop(columns="age"), "sex")


def test_a_worked_rate_on_ages_0_to_17(examples: Path) -> None:
    """720 contacts over 36,000 residents are 200 per 10,000."""
    folder = next((examples / "cases/returns").glob("04-*"))
    wide = pd.read_csv(folder / "population.csv").drop(columns=["code", "name"])
    long = wide.melt(var_name="age", value_name="population").astype({"age": "int64"})
    contacts = int(pd.read_csv(folder / "contacts.csv")["contacts"].iloc[0])
    told = profile(cohort({"5 to 9 years": contacts}, by="age"), long, "age").set_index("group")
    assert told.loc["all", ["population", "rate"]].tolist() == [36_000, 200.0]
