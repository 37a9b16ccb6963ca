"""The tables from which a change of worker is told, as they are read once every return is in."""

import numpy as np
import pandas as pd

from thurrock_analysis.sample.drawing import FIRST, LAST, NEVER, span
from thurrock_analysis.sample.events import Log
from thurrock_analysis.sample.files import child, known, worker
from thurrock_analysis.sample.ssda903 import WORKERS_FROM, places, until

LAST_DAY = span(LAST)[1]


def typed(log: Log) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return typed tables of the log and what the returns span, without a file in between."""
    rows = log.episodes[log.episodes["start"] <= LAST_DAY]
    rows = rows[rows["end"] >= span(FIRST)[0]]
    ended = rows["end"] <= LAST_DAY
    episodes = _table(
        rows, DECOM=_days(rows["start"]), DEC=_days(rows["end"]), RNE=rows["rne"], LS=rows["ls"],
        PLACE=places(rows, LAST), PLACE_PROVIDER=rows["provider"],
        REC=rows["rec"].where(ended & rows["rec"].ne("")),
    )  # fmt: skip
    everyone = pd.DataFrame({"child": np.unique(rows["child"])})
    numbers = everyone["child"].to_numpy()
    alone = everyone[log.children.unaccompanied[numbers]]
    held = log.reviews[log.reviews["date"] <= LAST_DAY]
    spells = log.workers.spells
    spells = spells[(spells["start"] <= LAST_DAY) & (spells["end"] >= span(WORKERS_FROM)[0])]
    made = log.need.assessments
    made = made[made["start"] <= LAST_DAY]
    whose = log.need.episodes.set_index("episode").loc[made["episode"], "child"].to_numpy()
    tables = {
        "header": _table(
            everyone, DOB=_days(log.children.born[numbers]), SEX=log.children.sex[numbers]
        ),
        "uasc": _table(alone, DUC=_days(until(log, alone["child"].to_numpy()))),
        "episodes": episodes,
        "reviews": _table(held, REVIEW=_days(held["date"]), REVIEW_CODE=held["code"]),
        "sw_episodes": _table(
            spells, SW_ID=worker(spells["worker"]), SW_DECOM=_days(spells["start"]),
            SW_DEC=_days(spells["end"]),
        ),
        "cin_assessments": _table(
            made.assign(child=whose), AssessmentActualStartDate=_days(made["start"]),
            AssessmentAuthorisationDate=_days(made["end"]),
        ).rename(columns={"CHILD": "LAchildID"}),
    }  # fmt: skip
    tables["sw_episodes"]["YEAR"] = np.where(np.arange(len(spells)) == 0, WORKERS_FROM, LAST)
    years = range(FIRST, LAST + 1)
    spans = pd.DataFrame(
        {
            "collection": "SSDA903", "LA": "", "YEAR": list(years),
            "start": _days([span(year)[0] for year in years]),
            "end": _days([span(year)[1] for year in years]),
        }
    )  # fmt: skip
    return tables, spans


def _table(rows: pd.DataFrame, **columns: object) -> pd.DataFrame:
    told = pd.DataFrame({"CHILD": child(rows["child"]), **columns}, index=rows.index)
    return told.reset_index(drop=True).assign(LA="", YEAR=LAST)


def _days(days: object) -> np.ndarray:
    """Return days as dates, none of what comes after the last return."""
    told = known(days, LAST_DAY).astype("datetime64[D]").astype("datetime64[s]")
    return np.where(known(days, LAST_DAY) == NEVER, np.datetime64("NaT"), told)
