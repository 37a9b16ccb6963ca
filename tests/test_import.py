"""A newer release, as downloaded, into the record: all of it or nothing."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import making_downloads as making
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis import cli, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import FileLock
from thurrock_analysis.machine.upkeep import archive, importing, stage
from thurrock_analysis.machine.upkeep.history import plain
from thurrock_analysis.record import areas, dictionary, inventory, provenance, releases, store, tidy

DATED = ["--published", "2026-10-29"]
SHIPPED = paths.data()


KEPT = [
    *making.MEASURES, "referral_rate", "population_0_17", "looked_after",
    *(f"referrals_from_{whom}_percent" for whom in ("police", "schools", "health")),
]  # fmt: skip


@pytest.fixture(scope="module")
def small(shipped, tmp_path_factory):
    """A folder of data with a record of four areas and ten measures: what takes long takes none."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(SHIPPED, folder / "data")
    places = shipped["area"].isin([*making.PLACES, areas.ENGLAND])
    with stage.home(folder):
        archive.write_record(shipped[places & shipped["measure"].isin(KEPT)])
    return folder / "data"


@pytest.fixture(scope="module")
def before(small):
    """The small record before anything was taken."""
    return pd.read_parquet(small / "record" / "figures.parquet")


@pytest.fixture
def home(small, tmp_path):
    shutil.copytree(small, tmp_path / "home" / "data")
    with stage.home(tmp_path / "home"):
        yield tmp_path / "home"


@pytest.fixture(scope="module")
def c1(before, tmp_path_factory):
    """The table on referrals of 2026: one figure of 2025 revised, one of 2026 suppressed."""
    file = tmp_path_factory.mktemp("c1") / "c1.csv"
    return making.referrals(file, before, E06000034_2025="1884", E06000035_2026="c")


@pytest.fixture(scope="module")
def taken(small, c1, tmp_path_factory):
    """The same folder after the table of 2026 was taken, and what was said."""
    folder = tmp_path_factory.mktemp("taken")
    shutil.copytree(small, folder / "data")
    with stage.home(folder), contextlib.redirect_stdout(io.StringIO()) as said:
        assert cli.main(["import", str(c1), "--accept", *DATED]) == 0
    return folder, said.getvalue()


@pytest.fixture
def after(taken):
    """Let the package see the folder after the import; a test that writes works on a copy."""
    with stage.home(taken[0]):
        yield taken[0]


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def rows(figures: pd.DataFrame) -> pd.DataFrame:
    return plain(figures).sort_values(tidy.KEY, ignore_index=True)


COUNTED = [
    "3 rates and percentages come without a denominator: it is hidden, or in a file of the release "
    "that is not named here, such as its populations.",
    "                                   added   changed   earlier  left out  without denominator",
    *(
        f"  {name:<28}{added:>10}{changed:>10}{0:>10}{0:>10}{bare:>21}"
        for name, added, changed, bare in [
            ("assessed_not_in_need", 3, 0, 0), ("assessed_not_in_need_percent", 3, 1, 1),
            ("no_further_action", 3, 0, 0), ("no_further_action_percent", 3, 1, 1),
            ("re_referral_percent", 3, 1, 1), ("re_referrals", 3, 0, 0),
            ("referral_rate", 1, 0, 0),  # hidden, as its count is
            ("referrals", 3, 1, 0),
        ]
    ),
]  # fmt: skip


def test_without_accept_it_says_what_would_change_and_writes_nothing(home, c1, capsys):
    before = content(home)
    code, out, err = run(capsys, "import", c1)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "c1.csv: Referrals and re-referrals (c1) of CIN 2026, 3 areas, 2025 to 2026",
        "adds: 22 figures (3 areas, 1 year, 8 measures); new periods: 2026-03-31",
        "changes: 4 figures",
        "confirms: 17 figures as printed before",
        "  assessed_not_in_need_percent / all / Thurrock / 2025-03-31: "
        "43.9 from 827 / 1,885 (CIN 2025) -> 43.9 from 827 / 1,884 (CIN 2026)",
        "  no_further_action_percent / all / Thurrock / 2025-03-31: "
        "1.9 from 36 / 1,885 (CIN 2025) -> 1.9 from 36 / 1,884 (CIN 2026)",
        "  re_referral_percent / all / Thurrock / 2025-03-31: "
        "16 from 302 / 1,885 (CIN 2025) -> 16 from 302 / 1,884 (CIN 2026)",
        "  referrals / all / Thurrock / 2025-03-31: 1,885 (CIN 2025) -> 1,884 (CIN 2026)",
        *COUNTED,
        "Nothing is written: add --accept with --published YYYY-MM-DD to take this into data/.",
    ]
    assert content(home) == before


