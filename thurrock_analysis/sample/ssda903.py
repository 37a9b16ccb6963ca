"""The yearly SSDA903 returns, as comma-separated files."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.sample.care import OLDER_FROM
from thurrock_analysis.sample.drawing import FIRST, LAST, NEVER, birthday, pick, span
from thurrock_analysis.sample.events import Log
from thurrock_analysis.sample.files import child, dmy, known, upn, worker, write
from thurrock_analysis.sample.placing import home

Columns = dict[str, Any]
SEXES = {"M": "1", "F": "2"}
LETTERS_FROM, SUPPORTED_FROM, OTHER_FROM = 2025, 2025, 2026
"""The first returns with sex as a letter, with K3 for H5 and P2, and with Z11 to Z14 for Z1."""
GUARDIANS = {"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}
NEW_CEASED = {**GUARDIANS, "E17": "E8"}
CEASED_FROM, WORKERS_FROM, PERMANENCE_FROM = 2019, 2024, 2017


def write_years(log: Log, folder: Path) -> None:
    """Write a folder a year; every episode open at any time in a year stands in that year's."""
    rng = np.random.default_rng(LAST)
    before = pick(rng, "previous_permanence", len(log.care))
    for year in range(FIRST, LAST + 1):
        tables = year_of(log, year, before)
        for name, columns in tables.items():
            write(folder / str(year) / f"{name}.csv", columns)


def year_of(log: Log, year: int, before: Any) -> dict[str, Columns]:
    """Return the tables of one return."""
    first, last = span(year)
    rows = pd.concat([log.episodes, log.respite], ignore_index=True)
    rows = rows[(rows["start"] <= last) & (rows["end"] >= first)]
    rows = rows.sort_values(["child", "start"], kind="stable")
    tables = {
        "episodes": _episodes(log, rows, year),
        "reviews": _reviews(log, first, last),
        "uasc": _unaccompanied(log, rows["child"].drop_duplicates().to_numpy(), year),
        "oc2": _health(log, year),
        "oc3": _leavers(log, year),
        "ad1": _adopted(log, first, last),
        "placed_for_adoption": _decisions(log, first, last),
        "missing": _missing(log, first, last),
    }
    if year >= PERMANENCE_FROM:
        tables["previous_permanence"] = _permanence(log, before, first, last)
    if year >= WORKERS_FROM:
        tables["social_worker"] = _workers(log, first, last)
    numbers = [rows["child"], log.leavers.loc[log.leavers["year"] == year, "child"]]
    return {"header": _header(log, np.unique(np.concatenate(numbers)), year), **tables}


def _sex(log: Log, numbers: Any, year: int) -> Any:
    sex = log.children.sex[numbers]
    return sex if year >= LETTERS_FROM else np.where(sex == "M", SEXES["M"], SEXES["F"])


def _born(log: Log, numbers: Any) -> Columns:
    return {"CHILD": child(numbers), "DOB": dmy(log.children.born[numbers])}


def _header(log: Log, numbers: Any, year: int) -> Columns:
    blank = np.full(len(numbers), "", object)
    return {
        "CHILD": child(numbers),
        "SEX": _sex(log, numbers, year),
        "DOB": dmy(log.children.born[numbers]),
        "ETHNIC": log.children.ethnic[numbers],
        "UPN": upn(log.children.born[numbers], numbers),
        "MOTHER": blank,
        "MC_DOB": blank,
    }


def _episodes(log: Log, rows: pd.DataFrame, year: int) -> Columns:
    last = span(year)[1]
    numbers = rows["child"].to_numpy()
    end = known(rows["end"], last)
    ended = end < NEVER
    posts = np.append(log.postcodes["postcode"].to_numpy(object), "")
    alone = log.children.unaccompanied[numbers] | rows["ls"].eq("V4").to_numpy()
    lived = np.where(alone, "", posts[home(numbers)])
    change = (
        rows["change"].where(ended, "").replace({} if year >= CEASED_FROM else {"CUSTOD": "OTHER"})
    )
    need = needs(log)[numbers]
    reason = rows["rec"].replace({} if year >= CEASED_FROM else NEW_CEASED)
    return {
        "CHILD": child(numbers), "DECOM": dmy(rows["start"]), "RNE": rows["rne"], "LS": rows["ls"],
        "CIN": need, "PLACE": places(rows, year), "PLACE_PROVIDER": rows["provider"],
        "DEC": dmy(end), "REC": reason.where(ended, ""), "REASON_PLACE_CHANGE": change,
        "HOME_POST": lived, "PL_POST": posts[rows["post"].to_numpy("int64")],
        "URN": np.where(rows["urn"].eq(0), "", rows["urn"].astype(str)),
    }  # fmt: skip


def needs(log: Log) -> Any:
    """Return the category of need of each child."""
    need = np.full(len(log.children), "N1", object)
    latest = log.need.episodes.drop_duplicates("child", keep="last")
    need[latest["child"]] = latest["need"]
    return np.where(log.children.unaccompanied, "N8", need)


