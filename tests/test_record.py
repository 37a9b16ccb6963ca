"""The record: known figures, the record as at a date, its history and its coverage."""

import itertools

import pandas as pd
import pytest

from thurrock_analysis.record import dictionary, measures, releases, store, tidy

THURROCK = "E06000034"
EAST = "E12000006"
ENGLAND = "E92000001"
YEARS = range(2015, 2026)
NONE = None


@pytest.fixture(scope="module")
def newest(views):
    """Return the newest view of the record, by measure, area and closing year."""
    rows = views[releases.resolve_as_at(None)]
    rows = rows[rows["breakdown"].eq("all")]
    rows = rows.assign(year=rows["period_end"].dt.year)
    return rows.set_index(["measure", "area", "year"]).sort_index()


# Thurrock by closing year 2015 to 2025 as DfE's newest tables print it, read from them by hand;
# "c" is suppressed.
SERIES = {
    "referrals": [2052, 2423, 2058, 2126, 2824, 2825, 2594, 2478, 2203, 2198, 1885],
    "re_referral_percent": [14.6, 17.5, 13.6, 10.0, 13.2, 15.5, 19.0, 20.5, 20.1, 18.4, 16.0],
    "assessment_within_45_days_percent": [
        85.9, 80.6, 93.5, 91.5, 94.1, 92.5, 95.3, 96.1, 97.5, 97.8, 97.0,
    ],
    "section_47_rate": [
        188.9, 186.4, 201.9, 186.4, 162.4, 193.1, 186.8, 138.1, 107.8, 154.8, 102.9,
    ],
    "initial_conference_within_15_days_percent": [
        84.2, 76.6, 63.2, 72.5, 77.0, 86.8, 93.1, 87.5, 96.5, 95.6, 94.8,
    ],
    "children_in_need_rate": [
        389.6, 448.0, 428.3, 443.8, 428.5, 396.4, 390.7, 342.7, 308.9, 319.6, 303.4,
    ],
    "child_protection_plans": [201, 291, 285, 226, 153, 170, 109, 108, 107, 144, 121],
    "child_protection_plan_starts": [226, 326, 327, 245, 214, 215, 143, 165, 135, 165, 108],
    "child_protection_plan_repeat_percent": [
        19.9, 19.0, 17.4, 15.9, 19.2, 25.1, 14.0, 13.9, 18.5, 28.5, 23.1,
    ],
    "child_protection_plan_two_years_ended_percent": [
        7.1, 5.9, 2.4, 7.2, 3.5, 3.1, 4.4, 3.6, "c", "c", 6.1,
    ],
    "child_protection_reviews_on_time_percent": [
        92.6, 89.8, 75.4, 92.7, 91.0, 96.2, 100, 100, 100, 100,
    ],
    "looked_after": [284, 333, 333, 299, 290, 297, 298, 294, 292, 290, 276],
    "looked_after_rate": [71, 81, 79, 70, 67, 68, 67, 67, 65, 64, 60],
    "looked_after_starts": [129, 193, 199, 187, 201, 234, 147, 121, 95, 141, 109],
    "looked_after_ceased": [131, 146, 200, 220, 210, 233, 148, 125, 101, 144, 124],
}  # fmt: skip
COMPARATORS = {
    EAST: [48, 49, 49, 49, 51, 51, 50, 50, 52, 50, 49],
    ENGLAND: [60, 60, 62, 64, 66, 68, 69, 70, 70, 69, 67],
}


def shown(rows, measure, area, year):
    """Return what a reader sees of a figure: its number or its sign."""
    row = rows.loc[(measure, area, year)]
    return {"": row["value"], "suppressed": "c"}[row["status"]]


@pytest.mark.parametrize("measure", SERIES)
def test_the_newest_series_of_thurrock(newest, measure):
    expected = dict(zip(YEARS, SERIES[measure], strict=False))
    assert {year: shown(newest, measure, THURROCK, year) for year in expected} == expected


@pytest.mark.parametrize("area", COMPARATORS)
def test_the_newest_rates_of_children_looked_after_elsewhere(newest, area):
    found = [shown(newest, "looked_after_rate", area, year) for year in YEARS]
    assert found == COMPARATORS[area]


# Residents aged 0 to 17 by mid-year, as shipped with Children in need 2025.
def test_the_newest_populations_of_thurrock(newest):
    expected = [39029, 39467, 40121, 40941, 41750, 42428, 43101, 43718, 44175, 44091, 44804,
                45530, 46271]  # fmt: skip
    found = [shown(newest, "population_0_17", THURROCK, year) for year in range(2012, 2025)]
    assert found == expected


