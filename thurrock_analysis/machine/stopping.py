"""Clean up in peace when a refresh is interrupted."""

import contextlib
import signal
import threading
from collections.abc import Iterator


class Terminated(BaseException):
    """The process was asked to end; like Ctrl-C, it passes every ``except Exception``."""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let no further Ctrl-C break into a clean-up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, signal.SIG_IGN) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Turn the system's request to end into an exception, so that clean-ups run."""

    def handle(*_: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
