"""Figures beside the range that each would ordinarily lie in."""

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.charts import timeline
from thurrock_analysis.charts.canvas import Canvas, Captions
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import DASHED, FOCUS, OTHERS
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.rows import name_rows
from thurrock_analysis.errors import ThurrockError

GROUND = OTHERS
"""Of the ranges: the marks on them have a white edge."""


@chart
def ranges(
    rows: pd.DataFrame,
    level: tuple[str, float],
    *,
    headline: str = "",
    subtitle: str = "",
    source: str = "",
    range_name: str = "ordinary range",
    decimals: int = 2,
) -> Drawing:
    """Draw each figure as a mark over the bar of its range, in the order given, from zero.

    A mark outside its range is a square and its figure bold; inside, it is a circle.

    Parameters
    ----------
    rows : DataFrame
        Columns ``name``, ``value``, ``low`` and ``high``, a row each; without a value only the
        range is drawn.
    level : (str, float)
        A line across all rows, and what it is called.
    headline, subtitle, source : str
        What the chart says; what it measures; where the figures are from.
    range_name : str
        What a bar is.
    decimals : int
        How to write the figures.

    Raises
    ------
    ThurrockError
        There is no row, two have one name, or a range is missing or upside down.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["Plans"], "value": [0.4], "low": [0.5], "high": [1.7]})
    >>> ranges(rows, ("as expected", 1)).told
    'Chart of ranges. Plans 0.40, below its ordinary range (0.50 to 1.70). Line: as expected 1.00.'
    """
    names = [str(name) for name in rows["name"]]
    if not names or len(set(names)) < len(names) or not (rows["low"] <= rows["high"]).all():
        raise ThurrockError("A chart of ranges needs rows with names of their own, low to high.")
    value, low, high = (rows[column].to_numpy(dtype=float) for column in ("value", "low", "high"))
    outside = (value < low) | (value > high)
    canvas = Canvas(Captions(headline, subtitle, source))
    ((ax,),) = canvas.grid
    places = np.arange(len(names))
    ax.barh(places, high - low, left=low, height=0.5, color=GROUND, zorder=2)
    for chosen, marker in ((~outside, "o"), (outside, "s")):
        ax.plot(value[chosen], places[chosen], marker, color=FOCUS, markersize=10, zorder=6,
                markeredgecolor="white", markeredgewidth=1.2)  # fmt: skip
    top = np.nanmax([level[1], *high, *value])
    ax.set_xlim(min(0.0, float(np.nanmin([*low, *value]))), float(top) * 1.03)
    called = f"{level[0]} {words.number(level[1], decimals)}"
    timeline.draw_upright(ax, {level[1]: called}, DASHED, above=True)
    texts = {
        name: "" if np.isnan(size) else words.typeset(size, decimals)
        for name, size in zip(names, value, strict=True)
    }
    note = f"Bars: {range_name}. Square marks lie outside it, circles inside."
    name_rows(canvas, texts, set(np.flatnonzero(outside).tolist()), [note])
    told = [
        f"{name} {texts[name] or 'no figure'}, {_beside(size, least, most)} {range_name} "
        f"({words.number(least, decimals)} to {words.number(most, decimals)})"
        for name, size, least, most in zip(names, value, low, high, strict=True)
    ]
    return canvas.drawing("Chart of ranges", f"{'; '.join(told)}.", f"Line: {called}.")


def _beside(size: float, low: float, high: float) -> str:
    if np.isnan(size):
        return "with the"
    return f"{'below' if size < low else 'above' if size > high else 'inside'} its"
