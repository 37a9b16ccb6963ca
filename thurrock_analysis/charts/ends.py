"""Names and last figures at the ends of lines, in place of a legend."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from thurrock_analysis.charts import values
from thurrock_analysis.charts.drawing import RULE
from thurrock_analysis.charts.look import DPI, INK, SMALL, SOLID, TEXT, Look
from thurrock_analysis.charts.series import Bundle, Series

PLAIN = Look(INK, SOLID, "")


def end_labels(
    ax: Axes, bundle: Bundle, looks: Mapping[str, Look], decimals: int, suffix: str
) -> list[Annotation]:
    """Write each line's name and last figure beside its end; `place_end_labels` parts them."""
    latest = max(int(line.months[line.known[-1]]) for line in bundle.lines if line.known.size)
    made = []
    for line in bundle.lines:
        if not line.known.size:
            continue
        look, last = looks[line.key], line.known[-1]
        text = _end_text(line, latest, bundle.annual, decimals, suffix)
        made.append(label(ax, text, (line.x[last], line.y[last]), look))
    return made


def label(ax: Axes, text: str, end: tuple[float, float], look: Look = PLAIN) -> Annotation:
    """Write words to the right of a point; a thin line joins them if they have to move."""
    return ax.annotate(
        text,
        end,
        (12, 0),
        textcoords="offset points",
        va="center",
        fontsize=TEXT if look.strong else SMALL,
        color=look.ink,
        weight=look.weight,
        linespacing=1.1,
        annotation_clip=False,
        gid="end label",
    )


def _end_text(line: Series, latest: int, annual: bool, decimals: int, suffix: str) -> str:
    last = line.known[-1]
    figure = values.number(line.y[last], decimals, suffix)
    month = int(line.months[last])
    if month != latest:
        figure += f" ({values.period(month, annual)})"
    return named(line.name, figure)


def named(name: str, figure: str, width: int = 16) -> str:
    r"""Join a name and its figure in lines of about `width` characters, the figure never alone.

    Examples
    --------
    >>> named("East of England", "320")
    'East of\nEngland\xa0320'
    """
    return wrapped(f"{name}\N{NO-BREAK SPACE}{figure.replace(' ', chr(160))}", width)


def wrapped(text: str, width: int) -> str:
    r"""Break text between words into lines of at most `width` characters where it can be.

    Examples
    --------
    >>> wrapped("Southend-on-Sea and Thurrock", 16)
    'Southend-on-Sea\nand Thurrock'
    """
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def spread(
    targets: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Move centres apart as little as possible, so that nothing overlaps or leaves the bounds.

    Parameters
    ----------
    targets, heights : sequence of float
        Where each label would like its centre, and how tall it is.
    low, high : float
        The room there is; the labels fill it from below if they are taller than all of it.

    Examples
    --------
    >>> spread([10.0, 11.0], [4.0, 4.0], 0.0, 100.0)
    [8.5, 12.5]
    """
    order = sorted(range(len(targets)), key=lambda i: targets[i])
    above = np.cumsum([0.0] + [(heights[a] + heights[b]) / 2 for a, b in pairwise(order)])
    blocks: list[list[float]] = []
    for i, offset in zip(order, above, strict=True):
        blocks.append([targets[i] - offset])
        while len(blocks) > 1 and np.mean(blocks[-2]) >= np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    floor = low + heights[order[0]] / 2
    ceiling = high - heights[order[-1]] / 2 - above[-1]
    bases = [float(np.mean(block)) for block in blocks for _ in block]
    centres = [max(min(base, ceiling), floor) + up for base, up in zip(bases, above, strict=True)]
    return [float(centre) for _, centre in sorted(zip(order, centres, strict=True))]


def place_end_labels(ax: Axes, labels: Sequence[Annotation]) -> None:
    """Put the labels of a finished layout in one column at the right, apart from one another."""
    if not labels:
        return
    points = 72 / DPI
    ends = [ax.transData.transform(label.xy) for label in labels]
    heights = [label.get_window_extent().height + 2 for label in labels]
    centres = spread([end[1] for end in ends], heights, ax.bbox.y0, ax.bbox.y1)
    right = max(end[0] for end in ends)
    for label, (x, y), centre in zip(labels, ends, centres, strict=True):
        label.xyann = ((right - x) * points + 12, (centre - y) * points)
        if (
            abs(centre - y) > label.get_fontproperties().get_size_in_points() * 0.5 / points
            or right - x > 1
        ):
            _join(ax, (x + 5 / points, y), (right + 11 / points, centre))


def _join(ax: Axes, end: tuple[float, float], label: tuple[float, float]) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    x, y = figure.transFigure.inverted().transform([end, label]).T
    figure.add_artist(Line2D(x, y, color=RULE, linewidth=0.8, gid="join"))
