"""Write a report aside and put it in place whole; one writer at a time.

At every moment the folder of a report holds the previous report or the new one. What a killed
refresh leaves behind is hidden beside it and cleared by the next one.
"""

import ctypes
import os
import secrets
import shutil
import sys
from pathlib import Path
from types import TracebackType

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.lock import FileLock

RENAME_EXCHANGE = 2
AT_FDCWD = -100


class Staging:
    """A folder to fill, which then takes the place of a report.

    Use it in a ``with`` block; what is not published by its end is dropped.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        token = secrets.token_hex(4)
        self.folder = target.with_name(f".{target.name}.new-{token}")
        self._old = target.with_name(f".{target.name}.old-{token}")
        self._lock = FileLock(target.with_name(f".{target.name}.lock"))

    def __enter__(self) -> "Staging":
        """Take the lock, clear what killed runs left and make the folder."""
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            holder = self._lock.acquire()
        except OSError as error:
            raise _unwritable(self.target, error) from error
        if holder is not None:
            raise ThurrockError(
                f"Another refresh (process {holder or 'unknown'}) is writing to {self.target}; "
                "wait for it to end."
            )
        try:
            self._recover()
            self.folder.mkdir()
        except OSError as error:
            self._lock.release()
            raise _unwritable(self.target, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the folder, or the previous report that it has come to hold."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()

    def publish(self) -> None:
        """Put the filled folder in the report's place.

        Raises
        ------
        ThurrockError
            The previous report cannot be moved; it stays.
        """
        try:
            if not self.target.exists():
                self.folder.rename(self.target)
            elif not _exchange(self.folder, self.target):
                self._swap()
        except OSError as error:
            raise _unwritable(self.target, error) from error

    def _swap(self) -> None:
        self.target.rename(self._old)
        try:
            self.folder.rename(self.target)
        except OSError:
            self._old.rename(self.target)
            raise
        shutil.rmtree(self._old, ignore_errors=True)

    def _recover(self) -> None:
        if self.target.exists() and not self.target.is_dir():
            raise NotADirectoryError(20, "a file has the report's name")
        for left in self.target.parent.glob(f".{self.target.name}.old-*"):
            if not self.target.exists():  # killed between the two renames of a swap
                left.rename(self.target)
        for kind in ("old", "new"):
            for left in self.target.parent.glob(f".{self.target.name}.{kind}-*"):
                shutil.rmtree(left, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)


def _unwritable(target: Path, error: OSError) -> ThurrockError:
    return ThurrockError(
        f"The report cannot be written to {target} ({error.strerror or error}): "
        "choose another folder with --out, or close what has the report open."
    )
