"""Whether the reviews of looked-after children are held in time, and who takes part."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, coded, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.coverage import first_covered
from thurrock_analysis.indicators.windows import MISSING, NEVER, Days, Flags
from thurrock_analysis.indicators.working_days import working_day_after
from thurrock_analysis.returns.returns import Returns

FIRST, SECOND, LATER = 20, 91, 183
"""Working days from the start of care, then calendar days from the review before."""


@dataclass(frozen=True)
class Due:
    """Derive one row a review that was held or fell due: `child`, `due`, `held` (days), `REVIEW`.

    Where care began before the first day covered, the first review held may not be the child's
    first: when it was due is not known (`due` is missing), and the next one may follow it at the
    longest distance.
    """

    first: int
    second: int
    later: int

    def __call__(self, returns: Returns) -> pd.DataFrame:
        """Derive them."""
        periods = _periods_of_care(returns, self.first, self.later)
        held = _held(returns, periods)
        at, day = held["care"].to_numpy(), held["day"].to_numpy()
        new = care.changes(at)
        before = np.where(new, MISSING, np.append(MISSING, day[:-1])[: len(day)])
        place = _places(new)
        unsure = periods["early"].to_numpy()[at]
        start_due = periods["due"].to_numpy()[at]
        due = np.where(place == 0, start_due, before + self._after(place, unsure))
        due = np.where(unsure & (place == 0), MISSING, due)
        reviewed = pd.DataFrame({"care": at, "due": due, "held": day})
        waiting = self._waiting(periods, at, day, new, place, unsure)
        told = pd.concat([reviewed, waiting], ignore_index=True)
        known = periods.iloc[told["care"]].reset_index(drop=True)
        over = told["held"].eq(MISSING) & (told["due"] >= known["end"])
        told = told.assign(child=known["child"], LA=known["LA"], CHILD=known["CHILD"])
        return told[~over.to_numpy()].reset_index(drop=True)

    def _after(self, place: Days, unsure: Flags) -> Days:
        return np.where((place == 1) & ~unsure, self.second, self.later)

    def _waiting(
        self,
        periods: pd.DataFrame,
        at: Days,
        day: Days,
        new: Flags,
        place: Days,
        unsure: Flags,
    ) -> pd.DataFrame:
        """Return when the next review of each period of care is due, after all that were held."""
        due = np.where(periods["early"], periods["unseen"], periods["due"])
        final = np.append(np.flatnonzero(new)[1:], len(new))[: new.sum()] - 1
        due[at[final]] = day[final] + self._after(place[final] + 1, unsure[final])
        return pd.DataFrame({"care": np.arange(len(periods)), "due": due, "held": MISSING})


def _places(new: Flags) -> Days:
    """Count rows from 0 within runs."""
    number = np.arange(len(new))
    return number - np.maximum.accumulate(np.where(new, number, 0))


def _periods_of_care(returns: Returns, first: int, later: int) -> pd.DataFrame:
    told = care.episodes(returns)
    rows = told.drop_duplicates("care").reset_index(drop=True)
    las = returns.once(care.children).las
    since = first_covered(returns, las)
    begun = rows["first"].to_numpy()
    seen = np.full(len(rows), -NEVER) if since is None else since[rows["LA"].cat.codes]
    return pd.DataFrame(
        {
            "child": rows["child"],
            "LA": rows["LA"],
            "CHILD": rows["CHILD"],
            "first": begun,
            "end": windows.until(rows["care_end"]),
            "due": windows.days(working_day_after(rows["care_start"], first)),
            "early": begun < seen,
            "unseen": seen - 1 + later,
        }
    )


def _reviews(returns: Returns) -> pd.DataFrame:
    """Return every review, one a day and child."""
    reviews = care.table(returns, "reviews", "REVIEW", "REVIEW_CODE", alike=("REVIEW",))
    return reviews.dropna(subset=["REVIEW"])


def _held(returns: Returns, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the days of the reviews held within each period of care, in order."""
    reviews = _reviews(returns)
    child, day = reviews["child"].to_numpy(), windows.days(reviews["REVIEW"])
    begun = windows.keyed(periods["child"].to_numpy(), periods["first"].to_numpy())
    at = np.searchsorted(begun, windows.keyed(child, day), "right") - 1
    within = at >= 0
    at = np.maximum(at, 0)
    if len(periods):
        within &= (periods["child"].to_numpy()[at] == child) & (
            day <= periods["end"].to_numpy()[at]
        )
    found = pd.DataFrame({"care": at[within], "day": day[within]})
    return found.drop_duplicates().sort_values(["care", "day"], ignore_index=True)


@measure
def looked_after_reviews_on_time_percent(
    returns: Returns,
    periods: pd.DataFrame,
    *,
    first: int = FIRST,
    second: int = SECOND,
    later: int = LATER,
) -> Cases:
    """Share of looked-after children all of whose reviews of a period were held in time.

    Parameters
    ----------
    first : int
        Working days from the start of care to the first review.
    second, later : int
        Days from the first review to the second, and from each to the next.
    """
    due = returns.once(Due(first, second, later))
    start, end = windows.days(periods["period_start"]), windows.days(periods["period_end"])
    day = due["due"].to_numpy()
    at, places = windows.overlapping(day, day, start, end)
    held = due["held"].to_numpy()[at]
    late = (held == MISSING) | (held > day[at])
    child = due["child"].to_numpy()[at]
    rows = care.stock(returns, periods)
    fell_due = care.looked_up(care.counted(child, places), rows)
    were_late = care.looked_up(care.counted(child[late], places[late]), rows)
    judged = fell_due > 0
    rows = rows.assign(reviews_due=fell_due, reviews_late=were_late)[judged]
    name = "looked_after_reviews_on_time_percent"
    return care.cases(name, rows, care.covered(returns, periods), were_late[judged] == 0, 1)


@measure
def reviews_held_on_time_percent(
    returns: Returns,
    periods: pd.DataFrame,
    *,
    first: int = FIRST,
    second: int = SECOND,
    later: int = LATER,
) -> Cases:
    """Share of the reviews held in a period that were held by their due day.

    Parameters
    ----------
    first, second, later : int
        As for `looked_after_reviews_on_time_percent`.
    """
    due = returns.once(Due(first, second, later))
    judged = due[(due["held"].ne(MISSING) & due["due"].ne(MISSING)).to_numpy()]
    judged = judged.assign(
        REVIEW=windows.dates(judged["held"].to_numpy()),
        DUE=windows.dates(judged["due"].to_numpy()),
        YEAR=0,
    )
    rows = care.dated(returns, periods, judged, "REVIEW")
    name = "reviews_held_on_time_percent"
    met = rows["REVIEW"] <= rows["DUE"]
    return care.cases(name, rows, care.covered(returns, periods), met, 1)


@measure
def review_participation_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the reviews of children of four and over in which the child took part."""
    (row,) = coded.of_base("reviews")
    reviews = _reviews(returns)
    asked_of = reviews["REVIEW_CODE"].notna() & reviews["REVIEW_CODE"].ne(row["without"])
    rows = care.dated(returns, periods, reviews[asked_of.to_numpy()], "REVIEW")
    met = rows["REVIEW_CODE"].isin(row["codes"].split())
    return care.cases(row["measure"], rows, care.covered(returns, periods), met, 1)
