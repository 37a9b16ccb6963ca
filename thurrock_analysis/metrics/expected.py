"""What count an authority would be expected to have, given its children and factors of need."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thurrock_analysis.errors import ThurrockError

Floats = NDArray[np.float64]
STEPS = 100
CLOSE = 1e-10
LARGEST = 1e8
"""Of the shape: beyond it counts vary no more than chance has it."""


def leave_one_out(
    rows: pd.DataFrame, factors: list[str], own: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Expect each authority's count from all others: what one with its factors would have.

    A negative binomial regression with a log link. Its spread holds what authorities with equal
    factors differ by, beyond chance.

    Parameters
    ----------
    rows : DataFrame
        A row an authority: ``actual`` (a count, NaN where it is hidden), ``population``, and a
        column a factor, as it enters the model.
    factors : list of str
        The columns of factors.
    own : DataFrame, optional
        The same rows with other factors for the authority itself, as a hidden one could be.

    Returns
    -------
    DataFrame
        The same index: ``expected``, and ``spread``, the squared coefficient of variation of an
        authority with these factors, chance apart, the doubt of the fit included.

    References
    ----------
    Cameron and Trivedi (2013), Regression Analysis of Count Data, section 3.3: the NB2 model.

    Examples
    --------
    >>> rows = pd.DataFrame({"actual": [20, 44, 58, 83, 95.0], "population": [1e3] * 5})
    >>> leave_one_out(rows, [])["expected"].round(1).tolist()
    [70.0, 64.0, 60.5, 54.2, 51.3]
    """
    design, asked = (
        np.column_stack([np.ones(len(rows)), *(frame[name] for name in factors)])
        for frame in (rows, rows if own is None else own)
    )
    known = rows["actual"].notna().to_numpy()
    used = known & ~np.eye(len(rows), dtype=bool)
    counts = rows["actual"].fillna(0).to_numpy(dtype=float)
    offset = np.log(rows["population"].to_numpy(dtype=float))
    slopes, shape, doubts = fit(design, counts, offset, used)
    error = np.einsum("fi,fij,fj->f", asked, doubts, asked)
    return pd.DataFrame(
        {
            "expected": np.exp(np.sum(asked * slopes, axis=1) + offset),
            "spread": (1 + 1 / shape) * np.exp(error) - 1,
        },
        index=rows.index,
    )


def fit(
    design: Floats, counts: Floats, offset: Floats, used: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Fit one negative binomial model for each row of ``used``, which says who is in it.

    Returns
    -------
    (ndarray, ndarray, ndarray)
        Slopes (fits by columns), shape (1 / alpha of NB2) and the covariance of the slopes:
        the maximum of the likelihood, as each step climbs in slopes and then in the shape.
    """
    fits, size = len(used), design.shape[1]
    products = np.einsum("ni,nj->nij", design, design).reshape(len(design), -1)
    start = np.log((used @ counts) / (used @ np.exp(offset)))
    slopes = np.zeros((fits, size))
    slopes[:, 0] = start
    shape = np.full(fits, 10.0)
    for _ in range(STEPS):
        before = slopes, shape
        linear = slopes @ design.T
        mean = np.exp(linear + offset)
        weight = used * mean / (1 + mean / shape[:, None])
        worked = weight * (linear + (counts - mean) / mean)
        bread = (weight @ products).reshape(fits, size, size)
        slopes = np.linalg.solve(bread, (worked @ design)[..., None])[..., 0]
        shape = climb(shape, counts, np.exp(slopes @ design.T + offset), used)
        moved = np.abs(slopes - before[0]).max(), np.abs(np.log(shape / before[1])).max()
        if max(moved) < CLOSE:
            break
    else:
        raise ThurrockError("The model of expected values found no maximum: look at its factors.")
    return slopes, shape, np.linalg.inv(bread)


def climb(shape: Floats, counts: Floats, mean: Floats, used: NDArray[np.bool_]) -> Floats:
    """Take one step of Newton in the logarithm of the shape, the means held."""
    from scipy.special import polygamma, psi  # the expected values are read far more than fitted

    r = shape[:, None]
    first = psi(counts + r) - psi(r) + np.log(r / (r + mean)) + 1 - (counts + r) / (r + mean)
    second = polygamma(1, counts + r) - polygamma(1, r)
    second += 1 / r - 2 / (r + mean) + (counts + r) / (r + mean) ** 2
    slope = shape * np.sum(used * first, axis=1)
    bend = shape**2 * np.sum(used * second, axis=1) + slope
    step = np.where(bend < 0, -slope / np.where(bend < 0, bend, 1), np.sign(slope))
    moved: Floats = np.minimum(shape * np.exp(np.clip(step, -1, 1)), LARGEST)
    return moved


def limits(expected: pd.Series, spread: pd.Series, share: float) -> tuple[pd.Series, pd.Series]:
    """Return between which counts a share of authorities lies: half of the rest on each side."""
    from scipy.stats import nbinom

    shape, chance = 1 / spread, 1 / (1 + spread * expected)
    low, high = (nbinom.ppf(side, shape, chance) for side in ((1 - share) / 2, (1 + share) / 2))
    return pd.Series(low, expected.index), pd.Series(high, expected.index)
