"""Intervals from past errors, and how they are scored.

Errors are measured on a steady scale (the square root of a count, the arcsine of a share), in
units of what is usual for the size of an area.
"""

import numpy as np
import pandas as pd

from thurrock_analysis.metrics.forecasting import Floats, Scale
from thurrock_analysis.metrics.rounding import round_half_away

LEVELS = (0.80, 0.95)
QUANTILES = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
LEAST_ORIGINS = 3
"""Years whose forecasts have come due: fewer give no interval, for their errors go together."""
MEMORY = 0.6
"""Weight of an error beside one of a year later."""
PRIOR = 12.0
"""Errors of an area that count as much as what is usual for its size."""
WILD = 16.0
"""Squared standardised error beyond which one counts no further."""


def usual(errors: Floats, terms: Floats, weights: Floats) -> Floats:
    """Return the parts of the usual squared error, none negative: constant, and by size.

    Examples
    --------
    >>> size = np.array([100.0, 400.0] * 50)
    >>> terms = Scale().terms(size)
    >>> usual(np.sqrt(1 + size / 100), terms, np.ones(100)).round(3).tolist()
    [1.0, 0.01]
    """
    from scipy.optimize import nnls  # takes a while, and a report does not need it

    squares, parts = errors**2, np.array([np.average(errors**2, weights=weights), 0.0])
    for _ in range(8):  # each error counts by how well its size is known
        expected = np.maximum(terms @ parts, 1e-12)
        scaled = np.sqrt(weights) / expected
        parts, _ = nnls(terms * scaled[:, None], np.minimum(squares, 9 * expected) * scaled)
    return np.asarray(parts)


def needed(level: float) -> int:
    """Return how many past errors an interval of a level takes: one beyond it on each side.

    Examples
    --------
    >>> needed(0.8), needed(0.95)
    (9, 39)
    """
    return round(2 / (1 - level)) - 1


def quantile(errors: Floats, weights: Floats, share: float) -> float:
    """Return a quantile of weighted errors, the error to come counted as beyond it.

    Returns
    -------
    float
        NaN where it takes more errors.

    Examples
    --------
    >>> errors = np.arange(1.0, 40.0)
    >>> [quantile(errors, np.ones(39), share) for share in (0.025, 0.5, 0.975, 0.99)]
    [1.0, 20.0, 39.0, nan]
    """
    if share < 0.5:
        return -quantile(-errors, weights, 1 - share)
    order = np.argsort(errors, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, share * (reached[-1] + weights.max()) - 1e-9))
    return float(errors[order][place]) if place < len(errors) else float("nan")


