"""The census of children in need: what it says is what is read, of one year and of several."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.indicators import compute, periods, yearly
from thurrock_analysis.returns import census_rules, load_returns, xml_files
from thurrock_analysis.returns.returns import Returns

Block = tuple[str, Any]
"""A tag, and its text or the blocks in it."""
DAYS = st.dates(
    min_value=pd.Timestamp("2021-04-01").date(), max_value=pd.Timestamp("2022-03-31").date()
)
FACTORS = st.lists(st.sampled_from(["1A", "3B", "16A", "20"]), max_size=2, unique=True)
REVIEWS = st.lists(DAYS, max_size=2)
EPISODES = st.lists(
    st.fixed_dictionaries(
        {
            "CINreferralDate": DAYS,
            "CINclosureDate": st.none() | DAYS,
            "assessments": st.lists(st.tuples(DAYS, FACTORS), max_size=2),
            "plans": st.lists(st.tuples(DAYS, REVIEWS), max_size=2),
            "enquiries": st.lists(DAYS, max_size=2),
        }
    ),
    min_size=1,
    max_size=3,
)
CHILDREN = st.dictionaries(st.sampled_from(["007", "1E05", "NA", "A b"]), EPISODES, min_size=1)


def written(tag: str, content: str | list[Block]) -> str:
    """Write an element."""
    text = content if isinstance(content, str) else "".join(written(*one) for one in content)
    return f"<{tag}>{text}</{tag}>"


def census(year: int, children: Iterable[list[Block]]) -> str:
    """Write a census."""
    said = [("Collection", "CIN"), ("Year", str(year)), ("ReferenceDate", f"{year}-03-31")]
    header = [("CollectionDetails", said), ("Source", [("LEA", "999")])]
    body = [("Child", child) for child in children]
    return written("Message", [("Header", header), ("Children", body)])


def details(episode: dict[str, Any]) -> list[Block]:
    """Return what one episode of need holds."""
    blocks: list[Block] = [("CINreferralDate", str(episode["CINreferralDate"]))]
    if episode.get("CINclosureDate"):
        blocks.append(("CINclosureDate", str(episode["CINclosureDate"])))
    for day, factors in episode.get("assessments", []):
        named = [("AssessmentFactors", factor) for factor in factors]
        found = [("FactorsIdentifiedAtAssessment", named)] if named else []
        blocks.append(("Assessments", [("AssessmentActualStartDate", str(day)), *found]))
    for day, reviews in episode.get("plans", []):
        held = [("CPPreviewDate", str(review)) for review in reviews]
        reviewed = [("Reviews", held)] if held else []
        blocks.append(("ChildProtectionPlans", [("CPPstartDate", str(day)), *reviewed]))
    blocks += [
        ("Section47", [("S47ActualStartDate", str(day))]) for day in episode.get("enquiries", [])
    ]
    return blocks


def child(name: str, *episodes: dict[str, Any], disabilities: Iterable[str] = ()) -> list[Block]:
    """Return what is written of a child."""
    kinds = [("Disability", kind) for kind in disabilities]
    about = [("Ethnicity", "WBRI"), *([("Disabilities", kinds)] if kinds else [])]
    return [
        ("ChildIdentifiers", [("LAchildID", name)]),
        ("ChildCharacteristics", about),
        *(("CINdetails", details(episode)) for episode in episodes),
    ]


def loaded(folder: Path, *censuses: str) -> Returns:
    """Write censuses into a folder and load it."""
    for number, text in enumerate(censuses):
        (folder / f"{number}.xml").write_text(text, encoding="utf-8")
    return load_returns(folder)


def rows(table: pd.DataFrame, *columns: str) -> list[list[Any]]:
    """Return columns of a table, row by row, as text."""
    found: list[list[Any]] = table[list(columns)].astype("str").fillna("").to_numpy().tolist()
    return found


def in_blocks(data: st.DataObject, blocks: list[Block]) -> list[Block]:
    """Return blocks in another order, those of one tag among themselves in theirs."""
    tags = data.draw(st.permutations([tag for tag, _ in blocks]))
    left = {tag: [block for block in blocks if block[0] == tag] for tag in tags}
    inner = [left[tag].pop(0) for tag in tags]
    return [(tag, in_blocks(data, part) if isinstance(part, list) else part) for tag, part in inner]


@settings(max_examples=25, deadline=None)
@given(children=CHILDREN, data=st.data())
def test_a_census_is_read_as_it_was_written_whatever_the_order_of_its_blocks(
    children: dict[str, Any], data: st.DataObject
) -> None:
    """Every fact is under its child, episode, assessment and plan."""
    told = [in_blocks(data, child(name, *episodes)) for name, episodes in children.items()]
    tables = xml_files.read("cin.xml", io.BytesIO(census(2022, told).encode())).tables
    every = [
        (name, str(number), episode)
        for name, episodes in children.items()
        for number, episode in enumerate(episodes, start=1)
    ]
    assert rows(tables["cin_children"], "LAchildID") == [[name] for name in children]
    assert rows(
        tables["cin_details"], "LAchildID", "episode", "CINreferralDate", "CINclosureDate"
    ) == [
        [name, number, str(one["CINreferralDate"]), str(one["CINclosureDate"] or "")]
        for name, number, one in every
    ]
    assert rows(
        tables["cin_factors"], "LAchildID", "episode", "assessment", "factor", "AssessmentFactors"
    ) == [
        [name, number, str(place), str(at), factor]
        for name, number, one in every
        for place, (_, factors) in enumerate(one["assessments"], start=1)
        for at, factor in enumerate(factors, start=1)
    ]
    assert rows(tables["cin_reviews"], "LAchildID", "episode", "plan", "CPPreviewDate") == [
        [name, number, str(place), str(review)]
        for name, number, one in every
        for place, (_, reviews) in enumerate(one["plans"], start=1)
        for review in reviews
    ]
    assert rows(tables["cin_section_47"], "LAchildID", "episode", "S47ActualStartDate") == [
        [name, number, str(day)] for name, number, one in every for day in one["enquiries"]
    ]


def test_a_conference_of_a_transfer_and_one_of_an_enquiry_are_two_facts(tmp_path: Path) -> None:
    """They have one name, and stand in two places."""
    conference = ("DateOfInitialCPC", "2021-05-20")
    moved = child("A", {"CINreferralDate": "2021-05-01"})
    moved[-1][1].append(conference)
    asked = child("B", {"CINreferralDate": "2021-05-01", "enquiries": ["2021-05-10"]})
    asked[-1][1][-1][1].append(("DateOfInitialCPC", "2021-06-02"))
    tables = loaded(tmp_path, census(2022, [moved, asked])).tables
    assert rows(tables["cin_details"], "LAchildID", "DateOfInitialCPC") == [
        ["A", "2021-05-20"],
        ["B", ""],
    ]
    assert rows(tables["cin_section_47"], "LAchildID", "DateOfInitialCPC") == [["B", "2021-06-02"]]


@pytest.mark.parametrize(
    ("blocks", "form", "empty"),
    [
        (("Assessments", ("FactorsIdentifiedAtAssessment", "")), "cin_factors", 0),
        (("ChildProtectionPlans", ("Reviews", "")), "cin_reviews", 0),
        (("Section47", None), "cin_section_47", 1),
    ],
)
def test_an_empty_block_is_no_row_and_is_told(
    tmp_path: Path, blocks: tuple[str, Block | None], form: str, empty: int
) -> None:
    """Where rows could have been and are not, the block is counted as blank."""
    tag, inner = blocks
    start = {"Assessments": "AssessmentActualStartDate", "ChildProtectionPlans": "CPPstartDate"}
    told = child("A", {"CINreferralDate": "2021-05-01"})
    told[-1][1].append((tag, [(start[tag], "2021-06-01"), inner] if inner else ""))
    found = loaded(tmp_path, census(2022, [told]))
    assert found.tables[form].empty
    assert found.counts.set_index("table").loc[form, ["read", "blank"]].tolist() == [empty, empty]
    told_of = found.issues.query("rule == 'xml_empty_block'")
    assert told_of[["id", "column"]].to_numpy().tolist() == [["A", inner[0] if inner else tag]]


def test_every_row_is_kept_set_aside_blank_or_repeated(tmp_path: Path) -> None:
    """A child without an id, an episode without a referral, a review twice: none is lost."""
    twice = {"CINreferralDate": "2021-05-01", "plans": [("2021-06-01", ["2021-08-01"] * 2)]}
    lost = {"CINreferralDate": "", "assessments": [("2021-06-01", ["3B"])]}
    found = loaded(tmp_path, census(2022, [child("A", twice, lost), child("", twice)]))
    counts = found.counts
    rest = counts[["blank", "kept", "aside", "repeated"]].sum(axis=1)
    assert counts["read"].tolist() == rest.tolist()
    told = counts.set_index("table")[["read", "kept", "aside", "repeated"]]
    assert told.loc["cin_details"].tolist() == [3, 1, 2, 0]
    assert told.loc["cin_reviews"].tolist() == [4, 1, 2, 1]
    assert found.issues.query("rule == 'missing_key'").groupby("table").size()["cin_children"] == 1
    for name, table in found.tables.items():
        assert len(table) == counts.loc[counts["table"] == name, "kept"].sum()


def test_a_child_that_stands_twice_has_its_episodes_numbered_on(tmp_path: Path) -> None:
    """Each assessment is still of its own episode; one that is told again is one."""
    first: dict[str, Any] = {"CINreferralDate": "2021-05-01", "assessments": [("2021-05-03", [])]}
    second: dict[str, Any] = {"CINreferralDate": "2021-09-01", "assessments": [("2021-09-03", [])]}
    found = loaded(tmp_path, census(2022, [child("A", one) for one in (first, second, first)]))
    tables, counts = found.tables, found.counts.set_index("table")
    assert counts.loc["cin_details", ["kept", "aside", "repeated"]].tolist() == [2, 0, 1]
    facts = tables["cin_assessments"].merge(
        tables["cin_details"], on=["LA", "YEAR", "LAchildID", "episode"]
    )
    assert rows(facts, "CINreferralDate", "AssessmentActualStartDate") == [
        ["2021-05-01", "2021-05-03"],
        ["2021-09-01", "2021-09-03"],
    ]


def test_years_are_stacked_and_what_belongs_together_stays_together(tmp_path: Path) -> None:
    """An episode that goes on has another number in each return, and is one.

    The assessment and the plan of the first year are in the first return alone; the second has the
    plan with another review, the child without its disability, and the assessment's factors anew.
    """
    old = {
        "CINreferralDate": "2020-05-01",
        "assessments": [("2020-05-04", ["3B", "4B"]), ("2020-07-01", [])],
        "plans": [("2020-06-01", ["2020-08-01"])],
    }
    over = {"CINreferralDate": "2020-04-10", "CINclosureDate": "2020-04-20"}
    now = {
        "CINreferralDate": "2020-05-01",
        "CINclosureDate": "2021-12-01",
        "assessments": [("2020-05-04", ["16A"])],
        "plans": [("2020-06-01", ["2021-02-01"])],
    }
    found = loaded(
        tmp_path,
        census(2021, [child("A", over, old, disabilities=["HEAR"])]),
        census(2022, [child("A", now, disabilities=["NONE"])]),
    )
    tables = found.tables
    key = ["LA", "YEAR", "LAchildID", "episode"]
    episodes = tables["cin_details"].sort_values("CINreferralDate")
    assert rows(episodes, "CINreferralDate", "CINclosureDate", "YEAR") == [
        ["2020-04-10", "2020-04-20", "2021"],
        ["2020-05-01", "2021-12-01", "2022"],
    ]
    assessed = tables["cin_assessments"].merge(episodes, on=key)
    starts = rows(assessed, "CINreferralDate", "assessment", "AssessmentActualStartDate")
    assert sorted(starts) == [["2020-05-01", "1", "2020-05-04"], ["2020-05-01", "2", "2020-07-01"]]
    factors = tables["cin_factors"].merge(tables["cin_assessments"], on=[*key, "assessment"])
    assert rows(factors, "AssessmentActualStartDate", "AssessmentFactors") == [
        ["2020-05-04", "16A"]
    ]
    reviews = tables["cin_reviews"].merge(tables["cin_protection_plans"], on=[*key, "plan"])
    assert sorted(rows(reviews, "CPPstartDate", "CPPreviewDate")) == [
        ["2020-06-01", "2020-08-01"],
        ["2020-06-01", "2021-02-01"],
    ]
    assert rows(tables["cin_disabilities"], "Disability") == [["NONE"]]
    counts = found.counts
    rest = counts[["blank", "kept", "aside", "repeated"]].sum(axis=1)
    assert counts["read"].tolist() == rest.tolist()
    assert not {"episode", "plan", "assessment"} & set(found.issues["column"])


def test_sex_codes_and_factors_are_those_of_the_year(tmp_path: Path) -> None:
    """GenderCurrent is read as Sex; a factor of another year is kept and told."""
    told = child("A", {"CINreferralDate": "2019-05-01", "assessments": [("2019-05-02", ["18B"])]})
    told[0][1].append(("GenderCurrent", "9"))
    after = child("B", {"CINreferralDate": "2024-05-01", "assessments": [("2024-05-02", ["18A"])]})
    after[0][1].append(("Sex", "F"))
    found = loaded(tmp_path, census(2020, [told]), census(2025, [after]))
    assert rows(found.tables["cin_children"], "LAchildID", "Sex") == [["A", "U"], ["B", "F"]]
    assert sorted(found.tables["cin_factors"]["AssessmentFactors"]) == ["18A", "18B"]
    odd = found.issues.query("rule == 'code_of_another_year'")
    assert sorted(odd[["id", "value"]].to_numpy().tolist()) == [["A", "18B"], ["B", "18A"]]


def test_pre_proceedings_are_read(tmp_path: Path) -> None:
    """The block of 2025-26 belongs to its episode of need."""
    told = child("A", {"CINreferralDate": "2025-05-01"})
    block = [("PPStartDate", "2025-09-09"), ("FGDMMeetingOffer", "1"), ("ReviewMeetingsCount", "3")]
    told[-1][1].append(("PreProceedingsandFGDM", block))
    held = loaded(tmp_path, census(2026, [told])).tables["cin_pre_proceedings"]
    columns = ["episode", "PPStartDate", "FGDMMeetingOffer", "ReviewMeetingsCount"]
    assert rows(held, *columns) == [["1", "2025-09-09", "True", "3"]]


BROKEN: dict[str, tuple[dict[str, str], list[Block]]] = {
    "closure_before_referral": ({"CINclosureDate": "2021-04-30", "ReasonForClosure": "RC7"}, []),
    "closure_without_reason": ({"CINclosureDate": "2021-05-01"}, []),
    "reason_without_closure": ({"ReasonForClosure": "RC7"}, []),
    "transfer_before_referral": ({"DateOfInitialCPC": "2021-04-30"}, []),
    "services_without_action": (
        {"ReferralNFA": "1"},
        [("CINPlanDates", [("CINPlanStartDate", "2021-06-01")])],
    ),
    "assessment_ends_before": (
        {},
        [
            (
                "Assessments",
                [
                    ("AssessmentActualStartDate", "2021-06-02"),
                    ("AssessmentAuthorisationDate", "2021-06-01"),
                ],
            )
        ],
    ),
    "assessment_before_referral": (
        {},
        [("Assessments", [("AssessmentActualStartDate", "2021-04-30")])],
    ),
    "factor_not_alone": (
        {},
        [
            (
                "Assessments",
                [
                    ("AssessmentActualStartDate", "2021-05-01"),
                    (
                        "FactorsIdentifiedAtAssessment",
                        [("AssessmentFactors", "21"), ("AssessmentFactors", "3B")],
                    ),
                ],
            )
        ],
    ),
    "conference_before_enquiry": (
        {},
        [
            (
                "Section47",
                [
                    ("S47ActualStartDate", "2021-06-02"),
                    ("DateOfInitialCPC", "2021-06-01"),
                    ("ICPCnotRequired", "0"),
                ],
            )
        ],
    ),
    "conference_not_required": (
        {},
        [
            (
                "Section47",
                [
                    ("S47ActualStartDate", "2021-06-02"),
                    ("DateOfInitialCPC", "2021-06-02"),
                    ("ICPCnotRequired", "true"),
                ],
            )
        ],
    ),
    "need_plan_ends_before": (
        {},
        [
            (
                "CINPlanDates",
                [("CINPlanStartDate", "2021-06-02"), ("CINPlanEndDate", "2021-06-01")],
            )
        ],
    ),
    "protection_plan_ends_before": (
        {},
        [("ChildProtectionPlans", [("CPPstartDate", "2021-06-02"), ("CPPendDate", "2021-06-01")])],
    ),
    "protection_plans_overlap": (
        {},
        [
            ("ChildProtectionPlans", [("CPPstartDate", "2021-06-02")]),
            ("ChildProtectionPlans", [("CPPstartDate", "2021-07-02")]),
        ],
    ),
    "review_before_plan": (
        {},
        [
            (
                "ChildProtectionPlans",
                [("CPPstartDate", "2021-06-02"), ("Reviews", [("CPPreviewDate", "2021-06-02")])],
            )
        ],
    ),
}
"""What an episode of need from 1 May 2021 has, by the one rule that it breaks."""


def test_each_rule_finds_what_breaks_it_and_nothing_else(tmp_path: Path) -> None:
    """The child is named after the rule; one that breaks none has no issue of a rule."""
    children = []
    for rule, (facts, blocks) in {**BROKEN, "birth_unknown": ({}, []), "none": ({}, [])}.items():
        told = child(rule, {"CINreferralDate": "2021-05-01"})
        told[-1][1].extend([*facts.items(), *blocks])
        if rule != "birth_unknown":
            told[0][1].append(("PersonBirthDate", "2015-01-01"))
        children.append(told)
    found = loaded(tmp_path, census(2022, children)).issues
    told = found[found["rule"].isin(census_rules.RULES)]
    assert sorted(told["rule"]) == sorted([*BROKEN, "birth_unknown"])
    assert (told["id"] == told["rule"]).all()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("09-empty-factors-block", {"cin_assessments": 3, "cin_factors": 2}),
        ("11-two-conference-dates-with-one-name", {"cin_details": 2, "cin_section_47": 1}),
        ("12-empty-reviews-block", {"cin_protection_plans": 1, "cin_reviews": 0}),
        ("19-tags-that-are-nearly-right", {"cin_children": 2, "cin_section_47": 1}),
    ],
)
def test_cases_that_other_tools_got_wrong(
    examples: Path, case: str, expected: dict[str, int]
) -> None:
    """Inputs made by others, with the right answer beside them."""
    tables = load_returns(examples / "cases" / "returns" / case / "cin.xml").tables
    assert {name: len(tables[name]) for name in expected} == expected
    if case.startswith("19"):
        assert tables["cin_details"]["CINclosureDate"].notna().sum() == 1
        assert tables["cin_section_47"]["ICPCnotRequired"].isna().all()


LISTS = {
    "cin_details": ("LAchildID,CINreferralDate,CINclosureDate,ReferralNFA,ReasonForClosure",
                    "1,{},{},0,RC1"),
    "cin_assessments": ("LAchildID,AssessmentActualStartDate,AssessmentAuthorisationDate",
                        "1,{},{}"),
    "cin_plans": ("LAchildID,CINPlanStartDate,CINPlanEndDate", "1,{},{}"),
    "cin_section_47": ("LAchildID,S47ActualStartDate,DateOfInitialCPC,ICPCnotRequired",
                       "1,{},{},0"),
    "cin_protection_plans": ("LAchildID,CPPstartDate,CPPendDate,NumberOfPreviousCPP", "1,{},{},0"),
}  # fmt: skip


@pytest.mark.parametrize("names", [[name] for name in LISTS] + [[*LISTS]], ids=" ".join)
def test_lists_of_a_census_need_no_other_list(tmp_path: Path, names: list[str]) -> None:
    """A rule or a figure that asks of a list not sent finds nothing, and none counts twice."""
    for name in names:
        header, row = LISTS[name]
        spans = [("2021-05-10", "2021-06-15"), ("2021-09-06", "2021-09-20")]
        rows = [row.format(*span) for span in spans]
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    found = load_returns(tmp_path)
    assert {name: len(rows) for name, rows in found.tables.items()} == dict.fromkeys(names, 2)
    assert set(found.issues["severity"]) <= {"note", "query"}
    counting = {"referrals": "cin_details", "assessments": "cin_assessments",
                "child_in_need_plan_starts": "cin_plans", "section_47": "cin_section_47",
                "child_protection_plan_starts": "cin_protection_plans"}  # fmt: skip
    figures, _ = yearly.yearly(found)
    told = figures.set_index("measure")["value"].reindex(list(counting)).dropna()
    assert told.to_dict() == {one: 2 for one, name in counting.items() if name in names}


FLAT = {
    "plans 2023": """LAchildID,CPPstartDate,CPPendDate,NumberOfPreviousCPP
        A,2022-04-15,2022-10-01,0
        A,2022-10-01,,1
        B,2022-05-01,,0""",
    "reviews 2023": """LAchildID,CPPreviewDate
        A,2022-07-01
        A,2022-10-01
        A,2022-12-15
        B,2022-05-01
        C,2022-07-01""",
    "plans 2024": """LAchildID,CPPstartDate,CPPendDate,NumberOfPreviousCPP
        A,2022-10-01,,1
        B,2022-05-01,2023-06-01,0
        B,2023-05-01,,1""",
    "reviews 2024": """LAchildID,CPPreviewDate
        A,2022-12-15
        A,2023-06-01
        B,2023-05-15
        B,2023-07-01""",
}
"""Flat lists of two years: a plan follows another on its last day, and two of B's overlap."""


