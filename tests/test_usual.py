"""The usual movement: held against closed forms, simulated authorities and years not fitted."""

import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import test_poisson_2indep as poisson_test

from thurrock_analysis import open_report, paths
from thurrock_analysis.findings import unusual
from thurrock_analysis.machine.upkeep import usual as table
from thurrock_analysis.machine.upkeep import usual_proof
from thurrock_analysis.metrics import usual, usual_fit
from thurrock_analysis.metrics.usual import Placed, Usual, Verdict
from thurrock_analysis.record import dictionary, measures, store, usual_movement

ROW = Usual("referrals", "2025-12-31", "count", 1.0, 0.02, 8.0, 2.0, 3.0, 5.0, 10.0, 900, 2024)
LEVELS = np.geomspace(20, 3000, 600)
CAUSAL = r"\b(because|due to|led to|caused?|drove|driven|thanks to|result(ed)? (of|in))\b"


def panel_of(counts: np.ndarray, common: np.ndarray) -> usual_fit.Panel:
    years = np.arange(2025 - counts.shape[1], 2025)
    names = np.array([f"authority {row}" for row in range(len(counts))])
    at, starts = np.log(counts + 0.5), np.zeros(counts.shape, dtype=int)
    return usual_fit.Panel(
        "referrals", "count", "a", years, at, 1 / (counts + 0.5), common, names, starts
    )


def simulated(seed: int) -> usual_fit.Panel:
    return usual_proof.simulated(ROW, LEVELS, 12, np.random.default_rng(seed))


def figures(value: float, top: float = math.nan, whole: float = math.nan) -> pd.DataFrame:
    return pd.DataFrame({"value": [value], "numerator": [top], "denominator": [whole]})


@pytest.mark.parametrize("df", [2.1, 3, 5.5, 12, 40, 56])
def test_tails_are_those_of_students_t(df):
    for t in (0.01, 0.7, 1.96, 4.5, 12):
        assert usual.tail(t, df) == pytest.approx(2 * scipy.stats.t.sf(t, df), rel=1e-6)
    assert usual.quantile(df) == pytest.approx(scipy.stats.t.ppf(0.975, df), rel=1e-6)


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30))
def test_a_page_is_corrected_as_statsmodels_does(chances):
    expected = multipletests(chances, alpha=0.05, method="fdr_bh")[0]
    assert usual.discoveries(np.array(chances)).tolist() == expected.tolist()


def test_of_many_verdicts_only_the_discoveries_stay():
    one = Verdict("larger", 0.04, 2.1, key="larger")
    told = usual.corrected([one, *[Verdict("usual", 0.5, 0.3, key="usual")] * 20])
    assert (told[0].kind, told[0].key) == ("usual", "among many")
    assert usual.corrected([one])[0] is one


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_shares_have_the_log_odds_of_a_two_by_two_table(a, b, c, d):
    measure = measures.get("re_referral_percent")
    rows = [usual.ends(figures(9.0, x, max(x + y, 1)), "share", measure, 0) for x, y in
            ((a, b or not a), (c, d or not c))]  # fmt: skip
    cells = np.array([[c, d or not c], [a, b or not a]], dtype=float) + 0.5
    oracle = sm.stats.Table2x2(cells)
    first, last = (row.iloc[0] for row in rows)
    assert last["at"] - first["at"] == pytest.approx(oracle.log_oddsratio)
    assert first["chance"] + last["chance"] == pytest.approx(oracle.log_oddsratio_se**2)


def test_rates_have_the_log_ratio_of_two_poisson_counts():
    measure = measures.get("referral_rate")
    first, last = (
        usual.ends(figures(0, top - 0.5, whole), "rate", measure, 0).iloc[0]
        for top, whole in ((120, 40_000), (150, 41_000))
    )
    oracle = poisson_test(150, 41_000, 120, 40_000, method="wald-log", compare="ratio")
    z = (last["at"] - first["at"]) / math.sqrt(first["chance"] + last["chance"])
    assert z == pytest.approx(oracle.statistic)


