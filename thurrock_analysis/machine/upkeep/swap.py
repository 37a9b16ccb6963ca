"""Change ``data/`` as a whole or not at all: work on a copy, then let the two trade places."""

import contextlib
import ctypes
import errno
import filecmp
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary, releases

COPY = ".data.staged"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)


class Stage:
    """A copy of ``data/`` that every part of the package sees in its place.

    Parameters
    ----------
    data : Path
        The folder that is copied.
    home : Path
        The folder that holds the copy.
    """

    def __init__(self, data: Path, home: Path) -> None:
        self.data = data
        self.copy = home / "data"

    def take_place(self) -> None:
        """Put the copy where the folder is: all of it, or on an error nothing."""
        if not exchange(self.copy, self.data):
            replace_each(self.copy, self.data)


@contextlib.contextmanager
def staged(lasting: bool) -> Iterator[Stage]:
    """Work on a copy of ``data/``, which is gone afterwards unless it took the place.

    Parameters
    ----------
    lasting : bool
        Whether the copy may take the place: it then lies beside the folder, else where the
        system keeps temporary files.

    Yields
    ------
    Stage
        The copy.

    Raises
    ------
    ThurrockError
        Something cannot be written.

    Examples
    --------
    >>> with staged(lasting=False) as stage:
    ...     paths.data() == stage.copy
    True
    """
    data = paths.data().resolve()
    if not data.is_dir():
        raise ThurrockError(f"{data} is missing: restore it from the repository.")
    home: Path | None = None
    try:
        if lasting and not os.access(data, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        home = data.parent / COPY if lasting else Path(tempfile.mkdtemp(prefix="thurrock-"))
        shutil.rmtree(home, ignore_errors=True)  # what a killed run left behind
        _copy(data, home / "data")
        with _home(home):
            yield Stage(data, home)
    except OSError as error:
        raise ThurrockError(
            f"{data} cannot be changed ({_reason(error)}): all is as it was; make room, or ask for "
            "the right to write there."
        ) from None
    finally:
        if home:
            shutil.rmtree(home, ignore_errors=True)


def _copy(data: Path, folder: Path) -> None:
    shutil.copytree(data, folder)
    for path in [folder, *folder.rglob("*")]:  # a preview works where data/ is read-only
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def _reason(error: OSError) -> str:
    if isinstance(error, shutil.Error):  # it lists every file that could not be copied
        return str(error.args[0][0][2]).split("'")[0].rstrip(": ")
    return error.strerror or str(error)


@contextlib.contextmanager
def _home(folder: Path) -> Iterator[None]:
    before = os.environ.get("THURROCK_HOME")
    os.environ["THURROCK_HOME"] = str(folder)
    forget()
    try:
        yield
    finally:
        if before is None:
            del os.environ["THURROCK_HOME"]
        else:
            os.environ["THURROCK_HOME"] = before
        forget()


def forget() -> None:
    """Have the tables of the dictionary read anew: they are others now."""
    dictionary.read.cache_clear()
    releases.calendar.cache_clear()


def exchange(one: Path, other: Path) -> bool:
    """Let two folders trade places in one step; say False where the system cannot do it."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    done: int = call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


def replace_each(new: Path, old: Path) -> None:
    """Move the files that differ one by one; put all of them back if one cannot be moved."""
    names = [path.relative_to(new) for path in sorted(new.rglob("*")) if path.is_file()]
    names = [name for name in names if not _same(new / name, old / name)]
    kept = new.with_name("before")
    for name in names:
        if (old / name).is_file():
            (kept / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / name, kept / name)
    moved = []
    try:
        for name in names:
            moved.append(name)
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).replace(old / name)
    except BaseException:
        for name in moved:
            if (kept / name).is_file():
                (kept / name).replace(old / name)
            else:
                (old / name).unlink(missing_ok=True)
        raise


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)
