"""Returns are read whatever they were saved as, and known by what is in them."""

import io
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from writing_returns import COLUMNS, archive, load, rows, rules_of, text, workbook, write

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import opening
from thurrock_analysis.returns import load_returns, reading, recognising, statutory

YEARS = {
    2021: {
        "header": [{"CHILD": "007", "DOB": "05/06/2008"}, {"CHILD": "NA"}, {"CHILD": "12.10"}],
        "episodes": [
            {"CHILD": "12.10", "DECOM": "01/02/2020", "DEC": "05/04/2020", "REC": "E8"},
            {"CHILD": "007", "DECOM": "04/05/2019", "DEC": "06/12/2020", "REC": "X1"},
            {"CHILD": "007", "DECOM": "06/12/2020", "RNE": "P", "PL_POST": "ZZ3 3CC"},
            {"CHILD": "NA", "DECOM": "31/03/2021"},
        ],
        "reviews": [{"CHILD": "007", "DOB": "05/06/2008", "REVIEW": "01/11/2020"}],
        "uasc": [{"CHILD": "12.10", "SEX": "1", "DOB": "01/02/2010"}],
    },
    2022: {
        "header": [{"CHILD": "007", "DOB": "05/06/2008"}, {"CHILD": "NA"}, {"CHILD": "1E05"}],
        "episodes": [
            {"CHILD": "007", "DECOM": "06/12/2020", "RNE": "P", "PL_POST": "ZZ3 3CC"},
            {"CHILD": "NA", "DECOM": "31/03/2021", "DEC": "02/09/2021", "REC": "E4A"},
            {"CHILD": "1E05", "DECOM": "07/01/2022", "PLACE": "K2"},
        ],
        "missing": [{"CHILD": "007", "MIS_START": "01/02/2022", "MIS_END": "03/02/2022"}],
        "oc2": [{"CHILD": "1E05", "SDQ_SCORE": "12", "TEETH_CHECK": "1"}],
    },
}
"""Two returns of four children, whose identifiers are made to be mistaken for numbers."""


def same(left, right):
    """Compare the tables of two loads, whatever file and row they stood in."""
    assert set(left.tables) == set(right.tables)
    for name, table in left.tables.items():
        pd.testing.assert_frame_equal(
            table.drop(columns=["file", "row"]), right.tables[name].drop(columns=["file", "row"])
        )


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    for year, tables in YEARS.items():
        write(folder / str(year), **tables)
    return load_returns(folder)


def test_what_is_read_is_what_was_written(plain):
    assert plain.table("episodes")["CHILD"].tolist() == ["007", "007", "12.10", "1E05", "NA"]
    assert plain.table("episodes")["YEAR"].tolist() == [2021, 2022, 2021, 2022, 2022]
    assert plain.table("episodes").loc[4, "DEC"] == pd.Timestamp("2021-09-02")
    assert plain.table("oc2")["TEETH_CHECK"].tolist() == [True]
    assert plain.table("header")["YEAR"].tolist() == [2022, 2021, 2022, 2022]
    assert plain.spans[["YEAR", "start", "end"]].astype("str").to_numpy().tolist() == [
        ["2021", "2020-04-01", "2021-03-31"],
        ["2022", "2021-04-01", "2022-03-31"],
    ]
    assert list(plain.table("uasc").columns) == [
        *COLUMNS["uasc"].split(), "LA", "YEAR", "file", "row",
    ]  # fmt: skip


DRESSES = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]),
        "separator": st.sampled_from(",;\t|"),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "title": st.booleans(),
        "blank": st.booleans(),
        "quoted": st.booleans(),
        "lower": st.booleans(),
        "extra": st.booleans(),
        "order": st.randoms(use_true_random=False),
    }
)


def dressed(table, told, dress):
    """Write a table as some program or person would."""
    cells = rows(table, told)
    if dress["extra"]:
        cells = [[*row, "Notes of Zoë" if place else "NOTES"] for place, row in enumerate(cells)]
    order = list(range(len(cells[0])))
    dress["order"].shuffle(order)
    cells = [[row[place] for place in order] for row in cells]
    if dress["lower"]:
        cells[0] = [name.replace("_", " ").title() for name in cells[0]]
    if dress["blank"]:
        cells[1:1] = [[""] * len(cells[0])]
    if dress["title"]:
        cells[:0] = [["Return of the authority"], [""]]
    written = text(cells, dress["separator"])
    if dress["quoted"]:
        written = "\n".join(dress["separator"].join(f'"{cell}"' for cell in row) for row in cells)
    return written.replace("\n", dress["end"]).encode(dress["encoding"])


