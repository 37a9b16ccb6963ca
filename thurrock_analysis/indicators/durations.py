"""How long things lasted that the returns date, those that last still among them.

``durations.csv`` says what starts, what ends and for whom; ``duration_ends.csv`` how the ends are
grouped. What was open when the data begin counts from that day on, if its start is known.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, census, plans, posts, referrals, windows
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

OTHER = "ended otherwise"
"""The way of what ends in no way that ``duration_ends.csv`` names."""
TEMPORARY = "temporary placement"
ABUSE = "abuse or neglect"
COLUMNS = ["start", "end", "group", "born"]


@dataclass(frozen=True)
class Spans:
    """How long each lasted, and what the data leave open.

    Attributes
    ----------
    rows : DataFrame
        A row a case: ``start``; ``stop`` and ``entry`` in days since, as `survival.curve` has
        them; ``way``, ``""`` where it is open; ``years`` (age at start, a number), ``cohort``
        (closing year of the start), ``closed`` (closing year of the end, a number), and what it
        may be compared by.
    begins, closes : Timestamp
        The first and the last day that the data cover.
    unknown : int
        Cases left out because the start is not held.
    before : int
        Cases that were open already when the data begin.
    """

    rows: pd.DataFrame
    begins: pd.Timestamp
    closes: pd.Timestamp
    unknown: int
    before: int


def kinds() -> pd.DataFrame:
    """Return the rows of ``durations.csv`` by duration."""
    rows = dictionary.read("durations").set_index("duration")
    return rows.astype({"horizon": "int64"})


@resting_on("duration_ends")
def _ways(duration: str) -> dict[str, str]:
    rows = dictionary.read("duration_ends")
    mine = rows[rows["duration"].eq(duration)]
    return dict(zip(mine["group"], mine["way"], strict=True))


def spans(returns: Returns, duration: str) -> Spans:
    """Return how long each case lasted.

    Raises
    ------
    NotInReturnsError
        The returns do not hold the table, or no case whose start is known.
    """
    row = kinds().loc[duration]
    found = _FOUND[duration](returns)
    begins, closes = _covered(returns, row["collection"], found)
    known = found["start"].notna() & (found["start"] <= closes)
    unknown = int(found["start"].isna().sum())
    ended = found["end"].notna() & (found["end"] <= closes)
    lasting = known & ~(found["end"] < begins) & ~(found["end"] < found["start"])
    found, ended = found[lasting].reset_index(drop=True), ended[lasting].reset_index(drop=True)
    if found.empty:
        raise NotInReturnsError(f"The returns hold no {row['noun']} of which the start is known.")
    over = found["end"].where(ended, closes)
    entry = (begins - found["start"]).dt.days.to_numpy() - 1
    ways = found["group"].astype("str").map(_ways(duration)).fillna(OTHER)
    rows = found.drop(columns=["end", "group", "born"]).assign(
        stop=(over - found["start"]).dt.days.to_numpy("float64"),
        entry=np.where(entry < 0, -1.0, entry),
        way=np.where(ended, ways, ""),
        cohort=_closing(found["start"]),
        closed=_closing(found["end"].where(ended)),
        years=((found["start"] - found["born"]).dt.days / 365.25).clip(lower=0),
    )
    return Spans(rows, begins, closes, unknown, int((entry >= 0).sum()))


def _closing(dates: pd.Series) -> pd.Series:
    return dates.dt.year + dates.dt.month.gt(3)


def _covered(
    returns: Returns, collection: str, found: pd.DataFrame
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day that the data cover; of posts, from the first end noted on."""
    spans = returns.spans
    if len(spans):
        mine = spans[spans["collection"].eq(collection)].dropna(subset=["start", "end"])
        if len(mine) and collection != "posts":
            return mine["start"].min(), mine["end"].max()
    first = found["end"].min() if found["end"].notna().any() else found["start"].min()
    return first, found[["start", "end"]].max().max()


def _referrals(returns: Returns) -> pd.DataFrame:
    rows = returns.once(referrals.with_assessment)
    rows = rows[rows["acted_on"]]
    done = census.in_episodes(returns, "cin_assessments")
    key = ["LA", "id", referrals.REFERRED]
    first = done.groupby(key, as_index=False)["AssessmentAuthorisationDate"].min()
    rows = rows.merge(first, how="left", on=key)
    assessed, closed = rows["AssessmentAuthorisationDate"], rows["CINclosureDate"]
    sooner = assessed.notna() & ~(closed < assessed)
    return pd.DataFrame(
        {
            "start": rows[referrals.REFERRED],
            "end": assessed.where(sooner, closed),
            "group": np.where(sooner, "assessed", "closed"),
            "born": rows["birth"],
            "abuse": rows["need"].eq(ABUSE).astype("float64"),
        }
    )


