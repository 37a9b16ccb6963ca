"""Words: what a sentence says is what the numbers say."""

import math
import re
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import words
from thurrock_analysis.record import measures

RATE = measures.get("referral_rate")
SHARE = measures.get("re_referral_percent")
COUNT = measures.get("referrals")
BALANCE = measures.get("looked_after_net_gain")
STOCK = measures.get("looked_after")
PERCENTS_WELL = measures.get("assessment_within_45_days_percent")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0, 0, "0"), (-0.2, 0, "0"), (1234.5, 0, "1,235"), (-0.25, 1, "-0.3"), (16, 1, "16.0"),
     (1e6, 0, "1,000,000"), (math.nan, 1, "no figure"), (None, 0, "no figure")],
)  # fmt: skip
def test_numbers(value, decimals, text):
    assert words.number(value, decimals) == text


@given(st.integers(-(10**7), 10**7), st.integers(0, 2))
def test_a_number_reads_back(whole, decimals):
    value = whole / 10**decimals
    text = words.number(value, decimals)
    assert float(text.replace(",", "")) == value
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", text)


def test_a_percentage_has_its_sign_and_a_rate_has_none():
    assert words.figure(16, SHARE) == "16.0%"
    assert words.figure(407.4, RATE) == "407.4"
    assert words.figure(1885, COUNT) == "1,885"


@pytest.mark.parametrize(
    ("end", "measure", "text"),
    [
        ("2025-03-31", COUNT, "in 2024-25"),
        ("2000-03-31", COUNT, "in 1999-00"),
        ("2025-03-31", STOCK, "on 31 March 2025"),
        ("2024-06-30", measures.get("population_0_17"), "on 30 June 2024"),
    ],
)
def test_a_period_is_a_year_or_a_day(end, measure, text):
    assert words.when(pd.Timestamp(end), measure) == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_lists(items, text):
    assert words.listed(items) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (101, "101st"), (111, "111th"), (112, "112th"), (152, "152nd")],
)  # fmt: skip
def test_ordinals(place, text):
    assert words.ordinal(place) == text


def change(first, last, percent=None):
    return pd.Series(
        {
            "value_first": first,
            "value_last": last,
            "change": last - first,
            "percent": 100 * (last / first - 1) if percent is None and first else percent,
        }
    )


@pytest.mark.parametrize(
    ("first", "last", "measure", "text"),
    [
        (591.8, 407.4, RATE, "down 31% from 591.8"),
        (100.0, 150.0, RATE, "up 50% from 100.0"),
        (17.5, 16.5, SHARE, "down 1.0 percentage point from 17.5%"),
        (17.5, 19.0, SHARE, "up 1.5 percentage points from 17.5%"),
        (17.5, 17.5, SHARE, "unchanged from 17.5%"),
        (0.0, 5.0, RATE, "up from 0.0"),
        (99.6, 99.9, RATE, "in effect unchanged from 99.6"),
        (-85.0, -46.0, BALANCE, "up 39 from -85"),
        (2423, 2423, COUNT, "unchanged from 2,423"),
    ],
)
def test_how_a_measure_moved(first, last, measure, text):
    assert words.moved(change(first, last), measure) == text


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_the_direction_is_that_of_the_change(first, last):
    text = words.moved(change(first / 10, last / 10), RATE)
    way = "up" if last > first else "down" if last < first else "unchanged"
    assert text.startswith((way, "in effect")) and (way != "unchanged" or text.startswith(way))
    sign = words.signed(change(first / 10, last / 10), RATE)
    assert sign == "0%" or sign[0] == ("−" if last < first else "+")
    assert (sign == "0%") == (abs(200 * (last - first)) < first)


def test_a_change_with_its_sign():
    assert words.signed(change(17.5, 16.0), SHARE) == "−1.5 points"
    assert words.signed(change(100.0, 150.0), RATE) == "+50%"
    assert words.signed(change(0.0, 5.0, math.nan), RATE) == "from zero"
    assert words.signed(change(0.0, 0.0, math.nan), RATE) == "0%"


@pytest.mark.parametrize(
    ("value", "other", "measure", "text"),
    [
        (407.4, 519.4, RATE, "22% below England (519.4)"),
        (600.0, 500.0, RATE, "20% above England (500.0)"),
        (509.0, 500.0, RATE, "close to England (500.0)"),
        (20.0, 25.0, SHARE, "5 points below England (25.0%)"),
        (24.0, 25.0, SHARE, "close to England (25.0%)"),
        (5.0, math.nan, RATE, "England has no figure"),
        (50.0, 0.0, RATE, "beside England (0.0)"),
    ],
)
def test_against_another(value, other, measure, text):
    assert words.against(value, other, "England", measure) == text


@pytest.mark.parametrize(
    ("highest", "lowest", "of", "alike", "text"),
    [
        (1, 11, 11, [], "highest of 11"),
        (2, 10, 11, [], "2nd highest of 11"),
        (6, 6, 11, [], "6th highest of 11"),
        (7, 5, 11, [], "5th lowest of 11"),
        (10, 1, 11, ["Sefton"], "joint lowest of 11 (with Sefton)"),
        (1, 7, 11, list("abcd"), "joint highest of 11 (with 4 others)"),
        (1, 1, 4, list("abc"), "level with all 3 others"),
        (1, 1, 1, [], "the only one with a figure"),
    ],
)
def test_a_place_from_the_nearer_end_names_who_shares_it(highest, lowest, of, alike, text):
    assert words.place(highest, lowest, of, alike) == text


def test_the_better_end_is_named_where_there_is_one():
    assert words.better(RATE) == ""
    assert words.better(SHARE) == " (lower is better)"
    assert words.better(PERCENTS_WELL) == " (higher is better)"


@given(st.sets(st.integers(2000, 2030)))
def test_spans_cover_the_years_and_no_other(years):
    covered = set()
    for span in words.year_spans(years).split(", "):
        if span == "–":
            assert not years
            continue
        first, *last = map(int, span.split(" to "))
        covered |= set(range(first, (last[0] if last else first) + 1))
    assert covered == years


def test_words_load_neither_numpy_nor_pandas():
    code = "import sys, thurrock_analysis.words; print({'numpy', 'pandas'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@given(st.integers(-(10**5), 10**5))
def test_a_change_with_its_sign_reads_back(tenths):
    text = words.with_sign(tenths / 10)
    assert float(text.replace("−", "-").replace(",", "")) == tenths / 10
    assert text[0] == ("+" if tenths > 0 else "−" if tenths < 0 else "0")
