"""What a total is made of, year by year."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thurrock_analysis.charts import drawing, ends, values
from thurrock_analysis.charts.canvas import Canvas
from thurrock_analysis.charts.look import (
    CATEGORICAL,
    MAX_SERIES,
    MUTED,
    SMALL,
    house_style,
    text_on,
)
from thurrock_analysis.charts.series import Bundle, Floats, bundle
from thurrock_analysis.errors import ThurrockError

OTHER = "Other"


def shares(
    figures: pd.DataFrame, by: str, labels: Mapping[str, str] | None = None, keep: int = MAX_SERIES
) -> tuple[Bundle, dict[str, Floats]]:
    """Return the share of each of the largest groups and of all the others together.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, one for each group and period; the groups of a period make up its total.
    by : str
        Column whose values are the groups.
    labels : mapping of str to str, optional
        What to call a group.
    keep : int
        How many groups to keep apart: the largest in the latest period.

    Returns
    -------
    Bundle, dict of str to array
        The groups, and by name, the largest first, their shares in per cent in each period. A
        period in which any group has no figure has no shares: the total is not known.

    Raises
    ------
    ThurrockError
        No figures, two for one group and period, a negative one, or no period that is complete.

    Examples
    --------
    >>> ends = pd.to_datetime(["2024-03-31"] * 2)
    >>> rows = pd.DataFrame({"group": ["neglect", "other"], "period_end": ends, "value": [30, 10]})
    >>> {name: share.tolist() for name, share in shares(rows, "group")[1].items()}
    {'neglect': [75.0], 'other': [25.0]}
    """
    groups = bundle(_completed(figures, by), by, labels)
    slots = list(groups.slots)
    table = pd.DataFrame(
        {line.name: pd.Series(line.y, index=line.months) for line in groups.lines}, index=slots
    )
    if (table < 0).any(axis=None):
        raise ThurrockError(f"Shares by {by} need figures of zero or more: one is negative.")
    total = table.sum(axis=1, skipna=False)
    if not (total > 0).any():
        raise ThurrockError(f"Shares by {by} need a period in which every group has a figure.")
    percent = table.div(total.where(total > 0), axis=0) * 100
    order = list(percent.dropna().iloc[-1].sort_values(ascending=False, kind="stable").index)
    # A group that is itself called other joins the rest, wherever it ranks.
    apart = [name for name in order if len(order) <= keep or name.lower() != "other"][:keep]
    kept = {name: percent[name].to_numpy() for name in apart}
    rest = [name for name in order if name not in apart]
    if rest:
        kept[OTHER] = percent[rest].sum(axis=1, skipna=False).to_numpy()
    return groups, kept


def _completed(figures: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add a row without a figure for each group and period that has none."""
    key = [by, "period_end"]
    every = pd.MultiIndex.from_product([figures[name].unique() for name in key], names=key)
    return every.to_frame(index=False).merge(figures, how="left", on=key)


@house_style()
def stacked_share(
    figures: pd.DataFrame,
    *,
    by: str,
    headline: str,
    subtitle: str,
    source: str,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a column a period that shows what its total is made of, in per cent.

    The four largest groups of the latest complete period are kept apart, the largest at the
    bottom, and the others are drawn together. The first column has its shares written on it, the
    last beside it. A period in which a group has no figure stays empty: its total is not known.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows, counts or percentages, one for each group and period; together the groups of a
        period are its total.
    by : str
        Column whose values are the groups.
    headline, subtitle, source, labels
        As in `trend`.

    Raises
    ------
    ThurrockError
        No figures, two for one group and period, a negative one, or no period that is complete.
    """
    groups, percent = shares(figures, by, labels)
    canvas = Canvas(headline, subtitle, source, plot=3.3)
    ax = canvas.axes()
    drawing.time_axis(ax, groups)
    x = np.array(list(groups.slots.values()))
    complete = np.flatnonzero(~np.isnan(next(iter(percent.values()))))
    floor, names = np.zeros(len(x)), []
    colours = (*CATEGORICAL[:MAX_SERIES], MUTED)
    wide = 0.78 * 30.4 * groups.step
    last = complete[-1]
    for (name, share), colour in zip(percent.items(), colours, strict=False):
        colour = MUTED if name == OTHER else colour
        ax.bar(
            x[complete],
            share[complete],
            wide,
            floor[complete],
            color=colour,
            edgecolor="white",
            linewidth=1.2,
            label=name,
            zorder=3,
        )
        _write_share(ax, x[complete[0]], floor[complete[0]], share[complete[0]], colour)
        end = (x[last] + wide / 2, floor[last] + share[last] / 2)
        names.append(ends.label(ax, ends.named(name, values.number(share[last], 0, "%")), end))
        floor = floor + share
    ax.set_ylim(0, 100)
    ax.set_yticks(range(0, 101, 25), [f"{level}%" for level in range(0, 101, 25)])
    drawing.mark_missing(ax, groups)
    canvas.finish(values.explained(groups.missing()))
    ends.place_end_labels(ax, names)
    return canvas.figure


def _write_share(ax: Axes, x: float, floor: float, share: float, colour: str) -> None:
    if share >= 6:
        ax.text(
            x,
            floor + share / 2,
            values.number(share),
            ha="center",
            va="center",
            fontsize=SMALL,
            color=text_on(colour),
            zorder=4,
            gid="share",
        )
