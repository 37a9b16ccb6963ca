"""Targets, notes and explanations of analysts stand beside the findings that they are about."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from thurrock_analysis import open_report
from thurrock_analysis.errors import ThurrockError

HEADER = "area,measure,kind,period_end,value,text,role\n"
WRITTEN = HEADER + (
    "Medway,referral_rate,explanation,2025-03-31,,<b>A front door</b> opened in May.,data analyst\n"
    "E06000035,referral_rate,target,2026-03-31,450,,head of service\n"
    "Kent,referral_rate,note,,,Not ours.,data analyst\n"
    "Medway,looked_after,note,,,Of another measure.,data analyst\n"
)


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """Keep reports, and notes beside them, in a folder of the test."""
    monkeypatch.setenv("THURROCK_REPORTS_DIR", str(tmp_path))
    return tmp_path / "notes.csv"


def shown(finding):
    """Return what a finding shows as text."""
    InteractiveShell.instance()
    with capture_output() as caught:
        finding._ipython_display_()
    return [one.data["text/markdown"] for one in caught.outputs if "text/markdown" in one.data]


def test_a_note_stands_beside_the_finding_it_is_about_and_nowhere_else(notes):
    """The area may be a name or a code; what was typed is text and no HTML."""
    finding = open_report("Medway").trend("referral_rate")
    without = shown(finding)
    notes.write_text(WRITTEN)
    assert shown(finding) == [
        *without,
        "Explanation of the data analyst on referrals per 10,000 children, 2024-25: "
        "&lt;b>A front door&lt;/b> opened in May.",
        "Local target for referrals per 10,000 children: 450 by 31 March 2026, set by the "
        "head of service.",
    ]


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("Medwey,referral_rate,note,,,Words.,analyst", "row 2, column area: .* Medway"),
        ("Medway,referral_rat,note,,,Words.,analyst", "row 2, column measure: .* referral_rate"),
        ("Medway,referral_rate,target,,,Words.,analyst", "row 2, column value"),
        ("Medway,referral_rate,note,,,Words.,", "row 2, column role"),
        ("Medway,referral_rate,note,2025-02-31,,Words.,analyst", "row 2, column period_end"),
        (f"Medway,looked_after,target,,{'9' * 5000},,analyst", "row 2, column value"),
        (
            "Medway,looked_after,target,,1e999,,analyst",
            "column value: .* a number is",
        ),
        ("Medway,looked_after,target,,٣,,analyst", "column value: .* a number is"),
        ("Medway,looked_after,target,,-5,,analyst", "column value: .* below 0"),
        (
            "Medway,re_referral_percent,target,,150,,analyst",
            "column value: .* from 0 to 100",
        ),
        ("Medway,looked_after,note,,,A \x1b[2J.,analyst", "row 2: .* control character"),
        ("Medway,looked_after,note,,,\u202e.sdroW,analyst", "row 2: .* control character"),
    ],
)
def test_a_row_that_cannot_be_right_is_one_sentence(notes, row, right):
    """It names file, row and column."""
    notes.write_text(HEADER + row + "\n")
    finding = open_report("Medway").trend("referral_rate")
    with pytest.raises(ThurrockError, match=f"notes.csv, .*{right}"):
        shown(finding)