def test_accepted_it_stands_from_its_day_and_the_past_is_as_it_was(after, taken, before):
    assert taken[1].splitlines()[-3:] == [
        f"Written to {after / 'data'}.",
        "To let 'thurrock data build' find the files again, keep them in its folder as:",
        "  cin_2026/c1.csv",
    ]
    provenance.verify_all()
    figures = store.load()
    for day in ["2018-03-31", "2025-11-24"]:
        was, now = (plain(store.as_at(one, day)) for one in (before, figures))
        pd.testing.assert_frame_equal(now, was)
    assert releases.span(releases.held())[1] == "2026-10-29"
    seen = plain(store.as_at(figures, "2026-10-29")).query("breakdown == 'all'")
    seen = seen.set_index(["measure", "area", "period_end"]).sort_index()
    revised = seen.loc[("referrals", "E06000034", "2025-03-31")]
    assert revised[["value", "release"]].tolist() == [1884, "CIN 2026"]
    new = seen.loc[("referrals", "E06000034", "2026-03-31")]
    assert new[["value", "method"]].tolist() == [2000, "as published"]
    hidden = seen.loc[("referrals", "E06000035", "2026-03-31")]
    assert hidden["status"] == "suppressed" and pd.isna(hidden["value"])
    share = seen.loc[("re_referral_percent", "E06000034", "2026-03-31")]
    assert share[["numerator", "denominator"]].tolist() == [400, 2000]


def test_accepted_every_file_of_data_says_so(after):
    lines = {
        name: (after / "data" / name).read_text(encoding="utf-8").splitlines()
        for name in ["publishers/releases.csv", "publishers/sources.csv", "record/coverage.csv"]
    }
    assert lines["publishers/releases.csv"][-1] == (
        "CIN,CIN 2026,2026-03-31,2026-10-29,stated,Children in need: reporting year 2026,,"
        "stated by whoever imported the release,"
    )
    assert lines["publishers/sources.csv"][-1] == (
        '"Children in need 2026, referrals and re-referrals",cin_2026/c1.csv,c1,CIN 2026,'
        "Department for Education,Referrals and re-referrals,"
    )
    assert "referrals,all,2026,authority,2,1,CIN 2026" in lines["record/coverage.csv"]
    shipped_lines = (SHIPPED / "publishers" / "releases.csv").read_bytes()
    assert (after / "data" / "publishers" / "releases.csv").read_bytes().startswith(shipped_lines)
    side = provenance.read(paths.record())
    assert "CIN 2026" in side["releases"] and side["newest_release"] == "2026-10-29"
    assert side["sources"][-1]["source"] == "Children in need 2026, referrals and re-referrals"
    excerpt = pd.read_csv(after / "data" / "record" / "thurrock.csv")
    assert excerpt["period_end"].eq("2026-03-31").sum() == 7


def test_no_old_row_is_lost_and_a_second_import_changes_nothing(after, c1, before, capsys):
    figures = rows(store.load())
    old = figures[figures["release"] != "CIN 2026"].reset_index(drop=True)
    pd.testing.assert_frame_equal(old[tidy.COLUMNS], rows(before)[tidy.COLUMNS])
    was = content(after)
    code, out, _ = run(capsys, "import", c1, "--accept")
    assert code == 0
    assert out.splitlines()[-1] == "The record holds all of this already: nothing is written."
    assert content(after) == was


def test_populations_give_rates_together_or_one_after_the_other(home, c1, before, tmp_path, capsys):
    populations = making.populations(tmp_path / "populations.csv", before)
    together = importing.take([populations, c1], "CIN 2026", ("2026-10-29",)).merged.figures
    run(capsys, "import", populations, "--release", "CIN 2026", "--accept", *DATED)
    assert run(capsys, "import", c1, "--accept")[0] == 0
    after = rows(store.load())
    pd.testing.assert_frame_equal(rows(together), after)
    rate = after[after["measure"].eq("referral_rate") & after["period_end"].eq("2026-03-31")]
    rate = rate.set_index("area").loc[["E06000034", "E09000002"]]
    assert rate["value"].tolist() == [400.0, 400.4]  # 2,000 / 50,000 and 2,002 / 50,002
    assert rate["denominator"].tolist() == [50000, 50002]
    assert set(rate["origin"]) == {"recomputed"}


def test_what_a_release_was_not_seen_to_count_is_not_recomputed(after, tmp_path):
    """The record holds referrals of 2017, and the table taken of CIN 2026 begins with 2025."""
    group = "Children aged 0 to 17 years"
    old = f"{making.place('E06000034', 2016)},{group},45000"
    populations = making.populations(tmp_path / "populations.csv", store.load(), old)
    figures = importing.take([populations], "CIN 2026").merged.figures
    rates = figures.query("measure == 'referral_rate' and release == 'CIN 2026'")
    assert set(rates["period_end"].dt.year) == {2025, 2026}
    held = figures.query("measure == 'population_0_17' and value == 45000")
    assert held["release"].tolist() == ["CIN 2026"]