def test_a_share_without_its_numerator_is_bounded_by_its_rounding():
    measure = measures.get("re_referral_percent")
    row = usual.ends(figures(20.0, whole=400), "share", measure, 0).iloc[0]
    known = usual.ends(figures(20.0, 80, 400), "share", measure, 0).iloc[0]
    half = 0.05 * 4  # half a printed unit of 400
    assert row["low"] == pytest.approx(math.log((80.5 - half) / (320.5 + half)))
    assert row["high"] == pytest.approx(math.log((80.5 + half) / (320.5 - half)))
    assert known["low"] == known["at"] == known["high"] == row["at"]


def test_rounding_that_decides_leaves_no_verdict():
    wide = dataclasses.replace(ROW, tau2=1e-4)
    limit = usual.quantile(wide.df) * wide.scale(2e-4)
    for offset, said in ((0.5, "larger"), (0.0, "rounding"), (-0.5, "usual")):
        now = Placed(limit * (1 + offset), limit * (0.8 + offset), limit * (1.2 + offset), 1e-4)
        assert usual.verdict(Placed(0, 0, 0, 1e-4), now, 0.0, 1, wide).key == said


def test_what_england_did_is_taken_out():
    before, now = Placed(6.0, 6.0, 6.0, 0.002), Placed(6.9, 6.9, 6.9, 0.002)
    assert usual.verdict(before, now, 0.0, 1, ROW).kind == "larger"
    with_england = usual.verdict(before, now, 0.9, 1, ROW)
    assert (with_england.kind, with_england.size) == ("usual", pytest.approx(0))
    assert with_england.percent == pytest.approx(with_england.common)


def test_a_small_change_is_known_to_be_small():
    before, now = Placed(5.6, 5.6, 5.6, 0.004), Placed(5.62, 5.62, 5.62, 0.004)
    assert usual.verdict(before, now, 0.0, 1, ROW).kind == "unchanged"
    # Chance that may hide a large change leaves no such knowledge.
    normal = dataclasses.replace(ROW, tau2=1e-9, df=56.0)
    small = now._replace(at=5.65, low=5.65, high=5.65)
    hiding = [place._replace(chance=0.01) for place in (before, small)]
    assert usual.verdict(*hiding, 0.0, 1, normal).kind == "usual"


@pytest.mark.parametrize("place", range(4))
def test_a_figure_that_cannot_be_placed_has_no_verdict(place):
    broken = Placed(*[math.nan if one == place else 0.01 for one in range(4)])
    assert usual.verdict(broken, Placed(0, 0, 0, 0.01), 0.0, 1, ROW).reason == "not held"


def test_without_england_s_change_nothing_is_told():
    place = Placed(0, 0, 0, 0.01)
    assert usual.verdict(place, place, math.nan, 1, ROW).reason == "no common change"


@settings(max_examples=60)
@given(
    st.sampled_from(usual.KINDS),
    st.sampled_from([0.0, 0.1, 50.0, 100.0, 250.0, math.nan]),
    st.sampled_from([0.0, 3.0, math.nan]),
    st.sampled_from([0.0, 3.0, 400.0, math.nan]),
    st.sampled_from([0.0, 40_000.0, math.nan]),
)
def test_any_figure_is_placed_whole_or_not_at_all(kind, value, top, whole, people):
    measure = measures.get("re_referral_percent" if "share" in kind else "referral_rate")
    row = usual.ends(figures(value, top, whole), kind, measure, people).iloc[0]
    assert not np.isinf(row).any()
    said = usual.verdict(Placed(*row), Placed(*row), 0.0, 1, ROW)
    assert said.kind in ("unchanged", "usual", "untold")
    assert math.isfinite(said.probability) or said.reason


def test_known_variances_are_recovered():
    found = [usual_fit.fit([simulated(seed)], "2024-12-31")[0] for seed in range(3)]
    assert np.mean([row.tau2 for row in found]) == pytest.approx(ROW.tau2, rel=0.15)
    assert np.mean([row.phi for row in found]) == pytest.approx(1.0, rel=0.2)
    assert np.mean([row.over2 for row in found]) == pytest.approx(2.0, rel=0.25)


