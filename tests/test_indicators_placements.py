"""Moves, long stays, reviews, health, missing incidents, distance: against slow counts."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import making_returns
import numpy as np
import pandas as pd
import pytest
import slow_care as slow
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators_care import ENDS, HEADER, YEARS, computed, told
from test_indicators_working_days import HOLIDAYS

from thurrock_analysis.indicators import care, compute, periods

STAY = {"RNE": "S", "LS": "C2", "PLACE": "U4", "DECOM": "2019-06-01"}


def figures(name: str, held: making_returns.Returns, asked: pd.DataFrame = YEARS) -> list[float]:
    """Return the values of a measure."""
    return compute.known()[name](held, asked).figures()["value"].tolist()


@given(rows=slow.histories("U4 U6 K2 T1 A3 A6"))
@settings(max_examples=15, deadline=None)
def test_a_slow_count_finds_the_same_moves_and_stays(rows: list[slow.Episode]) -> None:
    held = making_returns.returns(episodes=rows, header=HEADER)
    born = {row["CHILD"]: slow.day(row["DOB"]) for row in HEADER}

    def three(own, _, last):
        return slow.placements_in_year(own, last) >= 3 if slow.open_on(own, last) else None

    def changes(own, first, last):
        over = any(slow.day(r["DECOM"]) <= last and slow.day(r["DEC"]) >= first for r in own)
        moves = [
            r for r in own
            if r["RNE"] in "PB" and first <= slow.day(r["DECOM"]) <= last and r["PLACE"] != "T1"
        ]  # fmt: skip
        return len(moves) if over else None

    def stable(own, _, last):
        return slow.long_term(own, last, born[own[0]["CHILD"]]) if own else None

    assert computed("looked_after_three_placements_percent", held) == told(rows, three)
    assert computed("placement_changes_per_child", held) == told(rows, changes)
    assert computed("looked_after_long_term_stable_percent", held) == told(rows, stable)


def test_a_chain_of_moves_that_are_no_moves() -> None:
    """T, L and U go on with the placement before them, however many follow."""
    chain = [("S", "2022-05-01", "U6"), ("P", "2022-06-01", "K2"), ("T", "2022-07-01", "K2"),
             ("L", "2022-08-01", "K2"), ("U", "2022-09-01", "K2")]  # fmt: skip
    ends = [start for _, start, _ in chain[1:]] + ["2023-02-15"]
    rows = [
        {"CHILD": "1", "RNE": rne, "DECOM": start, "PLACE": place, "DEC": end, "LS": "C2",
         "REC": "E4A" if end == "2023-02-15" else "X1"}
        for (rne, start, place), end in zip(chain, ends, strict=True)
    ]  # fmt: skip
    held = making_returns.returns(episodes=rows)
    last = care.episodes(held).iloc[-1]
    assert [last["placement_start"], last["placement_end"]] == [
        pd.Timestamp("2022-06-01"), pd.Timestamp("2023-02-15"),
    ]  # fmt: skip
    assert care.episodes(held)["placement"].nunique() == 2
    assert figures("looked_after_ceased", held, periods.years(2023, 2023)) == [1]


def test_chains_as_another_worked_them_out(examples: Path) -> None:
    held = making_returns.case(next((examples / "cases/returns").glob("13-*")))
    told = care.episodes(held)
    second = told[told["placement"] == 1].iloc[-1]
    assert told["placement"].nunique() == 2
    assert (second["placement_end"] - second["placement_start"]).days == 259
    assert second["REC"] == "E4A"
    assert figures("looked_after_ceased", held, periods.years(2023, 2023)) == [1]


def test_codes_of_three_letters_are_whole(examples: Path) -> None:
    held = making_returns.case(next((examples / "cases/returns").glob("15-*")))
    year = periods.years(2026, 2026)
    kinds = Counter(care.stock(held, year)["PLACE"])
    assert kinds == {"Z11": 1, "Z14": 1, "Z1": 1, "K3": 1}
    assert figures("looked_after_other_placement_percent", held, year) == [75]
    assert figures("looked_after_semi_independent_percent", held, year) == [25]


def test_a_blank_review_is_none(examples: Path) -> None:
    held = making_returns.case(next((examples / "cases/returns").glob("16-*")))
    cases = compute.known()["reviews_held_on_time_percent"](held, periods.years(2023, 2023))
    assert cases.rows[["numerator", "denominator"]].to_numpy().tolist() == [[1, 1]]
    assert (cases.rows["DUE"] - cases.rows["REVIEW"]).dt.days.tolist() == [5]


def test_temporary_and_momentary_placements_count_only_where_asked() -> None:
    starts = ["2021-05-01", "2021-06-01", "2021-06-20", "2022-02-01"]
    places, reasons = ["U4", "T1", "U4", "K2"], "SPPP"
    rows = [
        {"CHILD": "1", "DECOM": start, "RNE": rne, "PLACE": place, "LS": "C2", "DEC": end}
        for start, rne, place, end in zip(starts, reasons, places, [*starts[1:], ""], strict=True)
    ]
    held, year = making_returns.returns(episodes=rows[:3] + rows[3:]), periods.years(2022, 2022)
    assert computed("looked_after_three_placements_percent", held, year) == {("1", ENDS[4]): 1}
    less = making_returns.returns(episodes=rows[:2] + [rows[2] | {"DEC": ""}])
    assert computed("looked_after_three_placements_percent", less, year) == {("1", ENDS[4]): 0}
    counted = computed("looked_after_three_placements_percent", less, year, temporary=True)
    assert counted == {("1", ENDS[4]): 1}


def first_due(start: date) -> date:
    """Count 20 working days, one by one."""

    def free(day: date) -> bool:
        return day.weekday() > 4 or day in HOLIDAYS

    day = start
    while free(day):
        day += slow.DAY
    for _ in range(20):
        day += slow.DAY
        while free(day):
            day += slow.DAY
    return day


@given(rows=slow.histories(), days=st.lists(st.integers(0, 2600), max_size=25, unique=True))
@settings(max_examples=15, deadline=None)
def test_a_slow_count_finds_the_same_reviews_in_time(
    rows: list[slow.Episode], days: list[int]
) -> None:
    reviews = [
        {"CHILD": str(place % 3), "REVIEW": (slow.FIRST + timedelta(days=number)).isoformat(),
         "REVIEW_CODE": f"PN{number % 8}"}
        for place, number in enumerate(days)
    ]  # fmt: skip
    held = making_returns.returns(episodes=rows, header=HEADER, reviews=reviews)
    due: dict[str, list[tuple[date, date | None]]] = {}
    for child in {row["CHILD"] for row in rows}:
        due[child] = []
        for period in slow.periods_of_care(slow.of_child(rows, child)):
            start = slow.day(period[0]["DECOM"])
            end = max(slow.day(row["DEC"]) for row in period)
            following = [p for p in slow.periods_of_care(slow.of_child(rows, child)) if p != period]
            stop = min((slow.day(p[0]["DECOM"]) for p in following
                        if slow.day(p[0]["DECOM"]) > start), default=slow.FAR)  # fmt: skip
            own = sorted(
                slow.day(r["REVIEW"]) for r in reviews
                if r["CHILD"] == child and start <= slow.day(r["REVIEW"]) <= end
                and slow.day(r["REVIEW"]) < stop
            )  # fmt: skip
            due[child] += slow.due_days(start, end, own, first_due(start))

    def all_in_time(own, first, last):
        if not slow.open_on(own, last):
            return None
        fell = [pair for pair in due[own[0]["CHILD"]] if first <= pair[0] <= last]
        return all(done is not None and done <= day for day, done in fell) if fell else None

    assert computed("looked_after_reviews_on_time_percent", held) == told(rows, all_in_time)
    cases = compute.known()["reviews_held_on_time_percent"](held, YEARS)
    found = Counter(
        zip(cases.rows["id"], cases.rows["REVIEW"].dt.date, cases.rows["numerator"], strict=True)
    )
    assert found == Counter(
        (child, done, float(done <= day))
        for child, pairs in due.items()
        for day, done in pairs
        if done and date(2017, 4, 1) <= done <= ENDS[-1]
    )


def test_reviews_before_the_first_return_are_not_held_against_a_child() -> None:
    """Of care begun before, the first review held is no judge, and the next has half a year."""
    spans = [{"collection": "SSDA903", "YEAR": "2022", "start": "2021-04-01", "end": "2022-03-31"}]
    stay = STAY | {"CHILD": "1", "DECOM": "2019-01-01"}
    held = making_returns.returns(
        spans,
        episodes=[stay, stay | {"CHILD": "2"}],
        reviews=[{"CHILD": "1", "REVIEW": day} for day in ("2021-06-01", "2021-12-01")],
    )
    year = periods.years(2022, 2022)
    children = computed("looked_after_reviews_on_time_percent", held, year)
    assert children == {("1", ENDS[4]): 1, ("2", ENDS[4]): 0}
    assert figures("reviews_held_on_time_percent", held, year) == [100]


def test_participation_leaves_out_the_under_fours() -> None:
    reviews = [
        {"CHILD": "1", "REVIEW": f"2021-05-{code + 1:02}", "REVIEW_CODE": f"PN{code}"}
        for code in range(8)
    ]
    held = making_returns.returns(reviews=reviews)
    cases = compute.known()["review_participation_percent"](held, periods.years(2022, 2022))
    taken = cases.children(met=True)["REVIEW_CODE"].tolist()
    assert taken == ["PN1", "PN2", "PN3", "PN5", "PN6"]
    assert len(cases.children(met=False)) == 2


def test_missing_and_away_incidents() -> None:
    incident = {"CHILD": "1", "MISSING": "M"}
    held = making_returns.returns(
        episodes=[STAY | {"CHILD": child} for child in "123"],
        missing=[
            incident | {"MIS_START": "2021-04-01", "MIS_END": "2021-04-03", "YEAR": "2022"},
            incident | {"MIS_START": "2022-03-31", "MIS_END": "", "YEAR": "2022"},
            incident | {"MIS_START": "2022-03-31", "MIS_END": "2022-04-02", "YEAR": "2023"},
            incident | {"CHILD": "2", "MIS_START": "2022-03-30", "MIS_END": "2022-03-31"},
            incident | {"CHILD": "9", "MIS_START": "2021-07-01", "MIS_END": "2021-07-02"},
            {"CHILD": "3", "MISSING": "A", "MIS_START": "2021-07-01", "MIS_END": "2021-07-02"},
        ],
    )
    year = periods.years(2022, 2022)
    expected = {
        "missing_incidents": 4,
        "looked_after_missing": 3,
        "looked_after_missing_percent": 200 / 3,
        "missing_incidents_per_child": 4 / 3,
        "looked_after_missing_more_than_once": 1,
        "looked_after_missing_at_31_march": 1,
        "away_incidents": 1,
        "looked_after_away_percent": 100 / 3,
        "looked_after_away_at_31_march": 0,
    }
    found = {name: figures(name, held, year)[0] for name in expected}
    assert found == pytest.approx(expected)


def test_health_is_of_children_looked_after_for_a_year_and_nothing_said_is_no() -> None:
    ages = {"1": "2019-04-01", "2": "2011-04-01", "3": "2008-01-01", "4": "2004-04-01"}
    held = making_returns.returns(
        episodes=[STAY | {"CHILD": child} for child in ages]
        + [STAY | {"CHILD": "5", "DECOM": "2021-04-01"}],
        header=[{"CHILD": child, "DOB": born} for child, born in ages.items()],
        oc2=[
            {"CHILD": "1", "YEAR": "2022", "HEALTH_CHECK": "1", "TEETH_CHECK": "1"},
            {"CHILD": "2", "YEAR": "2022", "SDQ_SCORE": "17", "TEETH_CHECK": "0"},
            {"CHILD": "3", "YEAR": "2022", "SDQ_SCORE": "16", "CONVICTED": "1"},
            {"CHILD": "4", "YEAR": "2021", "TEETH_CHECK": "1"},
            {"CHILD": "5", "YEAR": "2022", "TEETH_CHECK": "1"},
        ],
    )
    year = periods.years(2022, 2022)
    expected = {
        "looked_after_twelve_months": 4,
        "looked_after_dental_check_percent": 25,
        "looked_after_development_check_percent": 100,
        "looked_after_convicted_percent": 100 / 3,
        "looked_after_sdq_received_percent": 100,
        "looked_after_sdq_concern_percent": 50,
        "looked_after_sdq_average": 16.5,
    }
    assert {name: figures(name, held, year)[0] for name in expected} == pytest.approx(expected)
    cases = compute.known()["looked_after_dental_check_percent"](held, periods.years(2020, 2023))
    assert cases.periods["period_end"].dt.year.tolist() == [2021, 2022]
    assert cases.gaps == (
        "Not computed for what ends 31 March 2020 and 31 March 2023: "
        "no return of the year says anything of health.",
    )
    summer = compute.known()["looked_after_dental_check_percent"](
        held, periods.between("2021-07-01", "2021-09-30")
    )
    assert summer.periods.empty
    assert "at 31 March alone" in summer.gaps[0]


def test_distance_and_boundary_need_a_file_of_postcodes() -> None:
    """One degree of latitude is 69.1 miles: 0.29 of it lie beyond 20 miles, 0.28 within."""
    places = {"AA1 1AA": 51.0, "BB1 1BB": 51.28, "CC1 1CC": 51.29}
    held = making_returns.returns(
        episodes=[
            STAY | {"CHILD": "1", "HOME_POST": "AA1 1AA", "PL_POST": "BB11BB"},
            STAY | {"CHILD": "2", "HOME_POST": "aa1 1aa", "PL_POST": "CC1 1CC"},
            STAY | {"CHILD": "3", "HOME_POST": "AA1 1AA", "PL_POST": "ZZ1 1ZZ"},
            STAY | {"CHILD": "4", "HOME_POST": "AA1 1AA", "PL_POST": "AA1 1AA"},
        ],
        postcodes=[
            {"postcode": code, "latitude": str(north), "longitude": "0.5",
             "authority": "Northby" if code == "CC1 1CC" else "Southby"}
            for code, north in places.items()
        ],
    )  # fmt: skip
    year = periods.years(2022, 2022)
    expected = {
        "looked_after_outside_boundary_percent": 25,
        "looked_after_far_percent": 25,
        "looked_after_far_outside_percent": 25,
        "looked_after_distance_miles": np.radians(0.28 + 0.29) * 3958.76 / 3,
    }
    assert {name: figures(name, held, year)[0] for name in expected} == pytest.approx(expected)
    outside = compute.known()["looked_after_outside_boundary_percent"]
    split = outside(held, year).figures("distance from home").set_index("group")["denominator"]
    assert split.to_dict() == {"20 miles or less": 2, "over 20 miles": 1, "distance not known": 1}
    assert outside(held, year, responsible="Northby").figures()["value"].tolist() == [50]


def test_social_workers_are_counted_once_each() -> None:
    spell = {"CHILD": "1", "SW_DECOM": "2021-01-01", "SW_DEC": "2021-04-01"}
    held = making_returns.returns(
        episodes=[STAY | {"CHILD": child} for child in "123"],
        sw_episodes=[
            spell | {"SW_ID": "a"},
            spell | {"SW_ID": "b", "SW_DECOM": "2021-04-01", "SW_DEC": "2021-12-01"},
            spell | {"SW_ID": "a", "SW_DECOM": "2021-12-01", "SW_DEC": "2022-03-31"},
            spell | {"SW_ID": "c", "SW_DECOM": "2022-03-31", "SW_DEC": ""},
            spell | {"CHILD": "2", "SW_ID": "a"},
            spell | {"CHILD": "2", "SW_ID": "b", "SW_DECOM": "2021-04-01", "SW_DEC": ""},
        ],
    )
    found = computed("looked_after_three_social_workers_percent", held, periods.years(2022, 2022))
    assert found == {("1", ENDS[4]): 1, ("2", ENDS[4]): 0}


def test_return_interviews_of_annex_a() -> None:
    gone = (
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
    )
    offered = "Was the child offered a Return Interview after their last missing episode (Y/N)?"
    accepted = "Did the child accept a Return Interview after their last missing episode (Y/N)?"
    rows = [("1", "2", "Y", "Y"), ("2", "1", "Y", ""), ("3", "1", "", ""), ("4", "0", "N", ""),
            ("5", "", "", "")]  # fmt: skip
    names = ["Child Unique ID", gone, offered, accepted]
    held = making_returns.returns(
        [{"collection": "Annex A", "YEAR": "2022", "start": "2021-07-01", "end": "2021-12-31"}],
        looked_after=[dict(zip(names, row, strict=True)) for row in rows],
    )
    asked = periods.years(2021, 2022)
    assert figures("return_interview_offered_percent", held, asked) == [pytest.approx(200 / 3)]
    assert figures("return_interview_accepted_percent", held, asked) == [50]
