"""How often children move, and how long they stay."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure, register
from thurrock_analysis.indicators.coverage import Asked, asked
from thurrock_analysis.indicators.windows import DAY, Flags
from thurrock_analysis.returns.returns import Returns

UNDER = 16


def placements(returns: Returns) -> pd.DataFrame:
    """Return one row a placement: `child`, `care`, first and last day, and its first `PLACE`."""
    told = care.episodes(returns)
    rows = told.drop_duplicates("placement").reset_index(drop=True)
    last = windows.until(rows["placement_end"])
    return pd.DataFrame(
        {
            "child": rows["child"],
            "care": rows["care"],
            "first": rows["first"],
            "last": last,
            "temporary": rows["placement type"] == "temporary placement",
        }
    )


def _year_to(periods: pd.DataFrame) -> pd.Series:
    return pd.Series(windows.back(periods["period_end"], 12) + DAY)


def _in_the_year(returns: Returns, periods: pd.DataFrame, temporary: bool) -> pd.Series:
    """Return how many placements each child had in the year to each day, by child and place."""
    held = returns.once(placements)
    counted = held[(held["last"] > held["first"]) & (temporary | ~held["temporary"])]
    start, end = windows.days(_year_to(periods)), windows.days(periods["period_end"])
    rows, places = windows.overlapping(
        counted["first"].to_numpy(), counted["last"].to_numpy(), start, end
    )
    return care.counted(counted["child"].to_numpy()[rows], places)


def _three(
    returns: Returns, periods: pd.DataFrame, temporary: bool
) -> tuple[pd.DataFrame, Asked, Flags]:
    rows = care.stock(returns, periods)
    count = care.looked_up(care.over(returns, periods, _in_the_year, temporary=temporary), rows)
    las = returns.once(care.children).las
    covered = asked(returns, periods, las, first=_year_to(periods), needs="the year to the day")
    return rows.assign(placements=count), covered, count >= 3


@measure
def looked_after_three_placements(
    returns: Returns, periods: pd.DataFrame, *, temporary: bool = False
) -> Cases:
    """Children looked after on the last day with three or more placements in the year to it.

    Parameters
    ----------
    temporary : bool
        Whether placements of T0 to T4 count: the child must come back from them, and how the
        publisher counts them was not seen.
    """
    rows, covered, three = _three(returns, periods, temporary)
    return care.cases("looked_after_three_placements", rows[three], covered)


@measure
def looked_after_three_placements_percent(
    returns: Returns, periods: pd.DataFrame, *, temporary: bool = False
) -> Cases:
    """Share of looked-after children with three or more placements in the year to the last day.

    Parameters
    ----------
    temporary : bool
        As for `looked_after_three_placements`.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> cases = looked_after_three_placements_percent(example.returns(), periods.years(2022, 2022))
    >>> cases.rows[["id", "placements"]].to_numpy().tolist(), cases.figures()["value"].tolist()
    ([['1', 3], ['2', 1]], [50.0])
    """
    rows, covered, three = _three(returns, periods, temporary)
    return care.cases("looked_after_three_placements_percent", rows, covered, three, 1)


def _changes(returns: Returns, periods: pd.DataFrame, temporary: bool) -> pd.DataFrame:
    told = care.episodes(returns)
    moved = told["RNE"].isin(care.codes("placement change"))
    if not temporary:
        moved &= told["placement type"] != "temporary placement"
    return care.events(returns, periods, moved.to_numpy(), "DECOM", keep="")


@measure
def placement_changes(returns: Returns, periods: pd.DataFrame, *, temporary: bool = False) -> Cases:
    """Placements begun in a period by children who were looked after already.

    Parameters
    ----------
    temporary : bool
        As for `looked_after_three_placements`.
    """
    rows = care.over(returns, periods, _changes, temporary=temporary)
    return care.cases("placement_changes", rows, care.covered(returns, periods))


@measure
def placement_changes_per_child(
    returns: Returns, periods: pd.DataFrame, *, temporary: bool = False
) -> Cases:
    """How many changes of placement there were for each child looked after in a period.

    Parameters
    ----------
    temporary : bool
        As for `looked_after_three_placements`.
    """
    moved = care.over(returns, periods, _changes, temporary=temporary)
    rows = care.during(returns, periods)
    count = care.looked_up(care.counted(moved["child"], moved["place"]), rows)
    return care.cases("placement_changes_per_child", rows, care.covered(returns, periods), count, 1)


def _long_term(returns: Returns, periods: pd.DataFrame, months: int) -> pd.DataFrame:
    rows = care.stock(returns, periods)
    long = rows["care_start"] <= windows.back(rows["period_end"], months)
    return rows[(long & (rows["years"] < UNDER)).to_numpy()]


def _stable(returns: Returns, rows: pd.DataFrame, months: int) -> Flags:
    told, held = care.episodes(returns), returns.once(placements)
    since = windows.days(windows.back(rows["period_end"], months))
    placement = told["placement"].to_numpy()[rows["episode"].to_numpy()]
    first, period = held["first"].to_numpy(), held["care"].to_numpy()
    before = np.maximum(placement - 1, 0)
    follows = (placement > 0) & (period[before] == period[placement])
    adoptive = (rows["placement type"] == "placed for adoption").to_numpy()
    return np.asarray((first[placement] <= since) | (adoptive & follows & (first[before] <= since)))


def long_term(
    returns: Returns, periods: pd.DataFrame, *, name: str, months: int = 30, stay: int = 24
) -> Cases:
    """Children under 16 looked after for long, and who of them live in one placement for long.

    Parameters
    ----------
    months : int
        How long before the last day the period of care began at the latest.
    stay : int
        How many months before the last day the placement began at the latest.

    Examples
    --------
    >>> from thurrock_analysis.indicators import compute, example, periods
    >>> share = compute.known()["looked_after_long_term_stable_percent"]
    >>> share(example.returns(), periods.years(2021, 2022)).figures()["value"].tolist()
    [100.0, 0.0]
    """
    rows, covered = _long_term(returns, periods, months), care.at_date(returns, periods)
    gaps = care.starts_not_held(care.stock(returns, periods), covered, months)
    if name == "looked_after_long_term":
        return care.cases(name, rows, covered, gaps=gaps)
    stable = _stable(returns, rows, stay)
    if name == "looked_after_long_term_stable":
        return care.cases(name, rows[stable], covered, gaps=gaps)
    return care.cases(name, rows, covered, stable, 1, gaps=gaps)


for one in (
    "looked_after_long_term",
    "looked_after_long_term_stable",
    "looked_after_long_term_stable_percent",
):
    register(one, long_term, name=one)
