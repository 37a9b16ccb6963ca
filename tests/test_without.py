"""Ranks without some children: counted anew, and bounded where a count is hidden."""

import pytest

from thurrock_analysis import figures, open_report
from thurrock_analysis.findings import without
from thurrock_analysis.record import areas


def rates(report, kind, year):
    """Count children who are not unaccompanied, for each 10,000 who live there."""
    starts = figures(kind, wide="year")[year]
    alone = report.figures(kind, breakdown="unaccompanied")
    alone = alone[alone["period_end"].eq(f"{year}-03-31")].set_index("area")["value"]
    people = figures("population_0_17", wide="year")[year - 1]
    codes = [areas.find(name).code for name in starts.index]
    left = starts.set_axis(codes) - alone
    return 10_000 * left / people.set_axis([areas.find(name).code for name in people.index])


@pytest.mark.parametrize("area", ["Thurrock", "Essex"])
def test_starts_without_unaccompanied_children_are_ranked_anew(area):
    report = open_report(area)
    found = rates(report, "looked_after_starts", 2025).reindex([report.area.code, *report.peers])
    own, others = found.iloc[0], found.iloc[1:]
    said = without.told(report, ["looked_after_start_rate"], report.peers)
    assert f"there were {own:.1f} children starting" in said
    assert f"mean of the others is {others.round(1).mean():.1f}." in said
    higher = int((others.round(1) > round(own, 1)).sum())
    rank = {"Thurrock": "5th highest of 11", "Essex": "lowest of 11"}[area]
    assert rank in said and higher == {"Thurrock": 4, "Essex": 10}[area]
    assert said in report.rank("looked_after_start_rate").doubt
    assert said not in report.rank("referral_rate").doubt


def test_hidden_counts_leave_a_rank_open():
    """A hidden count can be nobody or all: the printed one lies between."""
    report = open_report("Thurrock")
    name, breakdown = "looked_after_starts", "unaccompanied"
    printed = report.figures(name, breakdown=breakdown)
    peer = areas.find("Bexley").code  # 17.4 without, just below 17.7
    hidden = printed.assign(value=printed["value"].mask(printed["area"].eq(peer)))
    report._kept["figures", name, breakdown] = hidden
    assert report.figures(name, breakdown=breakdown)["value"].isna().sum() > 0
    said = without.told(report, ["looked_after_start_rate"], report.peers)
    assert "between 5th and 6th highest of 11, as hidden counts allow." in said
    assert "mean of the others" not in said
    own = printed.assign(value=printed["value"].mask(printed["area"].eq(report.area.code)))
    report._kept["figures", name, breakdown] = own
    assert not without.told(report, ["looked_after_start_rate"], report.peers)


def test_nothing_is_said_where_it_is_not_known():
    for area, date in (
        ("Rutland", ""),
        ("South East", ""),
        ("England", ""),
        ("Essex", "2018-03-31"),
    ):
        report = open_report(area, date)
        assert not without.told(report, ["looked_after_start_rate"], report.peers)
