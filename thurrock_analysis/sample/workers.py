"""Social workers: who is in post, who leaves, who covers, and whose case a child is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.sample import drawing
from thurrock_analysis.sample.drawing import AHEAD, FIRST, LAST, NEVER, Ints, between, pick, span
from thurrock_analysis.sample.totals import Totals

YEARS = range(FIRST, LAST + AHEAD)
"""Closing years, on 30 September."""
SPELLS_FROM = span(2024)[0]
"""From when the SSDA903 return asks who a child's social worker was."""


@dataclass(frozen=True)
class Workers:
    """Workers with their dates, each census's facts of them, vacancies, and children's workers."""

    people: pd.DataFrame
    yearly: pd.DataFrame
    vacancies: pd.DataFrame
    spells: pd.DataFrame


def draw(rng: np.random.Generator, totals: Totals, care: pd.DataFrame) -> Workers:
    """Draw workers so that those in post, leaving and from agencies are as many as published."""
    people = _hired(rng, totals.level("social_workers", FIRST - 1) * totals.size, 2000, 5200, False)
    people["start"] = drawing.day(f"{FIRST - 1}-09-30") - (people["start"] - 2000)
    yearly, vacancies = [], []
    for year in YEARS:
        first, last = span(year, "09-30")
        own = people[~people["agency"] & (people["end"] == NEVER)]
        target = totals.level("social_workers", year) * totals.size
        leaving = totals.share("social_worker_turnover_percent", year) * target
        if not totals.conditioned:
            leaving, target = _freely(rng, own["fte"].sum(), leaving), target * rng.normal(1, 0.03)
        gone = _up_to(rng, own, leaving)
        people.loc[gone, "end"] = between(rng, np.full(len(gone), first + 5), last - 3)
        left = own["fte"].sum() - own.loc[gone, "fte"].sum()
        new = _hired(rng, max(target - left, 0), first + 3, last - 5, False)
        people = pd.concat([people, new], ignore_index=True)
        here = people[~people["agency"] & (people["end"] == NEVER)]["fte"].sum()
        people = _agency(rng, totals, people, year, here)
        share = totals.share("social_worker_vacancy_percent", year)
        vacant = round(share / (1 - share) * here, 2)
        yearly.append(_facts(rng, totals, people, year))
        agency = people[people["agency"] & (people["end"] > last) & (people["start"] <= last)]
        cover = agency.iloc[: round(len(agency) * 0.85)]
        covering = min(round(float(cover["fte"].sum()), 2), vacant)
        vacancies.append({"year": year, "vacant": vacant, "cover": covering, "heads": len(cover)})
    people["number"] = np.arange(len(people))
    people["team"] = pick(rng, "team", len(people))
    spells = _spells(rng, people, care)
    return Workers(people, pd.concat(yearly, ignore_index=True), pd.DataFrame(vacancies), spells)


def _freely(rng: np.random.Generator, held: float, leaving: float) -> float:
    return min(float(rng.poisson(max(leaving, 0.0))), held)


def _hired(
    rng: np.random.Generator, wanted: float, low: int, high: int, agency: bool
) -> pd.DataFrame:
    """Draw new workers until their full-time equivalents come to what is wanted."""
    count = int(wanted / 0.5) + 2
    fte = pick(rng, "fte", count).astype("float64")
    kept = int(np.searchsorted(np.cumsum(fte), wanted + 0.25))
    start = between(rng, np.full(kept, low), high)
    return pd.DataFrame(
        {
            "agency": agency, "fte": fte[:kept], "start": start, "end": NEVER,
            "born": start - between(rng, np.full(kept, 8600), 20000),
            "sex": np.where(rng.random(kept) < 0.85, "F", "M"),
            "ethnic": pick(rng, "ethnicity", kept),
            "role": np.where(agency, "5", pick(rng, "role", kept)),
            "origin": pick(rng, "origin", kept),
            "destination": pick(rng, "destination", kept), "reason": pick(rng, "leaving", kept),
            "level": np.where(rng.random(kept) < 0.55, "1", "2"),
        }
    )  # fmt: skip


def _up_to(rng: np.random.Generator, own: pd.DataFrame, wanted: float) -> Ints:
    """Choose workers whose full-time equivalents come to what is wanted."""
    order = rng.permutation(len(own))
    kept = int(np.searchsorted(np.cumsum(own["fte"].to_numpy()[order]), wanted + 0.25))
    return np.sort(own.index.to_numpy()[order[:kept]])


