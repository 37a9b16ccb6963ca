"""Adoption: how many, how long each stage took, who waits, by the return or Annex A list 10."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, list_10, looked_after, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure, register
from thurrock_analysis.indicators.windows import Days, Flags
from thurrock_analysis.returns.returns import Returns

ADOPTED = ("adopted, unopposed", "adopted, consent dispensed with")
GUARDIANS = ("special guardianship to former foster carers", "special guardianship to other carers")
ADOPTIVE, FOSTERED = "placed for adoption", "foster placement"
ORDERS = ("placement order", "freed for adoption")
MONTHS = 14
AD1 = ("DATE_INT", "DATE_MATCH", "FOSTER_CARE")
STAGES = {
    "adoption_days_entry_to_decision": ("care_start", "DATE_INT"),
    "adoption_days_decision_to_match": ("DATE_INT", "DATE_MATCH"),
    "adoption_days_match_to_placement": ("DATE_MATCH", "moved_in"),
    "adoption_days_placement_to_order": ("moved_in", "DEC"),
}
"""The dates between which each stage lies."""


def moves_in(returns: Returns) -> pd.DataFrame:
    """Return for each episode when the child moved in with adopters, and with these carers.

    `moved_in` is the first day of the last unbroken run of adoptive placements up to the episode
    in its period of care; `fostered_from` the first day of the foster placements that stand
    directly before it with the same carer, as far as the return can say; `ordered` the first day
    under a placement order; `by_carers` whether the move-in is with the child's foster carers.
    """
    told = care.episodes(returns)
    number, new = np.arange(len(told)), care.changes(told["care"].to_numpy())
    adoptive = (told["placement type"] == ADOPTIVE).to_numpy()
    before = np.append(False, adoptive[:-1])[: len(told)]
    begins = adoptive & (~before | new)
    latest = np.maximum.accumulate(np.where(begins, number, -1))
    opened = np.maximum.accumulate(np.where(new, number, 0))
    has = latest >= opened
    move = np.where(has, latest, 0)
    first = told["first"].to_numpy()
    chain = _carers(told, new)
    joined = chain[move] < move
    order = _first_within(told["legal status"].isin(ORDERS).to_numpy(), opened)
    carers = told["PLACE"].isin(care.codes("adopted by carers")).to_numpy()
    return pd.DataFrame(
        {
            "moved_in": windows.dates(np.where(has, first[move], windows.NEVER)),
            "fostered_from": windows.dates(
                np.where(has & joined, first[chain[move]], windows.NEVER)
            ),
            "ordered": windows.dates(
                np.where((order >= 0) & (order <= number), first[order], windows.NEVER)
            ),
            "by_carers": has & carers[move],
        }
    )


def _carers(told: pd.DataFrame, new: Flags) -> Days:
    """Return for each episode the first of the run of foster episodes that lead to it.

    An episode joins the foster episode before it in one place (postcode and number of the
    provision), or where its reason says that the carer stayed the same.
    """
    post, urn = (told[name].fillna("").to_numpy() for name in ("PL_POST", "URN"))
    fostered = (told["placement type"] == FOSTERED).to_numpy()
    adoptive = (told["placement type"] == ADOPTIVE).to_numpy()
    same = np.zeros(len(told), dtype=bool)
    same[1:] = (post[1:] == post[:-1]) & (urn[1:] == urn[:-1]) & (post[1:] != "")
    same |= told["RNE"].isin(care.codes("same carer")).to_numpy()
    joins = same & ~new & (fostered | adoptive)
    joins[1:] &= fostered[:-1]
    number = np.arange(len(told))
    return np.maximum.accumulate(np.where(joins, 0, number))


def _first_within(marked: Flags, opened: Days) -> Days:
    """Return the place of the first marked episode of each one's period of care, -1 for none."""
    places = np.append(np.flatnonzero(marked), len(marked))
    found = places[np.searchsorted(places, opened)]
    inside = found < len(marked)
    at = np.where(inside, found, 0)
    return np.where(inside & (opened[at] == opened if len(opened) else inside), at, -1)


