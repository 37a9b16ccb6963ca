"""``thurrock check``: what is said of returns, what is written, and what never is."""

import indicator_page
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from writing_returns import write

from thurrock_analysis import open_report
from thurrock_analysis.commands import commands
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.checking import run as checking
from thurrock_analysis.machine.refresh import run

SECRET = "KX0007"
HEADER = [{"CHILD": SECRET}, {"CHILD": "2"}, {"CHILD": "3"}]
LAST = [
    {"CHILD": SECRET, "DECOM": "01/05/2020"},
    {"CHILD": "2", "DECOM": "01/06/2019", "DEC": "01/02/2021", "REC": "E4A"},
]
THIS = [
    {"CHILD": SECRET, "DECOM": "01/05/2020"},
    {"CHILD": "3", "DECOM": "01/06/2021"},
]
WRONG = [*THIS, {"CHILD": "3", "DECOM": "31/02/2021"}]


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("THURROCK_REPORTS_DIR", str(tmp_path / "reports"))
    return tmp_path / "reports" / "internal" / "check"


def check(*asked):
    return CliRunner().invoke(commands, ["check", *map(str, asked)])


def test_a_clean_return_says_so_and_its_figures_are_written(tmp_path, out):
    done = check(write(tmp_path / "in" / "2022", header=HEADER[::2], episodes=THIS))
    assert done.exit_code == 0, done.output
    assert "2 files, return year 2022: 4 rows read, 4 kept." in done.output
    figures = pd.read_csv(out / "figures.csv")
    looked_after = figures[figures["measure"].eq("looked_after")]
    assert looked_after[["period_end", "value"]].to_numpy().tolist() == [["2022-03-31", 2]]


def test_issues_are_told_by_kind_and_no_child_is_named_unless_asked_for(tmp_path, out):
    folder = write(tmp_path / "in" / "2022", header=HEADER[::2], episodes=WRONG)
    done = check(folder)
    assert done.exit_code == 1
    assert "issue" in done.output and SECRET not in done.output
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Not for publication" in page and SECRET not in page and "31/02/2021" not in page
    issues = pd.read_csv(out / "issues.csv", dtype=str)
    assert {"file", "row", "rule", "done"} <= set(issues) and "id" not in issues
    assert "31/02/2021" not in (out / "issues.csv").read_text(encoding="utf-8")
    assert issues.loc[issues["column"].eq("DECOM"), "row"].tolist() == ["4"]
    assert check(folder, "--with-records").exit_code == 1
    assert "31/02/2021" in (out / "issues.csv").read_text(encoding="utf-8")


def test_what_cannot_be_read_is_said_and_leaves_the_last_check_as_it_was(tmp_path, out):
    check(write(tmp_path / "in" / "2022", header=HEADER[::2], episodes=THIS))
    before = (out / "index.html").read_bytes()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear all", encoding="utf-8")
    with pytest.raises(ThurrockError, match="holds no table of a return"):
        checking.check(tmp_path / "other")
    assert (out / "index.html").read_bytes() == before
    folder = write(tmp_path / "cut", header=HEADER[::2], episodes=THIS)
    (folder / "census.xml").write_text("<Message><Header></Header><Children><Child>", "utf-8")
    assert check(folder).exit_code == 2


def test_against_the_last_return_cases_are_new_gone_or_in_both(tmp_path, out):
    new = write(tmp_path / "new" / "2022", header=HEADER[::2], episodes=THIS)
    old = write(tmp_path / "old" / "2021", header=HEADER[:2], episodes=LAST)
    assert check(new, "--against", old, "--authority", "Medway").exit_code == 0
    page = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    beside = page.find("h2", id="against").find_next("table")
    row = next(row for row in beside("tr") if row.th.text == "Looked-after children")
    medway = open_report("Medway").own("looked_after").set_index("period_end")["value"]
    printed = f"{medway[pd.Timestamp('2021-03-31')]:,.0f}"
    assert [cell.text for cell in row("td")][1:] == ["2", "1", "+1", printed, "1", "0", "1"]


