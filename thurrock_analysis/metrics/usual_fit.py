"""Estimate how much figures usually move: one measure's changes at a time, then pulled together.

The likelihood is that of Student's t, so that a spike in one authority does not set the size for
all. Recent changes weigh more, as reporting has grown steadier. Few data lean on like measures.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from thurrock_analysis.metrics.usual import LAGS, LEVEL, Usual, quantile

HALF_LIFE = 1.0
"""Years after which a change weighs half: of 1, 1.5, 2 and 3 the best on changes up to 2019."""
FEWEST = 100
"""Changes without which a measure gets no row."""
FEWEST_AREAS = 30
"""Areas without which a pair of years has no middle."""
LEANING = 40.0
"""Changes that the middle of like measures is worth."""
TIMES = np.geomspace(0.5, 50, 70)
"""How many times as large a variance may be over several years as over one."""
START = np.array([0.0, np.log(0.01), np.log(4.0)])
"""Logarithms of phi, tau2 and df - 2 where no like measure is known."""
LOOSE = np.array([2.0, 3.0, 1.0])
"""How far they vary then; as standard deviations."""
BOUNDS = [(-5.0, 4.0), (-12.0, 3.0), (-1.0, 4.0)]
LEAST_SPREAD = 0.5
FEWEST_ALIKE = 5
"""Like measures without which all measures are the like ones."""


@dataclass(frozen=True)
class Panel:
    """One measure on its scale: a row an authority, a column a year.

    Attributes
    ----------
    alike : str
        Kind and basis: measures that lend each other what they lack.
    at, chance : ndarray
        As `usual.ends` gives them, NaN where a figure is hidden, joint or not held.
    england : ndarray
        England on the same scale, NaN where it is not printed.
    areas : ndarray of str
        The authority of each row.
    starts : ndarray of int
        For each authority and year, the first year that a change to it may begin in: no earlier
        than the last break of the series and the year after the authority came into being.
    """

    measure: str
    kind: str
    alike: str
    years: np.ndarray
    at: np.ndarray
    chance: np.ndarray
    england: np.ndarray
    areas: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class Changes:
    """Changes of authorities with what is common taken out, each with its chance part.

    ``common`` is England's change, or the middle one where England's is not printed; ``last`` the
    year a change runs to; ``area`` the row of its authority.
    """

    moved: np.ndarray
    chance: np.ndarray
    common: np.ndarray
    last: np.ndarray
    area: np.ndarray


def changes(panel: Panel, lag: int = 1) -> Changes:
    """Return every change over a number of years that the rules let in."""
    parts = []
    for place in range(lag, len(panel.years)):
        moved = panel.at[:, place] - panel.at[:, place - lag]
        rows = np.flatnonzero(
            np.isfinite(moved) & (panel.starts[:, place] <= panel.years[place - lag])
        )
        if len(rows) < FEWEST_AREAS:
            continue
        common = panel.england[place] - panel.england[place - lag]
        middle = common if np.isfinite(common) else np.median(moved[rows])
        spread = panel.chance[rows, place] + panel.chance[rows, place - lag]
        year = np.full(len(rows), panel.years[place])
        parts.append((moved[rows] - middle, spread, np.full(len(rows), middle), year, rows))
    if not parts:
        return Changes(*np.empty((3, 0)), *np.empty((2, 0), dtype=int))
    return Changes(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def weights(last: np.ndarray, newest: int) -> np.ndarray:
    """Return how much each change weighs by its age."""
    return 0.5 ** ((newest - last) / HALF_LIFE)


def maximise(
    found: Changes, weight: np.ndarray, centre: np.ndarray, spread: np.ndarray
) -> tuple[np.ndarray, bool]:
    """Return the parameters of largest penalised likelihood, and whether the search ended well."""
    squares = found.moved**2

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        phi, tau2, more = np.exp(at)
        df, variance = more + 2, phi * found.chance + tau2
        ratio = squares / variance
        log = np.log1p(ratio / df)
        each = -0.5 * np.log(variance) - (df + 1) / 2 * log
        constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi)
        by_variance = weight * 0.5 / variance * ((df + 1) * ratio / (df + ratio) - 1)
        by_df = digamma((df + 1) / 2) - digamma(df / 2) - 1 / df
        by_df = by_df - log + (df + 1) * ratio / (df * (df + ratio))
        slope = np.array(
            [
                phi * (by_variance @ found.chance),
                tau2 * by_variance.sum(),
                more / 2 * weight @ by_df,
            ]
        )
        far = (at - centre) / spread
        total = weight @ each + weight.sum() * constant
        return 0.5 * far @ far - total, far / spread - slope

    done = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=BOUNDS)
    return done.x, bool(done.success and np.isfinite(done.x).all())


def weighted_quantile(values: np.ndarray, weight: np.ndarray, share: float) -> float:
    """Return the value that a share of the weight lies at or below."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    place = min(int(np.searchsorted(total, share * total[-1])), len(order) - 1)
    return float(values[order][place])


