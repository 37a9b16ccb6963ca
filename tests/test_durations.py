"""How long things last: against statsmodels, closed forms, and cases worked by hand."""

import making_returns
import numpy as np
import pandas as pd
import pytest
from asking import HEADER
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from thurrock_analysis import charts
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.findings.report import Report
from thurrock_analysis.indicators import durations
from thurrock_analysis.machine.upkeep import duration_proof
from thurrock_analysis.metrics import survival
from thurrock_analysis.metrics.clustered import NotEstimatedError
from thurrock_analysis.record import areas
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.sample import tables
from thurrock_analysis.sample.drawing import FIRST, span
from thurrock_analysis.sample.tables import LAST_DAY

WAYS = ["", "adopted", "home"]
cases = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(WAYS), st.integers(-1, 39)), min_size=1
).map(lambda rows: [row for row in rows if row[2] < row[0]])


def curve_of(rows):
    stop, way, entry = (np.array(each) for each in zip(*rows, strict=True))
    return survival.curve(stop, way, entry)


@pytest.fixture(scope="module")
def drawn():
    """Return stays with ties, two ways of ending, and some that are open."""
    rng = np.random.default_rng(7)
    stop = rng.integers(1, 60, 300).astype(float)
    return stop, rng.choice(WAYS, 300, p=[0.3, 0.3, 0.4])


def test_survival_its_error_and_its_median_are_those_of_statsmodels(drawn):
    stop, way = drawn
    found, known = survival.curve(stop, way), SurvfuncRight(stop, (way != "").astype(int))
    assert found.time == pytest.approx(known.surv_times)
    assert found.survival == pytest.approx(known.surv_prob, abs=1e-12)
    assert found.lasting()[0] == known.quantile(0.5)
    assert found.lasting()[1:] == pytest.approx(known.quantile_ci(0.5, method="cloglog"))
    share, low, high = found.open_at(30)
    error = known.surv_prob_se[known.surv_times <= 30][-1]
    width = survival.Z * error / (share * np.log(share))
    assert (low, high) == pytest.approx((share ** np.exp(-width), share ** np.exp(width)))


def test_incidences_are_those_of_statsmodels(drawn):
    stop, way = drawn
    found = survival.curve(stop, way)
    known = CumIncidenceRight(stop, np.array([WAYS.index(each) for each in way]))
    assert np.isin(known.times, found.time).sum() == len(found.time)
    for place, name in enumerate(WAYS[1:]):
        at = known.cinc[place][np.isin(known.times, found.time)]
        assert found.incidence[name] == pytest.approx(at, abs=1e-12)


def test_without_open_ones_the_error_of_an_incidence_is_the_binomial():
    rng = np.random.default_rng(3)
    stop, way = rng.integers(1, 30, 400).astype(float), rng.choice(WAYS[1:], 400)
    found = survival.curve(stop, way)
    share, low, high = found.ended_at("home", 12)
    assert share == pytest.approx(np.mean((way == "home") & (stop <= 12)))
    rest = 1 - share
    width = survival.Z * np.sqrt(share * rest / 400) / (rest * abs(np.log(rest)))
    assert (1 - high, 1 - low) == pytest.approx((rest ** np.exp(width), rest ** np.exp(-width)))


