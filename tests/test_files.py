"""A report is replaced whole or not at all, by one writer at a time."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine import files
from thurrock_analysis.machine.files import Staging, clear

HOLD = """
import sys, time
from pathlib import Path
from thurrock_analysis.machine.files import Staging
with Staging(Path(sys.argv[1])) as staging:
    (staging.folder / "index.html").write_text("half")
    print("held", flush=True)
    time.sleep(60)
"""

SWAP_FOR_EVER = """
import sys
from pathlib import Path
from thurrock_analysis.machine.files import Staging
print("held", flush=True)
for turn in range(10**9):
    with Staging(Path(sys.argv[1])) as staging:
        for name in ("one", "two"):
            (staging.folder / name).write_text(str(turn))
        staging.publish()
"""


@pytest.fixture
def target(tmp_path):
    return tmp_path / "thurrock" / "2025-11-24"


@pytest.fixture
def running(target):
    """Start a script that works on the target; it is killed at the end."""
    started = []

    def start(script):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(target)], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def publish(target, text):
    with Staging(target) as new:
        (new.folder / "index.html").write_text(text)
        new.publish()


def beside(target):
    return sorted(path.name for path in target.parent.iterdir() if path != target)


@pytest.mark.parametrize("can", [True, False], ids=["exchanged", "renamed"])
def test_publishes_and_replaces(target, monkeypatch, can):
    if not can:
        monkeypatch.setattr(files, "exchange", lambda *_: False)
    publish(target, "first")
    (target / "stale.html").write_text("")
    publish(target, "second")
    assert [path.name for path in target.iterdir()] == ["index.html"]
    assert (target / "index.html").read_text() == "second"
    assert beside(target) == []


def test_a_failing_swap_puts_the_previous_report_back(target, monkeypatch):
    monkeypatch.setattr(files, "exchange", lambda *_: False)
    publish(target, "first")
    with pytest.raises(ThurrockError, match="cannot be written"), Staging(target) as new:
        new.folder.rmdir()
        new.publish()
    assert (target / "index.html").read_text() == "first"
    assert beside(target) == []


def test_a_failing_refresh_leaves_the_previous_report(target):
    publish(target, "first")
    with pytest.raises(ZeroDivisionError), Staging(target) as new:
        (new.folder / "index.html").write_text("half")
        raise ZeroDivisionError
    assert (target / "index.html").read_text() == "first"
    assert beside(target) == []


def test_a_lock_without_room_for_its_holder_holds_and_is_not_left(target):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with Staging(target), pytest.raises(ThurrockError, match=r"process unknown\)"):
            Staging(target).__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert beside(target) == []


def test_a_second_writer_is_told_of_the_first(target, running):
    first = running(HOLD)
    with pytest.raises(ThurrockError, match=rf"Another command \(process {first.pid}\)"):
        Staging(target).__enter__()


def test_the_lock_of_a_dead_process_is_taken_over_and_its_leavings_cleared(target, running):
    publish(target, "first")
    first = running(HOLD)
    first.kill()
    first.wait()
    assert any(".new-" in name for name in beside(target))
    publish(target, "second")
    assert (target / "index.html").read_text() == "second"
    assert beside(target) == []


def test_a_run_killed_between_two_renames_is_mended(target):
    publish(target, "first")
    left = target.with_name(f".{target.name}.new-aa")
    left.mkdir()
    target.rename(left / "before")
    with pytest.raises(ZeroDivisionError), Staging(target):
        raise ZeroDivisionError
    assert (target / "index.html").read_text() == "first"


def test_a_writer_killed_at_any_moment_leaves_a_whole_report(target, running):
    with Staging(target) as new:
        for name in ("one", "two"):
            (new.folder / name).write_text("first")
        new.publish()
    for turn in range(12):
        process = running(SWAP_FOR_EVER)
        time.sleep(0.02 + turn * 0.003)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(ZeroDivisionError), Staging(target):
            raise ZeroDivisionError
        assert (target / "one").read_text() == (target / "two").read_text()
    assert beside(target) == []


def test_the_lock_is_never_held_twice(tmp_path):
    script = """
import sys
from pathlib import Path
from thurrock_analysis.machine.files import FileLock
folder = Path(sys.argv[1])
taken = 0
while taken < 150:
    lock = FileLock(folder / "lock")
    if lock.acquire() is None:
        (folder / "inside").mkdir()  # fails if another is inside
        (folder / "inside").rmdir()
        lock.release()
        taken += 1
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    errors = [process.communicate()[1].decode() for process in processes]
    assert errors == ["", "", ""] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("planted", ["symlink_to", "hardlink_to"])
def test_a_link_in_place_of_a_lock_destroys_nothing(target, planted):
    publish(target, "first")
    victim = target.parent / "victim"
    victim.write_text("precious")
    getattr(target.with_name(f".{target.name}.lock"), planted)(victim)
    with pytest.raises(ThurrockError, match="a link has the name of its lock"):
        publish(target, "second")
    assert victim.read_text() == "precious"
    assert (target / "index.html").read_text() == "first"


def test_what_another_user_planted_is_neither_taken_for_a_report_nor_cleared(target, monkeypatch):
    left = target.with_name(f".{target.name}.new-aa")
    (left / "before").mkdir(parents=True)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(ZeroDivisionError), Staging(target):
        raise ZeroDivisionError
    assert (left / "before").exists() and not target.exists()


def test_a_link_in_place_of_a_report_is_replaced_and_nothing_is_left(target, tmp_path):
    target.parent.mkdir()
    for elsewhere in (tmp_path / "elsewhere", tmp_path / "nowhere"):
        if elsewhere.name == "elsewhere":
            elsewhere.mkdir()
        target.symlink_to(elsewhere)
        publish(target, "whole")
        assert not target.is_symlink() and (target / "index.html").read_text() == "whole"
        assert beside(target) == [] and list(tmp_path.glob("elsewhere/*")) == []
        shutil.rmtree(target)


def test_what_killed_writers_left_is_cleared_wherever_it_lies(target, running):
    first = running(HOLD)
    clear(target.parent.parent)
    assert any(".new-" in name for name in beside(target)), "its writer lives"
    first.kill()
    first.wait()
    clear(target.parent.parent)
    assert beside(target) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ThurrockError, match=r"cannot be written to .*file.*choose another folder"):
        Staging(tmp_path / "file" / "thurrock" / "2025-11-24").__enter__()
    with pytest.raises(ThurrockError, match="a file has its name"):
        Staging(tmp_path / "file").__enter__()
    assert (tmp_path / "file").read_text() == ""
