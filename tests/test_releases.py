"""The release calendar, and what "as at" a date may mean."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import areas, dictionary, measures, releases


def test_the_calendar_has_one_row_a_release_and_one_a_period():
    rows = releases.calendar()
    assert rows.index.is_unique
    dated = rows.dropna(subset="period_end")
    assert not dated.duplicated(["collection", "period_end"]).any()
    assert set(rows.loc[rows["period_end"].isna(), "collection"]) == {"documents"}
    assert set(rows["date_status"]) == {"stated", "assumed"}


def test_every_date_is_sourced_or_its_rule_is_said():
    rows = releases.calendar()
    stated = rows["date_status"].eq("stated")
    assert rows.loc[stated, "source"].ne("").all()
    assert rows.loc[~stated, "note"].ne("").all()


def test_no_release_is_older_than_its_period():
    rows = releases.calendar().dropna(subset="period_end")
    assert (rows["first_published"] > rows["period_end"]).all()
    newer = rows.sort_values("period_end").groupby("collection")["first_published"]
    assert newer.apply(lambda dates: dates.is_monotonic_increasing).all()


def test_every_release_of_the_record_is_in_the_calendar(shipped):
    held = set(shipped["release"].astype("str"))
    assert held == set(releases.held())
    assert held <= set(releases.calendar().index)
    dates = shipped["release"].astype("str").map(releases.calendar()["first_published"])
    assert dates.eq(shipped["published"]).all()


def test_every_source_names_a_release_of_the_calendar():
    assert set(dictionary.read("sources")["release"]) <= set(releases.calendar().index)


def test_no_release_holds_a_period_that_ends_after_it(shipped):
    assert (shipped["period_end"] < shipped["published"]).all()


# Populations aside, a figure is never in a release older than the first one of its period. The
# populations of the release of 2023 on children looked after are not held: those of Children in
# need 2024 stand in for them (sources.csv).
def test_no_figure_is_older_than_the_first_release_of_its_period(shipped):
    collection = shipped["measure"].astype("str").map(measures.table()["collection"])
    first = releases.first_published(collection, shipped["period_end"])
    early = shipped[shipped["published"] < first]
    assert set(early["measure"]) <= {measures.POPULATION}
    assert set(early["release"]) <= {"CLA 2023"}


@pytest.mark.parametrize(
    ("collection", "end", "day"),
    [
        ("CIN", "2015-03-31", "2015-10-22"),  # first page of SFR 41/2015
        ("CLA", "2024-03-31", "2024-11-14"),  # the release as reported that week
        ("ONS", "2023-06-30", "2024-07-24"),  # the calendar of Nomis
    ],
)
def test_when_a_period_was_first_published(collection, end, day):
    found = releases.first_published(pd.Series([collection]), pd.Series([pd.Timestamp(end)]))
    assert found.tolist() == [pd.Timestamp(day)]


def test_a_period_without_a_release_has_no_date():
    found = releases.first_published(pd.Series(["CIN"]), pd.Series([pd.Timestamp("1999-03-31")]))
    assert found.isna().all()


def test_a_release_without_a_date_is_named():
    with pytest.raises(ThurrockError, match="The release 'CIN 1999' has no date"):
        releases.published(pd.Series(["CIN 2024", "CIN 1999"]))


def test_no_date_means_the_newest_release_held():
    newest = releases.calendar().loc[releases.held(), "first_published"].max()
    assert releases.resolve_as_at("") == releases.resolve_as_at(None) == f"{newest:%Y-%m-%d}"


@pytest.mark.parametrize("text", ["2018-03-31", "2025-11-24", "2012-10-09"])
def test_a_date_within_the_releases_held_stands(text):
    assert releases.resolve_as_at(text) == text


@pytest.mark.parametrize("text", ["1999-01-01", "2010-09-29", "2031-01-01"])
def test_a_date_outside_the_releases_held_is_refused(text):
    with pytest.raises(ThurrockError, match=f"cannot speak for {text}: its releases run from"):
        releases.resolve_as_at(text)


@pytest.mark.parametrize("text", ["31/03/2018", "2018-02-30", "yesterday", "2018", "2018-3-1"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ThurrockError, match="is not a date: write year, month and day"):
        releases.resolve_as_at(text)


@given(st.dates())
def test_every_iso_date_is_read_back(date):
    assert releases.parse(date.isoformat()) == date


def test_nothing_is_said_of_an_authority_before_it_was_created():
    created = areas.find("West Northamptonshire")
    with pytest.raises(ThurrockError, match="Nothing had been published on West Northamptonshire"):
        releases.check_existed(created, "2018-03-31")
    releases.check_existed(created, "2025-11-24")
    releases.check_existed(areas.find("Thurrock"), "2018-03-31")


def test_nothing_is_shown_of_an_authority_before_it_was_published_on():
    west = areas.find("West Northamptonshire")
    with pytest.raises(ThurrockError, match="Created in the reorganisation of April 2021"):
        releases.check_existed(west, "2018-03-31")
    releases.check_existed(west, "2025-12-31")
    releases.check_existed(areas.find("Thurrock"), "2018-03-31")


@pytest.mark.parametrize(
    ("date", "whole", "tables"),
    [
        ("2018-03-31", {"CSWW 2017"}, set()),
        ("2023-12-31", {"CIN 2023"}, {"CLA 2023"}),
        ("2026-03-31", set(), {"CIN 2025", "CLA 2025", "CSWW 2025"}),
    ],
)
def test_what_the_newest_releases_of_a_date_hold_more_than_the_record_is_named(date, whole, tables):
    rows = releases.not_held(date)
    rows = rows[rows["release"].str.partition(" ")[0].isin(["CIN", "CLA", "CSWW"])]
    of_all = rows["table"].eq("all")
    assert set(rows.loc[of_all, "release"]) == whole
    assert set(rows.loc[~of_all, "release"]) == tables
    assert rows["title"].ne("").all()


def test_nothing_is_missed_before_the_first_release():
    assert releases.not_held("2010-01-01").empty
