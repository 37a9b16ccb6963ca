"""Many lines without a tangle: a panel for each over all the others, or an index of them."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import Canvas, Captions, Reach, Room
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.lines import PANEL, panel_keys, titled, trend
from thurrock_analysis.charts.look import FOCUS, MAX_SERIES, MUTED, SOLID, WIDE, Look, looks, sheet
from thurrock_analysis.charts.names import Names, subject
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.periods import explained
from thurrock_analysis.charts.series import Bundle, Series, bundle
from thurrock_analysis.charts.timeline import CUT_AXIS
from thurrock_analysis.errors import ThurrockError

BEHIND = "Grey lines: the other panels, for comparison."
BESIDE = Look(FOCUS, SOLID, "", strong=True)


@chart
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
    """
    lines = bundle(figures, by, Names(labels, decimals, suffix))
    levels = dict([reference] if reference else [])
    captions = Captions.of(figures, headline, subtitle, source)
    canvas, drawn = abreast(captions, panel_keys(figures, by))
    left, reach = [], []
    for ax, line in zip(drawn, lines.lines, strict=True):
        timeline.span_axis(ax, lines)
        for level in levels.values():
            timeline.draw_level(ax, level)
        reach.append([*ends.reach(ax, _lit(ax, lines, line)), timeline.period_reach(ax, lines)])
        known = [*lines.numbers, *levels.values()]
        left.append(timeline.value_axis(ax, known, zero, lines.suffix, 4))
    titles = {ax: line.name for ax, line in zip(drawn, lines.lines, strict=True)}
    notes = [BEHIND, *(f"Dotted line: {name}." for name in levels), CUT_AXIS * (not zero)]
    notes = [*explained(lines.missing()), *notes]
    for ax in lay_panels(canvas, titles, left, reach, timeline.below(lines), notes):
        timeline.label_periods(ax, lines)
    return canvas.drawing(
        f"Line charts on one scale, {lines.reach}",
        *lines.told(),
        *explained(lines.missing(), marks=False),
        *(f"Level across: {name}." for name in levels),
    )


def abreast(captions: Captions, panels: Sequence[str]) -> tuple[Canvas, list[Axes]]:
    """Return a canvas and a plot for each panel, two or three of them abreast."""
    count = len(panels)
    across = min(count, 3 if sheet() == WIDE and count not in (2, 4) else 2)
    canvas = Canvas(captions, -(-count // across), across)
    every = [ax for row in canvas.grid for ax in row]
    for ax in every[count:]:
        ax.remove()
    return canvas, every[:count]


def lay_panels(
    canvas: Canvas,
    titles: Mapping[Axes, str],
    left: Sequence[float],
    reach: Sequence[Sequence[Reach]],
    under: float,
    notes: Sequence[str],
) -> list[Axes]:
    """Lay out panels on shared axes by their titles; return those whose times are to be labelled.

    `left` and `reach` are what each panel needs at its sides, `under` what labels of time need.
    """
    across = len(canvas.grid[0])
    drawn = list(titles)
    low = drawn[-across:]
    top = [titled(ax, title, canvas.width * 0.82 / across) for ax, title in titles.items()]
    room = Room(
        0.3 + PANEL * len(canvas.grid),
        [max(left)] + [0.0] * (across - 1),
        [[need for one in reach[side::across] for need in one] for side in range(across)],
        [max(top[row : row + across]) for row in range(0, len(drawn), across)],
        [under * any(ax in low for ax in row) for row in canvas.grid],
    )
    canvas.lay_out(room, notes)
    for place, ax in enumerate(drawn):
        if place % across:
            ax.tick_params(labelleft=False)
    return low


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


@chart
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
