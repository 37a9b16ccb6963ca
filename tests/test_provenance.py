"""Sidecars: a data file that is not what its sidecar says is never read."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import provenance, store


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make a project with a copy of the record that a test may damage."""
    shutil.copytree(paths.data(), tmp_path / "data")
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    return tmp_path


def test_an_untouched_copy_verifies(home):
    found = provenance.verify_all()
    assert set(found) >= {
        "data/record/figures.parquet", "data/record/thurrock.csv", "data/record/coverage.csv",
        "data/publishers/neighbours.csv", "data/publishers/judgements.csv",
    }  # fmt: skip
    assert len(store.load(["referrals"]))


def test_a_file_is_read_again_only_when_it_has_changed(home, monkeypatch):
    provenance.verify_all()
    with monkeypatch.context() as closed:
        closed.setattr(Path, "read_bytes", None)
        closed.setattr(Path, "read_text", None)
        assert provenance.verify_all()
    paths.record().touch()
    assert provenance.verify(paths.record())
    content = provenance.read(paths.record())
    content.clear()
    assert provenance.read(paths.record())["sha256"]


def test_a_truncated_record_is_refused(home):
    content = paths.record().read_bytes()
    paths.record().write_bytes(content[:-100])
    with pytest.raises(ThurrockError, match="^data/record/figures.parquet is truncated or "):
        store.load()


def test_one_changed_byte_is_refused(home):
    content = bytearray(paths.record().read_bytes())
    content[len(content) // 2] ^= 1
    paths.record().write_bytes(bytes(content))
    with pytest.raises(ThurrockError, match="restore it, or run 'thurrock data build'"):
        store.load(["referrals"])


def test_a_missing_record_is_refused(home):
    paths.record().unlink()
    with pytest.raises(ThurrockError, match="^data/record/figures.parquet is missing"):
        store.load()


def test_a_missing_sidecar_is_refused(home):
    provenance.sidecar_of(paths.record()).unlink()
    with pytest.raises(ThurrockError, match="^data/record/figures.parquet.source.yml is missing"):
        store.load()


def test_a_folder_without_data_is_refused(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    with pytest.raises(ThurrockError, match="holds no data"):
        provenance.verify_all()


def test_a_written_sidecar_verifies_until_the_file_changes(home):
    path = paths.data() / "made.csv"
    pd.DataFrame({"a": [1]}).to_csv(path, index=False)
    provenance.write(path, provenance.read(paths.record()) | {"title": "Städte & Gemeinden"})
    assert provenance.read(path)["title"] == "Städte & Gemeinden"
    assert provenance.verify(path) == provenance.checksum(path)
    path.write_text("a\n2\n", encoding="utf-8")
    with pytest.raises(ThurrockError, match="^data/made.csv is truncated or changed"):
        provenance.verify(path)
