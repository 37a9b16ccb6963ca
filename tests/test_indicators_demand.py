"""Demand from returns: each figure against a slow count, child by child, in plain Python."""

import calendar
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import making_returns
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.indicators import annex_a, assessments, compute, plans, referrals
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.periods import between, months, years
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

KNOWN = compute.known()
FIRST = date(2018, 4, 1)
DAY = timedelta(days=1)
SPANS = [
    {"collection": "CIN census", "LA": "", "YEAR": str(year), "start": f"{year - 1}-04-01",
     "end": f"{year}-03-31"}
    for year in range(2019, 2023)
]  # fmt: skip
LAST_TWO = years(2021, 2022)
days = st.integers(0, 4 * 365).map(lambda ahead: FIRST + ahead * DAY)
some_days = st.lists(days, max_size=5, unique=True).map(sorted)
histories = st.lists(some_days, min_size=1, max_size=40)
few = settings(max_examples=5)
"""Many children in one return cost as much as one child does."""


def later(day: date, ahead: int) -> date:
    """Return the day calendar months later; of a shorter month, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def held(**tables: list[making_returns.Row]) -> Returns:
    """Return a census that covers 2018-19 to 2021-22."""
    return making_returns.returns(spans=SPANS, **tables)


def episode(child: str, number: int, **cells: str) -> making_returns.Row:
    """Return a row of the first return, below a child's episode."""
    return {"LAchildID": child, "episode": str(number), "YEAR": "2022", **cells}


def of_dates(column: str, children: list[list[date]]) -> list[making_returns.Row]:
    """Return a row for each date of each child."""
    return [
        episode(str(child), number, **{column: str(day)})
        for child, dates in enumerate(children)
        for number, day in enumerate(dates, start=1)
    ]


def in_year(year: int, day: date) -> bool:
    """Return whether a day lies in the year that closes in March."""
    return date(year - 1, 4, 1) <= day <= date(year, 3, 31)


def shares(cases: Cases) -> list[tuple[float, float]]:
    """Return the numerator and the denominator of each figure."""
    figures = cases.figures()
    return list(zip(figures["numerator"], figures["denominator"], strict=True))


def again(children: list[list[date]], year: int) -> tuple[float, float]:
    """Count the days of a year, and those with another of the child within 12 months before."""
    mine = [(day, dates) for dates in children for day in dates if in_year(year, day)]
    met = sum(any(one < day <= later(one, 12) for one in dates) for day, dates in mine)
    return met, len(mine)


@few
@given(children=histories)
def test_repeats_are_those_of_a_count_by_hand(children: list[list[date]]) -> None:
    """Referrals, section 47 enquiries and conferences that follow one of the child's own."""
    expected = [again(children, year) for year in (2021, 2022)]
    details = of_dates("CINreferralDate", children)
    enquiries = [
        row | {"DateOfInitialCPC": row["S47ActualStartDate"]}
        for row in of_dates("S47ActualStartDate", children)
    ]
    census = held(cin_details=details, cin_section_47=enquiries)
    assert shares(referrals.re_referral_percent(census, LAST_TWO)) == expected
    assert shares(KNOWN["section_47_repeat_percent"](census, LAST_TWO)) == expected
    assert shares(KNOWN["initial_conferences_repeat_percent"](census, LAST_TWO)) == expected


def test_the_last_day_of_twelve_months_still_counts() -> None:
    """And the day after it does not; a year from 29 February ends on 28 February."""
    pairs = [("2020-06-10", "2021-06-10"), ("2020-06-10", "2021-06-11"),
             ("2020-02-29", "2021-02-28"), ("2020-02-29", "2021-03-01")]  # fmt: skip
    children = [[date.fromisoformat(day) for day in pair] for pair in pairs]
    census = held(cin_details=of_dates("CINreferralDate", children))
    rows = referrals.re_referrals(census, between("2021-02-01", "2021-12-31")).rows
    assert rows.set_index("id")["numerator"].sort_index().tolist() == [1, 0, 1, 0]


