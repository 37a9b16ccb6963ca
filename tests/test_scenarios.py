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
    # 643,170 assessments and 621,880 referrals in England.
    assert found.table["value"].iloc[-1] == pytest.approx(2198 * 643170 / 621880 - 3361)
    assert "1,088 fewer" in found.sentence
    foster = report.scenario("foster places", share=90, difference=500)
    assert foster.table["value"].tolist() == [155, 80, 144, 90, 500, 59, 59 * 500 * 52]
    agency = report.scenario("agency cap", cap=10).table["value"].iloc[-1]
    assert agency == pytest.approx(35 - 0.1 * (35 + 145.2))
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
