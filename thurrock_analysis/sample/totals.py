"""What a draw is conditioned on: the published totals, or their means to draw freely around."""

from dataclasses import dataclass, field

import numpy as np

from thurrock_analysis.record import inventory

NEAR = 0.05
"""How far, as a share, a total may lie from the published one where several cannot all hold."""


def published() -> dict[str, dict[int, float]]:
    """Return the published figures of a small unitary authority, by measure and year."""
    found: dict[str, dict[int, float]] = {}
    for _, row in inventory.rows("sample_totals", ["measure", "year", "value"]):
        found.setdefault(row["measure"], {})[int(row["year"])] = float(row["value"])
    return found


@dataclass(frozen=True)
class Totals:
    """How many of what in which year.

    Attributes
    ----------
    size : float
        How many authorities' worth.
    conditioned : bool
        Whether counts are those published; else they are drawn around their mean over the years.
    """

    size: float
    conditioned: bool
    rng: np.random.Generator
    held: dict[str, dict[int, float]] = field(default_factory=published)

    def level(self, measure: str, year: int) -> float:
        """Return a published figure; past the last, the mean of the last three."""
        values = self.held[measure]
        known = sorted(values)
        if not self.conditioned or year > known[-1]:
            return float(np.mean([values[each] for each in known[-3 if self.conditioned else 0 :]]))
        return float(np.interp(year, known, [values[each] for each in known]))

    def share(self, measure: str, year: int) -> float:
        """Return a published percentage as a share of one."""
        return self.level(measure, year) / 100

    def count(self, measure: str, year: int) -> int:
        """Return how many there are to be in a year."""
        expected = self.level(measure, year) * self.size
        return round(expected) if self.conditioned else int(self.rng.poisson(expected))

    def of(self, share: float, among: int) -> int:
        """Return how many of so many meet a share: as near as can be, or drawn."""
        if self.conditioned:
            return round(share * among)
        return int(self.rng.binomial(among, min(max(share, 0.0), 1.0)))

    def ceased(self, flow: str, year: int, before: int, started: int, target: int) -> int:
        """Return how many leave a stock, so that it comes to its target, within reason."""
        if not self.conditioned:
            left, stock = self.held[flow], self.held[flow.removesuffix("_ceased")]
            share = float(np.mean([left[each] / stock[each] for each in sorted(left)[1:]]))
            return int(self.rng.poisson(before * share))
        wanted = before + started - target
        low, high = ((1 + sign * NEAR) * self.level(flow, year) * self.size for sign in (-1, 1))
        return round(min(max(wanted, low), high))