@few
@given(children=histories, told=st.data())
def test_who_comes_back_assessed(children: list[list[date]], told: st.DataObject) -> None:
    """Referrals without further action, and the first later one in which there is an assessment."""
    details = of_dates("CINreferralDate", children)
    flags = told.draw(st.lists(st.sampled_from(["dropped", "assessed", "taken"]),
                               min_size=len(details), max_size=len(details)))  # fmt: skip
    for row, flag in zip(details, flags, strict=True):
        row["ReferralNFA"] = str(flag == "dropped").lower()
    started = [
        episode(row["LAchildID"], int(row["episode"]),
                AssessmentActualStartDate=row["CINreferralDate"])
        for row, flag in zip(details, flags, strict=True)
        if flag == "assessed"
    ]  # fmt: skip
    census = held(cin_details=details, cin_assessments=started)
    for ahead, measure in (
        (6, referrals.no_further_action_back_6_months_percent),
        (12, referrals.no_further_action_back_12_months_percent),
    ):
        rows = [(row["LAchildID"], date.fromisoformat(row["CINreferralDate"]), flag)
                for row, flag in zip(details, flags, strict=True)]  # fmt: skip
        mine = [row for row in rows if in_year(2021, row[1]) and row[2] == "dropped"]
        met = sum(
            any(
                child == other and day < back <= later(day, ahead) and flag == "assessed"
                for other, back, flag in rows
            )
            for child, day, _ in mine
        )
        assert shares(measure(census, years(2021, 2021))) == [(met, len(mine))]


@few
@given(children=histories, lengths=st.lists(st.integers(0, 500), min_size=200, max_size=200))
def test_plans_open_started_and_repeated(children: list[list[date]], lengths: list[int]) -> None:
    """Plans may lie one within another and last one day: the rule says what is earlier."""
    rows = of_dates("CPPstartDate", children)
    known = []
    for row, length in zip(rows, lengths, strict=False):
        start = date.fromisoformat(row["CPPstartDate"])
        end = start + length * DAY
        row["CPPendDate"] = str(end) if length < 480 else ""
        known.append((row["LAchildID"], start, end if length < 480 else date.max))
    census = held(cin_details=[], cin_protection_plans=rows)
    for ahead, measure in (
        (12, KNOWN["child_protection_plan_repeat_year_percent"]),
        (24, KNOWN["child_protection_plan_repeat_two_years_percent"]),
    ):
        mine = [plan for plan in known if in_year(2021, plan[1])]
        met = sum(
            any(
                child == other and begun != start and end <= start <= later(end, ahead)
                for other, begun, end in known
                if end != date.max
            )
            for child, start, _ in mine
        )
        assert shares(measure(census, years(2021, 2021))) == [(met, len(mine))]
    ends = months("2020-01-01", "2021-12-31")
    expected = [
        sum(start <= day.date() < end for _, start, end in known) for day in ends["period_end"]
    ]
    assert KNOWN["child_protection_plans"](census, ends).figures()["value"].tolist() == expected


def reviewed(start: date, reviews: list[date], year: int) -> tuple[bool, bool]:
    """Say of a plan whether a review was due by the end of a year, and all were on time."""
    closes, opens = date(year, 3, 31), date(year - 1, 4, 1)
    seen = [one for one in reviews if one < opens][-1:]
    seen += [one for one in reviews if opens <= one <= closes]
    links = [(after - before, 183) for before, after in pairwise(seen)]
    if seen and start >= opens:
        links.append((seen[0] - start, 91))
    links.append((closes - seen[-1], 183) if seen else (closes - start, 91))
    due = later(start, 3) <= closes
    return due and all(gap.days <= allowed for gap, allowed in links), due


@few
@given(told=st.lists(st.tuples(days, st.lists(st.integers(60, 200), max_size=9)), min_size=1))
def test_reviews_on_time(told: list[tuple[date, list[int]]]) -> None:
    """One return's reviews: those of the year, and the last before it."""
    held_plans = [(start, [start + sum(gaps[: n + 1]) * DAY for n in range(len(gaps))])
                  for start, gaps in told]  # fmt: skip
    census = held(
        cin_details=[],
        cin_protection_plans=[
            episode(str(child), 1, plan="1", CPPstartDate=str(start))
            for child, (start, _) in enumerate(held_plans)
        ],
        cin_reviews=[
            episode(str(child), 1, plan="1", CPPreviewDate=str(one))
            for child, (_, reviews) in enumerate(held_plans)
            for one in reviews
        ],
    )
    expected = [
        tuple(
            sum(side) for side in zip(*(reviewed(*plan, year) for plan in held_plans), strict=True)
        )
        for year in (2020, 2021, 2022)
    ]
    found = plans.child_protection_reviews_on_time_percent(census, years(2020, 2022))
    assert shares(found) == expected


