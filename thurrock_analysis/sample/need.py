"""Children in need, from contact to closure: referrals, assessments, enquiries, plans."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.sample import drawing
from thurrock_analysis.sample.care import Children
from thurrock_analysis.sample.drawing import (
    AHEAD,
    FIRST,
    LAST,
    NEVER,
    Ints,
    between,
    pick,
    span,
    working,
)
from thurrock_analysis.sample.totals import Totals

START = span(FIRST + 1)[0]
"""The first day of the first census that is written."""
YEARS = range(FIRST + 1, LAST + AHEAD + 1)
WINDOW = span(LAST)[1]
SIX_MONTHS = drawing.day(f"{LAST - 1}-10-01")


@dataclass(frozen=True)
class Need:
    """Episodes of need and what happens in them; `episode` is the place of the episode."""

    episodes: pd.DataFrame
    assessments: pd.DataFrame
    enquiries: pd.DataFrame
    plans: pd.DataFrame
    reviews: pd.DataFrame
    need_plans: pd.DataFrame
    contacts: pd.DataFrame
    early_help: pd.DataFrame


def draw(rng: np.random.Generator, totals: Totals, children: Children, care: pd.DataFrame) -> Need:
    """Draw every child in need, those looked after among them."""
    table = pd.concat([_in_care(rng, care), _before(rng, totals, children)], ignore_index=True)
    plans = _plans_before(rng, table)
    for year in YEARS:
        first, last = span(year)
        count = totals.count("referrals", year) - int(table["referral"].between(first, last).sum())
        new = _referred(rng, totals, table, children, year, count)
        table = pd.concat([table, new], ignore_index=True)
        plans = pd.concat([plans, _planned(rng, totals, table, plans, year)], ignore_index=True)
        _end(rng, totals, table, plans, year)
    table["episode"] = np.arange(len(table))
    disabled = (children.disability != "NONE")[table["child"]] & (rng.random(len(table)) < 0.4)
    table["need"] = np.where(disabled, "N2", pick(rng, "need", len(table)))
    assessments = _assessments(rng, totals, table)
    enquiries = _enquiries(rng, totals, table, plans)
    return Need(
        table,
        assessments,
        enquiries,
        plans,
        _reviews(rng, totals, plans),
        _need_plans(rng, table),
        *_front_door(rng, table, children),
    )


def _episodes(child: Ints, referral: Ints, kind: str, source: drawing.Texts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "child": child,
            "referral": referral,
            "closure": NEVER,
            "reason": "",
            "kind": kind,
            "source": source,
        }
    )


def _in_care(rng: np.random.Generator, care: pd.DataFrame) -> pd.DataFrame:
    """Return an episode of need for each period of care, open as long as it lasts."""
    care = care.sort_values(["child", "entry"], kind="stable").reset_index(drop=True)
    count, entry, end = len(care), care["entry"].to_numpy(), care["exit"].to_numpy()
    same = care["child"].eq(care["child"].shift(-1)).to_numpy()
    following = np.where(same, np.append(entry[1:], NEVER), NEVER)
    closure = np.minimum(end + between(rng, np.zeros(count, "int64"), 40), following - 3)
    closure = np.where(end == NEVER, NEVER, np.maximum(closure, end))
    before = np.where(np.append(False, same[:-1]), np.append(0, closure[:-1]), 0)
    referral = working(np.maximum(entry - between(rng, np.full(count, 3), 70), before + 1))
    referral = np.minimum(referral, entry)
    table = _episodes(
        care["child"].to_numpy(), referral, "care", pick(rng, "referral_source", count)
    )
    reason = care["reason"].map(
        {"E11": "RC1", "E12": "RC1", "E2": "RC2", "E3": "RC5", "E41": "RC3"}
    )
    reason = reason.fillna("RC7").where(~care["reason"].str.match("E4[5-8]"), "RC4")
    table["closure"] = closure
    table["reason"] = np.where(closure < NEVER, reason, "")
    return table[table["closure"] >= START].reset_index(drop=True)


def _born(rng: np.random.Generator, referral: Ints) -> Ints:
    years = pick(rng, "age_at_referral", len(referral)).astype("int64") + rng.uniform(
        0, 1.8, len(referral)
    )
    return np.asarray(referral - np.floor(years * 365.25).astype("int64") - 3)


def _before(rng: np.random.Generator, totals: Totals, children: Children) -> pd.DataFrame:
    """Draw those in need already when the first census begins, those on a plan first."""
    plans = totals.count("child_protection_plans", FIRST)
    others = max(
        totals.count("children_in_need", FIRST) - plans - totals.count("looked_after", FIRST), 0
    )
    wait = np.concatenate(
        [between(rng, np.full(plans, 70), 520), rng.exponential(300, others) + 30]
    )
    referral = working(START - wait.astype("int64"))
    numbers = children.add(Children.draw(rng, _born(rng, referral)))
    kind = np.where(np.arange(len(numbers)) < plans, "plan", "need")
    table = _episodes(numbers, referral, "need", pick(rng, "referral_source", len(numbers)))
    left = START + 5 + rng.exponential(270, len(numbers)).astype("int64")
    table["closure"] = np.where(kind == "plan", NEVER, left)
    table["reason"] = np.where(kind == "plan", "", pick(rng, "closure", len(numbers)))
    return table.assign(kind=kind)


def _plan(rng: np.random.Generator, table: pd.DataFrame, places: Ints, start: Ints) -> pd.DataFrame:
    abuse = pick(rng, "abuse", len(places))
    changed = rng.random(len(places)) < 0.12
    return pd.DataFrame(
        {
            "episode": places, "child": table["child"].to_numpy()[places],
            "start": start, "end": NEVER, "abuse": abuse,
            "abuse_now": np.where(changed, pick(rng, "abuse", len(places)), abuse), "earlier": 0,
        }
    )  # fmt: skip


def _plans_before(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    places = np.flatnonzero(table["kind"] == "plan")
    start = working(
        table["referral"].to_numpy()[places] + between(rng, np.full(len(places), 25), 45)
    )
    plans = _plan(rng, table, places, np.minimum(start, START - 8))
    return plans.assign(earlier=(rng.random(len(places)) < 0.18).astype("int64"))


def _referred(
    rng: np.random.Generator,
    totals: Totals,
    table: pd.DataFrame,
    children: Children,
    year: int,
    count: int,
) -> pd.DataFrame:
    """Draw the referrals of a year: some come back, most are new."""
    first, last = span(year)
    latest = table.drop_duplicates("child", keep="last")
    latest = latest[latest["kind"].ne("care") & latest["closure"].between(first - 1500, last - 25)]
    young = drawing.age(children.born[latest["child"].to_numpy()], last) < 17
    latest = latest[young & ~latest["child"].isin(table.loc[table["kind"].eq("care"), "child"])]
    low = np.maximum(first, latest["closure"].to_numpy() + 4)
    high = np.minimum(last - 1, latest["referral"].to_numpy() + 362)
    soon = np.flatnonzero(high - low > 5)
    soon = drawing.some(rng, soon, totals.of(totals.share("re_referral_percent", year), count))
    later = np.flatnonzero((latest["closure"].to_numpy() < first) & (high < first))
    later = drawing.some(rng, later, round(count * 0.08))
    dates = working(between(rng, low[soon], high[soon] - 3))
    dates = np.concatenate([dates, working(between(rng, np.full(len(later), first), last - 5))])
    again = latest["child"].to_numpy()[np.concatenate([soon, later])]
    new = count - len(again)
    referral = working(between(rng, np.full(max(new, 0), first), last - 5))
    numbers = children.add(Children.draw(rng, _born(rng, referral)))
    found = _episodes(
        np.concatenate([again, numbers]), np.concatenate([dates, referral]), "need",
        pick(rng, "referral_source", len(again) + len(numbers)),
    )  # fmt: skip
    order = rng.permutation(len(found))
    none = totals.of(totals.share("no_further_action_percent", year), count)
    brief = totals.of(totals.share("assessed_not_in_need_percent", year), count)
    kind = np.full(len(found), "need", object)
    kind[order[:none]] = "none"
    kind[order[none : none + brief]] = "brief"
    found["kind"] = kind
    days = 70 + rng.exponential(330, len(found))
    found["closure"] = np.select(
        [kind == "none", kind == "brief"],
        [found["referral"], found["referral"] + 200],
        found["referral"] + days.astype("int64"),
    )
    found["reason"] = np.where(kind == "none", "", pick(rng, "closure", len(found)))
    return found


def _planned(
    rng: np.random.Generator, totals: Totals, table: pd.DataFrame, plans: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Draw the plans that start in a year, each from a referral of the year."""
    first, last = span(year)
    open_for = table["kind"].eq("need") & table["referral"].between(first, last - 75)
    places = np.flatnonzero(open_for)
    count = totals.count("child_protection_plan_starts", year)
    had = plans["child"].value_counts()
    earlier = table["child"].map(had).fillna(0).to_numpy("int64")
    places = drawing.some(rng, places, count, 1 + 6 * earlier[places])
    repeats = totals.of(totals.share("child_protection_plan_repeat_percent", year), len(places))
    before = earlier[places]
    before[drawing.some(rng, np.flatnonzero(before == 0), repeats - int((before > 0).sum()))] = 1
    referral = table["referral"].to_numpy()[places]
    transfer = rng.random(len(places)) < 0.03
    prompt = rng.random(len(places)) < totals.share(
        "initial_conference_within_15_days_percent", year
    )
    wait = np.where(
        prompt,
        between(rng, np.full(len(places), 7), 15),
        between(rng, np.full(len(places), 16), 28),
    )
    enquiry = np.where(
        transfer, referral, working(referral + between(rng, np.full(len(places), 1), 12))
    )
    start = working(enquiry, wait)
    table.loc[places, "kind"] = "plan"
    table.loc[places, "closure"] = NEVER
    table.loc[places, "reason"] = ""
    found = _plan(rng, table, places, start).assign(earlier=before)
    return found.assign(enquiry=np.where(transfer, NEVER, enquiry))


