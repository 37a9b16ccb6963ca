"""Kernels that each serve one notebook: forked where that is to be had, else as papermill has it.

Papermill talks to either through its usual kernel manager.
"""

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import write_connection_file
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from thurrock_analysis import pages
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.fork_client import ForkServer, ForkServerEnded
from thurrock_analysis.machine.refresh.streams import OPTION

LISTENS_WITHIN = 60  # seconds after the fork
MOST_SHOWN = 10
"""Megabytes of output of one notebook: five times the largest of ours; a page gets unwieldy."""


class Supply:
    """Gives each notebook a kernel, and ends every one of them."""

    def __init__(self, folder: Path, cwd: Path, server: ForkServer | None) -> None:
        self._folder = folder
        self._cwd = cwd
        self._server = server
        self._server_lost = server is None
        self._lock = threading.Lock()
        self._given: list[Kernel] = []
        self._closed = False

    def take(self, authority: str, as_at: str) -> "Kernel":
        """Return a kernel that has served nobody."""
        with self._lock:
            if self._closed:
                raise ThurrockError("the refresh is being stopped")
            self._given.append(self._forked(authority, as_at) or OrdinaryKernel(self._folder))
            return self._given[-1]

    def close(self) -> None:
        """End every kernel; those who use one learn it from the kernel's death."""
        self._closed = True
        for kernel in list(self._given):
            kernel.kill()
        if self._server:
            self._server.interrupt()  # someone may hold the lock while waiting for it
        with self._lock:
            for kernel in self._given:
                kernel.kill()
        if self._server:
            self._server.close()

    def _forked(self, authority: str, as_at: str) -> "Kernel | None":
        if self._server is None or self._server_lost:
            return None
        where = self._folder / f"k{len(self._given) + 1}"
        try:
            return ForkedKernel(self._server, where, self._cwd, authority, as_at)
        except ForkServerEnded as end:
            if self._closed:
                raise ThurrockError(str(end)) from end
            self._server_lost = True  # go on with ordinary kernels
            return None


class ForkedKernel:
    """A kernel that the fork server made."""

    flooded = False
    """Whether it was killed because it showed too much."""

    def __init__(
        self, server: ForkServer, where: Path, cwd: Path, authority: str, as_at: str
    ) -> None:
        self.connection_file = where.with_suffix(".json")
        key = os.urandom(16).hex().encode()
        # Sockets in a folder of the refresh's own: no port that another may take meanwhile.
        write_connection_file(str(self.connection_file), key=key, transport="ipc", ip=str(where))
        self._server = server
        self._pid = server.fork(
            self.connection_file, where.with_suffix(".log"), cwd, authority, as_at
        )
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
            if self._look():
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
        # What it started may outlive it, as its group does. Until the server is asked to wait
        # for it, no other process gets its id.
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        with suppress(ForkServerEnded):
            self._status = self._server.wait(self._pid)
        os.close(self._watch)
        self._ended = True


class OrdinaryKernel:
    """A kernel that papermill starts by itself."""

    flooded = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    def started(self, process: subprocess.Popen[bytes]) -> None:
        """Learn of the process."""
        self._process = process
        if self._killed:
            self.kill()

    def kill(self) -> None:
        """End the process and what it started, at once; if there is none yet, once there is."""
        if self._process is None:
            self._killed = True
            return
        self._killed = self._killed or self._process.poll() is None
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # it leads its own session
        self._process.wait(5)

    def exit_status(self) -> int | None:
        """Return how the process ended by itself, negative for a signal; None if not known."""
        return self._process.poll() if self._process and not self._killed else None


Kernel = ForkedKernel | OrdinaryKernel


class OrdinaryManager(AsyncKernelManager):
    """Starts a kernel as usual, its output outside cells aside."""

    kernel: ClassVar[OrdinaryKernel]

    def __init__(self, **options: Any) -> None:
        options["connection_file"] = str(self.kernel.folder / f"{uuid.uuid4()}.json")
        super().__init__(client_class=CLIENT, **options)

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start the process and tell of it."""
        quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
        arguments = [*options.pop("extra_arguments", []), OPTION]
        options["env"] = {**(options.get("env") or os.environ), pages.ASKED: "1"}
        await super().start_kernel(**quiet, **options, extra_arguments=arguments)
        self.kernel.started(self.provisioner.process)  # type: ignore[union-attr]


class ForkedManager(AsyncKernelManager):
    """Lets papermill use a kernel that is started already."""

    kernel: ClassVar[ForkedKernel]

    def __init__(self, **options: Any) -> None:
        super().__init__(client_class=CLIENT, **options)

    @property
    def has_kernel(self) -> bool:
        """Whether the kernel has been taken over."""
        return bool(self._connection_file_written)

    async def start_kernel(self, **_: Any) -> None:  # type: ignore[override]
        """Take over the kernel, waiting for the sockets it listens on."""
        self.load_connection_file(str(self.kernel.connection_file))
        self._connection_file_written = True
        end = time.monotonic() + LISTENS_WITHIN
        while self.kernel.alive() and time.monotonic() < end:
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


def manager_of(kernel: Kernel) -> type[AsyncKernelManager]:
    """Return the class that papermill makes its manager of, for one kernel."""
    kind = ForkedManager if isinstance(kernel, ForkedKernel) else OrdinaryManager
    return type("ManagerOfOne", (kind,), {"kernel": kernel})


class LimitedChannel(AsyncZMQSocketChannel):
    """Hears what a kernel shows, and ends the kernel when that is more than a page can hold."""

    kernel: Kernel
    heard = 0

    async def _recv(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        while True:
            message = await self.socket.recv_multipart(**options)
            self.heard += sum(map(len, message))
            if self.heard <= MOST_SHOWN * 1_000_000:
                return self.session.deserialize(self.session.feed_identities(message)[1])
            self.kernel.flooded = True
            self.kernel.kill()


class QuickClient(AsyncKernelClient):
    """A client that begins as soon as its kernel answers.

    The usual one first waits for old messages, of which a new kernel has none, and has a thread
    that listens to its heart, though its process can be looked at.
    """

    iopub_channel_class = Type(LimitedChannel)

    def start_channels(self, *_: bool, **__: bool) -> None:
        """Open the channels that a notebook needs."""
        self.iopub_channel.kernel = self.parent.kernel  # type: ignore[union-attr]
        super().start_channels(stdin=False, hb=False, control=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels."""
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            self.kernel_info()
            if await _message(self.shell_channel, 1) and await _message(self.iopub_channel, 0.2):
                return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel died as it started")
        raise RuntimeError(f"the kernel did not answer in {timeout:g} seconds")


CLIENT = f"{__name__}.{QuickClient.__name__}"


async def _message(channel: Any, timeout: float) -> bool:
    return bool(await channel.socket.poll(timeout * 1000)) and bool(await channel.get_msg())
