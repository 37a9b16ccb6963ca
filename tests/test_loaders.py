"""Loaders: the publishers' formats, as small files written for these tests.

The files follow the publishers' layouts (byte-order mark, both orders of the area columns, the
names of 2025, signs, thousands separators, codes) with made-up numbers.
"""

import math
import os
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import cells, ees, neighbours, opening
from thurrock_analysis.machine.upkeep import build, downloads, history
from thurrock_analysis.papers import facts
from thurrock_analysis.record import areas, dictionary, measures, releases, store, tidy

FIXTURES = Path(__file__).parent / "fixtures"


def load(name, table, release, rows=""):
    return build.load(FIXTURES / name, cells.table_named(table), release, rows)


def one(figures, measure, area="Thurrock", end="2024-03-31", group="all"):
    """Return the number of the one row that a figure has, or why it has none."""
    row = figures[
        figures["measure"].eq(measure)
        & figures["area"].eq(areas.find(area).code)
        & figures["period_end"].eq(end)
        & figures["group"].eq(group)
    ]
    assert len(row) == 1
    value, status = row["value"].iloc[0], row["status"].iloc[0]
    assert math.isnan(value) == bool(status)
    return status or value


def test_ees_tells_numbers_from_signs():
    figures = load("ees_referrals_2024.csv", "c1", "CIN 2024")
    expected = {
        ("referrals", "England", "2024-03-31"): 500010.0,
        ("referral_rate", "East of England", "2024-03-31"): 300.1,
        ("no_further_action", "England", "2024-03-31"): "low",
        ("no_further_action_percent", "England", "2024-03-31"): "low",
        ("assessed_not_in_need", "England", "2024-03-31"): 0.0,
        ("no_further_action", "East of England", "2024-03-31"): "suppressed",
        ("assessed_not_in_need", "East of England", "2024-03-31"): "unreliable",
        ("re_referrals", "Thurrock", "2024-03-31"): "suppressed",
        ("no_further_action", "Thurrock", "2024-03-31"): 0.0,
        ("assessed_not_in_need", "Thurrock", "2024-03-31"): "not available",
        ("assessed_not_in_need_percent", "Thurrock", "2024-03-31"): "not returned",
        ("no_further_action", "Thurrock", "2023-03-31"): "not applicable",
        ("no_further_action_percent", "Thurrock", "2023-03-31"): "not applicable",
        ("assessed_not_in_need", "Thurrock", "2023-03-31"): "low",
        ("assessed_not_in_need_percent", "Thurrock", "2023-03-31"): "not available",
    }
    assert {key: one(figures, *key) for key in expected} == expected


def test_ees_keeps_the_number_of_an_area_printed_under_two_codes():
    figures = load("ees_referrals_2024.csv", "c1", "CIN 2024")
    assert one(figures, "referrals", "North Yorkshire", "2023-03-31") == 3000.0
    assert not figures.duplicated(tidy.FIGURE).any()


def test_a_national_row_needs_no_code_and_a_region_without_one_goes_by_its_name(tmp_path):
    file = tmp_path / "ceased.csv"
    file.write_text(
        "time_period,geographic_level,region_code,region_name,new_la_code,old_la_code,la_name,"
        "cla_group,characteristic,number,percentage\n"
        "2025,National,,,,,,Reason episode ceased,Adopted,3000,9\n"
        "2025,Regional,,East of England,,,,Reason episode ceased,Adopted,300,8\n"
        "2025,Regional,,London,,,,Reason episode ceased,Adopted,290,8\n"
        "2025,Local authority,,East of England,E06000034,883,Thurrock,Reason episode ceased,"
        "Special guardianship order,7,6\n"
    )
    figures = load(file, "cla_ceased", "CLA 2025")
    found = {area: one(figures, "looked_after_ceased", area, "2025-03-31", group)
             for area, group in [("England", "adopted"), ("East of England", "adopted"),
                                 ("Thurrock", "special guardianship")]}  # fmt: skip
    assert list(found.values()) == [3000, 300, 7]
    frame = opening.read(file)
    downloads.check(frame, *downloads.known(frame, file), file)
    other = tmp_path / "other.csv"
    other.write_text(file.read_text().replace("East of England", "Essex and Suffolk"))
    with pytest.raises(ThurrockError, match=r"row 3.*'' is no English authority or region"):
        load(other, "cla_ceased", "CLA 2025")


