"""Where looked-after children are placed: inside the boundary or out, and how far from home."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.windows import Amounts
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

EARTH = 3958.76
"""Mean radius in miles."""
FAR = 20
LOCATIONS = ["inside the boundary", "outside the boundary", care.UNKNOWN]
DISTANCES = ["20 miles or less", "over 20 miles", "distance not known"]


def _postcodes(returns: Returns) -> pd.DataFrame:
    """Return latitude and longitude in radians, and authority, by postcode without spaces."""
    held = returns.table("postcodes").reindex(
        columns=["postcode", "latitude", "longitude", "authority"]
    )
    points = held[["latitude", "longitude"]].astype("float64")
    told = np.radians(points).assign(authority=held["authority"].astype("str"))
    told.index = pd.Index(_written(held["postcode"]))
    return told[~told.index.duplicated() & told.index.notna()]


def _written(postcodes: pd.Series) -> pd.Series:
    return postcodes.astype("str").str.upper().str.replace(" ", "", regex=False)


def _miles(home: pd.DataFrame, away: pd.DataFrame) -> Amounts:
    """Return the great circle distances between points in radians."""
    north = np.sin((away["latitude"].to_numpy() - home["latitude"].to_numpy()) / 2) ** 2
    east = np.sin((away["longitude"].to_numpy() - home["longitude"].to_numpy()) / 2) ** 2
    narrow = np.cos(home["latitude"].to_numpy()) * np.cos(away["latitude"].to_numpy())
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.minimum(north + narrow * east, 1))))


def _located(returns: Returns) -> pd.DataFrame:
    """Return `miles`, and the authority of home and of placement, of every episode."""
    told, points = care.episodes(returns), returns.once(_postcodes)
    home, away = (
        points.reindex(pd.Index(_written(told[name]))) for name in ("HOME_POST", "PL_POST")
    )
    return pd.DataFrame(
        {
            "miles": _miles(home, away),
            "home": home["authority"].to_numpy(),
            "away": away["authority"].to_numpy(),
        }
    )


def _responsible(returns: Returns, rows: pd.DataFrame, responsible: str) -> pd.Series:
    """Return the responsible authority: named, or that of the return, or where most homes lie."""
    if responsible:
        return pd.Series(responsible, index=rows.index)
    own = rows["LA"].astype("str")
    named = own.isin(returns.once(_postcodes)["authority"].unique())
    homes = returns.once(_located)["home"].dropna()
    if named.all() or homes.empty:
        return own
    return own.where(named, homes.mode().iloc[0])


def _placed(returns: Returns, periods: pd.DataFrame, responsible: str) -> pd.DataFrame:
    rows = care.stock(returns, periods).reset_index(drop=True)
    told = returns.once(_located).iloc[rows["episode"]].reset_index(drop=True)
    own = _responsible(returns, rows, responsible)
    outside = (told["away"] != own).astype("int8").where(told["away"].notna(), 2)
    far = (told["miles"] > FAR).astype("int8").where(told["miles"].notna(), 2)
    return rows.assign(
        miles=told["miles"],
        authority=told["away"],
        **{
            "placement location": pd.Categorical.from_codes(outside, LOCATIONS),
            "distance from home": pd.Categorical.from_codes(far, DISTANCES),
        },
    )


def _share(
    returns: Returns, periods: pd.DataFrame, name: str, responsible: str, outside: bool, far: bool
) -> Cases:
    rows, asked = _placed(returns, periods, responsible), care.at_date(returns, periods)
    if outside and returns.once(_postcodes)["authority"].isna().all():
        raise NotInReturnsError("The file of postcodes names no authority in which each lies.")
    met = np.ones(len(rows), dtype=bool)
    if outside:
        met &= (rows["placement location"] == "outside the boundary").to_numpy()
    if far:
        met &= (rows["distance from home"] == "over 20 miles").to_numpy()
    return care.cases(name, rows, asked, met, 1)


@measure
def looked_after_outside_boundary_percent(
    returns: Returns, periods: pd.DataFrame, *, responsible: str = ""
) -> Cases:
    """Share of looked-after children placed in another authority.

    Parameters
    ----------
    responsible : str
        The authority as the file of postcodes writes it. Without it, the authority that the
        return names; where it names none of the file, the one in which most homes lie.
    """
    name = "looked_after_outside_boundary_percent"
    return _share(returns, periods, name, responsible, outside=True, far=False)


@measure
def looked_after_far_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of looked-after children placed more than 20 miles from home."""
    return _share(returns, periods, "looked_after_far_percent", "", outside=False, far=True)


@measure
def looked_after_far_outside_percent(
    returns: Returns, periods: pd.DataFrame, *, responsible: str = ""
) -> Cases:
    """Share of looked-after children placed more than 20 miles from home in another authority.

    Parameters
    ----------
    responsible : str
        As for `looked_after_outside_boundary_percent`.
    """
    name = "looked_after_far_outside_percent"
    return _share(returns, periods, name, responsible, outside=True, far=True)


@measure
def looked_after_distance_miles(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Mean miles from home to placement of the looked-after children of whom it is known."""
    rows, asked = _placed(returns, periods, ""), care.at_date(returns, periods)
    rows = rows[rows["miles"].notna()]
    return care.cases("looked_after_distance_miles", rows, asked, rows["miles"], 1)
