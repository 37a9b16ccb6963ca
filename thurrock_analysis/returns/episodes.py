"""Episodes that the returns of several years tell differently, mended by stated rules.

The rules stand in ``rules.csv``; what each did to which row is in the issue table.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.returns import issues, statutory
from thurrock_analysis.returns.statutory import Form
from thurrock_analysis.returns.typing import told

DAY = pd.Timedelta(days=1)
GOES_ON, START = "X1", "S"
FAR = pd.Timestamp("2262-01-01")


@dataclass
class Repaired:
    """Episodes in the order of their beginning, and which of the given rows are out."""

    frame: pd.DataFrame
    out: np.ndarray
    issues: list[pd.DataFrame]


def repair(frame: pd.DataFrame, *, vanished: str) -> Repaired:
    """Mend stacked episodes, which stand in the order of authority, child and beginning."""
    form = statutory.forms()["episodes"]
    found: list[pd.DataFrame] = []
    frame = frame.assign(child=children(frame))
    out = superseded(frame)
    if out.any():
        found.append(told(form, frame[out], "superseded_episode", "DECOM"))
    kept = frame[~out].reset_index(drop=True)
    found += close_at_next(form, kept)
    found += clip(form, kept)
    found += vanish(form, kept, close=vanished == "closed")
    return Repaired(kept.drop(columns="child"), out, found)


def following(frame: pd.DataFrame, column: str, step: int = 1) -> pd.Series:
    """Return a column of the child's next row, or of another so many steps on.

    `child` numbers the children of the rows, which stand together.
    """
    same = frame["child"].eq(frame["child"].shift(-step))
    return frame[column].shift(-step).where(same)


def children(frame: pd.DataFrame) -> np.ndarray:
    """Return a number for the child of each row, rows of one child standing together."""
    new = frame["CHILD"].ne(frame["CHILD"].shift()) | frame["LA"].ne(frame["LA"].shift())
    return np.cumsum(new.to_numpy(bool))


def day(days: pd.Series) -> pd.Series:
    """Write days for an issue."""
    return days.dt.strftime("%Y-%m-%d")


def last_held(frame: pd.DataFrame) -> np.ndarray:
    """Return the last year that the authority of each row has a return of."""
    last = frame.groupby("LA")["YEAR"].transform("max")
    return np.asarray(last.fillna(0).tolist(), np.int64)


def unseen(frame: pd.DataFrame) -> np.ndarray:
    """Say which episodes are open in a return that is not their authority's last."""
    years = frame["YEAR"].to_numpy(np.int64, na_value=0)
    return np.asarray(frame["DEC"].isna().to_numpy() & (years < last_held(frame)))


def superseded(frame: pd.DataFrame) -> np.ndarray:
    """Say which vanished episodes begin within one that a later return tells of the child.

    The later return has moved their beginning.
    """
    later = following(frame, "YEAR", -1).gt(frame["YEAR"]).fillna(False).to_numpy(bool)
    within = following(frame, "DEC", -1).fillna(FAR).gt(frame["DECOM"]).to_numpy()
    return np.asarray(unseen(frame) & later & within)


def close_at_next(form: Form, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """End an episode without an end where the child's next begins."""
    begins = following(frame, "DECOM")
    open_ = frame["DEC"].isna() & begins.notna()
    if not open_.any():
        return []
    done = "ends where the next begins, " + day(begins[open_])
    found = told(form, frame[open_], "no_end", "DEC").assign(done=done)
    end(frame, open_, begins)
    return [found]


def end(frame: pd.DataFrame, mask: pd.Series, days: pd.Series) -> None:
    """End some episodes; that they go on is their reason, unless a new period begins."""
    frame.loc[mask, "DEC"] = days[mask]
    restart = following(frame, "RNE").eq(START)
    frame.loc[mask & ~restart, "REC"] = GOES_ON
    frame.loc[mask & restart & frame["REC"].eq(GOES_ON), "REC"] = np.nan


def clip(form: Form, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """End an episode where the next begins, if the next covers what is cut off.

    It does not where it ends earlier, or is a short break while this one is none.
    """
    begins, ends = following(frame, "DECOM"), following(frame, "DEC")
    over = frame["DEC"].gt(begins)
    breaks = statutory.groups("LS", "short breaks")
    lost = frame["LS"].isin(breaks).lt(following(frame, "LS").isin(breaks))
    covered = over & (ends.isna() | ends.ge(frame["DEC"])) & ~lost
    found = []
    if covered.any():
        done = "ends where the next begins, " + day(begins[covered])
        found.append(told(form, frame[covered], "overlap", "DEC").assign(done=done))
        end(frame, covered, begins)
    if (over & ~covered).any():
        found.append(told(form, frame[over & ~covered], "overlap_kept", "DEC"))
    return found


def vanish(form: Form, frame: pd.DataFrame, *, close: bool) -> list[pd.DataFrame]:
    """Name the episodes that are open in one return and absent from the next; close them if asked.

    They count on the last day of the return in which they stand, and end on the day after.
    """
    gone = pd.Series(unseen(frame), index=frame.index)
    if not gone.any():
        return []
    after = pd.to_datetime(frame["YEAR"].astype("str") + "-04-01", errors="coerce")
    after = after.astype("datetime64[s]")
    done = "closed on " + day(after[gone]) if close else "left open"
    found = told(form, frame[gone], "vanished_episode", "DEC").assign(done=done)
    shut = frame.assign(DEC=frame["DEC"].mask(gone, after))
    totals = difference(frame, shut, gone)
    if close:
        frame["DEC"] = shut["DEC"]
        frame.loc[gone & frame["REC"].eq(GOES_ON), "REC"] = np.nan
    return [found, totals]


def difference(left: pd.DataFrame, shut: pd.DataFrame, gone: pd.Series) -> pd.DataFrame:
    """Return an issue for each authority and year whose figure depends on what vanished."""
    breaks = statutory.groups("LS", "short breaks")
    left = left.loc[left["LA"].isin(left.loc[gone, "LA"]) & ~left["LS"].isin(breaks)]
    rows = []
    for authority, held in left.groupby("LA"):
        closed = shut.loc[held.index]
        for year in sorted(held["YEAR"].dropna().unique()):
            night = pd.Timestamp(f"{year}-03-31")
            many, fewer = looked_after(held, night), looked_after(closed, night)
            if many != fewer:
                told_ = f"looked after on {night:%d %B %Y}: {many} if left open, {fewer} if closed"
                rows.append({"LA": authority, "YEAR": year, "value": told_, "table": "episodes"})
    named = pd.DataFrame(rows, columns=["LA", "YEAR", "value", "table"])
    return issues.raise_for(named, "value", "vanished_difference").assign(column="DEC")


def looked_after(frame: pd.DataFrame, night: pd.Timestamp) -> int:
    """Count the children with an episode open at the end of a day."""
    open_ = frame["DECOM"].le(night) & (frame["DEC"].isna() | frame["DEC"].gt(night))
    return int(frame.loc[open_, "child"].nunique())
