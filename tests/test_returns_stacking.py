"""Returns of several years become one table: the latest counts, and what is mended is told."""

import datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from writing_returns import load, rows, rules_of, text, write

from thurrock_analysis.returns import episodes, load_returns

FIVE = "returns/ssda903/five_years"
NIGHTS = pd.to_datetime([f"{year}-03-31" for year in range(2018, 2023)])


def looked_after(returns, night):
    """Count the children in care on a night, short breaks left out."""
    table = returns.table("episodes")
    open_ = (table["DECOM"] <= night) & ~(table["DEC"] <= night)
    return table.loc[open_ & ~table["LS"].isin(["V3", "V4"]), "CHILD"].nunique()


@pytest.mark.parametrize(
    ("vanished", "expected"),
    [("open", [466, 288, 181, 122, 75]), ("closed", [466, 288, 181, 119, 55])],
)
def test_five_years_of_another_maker(examples, vanished, expected):
    found = load_returns(examples / FIVE, vanished=vanished)
    assert [looked_after(found, night) for night in NIGHTS] == expected
    told = found.issues.query("rule == 'vanished_difference'")["value"].tolist()
    assert told == [
        "looked after on 31 March 2021: 122 if left open, 119 if closed",
        "looked after on 31 March 2022: 75 if left open, 55 if closed",
    ]
    assert len(found.issues.query("rule == 'year_label'")) == 40
    kept = found.counts.groupby("table")["kept"].sum()
    assert {name: len(table) for name, table in found.tables.items()} == kept.to_dict()


def test_contradictions_of_another_maker(examples):
    found = load_returns(examples / "returns/ssda903/repair")
    told = found.issues.query("rule == 'superseded_episode'")["id"]
    assert sorted(told) == ["RULE3A_BAD", "RULE3_BAD", "RULE4_BAD"]
    ends = found.table("episodes").groupby("CHILD")["DEC"].first().astype("str")
    assert ends["RULE1_BAD"] == "2017-08-20"
    assert ends["RULE4_BAD"] == "2018-12-20"


def test_children_of_many_authorities(examples):
    found = load_returns(examples / "returns/ssda903/regional_header.csv")
    assert len(found.table("header")) == 28436
    assert found.spans["LA"].nunique() == 19


def years(tmp_path, **returns):
    """Load the episodes of one child in the returns of some years, told from DECOM to DEC."""
    for year, told in returns.items():
        full = [{"CHILD": "1"} | row for row in told]
        # a child of its own says of which year the return is
        full.append({"CHILD": year, "DECOM": f"30/03/{year[1:]}", "DEC": f"31/03/{year[1:]}"})
        write(tmp_path / year, episodes=full)
    return tmp_path


def of_child(found):
    """Return the beginnings, ends and reasons of the child's episodes."""
    table = found.table("episodes").query("CHILD == '1'")
    days = table[["DECOM", "DEC"]].apply(lambda column: column.dt.strftime("%d/%m/%Y"))
    return list(
        zip(*[days[name].fillna("") for name in days], table["REC"].fillna(""), strict=True)
    )


def test_the_latest_return_counts_and_what_it_changed_is_told(tmp_path):
    old = {"DECOM": "01/05/2020", "LS": "V2", "PLACE": "K2"}
    new = {"DECOM": "01/05/2020", "LS": "C2", "PLACE": "K2", "DEC": "01/06/2021", "REC": "E4A"}
    found = load_returns(years(tmp_path, y2021=[old], y2022=[new]))
    assert of_child(found) == [("01/05/2020", "01/06/2021", "E4A")]
    told = found.issues.query("rule == 'changed_fact'")
    assert told[["column", "value", "YEAR"]].to_numpy().tolist() == [["LS", "V2", 2021]]
    assert found.counts["repeated"].sum() == 1


def test_a_row_twice_is_left_out_and_two_rows_of_one_keep_the_fuller(tmp_path):
    bare = {"CHILD": "1", "DECOM": "01/05/2020", "URN": ""}
    found = load(tmp_path, episodes=[bare | {"URN": "SC1"}, bare, bare, bare])
    assert found.table("episodes")["URN"].tolist() == ["SC1"]
    assert found.counts.loc[0, ["kept", "aside", "repeated"]].tolist() == [1, 3, 0]
    again = load(tmp_path / "again", episodes=[bare, bare])
    assert again.counts.loc[0, ["kept", "aside", "repeated"]].tolist() == [1, 0, 1]
    assert rules_of(again) == {"duplicate_row"}


def test_tables_of_a_year_have_a_row_each_year(tmp_path):
    for year in (2021, 2022):
        write(
            tmp_path / str(year),
            episodes=[{"CHILD": "1", "DECOM": f"01/05/{year - 1}"}],
            oc2=[{"CHILD": "1", "SDQ_SCORE": str(year - 2010)}],
        )
    table = load_returns(tmp_path).table("oc2")
    assert table[["YEAR", "SDQ_SCORE"]].to_numpy().tolist() == [[2021, 11], [2022, 12]]


