"""The CIN census and the workforce census, as XML."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis.sample.drawing import FIRST, LAST, NEVER, Ints, span
from thurrock_analysis.sample.events import AUTHORITY, NUMBER, Log
from thurrock_analysis.sample.files import child, iso, known, upn, worker

FLAG = f"<!-- synthetic: simulated for the fictional authority {AUTHORITY} -->"
NEED_PLANS_FROM, SPLIT_FROM, EXPLOITED_FROM, SEX_FROM = 2022, 2021, 2022, 2025
"""The first censuses with child in need plans, 18B for 18A, 24A, and Sex for GenderCurrent."""
BLOCK = 20_000
"""Children of whom one part of a census is made at a time."""
OLD_FACTORS = {
    "18C": ("18A", SPLIT_FROM),
    "19C": ("19A", SPLIT_FROM),
    "24A": ("20", EXPLOITED_FROM),
}
WORKERS_FROM, LAST_CENSUS, TRIMMED_FROM = 2017, LAST - 1, 2025
"""Censuses of the workforce; from 2025 on they ask for no institute and no status of assessment."""
ALLOWANCES = [
    *("RecruitmentBonus", "RetentionBonus", "PerformanceReward", "CarAllowance"),
    *("RelocationPackage", "RegionalWeighting", "CostSWE", "CostDBS", "OtherAllowances"),
]


def write_need(log: Log, folder: Path) -> None:
    """Write the CIN census of each year."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in range(FIRST + 1, LAST + 1):
        lines = (
            line for part in blocks(in_return(log, year)) for line in children_of(log, part, year)
        )
        body = chain(["<Children>"], lines, ["</Children>"])
        _write(folder / f"synthetic_cin_{year}.xml", "CIN", year, "03-31", body)


