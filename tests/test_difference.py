"""Two versions of the record: what differs, figure by figure."""

import os
import shutil
import subprocess

import pandas as pd
import pytest

from thurrock_analysis import cli, paths
from thurrock_analysis.machine.upkeep import difference
from thurrock_analysis.record import tidy


def record(*rows: tuple) -> pd.DataFrame:
    """Write a record of rows: year, release, published, value or status, parts."""
    parts = []
    for year, release, published, said, *ratio in rows:
        number = isinstance(said, int | float)
        parts.append(
            {
                "measure": "re_referral_percent" if ratio else "referrals",
                "area": "E06000034",
                "period_end": f"{year}-03-31",
                "basis": "in year",
                "value": said if number else None,
                "status": "" if number else said,
                "numerator": ratio[0] if ratio else None,
                "denominator": ratio[1] if ratio else None,
                "origin": "published",
                "release": release,
                "published": published,
            }
        )
    return tidy.conform(pd.DataFrame(parts))


FIRST = (2017, "CIN 2017", "2017-12-31", 2423)
REVISED = (2017, "CIN 2024", "2024-12-31", 2424.5)


def told(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    return difference.listing(difference.compare(old, new))


def test_a_revision_is_a_change_of_what_stood_before():
    changes = difference.compare(record(FIRST), record(FIRST, REVISED))
    assert changes["kind"].tolist() == ["changed"]
    assert difference.listing(changes) == [
        "referrals / all / Thurrock / 2017-03-31: 2,423 (CIN 2017) -> 2,424.5 (CIN 2024)"
    ]


def test_the_same_release_saying_something_else_is_a_change():
    other = (2017, "CIN 2017", "2017-12-31", "suppressed")
    assert told(record(FIRST, REVISED), record(other, REVISED)) == [
        "referrals / all / Thurrock / 2017-03-31: 2,423 (CIN 2017) -> suppressed (CIN 2017)"
    ]


def test_parts_that_differ_are_shown():
    old = record((2017, "CIN 2017", "2017-12-31", 16.5, 165, 1000))
    new = record((2017, "CIN 2017", "2017-12-31", 16.5, 165, None))
    assert told(old, new) == [
        "re_referral_percent / all / Thurrock / 2017-03-31: 16.5 from 165 / 1,000 (CIN 2017) -> "
        "16.5 from 165 / ? (CIN 2017)"
    ]


def test_a_figure_that_comes_or_goes_counts_once():
    changes = difference.compare(record(FIRST), record(FIRST, *(other(2018))))
    assert changes["kind"].tolist() == ["added"]
    assert changes[["new_value", "new_release"]].iloc[0].tolist() == [2, "CIN 2024"]
    changes = difference.compare(record(FIRST, *(other(2018))), record(FIRST))
    assert changes["kind"].tolist() == ["dropped"]
    assert difference.listing(changes) == []


def other(year: int) -> list[tuple]:
    return [(year, "CIN 2018", "2018-10-25", 1), (year, "CIN 2024", "2024-12-31", 2)]


def test_a_publication_before_the_first_one_held_is_earlier():
    changes = difference.compare(record(REVISED), record(FIRST, REVISED))
    assert changes["kind"].tolist() == ["earlier"]
    assert difference.listing(changes) == [
        "referrals / all / Thurrock / 2017-03-31: 2,423 (CIN 2017) now comes before "
        "2,424.5 (CIN 2024)"
    ]


def test_a_revision_taken_back_is_a_change():
    assert told(record(FIRST, REVISED), record(FIRST)) == [
        "referrals / all / Thurrock / 2017-03-31: 2,424.5 (CIN 2024) -> 2,423 (CIN 2017)"
    ]


def test_groups_and_origins_are_named():
    rows = record(FIRST, REVISED).assign(breakdown="source", group="police", origin="recomputed")
    assert told(rows[:1], rows) == [
        "referrals / source: police / Thurrock / 2017-03-31 [recomputed]: 2,423 (CIN 2017) -> "
        "2,424.5 (CIN 2024)"
    ]


def test_order_types_and_sources_make_no_difference(shipped):
    rows = shipped[:50_000]
    mixed = rows.sample(frac=1, random_state=1).assign(source="elsewhere", confirmed="")
    mixed = mixed.astype({"measure": "str", "period_end": "datetime64[ns]"})
    assert difference.compare(rows, mixed).empty


def test_among_many_rows_the_few_changes_are_found(shipped):
    held = shipped[:100_000]
    other = held.copy()
    rows = other.index[other["value"].gt(0)][[5, 5000, 50_000]]
    other.loc[rows, "value"] += 1
    gone = other[tidy.FIGURE].eq(other.loc[10_000, tidy.FIGURE]).all(axis=1)
    changes = difference.compare(held, other[~gone])
    assert changes["kind"].value_counts().to_dict() == {"changed": 3, "dropped": 1}
    found = changes.dropna(subset=["old_value", "new_value"])
    assert (found["new_value"] - found["old_value"]).eq(1).sum() == 3


def test_the_summary_counts_by_measure_and_names_releases():
    old, new = record(FIRST), record(FIRST, REVISED, *other(2018))
    assert difference.summary(difference.compare(old, new), old, new) == [
        "releases added: CIN 2018, CIN 2024",
        "releases removed: none",
        "figures: 1 added, 0 dropped, 1 changed, 0 earlier",
        "                added   dropped   changed   earlier",
        "  referrals         1         0         1         0",
    ]


@pytest.fixture
def versions(tmp_path, monkeypatch):
    """A repository whose record has a commit with one figure and a file with its revision."""
    home = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)  # a hook sets them, and they name another repository
    shutil.copytree(paths.data(), home / "data")
    file = home / "data" / "record" / "figures.parquet"
    monkeypatch.setenv("THURROCK_HOME", str(home))
    record(FIRST).to_parquet(file)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    identity += ["-c", "commit.gpgsign=false"]
    for arguments in (
        ["init", "--quiet"],
        ["add", "data/record/figures.parquet"],
        [*identity, "commit", "--quiet", "--message", "First"],
    ):
        subprocess.run(["git", "-C", str(home), *arguments], check=True)
    years = [(year, "CIN 2017", "2017-12-31", year) for year in range(1980, 2010)]
    record(FIRST, REVISED, *years).to_parquet(file)
    return file


