"""Bounds of hidden counts, held against a linear programme over the same parts and total."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from thurrock_analysis import open_report
from thurrock_analysis.metrics import bounds


def solved(parts: list[float], total: float, chosen: list[bool]) -> list[float]:
    """Return the least and the most of a sum of parts, as a solver finds them."""
    limits = [(0, None) if np.isnan(part) else (part, part) for part in parts]
    one = np.asarray(chosen, dtype=float)
    ends = [
        linprog(sign * one, A_eq=[[1.0] * len(parts)], b_eq=[total], bounds=limits)
        for sign in (1, -1)
    ]
    return [ends[0].fun, -ends[1].fun]


def guarded(ends: list[float], hidden: bool) -> list[float]:
    """Return the ends of what is hidden, a remainder up to five as none to five."""
    return [0, 5] if hidden and ends[1] < 5.5 else ends


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), min_size=1))
def test_bounds_are_those_of_the_linear_programme(made):
    total = float(sum(count for count, *_ in made))
    parts = [np.nan if hide else float(count) for count, hide, _ in made]
    chosen = [among for *_, among in made]
    unseen = [among and hide for _, hide, among in made]
    printed = sum(count for count, hide, among in made if among and not hide)
    right = [printed + end for end in guarded(solved(parts, total, unseen), any(unseen))]
    assert bounds.of_sum(parts, total, chosen) == pytest.approx(right)
    for place, found in enumerate(bounds.intervals(parts, total)):
        alone = [at == place for at in range(len(parts))]
        right = guarded(solved(parts, total, alone), hidden=made[place][1])
        assert found == pytest.approx(right)


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