def write_workforce(log: Log, folder: Path) -> None:
    """Write the census of the workforce of each year."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in range(WORKERS_FROM, LAST_CENSUS + 1):
        path = folder / f"synthetic_csww_{year}.xml"
        _write(path, "CSWW", year, "09-30", workforce_of(log, year))


def _write(path: Path, collection: str, year: int, closing: str, body: Iterable[str]) -> None:
    """Write a return line by line, so that a large one is never held whole."""
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{FLAG}\n<Message><Header><CollectionDetails>'
        f"<Collection>{collection}</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{year}-{closing}</ReferenceDate></CollectionDetails><Source>"
        f"<SourceLevel>L</SourceLevel><LEA>{NUMBER}</LEA><SoftwareCode>synthetic</SoftwareCode>"
        f"<DateTime>{year}-{closing}T12:00:00</DateTime></Source></Header>"
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in chain([head], body, ["</Message>"]))


def tags(name: str, values: Any) -> list[str]:
    """Return an element for each value, and nothing where it is blank."""
    return [f"<{name}>{value}</{name}>" if value != "" else "" for value in values]


def together(*parts: Iterable[str]) -> list[str]:
    """Return what several lists hold for each row."""
    return list(map("".join, zip(*parts, strict=True)))


def below(parents: Ints, places: Any, texts: list[str]) -> list[str]:
    """Return for each parent what stands below it: texts come sorted by their parent."""
    places = np.asarray(places)
    low, high = np.searchsorted(places, parents), np.searchsorted(places, parents, side="right")
    return ["".join(texts[a:b]) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def in_return(log: Log, year: int) -> dict[str, pd.DataFrame]:
    """Return the rows that one census holds, with what is known on its last day."""
    first, last = span(year)
    need = log.need

    def during(rows: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
        return rows[(rows[start] <= last) & (rows[end] >= first)]

    episodes = during(need.episodes, "referral", "closure").sort_values(
        ["child", "referral"], kind="stable"
    )
    held = set(episodes["episode"].tolist())
    plans = during(need.plans, "start", "end")
    enquiries = need.enquiries
    ended = enquiries["conference"].where(~enquiries["unneeded"], enquiries["start"])
    reviews = need.reviews[need.reviews["date"] <= last]
    latest = reviews[reviews["date"] < first].drop_duplicates("plan", keep="last")
    reviews = pd.concat([latest, reviews[reviews["date"] >= first]])
    found = {
        "episodes": episodes,
        "assessments": need.assessments[need.assessments["start"] <= last],
        "need_plans": during(need.need_plans, "start", "end"),
        "enquiries": during(enquiries.assign(ended=ended), "start", "ended"),
        "plans": plans.rename_axis("plan").reset_index(),
        "reviews": reviews[reviews["plan"].isin(plans.index)].sort_values(["plan", "date"]),
    }
    if year < NEED_PLANS_FROM:
        found["need_plans"] = found["need_plans"].iloc[:0]
    return {
        name: rows[rows["episode"].isin(held)] if "episode" in rows else rows
        for name, rows in found.items()
    }


def blocks(rows: dict[str, pd.DataFrame]) -> Iterator[dict[str, pd.DataFrame]]:
    """Cut the rows of a census into parts of whole children."""
    episodes = rows["episodes"]
    numbers = episodes["child"].drop_duplicates().to_numpy()
    for part in np.array_split(numbers, len(numbers) // BLOCK + 1):
        mine = episodes[episodes["child"].between(part[0], part[-1])]
        held = {
            name: table[table["episode"].isin(mine["episode"])]
            for name, table in rows.items()
            if "episode" in table
        }
        yield {**rows, **held}


def children_of(log: Log, rows: dict[str, pd.DataFrame], year: int) -> list[str]:
    """Return some children of one census, an element a child."""
    last = span(year)[1]
    parts = {
        "assessments": _assessments(rows["assessments"], year),
        "need_plans": _need_plans(rows["need_plans"], year),
        "enquiries": _enquiries(rows["enquiries"], year),
        "plans": _plans(rows["plans"], rows["reviews"], year),
    }
    episodes = rows["episodes"]
    number = episodes["episode"].to_numpy()
    under = {}
    for name, texts in parts.items():
        order = np.argsort(rows[name]["episode"].to_numpy(), kind="stable")
        under[name] = below(
            number, rows[name]["episode"].to_numpy()[order], [texts[n] for n in order.tolist()]
        )
    none = episodes["kind"].eq("none").to_numpy()
    closure = np.where(none, NEVER, known(episodes["closure"], last))
    plans = log.need.plans
    moved_in = plans[plans["enquiry"].eq(NEVER)]
    conference = episodes["episode"].map(
        moved_in.drop_duplicates("episode").set_index("episode")["start"]
    )
    conference = conference.fillna(NEVER).to_numpy("int64")
    details = together(
        [
            f"<CINdetails><CINreferralDate>{text}</CINreferralDate>"
            for text in iso(episodes["referral"])
        ],
        tags("ReferralSource", episodes["source"]),
        tags("PrimaryNeedCode", np.where(none, "", episodes["need"])),
        tags("CINclosureDate", iso(closure)),
        tags("ReasonForClosure", np.where(closure < NEVER, episodes["reason"], "")),
        tags("DateOfInitialCPC", iso(known(conference, last))),
        under["assessments"],
        under["need_plans"],
        under["enquiries"],
        np.where(none, "<ReferralNFA>1</ReferralNFA>", "<ReferralNFA>0</ReferralNFA>").tolist(),
        under["plans"],
        ["</CINdetails>"] * len(episodes),
    )
    numbers = episodes["child"].drop_duplicates().to_numpy()
    return together(
        _who(log, numbers, year),
        below(numbers, episodes["child"], details),
        ["</Child>"] * len(numbers),
    )


def _who(log: Log, numbers: Ints, year: int) -> list[str]:
    born, sex = log.children.born[numbers], log.children.sex[numbers]
    pupil = upn(born, numbers)
    disability = log.children.disability[numbers]
    new = year >= SEX_FROM
    return together(
        [f"<Child><ChildIdentifiers><LAchildID>{text}</LAchildID>" for text in child(numbers)],
        tags("UPN", np.where(pupil == "UN1", "", pupil)),
        tags("UPNunknown", np.where(pupil == "UN1", pupil, "")),
        tags("PersonBirthDate", iso(born)),
        tags("Sex" if new else "GenderCurrent", sex if new else np.where(sex == "M", "1", "2")),
        ["</ChildIdentifiers><ChildCharacteristics>"] * len(numbers),
        tags("Ethnicity", log.children.ethnic[numbers]),
        [f"<Disabilities>{each}</Disabilities>" for each in tags("Disability", disability)],
        ["</ChildCharacteristics>"] * len(numbers),
    )


def factors(said: str, year: int) -> list[str]:
    """Return the factors of an assessment in the codes of a census."""
    codes = [
        old if year < since else code
        for code in said.split()
        for old, since in [OLD_FACTORS.get(code, (code, 0))]
    ]
    return list(dict.fromkeys(codes))


def _assessments(rows: pd.DataFrame, year: int) -> list[str]:
    end = known(rows["end"], span(year)[1])
    told = [
        "".join(tags("AssessmentFactors", factors(said, year))) if done < NEVER and said else ""
        for said, done in zip(rows["factors"], end.tolist(), strict=True)
    ]
    return together(
        [
            f"<Assessments><AssessmentActualStartDate>{text}</AssessmentActualStartDate>"
            for text in iso(rows["start"])
        ],
        tags("AssessmentAuthorisationDate", iso(end)),
        tags("FactorsIdentifiedAtAssessment", told),
        ["</Assessments>"] * len(rows),
    )


def _need_plans(rows: pd.DataFrame, year: int) -> list[str]:
    return together(
        [
            f"<CINPlanDates><CINPlanStartDate>{text}</CINPlanStartDate>"
            for text in iso(rows["start"])
        ],
        tags("CINPlanEndDate", iso(known(rows["end"], span(year)[1]))),
        ["</CINPlanDates>"] * len(rows),
    )


def _enquiries(rows: pd.DataFrame, year: int) -> list[str]:
    return together(
        [
            f"<Section47><S47ActualStartDate>{text}</S47ActualStartDate>"
            for text in iso(rows["start"])
        ],
        tags("DateOfInitialCPC", iso(known(rows["conference"], span(year)[1]))),
        tags("ICPCnotRequired", rows["unneeded"].astype(int).astype(str)),
        ["</Section47>"] * len(rows),
    )


def _plans(rows: pd.DataFrame, reviews: pd.DataFrame, year: int) -> list[str]:
    end = known(rows["end"], span(year)[1])
    held = below(
        rows["plan"].to_numpy(), reviews["plan"], tags("CPPreviewDate", iso(reviews["date"]))
    )
    return together(
        [
            f"<ChildProtectionPlans><CPPstartDate>{text}</CPPstartDate>"
            for text in iso(rows["start"])
        ],
        tags("CPPendDate", iso(end)),
        tags("InitialCategoryOfAbuse", rows["abuse"]),
        tags("LatestCategoryOfAbuse", rows["abuse_now"]),
        tags("NumberOfPreviousCPP", rows["earlier"]),
        tags("Reviews", held),
        ["</ChildProtectionPlans>"] * len(rows),
    )


def workforce_of(log: Log, year: int) -> list[str]:
    """Return the body of one workforce census."""
    last = span(year, "09-30")[1]
    yearly = log.workers.yearly
    facts = yearly[yearly["year"] == year].set_index("number")
    rows = log.workers.people.loc[facts.index]
    vacant = log.workers.vacancies.set_index("year").loc[year]
    left = (rows["end"] <= last).to_numpy()
    before = rows["start"].to_numpy() < span(year, "09-30")[0]
    fte: Callable[[Any], list[str]] = lambda values: [f"{value:.6f}" for value in values]  # noqa: E731
    old = year < TRIMMED_FROM
    blank = [""] * len(rows)
    sex = rows["sex"] if year >= TRIMMED_FROM else rows["sex"].map({"M": "1", "F": "2"})
    workers = together(
        ["<CSWWWorker>"] * len(rows),
        tags("AgencyWorker", rows["agency"].astype(int)),
        tags("SWENo", worker(rows["number"])),
        tags("FTE", fte(np.where(left, 0, rows["fte"]))),
        tags("PersonBirthDate", iso(rows["born"])),
        tags("GenderCurrent" if old else "Sex", sex),
        tags("Ethnicity", rows["ethnic"]),
        ["<QualInst>Synthetic institute</QualInst>"] * len(rows) if old else blank,
        tags("QualLevel", rows["level"]),
        ["<StepUpGrad>0</StepUpGrad>"] * len(rows),
        tags("OrgRole", rows["role"]),
        tags("RoleStartDate", iso(rows["start"])),
        tags("StartOrigin", rows["origin"]),
        tags("RoleEndDate", iso(known(rows["end"], last))),
        tags("LeaverDestination", np.where(left, rows["destination"], "")),
        tags("ReasonLeave", np.where(left, rows["reason"], "")),
        tags("FTE30", np.where(before & ~rows["agency"], fte(rows["fte"]), "")),
        tags("Cases30", np.where(left, "", facts["cases"].astype(str))),
        tags("WorkingDaysLost", np.where(rows["agency"], "", [f"{n:.2f}" for n in facts["lost"]])),
        ["<FrontlineGrad>0</FrontlineGrad>"] * len(rows),
        tags("Absat30Sept", np.where(left, "", facts["absent"].astype(int).astype(str))),
        tags("ReasonAbsence", np.where(facts["absent"], "SIC", "")),
        ["<CFKSSstatus>2</CFKSSstatus>"] * len(rows) if old else blank,
        ["</CSWWWorker>"] * len(rows),
    )
    more = "" if old else "".join(f"<{name}>0</{name}>" for name in ALLOWANCES)
    vacancies = (
        f"<LALevelVacancies><NumberOfVacancies>{vacant['vacant']:.2f}</NumberOfVacancies>"
        f"<NoAgencyFTE>{vacant['cover']:.2f}</NoAgencyFTE>"
        f"<NoAgencyHeadcount>{vacant['heads']:.0f}</NoAgencyHeadcount>{more}</LALevelVacancies>"
    )
    return [vacancies, *workers]
