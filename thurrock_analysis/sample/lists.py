"""The lists that inspectors ask for, on the last day of the last return, as a workbook."""

import datetime
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.sample import drawing, ssda903
from thurrock_analysis.sample.drawing import LAST, NEVER, Flags, Ints, between, pick, texts
from thurrock_analysis.sample.events import AUTHORITY, Log
from thurrock_analysis.sample.files import child, known, worker
from thurrock_analysis.sample.need import SIX_MONTHS, WINDOW
from thurrock_analysis.sample.placing import HOMES

EPOCH = 25_569
"""The first day of 1970 as a workbook counts days."""
BOTH = np.array(["b) No", "a) Yes"], object)
ABUSE = {
    "NEG": "a) Neglect",
    "PHY": "b) Physical abuse",
    "SAB": "c) Sexual abuse",
    "EMO": "d) Emotional abuse",
}
MISSED = "Number of Episodes the Child has been ‘{}’ from their Placement in the last 12 months"
PROTECTED = (
    "Subject to Emergency Protection Order or Protected Under Police Powers "
    "in Last Six Months (Y/N)"
)
SECOND = (
    "Is this a second or subsequent period of being a Looked After Child "
    "within the last 12 months (Y/N)"
)
CONCURRENT = "Date the child was placed for fostering in FFA or concurrent planning placement"
DATED = re.compile(
    "^Date|^CIN (Start|Closure) Date|^Latest (Pathway|Date)|[Ss]tart [Dd]ate|Start Date|End Date|"
    "completion date|Date of Authorisation"
)
INTERVIEW = "a Return Interview after their last missing episode (Y/N)?"


def lists(log: Log) -> dict[int, pd.DataFrame]:
    """Return the eleven lists, dates still as whole numbers."""
    rng = np.random.default_rng(WINDOW)
    whose = _whose(rng, log)
    whom = log.need.episodes["child"].to_numpy()
    assessments = log.need.assessments.assign(child=whom[log.need.assessments["episode"]])
    return {
        1: _contacts(log),
        2: _early_help(log),
        3: _referrals(log, whose),
        4: _assessments(rng, log, whose, assessments),
        5: _enquiries(log, whose, log.need.enquiries),
        6: _in_need(rng, log, whose),
        7: _plans(rng, log, whose),
        8: _looked_after(rng, log, whose),
        9: _leavers(rng, log, whose),
        10: _adoption(log),
        11: _adopters(rng, log),
    }


def _whose(rng: np.random.Generator, log: Log) -> pd.DataFrame:
    """Return the worker and team of each child; some children have none."""
    people = log.workers.people
    able = people[
        people["role"].isin(["4", "5"]) & people["start"].le(WINDOW) & people["end"].gt(WINDOW)
    ]
    chosen = able["number"].to_numpy()[rng.integers(0, len(able), len(log.children))]
    spells = log.workers.spells
    spells = spells[spells["start"].le(WINDOW) & spells["end"].gt(WINDOW)].drop_duplicates(
        "child", keep="last"
    )
    chosen[spells["child"]] = spells["worker"]
    name = np.where(rng.random(len(chosen)) < 0.03, "", worker(chosen))
    team = people["team"].to_numpy()[chosen]
    return pd.DataFrame(
        {"Allocated Team": np.where(name == "", "", team), "Allocated Worker": name}
    )


def _who(log: Log, numbers: Any, whole: bool = False) -> dict[str, Any]:
    """Return the columns with which every list begins."""
    numbers = np.asarray(numbers, "int64")
    people = log.children
    found = {
        "Child Unique ID": child(numbers),
        "Gender": np.where(people.sex[numbers] == "M", "a) Male", "b) Female"),
        "Ethnicity": people.ethnic[numbers],
        "Date of Birth": people.born[numbers],
        "Age of Child (Years)": drawing.age(people.born[numbers], WINDOW),
    }
    if whole:
        found["Does the Child have a Disability"] = BOTH[
            (people.disability[numbers] != "NONE").astype(int)
        ]
    return found


def _table(
    log: Log, rows: pd.DataFrame, columns: dict[str, Any], whose: Any = None, whole: bool = True
) -> pd.DataFrame:
    end = {} if whose is None else {name: whose[name].to_numpy()[rows["child"]] for name in whose}
    return pd.DataFrame({**_who(log, rows["child"], whole), **columns, **end})