def _periods(returns: Returns) -> pd.DataFrame:
    told = care.episodes(returns)
    last = told.drop_duplicates("care", keep="last").set_index("care")["reason"]
    rows = told.drop_duplicates("care")
    about = _about(returns, rows, "care_start")
    found = pd.DataFrame(
        {
            "start": rows["care_start"].where(rows["start_held"]),
            "end": rows["care_end"],
            "group": rows["care"].map(last.astype("str")),
        }
    )
    return pd.concat([found, about], axis="columns").reset_index(drop=True)


def _placements(returns: Returns) -> pd.DataFrame:
    told = care.episodes(returns)
    rows = told.drop_duplicates("placement")
    rows = rows[~rows["placement type"].isin([TEMPORARY])]
    held = rows["RNE"].eq("S") | rows["RNE"].isin(care.codes("new placement"))
    over = rows["placement_end"].eq(rows["care_end"])
    found = pd.DataFrame(
        {
            "start": rows["placement_start"].where(held),
            "end": rows["placement_end"],
            "group": np.where(over, "care ended", "moved"),
        },
        index=rows.index,
    )
    about = _about(returns, rows, "placement_start")
    return pd.concat([found, about], axis="columns").reset_index(drop=True)


def _about(returns: Returns, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return birth, and whether unaccompanied, of the children of episodes on a day."""
    days = rows[day].reset_index(drop=True)
    told = care.known(returns, rows[["child"]].reset_index(drop=True), days)
    status = returns.once(care.unaccompanied).index
    return pd.DataFrame(
        {
            "born": told["DOB"].to_numpy(),
            "unaccompanied": rows["child"].isin(status).to_numpy("float64"),
        },
        index=rows.index,
    )


def _plans(returns: Returns) -> pd.DataFrame:
    rows = returns.once(plans.plans)
    return pd.DataFrame(
        {
            "start": rows[plans.STARTED],
            "end": rows[plans.ENDED],
            "group": "ended",
            "born": rows["birth"],
            "abuse": rows["need"].eq(ABUSE).astype("float64"),
        }
    )


def _stays(returns: Returns) -> pd.DataFrame:
    rows = returns.once(posts.stays)
    blank = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    end = (rows["over"] - pd.Timedelta(days=1)).astype("datetime64[s]")
    return pd.DataFrame({"start": rows["start"], "end": end, "group": "left", "born": blank})


_FOUND: dict[str, Callable[[Returns], pd.DataFrame]] = {
    "referral to assessment": _referrals,
    "time in placement": _placements,
    "time to permanence": _periods,
    "time on a plan": _plans,
    "time in post": _stays,
}


def waiting(found: Spans, bands: list[int]) -> pd.DataFrame:
    """Count those open still: a row an age, a column a band of days waited; no child is shown.

    Returns
    -------
    DataFrame
        Columns are the places of the bands, 0 for less than the first.
    """
    rows = found.rows[found.rows["way"].eq("")]
    age = rows["years"] + rows["stop"] / 365.25
    group = care.grouped(pd.DataFrame({"years": np.floor(age).astype("Int64")}), "age")
    place = np.searchsorted(bands, rows["stop"], "right")
    table = pd.crosstab(pd.Series(group, name="age"), pd.Series(place, name="waited"))
    return table.reindex(columns=range(len(bands) + 1), fill_value=0)


def backlog(found: Spans, way: str, horizon: int) -> pd.DataFrame:
    """Return by year what the ended alone say, and what all who started say.

    Returns
    -------
    DataFrame
        A row a year: ``ended`` (how many), ``average`` (their mean days), ``started`` (how many)
        and ``open_longer`` (of those open at the year's end, how many for longer than the
        horizon).
    """
    rows = found.rows
    mine = rows[rows["way"].eq(way)]
    years = range(found.begins.year + (found.begins.month > 3), found.closes.year + 1)
    table = pd.DataFrame(
        {
            "ended": mine.groupby("closed").size(),
            "average": mine.groupby("closed")["stop"].mean(),
            "started": rows.groupby("cohort").size(),
        }
    ).reindex(pd.Index([*years], name="year"))
    ends = pd.to_datetime([f"{year}-03-31" for year in years])
    over = rows["start"] + pd.to_timedelta(rows["stop"], unit="D")
    lasting = [
        int((rows["start"].add(pd.Timedelta(days=horizon)).lt(end)
             & (over.gt(end) | rows["way"].eq("") & rows["start"].le(end))).sum())
        for end in ends
    ]  # fmt: skip
    return table.assign(open_longer=lasting).fillna({"ended": 0, "started": 0})


def truncated(found: Spans) -> bool:
    """Say whether some were open when the data begin."""
    return found.before > 0


def day(date: pd.Timestamp) -> int:
    """Return a date as whole days since 1970."""
    return int(windows.days(pd.Series([date]))[0])