def test_the_record_built_from_the_same_files_is_the_same(home, c1, before, tmp_path, capsys):
    """Importing after a build gives what a build of all files gives, whatever came first."""
    published = tmp_path / "published"
    making.referrals(published / "first.csv", before, E06000034_2025="1880")
    populations = making.populations(published / "cin_2026" / "populations.csv", before)
    shutil.copy(c1, published / "cin_2026")
    neighbours(published)
    sources(home, "First,first.csv,c1,CIN 2025,DfE,Referrals,time_period=2025")
    assert run(capsys, "data", "build", published)[0] == 0
    for file in (populations, c1):
        arguments = ["import", file, "--release", "CIN 2026", "--accept", *DATED]
        assert run(capsys, *arguments)[0] == 0
    imported = store.load()
    code, out, _ = run(capsys, "data", "build", published)
    assert code == 0
    assert "figures: 0 added, 0 dropped, 0 changed, 0 earlier" in out.splitlines()
    pd.testing.assert_frame_equal(plain(imported), plain(store.load()))


def test_a_part_of_a_table_does_not_stand_for_the_whole(home, c1, tmp_path, capsys):
    part = tmp_path / "part.csv"
    lines = c1.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    part.write_text("".join(lines[:3]), encoding="utf-8")
    assert run(capsys, "import", part, "--accept", *DATED)[0] == 0
    assert set(store.load().query("release == 'CIN 2026'")["area"]) == {"E06000034"}
    code, out, _ = run(capsys, "import", c1, "--accept")
    assert code == 0 and "adds: 15 figures (2 areas, 1 year, 8 measures)" in out
    assert {*store.load().query("release == 'CIN 2026'")["area"]} == {*making.PLACES}


def sources(home: Path, row: str) -> None:
    """Let the data rest on one source alone."""
    head = "source,file,table,release,publisher,title,rows"
    file = home / "data" / "publishers" / "sources.csv"
    file.write_text(f"{head}\n{row}\n", encoding="utf-8")
    inventory.recount()


def neighbours(folder: Path) -> None:
    """Write both neighbour models for one authority, under the names of the dictionary."""
    head = ",".join(f"SN{rank},Closeness{rank}" for rank in range(1, 11))
    numbers = ["887", "301", "303", "304", "305", "306", "307", "308", "309", "310"]
    cells = ",".join(f"{number},Close" for number in numbers)
    for file in dictionary.read("neighbour_models")["file"]:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(f"LA,{head}\n883,{cells}\n", encoding="utf-8")


def test_an_older_release_is_taken_and_said_to_be_older(home, tmp_path, before, capsys):
    file = making.referrals(tmp_path / "c1.csv", before)
    text = file.read_text(encoding="utf-8-sig")
    text = text.replace("\n2025,", "\n2018,").replace("\n2026,", "\n2019,")
    file.write_text(text, encoding="utf-8")
    assert run(capsys, "import", file, "--accept")[2] == (
        "thurrock: c1.csv lacks, or has empty, what 'Referrals and re-referrals' had before: "
        "Referrals_rate: --anyway takes it all the same.\n"
    )
    code, out, err = run(capsys, "import", file, "--accept", "--anyway")
    assert (code, err) == (0, "")
    assert "CIN 2019 is older than CIN 2025, which the record holds: nothing newer is in it." in out
    after = store.load()
    then = store.as_at(after, "2020-01-31")
    chosen = then[(then["measure"] == "referrals") & (then["release"] == "CIN 2019")]
    assert set(chosen["period_end"].dt.year) == {2018, 2019}
    was, now = (plain(store.as_at(one, "2025-11-24")) for one in (before, after))
    pd.testing.assert_frame_equal(now, was)


def test_a_snapshot_of_the_interactive_tool_gives_its_release(home, tmp_path, capsys):
    file = tmp_path / "lait.csv"
    head = "Short Desc,Years,LA and Regions,Values,LA Number,snapshot\n"
    lines = [
        "CPP_Total_NumRef,2026,Thurrock,2000,883.0,2026-12-01",
        "CPP_Total_NumRef,2026,Thurrock,1,883.0,2026-11-01",
        "LACnum,2026,Thurrock,300.00000000000009,883.0,2026-12-01",
        "SomethingElse,2026,Thurrock,q,1.0,2026-12-01",
    ]
    file.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    dates = ["--published", "CIN 2026=2026-10-29", "--published", "CLA 2026=2026-11-19"]
    assert run(capsys, "import", file, "--accept", *dates)[0] == 0
    figures = store.load()
    fresh = figures[figures["release"].isin(["CIN 2026", "CLA 2026"])]
    assert dict(zip(fresh["measure"], fresh["value"], strict=True)) == {
        "looked_after": 300.0,
        "referrals": 2000.0,
    }
    again = run(capsys, "import", file, "--accept")[1].splitlines()
    assert again[-1] == "The record holds all of this already: nothing is written."
    code, _, err = run(capsys, "import", file, "--accept", "--published", "2026-10-29")
    assert code == 2 and "say which 2026-10-29 is of" in err


