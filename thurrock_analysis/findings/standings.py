"""How far an area stands from England and its neighbours, in what authorities usually differ by."""

from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.view import View
from thurrock_analysis.metrics import standing, usual
from thurrock_analysis.metrics.usual import Verdict, untold
from thurrock_analysis.record import areas, measures, usual_movement

ENGLAND, NEIGHBOURS = "England", "neighbours"
NO_USUAL = ("no usual movement", "no edition")
"""Why a change has no verdict, which a standing does not need."""

_kept: WeakKeyDictionary[View, dict[tuple[str, int], dict[str, float]]] = WeakKeyDictionary()


def stands(view: View, name: str, year: int) -> Verdict:
    """Say whether the area stands farther from England than authorities usually differ.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> stands(open_report("Thurrock"), "initial_conference_rate", 2025).key
    'far below'
    """
    return beside(view, name, year).get(ENGLAND, untold("no standing"))


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
    kept = _kept.setdefault(view, {})
    if (name, year) not in kept:
        found = distances(view, name, year)
        own = found[found["area"].eq(view.area.code)]
        kept[name, year] = {
            whom: z for whom in (ENGLAND, NEIGHBOURS) for z in own[whom].tolist() if np.isfinite(z)
        }
    return {whom: standing.verdict(z) for whom, z in kept[name, year].items()}


def distances(view: View, name: str, year: int) -> pd.DataFrame:
    """Return how far every authority stands apart in a year: ``area``, ``England``, ``neighbours``."""
    kind, figures = kind_of(view, name), view.figures(name)
    if not kind:
        return pd.DataFrame(columns=["area", ENGLAND, NEIGHBOURS])
    rows = unusual.dated(figures)
    if rows["denominator"].notna().any():
        # Printed without its parts, a share has the size that it had the year before.
        rows["denominator"] = rows.groupby("area", observed=True)["denominator"].ffill()
    rows = rows[rows["period_end"].dt.year.eq(year)]
    field = rows[rows["area"].map(is_authority).astype(bool)]
    on_scale = unusual.placed(view, field, name, kind)
    at, chance = (on_scale[column].to_numpy() for column in ("at", "chance"))
    codes = field["area"].astype("str").tolist()
    places = {code: place for place, code in enumerate(codes)}
    near = areas.neighbours_of_all(view.as_at)
    # One whose figure is not there has a place without one: it counts among the peers.
    peers = [[places.get(one, len(codes)) for one in near.get(code, [])] for code in codes]
    whole = usual.point(rows.loc[rows["area"].eq(areas.ENGLAND), "value"].to_numpy(), kind)
    beside_all = standing.beside_peers(
        np.append(at, np.nan), np.append(chance, np.nan), [*peers, []]
    )
    return pd.DataFrame(
        {
            "area": codes,
            ENGLAND: standing.funnel(at, chance, float(whole[-1]) if len(whole) else np.nan).z,
            NEIGHBOURS: beside_all[:-1],
        }
    )


def is_authority(code: str) -> bool:
    """Say whether an area is a single authority."""
    area = areas.table().get(code)
    return area is not None and area.level == "authority"


def kind_of(view: View, name: str) -> str:
    """Return the scale of a measure: that of the edition in force, else that its figures call for.

    A standing needs no usual movement, so that a measure of one year has one.
    """
    known = usual_movement.edition(view.as_at).get(name)
    return known["kind"] if known else usual.kind_of(measures.get(name), view.figures(name))