def test_working_days_of_assessments() -> None:
    """Completed ones have all met the limit; the open one is apart, 69 working days old."""
    dates = [
        ("2023-03-27", "2023-06-05"), ("2023-03-27", "2023-06-02"), ("2023-04-06", "2023-06-13"),
        ("2023-07-03", "2023-09-05"), ("2023-12-20", ""),
    ]  # fmt: skip
    rows = [
        {"LAchildID": str(n), "episode": "1", "YEAR": "2024", "AssessmentActualStartDate": start,
         "AssessmentAuthorisationDate": end}
        for n, (start, end) in enumerate(dates)
    ]  # fmt: skip
    details = [
        {"LAchildID": str(n), "episode": "1", "YEAR": "2024", "CINreferralDate": start}
        for n, (start, _) in enumerate(dates)
    ]
    census = making_returns.returns(cin_details=details, cin_assessments=rows)
    year = years(2024, 2024)
    assert shares(assessments.assessment_within_45_days_percent(census, year)) == [(4, 4)]
    waiting = assessments.assessments_open_overdue(census, year).children(met=True)
    assert waiting["working days"].tolist() == [69]
    assert assessments.assessments_open(census, year).rows["id"].tolist() == ["4"]
    assert referrals.referrals_waiting(census, year).rows.empty


def test_a_conference_counts_from_its_own_clock() -> None:
    """Moved in on a Saturday: 12 working days from the referral; after the enquiry 16."""
    details = [
        episode("A", 1, CINreferralDate="2021-05-01", DateOfInitialCPC="2021-05-20"),
        episode("B", 1, CINreferralDate="2021-05-01"),
        episode("C", 1, CINreferralDate="2021-05-01", DateOfInitialCPC="2021-05-28"),
    ]
    enquiries = [
        episode("B", 1, S47ActualStartDate="2021-05-10", DateOfInitialCPC="2021-06-02"),
        episode("C", 1, S47ActualStartDate="2021-05-10", DateOfInitialCPC="2021-05-28"),
        episode("C", 1, S47ActualStartDate="2021-05-12", DateOfInitialCPC="2021-05-28"),
    ]
    census = held(cin_details=details, cin_section_47=enquiries)
    year = years(2022, 2022)
    rows = KNOWN["initial_conference_within_15_days_percent"](census, year).rows
    found = rows.set_index("id")[["route", "working days", "numerator"]].T.to_dict("list")
    assert found == {
        "A": ["transfer in", 12, 1],
        "B": ["section 47", 16, 0],
        "C": ["section 47", 12, 1],
    }
    moved = KNOWN["initial_conferences_transferred_in"](census, year)
    assert moved.figures()["value"].tolist() == [1]


def test_an_enquiry_waits_for_its_conference() -> None:
    """Over 15 working days by the day, and not where none is needed or one came by then."""
    enquiries = [
        episode("1", 1, S47ActualStartDate="2022-03-09"),
        episode("2", 1, S47ActualStartDate="2022-03-10"),
        episode("3", 1, S47ActualStartDate="2022-03-09", ICPCnotRequired="true"),
        episode("4", 1, S47ActualStartDate="2022-03-09", DateOfInitialCPC="2022-03-31"),
        episode("5", 1, S47ActualStartDate="2022-03-09", DateOfInitialCPC="2022-04-01"),
    ]
    census = held(cin_details=[], cin_section_47=enquiries)
    found = KNOWN["section_47_without_conference_overdue"](census, years(2022, 2022))
    assert found.children(met=True)["id"].tolist() == ["1", "5"]
    assert found.children(met=True)["working days"].tolist() == [16, 16]


def test_assessments_with_factors_and_splits() -> None:
    """An assessment without a factor stays; figures split by what is known of the child."""
    child = {"LAchildID": "A", "YEAR": "2022", "PersonBirthDate": "2015-05-05", "Sex": "M",
             "Ethnicity": "WBRI"}  # fmt: skip
    details = [
        episode("A", 1, CINreferralDate="2021-05-01", ReferralSource="1A", PrimaryNeedCode="N1"),
        episode("B", 1, CINreferralDate="2021-05-01", ReferralSource="6"),
    ]
    done = {
        "AssessmentActualStartDate": "2021-05-04", "AssessmentAuthorisationDate": "2021-06-01"
    }  # fmt: skip
    census = held(
        cin_children=[child],
        cin_disabilities=[{"LAchildID": "A", "YEAR": "2022", "Disability": "HEAR"}],
        cin_details=details,
        cin_assessments=[episode(who, 1, assessment="1", **done) for who in "AB"],
        cin_factors=[
            episode("B", 1, assessment="1", factor=str(n), AssessmentFactors=code)
            for n, code in enumerate(["3B", "4B"], start=1)
        ],
    )
    year = years(2022, 2022)
    found = assessments.assessments_with_factors(census, year)
    assert (len(found.rows), found.figures()["value"].tolist()) == (2, [1])
    rows = assessments.assessments(census, year).rows.set_index("id").astype("str")
    split = ["age", "sex", "ethnicity", "disability", "source", "need", "duration"]
    assert rows.loc["A", split].tolist() == [
        "5 to 9 years", "male", "white", "disabled", "individual",
        "abuse or neglect; exploitation too since 2026", "11 to 20 days",
    ]  # fmt: skip
    assert rows.loc["B", split[:4]].tolist() == ["not known"] * 4
    by_source = assessments.assessments(census, year).figures("source")
    assert by_source.set_index("group")["value"].to_dict() == {"individual": 1, "police": 1}


