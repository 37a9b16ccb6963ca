"""Contacts, early help and open cases, from the lists that inspectors ask for (Annex A)."""

from functools import partial

import pandas as pd

from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.choosing import in_periods, nearest, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import covered
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


@measure
def contacts(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count contacts."""
    asked = covered(returns, ANNEX_A, periods)
    rows = in_periods(returns.once(LISTS["contacts"]), CONTACT, asked[0])
    return cases("contacts", aged(rows, CONTACT), asked)


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
    asked = covered(returns, ANNEX_A, periods)
    rows = in_periods(returns.once(LISTS["contacts"]), CONTACT, asked[0])
    made = returns.once(LISTS["referrals"])
    referral = nearest(rows, CONTACT, made, REFERRED, [REFERRED], later=True, same_day=True)
    waited = (referral[REFERRED] - rows[CONTACT]).dt.days
    within = limit("contact_referral") if days is None else days
    rows = aged(rows, CONTACT).assign(**{REFERRED: referral})
    return cases("contacts_referred_percent", rows, asked, waited <= within, 1.0)


@measure
def referrals_after_early_help_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of referrals of children who had had an early help assessment: stepped up."""
    asked = covered(returns, ANNEX_A, periods)
    rows = in_periods(returns.once(LISTS["referrals"]), REFERRED, asked[0])
    began = "Assessment start date"
    help_ = returns.once(LISTS["early_help"])
    last = nearest(rows, REFERRED, help_, began, [began], same_day=True)
    lately = last[began] + pd.DateOffset(months=limit("early_help")) >= rows[REFERRED]
    rows = aged(rows, REFERRED).assign(**{began: last})
    return cases("referrals_after_early_help_percent", rows, asked, lately, 1.0)


@measure
def early_help_assessments(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count early help assessments completed."""
    asked = covered(returns, ANNEX_A, periods)
    date = "Assessment completion date"
    rows = in_periods(returns.once(LISTS["early_help"]), date, asked[0])
    return cases("early_help_assessments", aged(rows, date), asked)


def _since(measured: str, returns: Returns, periods: pd.DataFrame, name: str, date: str) -> Cases:
    """Return the open cases of a list with the days since a date; one after the day is unknown."""
    asked = covered(returns, ANNEX_A, periods, day=True)
    rows = aged(on_days(returns.once(LISTS[name]), *OPEN[name], asked[0]), "period_end")
    passed = (rows["period_end"] - rows[date]).dt.days
    passed = passed.where(passed >= 0)
    rows = rows.assign(**{SINCE: banded(passed, SINCE)})
    return cases(measured, rows, asked, passed, passed.notna().astype("float64"))


@measure
def children_in_need_days_since_seen(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days since children in need were last seen; those without a date have no numerator."""
    date = "Date Child Was Last Seen"
    return _since("children_in_need_days_since_seen", returns, periods, "children_in_need", date)


@measure
def child_protection_days_since_visit(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days since the last statutory visit; plans without a date have no numerator."""
    date = "Date of the Last Statutory Visit"
    return _since("child_protection_days_since_visit", returns, periods, "protection_plans", date)


@measure
def child_protection_days_since_review(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days since the last review conference; plans without a date have no numerator."""
    date = "Date of latest review conference"
    return _since("child_protection_days_since_review", returns, periods, "protection_plans", date)


@measure
def looked_after_days_since_visit(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days since the last visit of a social worker; children without a date have none."""
    date = "Date of Last Social Work Visit"
    return _since("looked_after_days_since_visit", returns, periods, "looked_after", date)


@measure
def looked_after_days_since_review(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days since the last statutory review; children without a date have no numerator."""
    date = "Date of Latest Statutory Review"
    return _since("looked_after_days_since_review", returns, periods, "looked_after", date)


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
