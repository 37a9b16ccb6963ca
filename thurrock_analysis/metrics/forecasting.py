"""Forecasts of many areas at once: what is known, and simple candidates to go on from it.

Candidates work on a link scale (the logarithm of a count, the logit of a share).
"""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

HORIZONS = (1, 2, 3)
LEAST_FIGURES = 4
DAMPING = 0.8
"""Share of a growth that is left a year later."""
RECENT = 3
"""Years over which England's growth is taken."""
NO_CHANGE = "no change"


@dataclass(frozen=True)
class Scale:
    """How a kind of measure is transformed: counts, or shares in per cent of a size."""

    share: bool = False

    def link(self, values: Floats, size: Floats) -> Floats:
        """Return values where growth is additive; nothing and all stay finite."""
        if self.share:
            cases = values / 100 * size
            return np.asarray(np.log((cases + 0.5) / (size - cases + 0.5)))
        return np.asarray(np.log(values + 0.5))

    def unlink(self, linked: Floats, size: Floats) -> Floats:
        """Return the values of linked ones.

        Examples
        --------
        >>> share, size = Scale(share=True), np.array([200.0])
        >>> share.unlink(share.link(np.array([40.0]), size), size).round(6).tolist()
        [40.0]
        """
        if self.share:
            whole = ((size + 1) / (1 + np.exp(-linked)) - 0.5) / size * 100
            return np.asarray(np.clip(whole, 0, 100))
        return np.asarray(np.maximum(np.exp(linked) - 0.5, 0))

    def steady(self, values: Floats) -> Floats:
        """Return values where chance has one variance."""
        return np.arcsin(np.sqrt(values / 100)) if self.share else np.sqrt(values + 0.375)

    def unsteady(self, values: Floats) -> Floats:
        """Return the values of steady ones, within what is possible."""
        if self.share:
            return np.asarray(100 * np.sin(np.clip(values, 0, np.pi / 2)) ** 2)
        return np.asarray(np.maximum(np.maximum(values, 0) ** 2 - 0.375, 0))

    def terms(self, size: Floats) -> Floats:
        """Return what the variance of a steady error is a sum of: a row an area."""
        return np.column_stack([np.ones_like(size), 1 / size if self.share else size])


@dataclass(frozen=True)
class Panel:
    """What was known of a measure in one year: a row an area with a number in that year.

    Attributes
    ----------
    values : DataFrame of float
        A row an area, a column a closing year, the newest last; NaN where there is no number.
    england : Series of float
        England's, by closing year.
    size : Series of float
        The newest count of each area, or the cases of which a share is taken; never zero.
    """

    values: pd.DataFrame
    england: pd.Series
    size: pd.Series
    scale: Scale = Scale()

    @property
    def linked(self) -> pd.DataFrame:
        """The values on the link scale."""
        size = self.size.to_numpy()[:, None]
        made = self.scale.link(self.values.to_numpy(), size)
        return pd.DataFrame(made, self.values.index, self.values.columns)

    @property
    def england_linked(self) -> pd.Series:
        """England's on the link scale."""
        known = self.england.reindex(self.values.columns).to_numpy()
        return pd.Series(self.scale.link(known, np.full(len(known), 1e6)), self.values.columns)

    @property
    def apart(self) -> pd.Series:
        """How far each area is from its own mean beside England, on the link scale."""
        beside = self.linked - self.england_linked
        return (beside.iloc[:, -1] - beside.mean(axis=1)).fillna(0.0)


def steps(growth: Floats, damping: float = 1.0) -> Floats:
    """Add up a growth that is damped each year, to each horizon: a row an area.

    Examples
    --------
    >>> steps(np.array([1.0]), 0.5).tolist()
    [[0.5, 0.75, 0.875]]
    """
    left = np.cumsum(damping ** np.array(HORIZONS, float))
    return np.asarray(growth[:, None] * left)


