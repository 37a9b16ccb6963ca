"""One line a series over time, in one plot or in a small one for each value of a column."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import BETWEEN, Canvas, Captions, Room
from thurrock_analysis.charts.categories import kept
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import TEXT, WIDE, Look, looks, sheet
from thurrock_analysis.charts.measuring import fitted, size_of
from thurrock_analysis.charts.names import Names, values_of
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.periods import explained
from thurrock_analysis.charts.series import ALL, Bundle, bundle, distinct
from thurrock_analysis.charts.timeline import CUT_AXIS, Marks, Moments
from thurrock_analysis.errors import ThurrockError

MAX_PANELS = 12
ALONE = 2.7
"""Inches of a plot that has no other beside it."""
PANEL = 1.4
"""Inches of one that has, with what stands above and below it."""
PAD = 6.0
"""Points between a panel and the foot of its title."""
APART = 0.09
"""Inches below a panel over another, for the lower half of the label at its foot."""
DESCENT = 0.236
"""Of the font's size: how far a letter reaches below the foot of its line."""


@chart
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
        The value of `by`, or the name of one, to draw in navy among grey comparators.
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
        More than four lines, no figures, two figures for one line and period, or an option that
        is not of its kind.

    Examples
    --------
    >>> ends = pd.to_datetime(["2023-03-31", "2024-03-31", "2025-03-31"])
    >>> rows = pd.DataFrame({"area": "E06000034", "period_end": ends, "value": [492, 483, 407]})
    >>> chart = trend(rows, "area", focus="E06000034")
    >>> chart.figure.axes[0].lines[0].get_ydata().tolist()
    [492.0, 483.0, 407.0]
    >>> print(chart.told)
    Line chart, 2023 to 2025. Thurrock: 492 in 2023, 407 in 2025; highest 492 in 2023, lowest \
