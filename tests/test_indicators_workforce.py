"""The workforce census and the establishment post by post, against a count in plain Python."""

from datetime import date, timedelta

import making_returns
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.indicators import compute, posts, workforce
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.periods import between, years
from thurrock_analysis.returns.returns import Returns

CENSUS = years(2023, 2023, "09-30")
WORKERS = [
    # A worker in post, one who left, one who came, one who came and went, two from agencies.
    ("a", "0", "1", "2019-01-01", "", "1", "20", "3", "5"),
    ("b", "0", "0", "2020-01-01", "2023-05-01", "0.8", "0", "10", "5"),
    ("c", "0", "0.6", "2023-01-09", "", "", "9", "0", "4"),
    ("d", "0", "0", "2022-11-01", "2023-02-01", "", "", "2", "5"),
    ("e", "1", "1", "2023-03-01", "", "", "16", "", "5"),
    ("f", "1", "0.4", "2023-03-01", "", "", "0", "", "6"),
    ("g", "0", "0", "2020-01-01", "2023-09-30", "", "4", "", "1"),
]
COLUMNS = ["SWENo", "AgencyWorker", "FTE", "RoleStartDate", "RoleEndDate", "FTE30", "Cases30",
           "WorkingDaysLost", "OrgRole"]  # fmt: skip


def census() -> Returns:
    """Return the census of September 2023."""
    rows = [dict(zip(COLUMNS, row, strict=True)) | {"YEAR": "2023"} for row in WORKERS]
    whole = {"YEAR": "2023", "NumberOfVacancies": "2.4", "NoAgencyFTE": "0.7"}
    span = {"collection": "CSWW", "LA": "", "YEAR": "2023", "start": "2022-10-01",
            "end": "2023-09-30"}  # fmt: skip
    return making_returns.returns(spans=[span], workforce_workers=rows, workforce_authority=[whole])


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("social_workers", 1.6),
        ("social_workers_headcount", 2),
        ("social_worker_starters", 0.6),
        ("social_worker_starters_headcount", 1),
        ("social_worker_leavers", 0.8),
        ("social_worker_leavers_headcount", 2),
        ("social_worker_turnover_percent", 100 * 0.8 / 1.6),
        ("social_worker_turnover_headcount_percent", 100 * 2 / 2),
        ("agency_social_workers", 1.4),
        ("agency_social_workers_headcount", 2),
        ("agency_social_worker_percent", 100 * 1.4 / 3.0),
        ("agency_social_worker_headcount_percent", 50),
        ("social_worker_vacancies", 2.4),
        ("social_worker_vacancy_percent", 100 * 2.4 / 4.0),
        ("agency_social_workers_covering", 0.7),
        ("agency_covering_vacancies_percent", 100 * 0.7 / 1.4),
        ("vacancies_covered_percent", 100 * 0.7 / 2.4),
        ("case_holding_social_workers", 2.6),
        ("cases_held", 45),
        ("caseload", 45 / 2.6),
        ("sickness_days", 15),
        ("sickness_absence_percent", 100 * 15 / (253 * 1.6)),
    ],
)
def test_worked_values_of_a_small_census(measure: str, value: float) -> None:
    """One who leaves on 30 September has left; one who came and went is neither."""
    figures, gaps = compute.indicators(census(), CENSUS, [measure])
    assert figures["value"].tolist() == pytest.approx([value])
    assert gaps.empty


def test_roles_are_named_and_other_days_are_not_counted() -> None:
    """The census holds one day a year; of another it says so."""
    found = compute.known()["social_workers_headcount"](census(), CENSUS).figures("role")
    assert found.set_index("group")["value"].to_dict() == {
        "case holder": 1, "senior practitioner": 1
    }  # fmt: skip
    march = workforce.social_workers(census(), between("2023-04-01", "2023-06-30"))
    assert march.figures().empty
    assert "30 September" in march.gaps[0]


FIRST = date(2020, 1, 1)
DAY = timedelta(days=1)
day = st.integers(0, 1000).map(lambda ahead: FIRST + ahead * DAY)
spell = st.tuples(
    st.integers(1, 12), day, st.integers(0, 500), st.sampled_from(["", "x", "y", "z"]),
    st.sampled_from(["permanent", "newly qualified", "agency"]),
)  # fmt: skip
Spell = tuple[int, date, int, str, str]
NAMES = {"permanent": "posts_filled_permanently", "agency": "posts_filled_by_agency",
         "vacant": "posts_vacant"}  # fmt: skip


