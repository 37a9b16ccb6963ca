"""A short-named folder for what kernels need and leave: it goes with the refresh."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import FileLock, own, reason

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


def for_temporary_files(folder: Path) -> dict[str, str]:
    """Return the variables by which a kernel keeps its temporary files in the folder."""
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp"))
