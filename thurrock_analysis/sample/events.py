"""The whole event log of the fictional authority, drawn from one seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.sample import care, drawing, effect, need, placing, workers
from thurrock_analysis.sample.care import Children
from thurrock_analysis.sample.need import Need
from thurrock_analysis.sample.totals import Totals
from thurrock_analysis.sample.workers import Workers

AUTHORITY, NUMBER = "Saltmere", 990
"""A name and a number that no authority has."""
SHIPPED = 2016
"""The seed of the sample that is shipped."""
PARTS = 13
"""Streams of chance, the last of what is planted."""


@dataclass(frozen=True)
class Log:
    """Everything that happened, in days as whole numbers; what never happens is ``NEVER``."""

    children: Children
    care: pd.DataFrame
    adoption: pd.DataFrame
    episodes: pd.DataFrame
    respite: pd.DataFrame
    reviews: pd.DataFrame
    missing: pd.DataFrame
    health: pd.DataFrame
    leavers: pd.DataFrame
    need: Need
    workers: Workers
    postcodes: pd.DataFrame


def draw(
    seed: int = SHIPPED,
    size: float = 1,
    conditioned: bool = True,
    change_of_worker: float = 1,
) -> Log:
    """Draw an authority; each part has a stream of chance of its own.

    Parameters
    ----------
    change_of_worker : float
        What goes with a change of worker, as `effect.plant` has it: nothing at 1.

    Examples
    --------
    >>> log = draw(size=0.05)
    >>> len(log.postcodes), bool((log.care["exit"] >= log.care["entry"]).all())
    (230, True)
    """
    streams = iter(
        np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(PARTS)
    )
    totals = Totals(size, conditioned, next(streams))
    none, words = np.array([], "int64"), np.array([], object)
    children = Children(none, words, words, words, np.array([], bool))
    spells = care.spells(next(streams), totals, children)
    way = care.adoption(next(streams), spells, children)
    episodes = placing.episodes(next(streams), totals, spells, children, way)
    reviews = care.reviews(next(streams), spells, children)
    missing = care.missing(next(streams), totals, spells, children, episodes)
    health = care.health(next(streams), totals, spells, children)
    respite = placing.respite(next(streams), totals, children)
    leavers = care.leavers(next(streams), totals, spells, children)
    needs = need.draw(next(streams), totals, children, spells)
    staff = workers.draw(next(streams), totals, spells)
    posts = placing.postcodes(np.random.default_rng(drawing.FIRST))
    log = Log(
        children,
        spells,
        way,
        episodes,
        respite,
        reviews,
        missing,
        health,
        leavers,
        needs,
        staff,
        posts,
    )
    return log if change_of_worker == 1 else plant(log, seed, change_of_worker)


def plant(log: Log, seed: int, ratio: float) -> Log:
    """Return a log in which something goes with a change of worker: what `draw` gives with it."""
    stream = np.random.default_rng(np.random.SeedSequence(seed).spawn(PARTS)[-1])
    return effect.plant(stream, log, ratio)