def test_closing_and_waiting() -> None:
    """What is without action is no child in need; step-down, waiting and the first assessment."""
    details = [
        episode("1", 1, CINreferralDate="2021-05-01", ReferralNFA="true"),
        episode("2", 1, CINreferralDate="2021-05-01", CINclosureDate="2021-06-30",
                ReasonForClosure="RC9", ReferralNFA="false"),
        episode("3", 1, CINreferralDate="2022-03-24", CINclosureDate="2022-03-31",
                ReasonForClosure="RC1"),
        episode("4", 1, CINreferralDate="2022-03-24"),
        episode("5", 1, CINreferralDate="2022-03-24"),
    ]  # fmt: skip
    started = [
        episode("5", 1, AssessmentActualStartDate="2022-03-01"),
        episode("5", 1, AssessmentActualStartDate="2022-03-30"),
        episode("2", 1, AssessmentActualStartDate="2021-05-11"),
    ]
    census = held(cin_details=details, cin_assessments=started)
    year = years(2022, 2022)
    assert referrals.children_in_need(census, year).rows["id"].tolist() == ["4", "5"]
    assert shares(referrals.closed_to_early_help_percent(census, year)) == [(1, 2)]
    assert shares(referrals.assessed_not_in_need_percent(census, year)) == [(1, 5)]
    assert shares(referrals.referrals_assessed_percent(census, year)) == [(2, 5)]
    assert shares(referrals.referral_to_assessment_days(census, year)) == [(10, 1)]
    waiting = referrals.referrals_waiting(census, year).rows
    assert waiting[["id", "working days"]].to_numpy().tolist() == [["4", 5]]


def test_periods_that_the_returns_do_not_cover_are_named_and_left_out() -> None:
    """The first 12 months have no re-referrals, and a missing year breaks what follows it."""
    details = of_dates("CINreferralDate", [[date(2020, 5, 1), date(2021, 5, 1)]])
    census = held(cin_details=details)
    every = years(2018, 2023)
    ends = referrals.referrals(census, every).figures()["period_end"].dt.year
    assert ends.tolist() == [2019, 2020, 2021, 2022]
    found = referrals.re_referrals(census, every)
    assert found.figures()["period_end"].dt.year.tolist() == [2020, 2021, 2022]
    assert "the 12 months before it" in found.gaps[0]
    broken = making_returns.returns(spans=[SPANS[0], *SPANS[2:]], cin_details=details)
    ends = referrals.re_referrals(broken, every).figures()["period_end"].dt.year
    assert ends.tolist() == [2022]


def test_authorities_are_counted_apart() -> None:
    """The same identifier elsewhere is another child."""
    rows = [
        {"LA": la, "LAchildID": "1", "episode": "1", "YEAR": "2022", "CINreferralDate": day}
        for la, day in (("A", "2021-01-10"), ("A", "2021-06-10"), ("B", "2021-07-10"))
    ]
    census = making_returns.returns(cin_details=rows)
    found = referrals.re_referrals(census, years(2022, 2022)).figures()
    assert found.set_index("area")["value"].to_dict() == {"A": 1, "B": 0}


