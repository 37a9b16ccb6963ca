"""Tables kept by hand: what the schema knows of them, and what is refused by file and row."""

import shutil
from pathlib import Path

import mutations
import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import claims, plans
from thurrock_analysis.record import areas, dictionary, inventory, measures, schema

TABLES = sorted(inventory.counts())
READERS = {"claims": claims.read, "other_bases": claims.read, "actions": plans.actions}
"""Tables whose cells have a meaning beyond the schema."""
FACT, CLAIM, ACTION = (
    ("papers/facts/demand", "OS18.65a"),
    ("papers/claims", "OS18-024"),
    ("papers/actions", "2012-1c"),
)
OUTCOME, COUNTERPART = ("papers/outcomes", "2016-4"), ("papers/counterparts", "OS18.89a")
BASE, JUDGEMENT = ("papers/other_bases", "OS12-003"), ("publishers/judgements", "E06000001")
LONG = "word " * 25 + "word"
DAMAGE = [
    (FACT, {"fact": ""}, "fact", "an entry is needed"),
    (FACT, {"fact": "OF16.903a"}, "fact", "row 2 of adoption.csv has this name already"),
    (FACT, {"line": ""}, "line", "the line it stands on is needed"),
    (FACT, {"value": "six"}, "value", "a number is needed"),
    (FACT, {"value": ""}, "value", "a number is needed where unit is not date and qualifier is"),
    (FACT, {"unit": "date", "value": "", "period_start": "", "period_end": ""}, "period_end",
     "where unit is date and period_start is empty and qualifier is not lost"),
    (FACT, {"qualifier": "roughly"}, "qualifier", "qualifiers.csv has no such qualifier"),
    (FACT, {"document": "OS19"}, "document", "such document: OS18 or OS12 comes nearest"),
    (FACT, {"period_end": "31.3.18"}, "period_end", "a date is written as 2018-03-31, or nothing"),
    (FACT, {"period_end": "2018-02-30"}, "period_end", "a date is written as"),
    (FACT, {"quotation": LONG}, "quotation", "a quotation has at most 25 words"),
    (CLAIM, {"claim": "OS18-002"}, "claim", "has this name already"),
    (CLAIM, {"line": ""}, "line", "the line it stands on"),
    (CLAIM, {"document": "OS19"}, "document", "documents.csv has no such document"),
    (CLAIM, {"computation": "guess"}, "computation", "is needed"),
    (CLAIM, {"inputs": "now=OS18.65a"}, "inputs", "difference needs before, now"),
    (CLAIM, {"inputs": "now=OS18.65a; before=OS18.9999z"}, "inputs", "is no fact, number, day"),
    (CLAIM, {"inputs": "now=OS18.65a; before=OS18.94b"}, "inputs", "one unit, not children and"),
    (CLAIM, {"inputs": "now=OS18.65a; before"}, "inputs", "is not role=reference"),
    (CLAIM, {"inputs": "now=OS18.65a; before=latest:happiness:E06000034:2016-03-31"}, "inputs",
     "is no measure of the dictionary"),
    (CLAIM, {"inputs": "now=OS18.65a; before=latest:looked_after:Essex:2016-03-31"}, "inputs",
     "'Essex' is no area, kind of areas or model"),
    (CLAIM, {"inputs": "now=OS18.168a; before=then:child_protection_reviews_on_time_percent:"
     "E06000034:2017-03-31"}, "inputs", "OS18.168a counts something else than child_protection"),
    (CLAIM, {"computation": "", "needed": "more"}, "inputs", "inputs need a computation"),
    (CLAIM, {"tolerance": "some"}, "tolerance", "a number is needed, or nothing"),
    (CLAIM, {"consequence": "9"}, "consequence", "one of 3|2|1 is needed"),
    (CLAIM, {"stated": ""}, "stated", "an entry is needed where computation is not empty"),
    (CLAIM, {"computation": "", "inputs": "", "needed": ""}, "needed",
     "an entry is needed where computation is empty"),
    (CLAIM, {"quotation": LONG}, "quotation", "at most 25 words"),
    (BASE, {"claim": "OS18-999"}, "claim", "claims.csv has no such claim"),
    (ACTION, {"timescale": "some day"}, "timescale", "'some day' has no date that can be read"),
    (ACTION, {"line": ""}, "line", "the line it stands on"),
    (ACTION, {"recommendation": "2012-99"}, "recommendation", "no such recommendation: 2012-9 or"),
    (ACTION, {"action": "2012-1a"}, "action", "has this name already"),
    (("papers/repeated", "2012-6"), {"later": "2016-17"}, "later", "has no such"),
    (OUTCOME, {"measure": "happiness"}, "measure", "measures.csv has no such measure"),
    (OUTCOME, {"printed": "OS18.65a OS18.9999a"}, "printed", "facts.csv has no such fact"),
    (OUTCOME, {"measure": "", "needed": ""}, "needed", "where measure is empty"),
    (COUNTERPART, {"fact": "OS18.9999a"}, "fact", "facts.csv has no such fact"),
    (COUNTERPART, {"definition": "like"}, "definition", "one of same|near|other is needed"),
    (COUNTERPART, {"definition": "near", "differs": ""}, "differs", "definition is not same"),
    (COUNTERPART, {"measure": "happiness"}, "measure", "measures.csv has no such measure"),
    (JUDGEMENT, {"grade": "Adequate"}, "grade", "no such framework, grade, rank"),
    (JUDGEMENT, {"rank": "3"}, "grade", "no such framework, grade, rank"),
    (JUDGEMENT, {"published": "2018-08"}, "published", "a date is written as"),
]  # fmt: skip


