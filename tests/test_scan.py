"""Every statement of a fixed sample of areas and dates; and each rule fails where it should."""

from dataclasses import replace

import pandas as pd
import pytest

from tests import rules, scan
from thurrock_analysis import open_report
from thurrock_analysis.findings import handing, matters
from thurrock_analysis.findings.finding import Chart, Finding
from thurrock_analysis.findings.report import Report
from thurrock_analysis.questions import adoption

PLANS = ["child_protection_plans", "child_protection_plan_starts", "child_protection_plan_ends"]
SAMPLE = [
    ("Isles of Scilly", "2016-12-31"),
    ("West Northamptonshire", ""),
]


@pytest.fixture(scope="module")
def thurrock() -> Report:
    return open_report("Thurrock")


@pytest.fixture(scope="module")
def answers(thurrock) -> dict[str, Finding]:
    return {
        "back": thurrock.trend("re_referral_percent", since=2016),
        "rate": thurrock.trend("referral_rate", since=2016),
        "homes": thurrock.trend("care_leavers_17_18_suitable_percent"),
        "orders": thurrock.trend("looked_after_child_arrangements_percent"),
        "entry": open_report("Medway").trend("looked_after_starts_emergency_percent"),
        "rank": thurrock.rank("referral_rate"),
        "joint": thurrock.rank("looked_after_rate"),
        "funnel": thurrock.trend("funnel", since=2016, index=True),
        "groups": thurrock.split(PLANS[1], by="initial category"),
        "plans": thurrock.balance(*PLANS),
        "few": open_report("Rutland").split("looked_after", by="placement type"),
        "routes": adoption.routes(open_report("Rutland")),
        "need": thurrock.expected(),
        "ahead": thurrock.outlook("looked_after_outside_boundary_percent", target=60),
        "chain": thurrock.decompose("plans started", since=2016),
        "bridge": thurrock.bridge("looked_after", "unaccompanied asylum-seeking", since=2016),
        "mix": thurrock.after("section_47_rate"),
    }


@pytest.mark.parametrize("area, date", SAMPLE)
def test_no_statement_breaks_a_rule(area, date):
    assert scan.scan((area, date)) == []


@pytest.mark.parametrize(
    "rule, asked, said, wrong",
    [
        ("bad_words", "back", "of 1,885 referrals", "of 1,885 referrals referrals"),
        ("bad_words", "rate", "down 31% from", "down 31% from 0 in 2015, down 31% from"),
        ("bad_words", "back", "302 of", "nan of"),
        ("bad_words", "back", "302 of 1,885 referrals came", "1 of 1,885 referrals were"),
        ("long_sentences", "back", "referrals came", "and " * 45 + "referrals came"),
        ("other_years", "back", "in 2016", "in 1999"),
        ("wrong_newest", "back", "2024-25", "2023-24"),
        ("wrong_newest", "orders", "can be told for", "is told for"),
        ("wrong_newest", "entry", "can be told for", "is told for"),
        ("wrong_newest", "back", "302 of", "303 of"),
        ("wrong_newest", "back", "(16.0%)", "(16.1%)"),
        ("wrong_newest", "rate", "407.4 referrals", "407.5 referrals"),
        ("wrong_moves", "back", "down 1.5", "up 1.5"),
        ("wrong_moves", "back", "down 1.5", "down 1.4"),
        ("wrong_moves", "back", "from 17.5%", "from 17.4%"),
        ("wrong_moves", "homes", "80%, last in 2021", "80%, last in 2022"),
        ("wrong_moves", "homes", "the same number as the", "up 5 percentage points from"),
        ("wrong_moves", "rate", "down 31% from", "down 32% from"),
        ("wrong_places", "rank", "2nd lowest of 11", "10th highest of 11"),
        ("wrong_places", "rank", "2nd lowest", "3rd lowest"),
        ("wrong_places", "joint", "joint 5th", "5th"),
        ("wrong_gaps", "rank", "22% below", "22% above"),
        ("wrong_gaps", "joint", "11% below", "10% below"),
        ("wrong_falls", "funnel", "(−50%)", "(−51%)"),
        ("wrong_falls", "funnel", "(−73%)", "(−72%)"),
        ("wrong_groups", "groups", "134 (81%)", "134 (80%)"),
        ("wrong_groups", "groups", "at most 10 in 2", "at most 11 in 2"),
        ("wrong_flows", "plans", "823", "824"),
        ("wrong_flows", "plans", "was 291,", "was 281,"),
        ("small_told", "few", "at most 5 in", "5 in"),
        ("small_told", "routes", "adopted at most 10,", "adopted at most 4,"),
        ("small_told", "routes", "adopted at most 10,", "adopted 4,"),
        ("wrong_expected", "need", "where 298", "where 299"),
        ("wrong_expected", "need", "initial child protection conf", "Conf"),
        ("wrong_outlook", "ahead", "63% on", "62% on"),
        ("wrong_outlook", "ahead", "between 59%", "between 58%"),
        ("wrong_outlook", "ahead", "March 2026", "March 2025"),
        ("wrong_outlook", "ahead", "by then is 21", "by then is 22"),
        ("wrong_parts", "chain", "218 fewer", "218 more"),
        ("wrong_parts", "chain", "44 with fewer enquiries", "34 with fewer enquiries"),
        ("wrong_flows", "plans", "1 more than", "1 fewer than"),
        ("wrong_bridge", "bridge", "57 fewer", "57 more"),
        ("wrong_bridge", "bridge", "−22 all", "−21 all"),
        ("wrong_mix", "mix", "199.0", "199.1"),
        ("wrong_mix", "mix", "From 2017", "From 2016"),
    ],
)
def test_a_wrong_statement_breaks_its_rule(answers, rule, asked, said, wrong):
    one = answers[asked]
    assert said in one.sentence and not list(getattr(rules, rule)(one)), one.sentence
    assert list(getattr(rules, rule)(replace(one, sentence=one.sentence.replace(said, wrong))))


