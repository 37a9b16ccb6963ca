"""What to ask next: only what stands apart raises a question, and each is one that can be asked."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from test_first_page import line
from test_refresh_render import WORDS
from test_usual import CAUSAL

from thurrock_analysis import open_report, words
from thurrock_analysis.findings import matters, open_questions
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import Payload
from thurrock_analysis.record import dictionary, measures

ROWS = dictionary.rows("open_questions")


def test_every_measure_has_a_question_on_each_side_that_is_not_the_better_one():
    sides = {"none": {"high", "low"}, "high": {"low"}, "low": {"high"}}
    wanted = {
        (row["measure"], side)
        for row in dictionary.rows("matters")
        for side in sides[measures.get(row["measure"]).polarity]
    }
    assert wanted == {(row["measure"], row["side"]) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['measure']} {row['side']}")
def test_a_question_is_one_sentence_without_a_cause(row):
    assert re.fullmatch(r"[A-Z][^?]*\?", row["question"])
    assert not re.search(rf"{CAUSAL}|\bwhy\b", row["question"], re.I)
    assert "; ask " in row["where"] or row["where"].endswith("ask its head")


def questions(*lines, moved=None):
    return [one["measure"] for one in open_questions.raised(matters.page(lines, moved or {}))]


def test_only_what_stands_apart_and_is_not_better_raises_a_question_the_firmest_first():
    """One a topic, and three at most."""
    far = line("looked_after_rate", 4.0, topic="looked after")
    same = line("looked_after_start_rate", 3.9, topic="looked after")
    alone = line("caseload", 2.1, topic="workforce")
    near = line("referral_rate", 1.0, topic="demand")
    hidden = line("referral_rate", 0, topic="demand", hidden="suppressed")
    assert questions(alone, far, same, near) == ["looked_after_rate", "caseload"]
    assert questions(near, hidden) == []
    names = ("referral_rate", "section_47_rate", "looked_after_rate", "unit_cost_residential")
    assert len(questions(*(line(name, 4.0, topic=name) for name in names))) == 3


def test_what_is_better_raises_no_question_even_if_its_side_had_one(monkeypatch):
    read = dictionary.rows
    spare = [ROWS[0] | {"measure": "caseload", "side": side} for side in ("high", "low")]
    with_spare = {"open_questions": spare}
    monkeypatch.setattr(dictionary, "rows", lambda name: with_spare.get(name) or read(name))
    for z, raised in ((5.0, ["caseload"]), (-5.0, [])):
        assert questions(line("caseload", z, topic="workforce")) == raised


def test_a_change_raises_a_question_for_its_side_only_where_it_is_larger_than_usual():
    near = line("referral_rate", 0.5, topic="demand")
    table = {row["side"]: row["question"] for row in ROWS if row["measure"] == "referral_rate"}
    for change, side in (("+40%", "high"), ("−40%", "low"), ("from zero", "high")):
        told = {"verdict": "larger", "change": change, "direction": "up"}
        [one] = open_questions.raised(matters.page([near], {"referral_rate": told}))
        assert one["question"] == table[side]
        usual = told | {"verdict": "usual"}
        assert questions(near, moved={"referral_rate": usual}) == []
        assert questions(near, moved={"referral_rate": told | {"direction": "better"}}) == []


def said(entries, area="Thurrock"):
    soup = BeautifulSoup(index_page(entries, WORDS | {"area": area}), "html.parser")
    return soup, soup.find(id="ask")


def entry(name, *lines):
    figure = {"measure": "referrals", "period_end": "2025-03-31", "basis": "in year", "value": 1.0}
    anchors = {one["measure"]: "here" for one in lines}
    return Entry(name, name, page=True, payload=Payload(name, [figure], [*lines]), anchors=anchors)


def test_the_first_page_asks_or_says_that_there_is_nothing_to_ask():
    soup, asked = said([entry("demand", line("section_47_rate", -4.0))])
    [question] = asked.find_next_sibling("ul").select("li")
    [low] = [r for r in ROWS if r["measure"] == "section_47_rate" and r["side"] == "low"]
    assert question.strong.get_text() == low["question"] and low["where"] in question.get_text()
    assert question.a["href"] == "demand.html#here"
    _, asked = said([entry("demand", line("section_47_rate", -1.0))])
    assert asked.find_next_sibling("p").get_text().startswith("Nothing:")
    _, asked = said([entry("demand", line("section_47_rate", 0))])
    assert asked is None, "where nothing is set beside others nothing is said to be ordinary"


def test_a_measure_is_linked_to_its_own_notebook_and_a_forecast_to_the_outlook():
    far = line("looked_after_outside_boundary_percent", 4.0)
    ahead = {"box": "ahead", "sentence": "Next.", "weight": 1.0, "measure": far["measure"]}
    soup, asked = said([entry("outlook", far, ahead), entry("placements", far)])
    assert asked.find_next_sibling("ul").a["href"] == "placements.html#here"
    links = [item.a["href"] for item in soup.select("ol.headlines li")]
    assert links == ["placements.html#here", "outlook.html#here"]
    only, _ = said([entry("outlook", far, ahead)])
    assert only.select_one("ol.headlines a")["href"] == "outlook.html#here"


def test_a_joint_return_is_said_where_no_figure_of_the_area_alone_is_shown():
    row = {"measure": "caseload", "period_end": "2025-09-30", "basis": "at date", "value": 1.0}
    for area in ("North Northamptonshire", "Richmond upon Thames"):
        soup, _ = said([entry("workforce", line("referral_rate", 1.0))], area)
        told = [one.get_text() for one in soup.select(".joint")]
        [workforce] = [one for one in told if one.startswith("Children's social work workforce")]
        assert f"no figure of {area} alone" in workforce and " / " in workforce
    held = Entry("one", "one", page=True, payload=Payload("one", [row], []))
    soup, _ = said([held], "Richmond upon Thames")
    assert soup.select(".joint") == []
    soup, _ = said([entry("workforce")], "Thurrock")
    assert soup.select(".joint") == []


def test_a_notebook_ends_with_what_its_figures_leave_open():
    report = open_report("Rutland")
    for name in ("looked_after_three_social_workers_percent", "referral_rate"):
        report.take(report.rank(name))
    from thurrock_analysis.findings import handing

    told = handing.left_open(handing.headlines(report))
    assert "Which children changed workers" in told and "referrals per" not in told
    calm = open_report("Rutland")
    calm.take(calm.rank("referral_rate"))
    assert handing.left_open(handing.headlines(calm)).startswith("**No figure here")
    assert handing.left_open(handing.headlines(open_report("Rutland"))) == ""


@pytest.mark.parametrize(("first", "last", "percent", "right"), [
    (31.0, 24.0, -24.2, " before rounding"), (64.0, 60.0, -6.25, ""), (0.0, 5.0, float("nan"), ""),
    (64.0, 60.0, -4.4, " before rounding"),
])  # fmt: skip
def test_a_change_follows_from_the_figures_as_printed_or_says_that_it_does_not(
    first, last, percent, right
):
    row = pd.Series({"value_first": first, "value_last": last, "percent": percent})
    assert words.unrounded(row, measures.get("looked_after_rate")) == right