def establishment(spells: list[Spell]) -> Returns:
    """Return the file of posts; a spell over 400 days long has no end."""
    rows = [
        {"post": str(post), "team": "A", "fte": str(post / 8), "start": str(start),
         "end": str(start + length * DAY) if length < 400 else "", "person": person,
         "contract": contract if person else ""}
        for post, start, length, person, contract in spells
    ]  # fmt: skip
    return making_returns.returns(posts=rows)


def state(spells: list[Spell], on: date) -> str:
    """Return what one post is on a day: nothing before its first spell and after its last."""
    last = max(
        start + length * DAY if length < 400 else date.max for _, start, length, *_ in spells
    )
    if not min(start for _, start, *_ in spells) <= on <= last:
        return ""
    now = [
        (person, contract)
        for _, start, length, person, contract in spells
        if start <= on and (length >= 400 or on <= start + length * DAY)
    ]
    kinds = {"vacant" if not who else "agency" if how == "agency" else "permanent"
             for who, how in now}  # fmt: skip
    return next((kind for kind in NAMES if kind in kinds), "vacant")


@settings(max_examples=5)
@given(spells=st.lists(spell, min_size=1, max_size=60, unique_by=lambda one: one[:2]))
def test_a_ledger_never_passes_the_establishment(spells: list[Spell]) -> None:
    """Every post is one thing on a day, though two spells of it overlap or none is on."""
    held = establishment(spells)
    for on in (FIRST + 100 * DAY, FIRST + 700 * DAY):
        period = between(str(on), str(on))
        by_post: dict[int, list[Spell]] = {}
        for one in spells:
            by_post.setdefault(one[0], []).append(one)
        states = {post: state(mine, on) for post, mine in by_post.items()}
        told, _ = compute.indicators(held, period, [*NAMES.values(), "posts_established"])
        values = told.set_index("measure")["value"]
        for kind, name in NAMES.items():
            expected = sum(post / 8 for post, now in states.items() if now == kind)
            assert values[name] == pytest.approx(expected), (kind, states)
        assert values[list(NAMES.values())].sum() == pytest.approx(values["posts_established"])


def quotient(cases: Cases) -> tuple[float, float]:
    """Return numerator and denominator of the only figure."""
    figure = cases.figures().iloc[0]
    return float(figure["numerator"]), float(figure["denominator"])


def test_tenure_vacancies_and_who_stays_of_an_intake() -> None:
    """A move between posts is no break, a gap is; a vacancy lasts since its first day."""
    rows = [
        {"post": "1", "start": "2021-01-01", "end": "2021-12-31", "person": "x",
         "contract": "newly qualified"},
        {"post": "2", "start": "2022-01-01", "person": "x", "contract": "permanent"},
        {"post": "1", "start": "2022-01-01", "end": "2022-03-01"},
        {"post": "3", "start": "2021-06-01", "end": "2022-05-31", "person": "y",
         "contract": "newly qualified"},
        {"post": "3", "start": "2022-09-01", "person": "y", "contract": "permanent"},
        {"post": "4", "start": "2022-03-01", "person": "z", "contract": "newly qualified"},
        {"post": "5", "start": "2022-01-01", "person": "w", "contract": "agency"},
        {"post": "6", "start": "2022-08-01"},
    ]  # fmt: skip
    held = making_returns.returns(posts=[row | {"fte": "1", "team": "A"} for row in rows])
    august = between("2022-08-11", "2022-08-11")
    assert quotient(posts.posts_vacant_days(held, august)) == (10 + 71, 2)
    tenure = posts.social_worker_tenure_years(held, august).rows.set_index("id")
    assert tenure.loc["x", "numerator"] == pytest.approx(587 / 365.25)
    assert sorted(tenure.index) == ["x", "z"]
    found = posts.newly_qualified_retained_percent(held, between("2021-01-01", "2021-08-31"))
    assert quotient(found) == (1, 2)
    later = posts.newly_qualified_retained_percent(held, between("2022-01-01", "2022-12-31"))
    assert later.figures().empty
    assert "12 months" in later.gaps[0]
