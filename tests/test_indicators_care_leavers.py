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
