"""Ratios: parts of the same release, area and year; nothing made up where one is missing."""

import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.metrics import ratios
from thurrock_analysis.record import measures, tidy

RATE = measures.get("referral_rate")
WITHIN = measures.get("assessment_within_45_days_percent")
NET = measures.get("looked_after_net_gain")
BANDS = WITHIN.numerator.groups


def row(measure, value, year=2016, release="CIN 2016", area="E06000034", group="all", **more):
    end = f"{year - 1}-06-30" if measure == "population_0_17" else f"{year}-03-31"
    return {
        "measure": measure, "breakdown": "all" if group == "all" else "duration", "group": group,
        "area": area, "period_end": end, "basis": "in year", "value": value, "release": release,
        "status": "" if value is not None else "suppressed", "origin": "published", **more,
    }  # fmt: skip


def table(*rows):
    return tidy.conform(pd.DataFrame(list(rows)))


def parts_of(frame, measure=RATE):
    rows = ratios.attach_parts(frame, [measure])
    rows = rows[rows["measure"].eq(measure.measure)]
    return rows[["numerator", "denominator"]].to_numpy().tolist()


def test_a_rate_takes_the_population_of_the_middle_of_the_year_before():
    frame = table(
        row("referral_rate", 591.8),
        row("referrals", 2423),
        row("population_0_17", 40121, year=2015),
        row("population_0_17", 40941, year=2016),
        row("population_0_17", 41750, year=2017),
    )
    assert frame.loc[3, "period_end"] == pd.Timestamp("2015-06-30")
    assert parts_of(frame) == [[2423, 40941]]


def test_parts_are_of_the_same_release_and_area():
    frame = table(
        row("referral_rate", 591.8, release="CIN 2024"),
        row("referrals", 2400, release="CIN 2016"),
        row("referrals", 2423, release="CIN 2024"),
        row("referrals", 9, release="CIN 2024", area="E06000035"),
        row("population_0_17", 40900, release="CIN 2016"),
        row("population_0_17", 40941, release="CIN 2024"),
    )
    assert parts_of(frame) == [[2423, 40941]]


def test_a_hidden_part_leaves_a_gap():
    frame = table(row("referral_rate", 1.0), row("referrals", None), row("population_0_17", 9))
    (parts,) = parts_of(frame)
    assert math.isnan(parts[0]) and parts[1] == 9


def banded(values):
    bands = [row("assessments", v, group=g) for g, v in zip(BANDS, values, strict=True)]
    return table(row(WITHIN.measure, 80.6), row("assessments", 2917), *bands)


def test_a_sum_of_groups_needs_every_group():
    assert parts_of(banded([50, 400, 500, 500, 500, 400]), WITHIN) == [[2350, 2917]]
    (parts,) = parts_of(banded([50, 400, None, 500, 500, 400]), WITHIN)
    assert math.isnan(parts[0]) and parts[1] == 2917


def test_what_stands_in_is_taken_only_where_the_part_is_no_number():
    stand_in = measures.Part("assessments", "duration", ("a", "b"))
    part = measures.Part("assessments", "all", ("all",), otherwise=stand_in)
    bands = [row("assessments", 3, group="a"), row("assessments", 4, group="b")]

    def value(*rows):
        held = ratios.by_measure(ratios.placed(table(*rows)))
        return ratios.part_values(held, part).tolist()

    assert value(*bands, row("assessments", 9)) == [9]
    assert value(*bands, row("assessments", None)) == [7]
    assert value(*bands) == [7]


def test_a_ratio_that_is_not_printed_is_computed_and_says_so():
    frame = table(row("referrals", 2423), row("population_0_17", 40941))
    made = ratios.recompute(frame, [RATE])
    assert made["value"].tolist() == [591.8]
    assert made["origin"].tolist() == ["recomputed"]
    assert made["method"].tolist() == ["recomputed: 10,000 x numerator / denominator"]
    assert made["period_end"].tolist() == [pd.Timestamp("2016-03-31")]


def test_a_ratio_that_is_printed_or_hidden_is_not_computed():
    parts = [row("referrals", 2423), row("population_0_17", 40941)]
    assert ratios.recompute(table(*parts, row("referral_rate", 591.8)), [RATE]).empty
    assert ratios.recompute(table(*parts, row("referral_rate", None)), [RATE]).empty


def test_nothing_is_computed_over_zero_or_across_releases():
    zero = table(row("referrals", 5), row("population_0_17", 0))
    assert ratios.recompute(zero, [RATE]).empty
    split = table(row("referrals", 5), row("population_0_17", 90, release="CIN 2017"))
    assert ratios.recompute(split, [RATE]).empty


