"""The kernels' folder is short-named, gone at the end, and cleared after a killed run."""

import os
import pwd
import tempfile
from pathlib import Path

import pytest

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import workspace as module
from thurrock_analysis.machine.refresh.tidy_up import scrub
from thurrock_analysis.machine.refresh.workspace import workspace


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(module, "LONGEST", 1000)
    return tmp_path


def test_is_gone_at_the_end_even_after_an_error(base):
    with pytest.raises(ZeroDivisionError), workspace() as folder:
        (folder / "k1.json").write_text("{}")
        assert folder.parent == base
        raise ZeroDivisionError
    assert list(base.iterdir()) == []


def test_clears_what_killed_runs_left_and_nothing_else(base):
    dead, empty = (base / f"{module.PREFIX}{name}" for name in ("dead", "empty"))
    other = base / "other"
    for folder in (dead, empty, other):
        folder.mkdir()
    (dead / "lock").write_text("1")
    (dead / "tmp").mkdir()
    with workspace() as running, workspace():
        assert running.exists(), "its owner lives"
    assert list(base.iterdir()) == [other]


def test_a_user_without_a_home_has_one_for_as_long(base, monkeypatch):
    def unknown(_):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.delenv("HOME")
    with workspace() as folder:
        assert Path.home() == Path(tempfile.gettempdir()) == folder / "tmp"
    assert "HOME" not in os.environ and tempfile.gettempdir() == str(base)
    assert scrub("~/left") == "~/left"
    with pytest.raises(ThurrockError, match="No home folder is known here: write ~/x without ~"):
        paths.meant(Path("~/x"))


def test_where_home_cannot_be_written_nothing_is_kept_there_or_left(base, monkeypatch):
    monkeypatch.setenv("HOME", "/proc/nowhere")
    monkeypatch.setenv("IPYTHONDIR", "mine")
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    with workspace() as folder:
        assert os.environ["MPLCONFIGDIR"] == str(folder / "tmp")
        assert (os.environ["IPYTHONDIR"], os.environ["HOME"]) == ("mine", "/proc/nowhere")
    assert "MPLCONFIGDIR" not in os.environ and list(base.iterdir()) == []


def test_a_planted_folder_whose_lock_is_a_link_destroys_nothing(base, monkeypatch):
    victim = base / "victim"
    victim.write_text("precious")
    planted, of_another = (base / f"{module.PREFIX}{name}" for name in ("planted", "another"))
    for folder in (planted, of_another):
        folder.mkdir()
    (planted / "lock").symlink_to(victim)
    with workspace():
        assert victim.read_text() == "precious" and not of_another.exists()
    of_another.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with workspace():
        assert of_another.exists(), "it is for its owner to clear"


def test_sockets_fit_into_their_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 30)))
    with workspace() as folder:
        assert len(str(folder / "k10-5")) < 100
        assert folder.parent == Path("/tmp")
