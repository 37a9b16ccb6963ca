"""Adoption: stages against a slow walk, list 10, and what the two differ by."""

from datetime import date

import making_returns
import pandas as pd
import pytest
import slow_care as slow
from asking import ENDS, HEADER, YEARS, computed, told
from hypothesis import given, settings

from thurrock_analysis.indicators import compute, example, list_10, periods
from thurrock_analysis.indicators.reconciliation import reconcile_adoption
from thurrock_analysis.returns.returns import NotInReturnsError

YEAR = periods.years(2022, 2022)
AD1 = [
    {"CHILD": str(child), "DATE_INT": f"201{child}-05-01", "DATE_MATCH": f"20{child + 16}-02-03",
     "FOSTER_CARE": str(child % 2), "YEAR": "2020"}
    for child in range(9)
]  # fmt: skip
MATCH = {row["CHILD"]: slow.day(row["DATE_MATCH"]) for row in AD1}
BEFORE = [{"CHILD": "0", "DATE_MATCH": "2011-01-01", "FOSTER_CARE": "1", "YEAR": "2018"}]


def adopted(own: list[slow.Episode], first: date, last: date) -> dict[str, date | None] | None:
    """Return the dates of the last adoption of a child in a period."""
    ended = [row for row in own if row["REC"] == "E12" and row["DEC"]]
    found = [row for row in ended if first <= slow.day(row["DEC"]) <= last]
    if not found:
        return None
    latest = max(found, key=lambda row: row["DEC"])
    return slow.adoption(own, latest) | {"order": slow.day(latest["DEC"])}


@given(rows=slow.histories("U4 U5 U5 A3 A6 A6"))
@settings(max_examples=20, deadline=None)
def test_a_slow_walk_finds_the_same_stages(rows: list[slow.Episode]) -> None:
    held = making_returns.returns(episodes=rows, header=HEADER, ad1=BEFORE + AD1)

    def days(end, start):
        return None if end is None or start is None else (end - start).days

    def stage(measured):
        def one(own, first, last):
            dates = adopted(own, first, last)
            return dates and measured(dates, own[0]["CHILD"])

        return told(rows, one)

    def to_carer(dates, child):
        by_carers = int(child) % 2 or dates.get("by carers")
        return days(dates["carer" if by_carers else "moved"], dates["start"])

    expected = {
        "days_from_care_to_adoptive_family": lambda d, _: days(d["moved"], d["start"]),
        "days_from_care_to_adopting_carer": to_carer,
        "days_from_order_to_match": lambda d, child: (
            d["ordered"] and max(0, days(MATCH[child], d["ordered"]))
        ),
        "adopted_within_14_months_percent": lambda d, _: (
            d["start"] and d["moved"] and d["moved"] < slow.months_after(d["start"], 14)
        ),
        "adoption_days_placement_to_order": lambda d, _: days(d["order"], d["moved"]),
        "adoption_days_match_to_placement": lambda d, child: days(d["moved"], MATCH[child]),
        "looked_after_adopted": lambda d, _: 1,
    }
    for name, measured in expected.items():
        found = {key: value for key, value in computed(name, held).items() if value == value}
        assert found == stage(measured), name


def test_who_lacks_a_date_is_listed_and_in_no_mean() -> None:
    row = {"RNE": "S", "DECOM": "2020-01-01", "DEC": "2021-06-01", "REC": "E12", "LS": "E1"}
    held = making_returns.returns(
        episodes=[row | {"CHILD": "1", "PLACE": "U4"}, row | {"CHILD": "2", "PLACE": "A6"}]
    )
    cases = compute.known()["days_from_care_to_adoptive_family"](held, YEAR)
    assert cases.rows["denominator"].tolist() == [0, 1]
    assert cases.figures()[["value", "denominator"]].to_numpy().tolist() == [[0, 1]]


