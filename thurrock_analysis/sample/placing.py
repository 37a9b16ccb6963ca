"""Where looked-after children live, and under which order: the episodes of each period of care."""

from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.sample import drawing
from thurrock_analysis.sample.care import INDEPENDENT, RESPITE, RESPONSIBLE, START, YEARS, Children
from thurrock_analysis.sample.drawing import LAST, NEVER, Flags, Ints, between, pick, span
from thurrock_analysis.sample.totals import Totals

HOMES = {"inside": 80, "near": 90, "far": 60}
"""Made-up postcodes inside the authority, in those beside it and in those far away."""
APART = 7
"""So that children born one after another do not live in one street."""
BANDS = ("young", "middle", "older", "unaccompanied_young", "unaccompanied")
"""For whom placements are drawn, in ``sample_rates.csv``."""
TURNED = {"V2": "C1", "C1": "C2", "C2": "C1"}
"""To which order one can change."""
STRANGERS = {"E45": "E47", "E46": "E48"}
"""Special guardianship to one with whom the child was not fostered."""
KEPT = 4
"""Days that a move keeps from the ends of a period of care and of a year."""


def home(numbers: Any) -> Ints:
    """Return where children lived when they came into care, as a place in the postcodes."""
    return np.asarray(numbers, "int64") * APART % HOMES["inside"]


def moves(
    rng: np.random.Generator,
    totals: Totals,
    table: pd.DataFrame,
    children: Children,
    way: pd.DataFrame,
) -> pd.DataFrame:
    """Draw in each year who moves and how often, so that stability comes to what is published."""
    entry, end = table["entry"].to_numpy(), table["exit"].to_numpy()
    born = children.born[table["child"].to_numpy()]
    settled = np.full(len(table), NEVER)
    settled[way["number"]] = way["moved"]
    since = entry.copy()
    found = []
    for year in YEARS:
        first, last = span(year)
        low, high = np.maximum(entry, first) + KEPT, np.minimum(np.minimum(end, last), settled) - 12
        free = (entry <= last) & (end >= first) & (high - low > 6)
        here = (entry <= last) & (end > last)
        old = here & (drawing.age(born, last) < 16) & (entry <= drawing.back(last, 30))
        times = np.zeros(len(table), "int64")
        times[free & (rng.random(len(table)) < np.where(entry >= first, 0.4, 0.2))] = 1
        recent = since > drawing.back(last, 24)
        stable = old & ~recent
        times[stable] = 0
        times[old & recent & (rng.random(len(table)) < 0.75)] = 0
        wanted = totals.of(
            1 - totals.share("looked_after_long_term_stable_percent", year), int(old.sum())
        )
        movers = drawing.some(
            rng, np.flatnonzero(stable & free), wanted - int((old & recent).sum())
        )
        times[movers] = 1
        many = np.flatnonzero(here & free & (high - low > 45) & ~(stable & (times == 0)))
        share = totals.share("looked_after_three_placements_percent", year)
        many = drawing.some(rng, many, totals.of(share, int(here.sum())), 1 + times[many])
        times[many] = np.minimum(1 + rng.geometric(0.55, len(many)), 6)
        times[free & ~here & (rng.random(len(table)) < 0.05) & (high - low > 45)] = 2
        rows = np.repeat(np.arange(len(table)), times)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
        room = (high - low)[rows] / times[rows]
        date = low[rows] + np.floor((step + rng.uniform(0.05, 0.95, len(rows))) * room).astype(
            "int64"
        )
        since[rows] = np.maximum(since[rows], date)
        single = (times[rows] == 1) & (rng.random(len(rows)) < 0.08)
        found.append(
            pd.DataFrame({"number": rows, "date": date, "kind": np.where(single, "R", "P")})
        )
        since[settled <= last] = settled[settled <= last]
    return pd.concat(found, ignore_index=True)


