"""The establishment, post by post, from a file of the council's own (``posts.csv``).

A row is a spell: of a person in a post, or, without a person, of the post's being vacant. Its
last day is still of the spell. A post is one from its first day to its last; on a day between
spells it is vacant. Two who share a post have a post each.
"""

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.choosing import in_periods, on_days
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import Asked
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.periods import DAY
from thurrock_analysis.returns.returns import Returns

POST = ["LA", "post"]
PERSON = ["LA", "person"]
AGENCY, NEWLY_QUALIFIED = "agency", "newly qualified"
STATES = ["permanent", "agency", "vacant"]
"""What a post is on a day: of two at once the first, so that none is filled twice."""


def spells(returns: Returns) -> pd.DataFrame:
    """Return the spells with the state of the post and the first day on which each is over."""
    rows = returns.table("posts").reset_index(drop=True)
    state = np.where(rows["contract"].eq(AGENCY), "agency", "permanent")
    state = np.where(rows["person"].isna(), "vacant", state)
    over = (rows["end"] + DAY).astype("datetime64[s]")
    return rows.assign(state=pd.Categorical(state, STATES, ordered=True), over=over)


def _asked(returns: Returns, periods: pd.DataFrame) -> Asked:
    authorities = returns.table("posts")[["LA"]].drop_duplicates()
    return authorities.merge(periods[PERIOD[1:]].drop_duplicates(), how="cross"), ()


def ledger(returns: Returns, periods: pd.DataFrame) -> pd.DataFrame:
    """Return one row a post of the establishment on each last day: its state, and since when."""
    asked, _ = _asked(returns, periods)
    held = returns.once(spells)
    lives = held.assign(endless=held["over"].isna()).groupby(POST, as_index=False)
    lives = lives.agg(start=("start", "min"), over=("over", "max"), endless=("endless", "max"))
    lives["over"] = lives["over"].mask(lives["endless"])
    there = on_days(lives, "start", "over", asked)[[*PERIOD, "post"]]
    now = on_days(held, "start", "over", asked).sort_values(["state", "start"], kind="stable")
    now = now.drop_duplicates([*PERIOD, "post"])
    known = ["state", "team", "fte", "contract", "person", "start"]
    rows = there.merge(now[[*PERIOD, "post", *known]], how="left", on=[*PERIOD, "post"])
    gap = rows["state"].isna()
    if gap.any():
        rows = pd.concat([rows[~gap], _between(rows.loc[gap, [*PERIOD, "post"]], held)])
    vacant = rows["state"].eq("vacant")
    rows = pd.concat([rows[~vacant], _vacated(rows[vacant], held)])
    return rows.assign(id=rows["post"]).reset_index(drop=True)


