"""What is not told as known: doubtful zeros, sums with a hidden part, rounding, hidden years."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import open_report
from thurrock_analysis.findings import carried, handing, rounded, window
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.verbs.rank import reach
from thurrock_analysis.machine.outputs.figures import KeyFigure
from thurrock_analysis.machine.outputs.paper import statements
from thurrock_analysis.metrics import comparators, rounding, zeros
from thurrock_analysis.record import measures

LIMITS = zeros.Limits(3, 10, 30, 15)
FILLED = "foster_places_filled_percent"


@pytest.fixture(scope="module")
def rutland() -> Report:
    return open_report("Rutland")


@pytest.fixture(scope="module")
def north() -> Report:
    return open_report("North Northamptonshire")


def status(report: Report, name: str) -> dict[int, str]:
    """Return the reasons for the area's missing numbers by closing year."""
    rows = report.own(name)
    rows = rows[rows["value"].isna()]
    return dict(zip(rows["period_end"].dt.year, rows["status"], strict=True))


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("looked_after_immunised_percent", [2023, 2024]),
        ("looked_after_immunised", [2023, 2024]),
        ("looked_after_substance_misuse_percent", [2022, 2023, 2024, 2025]),
        ("looked_after_own_provision_percent", [2023, 2024]),
        ("looked_after_ceased_staying_percent", [2022, 2023, 2024]),
    ],
)
def test_a_zero_that_reads_like_nothing_recorded_is_no_figure(north, name, years):
    found = status(north, name)
    assert [year for year, why in found.items() if why == zeros.STATUS] == years


@pytest.mark.parametrize(
    ("area", "name", "year"),
    [
        ("Rutland", "looked_after_substance_misuse_percent", 2025),  # 0 of 19
        ("Leeds", "agency_social_worker_percent", 2021),  # none employed
        ("North Northamptonshire", "looked_after_away_percent", 2024),  # none is common
        ("City of London", "looked_after_abuse_or_neglect_percent", 2021),  # 0 of 20
        ("Isles of Scilly", "referral_rate", 2016),  # a number
    ],
)
def test_a_true_zero_and_a_number_stay(area, name, year):
    rows = open_report(area).own(name)
    assert rows.loc[rows["period_end"].dt.year.eq(year), "value"].notna().all()


def made(own: list[float], whole: float, others: list[float]) -> pd.DataFrame:
    """Return figures of one area in years in a row, and of others in the last of them."""
    years = range(2025 - len(own), 2025)
    rows = [("own", year, value, whole) for year, value in zip(years, own, strict=True)]
    rows += [(f"other {at}", 2024, value, whole) for at, value in enumerate(others)]
    frame = pd.DataFrame(rows, columns=["area", "year", "value", "denominator"])
    ends = pd.to_datetime(frame["year"].astype("str") + "-03-31")
    return frame.assign(period_end=ends, numerator=frame["value"] * whole / 100)


@pytest.mark.parametrize(
    ("own", "whole", "others", "england", "right"),
    [
        ([50, 0], 20, [40] * 9, 40, True),  # ten would have been expected
        ([50, 0], 19, [40] * 9, 40, False),
        ([50, 0, 0, 0], 100, [40] * 9, 1, True),
        ([50, 0, 0, 0, 0], 100, [40] * 9, 1, False),  # too long ago, and one in England
        ([0, 0], 100, [40] * 9, 10, True),
        ([0, 0], 100, [40] * 9, 9, False),
        ([0, 0], 29, [40] * 9, 90, False),  # too small to be like England
        ([0, 0], 100, [0, 0] + [40] * 8, 40, False),  # a fifth of others have none
        ([2, 0], 100, [40] * 9, 90, False),  # its own nearest figure is small
    ],
)
def test_when_a_zero_is_doubted(own, whole, others, england, right):
    rows = made(own, whole, others)
    whole_of = pd.Series(float(england), index=rows["period_end"].unique())
    found = zeros.unrecorded(rows, whole_of, 100, LIMITS)
    assert found[rows["area"].eq("own")].iloc[-1] == right
    assert not zeros.unrecorded(rows.assign(numerator=1), whole_of, 100, LIMITS).any()


def test_how_often_zeros_are_doubted_is_as_documented(north):
    rows = north.figures("looked_after_own_provision_percent")
    doubted = rows[rows["status"].eq(zeros.STATUS)]
    assert (len(doubted), doubted["area"].nunique()) == (16, 8)


def test_verbs_say_that_a_zero_is_none_and_leave_it_out(north):
    said = north.trend("mind and habits", since=2016)
    name = "looked_after_substance_misuse_percent"
    assert f"can be told for 2022 to 2025 ({zeros.STATUS}: 0 of 385" in said.sentence
    health = north.trend("looked_after_immunised_percent").sentence
    assert "lowest" not in health and f"2023 to 2024 ({zeros.STATUS})" in health
    report = open_report("North Northamptonshire")
    for one in (said, north.trend("health")):
        report.take(one)
    lines = {line["measure"]: line["sentence"] for line in handing.headlines(report)}
    assert not lines.get(name) and not lines.get("looked_after_immunised_percent")