def _end(
    rng: np.random.Generator, totals: Totals, table: pd.DataFrame, plans: pd.DataFrame, year: int
) -> None:
    """End so many plans in a year that those open at its end are as many as published."""
    first, last = span(year)
    begun = (plans["start"] <= last) & (plans["end"] == NEVER)
    places = np.flatnonzero(begun & (plans["start"] < last - 110))
    if totals.conditioned:
        count = int(begun.sum()) - totals.count("child_protection_plans", year)
    else:
        count = totals.of(0.6, int(begun.sum()))
    length = (last - plans["start"].to_numpy()[places]).astype("float64")
    places = drawing.some(rng, places, count, length**2)
    low = np.maximum(first, plans["start"].to_numpy()[places] + 96)
    end = between(rng, low, last - 1)
    plans.loc[places, "end"] = end
    episodes = plans["episode"].to_numpy()[places]
    table.loc[episodes, "closure"] = end + between(rng, np.full(len(places), 45), 260)
    table.loc[episodes, "reason"] = pick(rng, "closure", len(places))


def _assessments(rng: np.random.Generator, totals: Totals, table: pd.DataFrame) -> pd.DataFrame:
    """Draw assessments: one early in each episode, and later ones of those that stay open."""
    first = table[table["kind"].ne("none")]
    start = working(first["referral"], between(rng, np.full(len(first), 0), 5))
    parts = [pd.DataFrame({"episode": first["episode"], "start": start, "first": True})]
    for year in YEARS:
        low, high = span(year)
        begun = np.maximum(low, table["referral"].to_numpy() + 120)
        until = np.minimum(high, table["closure"].to_numpy() - 140)
        able = np.flatnonzero(table["kind"].isin(["need", "plan", "care"]) & (until - begun > 10))
        more = totals.count("assessments", year) - int(parts[0]["start"].between(low, high).sum())
        places = drawing.some(rng, able, more)
        again = working(between(rng, begun[places], until[places] - 4))
        parts.append(pd.DataFrame({"episode": places, "start": again, "first": False}))
    rows = pd.concat(parts, ignore_index=True)
    count = len(rows)
    years = (
        (rows["start"].to_numpy().astype("datetime64[D]") + 275)
        .astype("datetime64[Y]")
        .astype("int64")
    )
    shares = {
        year: totals.share("assessment_within_45_days_percent", year) for year in range(2015, 2030)
    }
    prompt = rng.random(count) < pd.Series(years + 1970).map(shares).to_numpy("float64")
    days = np.where(
        prompt, np.maximum(45 - rng.geometric(0.06, count), 1), 45 + rng.geometric(0.07, count)
    )
    rows["end"] = working(rows["start"], np.minimum(days, 110))
    rows["need"] = table["kind"].to_numpy()[rows["episode"].to_numpy()] != "brief"
    brief = rows[~rows["need"] & rows["first"]]
    closing = brief["end"].to_numpy() + between(rng, np.full(len(brief), 0), 6)
    table.loc[brief["episode"], "closure"] = closing
    helped = (rng.random(len(brief)) < 0.3) & (closing >= span(2023)[0])
    table.loc[brief["episode"], "reason"] = np.where(helped, "RC9", "RC8")
    kind, closure = (table[name].to_numpy()[rows["episode"]] for name in ("kind", "closure"))
    over = (rows["end"] > closure) & (kind != "care")
    rows.loc[over, "end"] = working(closure[over], roll="backward")
    rows = rows[(rows["end"] <= closure) & (rows["end"] >= rows["start"])].sort_values(
        ["episode", "start"], kind="stable"
    )
    factors = [pick(rng, "factor", len(rows)) for _ in range(3)]
    number = rng.integers(0, 100, len(rows))
    rows["factors"] = [
        "" if n < 3 else "21" if n < 8 and not need else " ".join(dict.fromkeys(three[: 1 + n % 3]))
        for n, need, three in zip(
            number.tolist(), rows["need"], zip(*factors, strict=True), strict=True
        )
    ]
    return rows.drop_duplicates(["episode", "start"]).reset_index(drop=True)


