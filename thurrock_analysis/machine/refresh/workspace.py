"""A short-named folder for the kernels' sockets and logs, gone when the refresh is."""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis.machine.files import FileLock

PREFIX = "thurrock-kernels-"
LONGEST = 80  # a socket's whole path may have about 100 characters
OLD = 60.0  # seconds; a younger folder may not have taken its lock yet


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """Make the folder, and remove those that killed runs have left."""
    base = tempfile.gettempdir()
    if sys.platform != "win32" and len(base) > LONGEST - len(PREFIX):
        base = "/tmp"
    _clear(Path(base))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    lock = FileLock(folder / "lock")
    lock.acquire()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _clear(base: Path) -> None:
    for left in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime < OLD or not os.access(left, os.W_OK):
                continue
            lock = FileLock(left / "lock")
            if lock.acquire() is None:  # nobody alive holds it
                lock.release()
                shutil.rmtree(left, ignore_errors=True)
