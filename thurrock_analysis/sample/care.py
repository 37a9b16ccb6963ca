"""Children looked after, from coming into care to leaving it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.sample import drawing
from thurrock_analysis.sample.drawing import (
    AHEAD,
    FIRST,
    LAST,
    NEVER,
    YEAR,
    Ints,
    between,
    pick,
    span,
)
from thurrock_analysis.sample.totals import Totals

YEARS = range(FIRST, LAST + AHEAD + 1)
START = span(FIRST)[0]
"""The first day of the first return: nothing that ended before it stands in any."""
ADOPTABLE, INDEPENDENT, RESPONSIBLE = 8, 16, 10
"""Ages: to which a child may be adopted, from which one may live alone, or be remanded."""
OLDER_FROM = 2024
"""The first return in which care leavers aged 22 to 25 stand."""
BEFORE = 65
"""Days before the first return by which those in care then have had their first review."""
LATE, REVIEWED = (0.06, 0.05), (20, 91, 183)
"""Shares of first and later reviews that are late; working days, then days, until each is due."""
RESPITE = 6
"""Children a year in short breaks under an agreement, who are not counted as looked after."""


@dataclass
class Children:
    """Who there is: a row a child, whose number is its place."""

    born: Ints
    sex: drawing.Texts
    ethnic: drawing.Texts
    disability: drawing.Texts
    unaccompanied: drawing.Flags

    @classmethod
    def draw(cls, rng: np.random.Generator, born: Ints, unaccompanied: bool = False) -> "Children":
        """Draw who the children are that were born on some days."""
        count = len(born)
        sex = pick(rng, "sex", count)
        if unaccompanied:
            sex = np.where(rng.random(count) < 0.9, "M", sex)
        ethnic = pick(rng, "ethnicity_unaccompanied" if unaccompanied else "ethnicity", count)
        return cls(born, sex, ethnic, pick(rng, "disability", count), np.full(count, unaccompanied))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.born)

    def add(self, others: "Children") -> Ints:
        """Take in more children and return their numbers."""
        first = len(self)
        for name, mine in list(vars(self).items()):
            setattr(self, name, np.concatenate([mine, getattr(others, name)]))
        return np.arange(first, len(self))


def spells(rng: np.random.Generator, totals: Totals, children: Children) -> pd.DataFrame:
    """Draw periods of care: who comes and goes in each year, and why."""
    count = totals.count("looked_after", FIRST - 1)
    alone = totals.count("looked_after_unaccompanied", FIRST - 1)
    held = [_before(rng, children, count - alone, False), _before(rng, children, alone, True)]
    table = pd.concat(held, ignore_index=True)
    for year in YEARS:
        first, last = span(year)
        before = table["exit"].to_numpy() == NEVER
        was_alone = children.unaccompanied[table["child"].to_numpy()]
        starts = totals.count("looked_after_starts", year)
        target = totals.count("looked_after_unaccompanied", year)
        adult = drawing.birthday(children.born[table["child"].to_numpy()], 18) <= last
        growth = target - int((before & was_alone & ~adult).sum())
        alone = _arrivals(totals, year, growth, starts)
        table = pd.concat(
            [
                table,
                _started(rng, table, children, first, last, starts - alone),
                _arrived(rng, children, first, last, alone),
            ],
            ignore_index=True,
        )
        is_alone = children.unaccompanied[table["child"].to_numpy()]
        gone = totals.ceased(
            "looked_after_ceased",
            year,
            int(before.sum()),
            starts,
            totals.count("looked_after", year),
        )
        gone_alone = int((before & was_alone).sum()) + alone - target
        _leave(rng, totals, table, children, year, is_alone, max(gone_alone, 0))
        left = (table["exit"].between(first, last) & is_alone).sum()
        _leave(rng, totals, table, children, year, ~is_alone, gone - int(left))
    table["number"] = np.arange(len(table))
    return table


def _before(
    rng: np.random.Generator, children: Children, count: int, unaccompanied: bool
) -> pd.DataFrame:
    """Draw those who are looked after already when the first return begins."""
    years = np.where(
        rng.random(count) < 0.55, rng.uniform(0, 2.2, count), rng.uniform(2.2, 9, count)
    )
    if unaccompanied:
        years = rng.uniform(0, 1.2, count)
    entry = drawing.working(START - BEFORE - np.floor(years * YEAR).astype("int64"))
    name = "age_unaccompanied" if unaccompanied else "age_at_start"
    at_entry = pick(rng, name, count).astype("int64") + rng.random(count)
    latest = (START - entry) / YEAR
    at_entry = np.minimum(at_entry, 17.6 - latest)
    at_entry = np.maximum(at_entry, rng.uniform(0.01, 0.9, count))
    born = entry - np.floor(at_entry * YEAR).astype("int64")
    numbers = children.add(Children.draw(rng, born, unaccompanied))
    return _open(numbers, entry)


def _open(numbers: Ints, entry: Ints) -> pd.DataFrame:
    return pd.DataFrame({"child": numbers, "entry": entry, "exit": NEVER, "reason": ""})


def _arrivals(totals: Totals, year: int, growth: int, starts: int) -> int:
    """Return how many of those who start arrive alone."""
    drawn = totals.count("looked_after_starts_unaccompanied", year)
    return min(max(drawn, round(growth * 1.15)), starts)


def _arrived(
    rng: np.random.Generator, children: Children, first: int, last: int, count: int
) -> pd.DataFrame:
    entry = drawing.working(between(rng, np.full(count, first + 1), last - 8))
    years = pick(rng, "age_unaccompanied", count).astype("int64") + rng.uniform(0, 0.7, count)
    born = entry - np.floor(years * YEAR).astype("int64")
    return _open(children.add(Children.draw(rng, born, unaccompanied=True)), entry)


def _started(
    rng: np.random.Generator,
    table: pd.DataFrame,
    children: Children,
    first: int,
    last: int,
    count: int,
) -> pd.DataFrame:
    """Draw those who start in a year: a tenth of them were looked after before."""
    ended = table["exit"].to_numpy()
    child = table["child"].to_numpy()
    home = table["reason"].isin(["E4A", "E4B", "E13"]).to_numpy() & (ended >= first - 500)
    home &= (drawing.age(children.born[child], last) < 17) & ~table["child"].duplicated(keep="last")
    again = drawing.some(rng, np.flatnonzero(home & (ended < first - 5)), round(count * 0.09))
    back = drawing.working(between(rng, np.maximum(first + 1, ended[again] + 15), last - 8))
    new = count - len(again)
    entry = drawing.working(between(rng, np.full(new, first + 1), last - 8))
    years = pick(rng, "age_at_start", new).astype("int64") + rng.uniform(0, 0.99, new)
    born = np.where(
        years < 1, entry - between(rng, np.full(new, 2), 330), entry - np.floor(years * YEAR)
    )
    numbers = children.add(Children.draw(rng, born.astype("int64")))
    return pd.concat([_open(child[again], back), _open(numbers, entry)], ignore_index=True)


def _leave(
    rng: np.random.Generator,
    totals: Totals,
    table: pd.DataFrame,
    children: Children,
    year: int,
    among: drawing.Flags,
    count: int,
) -> None:
    """Let so many leave in a year: first those who turn 18, then those adopted, then others."""
    first, last = span(year)
    entry, born = table["entry"].to_numpy(), children.born[table["child"].to_numpy()]
    alone = children.unaccompanied[table["child"].to_numpy()]
    adult = drawing.birthday(born, 18)
    here = (table["exit"].to_numpy() == NEVER) & among
    grown = np.flatnonzero(here & (adult <= last))
    table.loc[grown, "exit"] = adult[grown]
    table.loc[grown, "reason"] = pick(rng, "ceased_at_18", len(grown))
    left = count - len(grown)
    here[grown] = False
    here &= entry < last - 20
    young = here & ~alone & (drawing.age(born, first) < ADOPTABLE) & (entry < first - 150)
    chosen: dict[str, Ints] = {}
    wanted = {"E12": 0, "SGO": 0}
    if not among[alone].any():
        wanted["E12"] = min(left, totals.count("looked_after_adopted", year))
        wanted["SGO"] = min(
            left - wanted["E12"], totals.count("looked_after_special_guardianship", year)
        )
    recent = np.exp(-(first - entry[young]) / 250)
    chosen["E12"] = drawing.some(rng, np.flatnonzero(young), wanted["E12"], recent)
    here[chosen["E12"]] = False
    family = here & ~alone & (drawing.age(born, first) < 13)
    chosen["SGO"] = drawing.some(rng, np.flatnonzero(family), wanted["SGO"])
    here[chosen["SGO"]] = False
    other = np.flatnonzero(here)
    weight = np.exp(-np.maximum(first - entry[other], 0) / 500) + 0.04
    rest = left - len(chosen["E12"]) - len(chosen["SGO"])
    chosen["other"] = drawing.some(rng, other, rest, weight)
    for reason, places in chosen.items():
        low = first + 200 * (reason == "E12") if year == FIRST else first + 1
        low = np.maximum(low, entry[places] + (430 if reason == "E12" else 10))
        table.loc[places, "exit"] = np.minimum(between(rng, low, last - 2), last)
        if reason == "E12":
            codes = np.where(rng.random(len(places)) < 0.3, "E11", "E12")
        elif reason == "SGO":
            codes = pick(rng, "guardian", len(places))
        else:
            codes = pick(rng, "ceased", len(places))
            young = drawing.age(born[places], last) < INDEPENDENT
            codes = np.where(young & (codes == "E5"), "E4A", codes)
            codes = np.where(alone[places], pick(rng, "ceased_unaccompanied", len(places)), codes)
        table.loc[places, "reason"] = codes


def adoption(rng: np.random.Generator, table: pd.DataFrame, children: Children) -> pd.DataFrame:
    """Draw the way to adoption of those adopted, and of those for whom the plan was given up."""
    entry, end = table["entry"].to_numpy(), table["exit"].to_numpy()
    born = children.born[table["child"].to_numpy()]
    adopted = table["reason"].isin(["E11", "E12"]).to_numpy()
    long = (np.minimum(end, span(LAST)[1]) - entry > 500) & (drawing.age(born, entry) < ADOPTABLE)
    tried = long & ~adopted & (entry > START - 300) & (rng.random(len(table)) < 0.13)
    chosen = np.flatnonzero(adopted | tried)
    way = table.loc[chosen, ["number", "child", "entry", "exit", "reason"]].reset_index(drop=True)
    count = len(way)
    done = way["reason"].isin(["E11", "E12"]).to_numpy()
    length = np.where(done, way["exit"] - way["entry"], 480)
    parts = np.array([0.22, 0.38, 0.52, 0.6])[:, None] + rng.uniform(0, 0.09, (4, count))
    start = way["entry"].to_numpy()
    decided, order, match, moved = (
        start + np.floor(part * length).astype("int64") for part in parts
    )
    early = rng.random(count) < 0.12
    match = np.where(early, order - between(rng, np.full(count, 2), 12), match)
    order = np.maximum(order, START + between(rng, np.full(count, 3), 30))
    match = np.maximum(match, order - np.where(early, 10, -20))
    moved = np.maximum(np.maximum(moved, match + 8), order + 5)
    consent = done & (way["reason"] == "E11").to_numpy() & (rng.random(count) < 0.3)
    fostered = done & (rng.random(count) < 0.22)
    adopters = pick(rng, "adopters", count)
    stop = np.where(done, NEVER, start + 300 + between(rng, np.full(count, 0), 160))
    stop = np.where(done, NEVER, np.minimum(stop, way["exit"] - 1))
    return way.assign(
        decided=np.minimum(decided, match),
        order=np.where(consent | (~done & (order >= stop)), NEVER, order),
        match=np.where(done, match, NEVER),
        moved=np.where(done, moved, NEVER),
        stopped=stop,
        why=np.where(stop < NEVER, pick(rng, "reversed", count), ""),
        consent=consent,
        fostered=fostered,
        neighbour=fostered & (rng.random(count) < 0.25),
        adopters=adopters,
    )


def reviews(rng: np.random.Generator, table: pd.DataFrame, children: Children) -> pd.DataFrame:
    """Draw the reviews of each period of care: the first is due in 20 working days."""
    entry, end = table["entry"].to_numpy(), table["exit"].to_numpy()
    horizon = np.minimum(end - 1, span(LAST + 1)[1])
    places = np.arange(len(table))
    late = rng.random(len(table)) < LATE[0]
    at = drawing.working(entry, np.where(late, 22, 0) + between(rng, np.full(len(table), 8), 19))
    found = []
    number = 0
    while len(places):
        kept = at <= horizon[places]
        places, at = places[kept], at[kept]
        found.append(pd.DataFrame({"number": places, "date": at, "rank": number}))
        number += 1
        late = rng.random(len(places)) < LATE[1]
        limit = REVIEWED[min(number, 2)]
        at = at + np.where(late, limit + 1 + between(rng, np.full(len(at), 0), 25), limit)
        at = np.where(late, at, at - between(rng, np.full(len(at), 0), 30))
    rows = pd.concat(found, ignore_index=True).sort_values(["number", "date"], kind="stable")
    rows["child"] = table["child"].to_numpy()[rows["number"].to_numpy()]
    young = drawing.age(children.born[rows["child"].to_numpy()], rows["date"].to_numpy()) < 4
    rows["code"] = np.where(young, "PN0", pick(rng, "participation", len(rows)))
    return rows[rows["date"] >= START].reset_index(drop=True)


def missing(
    rng: np.random.Generator,
    totals: Totals,
    table: pd.DataFrame,
    children: Children,
    episodes: pd.DataFrame,
) -> pd.DataFrame:
    """Draw incidents of children who go missing, or away without authorisation."""
    entry, end = table["entry"].to_numpy(), table["exit"].to_numpy()
    born = children.born[table["child"].to_numpy()]
    found = []
    for year in range(FIRST, LAST + 1):
        first, last = span(year)
        here = (entry <= last - 15) & (end >= first + 15)
        old = np.flatnonzero(here & (drawing.age(born, first) >= 11))
        for kind, share, mean in (
            ("M", totals.share("looked_after_missing_percent", year),
             totals.level("missing_incidents_per_child", year)),
            ("A", 0.07 if year <= 2018 else 0.01, 2.5),
        ):  # fmt: skip
            who = drawing.some(rng, old, totals.of(share, int(here.sum())))
            times = np.minimum(rng.geometric(1 / mean, len(who)), 60)
            rows = np.repeat(who, times)
            low, high = np.maximum(entry[rows] + 1, first), np.minimum(end[rows] - 3, last)
            part = pd.DataFrame({"number": rows, "kind": kind, "start": between(rng, low, high)})
            part["length"] = rng.geometric(0.45, len(rows)) - 1
            found.append(part)
    rows = pd.concat(found, ignore_index=True).sort_values(["number", "start"], kind="stable")
    rows = rows.drop_duplicates(["number", "start"])
    later = rows.groupby("number")["start"].shift(-1).fillna(NEVER).to_numpy("int64")
    at = rows["number"].to_numpy() * NEVER + rows["start"].to_numpy()
    keys = episodes["number"].to_numpy() * NEVER + episodes["start"].to_numpy()
    within = np.searchsorted(keys, at, side="right") - 1
    stop = rows["start"].to_numpy() + rows["length"].to_numpy()
    stop = np.minimum(np.minimum(stop, later - 1), episodes["end"].to_numpy()[within])
    rows["end"] = stop
    rows["child"] = table["child"].to_numpy()[rows["number"].to_numpy()]
    return rows[rows["end"] >= rows["start"]].reset_index(drop=True)


def health(
    rng: np.random.Generator, totals: Totals, table: pd.DataFrame, children: Children
) -> pd.DataFrame:
    """Draw the health of those looked after for a year, on each 31 March."""
    found = []
    for year in range(FIRST, LAST + 1):
        last = span(year)[1]
        rows = table[(table["entry"] <= drawing.back(last, 12)) & (table["exit"] > last)]
        count, years = len(rows), drawing.age(children.born[rows["child"].to_numpy()], last)
        chance = rng.random((6, count))
        share = {
            name: totals.share(f"looked_after_{name}_percent", year)
            for name in ("health_check", "dental_check", "immunised")
        }
        scored = (years >= 4) & (years <= 16) & (chance[3] < 0.97)
        misuse = (years >= 11) & (chance[4] < 0.05)
        score = rng.gamma(2.6, 5.4, count)
        found.append(
            pd.DataFrame(
                {
                    "year": year, "child": rows["child"], "age": years,
                    "assessed": chance[0] < share["health_check"],
                    "teeth": chance[1] < share["dental_check"],
                    "immunised": chance[2] < share["immunised"], "developed": chance[5] < 0.88,
                    "score": np.where(scored, np.minimum(score, 40), -1).astype("int64"),
                    "convicted": (years >= 10) & (rng.random(count) < 0.03), "misuse": misuse,
                    "helped": misuse & (rng.random(count) < 0.6),
                }
            )
        )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def leavers(
    rng: np.random.Generator, totals: Totals, table: pd.DataFrame, children: Children
) -> pd.DataFrame:
    """Draw care leavers at each birthday from the 17th to the 25th."""
    born = children.born[table["child"].to_numpy()]
    stayed = table["exit"] - np.maximum(table["entry"], drawing.birthday(born, 14))
    own = (drawing.age(born, table["exit"]) >= 16) & (table["exit"] < NEVER) & (stayed >= 91)
    own &= ~table["reason"].isin(["E2", "E3", "E11", "E12"])
    last = table[own].drop_duplicates("child", keep="last")
    last = last[~last["child"].isin(table.loc[table["exit"] == NEVER, "child"])]
    count = round(totals.level("care_leavers_19_21", FIRST) * totals.size / 3)
    earlier = np.repeat([drawing.day(f"{year}-04-01") for year in range(1992, 1997)], count)
    numbers = children.add(Children.draw(rng, between(rng, earlier, earlier + 364)))
    child = np.concatenate([last["child"].to_numpy(), numbers])
    left = np.concatenate([last["exit"].to_numpy(), np.zeros(len(numbers), "int64")])
    rows = pd.DataFrame({"child": np.repeat(child, 9), "left": np.repeat(left, 9)})
    rows["age"] = np.tile(np.arange(17, 26), len(child))
    dates = np.empty(len(rows), "int64")
    for years in range(17, 26):
        at = rows["age"].to_numpy() == years
        dates[at] = drawing.birthday(children.born[rows["child"].to_numpy()[at]], years)
    year = ((dates.astype("datetime64[D]") + 275).astype("datetime64[Y]").astype("int64")) + 1970
    rows = rows.assign(date=dates, year=year)
    rows = rows[(rows["date"] >= rows["left"]) & rows["year"].between(FIRST, LAST)]
    rows = rows[(rows["age"] <= 21) | (rows["year"] >= OLDER_FROM)].reset_index(drop=True)
    touch = pick(rng, "in_touch", len(rows))
    known = np.isin(touch, ["YES"])
    rows["touch"] = touch
    gone = np.isin(touch, ["DIED", "RHOM"])
    rows["activity"] = np.select([known, gone], [pick(rng, "activity", len(rows)), ""], "0")
    rows["home"] = np.select([known, gone], [pick(rng, "accommodation", len(rows)), ""], "0")
    return rows