@pytest.fixture
def home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of the data that a test may change."""
    shutil.copytree(paths.data(), tmp_path / "data", ignore=shutil.ignore_patterns("record"))
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    return tmp_path / "data"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_with_the_columns_of_the_schema(name):
    frame = dictionary.read(name)
    assert list(frame.columns) == list(dictionary.columns()[name])
    assert len(frame) == sum(inventory.counts()[name].values()) > 0


def test_every_table_is_listed_and_every_kind_of_cell_is_used():
    folders = ("dictionary", "publishers", "papers", "statutory")
    lying = {path for folder in folders for path in (paths.data() / folder).rglob("*.csv")}
    listed = {path for name in TABLES for path in inventory.files(name)}
    assert listed - lying == {paths.data() / "schema.csv", paths.data() / "files.csv"}
    assert lying <= listed
    columns = [column for name in TABLES for column in dictionary.columns()[name].values()]
    assert {column.kind for column in columns} == set(schema.KINDS)


@pytest.mark.parametrize(("place", "cells", "column", "sentence"), DAMAGE)
def test_a_row_that_cannot_be_right_is_refused(home, place, cells, column, sentence):
    file, key = place
    path = home / f"{file}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = int(rows.iloc[:, 0].eq(key).to_numpy().argmax())
    assert rows.iloc[at, 0] == key
    rows.loc[at, list(cells)] = list(cells.values())
    rows.to_csv(path, index=False)
    name = "facts" if "facts" in file else path.stem
    with pytest.raises(ThurrockError) as refused:
        READERS.get(name, lambda: dictionary.read(name))()
    said = str(refused.value)
    assert said.startswith(f"data/{file}.csv, row {at + 2}, column {column}: ")
    assert f"{rows.loc[at, column]!r} is not right: " in said and sentence in said


def test_a_sample_of_all_damage_is_refused_or_harmless():
    found = [*mutations.tables(1, seed=4, every=9), *mutations.sidecars(4, "neighbours.csv")]
    assert {way.removeprefix("sidecar: ") for _, way, _, _ in found} == {
        *mutations.WAYS, *mutations.SIDECARS,
    }  # fmt: skip
    wrong = [one for one in found if one[2] not in (mutations.REFUSED, mutations.HARMLESS)]
    assert wrong == []


def test_a_file_that_is_not_listed_is_refused(home):
    shutil.copy(home / "papers" / "facts" / "adoption.csv", home / "papers" / "facts" / "b.csv")
    with pytest.raises(ThurrockError, match=r"^data/papers/facts/b\.csv is not in data/files\.csv"):
        dictionary.read("facts")


def test_a_row_that_stands_twice_is_named_with_the_other(home):
    path = home / "papers" / "repeated.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[2]]), encoding="utf-8")
    with pytest.raises(
        ThurrockError, match=r"repeated\.csv, row 8: it is row 3 again: keep one\.$"
    ):
        dictionary.read("repeated")


def test_rows_that_are_meant_are_counted_anew(home):
    path = home / "dictionary" / "groupings.csv"
    had = len(dictionary.read("groupings"))
    with path.open("a", encoding="utf-8") as file:
        file.write("mine,referrals\n")
    said = f"row {had + 2}: .* with {had + 1} rows .* says {had}: .*'make count'"
    with pytest.raises(ThurrockError, match=said):
        dictionary.read("groupings")
    (home / "files.csv").write_text("<<<<<<< HEAD\n", encoding="utf-8")  # a merge of the counts
    inventory.recount()
    assert dictionary.read("groupings").iloc[-1].tolist() == ["mine", "referrals"]


def test_what_was_read_before_is_not_served_after_a_change(home):
    assert measures.get("referrals").decimals == 0 and areas.find("Thurrock").region == "E12000006"
    for name, row in (
        ("measures", ("referrals,0,", "referrals,1,")),
        ("areas", ("E12000006,883", "E12000007,883")),
    ):
        path = home / "dictionary" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert text.count(row[0]) == 1 or name == "measures"
        path.write_text(text.replace(*row), encoding="utf-8")
    assert measures.get("referrals").decimals == 1 and areas.find("Thurrock").region == "E12000007"


def test_there_is_no_such_table():
    with pytest.raises(ThurrockError, match="^There is no table 'mesures'"):
        dictionary.read("mesures")


def test_the_schema_names_what_there_is(home):
    path = home / "schema.csv"
    text = path.read_text(encoding="utf-8")
    for right, wrong, column in (("documents.document", "documents.paper", "among"),
                                 ("computation!=,", "computed!=,", "needed")):  # fmt: skip
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        with pytest.raises(ThurrockError, match=rf"^data/schema\.csv, row \d+, column {column}: "):
            dictionary.columns()
