"""Annex A workbooks: lists known by their columns, on whatever sheet and below whatever title."""

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from thurrock_analysis.record import dictionary
from thurrock_analysis.returns import load_returns
from thurrock_analysis.returns.returns import Returns

WHO = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
CONTACTS = [*WHO, "Date of Contact", "Contact Source"]
REFERRALS = [*WHO, "Date of referral", "Referral Source", "Referral NFA?"]
ADOPTION = [
    "Child Unique ID",
    "Family identifier",
    *WHO[1:],
    "Does the Child have a Disability",
    "Date the Child Entered Care",
    "Date of Decision that Child Should be Placed for Adoption",
    "Date of Placement Order",
    "Date of Matching Child and Prospective Adopters",
    "Date Placed for Adoption",
]
BORN = datetime.date(2015, 1, 1)
CONFERENCE = "Was an Initial Child Protection Conference deemed unnecessary?"


def contact(name: object, day: datetime.date, source: str = "q) 6: Police") -> list[Any]:
    """Return a row of list 1, as Ofsted asks for its codes."""
    return [name, "a) Male", "a) WBRI", BORN, 8, day, source]


def day(month: int, number: int = 1, year: int = 2023) -> datetime.date:
    """Return a day of the months before the snapshot."""
    return datetime.date(year, month, number)


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write a workbook, one row after another from the first on; text stays text."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(
                            at, place, datetime.datetime.combine(cell, datetime.time()), dated
                        )
                    elif cell is None:
                        sheet.write_blank(at, place, None, dated)
                    else:
                        sheet.write(at, place, cell)
    return path


def loaded(folder: Path, sheets: dict[str, list[list[Any]]], name: str = "book.xlsx") -> Returns:
    """Write a workbook and load it."""
    return load_returns(workbook(folder / name, sheets))


def test_lists_are_known_by_their_columns_and_not_by_their_sheets(tmp_path: Path) -> None:
    """A list 10 is none of contacts, whatever stands on its sheet's name."""
    adopted = [9, 77, "b) Female", "a) WBRI", BORN, 2, "b) No", *[day(m) for m in (1, 2, 3, 4, 5)]]
    found = loaded(
        tmp_path,
        {
            "List_10": [CONTACTS, contact(1, day(2)), contact(2, day(3))],
            "list 1 (old)": [ADOPTION, adopted],
        },
    )
    assert found.tables["contacts"]["Child Unique ID"].tolist() == ["1", "2"]
    assert found.tables["adoption"]["Date Placed for Adoption"].dt.date.tolist() == [day(5)]
    assert set(found.tables) == {"contacts", "adoption"}


def test_a_template_with_titles_and_guidance_is_read_below_its_titles(tmp_path: Path) -> None:
    """Sheets of guidance name the same columns, and are no lists; an empty list is one."""
    fields = dictionary.read("fields").query("form == 'looked_after'")["column"].tolist()
    found = loaded(
        tmp_path,
        {
            "Front_Sheet": [["Annex A - Child level data"], [], ["Lists 1 - 11"]],
            "Guidance": [
                ["List Number/Title", "Field Heading", "Detailed Guidance", "Comments"],
                *[["List 8", field, f"Give the {field}.", ""] for field in fields],
            ],
            "Codes_used": [["Gender", "", "Ethnicity"], ["a) Male", "", "a) WBRI"]],
            "List_1": [["List 1: Contacts"], CONTACTS, contact(1001, day(2))],
            "List_3": [["List 3: Referral"], REFERRALS],
        },
    )
    assert {name: len(table) for name, table in found.tables.items()} == {
        "contacts": 1,
        "referrals": 0,
    }
    assert found.tables["contacts"]["row"].tolist() == [3]
    guidance = found.issues.query("rule == 'unknown_table'")["file"]
    assert sorted(guidance) == [
        f"book.xlsx/{name}" for name in ("Codes_used", "Front_Sheet", "Guidance")
    ]
    assert found.issues.query("severity in ['unreadable', 'set aside']").empty