def test_an_episode_without_an_end_ends_where_the_next_begins(tmp_path):
    first, moved = {"DECOM": "01/05/2020"}, {"DECOM": "01/06/2020", "RNE": "P"}
    found = load_returns(years(tmp_path / "a", y2021=[first, moved]))
    assert of_child(found) == [("01/05/2020", "01/06/2020", "X1"), ("01/06/2020", "", "")]
    back = moved | {"RNE": "S"}
    found = load_returns(years(tmp_path / "b", y2021=[first | {"REC": "X1"}, back]))
    assert of_child(found) == [("01/05/2020", "01/06/2020", ""), ("01/06/2020", "", "")]
    assert found.issues.query("rule == 'no_end'")["done"].tolist() == [
        "ends where the next begins, 2020-06-01"
    ]


@pytest.mark.parametrize(
    ("later", "end", "rule"),
    [
        ({"DEC": ""}, "01/06/2020", "overlap"),
        ({"DEC": "01/09/2020"}, "01/06/2020", "overlap"),
        ({"DEC": "01/07/2020"}, "01/08/2020", "overlap_kept"),
        ({"DEC": "", "LS": "V3"}, "01/08/2020", "overlap_kept"),
    ],
)
def test_an_overlap_is_cut_only_where_the_next_episode_covers_it(tmp_path, later, end, rule):
    first = {"DECOM": "01/05/2020", "DEC": "01/08/2020", "REC": "X1"}
    found = load_returns(
        years(tmp_path, y2021=[first, {"DECOM": "01/06/2020", "RNE": "P", "REC": "X1"} | later])
    )
    assert of_child(found)[0][1] == end
    assert rule in rules_of(found)


def test_a_vanished_episode_stays_open_or_ends_with_its_last_return(tmp_path):
    folder = years(tmp_path, y2021=[{"DECOM": "01/05/2020"}], y2022=[], y2023=[])
    left, shut = load_returns(folder), load_returns(folder, vanished="closed")
    assert of_child(left) == [("01/05/2020", "", "")]
    assert of_child(shut) == [("01/05/2020", "01/04/2021", "")]
    nights = pd.to_datetime(["2021-03-31", "2022-03-31"])
    assert [looked_after(left, night) for night in nights] == [1, 1]
    assert [looked_after(shut, night) for night in nights] == [1, 0]
    for found, done in ((left, "left open"), (shut, "closed on 2021-04-01")):
        assert found.issues.query("rule == 'vanished_episode'")["done"].tolist() == [done]
        assert found.issues.query("rule == 'vanished_difference'")["value"].tolist() == [
            f"looked after on 31 March {year}: 1 if left open, 0 if closed" for year in (2022, 2023)
        ]


def test_one_that_comes_back_is_not_closed_at_the_year_end(tmp_path):
    back = {"DECOM": "01/06/2021", "RNE": "S"}
    folder = years(tmp_path, y2021=[{"DECOM": "01/05/2020"}], y2022=[back])
    for vanished in ("open", "closed"):
        found = load_returns(folder, vanished=vanished)
        assert of_child(found)[0] == ("01/05/2020", "01/06/2021", "")


def test_a_beginning_that_the_next_return_moved_is_set_aside(tmp_path):
    folder = years(tmp_path, y2021=[{"DECOM": "05/05/2020"}], y2022=[{"DECOM": "01/05/2020"}])
    found = load_returns(folder)
    assert of_child(found) == [("01/05/2020", "", "")]
    assert found.counts["aside"].sum() == 1


DAY = st.dates(datetime.date(2019, 4, 1), datetime.date(2022, 3, 31))


@settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from(["1", "2", "", "NULL"]), DAY,
                  st.none() | DAY, st.sampled_from([2020, 2021, 2022]), st.booleans()),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_every_row_read_is_blank_kept_aside_or_repeated(tmp_path_factory, told):
    cells = [
        {"CHILD": child, "DECOM": begun.isoformat(), "DEC": ended.isoformat() if ended else "",
         "REC": "X1", "LA": la, "YEAR": str(year)}
        for la, child, begun, ended, year, _ in told
    ]  # fmt: skip
    lines = rows("episodes", cells)
    for place, each in reversed(list(enumerate(told))):
        if each[-1]:
            lines.insert(place + 1, [""] * len(lines[0]))
    folder = tmp_path_factory.mktemp("rows")
    (folder / "a.csv").write_text(text(lines))
    found = load_returns(folder)
    count = found.counts.iloc[0]
    assert count["read"] == len(lines) - 1
    assert count["read"] == count[["blank", "kept", "aside", "repeated"]].sum()
    assert count["blank"] == sum(each[-1] for each in told)
    usable = [row for row in cells if row["CHILD"] in ("1", "2")]
    keys = {(row["LA"], row["CHILD"], row["DECOM"]) for row in usable}
    superseded = found.issues["rule"].eq("superseded_episode").sum()
    assert count["kept"] == len(found.table("episodes")) == len(keys) - superseded
    other = load_returns(folder, vanished="closed").table("episodes")
    assert other["DECOM"].equals(found.table("episodes")["DECOM"])
    assert episodes.GOES_ON not in other.loc[other["DEC"].isna(), "REC"].tolist() or usable