def test_ees_names_of_2025_mean_the_same_measures():
    old = load("ees_referrals_2024.csv", "c1", "CIN 2024")
    new = load("ees_referrals_2025.csv", "c1", "CIN 2025")
    assert set(old["measure"]) - set(new["measure"]) == {"referral_rate"}
    assert one(new, "referrals", end="2025-03-31") == 1900.0
    assert one(new, "re_referral_percent", end="2025-03-31") == 15.8
    assert one(new, "no_further_action", end="2025-03-31") == "suppressed"


@pytest.mark.parametrize(
    ("name", "table", "year", "stock", "starts", "population"),
    [
        ("ees_looked_after_2022.csv", "cla_rate", 2022, 300, 120, 44000),
        ("ees_looked_after_2025.csv", "cla_rate", 2025, 270, 110, 46000),
    ],
)
def test_ees_children_looked_after_by_row(name, table, year, stock, starts, population):
    figures = load(name, table, f"CLA {year}")
    assert one(figures, "looked_after", end=f"{year}-03-31") == stock
    assert one(figures, "looked_after_starts", end=f"{year}-03-31") == starts
    # A rate at March is over the estimate of the June before.
    assert one(figures, "population_0_17", end=f"{year - 1}-06-30") == population


def test_ees_takes_a_group_where_two_columns_name_it():
    figures = load("ees_started_2022.csv", "cla_started", "CLA 2022")
    found = {
        (row.measure, row.breakdown, row.group): row.status or row.value
        for row in figures.itertuples()
    }
    assert found == {
        ("looked_after_starts", "age", "16 years and over"): 40,
        ("looked_after_starts_sixteen_and_over_percent", "all", "all"): 33,
        ("looked_after_starts", "legal status", "police protection"): 15,
        ("looked_after_starts", "legal status", "emergency protection order"): "suppressed",
        ("looked_after_starts_police_protection_percent", "all", "all"): 13,
        ("taken_into_care", "all", "all"): 50,
        ("taken_into_care_percent", "all", "all"): 42,
    }


def test_ees_reads_durations_in_months_and_files_of_england_alone():
    figures = load("ees_stages_2025.csv", "cla_adoption_stages", "CLA 2025")
    months = "adoption_months_entry_to_placement"
    assert one(figures, months, "England", "2025-03-31") == 22
    assert one(figures, months, "England", "2025-03-31", "under 1 year") == 9
    assert one(figures, months, "England", "2025-03-31", "7 years and over") == "low"
    assert one(figures, "looked_after_adopted_within_year", "England", "2025-03-31") == 2000


def test_a_net_figure_can_be_negative():
    path = FIXTURES / "ees_net_gain_2022.csv"
    figures = load(path.name, "cla_net_gain", "CLA 2022")
    assert one(figures, "looked_after_net_gain", end="2022-03-31") == -87
    frame = opening.read(path)
    (table,) = downloads.known(frame, path)
    downloads.check(frame, table, path)
    frame["number"] = frame["number"].replace("110", "-110")
    with pytest.raises(ThurrockError, match="row 2: '-110' must be a number from 0 up"):
        downloads.check(frame, table, path)


def test_ees_reads_the_parts_of_london():
    figures = load("ees_looked_after_2025.csv", "cla_rate", "CLA 2025")
    assert one(figures, "looked_after", "Inner London", "2025-03-31") == 4000.0


def test_population_is_of_the_whole_age_group_only_and_of_the_year_printed():
    figures = load("ees_population.csv", "population", "CIN 2025")
    assert len(figures) == 1
    assert one(figures, "population_0_17", end="2024-06-30") == 46000.0


def test_the_order_of_columns_does_not_matter():
    path = FIXTURES / "ees_referrals_2024.csv"
    frame = opening.read(path)
    table = cells.table_named("c1")
    turned = ees.read(frame[frame.columns[::-1]], table, path)
    pd.testing.assert_frame_equal(turned, ees.read(frame, table, path))


def test_sfr_tells_england_from_the_isle_of_wight():
    figures = load("sfr_referrals_2012.csv", "sfr_cin", "CIN 2012")
    assert one(figures, "referrals", "England", "2012-03-31") == 605100.0
    assert one(figures, "referrals", "Isle of Wight", "2012-03-31") == 1500.0
    assert one(figures, "population_0_17", "England", "2011-06-30") == 11311200.0


