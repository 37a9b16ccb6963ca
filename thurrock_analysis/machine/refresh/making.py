"""One authority of a refresh: its report from the first notebook to the exchange of folders."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.machine.refresh.execute import Outcome, run_notebook
from thurrock_analysis.machine.refresh.kernels import Supply
from thurrock_analysis.machine.refresh.plan import Plan
from thurrock_analysis.machine.refresh.sources import Notebook
from thurrock_analysis.record import fingerprint
from thurrock_analysis.record.fingerprint import State

if TYPE_CHECKING:  # imported while the first kernels start
    from thurrock_analysis.machine.refresh.publish import Report
    from thurrock_analysis.machine.refresh.render import Renderer


class Making:
    """The report of one authority in the making, and what became of it."""

    def __init__(self, plan: Plan, shared: dict[str, Any], edition: State) -> None:
        self.plan = plan
        self.name = plan.area.name
        self.error = ""
        """Why there is no new report at all: a sentence."""
        self.amiss = ""
        """What is not right though the report was made: a sentence."""
        self.outcomes: list[Outcome] = []
        self.published = False
        self._shared = shared
        self._edition = edition
        self._staging = Staging(plan.out)
        self._held = ExitStack()
        self._once = threading.Lock()
        self._began = 0.0
        self._report: Report | None = None

    @property
    def failures(self) -> list[Outcome]:
        """The notebooks that failed."""
        return [outcome for outcome in self.outcomes if outcome.error]

    def run(
        self, notebook: Notebook, supply: Supply, cell_timeout: int, on_cell: Callable[[], None]
    ) -> Outcome | None:
        """Run a notebook in this thread; the first takes the folder, and None: it was not free."""
        with self._once:
            if not self._began:
                self._began = time.perf_counter()
                try:
                    self._held.enter_context(self._staging)
                except ThurrockError as error:
                    self.error = str(error)
        if self.error:
            return None
        return run_notebook(
            notebook, self.plan.values[notebook.name], supply, cell_timeout, on_cell
        )

    def add(self, outcome: Outcome, renderer: "Renderer") -> None:
        """Take in a finished notebook; the last one publishes the report."""
        from thurrock_analysis.machine.refresh.publish import Report

        self.outcomes.append(outcome)
        if self.error:
            return
        try:
            self._report = self._report or Report(self.plan, self._shared, renderer, self._staging)
            self._report.add(outcome)
            if len(self.outcomes) == len(self.plan.notebooks):
                self._publish(self._report)
        except OSError as error:
            self.error = str(self._staging.unwritable(error))
        except ThurrockError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - the other authorities go on, whatever it is
            self.error = f"The report could not be made ({type(error).__name__}: {error})."
        finally:
            if self.error or self.published:
                self.close()

    def close(self) -> None:
        """Drop what was not published."""
        self._held.close()
        self._report = None  # of a hundred authorities this would add up

    def _publish(self, report: "Report") -> None:
        from thurrock_analysis.machine.refresh.index import write_front

        report.finish(time.perf_counter() - self._began)
        if fingerprint.of(paths.data()) != self._edition:  # what was read may be of either
            raise ThurrockError(
                f"The data changed while the report on {self.name} was made, and it was dropped: "
                "run the refresh again."
            )
        self._staging.publish()
        self.published = True
        self.amiss = report.amiss
        try:
            write_front(self.plan.out.parents[1], self._staging.hidden)
        except ThurrockError as error:
            self.amiss = str(error)
