"""Many lines without a tangle: a small panel each, on the same axes."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import BETWEEN, Canvas, Captions, Reach, Room
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.lines import trend
from thurrock_analysis.charts.look import (
    FOCUS,
    MAX_SERIES,
    MUTED,
    SOLID,
    TEXT,
    WIDTH,
    Look,
    house_style,
    looks,
)
from thurrock_analysis.charts.measuring import fitted, size_of
from thurrock_analysis.charts.names import Names, subject, values_of
from thurrock_analysis.charts.periods import explained
from thurrock_analysis.charts.series import Bundle, Series, bundle, distinct
from thurrock_analysis.charts.timeline import CUT_AXIS, Marks, Moments
from thurrock_analysis.errors import ThurrockError

MAX_PANELS = 12
BEHIND = "Grey lines: the other panels, for comparison."
PAD = 6.0
"""Points between a panel and the foot of its title."""
APART = 0.09
"""Inches below a panel over another, for the lower half of the label at its foot."""
DESCENT = 0.236
"""Of the font's size: how far a letter reaches below the foot of its line."""
BESIDE = Look(FOCUS, SOLID, "", strong=True)


@house_style()
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

    Raises
    ------
    ThurrockError
        Too many panels or lines, no figures, or two figures for one line and period.

    Examples
    --------
    >>> ends = pd.to_datetime(["2024-03-31", "2025-03-31"] * 2)
    >>> rows = pd.DataFrame({"area": "E06000034", "period_end": ends, "value": [492, 407, 9.5, 8],
    ...     "measure": ["referral_rate"] * 2 + ["re_referral_percent"] * 2})
    >>> print(small_multiples(rows, "measure", "area", subtitle="").alt)
    Line charts, 2024 to 2025. Referrals: Thurrock: 492.0 in 2024, 407.0 in 2025; highest 492.0 \
