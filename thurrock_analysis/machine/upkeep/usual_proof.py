"""Hold the usual movement against years that it was not fitted on: ``docs/usual_movement.md``."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import binom

from thurrock_analysis.metrics import standing, usual, usual_fit
from thurrock_analysis.metrics.usual import LAGS, LEVEL, Z95, Usual
from thurrock_analysis.metrics.usual_fit import Panel
from thurrock_analysis.record import measures

LAST = 5
"""Editions that are proved."""
WITHIN = (0.02, 0.09)
"""Shares flagged that each measure, and each third of it, should lie between."""
THIRDS = ["small", "middle", "large"]
FEWEST = 60
"""Authorities without which a funnel is not proved."""
PLANTED = (0, 1, 2, 3, 4)
"""Usual movements that are planted in simulated authorities."""
ROUNDS, AUTHORITIES, YEARS, SEED = 40, 150, 10, 20241231
Editions = dict[str, dict[str, Usual]]


def outcomes(
    panels: Iterable[Panel],
    rows: dict[str, Usual],
    thirds: dict[str, int],
    lag: int = 1,
    held_out: bool = True,
) -> pd.DataFrame:
    """Say of every change after an edition's years whether it is flagged.

    Parameters
    ----------
    thirds : dict
        0, 1 or 2 for each authority by the children who live there.
    held_out : bool
        Only years after those that the edition was fitted on; else only the newest of those.

    Returns
    -------
    DataFrame
        measure, kind, third, flagged, and ``chance``: whether the test of chance alone flags it,
        NaN where that knows no test.
    """
    parts = []
    for panel in panels:
        row = rows.get(panel.measure)
        if not row or row.kind != panel.kind:
            continue
        found = usual_fit.changes(panel, lag)
        chosen = found.last > row.last_year if held_out else found.last == row.last_year
        moved, chance = found.moved[chosen], found.chance[chosen]
        scale = np.sqrt(row.phi * chance + row.tau2 * row.over(lag))
        alone = np.abs(moved + found.common[chosen]) > Z95 * np.sqrt(chance)
        tested = panel.kind in ("rate", "share")
        part = {
            "measure": panel.measure,
            "kind": panel.kind,
            "third": [thirds[code] for code in panel.areas[found.area[chosen]]],
            "flagged": np.abs(moved) > usual.quantile(row.df) * scale,
            "chance": alone.astype(float) if tested else np.full(len(moved), np.nan),
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def row_of(found: pd.DataFrame) -> dict[str, float]:
    """Sum up outcomes: what share is flagged, in all, by size, and where it should lie."""
    each = found.groupby("measure")["flagged"].agg(["mean", "size"])
    cells = found.groupby(["measure", "third"])["flagged"].agg(["mean", "size"])
    thirds = found.groupby("third")["flagged"].mean()
    return {
        "changes": len(found),
        "flagged": found["flagged"].mean(),
        **{name: thirds.get(place, np.nan) for place, name in enumerate(THIRDS)},
        "measures": len(each),
        "measures within": each["mean"].between(*WITHIN).mean(),
        "at best": at_best(each["size"]),
        "their thirds within": cells["mean"].between(*WITHIN).mean(),
        "at best ": at_best(cells["size"]),
        "chance alone": found["chance"].mean(),
    }


def at_best(sizes: pd.Series) -> float:
    """Return how many of some groups would lie within if each change were flagged once in 20."""
    low, high = np.ceil(WITHIN[0] * sizes) - 1, np.floor(WITHIN[1] * sizes)
    return float(np.mean(binom.cdf(high, sizes, LEVEL) - binom.cdf(low, sizes, LEVEL)))


def outside(panels: Iterable[Panel], totals: set[str]) -> pd.DataFrame:
    """Return the share of authorities outside the funnel's 95 % limits, by measure and year."""
    rows = []
    for panel in panels:
        for place, year in enumerate(panel.years):
            at, chance = panel.at[:, place], panel.chance[:, place]
            if panel.measure in totals or np.isfinite(at).sum() < FEWEST:
                continue
            z = standing.funnel(at, chance, panel.england[place]).z
            bare = (at - panel.england[place]) / np.sqrt(chance)
            held = z[np.isfinite(z)]
            if len(held):
                beyond = np.abs(bare[np.isfinite(bare)]) > Z95
                rows.append(
                    (panel.measure, panel.kind, year, np.mean(np.abs(held) > Z95), beyond.mean())
                )
    return pd.DataFrame(rows, columns=["measure", "kind", "year", "outside", "chance alone"])


