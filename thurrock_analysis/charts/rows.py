"""What the charts with one row an item share: their room, names and figures."""

from collections.abc import Mapping, Sequence

from thurrock_analysis.charts import timeline
from thurrock_analysis.charts.canvas import Canvas, Room
from thurrock_analysis.charts.ends import wrapped
from thurrock_analysis.charts.look import FOCUS, INK, SMALL, TEXT
from thurrock_analysis.charts.measuring import width_of

TALL = 0.27
"""Inches of a row."""
NAMED = 4.0
"""Characters of a name on one line, for each inch of the chart."""


def name_rows(
    canvas: Canvas, texts: Mapping[str, str], strong: set[int], notes: Sequence[str]
) -> None:
    """Write each item's name at the left of its row and its figure at the right; lay all out."""
    ((ax,),) = canvas.grid
    names = [wrapped(name, round(canvas.width * NAMED)) for name in texts]
    ax.set(xlabel="", ylabel="", ylim=(len(names) - 0.45, -0.55))
    ax.set_yticks(range(len(names)), names)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    weights = ["bold" if place in strong else "normal" for place in range(len(names))]
    sizes = [SMALL if "\n" in name else TEXT for name in names]
    for tick, weight, size in zip(ax.get_yticklabels(), weights, sizes, strict=True):
        tick.set(fontweight=weight, fontsize=size)
    figures = list(texts.values())
    wide = max(map(width_of, figures, [TEXT] * len(names), weights)) + 4 / 72
    for place, (text, weight) in enumerate(zip(figures, weights, strict=True)):
        ax.annotate(
            text,
            (1, place),
            (wide * 72, 0),
            xycoords=ax.get_yaxis_transform(),
            weight=weight,
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            gid="figure",
            color=FOCUS if place in strong else INK,
        )
    left = 3.5 / 72 + max(
        width_of(line, size, weight)
        for name, size, weight in zip(names, sizes, weights, strict=True)
        for line in name.split("\n")
    )
    lines = 1 + max(name.count("\n") for name in names)
    top = timeline.above(ax) / 72
    plot = 0.25 + max(TALL, 0.19 * lines) * len(names) + top
    canvas.lay_out(Room(plot, [left], [[(1.0, wide)]], [top], [0.0]), notes)
    timeline.place_uprights(ax)