def places(rows: pd.DataFrame, year: int) -> pd.Series:
    """Return placements in the codes of a return's year."""
    new: dict[str, str] = {"H5": "K3", "P2": "K3"} if year >= SUPPORTED_FROM else {}
    place = rows["place"].replace(new)
    other = place.eq("Z1") & (year >= OTHER_FROM)
    return place.where(~other, "Z1" + (1 + rows["child"] % 4).astype(str))


def _reviews(log: Log, first: int, last: int) -> Columns:
    rows = log.reviews[log.reviews["date"].between(first, last)]
    return {**_born(log, rows["child"]), "REVIEW": dmy(rows["date"]), "REVIEW_CODE": rows["code"]}


def until(log: Log, numbers: Any) -> Any:
    """Return the day on which children's standing as unaccompanied ends: their 18th birthday."""
    return birthday(log.children.born[numbers], 18)


def _unaccompanied(log: Log, numbers: Any, year: int) -> Columns:
    numbers = numbers[log.children.unaccompanied[numbers]]
    return {
        "CHILD": child(numbers),
        "SEX": _sex(log, numbers, year),
        "DOB": dmy(log.children.born[numbers]),
        "DUC": dmy(until(log, numbers)),
    }


def _health(log: Log, year: int) -> Columns:
    rows = log.health[log.health["year"] == year]
    scored, young = rows["score"] >= 0, rows["age"] < 5
    aged = rows["age"].between(4, 16)
    flag = {name: rows[name].astype(int).astype(str) for name in rows.select_dtypes("bool")}
    return {
        **_born(log, rows["child"]),
        "SDQ_SCORE": rows["score"].astype(str).where(scored, ""),
        "SDQ_REASON": np.where(aged & ~scored, "SDQ4", np.where(scored, "", "SDQ1")),
        "CONVICTED": flag["convicted"],
        "HEALTH_CHECK": flag["developed"].where(young, ""),
        "IMMUNISATIONS": flag["immunised"],
        "TEETH_CHECK": flag["teeth"],
        "HEALTH_ASSESSMENT": flag["assessed"],
        "SUBSTANCE_MISUSE": flag["misuse"],
        "INTERVENTION_RECEIVED": flag["helped"].where(rows["misuse"], ""),
        "INTERVENTION_OFFERED": np.where(rows["misuse"] & ~rows["helped"], "1", ""),
    }


def _leavers(log: Log, year: int) -> Columns:
    rows = log.leavers[log.leavers["year"] == year]
    rows = rows[(rows["age"] <= 21) | (year >= OLDER_FROM)]
    return {
        **_born(log, rows["child"]),
        "IN_TOUCH": rows["touch"],
        "ACTIV": rows["activity"],
        "ACCOM": rows["home"],
    }


def _adopted(log: Log, first: int, last: int) -> Columns:
    rows = log.adoption[log.adoption["exit"].between(first, last) & log.adoption["moved"].lt(NEVER)]
    who = rows["adopters"].str.split(" ", expand=True).reindex(columns=[0, 1]).fillna("")
    return {
        **_born(log, rows["child"]),
        "DATE_INT": dmy(rows["decided"]),
        "DATE_MATCH": dmy(rows["match"]),
        "FOSTER_CARE": rows["fostered"].astype(int),
        "NB_ADOPTR": np.where(who[0].isin(["M1", "F1"]), "1", "2"),
        "SEX_ADOPTR": who[0],
        "LS_ADOPTR": who[1],
    }


def _decisions(log: Log, first: int, last: int) -> Columns:
    way = log.adoption
    rows = way[(way["decided"] <= last) & (way["exit"] >= first) & (way["stopped"] >= first)]
    stop = known(rows["stopped"], last)
    return {
        **_born(log, rows["child"]),
        "DATE_PLACED": dmy(rows["decided"]),
        "DATE_PLACED_CEASED": dmy(stop),
        "REASON_PLACED_CEASED": rows["why"].where(stop < NEVER, ""),
    }


def _permanence(log: Log, before: Any, first: int, last: int) -> Columns:
    rows = log.care[log.care["entry"].between(first, last)]
    kind = before[rows["number"]]
    earlier = (kind != "Z1") & (rows["entry"] - log.children.born[rows["child"]] > 1500)
    return {
        **_born(log, rows["child"]),
        "PREV_PERM": np.where(earlier, kind, "Z1"),
        "LA_PERM": np.where(earlier, "999", ""),
        "DATE_PERM": dmy(np.where(earlier, rows["entry"] - 700, NEVER)),
    }


def _missing(log: Log, first: int, last: int) -> Columns:
    rows = log.missing[(log.missing["start"] <= last) & (log.missing["end"] >= first)]
    return {
        **_born(log, rows["child"]),
        "MISSING": rows["kind"],
        "MIS_START": dmy(rows["start"]),
        "MIS_END": dmy(known(rows["end"], last)),
    }


def _workers(log: Log, first: int, last: int) -> Columns:
    rows = log.workers.spells
    rows = rows[(rows["start"] <= last) & (rows["end"] >= first)]
    return {
        **_born(log, rows["child"]),
        "SW_ID": worker(rows["worker"]),
        "SW_DECOM": dmy(rows["start"]),
        "SW_DEC": dmy(known(rows["end"], last)),
        "SW_REASON": rows["why"],
    }
