"""A control chart: points in grey, their mean and limits, and in colour only what is a signal."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis import words
from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import BETWEEN, Canvas, Captions, Room
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.lines import ALONE
from thurrock_analysis.charts.look import DPI, FOCUS, GREYS, TICK, TICK_PAD, sheet
from thurrock_analysis.charts.measuring import width_of
from thurrock_analysis.charts.names import Names, Style
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.series import day
from thurrock_analysis.charts.timeline import BREAK_DASH, CUT_AXIS, EVENT_DASH, RULE, Moments
from thurrock_analysis.errors import ThurrockError

GREY = GREYS["light grey"]
SHAPES = {1.0: "^", -1.0: "v"}
"""The marks of a signal above and below the mean."""
NOTE = "Triangles: signals, above the mean pointing up and below it pointing down."
NONE = "No point is a signal."
TOO_FEW = "No mean and limits: there are too few points."


@chart
def control(
    points: pd.DataFrame,
    *,
    name: str,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    breaks: Moments = (),
    decimals: int | None = None,
    suffix: str | None = None,
    zero: bool = False,
) -> Drawing:
    """Draw a series with its mean and limits, and the points that a rule marks.

    Parameters
    ----------
    points : DataFrame
        A row a period, in order: ``period_end``, ``value`` (missing in a gap), ``centre``,
        ``low``, ``high`` (missing where there are none) and ``signal`` (``""`` for none).
    name : str
        What the points are.
    headline, subtitle, source, decimals, suffix, zero
        As in `trend`.
    breaks : sequence of (date, str)
        First period on a new basis, and a short label: no line is drawn across, and limits differ.

    Raises
    ------
    ThurrockError
        There is no figure.

    Examples
    --------
    >>> ends = pd.date_range("2025-01-31", periods=4, freq="ME")
    >>> rows = pd.DataFrame({"period_end": ends, "value": [9.0, 11.0, 10.0, 20.0]})
    >>> rows = rows.assign(centre=10.0, low=5.0, high=15.0, signal=["", "", "", "outside"])
    >>> print(control(rows, name="Referrals").told)
    Control chart, January 2025 to April 2025. Referrals: 4 figures, 1 of them a signal: 20 in \
