"""Kernels that each serve one notebook: forked where that is to be had, else started ahead.

Papermill talks to them through its usual kernel manager; only their start differs.
"""

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Protocol

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.launcher import launch_kernel
from jupyter_client.manager import AsyncKernelManager

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.fork_client import ForkServer, ForkServerEnded
from thurrock_analysis.machine.refresh.preload import kernel_environment

IPC = sys.platform != "win32"


class Kernel(Protocol):
    """A started process that is, or will soon be, a kernel."""

    connection_file: Path
    log: Path

    def alive(self) -> bool:
        """Say whether the process still runs."""

    def kill(self) -> None:
        """End the process and what it started, at once."""

    def exit_status(self) -> int | None:
        """Return how the process ended by itself, negative for a signal; None if not known."""


class ForkedKernel:
    """A kernel that the fork server made."""

    def __init__(self, server: ForkServer, connection_file: Path, log: Path, cwd: Path) -> None:
        self.connection_file = connection_file
        self.log = log
        self._server = server
        self._pid = server.fork(connection_file, log, cwd)
        self._watch = os.pidfd_open(self._pid)
        self._closing = threading.Lock()
        self._ended = False
        self._status: int | None = None

    def alive(self) -> bool:
        """Say whether the process still runs."""
        with self._closing:
            return self._look()

    def kill(self) -> None:
        """End the process and what it started, at once."""
        with self._closing:
            if not self._look():
                return
            with suppress(ProcessLookupError):  # it may not have made its group yet
                os.killpg(self._pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._watch, signal.SIGKILL)
            select.select([self._watch], [], [], 5)
            self._reap()
            self._status = None

    def exit_status(self) -> int | None:
        """Return how the process ended by itself, negative for a signal; None if not known."""
        return self._status

    def _look(self) -> bool:
        if not self._ended and select.select([self._watch], [], [], 0)[0]:
            self._reap()
        return not self._ended

    def _reap(self) -> None:
        with suppress(ForkServerEnded):
            self._status = self._server.wait(self._pid)
        os.close(self._watch)
        self._ended = True


class SpawnedKernel:
    """An ordinary kernel process."""

    def __init__(self, modules: list[str], connection_file: Path, log: Path, cwd: Path) -> None:
        self.connection_file = connection_file
        self.log = log
        self._status: int | None = None
        command = [sys.executable, "-m", "thurrock_analysis.machine.refresh.spawned"]
        with log.open("wb") as stream:
            self._process = launch_kernel(
                [*command, str(connection_file), *modules],
                stdin=subprocess.DEVNULL,
                stdout=stream,  # type: ignore[arg-type]
                stderr=stream,  # type: ignore[arg-type]
                env=kernel_environment(),
                cwd=str(cwd),
            )

    def alive(self) -> bool:
        """Say whether the process still runs."""
        if self._process.returncode is None:
            self._status = self._process.poll()
        return self._process.returncode is None

    def kill(self) -> None:
        """End the process and what it started, at once."""
        if not self.alive():
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)  # it leads its own session
        self._process.wait(5)
        self._status = None

    def exit_status(self) -> int | None:
        """Return how the process ended by itself, negative for a signal; None if not known."""
        return self._status


class Supply:
    """Starts kernels, ahead of need where told to, and ends every one of them."""

    def __init__(
        self,
        folder: Path,
        cwd: Path,
        modules: list[str],
        server: ForkServer | None,
    ) -> None:
        self._folder = folder
        self._cwd = cwd
        self._modules = modules
        self._server = server
        self._server_lost = False
        self._lock = threading.Lock()
        self._ready: deque[Kernel] = deque()
        self._started: list[Kernel] = []
        self._closed = False

    def take(self) -> Kernel:
        """Return a kernel that has served nobody."""
        with self._lock:
            return self._ready.popleft() if self._ready else self._start()

    def start_ahead(self) -> None:
        """Start a kernel for the next notebook while the present one runs."""
        with self._lock:
            if not self._closed:
                self._ready.append(self._start())

    def close(self) -> None:
        """End every kernel; those who use one learn it from the kernel's death."""
        self._closed = True
        for kernel in list(self._started):
            kernel.kill()
        if self._server:
            self._server.interrupt()  # someone may hold the lock while waiting for it
        with self._lock:
            for kernel in self._started:
                kernel.kill()
        if self._server:
            self._server.close()

    def _start(self) -> Kernel:
        if self._closed:
            raise KernelError("the refresh is being stopped")
        name = f"k{len(self._started) + 1}"
        log = self._folder / f"{name}.log"
        connection_file = _write_connection(self._folder, name)
        kernel: Kernel | None = None
        if self._server and not self._server_lost:
            try:
                kernel = ForkedKernel(self._server, connection_file, log, self._cwd)
            except ForkServerEnded as end:
                if self._closed:
                    raise KernelError(str(end)) from end
                self._server_lost = True  # go on with ordinary kernels
        if kernel is None:
            kernel = SpawnedKernel(self._modules, connection_file, log, self._cwd)
        self._started.append(kernel)
        return kernel


class KernelError(ThurrockError):
    """A kernel could not be had."""


class QuickClient(AsyncKernelClient):
    """A client that begins as soon as its kernel answers.

    The usual one first waits for old messages, of which a new kernel has none.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels.

        Parameters
        ----------
        timeout : float, optional
            Seconds.

        Raises
        ------
        RuntimeError
            The kernel has died or the time is up.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            self.kernel_info()
            if await _message(self.shell_channel, 1) and await _message(self.iopub_channel, 0.2):
                return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel died as it started")
        raise RuntimeError(f"the kernel did not answer in {timeout:g} seconds")


class Manager(AsyncKernelManager):
    """Lets papermill use a kernel that is started already."""

    kernel: ClassVar[Kernel]

    def __init__(self, **options: Any) -> None:
        super().__init__(client_class=f"{__name__}.{QuickClient.__name__}", **options)

    @property
    def has_kernel(self) -> bool:
        """Whether the kernel has been taken over."""
        return bool(self._connection_file_written)

    async def start_kernel(self, **_: Any) -> None:  # type: ignore[override]
        """Take over the kernel, waiting for the sockets it listens on."""
        self.load_connection_file(str(self.kernel.connection_file))
        self._connection_file_written = True
        end = time.monotonic() + 60
        while IPC and self.kernel.alive() and time.monotonic() < end:
            if Path(f"{self.ip}-{self.control_port}").exists():
                break
            await asyncio.sleep(0.005)

    async def _async_is_alive(self) -> bool:
        return self.kernel.alive()

    is_alive = _async_is_alive

    async def shutdown_kernel(  # type: ignore[override]
        self, now: bool = False, restart: bool = False
    ) -> None:
        """End the kernel: it serves one notebook, so there is nothing to save."""
        self.kernel.kill()


def manager_of(kernel: Kernel) -> type[Manager]:
    """Return a manager class whose kernel is the given one.

    Parameters
    ----------
    kernel : Kernel
        A started kernel.

    Returns
    -------
    type
        For papermill's ``kernel_manager_class``.
    """
    return type("ManagerOfOne", (Manager,), {"kernel": kernel})


async def _message(channel: Any, timeout: float) -> bool:
    return bool(await channel.socket.poll(timeout * 1000)) and bool(await channel.get_msg())


def _write_connection(folder: Path, name: str) -> Path:
    file = folder / f"{name}.json"
    where: dict[str, Any] = {"transport": "tcp"}
    if IPC:
        where = {"transport": "ipc", "ip": str(folder / name)}
    write_connection_file(str(file), key=os.urandom(16).hex().encode(), **where)
    return file
