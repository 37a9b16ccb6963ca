"""Stocks and flows: opening + in - out against closing."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.metrics.flows import stock_flow
from thurrock_analysis.record import store

COUNTS = st.integers(0, 1000)


def figures(stock, starts, ends, first=2015):
    years = range(first, first + len(stock))
    rows = [("s", year, value) for year, value in zip(years, stock, strict=True)]
    rows += [("i", year, value) for year, value in zip(years, starts, strict=True)]
    rows += [("o", year, value) for year, value in zip(years, ends, strict=True)]
    frame = pd.DataFrame(rows, columns=["measure", "year", "value"])
    return frame.assign(period_end=pd.to_datetime(frame["year"].astype(str) + "-03-31"))


@settings(max_examples=40)
@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=2, max_size=8))
def test_the_unexplained_is_what_the_flows_leave(years):
    stock, starts, ends = zip(*years, strict=True)
    table = stock_flow(figures(stock, starts, ends), "s", "i", "o")
    assert table.index.tolist() == list(range(2016, 2015 + len(years)))
    for at, year in enumerate(table.index, start=1):
        row = table.loc[year]
        assert row["opening"] == stock[at - 1]
        assert row["opening"] + row["starts"] - row["ends"] == row["expected"]
        assert row["expected"] + row["unexplained"] == row["closing"] == stock[at]


@settings(max_examples=40)
@given(COUNTS, st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=8))
def test_a_closed_system_leaves_nothing_unexplained(opening, flows):
    stock = [opening]
    for start, end in flows:
        stock.append(stock[-1] + start - end)
    starts, ends = zip((0, 0), *flows, strict=True)
    table = stock_flow(figures(stock, starts, ends), "s", "i", "o")
    assert (table["unexplained"] == 0).all()


def test_a_year_without_all_four_numbers_is_left_out():
    frame = figures([10, 12, 14, 16], [5, 5, 5, 5], [3, 3, 3, 3])
    frame = frame[~(frame["measure"].eq("s") & frame["year"].eq(2016))]
    assert stock_flow(frame, "s", "i", "o").index.tolist() == [2018]


# DfE, Children in need, d1: plans of Thurrock, 201 on 31 March 2015, 326 started in 2015-16, 291
# a year later. The record adds how many ended.
def test_the_plans_of_thurrock(shipped):
    rows = store.as_at(shipped[shipped["area"].eq("E06000034")], "2025-11-24")
    rows = rows[rows["breakdown"].eq("all") & rows["origin"].eq("published")]
    table = stock_flow(
        rows, "child_protection_plans", "child_protection_plan_starts", "child_protection_plan_ends"
    )
    year = table.loc[2016]
    assert year[["opening", "starts", "closing"]].tolist() == [201, 326, 291]
    assert year["unexplained"] == 291 - (201 + 326 - year["ends"])
