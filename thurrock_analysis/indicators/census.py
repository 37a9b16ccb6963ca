"""The children in need census as indicators use it: children, and the episodes of their events."""

import pandas as pd

from thurrock_analysis.indicators.splitting import (
    DISABLED,
    UNKNOWN,
    ethnicity,
    grouped,
    meant,
    sex,
    with_age,
)
from thurrock_analysis.returns.returns import Returns

CENSUS = "CIN census"
EPISODE = ["LA", "YEAR", "id", "episode"]
NO_DISABILITY = "NONE"
FACTS = ["CINreferralDate", "CINclosureDate", "source", "need"]
ABOUT = ["birth", "sex", "ethnicity", "disability"]


def with_id(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a census table with the child's identifier as `id`, numbered anew."""
    return rows.rename(columns={"LAchildID": "id"}).reset_index(drop=True)


def children(returns: Returns) -> pd.DataFrame:
    """Return one row a child, by the latest return: birth (or expected birth), sex, and so on."""
    held = returns.tables.get("cin_children")
    if held is None:
        return pd.DataFrame(columns=["LA", "id", *ABOUT]).astype({"birth": "datetime64[s]"})
    rows = with_id(held).sort_values("YEAR", kind="stable")
    rows = rows.drop_duplicates(["LA", "id"], keep="last")
    told = rows[["LA", "id"]].assign(
        birth=rows["PersonBirthDate"].fillna(rows["ExpectedPersonBirthDate"]),
        sex=sex(rows["Sex"]),
        ethnicity=ethnicity(rows["Ethnicity"]),
    )
    told = told.merge(_disabilities(returns), how="left", on=["LA", "id"])
    return told.assign(disability=told["disability"].astype("str").fillna(UNKNOWN))


def _disabilities(returns: Returns) -> pd.DataFrame:
    held = returns.tables.get("cin_disabilities")
    if held is None:
        return pd.DataFrame(columns=["LA", "id", "disability"], dtype="str")
    rows = with_id(held).dropna(subset="Disability")
    some = rows.assign(some=rows["Disability"].ne(NO_DISABILITY))
    told = some.groupby(["LA", "id"], as_index=False)["some"].max()
    return told.assign(disability=told["some"].map(DISABLED))[["LA", "id", "disability"]]


def details(returns: Returns) -> pd.DataFrame:
    """Return one row a referral, with the child and the names of its codes."""
    rows = with_id(returns.table("cin_details"))
    named = rows.assign(
        source=grouped(rows["ReferralSource"], "REFERRAL_SOURCE"),
        need=meant(rows["PrimaryNeedCode"], "NEED"),
        reason=meant(rows["ReasonForClosure"], "CLOSURE"),
        acted_on=~rows["ReferralNFA"].fillna(False).astype("bool"),
    )
    return described(returns, named)


def described(returns: Returns, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the child's birth, sex, ethnicity and disability."""
    told = rows.merge(returns.once(children), how="left", on=["LA", "id"])
    return told.fillna(dict.fromkeys(ABOUT[1:], UNKNOWN))


def aged(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return rows with the child's age on a date of theirs."""
    return with_age(rows, "birth", day)


def in_episodes(returns: Returns, name: str) -> pd.DataFrame:
    """Return the rows of a table below the episode with the facts of their episode of need.

    Where no episodes are held, or none that a row can be told to be of, the facts are missing.
    """
    rows = with_id(returns.table(name))
    if "cin_details" not in returns.tables:
        days = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
        blank = pd.Series(pd.NA, index=rows.index, dtype="str")
        facts = {name: days if name.startswith("CIN") else blank for name in FACTS}
        found = described(returns, rows.assign(**facts))
    else:
        held = returns.once(details)[[*EPISODE, *FACTS]]
        held = held[held["episode"].notna()]
        found = described(returns, rows.merge(held, how="left", on=EPISODE))
    return found.fillna({"source": UNKNOWN, "need": UNKNOWN})