def in_year(rows: pd.DataFrame, to: Any, of: pd.DataFrame, at: str) -> Ints:
    """Count for each row its child's events in the 12 months to a day."""
    keys = np.sort(of["child"].to_numpy("int64") * NEVER * 2 + of[at].to_numpy("int64"))
    day = rows["child"].to_numpy("int64") * NEVER * 2 + np.asarray(to, "int64")
    up_to, before = (np.searchsorted(keys, each, side="right") for each in (day, day - 365))
    return np.asarray(up_to - before)


def _contacts(log: Log) -> pd.DataFrame:
    rows = log.need.contacts
    return _table(
        log, rows, {"Date of Contact": rows["date"], "Contact Source": rows["source"]}, whole=False
    )


def _early_help(log: Log) -> pd.DataFrame:
    rows = log.need.early_help
    rows = rows[
        rows["start"].le(WINDOW) & (rows["start"].ge(SIX_MONTHS) | rows["end"].ge(SIX_MONTHS))
    ]
    return _table(
        log,
        rows,
        {
            "Assessment start date": rows["start"],
            "Assessment completion date": known(rows["end"], WINDOW),
            "Organisation completing assessment": rows["who"],
        },
        whole=False,
    )


def _referrals(log: Log, whose: pd.DataFrame) -> pd.DataFrame:
    every = log.need.episodes
    rows = every[every["referral"].between(SIX_MONTHS, WINDOW)]
    columns = {
        "Date of referral": rows["referral"],
        "Referral Source": rows["source"],
        "Referral NFA?": BOTH[rows["kind"].eq("none").astype(int)],
        "Number of Referrals in Last 12 Months": in_year(rows, rows["referral"], every, "referral"),
    }
    return _table(log, rows, columns, whose, whole=False)


def _assessments(
    rng: np.random.Generator, log: Log, whose: pd.DataFrame, every: pd.DataFrame
) -> pd.DataFrame:
    rows = every[every["start"].le(WINDOW) & every["end"].ge(SIX_MONTHS)]
    columns = {
        "Continuous Assessment Start Date": rows["start"],
        "Child Seen During Continuous Assessment": BOTH[(rng.random(len(rows)) < 0.97).astype(int)],
        "Continuous Assessment Date of Authorisation": known(rows["end"], WINDOW),
        "Was the child assessed as requiring LA children's social care support?": np.where(
            rows["end"].gt(WINDOW), "", BOTH[rows["need"].astype(int)]
        ),
    }
    return _table(log, rows, columns, whose)


def _enquiries(log: Log, whose: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    rows = every[every["start"].between(SIX_MONTHS, WINDOW)]
    held = known(rows["conference"], WINDOW)
    columns = {
        "Strategy discussion initiating Section 47 Enquiry Start Date": rows["start"],
        "Was an Initial Child Protection Conference deemed unnecessary?": BOTH[
            rows["unneeded"].astype(int)
        ],
        "Date of Initial Child Protection Conference": held,
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": np.where(
            held < NEVER, BOTH[rows["plan"].astype(int)], ""
        ),
        "Number of Section 47 Enquiries in the last 12 months": in_year(
            rows, WINDOW, every, "start"
        ),
        "Number of ICPCs in the last 12 months": in_year(rows, WINDOW, every, "conference"),
    }
    return _table(log, rows, columns, whose)


def _seen(rng: np.random.Generator, since: Any, days: int) -> Ints:
    """Draw when somebody was last seen; of a few there is no date."""
    since = np.asarray(since, "int64")
    seen = np.maximum(WINDOW - rng.geometric(1 / days, len(since)), since)
    return np.where(rng.random(len(since)) < 0.03, NEVER, np.minimum(seen, WINDOW))


def _in_need(rng: np.random.Generator, log: Log, whose: pd.DataFrame) -> pd.DataFrame:
    rows = log.need.episodes
    rows = rows[
        rows["referral"].le(WINDOW) & rows["closure"].ge(SIX_MONTHS) & rows["kind"].ne("none")
    ]
    closed = known(rows["closure"], WINDOW)
    kinds = {"care": "a) Looked after child", "plan": "b) Child Protection plan"}
    status = rows["kind"].map(kinds).fillna("c) Child in need plan")
    columns = {
        "CIN Start Date": rows["referral"],
        "Primary Need Code": rows["need"],
        "Date Child Was Last Seen": _seen(rng, rows["referral"], 18),
        "CIN Closure Date": closed,
        "Reason for Closure": np.where(closed < NEVER, rows["reason"], ""),
        "Case Status": np.where(closed < NEVER, "e) Closed episode", status),
    }
    return _table(log, rows, columns, whose)


