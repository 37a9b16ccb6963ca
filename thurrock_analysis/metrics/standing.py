"""Where an authority stands among others: a funnel that allows for their differences, a rank.

Authorities differ for more reasons than chance. The funnel's limits therefore hold the variance
of chance and a variance between authorities, estimated for each measure and year.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thurrock_analysis.metrics.usual import LEVEL, Verdict, untold

FEWEST = 10
"""Authorities from which a variance between them can be told."""
DRAWS = 2000
SEED = 20050401


@dataclass(frozen=True)
class Funnel:
    """How authorities stand to a target on the scale of `usual.ends`.

    Attributes
    ----------
    z : ndarray
        Each authority's distance from the target over the root of chance and `between`.
    phi : float
        The mean of squared distances over what chance alone gives them.
    between : float
        The variance between authorities, 0 where chance explains all.
    target : float
        What they are set beside.
    """

    z: np.ndarray
    phi: float
    between: float
    target: float


def funnel(at: np.ndarray, chance: np.ndarray, target: float) -> Funnel:
    """Set authorities beside a target, with an additive variance between them.

    Parameters
    ----------
    at, chance : ndarray, shape (n,)
        Their figures and chance variances on a scale on which differences add up; an authority
        without a figure is NaN in both, and in ``z``.
    target : float
        England's figure on that scale.

    Returns
    -------
    Funnel
        All of ``z`` is NaN with fewer than ten authorities, or without a target.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, with the estimate
    of DerSimonian and Laird (1986). The distances are not winsorised: drawn in by a tenth at each
    end, as that paper has it, they leave 12 in 100 authorities beyond the 95 % limits.

    Examples
    --------
    >>> found = funnel(np.linspace(-0.5, 0.4, 10), np.full(10, 0.01), 0.0)
    >>> round(found.phi, 2), round(found.between, 3), round(float(found.z[0]), 2)
    (8.5, 0.084, -1.63)
    """
    good = np.isfinite(at) & (chance > 0)
    if good.sum() < FEWEST or not math.isfinite(target):
        return Funnel(np.full(len(at), np.nan), math.nan, math.nan, target)
    weight = 1 / chance[good]
    squares = float(weight @ (at[good] - target) ** 2)
    left = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, float((squares - (len(weight) - 1)) / left))
    z = (at - target) / np.sqrt(chance + between)
    return Funnel(z, squares / len(weight), between, target)


def beside_peers(at: np.ndarray, chance: np.ndarray, peers: Sequence[Sequence[int]]) -> np.ndarray:
    """Return how far each authority stands from the mean of its own peers, as a funnel has it.

    The variance between is that of authorities from their peers: smaller than from England, as
    far as peers are alike.

    Parameters
    ----------
    at, chance : ndarray, shape (n,)
        As in `funnel`.
    peers : sequence of sequence of int
        The places of each authority's peers. Of those with fewer than half of them NaN is told.

    Returns
    -------
    ndarray, shape (n,)
        Distances over the root of chance, their own and their peers', and variance between.

    Examples
    --------
    >>> others = [[one for one in range(12) if one != own] for own in range(12)]
    >>> found = beside_peers(np.array([1.0] + [-0.1, 0.1] * 5 + [0.0]), np.full(12, 0.01), others)
    >>> found.round(1)[:3].tolist()
    [3.0, -0.6, 0.1]
    """
    good = np.isfinite(at) & (chance > 0)
    gap, doubt = np.full(len(at), np.nan), np.full(len(at), np.nan)
    for own in np.flatnonzero(good):
        near = np.asarray(peers[int(own)], dtype=int)
        held = near[good[near]] if len(near) else near
        if len(held) and 2 * len(held) >= len(near):
            gap[own] = at[own] - at[held].mean()
            doubt[own] = chance[own] + chance[held].sum() / len(held) ** 2
    return funnel(gap, doubt, 0.0).z


def chance(z: float) -> float:
    """Return how often one is at least so far from what it is set beside.

    >>> round(chance(-1.96), 3)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def verdict(z: float) -> Verdict:
    """Say whether an authority stands farther from the target than authorities usually differ.

    Examples
    --------
    >>> verdict(-2.4).key, verdict(1.1).key, verdict(float("nan")).key
    ('far below', 'among others', 'no standing')
    """
    if not math.isfinite(z):
        return untold("no standing")
    often = chance(z)
    if often > LEVEL:
        return Verdict("usual", often, z, key="among others")
    return Verdict("larger", often, z, key="far above" if z > 0 else "far below")


@dataclass(frozen=True)
class Place:
    """A rank, 1 the highest, with those that share it and the ranks that chance allows."""

    rank: int
    of: int
    alike: int
    low: int
    high: int


def places(values: Sequence[float], at: np.ndarray, chance: np.ndarray) -> list[Place]:
    """Rank authorities, each with the ranks that 19 in 20 repetitions of chance would give it.

    Parameters
    ----------
    values : sequence of float
        What is ranked, as printed: equal values share a rank.
    at, chance : ndarray, shape (n,)
        The same on the scale of `usual.ends`, with its chance variance.

    Returns
    -------
    list of Place
        In the order of the values; the draws have a fixed seed.

    Examples
    --------
    >>> places([5.0, 9.0, 5.0], np.log([5.0, 9.0, 5.0]), np.full(3, 1e-6))[0]
    Place(rank=2, of=3, alike=1, low=2, high=3)
    """
    printed = np.asarray(values, dtype="float64")
    draws = np.random.default_rng(SEED).standard_normal((DRAWS, len(printed)))
    drawn = at + draws * np.sqrt(chance)
    ranks = len(printed) - np.argsort(np.argsort(drawn, axis=1, kind="stable"), axis=1)
    low, high = np.quantile(ranks, [LEVEL / 2, 1 - LEVEL / 2], axis=0)
    found = []
    for mine, first, last in zip(printed, low, high, strict=True):
        rank, alike = int((printed > mine).sum()) + 1, int((printed == mine).sum()) - 1
        # The printed rank, and all that share it, belong to what chance allows.
        reach = max(math.ceil(last), rank + alike)
        found.append(Place(rank, len(printed), alike, min(math.floor(first), rank), reach))
    return found