def test_sfr_keeps_signs_and_reads_thousands():
    figures = load("sfr_referrals_2012.csv", "sfr_cin", "CIN 2012")
    found = {
        ("re_referrals", "Thurrock"): "suppressed",
        ("child_protection_reviews_due", "Thurrock"): "not applicable",
        ("re_referrals", "Isle of Wight"): "not returned",
        ("child_protection_reviews_due", "Isle of Wight"): "not available",
        ("re_referrals", "Durham"): "not returned",
    }
    for (measure, area), status in found.items():
        assert one(figures, measure, area, "2012-03-31") == status
    assert one(figures, "child_protection_reviews_due", "Durham", "2012-03-31") == 0.0
    assert one(figures, "referrals", "Thurrock", "2012-03-31") == 1830.0


def test_sfr_reads_london_by_letter_where_three_rows_share_a_code():
    figures = load("sfr_looked_after_2017.csv", "sfr_cla", "CLA 2017")
    found = [
        one(figures, "looked_after", name, "2017-03-31")
        for name in ["England", "London", "Inner London", "Outer London", "Thurrock"]
    ]
    assert found == [72000, 9900, 4200, 5700, 340]


def test_lait_drops_the_noise_of_binary_numbers():
    figures = load("lait.csv", "lait_cin", "CIN 2024", "snapshot=2025-05-28")
    percent = "assessment_within_45_days_percent"
    assert one(figures, percent, end="2016-03-31") == 80.6
    assert one(figures, "referral_rate", "England", "2016-03-31") == 532.2
    assert one(figures, percent, end="2017-03-31") == "missing or suppressed"
    assert set(figures["release"]) == {"CIN 2024"}


def tool(tmp_path, *lines):
    """Write a snapshot of the interactive tool: series, year, area, value, number of the area."""
    file = tmp_path / "snapshot.csv"
    head = "Short Desc,Years,LA and Regions,Values,LA Number\n"
    file.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return lambda table, release: build.load(file, cells.table_named(table), release)


def test_lait_reads_a_year_by_its_kind(tmp_path):
    read = tool(
        tmp_path,
        "TotalLACFinance,2016-17 (OT),Thurrock,19387208,883.0",
        "LAC_Pers_Abs,2019,Thurrock,5.5,883.0",
        "PriFSM,2025,Thurrock,21.9,883.0",
        "16-17 NEET,2024,Thurrock,3.6,883.0",
        "CINPermExclusion,0,Thurrock,1,883.0",
    )
    spans = ["period_start", "period_end"]
    for table, release, measure, first, last in [
        ("lait_s251", "S251 2025", "spend_looked_after", "2016-04-01", "2017-03-31"),
        ("lait_out", "OUT 2025", "looked_after_persistent_absence_percent", "2018-09-01",
         "2019-08-31"),
        ("lait_spc", "SPC 2025", "free_meals_primary_percent", "2025-01-01", "2025-01-31"),
        ("lait_neet", "NEET 2025", "neet_16_17_percent", "2023-12-01", "2024-02-29"),
    ]:  # fmt: skip
        rows = read(table, release).query("measure == @measure and breakdown == 'all'")
        assert rows[spans].astype("str").to_numpy().tolist() == [[first, last]], measure
    assert read("lait_excl", "EXCL 2024").empty


def test_lait_has_nothing_of_areas_before_their_time_nor_of_years_without_a_number(tmp_path):
    read = tool(
        tmp_path,
        "CareApplications,2019,Bournemouth Christchurch and Poole,9.1,839.0",
        "CareApplications,2020,Bournemouth Christchurch and Poole,8.2,839.0",
        "CareApplications,2020,Thurrock,-,883.0",
        "CareApplications,2021,Thurrock,-,883.0",
        "CareApplications,2021,England,-,970.0",
    )
    found = read("lait_cafcass", "CAFCASS 2025")
    assert found["period_end"].dt.year.tolist() == [2020, 2020]
    assert found["status"].tolist() == ["", "missing or suppressed"]


def test_lait_gives_an_old_year_to_the_last_release_that_reported_it():
    figures = load("lait.csv", "lait_cla", "CLA 2024", "snapshot=2025-05-28")
    by_year = dict(zip(figures["period_end"].dt.year, figures["release"], strict=True))
    assert by_year == {2016: "CLA 2020", 2024: "CLA 2024"}


def test_lait_rows_of_another_snapshot_are_left_out():
    figures = load("lait.csv", "lait_cla", "CLA 2024", "snapshot=2024-11-19")
    assert figures["measure"].tolist() == ["looked_after"]