def _adopted(returns: Returns, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the children adopted in each period with every date of their adoption.

    `care_start` is missing where no return holds the start of care.
    """
    chosen = care.episodes(returns)["reason"].isin(ADOPTED).to_numpy()
    rows = care.events(returns, periods, chosen, "DEC", "last").reset_index(drop=True)
    rows["care_start"] = rows["care_start"].where(rows["start_held"])
    moves = returns.once(moves_in).iloc[rows["episode"]].reset_index(drop=True)
    return pd.concat([rows, moves], axis="columns")


def _with_ad1(returns: Returns, rows: pd.DataFrame, *, needed: bool = True) -> pd.DataFrame:
    """Add `DATE_INT`, `DATE_MATCH` and `FOSTER_CARE` of the latest AD1 of each child adopted."""
    if not needed and "ad1" not in returns.tables:
        blank = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
        return rows.assign(DATE_INT=blank, DATE_MATCH=blank, FOSTER_CARE=False)
    ad1 = care.table(returns, "ad1", *AD1, alike=()).set_index("child")[list(AD1)]
    found = ad1.reindex(rows["child"]).reset_index(drop=True)
    return pd.concat([rows, found], axis="columns")


def _staged(returns: Returns, periods: pd.DataFrame) -> pd.DataFrame:
    return _with_ad1(returns, care.over(returns, periods, _adopted))


def every(returns: Returns) -> pd.DataFrame:
    """Return all children adopted, whenever, with the dates of the return."""
    ends = care.episodes(returns)["DEC"].dropna()
    ever = pd.DataFrame({"period_start": [ends.min()], "period_end": [ends.max()]})
    adopted = _adopted(returns, ever.astype("datetime64[s]"))
    return _with_ad1(returns, adopted, needed=False)


@measure
def looked_after_adopted(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Looked-after children who are adopted in a period."""
    rows = care.over(returns, periods, _adopted)
    return care.cases("looked_after_adopted", rows, care.covered(returns, periods))


@measure
def looked_after_adopted_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the children who cease to be looked after who are adopted."""
    rows = looked_after.leaving(returns, periods)
    adopted = care.over(returns, periods, _adopted)
    met = care.looked_up(care.counted(adopted["child"], adopted["place"]), rows) > 0
    name = "looked_after_adopted_percent"
    return care.cases(name, rows, care.covered(returns, periods), met, 1)


@measure
def looked_after_special_guardianship(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Children who cease to be looked after under a special guardianship order."""
    rows = looked_after.leaving(returns, periods)
    rows = rows[rows["reason"].isin(GUARDIANS).to_numpy()]
    return care.cases("looked_after_special_guardianship", rows, care.covered(returns, periods))


def _days(
    returns: Returns, periods: pd.DataFrame, name: str, rows: pd.DataFrame, first: str, last: str
) -> Cases:
    """Return the days from one date to another; who lacks one is listed and in no figure."""
    days = (rows[last] - rows[first]).dt.days.astype("float64")
    return _mean(returns, periods, name, rows, days, from_start=first == "care_start")


def _mean(
    returns: Returns,
    periods: pd.DataFrame,
    name: str,
    rows: pd.DataFrame,
    days: pd.Series,
    *,
    from_start: bool = False,
) -> Cases:
    asked = care.covered(returns, periods)
    gaps = care.left_out_without_start(rows, asked) if from_start else ()
    counted = days.notna().astype("float64")
    return care.cases(name, rows, asked, days, counted, gaps=gaps)


@measure
def days_from_care_to_adoptive_family(
    returns: Returns, periods: pd.DataFrame, *, annex_a: bool | None = None
) -> Cases:
    """A1: mean days from entering care to moving in with the adoptive family.

    The scorecard pools three years: ``periods.years(first, last, over=3)`` makes them.

    Parameters
    ----------
    annex_a : bool, optional
        Whether list 10 of Annex A is asked; without it, where no episodes are held.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> pooled = periods.years(2022, 2022, over=3)
    >>> days_from_care_to_adoptive_family(example.adopted(), pooled).figures()["value"].tolist()
    [347.0]
    """
    name = "days_from_care_to_adoptive_family"
    if list_10.asked_for(returns, annex_a):
        return list_10.days(returns, periods, name, list_10.ENTERED, "moved_in")
    rows = care.over(returns, periods, _adopted)
    return _days(returns, periods, name, rows, "care_start", "moved_in")


@measure
def days_from_order_to_match(
    returns: Returns, periods: pd.DataFrame, *, annex_a: bool | None = None
) -> Cases:
    """A2: mean days from the placement order to the match, none where matched before it.

    Parameters
    ----------
    annex_a : bool, optional
        As for `days_from_care_to_adoptive_family`.
    """
    name = "days_from_order_to_match"
    if list_10.asked_for(returns, annex_a):
        return list_10.days(returns, periods, name, list_10.ORDERED, list_10.MATCHED, least=0)
    rows = care.over(returns, periods, _staged)
    days = (rows["DATE_MATCH"] - rows["ordered"]).dt.days.astype("float64").clip(lower=0)
    return _mean(returns, periods, name, rows, days)


@measure
def days_from_care_to_adopting_carer(
    returns: Returns,
    periods: pd.DataFrame,
    *,
    annex_a: bool | None = None,
    fostered_first: bool = True,
) -> Cases:
    """A10: as A1, but to moving in with the foster carers where they adopt.

    The return holds no carer: this is an approximation. List 10 holds the day on which a child
    was placed for fostering for adoption.

    Parameters
    ----------
    annex_a : bool, optional
        As for `days_from_care_to_adoptive_family`.
    fostered_first : bool
        Whether the foster placement is sought; otherwise the figure is A1.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> pooled = periods.years(2022, 2022, over=3)
    >>> days_from_care_to_adopting_carer(example.adopted(), pooled).figures()["value"].tolist()
    [119.0]
    """
    name = "days_from_care_to_adopting_carer"
    if list_10.asked_for(returns, annex_a):
        last = "moved_in_or_fostered" if fostered_first else "moved_in"
        return list_10.days(returns, periods, name, list_10.ENTERED, last)
    rows = _with_ad1(returns, care.over(returns, periods, _adopted), needed=False)
    by_carers = rows["by_carers"] | rows["FOSTER_CARE"].fillna(False).astype("bool")
    known = by_carers & rows["fostered_from"].notna() & fostered_first
    rows = rows.assign(moved_to_carer=rows["moved_in"].where(~known, rows["fostered_from"]))
    return _days(returns, periods, name, rows, "care_start", "moved_to_carer")


@measure
def adopted_within_14_months_percent(
    returns: Returns, periods: pd.DataFrame, *, months: int = MONTHS
) -> Cases:
    """A3: share of the children adopted who moved in within 14 months of entering care.

    Parameters
    ----------
    months : int
        The months that it must be below.
    """
    rows = care.over(returns, periods, _adopted)
    soon = rows["moved_in"] < windows.back(rows["care_start"], -months)
    known = rows["moved_in"].notna() & rows["care_start"].notna()
    met = soon.astype("float64").where(known)
    asked = care.covered(returns, periods)
    gaps = care.left_out_without_start(rows, asked)
    name = "adopted_within_14_months_percent"
    return care.cases(name, rows, asked, met, known, gaps=gaps)


def stage(returns: Returns, periods: pd.DataFrame, *, name: str) -> Cases:
    """Mean days from one date to the next on the way to adoption, of the children adopted."""
    first, last = STAGES[name]
    rows = care.over(returns, periods, _staged if {first, last} & {*AD1} else _adopted)
    return _days(returns, periods, name, rows, first, last)


for one in STAGES:
    register(one, stage, name=one)


@measure
def adoption_dates_complete_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of the children adopted whose dates are all there and in order."""
    rows = care.over(returns, periods, _staged)
    met = rows["DATE_INT"].le(rows["DATE_MATCH"]) & rows["DATE_MATCH"].le(rows["moved_in"])
    name = "adoption_dates_complete_percent"
    return care.cases(name, rows, care.covered(returns, periods), met, 1)


DECISION = ("DATE_PLACED", "DATE_PLACED_CEASED")


@measure
def adoption_decisions_reversed(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Decisions for adoption that were given up in a period."""
    decisions = care.table(returns, "placed_for_adoption", *DECISION, alike=DECISION[1:])
    rows = care.dated(returns, periods, decisions, "DATE_PLACED_CEASED")
    return care.cases("adoption_decisions_reversed", rows, care.covered(returns, periods))


@measure
def adoption_in_process(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Looked-after children with a decision for adoption that stands on the last day."""
    decisions = care.table(returns, "placed_for_adoption", *DECISION, alike=DECISION[:1])
    decisions = decisions.dropna(subset=["DATE_PLACED"])
    end = windows.days(periods["period_end"])
    at, places = windows.overlapping(
        windows.days(decisions["DATE_PLACED"]),
        windows.until(decisions["DATE_PLACED_CEASED"]) - 1,
        end,
        end,
    )
    rows = care.stock(returns, periods)
    standing = care.counted(decisions["child"].to_numpy()[at], places)
    rows = rows[care.looked_up(standing, rows) > 0]
    return care.cases("adoption_in_process", rows, care.at_date(returns, periods))


@measure
def waiting_with_placement_order(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Looked-after children under a placement order who are not placed for adoption."""
    rows = care.stock(returns, periods)
    waits = (rows["legal status"] == ORDERS[0]) & (rows["placement type"] != ADOPTIVE)
    return care.cases(
        "waiting_with_placement_order", rows[waits.to_numpy()], care.at_date(returns, periods)
    )
