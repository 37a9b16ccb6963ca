"""The workbook of a report: read back, it is what the pages say; nothing in it is a formula."""

import gc
import resource
import sys
import zipfile
from collections import Counter
from statistics import fmean

import pytest
from python_calamine import CalamineWorkbook
from taking import answered, entry

from thurrock_analysis import figures
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.outputs.sheets import meanings
from thurrock_analysis.machine.outputs.workbook import write_workbook
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import areas, dictionary, measures

ABOUT = {"area": "Rutland", "as_at": "8 April 2026", "date": "2026-04-08", "banner": ""}
LONG = "A label that somebody made long " * 7


def rows_of(path, sheet):
    """Return the table of a sheet by its heads, below what stands above it."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    width = len(rows[-1])
    first = next(at for at, row in enumerate(rows) if all(row) and len(row) == width and row[1])
    return [dict(zip(rows[first], row, strict=True)) for row in rows[first + 1 :]]


def unmarked(row):
    return {head.partition("\n")[0]: cell for head, cell in row.items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write the workbook of an authority with hidden figures."""
    reports, entries = answered("Rutland")
    path = tmp_path_factory.mktemp("workbook") / "figures.xlsx"
    assert write_workbook(path, entries, ABOUT)
    return path, reports, entries


def test_key_figures_are_those_of_the_record_beside_england_and_the_neighbours(made):
    """Value and comparators are looked up anew at the front door."""
    path, reports, _ = made
    rows = {row["Name in the data"]: row for row in map(unmarked, rows_of(path, "Key figures"))}
    near = [areas.get(code).name for code in reports["demand"].neighbours["neighbour"]]
    told = 0
    for report in reports.values():
        whole = report.key_figures().query("breakdown == 'all'")
        for name, value, status, end in whole[["measure", "value", "status", "period_end"]].values:
            row, known = rows[name], measures.get(name)
            if status:
                assert (
                    row["Value"]
                    == {"suppressed": "[c]", "missing or suppressed": "[c or x]"}[status]
                )
                continue
            assert row["Value"] == value and type(row["Value"]) is float
            if known.is_count:
                assert row["England"] == row["Rank"] == "[z]"
                continue
            year = figures(name, areas=["Rutland", "England", *near], wide="year")[end.year]
            mean = half_away(fmean(year[near].dropna()), known.decimals)
            rank = 1 + (year[near] > value).sum()
            found = row["England"], row["Neighbours' mean"], row["Rank"]
            assert found == (year["England"], pytest.approx(mean), rank)
            told += 1
    assert told > 3 and "[c]" in {row["Value"] for row in rows.values()}


def test_each_sheet_is_one_table_without_a_gap_and_explains_its_shorthand(made):
    path, _, entries = made
    book = CalamineWorkbook.from_path(path)
    tables = sum(len(one["tables"]) for each in entries for one in each.payload.findings)
    assert book.sheet_names[:5] == ["Cover", "Contents", "Notes", "Key figures", "Groups"]
    assert len(book.sheet_names) == tables + 5
    titles = Counter(book.get_sheet_by_name(name).to_python()[0][0] for name in book.sheet_names)
    assert set(titles.values()) == {1}
    assert [row["Sheet"] for row in rows_of(path, "Contents")] == book.sheet_names[3:]
    notes = [row["text"] for row in dictionary.rows("workbook_notes")]
    assert [row["Note"] for row in rows_of(path, "Notes")] == notes, (
        "each row is as high as its own"
    )
    for name in book.sheet_names[3:]:
        rows = book.get_sheet_by_name(name).to_python()
        cells = [cell for row in rows_of(path, name) for cell in row.values()]
        assert "" not in cells
        above = {str(row[0]).partition(":")[0] for row in rows if not any(row[1:])}
        assert above & set(meanings()) == set(cells) & set(meanings())
    with zipfile.ZipFile(path) as parts:
        pages = {n: parts.read(n).decode() for n in parts.namelist() if "worksheets/sheet" in n}
    assert not any("mergeCell" in text or "<f>" in text for text in pages.values())
    assert sum("<tablePart " in text for text in pages.values()) == len(book.sheet_names) - 1


