"""Items in order of size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thurrock_analysis.charts import periods, timeline
from thurrock_analysis.charts.canvas import Canvas, Captions
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import (
    DASHED,
    DOTTED,
    FOCUS,
    INK,
    OTHERS,
    SMALL,
)
from thurrock_analysis.charts.names import Names, Style
from thurrock_analysis.charts.options import chart
from thurrock_analysis.charts.rows import name_rows
from thurrock_analysis.charts.series import check, distinct
from thurrock_analysis.errors import ThurrockError

WHISKERS = "Thin bars show the interval around each figure."


@dataclass(frozen=True)
class Row:
    """One item: its name, figure and interval, and why there is no figure."""

    name: str
    value: float
    lower: float
    upper: float
    status: str
    chosen: bool

    @property
    def limits(self) -> tuple[float, ...]:
        """The lower and the upper limit, if it has both."""
        found = (self.lower, self.upper)
        return found if not np.isnan(found).any() else ()

    def told(self, style: Style) -> str:
        """Write its name, figure and limits."""
        limits = " to ".join(Style(style.decimals).write(limit) for limit in self.limits)
        return f"{self.name} {style.write(self.value)}" + f" ({limits})" * bool(limits)


@chart
def ranked_bars(
    figures: pd.DataFrame,
    by: str,
    *,
    focus: str | None = None,
    headline: str = "",
    subtitle: str | None = None,
    source: str | None = None,
    reference: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int | None = None,
    suffix: str | None = None,
) -> Drawing:
    """Draw a bar an item from the highest to the lowest, always from zero.

    An item without a figure is a row with its reason in words. Limits in the columns ``lower``
    and ``upper``, where there are any, are drawn over the bars.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each item.
    by : str
        Column whose values are the items.
    focus : str, optional
        The item to draw in navy among grey ones.
    reference : mapping of str to float, optional
        Levels to draw across the bars, such as England, by name.
    headline, subtitle, source, labels, decimals, suffix
        As in `trend`.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["Bexley", "Thurrock"], "value": [430.2, 407.4]})
    >>> ranked_bars(rows, "area", reference={"England": 519.4}).told
    'Bar chart, highest first. Bexley 430.2; Thurrock 407.4. For comparison: England 519.4.'
    """
    names = Names(labels, decimals, suffix)
    focus = names.meant(by, figures, focus)
    rows, style = ranked(figures, by, focus, names), names.style(figures)
    known = [row for row in rows if not np.isnan(row.value)]
    levels = {f"{k} {style.write(v)}": v for k, v in (reference or {}).items() if v == v}
    canvas = Canvas(Captions.of(figures, headline, subtitle, source))
    ((ax,),) = canvas.grid
    ax.barh(
        range(len(known)),
        [row.value for row in known],
        height=0.72,
        color=[FOCUS if row.chosen else OTHERS for row in known],
        edgecolor="white",
    )
    _limits(ax, rows)
    _scale(ax, rows, levels.values())
    _reasons(ax, rows)
    ax.spines["left"].set_visible(True)
    for (text, level), dash in zip(levels.items(), (DASHED, DOTTED) * len(levels), strict=False):
        timeline.draw_upright(ax, {level: text}, dash, above=True)
    chosen = {place for place, row in enumerate(rows) if row.chosen}
    texts = {row.name: style.write(row.value) if row in known else "" for row in rows}
    name_rows(canvas, texts, chosen, [WHISKERS * any(row.limits for row in rows)])
    return canvas.drawing(
        "Bar chart, highest first",
        "; ".join(row.told(style) for row in known) + ".",
        *(f"{row.name} is {_place(row, known)} from the top." for row in known if row.chosen),
        f"For comparison: {'; '.join(levels)}." * bool(levels),
        *(f"{row.name}: {row.status}." for row in rows if row not in known),
    )


def ranked(figures: pd.DataFrame, by: str, focus: str | None, names: Names) -> list[Row]:
    """Return the rows from the highest to the lowest, those without a figure last."""
    check(figures, by, "value")
    twice = figures[by].duplicated()
    if twice.any():
        name = figures.loc[twice, by].iloc[0]
        raise ThurrockError(f"There are two figures for {name}: keep one period and release.")
    if focus is not None and not figures[by].eq(focus).any():
        raise ThurrockError(f"{focus} is the focus of the chart but has no row in it.")
    called = distinct(by, names.called(by, figures[by].astype("str")))
    table = figures.reindex(columns=[by, "value", "lower", "upper", "status"])
    rows = [
        Row(
            called[str(key)],
            float(value),
            float(lower),
            float(upper),
            str(status) if pd.notna(status) and status else periods.NO_FIGURE,
            key == focus,
        )
        for key, value, lower, upper, status in table.itertuples(index=False)
    ]
    return sorted(rows, key=lambda row: (np.isnan(row.value), -np.nan_to_num(row.value), row.name))


def _place(row: Row, known: Sequence[Row]) -> str:
    above = sum(other.value > row.value for other in known)
    alike = sum(other.value == row.value for other in known) > 1
    return f"{'joint ' * alike}number {above + 1} of {len(known)}"


def _scale(ax: Axes, rows: Sequence[Row], levels: Iterable[float]) -> None:
    reach = [0.0, *levels, *(n for row in rows for n in (row.value, *row.limits))]
    low, high = float(np.nanmin(reach)), float(np.nanmax(reach))
    room = (high - low or 1.0) * 0.03
    ax.set_xlim(low - room * (low < 0), high + room)


def _limits(ax: Axes, rows: Sequence[Row]) -> None:
    for place, row in enumerate(rows):
        if row.limits:
            at = [place] * 2
            ax.plot(row.limits, at, color="white", linewidth=3, zorder=4)
            ax.plot(
                row.limits,
                at,
                color=INK,
                linewidth=1.6,
                zorder=4,
                marker="|",
                markersize=8,
                gid="interval",
            )


def _reasons(ax: Axes, rows: Sequence[Row]) -> None:
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