@settings(
    max_examples=8,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(data=st.data(), names=st.permutations("abcdefgh"), dress=DRESSES, packed=st.booleans())
def test_neither_order_nor_dress_nor_name_matters(
    plain, tmp_path_factory, data, names, dress, packed
):
    files = [(table, told) for tables in YEARS.values() for table, told in tables.items()]
    members = {
        f"{name}.csv": dressed(table, told, dress)
        for name, (table, told) in zip(names, data.draw(st.permutations(files)), strict=True)
    }
    folder = tmp_path_factory.mktemp("dressed")
    if packed:
        archive(folder / "returns.zip", **members)
    else:
        for name, content in members.items():
            (folder / name).write_bytes(content)
    found = load_returns(folder)
    same(found, plain)
    counts = found.counts
    assert (counts["read"] == counts[["blank", "kept", "aside", "repeated"]].sum(axis=1)).all()
    assert (counts["blank"] == dress["blank"] * 1).all()


def test_a_workbook_is_a_return_whatever_its_sheets_are_called(plain, tmp_path):
    for year, tables in YEARS.items():
        sheets = {f"{table} permenance"[:20]: rows(table, told) for table, told in tables.items()}
        workbook(tmp_path / f"{year}.xlsx", {"Guidance": [["Read this"]], **sheets})
    same(load_returns(tmp_path), plain)


def sheet_of(path, change):
    """Change the XML of the first sheet of a workbook."""
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name] = change(members[name].decode()).encode()
    return archive(path, **members)


def test_a_sheet_of_formatted_nothing_is_read_fast_and_whole(tmp_path):
    path = workbook(tmp_path / "one.xlsx", {"a": rows("episodes", YEARS[2021]["episodes"])})
    far = '<row r="900"><c r="A900" t="inlineStr"><is><t>far</t></is></c><c r="B900" t="inlineStr">'
    far += "<is><t>01/01/2021</t></is></c></row>"
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(901, 1_000_000))

    def change(text_):
        text_ = text_.replace("</sheetData>", f"{far}{empty}</sheetData>")
        return pd.Series([text_]).str.replace(
            r'<dimension ref="[^"]*"', '<dimension ref="A1"', regex=True
        )[0]

    sheet_of(path, change)
    began = time.process_time()
    found = load_returns(path)
    assert time.process_time() - began < 5
    assert found.table("episodes").set_index("CHILD").loc["far", "row"] == 900
    count = found.counts.iloc[0]
    assert (count["read"], count["blank"], count["kept"]) == (899, 894, 5)


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:\\out.csv"])
def test_an_archive_that_climbs_out_is_refused(tmp_path, name):
    archive(tmp_path / "a.zip", **{"in.csv": "CHILD", name: "CHILD"})
    with pytest.raises(ThurrockError, match="leads out of the archive"):
        list(opening.members(Path("a.zip"), (tmp_path / "a.zip").read_bytes()))
    write(tmp_path / "good", **YEARS[2021])
    found = load_returns(tmp_path)
    assert found.issues.set_index("file").loc["a.zip", "rule"] == "unreadable_file"


def test_an_archive_that_swells_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", **{"in.csv": b"0" * 20_000_000})
    with pytest.raises(ThurrockError, match="far more than tables take"):
        load_returns(path)


