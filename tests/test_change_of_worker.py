"""Changes of worker: closed forms of the model, days worked by hand, and what is planted."""

import making_returns
import numpy as np
import pandas as pd
import pytest
from asking import HEADER
from scipy import stats
from statsmodels.genmod.cov_struct import Independence
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_estimating_equations import GEE
from statsmodels.regression.linear_model import OLS

from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.findings.report import Report
from thurrock_analysis.indicators import worker_changes
from thurrock_analysis.machine.upkeep import worker_proof
from thurrock_analysis.metrics.clustered import NotEstimatedError, effect
from thurrock_analysis.record import areas
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.sample import events, tables

NOTHING = pd.DataFrame(index=range(400))


def error(found, scale=np.log):
    """Return the standard error that an interval rests on."""
    return (scale(found.high) - scale(found.low)) / 2 / stats.t.ppf(0.975, found.freedom)


def test_without_controls_an_odds_ratio_and_its_error_have_closed_forms():
    """Each row a child: the variance is that of two binomials, each unbiased by n over n - 1."""
    late = np.repeat([1, 0, 1, 0], [30, 170, 50, 150])
    changed = np.repeat([False, False, True, True], [30, 170, 50, 150])
    found = effect(late, changed, NOTHING, np.arange(400), "binomial")
    assert found.value == pytest.approx(50 * 170 / (150 * 30))
    variance = (1 / 30 + 1 / 170 + 1 / 50 + 1 / 150) * 200 / 199
    assert error(found) ** 2 == pytest.approx(variance)


def test_of_children_of_one_size_the_interval_is_that_of_a_test_of_their_means():
    rng = np.random.default_rng(1)
    days = rng.normal(0, 1, (2, 20, 3)) + rng.normal(0, 1, (2, 20, 1))
    changed, child = np.repeat([False, True], 60), np.repeat(np.arange(40), 3)
    found = effect(days.ravel(), changed, NOTHING[:120], child, "gaussian")
    known = stats.ttest_ind(*days.mean(axis=2)[::-1])
    assert (found.low, found.high) == pytest.approx(known.confidence_interval())
    assert found.freedom == pytest.approx(known.df)


def test_of_a_row_a_child_the_error_is_that_of_white_as_mackinnon_has_it():
    rng = np.random.default_rng(4)
    year = pd.DataFrame({"year": rng.integers(0, 3, 90)})
    changed = rng.random(90) < 0.4
    days = rng.normal(size=90) * (1 + changed)
    design = np.column_stack([np.ones(90), changed, year["year"].eq(1), year["year"].eq(2)])
    known = OLS(days, design.astype(float)).fit(cov_type="HC2")
    found = effect(days, changed, year, np.arange(90), "gaussian")
    assert error(found, float) == pytest.approx(known.bse[1])


def test_a_rate_ratio_is_moves_over_time_and_its_error_between_two_of_estimating_equations():
    rng = np.random.default_rng(2)
    child = np.repeat(np.arange(100), 4)
    changed, time = np.tile([True, False, False, True], 100), rng.uniform(0.1, 1, 400)
    moves = rng.poisson(time * np.repeat(rng.gamma(1, 1, 100), 4) * np.where(changed, 1.5, 1))
    found = effect(moves, changed, NOTHING, child, "poisson", time)
    rates = [moves[side].sum() / time[side].sum() for side in (changed, ~changed)]
    assert found.value == pytest.approx(rates[0] / rates[1])
    design = np.column_stack([np.ones(400), changed])
    equations = GEE(moves, design, groups=child, family=Poisson(), cov_struct=Independence(),
                    offset=np.log(time))  # fmt: skip
    least, most = (equations.fit(cov_type=kind).bse[1] for kind in ("robust", "bias_reduced"))
    assert least < error(found) < most < 1.1 * least, "less is taken off than by Mancl and DeRouen"
    assert found.clusters == 100


def test_a_level_in_which_nothing_happened_is_left_out_and_changes_nothing():
    late = np.repeat([1, 0, 1, 0, 0], [20, 80, 40, 60, 200])
    changed = np.repeat([False, True, False, True], [100, 100, 150, 50])
    level = pd.DataFrame({"year": np.repeat(["a", "b"], [200, 200])})
    found = effect(late, changed, level, np.arange(400), "binomial")
    assert (found.dropped, found.clusters) == (200, 200)
    assert found.value == pytest.approx(40 * 80 / (60 * 20))


@pytest.mark.parametrize(
    ("late", "changed", "said"),
    [
        (np.repeat([1, 0], [4, 396]), np.arange(400) < 200, "only 4 of these after a change"),
        (np.repeat([1, 0], [40, 360]), np.arange(400) < 0, "none of these after a change"),
        (np.repeat([1, 0], [40, 360]), np.arange(400) < 20, "all of these after a change"),
    ],
)
def test_too_little_is_refused_in_a_sentence(late, changed, said):
    with pytest.raises(NotEstimatedError, match=said):
        effect(late, changed, NOTHING, np.arange(400), "binomial")


