"""A line and what is expected of it: a band in which four of five forecasts hold, and a wider."""

from collections.abc import Mapping

import pandas as pd

from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import BETWEEN, Canvas, Captions, Room
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.lines import ALONE
from thurrock_analysis.charts.look import FOCUS, looks, tint
from thurrock_analysis.charts.names import Names
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.periods import explained
from thurrock_analysis.charts.series import Series, bundle
from thurrock_analysis.charts.timeline import CUT_AXIS, Marks, Moments

HELD, EXPECTED = "held", "expected"
SHADES = (0.16, 0.38)
"""Of the wider band and of the one within it."""


@chart
def fan(
    figures: pd.DataFrame,
    ahead: pd.DataFrame,
    bands: Mapping[str, tuple[str, str]],
    *,
    name: str,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    reference: tuple[str, float] | None = None,
    breaks: Moments = (),
    events: Moments = (),
    zero: bool = True,
) -> Drawing:
    """Draw a series and the fan of what is expected after it.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows of one measure and area, a row a period.
    ahead : DataFrame
        ``period_end``, ``value`` (what is expected) and the columns of the bands.
    bands : mapping of str to (str, str)
        What is said of a band, the wider first, and the columns of its low and high end.
    name : str
        What to call the line.
    headline, subtitle, source, reference, breaks, events, zero
        As in `trend`.

    Raises
    ------
    ThurrockError
        No figures, or two for one period.

    Examples
    --------
    >>> ends = pd.to_datetime(["2024-03-31", "2025-03-31", "2026-03-31"])
    >>> rows = pd.DataFrame({"period_end": ends[:2], "value": [281.0, 276.0]})
    >>> next_year = {"period_end": ends[2:], "value": 275.0, "low": 251.0, "high": 298.0}
    >>> chart = fan(rows, pd.DataFrame(next_year), {"four in five": ("low", "high")}, name="Here")
    >>> print(chart.told)
    Line chart with a fan, 2024 to 2026. Here: 281 in 2024, 276 in 2025; highest 281 in 2024, \
lowest 276 in 2025. Expected 2026: 275, four in five between 251 and 298.
    """
    past = figures.dropna(subset="value").sort_values("period_end").tail(1)
    joined = pd.concat([past[["period_end", "value"]], ahead], ignore_index=True)
    told = pd.concat([figures.assign(line=HELD), joined.assign(line=EXPECTED)], ignore_index=True)
    if "measure" in figures:
        told["measure"] = figures["measure"].iloc[0]
    lines = bundle(told, "line", Names({HELD: name, EXPECTED: "Expected"}))
    held, expected = lines.lines
    look = looks([HELD, EXPECTED], HELD)
    marks = Marks.of(lines, breaks, events)
    levels = dict([reference] if reference else [])
    canvas = Canvas(Captions.of(figures, headline, subtitle, source))
    ((ax,),) = canvas.grid
    timeline.span_axis(ax, lines)
    reached = [*lines.numbers, *levels.values()]
    for shade, (low, high) in zip(SHADES[-len(bands) :], bands.values(), strict=True):
        sides = [joined[side].fillna(joined["value"]).to_numpy() for side in (low, high)]
        ax.fill_between(expected.x, *sides, color=tint(FOCUS, shade), linewidth=0, gid="band")
        reached += [*sides[0], *sides[1]]
    timeline.draw_lines(ax, lines, look, marks.breaks, True)
    left = timeline.value_axis(ax, reached, zero, lines.suffix)
    marks.draw(ax)
    timeline.mark_missing(ax, lines)
    named = ends.end_labels(ax, lines, look)
    for called, level in levels.items():
        timeline.draw_level(ax, level)
        at = (max(lines.slots.values()), level)
        named.append(ends.label(ax, ends.wrapped(called, ends.WIDE), at))
    top, bottom = timeline.above(ax) / 72, timeline.below(lines)
    plot = max(ALONE, top + bottom + ends.height(named) + 2 * BETWEEN)
    reach = [*ends.reach(ax, named), timeline.period_reach(ax, lines)]
    shades = ["Light", "Dark"][-len(bands) :]
    notes = [
        f"{shade} band: {said} such forecasts hold."
        for shade, said in zip(shades, bands, strict=True)
    ]
    notes += [*explained(lines.missing()), CUT_AXIS * (not zero)]
    canvas.lay_out(Room(plot, [left], [reach], [top], [bottom]), notes)
    timeline.label_periods(ax, lines)
    timeline.place_uprights(ax)
    ends.place(canvas, ax, named)
    return canvas.drawing(
        f"Line chart with a fan, {lines.reach}",
        held.told(),
        *(expectation(expected, at, row, bands) for at, row in enumerate(ahead.itertuples(), 1)),
        *explained(lines.missing(), marks=False),
        *marks.told,
        *(f"Level across: {called}." for called in levels),
    )


def expectation(line: Series, at: int, row: object, bands: Mapping[str, tuple[str, str]]) -> str:
    """Say what is expected of one period, and between which numbers."""
    around = [
        f", {band} between {line.style.write(getattr(row, low))} and "
        f"{line.style.write(getattr(row, high))}"
        for band, (low, high) in reversed(list(bands.items()))
    ]
    return f"Expected {line.period(at)}: {line.figure(at)}{''.join(around)}."