def legal(
    rng: np.random.Generator, table: pd.DataFrame, children: Children, way: pd.DataFrame
) -> pd.DataFrame:
    """Draw the orders under which children are looked after, the first at entry."""
    count, entry, end = len(table), table["entry"].to_numpy(), table["exit"].to_numpy()
    alone = children.unaccompanied[table["child"].to_numpy()]
    first = np.where(
        entry < START, pick(rng, "legal_before", count), pick(rng, "legal_start", count)
    )
    years = drawing.age(children.born[table["child"].to_numpy()], entry)
    first = np.where(alone | (first == "J1") & (years < RESPONSIBLE), "V2", first)
    ordered = np.full(count, NEVER)
    ordered[way["number"]] = way["order"]
    brief = np.isin(first, ["L1", "L2"])
    second = np.where(brief, np.where(rng.random(count) < 0.5, "V2", "C1"), "")
    later = rng.random(count) < np.where(first == "V2", 0.35, 0.0)
    second = np.where(later & ~alone, "C1", second)
    at = np.maximum(entry, START) + np.where(brief, 2, between(rng, np.full(count, 20), 150))
    at = np.where(second == "", NEVER, at)
    third = ((first == "C1") | (second == "C1")) & (rng.random(count) < 0.8) & (ordered == NEVER)
    last = np.where(at == NEVER, np.maximum(entry, START), at) + between(
        rng, np.full(count, 120), 260
    )
    stopped = way[way["stopped"].lt(NEVER) & way["order"].lt(NEVER)]
    parts = [
        pd.DataFrame({"number": np.arange(count), "date": entry, "order": first}),
        pd.DataFrame({"number": np.arange(count), "date": at, "order": second}),
        pd.DataFrame({"number": np.flatnonzero(third), "date": last[third], "order": "C2"}),
        pd.DataFrame({"number": way["number"], "date": way["order"], "order": "E1"}),
        pd.DataFrame({"number": stopped["number"], "date": stopped["stopped"], "order": "C2"}),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["date"] < end[rows["number"]] - (rows["date"] > entry[rows["number"]])]
    adopted = ordered[rows["number"]] < NEVER
    rows = rows[
        ~adopted | rows["order"].isin(["E1", "C2"]) | (rows["date"] < ordered[rows["number"]])
    ]
    placed = rows["order"].ne("E1")
    rows = rows.assign(placed=placed).sort_values(["number", "date", "placed"], kind="stable")
    same = rows["order"].eq(rows.groupby("number")["order"].shift())
    rows = rows[~same & ~rows.duplicated(["number", "date"])]
    return rows.drop(columns="placed").reset_index(drop=True)


def episodes(
    rng: np.random.Generator,
    totals: Totals,
    table: pd.DataFrame,
    children: Children,
    way: pd.DataFrame,
) -> pd.DataFrame:
    """Draw every episode: a row from one change of order or placement to the next."""
    moved = moves(rng, totals, table, children, way)
    orders = legal(rng, table, children, way)
    events = _events(rng, table, moved, orders, way)
    end = table["exit"].to_numpy()
    number = events["number"].to_numpy()
    events["placement"] = events["rne"].isin(["S", "P", "B"]).cumsum() - 1
    events["child"] = table["child"].to_numpy()[number]
    following = events["number"].shift(-1).eq(events["number"]).to_numpy()
    events["end"] = np.where(following, events["start"].shift(-1).fillna(NEVER), end[number])
    events["end"] = events["end"].astype("int64")
    reason = table["reason"].to_numpy()[number]
    events["rec"] = np.where(following, "X1", np.where(events["end"] < NEVER, reason, ""))
    after = events["rne"].shift(-1).where(following, "")
    changed = pick(rng, "change", len(events))
    changed = np.where(
        after.isin(["T", "U"]), "PLACE", np.where(after.isin(["P", "B"]), changed, "")
    )
    events["change"] = changed
    return _places(rng, totals, events, table, children, way)