FAULTS = {
    "nothing.csv": b"",
    "spaces.csv": b"  \n \n",
    "picture.csv": bytes(range(256)) * 20,
    "cut.zip": b"PK\x03\x04 and then nothing",
    "page.csv": b"<html></html>",
    "notes.docx": bytes(range(256)),
    "other.csv": b"a,b\n1,2\n",
    "headless.csv": b"4711,04/05/2019,S,C2,N1,U6,PR1\n4712,05/05/2019,S,C2,N1,U6,PR1\n",
    "nobody.csv": b"DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n01/05/2020,S,C2,N1,U6,PR1,,\n",
}
RULE = {"nothing.csv": "empty_file", "spaces.csv": "empty_file", "picture.csv": "unreadable_file",
        "cut.zip": "unreadable_file", "page.csv": "unreadable_file", "notes.docx": "other_file",
        "other.csv": "unknown_table", "headless.csv": "unknown_table",
        "nobody.csv": "lacking_column"}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_is_no_return_is_an_issue_and_harms_no_other(plain, tmp_path, name):
    for year, tables in YEARS.items():
        write(tmp_path / str(year), **tables)
    (tmp_path / name).write_bytes(FAULTS[name])
    found = load_returns(tmp_path)
    same(found, plain)
    told = found.issues[found.issues["file"].eq(name)]
    assert RULE[name] in set(told["rule"])
    assert not told["value"].str.contains("4711").any()


@pytest.mark.parametrize("name", FAULTS)
def test_a_folder_without_a_return_is_refused_in_a_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(FAULTS[name])
    with pytest.raises(ThurrockError, match=r"^\S+ holds no table of a return: .*[^.]\.$") as told:
        load_returns(tmp_path)
    assert "4711" not in str(told.value)


def test_a_refusal_names_the_tables_that_are_none_before_texts(tmp_path):
    for name in ("README.md", "expected.md", "a.txt"):
        (tmp_path / name).write_text("# Returns\n\nDear, all\n", "utf-8")
    with pytest.raises(ThurrockError, match="no table of a return: README.md: "):
        load_returns(tmp_path)
    (tmp_path / "population.csv").write_text("age,persons\n0,2000\n", "utf-8")
    (tmp_path / "z.csv").write_text("CHILD,RNE,LS,CIN,PLACE,DEC,REC\n4711,S,C2,N1,U4,,\n", "utf-8")
    with pytest.raises(ThurrockError) as told:
        load_returns(tmp_path)
    assert str(told.value) == (
        f"{tmp_path.name} holds no table of a return: z.csv: a table of episodes without the "
        "column DECOM; population.csv: 2 columns, those of no such table; not read: 3 files of "
        "text."
    )


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path):
    with pytest.raises(ThurrockError, match="missing: name a folder"):
        load_returns(tmp_path / "none")
    with pytest.raises(ThurrockError, match="holds no file"):
        load_returns(tmp_path)


def test_a_table_with_a_header_only_is_held_and_empty(tmp_path):
    found = load(tmp_path, **YEARS[2021], ad1=[])
    assert found.table("ad1").empty
    assert str(found.table("ad1")["DATE_INT"].dtype) == "datetime64[s]"


def test_columns_misspelt_missing_and_twice_there_are_told(tmp_path):
    cells = rows("episodes", YEARS[2021]["episodes"])
    cells[0][cells[0].index("PLACE_PROVIDER")] = "PLACE_PROVIDR"
    cells[0][cells[0].index("REC")] = "Reason Episode Ceased"
    urn, place = cells[0].index("URN"), cells[0].index("PLACE")
    cells = [[*row[:urn], row[place]] for row in cells]
    (tmp_path / "a.csv").write_text(text(cells))
    found = load_returns(tmp_path)
    told = found.issues.set_index("column")["rule"]
    assert told["PLACE_PROVIDER"] == told["REC"] == "column_name"
    assert told["URN"] == "missing_optional_column"
    assert told["PLACE"] == "column_twice"
    assert found.table("episodes")["PLACE_PROVIDER"].eq("PR1").all()
    assert found.table("episodes")["URN"].isna().all()


def test_a_row_that_does_not_fit_is_set_aside(tmp_path):
    written = text(rows("reviews", [{"CHILD": "1", "REVIEW": "01/01/2021"}] * 2))
    (tmp_path / "a.csv").write_text(written + "3,,02/01/2021,PN1,and,more\n4,\n")
    found = load_returns(tmp_path)
    told = found.issues.query("rule == 'misfit_row'")
    assert told["row"].tolist() == [4, 5] and told["value"].tolist() == ["6 cells", "2 cells"]
    count = found.counts.iloc[0]
    assert (count["read"], count["kept"], count["repeated"], count["aside"]) == (4, 1, 1, 2)


