"""Contacts, early help and open cases, from the lists that inspectors ask for (Annex A)."""

from functools import partial

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.choosing import in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.counting import of_rows
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.splitting import (
    DISABLED,
    UNKNOWN,
    banded,
    ethnicity,
    sex,
    with_age,
)
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

ANNEX_A = "Annex A"
CONTACT, REFERRED = "Date of Contact", "Date of referral"
WORKER, TEAM = "Allocated Worker", "Allocated Team"
NO_TIME = (
    "Annex A has the day of a contact and no time of its decision: whether one was made within "
    "24 hours needs the times of both from the case system."
)
SINCE = "days since"
HELPED = "Assessment start date"
OPEN = {
    "children_in_need": ("CIN Start Date", "CIN Closure Date"),
    "protection_plans": ("Child Protection Plan Start Date", "Child Protection Plan End Date"),
    "looked_after": ("Date Started to be Looked After", "Date Ceased to be Looked After"),
}
"""The lists of open cases: from when, until when."""


def children(returns: Returns, name: str) -> pd.DataFrame:
    """Return a list with the child's identifier as `id`, and what it can be split by."""
    rows = returns.table(name).rename(columns={"Child Unique ID": "id"}).reset_index(drop=True)
    held = rows.reindex(
        columns=["Gender", "Ethnicity", "Does the Child have a Disability", TEAM, WORKER]
    )
    disabled = held["Does the Child have a Disability"].astype("boolean")
    return rows.assign(
        sex=sex(held["Gender"]),
        ethnicity=ethnicity(held["Ethnicity"]),
        disability=disabled.map(DISABLED).fillna(UNKNOWN).astype("str"),
        team=held[TEAM],
        worker=held[WORKER],
    )


LISTS = {
    name: partial(children, name=name) for name in ("contacts", "early_help", "referrals", *OPEN)
}
"""What is derived of each list, only once."""


def aged(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return rows with the child's age on a date of theirs."""
    return with_age(rows, "Date of Birth", day) if "Date of Birth" in rows else rows


def _events(
    returns: Returns, periods: pd.DataFrame, name: str, date: str
) -> tuple[pd.DataFrame, Asked]:
    """Return the rows of a list with a date in a period."""
    asked = covered(returns, ANNEX_A, periods)
    return aged(in_periods(returns.once(LISTS[name]), date, asked[0]), date), asked


def contacts_decided_in_a_day(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Say what it would take to know which contacts were decided within 24 hours.

    Raises
    ------
    NotInReturnsError
        Always: no list of Annex A has the time.
    """
    raise NotInReturnsError(NO_TIME)


@measure
def contacts_referred_percent(
    returns: Returns, periods: pd.DataFrame, days: int | None = None
) -> Cases:
    """Share of contacts that a referral of the child follows."""
    rows, asked = over(returns, periods, _events, name="contacts", date=CONTACT)
    made = returns.once(LISTS["referrals"])
    referral = nearest(rows, CONTACT, made, REFERRED, [REFERRED], later=True, same_day=True)
    waited = (referral[REFERRED] - rows[CONTACT]).dt.days
    within = limit("contact_referral") if days is None else days
    rows = rows.assign(**{REFERRED: referral})
    return cases("contacts_referred_percent", rows, asked, waited <= within, 1.0)


def _after_help(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return referrals, each with the start of the child's last early help assessment before it."""
    rows, asked = over(returns, periods, _events, name="referrals", date=REFERRED)
    help_ = returns.once(LISTS["early_help"])
    return rows.assign(**nearest(rows, REFERRED, help_, HELPED, [HELPED], same_day=True)), asked


def _lately(rows: pd.DataFrame) -> pd.Series:
    return rows[HELPED] + pd.DateOffset(months=limit("early_help")) >= rows[REFERRED]


def _since(
    returns: Returns, periods: pd.DataFrame, name: str, date: str
) -> tuple[pd.DataFrame, Asked]:
    """Return the open cases of a list with the days since a date; one after the day is unknown."""
    asked = covered(returns, ANNEX_A, periods, day=True)
    rows = aged(on_days(returns.once(LISTS[name]), *OPEN[name], asked[0]), "period_end")
    days = (rows["period_end"] - rows[date]).dt.days
    days = days.where(days >= 0)
    return rows.assign(days=days, **{SINCE: banded(days, SINCE)}), asked


def _known(rows: pd.DataFrame) -> pd.Series:
    return rows["days"].notna()


of_rows("contacts", _events, name="contacts", date=CONTACT)
of_rows("early_help_assessments", _events, name="early_help", date="Assessment completion date")
of_rows("referrals_after_early_help_percent", _after_help, _lately, 1.0)
for one, listed, date in (
    ("children_in_need_days_since_seen", "children_in_need", "Date Child Was Last Seen"),
    ("child_protection_days_since_visit", "protection_plans", "Date of the Last Statutory Visit"),
    ("child_protection_days_since_review", "protection_plans", "Date of latest review conference"),
    ("looked_after_days_since_visit", "looked_after", "Date of Last Social Work Visit"),
    ("looked_after_days_since_review", "looked_after", "Date of Latest Statutory Review"),
):
    of_rows(one, _since, "days", _known, name=listed, date=date)


@measure
def children_per_social_worker(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean open cases of each allocated worker, one row a worker; those without one are a row.

    A child in several lists is of the worker named in the first of need, plan and care, and a
    worker in several teams is of the one with the most of their children.
    """
    asked = covered(returns, ANNEX_A, periods, day=True)
    lists = [
        on_days(returns.once(LISTS[name]), *OPEN[name], asked[0])[[*PERIOD, "id", "team", "worker"]]
        for name in OPEN
    ]
    held = pd.concat(lists, ignore_index=True)
    known = held.assign(lacking=held["worker"].isna()).sort_values("lacking", kind="stable")
    once = known.drop_duplicates([*PERIOD, "id"])
    of = [*PERIOD, "worker"]
    by_team = once.groupby([*of, "team"], dropna=False, as_index=False)["id"].count()
    largest = by_team.sort_values("id", ascending=False, kind="stable").drop_duplicates(of)
    total = by_team.groupby(of, dropna=False, as_index=False)["id"].sum()
    rows = total.rename(columns={"id": "children"}).merge(largest[[*of, "team"]], on=of)
    rows = rows.assign(id=rows["worker"])
    counted = rows["worker"].notna()
    return cases(
        "children_per_social_worker",
        rows,
        asked,
        rows["children"].where(counted),
        counted.astype("float64"),
    )