def _enquiries(
    rng: np.random.Generator, totals: Totals, table: pd.DataFrame, plans: pd.DataFrame
) -> pd.DataFrame:
    """Draw section 47 enquiries: those behind plans, and as many more as are published."""
    led = plans[plans["enquiry"].lt(NEVER)]
    parts = [
        pd.DataFrame(
            {
                "episode": led["episode"],
                "start": led["enquiry"].astype("int64"),
                "conference": led["start"],
                "unneeded": False,
                "plan": True,
            }
        )  # fmt: skip
    ]
    for year in YEARS:
        first, last = span(year)
        begun = np.maximum(first, table["referral"].to_numpy() + 1)
        until = np.minimum(last - 1, table["closure"].to_numpy() - 45)
        able = np.flatnonzero(table["kind"].eq("need") & (until > begun))
        already = int(parts[0]["start"].between(first, last).sum())
        more = totals.count("section_47", year) - already
        held = totals.count("initial_conferences", year) - int(
            plans["start"].between(first, last).sum()
        )
        places = drawing.some(rng, able, max(more, 0), np.maximum(until - begun, 20)[able] ** 0.5)
        start = between(rng, begun[places], until[places])
        asked = rng.permutation(len(places)) < max(held, 0)
        prompt = rng.random(len(places)) < totals.share(
            "initial_conference_within_15_days_percent", year
        )
        wait = np.where(prompt, 14, 19) - between(rng, np.full(len(places), 0), 3)
        lagging = ~asked & (rng.random(len(places)) < 0.02)
        parts.append(
            pd.DataFrame(
                {
                    "episode": places,
                    "start": start,
                    "conference": np.where(asked, working(start, wait), NEVER),
                    "unneeded": ~asked & ~lagging,
                    "plan": False,
                }
            )  # fmt: skip
        )
    rows = pd.concat(parts, ignore_index=True).sort_values(["episode", "start"], kind="stable")
    rows["child"] = table["child"].to_numpy()[rows["episode"].to_numpy()]
    rows = rows.drop_duplicates(["child", "start"])
    again = rows["conference"].lt(NEVER) & rows.duplicated(["child", "conference"])
    return rows[~again].reset_index(drop=True)