HEAD = f"{making.AREAS},category,{making.REFERRALS}\n"
GOOD = f"{making.place('E06000034', 2026)},Referrals,2000,400,20.1,30,1.5,600,29.9\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "bad.csv is empty: download it again."),
        (HEAD, "bad.csv has a header and no rows: download it again."),
        (
            HEAD + GOOD + GOOD[:60],
            "bad.csv, row 3, has 6 cells where the header has 18: the file is cut short or "
            "damaged; download it again.",
        ),
        (
            "Short Desc,Years,LA and Regions,Values,LA Number\n"
            "CPP_Total_NumRef,2026,Thurrock,2000,883\nCPP_Total",
            "bad.csv, row 3, has 1 cell where the header has 5: the file is cut short or "
            "damaged; download it again.",
        ),
        (
            HEAD + GOOD.replace("Thurrock", '"Thurrock'),
            "bad.csv, line 2, is no CSV (unexpected end of data): the file is cut short or "
            "damaged; download it again.",
        ),
        (
            "\ufeff <!DOCTYPE html><html></html>",
            "bad.csv is a web page and no table: open it in a browser, and download the table from "
            "there.",
        ),
        (
            f"{making.AREAS},age,in_touch,number\n"
            + f"{making.place('E06000034', 2026)},Aged 22,Total,10\n",
            "bad.csv holds no figures of 'Care leavers in touch with the authority' that "
            "data/publishers/columns.csv names.",
        ),
        (
            "a,b\n1,2\n",
            "bad.csv is none of the tables known here: its header is a, b ...; "
            "data/publishers/tables.csv lists the columns by which a table is known.",
        ),
        (
            (HEAD + GOOD).replace("old_la_code", "code"),
            "bad.csv lacks the column old_la_code, which 'Referrals and re-referrals' has: "
            "download it again.",
        ),
        (
            HEAD + GOOD + GOOD.replace(",883,", ",999999,"),
            "bad.csv, row 3, column old_la_code: '999999' is no English authority or region known "
            "here; data/dictionary/areas.csv lists those that are.",
        ),
        (
            HEAD + GOOD.replace(",2000,", ",n/a,"),
            "bad.csv, column referral_count, row 2: 'n/a' is neither a number nor one of '.', "
            "'..', ':', 'c', 'k', 'low', 'u', 'x', 'z', '~'.",
        ),
        (
            HEAD + GOOD.replace(",2000,", ",-5,"),
            "bad.csv, column referral_count, row 2: '-5' must be a number from 0 up.",
        ),
        (
            HEAD + GOOD.replace(",2000,", ",inf,"),
            "bad.csv, column referral_count, row 2: 'inf' is neither a number nor one of '.', "
            "'..', ':', 'c', 'k', 'low', 'u', 'x', 'z', '~'.",
        ),
        (
            HEAD + GOOD.replace("2026,", "2O26,", 1),
            "bad.csv, row 2, column time_period: '2O26' must be a year such as 2024 or 202324.",
        ),
        (
            HEAD + GOOD.replace("2026,", "202601,", 1),
            "bad.csv, row 2, column time_period: '202601' must be a year such as 2024 or 202324.",
        ),
        (
            HEAD + GOOD + GOOD.replace(",2000,", ",2001,"),
            "bad.csv, column referral_count: row 2 says '2000' and row 3 says '2001' of one area "
            "and year; one row an area and year is right.",
        ),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_written(home, tmp_path, capsys, text, sentence):
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    before = content(home)
    code, out, err = run(capsys, "import", file, "--accept", *DATED)
    assert (code, out, err) == (2, "", f"thurrock: {sentence}\n")
    assert content(home) == before