# Counts, populations and rates that DfE prints in different tables, divided by hand.
@pytest.mark.parametrize(
    ("measure", "year", "numerator", "denominator", "value"),
    [
        ("referral_rate", 2016, 2423, 40941, 591.8),
        ("assessment_within_45_days_percent", 2016, 2350, 2917, 80.6),
        ("assessment_rate", 2016, 2917, 40941, 712.5),
        ("initial_conference_within_15_days_percent", 2016, 292, 381, 76.6),
        ("child_protection_plan_end_rate", 2017, 331, 41750, 79.3),
        ("looked_after_rate", 2019, 290, 43101, 67),
        ("looked_after_rate", 2020, 297, 43718, 68),
        ("looked_after_rate", 2021, 298, 44175, 67),
        ("looked_after_rate", 2022, 294, 44091, 67),
        ("looked_after_rate", 2023, 292, 44804, 65),
        ("looked_after_rate", 2024, 290, 45530, 64),
        ("looked_after_rate", 2025, 276, 46271, 60),
    ],
)
def test_published_anchors_with_their_parts(newest, measure, year, numerator, denominator, value):
    row = newest.loc[(measure, THURROCK, year)]
    assert row[["numerator", "denominator", "value"]].tolist() == [numerator, denominator, value]
    assert row["method"].startswith("as published")


# 333 / 41,750 is 79.8 and 79 is printed. The population of the release of that year, rounded to
# 41,900, gives it: count and rate are of different revisions.
def test_the_rate_of_2017_rests_on_the_population_of_its_own_release(newest):
    row = newest.loc[("looked_after_rate", THURROCK, 2017)]
    assert row[["numerator", "denominator", "value"]].tolist() == [333, 41900, 79]
    assert "parts of CLA 2017" in row["method"]


# As first published, and as revised.
@pytest.mark.parametrize(
    ("measure", "year", "release", "value"),
    [
        ("looked_after", 2015, "CLA 2015", 279),
        ("looked_after", 2015, "CLA 2019", 284),
        ("looked_after", 2016, "CLA 2016", 334),
        ("looked_after", 2016, "CLA 2020", 333),
        ("looked_after", 2017, "CLA 2017", 345),
        ("looked_after", 2017, "CLA 2021", 333),
        ("looked_after_rate", 2015, "CLA 2015", 70),
        ("looked_after_rate", 2019, "CLA 2021", 66),
        ("looked_after_rate", 2019, "CLA 2023", 67),
        ("looked_after", 2011, "CLA 2011", 212),
        ("looked_after", 2014, "CLA 2014", 284),
        ("children_in_need_rate", 2023, "CIN 2024", 309.4),
        ("children_in_need_rate", 2023, "CIN 2025", 308.9),
        ("population_0_17", 2023, "CIN 2025", 45530),
    ],
)
def test_a_figure_keeps_what_each_release_said(shipped, measure, year, release, value):
    rows = shipped[
        shipped["measure"].eq(measure)
        & shipped["area"].eq(THURROCK)
        & shipped["breakdown"].eq("all")
        & shipped["period_end"].dt.year.eq(year)
        & shipped["release"].eq(release)
    ]
    assert rows["value"].tolist() == [value]


# What the inspection report of 2016 prints adds up.
def test_the_categories_of_plans_that_the_inspection_report_prints():
    rows = dictionary.read("facts")
    rows = rows[rows["document"].eq("OF16") & rows["measure"].eq("child_protection_plans")]
    rows = rows[~rows["line"].eq("p42")]  # one category once more
    counts = rows[rows["breakdown"].eq("category")].set_index("group")["value"].astype(int)
    assert counts.to_dict() == {
        "emotional abuse": 125, "neglect": 120, "physical abuse": 6, "sexual abuse": 12,
    }  # fmt: skip
    assert counts.sum() == 263


DATES = ["2012-12-31", "2018-03-31", "2020-12-10", "2025-11-24", "2026-03-31"]


@pytest.fixture(scope="module")
def views(shipped):
    """Return the record as at each date."""
    return {date: store.as_at(shipped, date) for date in [*DATES, releases.resolve_as_at(None)]}


@pytest.mark.parametrize("date", DATES)
def test_nothing_is_seen_before_its_period_was_first_published(views, date):
    seen = views[date]
    assert len(seen)
    collection = seen["measure"].astype("str").map(measures.table()["collection"])
    first = releases.first_published(collection, seen["period_end"])
    assert (first.fillna(seen["published"]) <= date).all()
    assert set(seen.loc[first.isna(), "measure"]) <= {"population_0_17"}


@pytest.mark.parametrize("date", DATES)
def test_a_later_release_is_marked_and_an_earlier_one_is_not(views, date):
    seen = views[date]
    late = seen["published"] > date
    marked = "later revision (release " + seen["release"].astype("str") + ")"
    assert all(m.startswith(s) for m, s in zip(seen["method"][late], marked[late], strict=True))
    assert seen["method"][~late].str.startswith("as published").all()
    assert not seen.duplicated(tidy.FIGURE).any()


