"""Set averages of the adopted alone beside what became of all: ``docs/durations.md``."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.metrics import survival
from thurrock_analysis.sample import care
from thurrock_analysis.sample.drawing import LAST, NEVER, span
from thurrock_analysis.sample.totals import Totals

DRAWS = 100
SEEN = (2018, 2019, 2020)
"""Closing years in which one looks; those who entered in the three years before are asked about."""
HORIZON = 730
MONTH = 365.25 / 12
YEARS, ENTRIES, CLEARED = 14, 40, 3
"""Of the backlog: years, children who enter in one, and years in which it is cleared."""


def renew(draws: int = DRAWS) -> pd.DataFrame:
    """Draw authorities, look at each as it was, and write the page; return what each gave."""
    found = asked(range(draws))
    page = paths.home() / "docs" / "durations.md"
    page.write_text(document(found, backlog()), encoding="utf-8", newline="\n")
    return found


def asked(seeds: Iterable[int]) -> pd.DataFrame:
    """Return for each draw and year what was to be seen of those who entered, and the truth.

    Returns
    -------
    DataFrame
        year; ``adopted`` (mean months of those adopted by then), ``truly`` (of all who are adopted
        within eight years); ``share``, ``low``, ``high`` (incidence of adoption within two years,
        as seen), ``naive`` (of those whose care had ended, the share adopted within two years),
        ``true`` (share of all); ``dealt``, ``dealt low`` and ``dealt high`` (the incidence had the
        days on which these children entered been dealt out among them by chance).
    """
    rows = [row for seed in seeds for row in _of_one(seed)]
    columns = ["year", "adopted", "truly", "share", "low", "high", "naive", "true",
               "dealt", "dealt low", "dealt high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _of_one(seed: int) -> list[tuple[float, ...]]:
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2)]
    none, words = np.array([], "int64"), np.array([], object)
    children = care.Children(none, words, words, words, np.array([], bool))
    table = care.spells(streams[1], Totals(1, False, streams[0]), children)
    deal = np.random.default_rng([seed, 1])
    return [row for year in SEEN if (row := _seen(table, year, deal)) is not None]


def _seen(table: pd.DataFrame, year: int, deal: np.random.Generator) -> tuple[float, ...] | None:
    """Look on a 31 March at those who entered in the three years to it."""
    last = span(year)[1]
    rows = table[table["entry"].between(span(year - 2)[0], last)]
    entry = rows["entry"].to_numpy("int64")
    stay = (rows["exit"] - rows["entry"]).to_numpy("float64")
    adopted = rows["reason"].isin(["E11", "E12"]).to_numpy()
    over = entry + stay <= last
    if not (adopted & over).any():
        return None
    early = adopted & (stay <= HORIZON)
    full = adopted & (rows["exit"] < NEVER).to_numpy()
    means = [stay[which].mean() / MONTH for which in (adopted & over, full)]
    shares = (float(early[over].mean()), float(early.mean()))
    seen, dealt = (
        _incidence(last - days, stay, adopted) for days in (entry, deal.permutation(entry))
    )
    return (year, *means, *seen, *shares, *dealt)


def _incidence(followed: np.ndarray, stay: np.ndarray, adopted: np.ndarray) -> survival.Interval:
    """Return the incidence of adoption within two years where each was followed for so long."""
    over = stay <= followed
    way = np.where(over, np.where(adopted, "adopted", "else"), survival.OPEN)
    return survival.curve(np.minimum(stay, followed), way).ended_at("adopted", HORIZON)


def backlog(years: int = YEARS) -> pd.DataFrame:
    """Return a backlog that is cleared, worked out without chance.

    Of the 40 who enter in a year 28 go home, 10 are adopted after a year and a half to two, and 2
    wait: until three years before the end nobody takes them on, then a third of them each year.

    Returns
    -------
    DataFrame
        By year: ``adopted``, their ``average`` months, ``waiting`` for longer than 36 months at
        its end, and ``restricted``: of those who entered in it, the mean of the first 36 months,
        all counted.
    """
    place = np.tile(np.arange(ENTRIES), years)
    enter = np.repeat(np.arange(years) * 365, ENTRIES) + place * 365 // ENTRIES
    home, stuck = place < 28, place >= 38
    gone = enter + np.where(home, 150 + 10 * place, 510 + 20 * (place - 28))
    first = (years - CLEARED) * 365
    turn = np.flatnonzero(stuck & (enter < first - 1096))
    gone[stuck] = NEVER
    gone[turn] = first + np.arange(len(turn)) * CLEARED * 365 // len(turn)
    close = years * 365
    over = gone < close
    way = np.where(~over, survival.OPEN, np.where(home, "home", "adopted"))
    stop = np.where(over, gone, close) - enter
    rows = []
    for year in range(years):
        end, mine = (year + 1) * 365, (way == "adopted") & (gone // 365 == year)
        began = enter // 365 == year
        told = np.nan
        if end + 1096 <= close:
            told = survival.curve(stop[began], way[began]).restricted(1096)[0] / MONTH
        average = stop[mine].mean() / MONTH if mine.any() else np.nan
        long = (enter + 1096 < end) & (gone >= end)
        rows.append((year + 1, int(mine.sum()), average, int(long.sum()), told))
    return pd.DataFrame(rows, columns=["year", "adopted", "average", "waiting", "restricted"])


def document(found: pd.DataFrame, queue: pd.DataFrame) -> str:
    """Write both tables as Markdown."""
    rows = []
    for year, part in found.groupby("year"):
        mean = part.mean()
        holds = [
            (part[low].le(mean["true"]) & part[high].ge(mean["true"])).mean()
            for low, high in (("low", "high"), ("dealt low", "dealt high"))
        ]
        rows.append(
            f"| {year:.0f} | {len(part)} | {mean['adopted']:.1f} | {mean['truly']:.1f} | "
            f"{mean['adopted'] - mean['truly']:+.1f} | {mean['naive']:.1%} | {mean['share']:.1%} | "
            f"{mean['true']:.1%} | {holds[0]:.0%} | {mean['dealt']:.1%} | {holds[1]:.0%} |"
        )
    heads = ["Seen in March", "Draws", "Adopted by then: months", "All who are adopted: months",
             "Bias", "Adopted, of those who left", "Incidence as seen", "Of all, in truth",
             "Interval holds it", "Incidence, entries dealt anew",
             "Interval holds it then"]  # fmt: skip
    table = [f"| {' | '.join(heads)} |", "|---:" * len(heads) + "|", *rows]
    names = ["Year", "Adopted", "Their average: months", "Waiting for longer than 36 months",
             "Entered in it, first 36 months, all counted"]  # fmt: skip
    lines = [f"| {' | '.join(names)} |", "|---:" * len(names) + "|"]
    for row in queue.itertuples():
        lines.append(
            f"| {row.year} | {row.adopted} | {_number(row.average)} | {row.waiting} | "
            f"{_number(row.restricted)} |"
        )
    return "\n\n".join([HEAD, "\n".join(table), QUEUE, "\n".join(lines)]) + "\n"


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1f}"


HEAD = f"""# Averages of those who are done, measured

