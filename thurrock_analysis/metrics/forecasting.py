"""Where a measure goes: simple forecasts of many areas at once, and intervals from past errors.

Candidates work on a link scale (the logarithm of a count, the logit of a share). Errors are
measured on a steady scale (the square root, the arcsine), where chance is nearly as large
everywhere, and in units of what is usual for the size of an area.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize_scalar, nnls

from thurrock_analysis.metrics.rounding import round_half_away

Floats = npt.NDArray[np.float64]

HORIZONS = (1, 2, 3)
LEVELS = (0.80, 0.95)
QUANTILES = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
LEAST_ORIGINS = 3
"""Years whose forecasts have come due: fewer give no interval, for their errors go together."""
LEAST_FIGURES = 4
DAMPING = 0.8
"""Share of a growth that is left a year later."""
RECENT = 3
"""Years over which England's growth is taken."""
MEMORY, LONG_MEMORY = 0.6, 0.9
"""Weight of an error beside one of a year later: for intervals, and for choosing a candidate."""
PRIOR = 12.0
"""Errors of an area that count as much as what is usual for its size."""
WILD = 16.0
"""Squared standardised error beyond which one counts no further."""
NO_CHANGE = "no change"
TOO_FEW, NOT_FITTED = "too few figures", "the fit did not converge"


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
    import warnings

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


def usual(errors: Floats, terms: Floats, weights: Floats) -> Floats:
    """Return the parts of the usual squared error, none negative: constant, and by size.

    Examples
    --------
    >>> size = np.array([100.0, 400.0] * 50)
    >>> terms = Scale().terms(size)
    >>> usual(np.sqrt(1 + size / 100), terms, np.ones(100)).round(3).tolist()
    [1.0, 0.01]
    """
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


