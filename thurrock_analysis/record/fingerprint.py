"""What tells one state of the data from another, and results kept for as long as it lasts."""

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from thurrock_analysis import paths

State = tuple[tuple[str, int, int, int], ...]
"""Path, time of the last change, size and inode of each file."""
Function = TypeVar("Function", bound=Callable[..., Any])
_moment: ContextVar[dict[Hashable, State] | None] = ContextVar("_moment", default=None)
"""The states that were looked at since the outermost call began."""


def of(folder: Path) -> State:
    """Return the state of all the files in a folder, without reading them.

    >>> of(paths.data()) == of(paths.data()), of(Path("no such folder"))
    (True, ())
    """
    return tuple(sorted(_state(entry.path, entry.stat()) for entry in _files(folder)))


def of_files(files: Iterable[str]) -> State:
    """Return the state of some files; one that is missing has none."""
    found = []
    for path in files:
        try:
            found.append(_state(path, os.stat(path)))  # noqa: PTH116 - asked at every look-up
        except OSError:
            continue
    return tuple(found)


def _state(path: str, found: os.stat_result) -> tuple[str, int, int, int]:
    return path, found.st_mtime_ns, found.st_size, found.st_ino


def _files(folder: Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    """Visit the files of a folder and of those in it."""
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def seen(what: Hashable, look: Callable[[], State]) -> State:
    """Look at the state of something, once from the beginning of the outermost call on."""
    moment = _moment.get()
    if moment is None:
        return look()
    if what not in moment:
        moment[what] = look()
    return moment[what]


@contextmanager
def one_moment() -> Iterator[None]:
    """Look at the state of the data once in a block, so that what it makes is of one piece.

    >>> with one_moment():
    ...     seen("what", lambda: (("a", 1, 1, 1),)) == seen("what", lambda: ())
    True
    """
    outer = _moment.set({} if _moment.get() is None else _moment.get())
    try:
        yield
    finally:
        _moment.reset(outer)


def keeping(state: Callable[..., State]) -> Callable[[Function], Function]:
    """Keep what a function returns until the state changes on which it rests.

    Functions that this one calls see the states of its start, so that what it returns is of one
    piece and the files are looked at once. A frame is handed out as a copy of its own, which
    costs nothing until it is changed.

    Parameters
    ----------
    state : callable
        Given what the function is given, it returns the state, by way of `seen`.
    """

    def decorate(function: Function) -> Function:
        kept: dict[Any, tuple[State, Any]] = {}

        @wraps(function)
        def remembering(*given: Any, **named: Any) -> Any:
            asked = (given, tuple(named.items()))
            held = kept.get(asked)
            if held is None or held[0] != state(*given, **named):
                with one_moment():
                    held = kept[asked] = (state(*given, **named), function(*given, **named))
            found = held[1]
            return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

        return cast(Function, remembering)

    return decorate


def _whole(*_: Any, **__: Any) -> State:
    """Return the state of all the data."""
    return seen(None, lambda: of(paths.data()))


def remembered(function: Function) -> Function:
    """Keep what a function returns until any file of the data changes.

    >>> @remembered
    ... def measured(name: str) -> int:
    ...     print("measured")
    ...     return len(name)
    >>> measured("abc") + measured("abc")
    measured
    6
    """
    return keeping(_whole)(function)
