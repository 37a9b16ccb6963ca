"""A process that has imported the usual stack and forks one fresh kernel a request.

Requests and answers are lines of JSON on an inherited socket. When the socket closes, because
the refresh has ended or died, the server ends and its kernels with it. Linux only.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from thurrock_analysis.machine.refresh import streams
from thurrock_analysis.machine.refresh.preload import preload, prepare

PR_SET_PDEATHSIG = 1


class Server:
    """Answers requests until the other end closes."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._kernels: set[int] = set()
        self._process = os.getpid()

    def serve(self) -> None:
        """Answer ``{"fork": ...}`` with a process's id, ``{"wait": pid}`` with its exit status."""
        signal.signal(signal.SIGTERM, self.end)
        with self._channel.makefile("r", encoding="utf-8") as requests:
            for line in requests:
                request = json.loads(line)
                answer = self._fork(request["fork"]) if "fork" in request else self._wait(request)
                self._channel.sendall(json.dumps(answer).encode() + b"\n")
        self.end()

    def end(self, *_: object) -> None:
        """End every kernel with what it started, and this process."""
        for pid in self._kernels:
            for kill in (os.killpg, os.kill):  # it may not have made its group yet
                with contextlib.suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)
        os._exit(0)  # nothing here is worth the time that taking a full interpreter apart takes

    def _wait(self, request: dict[str, int]) -> int:
        # Until asked for, an ended kernel stays a zombie, so its id is not used again.
        self._kernels.discard(request["wait"])
        return os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])

    def _fork(self, request: dict[str, Any]) -> int:
        prepare(request["authority"], request["as_at"])
        pid = os.fork()
        if pid:
            self._kernels.add(pid)
            return pid
        status = 1
        try:
            self._start(request)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()  # into the kernel's log
        finally:
            os._exit(status)

    def _start(self, request: dict[str, Any]) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()  # so that what the notebook starts can be killed with it
        die_with_parent(self._process, signal.SIGKILL)
        os.close(self._channel.fileno())
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.close(log)
        os.chdir(request["cwd"])
        if "numpy.random" in sys.modules:  # the standard library reseeds itself
            sys.modules["numpy.random"].seed()
        become_kernel(request["connection_file"], self._process)


def die_with_parent(parent: int, by: signal.Signals) -> None:
    """Have the system send this process a signal when the one that started it ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        os._exit(1)


def drop_own_folder() -> None:
    """Drop from the path the folder that ``python -m`` put first; a kernel has none there."""
    if sys.flags.safe_path:
        return
    here = sys.path.pop(0)
    package = __package__.partition(".")[0]
    if not any(finder.find_spec(package, None) for finder in sys.meta_path):
        sys.path.append(here)  # the package is run from a folder that it is not installed in


def become_kernel(connection_file: str, parent: int) -> None:
    """Serve one notebook until killed."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", "-f", connection_file]
    IPKernelApp.launch_instance(
        argv=[
            "-f",
            connection_file,
            "--HistoryManager.hist_file=:memory:",
            "--IPKernelApp.log_level=ERROR",
            f"--IPKernelApp.parent_handle={parent}",
            streams.OPTION,
        ]
    )


def main(arguments: list[str]) -> None:
    """Import what is named, then serve: the socket's descriptor and the parent's id come first."""
    descriptor, parent, *modules = arguments
    die_with_parent(int(parent), signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    drop_own_folder()
    with socket.socket(fileno=int(descriptor)) as channel:
        channel.set_inheritable(False)
        preload(modules)
        gc.freeze()  # a collection in a kernel would copy every page it shares
        Server(channel).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