def test_a_stock_moves_by_less_than_poisson_chance():
    rng = np.random.default_rng(5)
    counts = [rng.poisson(LEVELS)]
    for _ in range(11):
        counts.append(rng.binomial(counts[-1], 0.9) + rng.poisson(0.1 * LEVELS))
    found = usual_fit.fit([panel_of(np.array(counts).T, np.zeros(12))], "2024-12-31")[0]
    # Of each hundred, ten come and ten go: a variance of 19 where chance alone has 200.
    assert found.phi == pytest.approx(0.1, abs=0.05)


def test_five_in_a_hundred_are_flagged_and_planted_changes_are_found():
    rows = [dataclasses.replace(ROW, tau2=tau2, df=df) for tau2, df in ((0.02, 4), (0.002, 20))]
    found = usual_proof.power(rows, rounds=6).set_index("planted")["flagged"]
    assert 0.03 < found[0] < 0.07
    assert found[3] > 0.8


def test_the_same_data_give_the_same_numbers():
    assert usual_fit.fit([simulated(1)], "x") == usual_fit.fit([simulated(1)], "x")


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        (np.full((150, 3), 40), 1),  # constant
        (np.full((150, 8), np.nan), 0),  # all hidden
        (np.arange(450).reshape(150, 3) + 1.0, 1),  # three points
        (np.ones((20, 8)), 0),  # few authorities
    ],
)
def test_poor_series_have_whole_numbers_or_no_row(counts, rows):
    found = usual_fit.fit([panel_of(counts, np.zeros(counts.shape[1]))], "x")
    assert len(found) == rows
    for row in found:
        assert np.isfinite([row.phi, row.tau2, row.df, row.over(7)]).all()
        assert row.scale(0.01) > 0


def test_a_search_that_fails_is_recorded_and_others_stand_in(monkeypatch):
    search = usual_fit.minimize

    def failing(loss, start, **how):
        done = search(loss, start, **how)
        done.success = False
        return done

    monkeypatch.setattr(usual_fit, "minimize", failing)
    row = usual_fit.fit([simulated(2)], "x")[0]
    assert row.rests_on == "others"
    assert np.isfinite([row.phi, row.tau2, row.df]).all()


