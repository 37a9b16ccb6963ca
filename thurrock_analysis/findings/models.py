"""Who the statistical neighbours are, and whether another model of them answers otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from thurrock_analysis import words
from thurrock_analysis.findings.view import View
from thurrock_analysis.metrics import comparators
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import areas, measures

SIDES = {1: "above", -1: "below"}
FEW = 3
"""Names that a sentence lists."""


@dataclass(frozen=True)
class Among:
    """Where an area stands among neighbours: its rank as printed, the third that this is in.

    Its side of their mean is 1 above, -1 below and 0 on it.
    """

    rank: str
    third: int
    side: int


def otherwise(view: View, names: Sequence[str], ranked: bool = True) -> str:
    """Say where the model before the one in force gives another answer, in each newest year.

    Another answer is another side of the neighbours' mean or, where it is ranked, a rank in
    another third. Counts, which tell of size, have none.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> otherwise(open_report("Thurrock"), ["looked_after_rate", "referral_rate"])
    ''
    """
    earlier = areas.earlier_neighbours(view.area, view.as_at)
    ranks: list[str] = []
    sides: dict[int, list[str]] = {1: [], -1: []}
    for name in [] if earlier.empty else names:
        values = newest(view, name)
        now, then = (
            standing(values, view.area.code, rows["neighbour"], measures.get(name).decimals)
            for rows in (view.neighbours, earlier)
        )
        if now is None or then is None or measures.get(name).is_count:
            continue
        if ranked and now.third != then.third:
            ranks.append(f"{measures.get(name).short} ({then.rank})")
        if now.side * then.side < 0:
            sides[then.side].append(measures.get(name).short)
    told = [
        f"{words.listed(few)} {'rank' if len(few) > 1 else 'ranks'} in another third"
        for few in by_few(ranks)
    ]
    for side, found in sides.items():
        told += [
            f"{words.listed(few)} {'lie' if len(few) > 1 else 'lies'} {SIDES[side]} their mean, "
            f"not {SIDES[-side]} it"
            for few in by_few(found)
        ]
    if not told:
        return ""
    return f"Under the {earlier['model'].iloc[0]} model of neighbours {'. Under it '.join(told)}."


def by_few(names: list[str]) -> list[list[str]]:
    """Part names into as many as a sentence can list.

    >>> by_few(["a", "b", "c", "d"])
    [['a', 'b', 'c'], ['d']]
    """
    return [names[at : at + FEW] for at in range(0, len(names), FEW)]


def newest(view: View, name: str) -> dict[str, float]:
    """Return the figures of all areas that have one, in the newest period of the area."""
    own, rows = view.own(name), view.figures(name)
    rows = rows[rows["period_end"].eq(own.loc[own["value"].notna(), "period_end"].max())]
    rows = rows[rows["value"].notna()]
    return dict(zip(rows["area"], rows["value"], strict=True))


def standing(
    values: dict[str, float], code: str, group: Iterable[str], decimals: int
) -> Among | None:
    """Return where an area stands among some neighbours; None where most have no figure.

    Examples
    --------
    >>> standing({"a": 5.0, "b": 9.0, "c": 5.0}, "a", ["b", "c"], 0)
    Among(rank='2= of 3', third=1, side=-1)
    """
    group = list(group)
    others = [values[one] for one in group if one in values]
    if code not in values or 2 * len(others) < len(group):
        return None
    own, of = values[code], len(others) + 1
    ahead, alike = (sum(one > own for one in others), sum(one == own for one in others))
    mean = half_away(sum(others) / len(others), decimals)
    return Among(
        f"{ahead + 1}{'=' * bool(alike)} of {of}",
        int(3 * (ahead + alike / 2) / of),
        (own > mean) - (own < mean),
    )


def members(view: View, names: Sequence[str]) -> str:
    """Say of how many neighbours lines are, where these are not all.

    >>> from thurrock_analysis import open_report
    >>> members(open_report("Thurrock"), ["referral_rate", "looked_after_rate"])
    'Lines of neighbours have the same members in every year: 7 to 8 of 10.'
    """
    group = view.neighbours
    if group.empty:
        return ""
    counts = set()
    for name in names:
        rows = view.figures(name)[["area", "period_end", "value"]].dropna()
        rows = rows[rows["area"].isin(group["neighbour"])]
        counts |= {comparators.lasting(rows, len(group))["area"].nunique()} - {0}
    few, many = min(counts, default=len(group)), max(counts, default=0)
    if few == len(group):
        return ""
    span = str(few) + f" to {many}" * (many > few)
    return f"Lines of neighbours have the same members in every year: {span} of {len(group)}."