def test_a_hidden_figure_a_zero_and_one_that_rounds_to_it_are_kept_apart(tmp_path):
    """Also where every value is hidden, in a table and in the key figures."""
    hidden = {"measure": "referrals", "area": "E06000017", "period_end": "2024-03-31",
              "value": None, "status": "suppressed"}  # fmt: skip
    states = ["suppressed", "low", "not applicable", "–", 0.0]
    table = {"caption": "All kinds", "columns": [
        {"head": "Year", "cells": ["1", "2", "3", "4", "5"]},
        {"head": "Plans", "cells": states, "formats": [{}]},
        {"head": "Hidden", "cells": ["suppressed"] * 5, "formats": [{}]}]}  # fmt: skip
    finding = {"sentence": "So.", "doubt": "", "tables": [table]}
    path = tmp_path / "figures.xlsx"
    handed = {"key_figures": [hidden], "findings": [finding]}
    write_workbook(path, [entry("demand", handed)], ABOUT)
    assert [row["Plans"] for row in rows_of(path, "Demand 1")] == ["[c]", "[low]", "[z]", "[x]", 0]
    assert unmarked(rows_of(path, "Key figures")[0])["Value"] == "[c]"


def test_text_that_looks_like_a_formula_or_a_link_stays_text_and_long_labels_fit(tmp_path):
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "[a](javascript:x) [b](c)", "$$note$$", "https://x.y"]
    table = {"caption": "=2+2", "columns": [
        {"head": "=3", "cells": texts},
        {"head": LONG, "cells": ["x" * 300] * len(texts)},
        {"head": LONG.upper(), "cells": [1.0] * 7, "formats": [{"prefix": "£"}]}]}  # fmt: skip
    finding = {"sentence": "=4+4 " + LONG, "doubt": "", "tables": [table, table]}
    path = tmp_path / "figures.xlsx"
    name = "a_notebook_with_a_name_that_is_long"
    assert write_workbook(path, [entry(name, {"key_figures": [], "findings": [finding]})], ABOUT)
    book = CalamineWorkbook.from_path(path)
    assert all(len(name) <= 31 for name in book.sheet_names) and len(set(book.sheet_names)) == 4
    first = [next(iter(row.values())) for row in rows_of(path, book.sheet_names[-1])]
    assert first == [*texts[:4], "a b", "$ $note$ $", "https://x.y"]
    with zipfile.ZipFile(path) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in whole and b"TargetMode" not in whole and b"javascript" not in whole


def test_the_same_figures_make_the_same_bytes_and_none_make_no_workbook(made, tmp_path):
    path, _, entries = made
    again = tmp_path / "figures.xlsx"
    write_workbook(again, entries, ABOUT)
    assert again.read_bytes() == path.read_bytes()
    nothing = tmp_path / "nothing.xlsx"
    assert not write_workbook(nothing, [entry("empty", {"key_figures": []})], ABOUT)
    assert not nothing.exists()


@pytest.mark.parametrize("written", ["report", "finding"])
def test_a_full_disk_is_one_error_and_no_more(made, tmp_path, monkeypatch, written):
    """A writer of zip files that is interrupted would complain again when it is cleared away."""
    _, reports, entries = made
    path, more = tmp_path / "figures.xlsx", []
    monkeypatch.setattr(sys, "unraisablehook", more.append)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        with pytest.raises((OSError, ThurrockError), match="File too large"):
            if written == "report":
                write_workbook(path, entries, ABOUT)
            else:
                reports["demand"].taken[0].to_excel(path)
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert more == []


def test_an_area_without_comparators_has_its_figures_alone(tmp_path):
    _, entries = answered("England", asked={"demand": [("trend", "referral_rate")]})
    path = tmp_path / "figures.xlsx"
    write_workbook(path, entries, ABOUT | {"area": "England"})
    (row,) = map(unmarked, rows_of(path, "Key figures"))
    assert type(row["Value"]) is float
    assert row["England"] == row["Neighbours' mean"] == row["Rank"] == "[x]"