407 in 2025.
    """
    names = Names(labels, decimals, suffix)
    parts = {"": bundle(figures, by, names)}
    look = looks(values_of(figures, by), names.meant(by, figures, focus), kept(figures, by))
    canvas = Canvas(Captions.of(figures, headline, subtitle, source))
    levels = dict([reference] if reference else [])
    return _stacked(canvas, parts, look, breaks, events, zero, True, markers, levels)


@chart
def small_multiples(
    figures: pd.DataFrame,
    panels: str,
    by: str,
    *,
    focus: str | None = None,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    breaks: Moments = (),
    events: Moments = (),
    labels: Mapping[str, str] | None = None,
    decimals: int | None = None,
    suffix: str | None = None,
    zero: bool = True,
    shared: bool | None = None,
) -> Drawing:
    """Draw a small trend for each value of a column, one below another.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each panel, line and period.
    panels, by : str
        Column whose values are the panels, at most twelve, and the lines in each, at most four.
    focus, headline, subtitle, source, breaks, events, labels, decimals, suffix, zero
        As in `trend`; `labels` names both panels and lines, and each panel writes its figures as
        its own measure has them.
    shared : bool, optional
        Give all panels the same vertical axis; if left out, where all are of one measure.
    """
    names = Names(labels, decimals, suffix)
    titles = distinct(panels, names.called(panels, panel_keys(figures, panels)))
    parts = {
        title: bundle(figures[figures[panels].eq(key)], by, names) for key, title in titles.items()
    }
    look = looks(values_of(figures, by), names.meant(by, figures, focus), kept(figures, by))
    columns = 2 if sheet() == WIDE and len(parts) > 1 else 1
    canvas = Canvas(
        Captions.of(figures, headline, subtitle, source), -(-len(parts) // columns), columns
    )
    alike = len(values_of(figures, "measure")) < 2 if shared is None else shared
    return _stacked(canvas, parts, look, breaks, events, zero, alike)


def _stacked(
    canvas: Canvas,
    parts: Mapping[str, Bundle],
    look: Mapping[str, Look],
    breaks: Moments,
    events: Moments,
    zero: bool,
    alike: bool,
    markers: bool = True,
    levels: Mapping[str, float] | None = None,
) -> Drawing:
    """Draw plots one below another by their titles, on one time axis; one alone has no title."""
    together, levels, alone = Bundle.of(*parts.values()), levels or {}, "" in parts
    marks = Marks.of(together, breaks, events)
    across = len(canvas.grid[0])
    every = [ax for row in canvas.grid for ax in row]
    plots, spare = every[: len(parts)], every[len(parts) :]
    for ax in spare:
        ax.remove()
    left, top, named = [], [], []
    for ax, (title, part) in zip(plots, parts.items(), strict=True):
        timeline.span_axis(ax, together)
        timeline.draw_lines(ax, part, look, marks.breaks, markers)
        known = [*(together if alike else part).numbers, *levels.values()]
        left.append(timeline.value_axis(ax, known, zero, part.suffix, 5 if alone else 3))
        marks.draw(ax, named=ax is plots[0], across=across)
        timeline.mark_missing(ax, part)
        named.append(ends.end_labels(ax, part, look))
        for name, level in levels.items():
            timeline.draw_level(ax, level)
            at = (max(part.slots.values()), level)
            named[-1].append(ends.label(ax, ends.wrapped(name, ends.WIDE), at))
        top.append(titled(ax, title, canvas.width * 0.85 / across))
    low, rows = plots[-across:], range(0, len(plots), across)
    tops = [max(top[row : row + across]) for row in rows]
    under = timeline.below(together)
    bottom = [under if {*low} & {*plots[row : row + across]} else APART for row in rows]
    tall = (max(map(ends.height, named)) + 2 * BETWEEN) * len(rows) + sum(tops) + sum(bottom)
    plot = max(ALONE if alone else 0.3 + PANEL * len(rows), tall)
    last = timeline.period_reach(plots[0], together)
    needs = [ends.reach(*one) for one in zip(plots, named, strict=True)]
    reach = [[last, *(n for one in needs[side::across] for n in one)] for side in range(across)]
    missing = _missing(parts)
    notes = [*explained(missing), CUT_AXIS * (not zero)]
    sides = [max(left[side::across]) for side in range(across)]
    canvas.lay_out(Room(plot, sides, reach, tops, bottom), notes)
    for ax in low:
        timeline.label_periods(ax, together)
    timeline.place_uprights(plots[0], across)
    for ax, labelled in zip(plots, named, strict=True):
        ends.place(canvas, ax, labelled)
    return canvas.drawing(
        f"Line chart{'s' * (not alone)}, {together.reach}",
        *(f"{title}: " * bool(title) + " ".join(part.told()) for title, part in parts.items()),
        *explained(missing, marks=False),
        *marks.told,
        *(f"Level across: {name}." for name in levels),
    )


def _missing(parts: Mapping[str, Bundle]) -> list[tuple[str, str]]:
    """Return each reason for a missing figure and where; what holds of every panel once."""
    each = {title: part.missing() for title, part in parts.items()}
    common = set.intersection(*map(set, each.values())) if len(parts) > 1 else set()
    whole = [gap for gap in dict.fromkeys(sum(each.values(), [])) if gap in common]
    whole = [(status, place) for status, place in whole if place.startswith(f"{ALL} ")]
    return whole + [
        (status, f"{title}, {place}" if title else place)
        for title, gaps in each.items()
        for status, place in gaps
        if (status, place) not in whole
    ]


def panel_keys(figures: pd.DataFrame, panels: str) -> list[str]:
    """Return the values of a column that get a panel each, if they are not too many."""
    if panels not in figures.columns:
        raise ThurrockError(f"Panels by {panels} need that column: the frame has none.")
    keys = values_of(figures, panels)
    if not 1 <= len(keys) <= MAX_PANELS:
        raise ThurrockError(f"A chart shows 1 to {MAX_PANELS} panels: it was given {len(keys)}.")
    return keys


def titled(ax: Axes, text: str, width: float) -> float:
    """Write the title of a panel over its upright labels; return the height of all in inches."""
    if not text:
        return timeline.above(ax) / 72
    pad = PAD + timeline.above(ax)
    title = ax.set_title(
        fitted(text, width, TEXT, "bold"), fontsize=TEXT, weight="bold", loc="left", pad=pad, y=1.0
    )
    return size_of(title)[1] + (pad - DESCENT * TEXT) / 72
