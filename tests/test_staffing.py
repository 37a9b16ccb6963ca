"""Posts and who fills them: never above the establishment, bounds, and a record that tests it."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import open_report
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.metrics import staffing
from thurrock_analysis.metrics.staffing import Ledger, Plan
from thurrock_analysis.record import areas
from thurrock_analysis.returns.returns import Returns

FTE = st.floats(0, 500)
SHARE = st.floats(0, 1)
PLANS = st.builds(Plan, FTE, SHARE, FTE, SHARE, FTE)


@given(FTE, PLANS, st.integers(1, 5))
def test_never_more_are_at_work_than_there_are_posts_and_every_year_adds_up(own, plan, years):
    rows = staffing.ahead(own, plan, years)
    assert (rows["at_work"] <= plan.establishment + 1e-6).all()
    assert (rows.to_numpy() >= -1e-9).all()
    posts = rows["own"] + rows["vacant"]
    assert posts.to_list() == pytest.approx([plan.establishment] * years)
    opening = [own, *rows["own"][:-1]]
    assert rows["own"].to_list() == pytest.approx(
        (opening - rows["leavers"] + rows["starters"]).to_list()
    )
    assert (rows["agency"] <= plan.cap * rows["at_work"] + 1e-6).all()


@given(FTE, FTE, FTE, SHARE)
def test_a_ledger_without_cover_printed_bounds_whatever_was_the_case(own, vacant, agency, share):
    covering = share * min(agency, vacant)
    true = Ledger.of(own, vacant, agency, covering)
    bounds = Ledger.of(own, vacant, agency, math.nan)
    for part in ("covering", "beyond", "uncovered"):
        low, high = getattr(bounds, part)
        assert low - 1e-9 <= getattr(true, part)[0] <= high + 1e-9
    assert not true.amiss


def test_errors_of_past_sums_by_hand():
    panel = pd.DataFrame(
        {
            "area": "A", "year": [2018, 2019, 2020, 2021], "own": [100.0, 110.0, 104.0, 120.0],
            "vacant": [10.0, 10.0, 12.0, 8.0], "starters": [np.nan, 30.0, 10.0, 30.0],
            "leavers": [np.nan, 20.0, 11.0, 10.0],
        }
    )  # fmt: skip
    found = staffing.missed(panel).set_index(["year", "horizon"])
    # Of 100 in post 20 left: 110 x 0.8 + 30 = 118 in 2020, then 118 x 0.8 + 30 > 120 posts.
    assert found.loc[(2020, 1), "own"] == pytest.approx(math.log(104 / 118))
    assert found.loc[(2021, 2), "own"] == pytest.approx(math.log(120 / 120))
    assert found.loc[(2020, 1), "vacant"] == pytest.approx((12 - 2) / 120)
    assert found.loc[(2020, 1), "still"] == pytest.approx(math.log(104 / 110))
    assert len(found) == 3


def test_an_interval_of_errors_met_before_holds_as_often_as_it_says():
    rng = np.random.default_rng(2)
    years = np.repeat(np.arange(2015, 2026), 300)
    errors = pd.DataFrame({"year": years, "horizon": 1, "own": rng.normal(0, 0.1, len(years))})
    told = staffing.held(errors, "own").iloc[0]
    assert told["years"] == 10 and told["share"] == pytest.approx(0.8, abs=0.02)


def test_the_newest_census_of_thurrock():
    found = open_report("Thurrock").staffing(cap=10)
    first, second, *_ = found.sentence.split("\n")
    assert "145.2 full-time equivalent social workers in post on 30 September 2025" in first
    assert "35.0 cover a vacancy; none come on top" in second
    now = found.table.iloc[0]
    assert now["own"] + now["vacant"] == pytest.approx(188.2)
    assert (found.table["agency"].iloc[1:] <= 0.1 * found.table["at_work"].iloc[1:] + 1e-9).all()


def test_the_caseload_is_the_printed_one_and_the_other_forecast_is_named():
    """Cases over holders as they are printed, rounded, would give Rutland 11.8."""
    report = open_report("Rutland")
    found = report.staffing()
    assert found.table["caseload"].iloc[0] == pytest.approx(
        report.own("caseload")["value"].iloc[-1]
    )
    ahead = report.outlook("social_workers").table.iloc[0]
    assert f"{ahead['from_80']:.1f} to {ahead['to_80']:.1f} in post on" in found.doubt


def test_what_does_not_reconcile_is_named_and_regions_have_no_interval():
    told = open_report("England").staffing().sentence
    assert "1,025.1 come on top of the vacancies, which is why agency share and vacancy" in told
    assert "four in five" not in told
    amiss = open_report("Thurrock", "2020-06-30").staffing().sentence
    assert "more agency workers cover vacancies than there are vacancies" in amiss


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ({"cap": 120}, "cap takes a number, between 0 and 100, and not 120."),
        ({"starters": -1}, "starters takes a number, 0 or more, and not -1."),
        ({"years": 2.5}, "years takes a whole number, and not 2.5."),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(assumed, said):
    with pytest.raises(ThurrockError, match="^" + said.replace(".", r"\.")):
        open_report("Thurrock").staffing(**assumed)


def test_posts_give_ledger_flows_and_tenure_by_contract():
    rows = pd.DataFrame(
        [
            ("1", "a", "permanent", "2020-01-01", None),
            ("2", "b", "permanent", "2021-01-01", "2024-12-31"),
            ("2", "c", "agency", "2025-01-01", None),
            ("3", "d", "permanent", "2025-06-30", None),
            ("4", None, None, "2020-01-01", None),
        ],
        columns=["post", "person", "contract", "start", "end"],
    )
    rows = rows.assign(LA="", team="T", fte=[1.0, 1.0, 0.5, 0.8, 1.0])
    rows[["start", "end"]] = rows[["start", "end"]].apply(pd.to_datetime).astype("datetime64[s]")
    report = open_report("Medway")
    report.returns = OwnReturns(Returns({"posts": rows}), areas.find("Medway"))
    found = report.staffing(years=1)
    told = found.sentence
    assert "had 1.8 full-time equivalent social workers in post on 30 June 2025 and 1.5" in told
    assert "0.8 started and 1.0 left, from 2.0: that explains" in told
    assert "2 people on permanent contracts 2.7 years on average, 1 of them under a year" in told
    assert "1 person on agency contracts 0.5 years on average" in told
    assert found.table.loc[1, "own"] == pytest.approx(1.8 - 0.5 * 1.8 + 0.8)
