"""A figure with its words: headline, subtitle, notes and source, wrapped and inside the picture."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from thurrock_analysis.charts.look import DPI, HEADLINE, INK, SMALL, TEXT, WIDTH
from thurrock_analysis.errors import ThurrockError

MARGIN = 0.08
"""Inches left free at every edge."""


class Canvas:
    """One figure under construction.

    The words take the height they need and the plot keeps its own, so a long headline makes the
    figure taller and never the plot smaller.

    Parameters
    ----------
    headline, subtitle, source : str
        What the chart says; what it measures, with unit and period; where the figures are from.
    plot : float
        Height of the plots together, in inches.
    """

    def __init__(self, headline: str, subtitle: str, source: str, plot: float = 3.1) -> None:
        for name, text in (("headline", headline), ("subtitle", subtitle), ("source", source)):
            if not text.strip():
                raise ThurrockError(f"A chart needs a {name}: it was given none.")
        self.plot = plot
        # Outside pyplot's register: nothing can show this figure a second time or keep it alive.
        self.figure = Figure(figsize=(WIDTH, plot), dpi=DPI, layout="constrained")
        self.renderer = FigureCanvasAgg(self.figure).get_renderer()
        self._head = [
            self._words(headline, HEADLINE, weight="bold", gid="headline"),
            self._words(subtitle, TEXT, gid="subtitle"),
        ]
        self._source = source if source.startswith("Source") else f"Source: {source}"

    def axes(self) -> Axes:
        """Return one set of axes that fills the plot."""
        return self.figure.subplots()

    def finish(self, notes: Sequence[str] = ()) -> None:
        """Write notes and source, lay everything out once and hold it there."""
        foot = [self._words(note, SMALL, gid="note") for note in notes if note]
        foot.append(self._words(self._source, SMALL, gid="source"))
        above, below = self._height(self._head), self._height(foot)
        height = above + self.plot + below
        self.figure.set_size_inches(WIDTH, height)
        self._stack(self._head, height - MARGIN, height)
        self._stack(foot, below, height)
        engine = self.figure.get_layout_engine()
        assert engine is not None
        engine.set(  # type: ignore[call-arg]
            rect=(0, below / height, 1, self.plot / height), w_pad=MARGIN, h_pad=0.05
        )
        engine.execute(self.figure)
        # Laid out once: without its engine the figure is not laid out again when it is saved.
        self.figure.set_layout_engine(None)

    def width_of(self, text: str, size: float) -> float:
        """Return the width of one line of text, in points."""
        font = FontProperties(family=["DejaVu Sans"], size=size)
        return float(self.renderer.get_text_width_height_descent(text, font, False)[0]) * 72 / DPI

    def _words(self, text: str, size: float, **more: Any) -> Text:
        words = self.figure.text(
            MARGIN / WIDTH, 1, text, fontsize=size, color=INK, va="top", in_layout=False, **more
        )
        words.set_text(self._wrapped(words))
        return words

    def _wrapped(self, words: Text) -> str:
        font, limit = words.get_fontproperties(), (WIDTH - 2 * MARGIN) * DPI
        lines: list[str] = []
        for word in words.get_text().split():
            longer = f"{lines[-1]} {word}" if lines else word
            wide = self.renderer.get_text_width_height_descent(longer, font, False)[0]
            lines[-1:] = [longer] if lines and wide < limit else [*lines[-1:], word]
        return "\n".join(lines)

    def _height(self, words: Sequence[Text]) -> float:
        return MARGIN + sum(self._tall(text) for text in words)

    def _tall(self, words: Text) -> float:
        gap = 0.3 * words.get_fontproperties().get_size_in_points() / 72
        return float(words.get_window_extent(self.renderer).height) / DPI + gap

    def _stack(self, words: Sequence[Text], top: float, height: float) -> None:
        for text in words:
            text.set_y(top / height)
            top -= self._tall(text)
