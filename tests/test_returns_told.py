"""What is said of small or odd returns: true sentences, and gaps in one sentence each."""

from dataclasses import replace

import pytest
from writing_returns import load

from tests import rules
from thurrock_analysis import open_report
from thurrock_analysis.findings import quality
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.indicators import durations

CARE = [
    {"CHILD": "1", "DECOM": "01/06/2020", "DEC": "01/06/2022", "REC": "E12", "PLACE": "A5"},
    {"CHILD": "2", "DECOM": "01/06/2020", "DEC": "01/02/2023", "REC": "E4A"},
    {"CHILD": "3", "DECOM": "01/06/2022"},
]
HEADER = [{"CHILD": one["CHILD"]} for one in CARE]


def report_on(returns, as_at=""):
    report = open_report("Medway")
    return replace(report, returns=OwnReturns(returns, report.area, as_at), taken=[])


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return load(tmp_path_factory.mktemp("told"), header=HEADER, episodes=CARE)


def test_a_table_that_no_return_holds_is_told_once(held):
    found = report_on(held).returned("workforce")
    assert found.sentence == (
        "The returns hold no table workforce_workers, workforce_authority, children_in_need and "
        "posts."
    )


def test_a_figure_that_cannot_be_told_is_named_with_its_reason(held):
    doubt = report_on(held).returned("placements").doubt
    assert "three or more social workers: not computed for what ends before 2024" in doubt


def test_what_has_not_ended_and_what_is_one_are_told(tmp_path):
    open_ = [{"CHILD": "1", "DECOM": "01/06/2022"}, {"CHILD": "2", "DECOM": "01/07/2022"}]
    returns = load(tmp_path / "open", header=HEADER[:2], episodes=open_)
    report = report_on(returns)
    found = report.durations("time to permanence")
    assert not found.held
    assert found.sentence.startswith("By 31 March 2023 no period of care had ended, of 2 held")
    one = load(tmp_path / "one", header=HEADER, episodes=CARE)
    found = report_on(one).durations("time to permanence")
    assert "1 was still open on 31 March 2023, for 10.0 months." in found.sentence
    assert not [*rules.bad_words(found), *rules.long_sentences(found)]


def test_a_year_that_is_not_over_has_no_average(held):
    told = durations.spans(report_on(held, "2022-08-31").returns.alone, "time to permanence")
    assert durations.backlog(told, "adopted", 1096).empty


def test_sheets_are_no_files(held):
    told = replace(held, counts=held.counts.assign(file=["a.xlsx/Episodes", "a.xlsx/Header"]))
    assert next(quality.said(told)).startswith("1 file, return year 2023: ")


def test_rows_of_a_later_day_are_told_apart_from_what_was_known(held):
    told = report_on(held).data_quality()
    assert "3 files" not in told.sentence and "whatever the day" not in told.sentence
    told = report_on(held, "2022-03-31").data_quality()
    assert "6 rows read, 6 kept. Rows are counted of all that the files hold" in told.sentence
    assert "leave out what came after 31 March 2022: 1 of the rows kept." in told.sentence
    rows = told.rest.frame.set_index("table")
    assert rows["kept"].to_dict() == {"header": 3, "episodes": 3}
    assert rows["later"].to_dict() == {"header": 0, "episodes": 1}
    assert not [*rules.bad_words(told), *rules.long_sentences(told)]
