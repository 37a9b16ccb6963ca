"""Signals and year ends: published cases, closed forms, gaps, rebasing, and what is refused."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from thurrock_analysis import open_report
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.verbs.signals import by_chance
from thurrock_analysis.metrics import signals as xmr
from thurrock_analysis.metrics.signals import Limits
from thurrock_analysis.metrics.year_end import year_end
from thurrock_analysis.record import areas
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.returns.statutory import forms

WIDE = Limits(np.array(0.0), np.array(100.0))
NEAR = Limits(np.array(0.0), np.array(1.2))
"""Limits of which 1 is near the upper and 0.1 is not."""


def at(flags: np.ndarray) -> list[int]:
    return np.flatnonzero(flags).tolist()


# Worked by the authors of NHSRplotthedots (MIT), in the tests of each of their rules.
@pytest.mark.parametrize(
    ("rule", "values", "limits", "marked"),
    [
        ("shift", [1] * 6, WIDE, []),
        ("shift", [1] * 6 + [-1], WIDE, []),
        ("shift", [1] * 8 + [-1], WIDE, [*range(8)]),
        ("shift", [1] + [-1] * 8 + [1], WIDE, [*range(1, 9)]),
        ("trend", [1, 2, 3, 4, 5, 6], WIDE, []),
        ("trend", [1, 2, 3, 3, 4, 5, 6], WIDE, []),
        ("trend", [2, 1, 2, 3, 4, 5, 6, 7, 3], WIDE, [*range(1, 8)]),
        ("trend", [2, 7, 6, 5, 4, 3, 2, 1, 3], WIDE, [*range(1, 8)]),
        ("near", [0.1, 0.1, 1, 0.1, 1, 0.1, 0.1], NEAR, [2, 4]),
        ("near", [0.1, 0.1, 1, 1, 0.1, 0.1, 0.1], NEAR, [2, 3]),
        ("near", [1, 0.1, 0.1, 1], NEAR, []),
        ("near", [1, 0.1, 0.1, 1, 1], NEAR, [3, 4]),
        ("near", [0.1, 1, -1], NEAR, []),
        ("outside", [1, 1.3, -1.3, 1.2], NEAR, [1, 2]),
    ],
)
def test_the_rules_mark_what_their_authors_say(rule, values, limits, marked):
    assert at(xmr.flags(np.array(values, float), limits)[rule]) == marked


def test_two_points_near_opposite_limits_are_no_signal():
    values = np.array([1.0, -1.0] * 7 + [5.5, -5.5])
    assert not xmr.flags(values, xmr.limits(values))["near"].any()


def test_limits_by_hand_with_and_without_the_widest_range():
    values = np.array([10.0, 12.0, 10.0, 12.0, 10.0, 40.0, 38.0, 40.0, 38.0, 40.0])
    # Ranges 2, 2, 2, 2, 30, 2, 2, 2, 2: their mean is 46/9, and 30 lies beyond 3.267 times that.
    assert xmr.limits(values).reach == pytest.approx(2.66 * 2)
    assert xmr.limits(values, xmr.Rules(screen=0)).reach == pytest.approx(2.66 * 46 / 9)


@given(st.floats(0.1, 1e6), st.integers(2, 60))
def test_a_series_that_stands_still_has_limits_and_no_signal(level, length):
    values = np.full(length, level)
    found = xmr.limits(values)
    assert found.reach == 0
    assert not any(flags.any() for flags in xmr.flags(values, found).values())


@given(arrays.arrays("float64", st.integers(8, 40), elements=st.integers(0, 50)), st.data())
def test_no_range_run_or_trend_goes_over_a_gap(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    gapped = np.insert(values, cut, np.nan)
    ranges = np.concatenate([np.abs(np.diff(values[:cut])), np.abs(np.diff(values[cut:]))])
    found = xmr.limits(gapped, xmr.Rules(screen=0))
    assert found.reach == pytest.approx(
        2.66 * ranges.mean() if len(ranges) else np.nan, nan_ok=True
    )
    marked, limits = xmr.flags(gapped, WIDE), WIDE
    for rule in ("shift", "trend"):
        sides = [xmr.flags(part, limits)[rule] for part in (values[:cut], values[cut:])]
        assert np.array_equal(marked[rule], np.concatenate([sides[0], [False], sides[1]]))


@given(arrays.arrays("float64", 12, elements=st.floats(0.6, 1.4)), st.floats(20, 2000))
def test_seasons_that_are_exact_are_taken_out_exactly(season, level):
    months = np.tile(np.arange(1, 13), 5)
    values = level * np.tile(season, 5)
    free = xmr.seasons(values, months, 12).out_of(values, months)
    assert free == pytest.approx(np.full(60, level * season.mean()))


def test_months_without_seasons_are_found_to_differ_as_rarely_as_stated():
    rng = np.random.default_rng(3)
    months = np.tile(np.arange(1, 13), 10)
    drawn = rng.poisson(40, (300, 120)).astype(float)
    p = np.array([xmr.seasons(one, months, 12).p for one in drawn])
    assert (p < 0.01).mean() < 0.03


def signals_in(values: list[float]) -> bool:
    """Return whether any rule marks a point, one point after another in plain Python."""
    mean = sum(values) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    usual = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each <= 3.267 * usual]
    reach = 2.66 * sum(kept) / len(kept)
    if any(abs(value - mean) > reach for value in values):
        return True
    for at in range(len(values) - 6):
        part = values[at : at + 7]
        if all(v > mean for v in part) or all(v < mean for v in part):
            return True
        if all(a < b for a, b in pairwise(part)) or all(a > b for a, b in pairwise(part)):
            return True
    for at in range(len(values) - 2):
        part = [value - mean for value in values[at : at + 3]]
        one_side = all(v > 0 for v in part) or all(v < 0 for v in part)
        if one_side and sum(abs(v) > 0.6667 * reach for v in part) >= 2:
            return True
    return False


def test_chance_signals_as_often_as_a_doubt_says():
    drawn = np.random.default_rng(5).poisson(50, (1500, 36)).astype(float)
    share = 100 * np.mean([signals_in(one.tolist()) for one in drawn])
    assert by_chance(36, 50.0, True) == pytest.approx(share, abs=4)


def test_year_ends_hold_as_often_as_they_say():
    rng = np.random.default_rng(8)
    level = 300 * np.exp(rng.normal(0, 0.15, (600, 7)))
    share = 1 / (1 + np.exp(-rng.normal(0, 0.1, (600, 7))))
    begun, rest = (rng.poisson(part).astype(float) for part in (level * share, level * (1 - share)))
    made = [year_end(b[:-1], r[:-1], b[-1]) for b, r in zip(begun, rest, strict=True)]
    came = begun[:, -1] + rest[:, -1]
    held = np.mean(
        [one.quantile(0.1) <= x <= one.quantile(0.9) for one, x in zip(made, came, strict=True)]
    )
    assert 0.77 < held < 0.88


@given(
    st.lists(st.integers(20, 400), min_size=3, max_size=8),
    st.integers(20, 400),
    st.floats(0.05, 0.95),
)
def test_the_chance_of_more_and_the_quantiles_agree(begun, so_far, share):
    past = np.array(begun, float)
    made = year_end(past, past[::-1].copy(), float(so_far))
    total = made.quantile(share)
    assert total >= so_far
    if total > so_far:
        assert made.above(total) == pytest.approx(1 - share, abs=1e-6)


def report_of(counts: dict[int, list[int]], label: str = "") -> Report:
    """Return a report on returns with so many referrals in each month of some years from April."""
    days = []
    for year, months in counts.items():
        starts = pd.date_range(f"{year - 1}-04-01", periods=12, freq="MS")
        for start, count in zip(starts, months, strict=False):
            days += [start + pd.Timedelta(days=27)] * count
    rows = pd.DataFrame({"CINreferralDate": pd.Series(days, dtype="datetime64[s]")})
    fields = forms()["cin_details"].fields
    rows = rows.reindex(columns=list(fields))
    kinds = {"date": "datetime64[s]", "flag": "boolean"}
    rows = rows.astype({name: kinds.get(one.kind, "str") for name, one in fields.items()})
    rows = rows.assign(LA="", LAchildID=[str(n) for n in range(len(rows))], YEAR=0, episode=1)
    ends = pd.to_datetime([f"{year}-03-31" for year in counts])
    spans = pd.DataFrame({"collection": "CIN census", "LA": "", "YEAR": [*counts]})
    spans = spans.assign(start=ends - pd.DateOffset(years=1) + pd.Timedelta(days=1), end=ends)
    report = open_report("Medway")
    report.returns = OwnReturns(Returns({"cin_details": rows}, spans=spans), areas.find("Medway"))
    return report


FLAT = [50, 52, 49, 51, 50, 52, 48, 51, 50, 49, 52, 50]


def test_a_month_outside_its_limits_is_told_first_and_a_year_without_a_return_is_a_gap():
    high = [*FLAT[:9], 90, *FLAT[10:]]
    found = report_of({2021: FLAT, 2022: FLAT, 2024: high}).signals("referrals", since=2020)
    assert found.sentence.split("\n")[1].startswith("January 2024 (90) lies above what months")
    assert "12 months have no figure" in found.doubt
    assert found.figures["value"].isna().sum() == 12


def test_mean_and_limits_begin_anew_at_a_dated_change():
    low = [count // 2 for count in FLAT]
    report = report_of({2021: FLAT, 2022: FLAT, 2023: low, 2024: low})
    assert "in a row lie" in report.signals("referrals").sentence
    anew = report.signals("referrals", rebase=[("2022-04-01", "new system")])
    assert "none of 36 months" in anew.sentence
    assert "Mean and limits begin anew with new system (1 April 2022)" in anew.doubt


def test_months_that_have_not_come_are_no_zeros_and_short_series_have_no_verdict():
    report = report_of({2024: FLAT[:11]})
    found = report.signals("referrals")
    assert "Medway has 11 months of referrals: fewer than 12" in found.sentence
    assert found.figures["period_end"].max() == pd.Timestamp("2024-02-29")
    trial = report_of({2023: FLAT, 2024: FLAT[:4]}).signals("referrals")
    assert "trial limits, from 16 months" in trial.doubt


def test_so_few_a_month_have_no_verdict_and_a_long_signal_is_told_by_its_ends():
    few = report_of({year: [0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0] for year in range(2021, 2025)})
    said = few.signals("referrals").sentence
    assert "referrals, fewer than 1 a month on average: chance alone would give signals" in said
    low = [*FLAT[:3], 1, 2, 3, 2, 1, *FLAT[8:]]
    said = report_of({2022: FLAT, 2023: FLAT, 2024: low}).signals("referrals").sentence
    assert "5 months from July 2023 to November 2023 (1 to 3) lie below" in said


def test_a_year_end_from_months_of_past_years():
    report = report_of({2021: FLAT, 2022: FLAT, 2023: FLAT, 2024: FLAT[:9]})
    found = report.year_end("referrals")
    assert found.sentence.startswith("Medway had 453 referrals from the start of the year to 31 ")
    assert "the whole year comes to 604" in found.sentence
    short = report_of({2023: FLAT, 2024: FLAT[:9]}).year_end("referrals")
    assert not short.held and "on the same basis, of which the returns hold 1," in short.sentence


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ("looked_after", "carries over"),
        ("looked_after_three_placements_percent", "looks back over twelve months"),
        ("days_from_care_to_adoptive_family", "three years"),
    ],
)
def test_cumulative_and_rolling_series_have_no_verdict(measure, why):
    found = open_report("Medway").signals(measure, by="year")
    assert not found.held and why in found.sentence


def test_annual_series_since_a_break_are_too_short():
    found = open_report("Medway").signals("assessments", by="year")
    assert "Since the break of March 2015 (single assessment)" in found.sentence
    assert "no verdict is given" in found.sentence