def test_a_header_only_of_what_all_tables_have_is_not_guessed(tmp_path):
    (tmp_path / "a.csv").write_text("CHILD,SEX,DOB\n1,1,01/01/2010\n")
    with pytest.raises(ThurrockError, match="holds no table of a return"):
        load_returns(tmp_path)


def test_the_year_is_of_the_dates_and_a_label_that_says_otherwise_is_told(tmp_path):
    for year, label in ((2021, "2020"), (2022, "903 final v2 2021")):
        write(tmp_path / label, **YEARS[year])
    found = load_returns(tmp_path)
    assert found.table("header")["YEAR"].tolist() == [2022, 2021, 2022, 2022]
    assert sorted(found.table("episodes")["YEAR"]) == [2021, 2021, 2022, 2022, 2022]
    told = found.issues.query("rule == 'year_label'")
    assert len(told) == sum(map(len, YEARS.values()))
    assert set(zip(told["value"], told["YEAR"], strict=True)) == {("2020", 2021), ("2021", 2022)}


def test_a_label_of_two_years_names_the_closing_one(tmp_path):
    write(tmp_path / "2020-21", **YEARS[2021])
    write(tmp_path / "2021-22", **YEARS[2022])
    assert "year_label" not in rules_of(load_returns(tmp_path))


def test_without_dates_the_label_counts_and_that_is_told(tmp_path):
    write(tmp_path / "2016-17", header=YEARS[2021]["header"])
    found = load_returns(tmp_path)
    assert found.table("header")["YEAR"].tolist() == [2017, 2017, 2017]
    assert rules_of(found) == {"year_from_label"}


def test_one_date_far_ahead_does_not_move_a_year(tmp_path):
    told = [{"CHILD": str(n), "DECOM": "01/07/2020"} for n in range(99)]
    found = load(tmp_path, episodes=[*told, {"CHILD": "x", "DECOM": "01/07/2023"}])
    assert found.table("episodes")["YEAR"].unique().tolist() == [2021]
    assert found.issues.query("rule == 'date_after_year'")["id"].tolist() == ["x"]


def test_the_same_child_of_two_authorities_is_two(tmp_path):
    told = [
        {"CHILD": "1", "DECOM": "2020-05-01", "LA": la, "YEAR": year}
        for la in ("North", "South")
        for year in ("2021", "2022")
    ]
    found = load(tmp_path, episodes=told)
    assert found.table("episodes")[["LA", "YEAR"]].to_numpy().tolist() == [
        ["North", 2022], ["South", 2022],
    ]  # fmt: skip


def test_a_column_of_opening_years_is_moved_to_the_closing_ones(tmp_path):
    told = [
        {"CHILD": str(n), "DECOM": f"01/07/{year}", "LA": "A", "YEAR": str(year)}
        for n in range(5)
        for year in (2020, 2021)
    ]
    found = load(tmp_path, episodes=told, header=[{"CHILD": "0", "LA": "A", "YEAR": "2021"}])
    assert sorted(found.table("episodes")["YEAR"].unique()) == [2021, 2022]
    assert found.table("header")["YEAR"].tolist() == [2022]
    assert len(found.issues.query("rule == 'year_column'")) == 3


@given(
    cells=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")), min_size=3,
                 max_size=3),
        min_size=1, max_size=6,
    ),
    separator=st.sampled_from(",;\t|"),
)  # fmt: skip
def test_the_fast_sweep_reads_what_the_slow_one_does(cells, separator):
    written = text([["first", "second", "third"], *cells], separator)
    fast = opening.swept(Path("a.csv"), written, separator)
    rows = opening.records(Path("a.csv"), written, separator)
    slow = opening.table(Path("a.csv"), rows, opening.refuse)
    if fast is not None:
        pd.testing.assert_frame_equal(fast.cells, slow.cells, check_index_type=False)
        assert fast.header == slow.header


def test_each_form_is_known_by_its_own_columns(tmp_path):
    for form in statutory.forms().values():
        if form.fields:
            cells = [name for name in form.fields if name != "YEAR"]
            stream = io.BytesIO((",".join(cells) + "\n").encode())
            found = reading.tables_of(Path("a.csv"), stream.read())
            assert recognising.recognise(found[0]).form is form
