"""The changes on a first page as one family: their verdicts corrected for their number, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.metrics.usual import LEVEL, discoveries

Line = dict[str, Any]
UNTESTED = {"verdict": "untold", "weight": 0.0}
"""What is told of a change whose probability an earlier version did not hand over."""


@dataclass(frozen=True)
class Family:
    """The changes that were held against the usual, whatever notebook shows them.

    Attributes
    ----------
    tested : int
        How many measures there are, each once.
    alone : int
        How many moved more than usual by themselves.
    stands : frozenset of str
        Those that do among so many, by the false discovery rate.
    """

    tested: int
    alone: int
    stands: frozenset[str]

    @property
    def ordinary(self) -> int:
        """How many would move so much by themselves where only the usual goes on."""
        return int(half_away(LEVEL * self.tested, 0))

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Family":
        """Correct what notebooks say of each measure by itself.

        Examples
        --------
        >>> told = [("a", 0.001, "larger"), ("b", 0.04, "larger"), ("c", 0.6, "usual")]
        >>> names = ("measure", "probability", "verdict")
        >>> Family.of([dict(zip(names, one)) for one in [*told, told[0]]])
        Family(tested=3, alone=2, stands=frozenset({'a'}))
        """
        once = {one["measure"]: one for one in lines if one.get("probability") is not None}
        found = discoveries(np.array([one["probability"] for one in once.values()]))
        larger = {name for name, one in once.items() if one["verdict"] == "larger"}
        stands = {name for name, kept in zip(once, found, strict=True) if kept}
        return cls(len(once), len(larger), frozenset(larger & stands))

    def told(self, line: Line) -> Line:
        """Return a line as it is said among all of the page."""
        if line.get("verdict") != "larger" or line["measure"] in self.stands:
            return line
        return {**line, **line.get("among_many", UNTESTED)}
