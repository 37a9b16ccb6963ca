"""Forecasts from every year with what was known in it, each learning from those come due."""

import numpy as np
import pandas as pd

from thurrock_analysis.metrics import calibration, forecasting
from thurrock_analysis.metrics.calibration import LEVELS
from thurrock_analysis.metrics.forecasting import (
    HORIZONS,
    LEAST_FIGURES,
    NO_CHANGE,
    Floats,
    Panel,
    Scale,
)

MEMORY = 0.9
"""Weight of an error beside one of a year later, where a candidate is chosen."""
TOO_FEW, NOT_FITTED = "too few figures", "the fit did not converge"


def forecasts(panels: dict[int, Panel]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast from every year with what was known in it, and learn from what has come due.

    Parameters
    ----------
    panels : dict of int to Panel
        What was known in each year.

    Returns
    -------
    tuple of DataFrame
        The outlook, a row a year, area and horizon: ``method``, ``newest``, how many ``errors``
        of how many ``origins`` it rests on, and a column each of `calibration.QUANTILES`; and
        beside it the low and high ends of each of the `forecasting.rivals` and levels.
    """
    past, told, others = pd.DataFrame(columns=["year", "horizon"]), [], []
    for year, panel in sorted(panels.items()):
        due = matured(past, panels, year)
        of = {h: due[due["horizon"].eq(h)] for h in HORIZONS}
        fits = [forecasting.smoothed(row) for _, row in panel.linked.iterrows()]
        smooth, error = (np.array(part) for part in zip(*fits, strict=True))
        returning = np.array([forecasting.return_rate(of[h], panel.scale) for h in HORIZONS])
        made = forecasting.candidates(panel, smooth, returning)
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
    weights = MEMORY ** (due["year"].max() - due["year"].to_numpy(float))
    terms = scale.terms(due["size"].to_numpy())
    unit = np.sqrt(np.maximum(terms @ calibration.usual(missed[NO_CHANGE], terms, weights), 1e-12))
    return min(names, key=lambda name: float(np.average(missed[name] / unit, weights=weights)))


def edition(
    rows: pd.DataFrame, due: pd.DataFrame, panel: Panel, made: dict[str, Floats]
) -> pd.DataFrame:
    """Return one horizon's forecasts: the best candidate so far, and its quantiles."""
    name = chosen(due, list(made), panel.scale)
    short = panel.values.notna().sum(axis=1).lt(LEAST_FIGURES)
    instead = np.where(short, f"{NO_CHANGE}: {TOO_FEW}", f"{NO_CHANGE}: {NOT_FITTED}")
    method = np.where(np.isnan(made[name]).any(axis=1), instead, name)
    past = due.assign(forecast=due[name]) if len(due) else due
    about = rows[["year", "horizon", "area", "newest"]].assign(
        method=method, errors=len(due), origins=due["year"].nunique()
    )
    quantiles = calibration.fan(past, rows.assign(forecast=rows[name]), panel.scale)
    return pd.concat([about, quantiles], axis=1)


def beside(panel: Panel, year: int, smooth: Floats, error: Floats) -> pd.DataFrame:
    """Return the intervals of the rivals, a row an area and horizon, where enough is known."""
    enough = panel.values.notna().sum(axis=1).gt(LEAST_FIGURES).to_numpy()
    ends = {
        (name, level, side): both[at]
        for level in LEVELS
        for name, both in forecasting.rivals(panel, smooth, error, level).items()
        for at, side in enumerate(("low", "high"))
    }
    parts = []
    for at, horizon in enumerate(HORIZONS):
        columns = {" ".join(map(str, key)): one[enough, at] for key, one in ends.items()}
        names = panel.values.index[enough].astype(str)
        parts.append(pd.DataFrame({"year": year, "horizon": horizon, "area": names, **columns}))
    return pd.concat(parts, ignore_index=True)
