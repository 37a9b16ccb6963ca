"""What the charts over time share: lines, gaps, marks, breaks and axes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from thurrock_analysis.charts import values
from thurrock_analysis.charts.look import INK, SMALL, Dash, Look, tint
from thurrock_analysis.charts.series import Bundle, Floats, day
from thurrock_analysis.errors import ThurrockError

Moments = Sequence[tuple[str | date | pd.Timestamp, str]]
"""Dates with a short label each."""

RULE = tint(INK, 0.75)
BREAK_DASH: Dash = (0, (4, 3))
EVENT_DASH: Dash = (0, (1, 2))


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
            markersize=5.5 if look.strong else 4.5,
            markevery=None if markers else _alone(y),
            zorder=4 if look.strong else 3 + order / 10,
            label=line.name,
            gid=line.key,
        )


def _alone(y: Floats) -> list[int]:
    """Find the figures with a gap on both sides, which a line alone would not show."""
    known = np.concatenate([[False], ~np.isnan(y), [False]])
    return [int(i) for i in np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:])]


def draw_first_published(ax: Axes, now: Bundle, first: Bundle, looks: Mapping[str, Look]) -> int:
    """Draw a hollow marker where a figure was first published as another; return how many."""
    drawn = 0
    for old in first.lines:
        line = next((line for line in now.lines if line.key == old.key), None)
        if line is None:
            raise ThurrockError(f"{old.name} has first-published figures but no line in the chart.")
        latest = dict(zip(line.months.tolist(), line.y.tolist(), strict=True))
        for month, x, y in zip(old.months.tolist(), old.x, old.y, strict=True):
            if np.isnan(y) or latest.get(month) == y:
                continue
            look = looks[old.key]
            ax.plot([x, x], [y, latest.get(month, np.nan)], color=look.colour, linewidth=1)
            ax.plot(
                x,
                y,
                color=look.colour,
                marker=look.marker,
                markersize=7.5,
                markerfacecolor="white",
                markeredgewidth=1.6,
                linestyle="none",
                zorder=5,
                gid="first published",
            )
            drawn += 1
    return drawn


def mark_missing(ax: Axes, bundle: Bundle) -> None:
    """Write the mark of each missing figure on the time axis; the note says whose it is."""
    marks = {
        (x, values.symbol(status))
        for line in bundle.lines
        for x, status in zip(line.x, line.status, strict=True)
        if status
    }
    at = ax.get_xaxis_transform()
    for x, mark in sorted(marks):
        together = "/".join(sorted(other for place, other in marks if place == x))
        if mark == together[: len(mark)]:
            ax.text(
                x,
                0.015,
                together,
                transform=at,
                ha="center",
                va="bottom",
                weight="bold",
                fontsize=SMALL,
                gid="missing",
                zorder=6,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )


def cut_places(bundle: Bundle, breaks: Moments) -> dict[float, str]:
    """Place each break halfway between the first period on the new basis and the one before."""
    months, x = list(bundle.slots), list(bundle.slots.values())
    places = {}
    for moment, label in breaks:
        first = pd.Timestamp(moment)
        after = [i for i, month in enumerate(months) if month >= first.year * 12 + first.month - 1]
        if not after or after[0] == 0:
            raise ThurrockError(
                f"The break '{label}' at {first:%d %B %Y} does not lie inside the chart's periods."
            )
        places[(x[after[0] - 1] + x[after[0]]) / 2] = label
    return places


def draw_upright(ax: Axes, places: Mapping[float, str], dash: Dash, above: bool = False) -> None:
    """Draw vertical lines, each labelled in a row of its own above the plot.

    Parameters
    ----------
    places : mapping of float to str
        Where on the horizontal axis, and what to write.
    above : bool
        Draw the lines over the other shapes rather than behind them.
    """
    row = sum(text.get_gid() == "upright" for text in ax.texts)
    low, high = ax.get_xlim()
    for up, (x, name) in enumerate(places.items(), start=row):
        top = 3 + up * SMALL * 1.35
        right = (x - low) / (high - low) > 0.55
        ax.axvline(
            x, color=RULE, linestyle=dash, linewidth=1.1, zorder=5 if above else 1, gid="upright"
        )
        ax.annotate(
            name,
            (x, 1),
            (-3 if right else 3, top),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom",
            fontsize=SMALL,
            gid="upright",
            zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3},
        )
        if name:
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


def time_axis(ax: Axes, bundle: Bundle, labels: int = 7) -> None:
    """Label as many periods as there is room for, always the last one."""
    latest = max(bundle.lines, key=lambda line: line.months[-1])
    grid = [m for m in bundle.slots if (int(latest.months[-1]) - m) % bundle.step == 0]
    every = -(-len(grid) // labels)
    chosen = grid[::-1][::every]
    style = "%Y" if bundle.annual else "%b\n%Y"
    ax.set_xticks(
        [bundle.slots[m] for m in chosen],
        [pd.Timestamp(m // 12, m % 12 + 1, 1).strftime(style) for m in chosen],
    )
    ax.set_xticks(list(bundle.slots.values()), minor=True)
    pad = 0.35 * bundle.step * 30.4
    ax.set_xlim(min(bundle.slots.values()) - pad, max(bundle.slots.values()) + pad)


def value_axis(ax: Axes, known: Floats, zero: bool, suffix: str, ticks: int = 5) -> None:
    """Scale and label the vertical axis, from zero unless told otherwise."""
    low, high = float(known.min()), float(known.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low or abs(high) or 1.0) * 0.08
    ax.set_ylim(low if zero and low == 0 else low - room, high + room)
    ax.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, suffix)))
    if low < 0:
        ax.axhline(0, color=RULE, linewidth=1, zorder=1)


def _tick(value: float, suffix: str) -> str:
    decimals = next(n for n in range(4) if n == 3 or abs(value - round(value, n)) < 1e-9)
    return values.number(value, decimals, suffix)


def dates(moments: Moments) -> dict[float, str]:
    """Place dates on the time axis."""
    return {day(pd.Timestamp(moment)): label for moment, label in moments}


def draw_level(ax: Axes, level: float) -> None:
    """Draw a level across the plot; its name stands among the names at the ends of the lines."""
    ax.axhline(level, color=RULE, linewidth=1.1, linestyle=EVENT_DASH, zorder=1, gid="level")


def levels(bundles: Sequence[Bundle], more: Sequence[float] = ()) -> Floats:
    """Return every number that the vertical axis has to show."""
    drawn = np.concatenate(
        [line.y for each in bundles for line in each.lines] + [np.asarray(more, float)]
    )
    known: Floats = drawn[~np.isnan(drawn)]
    return known
