"""What is true of the sample, by the plain definitions of ``indicators.csv``, from its events."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.record import inventory
from thurrock_analysis.sample import lists
from thurrock_analysis.sample.census import LAST_CENSUS, NEED_PLANS_FROM
from thurrock_analysis.sample.census import WORKERS_FROM as CENSUS_FROM
from thurrock_analysis.sample.drawing import (
    FIRST,
    LAST,
    NEVER,
    Flags,
    Ints,
    age,
    back,
    span,
    working,
    working_days,
)
from thurrock_analysis.sample.events import Log
from thurrock_analysis.sample.files import iso
from thurrock_analysis.sample.need import SIX_MONTHS, WINDOW
from thurrock_analysis.sample.placing import HOMES, home
from thurrock_analysis.sample.ssda903 import WORKERS_FROM, until

HEADER = [
    *("measure", "family", "tables", "unit", "basis", "numerator", "denominator"),
    *("left_out", "source", "confidence"),
]
RADIUS, FAR = 3958.76, 20
ENGAGED = ["F1", "F2", "F4", "F5", "P1", "P2", "P4", "P5"]
KINDS = {
    "fostered": ("U1", "U2", "U3", "U4", "U5", "U6"),
    "in_homes": ("K1", "K2"),
    "semi_independent": ("H5", "P2", "K3"),
    "other_residential": ("R1", "R2", "R3", "R5"),
    "with_parents": ("P1",),
    "other_placement": ("Z1",),
}
ADOPTIVE = ["A3", "A4", "A5", "A6"]
GUARDIANS = ["E45", "E46", "E47", "E48"]
ENDED = {
    6: "CIN Closure Date",
    7: "Child Protection Plan End Date",
    8: "Date Ceased to be Looked After",
}
"""What closes a case of a list."""
BANDS = {"17_18": (17, 18), "19_21": (19, 21), "22_25": (22, 25)}


@dataclass
class Book:
    """The figures found so far: measure, period, numerator and denominator, and what is carried."""

    units: dict[str, str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def period(self, start: int, end: int) -> tuple[int, int]:
        """Say to which period the following figures belong."""
        self.start, self.end = start, end
        return start, end

    def put(
        self, measure: str, numerator: Any, over: Any = None, truth: float | None = None
    ) -> None:
        """Note a figure; the truth is noted apart where the format cannot carry it."""
        per = 100 if self.units[measure] == "percent" else 1
        whole = float(numerator) if over is None else float("nan")
        value = per * float(numerator) / float(over) if over else whole
        shared = {} if over is None else {"numerator": float(numerator), "denominator": float(over)}
        told = value if truth is None else truth
        dates = dict(zip(("period_start", "period_end"), iso([self.start, self.end]), strict=True))
        self.rows.append({"measure": measure, **dates, "value": value, **shared, "truth": told})


def table(log: Log) -> pd.DataFrame:
    """Return every figure that the returns can carry.

    Returns
    -------
    DataFrame
        measure, period_start, period_end; value, numerator and denominator of what the returns
        hold; and the truth, which differs from the value where the format cannot carry it.
    """
    book = Book({row["measure"]: row["unit"] for _, row in inventory.rows("indicators", HEADER)})
    for fill in (_placements, _reviews, _missing, _health, _adoption, _leavers, _referrals,
                 _enquiries, _plans, _workforce, _lists):  # fmt: skip
        fill(book, log)
    columns = [
        "measure",
        "period_start",
        "period_end",
        "value",
        "numerator",
        "denominator",
        "truth",
    ]
    found = pd.DataFrame(book.rows, columns=columns)
    return found.sort_values(["measure", "period_end"], kind="stable").reset_index(drop=True)


def _years(book: Book, first: int, last: int = LAST) -> Any:
    for year in range(first, last + 1):
        yield year, *book.period(*span(year))


def _in(rows: pd.DataFrame, column: str, first: int, last: int) -> pd.DataFrame:
    return rows[rows[column].between(first, last)]


def _open(rows: pd.DataFrame, day: int, start: str = "start", end: str = "end") -> pd.DataFrame:
    return rows[(rows[start] <= day) & (rows[end] > day)]


def _again(rows: pd.DataFrame, at: str, months: int = 12) -> pd.Series:
    """Say of each event whether its child had one on an earlier day, at most so long before."""
    rows = rows.sort_values(["child", at], kind="stable")
    before = rows.groupby("child")[at].shift().fillna(-NEVER).astype("int64")
    near = (before > -NEVER) & (back(np.maximum(before, 0), -months) >= rows[at])
    return pd.Series(near, index=rows.index)


def _miles(log: Log, rows: pd.DataFrame) -> Any:
    """Return the distance from home to placement, not a number where either is not known."""
    posts = np.radians(log.postcodes[["latitude", "longitude"]].to_numpy())
    post = rows["post"].to_numpy("int64")
    a, b = posts[home(rows["child"])], posts[post]
    half = (np.sin((b - a) / 2)) ** 2
    arc = half[:, 0] + np.cos(a[:, 0]) * np.cos(b[:, 0]) * half[:, 1]
    miles = 2 * RADIUS * np.arcsin(np.sqrt(arc))
    hidden = (post < 0) | log.children.unaccompanied[rows["child"]]
    return np.where(hidden, np.nan, miles)


def placements(log: Log) -> pd.DataFrame:
    """Return the placements: T, L and U go on with the one before them."""
    grouped = log.episodes.groupby("placement", sort=True)
    found = grouped[["number", "child", "start"]].first().assign(end=grouped["end"].last())
    return found.assign(place=grouped["place"].first())


def _placements(book: Book, log: Log) -> None:
    homes = placements(log)
    care, episodes = log.care, log.episodes
    entry = pd.Series(care["entry"].to_numpy(), index=care["number"])
    stands_until = until(log, np.arange(len(log.children)))
    for year, first, last in _years(book, FIRST):
        here = _open(episodes, last)
        count = len(here)
        book.put("looked_after", count)
        book.put("looked_after_starts", _in(care, "entry", first, last)["child"].nunique())
        ended = _in(care, "exit", first, last).drop_duplicates("child", keep="last")
        book.put("looked_after_ceased", len(ended))
        during = episodes[(episodes["start"] <= last) & (episodes["end"] >= first)]
        anyone = during["child"].nunique()
        book.put("looked_after_in_year", anyone)
        alone = log.children.unaccompanied[here["child"]] & (stands_until[here["child"]] > last)
        book.put("looked_after_unaccompanied", alone.sum())
        book.put("looked_after_unaccompanied_percent", alone.sum(), count)
        for name, codes in KINDS.items():
            book.put(f"looked_after_{name}_percent", here["place"].isin(codes).sum(), count)
        for name, code in (("own", "PR1"), ("private", "PR4")):
            book.put(
                f"looked_after_{name}_provision_percent", here["provider"].eq(code).sum(), count
            )
        away = here["post"].to_numpy() >= HOMES["inside"]
        miles = _miles(log, here)
        book.put("looked_after_outside_boundary_percent", away.sum(), count)
        book.put("looked_after_far_percent", (miles > FAR).sum(), count)
        book.put("looked_after_far_outside_percent", ((miles > FAR) & away).sum(), count)
        book.put("looked_after_distance_miles", np.nansum(miles), np.isfinite(miles).sum())
        _stability(book, log, homes, here, entry, first, last)
        book.put("placement_changes_per_child", book.rows[-1]["value"], anyone)
        early = during.loc[during["place"].isin(["U2", "U5"]), "child"].nunique()
        book.put("looked_after_early_permanence", early)
        if year < LAST:
            _returned(book, care, ended)
        if year >= WORKERS_FROM:
            spells = log.workers.spells
            spells = spells[(spells["start"] <= last) & (spells["end"] >= first)]
            many = spells[spells["child"].isin(here["child"])].groupby("child")["worker"].nunique()
            book.put("looked_after_three_social_workers_percent", (many >= 3).sum(), len(many))


def _stability(
    book: Book,
    log: Log,
    homes: pd.DataFrame,
    here: pd.DataFrame,
    entry: pd.Series,
    first: int,
    last: int,
) -> None:
    lived = homes[
        (homes["start"] <= last) & (homes["end"] >= first) & (homes["end"] > homes["start"])
    ]
    lived = lived[~lived["place"].str.startswith("T")]
    times = lived[lived["child"].isin(here["child"])].groupby("child").size()
    book.put("looked_after_three_placements", (times >= 3).sum())
    book.put("looked_after_three_placements_percent", (times >= 3).sum(), len(here))
    young = age(log.children.born[here["child"]], last) < 16
    long = here[young & (here["number"].map(entry) <= back(last, 30)).to_numpy()]
    limit = back(last, 24)
    now = homes.loc[long["placement"]]
    before = homes["start"].where(homes["number"].eq(homes["number"].shift(-1))).shift()
    adoptive = long["place"].isin(ADOPTIVE).to_numpy()
    held = (now["start"] <= limit).to_numpy() | adoptive & (
        before.loc[now.index] <= limit
    ).to_numpy()
    book.put("looked_after_long_term", len(long))
    book.put("looked_after_long_term_stable", held.sum())
    book.put("looked_after_long_term_stable_percent", held.sum(), len(long))
    begun = _in(log.episodes, "start", first, last)
    begun = begun[begun["rne"].isin(["P", "B"]) & ~begun["place"].str.startswith("T")]
    book.put("placement_changes", len(begun))


def _returned(book: Book, care: pd.DataFrame, ended: pd.DataFrame) -> None:
    later = (
        care.groupby("child")["entry"].shift(-1).reindex(ended.index).fillna(NEVER).astype("int64")
    )
    back_again = (later > ended["exit"]) & (later <= back(ended["exit"], -12))
    book.put("looked_after_returned_percent", back_again.sum(), len(ended))
    home = ended["reason"].isin(["E4A", "E4B"])
    book.put("looked_after_home_lasting_percent", (home & ~back_again).sum(), home.sum())


def due(log: Log) -> pd.DataFrame:
    """Return every review with the day on which it was due, those never held by the end included.

    Of those looked after before the first return the first review held is not judged. What was
    held has its due day, also where care ended before that day came.
    """
    held = log.reviews[["number", "date"]]
    care = log.care.set_index("number")
    ahead = pd.DataFrame({"number": care.index, "date": NEVER})
    rows = pd.concat([held, ahead], ignore_index=True).sort_values(
        ["number", "date"], kind="stable"
    )
    rank = rows.groupby("number").cumcount().to_numpy()
    before = rows.groupby("number")["date"].shift().fillna(0).to_numpy("int64")
    entry = care["entry"].reindex(rows["number"]).to_numpy()
    old = entry < span(FIRST)[0]
    first = np.where(old, NEVER, working(entry, 20))
    second = before + np.where(old, 183, 91)
    days = np.select([rank == 0, rank == 1], [first, second], before + 183)
    ended = care["exit"].reindex(rows["number"]).to_numpy()
    judged = (days < ended) | (rows["date"] < NEVER).to_numpy()
    return rows.assign(due=np.where(judged, days, NEVER))


def _reviews(book: Book, log: Log) -> None:
    rows = due(log)
    for _, first, last in _years(book, FIRST):
        here = _open(log.care, last, "entry", "exit")["number"]
        fell = _in(rows[rows["number"].isin(here)], "due", first, last)
        late = fell.loc[fell["date"] > fell["due"], "number"].nunique()
        children = fell["number"].nunique()
        book.put("looked_after_reviews_on_time_percent", children - late, children)
        held = _in(rows[rows["due"] < NEVER], "date", first, last)
        book.put("reviews_held_on_time_percent", (held["date"] <= held["due"]).sum(), len(held))
        codes = _in(log.reviews, "date", first, last)["code"]
        voiced = codes.isin(["PN1", "PN2", "PN3", "PN5", "PN6"]).sum()
        book.put("review_participation_percent", voiced, codes.ne("PN0").sum())


def _missing(book: Book, log: Log) -> None:
    for _, first, last in _years(book, FIRST):
        care = log.care
        anyone = care.loc[(care["entry"] <= last) & (care["exit"] >= first), "child"].unique()
        here = _open(care, last, "entry", "exit")["child"]
        for code, kind, incidents in (
            ("M", "missing", "missing_incidents"),
            ("A", "away", "away_incidents"),
        ):
            every = log.missing[log.missing["kind"] == code]
            rows = _in(every, "start", first, last)
            times = rows.groupby("child").size()
            book.put(incidents, len(rows))
            book.put(f"looked_after_{kind}", len(times))
            book.put(f"looked_after_{kind}_percent", times.index.isin(anyone).sum(), len(anyone))
            book.put(f"{incidents}_per_child", len(rows), len(times))
            book.put(f"looked_after_{kind}_more_than_once", (times > 1).sum())
            still = _open(every, last)["child"]
            book.put(f"looked_after_{kind}_at_31_march", here.isin(still).sum())


def _health(book: Book, log: Log) -> None:
    for year, _, last in _years(book, FIRST):
        base = _open(log.care, last, "entry", "exit")
        base = base[base["entry"] <= back(last, 12)]
        rows = log.health[log.health["year"] == year].set_index("child").loc[base["child"]]
        years = age(log.children.born[base["child"]], last)
        book.put("looked_after_twelve_months", len(base))
        for name, flag, low, high in (
            ("health_check", "assessed", 0, 30), ("dental_check", "teeth", 0, 30),
            ("immunised", "immunised", 0, 30), ("development_check", "developed", 0, 4),
            ("convicted", "convicted", 10, 17),
            ("substance_misuse", "misuse", 0, 30),
        ):  # fmt: skip
            among = (years >= low) & (years <= high)
            book.put(f"looked_after_{name}_percent", rows.loc[among, flag].sum(), among.sum())
        aged = rows[(years >= 5) & (years <= 16)]
        scores = aged.loc[aged["score"] >= 0, "score"]
        book.put("looked_after_sdq_received_percent", len(scores), len(aged))
        book.put("looked_after_sdq_concern_percent", (scores >= 17).sum(), len(scores))
        book.put("looked_after_sdq_average", scores.sum(), len(scores))


def _with_carers(log: Log) -> pd.DataFrame:
    """Return since when adopted children live with their carers: in truth, and as carried."""
    way = log.adoption[log.adoption["moved"] < NEVER].set_index("number")
    found = {}
    for number, rows in log.episodes[log.episodes["number"].isin(way.index)].groupby("number"):
        held = rows[rows["start"] <= way["moved"][number]]
        steps = list(
            held[["start", "rne", "place", "post", "urn", "placement"]].itertuples(index=False)
        )
        lived = carried = way["moved"][number]
        if way["fostered"][number]:
            now = steps[-1]
            lived = next(each.start for each in steps if each.placement == now.placement)
            for each in reversed(steps[:-1]):
                joined = (each.post, each.urn) == (now.post, now.urn) or now.rne in ("T", "U")
                if not (each.place.startswith("U") and joined):
                    break
                carried, now = each.start, each
        found[number] = (lived, carried)
    return way.assign(
        lived=[found[number][0] for number in way.index],
        carried=[found[number][1] for number in way.index],
    ).reset_index()


def _adoption(book: Book, log: Log) -> None:
    placed = log.episodes[log.episodes["ls"] == "E1"].groupby("number")["start"].min()
    way = _with_carers(log)
    way["placed"] = way["number"].map(placed)
    for year, first, last in _years(book, FIRST):
        rows = _in(way, "exit", first, last)
        ended = _in(log.care, "exit", first, last).drop_duplicates("child", keep="last")
        book.put("looked_after_adopted", len(rows))
        book.put("looked_after_adopted_percent", len(rows), len(ended))
        book.put("looked_after_special_guardianship", ended["reason"].isin(GUARDIANS).sum())
        for name, start, end in (
            ("entry_to_decision", "entry", "decided"), ("decision_to_match", "decided", "match"),
            ("match_to_placement", "match", "moved"), ("placement_to_order", "moved", "exit"),
        ):  # fmt: skip
            book.put(f"adoption_days_{name}", (rows[end] - rows[start]).sum(), len(rows))
        ordered = (rows["decided"] <= rows["match"]) & (rows["match"] <= rows["moved"])
        book.put("adoption_dates_complete_percent", ordered.sum(), len(rows))
        book.put("adoption_decisions_reversed", len(_in(log.adoption, "stopped", first, last)))
        here = _open(log.episodes, last)
        process = _open(log.adoption, last, "decided", "stopped")
        book.put("adoption_in_process", here["child"].isin(process["child"]).sum())
        waiting = here["ls"].eq("E1") & ~here["place"].isin(ADOPTIVE)
        book.put("waiting_with_placement_order", waiting.sum())
        if year >= FIRST + 2:
            _pooled(book, _in(way, "exit", span(year - 2)[0], last), year)


def _pooled(book: Book, rows: pd.DataFrame, year: int) -> None:
    book.period(span(year - 2)[0], span(year)[1])
    book.put("days_from_care_to_adoptive_family", (rows["moved"] - rows["entry"]).sum(), len(rows))
    ordered = rows[rows["placed"].notna()]
    wait = (ordered["match"] - ordered["placed"]).clip(lower=0)
    book.put("days_from_order_to_match", wait.sum(), len(ordered))
    lived, carried = ((rows[name] - rows["entry"]).sum() for name in ("lived", "carried"))
    truth = float(lived) / len(rows) if len(rows) else float("nan")
    book.put("days_from_care_to_adopting_carer", carried, len(rows), truth)
    soon = rows["moved"].to_numpy() < back(rows["entry"], -14)
    book.put("adopted_within_14_months_percent", soon.sum(), len(rows))


def _leavers(book: Book, log: Log) -> None:
    for year, _, _ in _years(book, FIRST):
        for name, (low, high) in BANDS.items():
            rows = log.leavers[
                (log.leavers["year"] == year) & log.leavers["age"].between(low, high)
            ]
            if rows.empty and low == BANDS["22_25"][0]:
                continue
            rows = rows[~rows["touch"].isin(["DIED", "RHOM"])]
            measure = f"care_leavers_{name}"
            book.put(measure, len(rows))
            for part, met in (
                ("in_touch", rows["touch"].eq("YES")), ("not_in_touch", rows["touch"].eq("NO")),
                ("eet", rows["activity"].isin(ENGAGED)),
                ("neet", rows["activity"].isin(["G4", "G5", "G6"])),
            ):  # fmt: skip
                book.put(f"{measure}_{part}_percent", met.sum(), len(rows))
            known_home = rows[~rows["home"].str[:1].isin(["G", "H", "R"])]
            suitable = known_home["home"].str.endswith("1").sum()
            book.put(f"{measure}_suitable_percent", suitable, len(known_home))
            _bounds(book, measure, rows)
    _staying(book, log)


def _bounds(book: Book, measure: str, rows: pd.DataFrame) -> None:
    """Count those of whom nothing is known as met, then as not."""
    engaged, idle = rows["activity"].isin(ENGAGED), rows["activity"].isin(["G4", "G5", "G6"])
    book.put(f"{measure}_eet_best_percent", (~idle).sum(), len(rows))
    book.put(f"{measure}_eet_worst_percent", engaged.sum(), len(rows))
    here = rows.loc[~rows["home"].str[:1].isin(["G", "H"]), "home"]
    lost = here.eq("0") | here.str.startswith("R")
    fit = here.str.endswith("1") & ~lost
    book.put(f"{measure}_suitable_best_percent", (fit | lost).sum(), len(here))
    book.put(f"{measure}_suitable_worst_percent", fit.sum(), len(here))


def _staying(book: Book, log: Log) -> None:
    """Follow those who left a foster family on the day they came of age."""
    last = log.episodes.drop_duplicates("number", keep="last").set_index("number")["place"]
    ended = log.care[log.care["exit"] < NEVER]
    born = log.children.born[ended["child"]]
    came = (age(born, ended["exit"]) == 18) & (age(born, ended["exit"] - 1) == 17)
    fostered = ended["number"].map(last).isin(KINDS["fostered"])
    young = ended.loc[came & fostered, "child"]
    for year, _, _ in _years(book, FIRST):
        for name, (low, high) in {"18": (18, 18), "19_20": (19, 20)}.items():
            if year < FIRST + high - 18:
                continue
            held = log.leavers[log.leavers["year"].eq(year) & log.leavers["child"].isin(young)]
            rows = held[held["age"].between(low, high) & ~held["touch"].isin(["DIED", "RHOM"])]
            stays = rows["home"].str.startswith("Z").sum()
            book.put(f"care_leavers_{name}_from_foster_care", len(rows))
            book.put(f"care_leavers_{name}_staying_put", stays)
            book.put(f"care_leavers_{name}_staying_put_percent", stays, len(rows))


def _referrals(book: Book, log: Log) -> None:
    every = log.need.episodes
    every = every[every["referral"] <= WINDOW]
    work = log.need.assessments
    work = work[work["start"] <= WINDOW].assign(
        closure=log.need.episodes["closure"].to_numpy()[
            work.loc[work["start"] <= WINDOW, "episode"]
        ]
    )
    begun = work.groupby("episode")["start"].min()
    every = every.assign(begun=every["episode"].map(begun).fillna(NEVER).astype("int64"))
    every["again"] = _again(every, "referral")
    none = every["kind"] == "none"
    for year, first, last in _years(book, FIRST + 1):
        rows = _in(every, "referral", first, last)
        count, nothing = len(rows), (rows["kind"] == "none").sum()
        book.put("referrals", count)
        book.put("no_further_action", nothing)
        book.put("no_further_action_percent", nothing, count)
        if year > FIRST + 1:
            book.put("re_referrals", rows["again"].sum())
            book.put("re_referral_percent", rows["again"].sum(), count)
        if year < LAST:
            for months in (6, 12):
                came = _came_back(every, rows[rows["kind"] == "none"], months)
                book.put(f"no_further_action_back_{months}_months_percent", came, nothing)
        closed = rows["closure"].le(WINDOW) & rows["reason"].isin(["RC8", "RC9"])
        book.put("assessed_not_in_need", closed.sum())
        book.put("assessed_not_in_need_percent", closed.sum(), count)
        book.put("referrals_assessed_percent", (rows["begun"] < NEVER).sum(), count)
        started = _in(every, "begun", first, last)
        book.put(
            "referral_to_assessment_days",
            (started["begun"] - started["referral"]).sum(),
            len(started),
        )
        needy = every[~none]
        waiting = _open(needy, last, "referral", "closure")
        book.put("referrals_waiting", (waiting["begun"] > last).sum())
        book.put("children_in_need", len(waiting))
        book.put("children_in_need_starts", len(_in(needy, "referral", first, last)))
        ends = _in(needy, "closure", first, last)
        book.put("children_in_need_ends", len(ends))
        book.put("closed_to_early_help_percent", ends["reason"].eq("RC9").sum(), len(ends))
        done = _in(work, "end", first, last)
        book.put("assessments", len(done))
        prompt = working_days(done["start"], done["end"]) <= 45
        book.put("assessment_within_45_days_percent", prompt.sum(), len(done))
        book.put("assessments_with_factors", done["factors"].ne("").sum())
        current = _open(work[work["closure"] > last], last)
        book.put("assessments_open", len(current))
        book.put("assessments_open_overdue", (working_days(current["start"], last) > 45).sum())


def _came_back(every: pd.DataFrame, rows: pd.DataFrame, months: int) -> int:
    both = rows[["child", "referral"]].merge(every[["child", "referral", "begun"]], on="child")
    near = (both["referral_y"] > both["referral_x"]) & (
        both["referral_y"] <= back(both["referral_x"], -months)
    )
    return int(
        both.loc[near & both["begun"].lt(NEVER), ["child", "referral_x"]].drop_duplicates().shape[0]
    )


def conferences(log: Log) -> pd.DataFrame:
    """Return initial conferences with the day from which they are timed, and their route."""
    rows = log.need.enquiries
    led = rows[rows["conference"] < NEVER].rename(columns={"conference": "date"})
    plans = log.need.plans
    moved = plans[plans["enquiry"].eq(NEVER)]
    referral = log.need.episodes["referral"].to_numpy()[moved["episode"]]
    came = pd.DataFrame({"child": moved["child"], "date": moved["start"], "start": referral})
    both = pd.concat([led[["child", "date", "start"]].assign(moved=False), came.assign(moved=True)])
    both = both.sort_values(["child", "date", "moved"], kind="stable").reset_index(drop=True)
    return both.drop_duplicates(["child", "date"]).reset_index(drop=True)


def _enquiries(book: Book, log: Log) -> None:
    every, held = log.need.enquiries, conferences(log)
    every = every.assign(again=_again(every, "start"))
    held["again"] = _again(held, "date")
    for year, first, last in _years(book, FIRST + 1):
        rows, met = _in(every, "start", first, last), _in(held, "date", first, last)
        book.put("section_47", len(rows))
        book.put("initial_conferences", len(met))
        book.put("initial_conferences_transferred_in", met["moved"].sum())
        prompt = working_days(met["start"], met["date"]) <= 15
        book.put("initial_conference_within_15_days_percent", prompt.sum(), len(met))
        if year > FIRST + 1:
            book.put("section_47_repeat_percent", rows["again"].sum(), len(rows))
            book.put("initial_conferences_repeat_percent", met["again"].sum(), len(met))
        waiting = every[
            (every["start"] <= last) & ~every["unneeded"] & (every["conference"] > last)
        ]
        late = working_days(waiting["start"], last) > 15
        book.put("section_47_without_conference_overdue", late.sum())


def _plans(book: Book, log: Log) -> None:
    every, need = log.need.plans, log.need.need_plans
    for year, first, last in _years(book, FIRST + 1):
        starts, ends, now = (
            _in(every, "start", first, last),
            _in(every, "end", first, last),
            _open(every, last),
        )
        book.put("child_protection_plan_starts", len(starts))
        book.put("child_protection_plan_ends", len(ends))
        book.put("child_protection_plans", len(now))
        repeats = (starts["earlier"] > 0).sum()
        book.put("child_protection_plan_repeats", repeats)
        book.put("child_protection_plan_repeat_percent", repeats, len(starts))
        for name, months, from_year in (("year", 12, 2), ("two_years", 24, 3)):
            if year >= FIRST + from_year:
                again = _planned_before(every, starts, months)
                book.put(f"child_protection_plan_repeat_{name}_percent", again, len(starts))
        old = (now["start"] <= back(last, 24)).sum()
        book.put("child_protection_plan_two_years_open_percent", old, len(now))
        long = (ends["end"] - ends["start"] + 1 > 729).sum()
        book.put("child_protection_plan_two_years_ended_percent", long, len(ends))
        judged = now[back(now["start"], -3) <= last]
        prompt = sum(
            _prompt(log, plan, start, first, last) for plan, start in judged["start"].items()
        )
        book.put("child_protection_reviews_due", len(judged))
        book.put("child_protection_reviews_on_time", prompt)
        book.put("child_protection_reviews_on_time_percent", prompt, len(judged))
        if year >= NEED_PLANS_FROM:
            book.put("child_in_need_plan_starts", len(_in(need, "start", first, last)))
            book.put("child_in_need_plan_ends", len(_in(need, "end", first, last)))
            book.put("child_in_need_plans", len(_open(need, last)))


def _planned_before(every: pd.DataFrame, starts: pd.DataFrame, months: int) -> int:
    both = starts.reset_index()[["index", "child", "start"]].merge(
        every[["child", "end"]], on="child"
    )
    near = (both["end"] <= both["start"]) & (back(both["end"], -months) >= both["start"])
    return int(both.loc[near, "index"].nunique())


def _prompt(log: Log, plan: Any, start: int, first: int, last: int) -> bool:
    """Say whether every review of a plan that a return holds was on time, and none is overdue."""
    rows = log.need.reviews
    low, high = np.searchsorted(rows["plan"], [plan, plan + 1])
    dates = rows["date"].to_numpy()[low:high]
    dates = dates[dates <= last]
    before = dates[dates < first][-1:]
    held = np.concatenate([before, dates[dates >= first]])
    chain = np.concatenate([[start], held]) if start >= first or not len(held) else held
    steps = np.diff(np.append(chain, last))
    limits = np.full(len(steps), 183)
    limits[: int(chain[0] == start)] = 91
    return bool((steps <= limits).all())


def _workforce(book: Book, log: Log) -> None:
    people = log.workers.people
    for year in range(CENSUS_FROM, LAST_CENSUS + 1):
        first, last = book.period(*span(year, "09-30"))
        facts = log.workers.yearly[log.workers.yearly["year"] == year].set_index("number")
        rows = people.loc[facts.index].join(facts[["cases", "lost"]])
        here, own = rows["end"] > last, ~rows["agency"]
        post, agency = rows[own & here], rows[~own & here]
        fte, heads, hired = post["fte"].sum(), len(post), agency["fte"].sum()
        new = post[post["start"].between(first, last)]
        gone = rows[own & ~here & (rows["start"] < first)]
        vacant, cover = log.workers.vacancies.set_index("year").loc[year, ["vacant", "cover"]]
        book.put("social_workers", fte)
        book.put("social_workers_headcount", heads)
        for name, who in (("starters", new), ("leavers", gone)):
            book.put(f"social_worker_{name}", who["fte"].sum())
            book.put(f"social_worker_{name}_headcount", len(who))
        book.put("social_worker_turnover_percent", gone["fte"].sum(), fte)
        book.put("social_worker_turnover_headcount_percent", len(gone), heads)
        book.put("agency_social_workers", hired)
        book.put("agency_social_workers_headcount", len(agency))
        book.put("agency_social_worker_percent", hired, hired + fte)
        book.put("agency_social_worker_headcount_percent", len(agency), len(agency) + heads)
        book.put("social_worker_vacancies", vacant)
        book.put("social_worker_vacancy_percent", vacant, vacant + fte)
        book.put("agency_social_workers_covering", cover)
        book.put("agency_covering_vacancies_percent", cover, hired)
        book.put("vacancies_covered_percent", cover, vacant)
        holding = rows[here & (rows["cases"] > 0)]
        book.put("case_holding_social_workers", holding["fte"].sum())
        book.put("cases_held", holding["cases"].sum())
        book.put("caseload", holding["cases"].sum(), holding["fte"].sum())
        lost = rows.loc[own, "lost"].sum()
        book.put("sickness_days", lost)
        book.put("sickness_absence_percent", lost, 253 * fte)


def _lists(book: Book, log: Log) -> None:
    """Note what the workbook carries: the half year to its day, and how things stand on it."""
    found = lists.lists(log)
    book.period(SIX_MONTHS, WINDOW)
    contacts, referred, helped = found[1], found[3], found[2]
    book.put("contacts", len(contacts))
    met = _after(
        contacts,
        "Date of Contact",
        referred,
        "Date of referral",
        lambda day: day,
        lambda day: day + 28,
    )
    book.put("contacts_referred_percent", met.sum(), len(contacts))
    done = _in(helped, "Assessment completion date", SIX_MONTHS, WINDOW)
    book.put("early_help_assessments", len(done))
    limits: tuple[Callable[[Any], Any], Callable[[Any], Any]] = (
        lambda day: back(day, 12),
        lambda day: day,
    )
    met = _after(referred, "Date of referral", helped, "Assessment start date", *limits)
    rows = log.need.episodes[log.need.episodes["referral"].between(SIX_MONTHS, WINDOW)]
    truth = _after(rows, "referral", log.need.early_help, "start", *limits, child="child")
    book.put(
        "referrals_after_early_help_percent",
        met.sum(),
        len(referred),
        100 * truth.sum() / len(rows),
    )
    day = WINDOW
    for measure, number, seen in (
        ("children_in_need_days_since_seen", 6, "Date Child Was Last Seen"),
        ("child_protection_days_since_visit", 7, "Date of the Last Statutory Visit"),
        ("child_protection_days_since_review", 7, "Date of latest review conference"),
        ("looked_after_days_since_visit", 8, "Date of Last Social Work Visit"),
        ("looked_after_days_since_review", 8, "Date of Latest Statutory Review"),
    ):
        rows = found[number]
        dates = rows.loc[rows[ENDED[number]] == NEVER, seen]
        dates = dates[dates < NEVER]
        book.put(measure, (day - dates).sum(), len(dates))
    cases = [(found[number], end) for number, end in ENDED.items()]
    current = pd.concat([rows[rows[end] == NEVER] for rows, end in cases])
    current = current[current["Allocated Worker"] != ""].drop_duplicates("Child Unique ID")
    book.put("children_per_social_worker", len(current), current["Allocated Worker"].nunique())
    gone = found[8][found[8][lists.MISSED.format("Missing")] > 0]
    offered = gone[f"Was the child offered {lists.INTERVIEW}"] == "a) Yes"
    accepted = gone[f"Did the child accept {lists.INTERVIEW}"] == "a) Yes"
    book.put("return_interview_offered_percent", offered.sum(), len(gone))
    book.put("return_interview_accepted_percent", (offered & accepted).sum(), offered.sum())
    _adopters(book, found[11])


def _adopters(book: Book, rows: pd.DataFrame) -> None:
    """Note what the list of adopters carries; each is a family of its own in the sample."""
    approved, matched = "Date application approved", "Date adopter matched with child(ren)"
    left = "Date of leaving adoption process"
    for measure, date in (
        ("adopter_enquiries", "Date enquiry received"), ("adopters_approved", approved),
        ("adopters_withdrawn", left),
    ):  # fmt: skip
        book.put(measure, len(_in(rows, date, SIX_MONTHS, WINDOW)))
    for measure, begun, over in (
        ("adopters_in_assessment", "Date Stage 1 started", approved),
        ("adopters_waiting", approved, matched),
    ):
        book.put(measure, len(_open(_open(rows, WINDOW, begun, over), WINDOW, begun, left)))
    for measure, begun, ended in (
        ("adopter_stage_one_days", "Date Stage 1 started", "Date Stage 1 ended"),
        ("adopter_stage_two_days", "Date Stage 2 started", "Date Stage 2 ended"),
        ("adopter_approval_to_match_days", approved, matched),
    ):
        done = _in(rows, ended, SIX_MONTHS, WINDOW)
        book.put(measure, (done[ended] - done[begun]).sum(), len(done))


def _after(
    rows: pd.DataFrame,
    at: str,
    others: pd.DataFrame,
    when: str,
    low: Callable[[Any], Any],
    high: Callable[[Any], Any],
    child: str = "Child Unique ID",
) -> Flags:
    """Say of each row whether its child has another event between two days."""
    both = rows.reset_index(drop=True).reset_index()[["index", child, at]]
    both = both.rename(columns={at: "at"}).merge(
        others[[child, when]].rename(columns={when: "when"}), on=child
    )
    near = (both["when"] >= low(both["at"])) & (both["when"] <= high(both["at"]))
    found: Ints = both.loc[near, "index"].unique()
    return np.isin(np.arange(len(rows)), found)
