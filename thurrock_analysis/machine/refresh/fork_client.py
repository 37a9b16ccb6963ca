"""The refresh's end of the fork server: start it, ask it for kernels, end it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from thurrock_analysis import pages
from thurrock_analysis.errors import ThurrockError

ANSWER_WITHIN = 120.0  # seconds; the first answer waits for the imports
INLINE = "module://matplotlib_inline.backend_inline"


class ForkServerEnded(ThurrockError):
    """The fork server gives no more kernels."""


def can_fork() -> bool:
    """Say whether this system can fork kernels safely: Linux with process descriptors."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


class ForkServer:
    """A running fork server; it imports while the caller goes on."""

    def __init__(self, modules: list[str], log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(ANSWER_WITHIN)
        command = [sys.executable, "-m", "thurrock_analysis.machine.refresh.fork_server"]
        with theirs, log.open("wb") as stream:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(os.getpid()), *modules],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C is for the refresh alone
            )
        self._answers = self._channel.makefile("r", encoding="utf-8")

    def fork(self, connection_file: Path, log: Path, cwd: Path, authority: str, as_at: str) -> int:
        """Ask for a kernel."""
        where = {"connection_file": str(connection_file), "log": str(log), "cwd": str(cwd)}
        return self._ask({"fork": {**where, "authority": authority, "as_at": as_at}})

    def wait(self, pid: int) -> int:
        """Return the exit status of an ended kernel, negative for a signal."""
        return self._ask({"wait": pid})

    def interrupt(self) -> None:
        """Free whoever waits for an answer; no more will come."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the server at once, whatever it is at, and with it any kernel it still has."""
        self.interrupt()
        self._process.kill()
        self._process.wait()
        with self._lock:
            self._answers.close()
            self._channel.close()

    def _ask(self, request: dict[str, Any]) -> int:
        with self._lock:
            try:
                self._channel.sendall(json.dumps(request).encode() + b"\n")
                answer = self._answers.readline()
            except (OSError, ValueError) as error:
                raise ForkServerEnded(self._end()) from error
        if not answer:
            raise ForkServerEnded(self._end())
        return int(json.loads(answer))

    def _end(self) -> str:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return (
                f"the process that starts the kernels did not answer in {ANSWER_WITHIN:g} seconds"
            )
        return f"the process that starts the kernels ended unexpectedly (status {status})"


def _environment() -> dict[str, str]:
    """Return the environment of a process whose forks will be kernels."""
    return {
        **os.environ,
        "MPLBACKEND": INLINE,
        pages.ASKED: "1",
        # One thread each: kernels run side by side, and a fork must not cut threads short.
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
