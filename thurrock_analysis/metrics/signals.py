"""XmR charts: what a series is without its seasons, its limits, and which points are a signal.

Every function takes one series or many, a row each; a missing value is a gap, over which no
moving range, run or trend goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

OUTSIDE, TREND, NEAR, SHIFT = "outside", "trend", "near", "shift"
KINDS = (OUTSIDE, TREND, NEAR, SHIFT)
"""By which of several a point is called, the first that holds."""
AMONG, OF = 2, 3
"""So many of so many points near a limit."""
TINY = 1e-12


@dataclass(frozen=True)
class Rules:
    """The constants of the chart: those of *Making Data Count*, and when a series is long enough.

    Attributes
    ----------
    factor : float
        Limits lie so many mean moving ranges from the mean.
    screen : float
        Moving ranges beyond so many times their mean are left out, once; 0 leaves none out.
    run : int
        Points of a shift, all on one side, and of a trend, all rising or falling.
    near : float
        Share of the way to a limit from which a point is near it.
    """

    factor: float = 2.66
    screen: float = 3.267
    run: int = 7
    near: float = 2 / 3


@dataclass(frozen=True)
class Limits:
    """The mean of a series and its limits, a number each or one a series."""

    centre: Floats
    reach: Floats

    @property
    def low(self) -> Floats:
        """The lower limit."""
        return self.centre - self.reach

    @property
    def high(self) -> Floats:
        """The upper limit."""
        return self.centre + self.reach


def limits(values: Floats, rules: Rules = Rules()) -> Limits:
    """Return the limits of natural variation, from the ranges between neighbouring points.

    Examples
    --------
    >>> found = limits(np.array([10.0, 12.0, 11.0, 13.0]))
    >>> [round(float(each), 2) for each in (found.low, found.centre, found.high)]
    [7.07, 11.5, 15.93]
    """
    ranges = np.abs(np.diff(values, axis=-1))
    mean = _mean(ranges)
    if rules.screen:
        # A range of just so many means stays: a series that stands still has limits of its own.
        kept = ranges <= rules.screen * mean[..., None]
        mean = _mean(np.where(kept, ranges, np.nan))
    return Limits(_mean(values), rules.factor * mean)


def flags(values: Floats, found: Limits, rules: Rules = Rules()) -> dict[str, Flags]:
    """Return which points each rule marks.

    Returns
    -------
    dict of str to array of bool
        ``"outside"``: beyond a limit; ``"trend"``: of a run of points that rise or fall all
        along; ``"near"``: of two in three points near one limit, all three on one side of the
        mean; ``"shift"``: of a run of points on one side of the mean.

    Examples
    --------
    >>> marked = flags(np.arange(1.0, 8.0), limits(np.arange(1.0, 8.0)))
    >>> marked["trend"].all(), marked["shift"].any()
    (np.True_, np.False_)
    """
    centre, reach = found.centre[..., None], found.reach[..., None]
    away = values - centre
    away = np.where(np.abs(away) <= TINY * np.abs(centre), 0.0, away)  # rounding is no distance
    side = np.nan_to_num(np.sign(away))
    outside = np.abs(away) > reach
    close = ~outside & (np.abs(away) > rules.near * reach)
    step = np.nan_to_num(np.sign(np.diff(values, axis=-1)))
    return {
        OUTSIDE: outside,
        TREND: _run(step, rules.run - 1, further=1),
        NEAR: close & _some_near(close, side),
        SHIFT: _run(side, rules.run),
    }


def named(marked: Mapping[str, Flags]) -> npt.NDArray[np.str_]:
    """Return by which rule each point is called, ``""`` where none marks it.

    >>> named({"outside": np.array([True, False]), "shift": np.array([True, False])}).tolist()
    ['outside', '']
    """
    held = [kind for kind in KINDS if kind in marked]
    return np.select([marked[kind] for kind in held], held, "")


def _mean(values: Floats) -> Floats:
    """Return the mean of what is known, NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    mean: Floats = np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
    return mean