def effective(weight: np.ndarray) -> float:
    """Return how many equal weights tell as much."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def calibrated(found: Changes, weight: np.ndarray, at: np.ndarray) -> tuple[float, float, float]:
    """Return phi, tau2 and df with the scale set so that 5 per cent lie beyond their limit."""
    phi, tau2, df = np.exp(at[0]), np.exp(at[1]), np.exp(at[2]) + 2
    far = np.abs(found.moved) / np.sqrt(phi * found.chance + tau2)
    size = effective(weight)
    beyond = weighted_quantile(far, weight, 1 - LEVEL) / quantile(df)
    factor = np.clip(beyond, 0.5, 2.0) ** (2 * size / (size + LEANING))
    return float(phi * factor), float(tau2 * factor), float(df)


def growth(panel: Panel, newest: int, phi: float, tau2: float, df: float) -> np.ndarray:
    """Return how many times as large tau2 is over each of the longer windows, and its support.

    The factor under which 5 per cent of the changes over so many years lie beyond their limit.

    Returns
    -------
    ndarray
        A row a window of `LAGS`: the logarithm of the factor, and how many changes tell it.
    """
    found = np.zeros((len(LAGS), 2))
    for row, lag in enumerate(LAGS[1:], start=1):
        longer = changes(panel, lag)
        if len(longer.moved) < FEWEST:
            continue
        weight = weights(longer.last, newest)
        needed = (longer.moved / quantile(df)) ** 2 - phi * longer.chance
        beyond = np.array([weight[needed > tau2 * times].sum() for times in TIMES])
        place = np.argmin(np.abs(beyond / weight.sum() - LEVEL))
        found[row] = np.log(TIMES[place]), effective(weight)
    return found


def middles(
    fits: dict[str, np.ndarray], alike: dict[str, str]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return for each set of like measures the middle and spread of their parameters."""
    found = {}
    for name in sorted(set(alike.values())):
        members = [at for measure, at in fits.items() if alike[measure] == name]
        if len(members) < FEWEST_ALIKE:
            members = list(fits.values())
        if len(members) < FEWEST_ALIKE:
            found[name] = (START, LOOSE)
            continue
        each = np.array(members)
        found[name] = (np.median(each, axis=0), np.maximum(each.std(axis=0), LEAST_SPREAD))
    return found


@dataclass(frozen=True)
class _Fitted:
    """One measure's own estimates: phi, tau2 and df; its growth; whether the search ended well."""

    panel: Panel
    found: Changes
    at: tuple[float, float, float]
    far: np.ndarray
    well: bool


def fit(panels: Iterable[Panel], edition: str) -> list[Usual]:
    """Estimate the usual movement of every measure that has changes enough.

    Parameters
    ----------
    panels : iterable of Panel
        One a measure, of what had been published by the edition's date.
    edition : str
        ISO date.

    Returns
    -------
    list of Usual
        In the order of the panels. Where the search for a measure's own parameters fails, those
        of like measures stand in, and ``rests_on`` says so.
    """
    held = {panel.measure: (panel, changes(panel)) for panel in panels}
    held = {name: pair for name, pair in held.items() if len(pair[1].moved) >= FEWEST}
    newest = {name: int(found.last.max()) for name, (_, found) in held.items()}
    alike = {name: panel.alike for name, (panel, _) in held.items()}
    weight = {name: weights(found.last, newest[name]) for name, (_, found) in held.items()}
    alone = {name: maximise(found, weight[name], START, LOOSE) for name, (_, found) in held.items()}
    middle = middles({name: at for name, (at, well) in alone.items() if well}, alike)
    rows = []
    for name, (panel, found) in held.items():
        own, well = maximise(found, weight[name], *middle[alike[name]])
        at = calibrated(found, weight[name], own if well else middle[alike[name]][0])
        rows.append(_Fitted(panel, found, at, growth(panel, newest[name], *at), well))
    usual_growth = growths(rows)
    return [row_of(one, edition, usual_growth[one.panel.alike]) for one in rows]


def row_of(one: _Fitted, edition: str, others: np.ndarray) -> Usual:
    """Return the row of one measure, its growth leaning on that of others."""
    phi, tau2, df = one.at
    over2, over3, over5, over10 = leaning(one.far, others)
    return Usual(
        one.panel.measure,
        edition,
        one.panel.kind,
        phi,
        tau2,
        df,
        over2,
        over3,
        over5,
        over10,
        len(one.found.moved),
        int(one.found.last.max()),
        "own" if one.well else "others",
    )


def growths(rows: list[_Fitted]) -> dict[str, np.ndarray]:
    """Return the middle growth of each set of like measures, by window.

    Where none is known of a window, a variance grows from the window before as the years do.
    """
    known: dict[str, list[np.ndarray]] = {}
    for one in rows:
        known.setdefault(one.panel.alike, []).append(one.far)
    found = {}
    for name, each in known.items():
        log, size = np.array(each).transpose(2, 0, 1)
        middle = np.log(LAGS)
        for row in range(1, len(LAGS)):
            told = log[size[:, row] > 0, row]
            step = middle[row - 1] + np.log(LAGS[row] / LAGS[row - 1])
            middle[row] = np.median(told) if len(told) else step
        found[name] = middle
    return found


def leaning(far: np.ndarray, others: np.ndarray) -> list[float]:
    """Return factors between a measure's own and those of others, by what its own rest on."""
    own, size = far.T
    between = (size * own + LEANING * others) / (size + LEANING)
    return [float(np.exp(log)) for log in between[1:]]
