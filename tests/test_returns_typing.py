"""Cells mean what the people who wrote them meant, or an issue says what became of them."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing_returns import load, rules_of

from thurrock_analysis.findings import quality
from thurrock_analysis.returns import cells, statutory
from thurrock_analysis.returns.statutory import OPEN, Field


def read(kind, texts, codes=""):
    """Read some texts as a column of a kind, all of one file."""
    one = Field("episodes", "X", kind, "", codes, 0, OPEN, False, False, ())
    column = cells.read(one, pd.Series(texts, dtype="str"), np.zeros(len(texts), int))
    return column.values, {
        rule: np.flatnonzero(mask).tolist() for rule, mask in column.faults.items()
    }


CELLS = [
    ("id", "007", "007", None),
    ("id", "1E05", "1E05", None),
    ("id", "NA", "NA", None),
    ("id", "123.0", "123", "spreadsheet_number"),
    ("id", '="007"', "007", "spreadsheet_number"),
    ("id", "1.23457E+11", "1.23457E+11", "spreadsheet_digits"),
    ("id", "=A1", "=A1", "formula"),
    ("id", "NULL", None, "blank_word"),
    ("id", "", None, None),
    ("date", "29/02/2020", "2020-02-29", None),
    ("date", "2020-02-29", "2020-02-29", None),
    ("date", "2020-02-29 00:00:00", "2020-02-29", None),
    ("date", "29/02/2020 14:30", "2020-02-29", None),
    ("date", "29-02-2020", "2020-02-29", None),
    ("date", "1/2/2020", "2020-02-01", None),
    ("date", "29/02/20", "2020-02-29", "date_form"),
    ("date", "29/12/99", "1999-12-29", "date_form"),
    ("date", "29-Feb-2020", "2020-02-29", "date_form"),
    ("date", "43890", "2020-02-29", "date_form"),
    ("date", "43890.75", "2020-02-29", "date_form"),
    ("date", "30/02/2020", None, "unreadable_date"),
    ("date", "13/31/2020", None, "unreadable_date"),
    ("date", "soon", None, "unreadable_date"),
    ("date", "01/01/0001", None, "unreadable_date"),
    ("date", "=TODAY()", None, "unreadable_date"),
    ("date", "01/01/1900", None, "blank_word"),
    ("date", "1900-01-01", None, "blank_word"),
    ("date", "NULL", None, "blank_word"),
    ("date", "", None, None),
    *[("flag", text, True, None) for text in ("1", "true", "TRUE", "Y", "yes")],
    *[("flag", text, False, None) for text in ("0", "false", "False", "N", "no")],
    ("flag", "1.0", True, "spreadsheet_number"),
    ("flag", "2", None, "unreadable_flag"),
    ("flag", "n/a", None, "blank_word"),
    ("whole", "12", 12, None),
    ("whole", "12.0", 12, "spreadsheet_number"),
    ("whole", "12.5", None, "unreadable_number"),
    ("whole", "many", None, "unreadable_number"),
    ("whole", "inf", None, "unreadable_number"),
    ("number", "0.6", 0.6, None),
    ("number", "-", None, "blank_word"),
    ("postcode", "ss17 6sl", "SS17 6SL", None),
    ("postcode", "SS176SL", "SS17 6SL", None),
    ("postcode", "SS17  6", "SS17 6", None),
    ("postcode", "6SL", "6SL", "postcode_form"),
    ("text", "NA", "NA", None),
    ("code", "V2", "V2", None),
    ("code", "v2", "V2", "code_form"),
    ("code", "V9", "V9", "unknown_code"),
    ("code", "NULL", None, "blank_word"),
]


@pytest.mark.parametrize(("kind", "text", "meant", "rule"), CELLS)
def test_a_cell_is_read_as_it_was_meant(kind, text, meant, rule):
    values, faults = read(kind, [text], "LS")
    if meant is None:
        assert values.isna().all()
    else:
        assert values[0] == (pd.Timestamp(meant) if kind == "date" else meant)
    assert faults == ({rule: [0]} if rule else {})
    assert values.dtype == cells.DTYPES[kind]


FORMS = [
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%y",
]


@given(st.lists(st.tuples(st.dates(datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)),
                          st.sampled_from(FORMS)), min_size=1))  # fmt: skip
def test_a_day_is_the_same_day_however_it_is_written(days):
    values, faults = read("date", [day.strftime(form) for day, form in days])
    assert values.dt.date.tolist() == [day for day, _ in days]
    assert "unreadable_date" not in faults


def test_the_dates_that_differ_from_most_of_their_file_are_told():
    _, faults = read("date", ["01/02/2020", "2020-02-03", "04/02/2020"])
    assert faults == {"date_form": [1]}


@given(
    st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), min_size=1)
)
def test_an_identifier_of_letters_and_digits_is_itself(texts):
    values, faults = read("id", texts)
    kept = [text for text in texts if text.upper() != "NULL"]
    assert values.dropna().tolist() == kept
    faults.pop("id_form", None)  # a note on ids that look otherwise: their values are kept
    assert faults == ({"blank_word": [n for n, t in enumerate(texts) if t not in kept]}
                      if len(kept) < len(texts) else {})  # fmt: skip


@pytest.mark.parametrize(
    ("column", "code", "first", "last"),
    [
        ("PLACE", "H5", None, 2024),
        ("PLACE", "P2", None, 2024),
        ("PLACE", "K3", 2025, None),
        ("PLACE", "Z1", None, 2025),
        ("PLACE", "Z14", 2026, None),
        ("REC", "E43", None, 2018),
        ("REC", "E45", 2019, None),
        ("REASON_PLACE_CHANGE", "CUSTOD", 2019, None),
    ],
)
def test_a_code_of_another_year_is_kept_and_told(tmp_path, column, code, first, last):
    for year, good in ((first or last, True), (first - 1 if first else last + 1, False)):
        row = {"CHILD": "1", "DECOM": f"01/05/{year - 1}", "DEC": f"02/05/{year - 1}", column: code}
        found = load(tmp_path / str(year), episodes=[row])
        assert found.table("episodes").loc[0, column] == code
        assert ("code_of_another_year" in rules_of(found)) != good


def test_sex_is_one_code_whatever_the_year(tmp_path):
    for year, told in ((2024, "1"), (2025, "M")):
        child = {"CHILD": "1", "SEX": told}
        days = {"CHILD": "1", "DECOM": "01/05/2020", "REVIEW": f"01/03/{year}"}
        load(tmp_path / str(year), header=[child], episodes=[days, days | {"CHILD": "2"}])
    both = load(tmp_path / "2024", header=[{"CHILD": "1", "SEX": "1"}])
    assert both.table("header")["SEX"].tolist() == ["M"]
    assert statutory.codes()["SEX"].loc["2", "read_as"] == "F"


def test_a_row_without_what_it_needs_is_set_aside_and_others_are_kept(tmp_path):
    found = load(
        tmp_path,
        header=[{"CHILD": "1", "DOB": ""}, {"CHILD": ""}],
        episodes=[
            {"CHILD": "1", "DECOM": "01/05/2020"},
            {"CHILD": "1"},
            {"CHILD": "2", "DECOM": "05/31/2022"},
        ],
        reviews=[{"CHILD": "1", "REVIEW": "01/01/1900"}],
    )
    assert found.table("header")["DOB"].isna().tolist() == [True]
    assert len(found.table("episodes")) == 1 and found.table("reviews").empty
    told = found.issues.groupby(["table", "row"])[["rule", "value"]].agg(list).to_dict("index")
    assert told[("header", 2)] == {"rule": ["missing_cell"], "value": [""]}
    for place, (rule, value) in {
        ("header", 3): ("missing_key", ""),
        ("episodes", 3): ("missing_key", ""),
        ("episodes", 4): ("unreadable_date_key", "05/31/2022"),
        ("reviews", 2): ("missing_key", "01/01/1900"),
    }.items():
        assert told[place] == {"rule": [rule], "value": [value]}
    (kind,) = [row for row in quality.kinds(found).itertuples() if "unreadable" in row.rule]
    assert (kind.table, kind.column, kind.rows) == ("episodes", "DECOM", 1)
    assert "day/month/year as 31/03/2022" in kind.sentence
    assert found.counts["aside"].tolist() == [1, 2, 1]


def test_the_header_in_the_middle_of_a_table_is_no_child(tmp_path):
    again = {"CHILD": "CHILD", "DECOM": "DECOM", "LS": "LS"}
    found = load(tmp_path, episodes=[{"CHILD": "1", "DECOM": "01/05/2020"}, again])
    assert found.table("episodes")["CHILD"].tolist() == ["1"]
    assert found.issues["rule"].tolist() == ["header_again"]


@pytest.mark.parametrize("year", [2022, 2026])
def test_a_word_for_a_sex_is_read_as_its_code_and_told(tmp_path, year):
    written = ["Male", "FEMALE", "M", "2", "Boy"]
    header = [{"CHILD": str(at), "SEX": sex} for at, sex in enumerate(written)]
    episodes = [{"CHILD": str(at), "DECOM": f"01/05/{year - 1}"} for at in range(len(written))]
    found = load(tmp_path, header=header, episodes=episodes)
    assert found.table("header")["SEX"].tolist() == ["M", "F", "M", "F", "BOY"]
    told = found.issues.query("column == 'SEX'").set_index("value")[["rule", "severity", "done"]]
    word = ["code_spelling", "repaired", "spelling repaired: read as the code"]
    assert told.loc["Male"].tolist() == told.loc["FEMALE"].tolist() == word
    other = "M" if year < 2025 else "2"
    again = ["code_of_another_year", "query", "read as the code of the year that means the same"]
    assert told.loc[other].tolist() == again
    assert told.loc["Boy", "rule"] == "unknown_code" and len(told) == 4
