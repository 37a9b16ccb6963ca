"""One line a series over time."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from thurrock_analysis.charts import drawing, ends, values
from thurrock_analysis.charts.canvas import Canvas
from thurrock_analysis.charts.drawing import Moments
from thurrock_analysis.charts.look import house_style, looks
from thurrock_analysis.charts.series import bundle

CUT_AXIS = "The vertical axis does not start at zero."
REVISED = "Hollow marker = figure as first published, where it has been revised since."


@house_style()
def trend(
    figures: pd.DataFrame,
    *,
    by: str,
    headline: str,
    subtitle: str,
    source: str,
    focus: str | None = None,
    breaks: Moments = (),
    events: Moments = (),
    reference: tuple[str, float] | None = None,
    first_published: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
    zero: bool = True,
    markers: bool = True,
) -> Figure:
    """Draw a line for each value of a column, named at its end.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each line and period; a missing figure leaves a gap, and its reason is
        marked on the axis and explained below the chart.
    by : str
        Column whose values are the lines: at most four.
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    focus : str, optional
        The value of `by` to draw in navy among grey comparators.
    breaks : sequence of (date, str)
        End of the first period on a new basis, and a short label: no line is drawn across.
    events : sequence of (date, str)
        Dates to mark with a dotted line, and a short label each; the lines go on.
    reference : (str, float), optional
        The name of a level to draw across, such as a target, and the level.
    first_published : DataFrame, optional
        The same figures as they were first published: hollow markers where they differ.
    labels : mapping of str to str, optional
        What to call a value of `by`.
    decimals, suffix : int, str
        How to write a figure beside a line, e.g. 1 and ``"%"``.
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
    >>> rows = pd.DataFrame({"area": "Thurrock", "period_end": ends, "value": [492, 483, 407]})
    >>> chart = trend(rows, by="area", headline="Referrals fell", focus="Thurrock",
    ...     subtitle="Referrals per 10,000 children, years ending 31 March", source="DfE")
    >>> chart.axes[0].lines[0].get_ydata().tolist()
    [492.0, 483.0, 407.0]
    """
    lines = bundle(figures, by, labels)
    first = bundle(first_published, by, labels) if first_published is not None else None
    look = looks(list(lines.names), focus)
    canvas = Canvas(headline, subtitle, source)
    ax = canvas.axes()
    levels = [reference] if reference else []
    cuts = drawing.cut_places(lines, breaks)
    drawing.time_axis(ax, lines)
    drawing.draw_lines(ax, lines, look, cuts, markers)
    revised = drawing.draw_first_published(ax, lines, first, look) if first else 0
    drawn = drawing.levels([lines, first] if first else [lines], [level for _, level in levels])
    drawing.value_axis(ax, drawn, zero, suffix)
    drawing.draw_upright(ax, cuts, drawing.BREAK_DASH)
    drawing.draw_upright(ax, drawing.dates(events), drawing.EVENT_DASH)
    drawing.mark_missing(ax, lines)
    names = ends.end_labels(ax, lines, look, decimals, suffix)
    for name, level in levels:
        drawing.draw_level(ax, level)
        names.append(ends.label(ax, ends.wrapped(name, 16), (max(lines.slots.values()), level)))
    canvas.finish(
        [*values.explained(lines.missing()), REVISED * bool(revised), CUT_AXIS * (not zero)]
    )
    ends.place_end_labels(ax, names)
    return canvas.figure
