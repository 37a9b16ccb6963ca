"""A change split into its parts."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from thurrock_analysis import words
from thurrock_analysis.charts.canvas import Canvas, Captions
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import DUO, FOCUS, INK, SEQUENTIAL
from thurrock_analysis.charts.names import fewest
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.rows import name_rows
from thurrock_analysis.charts.series import Floats
from thurrock_analysis.errors import ThurrockError

STEPS = "Upright marks: totals. Bars: changes, plain for a rise and striped for a fall."


@chart
def bridge(
    start: tuple[str, float],
    parts: Mapping[str, float],
    end: tuple[str, float],
    *,
    headline: str = "",
    subtitle: str = "",
    source: str = "",
    decimals: int | None = None,
    suffix: str = "",
) -> Drawing:
    """Draw how the parts of a change lead from one total to another, a row each.

    The totals are upright marks and only the parts are bars: the length of a bar is the size of
    its change, and the axis can stay close to the totals without making any bar look wrong.

    Parameters
    ----------
    start, end : (str, float)
        Name and size of the total before and after.
    parts : mapping of str to float
        Name and size of each part of the change, negative for a fall.
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    decimals, suffix : int, str
        How to write the figures.

    Raises
    ------
    ThurrockError
        A number is missing, the parts do not add up to the change, or two rows have one name.

    Examples
    --------
    >>> chart = bridge(("2024", 291), {"Unaccompanied": -15, "Others": 4}, ("2025", 280))
    >>> chart.told
    'Chart of a change. 291 (2024), Unaccompanied −15, Others +4, 280 (2025).'
    """
    levels = added_up(start, parts, end)
    if len({start[0], *parts, end[0]}) < len(parts) + 2:
        raise ThurrockError(f"Totals and parts need names of their own: {start[0]}, {end[0]}.")
    if decimals is None:
        decimals = fewest([start[1], *parts.values(), end[1]])
    first, last = (words.typeset(size, decimals, suffix) for _, size in (start, end))
    changes = {name: words.with_sign(part, decimals, suffix) for name, part in parts.items()}
    canvas = Canvas(Captions(headline, subtitle, source))
    ((ax,),) = canvas.grid
    for place, (before, after) in enumerate(zip(levels[:-1], levels[1:], strict=True), start=1):
        _step(ax, place, before, after)
    places = np.arange(len(levels))
    ax.vlines(levels, places, places + 1, color=INK, linewidth=1, gid="join")
    for place, level in ((0, start[1]), (len(levels), end[1])):
        ax.plot([level] * 2, [place - 0.36, place + 0.36], color=FOCUS, linewidth=5, gid="total")
    room = (float(np.ptp(levels)) or 1.0) * 0.12
    ax.set_xlim(float(levels.min()) - room, float(levels.max()) + room)
    name_rows(canvas, {start[0]: first, **changes, end[0]: last}, {0, len(levels)}, [STEPS])
    steps = ", ".join(f"{name} {size}" for name, size in changes.items())
    told = f"{first} ({start[0]}), {steps}, {last} ({end[0]})."
    return canvas.drawing("Chart of a change", told)


def added_up(
    start: tuple[str, float], parts: Mapping[str, float], end: tuple[str, float]
) -> Floats:
    """Return the level after the start and after each part, if they lead to the end."""
    levels = np.cumsum([start[1], *parts.values()], dtype=np.float64)
    if not abs(levels[-1] - end[1]) < 1e-6 * max(1.0, abs(end[1])):
        raise ThurrockError(
            f"The parts of a change must add up: {start[1]:g} and the parts make {levels[-1]:g}, "
            f"not {end[1]:g}."
        )
    return levels


def _step(ax: Axes, place: int, before: float, after: float) -> None:
    fell = after < before
    ax.barh(
        place,
        abs(after - before),
        left=min(before, after),
        height=0.6,
        zorder=3,
        color=DUO[1] if fell else SEQUENTIAL[2],
        hatch="///" if fell else None,
        edgecolor=INK,
    )