def _agency(
    rng: np.random.Generator, totals: Totals, people: pd.DataFrame, year: int, own: float
) -> pd.DataFrame:
    """Let agency workers come and go: half of them stay from one year to the next."""
    first, last = span(year, "09-30")
    share = totals.share("agency_social_worker_percent", year)
    wanted = share / (1 - share) * own
    here = people[people["agency"] & (people["end"] == NEVER)]
    stay = _up_to(rng, here, min(wanted, here["fte"].sum() * 0.5))
    gone = np.setdiff1d(here.index.to_numpy(), stay)
    people.loc[gone, "end"] = between(rng, np.full(len(gone), first + 2), last - 2)
    held = people.loc[stay, "fte"].sum()
    new = _hired(rng, max(wanted - held, 0), first + 3, last - 5, True)
    return pd.concat([people, new], ignore_index=True)


def _facts(
    rng: np.random.Generator, totals: Totals, people: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Draw what one census says of each worker: cases held, days lost, absence."""
    first, last = span(year, "09-30")
    rows = people[(people["start"] <= last) & (people["end"] >= first)]
    rows = rows[~rows["agency"] | (rows["end"] > last)]
    count, here = len(rows), (rows["end"] > last).to_numpy()
    holds = here & rows["role"].isin(["4", "5"]).to_numpy()
    load = totals.level("caseload", year) * rows["fte"].to_numpy() * rng.normal(1, 0.25, count)
    days = totals.share("sickness_absence_percent", year) * 253 * rng.gamma(0.5, 2, count)
    return pd.DataFrame(
        {
            "year": year, "number": rows.index,
            "cases": np.where(holds, np.maximum(np.round(load), 1), 0).astype("int64"),
            "lost": np.round(np.where(rows["agency"], 0, np.minimum(days, 180)), 2),
            "absent": here & (rng.random(count) < 0.03),
        }
    )  # fmt: skip


def _spells(rng: np.random.Generator, people: pd.DataFrame, care: pd.DataFrame) -> pd.DataFrame:
    """Draw whose case each looked-after child was, one worker after another."""
    horizon = span(LAST)[1]
    rows = care[(care["exit"] > SPELLS_FROM) & (care["entry"] <= horizon)]
    places, until = rows["number"].to_numpy(), np.minimum(rows["exit"].to_numpy(), NEVER)
    at, first, found = rows["entry"].to_numpy(), np.full(len(rows), True), []
    able = people["role"].isin(["4", "5"]).to_numpy()
    starts = people["start"].to_numpy()
    ends = np.where(people["end"].to_numpy() == NEVER, NEVER, people["end"].to_numpy())
    while len(places):
        begun = np.where(first, np.maximum(at, SPELLS_FROM - 60), at)
        worker = _somebody(rng, able & (ends > SPELLS_FROM - 90), starts, ends, begun)
        stay = begun + 20 + rng.exponential(460, len(places)).astype("int64")
        leaves = ends[worker] <= stay
        stop = np.minimum(np.minimum(stay, ends[worker]), until)
        why = np.where(first, "FCONTA", pick(rng, "worker_change", len(places)))
        part = {"number": places, "worker": worker, "start": np.where(first, at, begun)}
        found.append(
            pd.DataFrame({**part, "end": stop, "why": why, "left": leaves & (stop < until)})
        )
        going = (stop < until) & (stop <= horizon)
        places, until, at, first = (
            places[going],
            until[going],
            stop[going],
            np.zeros(going.sum(), bool),
        )
    table = pd.concat(found, ignore_index=True).sort_values(["number", "start"], kind="stable")
    table["start"] = np.maximum(table["start"], starts[table["worker"]])
    after = table["left"].groupby(table["number"]).shift(fill_value=False)
    table["why"] = np.where(after, "LEFTRL", table["why"])
    table["child"] = care["child"].to_numpy()[table["number"].to_numpy()]
    return table[table["end"] > table["start"]].reset_index(drop=True)


def _somebody(
    rng: np.random.Generator, able: drawing.Flags, starts: Ints, ends: Ints, days: Ints
) -> Ints:
    """Choose for each day a worker who is in post on it and for a while after."""
    among = np.flatnonzero(able)
    chosen = among[rng.integers(0, len(among), len(days))]
    for _ in range(200):
        amiss = np.flatnonzero((starts[chosen] > days) | (ends[chosen] <= days + 1))
        if not len(amiss):
            break
        chosen[amiss] = among[rng.integers(0, len(among), len(amiss))]
    return chosen