def _run(signs: Floats, length: int, further: int = 0) -> Flags:
    """Mark what lies in a window of equal signs; steps mark the points at both their ends."""
    shape = (*signs.shape[:-1], signs.shape[-1] + further)
    if signs.shape[-1] < length:
        return np.zeros(shape, dtype=np.bool_)
    whole = np.abs(sliding_window_view(signs, length, axis=-1).sum(axis=-1)) == length
    return _covered(whole, length + further)


def _some_near(close: Flags, side: Floats) -> Flags:
    if close.shape[-1] < OF:
        return np.zeros(close.shape, dtype=np.bool_)
    enough = sliding_window_view(close, OF, axis=-1).sum(axis=-1) >= AMONG
    together = np.abs(sliding_window_view(side, OF, axis=-1).sum(axis=-1)) == OF
    return _covered(enough & together, OF)


def _covered(windows: Flags, length: int) -> Flags:
    """Mark every point of a window that holds."""
    before = np.zeros((*windows.shape[:-1], length - 1), dtype=np.bool_)
    padded = np.concatenate([before, windows, before], axis=-1)
    return np.asarray(sliding_window_view(padded, length, axis=-1).any(axis=-1))


@dataclass(frozen=True)
class Seasons:
    """What a calendar month is of a usual one, and how it was decided that there are seasons.

    Attributes
    ----------
    effect : array
        For each calendar month: a factor, or an amount where `factor` is false.
    factor : bool
        Whether values are divided by the effect; else it is taken off.
    p : float
        Probability of months as unlike as these without seasons; NaN where too little is known.
    """

    effect: Floats
    factor: bool
    p: float

    def out_of(self, values: Floats, months: Whole) -> Floats:
        """Return a series without its seasons; ``months`` are 1 to 12."""
        usual = self.effect[months - 1]
        return values / usual if self.factor else values - usual


def seasons(values: Floats, months: Whole, cycle: int, factor: bool = True) -> Seasons:
    """Find the seasons of a series: what each month is of the year around it.

    The year around a point is the centred mean over a cycle. Whether months differ is decided by
    the test of Kruskal and Wallis; their effects are medians, brought to a mean of one (or none).

    Parameters
    ----------
    values : array
        One series.
    months : array of int
        The calendar month of each point, 1 to 12.
    cycle : int
        Points of a year: 12 or 52.
    factor : bool
        Whether a season multiplies, as of a count; else it adds, as of a share.

    Examples
    --------
    >>> months = np.tile(np.arange(1, 13), 5)
    >>> found = seasons(np.where(months == 8, 60.0, 104.0) + months % 2, months, 12)
    >>> found.effect[7].round(2), found.p < 0.01
    (np.float64(0.6), True)
    """
    around = _centred(values, cycle)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = values / around if factor else values - around
    parts = np.where(np.isfinite(parts), parts, np.nan)
    groups = [parts[(months == month) & ~np.isnan(parts)] for month in range(1, 13)]
    nothing = np.full(12, 1.0 if factor else 0.0)
    if min(len(group) for group in groups) < 2:
        return Seasons(nothing, factor, np.nan)
    if np.ptp(np.concatenate(groups)) == 0:
        return Seasons(nothing, factor, 1.0)
    from scipy.stats import kruskal  # takes a second, and only returns have months

    p = float(kruskal(*groups).pvalue)
    effect = np.array([np.median(group) for group in groups])
    if factor and not effect.min() > 0:
        return seasons(values, months, cycle, factor=False)
    return Seasons(effect / effect.mean() if factor else effect - effect.mean(), factor, p)


def _centred(values: Floats, cycle: int) -> Floats:
    """Return the mean of the year around each point, NaN where it is not whole."""
    weights = np.ones(cycle + 1)
    weights[[0, -1]] = 0.5
    around = np.full(len(values), np.nan)
    if len(values) > cycle:
        half = cycle // 2
        around[half : len(values) - half] = np.convolve(values, weights / cycle, "valid")
    return around
