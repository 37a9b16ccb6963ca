"""Posts and who fills them: a ledger of one day, the years after it, and how far such sums held."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
CLOSE = 0.05
"""Full-time equivalents: half of what a printed decimal leaves open."""
HELD = ("own", "vacant", "starters", "leavers")
ERRORS = ("area", "year", "horizon", "own", "still", "vacant")


@dataclass(frozen=True)
class Ledger:
    """Full-time equivalents of one day.

    Attributes
    ----------
    own, vacant, agency : float
        Own staff in post, vacant posts (covered by agency workers or not), agency workers.
    covering : (float, float)
        The least and the most agency workers who cover a vacancy; equal where that is printed.
    """

    own: float
    vacant: float
    agency: float
    covering: tuple[float, float]

    @classmethod
    def of(cls, own: float, vacant: float, agency: float, covering: float) -> "Ledger":
        """Make a ledger; agency workers who cover a vacancy have bounds where they are not known.

        >>> Ledger.of(90.0, 20.0, 25.0, float("nan")).covering
        (0.0, 20.0)
        """
        if np.isnan(covering):
            return cls(own, vacant, agency, (0.0, min(agency, vacant)))
        return cls(own, vacant, agency, (covering, covering))

    @property
    def establishment(self) -> float:
        """Posts: filled by own staff or vacant."""
        return self.own + self.vacant

    @property
    def beyond(self) -> tuple[float, float]:
        """Agency workers who cover no vacancy, at the least and at the most."""
        return max(0.0, self.agency - self.covering[1]), max(0.0, self.agency - self.covering[0])

    @property
    def uncovered(self) -> tuple[float, float]:
        """Vacant posts that no agency worker covers, at the least and at the most."""
        return max(0.0, self.vacant - self.covering[1]), max(0.0, self.vacant - self.covering[0])

    @property
    def amiss(self) -> str:
        """Say what cannot be: more who cover vacancies than vacancies or than agency workers.

        >>> Ledger.of(90.0, 20.0, 25.0, 24.0).amiss
        'more agency workers cover vacancies than there are vacancies'
        """
        least = self.covering[0]
        if least > self.vacant + CLOSE:
            return "more agency workers cover vacancies than there are vacancies"
        if least > self.agency + CLOSE:
            return "more agency workers cover vacancies than there are agency workers"
        return ""


@dataclass(frozen=True)
class Plan:
    """What is assumed of the years ahead.

    Attributes
    ----------
    establishment : float
        Posts, all years.
    turnover : float
        Share of own staff at the start of a year who leave in it.
    starters : float
        Own staff who start in a year, as far as there are posts for them.
    cap : float
        Share that agency workers may have of all social workers; 1 for no cap.
    agency : float
        Agency workers that can be had, at the most.
    """

    establishment: float
    turnover: float
    starters: float
    cap: float
    agency: float


def ahead(own: float, plan: Plan, years: int) -> pd.DataFrame:
    """Carry own staff forward, and let agency workers cover what is vacant.

    Never more are at work than there are posts: starters find as many as are free, and agency
    workers cover vacancies and nothing else.

    Returns
    -------
    DataFrame
        A row a year: `year` (1, 2, ...), `leavers`, `starters`, `own`, `vacant`, `agency`,
        `uncovered` and `at_work`.

    Examples
    --------
    >>> plan = Plan(establishment=100, turnover=0.1, starters=20, cap=0.05, agency=30)
    >>> ahead(80, plan, 2).round(2)[["own", "vacant", "agency", "uncovered"]].to_numpy().tolist()
    [[92.0, 8.0, 4.84, 3.16], [100.0, 0.0, 0.0, 0.0]]
    """
    rows = []
    for year in range(1, years + 1):
        leavers = max(plan.turnover * own, own - plan.establishment)  # posts can be cut
        free = max(0.0, plan.establishment - (own - leavers))
        starters = min(plan.starters, free)
        own = own - leavers + starters
        vacant = max(0.0, plan.establishment - own)
        most = plan.cap / (1 - plan.cap) * own if plan.cap < 1 else np.inf
        agency = min(plan.agency, most, vacant)
        rows.append(
            {
                "year": year, "leavers": leavers, "starters": starters, "own": own,
                "vacant": vacant, "agency": agency, "uncovered": vacant - agency,
                "at_work": own + agency,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def missed(panel: pd.DataFrame, horizons: Sequence[int] = (1, 2, 3)) -> pd.DataFrame:
    """Say by how much sums of the past missed: flows of a year going on, against what came.

    Parameters
    ----------
    panel : DataFrame
        `area`, `year` and the columns `HELD`.

    Returns
    -------
    DataFrame
        A row an area, target `year` and `horizon`: `own`, the error of own staff, and `still`,
        that of no change, both as logarithms; `vacant`, the error of vacancies over the
        establishment of the year from which it was made.
    """
    wide = {name: panel.pivot(index="year", columns="area", values=name) for name in HELD}
    every = range(int(panel["year"].min()), int(panel["year"].max()) + 1)
    own, vacant, starters, leavers = (wide[name].reindex(every) for name in HELD)
    establishment, turnover = own + vacant, leavers / own.shift()
    made, found = own, []
    for horizon in range(1, max(horizons) + 1):
        made = np.minimum(establishment, (made * (1 - turnover) + starters).clip(lower=0))
        came, left = own.shift(-horizon), vacant.shift(-horizon)
        parts = {
            "own": _log(came, made),
            "still": _log(came, own),
            "vacant": (left - (establishment - made)) / establishment.where(establishment > 0),
        }
        told = pd.concat([part.stack().rename(name) for name, part in parts.items()], axis=1)
        told = told.reset_index().assign(horizon=horizon)
        found.append(told.assign(year=told["year"] + horizon).dropna(subset=["own"]))
    return pd.concat(found, ignore_index=True)


def _log(came: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return the logarithm of a ratio, missing where a part is none."""
    return np.log(came.where(came > 0) / made.where(made > 0))


def held(errors: pd.DataFrame, column: str, share: float = 0.8, least: int = 200) -> pd.DataFrame:
    """Say how often intervals of errors met before held, by horizon.

    An interval is of the errors of all years that had come by the year in which it was made.

    Returns
    -------
    DataFrame
        `horizon`, `intervals`, `years` and `share` of those that held.
    """
    rows = []
    for horizon, part in errors.dropna(subset=[column]).groupby("horizon", sort=True):
        told = []
        for year, now in part.groupby("year", sort=True):
            past = part.loc[part["year"] <= int(year) - int(horizon), column]
            if len(past) >= least:
                low, high = past.quantile([(1 - share) / 2, (1 + share) / 2])
                told.append(now[column].between(low, high))
        every = pd.concat(told) if told else pd.Series(dtype="bool")
        share_held = float(every.mean()) if len(every) else np.nan
        rows.append({"horizon": horizon, "intervals": len(every), "years": len(told),
                     "share": share_held})  # fmt: skip
    return pd.DataFrame(rows, columns=["horizon", "intervals", "years", "share"])
