"""Names and last figures at the ends of lines, in place of a legend."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from thurrock_analysis.charts.canvas import Canvas, Reach
from thurrock_analysis.charts.look import DPI, INK, SMALL, SOLID, TEXT, Look
from thurrock_analysis.charts.measuring import size_of
from thurrock_analysis.charts.series import Bundle
from thurrock_analysis.charts.timeline import RULE

PLAIN = Look(INK, SOLID, "")
WIDE = 16
"""Characters of a line of a label, unless a word is longer."""
LONGEST = 20
"""Characters; a longer word of a name is broken."""
OFF = 12
"""Points between the last figure and its label."""


@dataclass(frozen=True)
class Label:
    """Words at the right of a point, and their size in inches."""

    text: Annotation
    wide: float
    tall: float


def end_labels(ax: Axes, bundle: Bundle, looks: Mapping[str, Look]) -> list[Label]:
    """Write each line's name and last figure beside its end; `place` parts them."""
    known = [line for line in bundle.lines if line.known.size]
    latest = max((line.months[line.known[-1]] for line in known), default=0)
    made = []
    for line in known:
        last = int(line.known[-1])
        when = f" ({line.period(last)})" * bool(line.months[last] != latest)
        text = named(line.name, line.figure(last) + when)
        made.append(label(ax, text, (line.x[last], line.y[last]), looks[line.key]))
    return made


def label(
    ax: Axes, text: str, end: tuple[float, float], look: Look = PLAIN, off: float = OFF
) -> Label:
    """Write words to the right of a point; a thin line joins them if they have to move."""
    made = ax.annotate(
        text,
        end,
        (off, 0),
        textcoords="offset points",
        va="center",
        fontsize=TEXT if look.strong else SMALL,
        color=look.ink,
        weight=look.weight,
        linespacing=1.1,
        annotation_clip=False,
        gid="end label",
    )
    return Label(made, *size_of(made))


def named(name: str, figure: str) -> str:
    r"""Join a name and its figure in lines, the figure never alone.

    >>> named("East of England", "320"), named("Kingston upon Thames", "0% (2021)")
    ('East of\nEngland\xa0320', 'Kingston upon\nThames\xa00% (2021)')
    """
    return wrapped(f"{name}\N{NO-BREAK SPACE}{figure}", WIDE)


def wrapped(text: str, width: int) -> str:
    r"""Break text between words into lines of at most `width` characters where it can be.

    >>> wrapped("Southend-on-Sea and Thurrock", 16)
    'Southend-on-Sea\nand Thurrock'
    """
    text = re.sub(rf"(\w{{{LONGEST}}})(?=\w)", r"\1 ", text)
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def reach(ax: Axes, labels: Sequence[Label]) -> list[Reach]:
    """Return what labels need to the right of the last end, in whose column they all stand."""
    low, high = ax.get_xlim()
    last = max((label.text.xy[0] for label in labels), default=low)
    at = (last - low) / (high - low)
    return [(at, label.text.xyann[0] / 72 + label.wide) for label in labels]


def height(labels: Sequence[Label]) -> float:
    """Return the height of labels one above another, in inches."""
    return sum(label.tall + 2 / DPI for label in labels)


def spread(
    targets: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Move centres apart as little as possible, so that nothing overlaps or leaves the bounds."""
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


def place(canvas: Canvas, ax: Axes, labels: Sequence[Label]) -> None:
    """Put the labels of a finished layout in one column at the right, apart from one another."""
    if not labels:
        return
    points = 72 / DPI
    ends = ax.transData.transform([label.text.xy for label in labels])
    heights = [label.tall * DPI + 2 for label in labels]
    centres = spread(ends[:, 1].tolist(), heights, ax.bbox.y0, ax.bbox.y1)
    right = ends[:, 0].max()
    for label, (x, y), centre in zip(labels, ends, centres, strict=True):
        label.text.xyann = ((right - x) * points + OFF, (centre - y) * points)
        moved = abs(centre - y) * points > float(label.text.get_fontsize()) * 0.5
        if moved or right - x > 1:
            _join(canvas, (x + 5 / points, y), (right + (OFF - 1) / points, centre))


def _join(canvas: Canvas, end: tuple[float, float], label: tuple[float, float]) -> None:
    x, y = canvas.figure.transFigure.inverted().transform([end, label]).T
    canvas.figure.add_artist(Line2D(x, y, color=RULE, linewidth=0.8, gid="join"))
