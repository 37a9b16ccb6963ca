"""What the outlook was worth: its past editions held against what came, as a page of Markdown."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.metrics import calibration
from thurrock_analysis.metrics.calibration import LEVELS, QUANTILES
from thurrock_analysis.metrics.forecasting import HORIZONS
from thurrock_analysis.metrics.rounding import round_half_away
from thurrock_analysis.record import measures, releases, store, tidy

RIVALS = ("naive", "drift", "ETS")
THIRDS = ("smallest", "middle", "largest")
ABOUT = (
    "`thurrock data outlook` writes this page with the outlook itself. An edition is fitted on "
    "what had been published when its release came out, and its intervals rest on forecasts that "
    "had come due by then. Here the editions from {years} are held against the newest figure of "
    "each year that they forecast, for every authority: {forecasts} forecasts. One whose "
    "outturn is hidden cannot be scored.\n\n"
    "Errors of one year go together, for what moves all authorities at once is met once a year. "
    "The number after ± is the standard error of a share, forecasts from one year taken together; "
    "with few years it is uncertain itself. Gain: how much lower the mean interval score "
    "(Winkler's, over the newest figure) is than that of the best of three rivals with normal "
    "intervals of their own, each fitted to one series alone: no change (naive), drift, and "
    "exponential smoothing (ETS).\n\n"
    "How fast old errors are forgotten, how much an authority's own errors count and how a growth "
    "is damped are constants, set with these errors in view. Others that were tried (memory 0.4 "
    "to 1, prior weight 6 to 40) moved coverage by up to two points and the score by up to two "
    "per cent."
)
YEARS = (
    "Share of 80 per cent intervals that held, one year ahead. Forecasts from 2020 and 2021 met "
    "the pandemic, for which no earlier error stands."
)
CHANCES = (
    "Targets are seven to thirteen tenths of the newest figure: the chance that was given of that "
    "number or fewer, and how often it came so."
)
STEPS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
"""Targets to try, as shares of the newest figure."""
SIDES = ("low", "high")
BINS = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)


def page(told: pd.DataFrame, rivals: pd.DataFrame) -> str:
    """Write what past editions were worth.

    Parameters
    ----------
    told : DataFrame
        The outlook, with the year of each edition.
    rivals : DataFrame
        The ends of the rivals' intervals, in the order of `rolling.forecasts`.
    """
    due = held(told, rivals)
    chances = tried(due)
    years = f"{due['year'].min()} to {due['year'].max()}"
    said = ABOUT.format(years=years, forecasts=f"{len(due):,}")
    parts = {
        "# What the outlook is worth": said,
        "## By years ahead, all measures": table(worth(due, ["horizon"])),
        "## By measure": table(worth(due, ["measure", "horizon"])),
        "## By the year of the forecast": f"{YEARS}\n\n{table(by_year(due))}",
        "## The chance of reaching a target": f"{CHANCES} {brier(chances)}\n\n"
        + table(reliability(chances)),
        "## What the newest edition is made by": table(methods(told)),
    }
    return "\n\n".join(f"{head}\n\n{text}" for head, text in parts.items()) + "\n"


def held(told: pd.DataFrame, rivals: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts that have come due, with the scores of their intervals and rivals."""
    keys = ["measure", "year", "area", "horizon"]
    parts = []
    for name, rows in told.groupby("measure", sort=False):
        known = store.load([str(name)])
        known = known[known["breakdown"].eq(tidy.ALL)]
        newest = tidy.conform(store.as_at(known, releases.resolve_as_at(None)))
        outturns = newest.set_index(["area", "period_end"])["value"].astype("float64")
        parts.append(calibration.scored(rows, outturns, measures.get(str(name)).decimals))
    due = pd.concat(parts, ignore_index=True).merge(rivals, on=keys, how="left")
    unit = due["newest"].clip(lower=1.0).to_numpy()
    outturn = due["outturn"].to_numpy()
    for level in LEVELS:
        for who in ("", *(f"{rival} " for rival in RIVALS)):
            low, high = (f"{who}{level} {side}" if who else f"{side} {level}" for side in SIDES)
            score = calibration.interval_score(
                due[low].to_numpy(), due[high].to_numpy(), outturn, level
            )
            due[f"{who}score {level}"] = score / unit
    size = due.groupby(["measure", "horizon"])["newest"].rank(method="first", pct=True)
    return due.assign(third=pd.cut(size, [0, 1 / 3, 2 / 3, 1], labels=list(THIRDS)))


