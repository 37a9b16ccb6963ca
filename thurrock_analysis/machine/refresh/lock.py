"""A lock that the system lets go of when its holder ends, however it ends."""

import contextlib
import os
import sys
from pathlib import Path

_BYTE = 1 << 30  # far past the text, which others must be able to read


class FileLock:
    """A lock on a file, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> str | None:
        """Take the lock if it is free.

        Returns
        -------
        str or None
            None when it was taken, else the id of the process that holds it, "" if unknown.
        """
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            if not _try_lock(descriptor):
                os.close(descriptor)
                return self._holder()
            if self._still_named(descriptor):
                break
            os.close(descriptor)  # its last holder removed it between the two steps
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return None

    def release(self) -> None:
        """Give the lock back and remove the file."""
        if self._descriptor is None:
            return
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._descriptor)
            _remove(self._path)
        else:
            _remove(self._path)
            os.close(self._descriptor)
        self._descriptor = None

    def _holder(self) -> str:
        try:
            return self._path.read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""

    def _still_named(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            return False


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # another process has it open, and will remove it
        path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
