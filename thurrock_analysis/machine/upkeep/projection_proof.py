"""Hold projections of children looked after against fictional ones: ``docs/projection.md``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from thurrock_analysis import paths, words
from thurrock_analysis.indicators import occurrence
from thurrock_analysis.indicators.care import codes
from thurrock_analysis.indicators.occurrence import Spells
from thurrock_analysis.metrics import population
from thurrock_analysis.record import dictionary
from thurrock_analysis.sample import care, drawing, placing
from thurrock_analysis.sample.care import Children
from thurrock_analysis.sample.totals import Totals

BASE, HELD, AHEAD = 2021, 5, 5
"""The year that the data end with, the years that are held, and the years ahead."""
SEEDS = range(1000, 1200)
STEP = 25
"""Authorities after which the page is written anew."""
LEVEL, NARROW = 0.95, 0.8
TOTAL = "all"
SPEED = "## How long it takes"
SHIPPED, ALONE, NAIVE = "shipped", "rates alone", "no change"
WITHIN, POOLED = (0.92, 0.98), (0.93, 0.97)
Counts = npt.NDArray[np.int64]
Ends = tuple[Counts, Counts]


def spells(seed: int) -> Spells:
    """Draw the care and placements of an unconditioned fictional authority, in memory."""
    seeds = np.random.SeedSequence(seed).spawn(4)
    streams = iter(np.random.default_rng(each) for each in seeds)
    totals = Totals(1, False, next(streams))
    none, words = np.array([], "int64"), np.array([], object)
    children = Children(none, words, words, words, np.array([], bool))
    table = care.spells(next(streams), totals, children)
    way = care.adoption(next(streams), table, children)
    rows = placing.episodes(next(streams), totals, table, children, way)
    rows = rows.sort_values(["number", "start"], kind="stable")
    kind = {
        code: at
        for at, name in enumerate(occurrence.kinds())
        for code in codes(occurrence.KINDS, name)
    }
    child = rows["child"].to_numpy()
    return occurrence.merged(
        child,
        rows["number"].to_numpy(),
        rows["start"].to_numpy(),
        rows["end"].to_numpy(),
        rows["place"].map(kind).to_numpy("int64"),
        children.born[child],
        children.unaccompanied[child],
    )


def renew(authorities: int) -> Path:
    """Project authorities one by one, and write page and table after every few.

    So a run that is stopped leaves true ones. Returns where the page lies.
    """
    place = paths.home() / "docs" / "projection.md"
    speed = kept(place.read_text(encoding="utf-8"))
    for text, table in _written(authorities):
        place.write_text(text + "\n" * bool(speed) + speed, encoding="utf-8", newline="\n")
        table.to_csv(dictionary.file("ahead_held"), index=False, lineterminator="\n")
    return place


def kept(text: str) -> str:
    """Return the part of the page that the benchmark writes, empty where there is none."""
    return text[text.index(SPEED) :] if SPEED in text else ""


def _written(authorities: int) -> Iterator[tuple[str, pd.DataFrame]]:
    found = []
    for seed in SEEDS[:authorities]:
        found.append(outcomes([spells(seed)]))
        if len(found) % STEP == 0 or len(found) == authorities:
            every = pd.concat(found, ignore_index=True)
            yield page(every, len(found)), held_table(every)


def held_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return of how many authorities the interval of the total held, by level and horizon."""
    total = found[found["design"].eq(SHIPPED) & found["kind"].eq(TOTAL)]
    parts = [
        total.groupby("horizon")[column].agg(authorities="size", held="sum").assign(level=level)
        for level, column in ((LEVEL, "held"), (NARROW, "held_narrow"))
    ]
    table = pd.concat(parts).reset_index()[["level", "horizon", "authorities", "held"]]
    return table.assign(level=table["level"].mul(100).round().astype(int))


def outcomes(drawn: Iterable[Spells]) -> pd.DataFrame:
    """Project each authority from the years held, and say whether what came lies within.

    Returns
    -------
    DataFrame
        design, horizon, kind, held, held_narrow (at 80 per cent), missed (what came less the
        mean), width of the interval and its score: the width, and 2 / (1 - level) times what lies
        outside (lower is better).
    """
    return pd.concat([part for one in drawn for part in _scored(one)], ignore_index=True)


def _scored(one: Spells) -> Iterator[pd.DataFrame]:
    first, last = drawing.span(BASE - HELD + 1)[0], drawing.span(BASE)[1]
    seen = occurrence.observed(one, first, last)
    came = np.array([counts(one, drawing.span(BASE + year)[1]) for year in range(1, AHEAD + 1)])
    months = [12 * year for year in range(1, AHEAD + 1)]
    for design in (SHIPPED, ALONE):
        rates = population.estimated(seen, anchored=design == SHIPPED)
        draws = with_total(population.projected(seen, rates, months).draws)
        ends, near = (population.interval(draws, level) for level in (LEVEL, NARROW))
        yield _rows(design, came, ends, near, draws.mean(axis=1))
    past = np.array([counts(one, drawing.span(BASE - back)[1]) for back in range(HELD + 1)])
    spread = np.sqrt(np.mean(np.diff(past, axis=0) ** 2, axis=0))
    spread = spread * np.sqrt(np.arange(1, AHEAD + 1))[:, None]
    reach, close = (norm.ppf((1 + level) / 2) * spread for level in (LEVEL, NARROW))
    ends, near = ((past[0] - each, past[0] + each) for each in (reach, close))
    yield _rows(NAIVE, came, ends, near, np.broadcast_to(past[0], came.shape))