def _events(
    rng: np.random.Generator,
    table: pd.DataFrame,
    moved: pd.DataFrame,
    orders: pd.DataFrame,
    way: pd.DataFrame,
) -> pd.DataFrame:
    """Put moves and orders together: what happens on one day is one episode."""
    rows = _changes(rng, table, moved, way)
    both = rows.merge(orders.rename(columns={"order": "ls"}), how="outer", on=["number", "date"])
    both = both.sort_values(["number", "date"], kind="stable").reset_index(drop=True)
    both["kind"] = both["kind"].fillna("")
    swing = both["kind"].eq("L") & both["ls"].isna()
    filled = both["ls"].groupby(both["number"]).ffill()
    joint = both["kind"].eq("P") & both["ls"].isna() & filled.isin(["V2", "C1"])
    joint &= rng.random(len(both)) < 0.1
    both["ls"] = both["ls"].where(~joint, filled.map(TURNED)).groupby(both["number"]).ffill()
    turned = both["ls"].map(TURNED)
    both.loc[swing & turned.notna(), "ls"] = turned[swing & turned.notna()]
    legal_too = both["ls"].ne(both["ls"].groupby(both["number"]).shift())
    place = both["kind"].isin(["P", "R", "back", "A", "same post"])
    same = both["kind"].isin(["T", "U"])
    rne = np.select([place & legal_too, place, same & legal_too, same], ["B", "P", "U", "T"], "L")
    both["rne"] = np.where(both["number"].duplicated(), rne, "S")
    both = both[~(both["rne"].eq("L") & ~legal_too)]
    return both.rename(columns={"date": "start"}).reset_index(drop=True)


def _changes(
    rng: np.random.Generator, table: pd.DataFrame, moved: pd.DataFrame, way: pd.DataFrame
) -> pd.DataFrame:
    """Put moves, stays elsewhere, adoptive placements and chains that are no moves together."""
    count = len(table)
    entry, end = table["entry"].to_numpy(), table["exit"].to_numpy()
    stays = moved[moved["kind"] == "R"]
    back = stays.assign(
        date=stays["date"] + 1 + between(rng, np.full(len(stays), 1), 5), kind="back"
    )
    done = way[way["moved"] < NEVER]
    placed = pd.DataFrame(
        {
            "number": done["number"],
            "date": done["moved"],
            "kind": np.where(done["fostered"], "T", "A"),
        }
    )
    next_door = done[done["neighbour"] & (done["moved"] - done["entry"] > 260)]
    shared = pd.DataFrame(
        {"number": next_door["number"], "date": next_door["moved"] - 120, "kind": "same post"}
    )
    shared = shared[(shared["date"] > START + 5) & (shared["date"] > entry[shared["number"]] + 10)]
    chain = np.flatnonzero((rng.random(count) < 0.12) & (np.minimum(end, NEVER) - entry > 120))
    chain = chain[~np.isin(chain, way["number"])]
    at = np.maximum(entry[chain], START) + between(rng, np.full(len(chain), 30), 700)
    chains = [
        pd.DataFrame({"number": chain, "date": at + gap, "kind": kind})
        for gap, kind in ((0, "T"), (6, "L"), (13, "U"))
    ]
    rows = pd.concat([moved, back, placed, shared, *chains], ignore_index=True)
    rows = rows[rows["date"] < end[rows["number"]] - 1]
    rows = rows.sort_values(["number", "date"], kind="stable").drop_duplicates(["number", "date"])
    away = rows["kind"].eq("R").groupby(rows["number"]).shift(fill_value=False)
    rows = rows[~away | rows["kind"].eq("back")]
    orphan = rows["kind"].eq("back") & rows["kind"].groupby(rows["number"]).shift().ne("R")
    return rows[~orphan]


