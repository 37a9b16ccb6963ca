"""Which of the figures that matter a first page names, and how many it leaves out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from thurrock_analysis.findings import matters
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.metrics.usual import LEVEL

MOST = 12
"""Lines of a box: more than a director reads in five minutes."""
LEAST = 5
"""Lines of the first box, filled up with those that stand less far apart."""


@dataclass(frozen=True)
class Foremost:
    """What a first page says of where its figures stand.

    Attributes
    ----------
    frame : DataFrame
        A row for each measure that matters, as `findings.matters.page` has it.
    matters, better : DataFrame
        The rows that are named: what stands farthest apart, and of that what is better.
    tests, alone, stands : int
        The comparisons; those farther than 19 in 20 by themselves; those among all of them.
    """

    frame: pd.DataFrame
    matters: pd.DataFrame
    better: pd.DataFrame
    tests: int
    alone: int
    stands: int

    @classmethod
    def of(
        cls, rows: Iterable[Mapping[str, Any]], moved: Mapping[str, Mapping[str, Any]]
    ) -> "Foremost":
        """Choose from what notebooks hand on of each measure, the farthest apart first."""
        once = {row["measure"]: dict(row) for row in rows}
        frame = matters.page(once.values(), moved)
        told = apart_once(frame[frame["standing"].ne("untold")])
        far = told["standing"].isin(matters.APART)
        better = told[far & told["better"].eq("better")].head(MOST)
        others = told.drop(better.index)
        named = others.head(
            min(MOST, max(LEAST, int((far & ~told.index.isin(better.index)).sum())))
        )
        chances = [chance for row in once.values() for _, chance in row["beside"].values()]
        stands, alone = matters.among(once.values()), sum(one <= LEVEL for one in chances)
        return cls(frame, named, better, len(chances), alone, len(stands))

    @property
    def ordinary(self) -> int:
        """How many comparisons of an ordinary authority are farther than 19 in 20."""
        return int(half_away(LEVEL * self.tests, 0))

    @property
    def figures(self) -> int:
        """How many figures the comparisons are of that stand out among all."""
        return int(self.frame["standing"].eq("stands out").sum())

    @property
    def lonely(self) -> bool:
        """Whether a figure is named that stands apart by itself, and not among so many."""
        named = pd.concat([self.matters, self.better])
        return bool(named["standing"].eq("farther alone").any())

    @property
    def untold(self) -> int:
        """How many measures cannot be set beside others."""
        return int(self.frame["standing"].eq("untold").sum())

    @property
    def nearer(self) -> int:
        """How many are set beside others and not named: none stands farther than those named."""
        return len(self.frame) - self.untold - len(self.matters) - len(self.better)


def apart_once(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave of two measures that tell the same the one that stands farther."""
    story = frame["same_as"].where(frame["same_as"].ne(""), frame["measure"])
    return frame[~story.duplicated()]
