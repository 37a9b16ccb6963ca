"""Items in order of size: bars, or dots with intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thurrock_analysis.charts import drawing, values
from thurrock_analysis.charts.canvas import Canvas
from thurrock_analysis.charts.lines import CUT_AXIS
from thurrock_analysis.charts.look import (
    DASHED,
    DOTTED,
    FOCUS,
    INK,
    MUTED,
    SMALL,
    house_style,
    tint,
)
from thurrock_analysis.charts.rows import Row, name_rows, ranked, row_canvas

WHISKERS = "Thin bars show the interval around each figure."
INTERVALS = "Dot: the figure. Bar: the interval around it."


@house_style()
def ranked_bars(
    figures: pd.DataFrame,
    *,
    label: str,
    headline: str,
    subtitle: str,
    source: str,
    focus: str | None = None,
    reference: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
) -> Figure:
    """Draw a bar an item from the highest to the lowest, always from zero.

    An item without a figure is a row with its reason in words. Limits in the columns ``lower``
    and ``upper``, where there are any, are drawn over the bars.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each item.
    label : str
        Column that names the items.
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    focus : str, optional
        The item to draw in navy among grey ones.
    reference : mapping of str to float, optional
        Levels to draw across the bars, such as England, by name.
    labels, decimals, suffix
        As in `trend`.

    Raises
    ------
    ThurrockError
        Two rows for one item, no figure at all, or a focus that is not among the items.
    """
    rows = ranked(figures, label, focus, labels)
    known = [row for row in rows if not np.isnan(row.value)]
    canvas, ax = row_canvas(headline, subtitle, source, [row.name for row in rows], reference)
    bars = pd.DataFrame(
        {
            "name": [row.name for row in known],
            "value": [row.value for row in known],
            "kind": ["chosen" if row.chosen else "other" for row in known],
        }
    )
    # Hue carries the colour (a palette without one is deprecated) and must not be toned down.
    sns.barplot(
        bars,
        x="value",
        y="name",
        order=bars["name"],
        hue="kind",
        legend=False,
        errorbar=None,
        palette={"chosen": FOCUS, "other": MUTED},
        saturation=1,
        dodge=False,
        width=0.72,
        ax=ax,
    )
    _limits(ax, rows, INK)
    _scale(ax, rows, reference, zero=True)
    _finish_rows(ax, canvas, rows, [_figure(row, decimals, suffix) for row in rows])
    _references(ax, reference, decimals, suffix)
    ax.set_xticks([])
    canvas.finish([WHISKERS * any(not np.isnan(row.lower) for row in rows)])
    return canvas.figure


@house_style()
def dot_interval(
    figures: pd.DataFrame,
    *,
    label: str,
    headline: str,
    subtitle: str,
    source: str,
    focus: str | None = None,
    reference: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
    zero: bool = True,
) -> Figure:
    """Draw a dot an item, and the interval from its lower to its upper limit.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each item, with ``lower`` and ``upper``.
    label, headline, subtitle, source, focus, reference, labels, decimals, suffix
        As in `ranked_bars`.
    zero : bool
        Start the horizontal axis at zero; if not, the chart says so in words.

    Raises
    ------
    ThurrockError
        Two rows for one item, no figure at all, or a focus that is not among the items.
    """
    rows = ranked(figures, label, focus, labels)
    canvas, ax = row_canvas(headline, subtitle, source, [row.name for row in rows], reference)
    for place, row in enumerate(rows):
        colour = FOCUS if row.chosen else tint(INK, 0.7)
        ax.plot([row.lower, row.upper], [place, place], color=colour, linewidth=2.4, gid="interval")
        ax.plot(
            row.value,
            place,
            color=colour,
            marker="o" if row.chosen else "s",
            markersize=8 if row.chosen else 6,
            zorder=4,
            gid="dot",
        )
    _scale(ax, rows, reference, zero)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    texts = [_figure(row, decimals, suffix) + _interval(row, decimals) for row in rows]
    _finish_rows(ax, canvas, rows, texts)
    _references(ax, reference, decimals, suffix)
    canvas.finish([INTERVALS, CUT_AXIS.replace("vertical", "horizontal") * (not zero)])
    return canvas.figure


def _scale(
    ax: Axes, rows: Sequence[Row], reference: Mapping[str, float] | None, zero: bool
) -> None:
    reach = [number for row in rows for number in (row.value, row.lower, row.upper)]
    reach += list((reference or {}).values()) + ([0.0] if zero else [])
    low, high = float(np.nanmin(reach)), float(np.nanmax(reach))
    room = (high - low or 1.0) * 0.03
    ax.set_xlim(low if zero and low == 0 else low - room, high + room)


def _limits(ax: Axes, rows: Sequence[Row], colour: str) -> None:
    for place, row in enumerate(rows):
        if not np.isnan(row.lower + row.upper):
            ax.plot([row.lower, row.upper], [place] * 2, color="white", linewidth=3, zorder=4)
            ax.plot(
                [row.lower, row.upper],
                [place] * 2,
                color=colour,
                linewidth=1.6,
                zorder=4,
                marker="|",
                markersize=8,
                gid="interval",
            )


def _references(
    ax: Axes, reference: Mapping[str, float] | None, decimals: int, suffix: str
) -> None:
    for (name, level), dash in zip(
        (reference or {}).items(), (DASHED, DOTTED, DASHED, DOTTED), strict=False
    ):
        text = f"{name} {values.number(level, decimals, suffix)}"
        drawing.draw_upright(ax, {level: text}, dash, above=True)


def _figure(row: Row, decimals: int, suffix: str) -> str:
    return "" if np.isnan(row.value) else values.number(row.value, decimals, suffix)


def _interval(row: Row, decimals: int) -> str:
    if np.isnan(row.lower + row.upper):
        return ""
    return f" ({values.number(row.lower, decimals)} to {values.number(row.upper, decimals)})"


def _finish_rows(ax: Axes, canvas: Canvas, rows: Sequence[Row], texts: Sequence[str]) -> None:
    for place, row in enumerate(rows):
        if np.isnan(row.value):
            ax.annotate(
                row.status,
                (0, place),
                (4, 0),
                xycoords=ax.get_yaxis_transform(),
                textcoords="offset points",
                va="center_baseline",
                fontsize=SMALL,
                style="italic",
                gid="missing",
                zorder=6,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
    chosen = {place for place, row in enumerate(rows) if row.chosen}
    name_rows(ax, canvas, [row.name for row in rows], texts, chosen)