def test_who_has_no_start_of_care_is_in_no_figure_that_counts_from_it() -> None:
    row = {"LS": "E1", "PLACE": "A6", "DECOM": "2021-05-01", "DEC": "2021-12-01", "REC": "E12"}
    gone = {"LS": "C2", "PLACE": "U4", "RNE": "S", "DECOM": "2018-01-01", "DEC": "2018-02-01"}
    held = making_returns.returns(
        episodes=[
            row | {"CHILD": "1", "RNE": "P"},
            row | {"CHILD": "2", "RNE": "S", "DECOM": "2021-11-01"},
            gone | {"CHILD": "3", "REC": "E4A"},
            row | {"CHILD": "3", "RNE": "P"},
        ],
        ad1=[{"CHILD": one, "DATE_INT": "2021-11-11", "FOSTER_CARE": "0"} for one in "123"],
    )
    names = ["days_from_care_to_adoptive_family", "days_from_care_to_adopting_carer",
             "adopted_within_14_months_percent", "adoption_days_entry_to_decision",
             "adoption_days_placement_to_order"]  # fmt: skip
    figures, gaps = compute.indicators(held, YEAR, names)
    assert figures["numerator"].tolist() == [0, 0, 1, 10, 214 + 30 + 214]
    assert figures["denominator"].tolist() == [1, 1, 1, 1, 3]
    assert gaps["measure"].tolist() == names[:4]
    told = "No return held has the start of care of 2 children: the figure is without them."
    assert set(gaps["gap"]) == {told}
    assert computed("looked_after_adopted", held, YEAR) == dict.fromkeys(
        [(child, ENDS[4]) for child in "123"], 1
    )


def test_three_years_pool_children_and_a_year_bears_another_basis() -> None:
    rows = [
        {"CHILD": str(n), "RNE": "S", "DECOM": "2018-01-01", "DEC": f"20{n}-01-01", "REC": "E12",
         "PLACE": "A6", "LS": "E1"}
        for n in (20, 21, 22)
    ]  # fmt: skip
    held = making_returns.returns(episodes=rows)
    measure = compute.known()["adoption_days_placement_to_order"]
    assert measure(held, periods.years(2022, 2022, over=3)).figures()["denominator"].tolist() == [3]
    a1 = compute.known()["days_from_care_to_adoptive_family"]
    assert a1(held, periods.years(2022, 2022, over=3)).basis == "three-year"
    assert a1(held, YEAR).basis == "in year"


def test_decisions_stand_until_they_are_given_up() -> None:
    stay = {"DECOM": "2020-01-01", "RNE": "S"}
    children = {"1": ("E1", "U4"), "2": ("E1", "A6"), "3": ("C2", "U4")}
    held = making_returns.returns(
        episodes=[stay | {"CHILD": c, "LS": ls, "PLACE": at} for c, (ls, at) in children.items()],
        placed_for_adoption=[
            {"CHILD": "1", "DATE_PLACED": "2021-03-31", "YEAR": "2021"},
            {"CHILD": "1", "DATE_PLACED": "2021-03-31", "DATE_PLACED_CEASED": "2022-04-01",
             "YEAR": "2023"},
            {"CHILD": "2", "DATE_PLACED": "2021-06-01", "DATE_PLACED_CEASED": "2022-03-31"},
            {"CHILD": "8", "DATE_PLACED": "2021-06-01"},
        ],
    )  # fmt: skip
    assert computed("adoption_in_process", held) == {("1", ENDS[3]): 1, ("1", ENDS[4]): 1}
    assert computed("adoption_decisions_reversed", held) == {("2", ENDS[4]): 1, ("1", ENDS[5]): 1}
    waits = computed("waiting_with_placement_order", held, YEAR)
    assert waits == {("1", ENDS[4]): 1}