def _places(
    rng: np.random.Generator,
    totals: Totals,
    events: pd.DataFrame,
    table: pd.DataFrame,
    children: Children,
    way: pd.DataFrame,
) -> pd.DataFrame:
    """Draw for each placement what it is, who provides it and where it lies."""
    homes = events.drop_duplicates("placement").reset_index(drop=True)
    count, child = len(homes), homes["child"].to_numpy()
    years = drawing.age(children.born[child], homes["start"])
    alone, grown = children.unaccompanied[child], years >= INDEPENDENT
    usual = np.select([years < 11, ~grown], ["young", "middle"], "older")
    band = np.where(alone, np.where(grown, "unaccompanied", "unaccompanied_young"), usual)
    kind = np.empty(count, object)
    for name in BANDS:
        among = band == name
        kind[among] = pick(rng, f"placement_{name}", int(among.sum()))
    consent = way.set_index("number")["consent"].reindex(homes["number"]).eq(True).to_numpy()
    fostered = way.set_index("number")["fostered"].reindex(homes["number"]).eq(True).to_numpy()
    kind = np.where(homes["kind"].eq("A"), np.where(consent, "A4", "A6"), kind)
    early = np.isin(homes["number"], way["number"]) & (rng.random(count) < 0.2)
    kind = np.where((fostered | early) & ~homes["kind"].eq("A"), np.where(early, "U5", "U6"), kind)
    stay = np.where(rng.random(count) < 0.5, "T3", "T4")
    kind = np.where(homes["kind"].eq("R"), stay, kind)
    post = _posts(rng, totals, homes, table, kind)
    near, far = pick(rng, "provider_inside", count), pick(rng, "provider_outside", count)
    provider = np.where(kind == "P1", "PR0", np.where(post < HOMES["inside"], near, far))
    homes = homes.assign(place=kind, provider=provider, post=post)
    homes["urn"] = np.where(
        np.isin(kind, ["P1", "P2", "H5", "Z1"]), 0, 9_900_000 + rng.integers(0, 400, count)
    )
    for kept, steps in (("back", 2), ("same post", 1)):
        again = np.flatnonzero(homes["kind"].eq(kept))
        columns = ["place", "provider", "post", "urn"] if kept == "back" else ["post", "urn"]
        homes.loc[again, columns] = homes.loc[again - steps, columns].to_numpy()
    rows = events.join(
        homes.set_index("placement")[["place", "provider", "post", "urn"]], on="placement"
    )
    rows["carer"] = rows["placement"]
    return _same_carer(rows, way)


def _same_carer(rows: pd.DataFrame, way: pd.DataFrame) -> pd.DataFrame:
    """Give an episode that goes on with the same carer the code of its new standing."""
    consent = way.loc[way["consent"], "number"]
    moved = way.set_index("number")["moved"].reindex(rows["number"]).fillna(NEVER).to_numpy()
    adopting = (rows["start"].to_numpy() >= moved) & ~rows["place"].isin(["A4", "A6"])
    new = np.where(np.isin(rows["number"], consent), "A3", "A5")
    settled = rows["rne"].isin(["T", "U"]).groupby(rows["placement"]).cumsum().gt(0)
    longer = rows["place"].map({"U6": "U4", "U3": "U1"}).fillna(rows["place"])
    place = pd.Series(np.where(adopting, new, np.where(settled, longer, rows["place"])))
    fostered = place.str.startswith("U")
    return rows.assign(place=place, rec=rows["rec"].where(fostered, rows["rec"].replace(STRANGERS)))