def _plans(rng: np.random.Generator, log: Log, whose: pd.DataFrame) -> pd.DataFrame:
    rows = log.need.plans
    rows = rows[rows["start"].le(WINDOW) & rows["end"].ge(SIX_MONTHS)]
    held = log.need.reviews[log.need.reviews["date"] <= WINDOW].drop_duplicates("plan", keep="last")
    latest = held.set_index("plan")["date"].reindex(rows.index).fillna(NEVER)
    columns = {
        "Child Protection Plan Start Date": rows["start"],
        "Initial Category of Abuse": rows["abuse"].map(ABUSE),
        "Latest Category of Abuse": rows["abuse_now"].map(ABUSE),
        "Date of the Last Statutory Visit": _seen(rng, rows["start"], 9),
        "Was the Child Seen Alone?": BOTH[(rng.random(len(rows)) < 0.8).astype(int)],
        "Date of latest review conference": latest.astype("int64"),
        "Child Protection Plan End Date": known(rows["end"], WINDOW),
        PROTECTED: BOTH[0],
        "Number of Previous Child Protection Plans": rows["earlier"],
    }
    return _table(log, rows, columns, whose)


def _looked_after(rng: np.random.Generator, log: Log, whose: pd.DataFrame) -> pd.DataFrame:
    rows = log.care[log.care["entry"].le(WINDOW) & log.care["exit"].ge(SIX_MONTHS)].set_index(
        "number"
    )
    until = log.episodes[log.episodes["start"] <= WINDOW]
    now = until.drop_duplicates("number", keep="last").set_index("number").reindex(rows.index)
    home = (
        until.drop_duplicates("placement")
        .drop_duplicates("number", keep="last")
        .set_index("number")
    )
    order = until[until["rne"].isin(["S", "L", "B", "U"])].drop_duplicates("number", keep="last")
    order = order.set_index("number").reindex(rows.index)
    held = log.reviews[log.reviews["date"] <= WINDOW].drop_duplicates("number", keep="last")
    latest = held.set_index("number")["date"].reindex(rows.index).fillna(NEVER).astype("int64")
    ended = known(rows["exit"], WINDOW)
    seen = _seen(rng, rows["entry"], 20)
    gone = log.missing[log.missing["start"] <= WINDOW]
    missed = in_year(rows, WINDOW, gone[gone["kind"] == "M"], "start")
    offered = (rng.random(len(rows)) < 0.85) & (missed > 0)
    accepted = rng.random(len(rows)) < 0.6
    begun = until[until["rne"].isin(["S", "P", "B"]) & ~until["place"].str.startswith("T")]
    moves = in_year(rows, WINDOW, begun, "start")
    health = log.health[log.health["year"] == LAST].set_index("child")
    assessed = rows["child"].map(health["assessed"]).eq(True)
    teeth = rows["child"].map(health["teeth"]).eq(True)
    post = now["post"].to_numpy("int64")
    where = np.where(post < HOMES["inside"], "a) In", "b) Out")
    names = np.append(log.postcodes["authority"].to_numpy(object), "CON")
    codes = np.append(log.postcodes["postcode"].to_numpy(object), "")
    second = in_year(rows, rows["entry"] - 1, log.care, "exit") > 0
    columns = {
        "Date Started to be Looked After": rows["entry"],
        "Child's Category of Need": ssda903.needs(log)[rows["child"]],
        SECOND: BOTH[second.astype(int)],
        "Start date of current legal status": order["start"],
        "Child's Legal Status": now["ls"],
        "Date of Latest Statutory Review": latest,
        "Date of Last Social Work Visit": seen,
        "What is the permanence plan for this child?": pick(rng, "permanence", len(rows)),
        "Date of Last IRO Visit / Contact to the Child": latest,
        "Date of Last Health Assessment": np.where(assessed, WINDOW - 170, NEVER),
        "Date of Last Dental Check": np.where(teeth, WINDOW - 120, NEVER),
        "Number of Placements in the Last 12 months": np.maximum(moves, 1),
        "Date Ceased to be Looked After": ended,
        "Reason Ceased to be Looked After": np.where(ended < NEVER, now["rec"], ""),
        "Start Date of Most Recent Placement": home["start"].reindex(rows.index),
        "Placement Type": ssda903.places(now, LAST),
        "Placement Provider": now["provider"],
        "Placement postcode": codes[post],
        "URN of Placement": np.where(now["urn"].eq(0), "", now["urn"].astype(str)),
        "Placement Location": np.where(post < 0, "", where),
        "LA of Placement": names[post],
        MISSED.format("Missing"): missed,
        MISSED.format("Absent"): in_year(rows, WINDOW, gone[gone["kind"] == "A"], "start"),
        f"Was the child offered {INTERVIEW}": np.where(missed > 0, BOTH[offered.astype(int)], ""),
        f"Did the child accept {INTERVIEW}": np.where(offered, BOTH[accepted.astype(int)], ""),
    }  # fmt: skip
    alone = BOTH[log.children.unaccompanied[rows["child"]].astype(int)]
    table = _table(log, rows, columns, whose)
    name = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
    table.insert(5, name, alone)
    return table


