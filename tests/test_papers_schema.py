"""The tables of the papers: what the schema knows of them, and rows that are refused."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import claims, plans, schema

TABLES = sorted(schema.schema())
READERS = {"claims": claims.read, "other_bases": claims.read, "actions": plans.actions}
"""Tables whose cells have a meaning beyond the schema."""
FACT, CLAIM, ACTION = ("facts/demand", "OS18.65a"), ("claims", "OS18-024"), ("actions", "2012-1c")
OUTCOME, COUNTERPART = ("outcomes", "2016-4"), ("counterparts", "OS18.89a")
LONG = "word " * 26
DAMAGE = [
    (FACT, {"fact": ""}, "fact", "a name of its own is needed"),
    (FACT, {"fact": "OF16.193a"}, "fact", "has this name already"),
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
    (CLAIM, {"computation": "", "needed": "more"}, "inputs", "inputs need a computation"),
    (CLAIM, {"tolerance": "some"}, "tolerance", "a number is needed, or nothing"),
    (CLAIM, {"consequence": "9"}, "consequence", "one of 3|2|1 is needed"),
    (CLAIM, {"stated": ""}, "stated", "an entry is needed where computation is not empty"),
    (CLAIM, {"computation": "", "inputs": "", "needed": ""}, "needed",
     "an entry is needed where computation is empty"),
    (CLAIM, {"quotation": LONG}, "quotation", "at most 25 words"),
    (("other_bases", "OS12-003"), {"claim": "OS18-999"}, "claim", "claims.csv has no such claim"),
    (ACTION, {"timescale": "some day"}, "timescale", "'some day' has no date that can be read"),
    (ACTION, {"line": ""}, "line", "the line it stands on"),
    (ACTION, {"recommendation": "2012-99"}, "recommendation", "no such recommendation: 2012-9 or"),
    (ACTION, {"action": "2012-1a"}, "action", "has this name already"),
    (("repeated", "2012-6"), {"later": "2016-17"}, "later", "has no such"),
    (OUTCOME, {"measure": "happiness"}, "measure", "measures.csv has no such measure"),
    (OUTCOME, {"printed": "OS18.65a OS18.9999a"}, "printed", "facts.csv has no such fact"),
    (OUTCOME, {"measure": "", "needed": ""}, "needed", "where measure is empty"),
    (COUNTERPART, {"fact": "OS18.9999a"}, "fact", "facts.csv has no such fact"),
    (COUNTERPART, {"definition": "like"}, "definition", "one of same|near|other is needed"),
    (COUNTERPART, {"definition": "near", "differs": ""}, "differs", "definition is not same"),
    (COUNTERPART, {"measure": "happiness"}, "measure", "measures.csv has no such measure"),
    (("judgements", "E06000001"), {"grade": "Adequate"}, "grade", "no such framework, grade, rank"),
    (("judgements", "E06000001"), {"rank": "3"}, "grade", "no such framework, grade, rank"),
    (("judgements", "E06000001"), {"published": "2018-08"}, "published", "a date is written as"),
]  # fmt: skip


@pytest.fixture
def home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of the papers that a test may change."""
    shutil.copytree(paths.data(), tmp_path / "data", ignore=shutil.ignore_patterns("record"))
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    return paths.papers()


@pytest.mark.parametrize("name", TABLES)
def test_the_header_of_a_file_is_that_of_the_schema(name):
    columns = schema.schema()[name]
    needed = [column.name for column in columns.values() if column.needed != schema.OPTIONAL]
    for path in schema.files(name):
        header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert header in (needed, list(columns))
    assert len(schema.read(name)) >= 6


def test_every_table_has_a_schema_and_every_kind_a_form():
    folders = [path for path in paths.papers().iterdir() if path.suffix in ("", ".csv")]
    assert sorted(path.stem for path in folders) == sorted([*TABLES, "schema"])
    columns = [column for name in TABLES for column in schema.schema()[name].values()]
    assert {column.kind for column in columns} == set(schema.KINDS)


@pytest.mark.parametrize(("place", "cells", "column", "sentence"), DAMAGE)
def test_a_row_that_cannot_be_right_is_refused(home, place, cells, column, sentence):
    table, key = place
    path = home / f"{table}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = int(rows.iloc[:, 0].eq(key).to_numpy().argmax())
    assert rows.iloc[at, 0] == key
    rows.loc[at, list(cells)] = list(cells.values())
    rows.to_csv(path, index=False)
    name = table.partition("/")[0]
    with pytest.raises(ThurrockError) as refused:
        READERS.get(name, lambda: schema.read(name))()
    said = str(refused.value)
    assert said.startswith(f"data/papers/{table}.csv, row {at + 2}, column {column}: ")
    assert f"{rows.loc[at, column]!r} is not right: " in said and sentence in said


def test_one_name_in_two_files_is_refused(home):
    shutil.copy(home / "facts" / "adoption.csv", home / "facts" / "b.csv")
    with pytest.raises(ThurrockError, match=r"facts/b\.csv, row 2, column fact: .*already"):
        schema.read("facts")


def test_a_file_that_is_no_table_is_refused(home):
    path = home / "repeated.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("because", "why"), encoding="utf-8")
    with pytest.raises(ThurrockError, match=r"repeated\.csv has no column 'because'"):
        schema.read("repeated")
    path.write_text(text.replace('"', ""), encoding="utf-8")
    with pytest.raises(ThurrockError, match=r"repeated\.csv, row 4: there are 3|cells for 3 col"):
        schema.read("repeated")
    path.unlink()
    with pytest.raises(ThurrockError, match=r"data/papers/repeated\.csv is missing"):
        schema.read("repeated")
