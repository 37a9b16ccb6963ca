"""Tell the person at the terminal how far a refresh has come, and what came of it."""

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from thurrock_analysis import words
from thurrock_analysis.machine.refresh.plan import PAGE

if TYPE_CHECKING:
    from thurrock_analysis.machine.refresh.run import Result


class Progress:
    """A bar on a terminal, plain lines elsewhere; both on standard error."""

    def __init__(self, cells: int) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=cells, unit="cell", desc="Refreshing", leave=False)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()

    def cell(self) -> None:
        """Count one finished cell."""
        if self._bar is not None:
            self._bar.update()

    def say(self, line: str) -> None:
        """Write a line that stays, with the time."""
        line = f"{time.strftime('%H:%M:%S')} {line}"
        with contextlib.suppress(OSError):  # nobody reads it any more: the reports are still wanted
            if self._bar is not None:
                self._bar.write(line, file=sys.stderr)
            else:
                print(line, file=sys.stderr, flush=True)


def summary(result: "Result") -> Iterator[str]:
    """Say what failed, what was left out or altered, and, last, how much was made."""
    for making in result.made:
        for outcome in making.failures:
            yield f"{making.name}, {outcome.name} failed: {outcome.failure}"
        if making.error:
            yield f"{making.name} failed: {making.error}"
    yield from result.noted
    if result.altered:
        yield f"Run as altered here, not as shipped: {words.listed(result.altered)}."
    asked = sum(len(making.plan.notebooks) for making in result.made)
    whole = [making for making in result.made if not making.error]
    done = sum(len(making.outcomes) - len(making.failures) for making in whole)
    whose, folder = f"{len(result.made)} authorities", result.out
    if len(result.made) == 1:
        whose, folder = result.made[0].name, result.made[0].plan.out
    yield f"{done} of {asked} reports for {whose} in {result.seconds:.1f} s: {folder / PAGE}"
