"""Rounding is half away from zero, exact, and never through binary fractions."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.metrics.rounding import round_half_away, round_ratio

SIXTH = Decimal("0.000001")


def rounded(value, decimals):
    return round_half_away(pd.Series([float(value)]), decimals)[0]


def ratio(numerator, denominator, per, decimals):
    parts = pd.Series([numerator], dtype="float"), pd.Series([denominator], dtype="float")
    return round_ratio(*parts, per, decimals)[0]


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.5, 0, 1), (1.5, 0, 2), (2.5, 0, 3), (-2.5, 0, -3), (0.15, 1, 0.2), (0.25, 1, 0.3),
     (1.005, 2, 1.01), (33.15, 1, 33.2), (0.0, 1, 0), (0.4999, 0, 0)],
)  # fmt: skip
def test_a_half_goes_away_from_zero(value, decimals, expected):
    assert rounded(value, decimals) == expected


@given(
    st.decimals(-(10**6), 10**6, places=6).filter(lambda value: value % SIXTH == 0),
    st.integers(0, 3),
)
def test_rounding_is_that_of_decimal_numbers(value, decimals):
    expected = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert rounded(value, decimals) == float(expected)


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_rounding_what_is_round_changes_nothing(whole, decimals):
    value = whole / 10**decimals
    assert rounded(value, decimals) == value


def test_a_missing_number_stays_missing():
    assert math.isnan(rounded(math.nan, 1))


@given(
    st.integers(0, 10**7),
    st.integers(1, 2 * 10**7),
    st.sampled_from([1, 100, 10_000]),
    st.integers(0, 2),
)
def test_a_ratio_is_that_of_exact_fractions(numerator, denominator, per, decimals):
    exact = Fraction(numerator * per * 10**decimals, denominator)
    expected = math.floor(exact + Fraction(1, 2)) / 10**decimals
    assert ratio(numerator, denominator, per, decimals) == expected


@given(st.integers(0, 10**5), st.integers(1, 10**5))
def test_parts_may_have_one_decimal(tenths, tenths_below):
    exact = Fraction(tenths * 1000, tenths_below)
    expected = math.floor(exact + Fraction(1, 2)) / 10
    assert ratio(tenths / 10, tenths_below / 10, 100, 1) == expected


# Exact ties in published counts, and how the publisher prints them: Bath and North East Somerset,
# Swindon and Rutland in Children in need 2024.
@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"), [(182, 1120, 16.3), (306, 1632, 18.8), (42, 224, 18.8)]
)
def test_ties_go_as_the_publisher_goes(numerator, denominator, printed):
    assert ratio(numerator, denominator, 100, 1) == printed


@pytest.mark.parametrize("parts", [(math.nan, 5), (5, math.nan), (5, 0), (0, 0)])
def test_without_both_parts_there_is_no_ratio(parts):
    assert math.isnan(ratio(*parts, 100, 1))