def spell(worker, start, end, child="1"):
    return {"CHILD": child, "SW_ID": worker, "SW_DECOM": start, "SW_DEC": end, "YEAR": "2024"}


def held_of(spells, moves):
    ends = [*moves[1:], None]
    rows = [
        {"CHILD": "1", "DECOM": start, "DEC": end, "RNE": "P" if place else "S", "LS": "C2",
         "PLACE": "U6"}
        for place, (start, end) in enumerate(zip(moves, ends, strict=True))
    ]  # fmt: skip
    spans = [{"collection": "SSDA903", "LA": "", "YEAR": "2024", "start": "2023-04-01",
              "end": "2024-03-31"}]  # fmt: skip
    return making_returns.returns(spans, episodes=rows, header=HEADER, sw_episodes=spells)


def test_time_after_a_change_and_otherwise_is_counted_in_days():
    """Worker B takes over from A on 1 September; C comes after months without any worker."""
    spells = [
        spell("A", "2022-01-01", "2023-08-31"),
        spell("B", "2023-09-01", "2023-10-31"),
        spell("B", "2023-10-31", "2023-11-30"),
        spell("C", "2024-02-01", None),
    ]
    held = held_of(spells, ["2021-06-01", "2023-09-01", "2023-11-29", "2023-12-15", "2024-02-10"])
    found = worker_changes.cases(held, "moves")
    days = (found["exposure"] * 365.25).round().groupby(found["changed"]).sum()
    assert days.to_dict() == {False: 62 + 60, True: 30 + 60}
    moved = found.groupby("changed")["outcome"].sum()
    assert moved.to_dict() == {False: 1, True: 2}, "none while nobody is the child's worker"


def test_the_log_and_the_files_read_tell_the_same(fifth, tmp_path):
    """Tables typed without a file in between give what the readers give of the files."""
    from thurrock_analysis.returns import load_returns
    from thurrock_analysis.sample import census, ssda903

    log = events.plant(fifth, 3, 1.5)
    ssda903.write_years(log, tmp_path / "ssda903")
    census.write_need(log, tmp_path / "cin")
    used = ("header", "episodes", "reviews", "uasc", "social_worker")
    for file in (tmp_path / "ssda903").rglob("*.csv"):
        if file.stem not in used:
            file.unlink()
    typed, spans = tables.typed(log)
    read = load_returns(tmp_path)
    for outcome in worker_changes.outcomes().index:
        one, other = (
            worker_changes.cases(each, outcome).groupby("changed")[["outcome", "exposure"]].sum()
            for each in (Returns(typed, spans=spans), read)
        )
        assert one.to_numpy() == pytest.approx(other.to_numpy(), rel=0.02), outcome


def test_what_is_planted_is_found(fifth):
    """Of one authority with and without: ten days longer, twice the odds, twice the moves."""
    without, planted = (
        {row[0]: row[3] for row in worker_proof.estimates(log, ratio)}
        for log, ratio in ((fifth, 1.0), (events.plant(fifth, 3, 2.0), 2.0))
    )
    assert planted["assessment time"] - without["assessment time"] == pytest.approx(10, abs=1.5)
    for outcome in ("late reviews", "moves"):
        assert 1.4 < planted[outcome] / without[outcome] < 2.8, outcome


def test_each_side_is_told_in_numbers_that_come_to_all_cases(fifth):
    held, spans = tables.typed(fifth)
    returns = Returns(held, spans=spans)
    area = areas.find("Saltmere (fictional)")
    report = Report(area, "2026-03-31", [], None, returns=OwnReturns(returns, area))
    sentences = report.change_of_worker().sentence.split("\n")
    for outcome, said in zip(worker_changes.outcomes().index, sentences, strict=True):
        rows = worker_changes.cases(returns, outcome)
        sides = rows.groupby("changed")
        told = sides["outcome"].sum() if outcome != "assessment time" else sides.size()
        for mark, start in ((True, "worker on, "), (False, "otherwise, ")):
            assert f"{start}{told[mark]:.0f} " in said


def test_refusals_are_counted_and_in_no_share():
    told = worker_proof.summary(
        pd.DataFrame(
            {"outcome": "moves", "planted": 1.0, "truth": 1.0, "value": [1.1, 1.0, np.nan],
             "low": [1.01, 0.9, np.nan], "high": [1.2, 1.1, np.nan]}
        )
    ).iloc[0]  # fmt: skip
    assert told[["draws", "refused", "holds", "apart"]].tolist() == [3, 1, 0.5, 0.5]