def rolling(panels: dict[int, Panel]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast from every year with what was known in it, and learn from what has come due.

    Parameters
    ----------
    panels : dict of int to Panel
        What was known in each year.

    Returns
    -------
    tuple of DataFrame
        The outlook, a row a year, area and horizon: ``method``, ``newest``, how many ``errors``
        of how many ``origins`` it rests on, and a column each of `QUANTILES`; and beside it the
        low and high ends of each of the `rivals` and levels.
    """
    past, told, others = pd.DataFrame(columns=["year", "horizon"]), [], []
    for year, panel in sorted(panels.items()):
        due = matured(past, panels, year)
        of = {h: due[due["horizon"].eq(h)] for h in HORIZONS}
        fits = [smoothed(row) for _, row in panel.linked.iterrows()]
        smooth, error = (np.array(part) for part in zip(*fits, strict=True))
        returning = np.array([return_rate(of[h], panel.scale) for h in HORIZONS])
        made = candidates(panel, smooth, returning)
        rows = arranged(panel, year, made)
        told += [edition(rows[rows["horizon"].eq(h)], of[h], panel, made) for h in HORIZONS]
        others.append(beside(panel, year, smooth, error))
        past = pd.concat([past, rows], ignore_index=True) if len(past) else rows
    return pd.concat(told, ignore_index=True), pd.concat(others, ignore_index=True)


def matured(past: pd.DataFrame, panels: dict[int, Panel], year: int) -> pd.DataFrame:
    """Return the forecasts that have come due by a year, each with its first published outturn."""
    since = panels[year].values.columns[0]  # a break in the series: nothing is compared across
    comes = past["year"] + past["horizon"]
    due = past[comes.le(year) & past["year"].ge(since) & comes.isin(list(panels))]
    if due.empty:
        return due.assign(outturn=np.nan)
    comes = comes[due.index]
    ends = pd.concat({at: panel.values.iloc[:, -1] for at, panel in panels.items()})
    england = {at: panel.england_linked for at, panel in panels.items()}
    grown = {
        (at, h): england[at + h].get(at + h, np.nan) - england[at + h].get(at, np.nan)
        for at, h in due[["year", "horizon"]].drop_duplicates().itertuples(index=False)
    }
    keys = pd.MultiIndex.from_frame(due[["year", "horizon"]])
    growth = np.nan_to_num(keys.map(grown).to_numpy(float))
    outturn = ends.reindex(pd.MultiIndex.from_arrays([comes, due["area"]])).to_numpy()
    return due.assign(outturn=outturn, expected=due["linked"] + growth).dropna(subset="outturn")


def arranged(panel: Panel, year: int, made: dict[str, Floats]) -> pd.DataFrame:
    """Put the candidates in rows, an area and horizon each; no change stands in where one fails."""
    size, still = panel.size.to_numpy(), made[NO_CHANGE]
    parts = [
        pd.DataFrame(
            {
                "year": year,
                "horizon": horizon,
                "area": panel.values.index.astype(str),
                "newest": panel.values.iloc[:, -1].to_numpy(),
                "size": size,
                "apart": panel.apart.to_numpy(),
                "linked": still[:, at],
                **{
                    name: panel.scale.unlink(np.where(np.isnan(one), still, one)[:, at], size)
                    for name, one in made.items()
                },
            }
        )
        for at, horizon in enumerate(HORIZONS)
    ]
    return pd.concat(parts, ignore_index=True)


def chosen(due: pd.DataFrame, names: list[str], scale: Scale) -> str:
    """Return the candidate that came nearest so far, errors in units of what is usual."""
    if due.empty:
        return NO_CHANGE
    outturn = scale.steady(due["outturn"].to_numpy())
    missed = {name: np.abs(outturn - scale.steady(due[name].to_numpy())) for name in names}
    weights = LONG_MEMORY ** (due["year"].max() - due["year"].to_numpy(float))
    terms = scale.terms(due["size"].to_numpy())
    unit = np.sqrt(np.maximum(terms @ usual(missed[NO_CHANGE], terms, weights), 1e-12))
    return min(names, key=lambda name: float(np.average(missed[name] / unit, weights=weights)))


def edition(
    rows: pd.DataFrame, due: pd.DataFrame, panel: Panel, made: dict[str, Floats]
) -> pd.DataFrame:
    """Return one horizon's forecasts: the best candidate so far, and its quantiles."""
    name = chosen(due, list(made), panel.scale)
    failed = np.isnan(made[name]).any(axis=1)
    short = panel.values.notna().sum(axis=1).lt(LEAST_FIGURES).to_numpy()
    why = np.where(short, TOO_FEW, NOT_FITTED)
    method = [f"{NO_CHANGE}: {w}" if gone else name for gone, w in zip(failed, why, strict=True)]
    past = due.assign(forecast=due[name]) if len(due) else due
    about = rows[["year", "horizon", "area", "newest"]].assign(
        method=method, errors=len(due), origins=due["year"].nunique()
    )
    return pd.concat([about, fan(past, rows.assign(forecast=rows[name]), panel.scale)], axis=1)


def beside(panel: Panel, year: int, smooth: Floats, error: Floats) -> pd.DataFrame:
    """Return the intervals of the rivals, a row an area and horizon, where enough is known."""
    enough = panel.values.notna().sum(axis=1).gt(LEAST_FIGURES).to_numpy()
    ends = {
        (name, level, side): both[at]
        for level in LEVELS
        for name, both in rivals(panel, smooth, error, level).items()
        for at, side in enumerate(("low", "high"))
    }
    parts = []
    for at, horizon in enumerate(HORIZONS):
        columns = {" ".join(map(str, key)): one[enough, at] for key, one in ends.items()}
        names = panel.values.index[enough].astype(str)
        parts.append(pd.DataFrame({"year": year, "horizon": horizon, "area": names, **columns}))
    return pd.concat(parts, ignore_index=True)


def ends_of(level: float) -> tuple[float, float]:
    """Return the two quantiles between which an interval of a level lies.

    Examples
    --------
    >>> ends_of(0.8), ends_of(0.95)
    ((0.1, 0.9), (0.025, 0.975))
    """
    beyond = round((1 - level) / 2, 3)
    return beyond, round(1 - beyond, 3)


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