TEXTS = st.sampled_from(["csv", "csv.gz", "zip"])
BELOW = st.sampled_from([(), ("Source: DfE, 2026",), ("Notes", "1. Figures are rounded.")])
DRESSES = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": TEXTS,
            "separator": st.sampled_from(",;\t|"),
            "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
            "above": st.sampled_from(
                [(), ("Table C1",), ("Children in need", "", "Source: DfE, 2026")]
            ),
            "below": BELOW,
            "blanks": st.booleans(),
            "thousands": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("xlsx"),
            "blanks": st.booleans(),
            "above": st.sampled_from([(), ("C1",)]),
            "below": BELOW,
        }
    ),
    st.just({"kind": "parquet"}),
)
DAMAGES = [
    ("a comma may stand before three digits only", ",20,30,", ',"20,1",30,'),
    ("'20.00.1' is neither", ",20,30,", ",20.00.1,30,"),
    ("row 3: '2.000' must be a whole number", ",2000,400,", ",2.000,400,"),
    ("has the column referral_count 2 times", "category,", "referral_count,"),
    ("is none of the tables known here", ",referral_count,", ",referrals_all,"),
    (
        "had before: No_Further_Action or no_further_action_count",
        ",no_further_action_count,",
        ",nfa,",
    ),
    (
        "row 3, column time_identifier: 'Calendar quarter 1'",
        "\n2026,Reporting year",
        "\n2026,Calendar quarter 1",
    ),
    ("row 3, column time_period: '202628' must", "\n2026,", "\n202628,"),
    ("row 3, column time_period: '0000' must be a year", "\n2026,", "\n0000,"),
    ("row 2, column geographic_level: 'local authority' must", ",Local auth", ",local auth"),
    (
        "has the columns Referral count and referral_count, which are one",
        "category",
        "Referral count",
    ),
    ("has the columns Referrals and referral_count, which are one", "category", "Referrals"),
    ("row 2, column la_name: 'Medway' is not Thurrock", "034,Thurrock", "034,Medway"),
    ("row 2, column new_la_code: 'E06000035' is not Thurrock", ",E06000034,", ",E06000035,"),
    ("row 3: '2000%' must be a whole number", ",2000,400,", ",2000%,400,"),
    ("row 3: '2E+03' must be a whole number", ",2000,400,", ",2E+03,400,"),
    (f"row 3: '{'9' * 60}…' is neither", ",2000,400,", f",{'9' * 5000},400,"),
    (
        "row 3 says '2000' and row 7 says '2002' of one area and year",
        "London,301,E09000002,Barking and Dagenham,Referrals,2002",
        "London,E06000034,,,Referrals,2002",
    ),
    (
        "row 3, column rereferral_percent: 25 does not follow from 400 of 2,000, which gives 20",
        ",2000,400,20,",
        ",2000,400,25,",
    ),
]


@given(dress=DRESSES)
@settings(max_examples=20, deadline=None)
def test_a_table_is_the_same_however_it_was_saved(small, c1, dress):
    with stage.home(small.parent):
        (plain_one,), _ = importing.read_all([c1], None)
        (one,), passed_over = importing.read_all([making.dressed(c1, **dress)], None)
        pd.testing.assert_frame_equal(one.figures[tidy.COLUMNS], plain_one.figures[tidy.COLUMNS])
    assert [note.split(", ", 1)[1] for note in one.notes] == [*map(repr, dress.get("below", ()))]
    assert len(passed_over) == (dress["kind"] == "zip")


@pytest.mark.parametrize(("said", "old", "new"), DAMAGES)
def test_a_damaged_table_is_refused_and_nothing_is_written(small, c1, tmp_path, said, old, new):
    text = c1.read_text(encoding="utf-8-sig")
    assert old in text
    file = tmp_path / "c1.csv"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = content(small)
    with stage.home(small.parent), pytest.raises(ThurrockError) as refused:
        importing.take([making.dressed(file, "zip")], dates=("2026-10-29",), accept=True)
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert content(small) == before


def test_a_release_is_taken_out_of_its_zip(home, c1, before, capsys):
    whole = making.dressed(c1, "zip")
    code, out, err = run(capsys, "import", whole, "--accept", *DATED)
    assert (code, err) == (0, "") and "not taken: unknown.csv: no figure known" in out
    other = making.referrals(c1.parent / "again" / "c1.csv", before)
    code, _, err = run(capsys, "import", c1, other)
    assert code == 2 and err.endswith("have one name in CIN 2026: rename one of them.\n")


