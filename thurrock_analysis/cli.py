"""The command line: ``thurrock``, which may be stopped from its first moment on."""

import os
import sys
from contextlib import suppress

from thurrock_analysis.machine.stopping import Terminated, terminable

INTERRUPTED = 130
TERMINATED = 143


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    It is 0 when all went well, 1 when a notebook failed, 2 when something asked for or shipped is
    not right, 130 after Ctrl-C, 143 when the system asked it to end.
    """
    _open_streams()
    try:
        with terminable():
            from thurrock_analysis.commands import run

            return run(arguments)
    except KeyboardInterrupt:
        with suppress(OSError):
            print("thurrock: Stopped; what was not finished is as it was.", file=sys.stderr)
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    finally:
        _flush_streams()


def _open_streams() -> None:
    """Give a process that was started without streams some that nobody reads."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")


def _flush_streams() -> None:
    """Flush both streams; what nobody can read any more is dropped."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