def simulated(row: Usual, levels: np.ndarray, years: int, rng: np.random.Generator) -> Panel:
    """Return authorities whose counts move as a row says, with a common shock each year.

    Parameters
    ----------
    row : Usual
        Its tau2 and df are used; chance is Poisson's, whose phi is 1.
    levels : ndarray
        The count that each authority starts from.
    """
    steps = rng.standard_t(row.df, (len(levels), years - 1)) * np.sqrt(row.tau2)
    common = np.concatenate([[0.0], rng.normal(0, 0.1, years - 1).cumsum()])
    drift = np.concatenate([np.zeros((len(levels), 1)), steps.cumsum(axis=1)], axis=1)
    counts = rng.poisson(levels[:, None] * np.exp(drift + common))
    return Panel(
        row.measure,
        "count",
        "simulated",
        np.arange(2025 - years, 2025),
        np.log(counts + usual.HALF),
        1 / (counts + usual.HALF),
        common,
        np.array([f"authority {place}" for place in range(len(levels))]),
        np.zeros(counts.shape, dtype=int),
    )


def power(rows: list[Usual], rounds: int = ROUNDS) -> pd.DataFrame:
    """Return how often a planted change is flagged, by how many usual movements it is.

    Each round simulates authorities after the parameters of one shipped count, estimates the
    usual movement from them anew, and plants the change in a year that the estimate did not see.
    """
    rng = np.random.default_rng(SEED)
    flagged = []
    for number in range(rounds):
        row = rows[number * len(rows) // rounds]
        levels = np.exp(rng.uniform(np.log(20), np.log(3000), AUTHORITIES))
        whole = simulated(row, levels, YEARS + 1, rng)
        earlier = Panel(
            row.measure, "count", "simulated", whole.years[:-1], whole.at[:, :-1],
            whole.chance[:, :-1], whole.england[:-1], whole.areas, whole.starts[:, :-1],
        )  # fmt: skip
        found = usual_fit.fit([earlier], "2024-12-31")[0]
        newest = usual_fit.changes(whole)
        last = newest.last == whole.years[-1]
        scale = np.sqrt(found.phi * newest.chance[last] + found.tau2)
        limit = usual.quantile(found.df)
        far = newest.moved[last] / scale / limit * Z95
        flagged.append([np.mean(np.abs(far + planted) > Z95) for planted in PLANTED])
    return pd.DataFrame({"planted": PLANTED, "flagged": np.mean(flagged, axis=0)})


def document(panels: list[Panel], editions: Editions, thirds: dict[str, int]) -> str:
    """Write the proof as Markdown.

    Parameters
    ----------
    panels : list of Panel
        Every measure as the newest edition has it.
    editions : dict
        Rows of the table by date and measure.
    """
    closed = [date for date in editions if date[:4] < max(editions)[:4]]
    dates = [date for date in closed if held(panels, editions[date])][-LAST:]
    proved = {date: outcomes(panels, editions[date], thirds) for date in dates}
    first = pd.DataFrame({date: row_of(found) for date, found in proved.items()}).T
    used = {d: outcomes(panels, editions[d], thirds, held_out=False) for d in dates}
    second = pd.DataFrame({date: row_of(found) for date, found in used.items()}).T
    windows = pd.DataFrame(
        {
            f"{lag} years": {
                date: outcomes(panels, editions[date], thirds, lag)["flagged"].mean()
                for date in dates
            }
            for lag in LAGS[1:]
        }
    )
    each = pd.DataFrame({d: f.groupby("measure")["flagged"].mean() for d, f in proved.items()})
    totals = {panel.measure for panel in panels if measures.get(panel.measure).is_count}
    funnels = outside(panels, totals)
    newest = editions[max(editions)]
    counts = [row for row in newest.values() if row.kind == "count" and row.rests_on == "own"]
    said = [
        HEAD,
        f"## One year, on years not fitted\n\n{ABOUT_HELD}\n\n{markdown(first)}",
        f"## One year, as a report uses it\n\n{ABOUT_USED}\n\n{markdown(second)}",
        f"## Longer windows, on years not fitted\n\n{ABOUT_WINDOWS}\n\n{markdown(windows)}",
        f"## Planted changes\n\n{ABOUT_POWER}\n\n" + markdown(power(counts).set_index("planted")),
        f"## Standing\n\n{ABOUT_STANDING}\n\n"
        + markdown(funnels.groupby("kind")[["outside", "chance alone"]].mean())
        + f"\n\nOver all: {funnels['outside'].mean():.1%} outside, "
        f"{funnels['chance alone'].mean():.0%} by chance alone.",
        f"## Each measure\n\n{ABOUT_EACH}\n\n{markdown(each)}",
    ]
    return "\n\n".join(said) + "\n"


def held(panels: list[Panel], rows: dict[str, Usual]) -> bool:
    """Say whether the record has years after most of an edition's."""
    after = [
        panel.years[-1] > rows[panel.measure].last_year for panel in panels if panel.measure in rows
    ]
    return np.mean(after) > LEVEL * 10 if after else False


def markdown(frame: pd.DataFrame) -> str:
    """Write a frame as a table: counts whole, shares in per cent."""
    whole = {"changes", "measures"}
    head = [frame.index.name or "", *frame.columns]
    lines = ["| " + " | ".join(map(str, head)) + " |", "|---" * len(head) + "|"]
    for name, row in frame.iterrows():
        cells = [
            "" if pd.isna(cell) else f"{cell:,.0f}" if column in whole else f"{100 * cell:.1f}"
            for column, cell in row.items()
        ]
        lines.append("| " + " | ".join([str(name), *cells]) + " |")
    return "\n".join(lines)


HEAD = """# The usual movement, proved

Written by `thurrock data usual`; [methods.md](methods.md) says how the table is made. All shares \
are in per cent. A rule at 5 per cent should flag five changes in a hundred: here stands what it \
flags."""
ABOUT_HELD = """Each edition is fitted on what was out by its date and then tried on every change \
after its newest year, as the record has them now. *Within*: how many of a hundred measures, and \
of the thirds of authorities in each, have between 2 and 9 flagged; *at best*: how many would if \
every change were flagged independently once in twenty. *Chance alone*: what the test of Poisson \
and binomial chance, as if cases were independent, flags of the rates and shares among them. A \
row is an edition, named by the last day on which a release came out in its year."""
ABOUT_USED = """A report tests the newest change by the edition that was out when that change \
was: the changes of an edition's own newest year."""
ABOUT_WINDOWS = """The share flagged of changes over several years. An edition that had few \
windows of ten years to learn from is the worst at them."""
ABOUT_POWER = f"""How often a change of so many usual movements is flagged, in {ROUNDS} sets of \
{AUTHORITIES} simulated authorities with the parameters of shipped counts and a common shock each \
year; none planted is the share flagged for nothing. The usual movement is estimated from {YEARS} \
simulated years, the change planted in the next."""
ABOUT_STANDING = """The share of authorities outside the 95 % limits around England, with the \
variance between authorities and without it, over every rate, share and ratio and every year of at \
least 60 authorities."""
ABOUT_EACH = """The share flagged of each measure's changes, on years not fitted, by edition; the \
totals above count them all. Two rows are far from 5 for a reason. Of children away on 31 March \
nearly every authority prints none in both years, so that the one movement taken out, England's \
(from 40 to 60 in 2024), is all that is left of each of them, and all are flagged together. Other \
placements were nearly none in the years to 2017, on which the edition of 2020 rests, and several \
in a hundred since homes for semi-independent living had to register."""
