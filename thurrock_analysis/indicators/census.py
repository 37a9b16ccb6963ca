"""The children in need census as indicators use it: children, and the episodes of their events."""

import pandas as pd

from thurrock_analysis.indicators.choosing import nearest
from thurrock_analysis.indicators.splitting import (
    DISABLED,
    UNKNOWN,
    age_group,
    grouped,
    meant,
    years_between,
)
from thurrock_analysis.returns.returns import Returns

CENSUS = "CIN census"
EPISODE = ["LA", "YEAR", "id", "episode"]
NO_DISABILITY = "NONE"
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
        sex=meant(rows["Sex"], "CIN_SEX"),
        ethnicity=grouped(rows["Ethnicity"], "ETHNIC"),
    )
    return told.merge(_disabilities(returns), how="left", on=["LA", "id"]).fillna(
        {"disability": UNKNOWN}
    )


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
    """Return rows with the child's age on a date of theirs: `years`, and `age`, its band."""
    years = years_between(rows["birth"], rows[day])
    return rows.assign(years=years, age=age_group(years))


def in_episodes(returns: Returns, name: str, date: str) -> pd.DataFrame:
    """Return the rows of a table below the episode with the facts of their episode of need.

    An event that an earlier return holds is of the episode of the same number there or, where a
    later return tells that episode, of the child's last referral by its date.
    """
    rows = with_id(returns.table(name))
    facts = ["CINreferralDate", "CINclosureDate", "source", "need", *ABOUT]
    held = returns.once(details)
    found = rows.merge(held[[*EPISODE, *facts]], how="left", on=EPISODE)
    lost = found[found["CINreferralDate"].isna()]
    if len(lost):
        found.loc[lost.index, facts] = nearest(
            lost, date, held, "CINreferralDate", facts, same_day=True
        )
        stray = found.index[found["CINreferralDate"].isna()]
        about = described(returns, rows.loc[stray])[ABOUT].set_axis(stray)
        found.loc[stray, ABOUT] = about
    return found.fillna(dict.fromkeys(["source", "need", *ABOUT[1:]], UNKNOWN))