@pytest.fixture(scope="module")
def newest(shipped: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of the newest edition."""
    return store.as_at(table.whole(shipped), max(usual_movement.table()))


def test_on_years_not_fitted_five_in_a_hundred_are_flagged_and_the_document_says_so(newest):
    panels, thirds = list(table.panels(newest)), table.thirds(newest)
    text = (paths.home() / "docs" / "usual_movement.md").read_text("utf-8")
    printed = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| ([\d,]+) \| ([\d.]+) \|", text, re.M)[:5]
    assert [date[:4] for date, *_ in printed] == ["2020", "2021", "2022", "2023", "2024"]
    for date, changes, flagged in printed:
        rows = {name: Usual.of(row) for name, row in usual_movement.table()[date].items()}
        found = usual_proof.outcomes(panels, rows, thirds)
        assert 0.04 < found["flagged"].mean() < 0.06
        assert f"{len(found):,}" == changes
        assert 100 * found["flagged"].mean() == pytest.approx(float(flagged), abs=0.06)


def test_an_edition_is_built_anew_as_it_is_shipped(shipped):
    date = "2012-12-31"
    rows = usual_fit.fit(table.panels(store.as_at(table.whole(shipped), date)), date)
    held = [Usual.of(row) for row in usual_movement.table()[date].values()]
    assert [row.measure for row in rows] == [row.measure for row in held]
    for built, shown in zip(rows, held, strict=True):
        assert [built.phi, built.tau2, built.over5] == pytest.approx(
            [shown.phi, shown.tau2, shown.over5], rel=1e-3
        )


def test_joint_returns_new_authorities_and_breaks_are_left_out(newest):
    panels = {panel.measure: panel for panel in table.panels(newest)}
    workforce = panels["caseload"]
    assert "E09000021" not in workforce.areas
    first = dict(zip(workforce.areas, workforce.starts, strict=True))
    assert first["E06000034"][list(workforce.years).index(2018)] == 2017  # the individual census
    made = panels["looked_after"]
    born = made.starts[list(made.areas).index("E06000059")]
    assert (born >= 2021).all()  # Dorset of 2020


def test_there_is_an_edition_for_the_newest_release():
    assert max(usual_movement.table()) == table.editions()[-1]
    assert set(usual_movement.table()) <= set(table.editions())


def test_an_edition_is_what_was_out_by_a_date():
    assert usual_movement.edition("2018-03-31")["referrals"]["edition"] == "2017-12-31"
    assert usual_movement.edition("2010-06-30") == {}
    newest = usual_movement.edition("2026-12-31")["referrals"]
    assert newest["last_year"] == "2025"


@pytest.mark.parametrize(
    ("area", "as_at", "name", "years", "reason"),
    [
        ("England", "2026-03-31", "referrals", (2024, 2025), "no authority"),
        ("East of England", "2026-03-31", "referrals", (2024, 2025), "no authority"),
        ("Richmond upon Thames", "2026-03-31", "caseload", (2024, 2025), "no authority"),
        ("Thurrock", "2026-03-31", "looked_after_net_gain", (2024, 2025), "balance"),
        ("Thurrock", "2010-12-31", "referrals", (2010, 2011), "no edition"),
        ("Thurrock", "2026-03-31", "looked_after_three_social_workers", (2024, 2025),
         "no usual movement"),
        ("Thurrock", "2026-03-31", "caseload", (2016, 2018), "broken"),
        ("Thurrock", "2026-03-31", "referrals", (1999, 2025), "not held"),
    ],
)  # fmt: skip
def test_a_verdict_that_cannot_be_told_says_why(area, as_at, name, years, reason):
    said = unusual.changed(open_report(area, as_at=as_at), name, *years)
    assert (said.kind, said.reason) == ("untold", reason)
    assert unusual.in_words(said).startswith("cannot be told: ")


def test_the_enquiries_of_thurrock_are_recomputed_by_hand():
    report = open_report("Thurrock", as_at="2026-03-31")
    row = usual_movement.edition("2026-03-31")["section_47"]
    phi, tau2, df = (float(row[name]) for name in ("phi", "tau2", "df"))
    by = report.figures("section_47").set_index(["area", "period_end"])["value"]
    own, england = by["E06000034"], by["E92000001"]
    before, now = "2024-03-31", "2025-03-31"
    moved = math.log((own[now] + 0.5) / (own[before] + 0.5)) - math.log(
        england[now] / england[before]
    )
    scale = math.sqrt(phi * (1 / (own[now] + 0.5) + 1 / (own[before] + 0.5)) + tau2)
    said = unusual.changed(report, "section_47", 2024, 2025)
    assert said.probability == pytest.approx(2 * scipy.stats.t.sf(abs(moved) / scale, df))
    assert said.kind == "usual"


def test_every_verdict_has_words_and_only_a_larger_change_has_a_direction():
    rows = dictionary.read("verdicts")
    for row in rows.to_dict("records"):
        assert not re.search(CAUSAL, row["words"])
        has_direction = "{move}" in row["words"] or re.search("above|below|{side}", row["words"])
        if row["key"] == "near":
            continue  # on which side of another a figure lies is seen, whatever its verdict
        assert bool(has_direction) == (row["verdict"] == "larger")
        assert not re.search(r"\b(rise|rose|fall|fell|up|down)\b", row["words"])
    for key in rows.loc[~rows["words"].str.contains("{side}", regex=False), "key"]:
        for chance in (0.0001, 0.02, 0.07, 0.9, math.nan):
            kind = rows.loc[rows["key"].eq(key), "verdict"].iloc[0]
            limits = pd.to_numeric(rows.loc[rows["key"].eq(key), "at_most"])
            if math.isnan(chance) == (kind == "untold") and not chance > limits.max():
                assert unusual.in_words(Verdict(kind, chance, 2, 3, 1, key), 3)


@pytest.mark.parametrize(
    ("percent", "size", "said"),
    [(20, 2, "rise"), (-20, -2, "fall"), (20, -2, "difference from the change in England")],
)
def test_a_rise_is_said_only_of_what_rose(percent, size, said):
    verdict = Verdict("larger", 0.03, size, percent, 0, "larger")
    assert unusual.in_words(verdict) == f"a larger {said} than 19 in 20 councils see in a year"