@pytest.mark.parametrize(
    ("right", "written", "told"),
    [
        ("Age of Child (Years)", "Age", True),
        ("Date of Contact", "Date of Contact ", False),
        ("Date of Contact", "Date Of  contact", True),
        ("Date of Contact", "Date of Contct", True),
        ("Child Unique ID", "Child unique Id", True),
    ],
)
def test_headers_that_are_nearly_right_are_repaired(
    tmp_path: Path, right: str, written: str, *, told: bool
) -> None:
    """What is in them is read under the right name, and it is said."""
    columns = [written if name == right else name for name in CONTACTS]
    found = loaded(tmp_path, {"a": [columns, contact("007", day(2))]})
    assert found.tables["contacts"][right].notna().all()
    assert found.tables["contacts"]["Child Unique ID"].tolist() == ["007"]
    names = found.issues.query("rule == 'column_name'")[["column", "value"]]
    assert names.to_numpy().tolist() == [[right, written.strip()]] * told


def test_doubled_brackets_and_printed_quotation_marks_are_the_same_column(tmp_path: Path) -> None:
    """Ofsted's template and exports of it differ in them."""
    fields = dictionary.read("fields").query("form == 'looked_after'")["column"].tolist()
    written = [name.replace("(Y/N)", "(Y/N))").replace("'", "\u2019") for name in fields]
    found = loaded(tmp_path, {"a": [written, ["1", *["x"] * (len(fields) - 1)]]})
    missing = found.issues.query("rule in ['missing_column', 'extra_column']")
    assert missing.empty
    bracket = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
    told = found.issues.query("rule == 'column_name'")["column"].tolist()
    assert bracket in told
    assert all("(Y/N)" in name for name in told)


def test_a_column_that_means_the_opposite_is_not_read(tmp_path: Path) -> None:
    """A conference that was necessary is none that was unnecessary."""
    names = dictionary.read("fields").query("form == 'section_47'")["column"].tolist()
    columns = [name.replace("deemed unnecessary", "deemed necessary") for name in names]
    row = ["1"] + ["a) Yes" if "deemed" in name else day(2) for name in names[1:]]
    found = loaded(tmp_path, {"a": [columns, row]})
    assert found.tables["section_47"][CONFERENCE].isna().all()
    told = found.issues.query("rule == 'opposite_name'")
    assert told["value"].tolist() == [f"the opposite of {CONFERENCE}"]


def test_codes_are_taken_out_of_their_descriptions(tmp_path: Path) -> None:
    """Ofsted asks for them with letter and description; without is as good, neither an issue."""
    rows = [
        [1, "a) Male", "a) WBRI", BORN, 8, day(2), "q) 6: Police", "a) Yes"],
        [2, "Female", "WBRI", BORN, 8, day(2), "2A", "No"],
        [3, "c) Not stated/recorded", "s) NOBT", BORN, 8, day(2), "POLICE", "c) Unknown"],
    ]
    found = loaded(tmp_path, {"a": [REFERRALS, *rows]})
    table = found.tables["referrals"]
    assert table["Gender"].tolist() == ["M", "F", "U"]
    assert table["Ethnicity"].tolist() == ["WBRI", "WBRI", "NOBT"]
    assert table["Referral Source"].tolist() == ["6", "2A", "POLICE"]
    assert table["Referral NFA?"].astype("object").tolist() == [True, False, pd.NA]
    cells = found.issues[found.issues["row"].notna()]
    assert cells[["id", "rule"]].to_numpy().tolist() == [["3", "unknown_code"]]


def test_a_row_after_a_gap_is_read_and_formatted_nothing_is_blank(tmp_path: Path) -> None:
    """No row is set aside; those that are blank are counted as blank."""
    gap = [[None] * len(CONTACTS)] * 300
    rows = [contact(1, day(2)), *gap, contact(2, day(3)), *gap]
    found = loaded(tmp_path, {"a": [CONTACTS, *rows]})
    assert found.tables["contacts"]["row"].tolist() == [2, 303]
    assert found.counts[["read", "blank", "kept", "aside"]].to_numpy().tolist() == [
        [302, 300, 2, 0]
    ]