def _between(rows: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return posts between two spells: vacant, and of the team of the last of them."""
    last = _last_over(rows, held[[*POST, "team", "fte", "over"]])
    vacant = pd.Categorical(["vacant"] * len(last), STATES, ordered=True)
    return last.drop(columns="over").assign(state=vacant)


def _vacated(rows: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return vacant posts, each since the last person left it or, if none did, since it exists.

    Rows that say vacant, one after the other or after a gap, are of one vacancy.
    """
    first = held.groupby(POST, as_index=False)["start"].min()
    rows = rows.drop(columns="start", errors="ignore").merge(first, on=POST)
    rows = _last_over(rows, held.loc[held["person"].notna(), [*POST, "over"]])
    return rows.assign(start=rows.pop("over").fillna(rows["start"]))


def _last_over(rows: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Join to each post and day the spell that was the last to be over by then."""
    return pd.merge_asof(
        rows.sort_values("period_end"),
        spells.dropna(subset="over").sort_values("over"),
        left_on="period_end",
        right_on="over",
        by=POST,
    )


def _counted(
    name: str, returns: Returns, periods: pd.DataFrame, state: str = "", share: bool = False
) -> Cases:
    asked = _asked(returns, periods)
    rows = over(returns, periods, ledger)
    met = rows["state"].eq(state) if state else pd.Series(True, index=rows.index)
    return cases(name, rows, asked, rows["fte"].where(met, 0.0), rows["fte"] if share else np.nan)


@measure
def posts_established(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of the establishment, each post with its `state`.

    Examples
    --------
    >>> from thurrock_analysis.indicators.periods import between
    >>> rows = pd.DataFrame({"LA": "", "post": ["1", "2"], "team": "A", "fte": [1.0, 0.5]})
    >>> rows = rows.assign(contract=["agency", None], person=["x", None], end=pd.NaT)
    >>> held = Returns({"posts": rows.assign(start=pd.Timestamp("2022-01-10"))})
    >>> day = between("2022-03-31", "2022-03-31")
    >>> posts_established(held, day).figures("state")["value"].tolist()
    [1.0, 0.5]
    """
    return _counted("posts_established", returns, periods)


@measure
def posts_filled_permanently(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of posts that the council's own staff fill."""
    return _counted("posts_filled_permanently", returns, periods, "permanent")


@measure
def posts_filled_by_agency(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of posts that only an agency worker fills."""
    return _counted("posts_filled_by_agency", returns, periods, "agency")


@measure
def posts_vacant(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of posts that nobody fills."""
    return _counted("posts_vacant", returns, periods, "vacant")


@measure
def posts_vacant_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the establishment that nobody fills."""
    return _counted("posts_vacant_percent", returns, periods, "vacant", share=True)


@measure
def posts_vacant_days(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean days that vacant posts have been so, with those still vacant as they stand."""
    asked = _asked(returns, periods)
    rows = over(returns, periods, ledger)
    rows = rows[rows["state"].eq("vacant")]
    return cases("posts_vacant_days", rows, asked, _days(rows["start"], rows["period_end"]), 1.0)


def _days(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start).dt.days


def stays(returns: Returns) -> pd.DataFrame:
    """Return one row a person's unbroken time as the council's own, through whatever posts."""
    return _unbroken(returns, "permanent")


def agency_stays(returns: Returns) -> pd.DataFrame:
    """Return one row an agency worker's unbroken time, through whatever posts."""
    return _unbroken(returns, "agency")


def _unbroken(returns: Returns, state: str) -> pd.DataFrame:
    held = returns.once(spells)
    own = held[held["state"].eq(state) & held["start"].notna()]
    own = own.sort_values([*PERSON, "start"], kind="stable")
    never = pd.Timestamp("2262-01-01")
    over = own["over"].fillna(never)
    reached = over.groupby([own["LA"], own["person"]]).cummax()
    before = reached.groupby([own["LA"], own["person"]]).shift()
    stay = (own["start"] > before).groupby([own["LA"], own["person"]]).cumsum()
    told = own.assign(over=over, stay=stay).groupby([*PERSON, "stay"], as_index=False)
    rows = told.agg(
        start=("start", "min"),
        over=("over", "max"),
        contract=("contract", "first"),
        team=("team", "last"),
        fte=("fte", "last"),
    )
    return rows.assign(id=rows["person"], over=rows["over"].mask(rows["over"].eq(never)))


@measure
def social_worker_tenure_years(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean years for which the council's own social workers have been with it unbroken."""
    asked = _asked(returns, periods)
    rows = on_days(returns.once(stays), "start", "over", asked[0])
    years = _days(rows["start"], rows["period_end"]) / 365.25
    return cases("social_worker_tenure_years", rows, asked, years, 1.0)


@measure
def newly_qualified_retained_percent(
    returns: Returns, periods: pd.DataFrame, months: int | None = None
) -> Cases:
    """Share of an intake of newly qualified workers who are still there 12 months later."""
    asked, gaps = _asked(returns, periods)
    months = limit("newly_qualified") if months is None else months
    held = returns.once(spells)
    last = held[["start", "end"]].max().max()
    known = asked["period_end"] + pd.DateOffset(months=months) <= last
    if not known.all():
        gaps = (
            f"Who stayed for {months} months is not known of those who began less than that before "
            f"{words.day(last)}, the last day in posts.csv.",
        )
    asked = asked[known]
    every = returns.once(stays)
    rows = in_periods(every[every["contract"].eq(NEWLY_QUALIFIED)], "start", asked)
    after = rows["start"] + pd.DateOffset(months=months)
    stayed = ~(rows["over"] <= after)
    return cases("newly_qualified_retained_percent", rows, (asked, gaps), stayed, 1.0)