def test_what_no_table_takes_is_named_with_its_figures(home, tmp_path, capsys):
    file = tmp_path / "cla.csv"
    row = making.place("E06000034", 2026)
    kinds = ["Children looked after on 31 March each year", "Children who came for a week"]
    lines = [f"{row},{kind},44000,{n},66,7" for n, kind in enumerate(kinds, start=290)]
    head = f"{making.AREAS},population_type,population_estimate,children_count,rate_per_10000,extra"
    file.write_text("\n".join([head, *lines, "Source: DfE"]) + "\n", encoding="utf-8")
    out = run(capsys, "import", file)[1]
    assert "cla.csv: left out as a note below the table: row 4, 'Source: DfE'" in out
    assert (
        "cla.csv: 5 figures not taken, which data/publishers/columns.csv does not map, or which "
        "have no year: extra (2); "
        "children_count of Children who came for a week (1); "
    ) in out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "2026,Thurrock,9,883 2025-26,Thurrock,8,883.0",
            "row 2 says '9' and row 3 says '8' of one",
        ),
        ("0000,Thurrock,9,883", "row 2, column Years: '0000' must be a year such as 2024"),
        ("2026,Thurrock,9,883 2025-27,Thurrock,8,883", "row 3, column Years: '2025-27' must be"),
        ("2026p,Thurrock,9,883", "row 2, column Years: '2026p' must be a year such as 2024"),
        (
            "2026,Thurrock,9,883 2026,Kent,8,883",
            "row 3, column LA and Regions: 'Kent' is not Thurrock, which LA Number says",
        ),
        ("2026,Thurrock,9.5,883", "row 2: '9.5' must be a whole number"),
        ("2026,Thurrock,9.000,883", "row 2: '9.000' must be a whole number"),
        ("2026,Thurrock,9%,883", "row 2: '9%' must be a whole number"),
    ],
)
def test_a_snapshot_at_odds_with_itself_or_without_a_year_is_refused(home, tmp_path, rows, said):
    file = tmp_path / "lait.csv"
    lines = [f"CPP_Total_NumRef,{row}" for row in rows.split(" ")]
    file.write_text(
        "\n".join(["Short Desc,Years,LA and Regions,Values,LA Number", *lines]), "utf-8"
    )
    with pytest.raises(ThurrockError, match=said):
        importing.read_all([file], None)


def test_figures_of_a_snapshot_that_are_of_no_year_are_named(home, tmp_path, capsys):
    file = tmp_path / "lait.csv"
    lines = ["2026,Hull,9,810", "0,Thurrock,8,883", "0,Medway,-,887"]
    file.write_text(
        "\n".join(
            [
                "Short Desc,Years,LA and Regions,Values,LA Number",
                *(f"CPP_Total_NumRef,{line}" for line in lines),
            ]
        ),
        encoding="utf-8",
    )
    assert "have no year: CPP_Total_NumRef of no year (1)\n" in run(capsys, "import", file)[1]


def test_a_code_that_pandas_saved_as_a_number_is_read(small, c1, tmp_path):
    file = tmp_path / "c1.csv"
    file.write_text(c1.read_text("utf-8-sig").replace(",883,", ",883.0,"), encoding="utf-8")
    with stage.home(small.parent):
        (one,), _ = importing.read_all([file], None)
    assert "E06000034" in set(one.figures["area"])


@pytest.mark.parametrize("day", ["01/12/2026", "1/12/2026", "2026-12-01 00:00:00", "12/31/2026"])
def test_a_snapshot_is_dated_as_a_british_spreadsheet_shows_it(home, tmp_path, capsys, day):
    file = tmp_path / "lait.csv"
    head = "Short Desc,Years,LA and Regions,Values,LA Number,snapshot\n"
    old = "CPP_Total_NumRef,2026,Thurrock,1,883,2026-11-30\n"
    file.write_text(head + old + f"CPP_Total_NumRef,2026,Thurrock,2000,883,{day}\n", "utf-8")
    code, _, err = run(capsys, "import", file, "--accept", *DATED)
    if day == "12/31/2026":
        assert "row 3, column snapshot: '12/31/2026' is no date such as 2026-12-01" in err
        return
    assert code == 0
    new = store.load().query("release == 'CIN 2026'")
    assert new["value"].tolist() == [2000] and new["source"].tolist() == ["LAIT 2026-12-01"]


