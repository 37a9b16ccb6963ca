"""The funnel with variance between authorities, and ranks with an interval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from thurrock_analysis import open_report
from thurrock_analysis.findings import standings
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.machine.upkeep import usual as table
from thurrock_analysis.machine.upkeep import usual_proof
from thurrock_analysis.metrics import standing
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import measures, store, usual_movement


@given(st.integers(0, 10_000))
def test_the_variance_between_is_that_of_dersimonian_and_laird(seed):
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.01, 0.2, 40)
    at = rng.normal(0, np.sqrt(chance + rng.uniform(0, 0.2)))
    middle = float(np.average(at, weights=1 / chance))
    oracle = combine_effects(at, chance, method_re="dl").tau2
    assert standing.funnel(at, chance, middle).between == pytest.approx(max(oracle, 0), abs=1e-9)


def test_known_variance_between_is_recovered_and_five_in_a_hundred_lie_outside():
    rng = np.random.default_rng(3)
    chance = rng.uniform(0.005, 0.05, 4000)
    found = standing.funnel(rng.normal(1, np.sqrt(chance + 0.04)), chance, 1.0)
    assert found.between == pytest.approx(0.04, rel=0.1)
    assert np.mean(np.abs(found.z) > 1.96) == pytest.approx(0.05, abs=0.01)


def test_on_the_record_about_five_in_a_hundred_authorities_lie_outside(shipped):
    date = max(usual_movement.table())
    panels = list(table.panels(store.as_at(table.whole(shipped), date)))
    totals = {panel.measure for panel in panels if measures.get(panel.measure).is_count}
    found = usual_proof.outside(panels, totals)
    assert found["outside"].mean() == pytest.approx(0.055, abs=0.015)
    assert found["chance alone"].mean() > 0.3


@pytest.mark.parametrize(
    ("at", "target"), [(np.zeros(9), 0.0), (np.zeros(40), math.nan), (np.full(40, np.nan), 0.0)]
)
def test_where_no_standing_can_be_told_none_is(at, target):
    found = standing.funnel(at, np.full(len(at), 0.01), target)
    assert np.isnan(found.z).all()
    assert standing.verdict(found.z[0]).reason == "no standing"


def test_authorities_that_are_all_alike_have_no_variance_between():
    found = standing.funnel(np.zeros(30), np.full(30, 0.01), 0.0)
    assert found.between == 0
    assert (found.z == 0).all()


@given(st.lists(st.integers(1, 30), min_size=2, max_size=12), st.floats(1e-9, 0.5))
def test_a_rank_lies_in_its_interval_with_all_that_share_it(values, chance):
    at = np.log(np.array(values, dtype=float))
    found = standing.places(values, at, np.full(len(values), chance))
    for value, one in zip(values, found, strict=True):
        assert one.rank == 1 + sum(other > value for other in values)
        assert one.alike == values.count(value) - 1
        assert 1 <= one.low <= one.rank <= one.rank + one.alike <= one.high <= len(values)


def test_ranks_are_sure_without_chance_and_open_with_much():
    at = np.log(np.arange(1.0, 12))
    sure = standing.places(np.exp(at), at, np.full(11, 1e-12))
    assert [(one.low, one.high) for one in sure] == [(rank, rank) for rank in range(11, 0, -1)]
    wide = standing.places(np.exp(at), at, np.full(11, 4.0))
    assert min(one.high - one.low for one in wide) >= 7
    assert standing.places(np.exp(at), at, np.full(11, 4.0)) == wide


def test_a_rank_that_all_share_is_any_of_theirs():
    found = standing.places([7.0] * 60, np.zeros(60), np.full(60, 0.1))
    assert {(one.rank, one.alike, one.low, one.high) for one in found} == {(1, 59, 1, 60)}


def test_an_interval_of_ranks_holds_the_true_rank_nineteen_times_in_twenty():
    rng = np.random.default_rng(8)
    truth = np.linspace(0, 1, 11)
    held = []
    for _ in range(80):
        seen = rng.normal(truth, 0.15)
        found = standing.places(seen, seen, np.full(11, 0.15**2))
        held += [one.low <= 11 - place <= one.high for place, one in enumerate(found)]
    assert np.mean(held) > 0.9


def test_the_conferences_of_thurrock_are_far_below_england():
    report = open_report("Thurrock", as_at="2026-03-31")
    said = standings.stands(report, "initial_conference_rate", 2025)
    assert said.key == "far below"
    assert -3 < said.size < -2
    assert standings.stands(report, "looked_after_rate", 2025).key == "among others"
    assert standings.stands(open_report("England"), "looked_after_rate", 2025).kind == "untold"


def test_known_variance_from_peers_is_recovered_and_five_in_a_hundred_lie_outside():
    """Groups of alike authorities far apart: beside their peers they differ little."""
    rng = np.random.default_rng(11)
    groups, of = 100, 11
    level = np.repeat(rng.normal(0, 2, groups), of)
    chance = rng.uniform(0.005, 0.05, groups * of)
    at = level + rng.normal(0, np.sqrt(chance + 0.04))
    peers = [
        [one for one in range(own // of * of, own // of * of + of) if one != own]
        for own in range(groups * of)
    ]
    z = standing.beside_peers(at, chance, peers)
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.05, abs=0.015)
    at[3] += 2.0
    assert standing.beside_peers(at, chance, peers)[3] > 5
    at[4:9] = np.nan
    assert np.isfinite(standing.beside_peers(at, chance, peers)[3])
    at[9] = np.nan
    assert np.isnan(standing.beside_peers(at, chance, peers)[3]), "four of ten are no group"


def test_a_mean_of_one_year_is_named_where_a_line_ends_in_another():
    report = open_report("Thurrock")
    found = report.rank("referral_rate", beside="standing")
    names = [name for name in grouping("standing") if report.years(name)]
    near, other = list(report.neighbours["neighbour"]), 0
    for name in names:
        rows, end = report.figures(name), report.own(name).dropna(subset="value").iloc[-1]
        rows = rows[rows["period_end"].eq(end["period_end"]) & rows["area"].isin(near)]
        line = report.compare(name).query("area == 'neighbours (mean)'").iloc[-1]
        mean = half_away(float(rows["value"].mean()), measures.get(name).decimals)
        other += line["period_end"] == end["period_end"] and line["value"] != mean
    assert f"{other} of {len(names)} end in another mean." in found.doubt