def test_dates_are_complete_in_order_equal_days_allowed() -> None:
    row = {"RNE": "S", "DECOM": "2020-01-01", "DEC": "2021-06-01", "REC": "E11", "PLACE": "A4"}
    match = {"1": ("2020-01-01", "2020-01-01"), "2": ("2020-01-02", "2020-01-01"), "3": ("", "")}
    held = making_returns.returns(
        episodes=[row | {"CHILD": child, "LS": "E1"} for child in "1234"],
        ad1=[{"CHILD": c, "DATE_INT": a, "DATE_MATCH": b} for c, (a, b) in match.items()],
    )
    figures = compute.known()["adoption_dates_complete_percent"](held, YEAR).figures()
    assert figures[["numerator", "denominator"]].to_numpy().tolist() == [[1, 4]]
    share = compute.known()["looked_after_adopted_percent"](held, YEAR).figures()
    assert share["value"].tolist() == [100]


def listed(**dates: str) -> dict[str, str]:
    """Return a row of list 10 by short names of its dates."""
    names = {
        "entered": list_10.ENTERED, "ordered": list_10.ORDERED, "matched": list_10.MATCHED,
        "placed": list_10.PLACED, "fostered": list_10.FOSTERED, "adopted": list_10.ADOPTED,
    }  # fmt: skip
    return {list_10.CHILD: "1", **{names[name]: day for name, day in dates.items()}}


def test_list_10_gives_the_dates_that_the_return_can_only_approach() -> None:
    rows = [
        listed(entered="2020-01-01", ordered="2020-03-01", matched="2020-02-01",
               placed="2020-07-01", fostered="2020-01-31", adopted="2021-06-01"),
        listed(entered="2020-01-01", ordered="2020-03-01", matched="2020-03-11",
               placed="2020-04-10", adopted="2022-03-31") | {list_10.CHILD: "2"},
        listed(entered="2020-01-01", placed="2020-04-10") | {list_10.CHILD: "3"},
    ]  # fmt: skip
    held = making_returns.returns(adoption=rows)
    names = ["days_from_care_to_adoptive_family", "days_from_care_to_adopting_carer"]
    figures, gaps = compute.indicators(held, YEAR, [*names, "days_from_order_to_match"])
    assert gaps.empty
    assert figures["value"].tolist() == [(182 + 100) / 2, (30 + 100) / 2, (0 + 10) / 2]
    both = making_returns.returns(adoption=rows, episodes=[])
    assert compute.known()[names[0]](both, YEAR).rows.empty
    assert len(compute.known()[names[0]](both, YEAR, annex_a=True).rows) == 2


def test_the_return_and_list_10_are_compared_child_by_child() -> None:
    told = reconcile_adoption(example.adopted()).set_index("date")
    same = ["entered care", "decision", "match", "placed for fostering", "adopted"]
    assert told["days"].dropna().to_dict() == {**dict.fromkeys(same, 0), "moved in": 4}
    assert told["held_by"].to_dict() == {
        **dict.fromkeys([*same, "moved in"], "both"), "placement order": "neither",
    }  # fmt: skip
    held = example.adopted()
    only = making_returns.typed([listed(adopted="2021-01-01") | {list_10.CHILD: "5"}])
    held.tables["adoption"] = only
    apart = reconcile_adoption(held).groupby("id")["held_by"].agg(set)
    assert apart.to_dict() == {"1": {"SSDA903", "neither"}, "5": {"Annex A", "neither"}}
    with pytest.raises(NotInReturnsError, match="no table adoption"):
        reconcile_adoption(example.returns())


def test_a_child_adopted_twice_counts_in_each_period_once() -> None:
    rows = [
        {"CHILD": "1", "RNE": "S", "DECOM": f"{year}-01-01", "DEC": f"{year}-02-01", "REC": "E12",
         "PLACE": "A6", "LS": "E1"}
        for year in (2019, 2021)
    ]  # fmt: skip
    held = making_returns.returns(episodes=rows)
    assert computed("looked_after_adopted", held) == {("1", ENDS[1]): 1, ("1", ENDS[3]): 1}
    whole = pd.concat([YEARS, periods.between("2018-01-01", "2024-01-01")])
    figures, _ = compute.indicators(held, whole, ["looked_after_adopted"])
    assert figures["value"].sum() == 3
