"""Care leavers: who is in the base of each age, and which codes count."""

import making_returns
import pytest

from thurrock_analysis.indicators import compute, periods
from thurrock_analysis.returns.returns import Returns

YEAR = periods.years(2022, 2022)


def figures(held: Returns, *names: str, year: int = 2022) -> dict[str, float]:
    """Return the values of measures of a year, by name."""
    asked = periods.years(year, year)
    return {name: compute.known()[name](held, asked).figures()["value"].iloc[0] for name in names}


def leavers(*rows: tuple[str, str, str, str], year: str = "2022") -> Returns:
    """Return care leavers by date of birth, contact, activity and accommodation."""
    names = ["DOB", "IN_TOUCH", "ACTIV", "ACCOM"]
    return making_returns.returns(
        oc3=[
            {"CHILD": str(child), "YEAR": year, **dict(zip(names, row, strict=True))}
            for child, row in enumerate(rows)
        ]
    )


def test_ages_are_those_of_the_last_day_of_the_return_year() -> None:
    born = ["2005-03-31", "2005-04-01", "2003-04-01", "2003-03-31", "2000-04-01", "1996-04-01",
            "1996-03-31", "1995-01-01"]  # fmt: skip
    held = leavers(*((day, "YES", "F1", "U1") for day in born))
    bands = {"care_leavers_17_18": 2, "care_leavers_19_21": 2, "care_leavers_22_25": 1}
    assert figures(held, *bands) == {**bands, "care_leavers_17_18": 2}
    cases = compute.known()["care_leavers_22_25"](held, YEAR)
    assert cases.rows["years"].tolist() == [25]


def test_codes_that_count() -> None:
    born = "2002-01-01"
    held = leavers(
        (born, "YES", "F2", "B1"),
        (born, "YES", "P5", "B2"),
        (born, "NO", "0", "0"),
        (born, "REFU", "G4", "R1"),
        (born, "NREQ", "F3", "G1"),
        (born, "DIED", "F1", "B1"),
        (born, "RHOM", "F1", "B1"),
        (born, "NO", "G6", "H2"),
    )
    expected = {
        "care_leavers_19_21": 6,
        "care_leavers_19_21_in_touch_percent": 100 * 2 / 6,
        "care_leavers_19_21_not_in_touch_percent": 100 * 2 / 6,
        "care_leavers_19_21_eet_percent": 100 * 2 / 6,
        "care_leavers_19_21_neet_percent": 100 * 2 / 6,
        "care_leavers_19_21_suitable_percent": 100 * 1 / 3,
    }
    assert figures(held, *expected) == pytest.approx(expected)


@pytest.mark.parametrize(("year", "percent"), [(2015, 100), (2016, 0)])
def test_an_old_code_counts_in_the_years_that_had_it(year: int, percent: float) -> None:
    held = leavers((f"{year - 20}-01-01", "YES", "P3", "U1"), year=str(year))
    assert figures(held, "care_leavers_19_21_eet_percent", year=year) == {
        "care_leavers_19_21_eet_percent": percent
    }


def test_a_share_of_nobody_has_no_value_and_no_return_is_a_gap() -> None:
    held = leavers(("2002-01-01", "YES", "F1", "U1"))
    told, gaps = compute.indicators(
        held, periods.years(2021, 2022), ["care_leavers_17_18_eet_percent", "care_leavers_17_18"]
    )
    assert told["status"].tolist() == ["not applicable", ""]
    assert told["value"].tolist()[1] == 0
    assert gaps["gap"].unique().tolist() == [
        "Not computed for what ends 31 March 2021: no return of the year says anything of "
        "care leavers."
    ]


def test_figures_split_by_what_young_people_do_add_up() -> None:
    held = leavers(
        ("2002-01-01", "YES", "F1", "Z1"), ("2002-01-01", "NO", "", "0"),
        ("2001-01-01", "YES", "G5", "S2"),
    )  # fmt: skip
    split = compute.known()["care_leavers_19_21"](held, YEAR).figures("activity")
    assert split.set_index("group")["value"].to_dict() == {
        "higher education": 1, "not known": 1, "not in education or work, other reasons": 1,
    }  # fmt: skip


