"""What the charts with one row an item share: their order, names and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis.charts import values
from thurrock_analysis.charts.canvas import Canvas
from thurrock_analysis.charts.ends import wrapped
from thurrock_analysis.charts.look import FOCUS, INK, SMALL, TEXT
from thurrock_analysis.errors import ThurrockError

NAME_WIDTH = 22
"""Characters of a name on one line."""


@dataclass(frozen=True)
class Row:
    """One item: its name, figure and interval, and why there is no figure."""

    name: str
    value: float
    lower: float
    upper: float
    status: str
    chosen: bool


def ranked(
    figures: pd.DataFrame, label: str, focus: str | None, labels: Mapping[str, str] | None
) -> list[Row]:
    """Return the rows from the highest to the lowest, those without a figure last.

    Raises
    ------
    ThurrockError
        Two rows for one item or of one name, no figure at all, or a focus that is not an item.
    """
    for column in (label, "value"):
        if column not in figures.columns:
            raise ThurrockError(f"A chart by {label} needs the column {column}: it has none.")
    if figures["value"].notna().sum() == 0:
        raise ThurrockError(f"A chart by {label} needs at least one figure: it was given none.")
    twice = figures[label].duplicated()
    if twice.any():
        name = figures.loc[twice, label].iloc[0]
        raise ThurrockError(f"There are two figures for {name}: keep one period and release.")
    if focus is not None and not figures[label].eq(focus).any():
        raise ThurrockError(f"{focus} is the focus of the chart but has no row in it.")
    table = figures.reindex(columns=[label, "value", "lower", "upper", "status"])
    rows = [
        Row(
            (labels or {}).get(str(key), str(key)),
            float(value),
            float(lower),
            float(upper),
            (str(status) if pd.notna(status) and status else values.NO_FIGURE),
            key == focus,
        )
        for key, value, lower, upper, status in table.itertuples(index=False)
    ]
    names = [row.name for row in rows]
    if len(set(names)) < len(names):
        raise ThurrockError(f"Every {label} needs its own name: {', '.join(names)} repeat one.")
    known = sorted((r for r in rows if not np.isnan(r.value)), key=lambda r: (-r.value, r.name))
    return known + sorted((r for r in rows if np.isnan(r.value)), key=lambda r: r.name)


def row_canvas(
    headline: str,
    subtitle: str,
    source: str,
    names: Sequence[str],
    reference: Mapping[str, float] | None,
) -> tuple[Canvas, Axes]:
    """Return a canvas with room for a row an item and a line a reference, and its axes."""
    lines = 1 + max(wrapped(name, NAME_WIDTH).count("\n") for name in names)
    canvas = Canvas(
        headline,
        subtitle,
        source,
        plot=0.25 + max(0.31, 0.19 * lines) * len(names) + 0.22 * len(reference or {}),
    )
    return canvas, canvas.axes()


def name_rows(
    ax: Axes, canvas: Canvas, names: Sequence[str], texts: Sequence[str], strong: set[int]
) -> None:
    """Write each item's name at the left of its row and its figure at the right."""
    ax.set(xlabel="", ylabel="", ylim=(len(names) - 0.45, -0.55))
    ax.set_yticks(range(len(names)), [wrapped(name, NAME_WIDTH) for name in names])
    ax.grid(visible=False)
    ax.spines["left"].set_visible(True)
    ax.spines["bottom"].set_visible(False)
    wide = max(canvas.width_of(text, TEXT * 1.08) for text in texts) + 4
    for place, (tick, text) in enumerate(zip(ax.get_yticklabels(), texts, strict=True)):
        weight = "bold" if place in strong else "normal"
        tick.set(fontweight=weight, fontsize=SMALL if "\n" in tick.get_text() else TEXT)
        ax.annotate(
            text,
            (1, place),
            (wide, 0),
            xycoords=ax.get_yaxis_transform(),
            weight=weight,
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            gid="figure",
            color=FOCUS if place in strong else INK,
        )
