"""The fictional authority: the same bytes every time, plausible files, a truth they carry."""

import ast
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.sample import calibration, events, faults, writing

YEARS = range(2016, 2027)
CHILD_ORDER = [
    *("CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate"),
    *("ReasonForClosure", "DateOfInitialCPC", "Assessments", "CINPlanDates", "Section47"),
    *("ReferralNFA", "ChildProtectionPlans"),
]
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def told(sample: Path) -> pd.DataFrame:
    table = pd.read_csv(sample / "truth.csv")
    return table.assign(year=table["period_end"].str[:4].astype(int))


@pytest.fixture(scope="module")
def values(told: pd.DataFrame) -> dict[tuple[str, int], float]:
    return dict(zip(zip(told["measure"], told["year"], strict=True), told["value"], strict=True))


@pytest.fixture(scope="module")
def tables(sample: Path) -> dict[tuple[int, str], list[dict[str, str]]]:
    found = {}
    for path in sorted((sample / "returns" / "ssda903").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[int(path.parent.name), path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def stacked(tables) -> list[dict]:
    """Return every episode once, as the latest return has it, with its dates as dates."""
    latest = {(r["CHILD"], r["DECOM"]): r for y in YEARS for r in tables[y, "episodes"]}
    rows = [{**r, "start": day(r["DECOM"]), "end": day(r["DEC"])} for r in latest.values()]
    rows = [row for row in rows if row["LS"] not in ("V3", "V4")]
    return sorted(rows, key=lambda row: (row["CHILD"], row["start"]))


def day(text: str) -> date | None:
    """Return a date as a return writes it."""
    return date(*map(int, reversed(text.split("/")))) if text else None


def closing(year: int) -> tuple[date, date]:
    return date(year - 1, 4, 1), date(year, 3, 31)


def open_on(rows: list[dict], at: date) -> list[dict]:
    return [r for r in rows if r["start"] <= at and (r["end"] is None or r["end"] > at)]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_is_the_same_byte_for_byte_in_another_process(sample, tmp_path):
    code = "import sys; from thurrock_analysis.cli import main; sys.exit(main())"
    env = {**os.environ, "PYTHONHASHSEED": "99", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", code, "sample", tmp_path / "again"], check=True, env=env)
    assert hashes(sample) == hashes(tmp_path / "again")
    with pytest.raises(ThurrockError, match="name a new folder"):
        writing.write(sample)


def test_every_file_says_that_it_is_synthetic(sample):
    for path in (sample / "returns").rglob("*"):
        if path.suffix == ".csv" and path.parent.parent.name == "ssda903":
            lines = path.read_text(encoding="utf-8").splitlines()[1:]
            assert all(line.startswith("SYN") for line in lines), path
        elif path.is_file():
            assert path.name.startswith("synthetic_")
        if path.suffix == ".xml":
            assert "<!-- synthetic" in path.read_text(encoding="utf-8")[:200]


def test_every_episode_open_in_a_year_stands_in_its_return_and_no_other(tables):
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    ends: dict[tuple[str, str], date | None] = {}
    for year in YEARS:
        for row in tables[year, "episodes"]:
            seen[row["CHILD"], row["DECOM"]].add(year)
            ends[row["CHILD"], row["DECOM"]] = day(row["DEC"])
    for (child, start), years in seen.items():
        end = ends[child, start] or date(2026, 3, 31)
        overlaps = {y for y in YEARS if day(start) <= closing(y)[1] and end >= closing(y)[0]}
        assert years == overlaps, (child, start)


def test_episodes_follow_each_other_in_order(stacked):
    for before, after in zip(stacked, stacked[1:], strict=False):
        assert before["end"] is None or before["start"] < before["end"]
        if before["CHILD"] == after["CHILD"]:
            joined = before["end"] == after["start"]
            assert joined == (before["REC"] == "X1") == (after["RNE"] != "S")
            assert before["end"] <= after["start"]
        else:
            assert after["RNE"] == "S" and before["REC"] != "X1"


def test_what_happens_to_a_child_lies_within_a_period_of_care(tables, stacked):
    care = defaultdict(list)
    for row in stacked:
        care[row["CHILD"]].append((row["start"], row["end"] or date.max))
    inside = lambda child, at: any(a <= at <= b for a, b in care[child])  # noqa: E731
    for year in YEARS:
        first, last = closing(year)
        for row in tables[year, "reviews"]:
            assert first <= day(row["REVIEW"]) <= last and inside(row["CHILD"], day(row["REVIEW"]))
        for row in tables[year, "missing"]:
            start, end = day(row["MIS_START"]), day(row["MIS_END"]) or last
            assert start <= end and end >= first and start <= last
            assert inside(row["CHILD"], start) and inside(row["CHILD"], end)
        for row in tables[year, "ad1"]:
            assert day(row["DATE_INT"]) <= day(row["DATE_MATCH"])
        born = {row["CHILD"]: day(row["DOB"]) for row in tables[year, "header"]}
        for row in tables[year, "episodes"]:
            assert born[row["CHILD"]] <= day(row["DECOM"])


@pytest.mark.parametrize("year", YEARS)
def test_codes_are_those_of_the_year(tables, year):
    episodes = tables[year, "episodes"]
    places = {row["PLACE"] for row in episodes}
    assert {row["SEX"] for row in tables[year, "header"]} == ({"1", "2"}, {"M", "F"})[year >= 2025]
    assert ("K3" in places) == (year >= 2025) and ("H5" in places) == (year <= 2024)
    assert bool(places & {"Z11", "Z12", "Z13", "Z14"}) <= (year >= 2026)
    assert ("Z1" in places) <= (year <= 2025)
    ended = {row["REC"] for row in episodes}
    assert not ended & ({"E43", "E44"} if year >= 2019 else {"E17", "E45", "E46", "E47", "E48"})
    assert ((year, "social_worker") in tables) == (year >= 2024)
    assert all(bool(row["DEC"]) == bool(row["REC"]) for row in episodes)


def test_the_census_has_its_elements_in_order_and_the_codes_of_its_year(sample):
    for year in (2017, 2021, 2026):
        root = ET.parse(sample / "returns" / "cin_census" / f"synthetic_cin_{year}.xml").getroot()
        first, last = (each.isoformat() for each in closing(year))
        for details in root.iter("CINdetails"):
            places = [CHILD_ORDER.index(part.tag) for part in details]
            assert places == sorted(places)
            assert details.findtext("CINreferralDate") <= last
            assert details.findtext("CINclosureDate", last) >= first
        assert (root.find(".//Sex") is not None) == (year >= 2025)
        assert (root.find(".//CINPlanDates") is not None) == (year >= 2022)
        factors = {each.text for each in root.iter("AssessmentFactors")}
        assert ("18A" in factors) == (year < 2021) and ("24A" in factors) == (year >= 2022)
        ids = [each.text for each in root.iter("LAchildID")]
        assert len(ids) == len(set(ids)) and all(each.startswith("SYN") for each in ids)


def check(element: ET.Element, kind: ET.Element, types: dict[str, ET.Element]) -> None:
    """Hold an element against the part of a schema language that these schemas use."""
    if kind.tag == f"{SCHEMA}simpleType":
        allowed = [each.get("value") for each in kind.iter(f"{SCHEMA}enumeration")]
        assert not allowed or element.text in allowed, (element.tag, element.text)
        return
    parts = list(element)
    for rule in kind.findall(f"{SCHEMA}sequence/{SCHEMA}element"):
        name, most = rule.get("name"), rule.get("maxOccurs", "1")
        count = next((n for n, part in enumerate(parts) if part.tag != name), len(parts))
        assert int(rule.get("minOccurs", "1")) <= count, (element.tag, name)
        assert most == "unbounded" or count <= int(most), (element.tag, name)
        inner = types.get(rule.get("type", ""))
        if inner is None:
            found = [rule.find(f"{SCHEMA}{each}") for each in ("complexType", "simpleType")]
            inner = next((each for each in found if each is not None), None)
        for part in parts[:count] if inner is not None else []:
            check(part, inner, types)
        parts = parts[count:]
    assert not parts, (element.tag, parts[0].tag)


@pytest.mark.parametrize("year", range(2017, 2027))
def test_the_census_is_valid_under_the_schema_of_its_year(sample, examples, year):
    schema = ET.parse(examples / f"returns/cin_census/schemas/CIN_schema_{year}.xsd").getroot()
    types = {each.get("name"): each for each in schema if each.tag != f"{SCHEMA}element"}
    message = ET.parse(sample / "returns" / "cin_census" / f"synthetic_cin_{year}.xml").getroot()
    check(message, types["messagetype"], types)


def test_the_shipped_sample_lies_near_the_published_record(told, shipped):
    rows = shipped[shipped["area"].eq("E06000034") & shipped["basis"].ne("three-year")]
    plain = rows["breakdown"].eq("all") & rows["measure"].isin(
        calibration.COUNTS + calibration.SHARES
    )
    alone = rows["group"].eq("unaccompanied asylum-seeking") & rows["measure"].eq("looked_after")
    rows = rows[plain | alone].sort_values("published")
    published: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows[rows["value"].notna()].itertuples():
        name = row.measure if row.breakdown == "all" else f"{row.measure}_unaccompanied"
        published[name][row.period_end.year] = row.value
    found = calibration.table(told, published)
    assert found[~found["holds"]].empty, found[~found["holds"]].to_string()
    years = found.groupby("measure").size()
    assert set(years.index) == {*calibration.COUNTS, *calibration.SHARES} and years.min() >= 8


def test_the_page_on_calibration_is_of_this_sample(told):
    page = (paths.home() / "docs" / "sample.md").read_text(encoding="utf-8")
    assert page == calibration.page(told)


def test_children_counted_from_the_files_are_those_of_the_truth(stacked, values):
    for year in YEARS:
        first, last = closing(year)
        starts = {r["CHILD"] for r in stacked if r["RNE"] == "S" and first <= r["start"] <= last}
        ended = [r for r in stacked if r["end"] and first <= r["end"] <= last and r["REC"] != "X1"]
        during = {
            r["CHILD"]
            for r in stacked
            if r["start"] <= last and (not r["end"] or r["end"] >= first)
        }
        assert values["looked_after", year] == len(open_on(stacked, last))
        assert values["looked_after_starts", year] == len(starts)
        assert values["looked_after_ceased", year] == len({r["CHILD"] for r in ended})
        assert values["looked_after_in_year", year] == len(during)
        adopted = {r["CHILD"] for r in ended if r["REC"] in ("E11", "E12")}
        assert values["looked_after_adopted", year] == len(adopted)


def test_placements_counted_from_the_files_are_those_of_the_truth(stacked, tables, values):
    homes: list[dict] = []
    for row in stacked:
        if row["RNE"] in ("S", "P", "B"):
            homes.append({**row})
        else:
            homes[-1]["end"] = row["end"]
            homes[-1]["now"] = row["PLACE"]
    born = {r["CHILD"]: day(r["DOB"]) for y in YEARS for r in tables[y, "header"]}
    entry: dict[tuple[str, date], date] = {}
    for row in stacked:
        begun = row["start"] if row["RNE"] == "S" else begun  # noqa: F821
        entry[row["CHILD"], row["start"]] = begun
    for year in YEARS:
        first, last = closing(year)
        here = {row["CHILD"]: row for row in open_on(stacked, last)}
        lived = [h for h in homes if h["start"] <= last and (not h["end"] or h["end"] >= first)]
        times = Counter(h["CHILD"] for h in lived if h["PLACE"][0] != "T")
        assert values["looked_after_three_placements", year] == sum(
            times[child] >= 3 for child in here
        )
        long = [
            c for c, r in here.items()
            if entry[c, r["start"]] <= date(year - 3, 9, 30) and born[c] > date(year - 16, 3, 31)
        ]  # fmt: skip
        assert values["looked_after_long_term", year] == len(long)
        stable = 0
        for child in long:
            mine = [h for h in homes if h["CHILD"] == child and h["start"] <= last]
            limit = date(year - 2, 3, 31)
            place = here[child]["PLACE"]
            stable += mine[-1]["start"] <= limit or (
                place in ("A3", "A4", "A5", "A6") and mine[-2]["start"] <= limit
            )
        assert values["looked_after_long_term_stable", year] == stable


def test_there_are_chains_that_are_no_moves(stacked):
    codes = "".join(row["RNE"] for row in stacked)
    assert all(codes.count(chain) for chain in ("TLU", "B", "TL", "U"))


def test_what_the_return_cannot_carry_is_written_beside_what_it_can(told):
    apart = told[(told["truth"] - told["value"]).abs() > 1e-9]
    assert set(apart["measure"]) == {
        "days_from_care_to_adopting_carer",
        "referrals_after_early_help_percent",
    }
    assert (told["numerator"].isna() == told["denominator"].isna()).all()


def test_need_counted_from_the_censuses_is_that_of_the_truth(sample, values):
    for year in (2018, 2024, 2026):
        root = ET.parse(sample / "returns" / "cin_census" / f"synthetic_cin_{year}.xml").getroot()
        first, last = (each.isoformat() for each in closing(year))
        within = lambda tag: sum(first <= e.text <= last for e in root.iter(tag))  # noqa: B023, E731
        assert values["referrals", year] == within("CINreferralDate")
        assert values["assessments", year] == within("AssessmentAuthorisationDate")
        assert values["section_47", year] == within("S47ActualStartDate")
        assert values["initial_conferences", year] == within("DateOfInitialCPC")
        assert values["child_protection_plan_starts", year] == within("CPPstartDate")
        assert values["child_protection_plan_ends", year] == within("CPPendDate")
        plans = list(root.iter("ChildProtectionPlans"))
        assert values["child_protection_plans", year] == sum(
            p.find("CPPendDate") is None for p in plans
        )
        need = [d for d in root.iter("CINdetails") if d.findtext("ReferralNFA") == "0"]
        still = sum(each.find("CINclosureDate") is None for each in need)
        assert values["children_in_need", year] == still
        prompt = [
            np.busday_count(each.findtext("AssessmentActualStartDate"), end, holidays=HOLIDAYS)
            <= 45
            for each in root.iter("Assessments")
            if first <= (end := each.findtext("AssessmentAuthorisationDate", "")) <= last
        ]
        share = values["assessment_within_45_days_percent", year]
        assert share == pytest.approx(100 * sum(prompt) / len(prompt))


HOLIDAYS = [
    "2017-04-14", "2017-04-17", "2017-05-01", "2017-05-29", "2017-08-28", "2017-12-25",
    "2017-12-26", "2018-01-01", "2018-03-30", "2023-01-02", "2023-04-07", "2023-04-10",
    "2023-05-01", "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26",
    "2024-01-01", "2024-03-29", "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05",
    "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26", "2026-01-01",
]  # fmt: skip
"""Bank holidays of England in the years that are counted, from the government's list."""


def test_workers_counted_from_the_censuses_are_those_of_the_truth(sample, values):
    for path in sorted((sample / "returns" / "workforce_census").iterdir()):
        year = int(path.stem[-4:])
        workers = list(ET.parse(path).getroot().iter("CSWWWorker"))
        own = [each for each in workers if each.findtext("AgencyWorker") == "0"]
        post = sum(float(each.findtext("FTE")) for each in own)
        left = sum(
            float(each.findtext("FTE30")) for each in own if each.find("RoleEndDate") is not None
        )
        assert values["social_workers", year] == pytest.approx(post)
        assert values["social_worker_turnover_percent", year] == pytest.approx(100 * left / post)
        cases = sum(int(each.findtext("Cases30", "0")) for each in workers)
        assert values["cases_held", year] == cases


def test_the_workbook_has_eleven_lists_of_the_half_year(sample, values):
    path = next((sample / "returns" / "annex_a").iterdir())
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Synthetic", *(f"List {n}" for n in range(1, 12))]
    contacts = book.get_sheet_by_name("List 1").to_python()
    days = [row[contacts[0].index("Date of Contact")] for row in contacts[1:]]
    assert len(days) == values["contacts", 2026]
    assert min(days) >= date(2025, 10, 1) and max(days) <= date(2026, 3, 31)


def test_the_posts_have_no_two_holders_at_once(sample):
    rows = pd.read_csv(sample / "returns" / "synthetic_posts.csv", parse_dates=["start", "end"])
    before = rows.groupby("post")["end"].shift()
    following = rows["post"].duplicated()
    assert (rows.loc[following, "start"] - before[following] >= timedelta(days=0)).all()
    assert (rows["contract"].eq("vacant") == rows["worker"].isna()).all()


def test_a_free_draw_is_another_authority_of_the_same_kind():
    days = [np.datetime64(closing(year)[1]).astype(int) for year in YEARS]
    care = [events.draw(seed, size=0.5, conditioned=False).care for seed in (1, 2)]
    series = [[((c["entry"] <= at) & (c["exit"] > at)).sum() for at in days] for c in care]
    assert series[0] != series[1]
    assert all(75 < count < 250 for each in series for count in each)


def test_every_fault_stands_where_the_list_says(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(faults, "GIGABYTES", 0)
    shutil.copytree(sample / "returns", tmp_path / "returns")
    rows = faults.inject(tmp_path / "returns")
    assert rows["kind"].nunique() >= 35
    for row in rows.itertuples():
        path = tmp_path / "returns" / row.file
        assert path.exists() == (row.kind != "a year missing between others")
        if row.row and row.column and path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                lines = list(csv.reader(file))
            cell = lines[int(row.row) - 1][lines[0].index(row.column)]
            assert cell != row.right and lines[int(row.row) - 1][0] == row.id
        if path.suffix == ".xml":
            clean = sample / "returns" / row.file
            assert path.read_bytes() != clean.read_bytes(), row.kind


def test_the_sample_kept_is_that_of_the_code_and_tables(sample, tmp_path, monkeypatch):
    wrote = []
    monkeypatch.setattr(writing, "write", lambda folder: wrote.append(folder) or folder.mkdir())
    for _ in range(2):
        writing.keep(tmp_path / "kept")
    assert len(wrote) == 1 and [each.name for each in tmp_path.iterdir()] == ["kept"]
    monkeypatch.setattr(writing.paths, "home", lambda: tmp_path)
    writing.keep(tmp_path / "kept")
    assert len(wrote) == 2


def imports(path: Path, anywhere: bool) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if anywhere else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found


def test_nothing_imports_the_sample_and_it_imports_neither_returns_nor_indicators():
    package = paths.home() / "thurrock_analysis"
    for path in package.rglob("*.py"):
        own = path.parent.name == "sample"
        if path.parent.name == "upkeep":  # proofs draw what they try methods on
            continue
        names = imports(path, anywhere=path.name != "commands.py")
        barred = ("returns", "indicators") if own else ("sample",)
        assert not any(
            f"{name}.".startswith(f"thurrock_analysis.{part}.") for name in names for part in barred
        ), path