def test_a_revision_of_the_repository_is_compared_with_the_present(versions, capsys):
    assert cli.main(["data", "diff", "HEAD:"]) == 0
    first = capsys.readouterr().out
    assert "figures: 30 added, 0 dropped, 1 changed, 0 earlier" in first
    assert first.endswith("2,423 (CIN 2017) -> 2,424.5 (CIN 2024)\n")
    assert cli.main(["data", "diff", "HEAD:data/record/figures.parquet", str(versions)]) == 0
    assert capsys.readouterr().out == first


def test_a_long_list_ends_with_how_to_see_all_of_it(tmp_path, capsys):
    rows = [(year, "CIN 2017", "2017-12-31", year) for year in range(1980, 2010)]
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    record(*rows).to_parquet(old)
    record(*rows).assign(value=lambda f: f["value"] + 1).to_parquet(new)
    assert cli.main(["data", "diff", str(old), str(new)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "... and 10 more: --all lists them."
    assert cli.main(["data", "diff", str(old), str(new), "--all"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(lines) + 9


@pytest.mark.parametrize(
    ("old", "sentence"),
    [
        ("none.parquet", "none.parquet is missing: name a Parquet file, or a revision and a colon"),
        ("nothing:", "nothing:./data/record/figures.parquet is no file of the repository ("),
        ("HEAD:none", "HEAD:none is no file of the repository ("),
        ("--output=x:", None),
        (".", ". is a folder: name the file data/record/figures.parquet of a version."),
    ],
)
def test_what_is_no_version_is_one_sentence(versions, monkeypatch, capsys, old, sentence):
    monkeypatch.chdir(versions.parent)
    assert cli.main(["data", "diff", old]) == 2
    err = capsys.readouterr().err
    if sentence:
        assert err.startswith(f"thurrock: {sentence}") and err.count("\n") == 1
    assert not (versions.parent / "x").exists()


def test_a_file_that_is_no_record_is_one_sentence(tmp_path, capsys):
    text, table = tmp_path / "text.parquet", tmp_path / "table.parquet"
    text.write_text("no parquet", encoding="utf-8")
    pd.DataFrame({"measure": ["referrals"]}).to_parquet(table)
    assert cli.main(["data", "diff", str(text), str(table)]) == 2
    assert f"{text} is no Parquet file (" in capsys.readouterr().err
    assert cli.main(["data", "diff", str(table), str(table)]) == 2
    assert capsys.readouterr().err == (
        f"thurrock: {table} is no record: it lacks the columns breakdown, group, area; name a "
        "version of data/record/figures.parquet.\n"
    )