def own_growth(linked: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the mean yearly growth of each area and in how many years it is known."""
    grown = linked.diff(axis=1)
    return grown.mean(axis=1).to_numpy(), grown.notna().sum(axis=1).to_numpy(float)


def shared_growth(panel: Panel) -> Floats:
    """Return the growth of each area, drawn to England's by as much as chance blurs its own."""
    linked = panel.linked
    own, years = own_growth(linked)
    growth = panel.england_linked.diff().iloc[-RECENT:].mean()
    england = 0.0 if np.isnan(growth) else float(growth)
    if years.max() < 2:
        return np.full(len(linked), england)
    within = np.nanmean((linked.diff(axis=1).sub(own, axis=0) ** 2).to_numpy()[years > 1])
    noise = within / np.maximum(years, 1)
    between = max(np.nanvar(own) - noise[years > 0].mean(), 0.0)
    weight = np.where(years > 0, between / (between + noise), 0.0)
    return np.asarray(weight * np.nan_to_num(own) + (1 - weight) * england)


def local_level(linked: pd.DataFrame) -> Floats:
    """Return the level of each area: statsmodels' local level, one ratio of variances for all."""
    from scipy.optimize import minimize_scalar
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    fitted = linked.notna().sum(axis=1).ge(LEAST_FIGURES).to_numpy()
    models = [UnobservedComponents(row, "llevel") for row in linked.to_numpy()[fitted]]
    known = [np.flatnonzero(~np.isnan(row))[1:] for row in linked.to_numpy()[fitted]]

    def filtered(log_ratio: float) -> list[object]:
        for model in models:
            model.update(np.array([1.0, np.exp(log_ratio)]))
        return [model.ssm.filter() for model in models]

    def deviance(log_ratio: float) -> float:
        total = 0.0
        for at, run in zip(known, filtered(log_ratio), strict=True):
            variance = run.forecasts_error_cov[0, 0, at]  # type: ignore[attr-defined]
            squares = run.forecasts_error[0, at] ** 2 / variance  # type: ignore[attr-defined]
            if squares.any():  # a constant series says nothing
                total += np.log(variance).sum() + len(at) * np.log(squares.mean())
        return total

    level = np.full(len(linked), np.nan)
    if models:
        best = minimize_scalar(deviance, bounds=(-4, 4), method="bounded", options={"xatol": 0.1})
        level[fitted] = [run.predicted_state[0, -1] for run in filtered(best.x)]  # type: ignore[attr-defined]
    return level


def smoothed(row: pd.Series) -> tuple[Floats, Floats]:
    """Return forecasts of one series by statsmodels' ETS(A,N,N), and their standard errors.

    Only the years after the last gap are used; NaN if they are too few, or if the fit does not
    converge. A constant series stays.

    Examples
    --------
    >>> smoothed(pd.Series([5.0] * 6))[0].tolist(), smoothed(pd.Series([5.0, 6.0, 7.0]))[0].tolist()
    ([5.0, 5.0, 5.0], [nan, nan, nan])
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    gaps = np.flatnonzero(row.isna())
    run = row.iloc[gaps[-1] + 1 :] if len(gaps) else row
    run = run.reset_index(drop=True)
    ahead, nothing = len(HORIZONS), np.full(len(HORIZONS), np.nan)
    if len(run) < LEAST_FIGURES:
        return nothing, nothing
    if np.ptp(run) == 0:
        return np.full(ahead, run.iloc[-1]), np.zeros(ahead)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = ETSModel(run, error="add").fit(disp=False)
            path = found.get_prediction(len(run), len(run) + ahead - 1)
            mean, error = (
                np.asarray(path.predicted_mean),
                np.sqrt(np.asarray(path.forecast_variance)),
            )
    except (Warning, ValueError, np.linalg.LinAlgError):
        return nothing, nothing
    good = np.isfinite(mean).all() and np.isfinite(error).all()
    return (mean, error) if good else (nothing, nothing)


def candidates(panel: Panel, smooth: Floats, returning: Floats) -> dict[str, Floats]:
    """Return every candidate's forecasts on the link scale: a row an area, a column a horizon.

    Parameters
    ----------
    panel : Panel
        What is known.
    smooth : array of float
        The forecasts of `smoothed`, a row an area.
    returning : array of float
        For each horizon, what share of its distance an area goes back towards its own mean
        (negative), as `return_rate` finds it.

    Returns
    -------
    dict of str to array
        NaN where a candidate cannot be had: no change then stands in.
    """
    linked = panel.linked
    still = np.repeat(linked.iloc[:, [-1]].to_numpy(), len(HORIZONS), axis=1)
    own, _ = own_growth(linked)
    shared = steps(shared_growth(panel), DAMPING)
    back = panel.apart.to_numpy()[:, None] * returning
    level = np.repeat(local_level(linked)[:, None], len(HORIZONS), axis=1)
    return {
        NO_CHANGE: still,
        "drift": still + steps(own),
        "damped drift": still + steps(own, DAMPING),
        "exponential smoothing": smooth,
        "local level": level,
        "growth drawn to England's": still + shared,
        "return to its own mean": still + back,
        "return to its own mean and growth drawn to England's": still + back + shared,
    }


def rivals(panel: Panel, smooth: Floats, error: Floats, level: float) -> dict[str, list[Floats]]:
    """Return plain forecasts with the normal intervals that textbooks give each series alone.

    Parameters
    ----------
    panel : Panel
        What is known.
    smooth, error : array of float
        Forecasts and standard errors of `smoothed`, a row an area.
    level : float
        Of the interval.

    Returns
    -------
    dict of str to list of two arrays
        Low and high, a row an area, a column a horizon.
    """
    from scipy.stats import norm

    linked, ahead = panel.linked, np.array(HORIZONS, float)
    grown = linked.diff(axis=1)
    own, years = own_growth(linked)
    still = np.repeat(linked.iloc[:, [-1]].to_numpy(), len(HORIZONS), axis=1)
    size = panel.size.to_numpy()[:, None]
    longer = ahead * (1 + ahead / np.maximum(years, 1)[:, None])
    alone = {
        "naive": (still, np.sqrt((grown**2).mean(axis=1).to_numpy()[:, None] * ahead)),
        "drift": (still + steps(own), grown.std(axis=1).to_numpy()[:, None] * np.sqrt(longer)),
        "ETS": (smooth, error),
    }
    beyond = norm.ppf(0.5 + level / 2)
    return {
        name: [panel.scale.unlink(mean + side * beyond * spread, size) for side in (-1, 1)]
        for name, (mean, spread) in alone.items()
    }


def return_rate(past: pd.DataFrame, scale: Scale) -> float:
    """Say how much of its distance from its own mean an area goes back, over all areas.

    Parameters
    ----------
    past : DataFrame
        One horizon's forecasts that have come due: ``outturn``, ``size``, ``apart``, and
        ``expected``, no change but for England's own growth, on the link scale.
    scale : Scale
        Counts are negative binomial, their variance found from the same errors; shares binomial.

    Returns
    -------
    float
        0 where no forecast has come due.
    """
    if past.empty or not past["apart"].any():
        return 0.0
    import statsmodels.api as sm

    outturn, size, offset = (past[name].to_numpy() for name in ("outturn", "size", "expected"))
    design = past[["apart"]].to_numpy()
    if scale.share:
        cases = np.clip(np.column_stack([outturn, 100 - outturn]) / 100 * size[:, None], 0, None)
        return float(sm.GLM(cases, design, sm.families.Binomial(), offset=offset).fit().params[0])
    mean = np.exp(offset)
    beyond = ((outturn - mean) ** 2 - mean) / mean**2
    alpha = max(float(beyond.clip(-1, 1).mean()), 1e-3)
    family = sm.families.NegativeBinomial(alpha=alpha)
    return float(sm.GLM(outturn, design, family, offset=offset).fit().params[0])