def test_contacts_and_early_help() -> None:
    """A referral on the day or within 28 days; early help on the day or within a year before."""
    lists = making_returns.returns(
        contacts=[
            {"Child Unique ID": child, "Date of Contact": day}
            for child, day in (("1", "2022-01-03"), ("2", "2022-01-03"), ("3", "2022-01-03"))
        ],
        referrals=[
            {"Child Unique ID": child, "Date of referral": day}
            for child, day in (("1", "2022-01-31"), ("2", "2022-02-01"), ("3", "2022-01-02"))
        ],
        early_help=[
            {"Child Unique ID": child, "Assessment start date": day,
             "Assessment completion date": "2022-01-01"}
            for child, day in (("1", "2021-01-31"), ("2", "2021-01-31"), ("3", "2022-01-02"))
        ],
    )  # fmt: skip
    half = between("2021-10-01", "2022-03-31")
    assert shares(annex_a.contacts_referred_percent(lists, half)) == [(1, 3)]
    assert shares(annex_a.contacts_referred_percent(lists, half, days=29)) == [(2, 3)]
    assert shares(KNOWN["referrals_after_early_help_percent"](lists, half)) == [(2, 3)]
    assert KNOWN["early_help_assessments"](lists, half).figures()["value"].tolist() == [3]
    with pytest.raises(NotInReturnsError, match="24 hours needs the times"):
        annex_a.contacts_decided_in_a_day(lists, half)


def test_days_since_seen_and_cases_of_workers() -> None:
    """Who was never seen is listed without a numerator; a child in two lists is one case."""
    open_ = {"CIN Start Date": "2022-01-01"}
    lists = making_returns.returns(
        children_in_need=[
            {"Child Unique ID": "1", "Date Child Was Last Seen": "2022-03-21", **open_,
             "Allocated Worker": "x", "Allocated Team": "red"},
            {"Child Unique ID": "2", "Date Child Was Last Seen": "", **open_},
            {"Child Unique ID": "3", "Date Child Was Last Seen": "2022-03-01", **open_,
             "CIN Closure Date": "2022-03-31", "Allocated Worker": "y"},
            {"Child Unique ID": "4", "Date Child Was Last Seen": "2022-02-19", **open_,
             "Allocated Worker": "x", "Allocated Team": "blue"},
        ],
        protection_plans=[
            {"Child Unique ID": "1", "Child Protection Plan Start Date": "2022-01-01",
             "Child Protection Plan End Date": "", "Allocated Worker": "x",
             "Allocated Team": "red"},
            {"Child Unique ID": "5", "Child Protection Plan Start Date": "2022-01-01",
             "Allocated Worker": "x", "Allocated Team": "red"},
        ],
        looked_after=[
            {"Child Unique ID": "2", "Date Started to be Looked After": "2022-01-01",
             "Date Ceased to be Looked After": "", "Allocated Worker": "z",
             "Allocated Team": "red"},
            {"Child Unique ID": "6", "Date Started to be Looked After": "2022-01-01"},
        ],
    )  # fmt: skip
    day = between("2022-03-31", "2022-03-31")
    seen = KNOWN["children_in_need_days_since_seen"](lists, day)
    assert shares(seen) == [(50, 2)]
    assert seen.rows.loc[seen.rows["numerator"].isna(), "id"].tolist() == ["2"]
    assert seen.rows["days since"].astype("str").tolist() == [
        "4 weeks or less", "not known", "over 4 to 6 weeks"
    ]  # fmt: skip
    held_ = annex_a.children_per_social_worker(lists, day)
    assert shares(held_) == [(4, 2)]
    workers = held_.rows.set_index("worker")
    assert workers.loc["x", ["numerator", "team"]].tolist() == [3, "red"]
    assert workers.loc[workers.index.isna(), "children"].tolist() == [1]


FAMILIES = ["demand", "workforce"]


def test_every_measure_of_the_families_has_a_function_and_a_definition() -> None:
    """Each function is registered under its own name, and its docstring says what it counts."""
    table = dictionary.read("indicators")
    known = compute.known()
    for name in table.loc[table["family"].isin(FAMILIES), "measure"]:
        assert "Numerator: " in str(known[name].__doc__), name


def test_worked_cases(examples: Path) -> None:
    """Censuses of others with an empty block, or two conference dates of one name."""
    from thurrock_analysis.returns.loading import load_returns

    def worked(number: str, measure: str) -> pd.DataFrame:
        folder = next((examples / "cases/returns").glob(f"{number}-*"))
        figures, _ = compute.indicators(load_returns(folder), years(2022, 2022), [measure])
        return figures.set_index("measure")[["value", "numerator", "denominator"]]

    assert worked("09", "assessments_with_factors")["value"].tolist() == [1]
    assert worked("09", "assessments")["value"].tolist() == [3]
    found = worked("11", "initial_conference_within_15_days_percent")
    assert found.to_numpy().tolist() == [[50, 1, 2]]
    found = worked("12", "child_protection_reviews_on_time_percent")
    assert found.to_numpy().tolist() == [[0, 0, 1]]