def _leavers(rng: np.random.Generator, log: Log, whose: pd.DataFrame) -> pd.DataFrame:
    rows = log.leavers[log.leavers["year"] == LAST]
    alone = BOTH[log.children.unaccompanied[rows["child"]].astype(int)]
    touch = rows["touch"].map({"YES": "a) Yes", "NO": "b) No", "DIED": "c) Died", "REFU": "d) Refu",
                               "NREQ": "e) NREQ", "RHOM": "f) Rhom"})  # fmt: skip
    suitable = rows["home"].str[1:].map({"1": "a) Suitable", "2": "b) Unsuitable"}).fillna("")
    columns = {
        "Allocated Team": "Leaving care team",
        "Allocated Worker": whose["Allocated Worker"].to_numpy()[rows["child"]],
        "Allocated Personal Advisor": "",
        "Eligibility Category": np.where(
            rows["age"] < 18, "a) Relevant child", "b) Former relevant child"
        ),
        "Latest Pathway Plan Review Date": between(rng, np.full(len(rows), WINDOW - 200), WINDOW),
        "LA in Touch": touch,
        "Latest Date of Contact": between(rng, np.full(len(rows), WINDOW - 60), WINDOW),
        "Type of Accommodation": rows["home"].str[:1].replace("0", ""),
        "Suitability of Accommodation": suitable,
        "Activity Status": rows["activity"].replace("0", ""),
    }
    table = _table(log, rows, columns)
    table.insert(
        5, "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)", alone
    )
    return table


def _adoption(log: Log) -> pd.DataFrame:
    way = log.adoption
    rows = way[
        way["decided"].le(WINDOW) & way["exit"].gt(WINDOW - 365) & way["stopped"].gt(WINDOW - 365)
    ]
    stop = known(rows["stopped"], WINDOW)
    done = rows["moved"].lt(NEVER) & rows["exit"].le(WINDOW)
    matched = known(rows["match"], WINDOW)
    first = log.episodes[log.episodes["place"].isin(["U2", "U5"])].drop_duplicates("number")
    early = rows["number"].map(first.set_index("number")["start"]).fillna(NEVER)
    table = _table(
        log,
        rows,
        {
            "Date the Child Entered Care": rows["entry"],
            "Date of Decision that Child Should be Placed for Adoption": rows["decided"],
            "Date of Placement Order": known(rows["order"], WINDOW),
            "Date of Matching Child and Prospective Adopters": matched,
            "Date Placed for Adoption": known(rows["moved"], WINDOW),
            "Date of Adoption Order": np.where(done, rows["exit"], NEVER),
            "Date of Decision that Child Should No Longer be Placed for Adoption": stop,
            "Reason Why Child No Longer Placed for Adoption": rows["why"].where(stop < NEVER, ""),
            CONCURRENT: known(early, WINDOW),
        },
    )
    family = np.where(matched < NEVER, np.array(texts("SYF", rows["number"]), object), "")
    table.insert(1, "Family identifier", family)
    return table


STEPS = {
    "Date enquiry received": 0, "Date Stage 1 started": 30, "Date Stage 1 ended": 95,
    "Date Stage 2 started": 100, "Date Stage 2 ended": 220, "Date application submitted": 225,
    "Date application approved": 240,
}  # fmt: skip
"""Days from a family's enquiry to each step of its approval."""
TO_MATCH = 330


