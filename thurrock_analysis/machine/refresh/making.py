"""One authority of a refresh: its report from the first notebook to the exchange of folders."""

import threading
import time
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.machine.refresh.execute import Outcome
from thurrock_analysis.machine.refresh.plan import Plan
from thurrock_analysis.machine.refresh.run_record import Circumstances

if TYPE_CHECKING:  # imported while the first kernels start
    from thurrock_analysis.machine.refresh.publish import Report
    from thurrock_analysis.machine.refresh.render import Renderer


class Making:
    """The report of one authority in the making, and what became of it.

    Use it in a ``with`` block; a report that is not complete by its end is dropped.
    """

    def __init__(self, plan: Plan, shared: Circumstances) -> None:
        self.plan = plan
        self.name = plan.area.name
        self.error = ""
        """Why there is no new report at all: a sentence."""
        self.outcomes: list[Outcome] = []
        self.published = False
        self._shared = shared
        self._staging = Staging(plan.out)
        self._held = ExitStack()
        self._once = threading.Lock()
        self._began = 0.0
        self._report: Report | None = None

    def __enter__(self) -> "Making":
        """Change nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what was not published."""
        self._held.close()

    @property
    def failures(self) -> list[Outcome]:
        """The notebooks that failed."""
        return [outcome for outcome in self.outcomes if outcome.error]

    def begin(self) -> bool:
        """Take the folder when the first notebook comes; say whether it was to be had."""
        with self._once:
            if not self._began:
                self._began = time.perf_counter()
                try:
                    self._held.enter_context(self._staging)
                except ThurrockError as error:
                    self.error = str(error)
        return not self.error

    def add(self, outcome: Outcome, renderer: "Renderer") -> None:
        """Take in a finished notebook; the last one publishes the report."""
        from thurrock_analysis.machine.refresh.publish import Report

        if self._report is None:
            self._report = Report(self.plan, self._shared, renderer, self._staging)
        self.outcomes.append(outcome)
        self._report.add(outcome)
        if len(self.outcomes) == len(self.plan.notebooks):
            self._publish(self._report)

    def _publish(self, report: "Report") -> None:
        try:
            report.finish(time.perf_counter() - self._began)
            self._staging.publish()
            self.published = True
        except ThurrockError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - the other authorities go on, whatever it is
            self.error = f"The report could not be made ({type(error).__name__}: {error})."
        finally:
            self._held.close()
            self._report = None  # of a hundred authorities this would add up