in 2024, lowest 407.0 in 2025. Re-referrals within 12 months: Thurrock: 9.5% in 2024, 8.0% in \
2025; highest 9.5% in 2024, lowest 8.0% in 2025.
    """
    names = Names(labels, decimals, suffix)
    titles = distinct(panels, names.called(panels, _panel_keys(figures, panels)))
    parts = {
        title: bundle(figures[figures[panels].eq(key)], by, names) for key, title in titles.items()
    }
    together = Bundle.of(*parts.values())
    alike = len(values_of(figures, "measure")) < 2 if shared is None else shared
    look = looks(values_of(figures, by), focus)
    marks = Marks.of(together, breaks, events)
    canvas = Canvas(Captions.of(figures, headline, subtitle, source), rows=len(parts))
    plots = [row[0] for row in canvas.grid]
    left, top, named = [], [], []
    for ax, (title, part) in zip(plots, parts.items(), strict=True):
        timeline.span_axis(ax, together)
        timeline.draw_lines(ax, part, look, marks.breaks, markers=True)
        known = (together if alike else part).numbers
        left.append(timeline.value_axis(ax, known, zero, part.suffix, 3))
        marks.draw(ax, named=ax is plots[0])
        timeline.mark_missing(ax, part)
        named.append(ends.end_labels(ax, part, look))
        top.append(_title(ax, title, WIDTH * 0.85))
    bottom = [APART] * (len(parts) - 1) + [timeline.below(together)]
    tall = max(map(ends.height, named)) + 2 * BETWEEN
    plot = max(0.3 + 1.55 * len(parts), tall * len(parts) + sum(top) + sum(bottom))
    reach = [need for one in zip(plots, named, strict=True) for need in ends.reach(*one)]
    reach.append(timeline.period_reach(plots[0], together))
    missing = [
        (status, f"{title}, {place}")
        for title, part in parts.items()
        for status, place in part.missing()
    ]
    room = Room(plot, [max(left)], [reach], top, bottom)
    canvas.lay_out(room, [*explained(missing), CUT_AXIS * (not zero)])
    timeline.label_periods(plots[-1], together)
    timeline.place_uprights(plots[0])
    for ax, labelled in zip(plots, named, strict=True):
        ends.place(canvas, ax, labelled)
    return canvas.drawing(
        f"Line charts, {together.reach}",
        *(f"{title}: {' '.join(part.told())}" for title, part in parts.items()),
        *explained(missing, marks=False),
        *marks.told,
    )


def _panel_keys(figures: pd.DataFrame, panels: str) -> list[str]:
    if panels not in figures.columns:
        raise ThurrockError(f"Panels by {panels} need that column: the frame has none.")
    keys = values_of(figures, panels)
    if not 1 <= len(keys) <= MAX_PANELS:
        raise ThurrockError(f"A chart shows 1 to {MAX_PANELS} panels: it was given {len(keys)}.")
    return keys


def _title(ax: Axes, text: str, width: float) -> float:
    """Write the title of a panel over its upright labels; return the height of all in inches."""
    pad = PAD + timeline.above(ax)
    title = ax.set_title(
        fitted(text, width, TEXT, "bold"), fontsize=TEXT, weight="bold", loc="left", pad=pad, y=1.0
    )
    return size_of(title)[1] + (pad - DESCENT * TEXT) / 72


@house_style()
def spotlight(
    figures: pd.DataFrame,
    by: str,
    *,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    reference: tuple[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int | None = None,
    suffix: str | None = None,
    zero: bool = True,
) -> Drawing:
    """Draw a panel for each line, in navy over all the other lines in grey, on shared axes.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each line and period.
    by : str
        Column whose values are the lines: at most twelve.
    headline, subtitle, source, reference, labels, decimals, suffix, zero
        As in `trend`.

    Raises
    ------
    ThurrockError
        More than twelve lines, no figures, or two figures for one line and period.

    Examples
    --------
    >>> ends = pd.to_datetime(["2024-03-31", "2025-03-31"] * 2)
    >>> rows = pd.DataFrame({"area": list("aabb"), "period_end": ends, "value": [4, 3, 2, 1]})
    >>> [ax.get_title("left") for ax in spotlight(rows, "area").figure.axes]
    ['a', 'b']
    """
    lines = bundle(figures, by, Names(labels, decimals, suffix))
    count = len(_panel_keys(figures, by))
    levels = dict([reference] if reference else [])
    canvas = Canvas(Captions.of(figures, headline, subtitle, source), -(-count // 2), 2)
    every = [ax for row in canvas.grid for ax in row]
    drawn = every[:count]
    for ax in every[count:]:
        ax.remove()
    left, top = [], []
    reach: list[list[Reach]] = [[], []]
    for place, (ax, line) in enumerate(zip(drawn, lines.lines, strict=True)):
        timeline.span_axis(ax, lines)
        for level in levels.values():
            timeline.draw_level(ax, level)
        reach[place % 2] += ends.reach(ax, _lit(ax, lines, line))
        known = [*lines.numbers, *levels.values()]
        left.append(timeline.value_axis(ax, known, zero, lines.suffix, 4))
        top.append(_title(ax, line.name, WIDTH * 0.41))
    low = drawn[-2:]
    under = timeline.below(lines)
    bottom = [under * any(ax in low for ax in row) for row in canvas.grid]
    room = Room(
        0.3 + 1.6 * len(canvas.grid),
        [max(left), 0.0],
        [[*side, timeline.period_reach(drawn[0], lines)] for side in reach],
        [max(top[row : row + 2]) for row in range(0, count, 2)],
        bottom,
    )
    notes = [BEHIND, *(f"Dotted line: {name}." for name in levels), CUT_AXIS * (not zero)]
    canvas.lay_out(room, [*explained(lines.missing()), *notes])
    for place, ax in enumerate(drawn):
        if ax in low:
            timeline.label_periods(ax, lines)
        if place % 2:
            ax.tick_params(labelleft=False)
    return canvas.drawing(
        f"Line charts on one scale, {lines.reach}",
        *lines.told(),
        *explained(lines.missing(), marks=False),
        *(f"Level across: {name}." for name in levels),
    )


def _lit(ax: Axes, lines: Bundle, line: Series) -> list[ends.Label]:
    for other in lines.lines:
        if other is not line:
            ax.plot(other.x, other.y, color=MUTED, linewidth=1.2, zorder=2, gid="behind")
    own = Bundle((line,), lines.step, lines.annual)
    timeline.draw_lines(ax, own, looks([line.key], line.key), (), markers=True)
    timeline.mark_missing(ax, own)
    return [
        ends.label(ax, line.figure(int(last)), (line.x[last], line.y[last]), BESIDE, off=7)
        for last in line.known[-1:]
    ]


@house_style()
def index_trend(
    figures: pd.DataFrame,
    by: str,
    base: int,
    *,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    labels: Mapping[str, str] | None = None,
    zero: bool = False,
) -> Drawing:
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

    Examples
    --------
    >>> ends = pd.to_datetime(["2016-03-31", "2025-03-31"])
    >>> rows = pd.DataFrame({"measure": "referrals", "period_end": ends, "value": [2000, 1885]})
    >>> print(index_trend(rows, "measure", 2016, subtitle="").alt)
    Line chart, 2016 to 2025. Referrals: 100 in 2016, 94 in 2025; highest 100 in 2016, lowest 94 \
in 2025. Level across: 2016 = 100.
    """
    rows = indexed(figures, by=by, base=base)
    draw = trend if rows[by].nunique() <= MAX_SERIES else spotlight
    if subtitle is None:
        subtitle = ", ".join(part for part in (subject(figures), f"{base} = 100") if part)
    return draw(
        rows,
        by,
        headline=headline,
        subtitle=subtitle,
        source=source,
        labels=labels,
        decimals=0,
        suffix="",
        zero=zero,
        reference=(f"{base} = 100", 100.0),
    )


def indexed(figures: pd.DataFrame, *, by: str, base: int) -> pd.DataFrame:
    """Return the rows with every value as an index: 100 in the base year."""
    at_base = figures[figures["period_end"].dt.year.eq(base)]
    start = at_base.drop_duplicates(by).set_index(by)["value"]
    for name in figures[by].unique():
        if not start.get(name, 0) > 0:
            raise ThurrockError(f"{name} has no figure above zero in {base} to make an index from.")
    return figures.assign(value=100 * figures["value"] / figures[by].map(start).astype("float64"))
