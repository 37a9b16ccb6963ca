"""Many lines without a tangle: a small panel each, on the same axes."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thurrock_analysis.charts import drawing, ends, values
from thurrock_analysis.charts.canvas import Canvas
from thurrock_analysis.charts.drawing import Moments
from thurrock_analysis.charts.lines import CUT_AXIS, trend
from thurrock_analysis.charts.look import FOCUS, MAX_SERIES, MUTED, TEXT, house_style, looks
from thurrock_analysis.charts.series import Bundle, Series, bundle
from thurrock_analysis.errors import ThurrockError

MAX_PANELS = 12
BEHIND = "Grey lines: the other panels, for comparison."


@house_style()
def small_multiples(
    figures: pd.DataFrame,
    *,
    panels: str,
    by: str,
    headline: str,
    subtitle: str,
    source: str,
    focus: str | None = None,
    breaks: Moments = (),
    events: Moments = (),
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
    zero: bool = True,
    shared: bool = True,
) -> Figure:
    """Draw a small trend for each value of a column, one below another.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each panel, line and period.
    panels, by : str
        Column whose values are the panels, at most twelve, and the lines in each, at most four.
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    focus, breaks, events, labels, decimals, suffix, zero
        As in `trend`; `labels` names both panels and lines.
    shared : bool
        Give all panels the same vertical axis; False for measures in different units.

    Raises
    ------
    ThurrockError
        Too many panels or lines, no figures, or two figures for one line and period.
    """
    keys = _panel_keys(figures, panels)
    parts = {key: bundle(figures[figures[panels].eq(key)], by, labels) for key in keys}
    look = looks([str(key) for key in figures[by].unique()], focus)
    everything = Bundle(
        tuple(line for part in parts.values() for line in part.lines),
        min(part.step for part in parts.values()),
        all(part.annual for part in parts.values()),
    )
    canvas = Canvas(headline, subtitle, source, plot=0.3 + 1.55 * len(keys))
    grid = canvas.figure.subplots(len(keys), sharex=True, squeeze=False)[:, 0]
    placed, notes = [], []
    for ax, (key, part) in zip(grid, parts.items(), strict=True):
        title = (labels or {}).get(key, key)
        drawing.time_axis(ax, everything)
        cuts = drawing.cut_places(everything, breaks)
        drawing.draw_lines(ax, part, look, cuts, markers=True)
        drawing.value_axis(ax, drawing.levels([everything if shared else part]), zero, suffix, 3)
        marked = drawing.dates(events)
        for places, dash in ((cuts, drawing.BREAK_DASH), (marked, drawing.EVENT_DASH)):
            named = places if ax is grid[0] else dict.fromkeys(places, "")
            drawing.draw_upright(ax, named, dash)
        pad = 6 + 1.5 * TEXT * (len(cuts) + len(marked)) * (ax is grid[0])
        ax.set_title(title, fontsize=TEXT, weight="bold", loc="left", pad=pad)
        drawing.mark_missing(ax, part)
        placed.append((ax, ends.end_labels(ax, part, look, decimals, suffix)))
        notes += [(status, f"{title}, {place}") for status, place in part.missing()]
    canvas.finish([*values.explained(notes), CUT_AXIS * (not zero)])
    for ax, names in placed:
        ends.place_end_labels(ax, names)
    return canvas.figure


def _panel_keys(figures: pd.DataFrame, panels: str) -> list[str]:
    if panels not in figures.columns:
        raise ThurrockError(f"Panels by {panels} need that column: the frame has none.")
    keys = [str(key) for key in figures[panels].unique()]
    if not 1 <= len(keys) <= MAX_PANELS:
        raise ThurrockError(f"A chart shows 1 to {MAX_PANELS} panels: it was given {len(keys)}.")
    return keys


@house_style()
def spotlight(
    figures: pd.DataFrame,
    *,
    by: str,
    headline: str,
    subtitle: str,
    source: str,
    reference: tuple[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
    zero: bool = True,
) -> Figure:
    """Draw a panel for each line, in navy over all the other lines in grey, on shared axes.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each line and period.
    by : str
        Column whose values are the lines: at most twelve.
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    reference, labels, decimals, suffix, zero
        As in `trend`.

    Raises
    ------
    ThurrockError
        More than twelve lines, no figures, or two figures for one line and period.
    """
    lines = bundle(figures, by, labels)
    rows = -(-len(_panel_keys(figures, by)) // 2)
    canvas = Canvas(headline, subtitle, source, plot=0.3 + 1.6 * rows)
    grid = canvas.figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    for ax in grid.flat[len(lines.lines) :]:
        ax.remove()
    for ax, line in zip(grid.flat, lines.lines, strict=False):
        drawing.time_axis(ax, lines, labels=4)
        if reference:
            drawing.draw_level(ax, reference[1])
        _lit(ax, lines, line, decimals, suffix)
        drawing.value_axis(
            ax, drawing.levels([lines], [reference[1]] if reference else ()), zero, suffix, 4
        )
    if len(lines.lines) % 2 and rows > 1:
        grid[-2, 1].tick_params(labelbottom=True)
    key = f"Dotted line: {reference[0]}." if reference else ""
    canvas.finish([*values.explained(lines.missing()), BEHIND, key, CUT_AXIS * (not zero)])
    return canvas.figure


def _lit(ax: Axes, lines: Bundle, line: Series, decimals: int, suffix: str) -> None:
    for other in lines.lines:
        if other is not line:
            ax.plot(other.x, other.y, color=MUTED, linewidth=1.2, zorder=2, gid="behind")
    own = lines.of([line.key])
    drawing.draw_lines(ax, own, looks([line.key], line.key), (), markers=True)
    drawing.mark_missing(ax, own)
    for last in line.known[-1:]:
        ax.annotate(
            values.number(line.y[last], decimals, suffix),
            (line.x[last], line.y[last]),
            (7, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
            color=FOCUS,
            annotation_clip=False,
            gid="end label",
        )
    ax.set_title(ends.wrapped(line.name, 24), fontsize=TEXT, weight="bold", loc="left")


def index_trend(
    figures: pd.DataFrame,
    *,
    by: str,
    base: int,
    headline: str,
    subtitle: str,
    source: str,
    labels: Mapping[str, str] | None = None,
    zero: bool = False,
) -> Figure:
    """Draw several measures as a share of their own figure in a base year, which is 100.

    Up to four measures share one plot; more of them get a panel each (see `spotlight`).

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each measure and period.
    by : str
        Column whose values are the measures.
    base : int
        The year in which the base period ends.
    headline, subtitle, source, labels
        As in `trend`. The base is written on the chart.
    zero : bool
        Start the vertical axis at zero.

    Raises
    ------
    ThurrockError
        A measure has no figure above zero in the base year.
    """
    rows = indexed(figures, by=by, base=base)
    draw = trend if rows[by].nunique() <= MAX_SERIES else spotlight
    return draw(
        rows,
        by=by,
        headline=headline,
        subtitle=subtitle,
        source=source,
        labels=labels,
        zero=zero,
        reference=(f"{base} = 100", 100.0),
    )


def indexed(figures: pd.DataFrame, *, by: str, base: int) -> pd.DataFrame:
    """Return the rows with every value as an index: 100 in the base year.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each value of `by` and period.
    by : str
        Column whose values are indexed each to their own base.
    base : int
        The year in which the base period ends.

    Examples
    --------
    >>> ends = pd.to_datetime(["2015-03-31", "2016-03-31"])
    >>> rows = pd.DataFrame({"measure": "plans", "period_end": ends, "value": [200.0, 291.0]})
    >>> indexed(rows, by="measure", base=2015)["value"].tolist()
    [100.0, 145.5]
    """
    at_base = figures[figures["period_end"].dt.year.eq(base)]
    start = at_base.drop_duplicates(by).set_index(by)["value"]
    for name in figures[by].unique():
        if not start.get(name, 0) > 0:
            raise ThurrockError(f"{name} has no figure above zero in {base} to make an index from.")
    return figures.assign(value=100 * figures["value"] / figures[by].map(start).astype("float64"))
