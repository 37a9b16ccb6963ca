"""Who fills the posts of ``posts.csv`` on a day, who came and went, and how long they have stayed.

Everything is of the last day on which a spell starts: what comes after it the file cannot tell.
"""

import pandas as pd

from thurrock_analysis.indicators import periods, posts
from thurrock_analysis.returns.returns import Returns

YEAR = 365.25
KINDS = {"permanent": posts.stays, "agency": posts.agency_stays}
TENURE = ["contract", "people", "mean", "median", "under_a_year"]


def day_of(returns: Returns) -> pd.Timestamp:
    """Return the last day that the posts tell of."""
    return pd.Timestamp(returns.table("posts")["start"].max())


def standing(returns: Returns, day: pd.Timestamp) -> dict[str, float]:
    """Return the full-time equivalents of posts by what they are on a day."""
    told = f"{day:%Y-%m-%d}"
    rows = posts.ledger(returns, periods.between(told, told))
    sums = rows.groupby("state", observed=False)["fte"].sum()
    return {state: float(sums.get(state, 0.0)) for state in posts.STATES}


def flows(returns: Returns, day: pd.Timestamp) -> dict[str, float]:
    """Return the full-time equivalents that started and left in the twelve months to a day.

    Who was there all the time in another post has neither started nor left; who came and went
    within the twelve months counts on both sides.
    """
    since = day - pd.DateOffset(years=1)
    told = {}
    for kind, of in KINDS.items():
        rows = returns.once(of)
        came = rows["start"].gt(since) & rows["start"].le(day)
        went = rows["over"].gt(since) & rows["over"].le(day)
        told[f"{kind} starters"] = float(rows.loc[came, "fte"].sum())
        told[f"{kind} leavers"] = float(rows.loc[went, "fte"].sum())
    return told


def tenure(returns: Returns, day: pd.Timestamp) -> pd.DataFrame:
    """Return for each contract the people there on a day and the years they have been, unbroken."""
    rows = []
    for kind, of in KINDS.items():
        stays = returns.once(of)
        here = stays[stays["start"].le(day) & ~stays["over"].le(day)]
        years = (day - here["start"]).dt.days / YEAR
        rows.append(
            {
                "contract": kind, "people": len(here), "mean": years.mean(),
                "median": years.median(), "under_a_year": int(years.lt(1).sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=TENURE)
