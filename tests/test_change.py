"""Limits of chance, held against the formulas and against published examples."""

import math

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from thurrock_analysis.metrics import change
from thurrock_analysis.record import measures, tidy

RATE = measures.get("referral_rate")
SHARE = measures.get("re_referral_percent")
FLOWS = measures.get("assessments_per_100_referrals")


def row(numerator, denominator, year=2016, measure=RATE, value=None):
    if value is None:
        value = measure.per * numerator / denominator if denominator else math.nan
    return {
        "measure": measure.measure, "breakdown": "all", "group": "all", "area": "E06000034",
        "period_end": f"{year}-03-31", "value": value, "numerator": numerator,
        "denominator": denominator,
    }  # fmt: skip


def limits(numerator, denominator, measure):
    frame = tidy.conform(pd.DataFrame([row(numerator, denominator, measure=measure)]))
    result = change.intervals(frame, measure)
    return result["lower"].iloc[0], result["upper"].iloc[0]


def between(first, last, measure=RATE):
    frame = pd.DataFrame([row(*first, 2016, measure), row(*last, 2017, measure)])
    return change.between(tidy.conform(frame), measure, 2016, 2017).iloc[0]


@settings(max_examples=30)
@given(st.integers(1, 10**5), st.integers(10**3, 10**6))
def test_limits_of_a_rate_are_garwoods(count, population):
    low, high = limits(count, population, RATE)
    assert low == pytest.approx(1e4 * stats.chi2.ppf(0.025, 2 * count) / 2 / population)
    assert high == pytest.approx(1e4 * stats.chi2.ppf(0.975, 2 * count + 2) / 2 / population)
    assert low < 1e4 * count / population < high


def test_limits_of_no_event_start_at_zero():
    low, high = limits(0, 10_000, RATE)
    assert low == 0
    assert high == pytest.approx(3.688879)  # -ln(0.025)


@settings(max_examples=30)
@given(st.integers(0, 10**4), st.integers(1, 10**4))
def test_limits_of_a_share_are_wilsons(count, total):
    assume(count <= total)
    low, high = limits(count, total, SHARE)
    exact = stats.binomtest(count, total).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((100 * exact.low, 100 * exact.high), abs=1e-9)


# PHEindicatormethods of UKHSA prints 50.163 to 82.849 for 65 events by Byar's approximation,
# which agrees with the exact limits to the second decimal. Wilson's limits of 65 in 100 are worked
# out by hand.
def test_limits_of_known_examples():
    by_byar = (50.163187710459454, 82.84913854593984)
    assert limits(65, 10_000, RATE) == pytest.approx(by_byar, abs=0.01)
    assert limits(65, 100, SHARE) == pytest.approx((55.254, 73.636), abs=1e-3)


@pytest.mark.parametrize(
    ("numerator", "denominator", "measure"),
    [(math.nan, 100, RATE), (5, math.nan, SHARE), (5, 0, SHARE), (5, 10, FLOWS)],
)
def test_no_limits_without_parts_or_for_a_ratio_of_two_flows(numerator, denominator, measure):
    assert all(math.isnan(limit) for limit in limits(numerator, denominator, measure))


COUNT = st.integers(1, 5000)
TOTAL = st.integers(5001, 10**5)


@settings(max_examples=30)
@given(COUNT, TOTAL, COUNT, TOTAL)
def test_the_change_of_a_rate_is_of_its_unrounded_parts(first, of_first, last, of_last):
    pair = between((first, of_first), (last, of_last))
    ratio = (last / of_last) / (first / of_first)
    assert pair["percent"] == pytest.approx(100 * (ratio - 1), abs=1e-9)


@settings(max_examples=30)
@given(COUNT, TOTAL, COUNT, TOTAL)
def test_a_change_read_backwards_is_the_opposite(first, of_first, last, of_last):
    there = between((first, of_first), (last, of_last))
    back = between((last, of_last), (first, of_first))
    assert there["change"] == pytest.approx(-back["change"])


def test_no_change_is_no_change():
    pair = between((300, 40_000), (300, 40_000))
    assert (pair["change"], pair["percent"]) == (0, 0)


def test_a_change_from_zero_has_no_per_cent():
    pair = between((0, 40_000), (5, 40_000))
    assert pair["change"] == 1.25
    assert math.isnan(pair["percent"])


def test_without_parts_the_printed_values_are_compared():
    frame = tidy.conform(
        pd.DataFrame(
            [
                row(math.nan, math.nan, 2016, value=200.0),
                row(100.0, 10_000.0, 2017, value=100.0),
            ]
        )
    )
    pair = change.between(frame, RATE, 2016, 2017).iloc[0]
    assert pair["percent"] == pytest.approx(-50)


def test_per_cent_comes_from_unrounded_parts():
    frame = tidy.conform(
        pd.DataFrame([row(104, 10_000, 2016, value=100.0), row(96, 10_000, 2017, value=100.0)])
    )
    pair = change.between(frame, RATE, 2016, 2017).iloc[0]
    assert pair["percent"] == pytest.approx(100 * (96 / 104 - 1))


def test_only_figures_of_both_years_are_paired():
    frame = tidy.conform(pd.DataFrame([row(1, 10, 2016), row(2, 10, 2018)]))
    assert change.between(frame, RATE, 2016, 2017).empty
    assert len(change.between(frame, RATE, 2016, 2018)) == 1
