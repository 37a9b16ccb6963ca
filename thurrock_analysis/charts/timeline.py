"""What the charts over time share: lines, gaps, marks, breaks and axes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from thurrock_analysis import words
from thurrock_analysis.charts import periods
from thurrock_analysis.charts.canvas import MARGIN, Reach
from thurrock_analysis.charts.look import (
    DPI,
    INK,
    SMALL,
    TICK,
    TICK_PAD,
    WIDE,
    Dash,
    Look,
    sheet,
    tint,
)
from thurrock_analysis.charts.measuring import fitted, width_of
from thurrock_analysis.charts.series import Bundle, Floats, day
from thurrock_analysis.errors import ThurrockError

Moments = Sequence[tuple[str | date | pd.Timestamp, str]]
"""Dates with a short label each."""

RULE = tint(INK, 0.75)
BREAK_DASH: Dash = (0, (4, 3))
EVENT_DASH: Dash = (0, (1, 2))
CUT_AXIS = "The vertical axis does not start at zero."
MOST_PERIODS = 7
"""Labels on a time axis."""
ROW = SMALL * 1.35
"""Height of a row of labels above a plot, in points."""


@dataclass(frozen=True)
class Marks:
    """Upright lines on the time axis: places and labels, and what they mean in words.

    Breaks open the lines; events leave them whole.
    """

    breaks: Mapping[float, str]
    events: Mapping[float, str]
    told: Sequence[str] = ()

    @classmethod
    def of(cls, lines: Bundle, breaks: Moments, events: Moments) -> "Marks":
        """Place breaks and those events that lie within the periods drawn."""
        first, *_, last = (
            lines.slots.values() if len(lines.slots) > 1 else [*lines.slots.values()] * 2
        )
        dated = [(pd.Timestamp(moment), label) for moment, label in events]
        within = [(moment, label) for moment, label in dated if first <= day(moment) <= last]
        told = [f"{label} ({words.month(moment)})" for moment, label in within]
        cut = [f"{label} ({words.month(pd.Timestamp(moment))})" for moment, label in breaks]
        return cls(
            {_halfway(lines, pd.Timestamp(moment), label): label for moment, label in breaks},
            {day(moment): label for moment, label in within},
            [f"Break in the series: {'; '.join(cut)}."] * bool(cut)
            + [f"Marked: {'; '.join(told)}."] * bool(told),
        )

    def draw(self, ax: Axes, named: bool = True, across: int = 1) -> None:
        """Draw every upright line, with its label or without it; so many plots stand abreast."""
        for places, dash in ((self.breaks, BREAK_DASH), (self.events, EVENT_DASH)):
            draw_upright(ax, places if named else dict.fromkeys(places, ""), dash, across=across)


def _halfway(lines: Bundle, first: pd.Timestamp, label: str) -> float:
    """Place a break between the first period on the new basis and the one before."""
    months, x = list(lines.slots), list(lines.slots.values())
    after = [i for i, month in enumerate(months) if month >= first.year * 12 + first.month - 1]
    if not after or after[0] == 0:
        raise ThurrockError(
            f"The break '{label}' at {words.day(first)} does not lie inside the chart's periods."
        )
    return (x[after[0] - 1] + x[after[0]]) / 2


def draw_lines(
    ax: Axes, bundle: Bundle, looks: Mapping[str, Look], cuts: Collection[float], markers: bool
) -> None:
    """Draw every line, open where a figure is missing and where a series breaks."""
    for order, line in enumerate(reversed(bundle.lines)):
        look = looks[line.key]
        x = np.concatenate([line.x, list(cuts)])
        y = np.concatenate([line.y, np.full(len(cuts), np.nan)])
        sequence = np.argsort(x, kind="stable")
        x, y = x[sequence], y[sequence]
        ax.plot(
            x,
            y,
            color=look.colour,
            linestyle=look.dash,
            linewidth=look.width,
            marker=look.marker,
            markersize=(5.5 if look.strong else 4.5) * (1.0 if sheet() == WIDE else 0.75),
            markevery=None if markers else _alone(y),
            zorder=4 if look.strong else 3 + order / 10,
            label=line.name,
            gid=line.key,
        )


def _alone(y: Floats) -> list[int]:
    """Find the figures with a gap on both sides, which a line alone would not show."""
    known = np.concatenate([[False], ~np.isnan(y), [False]])
    return [int(i) for i in np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:])]


def mark_missing(ax: Axes, bundle: Bundle) -> None:
    """Write the mark of each missing figure on the time axis; the note says whose it is."""
    marks: dict[float, set[str]] = {}
    for line in bundle.lines:
        for x, status in zip(line.x, line.status, strict=True):
            if status:
                marks.setdefault(float(x), set()).add(periods.symbol(status))
    for x, found in sorted(marks.items()):
        ax.text(
            x,
            0.015,
            "/".join(sorted(found)),
            transform=ax.get_xaxis_transform(),
            ha="center",
            va="bottom",
            weight="bold",
            fontsize=SMALL,
            gid="missing",
            zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )


def draw_upright(
    ax: Axes, places: Mapping[float, str], dash: Dash, above: bool = False, across: int = 1
) -> None:
    """Draw vertical lines, each labelled in a row of its own above the plot."""
    wide = width_of_figure(ax) / across
    for x, name in places.items():
        ax.axvline(
            x, color=RULE, linestyle=dash, linewidth=1.1, zorder=5 if above else 1, gid="upright"
        )
        if not name:
            continue
        text = fitted(name, wide * 0.8, SMALL)
        top = 3 + ROW * sum(_lines(other) for other in uprights(ax))
        ax.annotate(
            text,
            (x, 1),
            (3, top),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            va="bottom",
            fontsize=SMALL,
            gid="upright",
            zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3},
        )
        # A stub in points carries the line up past the labels of the lower rows.
        ax.plot(
            x,
            1,
            transform=ax.get_xaxis_transform(),
            color=RULE,
            clip_on=False,
            marker=[(0, 0), (0, 1)],
            markersize=2 * (top + SMALL),
            markeredgewidth=1.1,
        )


def width_of_figure(ax: Axes) -> float:
    """Return the width of the figure that a plot is in, in inches."""
    return float(ax.figure.bbox.width) / DPI


def uprights(ax: Axes) -> list[Annotation]:
    """Return the labels of the upright lines."""
    return [
        text for text in ax.texts if isinstance(text, Annotation) and text.get_gid() == "upright"
    ]


def _lines(text: Text) -> int:
    return 1 + text.get_text().count("\n")


def above(ax: Axes) -> float:
    """Return the height of the labels of the upright lines, in points."""
    rows = sum(_lines(text) for text in uprights(ax))
    return max(0.0, ROW * rows - 1)


def place_uprights(ax: Axes, across: int = 1) -> None:
    """Put each label on the side of its line that has more room, inside the figure.

    The plot is the first of those abreast.
    """
    edge = width_of_figure(ax) / across
    for text in uprights(ax):
        wide = max(width_of(line, SMALL) for line in text.get_text().split("\n")) * 72
        at = ax.transData.transform((text.xy[0], 0))[0] * 72 / DPI
        share = (at - ax.bbox.x0 * 72 / DPI) / (ax.bbox.width * 72 / DPI)
        side = -3 - wide if share > 0.55 else 3
        text.xyann = (
            min(max(side, MARGIN * 72 - at), (edge - MARGIN) * 72 - wide - at),
            text.xyann[1],
        )


def span_axis(ax: Axes, bundle: Bundle) -> None:
    """Set the limits of the time axis, with a little room before the first period."""
    pad = 0.35 * bundle.step * 30.4
    ax.set_xlim(min(bundle.slots.values()) - pad, max(bundle.slots.values()) + pad)


def label_periods(ax: Axes, bundle: Bundle) -> None:
    """Label as many periods of a laid-out plot as there is room for, always the last one."""
    style = "{0}" if bundle.annual else "{1:.3}\n{0}"
    latest = max(int(line.months[-1]) for line in bundle.lines)
    grid = [month for month in bundle.slots if (latest - month) % bundle.step == 0]
    room = int(ax.bbox.width / DPI / (1.25 * width_of("2025", TICK)))
    chosen = grid[:: -max(1, -(-len(grid) // max(1, min(MOST_PERIODS, room))))]
    texts = [style.format(month // 12, words.MONTHS[month % 12]) for month in chosen]
    ax.set_xticks([bundle.slots[month] for month in chosen], texts)


def period_reach(ax: Axes, bundle: Bundle) -> Reach:
    """Return what the label of the last period needs at the right."""
    low, high = ax.get_xlim()
    last = max(bundle.slots.values())
    return (last - low) / (high - low), width_of("2025", TICK) / 2


def below(bundle: Bundle) -> float:
    """Return the height of the labels of the time axis, in inches."""
    return (TICK_PAD + TICK * (1.0 if bundle.annual else 2.4)) / 72


def value_axis(
    ax: Axes, known: Sequence[float] | Floats, zero: bool, suffix: str, ticks: int = 5
) -> float:
    """Scale and label the vertical axis; return the width of its labels, in inches."""
    low, high = float(min(known)), float(max(known))
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low or abs(high) or 1.0) * 0.08
    bottom, top = low if zero and low == 0 else low - room, high + room
    ax.set_ylim(bottom, top)
    locator = MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10])
    ax.yaxis.set_major_locator(locator)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, suffix)))
    if low < 0:
        ax.axhline(0, color=RULE, linewidth=1, zorder=1)
    shown = [level for level in locator.tick_values(bottom, top) if bottom <= level <= top]
    return max(width_of(_tick(level, suffix), TICK) for level in shown) + 3.5 / 72


def _tick(value: float, suffix: str) -> str:
    decimals = next(n for n in range(4) if n == 3 or abs(value - round(value, n)) < 1e-9)
    return words.typeset(value, decimals, suffix)


def draw_level(ax: Axes, level: float) -> None:
    """Draw a level across the plot; its name stands among the names at the ends of the lines."""
    ax.axhline(level, color=RULE, linewidth=1.1, linestyle=EVENT_DASH, zorder=1, gid="level")
