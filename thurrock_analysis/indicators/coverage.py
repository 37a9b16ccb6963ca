"""Which of the periods that are asked for the returns cover, and what is said of the others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.indicators.cases import PERIOD
from thurrock_analysis.indicators.windows import Days, Flags, dates, days
from thurrock_analysis.returns.returns import Returns


@dataclass(frozen=True)
class Asked:
    """Periods of authorities: whether each can be computed, and a sentence where not."""

    periods: pd.DataFrame
    las: pd.Index
    covered: Flags
    gaps: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the periods of each authority that can be computed."""
        la, place = np.nonzero(self.covered)
        told = self.periods.iloc[place].reset_index(drop=True)
        return told.assign(LA=pd.Categorical.from_codes(la, self.las))[PERIOD]

    def without(self, lost: Flags, why: str) -> "Asked":
        """Leave out further periods, by authority and period, and say why."""
        lost = lost & self.covered
        if not lost.any():
            return self
        some = self.las[lost.any(axis=1)]
        whose = f" of {words.listed(some)}" if len(some) < len(self.las) else ""
        gap = f"Not computed for {_ends(self.periods, lost)}{whose}: {why}."
        return Asked(self.periods, self.las, self.covered & ~lost, (*self.gaps, gap))


def asked(
    returns: Returns,
    periods: pd.DataFrame,
    las: Iterable[str],
    collection: str = "SSDA903",
    first: pd.Series | pd.DatetimeIndex | None = None,
    last: pd.Series | pd.DatetimeIndex | None = None,
    needs: str = "all its days",
) -> Asked:
    """Return which periods the returns of a collection cover from a first to a last day each.

    Parameters
    ----------
    first, last : optional
        The days from which and until which a period has to be covered: its own without them.
    needs : str
        What these days are, for the sentence.
    """
    periods = periods.reset_index(drop=True)
    names = pd.Index(sorted(set(las)), dtype="str")
    needed = days(periods["period_start"] if first is None else first)
    until = days(periods["period_end"] if last is None else last)
    everything = Asked(periods, names, np.ones((len(names), len(periods)), dtype=np.bool_))
    blocks = returns.once(_blocks).get(collection)
    if blocks is None:
        return everything
    holds = (blocks["start"].to_numpy()[:, None] <= needed) & (
        blocks["end"].to_numpy()[:, None] >= until
    )
    covered = np.zeros(everything.covered.shape, dtype=np.bool_)
    place = names.get_indexer(blocks["LA"])
    asked_of = place >= 0
    np.logical_or.at(covered, place[asked_of], holds[asked_of])
    start, end = dates(np.array([blocks["start"].min(), blocks["end"].max()]))
    held = f"the returns held cover {_day(start)} to {_day(end)}"
    return everything.without(~covered, f"{needs} must be covered, and {held}")


def last_covered(returns: Returns, las: pd.Index, collection: str = "SSDA903") -> Days | None:
    """Return the last day covered of each authority, nothing where that is not known."""
    blocks = returns.once(_blocks).get(collection)
    return None if blocks is None else _of_each(blocks.groupby("LA")["end"].max(), las)


def first_covered(returns: Returns, las: pd.Index, collection: str = "SSDA903") -> Days | None:
    """Return the first day covered of each authority, nothing where that is not known."""
    blocks = returns.once(_blocks).get(collection)
    return None if blocks is None else _of_each(blocks.groupby("LA")["start"].min(), las)


def newest_start(returns: Returns, las: pd.Index, collection: str = "SSDA903") -> Days | None:
    """Return where the last years without a gap begin of each authority, if that is known."""
    blocks = returns.once(_blocks).get(collection)
    return None if blocks is None else _of_each(blocks.groupby("LA")["start"].max(), las)


def _of_each(found: pd.Series, las: pd.Index) -> Days:
    return np.asarray(found.reindex(las).fillna(0), dtype="int64")


def _blocks(returns: Returns) -> dict[str, pd.DataFrame]:
    """Join the spans of each collection and authority that follow one another."""
    if not len(returns.spans):
        return {}
    spans = returns.spans.dropna(subset=["start", "end"])
    spans = spans.assign(start=days(spans["start"]), end=days(spans["end"]))
    spans = spans.sort_values(["collection", "LA", "start"])
    of = ["collection", "LA"]
    before = spans.groupby(of)["end"].cummax().groupby([spans["collection"], spans["LA"]]).shift()
    new = ~(spans["start"] <= before + 1)
    block = new.cumsum().rename("block")
    told = spans.groupby([*of, block]).agg(start=("start", "min"), end=("end", "max"))
    return dict(tuple(told.reset_index().groupby("collection")))


def _ends(periods: pd.DataFrame, lost: Flags) -> str:
    """Name the periods left out, by their last days; two at most, then how many more."""
    ends = periods["period_end"][lost.any(axis=0)].drop_duplicates().sort_values()
    if len(ends) <= 3:
        return f"what ends {words.listed(_day(end) for end in ends)}"
    return f"the {len(ends)} periods that end from {_day(ends.iloc[0])} to {_day(ends.iloc[-1])}"


def _day(date: pd.Timestamp) -> str:
    return words.day(pd.Timestamp(date).date())
