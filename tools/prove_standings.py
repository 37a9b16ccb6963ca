"""Count over the record, and draw at chance, how often a first page names a standing.

    python tools/prove_standings.py

writes ``docs/standings.md``.
"""

# ruff: noqa: E501 - paragraphs of the document that it writes

from collections.abc import Iterable

import numpy as np
import pandas as pd

from thurrock_analysis import open_report, paths
from thurrock_analysis.findings import matters, standings
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.standings import Field
from thurrock_analysis.findings.verbs.expected import held
from thurrock_analysis.metrics import standing
from thurrock_analysis.metrics.usual import discoveries
from thurrock_analysis.record import dictionary

FEWEST = 60
"""Authorities without which a measure is not counted."""
LEVELS = (0.05, 0.01, 0.001)
PLANTED = (0, 2, 3, 4, 5)
ROUNDS, SEED = 40, 20261127
Comparisons = pd.DataFrame
"""A row a comparison: area, measure, against, z."""


def fields(report: Report) -> dict[str, Field]:
    """Return the newest year of each measure that matters that most authorities have."""
    found = {}
    for row in dictionary.rows("matters"):
        rows = report.figures(row["measure"]).dropna(subset="value")
        counts = rows[rows["area"].isin(standings.authorities())]["period_end"]
        counts = counts.dt.year.value_counts()
        if (counts >= FEWEST).any():
            year = int(counts.index[counts >= FEWEST].max())
            among = standings.field(report, row["measure"], year)
            if among is not None:
                found[row["measure"]] = among
    return found


def compared(known: dict[str, Field]) -> Comparisons:
    """Return every authority's distances from England and from its neighbours."""
    parts = [
        pd.DataFrame({"area": one.areas, "measure": name, "against": whom, "z": z})
        for name, one in known.items()
        for whom, z in one.distances().items()
    ]
    return pd.concat(parts, ignore_index=True).dropna()


def needed(report: Report) -> Comparisons:
    """Return every authority's distances from what would be expected, of the newest edition."""
    rows = held(report)
    rows = rows[rows["edition"].eq(rows["edition"].max())]
    rows = rows[rows["actual"].gt(0) & rows["low_95"].gt(0)]
    return pd.DataFrame(
        {
            "area": rows["area"].to_numpy(),
            "measure": rows["measure"].to_numpy(),
            "against": matters.EXPECTED,
            "z": [matters.beyond(row)[0] for row in rows.itertuples()],
        }
    )


def drawn(known: dict[str, Field], needs: Comparisons, rng: np.random.Generator) -> Comparisons:
    """Return distances of authorities that differ by chance, and by what they usually differ."""
    parts = {}
    for name, one in known.items():
        between = standing.funnel(one.at, one.chance, one.england).between
        middle = one.england if np.isfinite(one.england) else 0.0
        spread = np.sqrt(one.chance + (between if np.isfinite(between) else 0.0))
        at = middle + spread * rng.standard_normal(len(one.at))
        parts[name] = Field(one.areas, at, one.chance, middle, one.peers)
    return pd.concat([compared(parts), needs.assign(z=rng.standard_normal(len(needs)))])


def pages(found: Comparisons) -> pd.DataFrame:
    """Return, by authority, its comparisons, those beyond 5 per cent, and those that stand out."""
    return pd.DataFrame(
        [
            {"area": area, "tests": len(each), "alone": int((each["p"] <= LEVELS[0]).sum()),
             "stands": int(discoveries(each["p"].to_numpy()).sum())}
            for area, each in found.assign(p=found["z"].map(lambda z: standing.chance(z)))
            .groupby("area")
        ]
    )  # fmt: skip


def power(
    known: dict[str, Field], needs: Comparisons, rng: np.random.Generator
) -> dict[int, float]:
    """Return how often one measure that is so far from England and neighbours stands out."""
    found = {}
    for size in PLANTED:
        base = drawn(known, needs, rng)
        chosen = {area: rng.choice(each.unique()) for area, each in base.groupby("area")["measure"]}
        planted = base["measure"].eq(base["area"].map(chosen)) & base["against"].ne("expected")
        moved = base.assign(z=base["z"] + size * planted, planted=planted)
        moved["p"] = moved["z"].map(standing.chance)
        hits = [
            (discoveries(each["p"].to_numpy()) & each["planted"].to_numpy()).any()
            for _, each in moved.groupby("area")
            if each["planted"].any()
        ]
        found[size] = 100 * float(np.mean(hits))
    return found


def table(rows: Iterable[Iterable[object]], heads: Iterable[str]) -> str:
    """Write a table of Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def main() -> None:
    """Count, draw and write."""
    report, rng = open_report("Thurrock"), np.random.default_rng(SEED)
    known, needs = fields(report), needed(report)
    real = pd.concat([compared(known), needs], ignore_index=True)
    chances = real["z"].map(standing.chance)
    tails = [
        (whom, f"{len(each):,}", *(f"{100 * (each <= level).mean():.1f}" for level in LEVELS))
        for whom, each in chances.groupby(real["against"])
    ]
    here = pages(real)
    there = pd.concat([pages(drawn(known, needs, rng)) for _ in range(ROUNDS)])
    named = [
        (
            title,
            f"{len(each):,}",
            f"{each['tests'].mean():.0f}",
            f"{each['alone'].mean():.1f}",
            f"{100 * each['alone'].gt(0).mean():.0f}",
            f"{100 * each['stands'].gt(0).mean():.1f}",
            f"{each['stands'].mean():.2f}",
        )
        for title, each in (("the record", here), ("drawn at chance", there))
    ]
    planted = power(known, needs, rng)
    text = f"""# What matters most, proved

Written by `python tools/prove_standings.py`; [methods.md](methods.md) says how a first page chooses. Every authority's newest figures of the {len(known)} measures of `matters.csv` that at least {FEWEST} authorities have are set beside England, their statistical neighbours and what would be expected, as known on {report.as_at}.

## How far authorities stand apart

How many of a hundred comparisons are as improbable as the head of the column has it, by themselves. A normal distribution would have 5, 1 and 0.1: the middle fits, and the far tails hold more, which are the figures that a first page is for.

{table(tails, ["beside", "comparisons", *(f"{100 * one:g} per cent" for one in LEVELS)])}
## How many pages name a standing

*Alone*: comparisons of a page beyond 19 in 20 by themselves. *Stands out*: what the false discovery rate of 5 per cent leaves of the comparisons of one page. Drawn at chance are authorities that differ as much as those of the record usually do, on each measure independently of the others ({ROUNDS} draws of all of them): whatever stands out there is a false discovery.

{table(named, ["", "pages", "comparisons", "alone", "pages with one alone, %", "pages on which one stands out, %", "that stand out, a page"])}
## What would be seen

One measure of each authority drawn is moved so many times what authorities usually differ by, away from England and its neighbours alike: how often it stands out.

{table(([size, f"{share:.0f}"] for size, share in planted.items()), ["moved by", "stands out, %"])}
Correction costs power. A figure twice as far as usual is seldom told from the one in twenty that is as far on every measure; what stands out is three to five times as far. So a page lists what is farthest whether or not it stands out, and says which it is.
"""
    (paths.home() / "docs" / "standings.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