def test_a_sum_whose_part_was_hidden_later_is_hidden_and_bounded(rutland):
    name = "looked_after_starts_emergency_percent"
    found = status(rutland, name)
    hidden = [2013, 2015, 2016, 2017, 2019, 2020, 2021, 2022, 2024]
    assert found == dict.fromkeys(hidden, "suppressed")
    low, high = rutland.allowed(name, pd.Timestamp("2021-03-31"))
    assert low == 0 < high <= 100
    assert (
        "for 2019 to 2022, 2024 (hidden by the publisher)"
        in rutland.trend(name, since=2018).sentence
    )
    # What the release of the time printed stands at its time.
    then = open_report("Rutland", "2021-12-31").own(name)
    assert then.loc[then["period_end"].eq("2021-03-31"), "value"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("ask", "newest", "older"),
    [
        (lambda one: one.trend("looked_after_missing_percent"), "2018 to 2025", "0 of 59"),
        (lambda one: one.trend("looked_after_three_placements_percent"), "2025", "6 of 43"),
        (lambda one: one.rank("looked_after_outside_boundary_percent"), "2025", "25 of 34"),
        (lambda one: one.split("placement_changes", by="reason"), "2022 to 2025", "of 18"),
    ],
)
def test_hidden_newer_years_come_before_an_older_figure(rutland, ask, newest, older):
    said = ask(rutland).sentence
    assert said.index(newest) < said.index(older)
    assert not any(word in said for word in (" up ", " down ", "unchanged"))


def test_a_superlative_holds_for_what_is_hidden_or_is_of_the_years_with_a_figure(rutland):
    said = rutland.trend("care_leavers_19_21_eet_percent", since=2016).sentence
    assert "highest since then of the years with a figure 91% in 2021" in said
    # The health services' share of 2022 is hidden, and the other sources leave it little room.
    name = "referrals_from_health_percent"
    assert rutland.allowed(name, pd.Timestamp("2022-03-31"))[1] < 22.0
    assert "highest since then 22.0% in 2021" in rutland.trend(name, since=2016).sentence


def test_what_came_and_went_is_not_told_from_the_highest_number(rutland):
    flows = ("social_workers", "social_worker_starters", "social_worker_leavers")
    said = rutland.balance(*flows).sentence
    assert "highest year-end number was 22.6, on 30 September 2022. In the 5 years to" in said


@given(st.integers(0, 60), st.sampled_from([5, 10]))
def test_rounding_allows_the_counts_that_round_to_what_is_printed(count, unit):
    printed = unit * count
    nearest = [
        each for each in range(printed + 2 * unit) if (2 * each + unit) // (2 * unit) == count
    ]
    assert rounding.allowed(printed, unit) == (nearest[0], nearest[-1])


def test_a_share_of_rounded_counts_is_bounded_by_all_counts_that_round_so():
    tops, wholes = range(3, 8), range(8, 13)
    shares = [100 * top / whole for top, whole in itertools.product(tops, wholes)]
    found = rounding.ratio_allowed(5, 10, 5, 100)
    assert found == pytest.approx((min(shares), max(shares)))
    assert rounding.ratio_allowed(10, 10, 5, 100)[1] == 100


def test_rounded_counts_leave_share_and_rank_open(rutland):
    said = rutland.rank(FILLED, beside="foster places").sentence
    assert "which allows 25% to 88% (England 60%), and 1st to 11th of 11, highest first" in said
    assert "lowest" not in said and "below England" not in said
    measure, report = measures.get(FILLED), open_report("Medway")
    rows = report.figures(FILLED)
    rows = rows[rows["period_end"].eq("2025-03-31")]
    ranked = comparators.rank(rows, [report.area.code, *report.peers])
    own = ranked[ranked["area"].eq(report.area.code)].iloc[0]
    ends = rounded.spread(ranked, measure)
    places = []
    for mine, theirs in (("low", "high"), ("high", "low")):
        beside = ends.loc[ranked["area"].ne(report.area.code), theirs]
        places.append(1 + int((beside > ends.loc[own.name, mine]).sum()))
    assert reach(ranked, own, measure) == (min(places), max(places))


def test_what_leaves_the_page_has_the_ranks_and_sides_that_rounding_leaves_open():
    """Of 5 to 10 places filled a quarter or all but one can be: paper, workbook and tile say so."""
    report = open_report("Rutland")
    report.take(report.rank(FILLED))
    one = carried.beside(report)[FILLED]
    assert (one["place"], one["rank"], one["of"]) == ("1st to 11th highest of 11", "1 to 11", 11)
    assert one["open"] and one["straddled"] == ["england", "neighbours"]
    row = report.own(FILLED).iloc[-1].to_dict()
    figure = KeyFigure(row | {"period_end": "2025-03-31"}, one, {}, "")
    moved, stands = statements.told(figure)
    assert "which allows 25% to 88%. Rounding leaves open whether it moved from 100%" in moved.text
    assert "below England" not in stands.text and "side of England (60%) and" in stands.text
    assert not [row for row in stands.claims if row["computation"] in ("place", "compare")]


def test_a_rounded_figure_makes_no_line_where_rounding_decides(rutland):
    report = open_report("Rutland")
    report.take(report.rank(FILLED))
    assert not [line for line in handing.headlines(report) if line["sentence"]]
    said = rutland.trend(FILLED).sentence
    assert "Rounding leaves open whether it moved from 33% in 2022." in said


def test_what_a_view_keeps_is_not_changed_by_whoever_asked(rutland):
    asked = window.of(rutland, "referral_rate")
    before = asked.to_list()
    asked.iloc[0] = -1.0
    assert window.of(rutland, "referral_rate").to_list() == before