def test_returns_stand_beside_the_record_of_their_authority(tmp_path):
    folder = write(tmp_path / "in" / "2022", header=HEADER[::2], episodes=THIS)
    report = open_report("Medway", returns=str(folder))
    told = report.returned("placements")
    assert told.sentence.startswith("By the returns of Medway: 2 looked-after children on 31 March")
    assert told.table.set_index("figure").loc["Looked-after children", "2022-03-31"] == 2
    assert set(report.cases("looked_after")["id"]) == {SECRET, "3"}
    monthly = report.trend("looked_after", by="month").figures.set_index("period_end")["value"]
    assert monthly["2021-05-31"] == 1 and monthly["2021-06-30"] == 2
    assert report.trend("looked_after", by="month").sentence == (
        "In Medway, by month: looked-after children stood at 2 in March 2022, 1 in April 2021; "
        "highest 2 first in June 2021, lowest 1 first in April 2021."
    )
    assert not report.returned("workforce").held


def test_synthetic_returns_never_stand_under_a_real_name(tmp_path):
    # Its number, 990, is that which the interactive tool gives to a region.
    children = of("990", [{"CHILD": "SYN1"}]), of("990", [{"CHILD": "SYN1", "DECOM": "01/05/2021"}])
    folder = write(tmp_path / "in" / "2022", header=children[0], episodes=children[1])
    with pytest.raises(ThurrockError, match="never stand under the name of Medway"):
        open_report("Medway", returns=str(folder))
    assert open_report("Saltmere (fictional)", returns=str(folder)).returned("placements").held


def of(la, rows):
    return [{**row, "LA": la, "YEAR": "2022"} for row in rows]


def test_returns_of_one_authority_never_stand_under_the_name_of_another(tmp_path):
    alone = write(tmp_path / "a", header=of("Medway", HEADER[::2]), episodes=of("Medway", THIS))
    with pytest.raises(ThurrockError, match=r"are of Medway: .* under the name of Thurrock"):
        open_report("Thurrock", returns=str(alone))
    both = write(
        tmp_path / "b",
        header=of("Medway", HEADER[::2]) + of("Thurrock Council", HEADER[:1]),
        episodes=of("Medway", THIS) + of("Thurrock Council", THIS[:1]),
    )
    for name, count in {"Medway": 2, "Thurrock": 1}.items():
        report = open_report(name, returns=str(both))
        told = report.returned("placements").table.set_index("figure")
        assert told.loc["Looked-after children", "2022-03-31"] == count
        assert len(report.cases("looked_after")) == count


def test_a_row_set_aside_touches_what_rests_on_its_table_and_nothing_else(tmp_path):
    missing = [{"CHILD": "3", "DOB": "01/02/2010", "MIS_START": "01/07/2021"}]
    folder = write(tmp_path / "in", header=HEADER[::2], episodes=WRONG, missing=missing)
    own = open_report("Medway", returns=str(folder)).returns
    assert "1 set aside" in own.doubts(["looked_after"])
    assert own.doubts(["missing_incidents"]) == "No issue of the data touches these figures."


def census_of(number):
    """Return a census of an authority that it names."""
    named = f"<Source><LEA>{number}</LEA></Source></Header>"
    return CENSUS.replace("</Header>", named)


def test_one_folder_of_one_authority_is_one_area_and_says_how_it_was_decided(tmp_path, out):
    folder = write(tmp_path / "in" / "2022", header=HEADER[::2], episodes=THIS)
    (folder / "cin.xml").write_text(census_of("883"), encoding="utf-8")
    assert check(folder).exit_code < 2
    figures = pd.read_csv(out / "figures.csv", dtype=str).set_index("measure")
    assert figures.loc[["looked_after", "referrals"], "area"].tolist() == ["883", "883"]
    issues = pd.read_csv(out / "issues.csv", dtype=str)
    told = issues[issues["rule"].eq("authority_of_others")]
    assert told["value"].tolist() == ["883: header and episodes"]
    (folder / "another.xml").write_text(census_of("887"), encoding="utf-8")
    assert check(folder).exit_code == 1
    figures = pd.read_csv(out / "figures.csv", dtype=str, keep_default_na=False)
    looked_after = figures[figures["measure"].eq("looked_after") & figures["value"].ne("0.0")]
    assert looked_after["area"].tolist() == [""]
    issues = pd.read_csv(out / "issues.csv", dtype=str)
    assert set(issues.loc[issues["rule"].eq("authority_unknown"), "table"]) == {
        "header", "episodes"
    }  # fmt: skip