def placed_out(here, outside, net=()):
    rows = [row("looked_after_by_others_here", here), *net]
    out = {"group": "outside the boundary", "breakdown": "placement location"}
    return ratios.recompute(table(*rows, row("looked_after", outside) | out), [NET])


def test_a_difference_is_computed_where_both_its_parts_are_printed_and_it_is_not():
    made = placed_out(127, 175)
    assert made[["value", "origin"]].to_numpy().tolist() == [[-48, "recomputed"]]
    assert made["method"].item() == f"recomputed: {NET.numerator}"
    assert placed_out(127, 175, [row(NET.measure, None)]).empty


def test_what_has_a_hidden_part_is_hidden_and_what_has_none_printed_is_not_held():
    for made in (placed_out(None, 175), placed_out(127, None)):
        assert made[["status", "origin"]].to_numpy().tolist() == [["suppressed", "recomputed"]]
        assert made["value"].isna().all()
    top, base = row("referrals", None), row("population_0_17", 40941)
    assert ratios.recompute(table(top, base), [RATE])["status"].tolist() == ["suppressed"]
    hidden = table(row("referrals", 5), row("population_0_17", None))
    assert ratios.recompute(hidden, [RATE])["status"].tolist() == ["suppressed"]
    assert ratios.recompute(table(row("referrals", 5)), [RATE]).empty
    later = row("referral_rate", 591.8, release="CIN 2017")
    assert ratios.recompute(table(top, base, later), [RATE]).empty
    assert ratios.recompute(table(base), [RATE]).empty


def inherited(value):
    parts = {"numerator": 2423.0, "denominator": 40941.0, "published": "2016-12-31"}
    frame = table(
        row("referral_rate", 591.8, **parts),
        row("referral_rate", value, release="CIN 2017", published="2017-12-31"),
    )
    return ratios.inherit_parts(frame, [RATE]).iloc[1]


def test_parts_of_another_release_are_taken_only_where_they_give_the_printed_value():
    same = inherited(591.8)
    assert same[["numerator", "denominator"]].tolist() == [2423, 40941]
    assert same["method"] == "parts of CIN 2016"
    other = inherited(591.9)
    assert other[["numerator", "denominator"]].isna().all()
    assert other["method"] == ""


UNITS = st.sampled_from([1, 10, 100])


@given(st.integers(0, 10**5), st.integers(100, 10**6), UNITS, UNITS, st.data())
def test_bounds_hold_every_ratio_that_rounds_to_the_printed_parts(top, bottom, unit, below, data):
    def printed(count, by):
        return (count + by // 2) // by * by

    shown = [float(printed(top, unit)), float(printed(bottom, below))]
    series = [pd.Series([float(x)]) for x in [*shown, unit, below]]
    low, high = ratios.bounds(*series, 100)
    assert low[0] - 1e-9 <= float(Fraction(100 * top, bottom)) <= high[0] + 1e-9
    if unit == below == 1:
        assert low[0] == high[0]


def test_bounds_are_open_above_where_the_denominator_may_be_nothing():
    series = [pd.Series([x]) for x in (10.0, 50.0, 1.0, 100.0)]
    low, high = ratios.bounds(*series, 100)
    assert low[0] == 10 and math.isnan(high[0])


def test_no_parts_are_taken_where_no_release_has_both():
    def rate(year, **more):
        return row("referral_rate", 591.8, release=f"CIN {year}", published=f"{year}-12-31", **more)

    frame = table(rate(2016, numerator=2423), rate(2017, denominator=40941), rate(2018))
    made = ratios.inherit_parts(frame, [RATE])
    assert made.iloc[2][["numerator", "denominator"]].isna().all()
    assert made["method"].eq("").all()


@pytest.mark.parametrize(
    ("text", "measure", "breakdown", "groups"),
    [
        ("referrals", "referrals", "all", ("all",)),
        ("a[b c=d|e 1]", "a", "b c", ("d", "e 1")),
    ],
)
def test_how_the_dictionary_writes_a_part(text, measure, breakdown, groups):
    part = measures.part(text)
    assert (part.measure, part.breakdown, part.groups) == (measure, breakdown, groups)


def test_a_part_can_name_what_stands_in_for_it():
    part = measures.part("a else b[c=d|e]")
    assert (part.measure, part.otherwise.measure, part.otherwise.groups) == ("a", "b", ("d", "e"))
    assert part.otherwise.otherwise is None


def test_no_part_and_no_measure():
    assert measures.part("") is None
    with pytest.raises(Exception, match="There is no measure 'referals'"):
        measures.get("referals")