def fan(past: pd.DataFrame, now: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Return quantiles of what is to come, from the errors of forecasts that have come due.

    Parameters
    ----------
    past : DataFrame
        A row a forecast of one horizon: ``area``, ``year`` (from which it was made), ``size``,
        ``forecast`` and ``outturn``.
    now : DataFrame
        The forecasts to surround: ``area``, ``size`` and ``forecast``.
    scale : Scale
        Of the measure.

    Returns
    -------
    DataFrame of float
        The rows of `now`, a column each of `QUANTILES`; NaN where too few errors are known.
    """
    found = pd.DataFrame(np.nan, now.index, list(QUANTILES))
    if past["year"].nunique() < LEAST_ORIGINS:
        return found
    weights = MEMORY ** (past["year"].max() - past["year"].to_numpy(float))
    errors = scale.steady(past["outturn"].to_numpy()) - scale.steady(past["forecast"].to_numpy())
    parts = usual(errors, scale.terms(past["size"].to_numpy()), weights)
    standard = errors / np.sqrt(scale.terms(past["size"].to_numpy()) @ parts)
    counted = pd.DataFrame({"squares": np.minimum(standard**2, WILD), "number": 1.0})
    counted = counted.mul(weights, axis=0)
    whole = counted.groupby(past["area"].to_numpy()).sum()
    others = whole.reindex(past["area"]).reset_index(drop=True) - counted  # not its own judge
    standard = standard / own_spread(others)
    centre = scale.steady(now["forecast"].to_numpy())
    unit = np.sqrt(scale.terms(now["size"].to_numpy()) @ parts)
    unit = unit * own_spread(whole.reindex(now["area"], fill_value=0.0))
    for share in QUANTILES:
        found[share] = scale.unsteady(centre + quantile(standard, weights, share) * unit)
    return found


def own_spread(counted: pd.DataFrame) -> Floats:
    """Return how wide the errors of each area are beside what is usual for its size."""
    known = PRIOR + counted.to_numpy().clip(min=0)
    return np.asarray(np.sqrt(known[:, 0] / known[:, 1]))


def ends_of(level: float) -> tuple[float, float]:
    """Return the two quantiles between which an interval of a level lies.

    Examples
    --------
    >>> ends_of(0.8), ends_of(0.95)
    ((0.1, 0.9), (0.025, 0.975))
    """
    beyond = round((1 - level) / 2, 3)
    return beyond, round(1 - beyond, 3)


def interval_score(low: Floats, high: Floats, outturn: Floats, level: float) -> Floats:
    """Score intervals: their width, and what misses them at 2 / (1 - level); less is better.

    References
    ----------
    Winkler (1972); Gneiting and Raftery (2007).

    Examples
    --------
    >>> interval_score(np.array([10.0]), np.array([20.0]), np.array([23.0]), 0.8).round(6).tolist()
    [40.0]
    """
    missed = np.maximum(low - outturn, 0) + np.maximum(outturn - high, 0)
    return np.asarray(high - low + 2 / (1 - level) * missed)


def clustered(hits: pd.Series, years: pd.Series) -> tuple[float, float]:
    """Return the share of hits and its standard error, those of one year taken together."""
    import statsmodels.api as sm

    if years.nunique() < 2:
        return float(hits.mean()), float("nan")
    fitted = sm.OLS(hits.to_numpy(float), np.ones(len(hits))).fit(
        cov_type="cluster", cov_kwds={"groups": years.to_numpy()}
    )
    return float(fitted.params[0]), float(fitted.bse[0])


def chance(quantiles: Floats, target: float | Floats, below: bool, unit: float = 1.0) -> Floats:
    """Return the chance that what comes reaches a target, within what the quantiles can tell.

    Parameters
    ----------
    quantiles : array of float
        A row a forecast, a column each of `QUANTILES`.
    target : float or array of float
        The number to reach, one for all or one a row.
    below : bool
        Whether to come down to it, or up.
    unit : float
        The step in which figures are printed: a target is reached from half a step away.

    Examples
    --------
    >>> chance(np.array([np.linspace(100, 114, 15)]), 107.0, below=True, unit=0.0).tolist()
    [0.5]
    """
    edges = np.full(len(quantiles), target) + (unit if below else -unit) / 2
    shares = np.array(QUANTILES)
    at_most = np.array(
        [np.interp(edge, row, shares) for edge, row in zip(edges, quantiles, strict=True)]
    )
    return at_most if below else 1 - at_most


def scored(told: pd.DataFrame, outturns: pd.Series, decimals: int) -> pd.DataFrame:
    """Hold the intervals of an outlook, as they are printed, against what came.

    Parameters
    ----------
    told : DataFrame
        Rows of an outlook with ``area``, ``period_end`` and a column each of `QUANTILES`.
    outturns : Series of float
        By area and end of period.
    decimals : int
        Of the measure.

    Returns
    -------
    DataFrame
        The rows that have come due, with ``outturn`` and for each level ``low 0.8``,
        ``high 0.8``, ``held 0.8`` (bool) and so on.
    """
    keys = pd.MultiIndex.from_frame(told[["area", "period_end"]].astype({"area": "str"}))
    due = told.assign(outturn=outturns.reindex(keys).to_numpy()).dropna(subset="outturn")
    for level in LEVELS:
        low, high = (round_half_away(due[share], decimals) for share in ends_of(level))
        held = due["outturn"].between(low, high)
        due = due.assign(**{f"low {level}": low, f"high {level}": high, f"held {level}": held})
    return due
