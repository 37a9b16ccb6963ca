"""Whether a change of the area is larger than such figures usually move, and what to say of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import rounded
from thurrock_analysis.findings.view import View, once
from thurrock_analysis.metrics import standing, usual
from thurrock_analysis.metrics.standing import Place
from thurrock_analysis.metrics.usual import NOWHERE, Placed, Usual, Verdict, untold
from thurrock_analysis.record import areas, dictionary, measures, usual_movement
from thurrock_analysis.record.measures import POPULATION

NAN = float("nan")
UNCOUNTED = ("amount", "printed share")
"""Kinds of figures that come without a count, whose chance part is by the size of the area."""


@dataclass(frozen=True)
class Track:
    """What is known of one measure of an area for verdicts: its figures on their scale, by year.

    ``printed`` has them as they are printed.
    """

    usual: Usual | None
    placed: dict[int, Placed]
    england: dict[int, float]
    breaks: tuple[int, ...]
    barred: str = ""
    printed: dict[int, float] = field(default_factory=dict)


def changed(view: View, name: str, first: int, last: int) -> Verdict:
    """Say whether a measure moved more between two closing years than such figures usually do.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> changed(open_report("Thurrock"), "section_47", 2024, 2025).kind
    'usual'
    """
    track = track_of(view, name)
    if track.barred:
        return untold(track.barred)
    if any(first < year <= last for year in track.breaks):
        return untold("broken")
    before, now = (track.placed.get(year, NOWHERE) for year in (first, last))
    common = track.england.get(last, NAN) - track.england.get(first, NAN)
    found = usual.verdict(before, now, common, last - first, track.usual)
    start, end = (track.printed.get(year, NAN) for year in (first, last))
    stood_still = found.kind == "usual" and start == end  # 0 of 20 and 0 of 30 are apart on a scale
    return replace(found, kind="unchanged", key="unchanged") if stood_still else found


@once
def track_of(view: View, name: str) -> Track:
    """Put the figures of the area and of England on the scale of a measure."""
    if why := barred(view, name):
        return Track(None, {}, {}, (), why)
    known = Usual.of(usual_movement.edition(view.as_at)[name])
    rows = view.figures(name)
    own = dated(view.own(name)).assign(denominator=lambda own: own["denominator"].ffill().bfill())
    whole = dated(rows[rows["area"].eq(areas.ENGLAND)])
    years, values = own["period_end"].dt.year, usual.point(whole["value"], known.kind).tolist()
    found = placed(view, own, name, known.kind).itertuples(index=False)
    return Track(
        known,
        {int(year): Placed(*each) for year, each in zip(years, found, strict=True)},
        dict(zip(whole["period_end"].dt.year, values, strict=True)),
        tuple(int(end[:4]) for end in view.breaks(name)["period_end"]),
        printed=dict(zip(years, own["value"], strict=True)),
    )


def barred(view: View, name: str) -> str:
    """Return why no verdict can be given whatever the figures are; ``""`` if one can."""
    edition = usual_movement.edition(view.as_at)
    if view.area.level != "authority" or view.jointly([name]):
        return "no authority"
    if measures.get(name).is_balance:
        return "balance"
    if not edition:
        return "no edition"
    return "" if name in edition else "no usual movement"


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that are numbers, oldest first.

    Where a share is printed without its parts, the whole of the year before stands in for its
    size: what it was over matters to the limits alone.
    """
    return rows[rows["value"].notna()].sort_values("period_end")


def placed(view: View, rows: pd.DataFrame, name: str, kind: str) -> pd.DataFrame:
    """Put figures, of the area or of many, on the scale of their measure."""
    people: Any = NAN
    if kind in UNCOUNTED:
        people = rows["area"].map(residents(view)).to_numpy()
    measure = measures.get(name)
    found = usual.ends(rows, kind, measure, people)
    to = rounded.units(rows)
    for side in ("low", "high") if to.gt(1).any() else ():
        ends = rounded.parts(rows, to, side)
        found[side] = usual.ends(ends, kind, measure, people)[side]
    return found


@once
def residents(view: View) -> pd.Series:
    """Return the children who live in each area, the middle of the years that are held."""
    return view.figures(POPULATION).groupby("area")["value"].median()


def place(view: View, field: pd.DataFrame) -> Place | None:
    """Return the area's rank among figures of one measure and year, with the ranks chance allows.

    None where the usual movement of the measure is not known, or not all of them have their parts.
    """
    field = field[field["value"].notna()]
    track = track_of(view, str(field["measure"].iloc[0]))
    if track.usual is None or not field["area"].eq(view.area.code).any():
        return None
    if track.usual.kind in UNCOUNTED:
        return None  # no chance is known of pounds and days
    on_scale = placed(view, field, track.usual.measure, track.usual.kind)
    if not on_scale.notna().all(axis=None):
        return None
    at, chance = on_scale["at"].to_numpy(), on_scale["chance"].to_numpy()
    found = standing.places(field["value"].tolist(), at, chance)
    return found[list(field["area"]).index(view.area.code)]


def in_words(verdict: Verdict, years: int = 1) -> str:
    """Say a verdict, as ``verdicts.csv`` has it.

    Examples
    --------
    >>> in_words(Verdict("larger", 0.03, 2.2, percent=30.0, key="larger"))
    'a larger rise than 19 in 20 councils see in a year'
    """
    for row in dictionary.rows("verdicts"):
        at_most = float(row["at_most"] or math.inf)
        within = math.isnan(verdict.probability) or verdict.probability <= at_most
        if row["key"] == verdict.key and within:
            span = "a year" if years == 1 else words.counted(years, "year")
            return row["words"].format(span=span, move=move(verdict))
    raise KeyError(verdict.key)


def family(verdicts: Sequence[Verdict]) -> str:
    """Say over how many changes verdicts are corrected, where one is larger by itself.

    Examples
    --------
    >>> one = Verdict("usual", 0.04, 2.1, key="among many")
    >>> family([one, Verdict("usual", 0.5, 0.3, key="usual"), untold("broken")])
    ' The 2 changes are corrected for their number.'
    >>> family([one])
    ''
    """
    tested = sum(math.isfinite(one.probability) for one in verdicts)
    by_itself = any(one.kind == "larger" or one.key == "among many" for one in verdicts)
    return f" The {tested} changes are corrected for their number." * (by_itself and tested > 1)


def move(verdict: Verdict) -> str:
    """Name what is larger than usual: a rise or fall, or the distance from what England did.

    Examples
    --------
    >>> move(Verdict("larger", 0.01, -3.0, percent=2.0, common=40.0))
    'difference from the change in England'
    """
    if verdict.percent * verdict.size <= 0:
        return "difference from the change in England"
    return "rise" if verdict.percent > 0 else "fall"
