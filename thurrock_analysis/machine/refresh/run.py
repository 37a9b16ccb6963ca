"""A refresh from beginning to end: check, run, render, publish, for one authority or many."""

import contextlib
import gc
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from thurrock_analysis import paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import clear
from thurrock_analysis.machine.refresh.fork_client import ForkServer, can_fork
from thurrock_analysis.machine.refresh.sources import PAGE, Notebook, check, choose
from thurrock_analysis.machine.refresh.workspace import workspace
from thurrock_analysis.machine.stopping import undisturbed

if TYPE_CHECKING:  # imported while the fork server works, or not at all
    from thurrock_analysis.machine.refresh.execute import Outcome
    from thurrock_analysis.machine.refresh.kernels import Supply
    from thurrock_analysis.machine.refresh.making import Making

AT_ONCE = 2
LONGEST_CELL = 86_400  # seconds; no system waits for any number of them
SWITCH_EVERY = 0.0005  # seconds; making a page must not keep the kernels waiting for an answer


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    notebooks: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    everywhere: bool = False
    as_at: str = ""
    given: dict[str, str] = field(default_factory=dict)
    """Other parameters, as typed."""
    out: Path | None = None
    kernels: Literal["auto", "papermill"] = "auto"
    cell_timeout: int = 600
    returns: str = ""
    """Folder of a council's own returns; its reports are internal."""


@dataclass(frozen=True)
class Result:
    """What became of a refresh."""

    out: Path
    """The folder of reports."""
    made: list["Making"]
    """One an authority."""
    noted: list[str]
    """What was left out or altered, and what else is amiss: a sentence each."""
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return any(one.error or one.failures or one.amiss for one in self.made)

    def summary(self) -> Iterator[str]:
        """Say what failed, what was left out or altered, and, last, how much was made."""
        for making in self.made:
            for outcome in making.failures:
                yield f"{making.name}, {outcome.name} failed: {outcome.failure}"
            if making.error:
                yield f"{making.name} failed: {making.error}"
        yield from self.noted
        asked = sum(len(making.plan.notebooks) for making in self.made)
        whole = [making for making in self.made if not making.error]
        done = sum(len(making.outcomes) - len(making.failures) for making in whole)
        if not self.made:
            return
        whose, folder = f"{len(self.made)} authorities", self.out
        if len(self.made) == 1:
            whose, folder = self.made[0].name, self.made[0].plan.out
        yield f"{done} of {asked} reports for {whose} in {self.seconds:.1f} s: {folder / PAGE}"


def refresh(options: Options) -> Result:
    """Run notebooks and publish their reports."""
    # A dependency of Jupyter's schemas that takes a second to import, and that none of them uses.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    began = time.perf_counter()
    if options.cell_timeout > LONGEST_CELL:
        raise ThurrockError(f"A cell may take {LONGEST_CELL} seconds at most.")
    notebooks, strays = choose(paths.notebooks(), options.notebooks)
    check(notebooks, options.given)
    out = _folder(options).absolute()
    forked = options.kernels == "auto" and can_fork()
    with workspace() as scratch, _server(notebooks, scratch, forked) as server:
        clear(out)
        # Imported while the server imports too.
        from thurrock_analysis.machine.refresh.making import Making
        from thurrock_analysis.machine.refresh.plan import plans
        from thurrock_analysis.machine.refresh.run_record import circumstances
        from thurrock_analysis.record import fingerprint

        edition = fingerprint.of(paths.data())
        planned, left_out = plans(notebooks, options, out)
        if options.returns and len(planned) > 1:
            raise ThurrockError("Returns are of one authority: name it alone with --authority.")
        shared = circumstances("forked" if forked else "papermill", notebooks)
        made = _run([Making(plan, shared, edition) for plan in planned], options, scratch, server)
    if len(made) == 1 and made[0].error:
        raise ThurrockError(made[0].error)
    noted = [*strays, *left_out, *dict.fromkeys(one.amiss for one in made if one.amiss)]
    if made and (altered := shared["altered_notebooks"]):
        noted.append(f"Run as altered here, not as shipped: {words.listed(altered)}.")
    return Result(out, made, noted, time.perf_counter() - began)


def _folder(options: Options) -> Path:
    """Return where reports go: those that hold what returns tell stay internal."""
    if not options.returns:
        return options.out or paths.reports()
    if options.out is not None:
        raise ThurrockError(
            f"What is made from returns goes to {paths.internal()}: leave out --out."
        )
    return paths.internal()


def _run(
    made: list["Making"], options: Options, scratch: Path, server: ForkServer | None
) -> list["Making"]:
    from tqdm import tqdm

    from thurrock_analysis.machine.refresh.kernels import Supply

    supply = Supply(scratch, paths.notebooks(), server)
    cells = sum(len(one.code_cells) for making in made for one in making.plan.notebooks)
    quiet = not sys.stderr.isatty()
    bar = tqdm(total=cells, unit="cell", desc="Refreshing", leave=False, disable=quiet)
    with contextlib.ExitStack() as ending:
        ending.callback(bar.close)
        for making in made:
            ending.callback(making.close)
        pool = ending.enter_context(_workers(supply))
        ending.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_EVERY)
        futures = {
            pool.submit(making.run, notebook, supply, options.cell_timeout, bar.update): making
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
                with contextlib.suppress(OSError):  # nobody reads it; the reports are still wanted
                    bar.write(_line(making, outcome), sys.stderr)
    return made


def _line(making: "Making", outcome: "Outcome") -> str:
    said = f"done in {sum(outcome.seconds.values()):.1f} s"
    if outcome.error:
        said = f"FAILED{f' in code cell {outcome.cell}' if outcome.cell else ''}"
    return f"{time.strftime('%Y-%m-%d %H:%M:%S')} {making.name} {outcome.name}: {said}"


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