@given(rows=cases.filter(bool), order=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_what_ended_and_what_is_open_come_to_one_in_any_order(rows, order):
    found = curve_of(rows)
    whole = found.survival + sum(found.incidence.values(), np.zeros(len(found.time)))
    assert np.abs(whole - 1).max(initial=0) < 1e-12
    mixed = list(rows)
    order.shuffle(mixed)
    assert curve_of(mixed).survival.tolist() == found.survival.tolist()


@given(rows=cases.filter(bool), cut=st.integers(0, 40))
@settings(max_examples=30, deadline=None)
def test_a_stay_cut_in_two_counts_as_one(rows, cut):
    """One seen to a day and another that enters on it are at risk as the whole stay is."""
    parts = []
    for stop, way, entry in rows:
        whole = [(stop, way, entry)]
        parts += [(cut, "", entry), (stop, way, cut)] if entry < cut < stop else whole
    assert curve_of(parts).survival.tolist() == curve_of(rows).survival.tolist()
    assert curve_of(parts).at_risk.tolist() == curve_of(rows).at_risk.tolist()


def test_a_small_case_worked_by_hand():
    """Of five: 2 days home, 3 adopted, one enters after 2, one open at 4, one home at 5."""
    stop, entry = np.array([2, 3, 6, 4, 5]), np.array([-1, -1, 2, -1, -1])
    found = survival.curve(stop, np.array(["home", "adopted", "", "", "home"]), entry)
    assert found.at_risk.tolist() == [4, 4, 2]
    assert found.survival == pytest.approx([0.75, 0.5625, 0.28125])
    assert found.incidence["adopted"] == pytest.approx([0, 0.1875, 0.1875])
    assert found.lasting()[0] == 5
    assert found.restricted(6)[0] == pytest.approx(2 + 0.75 + 2 * 0.5625 + 0.28125)


def test_a_mean_of_all_who_ended_is_their_mean():
    stop = np.array([1.0, 4, 7, 8, 10])
    mean, low, high = survival.curve(stop, np.full(5, "home")).restricted(10)
    error = survival.Z * stop.std() / np.sqrt(5)
    assert (mean, low, high) == pytest.approx((stop.mean(), stop.mean() - error, 6 + error))


def test_what_cannot_be_told_is_refused_in_a_sentence():
    found = survival.curve(np.array([3.0, 9, 9, 9]), np.array(["home", "", "", ""]))
    middle, low, high = found.lasting()
    assert (np.isnan(middle), low, np.isnan(high)) == (True, 3, True)
    with pytest.raises(NotEstimatedError, match="Nobody was followed for 30 days"):
        found.restricted(30)
    with pytest.raises(NotEstimatedError, match="Nobody is left at risk"):
        survival.curve(np.array([3.0]), np.array(["home"]), np.array([3.0]))
    early = survival.curve(np.array([2.0, 9]), np.array(["home", "home"]), np.array([-1, 5]))
    assert early.emptied == 2


@pytest.fixture(scope="module")
def rated():
    """Return stays that end at rates which depend on two things, some seen from later on."""
    rng = np.random.default_rng(11)
    design = pd.DataFrame({"years": rng.uniform(0, 17, 400), "abuse": rng.integers(0, 2, 400)})
    rate = np.exp(0.08 * design["years"] - 0.5 * design["abuse"]).to_numpy()
    stop = np.ceil(rng.exponential(100 / rate))
    entry = np.where(rng.random(400) < 0.3, rng.integers(0, 30, 400), -1).astype(float)
    return np.minimum(stop, 150), stop < 150, design, entry


def test_ratios_of_rates_maximise_the_likelihood_written_out(rated):
    """Breslow's and Efron's likelihoods differ in ties alone: here those are parted first."""
    stop, ended, design, entry = rated
    stop = stop + np.linspace(0, 0.4, len(stop))
    kept = entry < stop
    found = survival.regression(stop, ended, design, entry)
    known = PHReg(
        stop[kept], design[kept].to_numpy(), status=ended[kept].astype(int),
        entry=np.maximum(entry, 0)[kept],
    ).fit(disp=False)  # fmt: skip
    assert np.log(found.ratios["value"].to_numpy()) == pytest.approx(known.params, abs=1e-5)
    assert found.ratios["value"]["abuse"] < 1 < found.ratios["value"]["years"]

    def likelihood(beta):
        risk = np.exp(design.to_numpy() @ beta)
        return sum(
            np.log(risk[one] / risk[(entry < stop[one]) & (stop >= stop[one])].sum())
            for one in np.flatnonzero(ended & kept)
        )

    best = np.log(found.ratios["value"].to_numpy())
    for step in ((0.02, 0), (-0.02, 0), (0, 0.05), (0, -0.05)):
        assert likelihood(best + step) < likelihood(best)


def test_a_ratio_that_turns_with_time_is_found_and_one_that_does_not_is_not(rated):
    stop, ended, design, entry = rated
    assert survival.regression(stop, ended, design, entry).constant > 0.01
    rng = np.random.default_rng(5)
    group = np.repeat([0.0, 1.0], 200)
    crossing = np.where(group == 1, rng.uniform(40, 60, 400), rng.exponential(50, 400))
    told = survival.regression(crossing, np.full(400, True), pd.DataFrame({"group": group}))
    assert told.constant < 1e-6


def test_no_regression_is_made_of_what_says_nothing(rated):
    stop, ended, design, entry = rated
    none = design.assign(alone=(~ended).astype(float))
    assert survival.regression(stop, ended, none, entry).silent == ("alone",)
    with pytest.raises(NotEstimatedError, match="only 0 ended"):
        survival.regression(stop, np.full(400, False), design, entry)
    with pytest.raises(NotEstimatedError, match="are the same"):
        survival.regression(stop, ended, design.assign(again=design["years"]), entry)


def episode(child, start, end, rne="S", rec=None, place="U6"):
    return {
        "CHILD": child, "DECOM": start, "DEC": end, "RNE": rne, "LS": "C2", "PLACE": place,
        "REC": rec,
    }  # fmt: skip


def test_periods_of_care_are_read_with_their_ends_and_from_when_they_are_known():
    rows = [
        episode("1", "2015-01-01", "2017-01-01", rec="E12"),  # open when the data begin
        episode("2", "2016-05-01", "2016-06-01", rec="X1"),
        episode("2", "2016-06-01", "2016-08-01", "P", "E4A"),
        episode("3", "2016-12-01", None),  # open still
        episode("4", "2014-01-01", "2016-09-01", "L", "E12"),  # no start is held
        episode("5", "2016-05-01", "2016-05-11", rec="E45"),
    ]
    year = {"collection": "SSDA903", "LA": "", "YEAR": "2017"}
    spans = [{**year, "start": "2016-04-01", "end": "2017-03-31"}]
    held = making_returns.returns(spans, episodes=rows, header=HEADER)
    found = durations.spans(held, "time to permanence")
    told = found.rows.sort_values(["entry", "stop"])[["way", "stop", "entry"]].to_numpy().tolist()
    assert told == [
        ["special guardianship", 10.0, -1.0],
        ["home or to relatives", 92.0, -1.0],
        ["", 120.0, -1.0],
        ["adopted", 731.0, 455.0],
    ]
    assert (found.unknown, found.before) == (1, 1)
    homes = durations.spans(held, "time in placement").rows
    assert sorted(homes["way"]) == ["", "left care", "left care", "left care", "moved on"]


def test_averages_of_the_adopted_are_short_and_incidences_are_not():
    found = duration_proof.asked(range(2))
    assert (found["adopted"] < found["truly"]).mean() > 0.7
    assert abs(found["share"] - found["true"]).mean() < 0.02


def test_while_a_backlog_is_cleared_the_average_rises_and_the_waits_of_entrants_do_not():
    queue = duration_proof.backlog().set_index("year")
    before, cleared = queue.loc[6:11], queue.loc[12:14]
    assert cleared["average"].min() > 1.2 * before["average"].max()
    assert np.ptp(queue["restricted"].dropna()) < 0.1
    assert cleared["waiting"].is_monotonic_decreasing


def test_a_chart_steps_where_one_ends_and_says_what_it_shows():
    part = pd.DataFrame({"time": [0.0, 1, 2, 3], "value": [0.0, 0, 10, 25]})
    ways = [part.assign(way="home"), part.assign(way="adopted", value=part["value"] / 2)]
    rows = pd.concat(ways).assign(low=lambda each: each["value"] * 0.8, high=50.0)
    drawn = charts.incidence(rows, "months", headline="How it ends")
    for ax, way in zip(drawn.figure.axes, ("home", "adopted"), strict=True):
        own = next(line for line in ax.lines if line.get_gid() == "own")
        assert own.get_ydata().tolist() == rows.loc[rows["way"].eq(way), "value"].tolist()
        assert own.get_drawstyle() == "steps-post"
        assert [text.get_text() for text in ax.get_xticklabels()] == ["0", "1", "2", "3"]
    assert "Adopted: 0.0% by 1 month, 5.0% by 2 months, 12.5% (10.0 to 50.0) by 3" in drawn.told
    with pytest.raises(ThurrockError, match="days or months"):
        charts.incidence(rows, "years")


def test_a_report_counts_those_who_ended_and_draws_the_shares_of_its_table(fifth):
    held, spans = tables.typed(fifth)
    area = areas.find("Saltmere (fictional)")
    own = OwnReturns(Returns(held, spans=spans), area)
    found = Report(area, "2026-03-31", [], None, returns=own).durations("time to permanence")
    care = fifth.care[fifth.care["exit"] <= LAST_DAY]
    seen = care[(care["exit"] >= span(FIRST)[0]) & (care["exit"] - care["entry"] <= 1096)]
    adopted = int(seen["reason"].isin(["E11", "E12"]).sum())
    assert f"Within 36 months: {adopted} had been adopted (" in found.sentence
    last = found.table.iloc[-1]
    assert f"{last['adopted']:.1f}% (" in found.draw().told.split("Special")[0]
    assert last[["adopted", "special guardianship", "open"]].between(0, 100).all()
