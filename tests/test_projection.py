"""The looked-after population ahead: the law of the process, births split, replay, the page."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import expm
from writing_returns import load, rules_of, write

from thurrock_analysis import open_report
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators import example, occurrence
from thurrock_analysis.machine.upkeep import projection_proof as proof
from thurrock_analysis.metrics import population
from thurrock_analysis.metrics.population import Rates, Strata
from thurrock_analysis.returns import load_returns, replaying
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

YEARS_HELD = [int(pd.Timestamp(day).timestamp()) // 86_400 for day in ("2016-04-01", "2021-03-31")]


def one_stratum(number: int, arriving: float) -> tuple[population.Observed, Rates]:
    """Children of seven who neither reach another band nor 18 within five years."""
    strata = Strata.of_bands([np.array([0])], 1)
    none = np.zeros((1, 2))
    ages = np.zeros((1, 216))
    ages[0, 84] = 1
    seen = population.Observed(
        strata, none, none, np.zeros((1, 2, 2)), np.zeros((1, 60), "int64"), ages, none,
        np.array([[0, 84, 0, 0, number]]), none, none,
    )  # fmt: skip
    sets = 4
    moving = np.tile([[0.0, 0.6], [0.3, 0.0]], (sets, 1, 1, 1))
    leaving = np.tile([0.4, 0.8], (sets, 1, 1))
    placing = np.tile([0.7, 0.3], (sets, 1, 1))
    share = np.full((sets, 1), arriving)
    return seen, Rates(moving, leaving, share, np.ones(1), ages, placing, np.zeros(sets))


def test_draws_have_the_mean_and_variance_of_immigration_and_death():
    seen, rates = one_stratum(200, 60.0)
    made = population.projected(seen, rates, [12, 36], draws=20_000)
    generator = np.array([[-1.0, 0.6], [0.3, -1.1]])
    for at, years in enumerate((1, 3)):
        chance = expm(generator * years)[0]
        flow = (
            60
            * np.array([0.7, 0.3])
            @ (expm(generator * years) - np.eye(2))
            @ np.linalg.inv(generator)
        )
        mean = 200 * chance + flow
        variance = 200 * chance * (1 - chance) + flow
        total = 200 * chance.sum() * (1 - chance.sum()) + flow.sum()
        assert made.draws[at].mean(axis=0) == pytest.approx(mean, rel=0.01)
        assert made.draws[at].var(axis=0) == pytest.approx(variance, rel=0.05)
        assert made.draws[at].sum(axis=1).var() == pytest.approx(total, rel=0.05)
    assert (population.projected(seen, rates, [12], 20_000).draws[0] == made.draws[0]).all()


def test_nobody_is_looked_after_from_18_on():
    seen, rates = one_stratum(50, 0.0)
    seen.stock[0, 1] = 16 * 12
    made = population.projected(seen, rates, [12, 24])
    assert made.draws[0].sum() > 0
    assert made.draws[1].sum() == 0


def test_exponentials_are_those_of_scipy():
    matrices = np.random.default_rng(1).uniform(-9, 9, (20, 4, 4))
    assert population.exponential(matrices) == pytest.approx(expm(matrices), rel=1e-5, abs=1e-5)


def test_what_is_held_on_a_day_is_open_after_it():
    held = replaying.as_at(example.returns(), pd.Timestamp("2021-08-31")).table("episodes")
    assert held["DECOM"].max() == pd.Timestamp("2021-06-01")
    assert held.loc[held["DECOM"].eq(held["DECOM"].max()), ["DEC", "REC"]].isna().all(axis=None)
    assert held["DEC"].max() == pd.Timestamp("2021-06-01")


def test_factors_go_with_the_assessment_that_a_day_does_not_know():
    key = {"LA": "", "YEAR": 2022, "LAchildID": "1", "episode": 1}
    days = ["2021-05-03", "2021-08-02", "2021-11-01"]
    assessments = pd.DataFrame(
        [
            key | {"assessment": at, "AssessmentActualStartDate": start, "file": ""}
            for at, start in enumerate(days)
        ]
    ).assign(AssessmentAuthorisationDate=["2021-06-01", "2021-09-30", "2021-12-01"])
    dates = ["AssessmentActualStartDate", "AssessmentAuthorisationDate"]
    assessments = assessments.astype(dict.fromkeys(dates, "datetime64[s]"))
    factors = pd.DataFrame([key | {"assessment": at, "factor": 0} for at in (0, 1, 1, 2)])
    held = Returns({"cin_assessments": assessments, "cin_factors": factors})
    cut = replaying.as_at(held, pd.Timestamp("2021-08-31"))
    assert cut.table("cin_factors")["assessment"].tolist() == [0]
    assert cut.table("cin_assessments")["AssessmentAuthorisationDate"].isna().tolist() == [0, 1]


def test_a_move_never_seen_at_an_age_is_all_but_out_of_the_question():
    """What older children do is not drawn into the rates of younger ones."""
    strata = Strata.of_bands([np.array([0, 192])], 1)
    exposure, moves, none = np.full((2, 2), 400.0), np.zeros((2, 2, 2)), np.zeros((2, 2))
    moves[0, 0, 1], moves[1, 0, 1], moves[1, 1, 0] = 0, 200, 200
    moves[0, 1, 0] = 100
    seen = population.Observed(
        strata, exposure, none, moves, np.zeros((1, 60), "int64"), np.zeros((1, 216)), none,
        np.zeros((0, 5), "int64"), np.zeros((1, 2, 2), "int64"), np.zeros((1, 1, 2), "int64"),
    )  # fmt: skip
    rates = population.estimated(seen, sets=4000).moving.mean(axis=0)
    assert rates[1] == pytest.approx(moves[1] / 400, rel=0.02)
    assert rates[0, 0, 1] < 1 / 400


def test_years_that_differ_widen_what_the_rates_leave_open():
    """With one degree of freedom less than years, and the level of leaving in doubt."""
    seen = occurrence.observed(proof.spells(3000), *(YEARS_HELD))
    even = replace(seen, stayed=seen.stayed.sum(axis=0, keepdims=True) // 5 + 0 * seen.stayed)
    uneven = seen.stayed * np.array([0.6, 1.4, 0.6, 1.4, 1.0])[:, None, None]
    apart = replace(seen, stayed=uneven.astype("int64"))
    calm, shaken = (population.estimated(each) for each in (even, apart))
    assert np.median(calm.shaking) < 0.03 < np.median(shaken.shaking)
    left = [each.leaving[:, 5, 0].std() / each.leaving[:, 5, 0].mean() for each in (calm, shaken)]
    assert left[1] > 1.3 * left[0]


def test_vanished_episodes_are_told_of(tmp_path):
    first = {"CHILD": "1", "DECOM": "05/05/2020", "DEC": "", "REC": ""}
    second = first | {"CHILD": "2"}
    third = first | {"CHILD": "3", "DECOM": "01/06/2021"}
    for year, told in (("2021", [first, second]), ("2022", [second, third])):
        write(tmp_path / year, episodes=told, header=[{"CHILD": one["CHILD"]} for one in told])
    last = int(pd.Timestamp("2020-04-01").timestamp()) // 86_400
    for vanished, how in (("open", "still open"), ("closed", "ended")):
        held = load_returns(tmp_path, vanished=vanished)
        assert occurrence.vanished(held, last) == [
            f"1 vanished episode, open in one return and absent from the next, counted as {how}."
        ]
        assert occurrence.vanished(held, last + 365) == []


def test_nobody_lives_in_two_places_and_few_children_have_no_projection(tmp_path):
    told = [{"CHILD": str(child), "DECOM": "05/05/2020"} for child in range(12)]
    told[0] |= {"DEC": "01/02/2023", "REC": "E4A"}
    within = [{"CHILD": "0", "DECOM": "01/06/2021", "DEC": "01/02/2022", "REC": "E4A"}]
    header = [{"CHILD": one["CHILD"]} for one in told]
    held = load(tmp_path / "two", header=header, episodes=[*told, *within])
    assert "overlap_kept" in rules_of(held)
    rests = occurrence.basis(held, 5)
    one = rests.spells
    number = int(pd.Timestamp("2021-12-31").timestamp()) // 86_400
    assert ((one.start <= number) & (one.end > number)).sum() == 12
    later = int(pd.Timestamp("2022-12-31").timestamp()) // 86_400
    assert ((one.start <= later) & (one.end > later)).sum() == 12
    few = load(tmp_path / "few", header=header[:9], episodes=told[:9])
    with pytest.raises(NotInReturnsError, match="9 children looked after .* needs 10"):
        occurrence.basis(few, 5)


def test_exposure_is_every_day_lived_before_18():
    one = proof.spells(1000)
    first, last = YEARS_HELD
    seen = occurrence.observed(one, first, last)
    adult = occurrence.anniversary(one.born, 216)
    lived = np.minimum(np.minimum(one.end, last + 1), adult) - np.maximum(one.start, first)
    assert seen.exposure.sum() == pytest.approx(np.maximum(lived, 0).sum() / 365.25)
    assert seen.stock[:, 4].sum() == proof.counts(one, last)[-1]


def test_a_fixed_sample_of_the_back_test_holds():
    found = proof.outcomes(proof.spells(seed) for seed in range(1000, 1003))
    held = found[found["design"].eq(proof.SHIPPED)]["held"]
    assert held.mean() > 0.8


def test_what_cannot_be_assumed_is_refused():
    report = open_report("Medway")
    with pytest.raises(ThurrockError, match="assumes no 'entry': 'entries' would be right"):
        report.projection(scenario={"entry": 1})
    with pytest.raises(ThurrockError, match="1 to 5 years"):
        report.projection(horizon=6)
