"""End when asked to, at a moment that leaves nothing broken."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

LATER = 0.02  # seconds
ASKED = (signal.SIGINT, signal.SIGTERM)


class Terminated(BaseException):
    """The process was asked to end; like Ctrl-C, it passes every ``except Exception``."""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let no further Ctrl-C break into a clean-up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.signal(one, signal.SIG_IGN) for one in ASKED]
    try:
        yield
    finally:
        for one, handler in zip(ASKED, before, strict=True):
            signal.signal(one, handler)


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Turn Ctrl-C and the system's request to end into exceptions, so that clean-ups run.

    None is raised while something is imported: there it could be lost, or leave a lock that
    nobody frees. One that is lost elsewhere, as in a finaliser, is raised once more.
    """
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # as in the background of a shell
    asked = ASKED[1:] if ignored else ASKED
    before = [signal.signal(one, _end) for one in asked]
    hook = sys.unraisablehook

    def lost(what: Any) -> None:
        if isinstance(what.exc_value, KeyboardInterrupt | Terminated):
            _ask_again(signal.SIGINT if what.exc_type is KeyboardInterrupt else signal.SIGTERM)
        else:
            hook(what)

    sys.unraisablehook = lost
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for one, handler in zip(asked, before, strict=True):
            signal.signal(one, handler)


def _end(number: int, frame: FrameType | None) -> None:
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return _ask_again(number)
        frame = frame.f_back
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated


def _ask_again(number: int) -> None:
    if sys.platform == "win32":
        timer = threading.Timer(LATER, signal.raise_signal, [number])
    else:  # a lock that the main thread waits for lets go only if that thread gets the signal
        main = threading.main_thread().ident
        timer = threading.Timer(LATER, signal.pthread_kill, [main, number])
    timer.daemon = True
    timer.start()
