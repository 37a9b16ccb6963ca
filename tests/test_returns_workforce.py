"""The workforce census: workers and what the authority says of its vacancies."""

import io
from pathlib import Path

import pytest

from thurrock_analysis.returns import load_returns, xml_files

HEADER = (
    "<Header><CollectionDetails><Collection>CSWW</Collection><Year>{year}</Year>"
    "<ReferenceDate>{year}-09-30</ReferenceDate></CollectionDetails>"
    "<Source><LEA>883</LEA></Source></Header>"
)
VACANCIES = (
    "<NumberOfVacancies>79.68</NumberOfVacancies><NoAgencyFTE>59.82</NoAgencyFTE>"
    "<NoAgencyHeadcount>71</NoAgencyHeadcount>"
)
WORKER = (
    "<CSWWWorker><AgencyWorker>{agency}</AgencyWorker><SWENo>{name}</SWENo><FTE>0.521371</FTE>"
    "<GenderCurrent>1</GenderCurrent><OrgRole>5</OrgRole><RoleStartDate>{start}</RoleStartDate>"
    "<Cases30>12</Cases30></CSWWWorker>"
)


def worker(name: str, agency: int = 0, start: str = "2021-11-01") -> str:
    """Write a worker."""
    return WORKER.format(name=name, agency=agency, start=start)


def census(year: int, level: str, *workers: str) -> str:
    """Write a census."""
    return f"<Message>{HEADER.format(year=year)}{level}{''.join(workers)}</Message>"


def test_every_layout_of_the_vacancies_is_the_same_return() -> None:
    """The specification draws one element around them, a schema another, some both."""
    people = worker("SW1")
    layouts = [
        census(2022, f"<LALevel>{VACANCIES}</LALevel>", f"<CSWWWorkers>{people}</CSWWWorkers>"),
        census(2022, f"<LALevelVacancies>{VACANCIES}</LALevelVacancies>", people),
        census(
            2022, f"<LALevelVacancies><LALevel>{VACANCIES}</LALevel></LALevelVacancies>", people
        ),
    ]
    found = [xml_files.read("w.xml", io.BytesIO(text.encode())) for text in layouts]
    for one in found:
        assert one.issues.empty
        for name, table in found[0].tables.items():
            assert one.tables[name].equals(table)
    told = found[0].tables["workforce_authority"]
    assert told[["NumberOfVacancies", "NoAgencyFTE"]].to_numpy().tolist() == [["79.68", "59.82"]]


def test_a_census_is_of_the_year_to_september_and_typed(tmp_path: Path) -> None:
    """Sex is as returns have it since, whatever it was called; agency is a yes or no."""
    text = census(2022, VACANCIES, worker("SW1"), worker("SW2", agency=1))
    (tmp_path / "w.xml").write_text(text)
    found = load_returns(tmp_path)
    workers = found.tables["workforce_workers"]
    assert workers[["SWENo", "AgencyWorker", "Sex"]].to_numpy().tolist() == [
        ["SW1", False, "M"],
        ["SW2", True, "M"],
    ]
    assert workers["FTE"].tolist() == [0.521371] * 2
    assert found.tables["workforce_authority"]["NumberOfVacancies"].tolist() == [79.68]
    span = found.spans[["collection", "LA", "YEAR", "start", "end"]].astype("str")
    assert span.to_numpy().tolist() == [["CSWW", "883", "2022", "2021-10-01", "2022-09-30"]]
    assert found.issues.empty


def test_each_year_has_its_own_row_of_a_worker(tmp_path: Path) -> None:
    """No later return replaces an earlier one; a worker without a number is one more each time."""
    for year in (2022, 2023):
        text = census(year, VACANCIES, worker("SW1"), worker(""), worker(""))
        (tmp_path / f"{year}.xml").write_text(text)
    found = load_returns(tmp_path)
    assert len(found.tables["workforce_workers"]) == 6
    assert len(found.tables["workforce_authority"]) == 2
    assert found.issues.query("rule == 'missing_cell'")["column"].tolist() == ["SWENo"] * 4


def test_what_came_in_2025_is_read(tmp_path: Path) -> None:
    """Sex in letters and allowances; nothing of it is an unknown tag."""
    new = worker("SW1", start="2024-11-01").replace(
        "<GenderCurrent>1</GenderCurrent>", "<Sex>F</Sex>"
    )
    level = f"<LALevel>{VACANCIES}<RetentionBonus>2</RetentionBonus></LALevel>"
    (tmp_path / "w.xml").write_text(census(2025, level, new))
    found = load_returns(tmp_path)
    assert found.tables["workforce_workers"]["Sex"].tolist() == ["F"]
    assert found.tables["workforce_authority"]["RetentionBonus"].tolist() == ["2"]
    assert found.issues.empty


def test_a_flattened_file_is_read_as_far_as_it_has_the_columns(tmp_path: Path) -> None:
    """Its authority and year stand under names of their own; a year is no day."""
    (tmp_path / "flat.csv").write_text(
        "YearCensus,LEA,AgencyWorker,SWENo,FTE,Age,GenderCurrent,OrgRole,RoleStartDate,Cases30\n"
        "2020,301,1,93df,0.5,56,1,5,1988,72\n"
    )
    found = load_returns(tmp_path)
    table = found.tables["workforce_workers"]
    assert table[["LA", "YEAR", "SWENo", "Sex"]].to_numpy().tolist() == [["301", 2020, "93df", "M"]]
    assert table["RoleStartDate"].isna().all()
    assert found.issues.query("rule == 'unreadable_date'")["value"].tolist() == ["1988"]


def test_each_rule_finds_what_breaks_it_and_nothing_else(tmp_path: Path) -> None:
    """The worker is named after the rule; one that breaks none has no issue."""
    end = "</RoleStartDate><RoleEndDate>{}</RoleEndDate>"
    gone = worker("x").replace("</RoleStartDate>", end.format("2022-01-01"))
    full, none = "<FTE>0.521371", "<FTE>0"
    people = [
        gone.replace("SWENo>x", "SWENo>sound").replace(full, none),
        gone.replace("SWENo>x", "SWENo>leaver_with_hours"),
        gone.replace("SWENo>x", "SWENo>role_ends_before")
        .replace(full, none)
        .replace("2022-01-01", "2021-10-31"),
        worker("fte_range").replace(full, "<FTE>1.5"),
    ]
    level = VACANCIES.replace("79.68", "9.68")
    (tmp_path / "w.xml").write_text(census(2022, level, *people))
    found = load_returns(tmp_path).issues
    told = found[["id", "rule"]].to_numpy().tolist()
    names = ["fte_range", "leaver_with_hours", "role_ends_before"]
    assert sorted(told) == [["", "covered_above_vacancies"], *([name, name] for name in names)]


@pytest.mark.parametrize("file", ["social_work_workforce_2022.xml"])
def test_a_census_made_by_others_is_read_whole(examples: Path, file: str) -> None:
    """30 workers of 2022."""
    found = load_returns(examples / "returns" / "workforce_census" / file)
    assert found.counts.set_index("table")["kept"].to_dict() == {
        "workforce_authority": 1,
        "workforce_workers": 30,
    }
    assert found.spans["YEAR"].tolist() == [2022]
