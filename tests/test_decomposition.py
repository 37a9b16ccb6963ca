"""A change split along a chain: exact, whatever the order, and told as it is."""

import math
import re
from decimal import Decimal, getcontext

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import open_report
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import unusual
from thurrock_analysis.metrics import decomposition
from thurrock_analysis.record import dictionary

FACTORS = st.floats(1e-3, 1e4)
PAIRS = st.lists(st.tuples(FACTORS, FACTORS), min_size=1, max_size=6)
COUNTS = st.tuples(st.floats(1, 1e4), st.floats(1, 1e8))


def scale(*numbers: float) -> float:
    """Return how far apart sums of such numbers may lie by their binary fractions."""
    return 1e-9 * max(1.0, *map(abs, numbers))


@given(PAIRS, st.randoms())
def test_parts_add_up_in_any_order(pairs, chance):
    first, last = zip(*pairs, strict=True)
    parts = decomposition.parts(first, last)
    room = scale(math.prod(first), math.prod(last), *parts)
    assert sum(parts) == pytest.approx(math.prod(last) - math.prod(first), abs=room)
    order = list(range(len(pairs)))
    chance.shuffle(order)
    again = decomposition.parts([first[i] for i in order], [last[i] for i in order])
    assert again == pytest.approx([parts[i] for i in order], abs=room)
    back = decomposition.parts(last, first)
    assert back == pytest.approx([-part for part in parts], abs=room)


@given(st.lists(FACTORS, min_size=1, max_size=6), FACTORS)
def test_what_stands_still_has_no_part(factors, moved):
    assert decomposition.parts(factors, factors) == [0.0] * len(factors)
    parts = decomposition.parts([*factors, 1.0], [*factors, moved])
    assert parts[:-1] == [0.0] * len(factors)


def test_parts_are_those_worked_by_hand():
    # A product that goes from 1 to e to the third: its mean is (e^3 - 1) / 3, its logs 2 and 1.
    third = (math.e**3 - 1) / 3
    found = decomposition.parts([1.0, 1.0], [math.e**2, math.e])
    assert found == pytest.approx([2 * third, third], rel=1e-12)


def test_parts_are_those_of_fifty_decimals():
    getcontext().prec = 50
    levels = [[40941, 2423, 763, 381, 326], [46271, 1885, 476, 116, 108]]
    chains = [[Decimal(row[0]), *(Decimal(b) / a for a, b in zip(row, row[1:], strict=False))]
              for row in levels]  # fmt: skip
    mean = Decimal(108 - 326) / (Decimal(108) / 326).ln()
    exact = [float(mean * (b / a).ln()) for a, b in zip(*chains, strict=True)]
    found = decomposition.parts(*(decomposition.ratios(row) for row in levels))
    assert found == pytest.approx(exact, rel=1e-12)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=4))
def test_number_mix_and_costs_add_up(pairs):
    first, last = zip(*pairs, strict=True)
    number, mix, costs = decomposition.mixed(first, last)
    before, after = (sum(spend for _, spend in groups) for groups in (first, last))
    room = scale(before, after, number, mix, *costs)
    assert number + mix + sum(costs) == pytest.approx(after - before, abs=room)
    doubled = [(2 * count, 2 * spend) for count, spend in first]
    number, mix, costs = decomposition.mixed(first, doubled)
    assert number == pytest.approx(before, rel=1e-9)
    assert [mix, *costs] == pytest.approx([0] * (1 + len(first)), abs=scale(before))


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=7))
def test_rounded_parts_add_up_to_the_rounded_whole(sizes):
    total = sum(sizes)
    found = decomposition.whole(sizes, total)
    assert sum(found) == pytest.approx(total, abs=0.5 + 1e-6)
    assert all(part == int(part) and abs(part - size) <= 1 + 1e-6
               for part, size in zip(found, sizes, strict=True))  # fmt: skip


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan")])
def test_a_factor_without_a_logarithm_is_refused(wrong):
    with pytest.raises(ThurrockError, match="above zero"):
        decomposition.parts([1.0, wrong], [1.0, 1.0])


def test_the_fall_of_plans_is_mostly_fewer_conferences():
    rows = open_report("Thurrock").decompose("plans started", since=2016).table
    logs = [math.log(1 + moved / 100) for moved in rows["ratio"][1:5]]
    assert [round(100 * one / sum(logs)) for one in logs] == [30, 18, 58, -7]
    assert rows["share"][:5].sum() == pytest.approx(100)


@pytest.mark.parametrize("place", ["Thurrock", "London"])
@pytest.mark.parametrize("chain", dictionary.read("chains")["chain"].unique())
def test_what_is_told_adds_up_to_the_last_digit(place, chain):
    found = open_report(place).decompose(chain)
    if not found.held:
        assert "cannot be split" in found.sentence
        return
    *parts, total = found.table["part"]
    assert sum(parts) == pytest.approx(total, abs=1e-6)
    assert found.draw().told.startswith("Chart of a change: ")
    assert not re.search(r"because|due to|caused|led to|drove", found.sentence + found.doubt)
    own = found.figures.query("breakdown == 'all'")
    outcome = own[own["measure"].eq(dictionary.read("chains").query("chain == @chain")
                                    ["measure"].iloc[-1])]  # fmt: skip
    by_year = outcome.set_index(outcome["period_end"].dt.year)["value"]
    first, last = map(int, re.findall(r"\d{4}", found.shown.caption))
    room = 1e5 if by_year.max() > 1e6 else 1e-6
    assert by_year[last] - by_year[first] == pytest.approx(total, abs=room)


def test_a_hidden_step_ends_the_split_before_it():
    found = open_report("City of London").decompose("plans started", since=2016)
    assert "in 2018-19" in found.sentence and "hidden by the publisher" in found.doubt
    with pytest.raises(ThurrockError, match="There is no chain 'plan started'"):
        open_report("Thurrock").decompose("plan started")
    assert isinstance(found.table, pd.DataFrame) and len(found.table) == 6


def test_steps_have_the_verdict_of_their_ratio_and_no_other():
    """The ratio of a step is a measure; the first step, residents, has no usual movement."""
    report = open_report("Thurrock")
    found = report.decompose("plans started", since=2016)
    names = [
        "referral_rate",
        "section_47_per_100_referrals",
        "initial_conferences_per_100_section_47",
        "plan_starts_per_100_initial_conferences",
    ]
    alone = [unusual.changed(report, name, 2016, 2025).kind for name in names]
    assert found.table["verdict"].tolist() == ["–", *alone, "–"]
    assert set(alone) == {"usual"}
    assert "fewer conferences for each enquiry" in found.doubt.partition(":")[0]
    assert "verdict" not in report.decompose("looked-after children").table


def test_a_step_larger_than_usual_is_said_to_be_so_by_itself():
    """More enquiries for each referral since 2022, whatever else the chain holds."""
    found = open_report("North Northamptonshire").decompose("plans started", since=2022)
    assert "larger by itself" in found.table["verdict"].tolist()
    assert "Each step is held against the usual by itself; where its ratio is told" in found.doubt
    assert "among so many" not in found.doubt
    assert "by itself" not in open_report("Thurrock").decompose("plans started", since=2016).doubt