def test_a_share_over_100_is_doubted_though_no_parts_are_known(home, tmp_path, capsys):
    file = tmp_path / "lait.csv"
    lines = [
        "Short Desc,Years,LA and Regions,Values,LA Number",
        "LAC_Over_Abs,2026,Thurrock,104,883",
        "LAC_Over_Abs,2026,Medway,100,887",
        "Work_Force_TO_Rate,2016,Medway,120,887",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    doubts = [line for line in run(capsys, "import", file)[1].splitlines() if "doubt" in line]
    assert doubts == [
        "doubt: lait.csv, row 2, column LAC_Over_Abs: 104 per cent of a whole is more than all"
    ]


def test_another_edition_of_a_table_held_is_refused(home, tmp_path, capsys):
    file = tmp_path / "c1.csv"
    text = (HEAD + GOOD).replace("2026,Rep", "2025,Rep").replace(",2000,", ",1886,")
    file.write_text(text, encoding="utf-8")
    assert run(capsys, "import", file) == (
        2,
        "",
        "thurrock: c1.csv is another edition of a table of CIN 2025 that the record holds, and "
        "differs first on referrals / all / E06000034 / 2025-03-31: put it in the "
        "place of the file that sources.csv names, and run 'thurrock data build'.\n",
    )


def test_files_of_another_kind_are_named_for_what_they_are(tmp_path):
    def refused(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ThurrockError) as error:
            importing.take([tmp_path / name])
        return str(error.value)

    with zipfile.ZipFile(tmp_path / "many", "w") as archive:
        archive.writestr("c1.csv", "a,b\n1,2\n")
    many = (tmp_path / "many").read_bytes()
    assert "cannot be read as a workbook" in refused("t.xls", b"\xd0\xcf\x11\xe0")
    assert refused("t.zip", many).startswith("t.zip holds no table known here: c1.csv is none of")
    assert refused("t.csv", many[:40]).startswith("t.csv is a broken archive")
    assert refused("t.csv.gz", b"\x1f\x8b\x08").startswith("t.csv.gz is a broken archive")
    assert "cannot be read as Parquet" in refused("t.parquet", b"no parquet")
    assert "is no text" in refused("t.csv", b"a,b\n\0\x81")
    with pytest.raises(ThurrockError, match="is a folder: name the files in it"):
        importing.take([tmp_path])
    with pytest.raises(ThurrockError, match="missing.csv is missing"):
        importing.take([tmp_path / "missing.csv"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "When CIN 2026 was first published is not known here: say so, as --published"),
        (["--published", "29.10.2026"], "'29.10.2026' is not a date: write year, month and day"),
        (
            ["--published", "2026-03-01"],
            "CIN 2026 cannot have been published on 2026-03-01: it closes on 2026-03-31.",
        ),
        (["--published", "CLA 2026=2026-11-19"], "CLA 2026 is in none of these files"),
        (["--release", "CIN 2027"], "c1.csv has figures up to 2026 and cannot belong to CIN 2027"),
        (["--release", "CIN 2025"], "c1.csv has figures up to 2026 and cannot belong to CIN 2025"),
        (["--release", "CLA 2026"], "c1.csv belongs to CIN and not to CLA 2026"),
        (
            ["--release", "2026"],
            "'2026' is no release: write CAFCASS, CILIF, CIN, CLA, CSWW, EXCL",
        ),
    ],
)
def test_a_release_that_cannot_be_is_one_sentence(home, c1, capsys, arguments, sentence):
    before = content(home)
    code, out, err = run(capsys, "import", c1, "--accept", *arguments)
    assert (code, out) == (2, "") and err.startswith(f"thurrock: {sentence}")
    assert err.count("\n") == 1
    assert content(home) == before


def test_populations_ask_for_the_release_that_they_serve(home, before, tmp_path, capsys):
    populations = making.populations(tmp_path / "populations.csv", before)
    assert run(capsys, "import", populations) == (
        2,
        "",
        "thurrock: populations.csv holds populations, which serve the release that divides by "
        "them: name it, as --release 'CIN 2026'.\n",
    )
    code, _, err = run(capsys, "import", populations, "--release", "CIN 2025")
    assert code == 2 and "cannot belong to CIN 2025" in err


def test_a_date_at_odds_with_the_calendar_is_refused(home, tmp_path, capsys):
    old = tmp_path / "old.csv"
    old.write_text((HEAD + GOOD).replace("2026,Rep", "2025,Rep"), encoding="utf-8")
    code, _, err = run(capsys, "import", old, "--published", "2025-12-01")
    assert code == 2
    assert err.startswith("thurrock: CIN 2025 was first published on 2025-11-03")


