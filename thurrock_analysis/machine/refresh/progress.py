"""Tell the person at the terminal how far a refresh has come."""

import sys
import time
from types import TracebackType
from typing import Any


class Progress:
    """A bar on a terminal, plain lines elsewhere; both on standard error."""

    def __init__(self, cells: int) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=cells, unit="cell", desc="Refreshing", leave=False)

    def __enter__(self) -> "Progress":
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)
