"""The front door: what an analyst needs and nothing else, published figures only."""

import subprocess
import sys

import pandas as pd
import pytest

import thurrock_analysis
from thurrock_analysis import areas, figures, find_measures
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import facts
from thurrock_analysis.record import measures, store


def test_completion_finds_what_an_analyst_needs_and_nothing_else():
    assert dir(thurrock_analysis) == ["areas", "figures", "find_measures", "open_report"]
    for name in dir(thurrock_analysis):
        assert ">>> " in getattr(thurrock_analysis, name).__doc__, name


def test_the_package_is_imported_without_its_libraries():
    code = "import sys, thurrock_analysis; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_figure_that_a_paper_printed_never_mixes_with_a_published_one():
    # OF16 prints 87.2 for 2016, the publisher 81: their mean is nobody's figure.
    rates = figures("looked_after_rate", areas="Thurrock", wide="year")
    assert rates.loc["Thurrock", 2016] == 81.0
    printed = facts.figures().query("measure == 'looked_after_rate' and area == 'E06000034'")
    assert 87.2 in set(printed["value"])
    assert "document" not in set(store.load()["origin"])


def test_every_measure_is_found_by_its_name_and_says_what_is_held_of_it():
    table = find_measures()
    assert list(table.index) == list(measures.table().index)
    row = table.loc["referral_rate"]
    held = store.load(["referral_rate"])
    assert (row["first"], row["last"]) == (2010, 2025) and row["areas"] > 150
    assert row["source"] == "Department for Education, Children in need"
    assert held["period_end"].dt.year.max() == row["last"]
    assert (
        find_measures("social vacan").index.tolist() == find_measures("VACAN social").index.tolist()
    )


def test_wide_and_long_hold_the_same_numbers():
    names = ["Thurrock", "Medway", "England"]
    long = figures("referral_rate", "looked_after_rate", areas=names)
    for wide in ("year", "area", "measure"):
        shape = figures("referral_rate", "looked_after_rate", areas=names, wide=wide)
        assert shape.stack().dropna().size == long["value"].notna().sum(), wide
    assert long["area"].unique().tolist() == sorted(names)


def test_areas_stand_in_the_order_in_which_they_were_named():
    table = figures("referral_rate", areas=["Thurrock", "England", "Bexley"], wide="area")
    assert list(table.columns) == ["Thurrock", "England", "Bexley"]


def test_years_and_areas_are_taken_as_people_write_them():
    newest = figures("referral_rate", areas=883, years="newest")
    assert newest["year"].tolist() == [2025]
    for year in (pd.Series([2025]).max(), 2025.0, "2025"):
        assert figures("referral_rate", areas="Thurrock", years=year).equals(newest)
    both = figures("referral_rate", areas=["Thurrock", "Cumberland"], years=2016, wide="area")
    assert both["Cumberland"].isna().all(), "asked for, so shown as empty"


def test_a_search_knows_groups_and_hyphens():
    assert "re_referral_percent" in find_measures("re-referral").index
    assert (
        find_measures("funnel").index.tolist() == find_measures("FUNNEL")["groups"].index.tolist()
    )
    assert list(find_measures("flying carpets").columns) == list(find_measures().columns)


def test_a_hidden_figure_keeps_its_reason():
    rows = figures("looked_after_starts", areas="Isles of Scilly")
    assert set(rows.loc[rows["value"].isna(), "status"]) & {"suppressed", "missing or suppressed"}


def test_as_at_gives_what_had_been_published():
    rows = figures("looked_after", areas="Thurrock", years=2017, as_at="2018-03-31")
    assert rows["value"].tolist() == [345.0]
    assert figures("looked_after", areas="Thurrock", years=2017)["value"].tolist() == [333.0]


def test_names_are_told_apart_where_two_areas_share_one():
    assert pd.Index(areas().index).is_unique
    wide = figures("referral_rate", wide="area")
    assert wide["Dorset (to 2019)"].dropna().index.max() <= 2019
    assert wide["Dorset"].dropna().index.min() >= 2020
    assert areas(region="East of England").index.str.contains("Thurrock").sum() == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("BCP", "Bournemouth, Christchurch and Poole"), ("st helens", "St. Helens"), ("hull", "Hull")],
)
def test_an_area_is_found_by_the_name_that_people_use(text, name):
    assert areas(text).index.str.contains(name).any()
    assert areas.find(text).name in areas(text).index
    assert figures("looked_after", areas=text, years=2025)["area"].nunique() == 1


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda: figures("referal_rate"), "'referral_rate' .*would be right"),
        (lambda: figures("referral_rate", areas="Thurock"), "Thurrock"),
        (lambda: figures("referral_rate", years="2023-24"), "is no closing year: write 2024"),
        (lambda: figures("referral_rate", years=[2024, 2030]), "no figure of 2030"),
        (lambda: figures("referral_rate", years=1999), r"of 1999 .*2010 to 2025 are held"),
        (lambda: figures("referral_rate", wide="sideways"), "takes 'year', 'area' or 'measure'"),
        (lambda: figures("looked_after", breakdown="placement"), "'placement type'"),
        (lambda: figures("referral_rate", as_at="soon"), "is not a date"),
        (lambda: figures(), "Name a measure"),
        (
            lambda: areas(region="East Anglia"),
            "no region 'East Anglia': 'East of England'",
        ),
    ],
)
def test_what_is_not_held_is_refused_in_one_sentence(ask, said):
    with pytest.raises(ThurrockError, match=said) as refused:
        ask()
    assert "\n" not in str(refused.value)
