"""A short-named folder for what kernels need and leave: it goes with the refresh."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import FileLock, own, reason, surroundings

PREFIX = "thurrock-kernels-"
LONGEST = 80  # a socket's whole path may have about 100 characters


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """Make the folder, and remove those that killed runs have left."""
    base = tempfile.gettempdir()
    if sys.platform != "win32" and len(base) > LONGEST - len(PREFIX):
        base = "/tmp"
    for left in filter(own, Path(base).glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):
            lock = FileLock(left / "lock")
            if lock.acquire() is None:  # nobody alive holds it
                shutil.rmtree(left, ignore_errors=True)
                lock.release()
                left.rmdir()  # where an open file could not be removed
    try:
        folder, lock = _taken(base)
    except OSError as error:
        raise ThurrockError(
            f"Temporary files cannot be written to {base} ({reason(error)}): "
            "name another folder in TMPDIR."
        ) from error
    try:
        with _temporary_files_in(folder / "tmp"):
            yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _taken(base: str) -> tuple[Path, FileLock]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        lock = FileLock(folder / "lock")
        # Before the lock is ours, another refresh may take the folder for one left behind.
        with contextlib.suppress(FileNotFoundError):
            if lock.acquire() is None:
                (folder / "tmp").mkdir()
                return folder, lock


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Have this process, and the kernels that it starts, keep their temporary files there."""
    tempdir = tempfile.tempdir
    names = ["TMPDIR", "TEMP", "TMP"]
    home = os.path.expanduser("~")  # noqa: PTH111 - which raises nothing
    if not Path(home).is_absolute():  # a user without one
        names.append("HOME")
    elif not os.access(home, os.W_OK):  # there, these would complain, and make folders elsewhere
        names += {"MPLCONFIGDIR", "IPYTHONDIR"} - set(os.environ)
    tempfile.tempdir = str(folder)
    try:
        with surroundings(dict.fromkeys(names, str(folder))):
            yield
    finally:
        tempfile.tempdir = tempdir