def test_a_wrong_figure_table_or_chart_breaks_its_rule(answers, thurrock):
    one = answers["back"]
    hidden = one.figures.assign(value=float("nan"))
    frame = one.shown.frame.assign(re_referral_percent=16.04)
    bare = one.shown.frame.astype("object").assign(why="")
    reasons = pd.DataFrame({"re_referral_percent": ["suppressed"] * len(frame)})
    headline = Chart(one.chart.kind, *one.chart.what, headline="16.04% come back")
    young = replace(thurrock, area=replace(thurrock.area, first_year=2021))
    for rule, wrong in {
        "hidden_told": replace(one, figures=hidden),
        "other_cells": replace(one, shown=replace(one.shown, frame=frame)),
        "other_roundings": replace(one, chart=headline),
        "before_it_existed": replace(one, report=young),
        "empty_cells": replace(one, shown=replace(one.shown, frame=bare)),
    }.items():
        assert not list(getattr(rules, rule)(one)) and list(getattr(rules, rule)(wrong)), rule
    need, chain = answers["need"], answers["chain"]
    for rule, asked, cells in (
        ("wrong_expected", need, need.table.assign(rank="2nd lowest of 151")),
        ("wrong_expected", need, need.table.assign(actual=need.table["low"] - 1)),
        ("wrong_parts", chain, chain.table.assign(part=chain.table["part"] + 1)),
    ):
        other = replace(asked, shown=replace(asked.shown, frame=cells))
        assert not list(getattr(rules, rule)(asked)) and list(getattr(rules, rule)(other)), rule
    shown = replace(one, shown=replace(one.shown, reasons=reasons))
    assert list(rules.hidden_told(shown)) == ["a hidden figure is shown as a number"]


def test_a_wrong_line_of_the_index_breaks_its_rule():
    line = {
        "measure": "looked_after_outside_boundary_percent", "value": "63%", "before": "62%",
        "change": "+1 points", "direction": "same number", "verdict": "usual", "weight": 0.3,
        "sentence": "175 of 276 looked-after children were placed outside the boundary on 31 March "
        "2025 (63%), the same number as the 62% on 31 March 2024.",
    }  # fmt: skip
    assert not list(rules.of_index(line))
    up = line["sentence"].replace("the same number as the", "up 1 percentage point from")
    for wrong in (
        {"sentence": up},
        {"value": "63.4%"},
        {"verdict": "unknown"},
        {"sentence": line["sentence"].replace(" on 31 March 2024", "")},
        {"measure": "looked_after_net_gain", "change": "−27%"},
    ):
        assert list(rules.of_index(line | wrong)), wrong


def test_a_wrong_line_of_the_first_page_breaks_its_rule(thurrock):
    frame = matters.page(matters.rows(thurrock, ["initial_conference_rate"]))
    line = frame.iloc[0].to_dict() | {"box": "matters"}
    assert not list(rules.of_first_page(thurrock, line))
    for said, wrong in {
        "in 2024-25": "in 2023-24", "England 59.2": "England 59.3",
        "was below": "was above",
        "last 5 years": "last 4 years", "lower than": "higher than", "31.7 to": "31.8 to",
    }.items():  # fmt: skip
        assert said in line["sentence"]
        other = line | {"sentence": line["sentence"].replace(said, wrong)}
        assert list(rules.of_first_page(thurrock, other)), said


def test_no_line_of_the_first_page_is_of_a_year_after_which_a_group_is_hidden():
    report = open_report("Rutland", "2018-03-31")
    name = "looked_after_voluntary_percent"
    report.take(report.trend(name))
    assert "can be told for 2017 (" in report.later(name)
    assert not [line for line in handing.headlines(report) if line["sentence"]]