BOUNDS = [f"care_leavers_19_21_{part}_{side}_percent"
          for part in ("eet", "suitable") for side in ("worst", "best")]  # fmt: skip


def test_what_is_not_known_counts_as_best_and_as_worst() -> None:
    born = "2002-01-01"
    held = leavers(
        (born, "YES", "F2", "B1"),
        (born, "YES", "G4", "B2"),
        (born, "NO", "0", "0"),
        (born, "NO", "", "R1"),
        (born, "REFU", "P5", "R2"),
        (born, "YES", "G6", "G1"),
        (born, "DIED", "0", "0"),
    )
    shares = [100 * 2 / 6, 100 * 4 / 6, 100 * 1 / 5, 100 * 4 / 5]
    assert list(figures(held, *BOUNDS).values()) == pytest.approx(shares)
    official = figures(held, "care_leavers_19_21_eet_percent")
    assert list(official.values()) == pytest.approx(shares[:1])
    cases = compute.known()["care_leavers_19_21_eet_best_percent"](held, YEAR)
    assert cases.rows["known"].tolist() == [True, True, False, False, True, True]


def test_what_others_say_of_a_young_person_can_be_left_unknown() -> None:
    held = leavers(("2002-01-01", "REFU", "P5", "B1"), ("2002-01-01", "NREQ", "G5", "B2"))
    told = [
        compute.known()[name](held, YEAR, third_party=known).figures()["value"].iloc[0]
        for known in (True, False)
        for name in BOUNDS
    ]
    assert told == [50, 50, 50, 50, 0, 100, 0, 100]


STAYING = ["from_foster_care", "staying_put", "staying_put_percent"]


def fostered(*rows: tuple[str, str, str, str], first: int = 2020) -> Returns:
    """Return care leavers of 2022 by birth, the end of care, its placement, and ACCOM."""
    spans = [
        {"collection": "SSDA903", "LA": "", "YEAR": str(year), "start": f"{year - 1}-04-01",
         "end": f"{year}-03-31"}
        for year in range(first, 2023)
    ]  # fmt: skip
    people = [dict(zip(["DOB", "DEC", "PLACE", "ACCOM"], row, strict=True)) for row in rows]
    for child, person in enumerate(people):
        person |= {"CHILD": str(child), "YEAR": "2022", "IN_TOUCH": "YES", "ACTIV": "F1"}
    spell = {"DECOM": "2015-05-05", "RNE": "S", "LS": "C2", "REC": "E8"}
    return making_returns.returns(
        spans=spans, oc3=people, episodes=[person | spell for person in people]
    )


def test_those_who_left_foster_care_at_18_stay_where_they_say_so() -> None:
    held = fostered(
        ("2003-06-01", "2021-06-01", "U4", "Z1"),
        ("2003-06-01", "2021-06-01", "Q1", "Z2"),
        ("2003-06-01", "2021-06-01", "U6", "U1"),
        ("2003-06-01", "2021-05-31", "U6", "Z1"),
        ("2003-06-01", "2021-06-02", "U6", "Z1"),
        ("2003-06-01", "2021-06-01", "K2", "Z1"),
        ("2002-06-01", "2020-06-01", "U6", "Z1"),
        ("2001-04-01", "2019-04-01", "U6", "U1"),
        ("2001-03-31", "2019-03-31", "U6", "Z1"),
    )
    told = [figures(held, *(f"care_leavers_{age}_{name}" for name in STAYING)).values()
            for age in ("18", "19_20")]  # fmt: skip
    assert list(map(list, told)) == [
        [3, 2, pytest.approx(100 * 2 / 3)],
        [2, 1, 50],
    ]


def test_birthdays_before_the_returns_held_leave_the_older_ones_out() -> None:
    held = fostered(("2003-06-01", "2021-06-01", "U4", "Z1"), first=2021)
    names = ["care_leavers_18_staying_put", "care_leavers_19_20_staying_put"]
    told, gaps = compute.indicators(held, YEAR, names)
    assert told["measure"].tolist() == names[:1]
    assert gaps["gap"].tolist() == [
        "Not computed for what ends 31 March 2022: the 36 months to the day must be covered, "
        "and the returns held cover 1 April 2020 to 31 March 2022."
    ]
