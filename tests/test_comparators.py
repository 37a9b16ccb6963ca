"""Comparators: neighbours by both rules, ranks."""

import statistics

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.metrics import comparators
from thurrock_analysis.metrics.rounding import round_half_away
from thurrock_analysis.record import areas, store, tidy

CODES = [f"E0600{number:04d}" for number in range(1, 11)]
VALUES = st.lists(
    st.one_of(st.none(), st.integers(0, 10**4).map(lambda n: n / 10)), min_size=10, max_size=10
)


def figures(values):
    return tidy.conform(
        pd.DataFrame(
            {
                "measure": "referral_rate",
                "area": CODES[: len(values)],
                "period_end": "2016-03-31",
                "basis": "in year",
                "value": values,
                "status": ["" if value is not None else "suppressed" for value in values],
                "release": "CIN 2016",
                "published": "2016-12-31",
                "origin": "published",
            }
        )
    )


GROUP = pd.DataFrame({"neighbour": CODES, "model": "made up"})


@settings(max_examples=25)
@given(VALUES)
def test_neighbours_are_summed_up_by_mean_and_by_median(values):
    known = [value for value in values if value is not None]
    rows = comparators.neighbours(figures(values), GROUP, 1)
    if not known:
        assert rows.empty
        return
    found = rows.set_index("area")
    for rule, expected in (
        ("mean", statistics.fmean(known)),
        ("median", statistics.median(known)),
    ):
        summary = found.loc[comparators.neighbour_code(rule)]
        assert summary["value"] == round_half_away(pd.Series([expected]), 1)[0]
        assert summary["method"] == (
            f"{rule} of published values of {len(known)} of 10 neighbours, made up model"
        )
    assert set(rows["origin"]) == {"recomputed"}


@settings(max_examples=50)
@given(st.lists(VALUES, min_size=2, max_size=6))
def test_a_line_of_neighbours_has_the_same_members_in_every_year(years):
    """No period could be added from the end with half of all left, as every subset says."""
    told = [
        figures(values).assign(period_end=pd.Timestamp(2016 + place, 3, 31))
        for place, values in enumerate(years)
    ]
    rows = pd.concat(told).dropna(subset=["value"])
    kept = comparators.lasting(rows, 10)
    known = {end: set(part["area"]) for end, part in rows.groupby("period_end")}
    members = {frozenset(part["area"]) for _, part in kept.groupby("period_end")}
    assert len(members) == bool(known)
    if not any(len(each) >= 5 for each in known.values()):
        assert set(kept["period_end"]) == ({max(known)} if known else set())
        return
    (line,) = members
    ends = sorted(kept["period_end"].unique())
    assert line == frozenset.intersection(*(frozenset(known[end]) for end in ends))
    assert len(line) >= 5
    for end in set(known) - set(ends):
        later = [known[one] for one in ends if one > end]
        assert len(known[end].intersection(*later)) < 5


def test_the_mean_is_not_the_median():
    rows = comparators.neighbours(figures([10.0, 20.0, 90.0]), GROUP, 1).set_index("area")
    assert rows["value"].to_dict() == {"neighbours (mean)": 40.0, "neighbours (median)": 20.0}


def test_areas_that_are_no_neighbours_do_not_count():
    rows = comparators.neighbours(figures([10.0, 20.0, 90.0]), GROUP.head(2), 1)
    assert rows["value"].tolist() == [15.0, 15.0]


# The mean of ten published rates, worked out by hand from the newest release: the neighbours of
# Thurrock under the model of May 2025.
def test_the_mean_of_the_neighbours_of_thurrock(shipped):
    rows = store.as_at(shipped[shipped["measure"].eq("looked_after_rate")], "2025-11-24")
    rows = rows[rows["period_end"].eq("2025-03-31") & rows["breakdown"].eq("all")]
    group = areas.neighbours(areas.find("Thurrock"), "2025-11-24")
    by_number = {
        number: rows.loc[rows["area"].eq(areas.find(number).code), "value"].iloc[0]
        for number in ["866", "303", "311", "887", "940", "822", "941", "332", "925", "935"]
    }
    found = comparators.neighbours(rows, group, 0).set_index("area")["value"]
    assert found["neighbours (mean)"] == int(sum(by_number.values()) / 10 + 0.5)
    middle = sorted(by_number.values())[4:6]
    assert found["neighbours (median)"] == int(sum(middle) / 2 + 0.5)


@settings(max_examples=25)
@given(VALUES)
def test_a_rank_counts_those_with_a_higher_value(values):
    ranked = comparators.rank(figures(values), CODES).set_index("area")
    known = {c: v for c, v in zip(CODES, values, strict=True) if v is not None}
    expected = {c: 1 + sum(other > v for other in known.values()) for c, v in known.items()}
    assert ranked["rank"].to_dict() == expected
    assert set(ranked["of"]) <= {len(known)}


def test_only_members_are_ranked():
    ranked = comparators.rank(figures([5.0, 9.0, 7.0]), CODES[::2])
    assert ranked["area"].tolist() == [CODES[0], CODES[2]]
    assert ranked["rank"].tolist() == [2, 1]
    assert ranked["of"].tolist() == [2, 2]


@pytest.mark.parametrize("rule", list(comparators.RULES))
def test_the_code_of_a_summary_is_no_area(rule):
    assert comparators.neighbour_code(rule) not in areas.table()
