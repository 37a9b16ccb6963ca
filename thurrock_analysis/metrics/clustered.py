"""What goes with a mark: a regression whose errors may hang together within a child."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from thurrock_analysis.errors import ThurrockError

Family = Literal["binomial", "poisson", "gaussian"]
FEWEST_EVENTS, FEWEST_CLUSTERS = 5, 30
"""Events on either side, and clusters, without which nothing is estimated."""
MOST_STEPS = 100
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
    clusters : int
        Children that the standard error rests on.
    dropped : int
        Rows left out because nothing happened in a whole level of a control.
    """

    value: float
    low: float
    high: float
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
    (1986).

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
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    kinds = {"binomial": families.Binomial, "poisson": families.Poisson,
             "gaussian": families.Gaussian}  # fmt: skip
    design = _design(mark, controls[kept])
    offset = None if exposure is None else np.log(exposure[kept])
    numbers = pd.factorize(cluster)[0]
    model = GLM(y, design.to_numpy(), family=kinds[family](), offset=offset)
    fitted = model.fit(maxiter=MOST_STEPS, cov_type="cluster", cov_kwds={"groups": numbers})
    place = design.columns.get_loc(MARK)
    value, (low, high) = fitted.params[place], fitted.conf_int()[place]
    if not fitted.converged or not np.isfinite([value, low, high]).all():
        raise NotEstimatedError("The fit did not converge, so nothing is told of it.")
    if family != "gaussian":
        value, low, high = np.exp([value, low, high])
    return Effect(float(value), float(low), float(high), int(numbers.max()) + 1, int((~kept).sum()))


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
