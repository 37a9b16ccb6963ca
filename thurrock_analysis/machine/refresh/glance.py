"""The tiles of the first page: a measure each, with its line and where its peers stand."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from markupsafe import Markup, escape

from thurrock_analysis import words
from thurrock_analysis.record import dictionary, measures, releases
from thurrock_analysis.record.measures import Measure

WIDTH, HEIGHT, MARGIN = 150, 44, 5
"""Of a line, in units of its drawing; a row of dots is as wide."""
ROW = 16
OLD = timedelta(days=2 * 366)
"""A figure older than this at the report's date is marked."""
ARROWS = {1: "▲", -1: "▼", 0: "●"}
SAID = {
    "larger": "unusual",
    "usual": "not unusual",
    "unchanged": "in effect unchanged",
    "untold": "cannot be held against the usual",
    "same number": "the same number of children",
    "not comparable": "the series was changed between",
}

Tile = dict[str, Any]
Points = list[tuple[int, float]]


def themes(
    tiles: dict[str, Tile], moved: dict[str, Tile], rows: dict[str, Tile], as_at: str
) -> list[dict[str, Any]]:
    """Return the headings of the first page, each with its tiles.

    Parameters
    ----------
    tiles : dict
        By measure, what is drawn of it (`findings.tiles`) and ``link``.
    moved : dict
        By measure, what is said of its last change among all changes of the page.
    rows : dict
        By measure, its key figure: ``value`` in words.
    as_at : str
        ISO date of the report.
    """
    found: dict[str, list[Tile]] = {}
    for row in dictionary.rows("tiles"):
        name = row["measure"]
        if name in tiles and name in rows:
            one = _tile(tiles[name], moved.get(name, {}), rows[name], as_at)
            found.setdefault(row["theme"], []).append(one)
    return [
        {"title": title, "tiles": made, "cautions": _cautions(made)}
        for title, made in found.items()
    ]


def _cautions(made: list[Tile]) -> dict[str, str]:
    """Return each caution once, for paper: tiles have no room there; with what it is said of."""
    said: dict[str, list[str]] = {}
    for one in made:
        if one["caution"]:
            said.setdefault(one["caution"], []).append(one["label"])
    return {caution: "; ".join(labels) for caution, labels in said.items()}


def _tile(drawn: Tile, moved: Tile, row: Tile, as_at: str) -> Tile:
    measure = measures.get(drawn["measure"])
    country = dict(drawn["country"]).get(drawn["own"][-1][0])
    age = releases.parse(as_at) - releases.parse(drawn["end"])
    direction = moved.get("direction", "")
    return {
        "label": words.capital(measure.label),
        "link": drawn["link"],
        "value": drawn["untold"] or row["value"],
        "period": drawn["period"],
        "hidden": drawn["hidden"],
        "old": age > OLD,
        "change": "" if drawn["hidden"] else _change(moved),
        "caution": "" if drawn["hidden"] else moved.get("caution", ""),
        "verdict": SAID.get(direction, SAID.get(moved.get("verdict", ""), "")),
        "side": direction if direction in ("better", "worse") else "",
        "country": "" if country is None else words.figure(country, measure),
        "place": drawn["place"],
        "line": line(drawn["own"], drawn["country"], drawn["since"], measure),
        "dots": dots(drawn["own"][-1][1], drawn["near"], country),
    }


def _change(moved: Tile) -> str:
    """Say how a figure moved since the period before: a sign, how much, and from what."""
    if not moved.get("before"):
        return ""
    change, rounding, _ = moved["change"].partition(" before rounding")
    way = {"+": 1, "−": -1}.get(change[:1], 0)
    return f"{ARROWS[way]} {change} from {moved['before']}{rounding}"


def line(own: Points, country: Points, since: int, measure: Measure) -> Markup:
    """Draw the years of a measure: the area's line, England's dashed, nothing over a gap.

    >>> drawn = line([(2023, 1.0), (2025, 2.0)], [], 0, measures.get("caseload"))
    >>> drawn.count("<polyline"), drawn.count("<circle")
    (0, 3)
    """
    years = [year for year, _ in [*own, *country]]
    values = [value for _, value in [*own, *country]]
    across = Scale(min(years), max(years), MARGIN, WIDTH - MARGIN)
    up = Scale(min(values), max(values), HEIGHT - MARGIN, MARGIN)
    parts = [
        mark
        for points, kind in ((country, "country"), (own, "own"))
        for piece in pieces(points, since)
        for mark in _drawn(piece, kind, across, up)
    ]
    year, value = own[-1]
    parts.append(f'<circle class="own" cx="{across(year)}" cy="{up(value)}" r="4"/>')
    first = f"{words.figure(own[0][1], measure)} in {own[0][0]}"
    said = f"{first}, {words.figure(value, measure)} in {year}" if own[1:] else first
    return _svg("line", HEIGHT, f"Line: {said}", parts)


def _drawn(piece: Points, kind: str, across: "Scale", up: "Scale") -> list[str]:
    """Draw a run of years: one alone is a dot."""
    if len(piece) == 1:
        return [f'<circle class="{kind}" cx="{across(piece[0][0])}" cy="{up(piece[0][1])}" r="2"/>']
    path = " ".join(f"{across(year)},{up(value)}" for year, value in piece)
    return [f'<polyline class="{kind}" points="{path}"/>']


def pieces(points: Points, since: int) -> list[Points]:
    """Cut a series where a year is missing, and before the first year after a break.

    >>> pieces([(2014, 1.0), (2015, 2.0), (2017, 3.0), (2018, 4.0)], since=2018)
    [[(2014, 1.0), (2015, 2.0)], [(2017, 3.0)], [(2018, 4.0)]]
    """
    cut: list[Points] = []
    for year, value in points:
        if not cut or year != cut[-1][-1][0] + 1 or year == since:
            cut.append([])
        cut[-1].append((year, value))
    return cut


def dots(own: float, near: list[float], country: float | None) -> Markup:
    """Draw where a figure stands: a ring for each peer, a bar for England, a dot for the area."""
    if not near:
        return Markup()
    values = [own, *near, *([] if country is None else [country])]
    across, middle = Scale(min(values), max(values), MARGIN, WIDTH - MARGIN), ROW / 2
    parts = [f'<path class="axis" d="M{MARGIN} {middle}H{WIDTH - MARGIN}"/>']
    parts += [f'<circle class="near" cx="{across(value)}" cy="{middle}" r="3"/>' for value in near]
    if country is not None:
        parts.append(f'<path class="bar" d="M{across(country)} 1V{ROW - 1}"/>')
    parts.append(f'<circle class="own" cx="{across(own)}" cy="{middle}" r="4.5"/>')
    return _svg("dots", ROW, "", parts)  # the rank above tells as much


class Scale:
    """Places on a drawing for numbers from low to high; the middle where all are alike."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span = low, high - low
        self._start, self._length = start, end - start

    def __call__(self, value: float) -> float:
        """Return the place of a number.

        >>> Scale(0, 10, 5, 145)(5), Scale(3, 3, 0, 10)(3)
        (75.0, 5.0)
        """
        share = (value - self._low) / self._span if self._span else 0.5
        return round(self._start + share * self._length, 1)


def _svg(kind: str, height: int, said: str, parts: Iterable[str]) -> Markup:
    box = f"0 0 {WIDTH} {height}"
    heard = f'role="img" aria-label="{escape(said)}"' if said else 'aria-hidden="true"'
    return Markup(f'<svg class="{kind}" viewBox="{box}" {heard}>{"".join(parts)}</svg>')
