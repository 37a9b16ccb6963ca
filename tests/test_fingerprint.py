"""Results kept for as long as the data stays as it is, and no longer."""

import os
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.record.fingerprint import remembered


@pytest.fixture
def data(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of data with one file."""
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "a.csv").write_text("1")
    return tmp_path / "data"


@remembered
def content() -> str:
    """Read every file of the data."""
    return " ".join(path.read_text() for path in sorted(paths.data().rglob("*.csv")))


def replaced(path: Path) -> None:
    """Put another file of the same size and time in its place."""
    kept = path.stat()
    path.with_suffix(".new").write_text("2")
    path.with_suffix(".new").replace(path)
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda path: path.write_text("22"), "22"),
        (replaced, "2"),
        (lambda path: path.with_name("b.csv").write_text("3"), "1 3"),
        (lambda path: path.unlink(), ""),
    ],
)
def test_a_changed_file_gives_no_old_result(data, change, expected):
    assert content() == "1"
    change(data / "deep" / "a.csv")
    assert content() == expected


def test_what_stays_is_computed_once_for_each_argument(data):
    asked = []
    measure = remembered(lambda name: asked.append(name) or len(name))
    assert [measure("a"), measure("bc"), measure("a")] == [1, 2, 1]
    assert asked == ["a", "bc"]


def test_a_result_rests_on_one_state_of_the_data(data):
    def changing() -> str:
        before = content()
        (data / "deep" / "a.csv").write_text("22")
        return before + content()

    assert remembered(changing)() == "11"
    assert content() == "22"


def test_a_frame_that_is_changed_leaves_the_kept_one_alone(data):
    table = remembered(lambda: pd.DataFrame({"a": [1]}))
    mine = table()
    mine.loc[0, "a"] = 9
    assert table()["a"].tolist() == [1]