def _reviews(rng: np.random.Generator, totals: Totals, plans: pd.DataFrame) -> pd.DataFrame:
    """Draw the reviews of plans: the first within three months, later ones within six."""
    late = {
        year: (1 - totals.share("child_protection_reviews_on_time_percent", year)) / 2
        for year in range(FIRST - 2, LAST + AHEAD + 2)
    }
    horizon = np.minimum(plans["end"].to_numpy() - 1, WINDOW + 400)
    places, at, found = np.arange(len(plans)), plans["start"].to_numpy(), []
    number = 0
    while len(places):
        limit = 91 if number == 0 else 183
        year = (at.astype("datetime64[D]") + 275).astype("datetime64[Y]").astype("int64") + 1970
        tardy = rng.random(len(at)) < pd.Series(year).map(late).fillna(0.05).to_numpy("float64")
        early = at + limit - between(rng, np.full(len(at), 0), 25)
        at = np.where(tardy, at + limit + between(rng, np.full(len(at), 1), 30), early)
        kept = at <= horizon[places]
        places, at = places[kept], at[kept]
        found.append(pd.DataFrame({"plan": places, "date": at}))
        number += 1
    return pd.concat(found, ignore_index=True).sort_values(["plan", "date"]).reset_index(drop=True)


def _need_plans(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Draw the child in need plans of episodes that no protection plan or care takes further."""
    rows = table[table["kind"].eq("need") & (rng.random(len(table)) < 0.85)]
    start = working(rows["referral"] + between(rng, np.full(len(rows), 40), 70))
    end = np.where(
        rows["closure"] < NEVER, rows["closure"] - between(rng, np.full(len(rows), 0), 8), NEVER
    )
    found = pd.DataFrame({"episode": rows["episode"], "start": start, "end": end})
    return found[found["end"] > found["start"] + 5].reset_index(drop=True)


def _front_door(
    rng: np.random.Generator, table: pd.DataFrame, children: Children
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the contacts of the last half year, and early help over the two years to it."""
    led = table[table["referral"].between(SIX_MONTHS, WINDOW)]
    date = led["referral"].to_numpy() - between(rng, np.full(len(led), 0), 3)
    known = pd.DataFrame({"child": led["child"], "date": date, "source": led["source"]})
    count = len(led) * 2
    other = between(rng, np.full(count, SIX_MONTHS), WINDOW)
    numbers = children.add(Children.draw(rng, _born(rng, other)))
    alone = pd.DataFrame(
        {"child": numbers, "date": other, "source": pick(rng, "referral_source", count)}
    )
    contacts = pd.concat([known, alone], ignore_index=True)
    contacts = contacts[contacts["date"] >= SIX_MONTHS].sort_values(
        ["date", "child"], kind="stable"
    )
    stepped = table[table["referral"].between(SIX_MONTHS, WINDOW) & (rng.random(len(table)) < 0.15)]
    start = stepped["referral"].to_numpy() - between(rng, np.full(len(stepped), 10), 420)
    some = drawing.some(rng, numbers, len(numbers) // 4)
    begun = np.concatenate([start, between(rng, np.full(len(some), WINDOW - 500), WINDOW)])
    child = np.concatenate([stepped["child"].to_numpy(), some])
    done = begun + between(rng, np.full(len(begun), 15), 60)
    done = np.where(rng.random(len(begun)) < 0.05, NEVER, done)
    helped = pd.DataFrame({"child": child, "start": begun, "end": done})
    helped["who"] = pick(rng, "organisation", len(helped))
    helped = helped[(helped["start"] >= children.born[helped["child"]])]
    return contacts.reset_index(drop=True), helped.sort_values(["start", "child"]).reset_index(
        drop=True
    )
