"""One line a series over time."""

from collections.abc import Mapping

import pandas as pd

from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import BETWEEN, Canvas, Captions, Room
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import house_style, looks
from thurrock_analysis.charts.names import Names
from thurrock_analysis.charts.periods import explained
from thurrock_analysis.charts.series import bundle
from thurrock_analysis.charts.timeline import CUT_AXIS, Marks, Moments

PLOT = 3.1
"""Inches."""


@house_style()
def trend(
    figures: pd.DataFrame,
    by: str,
    *,
    focus: str | None = None,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    breaks: Moments = (),
    events: Moments = (),
    reference: tuple[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int | None = None,
    suffix: str | None = None,
    zero: bool = True,
    markers: bool = True,
) -> Drawing:
    """Draw a line for each value of a column, named at its end.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each line and period; a missing figure leaves a gap, and its reason is
        marked on the axis and explained below the chart.
    by : str
        Column whose values are the lines: at most four.
    focus : str, optional
        The value of `by` to draw in navy among grey comparators.
    headline : str
        What the chart says.
    subtitle, source : str, optional
        What it measures, with unit and period, and where the figures are from; told by the
        columns ``measure`` and ``release`` if left out, and not written if empty.
    breaks : sequence of (date, str)
        End of the first period on a new basis, and a short label: no line is drawn across.
    events : sequence of (date, str)
        Dates to mark with a dotted line, and a short label each; the lines go on. Those outside
        the periods drawn are left out.
    reference : (str, float), optional
        The name of a level to draw across, such as a target, and the level.
    labels : mapping of str to str, optional
        What to call a value of `by`, in place of its name in the dictionary.
    decimals, suffix : int, str, optional
        How to write a figure beside a line, in place of what its measure has.
    zero : bool
        Start the vertical axis at zero; if not, the chart says so in words.
    markers : bool
        Mark every figure on the lines.

    Raises
    ------
    ThurrockError
        More than four lines, no figures, or two figures for one line and period.

    Examples
    --------
    >>> ends = pd.to_datetime(["2023-03-31", "2024-03-31", "2025-03-31"])
    >>> rows = pd.DataFrame({"area": "E06000034", "period_end": ends, "value": [492, 483, 407]})
    >>> chart = trend(rows, "area", focus="E06000034")
    >>> chart.figure.axes[0].lines[0].get_ydata().tolist()
    [492.0, 483.0, 407.0]
    >>> print(chart.alt)
    Line chart, 2023 to 2025. Thurrock: 492 in 2023, 407 in 2025; highest 492 in 2023, lowest \
407 in 2025.
    """
    lines = bundle(figures, by, Names(labels, decimals, suffix))
    look = looks([line.key for line in lines.lines], focus)
    marks = Marks.of(lines, breaks, events)
    levels = dict([reference] if reference else [])
    canvas = Canvas(Captions.of(figures, headline, subtitle, source))
    ((ax,),) = canvas.grid
    timeline.span_axis(ax, lines)
    timeline.draw_lines(ax, lines, look, marks.breaks, markers)
    left = timeline.value_axis(ax, [*lines.numbers, *levels.values()], zero, lines.suffix)
    marks.draw(ax)
    timeline.mark_missing(ax, lines)
    named = ends.end_labels(ax, lines, look)
    for name, level in levels.items():
        timeline.draw_level(ax, level)
        at = (max(lines.slots.values()), level)
        named.append(ends.label(ax, ends.wrapped(name, ends.WIDE), at))
    top, bottom = timeline.above(ax) / 72, timeline.below(lines)
    plot = max(PLOT, top + bottom + ends.height(named) + 2 * BETWEEN)
    reach = [*ends.reach(ax, named), timeline.period_reach(ax, lines)]
    notes = [*explained(lines.missing()), CUT_AXIS * (not zero)]
    canvas.lay_out(Room(plot, [left], [reach], [top], [bottom]), notes)
    timeline.label_periods(ax, lines)
    timeline.place_uprights(ax)
    ends.place(canvas, ax, named)
    return canvas.drawing(
        f"Line chart, {lines.reach}",
        *lines.told(),
        *explained(lines.missing(), marks=False),
        *marks.told,
        *(f"Level across: {name}." for name in levels),
    )