Written by `thurrock data durations`; [methods.md](methods.md) says how durations are told. In \
unconditioned samples of one authority somebody looks on a 31 March at the children who came into \
care in the three years before. *Adopted by then* is the mean time in care of those adopted so \
far, as averages such as A1 have it; *all who are adopted* what it comes to once the log, which \
goes on to {LAST + 2}, knows them all. The incidence of adoption within two years is that of \
Aalen and Johansen, as seen on the day with those in care still counted; beside it stand the \
share among those who had left by then and the truth of all. The interval should hold the mean of \
the truths in 95 of 100 draws.

All are followed from the day on which they entered, so that delayed entry plays no part here. To \
tell the method from the sample, those days are dealt out anew among the same children by chance: \
each stays as long and leaves in the same way, but for how long one is followed is no longer tied \
to how one leaves, which the method takes for granted. What is left of a difference then is the \
method's; what goes away came of the tie between entry and stay in the sample. What ties them was \
not tested."""
QUEUE = f"""## A backlog that is cleared

Worked out, with no chance in it: {ENTRIES} children enter each year, 28 go home, 10 are adopted \
after a year and a half to two, 2 wait. In the last {CLEARED} years those who have waited longest \
are adopted too. The average of those adopted rises as the backlog is cleared, though nobody who \
enters waits longer than before: a rising average is no sign that it takes longer. Years of which \
not all were followed for 36 months have no last figure."""
