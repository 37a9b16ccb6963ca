"""A refresh from beginning to end: check, run, render, publish."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.machine.refresh.fork_client import ForkServer, can_fork
from thurrock_analysis.machine.refresh.plan import (
    AREA,
    DATE,
    Plan,
    check_names,
    chosen_area,
    values_of,
)
from thurrock_analysis.machine.refresh.preload import kernel_environment
from thurrock_analysis.machine.refresh.progress import Progress
from thurrock_analysis.machine.refresh.sources import Notebook, choose, read_notebook
from thurrock_analysis.machine.refresh.workspace import workspace
from thurrock_analysis.machine.stopping import undisturbed

if TYPE_CHECKING:
    from thurrock_analysis.machine.refresh.execute import Outcome
    from thurrock_analysis.machine.refresh.kernels import Supply
    from thurrock_analysis.machine.refresh.publish import Report

Kernels = Literal["auto", "fork", "spawn"]
AT_ONCE = 2
CELL_TIMEOUT = 600


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    notebooks: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    """Parameters as typed, authority and date among them."""
    out: Path | None = None
    kernels: Kernels = "auto"
    cell_timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class Result:
    """What became of a refresh."""

    folder: Path
    outcomes: list["Outcome"]
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether any notebook failed."""
        return any(outcome.error for outcome in self.outcomes)


def refresh(options: Options) -> Result:
    """Run notebooks and publish their reports.

    Parameters
    ----------
    options : Options
        What to run, for which authority and date, and where to write.

    Returns
    -------
    Result
        Failing notebooks are described in it; the others' reports are written all the same.

    Raises
    ------
    ThurrockError
        Something asked for, or a shipped file, is not right. Nothing was run or changed.
    """
    # A dependency of Jupyter's schemas that takes a second to import, and that none of them uses.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    began = time.perf_counter()
    folder = paths.notebooks()
    notebooks = [read_notebook(folder / f"{n}.ipynb") for n in choose(folder, options.notebooks)]
    check_names(notebooks, options.given)
    for notebook in notebooks:
        values_of(notebook, options.given)
    forked = _wants_fork(options.kernels)
    with workspace() as sockets, _server(notebooks, sockets, forked) as server:
        plan = _plan(notebooks, options)  # while the server imports
        with Staging(plan.out) as staging:
            report = _run(plan, options, server, sockets, staging)
            seconds = time.perf_counter() - began
            report.finish(seconds, "forked" if forked else "ordinary")
            staging.publish()
    return Result(plan.out, report.outcomes, time.perf_counter() - began)


def _plan(notebooks: list[Notebook], options: Options) -> Plan:
    from thurrock_analysis.record import areas, provenance, releases

    area = areas.find(chosen_area(notebooks, options.given))
    as_at = releases.resolve_as_at(options.given.get(DATE))
    releases.check_existed(area, as_at)
    known = {**options.given, AREA: area.code, DATE: as_at}
    return Plan(
        notebooks=tuple(notebooks),
        area=area,
        as_at=as_at,
        out=(options.out or paths.reports()).absolute() / area.slug / as_at,
        values={notebook.name: values_of(notebook, known) for notebook in notebooks},
        checksums=provenance.verify_all(),
    )


def _run(
    plan: Plan, options: Options, server: ForkServer | None, sockets: Path, staging: Staging
) -> "Report":
    from thurrock_analysis.machine.refresh.execute import quieten
    from thurrock_analysis.machine.refresh.kernels import Supply

    quieten()
    supply = Supply(sockets, paths.notebooks(), _modules(plan.notebooks), server)
    cells = sum(len(notebook.code_cells) for notebook in plan.notebooks)
    with Progress(cells) as progress, _workers(supply) as pool:
        futures = _submit(pool, plan, options, supply, progress, staging)
        # Imported here, this takes its time while the kernels start.
        from thurrock_analysis.machine.refresh.publish import Report

        report = Report(plan, staging.folder, staging.target)
        for future in as_completed(futures):
            outcome = future.result()
            report.add(outcome)
            progress.say(_line(outcome))
    return report


def _submit(
    pool: ThreadPoolExecutor,
    plan: Plan,
    options: Options,
    supply: "Supply",
    progress: Progress,
    staging: Staging,
) -> list["Future[Outcome]"]:
    from thurrock_analysis.machine.refresh.execute import run_notebook
    from thurrock_analysis.machine.refresh.record import cell_seconds

    took = cell_seconds(staging.target)  # the longest first, so that none is left alone at the end
    queue = sorted(plan.notebooks, key=lambda notebook: -took.get(notebook.name, 0.0))
    return [
        pool.submit(
            run_notebook,
            notebook,
            plan.values[notebook.name],
            supply,
            options.cell_timeout,
            progress.cell,
            ahead=place + AT_ONCE < len(queue),
        )
        for place, notebook in enumerate(queue)
    ]


def _line(outcome: "Outcome") -> str:
    if not outcome.error:
        return f"{outcome.name}: done in {sum(outcome.seconds.values()):.1f} s"
    return f"{outcome.name}: FAILED{f' in code cell {outcome.cell}' if outcome.cell else ''}"


@contextlib.contextmanager
def _workers(supply: "Supply") -> Iterator[ThreadPoolExecutor]:
    """Threads that run papermill; whatever happens, none is left and no kernel either."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notebook")
    try:
        yield pool
    finally:
        with undisturbed():
            pool.shutdown(wait=False, cancel_futures=True)
            supply.close()
            pool.shutdown(wait=True)


@contextlib.contextmanager
def _server(notebooks: list[Notebook], sockets: Path, forked: bool) -> Iterator[ForkServer | None]:
    if not forked:
        yield None
        return
    server = ForkServer(_modules(notebooks), kernel_environment(), sockets / "server.log")
    try:
        yield server
    finally:
        with undisturbed():
            server.close()


def _modules(notebooks: "list[Notebook] | tuple[Notebook, ...]") -> list[str]:
    return list(dict.fromkeys(name for notebook in notebooks for name in notebook.imports()))


def _wants_fork(kernels: Kernels) -> bool:
    if kernels == "fork" and not can_fork():
        raise ThurrockError(
            f"Kernels cannot be forked on this system ({os.name}): leave out --kernels."
        )
    return kernels != "spawn" and can_fork()
