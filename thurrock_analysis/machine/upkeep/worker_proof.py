"""Ask the model of a change of worker to find what was planted: ``docs/change_of_worker.md``."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from thurrock_analysis import paths, words
from thurrock_analysis.indicators import worker_changes
from thurrock_analysis.metrics.clustered import NotEstimatedError
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.sample import events, tables
from thurrock_analysis.sample.effect import LONGER

DRAWS = 200
PLANTED = (1.0, 1.5)
"""Ratios that are planted: none, and half as much again."""
WITHIN = (0.92, 0.98)


def renew(draws: int = DRAWS) -> pd.DataFrame:
    """Draw authorities, ask of each, and write the page; return what each draw gave."""
    found = asked(range(draws))
    page = paths.home() / "docs" / "change_of_worker.md"
    page.write_text(document(found), encoding="utf-8", newline="\n")
    return found


def asked(seeds: Iterable[int]) -> pd.DataFrame:
    """Return what the model finds in unconditioned samples: a row a draw, ratio and outcome.

    Returns
    -------
    DataFrame
        outcome, planted (a ratio), truth, value, low, high; the last three are not a number
        where it refuses to estimate.
    """
    rows = []
    for seed in seeds:
        log = events.draw(seed, conditioned=False)
        for ratio in PLANTED:
            rows += estimates(log if ratio == 1 else events.plant(log, seed, ratio), ratio)
    return pd.DataFrame(rows, columns=["outcome", "planted", "truth", "value", "low", "high"])


def estimates(log: events.Log, ratio: float) -> list[tuple[str, float, float, float, float, float]]:
    """Return what the model finds in one log, a row an outcome: see `asked`."""
    held, spans = tables.typed(log)
    returns = Returns(held, spans=spans)
    rows = []
    for outcome, row in worker_changes.outcomes().iterrows():
        truth = LONGER * (ratio - 1) if row["family"] == "gaussian" else ratio
        try:
            found = worker_changes.estimate(returns, str(outcome))[1]
            told = found.value, found.low, found.high
        except NotEstimatedError:
            told = (np.nan, np.nan, np.nan)
        rows.append((str(outcome), ratio, truth, *told))
    return rows


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return for each outcome and planted ratio how often the interval holds the truth."""
    rows = []
    for (outcome, planted), part in found.groupby(["outcome", "planted"], sort=False):
        told = part.dropna(subset=["value"])
        holds = told["low"].le(told["truth"]) & told["high"].ge(told["truth"])
        beside = 0 if outcome == "assessment time" else 1
        apart = told["low"].gt(beside) | told["high"].lt(beside)
        chance = binomtest(int(holds.sum()), len(told)).proportion_ci(method="wilson")
        middle = told["value"].median()
        rows.append(
            (outcome, planted, part["truth"].iloc[0], len(part), len(part) - len(told), middle,
             holds.mean(), chance.low, chance.high, apart.mean())
        )  # fmt: skip
    columns = ["outcome", "planted", "truth", "draws", "refused", "middle estimate", "holds",
               "low", "high", "apart"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def document(found: pd.DataFrame) -> str:
    """Write the proof as Markdown."""
    rows = summary(found)
    heads = ["What could go with it", "Planted", "Draws", "Refused", "Middle estimate",
             "Interval holds what was planted", "By chance of so many draws",
             "Told apart from none"]  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for row in rows.to_dict("records"):
        cells = [
            row["outcome"], f"{row['truth']:.1f}", str(row["draws"]), str(row["refused"]),
            f"{row['middle estimate']:.2f}", f"{row['holds']:.1%}",
            f"{row['low']:.1%} to {row['high']:.1%}", f"{row['apart']:.1%}",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    within = int(rows["holds"].between(*WITHIN).sum())
    low, high = (f"{100 * end:.0f}" for end in WITHIN)
    said = (
        f"The draws are those of seeds 0 to {rows['draws'].max() - 1}. Of the {len(rows)} rows "
        f"{within} hold what was planted in {low} to {high} of a hundred draws."
    )
    return "\n\n".join([HEAD, said, "\n".join(lines), FOOT]) + "\n"


HEAD = f"""# A change of worker, proved

Written by `thurrock data change-of-worker`; [methods.md](methods.md) says how the model is made. \
Each draw is an unconditioned sample of one authority, in which reviews and moves after a change \
of a child's social worker were made more frequent by a known ratio, and assessments longer by \
known working days ({words.number(LONGER)} for each whole the ratio lies above 1), or in which \
nothing goes with a change. The model is asked to find it. A 95 per cent interval should hold \
what was planted in 95 of 100 draws."""
FOOT = """*Told apart from none* is how often the interval leaves no difference out: where none is \
planted it should be 5 in 100; where something is, it is the chance of seeing it with the \
children of one small authority in three years of returns. What was planted is read off the \
event log; the model reads typed tables of it."""
