"""How long something lasts where some have not ended yet, and in which of several ways it ends.

Times are numbers of days since the start. Who was open already when the data begin is at risk
from the day on which the data begin (delayed entry), who is open still until the data end.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from thurrock_analysis.metrics.clustered import NotEstimatedError

Floats = npt.NDArray[np.float64]
Z = 1.959963984540054
OPEN = ""
"""The way of ending of what is open still."""
FROM_START = -1.0
"""When one enters who is seen from the start: before all times, a stay of no day included."""
FEWEST_EVENTS = 20
"""Ends without which no regression is made."""
Interval = tuple[float, float, float]
"""A value, and between which numbers it lies; not a number where that is not reached."""


@dataclass(frozen=True)
class Curve:
    """Kaplan-Meier survival and Aalen-Johansen incidences, at every time at which one ends.

    Attributes
    ----------
    time, at_risk, ended : ndarray, shape (k,)
        The times at which some end, how many were open just before, and how many end.
    ways : dict of str to ndarray
        How many end in each way.
    count : int
        How many there are.
    followed : float
        The longest time for which anybody was followed.
    """

    time: Floats
    at_risk: Floats
    ended: Floats
    ways: Mapping[str, Floats]
    count: int
    followed: float

    @cached_property
    def survival(self) -> Floats:
        """The share open after each time."""
        return np.asarray(np.cumprod(1 - self.ended / self.at_risk), "float64")

    @cached_property
    def incidence(self) -> dict[str, Floats]:
        """The share that has ended in each way by each time: with `survival` they come to one."""
        before = np.append(1.0, self.survival)[:-1]
        return {way: np.cumsum(before * each / self.at_risk) for way, each in self.ways.items()}

    @cached_property
    def _greenwood(self) -> Floats:
        """What each time adds to Greenwood's sum; nothing where all at risk end."""
        left = self.at_risk - self.ended
        parts = self.ended / (self.at_risk * np.where(left > 0, left, np.inf))
        return np.asarray(parts)

    @property
    def emptied(self) -> float:
        """The time at which all at risk end though others come later, not a number if never."""
        at = np.flatnonzero(self.at_risk == self.ended)
        return float(self.time[at[0]]) if len(at) and at[0] < len(self.time) - 1 else np.nan

    def _place(self, time: float) -> int:
        return int(np.searchsorted(self.time, time, side="right")) - 1

    def open_at(self, time: float) -> Interval:
        """Return the share still open after a time, with its log-log interval."""
        at = self._place(time)
        if at < 0:
            return 1.0, 1.0, 1.0
        share = float(self.survival[at])
        low, high = _loglog(share, share * float(np.sqrt(self._greenwood[: at + 1].sum())))
        return share, low, high

    def ended_at(self, way: str, time: float) -> Interval:
        """Return the share that has ended in a way by a time, with its log-log interval."""
        at = self._place(time)
        if at < 0:
            return 0.0, 0.0, 0.0
        here = slice(0, at + 1)
        reached = self.incidence[way][here]
        before = np.append(1.0, self.survival)[here]
        n, mine, ahead = self.at_risk[here], self.ways[way][here], reached[-1] - reached
        spread = np.sum(
            ahead**2 * self._greenwood[here]
            + before**2 * mine * (n - mine) / n**3
            - 2 * ahead * before * mine / n**2
        )
        low, high = _loglog(1 - float(reached[-1]), float(np.sqrt(max(spread, 0.0))))
        return float(reached[-1]), 1 - high, 1 - low

    def lasting(self, share: float = 0.5) -> Interval:
        """Return the time by which so many have ended, the median if half."""
        ends = np.array([self.open_at(time) for time in self.time]).reshape(-1, 3)
        reached = ends[:, 0] <= 1 - share + 1e-12
        low, high = ends[:, 1] <= 1 - share, ends[:, 2] <= 1 - share
        return _first(self.time, reached), _first(self.time, low), _first(self.time, high)

    def restricted(self, horizon: float) -> Interval:
        """Return the mean of the time or the horizon, whichever is less, with its interval.

        Raises
        ------
        NotEstimatedError
            Some are open still at the longest time followed, which is before the horizon.
        """
        if self.followed < horizon and (not len(self.time) or self.survival[-1] > 0):
            raise NotEstimatedError(f"Nobody was followed for {horizon:,.0f} days.")
        time = np.minimum(self.time, horizon)
        steps = np.diff(np.concatenate([[0.0], time, [horizon]]))
        parts = np.append(1.0, self.survival) * steps
        mean, ahead = float(parts.sum()), parts.sum() - np.cumsum(parts)[:-1]
        spread = Z * float(np.sqrt(np.sum(ahead**2 * self._greenwood)))
        return mean, max(mean - spread, 0.0), min(mean + spread, horizon)


