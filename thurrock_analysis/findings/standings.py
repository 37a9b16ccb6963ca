"""How far an area stands from England and its neighbours, in what authorities usually differ by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.findings import rounded, unusual
from thurrock_analysis.findings.view import View, once
from thurrock_analysis.metrics import standing, usual
from thurrock_analysis.metrics.usual import Verdict, untold
from thurrock_analysis.record import areas, measures, usual_movement
from thurrock_analysis.record.inventory import resting_on

ENGLAND, NEIGHBOURS = "England", "neighbours"
PARTS = [
    *("measure", "area", "period_end", "value", "numerator", "denominator"),
    *("release", "origin"),
]
"""What a standing takes of a tidy row: all of it would be copied at every choice of rows."""
NO_USUAL = ("no usual movement", "no edition")
"""Why a change has no verdict, which a standing does not need."""


def stands(view: View, name: str, year: int) -> Verdict:
    """Say whether the area stands farther from England than authorities usually differ.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> stands(open_report("Thurrock"), "initial_conference_rate", 2025).key
    'far below'
    """
    return beside(view, name, year).get(ENGLAND, untold("no standing"))


@once
def beside(view: View, name: str, year: int) -> dict[str, Verdict]:
    """Return the verdict beside England and beside the neighbours, those that can be told.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = beside(open_report("Thurrock"), "initial_conference_rate", 2025)
    >>> {whom: round(one.size, 1) for whom, one in found.items()}
    {'England': -2.3, 'neighbours': -2.4}
    """
    if measures.get(name).is_count or unusual.barred(view, name) not in ("", *NO_USUAL):
        return {}
    own, measure = view.own(name)[PARTS], measures.get(name)
    own = own[own["period_end"].dt.year.eq(year) & own["value"].notna()]
    if len(own) and rounded.is_open(own.iloc[0], measure):
        to = rounded.units(own)
        return between(view, name, [rounded.parts(own, to, side) for side in ("low", "high")])
    found = own_distances(view, field(view, name, year))
    return {whom: standing.verdict(z) for whom, z in found.items()}


def between(view: View, name: str, ends: Sequence[pd.DataFrame]) -> dict[str, Verdict]:
    """Return the verdict of the nearer of two figures that the area can have, one a frame.

    Of whom only one of them is above, or they are on two sides, nothing can be told.
    """
    year = int(ends[0]["period_end"].iloc[0].year)
    low, high = (own_distances(view, field(view, name, year, end)) for end in ends)
    found = {
        whom: min(low[whom], high[whom], key=abs)
        for whom in low
        if low[whom] * high.get(whom, math.nan) > 0
    }
    return {whom: standing.verdict(z) for whom, z in found.items()}


def own_distances(view: View, among: "Field | None") -> dict[str, float]:
    """Return how far the area itself stands, from whom that can be told."""
    if among is None or view.area.code not in among.areas:
        return {}
    own = among.areas.index(view.area.code)
    each = {whom: float(z[own]) for whom, z in among.distances().items()}
    return {whom: z for whom, z in each.items() if math.isfinite(z)}


@dataclass(frozen=True)
class Field:
    """The figures of a measure in a year of every authority, on the scale of the measure."""

    areas: list[str]
    at: np.ndarray
    chance: np.ndarray
    england: float
    peers: list[list[int]]
    """The places of each one's neighbours; one without a figure has the place behind the last."""

    def distances(self) -> dict[str, np.ndarray]:
        """Return how far each stands from England and from its neighbours."""
        at, chance = (np.append(each, np.nan) for each in (self.at, self.chance))
        return {
            ENGLAND: standing.funnel(self.at, self.chance, self.england).z,
            NEIGHBOURS: standing.beside_peers(at, chance, [*self.peers, []])[:-1],
        }


def field(view: View, name: str, year: int, own: pd.DataFrame | None = None) -> Field | None:
    """Return the figures of all authorities in a year; None of a measure without a scale.

    Another figure of the area, where one is given, takes the place of its own.
    """
    kind, rows = kind_of(view, name), view.figures(name)[PARTS]
    if own is not None:
        mine = rows["area"].eq(view.area.code) & rows["period_end"].dt.year.eq(year)
        rows = pd.concat([rows[~mine], own[PARTS]], ignore_index=True)
    rows = unusual.dated(rows)
    if not kind:
        return None
    now = rows["period_end"].dt.year.eq(year)
    if rows.loc[now, "denominator"].isna().any() and rows["denominator"].notna().any():
        # Printed without its parts, a share has the size that it had the year before.
        rows["denominator"] = rows.groupby("area", observed=True)["denominator"].ffill()
    rows = rows[now]
    whole = rows.loc[rows["area"].eq(areas.ENGLAND), "value"].to_numpy()
    rows = rows[rows["area"].isin(authorities())]
    on_scale = unusual.placed(view, rows, name, kind)
    codes = rows["area"].astype("str").tolist()
    places, near = {code: at for at, code in enumerate(codes)}, areas.neighbours_of_all(view.as_at)
    return Field(
        codes,
        on_scale["at"].to_numpy(),
        on_scale["chance"].to_numpy(),
        float(usual.point(whole, kind)[-1]) if len(whole) else np.nan,
        [[places.get(one, len(codes)) for one in near.get(code, [])] for code in codes],
    )


@resting_on("areas")
def authorities() -> set[str]:
    """Return the codes of single authorities."""
    return {code for code, area in areas.table().items() if area.level == "authority"}


def kind_of(view: View, name: str) -> str:
    """Return the scale of a measure: that of the edition in force, else that its figures call for.

    A standing needs no usual movement, so that a measure of one year has one.
    """
    known = usual_movement.edition(view.as_at).get(name)
    return known["kind"] if known else usual.kind_of(measures.get(name), view.figures(name))