def test_issues_of_another_authority_in_the_same_files_touch_no_figure(tmp_path):
    rows = [{"LA": "Medway", **THIS[0]}, {"LA": "Thurrock", **THIS[1]}]
    strange = {"CHILD": "4", "DECOM": "01/05/2021", "LA": "Thurrock", "PLACE": "XX"}
    people = [{"CHILD": row["CHILD"], "LA": row["LA"]} for row in [*rows, strange]]
    write(tmp_path / "2022", header=people, episodes=[*rows, strange])
    told = {}
    for name in ("Medway", "Thurrock"):
        report = open_report(name, returns=str(tmp_path))
        quality = report.data_quality()
        told[name] = set(quality.shown.frame["Rule that does not hold"])
        assert "1 other area" in quality.sentence
        touched = report.returns.doubts(["looked_after"])
        assert ("1 queried" in touched) == (name == "Thurrock"), touched
    assert "A code is in its list." in told["Thurrock"] - told["Medway"]


def test_a_month_after_the_returns_is_a_gap(tmp_path):
    folder = write(tmp_path / "in", header=HEADER[::2], episodes=THIS)
    report = open_report("Medway", returns=str(folder))
    assert not report.trend("looked_after", by="month", since=2030).held


def test_returns_and_the_sample_are_of_one_authority(tmp_path):
    options = run.Options(authorities=("Medway", "Kent"), returns=str(tmp_path))
    with pytest.raises(ThurrockError, match="of one authority"):
        run.refresh(options)
    asked = CliRunner().invoke(commands, ["refresh", "--sample", "--authority", "Medway"])
    assert "fictional authority alone" in str(asked.exception)


def test_what_is_made_from_returns_goes_nowhere_but_to_the_internal_folder(tmp_path):
    options = run.Options(authorities=("Medway",), returns=str(tmp_path), out=tmp_path / "public")
    with pytest.raises(ThurrockError, match="leave out --out"):
        run.refresh(options)


def test_the_page_of_indicators_is_that_of_the_table():
    assert indicator_page.PAGE.read_text(encoding="utf-8") == indicator_page.written()


CENSUS = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2022</Year>
<ReferenceDate>2022-03-31</ReferenceDate></CollectionDetails></Header><Children><Child>
<ChildIdentifiers><LAchildID>7</LAchildID><PersonBirthDate>2015-01-01</PersonBirthDate>
</ChildIdentifiers><CINdetails><CINreferralDate>2021-05-04</CINreferralDate>
<ReferralSource>6</ReferralSource><ReferralNFA>1</ReferralNFA></CINdetails></Child></Children>
</Message>"""
WORKERS = """<Message><Header><CollectionDetails><Collection>CSWW</Collection><Year>2022</Year>
<ReferenceDate>2022-09-30</ReferenceDate></CollectionDetails></Header><LALevelVacancies>
<NumberOfVacancies>2</NumberOfVacancies></LALevelVacancies><CSWWWorker><AgencyWorker>0
</AgencyWorker><SWENo>SW1</SWENo><FTE>1</FTE><RoleStartDate>2020-01-06</RoleStartDate>
</CSWWWorker></Message>"""
LISTS = "Child Unique ID,Gender,Ethnicity,Date of Birth,Age,Date of Contact,Contact Source"


@pytest.mark.parametrize(
    ("name", "content", "measure", "value"),
    [
        ("a.xml", CENSUS, "referrals", 1),
        ("b.xml", WORKERS, "social_worker_vacancy_percent", 200 / 3),
        ("c.csv", f"{LISTS}\n7,1,WBRI,01/02/2015,7,04/03/2022,6\n", "contacts", 1),
    ],
)
def test_a_return_alone_gives_its_own_figures(tmp_path, out, name, content, measure, value):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text(content, encoding="utf-8")
    done = check(tmp_path / "in")
    assert done.exit_code == 1 and done.exception.code == 1, done.output
    figures = pd.read_csv(out / "figures.csv").set_index("measure")["value"]
    assert float(figures[measure]) == pytest.approx(value)
