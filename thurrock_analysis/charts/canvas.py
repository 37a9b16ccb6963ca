"""A figure with its words around it, laid out by what is written in it: nothing is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from thurrock_analysis import words
from thurrock_analysis.charts import names
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import DPI, HEADLINE, INK, SMALL, TEXT, sheet
from thurrock_analysis.charts.measuring import fitted, size_of

MARGIN = 0.08
"""Inches left free at every edge, and on both sides of a plot."""
BETWEEN = 0.05
"""Inches left free above and below a plot."""

Reach = tuple[float, float]
"""A place along a plot, as a share of its width, and the inches needed to the right of it."""


@dataclass(frozen=True)
class Captions:
    """The words around a chart; where one is empty, nothing is written."""

    headline: str
    subtitle: str
    source: str

    @classmethod
    def of(
        cls, figures: pd.DataFrame, headline: str, subtitle: str | None, source: str | None
    ) -> "Captions":
        """Take what is given, and what the rows themselves tell for what is not."""
        if source is None:
            source = words.source(figures) if "release" in figures else ""
        return cls(headline, names.subject(figures) if subtitle is None else subtitle, source)


@dataclass(frozen=True)
class Room:
    """What stands around the plots of a grid, all of one size, in inches."""

    plot: float
    """All plots together with what stands above and below them."""
    left: Sequence[float]
    reach: Sequence[Sequence[Reach]]
    """What reaches to the right out of each column."""
    top: Sequence[float]
    bottom: Sequence[float]

    @property
    def tall(self) -> float:
        """Height of a plot."""
        rows = len(self.top)
        return (self.plot - sum(self.top) - sum(self.bottom)) / rows - 2 * BETWEEN

    def columns(self, width: float) -> list[tuple[float, float]]:
        """Return the left edge and the width of each column of a figure."""
        free, wide = width - sum(self.left) - 2 * MARGIN * len(self.left), width
        # What is needed to the right falls with the room behind the last place of a plot.
        for _ in range(12):
            right = [max(0.0, *(n - (1 - at) * wide for at, n in one)) for one in self.reach]
            wide = (free - sum(right)) / len(self.left)
        edges, edge = [], 0.0
        for before, after in zip(self.left, right, strict=True):
            edges.append((edge + MARGIN + before, wide))
            edge += 2 * MARGIN + before + wide + after
        return edges

    def rows(self) -> list[float]:
        """Return the height of the foot of each row over the foot of them all."""
        feet, foot = [], self.plot
        for above, below in zip(self.top, self.bottom, strict=True):
            foot -= BETWEEN + above + self.tall
            feet.append(foot)
            foot -= below + BETWEEN
        return feet


class Canvas:
    """One figure under construction.

    The words take the height they need and the plots keep theirs, so a long headline makes the
    figure taller and never a plot smaller.
    """

    def __init__(self, captions: Captions, rows: int = 1, columns: int = 1) -> None:
        self.captions = captions
        # Outside pyplot's register: nothing can show this figure a second time or keep it alive.
        self.width = sheet()
        self.figure = Figure(figsize=(self.width, self.width), dpi=DPI)
        self.grid = [[self._plot(row, column) for column in range(columns)] for row in range(rows)]

    def _plot(self, row: int, column: int) -> Axes:
        ax = self.figure.add_axes((0, 0, 1, 1), label=f"{row}, {column}")
        ax.set_xticks([])
        ax.patch.set_visible(False)
        # Nothing is left for matplotlib to place, which would measure all labels twice more.
        ax.set_title("", y=1.0)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_label_coords(0, 0)
        return ax

    def lay_out(self, room: Room, notes: Sequence[str] = ()) -> None:
        """Write the words around the plots, and put everything in its place."""
        above = [
            self._words(self.captions.headline, HEADLINE, "headline", "bold"),
            self._words(self.captions.subtitle, TEXT, "subtitle"),
        ]
        below = [self._words(note, SMALL, "note") for note in notes]
        source = self.captions.source
        named = source if source.startswith("Source") else f"Source: {source}"
        below.append(self._words(named if source else "", SMALL, "source"))
        head, foot = (MARGIN + sum(map(self._tall, texts)) for texts in (above, below))
        height = head + room.plot + foot
        self.figure.set_size_inches(self.width, height)
        self._stack(above, height - MARGIN)
        self._stack(below, foot)
        for row, up in zip(self.grid, room.rows(), strict=True):
            for ax, (across, wide) in zip(row, room.columns(self.width), strict=True):
                ax.set_position(
                    (
                        across / self.width,
                        (foot + up) / height,
                        wide / self.width,
                        room.tall / height,
                    )
                )

    def drawing(self, kind: str, *told: str) -> Drawing:
        """Return the finished chart; its alternative is its headline, its kind and its subject."""
        headline, subject = self.captions.headline.strip(), self.captions.subtitle
        shows = f"{kind}: {subject}." if subject else f"{kind}."
        stop = "" if headline[-1:] in ".?!" else "."
        return Drawing(
            self.figure,
            alt=f"{headline}{stop} {shows}" if headline else shows,
            title=headline or subject or kind,
            told=" ".join(sentence for sentence in (shows, *told) if sentence),
        )

    def _words(self, text: str, size: float, gid: str, weight: str = "normal") -> Text:
        wrapped = fitted(text, self.width - 2 * MARGIN, size, weight)
        return self.figure.text(
            MARGIN / self.width, 1, wrapped, size=size, weight=weight, color=INK, va="top", gid=gid
        )

    def _tall(self, text: Text) -> float:
        gap = 0.3 * text.get_fontproperties().get_size_in_points() / 72
        return size_of(text)[1] + gap if text.get_text() else 0.0

    def _stack(self, texts: Sequence[Text], top: float) -> None:
        for text in texts:
            text.set_y(top / self.figure.get_figheight())
            top -= self._tall(text)
