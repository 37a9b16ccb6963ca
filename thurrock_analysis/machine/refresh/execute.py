"""Run one notebook through papermill, and say in one line what went wrong if it did."""

import asyncio
import logging
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.kernels import MOST_SHOWN, Kernel, Supply, manager_of
from thurrock_analysis.machine.refresh.parameters import Value
from thurrock_analysis.machine.refresh.payload import Payload, payload_of
from thurrock_analysis.machine.refresh.sources import AREA, DATE, Notebook
from thurrock_analysis.machine.refresh.tidy_up import scrub, tidied

START_WITHIN = 120  # seconds for a kernel to answer, imports included

# What papermill would log is in the outcome.
logging.getLogger("papermill").setLevel(logging.CRITICAL + 1)

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """What became of one notebook."""

    name: str
    title: str
    error: str = ""
    """One line; empty when the notebook did all it should."""
    cell: int | None = None
    """The failing code cell, counted from 1 in the notebook's file."""
    notebook: Any = None
    """The executed notebook, whole or not; None if it never began."""
    payload: Payload | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def failure(self) -> str:
        """What went wrong, and where; empty when nothing did."""
        return f"code cell {self.cell}: {self.error}" if self.cell else self.error


def run_notebook(
    notebook: Notebook,
    values: dict[str, Value],
    supply: Supply,
    cell_timeout: int,
    on_cell: Callable[[], None],
) -> Outcome:
    """Run a notebook in a kernel of its own."""
    for attempt in (1, 2):
        run = _Run(notebook, cell_timeout, on_cell)
        outcome = run.execute(values, supply)
        if notebook.fault or run.at_cell or attempt == 2 or not outcome.error:
            break  # only a kernel that never started is worth a second try
    return outcome


class _Run:
    """One attempt at running a notebook."""

    def __init__(self, notebook: Notebook, cell_timeout: int, on_cell: Callable[[], None]) -> None:
        self.notebook = notebook
        self.cell_timeout = cell_timeout
        self.on_cell = on_cell
        self.live: Any = None
        self.at_cell = 0
        self.began = self.cell_began = time.perf_counter()
        self.starting = self.in_cells = 0.0

    def execute(self, values: dict[str, Value], supply: Supply) -> Outcome:
        outcome = Outcome(self.notebook.name, self.notebook.title)
        kernel: Kernel | None = None
        try:
            if self.notebook.fault:
                raise ThurrockError(self.notebook.fault)
            kernel = supply.take(str(values[AREA]), str(values[DATE]))
            with _event_loop_of_thread():
                self._papermill(values, kernel)
            outcome.payload = payload_of(self.live, self.notebook.name)
        except ThurrockError as error:
            outcome.error = str(error).removesuffix(".")
        except Exception as error:  # noqa: BLE001 - the other notebooks go on, whatever it is
            outcome.cell = _cell_number(self.live, getattr(error, "exec_count", 0) or self.at_cell)
            outcome.error = _one_line(self._describe(error, kernel))
        finally:
            if kernel:
                kernel.kill()
        if self.live is not None:
            outcome.notebook = tidied(self.live, self.notebook.path.name)
        outcome.error = scrub(outcome.error)
        outcome.seconds = {"starting": self.starting, "cells": self.in_cells}
        return outcome

    def _papermill(self, values: dict[str, Value], kernel: Kernel) -> None:
        papermill.execute_notebook(
            str(self.notebook.path).replace("{", "{{").replace("}", "}}"),  # it fills braces in
            None,
            parameters=values,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=START_WITHIN,
            execution_timeout=self.cell_timeout,
            kernel_manager_class=manager_of(kernel),
            shutdown_kernel="immediate",
            iopub_timeout=self.cell_timeout,  # for what a cell that has ended still has to show
            # Not `cwd`, which would move this whole process, other threads included.
            resources={"metadata": {"path": str(self.notebook.path.parent)}},
            on_notebook_start=self._on_start,
            on_cell_execute=self._on_execute,
            on_cell_executed=self._on_executed,
        )

    def _on_start(self, notebook: Any) -> None:
        self.live = notebook

    def _on_execute(self, cell: Any, cell_index: int) -> None:
        self.cell_began = time.perf_counter()
        if not self.at_cell:
            self.starting = self.cell_began - self.began
        self.at_cell += 1

    def _on_executed(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        self.in_cells += time.perf_counter() - self.cell_began
        self.on_cell()

    def _describe(self, error: Exception, kernel: Kernel | None) -> str:
        if kernel and kernel.flooded:
            return f"showed more than the {MOST_SHOWN} MB that a page can hold"
        if isinstance(error, CellTimeoutError):
            return f"took longer than the {self.cell_timeout} seconds a cell may take"
        if isinstance(error, PapermillExecutionError):
            said = f"{error.ename}: {error.evalue}".removesuffix(": ")
            if error.ename == "CellExecutionError":  # IPython's own complaints leave no traceback
                return _last_word(self.live, error.exec_count) or said
            return said
        status = kernel.exit_status() if kernel else None
        if isinstance(error, DeadKernelError) or status is not None:
            return f"its kernel died{_cause(status)}"
        return f"{type(error).__name__}: {error}"


@contextmanager
def _event_loop_of_thread() -> Iterator[None]:
    """Close the loop that Jupyter's libraries leave open, and what still waits in it."""
    try:
        yield
    finally:
        loop = ensure_event_loop()
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.close()


def _cell_number(notebook: Any, execution_count: int | None) -> int | None:
    """Return the number in the notebook's file of the cell that ran as the given one."""
    if notebook is None or not execution_count:
        return None
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    ran = cells[:execution_count]
    injected = sum("injected-parameters" in c.metadata.get("tags", []) for c in ran)
    return execution_count - injected


def _last_word(notebook: Any, execution_count: int | None) -> str:
    """Return the last line that a cell wrote to standard error."""
    text = "".join(
        output.text
        for cell in notebook.cells
        if cell.get("execution_count") == execution_count
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    )
    return text.strip().rpartition("\n")[2]


def _cause(status: int | None) -> str:
    if status is None:
        return ""
    if status >= 0:
        return f" (exit status {status})"
    names = {one.value: one.name for one in signal.Signals}  # real-time signals have none
    hint = ", as when memory runs out" if status == -signal.SIGKILL else ""
    return f" (signal {names.get(-status, -status)}{hint})"


def _one_line(text: str) -> str:
    line = " ".join(_ANSI.sub("", text).split())
    return line if len(line) <= 300 else f"{line[:299]}…"
