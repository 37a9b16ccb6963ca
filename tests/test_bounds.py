"""Bounds of hidden counts, held against every table that is possible, and against the record."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis import open_report
from thurrock_analysis.findings import bounded, standings, view
from thurrock_analysis.findings.report import Report
from thurrock_analysis.metrics import bounds
from thurrock_analysis.metrics.bounds import UNKNOWN, Sum
from thurrock_analysis.questions import adoption
from thurrock_analysis.record import areas, dictionary, measures

LOCATION, DISTANCE, OUTSIDE = "placement location", "placement distance", "outside the boundary"
END = pd.Timestamp("2025-03-31")


@pytest.fixture(scope="module")
def rutland() -> Report:
    return open_report("Rutland")


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=4), st.sets(st.integers(0, 5)), st.booleans()
)
def test_bounds_reach_the_ends_of_all_tables_that_are_possible(leaves, hidden, exact):
    # 6 = 4 + 5 (exactly or not), 4 = 0 + 1, 5 = 2 + 3; the whole is printed.
    top = [leaves[0] + leaves[1], leaves[2] + leaves[3]]
    cells = [*leaves, *top, sum(leaves) + (not exact)]
    sums = [Sum(4, (0, 1), True), Sum(5, (2, 3), True), Sum(6, (4, 5), exact)]
    known = [UNKNOWN if at in hidden else (float(one), float(one)) for at, one in enumerate(cells)]
    possible = []
    for four in itertools.product(range(cells[6] + 1), repeat=4):
        one = [*four, four[0] + four[1], four[2] + four[3], cells[6]]
        seen = all(one[at] == cells[at] for at in range(6) if at not in hidden)
        fits = sum(four) == cells[6] if exact else sum(four) <= cells[6]
        if seen and fits:
            possible.append(one)
    for chosen in ([0], [4], [5], [1, 2], [4, 5]):
        sizes = [sum(one[at] for at in chosen) for one in possible]
        assert bounds.of_sum(known, sums, chosen) == (min(sizes), max(sizes))


def test_sums_that_are_at_odds_bound_nothing():
    assert bounds.of_sum([(5.0, 5.0), (7.0, 7.0), UNKNOWN], [Sum(0, (1, 2), False)], [2]) is None


@pytest.mark.parametrize(
    ("low", "right"), [(27, (25, 30)), (25, (25, 30)), (24, (24, 24)), (3, (0, 5))]
)
def test_what_is_left_small_is_not_to_be_subtracted(low, right):
    assert bounds.guarded((low, low), 0, 30, 0) == right


def test_two_hidden_cells_that_sum_to_13_are_not_both_small():
    # Thurrock's leavers of 2023-24 by age: 144 of whom 131 are printed.
    report = open_report("Thurrock")
    end = "2024-03-31"
    rows = report.own("looked_after_ceased", breakdown="age")
    rows = rows[rows["period_end"].eq(end)]
    hidden = rows.loc[rows["value"].isna(), "group"]
    assert len(hidden) == 2 and rows["value"].sum() == 131
    for group in hidden:
        assert report.limits("looked_after_ceased", "age", [group], end) == (0, 13)


def test_a_hidden_place_is_bounded_by_the_printed_distances(rutland):
    rows = rutland.own("looked_after", breakdown=DISTANCE)
    rows = rows[rows["period_end"].eq(END) & rows["group"].str.startswith(OUTSIDE)]
    assert rows["value"].notna().all() and rows["value"].sum() == 27
    assert rutland.limits("looked_after", LOCATION, [OUTSIDE], END) == (27, 32)
    # The five inside are hidden: nothing that is told lets them be subtracted.
    assert rutland.limits("looked_after", LOCATION, ["inside the boundary"], END) == (0, 5)
    assert "at least 27 of 32" in rutland.later("looked_after_outside_boundary_percent")
    assert "(74%); England 42%. By what is known of 2025 it is higher since." in (
        rutland.trend("looked_after_outside_boundary_percent").sentence
    )


def test_the_only_group_of_a_breakdown_is_not_the_whole(rutland):
    group = ["unaccompanied asylum-seeking"]
    assert rutland.limits("looked_after_starts", "unaccompanied", group, END) == (0, 15)


def test_ways_out_of_care_that_are_hidden_are_bounded_together(rutland):
    said = adoption.routes(rutland).sentence
    assert "guardianship at most 10, together at most 10." in said
    assert "together" not in adoption.routes(open_report("Thurrock")).sentence


def test_current_figures_come_before_those_that_are_hidden_since(rutland):
    lines = rutland.trend("attendance", "distance", since=2017).sentence.split("\n")
    old = ["o figure of " in line.partition(" can be told for ")[0] for line in lines]
    assert old == sorted(old) and 0 < sum(old) < len(old)


def test_hidden_and_not_held_are_told_apart_and_none_is_left_out(rutland):
    lines = rutland.trend("suspension", since=2017).sentence.split("\n")
    assert "for 2017 to 2024 (hidden or not held: one sign is printed for both)." in lines[1]
    health = rutland.trend("health", since=2017).sentence
    assert "(marked as not applicable in 2020, 2023; hidden by the publisher in 2021 to" in health
    assert "(hidden or not held" in rutland.trend("attainment at 11", since=2017).sentence
    # Of 15 who started any number can be unaccompanied, which is to say nothing of them.
    started = rutland.trend("looked_after_starts_unaccompanied_percent", since=2021).sentence
    assert "for 2021 to 2025 (hidden by the publisher)." in started
    # Health services' share of 2022 has one sign for two reasons; the number behind it has one.
    source = rutland.trend("referrals_from_health_percent", since=2021).sentence
    assert "for 2022 (hidden by the publisher)." in source


def test_a_rank_whose_newest_years_are_hidden_gives_way_to_the_farthest_current(rutland):
    asked = "looked_after_persistent_absence_percent"
    found = rutland.rank(asked, beside="education")
    assert found.sentence.startswith("Rutland: no figure of looked-after children who were persi")
    assert "2021-22" not in found.sentence
    shown = found.table["label"].tolist()
    assert shown.index(measures.get(asked).label) > shown.index(
        measures.get("children_in_need_persistent_absence_percent").label
    )
    current = [name for name in view.named("education") if rutland.years(name)]
    current = [name for name in current if not rutland.later(name)]
    sizes = {
        name: abs(standings.stands(rutland, name, rutland.years(name)[-1]).size) for name in current
    }
    first = max(sizes, key=lambda name: sizes[name] if sizes[name] == sizes[name] else -1)
    assert measures.get(first).phrase.removeprefix("of ") in found.sentence


def test_limits_of_rounded_counts_hold_all_that_rounding_allows(rutland):
    found = rutland.rank("foster_places_filled_percent")
    own = found.table.set_index("area").loc["Rutland"]
    assert "allows 25% to 88%" in found.sentence
    assert own["lower"] < 25 and own["upper"] > 88


def test_hidden_groups_are_told_as_their_bounds():
    said = open_report("Rutland", "2018-03-31").split(
        "child_protection_plan_starts", by="initial category"
    )
    assert "; at most 5 in 2 groups whose numbers are hidden" in said.sentence


def test_sums_of_the_dictionary_hold_wherever_all_of_them_is_printed(rutland):
    own = {code for code, area in areas.table().items() if area.level == "authority"}
    rows = dictionary.read("totals")
    checked = 0
    for row in rows[rows["exact"].eq("yes")].to_dict("records"):
        parts = rutland.figures(row["measure"], breakdown=row["of"])
        parts = parts[parts["status"].ne("not applicable")]
        if row["parts"]:
            parts = parts[parts["group"].isin(row["parts"].split(bounded.LIST))]
        whole = rutland.figures(row["measure"], breakdown=row["breakdown"])
        whole = whole[whole["group"].eq(row["group"])]
        keys = ["area", "period_end"]
        each = parts.groupby(keys, observed=True).agg(
            value=("value", lambda one: one.sum(skipna=False)),
            release=("release", "last"),
            releases=("release", "nunique"),
        )
        both = (
            whole.set_index(keys)[["value", "release"]].add_suffix("_all").join(each, how="inner")
        )
        both = both[both["releases"].eq(1) & both["release"].eq(both["release_all"])]
        both = both.dropna()
        both = both[both.index.get_level_values("area").isin(own)]
        both = both[both.index.get_level_values("period_end").year >= 2019]
        assert both["value_all"].eq(both["value"]).all(), row
        checked += len(both)
    assert checked > 3000
