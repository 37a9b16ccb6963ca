"""Another model of statistical neighbours: where it answers otherwise, and only there."""

import re

import pytest

from thurrock_analysis import figures, open_report
from thurrock_analysis.findings import models
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.record import areas, dictionary, measures

NAMES = [*grouping("standing"), *grouping("need")]


def answers(code, name, model):
    """Return third and side of an area, counted from the front door and the list of neighbours."""
    rows = dictionary.read("neighbours").query("area == @code and model == @model")
    values = figures(name, wide="year")
    values.index = [areas.find(each).code for each in values.index]
    year = values.loc[code].dropna().index[-1]
    others = values.loc[[one for one in rows["neighbour"] if one in values.index], year].dropna()
    if len(others) < len(rows) / 2:
        return None
    own = values.loc[code, year]
    ahead = (others > own).sum() + (others == own).sum() / 2
    mean = round(others.mean() + 1e-9, measures.get(name).decimals)
    return int(3 * ahead / (len(others) + 1)), int(own > mean) - int(own < mean)


@pytest.mark.parametrize("area", ["Thurrock", "Rutland"])
def test_another_model_is_told_where_it_answers_otherwise(area):
    report = open_report(area)
    thirds, sides = set(), set()
    for name in [one for one in dict.fromkeys(NAMES) if report.years(one)]:
        said = models.otherwise(report, [name])
        both = [answers(report.area.code, name, model) for model in ("May 2025", "April 2021")]
        if None in both or measures.get(name).is_count:
            assert not said
            continue
        (third, side), (other_third, other_side) = both
        assert ("another third" in said) == (third != other_third), name
        assert bool(re.search("above their mean, not|below their mean, not", said)) == (
            side * other_side < 0
        ), name
        thirds.add(third != other_third)
        sides.add(side * other_side < 0)
    assert thirds == {True, False}
    assert sides == {True, False}


def test_where_no_model_was_in_force_before_nothing_is_told():
    for area, date in (("Medway", "2022-12-31"), ("England", ""), ("South East", "")):
        report = open_report(area, date)
        assert areas.earlier_neighbours(report.area, report.as_at).empty
        assert not models.otherwise(report, ["looked_after_rate"])


def test_many_other_answers_are_told_a_few_in_a_sentence():
    said = models.otherwise(open_report("Hampshire"), grouping("education"))
    assert said.count(" of 11)") > 4
    assert max(len(one.split()) for one in said.split(". ")) <= 40


def test_a_ranking_among_all_knows_no_model():
    report = open_report("Thurrock")
    assert "April 2021 model" in report.rank("looked_after_start_rate").doubt
    assert "April 2021 model" not in report.rank("looked_after_start_rate", among="all").doubt


def test_the_line_of_neighbours_is_the_mean_of_the_same_members():
    report = open_report("Thurrock")
    line = report.compare("initial_conference_rate")
    line = line[line["area"].eq("neighbours (mean)")].set_index("period_end")["value"]
    wide = figures("initial_conference_rate", wide="year")
    codes = {one: areas.find(one).code for one in wide.index}
    rows = wide[[codes[one] in set(report.neighbours["neighbour"]) for one in wide.index]]
    rows = rows[line.index.year].dropna()
    assert 5 <= len(rows) < 10
    assert line.tolist() == [pytest.approx(mean, abs=0.0501) for mean in rows.mean()]
    every = report.rank("referral_rate", beside="standing").table.set_index("label")
    near = wide[[codes[one] in set(report.neighbours["neighbour"]) for one in wide.index]][2025]
    label = "initial child protection conferences per 10,000 children"
    assert every.loc[label, "Neighbours, mean"] == pytest.approx(near.mean(), abs=0.0501)
