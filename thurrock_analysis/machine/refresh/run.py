"""A refresh from beginning to end: check, run, render, publish, for one authority or many."""

import contextlib
import gc
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import clear
from thurrock_analysis.machine.refresh.fork_client import ForkServer, can_fork
from thurrock_analysis.machine.refresh.plan import Plan, check_names, own_area, values_of
from thurrock_analysis.machine.refresh.sources import AREA, DATE, Notebook, choose
from thurrock_analysis.machine.refresh.telling import Progress
from thurrock_analysis.machine.refresh.workspace import workspace
from thurrock_analysis.machine.stopping import undisturbed

if TYPE_CHECKING:  # imported while the fork server works, or not at all
    from thurrock_analysis.machine.refresh.execute import Outcome
    from thurrock_analysis.machine.refresh.kernels import Supply
    from thurrock_analysis.machine.refresh.making import Making
    from thurrock_analysis.machine.refresh.run_record import Circumstances

Kernels = Literal["auto", "fork", "papermill"]
AT_ONCE = 2
CELL_TIMEOUT = 600
SWITCH_EVERY = 0.0005  # seconds; making a page must not keep the kernels waiting for an answer


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    notebooks: list[str] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    everywhere: bool = False
    as_at: str = ""
    given: dict[str, str] = field(default_factory=dict)
    """Other parameters, as typed."""
    out: Path | None = None
    kernels: Kernels = "auto"
    cell_timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class Result:
    """What became of a refresh."""

    out: Path
    """The folder of reports."""
    made: list["Making"]
    """One an authority."""
    noted: list[str]
    """What was left out, and why, and what else is amiss: a sentence each."""
    altered: list[str]
    """The notebooks that were run and are not as shipped."""
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return any(one.error or one.failures or one.amiss for one in self.made)


def refresh(options: Options) -> Result:
    """Run notebooks and publish their reports."""
    # A dependency of Jupyter's schemas that takes a second to import, and that none of them uses.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    began = time.perf_counter()
    notebooks, strays = choose(paths.notebooks(), options.notebooks)
    check_names(notebooks, options.given)
    for notebook in notebooks:
        values_of(notebook, options.given)
    out = (options.out or paths.reports()).absolute()
    forked = _wants_fork(options.kernels)
    with workspace() as scratch, _server(notebooks, scratch, forked) as server:
        clear(out)
        plans, left_out = _plans(notebooks, options, out)  # while the server imports
        from thurrock_analysis.machine.refresh.run_record import circumstances

        shared = circumstances("forked" if forked else "papermill", notebooks)
        made = _run(plans, options, shared, scratch, server)
    if len(made) == 1 and made[0].error:
        raise ThurrockError(made[0].error)
    noted = [*strays, *left_out, *dict.fromkeys(one.amiss for one in made if one.amiss)]
    return Result(out, made, noted, shared.altered, time.perf_counter() - began)


def _plans(notebooks: list[Notebook], options: Options, out: Path) -> tuple[list[Plan], list[str]]:
    from thurrock_analysis.machine.refresh import places, run_record
    from thurrock_analysis.record import releases

    as_at = releases.resolve_as_at(options.as_at)
    somewhere = options.authorities or options.regions or options.everywhere
    named = options.authorities if somewhere else [own_area(notebooks)]
    areas, left_out = places.chosen(named, options.regions, options.everywhere, as_at)
    took = run_record.usual_seconds(out)
    # The longest first, so that none is left alone at the end.
    order = sorted(notebooks, key=lambda one: -took.get(one.name, len(one.code_cells)))
    plans = []
    for area in areas:
        known = {**options.given, AREA: area.code, DATE: as_at}
        values = {notebook.name: values_of(notebook, known) for notebook in notebooks}
        plans.append(Plan(tuple(order), area, as_at, out / area.slug / as_at, values))
    return plans, left_out


def _run(
    plans: list[Plan],
    options: Options,
    shared: "Circumstances",
    scratch: Path,
    server: ForkServer | None,
) -> list["Making"]:
    from thurrock_analysis.machine.refresh.kernels import Supply
    from thurrock_analysis.machine.refresh.making import Making

    supply = Supply(scratch, paths.notebooks(), server)
    made = [Making(plan, shared) for plan in plans]
    progress = Progress(sum(len(one.code_cells) for plan in plans for one in plan.notebooks))
    with contextlib.ExitStack() as ending:
        ending.callback(progress.close)
        for making in made:
            ending.callback(making.close)
        pool = ending.enter_context(_workers(supply))
        ending.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_EVERY)
        futures = {
            pool.submit(making.run, notebook, supply, options.cell_timeout, progress.cell): making
            for making in made
            for notebook in making.plan.notebooks
        }
        # Imported here, this takes its time while the kernels start.
        from thurrock_analysis.machine.refresh.render import Renderer

        renderer = Renderer()
        gc.freeze()  # what was imported is not looked through again while pages are made
        for future in as_completed(futures):
            making = futures.pop(future)
            outcome = future.result()
            if outcome:
                making.add(outcome, renderer)
                progress.say(f"{making.name} {_line(outcome)}")
    return made


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
def _server(notebooks: list[Notebook], scratch: Path, forked: bool) -> Iterator[ForkServer | None]:
    if not forked:
        yield None
        return
    modules = dict.fromkeys(name for notebook in notebooks for name in notebook.imports())
    server = ForkServer(list(modules), scratch / "server.log")
    try:
        yield server
    finally:
        with undisturbed():
            server.close()


def _wants_fork(kernels: Kernels) -> bool:
    if kernels == "fork" and not can_fork():
        raise ThurrockError(
            f"Kernels cannot be forked on this system ({os.name}): leave out --kernels."
        )
    return kernels != "papermill" and can_fork()