def test_reviews_of_two_years_need_no_plan(tmp_path: Path) -> None:
    """Without a list of plans they are read, and belong to none that could be told."""
    for name, text in FLAT.items():
        if name.startswith("reviews"):
            lines = [line.strip() for line in text.splitlines()]
            (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    found = load_returns(tmp_path)
    assert len(found.tables["cin_reviews"]) == 8
    assert found.tables["cin_reviews"]["plan"].isna().all()


def test_reviews_of_a_flat_list_are_of_the_plan_whose_dates_hold_them(tmp_path: Path) -> None:
    """One on the last day is of the plan that ends; of two plans it is of the later one, told."""
    for name, text in FLAT.items():
        lines = [line.strip() for line in text.splitlines()]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    found = load_returns(tmp_path)
    key = ["LA", "YEAR", "LAchildID", "episode", "plan"]
    plans, reviews = found.tables["cin_protection_plans"], found.tables["cin_reviews"]
    assert not plans.duplicated(key).any()
    of = rows(reviews.merge(plans, on=key), "LAchildID", "CPPreviewDate", "CPPstartDate")
    assert sorted(of) == [
        ["A", "2022-07-01", "2022-04-15"],
        ["A", "2022-10-01", "2022-04-15"],
        ["A", "2022-12-15", "2022-10-01"],
        ["A", "2023-06-01", "2022-10-01"],
        ["B", "2023-05-15", "2023-05-01"],
        ["B", "2023-07-01", "2023-05-01"],
    ]
    told = found.issues[found.issues["rule"].str.startswith("part_of")]
    assert sorted(told[["rule", "id", "value"]].to_numpy().tolist()) == [
        ["part_of_none", "B", "2022-05-01"],
        ["part_of_none", "C", "2022-07-01"],
        ["part_of_several", "B", "2023-05-15"],
    ]


def test_a_flat_list_of_assessments_says_which_referral_was_assessed(tmp_path: Path) -> None:
    """The child's other referral was not, and the assessment within none is told."""
    lists = {
        "details": "LAchildID,CINreferralDate,CINclosureDate,ReferralNFA,ReasonForClosure\n"
        "1,2021-05-10,2021-06-15,0,RC1\n1,2021-09-06,,0,",
        "assessments": "LAchildID,AssessmentActualStartDate,AssessmentAuthorisationDate\n"
        "1,2021-09-06,2021-10-01\n1,2021-07-01,2021-08-01",
    }
    for name, text in lists.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = load_returns(tmp_path)
    told = compute.known()["referrals_assessed_percent"](found, periods.years(2022, 2022))
    assert told.figures()[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2]]
    none = found.issues.query("rule == 'part_of_none'")
    assert none["value"].tolist() == ["2021-07-01"]


def test_assessments_alone_are_counted_by_working_days(examples: Path) -> None:
    """Inputs made by others: four in time by England's bank holidays, and one still open."""
    case = "07-working-days-without-bank-holidays-and-open-cases-in-time"
    found = load_returns(examples / "cases" / "returns" / case)
    year = periods.years(2024, 2024)
    known = compute.known()
    done = known["assessment_within_45_days_percent"](found, year)
    assert done.rows["working days"].tolist() == [44, 45, 43, 45]
    assert done.figures()[["numerator", "denominator"]].to_numpy().tolist() == [[4, 4]]
    assert known["assessments_open"](found, year).rows["working days"].tolist() == [69]


def test_a_census_made_by_others_is_read_whole(examples: Path) -> None:
    """800 children, under a root of another name and with tags of their own."""
    found = load_returns(examples / "returns" / "cin_census" / "CIN_output.xml")
    counts = found.counts.set_index("table")
    assert counts.loc["cin_children", ["read", "kept"]].tolist() == [800, 800]
    assert found.tables["cin_details"]["CINclosureDate"].notna().sum() == 378
    told = found.issues.set_index("column")["value"]
    assert told["ICPCRequired"] == "482 times, the opposite of ICPCnotRequired"
