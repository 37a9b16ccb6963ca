"""What goes with a mark: a regression whose errors may hang together within a child.

The covariance is the bias-reduced one of Bell and McCaffrey (CR2), the interval that of Student's t
with the degrees of freedom that Satterthwaite's approximation gives the mark.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from thurrock_analysis.errors import ThurrockError

Family = Literal["binomial", "poisson", "gaussian"]
FEWEST_EVENTS, FEWEST_CLUSTERS = 5, 30
"""Events on either side, and clusters, without which nothing is estimated."""
MOST_STEPS = 100
ALPHA, TINY = 0.05, 1e-9
"""What an interval may miss, and a share of a cluster's spread that is none."""
MARK = "marked"


class NotEstimatedError(ThurrockError):
    """The data do not allow an estimate; the text says why."""


@dataclass(frozen=True)
class Effect:
    """What goes with a mark, and between which numbers.

    Attributes
    ----------
    value, low, high : float
        An odds ratio (binomial), a rate ratio (poisson) or a difference (gaussian), with its 95
        per cent interval.
    freedom : float
        Degrees of freedom of the interval: few where few children tell of the mark.
    clusters : int
        Children that the standard error rests on.
    dropped : int
        Rows left out because nothing happened in a whole level of a control.
    """

    value: float
    low: float
    high: float
    freedom: float
    clusters: int
    dropped: int


def effect(
    outcome: np.ndarray,
    marked: np.ndarray,
    controls: pd.DataFrame,
    clusters: np.ndarray,
    family: Family,
    exposure: np.ndarray | None = None,
) -> Effect:
    """Return what goes with a mark, other things held equal, with errors clustered.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        0 or 1 (binomial), counts (poisson) or amounts (gaussian).
    marked : ndarray of bool, shape (n,)
    controls : DataFrame, n rows
        Groups; each enters as a set of indicators. A level in which nothing happened says
        nothing of a ratio and is left out.
    clusters : ndarray, shape (n,)
        Whose rows may hang together: the child.
    exposure : ndarray, optional
        Time at risk of each row (poisson).

    Raises
    ------
    NotEstimatedError
        Too few events on a side, too few children, or a fit that does not converge.

    References
    ----------
    Liang and Zeger, Longitudinal data analysis using generalized linear models, Biometrika 73
    (1986); Bell and McCaffrey, Bias reduction in standard errors for linear regression with
    multi-stage samples, Survey Methodology 28 (2002); Pustejovsky and Tipton, Journal of Business
    and Economic Statistics 36 (2018).

    Examples
    --------
    >>> late = np.tile([1, 0, 0, 0, 1, 0, 1, 0], 20)
    >>> changed = np.tile([0, 0, 0, 0, 1, 1, 1, 1], 20)
    >>> none = pd.DataFrame(index=range(160))
    >>> round(effect(late, changed, none, np.arange(160), "binomial").value, 6)
    3.0
    """
    kept = _told(controls, outcome, family)
    y, mark, cluster = outcome[kept].astype("float64"), marked[kept].astype(bool), clusters[kept]
    _enough(y, mark, cluster, family)
    from scipy.stats import t
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    kinds = {"binomial": families.Binomial, "poisson": families.Poisson,
             "gaussian": families.Gaussian}  # fmt: skip
    design = _design(mark, controls[kept])
    offset = None if exposure is None else np.log(exposure[kept])
    fitted = GLM(y, design.to_numpy(), family=kinds[family](), offset=offset).fit(
        maxiter=MOST_STEPS
    )
    place = design.columns.get_loc(MARK)
    weight = np.sqrt(fitted.family.variance(fitted.mu))
    value, numbers = fitted.params[place], pd.factorize(cluster)[0]
    error, freedom = _error(
        design.to_numpy() * weight[:, None], (y - fitted.mu) / weight, numbers, place
    )
    width = t.ppf(1 - ALPHA / 2, freedom) * error
    low, high = value - width, value + width
    if not fitted.converged or not np.isfinite([value, low, high]).all():
        raise NotEstimatedError("The fit did not converge, so nothing is told of it.")
    if family != "gaussian":
        value, low, high = np.exp([value, low, high])
    count, dropped = int(numbers.max()) + 1, int((~kept).sum())
    return Effect(float(value), float(low), float(high), freedom, count, dropped)


def _error(x: np.ndarray, e: np.ndarray, cluster: np.ndarray, place: int) -> tuple[float, float]:
    """Return the CR2 error of a coefficient and its degrees of freedom.

    `x` and `e` are design and residuals over their expected errors, all independent and of one
    spread if the model holds; that is what the correction of each cluster and the degrees of
    freedom take for granted, the sum of squares does not.
    """
    bread = np.linalg.pinv(x.T @ x)
    order = np.argsort(cluster, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1)
    pull, scores, squares = np.empty((len(parts), x.shape[1])), [], []
    for at, rows in enumerate(parts):
        mine = x[rows]
        share, axes = np.linalg.eigh(np.eye(len(rows)) - mine @ bread @ mine.T)
        inverse = np.where(share > TINY, 1 / np.sqrt(np.maximum(share, TINY)), 0.0)
        lever = (axes * inverse) @ (axes.T @ (mine @ bread[place]))
        pull[at] = mine.T @ lever
        scores.append(lever @ e[rows])
        squares.append(lever @ lever)
    spread = np.diag(squares) - pull @ bread @ pull.T
    freedom = np.trace(spread) ** 2 / np.sum(spread**2)
    return float(np.sqrt(np.sum(np.square(scores)))), float(freedom)


def _told(controls: pd.DataFrame, outcome: np.ndarray, family: Family) -> np.ndarray:
    """Return the rows whose levels of every control say something."""
    kept = np.ones(len(outcome), bool)
    if family == "gaussian":
        return kept
    for name in controls:
        spread = pd.Series(outcome).groupby(controls[name].to_numpy())
        some = spread.transform("sum") > 0
        if family == "binomial":
            some &= spread.transform("mean") < 1
        kept &= some.to_numpy()
    return kept


def _enough(y: np.ndarray, mark: np.ndarray, cluster: np.ndarray, family: Family) -> None:
    sides = {"after a change": mark, "without one": ~mark}
    for name, side in sides.items():
        events = int(side.sum() if family == "gaussian" else y[side].sum())
        whole = family == "binomial" and 0 < side.sum() == events
        if events < FEWEST_EVENTS or whole:
            said = "all" if whole else f"only {events}" if events else "none"
            raise NotEstimatedError(
                f"Too little to compare: {said} of these {name}, and {FEWEST_EVENTS} are needed."
            )
    count = len(np.unique(cluster))
    if count < FEWEST_CLUSTERS:
        raise NotEstimatedError(
            f"Too little to compare: {count} children, and {FEWEST_CLUSTERS} are needed."
        )


def _design(mark: np.ndarray, controls: pd.DataFrame) -> pd.DataFrame:
    """Return columns of the model: one, the mark, and all but the first level of each control."""
    levels = [
        pd.get_dummies(controls[name].astype(str), prefix=name, drop_first=True, dtype="float64")
        for name in controls
    ]
    first = pd.DataFrame({"one": 1.0, MARK: mark.astype("float64")}, index=controls.index)
    return pd.concat([first, *levels], axis="columns")