def _posts(
    rng: np.random.Generator,
    totals: Totals,
    homes: pd.DataFrame,
    table: pd.DataFrame,
    kind: drawing.Texts,
) -> Ints:
    """Place each home inside or outside the authority, so that each 31 March has its share."""
    start = homes["start"].to_numpy()
    number = homes["number"].to_numpy()
    following = np.append(number[1:] == number[:-1], False)
    end = np.where(following, np.append(start[1:], NEVER), table["exit"].to_numpy()[number])
    hidden = np.isin(kind, ["A4", "A6"]) & (rng.random(len(homes)) < 0.3)
    outside = np.zeros(len(homes), bool)
    decided = hidden.copy()
    parent = np.arange(len(homes))
    back, shared = (
        np.flatnonzero(homes["kind"] == "back"),
        np.flatnonzero(homes["kind"] == "same post"),
    )
    parent[back] -= 2
    parent[shared] -= 1
    for year in range(drawing.FIRST, LAST + 1):
        last = span(year)[1]
        share = totals.share("looked_after_outside_boundary_percent", year)
        fixed: Flags = (start <= last) & (end > last)
        free = np.unique(parent[fixed & ~decided])
        free = free[~decided[free]]
        wanted = totals.of(share, int(fixed.sum())) - int((fixed & outside).sum())
        outside[drawing.some(rng, free, wanted)] = True
        decided[free] = True
        outside = outside[parent]
        passing = np.flatnonzero((start <= last) & ~decided[parent])
        outside[passing] = rng.random(len(passing)) < share
        decided[passing] = True
        outside, decided = outside[parent], decided[parent] | hidden
    far = outside & (rng.random(len(homes)) < 0.33)
    sizes = np.array(list(HOMES.values()))
    zone = np.where(far, 2, np.where(outside, 1, 0))
    offset = np.cumsum(sizes) - sizes
    post = offset[zone] + np.floor(rng.random(len(homes)) * sizes[zone]).astype("int64")
    return np.where(hidden, -1, post)


def respite(rng: np.random.Generator, totals: Totals, children: Children) -> pd.DataFrame:
    """Draw children in a series of short breaks: returned, and counted nowhere."""
    years = np.repeat(list(YEARS), max(round(RESPITE * totals.size), 1))
    starts = np.array([span(year)[0] for year in range(YEARS[0], YEARS[-1] + 1)])
    start = drawing.working(between(rng, starts[years - YEARS[0]], starts[years - YEARS[0]] + 300))
    born = start - between(rng, np.full(len(start), 2200), 5000)
    numbers = children.add(Children.draw(rng, born))
    end = start + between(rng, np.full(len(start), 90), 500)
    return pd.DataFrame(
        {
            "number": -1, "child": numbers, "start": start, "end": end, "rne": "S", "ls": "V4",
            "rec": "E8", "change": "", "place": "U6", "provider": "PR1", "post": -1, "urn": 0,
            "placement": -1, "carer": -1, "kind": "",
        }
    )  # fmt: skip


def postcodes(rng: np.random.Generator) -> pd.DataFrame:
    """Make up postcodes that do not exist, with centroids in the North Sea."""
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
    parts = []
    for (zone, count), (low, high), areas in zip(
        HOMES.items(),
        ((0, 5.5), (8, 14), (32, 70)),
        (["ZA"], ["ZB", "ZC"], ["ZD", "ZF"]),
        strict=True,
    ):
        angle, miles = rng.uniform(0, 2 * np.pi, count), rng.uniform(low, high, count)
        number = np.arange(count)
        area = np.array(areas)[number % len(areas)]
        unit = letters[number // 9 % 20].astype(object) + letters[number // 3 % 20]
        post = [
            f"{a}{1 + n % 9} {1 + n % 8}{u}" for a, n, u in zip(area, number, unit, strict=True)
        ]
        names = {
            "ZA": "Saltmere",
            "ZB": "Eastness",
            "ZC": "Wexholt",
            "ZD": "Farland",
            "ZF": "Norhampton",
        }
        parts.append(
            pd.DataFrame(
                {
                    "postcode": post,
                    "latitude": np.round(53.5 + miles * np.sin(angle) / 69.1, 6),
                    "longitude": np.round(2.5 + miles * np.cos(angle) / (69.1 * 0.595), 6),
                    "authority": [names[each] for each in area],
                    "zone": zone,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
