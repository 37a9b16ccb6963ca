"""Counts and how they hang together, as somebody sees them who wants to know a hidden one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Move = dict[int, int]
"""By how much each cell of another table that looks the same differs from the true one."""
FOUND = 0
NOISE = 1e-6


class Relation(NamedTuple):
    """A sum of cells that lies between two numbers."""

    cells: tuple[int, ...]
    signs: tuple[float, ...]
    low: float
    high: float


@dataclass
class System:
    """Whole counts, and the sums of them that an attacker knows.

    Every relation is true of the true counts: what is not is no knowledge.

    Attributes
    ----------
    truth : list of int
        The true count of each cell.
    named : list of bool
        Whether it is a cell of a table, now or before, of which a zero is always printed; others
        are implied by what is printed.
    offered : list of bool
        Whether it is one of a table now, and so printed unless it is hidden.
    known : list of bool
        Whether its count is public already.
    relations : list of Relation
        Which sums are known.
    """

    truth: list[int] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    offered: list[bool] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def cell(
        self, truth: int, named: bool = True, offered: bool = True, known: bool = False
    ) -> int:
        """Add a cell and return its number."""
        self.truth.append(truth)
        self.named.append(named)
        self.offered.append(offered)
        self.known.append(known)
        return len(self.truth) - 1

    def relation(
        self, cells: Sequence[int], signs: Sequence[float], low: float = 0, high: float = 0
    ) -> None:
        """Add that a sum of cells lies between two numbers."""
        self.relations.append(Relation(tuple(cells), tuple(signs), low, high))

    def total(self, whole: int, parts: Sequence[int]) -> None:
        """Add that parts make up a whole: exactly, with a rest, or overlapping.

        The rest is a count that nobody prints and everybody can work out.
        """
        rest = self.truth[whole] - sum(self.truth[part] for part in parts)
        if rest > 0:
            parts = [*parts, self.cell(rest, named=False, offered=False)]
        signs = [1, *[-1] * len(parts)]
        self.relation([whole, *parts], signs, low=0 if rest >= 0 else -np.inf)
        if rest < 0:
            for part in parts:
                self.relation([whole, part], [1, -1], high=np.inf)


class Attack:
    """What tables are possible where some cells are hidden."""

    def __init__(self, system: System) -> None:
        self.truth = np.array(system.truth, dtype="int64")
        self.named = np.array(system.named, dtype=bool)
        self.offered = np.array(system.offered, dtype=bool)
        self.settled = np.array(system.known, dtype=bool) | (self.named & (self.truth == 0))
        """Cells that are known whatever is hidden: public ones and true zeros."""
        self._relations = system.relations
        self._of_cell: list[list[int]] = [[] for _ in system.truth]
        for place, one in enumerate(self._relations):
            now = sum(sign * system.truth[c] for c, sign in zip(one.cells, one.signs, strict=True))
            assert one.low <= now <= one.high, "a relation that is not true"
            for cell in one.cells:
                self._of_cell[cell].append(place)

    def around(self, cell: int, free: np.ndarray, steps: float = np.inf) -> list[int]:
        """Return the free cells that hang together with one, up to so many relations away."""
        seen, new = {cell}, [cell]
        while new and steps > 0:
            places = {place for one in new for place in self._of_cell[one]}
            touched = {one for place in places for one in self._relations[place].cells}
            new = [one for one in touched - seen if free[one]]
            seen.update(new)
            steps -= 1
        return sorted(seen)

    def move(
        self, cell: int, to: int, cells: list[int], floor: int, price: np.ndarray | None = None
    ) -> Move | None:
        """Return a possible table in which a cell has a given count, near the true one, or None.

        Parameters
        ----------
        cells : list of int
            Those that may differ from the truth.
        floor : int
            The least that a hidden cell of a table is, of which a zero would be printed.
        price : array of float, optional
            What it costs to move each cell of all by one.
        """
        truth, count = self.truth[cells], len(cells)
        down = (truth - np.where(self.named[cells], floor, 0)).astype(float)
        up, own, goal = np.full(count, np.inf), cells.index(cell), to - int(self.truth[cell])
        if down[own] < -goal:
            return None
        up[own], down[own] = max(goal, 0), max(-goal, 0)
        limits = self._limits(cells)
        # Up and down apart, so that moving costs either way. Where that cell moves, it must.
        least = np.zeros(2 * count)
        least[own], least[count + own] = up[own], down[own]
        weights = np.ones(count) if price is None else price[cells]
        for whole in (0, 1):  # mostly the quick answer is whole already
            done = milp(
                np.concatenate([weights, weights]),
                integrality=np.full(2 * count, whole),
                bounds=Bounds(least, np.concatenate([up, down])),
                constraints=limits,
            )
            if done.status != FOUND:
                return None
            moved = done.x[:count] - done.x[count:]
            if np.abs(moved - np.rint(moved)).max() < NOISE:
                break
        return {cells[at]: int(moved[at].round()) for at in np.flatnonzero(np.rint(moved))}

    def _limits(self, cells: list[int]) -> LinearConstraint | tuple[()]:
        """Return how the cells, and nothing else, may move together."""
        place_of = {cell: place for place, cell in enumerate(cells)}
        rows, columns, signs = [], [], []
        wanted = sorted({place for cell in cells for place in self._of_cell[cell]})
        low, high = np.zeros(len(wanted)), np.zeros(len(wanted))
        for row, place in enumerate(wanted):
            one = self._relations[place]
            now = 0.0
            for cell, sign in zip(one.cells, one.signs, strict=True):
                now += sign * self.truth[cell]
                if cell in place_of:
                    rows.append(row)
                    columns.append(place_of[cell])
                    signs.append(sign)
            low[row], high[row] = one.low - now, one.high - now
        if not wanted:
            return ()
        shape = (len(wanted), len(cells))
        moves = sparse.csc_array((signs, (rows, columns)), shape=shape)
        return LinearConstraint(sparse.hstack([moves, -moves]).tocsc(), low, high)