@pytest.mark.parametrize(("earlier", "later"), list(itertools.pairwise(DATES)))
def test_what_is_seen_stays_to_be_seen(views, earlier, later):
    names = [pd.MultiIndex.from_frame(views[date][tidy.FIGURE]) for date in (earlier, later)]
    assert names[0].isin(names[1]).all()
    assert len(names[0]) < len(names[1])


# The releases of a collection that were out by then, by the calendar.
NEWEST_IN_MARCH_2018 = {
    "CIN": "2017-03-31",
    "CLA": "2017-03-31",
    "ONS": "2016-06-30",
    "CSWW": "2017-09-30",
}


def test_in_march_2018_nothing_is_newer_than_the_releases_of_then(seen_2018):
    collection = seen_2018["measure"].astype("str").map(measures.table()["collection"])
    newest = seen_2018.groupby(collection)["period_end"].max().dt.strftime("%Y-%m-%d").to_dict()
    assert {name: newest[name] for name in NEWEST_IN_MARCH_2018} == NEWEST_IN_MARCH_2018
    assert max(newest.values()) < "2018-03-31"


def test_in_march_2018_the_releases_of_2024_are_later_revisions(seen_2018):
    rows = seen_2018[seen_2018["release"].eq("CIN 2024")]
    assert len(rows)
    assert rows["method"].str.startswith("later revision (release CIN 2024)").all()


def test_in_march_2018_a_figure_is_what_had_been_published_by_then(seen_2018):
    def value(measure, year):
        rows = seen_2018[
            seen_2018["measure"].eq(measure)
            & seen_2018["area"].eq(THURROCK)
            & seen_2018["breakdown"].eq("all")
            & seen_2018["period_end"].eq(f"{year}-03-31")
        ]
        return rows[["value", "release"]].iloc[0].tolist()

    # First published 345 and 279, 333 and 284 now. The rate first rested on
    # 40,900 residents, the nearest hundred; it is 591.8 now.
    assert value("looked_after", 2017) == [345, "CLA 2017"]
    assert value("looked_after", 2015) == [279, "CLA 2015"]
    assert value("referral_rate", 2016) == [591.9, "CIN 2016"]


def release_rows(*releases_of_figure):
    """Build every release of one figure in full: (value or status, numerator, denominator)."""
    said = [cell if isinstance(cell, str) else "" for cell, *_ in releases_of_figure]
    return tidy.conform(
        pd.DataFrame(
            {
                "measure": "referral_rate",
                "area": THURROCK,
                "period_end": "2016-03-31",
                "basis": "in year",
                "origin": "published",
                "release": [f"CIN {2016 + at}" for at in range(len(said))],
                "published": [f"{2016 + at}-12-31" for at in range(len(said))],
                "value": [NONE if text else row[0] for text, row in
                          zip(said, releases_of_figure, strict=True)],
                "status": said,
                "numerator": [row[1] for row in releases_of_figure],
                "denominator": [row[2] for row in releases_of_figure],
            }
        )
    )  # fmt: skip


# The department printed the estimate of mid-2022 eight days before the calendar has it out.
def test_what_a_release_printed_is_seen_from_its_day_whatever_the_calendar_has():
    row = release_rows((44734, NONE, NONE)).assign(measure=measures.POPULATION, basis="at date")
    row = row.assign(period_end=pd.Timestamp("2022-06-30"), published=pd.Timestamp("2023-11-20"))
    assert store.as_at(row, "2023-11-20")["value"].tolist() == [44734]
    assert store.as_at(row, "2023-11-19").empty


def test_no_share_is_more_than_all(shipped):
    shares = [name for name in measures.table().index if measures.get(name).is_share]
    assert shipped.loc[shipped["measure"].isin(shares), "value"].max() == 100


def test_coverage_counts_areas_with_and_without_a_number():
    def row(area, cell, release):
        return release_rows((cell, NONE, NONE)).assign(area=area, release=release)

    rows = pd.concat(
        [
            row(THURROCK, 1.0, "CIN 2016"),
            row("E06000035", "suppressed", "CIN 2016"),
            row("E06000036", 2.0, "CIN 2016"),
            row("E06000036", "suppressed", "CIN 2017").assign(published="2017-12-31"),
            row(ENGLAND, 3.0, "CIN 2016"),
        ],
        ignore_index=True,
    )
    rows["published"] = pd.to_datetime(rows["published"])
    table = store.coverage(rows).set_index("level")
    assert table.index.tolist() == ["authority", "country"]
    assert table.loc["authority", ["areas", "hidden"]].tolist() == [1, 2]
    assert table.loc["authority", "releases"] == "CIN 2016; CIN 2017"
    assert table.loc["country", ["areas", "hidden"]].tolist() == [1, 0]


def test_loading_some_measures_gives_their_rows(shipped):
    some = store.load(["referrals", "looked_after"])
    expected = shipped[shipped["measure"].isin(["referrals", "looked_after"])]
    assert len(some) == len(expected)
    assert some["value"].sum() == expected["value"].sum()
