"""Changes of a child's social worker, and what could go with one: reviews, assessments, moves.

A change is a day on which another worker takes over from the one before, who left at most
`HANDOVER` days earlier or is still there. It tells for so many days as ``worker_outcomes.csv``
says, the day itself among them. Only time counts in which it is known who the worker is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, reviews, windows
from thurrock_analysis.indicators.census import with_id
from thurrock_analysis.indicators.windows import MISSING, NEVER, Days, Flags
from thurrock_analysis.indicators.working_days import working_days
from thurrock_analysis.metrics.clustered import Effect, effect
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

HANDOVER = 31
BANDS = {0: "under 3 months", 91: "3 months to a year", 365: "1 to 2.5 years", 913: "longer"}
"""Time in care, from days on."""
WORKERS = "sw_episodes"


@dataclass(frozen=True)
class Spells:
    """Who was whose worker: spells in order of child and day, the days of changes, what is known.

    `start` and `end` are the days between which changes can be seen, the last one included.
    """

    child: Days
    first: Days
    until: Days
    changed: Flags
    start: int
    end: int

    def last_change(self, child: Days, day: Days) -> Days:
        """Return the day of the last change by a day, `MISSING` where there was none."""
        keys = windows.keyed(self.child[self.changed], self.first[self.changed])
        at = np.searchsorted(keys, windows.keyed(child, day), "right") - 1
        found = np.append(keys, MISSING)[at] - windows.keyed(child, np.zeros_like(child))
        mine = (at >= 0) & (np.append(self.child[self.changed], -1)[at] == child)
        return np.where(mine, found, MISSING)

    def lately(self, child: Days, day: Days, days: int) -> Flags:
        """Say whether another worker took over in the days up to one."""
        last = self.last_change(child, day)
        return np.asarray((last != MISSING) & (day - last < days))

    def known(self, child: Days, day: Days) -> Flags:
        """Say whether a child has a worker on a day."""
        keys = windows.keyed(self.child, self.first)
        at = np.searchsorted(keys, windows.keyed(child, day), "right") - 1
        mine = (at >= 0) & (np.append(self.child, -1)[at] == child)
        return np.asarray(mine & (np.append(self.until, MISSING)[at] > day))


def spells(returns: Returns) -> Spells:
    """Derive the spells of social workers from the return of 2023-24 on."""
    names = ("SW_ID", "SW_DECOM", "SW_DEC")
    rows = care.table(returns, WORKERS, *names, alike=names[:2])
    rows = rows[rows["SW_ID"].notna() & rows["SW_DECOM"].notna()]
    if rows.empty:
        raise NotInReturnsError("The returns hold no spell of a child's social worker.")
    first, until = windows.days(rows["SW_DECOM"]), windows.until(rows["SW_DEC"])
    order = np.lexsort((until, first, rows["child"].to_numpy()))
    child, first, until = rows["child"].to_numpy()[order], first[order], until[order]
    worker = pd.factorize(rows["SW_ID"])[0][order]
    reached = pd.Series(until).groupby(child).cummax().to_numpy()
    later = ~care.changes(child)
    changed = later & (worker != np.roll(worker, 1))
    changed &= first - np.roll(reached, 1) <= HANDOVER
    until = np.where(np.roll(child, -1) == child, reached, until)
    years = returns.table(WORKERS)["YEAR"]
    seen = pd.Timestamp(year=int(years.min()) - 1, month=4, day=1)
    close = pd.Timestamp(year=int(years.max()), month=3, day=31)
    start, end = windows.days(pd.Series([seen, close]))
    return Spells(child, first, until, changed, int(start), int(end))


def outcomes() -> pd.DataFrame:
    """Return the rows of ``worker_outcomes.csv`` by outcome."""
    rows = dictionary.read("worker_outcomes").set_index("outcome")
    return rows.astype({"days": int, "wait": int})


def cases(returns: Returns, outcome: str) -> pd.DataFrame:
    """Return what is compared: a row a review, an assessment or a stretch of time in care.

    Returns
    -------
    DataFrame
        `child`, `outcome`, `changed` (whether a worker had changed lately), `exposure` (years,
        of moves; else 1), and the controls `review`, `in_care`, `age` and `year`.
    """
    row = outcomes().loc[outcome]
    told = returns.once(spells)
    found = _FOUND[row["table"]](returns, told, row)
    return found.reset_index(drop=True)


def _reviews(returns: Returns, told: Spells, row: pd.Series) -> pd.DataFrame:
    due = returns.once(reviews.Due(reviews.FIRST, reviews.SECOND, reviews.LATER))
    due = due[due["due"].ne(MISSING)].sort_values(["child", "care", "due"], kind="stable")
    place = due.groupby("care").cumcount().clip(upper=2)
    early = ~due.groupby("care")["due"].transform("min").ge(0)
    day = due["due"].to_numpy()
    late = due["held"].eq(MISSING) | due["held"].gt(day)
    rows = pd.DataFrame({"child": due["child"], "day": day, "outcome": late.astype("float64")})
    rows["review"] = np.where(early, 2, place)
    held = _in_care(returns, due["child"].to_numpy(), day)
    return _marked(returns, told, row, rows[held >= 0])


def _assessments(returns: Returns, told: Spells, row: pd.Series) -> pd.DataFrame:
    table = with_id(returns.table("cin_assessments"))
    numbers = returns.once(care.children).numbers["episodes"]
    known = returns.table("episodes")[["LA", "CHILD"]].assign(child=numbers)
    known = known.drop_duplicates(["LA", "CHILD"]).rename(columns={"CHILD": "id"})
    rows = table.merge(known.astype({"LA": "str"}), on=["LA", "id"])
    begun, done = rows["AssessmentActualStartDate"], rows["AssessmentAuthorisationDate"]
    rows["outcome"] = working_days(begun, done)
    rows["day"] = windows.days(begun)
    rows = rows[(rows["day"] != MISSING) & rows["outcome"].ge(0)]
    rows = rows[["child", "day", "outcome"]]
    held = _in_care(returns, rows["child"].to_numpy(), rows["day"].to_numpy())
    return _marked(returns, told, row, rows[held >= 0])


def _moves(returns: Returns, told: Spells, row: pd.Series) -> pd.DataFrame:
    """Cut time in care where a worker, a year, an age or the band of time in care changes."""
    held = care.episodes(returns)
    spans = held.drop_duplicates("care")
    child, entry = spans["child"].to_numpy(), spans["first"].to_numpy()
    left = np.minimum(windows.until(spans["care_end"]), told.end + 1)
    low = np.maximum(entry, told.start + row["days"])
    able = low < left
    child, entry, low, left = child[able], entry[able], low[able], left[able]
    number = np.arange(len(child))
    marks = [np.column_stack([number, each]) for each in (low, left)]
    marks += [np.column_stack([number, entry + band]) for band in BANDS]
    marks += [
        np.column_stack([number, np.full(len(number), each)])
        for each in windows.days(pd.date_range("2000-03-31", "2100-03-31", freq="YE-MAR")) + 1
        if low.min(initial=NEVER) < each < left.max(initial=0)
    ]
    worker = [told.first, told.until]
    worker += [told.first[told.changed], told.first[told.changed] + row["days"]]
    whose = [told.child, told.child] + [told.child[told.changed]] * 2
    for who, day in zip(whose, worker, strict=True):
        at = _within(child, low, left, who, day)
        marks.append(np.column_stack([at[at >= 0], day[at >= 0]]))
    cuts = np.unique(np.concatenate(marks), axis=0)
    inside = (cuts[:, 1] >= low[cuts[:, 0]]) & (cuts[:, 1] <= left[cuts[:, 0]])
    cuts = cuts[inside]
    same = cuts[1:, 0] == cuts[:-1, 0]
    at, begun, over = cuts[:-1, 0][same], cuts[:-1, 1][same], cuts[1:, 1][same]
    rows = pd.DataFrame({"child": child[at], "day": begun, "over": over})
    rows["exposure"] = (over - begun) / 365.25
    groups = [group for group in row["left_out"].split("|") if group]
    moved = held["RNE"].isin(care.codes("placement change")) & ~held["placement type"].isin(groups)
    day = windows.keyed(held["child"].to_numpy()[moved], held["first"].to_numpy()[moved])
    day = np.sort(day)
    ends = [windows.keyed(rows["child"].to_numpy(), rows[name].to_numpy()) for name in
            ("day", "over")]  # fmt: skip
    rows["outcome"] = np.subtract(*(np.searchsorted(day, end) for end in ends[::-1])).astype(float)
    return _marked(returns, told, row, rows)


_FOUND = {"reviews": _reviews, "cin_assessments": _assessments, "episodes": _moves}


def _within(child: Days, low: Days, left: Days, who: Days, day: Days) -> Days:
    """Return the place of the period of a child in which each day lies, -1 for none."""
    order = np.argsort(windows.keyed(child, low), kind="stable")
    keys = windows.keyed(child, low)[order]
    at = np.searchsorted(keys, windows.keyed(who, day), "right") - 1
    place = np.append(order, -1)[at]
    mine = (at >= 0) & (np.append(child, -1)[place] == who)
    return np.where(mine & (np.append(left, -NEVER)[place] > day), place, -1)


def _in_care(returns: Returns, child: Days, day: Days) -> Days:
    """Return the episode of the first day of the period of care of a day, -1 outside care."""
    held = care.episodes(returns).drop_duplicates("care")
    until = windows.until(held["care_end"])
    at = _within(held["child"].to_numpy(), held["first"].to_numpy(), until, child, day)
    return np.where(at >= 0, held.index.to_numpy()[at], -1)


def _marked(returns: Returns, told: Spells, row: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep what lies where workers are known, and add whether one changed, and the controls."""
    child, day = rows["child"].to_numpy(), rows["day"].to_numpy()
    within = (day >= told.start + row["days"]) & (day <= told.end - row["wait"])
    rows = rows[within & told.known(child, day)]
    child, day = rows["child"].to_numpy(), rows["day"].to_numpy()
    entry = care.episodes(returns)["first"].to_numpy()[_in_care(returns, child, day)]
    dates = pd.Series(windows.dates(day))
    about = care.known(returns, rows[["child"]].reset_index(drop=True), dates)
    bands = np.array([*BANDS.values()])[np.searchsorted([*BANDS], day - entry, "right") - 1]
    rows = rows.assign(
        changed=told.lately(child, day, row["days"]),
        in_care=bands,
        age=np.asarray(about["age"].astype(str)),
        year=np.asarray((dates.dt.year + dates.dt.month.gt(3)).astype(int)),
    )
    return rows if "exposure" in rows else rows.assign(exposure=1.0)


def estimate(returns: Returns, outcome: str) -> tuple[pd.DataFrame, Effect]:
    """Return the cases of an outcome, and what goes with a change of worker.

    Raises
    ------
    NotEstimatedError
        Too little happened, or the fit does not converge.
    """
    row, rows = outcomes().loc[outcome], cases(returns, outcome)
    exposure = rows["exposure"].to_numpy() if row["family"] == "poisson" else None
    happened, changed = (rows[name].to_numpy() for name in ("outcome", "changed"))
    groups = rows[row["controls"].split()]
    whose = rows["child"].to_numpy()
    return rows, effect(happened, changed, groups, whose, row["family"], exposure)