def _adopters(rng: np.random.Generator, log: Log) -> pd.DataFrame:
    """Return families matched in the last two years, and those of whom no child is told."""
    way = log.adoption
    rows = way[way["match"].between(WINDOW - 730, WINDOW) & way["moved"].lt(NEVER)]
    moved = known(rows["moved"], WINDOW)
    matched = pd.DataFrame(
        {
            **_families(
                rng,
                rows["number"].to_numpy(),
                rows["fostered"].to_numpy(bool),
                rows["match"].to_numpy() - TO_MATCH,
            ),
            "Date adopter matched with child(ren)": rows["match"].to_numpy(),
            "Date child/children placed with adopter(s)": moved,
            "No. of children placed": (moved < NEVER).astype(int),
            "Date of Adoption Order": known(rows["exit"], WINDOW),
            "Date of leaving adoption process": NEVER,
            "Reason for leaving adoption process": "",
        }
    )
    first = int(way["number"].max()) + 1 if len(way) else 0
    return pd.concat([matched, _unmatched(rng, first, max(len(rows), 10))], ignore_index=True)


def _unmatched(rng: np.random.Generator, first: int, count: int) -> pd.DataFrame:
    """Return families who enquired in the last two years: some wait for a match, some have left."""
    enquired = between(rng, np.full(count, WINDOW - 600), WINDOW)
    left = enquired + between(rng, np.full(count, 40), 500)
    left = known(np.where(rng.random(count) < 0.3, left, NEVER), WINDOW)
    numbers, fostered = np.arange(first, first + count), np.zeros(count, bool)
    told = _families(rng, numbers, fostered, enquired)
    for name in STEPS:
        told[name] = np.where(told[name] <= np.minimum(left, WINDOW), told[name], NEVER)
    return pd.DataFrame(
        {
            **told,
            "Date adopter matched with child(ren)": NEVER,
            "Date child/children placed with adopter(s)": NEVER,
            "No. of children placed": 0,
            "Date of Adoption Order": NEVER,
            "Date of leaving adoption process": left,
            "Reason for leaving adoption process": np.where(left < NEVER, "Withdrew", ""),
        }
    )


def _families(
    rng: np.random.Generator, numbers: Ints, fostered: Flags, enquired: Ints
) -> dict[str, Any]:
    """Return who adopters are and when each step of their approval was."""
    return {
        "Individual adopter identifier": texts("SYA", numbers),
        "Family identifier": texts("SYF", numbers),
        "Gender": np.where(rng.random(len(numbers)) < 0.5, "a) Male", "b) Female"),
        "Ethnicity": pick(rng, "ethnicity", len(numbers)),
        "Disability": BOTH[0],
        "Is the (prospective) adopter fostering for adoption?": BOTH[fostered.astype(int)],
        **{name: enquired + days for name, days in STEPS.items()},
    }


def dated(column: str) -> bool:
    """Say whether a column of a list holds dates."""
    return bool(DATED.search(column))


def write(log: Log, folder: Path) -> None:
    """Write the workbook: a sheet that says what it is, then a sheet a list."""
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"synthetic_annex_a_{LAST}-03-31.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "Synthetic", "created": datetime.datetime(LAST, 4, 1)})
    as_date = book.add_format({"num_format": "dd/mm/yyyy"})
    note = book.add_worksheet("Synthetic")
    note.write(
        0,
        0,
        f"Synthetic: simulated for the fictional authority {AUTHORITY}. No real child is in it.",
    )
    for number, table in lists(log).items():
        sheet = book.add_worksheet(f"List {number}")
        for place, name in enumerate(table):
            sheet.write_string(0, place, name)
        cells = [_cells(table[name], dated(name)) for name in table]
        formats = [as_date if dated(name) else None for name in table]
        for row, values in enumerate(zip(*cells, strict=True), start=1):
            for place, value in enumerate(values):
                if isinstance(value, str):
                    if value:
                        sheet.write_string(row, place, value)
                else:
                    sheet.write_number(row, place, value, formats[place])
    book.close()


def _cells(values: pd.Series, is_date: bool) -> list[Any]:
    if not is_date:
        return list(values.tolist())
    days = values.to_numpy("int64").tolist()
    return ["" if value >= NEVER else value + EPOCH for value in days]
