"""An area beside a mix of others that moved like it before an event: a synthetic control."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
FEWEST_YEARS, FEWEST_OTHERS, FEWEST_MIXES = 5, 5, 19
"""Years before an event, others in a mix, and mixes to compare with: one in twenty can be told."""
OVERFITTED = 0.4
"""Error of fitted years over that of years left out, below which mixes follow noise."""
CLOSE = 0.75
"""Error of a year left out over that of the area's own mean, up to which a mix moved like it."""
HEAVY = 1_000.0
"""Weight of the row that makes the weights add up to one."""


@dataclass(frozen=True)
class Mix:
    """A mix of others, at the level of the area; errors are roots of mean squares.

    ``fitted`` is the error of the years before, ``before`` that of one of them that is left out
    of the fit, ``spread`` that of the area's own mean of the other years; ``after`` is the
    distance in the years after.
    """

    weights: Floats
    value: Floats
    fitted: float
    before: float
    spread: float
    after: float

    @property
    def ratio(self) -> float:
        """How far it lies after the event, in errors of a year before."""
        return self.after / self.before if self.before else math.inf * bool(self.after)

    @property
    def is_poor(self) -> bool:
        """Whether the mix tells no more of a year than the area's own mean."""
        return self.before >= self.spread

    @property
    def is_close(self) -> bool:
        """Whether the mix tells much more of a year than the area's own mean."""
        return self.before <= CLOSE * self.spread


def mix(own: Floats, others: Floats, before: Flags) -> Mix:
    """Mix others, a row each, so that they move like an area in the years before an event.

    >>> others = np.array([[1.0, 2, 4, 3, 5, 6, 7], [9.0, 4, 6, 8, 5, 9, 8]])
    >>> own = np.array([0.75, 0.25]) @ others + 10 - np.array([0, 0, 0, 0, 0, 0, 2])
    >>> found = mix(own, others, np.arange(7) < 6)
    >>> found.weights.round(2).tolist(), found.value.round(2)[-1].item(), round(found.after, 2)
    ([0.75, 0.25], 17.25, 2.0)
    """
    weights, value = fit(own, others, before)
    missed, apart = [], []
    for year in np.flatnonzero(before):
        rest = before & (np.arange(len(before)) != year)
        missed.append(own[year] - fit(own, others, rest)[1][year])
        apart.append(own[year] - own[rest].mean())
    gap = own - value
    return Mix(weights, value, size(gap[before]), size(missed), size(apart), size(gap[~before]))


def fit(own: Floats, others: Floats, before: Flags) -> tuple[Floats, Floats]:
    """Return weights and what the mix came to, its mean in the years before set to the area's."""
    from scipy.optimize import nnls  # takes a while, and most reports do not need it

    level = own[before].mean()
    moved = others - others[:, before].mean(axis=1, keepdims=True)
    one = HEAVY * max(np.abs(moved[:, before]).max(), 1.0)
    design = np.vstack([moved[:, before].T, np.full(len(others), one)])
    target = np.append(own[before] - level, one)
    weights, _ = nnls(design, target, maxiter=100 * len(others))
    weights /= weights.sum()
    return weights, level + weights @ moved


def size(errors: npt.ArrayLike) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(errors))))


def overfitted(mixes: Iterable[Mix]) -> bool:
    """Say whether mixes of one event follow the noise of the years that they were fitted on."""
    found = [one.fitted / one.before for one in mixes if one.before]
    return not found or float(np.median(found)) < OVERFITTED
