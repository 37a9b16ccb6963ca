"""How many have ended in each way as time goes on: steps with their interval, a panel a way."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis import words
from thurrock_analysis.charts import ends, timeline
from thurrock_analysis.charts.canvas import Captions, Reach
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import FOCUS, MUTED, TICK, TICK_PAD, tint
from thurrock_analysis.charts.measuring import width_of
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.panels import BESIDE, abreast, lay_panels
from thurrock_analysis.errors import ThurrockError

NEEDED = ("time", "value", "low", "high", "way")
APART = {"days": (1, 5, 15, 30, 60, 90, 180), "months": (1, 3, 6, 12, 24, 60)}
"""How far apart times may be labelled, by unit."""
MOST = 5
"""Labels on a time axis, beside that of the start."""
SHADE, DECIMALS = 0.25, 1


@chart
def incidence(
    rows: pd.DataFrame,
    unit: str,
    *,
    headline: str = "",
    subtitle: str = "",
    source: str = "",
) -> Drawing:
    """Draw for each way of ending the share that has ended in it by each time since the start.

    Each way has a panel: its steps in navy over a band, its 95 per cent interval, and those of all
    others in grey, on shared axes.

    Parameters
    ----------
    rows : DataFrame
        Columns ``way``, ``time``, ``value``, ``low`` and ``high`` (per cent): a row a way and time,
        times in order from 0 and the same for all ways, of which there are at most twelve.
    unit : str
        Of time: ``"days"`` or ``"months"``.
    headline, subtitle, source : str
        What the chart says; what it measures; where the figures are from.

    Raises
    ------
    ThurrockError
        No rows, a column missing, another unit, or too many ways.

    Examples
    --------
    >>> rows = {"way": "home", "time": [0, 1, 2], "value": [0.0, 5, 8], "low": [0.0, 3, 5]}
    >>> print(incidence(pd.DataFrame(rows | {"high": [0.0, 8, 12]}), "months").told)
    Step chart, 0 to 2 months since the start. Home: 5.0% by 1 month, 8.0% (5.0 to 12.0) by 2 \
months.
    """
    lacking = [name for name in NEEDED if name not in rows]
    if lacking or rows.empty or unit not in APART:
        raise ThurrockError(
            f"A chart of incidence needs rows with {words.listed(NEEDED)}, and days or months."
        )
    parts = {str(way): part for way, part in rows.groupby("way", sort=False)}
    last = float(rows["time"].max())
    times = _labelled(last, unit)
    canvas, plots = abreast(Captions(headline, subtitle, source), list(parts))
    left, reach = [], []
    for ax, own in zip(plots, parts, strict=True):
        for way, part in parts.items():
            _draw(ax, part, way == own)
        ax.set_xlim(0, last)
        end = parts[own].iloc[-1]
        text = words.typeset(end["value"], DECIMALS, "%")
        label = ends.label(ax, text, (last, end["value"]), BESIDE, off=7)
        right: Reach = (times[-1] / last, width_of(f"{times[-1]:.0f}", TICK) / 2)
        reach.append([*ends.reach(ax, [label]), right])
        left.append(timeline.value_axis(ax, rows[["value", "high"]].max(), True, "%", 4))
    titles = {ax: words.capital(way) for ax, way in zip(plots, parts, strict=True)}
    note = "Grey lines: the other panels, for comparison. " * (len(parts) > 1)
    note += "Band: 95% interval."
    for ax in lay_panels(canvas, titles, left, reach, (TICK_PAD + TICK) / 72, [note]):
        ax.set_xticks(times, [f"{time:.0f}" for time in times])
    return canvas.drawing(
        f"Step chart{'s on one scale' * (len(parts) > 1)}, 0 to {last:g} {unit} since the start",
        *(_told(way, part, times[1:], unit) for way, part in parts.items()),
    )


def _labelled(last: float, unit: str) -> list[float]:
    """Return the times to label, from 0 on."""
    step = next((each for each in APART[unit] if last / each <= MOST), APART[unit][-1])
    return np.arange(0, last + step / 1000, step).tolist()


def _draw(ax: Axes, part: pd.DataFrame, own: bool) -> None:
    time, value = part["time"].to_numpy(), part["value"].to_numpy()
    if not own:
        ax.step(time, value, where="post", color=MUTED, linewidth=1.2, zorder=2, gid="behind")
        return
    low, high = part["low"].to_numpy(), part["high"].to_numpy()
    ax.fill_between(
        time, low, high, step="post", color=tint(FOCUS, SHADE), linewidth=0, zorder=1, gid="band"
    )
    ax.step(time, value, where="post", color=FOCUS, linewidth=1.8, zorder=4, gid="own")


def _told(way: str, part: pd.DataFrame, times: list[float], unit: str) -> str:
    """Say what has ended in a way by each time labelled, and at the last between what."""
    at = part["time"].searchsorted(np.array(times) + 1e-9, side="right") - 1
    said = []
    for time, row in zip(times, part.iloc[at].itertuples(), strict=True):
        between = f" ({words.number(row.low, DECIMALS)} to {words.number(row.high, DECIMALS)})"
        said.append(
            f"{words.typeset(row.value, DECIMALS, '%')}{between * (time == times[-1])} by "
            f"{time:.0f} {unit[:-1] if time == 1 else unit}"
        )
    return f"{words.capital(way)}: {', '.join(said)}."