def test_a_table_yields_to_what_another_table_held_of_the_release_says(
    home, before, tmp_path, capsys
):
    """LAIT copies tables: where it differs from a table held, which only repeats, that counts."""
    rows = before.query("measure == 'referrals' and breakdown == 'all' and area == 'E06000034'")
    rows = rows[rows["period_end"] == "2017-03-31"]
    assert rows["release"].tolist() == ["CIN 2017"] and "CIN 2025" in rows["confirmed"].item()
    file = tmp_path / "lait.csv"
    file.write_text(
        "Short Desc,Years,LA and Regions,Values,LA Number\n"
        "CPP_Total_NumRef,2017,Thurrock,1,883.0\nCPP_Total_NumRef,2025,Thurrock,1885,883.0\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "import", file)
    assert code == 0
    assert out.splitlines()[-4] == (
        "1 differ from what the record holds of the same release, from another file: it keeps its "
        "own."
    )
    assert out.splitlines()[-2].split() == ["referrals", "0", "0", "0", "1", "0"]


def test_two_files_of_one_table_must_agree(home, c1, tmp_path, before, capsys):
    other = making.referrals(tmp_path / "c1_again.csv", before, E06000034_2025="1901")
    was = content(home)
    code, _, err = run(capsys, "import", c1, other, "--accept", *DATED)
    assert code == 2
    assert err == (
        "thurrock: c1.csv and c1_again.csv contradict each other on referrals / all / E06000034 / "
        "2025-03-31 in CIN 2026: name only the right one.\n"
    )
    assert content(home) == was


STOP = """
import os, resource, sys
from thurrock_analysis import cli
import thurrock_analysis.machine.upkeep.importing
what, event, text = sys.argv[1:4]
def hook(name, arguments):
    if name == event and text in str(arguments[0]):
        if name == "open" and "w" not in str(arguments[1]):
            return
        if what == "kill":
            os._exit(9)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
sys.addaudithook(hook)
sys.exit(cli.main(["import", *sys.argv[4:]]))
"""
"""At an event: be killed, or have no more room for files."""


def stopped(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", STOP, *map(str, arguments), "--accept", *DATED]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("event", "name", "new"),
    [
        ("open", "figures.parquet.source.yml", False),
        ("open", "coverage.csv", False),
        ("shutil.rmtree", ".data.new-", True),
    ],
)
def test_killed_at_any_moment_data_is_whole(home, c1, tmp_path, capsys, event, name, new):
    before = content(home / "data")
    assert stopped("kill", event, name, c1).returncode == 9
    provenance.verify_all()
    assert (content(home / "data") != before) == new
    assert ("CIN 2026" in releases.held()) == new
    assert list(home.glob(".data.new-*"))
    run(capsys, "import", tmp_path / "none.csv", "--accept")
    assert sorted(path.name for path in home.iterdir()) == ["data"]


@pytest.mark.parametrize("file", ["areas.csv", "coverage.csv"])
def test_without_room_it_says_so_and_data_is_as_it_was(home, c1, file):
    """There is no room for the copy, or just none for the new record."""
    before = content(home)
    done = stopped("fill", "open", file, c1)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"thurrock: The data cannot be written to {home / 'data'} (")
    assert "File too large): all is as it was;" in done.stderr and done.stderr.count("\n") == 1
    assert content(home) == before


def test_a_preview_works_where_data_is_read_only(home, c1, capsys):
    folders = [home / "data", *(home / "data").rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with stage.staged(lasting=False):
        copy = paths.data()
        assert all(path.stat().st_mode & 0o200 for path in copy.rglob("*"))
    assert not copy.exists()
    code, out, _ = run(capsys, "import", c1)
    assert code == 0 and "changes: 4 figures" in out
    for path in folders:
        path.chmod(0o755)


def test_one_command_at_a_time_changes_data(home, c1, capsys):
    lock = FileLock(home / ".data.lock")
    assert lock.acquire() is None
    assert run(capsys, "import", c1, "--accept", *DATED) == (
        2,
        "",
        f"thurrock: Another command (process {os.getpid()}) is writing to {home / 'data'}; wait "
        "for it to end.\n",
    )
    lock.release()


def test_a_build_says_what_it_wrote_and_how_it_differs(home, tmp_path, before, capsys):
    published = tmp_path / "published"
    making.referrals(published / "c1.csv", before)
    neighbours(published)
    sources(home, "First,c1.csv,c1,CIN 2025,DfE,Referrals,time_period=2025")
    code, out, err = run(capsys, "data", "build", published)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "CIN 2025: 21 rows" in lines
    assert f"21 rows written to {paths.record()}" in lines
    assert any(line.startswith("releases removed: CIN 2010, CIN 2011") for line in lines)
    provenance.verify_all()
    assert len(store.load()) == 21


def test_a_build_without_a_file_or_with_a_bad_one_leaves_all_as_it_was(home, tmp_path, capsys):
    published = tmp_path / "published"
    published.mkdir()
    before = content(home)
    code, out, err = run(capsys, "data", "build", published)
    assert (code, out) == (2, "")
    assert err.startswith(f"thurrock: {published} lacks children_in_need/sfr/2009-10/")
    assert err.endswith(
        " more: put each file where data/publishers/sources.csv says, and build again.\n"
    )
    assert run(capsys, "data", "build", published / "none")[0] == 2
    neighbours(published)
    sources(home, "Bad,bad.parquet,c1,CIN 2025,D,R,")
    (published / "bad.parquet").write_text("no parquet", encoding="utf-8")
    before = content(home)
    code, out, err = run(capsys, "data", "build", published)
    assert (code, out) == (2, "") and "bad.parquet cannot be read" in err
    assert content(home) == before
