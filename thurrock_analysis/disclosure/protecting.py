"""Hide small counts, and as few others as keep them from being worked out."""

from dataclasses import dataclass

import numpy as np

from thurrock_analysis.disclosure.system import Attack, Move, System

NEXT_TO_NOTHING = 0.01
STEPS = (2, 5, np.inf)
"""How many relations away cells are looked for that can be hidden."""


@dataclass(frozen=True)
class Protection:
    """Which cells are hidden.

    Attributes
    ----------
    small : array of bool
        Counts within the limits, those that are only implied among them.
    hidden : array of bool
        What is not printed: small counts, others that protect them, implied ones.
    narrowed : dict
        Of cells of which something is known whatever is hidden: the counts ruled out by that.
    """

    small: np.ndarray
    hidden: np.ndarray
    narrowed: dict[int, list[int]]


def protect(system: System, least: int, most: int, secondary: bool = True) -> Protection:
    """Choose what to hide, so that each small count could be any of the small counts.

    Parameters
    ----------
    least, most : int
        The small counts.
    secondary : bool
        False leaves all but small counts visible, to see what is found out then.

    Notes
    -----
    For each small count and each value that it must be possible to take, the cheapest cells are
    hidden that make another table possible in which it does. Then each hidden cell that is not
    small is shown again if every one of these values stays possible without it. Hiding less
    never makes more tables possible, so that afterwards none of them can be shown alone.
    """
    attack = Attack(system)
    small = (attack.truth >= least) & (attack.truth <= most)
    hidden = (small | ~attack.offered) & ~attack.settled
    narrowed: dict[int, list[int]] = {}
    for cell in np.flatnonzero(small & attack.settled):
        narrowed[int(cell)] = [to for to in range(least, most + 1) if to != attack.truth[cell]]
    if secondary:
        search = _Search(attack, hidden, small)
        for cell in np.flatnonzero(small & ~attack.settled):
            # The farthest first: what makes room for it often makes room for the others.
            values = [to for to in range(least, most + 1) if to != attack.truth[cell]]
            values.sort(key=lambda to: -abs(to - attack.truth[cell]))
            if out := [to for to in values if not search.make_possible(int(cell), to)]:
                narrowed[int(cell)] = sorted(out)
        search.show_again()
    return Protection(small, hidden | small, narrowed)


class _Search:
    """The cells hidden so far, and for each small count the tables that prove it open."""

    def __init__(self, attack: Attack, hidden: np.ndarray, small: np.ndarray) -> None:
        self.attack = attack
        self.hidden = hidden
        self._small = small
        self._price = 1 + np.log2(1 + attack.truth)
        self._proofs: dict[tuple[int, int], tuple[int, Move]] = {}
        self._by_cell: dict[int, set[tuple[int, int]]] = {}

    def make_possible(self, cell: int, to: int) -> bool:
        """Hide what is needed for a cell to have a count; say False where nothing helps.

        Who knows that zeros are never hidden knows that what is hidden is at least 1. That is
        reckoned with where it leaves the count possible at all.
        """
        if (cell, to) in self._proofs:
            return True
        price = np.where(self.hidden, NEXT_TO_NOTHING, self._price)
        free = ~self.attack.settled
        for floor in (1, 0):
            for steps in STEPS:
                near = self.attack.around(cell, free, steps)
                found = self.attack.move(cell, to, near, floor, price)
                if found is not None:
                    self.hidden[list(found)] = True
                    self._keep(cell, to, floor, found)
                    return True
        return False

    def _keep(self, cell: int, to: int, floor: int, move: Move) -> None:
        """Keep a table as proof of a count, and of those between it and the truth.

        Between two possible tables lie others, where the way there goes in whole steps; a table
        with a hidden zero in it proves no more than it has to.
        """
        goal = to - int(self.attack.truth[cell])
        even = floor > 0 and all(change % goal == 0 for change in move.values())
        steps = abs(goal) if even else 1
        for step in range(1, steps + 1):
            share = {one: change * step // steps for one, change in move.items()}
            pair = cell, int(self.attack.truth[cell]) + share[cell]
            if step == steps or pair not in self._proofs:
                self._proofs[pair] = floor, share
                for moved in share:
                    self._by_cell.setdefault(moved, set()).add(pair)

    def show_again(self) -> None:
        """Show each cell again that no proof needs, the largest first."""
        chosen = np.flatnonzero(self.hidden & self.attack.offered & ~self._small)
        for cell in sorted(map(int, chosen), key=lambda one: -self.attack.truth[one]):
            self.hidden[cell] = False
            again: dict[tuple[int, int], tuple[int, Move]] = {}
            for pair in sorted(self._by_cell.get(cell, ())):
                floor, move = self._proofs[pair]
                if cell not in move:
                    continue  # proved otherwise since
                near = self.attack.around(pair[0], self.hidden)
                found = self.attack.move(*pair, near, floor)
                if found is None:
                    self.hidden[cell] = True
                    break
                again[pair] = floor, found
            else:
                for pair, (floor, found) in again.items():
                    self._keep(*pair, floor, found)