def worth(due: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return coverage, by thirds of size too, and the gain over the best rival."""
    rows = []
    for key, part in due.groupby(by, sort=False):
        row = dict(zip(by, key, strict=True))
        row |= {"forecasts": f"{len(part):,}", "years": part["year"].nunique()}
        for level in LEVELS:
            share, error = calibration.clustered(part[f"held {level}"], part["year"])
            thirds = part.groupby("third", observed=True)[f"held {level}"].mean()
            gain, rival = best(part, level)
            name = f"{level:.0%}"
            row |= {
                name: percent(share) + (f" ± {100 * error:.1f}" if error == error else ""),
                f"{name}: smallest, middle, largest": ", ".join(map(percent, thirds)),
                f"gain at {name}": f"{percent(gain)} on {rival}",
            }
        rows.append(row)
    return pd.DataFrame(rows).sort_values(by, ignore_index=True, kind="stable")


def best(part: pd.DataFrame, level: float) -> tuple[float, str]:
    """Return how much lower the mean score is than that of the best rival, and who that is."""
    names = {rival: f"{rival} score {level}" for rival in RIVALS}
    fair = part[np.isfinite(part[list(names.values())]).all(axis=1)]
    mean = {rival: float(fair[column].mean()) for rival, column in names.items()}
    rival = min(mean, key=lambda name: mean[name])
    return 1 - float(fair[f"score {level}"].mean()) / mean[rival], rival


def by_year(due: pd.DataFrame) -> pd.DataFrame:
    """Return how often the narrower interval held, one year ahead: a row a year of forecast."""
    first = due[due["horizon"].eq(HORIZONS[0])]
    wide = first.pivot_table(index="year", columns="measure", values=f"held {LEVELS[0]}")
    wide = wide.rename(columns=lambda name: measures.get(name).short)
    return wide.map(lambda share: "–" if pd.isna(share) else percent(share)).reset_index()


def tried(due: pd.DataFrame) -> pd.DataFrame:
    """Return the chances that were given of some targets, and whether they were reached."""
    parts = []
    for name, rows in due.groupby("measure", sort=False):
        decimals = measures.get(str(name)).decimals
        unit = 10.0**-decimals
        quantiles = rows[list(QUANTILES)].to_numpy()
        for step in STEPS:
            targets = round_half_away(rows["newest"] * step, decimals)
            given = calibration.chance(quantiles, targets.to_numpy(), True, unit)
            came = rows["outturn"].le(targets + unit / 2)
            parts.append(pd.DataFrame({"step": step, "given": given, "came": came}))
            parts[-1][["measure", "horizon"]] = rows[["measure", "horizon"]]
    return pd.concat(parts, ignore_index=True)


def brier(chances: pd.DataFrame) -> str:
    """Say the mean squared error of the chances, and beside what it stands."""
    score = float(((chances["given"] - chances["came"]) ** 2).mean())
    rate = chances.groupby(["measure", "horizon", "step"])["came"].transform("mean")
    plain = float(((rate - chances["came"]) ** 2).mean())
    return (
        f"Brier score {score:.3f}; giving each target the share that came true in the end, for "
        f"all authorities alike, would have had {plain:.3f}."
    )


def reliability(chances: pd.DataFrame) -> pd.DataFrame:
    """Return how often targets were reached, by the chance that was given."""
    bins = pd.cut(chances["given"], BINS, include_lowest=True)
    rows = chances.groupby(bins, observed=True).agg(
        forecasts=("came", "size"), given=("given", "mean"), came=("came", "mean")
    )
    names = [f"{percent(max(one.left, 0.0))} to {percent(one.right)}" for one in rows.index]
    return pd.DataFrame(
        {
            "chance given": names,
            "forecasts": [f"{n:,}" for n in rows["forecasts"]],
            "mean chance": rows["given"].map(percent).to_numpy(),
            "came true": rows["came"].map(percent).to_numpy(),
        }
    )


def methods(told: pd.DataFrame) -> pd.DataFrame:
    """Return how the newest edition of each measure is made, for most authorities."""
    newest = told[told["year"].eq(told.groupby("measure")["year"].transform("max"))]
    most = newest.groupby(["measure", "horizon"], sort=False)["method"].agg(pd.Series.mode)
    return most.reset_index()


def percent(share: float) -> str:
    """Write a share."""
    return f"{words.number(100 * share)}%"


def table(rows: pd.DataFrame) -> str:
    """Write a frame as a table of Markdown."""
    if "measure" in rows:
        rows = rows.assign(measure=[measures.get(name).short for name in rows["measure"]])
    heads = [str(name).replace("horizon", "years ahead") for name in rows.columns]
    lines: Iterable[list[str]] = [heads, ["---"] * len(heads), *rows.astype(str).to_numpy()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