@pytest.mark.parametrize("name", ["neighbours_2021.csv", "neighbours_2025.csv"])
def test_neighbours_in_order_whatever_the_header(name):
    rows = neighbours.read(FIXTURES / name, "made up", "2021-04-01")
    own = rows[rows["area"] == "E06000034"]
    assert own["rank"].tolist() == list(range(1, 11))
    assert [areas.get(code).name for code in own["neighbour"][:3]] == [
        "Bedford", "Bexley", "Havering",
    ]  # fmt: skip
    assert set(rows["closeness"]) <= {"Very close", "Close", "Not close"}


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("ees_referrals_2024.csv", ["c1"]),
        ("ees_referrals_2025.csv", ["c1"]),
        ("ees_looked_after_2022.csv", ["cla_rate"]),
        ("ees_looked_after_2025.csv", ["cla_rate"]),
        ("ees_population.csv", ["population"]),
        ("ees_started_2022.csv", ["cla_started"]),
        ("ees_stages_2025.csv", ["cla_adoption_stages"]),
    ],
)
def test_a_file_is_known_by_its_header(name, tables):
    path = FIXTURES / name
    assert [table.name for table in cells.identify(opening.read(path), path)] == tables


def test_a_file_of_the_local_tool_serves_all_its_tables():
    path = FIXTURES / "lait.csv"
    known = [table.name for table in cells.identify(opening.read(path), path)]
    assert {"lait_cin", "lait_cla", "lait_csww"} <= set(known)
    assert all(name.startswith("lait_") for name in known)


def edited(tmp_path, name, old, new):
    """Write a changed copy of a fixture."""
    text = (FIXTURES / name).read_text(encoding="utf-8-sig")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2000,440.5", "2000,about 440", r"\.csv \(c1\), row 4: 'about 440' is neither a number"),
        ("883,E06000034", "777,E06000034", r"row 4, column old_la_code: '777' is no English"),
        ("2024,Reporting", "24,Reporting", r"row 2, column time_period: '24' must be a year"),
        ("Regional", "Ward", r"row 3, column geographic_level: 'Ward' must be one of National"),
    ],
)
def test_ees_names_the_row_it_cannot_read(tmp_path, old, new, said):
    path = edited(tmp_path, "ees_referrals_2024.csv", old, new)
    with pytest.raises(ThurrockError, match=said):
        build.load(path, cells.table_named("c1"), "CIN 2024")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.csv", None, "gone.csv is missing"),
        ("empty.csv", b"", "empty.csv is empty: download it again"),
        ("torn.parquet", b"PAR1", "torn.parquet cannot be read as Parquet .*download it again"),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ThurrockError, match=said):
        opening.read(path)


def test_an_unknown_header_is_refused():
    path = FIXTURES / "neighbours_2025.csv"
    with pytest.raises(ThurrockError, match="is none of the tables known here"):
        cells.identify(opening.read(path), path)


def test_every_mapped_column_names_a_known_measure_and_table():
    columns = dictionary.read("columns")
    assert set(columns["measure"]) <= set(measures.table().index)
    assert set(columns["table"]) == set(dictionary.read("tables")["table"])
    assert not columns.duplicated(["table", "column", "rows", "breakdown"]).any()


def test_documents_print_their_line():
    figures = facts.figures()
    assert (
        figures["source"].str.fullmatch(r"\w+, ((line|page) \d+(-\d+)?|web page|local level)").all()
    )
    contacts = figures[figures["measure"].eq("contacts") & figures["period_end"].eq("2017-11-30")]
    assert contacts["value"].tolist() == [611]  # OS18, lines 49-50


PUBLISHED = os.environ.get("THURROCK_PUBLISHED")
if PUBLISHED:

    @pytest.fixture(scope="module")
    def log():
        return build.assemble(Path(PUBLISHED))

    def test_the_publishers_files_give_the_shipped_record(log, shipped):
        built = history.pack(build.complete(log))
        pd.testing.assert_frame_equal(built, history.plain(shipped))

    def test_on_the_day_after_each_release_the_record_says_what_it_printed(log, shipped):
        for release, printed in log[log["status"].ne(history.VAGUE)].groupby("release"):
            day = releases.calendar().loc[release, "first_published"] + pd.Timedelta(days=1)
            rows = shipped[shipped["measure"].isin(printed["measure"].unique())]
            seen = history.plain(store.as_at(rows, f"{day:%Y-%m-%d}"))
            both = printed.merge(seen, "left", on=tidy.FIGURE, suffixes=("", "_seen"))
            assert both["status"].eq(both["status_seen"]).all(), release
            assert both["value"].fillna(-1).eq(both["value_seen"].fillna(-1)).all(), release

    def test_the_publishers_files_give_the_shipped_neighbours():
        built = build.models(Path(PUBLISHED)).astype("str").reset_index(drop=True)
        pd.testing.assert_frame_equal(built, dictionary.read("neighbours").astype("str"))
