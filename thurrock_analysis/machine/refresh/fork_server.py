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

from thurrock_analysis.machine.refresh.preload import preload, prepare

PR_SET_PDEATHSIG = 1


def serve(channel: socket.socket) -> None:
    """Answer requests until the other end closes."""
    with channel.makefile("r", encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            if "fork" in request:
                answer = _fork(channel, request["fork"])
            else:
                # Until asked for, an ended kernel stays a zombie, so its id is not used again.
                answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
            channel.sendall(json.dumps(answer).encode() + b"\n")


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when the one that started it ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
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
        ]
    )


def _fork(channel: socket.socket, request: dict[str, Any]) -> int:
    prepare(request["authority"], request["as_at"])
    server = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _start(channel, request, server)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()  # into the kernel's log
    finally:
        os._exit(status)


def _start(channel: socket.socket, request: dict[str, Any], server: int) -> None:
    os.setsid()  # so that what the notebook starts can be killed with it
    die_with_parent(server)
    os.close(channel.fileno())
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    os.chdir(request["cwd"])
    _reseed()
    become_kernel(request["connection_file"], server)


def _reseed() -> None:
    if "numpy.random" in sys.modules:  # the standard library reseeds itself
        sys.modules["numpy.random"].seed()


def main(arguments: list[str]) -> None:
    """Import what is named, then serve."""
    descriptor, parent, *modules = arguments
    die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    drop_own_folder()
    with socket.socket(fileno=int(descriptor)) as channel:
        channel.set_inheritable(False)
        preload(modules)
        gc.freeze()  # a collection in a kernel would copy every page it shares
        serve(channel)
    os._exit(0)  # nothing here is worth the time that taking a full interpreter apart takes


if __name__ == "__main__":
    main(sys.argv[1:])