def counts(one: Spells, day: int) -> Counts:
    """Count who is looked after at the end of a day, by kind and in all."""
    here = (one.start <= day) & (one.end > day)
    return with_total(np.bincount(one.kind[here], minlength=len(occurrence.kinds())))


def with_total(numbers: Counts) -> Counts:
    """Put the sum behind the kinds."""
    return np.concatenate([numbers, numbers.sum(axis=-1, keepdims=True)], axis=-1)


def _rows(design: str, came: Counts, ends: Ends, near: Ends, mean: Counts) -> pd.DataFrame:
    low, high = ends
    horizon, kind = np.indices(came.shape).reshape(2, -1)
    names = np.array([*occurrence.kinds(), TOTAL], object)
    held = (came >= low) & (came <= high)
    outside = np.maximum(low - came, 0) + np.maximum(came - high, 0)
    return pd.DataFrame(
        {
            "design": design,
            "horizon": horizon + 1,
            "kind": names[kind],
            "held": held.ravel(),
            "held_narrow": ((came >= near[0]) & (came <= near[1])).ravel(),
            "missed": (came - mean).ravel(),
            "width": (high - low).ravel().astype("float64"),
            "score": (high - low + 2 / (1 - LEVEL) * outside).ravel(),
        }
    )


def page(found: pd.DataFrame, authorities: int) -> str:
    """Write the page that says how often intervals held."""
    shipped = found[found["design"].eq(SHIPPED)]
    cells = shipped.groupby(["kind", "horizon"])["held"].mean()
    pooled = shipped["held"].mean()
    inside = int(cells.between(*WITHIN).sum())
    lines = [
        "# How often projections of the looked-after population held",
        "",
        "Written by `thurrock data projection`. "
        f"{authorities} fictional authorities were drawn without conditions; each was projected "
        f"from its years {BASE - HELD + 1} to {BASE}, and {AHEAD} further years were then looked "
        f"at. Intervals are meant for {100 * LEVEL:.0f} in 100.",
        "",
        f"{inside} of {len(cells)} cells lie within {100 * WITHIN[0]:.0f} to "
        f"{100 * WITHIN[1]:.0f} per cent. Over all cells {100 * pooled:.1f} per cent held, where "
        f"{100 * POOLED[0]:.0f} to {100 * POOLED[1]:.0f} should.",
        "",
        *_table(shipped, "held", "| held, per cent |", 100, 1),
        "",
        "What came, less the mean of the draws:",
        "",
        *_table(shipped, "missed", "| children |", 1, 1),
        "",
        "Other designs beside it. The interval score is the width and, where what came lies "
        f"outside, {2 / (1 - LEVEL):.0f} times by how much: the mean over authorities, lower is "
        "better.",
        "",
        "| design | held, per cent | the total held | mean width, total | score, total | "
        "score, all kinds | mean miss, total |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for design, rows in found.groupby("design", sort=False):
        total = rows[rows["kind"].eq(TOTAL)]
        lines.append(
            f"| {design} | {100 * rows['held'].mean():.1f} | {100 * total['held'].mean():.1f} | "
            f"{total['width'].mean():.0f} | {total['score'].mean():.1f} | "
            f"{rows['score'].mean():.1f} | {total['missed'].mean():+.1f} |"
        )
    score = found.groupby(["design", "horizon"], sort=False)["score"].mean().unstack()
    better = [int(year) for year in score if score.at[SHIPPED, year] < score.at[NAIVE, year]]
    lines += ["", compared(better)]
    return "\n".join([*lines, "", *NOTES]) + "\n"


def compared(better: list[int]) -> str:
    """Say at which horizons the shipped design has a better score than no change."""
    if len(better) == AHEAD:
        return "At every horizon the shipped design has a better interval score than no change."
    if not better:
        return "At no horizon does the shipped design have a better interval score than no change."
    years = words.listed(str(year) for year in better)
    return (
        f"The shipped design has a better interval score than no change {years} years ahead, and "
        "no better one at other horizons."
    )


NOTES = [
    "*rates alone*: occurrence over exposure, with no anchor at the ends of years and no "
    "difference between years beyond chance. *no change*: the last count, with the spread of the "
    "yearly changes held.",
    "",
    "The design was chosen on 60 other authorities (seeds 3000 to 3059). The fictional "
    "authorities are no children who leave independently of each other: how many leave in a year "
    "is drawn from the stock with which it began and makes good for those who turn 18, and leaving "
    "bunches towards the end of the year, most of all adoption. Rates alone miss both. The first "
    "year held comes right after the draw begins; in those 60 authorities foster placement falls "
    "in it by more than in any later year, and projections take its rates to go on.",
]


def _table(rows: pd.DataFrame, column: str, head: str, times: float, decimals: int) -> list[str]:
    wide = times * rows.groupby(["kind", "horizon"], sort=False)[column].mean().unstack()
    years = " | ".join(f"{year} year{'s' * (year > 1)}" for year in wide.columns)
    body = [
        f"| {kind} | " + " | ".join(f"{value:.{decimals}f}" for value in each) + " |"
        for kind, each in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return [f"{head} {years} |", "|---|" + "---:|" * len(wide.columns), *body]
