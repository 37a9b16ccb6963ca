"""Forecast what comes after the record: an edition a release, fitted on what was out by then."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.findings.verbs.outlook import GROUP, place
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.machine.upkeep import backtest
from thurrock_analysis.machine.upkeep.archive import OGL
from thurrock_analysis.metrics import calibration, rolling
from thurrock_analysis.metrics.calibration import LEVELS, QUANTILES
from thurrock_analysis.metrics.forecasting import Panel, Scale
from thurrock_analysis.record import areas, dictionary, measures, provenance, releases, store, tidy

LABELS = ["measure", "release", "area", "method"]
KEPT = ["measure", "release", "published", "area", "period_end", "horizon", "newest", "method",
        "errors", "origins"]  # fmt: skip
"""The columns of the outlook, before its quantiles."""


def build() -> pd.DataFrame:
    """Forecast every measure anew; write the outlook, its sidecar and docs/outlook.md.

    Returns
    -------
    DataFrame
        The outlook as shipped.
    """
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        both = list(pool.map(forecast, grouping(GROUP)))
    told, rivals = (pd.concat(parts, ignore_index=True) for parts in zip(*both, strict=True))
    path, shares = place(), {share: str(share) for share in QUANTILES}
    shipped = told[[*KEPT, *QUANTILES]].rename(columns=shares)
    shipped = shipped.astype(dict.fromkeys(LABELS, "category") | {"errors": "int32"})
    shipped.to_parquet(path, compression="zstd", index=False)
    provenance.write(path, description(shipped))
    page = paths.home() / "docs" / "outlook.md"
    page.write_text(backtest.page(told, rivals), encoding="utf-8", newline="\n")
    return shipped


def forecast(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast one measure from each of its releases; and its rivals' intervals beside it."""
    calendar = releases.calendar().dropna(subset="period_end").reset_index()
    mine = calendar[calendar["collection"].eq(measures.get(name).collection)]
    mine = mine.assign(year=mine["period_end"].dt.year).set_index("year")
    made = {year: panel(name, release) for year, release in mine["release"].items()}
    told, rivals = rolling.forecasts({year: one for year, one in made.items() if one})
    low, high = calibration.ends_of(min(LEVELS))
    told = told[told[[low, high]].notna().all(axis=1)]
    of = mine.loc[told["year"]]
    ahead = zip(of["period_end"], told["horizon"], strict=True)
    told = told.assign(
        measure=name,
        release=of["release"].to_numpy(),
        published=of["first_published"].to_numpy(),
        period_end=[end + pd.DateOffset(years=years) for end, years in ahead],
    )
    # One decimal more than figures have tells all that a sentence or a chance needs.
    told[list(QUANTILES)] = told[list(QUANTILES)].round(measures.get(name).decimals + 1)
    return told, rivals.assign(measure=name)


def panel(name: str, release: str) -> Panel | None:
    """Return what was known of a measure when a release of it came out; None if nothing was."""
    out = releases.calendar().loc[release]
    newest = out["period_end"].year
    rows = store.load([name])
    rows = rows[rows["breakdown"].eq(tidy.ALL)]
    known = tidy.conform(store.as_at(rows, f"{out['first_published']:%Y-%m-%d}"))
    year = known["period_end"].dt.year
    known = known.assign(year=year)[year.between(first_year(name, newest), newest)]
    wide = known.pivot(index="area", columns="year", values="value").astype("float64")
    if newest not in wide or areas.ENGLAND not in wide.index:
        return None
    level = wide.index.map(lambda code: areas.get(code).level)
    values = wide[level.isin(["authority", "joint"]) & wide[newest].notna()]
    share = measures.get(name).unit == "percent"
    cases = known[known["year"].eq(newest)].set_index("area")["denominator"]
    size = cases.reindex(values.index).fillna(1.0) if share else values[newest]
    return Panel(values, wide.loc[areas.ENGLAND], size.clip(lower=1.0), Scale(share))


def first_year(name: str, newest: int) -> int:
    """Return the first closing year that can be compared with a newest one: no break between."""
    breaks = dictionary.read("breaks").query("breakdown == 'all' and area == ''")
    years = breaks.loc[breaks["measure"].eq(name), "period_end"].str[:4].astype(int)
    return max((year for year in years if year <= newest), default=0)


def description(shipped: pd.DataFrame) -> dict[str, object]:
    """Describe the outlook for its sidecar."""
    record = provenance.read(paths.record())
    ends = shipped["period_end"]
    return {
        "title": "What is expected of English authorities: quantiles of forecasts, by release",
        "publisher": "computed from figures of the Department for Education",
        "releases": sorted(shipped["release"].astype("str").unique()),
        "period": f"{ends.min():%Y-%m-%d} to {ends.max():%Y-%m-%d}",
        "rows": len(shipped),
        "licence": OGL,
        "counts": "A row a measure, release, authority and year ahead: the newest figure, what the "
        "forecast is by, how many past errors of how many years it rests on, and quantiles of "
        "what is to come.",
        "did": "Each edition is fitted on what had been published when its release came out; its "
        "intervals rest on the errors of earlier forecasts that had come due by then.",
        "sources": [
            {name: record[name] for name in ("publisher", "title", "sha256")}
            | {"file": paths.place(paths.record())}
        ],
        "status": "forecast",
    }
