"""Scenarios: sums by hand, what each rests on, and what cannot be assumed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import open_report
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics.scenarios import evaluate
from thurrock_analysis.record import dictionary

NAMES = dictionary.read("scenarios")["scenario"].unique()


@given(st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 99))
def test_a_formula_is_worked_out_as_python_does(a, b, c):
    names = {"a": a, "b": b, "c": c}
    for formula in ("a + b * c", "(a - b) / c", "max(0, min(a, b) - c)", "a - b - c"):
        assert evaluate(formula, names) == eval(formula, {}, names)


@pytest.mark.parametrize("wrong", ["d", "a ** 2", "a.real", "__import__('os')", "a if a else a",
                                   "(a", "'a'", "max(a, key=a)"])  # fmt: skip
def test_a_formula_that_is_no_sum_is_refused(wrong):
    with pytest.raises(ThurrockError, match="is no sum"):
        evaluate(wrong, {"a": 1})


def test_sums_are_those_made_by_hand():
    report = open_report("Thurrock")
    found = report.scenario("assessments")
    # 643,170 assessments and 621,880 referrals in England: 103.4 for each 100, and 2,273.
    assert found.table["value"].tolist() == [2198, 3361, 103.4, 2273, -1088]
    assert "1,088 fewer" in found.sentence
    foster = report.scenario("foster places", share=90, difference=500)
    assert foster.table["value"].tolist() == [155, 80, 144, 90, 500, 59, 59 * 500 * 52]
    agency = report.scenario("agency cap", cap=10).table["value"].iloc[-1]
    assert agency == 17.0  # 35.0 without 18.0, a tenth of 180.2
    assert "13 of 144" in report.scenario("foster places").sentence  # 60% of 155 is 93, not 92.4
    assert report.scenario("inside the boundary").table["value"].iloc[-1] == 138 - 101


@pytest.mark.parametrize("name", NAMES)
def test_each_says_that_it_is_arithmetic_and_names_every_assumption(name):
    for place in ("Medway", "Rutland", "City of London", "London"):
        found = open_report(place).scenario(name)
        assert "{" not in found.sentence and "nan" not in found.sentence
        assert not found.held or "no forecast" in found.doubt
        assert found.held or "cannot be made" in found.sentence
        if found.held:
            origins = found.table["origin"]
            assert origins.str.match(r"held, \d{4}|assumed|= ").all()
            assert origins.str.startswith("assumed").any()


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_assumed_is_refused_in_a_sentence(name):
    report = open_report("Medway")
    rows = dictionary.read("scenarios").query("scenario == @name and kind == 'assumed'")
    for step in rows.itertuples():
        for value in (float(step.low) - 1, float(step.high) + 1, float("nan")):
            said = re.escape(f"lies between {step.low} and {step.high}")
            with pytest.raises(ThurrockError, match=said):
                report.scenario(name, **{step.name: value})
        report.scenario(name, **{step.name: float(step.low)})
    with pytest.raises(ThurrockError, match="assumes no 'nothing'"):
        report.scenario(name, nothing=1)


def test_an_old_year_is_told_as_old():
    found = open_report("Rutland").scenario("inside the boundary")
    assert found.sentence.startswith("Rutland, 2021: ")
    assert "For 2022 to 2025 not all of these figures are printed or held." in found.doubt


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["Thurrock", "Essex", "London"])
def test_what_is_printed_gives_what_is_printed(place, name):
    found = open_report(place).scenario(name)
    rows = found.table.assign(shown=found.shown.texts()["Figure"])
    signs = {"£": "", ",": "", "%": "", "−": "-", "+": ""}
    printed = {}
    for row in rows.itertuples():
        printed[row.name] = float("".join(signs.get(one, one) for one in row.shown))
        if row.origin.startswith("= "):
            made = evaluate(row.origin[2:], printed)
            decimals = len(row.shown.partition(".")[2].rstrip("%"))
            assert round(abs(made - printed[row.name]), 6) <= 0.5 * 10.0**-decimals


def test_a_council_that_is_there_already_is_told_so():
    for place, name in (("Essex", "agency cap"), ("Essex", "inside the boundary")):
        assert open_report(place).scenario(name).sentence.endswith("Essex is there already.")
    # 505 of 815 places are more than 60 in 100 already: nothing of rounding is left to tell.
    assert open_report("Hampshire").scenario("foster places").sentence.endswith("there already.")
    assert "fewer than five" in open_report("Rutland").scenario("foster places").sentence
    gap = open_report("England").scenario("assessments")
    assert not gap.held and "the figure of England itself. Name ratio." in gap.sentence
    assert open_report("England").scenario("assessments", ratio=100).held


def test_an_assumption_is_told_as_it_is_taken():
    with pytest.raises(ThurrockError, match="takes a number with at most 0 decimals, and 59.6"):
        open_report("Thurrock").scenario("foster places", share=59.6)
