"""How often charts signal where nothing changed or something did, and how year ends are met."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.findings.verbs.signals import constant, rules
from thurrock_analysis.findings.verbs.year_end import MONTHS, Years
from thurrock_analysis.metrics import signals as xmr
from thurrock_analysis.metrics.signals import KINDS, Floats
from thurrock_analysis.sample import events

SAMPLES, FIRST_SEED = 200, 10_000
DRAWS, SEED = 20_000, 14
MEANS = (2, 5, 10, 20, 50, 200)
LENGTHS = (24, 36, 104)
SEASON = 1 + 0.2 * np.sin(np.arange(MONTHS) * np.pi / 6)
"""Of a year whose months differ by a fifth either way."""
YEARS = 10
CHANGES = (1.1, 1.2, 1.5)
AFTER = 6
KNOWN = (3, 6, 9)
BOUNDS = {"80%": (0.1, 0.9), "95%": (0.025, 0.975)}
SINCE = 2017
"""Closing year from which the sample has need as well as care."""


def build() -> str:
    """Measure everything anew and write docs/signals.md; return where."""
    page = paths.home() / "docs" / "signals.md"
    page.write_text("\n".join(lines()) + "\n", encoding="utf-8", newline="\n")
    return paths.place(page)


def lines() -> Iterator[str]:
    """Yield the page."""
    yield "# What signals and projected year ends are worth"
    yield ""
    yield (
        "Written by `thurrock data signals`. A chart is that of `report.signals`: mean, limits "
        f"at {constant('outside')} mean moving ranges, four rules (`data/statutory/signals.csv`)."
    )
    yield ""
    yield "## Signals where nothing changed"
    yield ""
    yield (
        f"{DRAWS:,} series of independent counts (Poisson) with one mean, and of normal values: "
        "the share of points that each rule marks, and of series with any signal."
    )
    yield ""
    yield from table(false_signals())
    yield ""
    yield "## Seasons"
    yield ""
    yield (
        f"{DRAWS // 20:,} series of {YEARS} years by month, of which the newest "
        f"{constant('month'):.0f} months are charted. Seasons: months up to a fifth above or below "
        "the mean. Charted "
        "without their seasons where the test finds them, and as counted."
    )
    yield ""
    yield from table(seasonal())
    yield ""
    yield "## Signals where something changed"
    yield ""
    yield (
        f"Series of {constant('month'):.0f} months whose mean rises {AFTER} months before the end: "
        "the share with a signal in these months."
    )
    yield ""
    yield from table(found())
    yield ""
    yield "## Year ends"
    yield ""
    yield (
        f"{SAMPLES} draws of the fictional authority whose totals are not tied to published ones: "
        "each year with three whole years before it, projected from its first months. Share of "
        "intervals that held, and the middle width of the interval in per cent of what came."
    )
    yield ""
    yield from table(year_ends())
    yield ""
    yield (
        "The seasons of the sample are alike from year to year but for chance, as those of a real "
        "authority need not be: `report.year_end` counts how often it held on its own past years."
    )


def table(rows: pd.DataFrame) -> Iterator[str]:
    """Write a frame of text as a table."""
    yield f"| {' | '.join(rows.columns)} |"
    yield f"|{'|'.join([' --- '] * len(rows.columns))}|"
    for row in rows.itertuples(index=False):
        yield f"| {' | '.join(map(str, row))} |"


def marked(values: Floats) -> dict[str, xmr.Flags]:
    """Return what each rule marks in many series."""
    return xmr.flags(values, xmr.limits(values, rules()), rules())


def any_of(flags: dict[str, xmr.Flags]) -> xmr.Flags:
    """Return which points any rule marks."""
    return np.asarray(np.logical_or.reduce([*flags.values()]))


def percent(share: float, decimals: int = 0) -> str:
    """Write a share."""
    return f"{100 * share:.{decimals}f}%"


def false_signals() -> pd.DataFrame:
    """Count signals in series in which nothing but chance changes."""
    rng, rows = np.random.default_rng(SEED), []
    names: list[int | str] = [*MEANS, "normal"]
    for name in names:
        for length in LENGTHS:
            shape = (DRAWS, length)
            drawn = rng.normal(size=shape) if isinstance(name, str) else rng.poisson(name, shape)
            flags = marked(drawn.astype("float64"))
            rows.append(
                {
                    "mean": name, "points": length,
                    **{rule: percent(flags[rule].mean(), 2) for rule in KINDS},
                    "any, of points": percent(any_of(flags).mean(), 1),
                    "any, of series": percent(any_of(flags).any(axis=-1).mean()),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def seasonal() -> pd.DataFrame:
    """Say how often seasons are found, and how often a chart signals with and without them."""
    rng, rows = np.random.default_rng(SEED), []
    months = np.tile(np.arange(1, MONTHS + 1), YEARS)
    newest = int(constant("month"))
    for mean in (10, 50, 200):
        for name, season in (("none", np.ones(MONTHS)), ("a fifth", SEASON)):
            drawn = rng.poisson(mean * np.tile(season, YEARS), (DRAWS // 20, len(months)))
            values = drawn.astype("float64")
            each = [xmr.seasons(one, months, MONTHS) for one in values]
            there = np.array([one.p < constant("season_p") for one in each])
            free = np.array(
                [
                    season.out_of(one, months) if yes else one
                    for one, season, yes in zip(values, each, there, strict=True)
                ]
            )
            shares = [
                any_of(marked(part[:, -newest:])).any(axis=-1).mean() for part in (free, values)
            ]
            rows.append(
                {
                    "mean": mean, "seasons": name, "found in": percent(there.mean(), 1),
                    "series with a signal": percent(shares[0]),
                    "as counted": percent(shares[1]),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def found() -> pd.DataFrame:
    """Say how often a change of the mean is found within six months."""
    rng, rows, length = np.random.default_rng(SEED), [], int(constant("month"))
    for mean in MEANS[2:]:
        row: dict[str, int | str] = {"mean": mean}
        for change in (1.0, *CHANGES):
            means = np.full(length, float(mean))
            means[-AFTER:] *= change
            drawn = rng.poisson(means, (DRAWS // 4, length)).astype("float64")
            share = any_of(marked(drawn))[:, -AFTER:].any(axis=-1).mean()
            row["unchanged" if change == 1 else f"up {100 * (change - 1):.0f}%"] = percent(share)
        rows.append(row)
    return pd.DataFrame(rows)


def year_ends(samples: int = SAMPLES, workers: int = 2) -> pd.DataFrame:
    """Say how often projected year ends held, over draws of the sample."""
    seeds = range(FIRST_SEED, FIRST_SEED + samples)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        told = pd.concat(pool.map(projected, seeds), ignore_index=True)
    shown = [_row(part, name, known) for (name, known), part in told.groupby(["measure", "known"])]
    return pd.DataFrame([*shown, *(_row(part, "all", k) for k, part in told.groupby("known"))])


def _row(part: pd.DataFrame, name: str, known: int) -> dict[str, object]:
    row: dict[str, object] = {"what": name, "months known": known, "projections": f"{len(part):,}"}
    for label in BOUNDS:
        low, high = part[f"low {label}"], part[f"high {label}"]
        row[f"{label} held"] = percent(part["came"].between(low, high).mean(), 1)
        row[f"{label} width"] = percent(((high - low) / part["came"]).median())
    return row


def projected(seed: int) -> pd.DataFrame:
    """Project every year of one draw of the sample from its first months."""
    rows = []
    for name, years in counted(seed).items():
        for place in range(len(years.closing)):
            for known in KNOWN:
                made, came = years.projected(place, known), years.total(place)
                if made is None:
                    continue
                row = {"measure": name, "known": known, "came": came}
                for label, (low, high) in BOUNDS.items():
                    row |= {
                        f"low {label}": made.quantile(low),
                        f"high {label}": made.quantile(high),
                    }
                rows.append(row)
    return pd.DataFrame(rows)


def counted(seed: int) -> dict[str, Years]:
    """Count events of one draw by month, straight from its log."""
    log = events.draw(seed, 1, False)
    days = {
        "referrals": log.need.episodes["referral"],
        "assessments": log.need.assessments["end"],
        "section 47 enquiries": log.need.enquiries["start"],
        "plans started": log.need.plans["start"],
        "starting to be looked after": log.care["entry"],
    }
    first, last = SINCE, 2026
    edges = np.arange(f"{first - 1}-04", f"{last}-05", dtype="datetime64[M]")
    edges = edges.astype("datetime64[D]").astype("int64")
    return {
        name: Years(
            np.histogram(each.to_numpy("int64"), edges)[0].reshape(-1, MONTHS).astype("float64"),
            tuple(range(first, last + 1)),
        )
        for name, each in days.items()
    }
