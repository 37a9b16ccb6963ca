"""What is planted to go with a change of worker, so that a method can be asked to find it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis.sample.care import LATE, REVIEWED
from thurrock_analysis.sample.drawing import NEVER, Flags, Ints, between, working

if TYPE_CHECKING:
    from thurrock_analysis.sample.events import Log

DAYS, LONGER = 90, 10
"""For how long a change tells, and by how many working days an assessment is longer at twice."""
KEY = 10 * NEVER
Lately = Callable[[Ints, Ints], Flags]


def plant(rng: np.random.Generator, log: "Log", ratio: float) -> "Log":
    """Make more happen in the 90 days from a change of worker on.

    Parameters
    ----------
    ratio : float
        By how much the odds that a review is late and the rate of moves are multiplied, from 1
        to 2; assessments are longer by ten working days times what it is above 1.
    """
    changed = _changes(log.workers.spells)

    def lately(child: Ints, day: Ints) -> Flags:
        last = _before(changed, child, day)
        return np.asarray((last >= 0) & (day - last < DAYS))

    need = replace(log.need, assessments=_assessments(log, ratio, lately))
    return replace(
        log,
        reviews=_reviews(rng, log, ratio, lately),
        episodes=_moves(rng, log, ratio, changed),
        need=need,
    )


def _changes(spells: pd.DataFrame) -> Ints:
    """Return the days on which another worker takes over, as keys of child and day."""
    rows = spells.sort_values(["number", "start"], kind="stable")
    before = rows.groupby("number")["worker"].shift()
    rows = rows[before.notna() & before.ne(rows["worker"])]
    return np.sort(rows["child"].to_numpy("int64") * KEY + rows["start"].to_numpy("int64"))


def _before(changed: Ints, child: Ints, day: Ints) -> Ints:
    """Return the day of the last change by a day, -1 where a child had none."""
    keys = np.append(-KEY, changed)
    at = keys[np.searchsorted(keys, child * KEY + day, "right") - 1]
    return np.where(at // KEY == child, at % KEY, -1)


def _reviews(rng: np.random.Generator, log: "Log", ratio: float, lately: Lately) -> pd.DataFrame:
    """Hold more reviews late, and those after each as long after it as they were."""
    wide = log.reviews.pivot(index="number", columns="rank", values="date")
    care = log.care.set_index("number").loc[wide.index]
    child, entry = (care[name].to_numpy("int64") for name in ("child", "entry"))
    moved, before, shift = {}, np.full(len(wide), NEVER), np.zeros(len(wide), "int64")
    for rank in sorted(wide.columns):
        held = wide[rank].fillna(NEVER).to_numpy("int64")
        date = np.where(held < NEVER, held + shift, NEVER)
        due = working(entry, REVIEWED[0]) if rank == 0 else before + REVIEWED[min(rank, 2)]
        chance = LATE[min(rank, 1)]
        odds = ratio * chance / (1 - chance)
        more = (odds / (1 + odds) - chance) / (1 - chance)
        late = (rng.random(len(wide)) < more) & (date <= due) & lately(child, due)
        new = np.where(late, due + 1 + between(rng, np.zeros(len(wide), "int64"), 25), date)
        shift, before = shift + new - date, new
        moved[rank] = pd.Series(new, index=wide.index)
    told = pd.DataFrame(moved).stack().rename("new").rename_axis(["number", "rank"])
    rows = log.reviews.drop(columns="date").join(told, on=["number", "rank"])
    rows = rows.rename(columns={"new": "date"})[list(log.reviews.columns)]
    left = rows["number"].map(log.care.set_index("number")["exit"])
    return rows[rows["date"] < left].reset_index(drop=True)


def _assessments(log: "Log", ratio: float, lately: Lately) -> pd.DataFrame:
    rows, episodes = log.need.assessments, log.need.episodes
    of = episodes.set_index("episode").loc[rows["episode"]]
    found = of["kind"].eq("care").to_numpy()
    found = found & lately(of["child"].to_numpy("int64"), rows["start"].to_numpy("int64"))
    longer = working(rows["end"], round(LONGER * (ratio - 1)))
    longer = np.minimum(longer, of["closure"].to_numpy("int64"))
    return rows.assign(end=np.where(found, longer, rows["end"]))


def _moves(rng: np.random.Generator, log: "Log", ratio: float, changed: Ints) -> pd.DataFrame:
    """Let another move follow on some of those soon after a change, within the same days."""
    rows = log.episodes
    child, start = (rows[name].to_numpy("int64") for name in ("child", "start"))
    last = _before(changed, child, start)
    chosen = rows["rne"].isin(["P", "B"]) & ~rows["place"].str[0].isin(["A", "T"])
    chosen &= (last >= 0) & (start - last < DAYS) & (rng.random(len(rows)) < ratio - 1)
    at = np.flatnonzero(chosen)
    left = log.care.set_index("number")["exit"].loc[rows["number"].iloc[at]].to_numpy("int64")
    low, high = start[at] + 1, np.minimum(last[at] + DAYS, left - 1) - 1
    room = high >= low
    low, high = np.where(room, low, last[at] + 1), np.where(room, high, start[at] - 1)
    return _split(rows, child[at], between(rng, low, high))


def _split(rows: pd.DataFrame, child: Ints, day: Ints) -> pd.DataFrame:
    """Cut the episodes in which days lie: from the day on the child lives in another place."""
    keys = rows["child"].to_numpy("int64") * KEY + rows["start"].to_numpy("int64")
    order = np.argsort(keys, kind="stable")
    place = order[np.searchsorted(keys[order], child * KEY + day, "right") - 1]
    held = rows.iloc[place]
    able = (held["start"].to_numpy() < day) & (day < held["end"].to_numpy())
    able = able & ~held["place"].str[0].isin(["A", "T"]).to_numpy()
    cut = pd.DataFrame({"place": place[able], "day": day[able]}).drop_duplicates("place")
    new = rows.iloc[cut["place"]].assign(start=cut["day"].to_numpy(), kind="P", rne="P")
    new["urn"] = np.where(new["urn"].eq(0), 0, 9_900_400 + new["urn"] % 400)
    new["post"] = np.where(new["post"] < 0, new["post"], (new["post"] + 1) % 80)
    first = rows.copy()
    where = cut["place"].to_numpy()
    first.iloc[where, first.columns.get_loc("end")] = cut["day"].to_numpy()
    first.iloc[where, first.columns.get_loc("rec")] = "X1"
    first.iloc[where, first.columns.get_loc("change")] = "CARPL"
    told = pd.concat([first, new]).sort_values(["number", "start"], kind="stable")
    told = told.reset_index(drop=True)
    told["placement"] = told["rne"].isin(["S", "P", "B"]).cumsum() - 1
    told["carer"] = told["placement"]
    same = told.groupby("placement")[["post", "urn"]].transform("first")
    return told.assign(post=same["post"], urn=same["urn"])