def test_a_cell_that_begins_with_an_equals_sign_is_text(tmp_path: Path) -> None:
    """A formula in text does nothing; one that only keeps noughts gives them."""
    rows = [contact('="007"', day(2)), contact("=1+1", day(2), "=HYPERLINK(0)")]
    found = loaded(tmp_path, {"a": [CONTACTS, *rows]})
    assert found.tables["contacts"]["Child Unique ID"].tolist() == ["007", "=1+1"]
    assert "formula" in found.issues.query("id == '=1+1'")["rule"].tolist()


def test_every_row_is_kept_set_aside_blank_or_repeated(tmp_path: Path) -> None:
    """A contact without a child or a day cannot be used; one that is told twice is one."""
    rows = [
        contact(1, day(2)),
        contact(1, day(2)),
        contact("", day(2)),
        [2, "", "", "", "", "", ""],
    ]
    found = loaded(tmp_path, {"a": [CONTACTS, *rows]})
    counts = found.counts[["read", "blank", "kept", "aside", "repeated"]]
    assert counts.to_numpy().tolist() == [[4, 0, 1, 2, 1]]
    aside = found.issues.query("severity == 'set aside'")[["row", "column"]].to_numpy().tolist()
    assert aside == [[4, "Child Unique ID"], [5, "Date of Contact"]]


def test_all_lists_of_a_snapshot_are_of_one_year_and_cover_six_months(tmp_path: Path) -> None:
    """It is of its last day; one near the end of a month of that end."""
    found = loaded(
        tmp_path,
        {
            "a": [CONTACTS, contact(1, day(10, 5, 2022)), contact(2, day(1, 9))],
            "b": [REFERRALS, [2, "", "", BORN, 8, day(3, 29), "", ""]],
        },
        "Annex A 2019.xlsx",
    )
    assert {year for table in found.tables.values() for year in table["YEAR"]} == {2023}
    span = found.spans[["collection", "YEAR", "start", "end"]].astype("str").to_numpy().tolist()
    assert span == [["Annex A", "2023", "2022-10-01", "2023-03-31"]]
    label = found.issues.query("rule == 'year_label'")
    assert label[["file", "value"]].to_numpy().tolist() == [["Annex A 2019.xlsx", "2019"]]


def test_of_two_snapshots_the_later_counts(tmp_path: Path) -> None:
    """A contact that both have is one, as the later tells it."""
    old: list[list[Any]] = [CONTACTS, contact(1, day(4, 5)), contact(2, day(6, 2))]
    new: list[list[Any]] = [
        CONTACTS,
        [1, "b) Female", "a) WBRI", BORN, 8, day(4, 5), "q) 6: Police"],
        contact(3, day(8)),
    ]
    workbook(tmp_path / "z.xlsx", {"a": old})
    workbook(tmp_path / "a.xlsx", {"a": new})
    found = load_returns(tmp_path)
    table = found.tables["contacts"].sort_values("Child Unique ID")
    assert table[["Child Unique ID", "Gender"]].to_numpy().tolist() == [
        ["1", "F"],
        ["2", "M"],
        ["3", "M"],
    ]
    assert found.counts["repeated"].sum() == 1


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("cases/returns/03-list-10-taken-for-list-1/annex_a.xlsx", {"contacts": 3, "adoption": 1}),
        ("cases/returns/22-row-after-a-gap-and-formatted-nothing/annex_a.xlsx", {"contacts": 3}),
        ("returns/annex_a/example-01.xlsx", {"contacts": 1, "referrals": 0, "adopters": 0}),
        ("returns/annex_a/example-01.xls", {"contacts": 1, "referrals": 0, "adopters": 0}),
        (
            "returns/annex_a/dates_only",
            {"contacts": 13, "referrals": 11, "section_47": 4, "looked_after": 3},
        ),
        (
            "returns/annex_a/Annex_A_2024_Jan.xlsx",
            {
                "contacts": 5,
                "referrals": 6,
                "protection_plans": 7,
                "care_leavers": 6,
                "adopters": 5,
            },
        ),
    ],
)
def test_workbooks_made_by_others_are_read_whole(
    examples: Path, file: str, expected: dict[str, int]
) -> None:
    """No row of them is set aside."""
    found = load_returns(examples / file)
    assert {name: len(found.tables[name]) for name in expected} == expected
    assert not found.counts["aside"].any()
