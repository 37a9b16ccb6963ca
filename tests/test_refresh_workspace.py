"""The kernels' folder is short-named, gone at the end, and cleared after a killed run."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from thurrock_analysis.machine.refresh import workspace as module
from thurrock_analysis.machine.refresh.workspace import workspace


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(module, "LONGEST", 1000)
    return tmp_path


def make_old(folder):
    long_ago = time.time() - 2 * module.OLD
    os.utime(folder, (long_ago, long_ago))


def test_is_gone_at_the_end_even_after_an_error(base):
    with pytest.raises(ZeroDivisionError), workspace() as folder:
        (folder / "k1.json").write_text("{}")
        assert folder.parent == base
        raise ZeroDivisionError
    assert list(base.iterdir()) == []


def test_clears_what_killed_runs_left_and_nothing_else(base):
    dead, young = (base / f"{module.PREFIX}{n}" for n in ("dead", "young"))
    other = base / "other"
    for folder in (dead, young, other):
        folder.mkdir()
        (folder / "lock").write_text("1")
    make_old(dead)
    make_old(other)
    with workspace() as running:
        make_old(running)
        with workspace():
            assert running.exists(), "it is old, but its owner lives"
    assert sorted(base.iterdir()) == sorted([young, other])


def test_sockets_fit_into_their_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 30)))
    with workspace() as folder:
        assert len(str(folder / "k10-5")) < 100
        assert folder.parent == Path("/tmp")
