"""Folders replaced whole or not at all, by one writer at a time.

At every moment a folder holds what it held before or what took its place. What a killed writer
leaves behind is hidden beside it and cleared by the next one.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis.errors import ThurrockError

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
_BYTE = 1 << 30  # of a lock: far past the text, which others must be able to read
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Staging:
    """A folder to fill, which then takes the place of another.

    Use it in a ``with`` block; what is not published by its end is dropped.
    """

    def __init__(
        self,
        target: Path,
        called: str = "The report",
        advice: str = "choose another folder with --out, or close what has the report open",
    ) -> None:
        self.target = target
        self._mark = f".{target.name}.new-"
        self.hidden = target.with_name(self._mark + secrets.token_hex(4))
        self.folder = self.hidden / target.name
        self._lock = FileLock(target.with_name(f".{target.name}.lock"))
        self._called, self._advice = called, advice

    def __enter__(self) -> "Staging":
        """Take the lock, clear what killed runs left and make the folder."""
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            holder = self._lock.acquire()
        except OSError as error:
            raise self.unwritable(error) from error
        if holder is not None:
            raise ThurrockError(
                f"Another command (process {holder or 'unknown'}) is writing to {self.target}; "
                "wait for it to end."
            )
        try:
            self._recover()
            self.folder.mkdir(parents=True)
        except OSError as error:
            self._lock.release()
            raise self.unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the folder, or what it has replaced."""
        shutil.rmtree(self.hidden, ignore_errors=True)
        self._lock.release()

    def publish(self) -> None:
        """Put the filled folder in the target's place."""
        try:
            if not os.path.lexists(self.target):
                self.folder.rename(self.target)
            elif not exchange(self.folder, self.target):
                self._swap()
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: OSError) -> ThurrockError:
        """Say in a sentence that the folder cannot be written, and what would help."""
        return ThurrockError(
            f"{self._called} cannot be written to {self.target} ({reason(error)}): {self._advice}."
        )

    def _swap(self) -> None:
        before = self.hidden / "before"
        self.target.rename(before)
        try:
            self.folder.rename(self.target)
        except OSError:
            before.rename(self.target)
            raise

    def _recover(self) -> None:
        if self.target.exists() and not self.target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "a file has its name")
        for left in filter(own, self.target.parent.glob(f"{self._mark}*")):
            if own(left / "before") and not self.target.exists():
                (left / "before").rename(self.target)  # its writer was killed between two renames
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def surroundings(changed: dict[str, str]) -> Iterator[None]:
    """Set variables of the environment for as long as a block lasts."""
    before = {name: os.environ.get(name) for name in changed}
    os.environ |= changed
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ |= {name: value} if value is not None else {}


def clear(out: Path) -> None:
    """Clear what killed runs left beside any report; the reports of live ones stay as they are."""
    for lock in out.glob("[!.]*/.*.lock"):
        target = lock.with_name(lock.name.removeprefix(".").removesuffix(".lock"))
        with contextlib.suppress(ThurrockError), Staging(target):
            pass


def own(folder: Path) -> bool:
    """Say whether this is a folder, and no link to one, of whoever runs this."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.geteuid())


def reason(error: OSError) -> str:
    """Return in words why something could not be written."""
    if isinstance(error, shutil.Error):  # it lists every file that could not be copied
        return str(error.args[0][0][2]).split("'")[0].rstrip(": ")
    if error.errno == errno.ELOOP:
        return "a link has the name of its lock"
    return error.strerror or str(error)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders trade places in one step; say False where the system cannot do it."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    done: int = call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


class FileLock:
    """A lock on a file, held by one process at a time; the system frees it when that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> str | None:
        """Take the lock if it is free: None; else return the id of its holder, "" if unknown."""
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o666)
            try:
                free = _try_lock(descriptor)
                if free and self._named(descriptor):
                    self._descriptor = descriptor
                    with contextlib.suppress(OSError):  # no room for it; the lock holds no less
                        os.ftruncate(descriptor, 0)
                        os.write(descriptor, str(os.getpid()).encode())
                    return None
            finally:
                if self._descriptor != descriptor:
                    os.close(descriptor)
            if not free:
                return self._holder()
            # Its last holder removed it between the two steps.

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

    def _named(self, descriptor: int) -> bool:
        """Say whether the open file still has the lock's name; refuse one that has another too."""
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise OSError(errno.ELOOP, "a link")
        try:
            return os.path.samestat(found, self._path.lstat())
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