def curve(stop: np.ndarray, way: np.ndarray, entry: np.ndarray | None = None) -> Curve:
    """Return how long something lasts, and how it ends.

    Parameters
    ----------
    stop : ndarray, shape (n,)
        Days from the start to the end, or to the last day known.
    way : ndarray of str, shape (n,)
        How it ended, ``""`` where it is open.
    entry : ndarray, optional
        Days from the start to the first day known: at risk are those with ``entry < time``.
        ``-1``, or no array, for who is known from the start.

    Raises
    ------
    NotEstimatedError
        Nobody is left at risk.

    References
    ----------
    Kaplan and Meier, Journal of the American Statistical Association 53 (1958); Aalen and
    Johansen, Scandinavian Journal of Statistics 5 (1978); Marubini and Valsecchi, Analysing
    Survival Data (1995), 10.3.

    Examples
    --------
    >>> found = curve(np.array([1.0, 2, 2, 4]), np.array(["home", "home", "", "adopted"]))
    >>> found.survival.tolist(), {way: at.tolist() for way, at in found.incidence.items()}
    ([0.75, 0.5, 0.0], {'adopted': [0.0, 0.0, 0.5], 'home': [0.25, 0.5, 0.5]})
    """
    begun = np.full(len(stop), FROM_START) if entry is None else np.asarray(entry, "float64")
    stop, way = np.asarray(stop, "float64"), np.asarray(way, object)
    seen = begun < stop
    if not seen.any():
        raise NotEstimatedError("Nobody is left at risk, so nothing is told of how long it lasts.")
    stop, way, begun = stop[seen], way[seen], begun[seen]
    ended = way != OPEN
    time = np.unique(stop[ended])
    at_risk = np.searchsorted(np.sort(begun), time, "left") - np.searchsorted(
        np.sort(stop), time, "left"
    )
    ways = {
        str(each): _counted(stop[way == each], time) for each in sorted(set(way[ended].tolist()))
    }
    total = _counted(stop[ended], time)
    return Curve(time, at_risk.astype("float64"), total, ways, len(stop), float(stop.max()))


def _counted(stop: Floats, time: Floats) -> Floats:
    return np.bincount(np.searchsorted(time, stop), minlength=len(time)).astype("float64")


def _loglog(share: float, error: float) -> tuple[float, float]:
    """Return an interval that stays between 0 and 1; the share itself where it is either."""
    if not 0 < share < 1:
        return share, share
    width = Z * error / (share * abs(np.log(share)))
    low, high = share ** np.exp(width), share ** np.exp(-width)
    return float(low), float(high)


def _first(time: Floats, reached: np.ndarray) -> float:
    return float(time[reached.argmax()]) if reached.any() else np.nan


@dataclass(frozen=True)
class Regression:
    """Ratios of rates at which something ends, and whether they are the same at all times.

    Attributes
    ----------
    ratios : DataFrame
        A row a column of the design: ``value``, ``low``, ``high`` and ``constant``, the
        probability of such residuals were the ratio the same at all times.
    constant : float
        That probability for all columns together.
    ended : int
        How many ended.
    silent : tuple of str
        Columns that mark those of whom none ended: left out with them.
    """

    ratios: pd.DataFrame
    constant: float
    ended: int
    silent: tuple[str, ...] = ()


def regression(
    stop: np.ndarray, ended: np.ndarray, design: pd.DataFrame, entry: np.ndarray | None = None
) -> Regression:
    """Fit a Cox regression (Efron's ties) and test that its ratios are the same at all times.

    Parameters
    ----------
    stop, entry : ndarray, shape (n,)
        As `curve` has them.
    ended : ndarray of bool, shape (n,)
        Whether it ended in the way asked for.
    design : DataFrame, n rows
        Numbers; a column that is the same for all is left out.

    Raises
    ------
    NotEstimatedError
        Too few ends, nothing to compare, or a fit that does not converge.

    References
    ----------
    Cox, Journal of the Royal Statistical Society B 34 (1972); Grambsch and Therneau, Biometrika
    81 (1994), with the order of the times at which some end.
    """
    begun = np.full(len(stop), FROM_START) if entry is None else np.asarray(entry, "float64")
    kept, silent = begun < stop, []
    for name in design:
        if _never(design[name].to_numpy()[kept], ended[kept]):
            silent.append(str(name))
            kept = kept & (design[name].to_numpy() == 0)
    design = design[kept].astype("float64")
    design = design.loc[:, design.nunique() > 1]
    count = int(ended[kept].sum())
    if count < FEWEST_EVENTS or design.empty:
        few = "they do not differ" if design.empty else f"only {count} ended in this way"
        raise NotEstimatedError(f"No regression was made: {few}.")
    middle, spread = design.mean(), design.std()
    scaled = (design - middle) / spread
    if np.linalg.matrix_rank(scaled) < scaled.shape[1]:
        raise NotEstimatedError("No regression was made: two of what is compared are the same.")
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    model = PHReg(
        stop[kept] + 0.5, scaled.to_numpy(), status=ended[kept].astype(int), ties="efron",
        entry=np.where(begun < 0, 0, begun + 0.5)[kept],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fitted = model.fit(disp=False)
        except ConvergenceWarning:
            raise NotEstimatedError("No regression was made: the fit did not converge.") from None
    each, together = _constant(fitted, stop[kept] + 0.5, ended[kept])
    log, error = fitted.params / spread, fitted.bse / spread
    ratios = {"value": log, "low": log - Z * error, "high": log + Z * error}
    table = np.exp(pd.DataFrame(ratios)).assign(constant=each)
    return Regression(table.set_axis(design.columns), together, count, tuple(silent))


def _never(column: np.ndarray, ended: np.ndarray) -> bool:
    """Say whether a column marks some of whom none ended: nothing is to be estimated of them."""
    marks = set(np.unique(column).tolist()) == {0.0, 1.0}
    return marks and not ended[column == 1].any()


def _constant(fitted: object, stop: np.ndarray, ended: np.ndarray) -> tuple[Floats, float]:
    """Test Schoenfeld's residuals against the order of time, each and together."""
    from scipy.stats import chi2, rankdata

    residuals = fitted.schoenfeld_residuals[ended]  # type: ignore[attr-defined]
    order = rankdata(stop[ended])
    order = order - order.mean()
    covariance = fitted.cov_params()  # type: ignore[attr-defined]
    count, size = len(order), float(np.sum(order**2))
    moved = order @ residuals
    scaled = count * covariance @ moved
    each = scaled**2 / (count * np.diag(covariance) * size)
    together = count * moved @ covariance @ moved / size
    return np.asarray(chi2.sf(each, 1)), float(chi2.sf(together, len(each)))
