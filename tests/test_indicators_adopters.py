"""Prospective adopters: families once, their steps, and how long each took."""

import making_returns
import pytest

from thurrock_analysis.indicators import adopters, compute, periods
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

HALF = periods.six_months_to("2022-03-31")
COLUMNS = {
    "family": adopters.FAMILY, "enquired": adopters.ENQUIRED, "one": adopters.FIRST,
    "one_ended": adopters.FIRST_ENDED, "two": adopters.SECOND, "two_ended": adopters.SECOND_ENDED,
    "approved": adopters.APPROVED, "matched": adopters.MATCHED, "ordered": adopters.ORDERED,
    "left": adopters.LEFT,
}  # fmt: skip


def held(*rows: dict[str, str]) -> Returns:
    """Return a list of adopters, each with the dates that a test speaks of."""
    told = [
        {adopters.ADOPTER: str(place), **{COLUMNS[name]: value for name, value in row.items()}}
        for place, row in enumerate(rows)
    ]
    return making_returns.returns(adopters=(told, ""))


def counted(returns: Returns, name: str) -> list[float]:
    return compute.known()[name](returns, HALF).figures()["value"].tolist()


def test_two_adopters_are_one_family_and_one_without_a_family_is_one() -> None:
    day = "2021-12-01"
    returns = held(
        {"family": "F1", "enquired": day, "approved": ""},
        {"family": "F1", "enquired": day, "approved": "2022-03-31"},
        {"enquired": day}, {"enquired": "2021-10-01"},
        {"family": "2", "enquired": "2021-09-30"}, {"family": "F4", "enquired": "2022-04-01"},
    )  # fmt: skip
    assert counted(returns, "adopter_enquiries") == [3]
    assert counted(returns, "adopters_approved") == [1]


def test_a_family_is_at_one_step_on_a_day() -> None:
    begun = {"one": "2021-05-01"}
    approved = begun | {"approved": "2021-12-01"}
    returns = held(
        begun,
        begun | {"left": "2022-03-31"},
        begun | {"left": "2022-04-01"},
        begun | {"approved": "2022-03-31"},
        approved,
        approved | {"matched": "2022-04-01"},
        approved | {"matched": "2022-03-31"},
        approved | {"left": "2022-03-01"},
        {"one": "2022-04-01"},
        {"enquired": "2021-05-01"},
    )
    assert counted(returns, "adopters_in_assessment") == [2]
    assert counted(returns, "adopters_waiting") == [3]


def test_who_left_with_an_order_did_not_withdraw() -> None:
    left = "2022-01-10"
    returns = held(
        {"left": left}, {"left": left, "ordered": left}, {"left": left, "ordered": "2022-02-01"},
        {"left": "2021-09-30"}, {"ordered": left},
    )  # fmt: skip
    assert counted(returns, "adopters_withdrawn") == [2]


@pytest.mark.parametrize(
    ("measure", "begun", "ended"),
    [
        ("adopter_stage_one_days", "one", "one_ended"),
        ("adopter_stage_two_days", "two", "two_ended"),
        ("adopter_approval_to_match_days", "approved", "matched"),
    ],
)
def test_days_of_a_step_are_of_the_families_who_ended_it(
    measure: str, begun: str, ended: str
) -> None:
    returns = held(
        {begun: "2021-08-01", ended: "2021-10-01"},
        {begun: "2022-03-30", ended: "2022-03-31"},
        {begun: "2021-08-01", ended: "2021-09-30"},
        {begun: "2022-02-02", ended: "2022-02-01"},
        {ended: "2022-02-01"},
        {begun: "2022-02-01"},
    )
    figure = compute.known()[measure](returns, HALF).figures().iloc[0]
    assert figure[["numerator", "denominator", "value"]].tolist() == [62, 2, 31]


def test_without_the_list_nothing_is_said_of_adopters() -> None:
    with pytest.raises(NotInReturnsError, match="no table adopters"):
        compute.known()["adopters_waiting"](Returns({}), HALF)