April 2025. Mean 10, limits 5 and 15.
    """
    if points["value"].notna().sum() == 0:
        raise ThurrockError("A control chart needs at least one figure: it was given none.")
    style = Names(None, decimals, suffix).style(points)
    canvas = Canvas(Captions.of(points, headline, subtitle, source))
    ((ax,),) = canvas.grid
    x = np.array([day(end) for end in points["period_end"]])
    step = float(np.median(np.diff(x))) if len(x) > 1 else 30.0
    ax.set_xlim(x[0] - step, x[-1] + step)
    parts = _parts(points, breaks)
    for part in parts:
        rows = points.iloc[part]
        ax.plot(
            x[part], rows["value"], color=GREY.colour, linewidth=GREY.width, marker="o",
            markersize=3.5, zorder=3, gid="points",
        )  # fmt: skip
        span = [x[part][0] - step / 2, x[part][-1] + step / 2]
        for side, dash in (("centre", "-"), ("low", BREAK_DASH), ("high", BREAK_DASH)):
            level = rows[side].iloc[0]
            ax.plot(span, [level, level], color=RULE, linewidth=1.1, linestyle=dash, zorder=2)
    marked = points["signal"].ne("").to_numpy()
    side = np.sign(points["value"] - points["centre"]).to_numpy()
    for way, shape in SHAPES.items():
        at = marked & (np.where(side == 0, 1.0, side) == way)
        ax.plot(
            x[at], points["value"].to_numpy()[at], color=FOCUS, marker=shape, linestyle="",
            markersize=8 if sheet() > 5 else 6.5, zorder=5, gid="signal",
        )  # fmt: skip
    known = points[["value", "low", "high"]].to_numpy("float64")
    left = timeline.value_axis(ax, known[~np.isnan(known)], zero, style.suffix)
    begun = [x[part[0]] - step / 2 for part in parts[1:]]
    labels = _labels(points, breaks)
    timeline.draw_upright(ax, dict(zip(begun, labels, strict=True)), EVENT_DASH)
    named = _named(ax, points, x, style)
    top, bottom = timeline.above(ax) / 72, TICK_PAD / 72 + TICK * 2.4 / 72
    plot = max(ALONE, top + bottom + ends.height(named) + 2 * BETWEEN)
    low, high = ax.get_xlim()
    last = ((x[-1] - low) / (high - low), width_of("2025", TICK) / 2)
    bounded = points["low"].notna().any()
    notes = [NOTE if marked.any() else NONE if bounded else TOO_FEW]
    notes += ["A gap in the line: no figure is held."] * bool(points["value"].isna().any())
    notes += [CUT_AXIS] * bool(not zero and ax.get_ylim()[0] > 0)
    canvas.lay_out(Room(plot, [left], [[*ends.reach(ax, named), last]], [top], [bottom]), notes)
    _label_periods(ax, points["period_end"], x)
    timeline.place_uprights(ax)
    ends.place(canvas, ax, named)
    return canvas.drawing(f"Control chart, {_reach(points)}", *_told(points, parts, name, style))


def _parts(points: pd.DataFrame, breaks: Moments) -> list[np.ndarray]:
    """Return the positions of the periods between breaks."""
    cuts = [int(points["period_end"].searchsorted(pd.Timestamp(at))) for at, _ in breaks]
    return [part for part in np.split(np.arange(len(points)), sorted(cuts)) if len(part)]


def _labels(points: pd.DataFrame, breaks: Moments) -> list[str]:
    """Return the labels of the breaks that lie inside the periods, in order."""
    inside = points["period_end"]
    dated = sorted((pd.Timestamp(at), label) for at, label in breaks)
    return [label for at, label in dated if inside.iloc[0] < at <= inside.iloc[-1]]


def _named(ax: Axes, points: pd.DataFrame, x: np.ndarray, style: Style) -> list[ends.Label]:
    """Write what the mean and the limits of the newest periods are at the right."""
    last = points.iloc[-1]
    said = {"high": "Upper limit", "centre": "Mean", "low": "Lower limit"}
    return [
        ends.label(ax, ends.named(text, style.write(last[side])), (x[-1], float(last[side])))
        for side, text in said.items()
        if pd.notna(last[side])
    ] or [
        ends.label(ax, style.write(row.value), (at, float(row.value)))
        for at, row in [*zip(x, points.itertuples(), strict=True)][-1:]
        if pd.notna(row.value)
    ]


def _label_periods(ax: Axes, period_ends: pd.Series, x: np.ndarray) -> None:
    """Label as many months as there is room for, always the last."""
    months = period_ends.dt.to_period("M")
    last = np.flatnonzero(~months.duplicated(keep="last"))
    room = int(ax.bbox.width / DPI / (1.25 * width_of("2025", TICK)))
    most = max(1, min(timeline.MOST_PERIODS, room))
    chosen = last[:: -max(1, -(-len(last) // most))]
    texts = [f"{words.MONTHS[m.month - 1]:.3}\n{m.year}" for m in months.iloc[chosen]]
    ax.set_xticks(x[chosen], texts)


def _period(end: pd.Timestamp, points: pd.DataFrame) -> str:
    weekly = points["period_end"].diff().median() < pd.Timedelta(days=15)
    return f"the week to {words.day(end)}" if weekly else words.month(end)


def _reach(points: pd.DataFrame) -> str:
    first, last = points["period_end"].iloc[[0, -1]]
    return f"{_period(first, points)} to {_period(last, points)}"


def _told(points: pd.DataFrame, parts: Sequence[np.ndarray], name: str, style: Style) -> list[str]:
    marked = points[points["signal"].ne("")]
    each = [f"{style.write(row.value)} in {_period(row.period_end, points)}"
            for row in marked.itertuples()]  # fmt: skip
    found = f", {len(each)} of them a signal: {'; '.join(each)}" if each else ", none a signal"
    lines = [f"{name}: {points['value'].notna().sum()} figures{found}."]
    for part in parts:
        row = points.iloc[part[0]]
        since = f" from {_period(row['period_end'], points)} on" if len(parts) > 1 else ""
        if pd.notna(row["low"]):
            low, mid, high = (style.write(row[side]) for side in ("low", "centre", "high"))
            lines.append(f"Mean {mid}, limits {low} and {high}{since}.")
        else:
            lines.append(f"No limits{since}.")
    return lines
