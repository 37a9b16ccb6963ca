"""How large words are when they are drawn, found out once for each word in a process."""

import re
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from thurrock_analysis.charts.look import DPI, FONT

LONGEST = 36
"""Characters; a longer word is broken."""


class Renderer(RendererAgg):
    """What matplotlib draws on; areas, years and measures come back in every chart."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        """Take the size of a figure in pixels, and how many make an inch."""
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Return the size of a line of text, in pixels."""
        return _sizes(s, prop.copy(), ismath, self.dpi)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        """Write a line of text as one picture: letter by letter it takes half of a chart's time."""
        picture, right, down = _pictured(s, prop.copy(), self.dpi)
        # Nothing in a chart is written at an angle.
        self._renderer.draw_text_image(picture, round(x + right), round(y + down) + 1, angle, gc)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return red, green and blue of every pixel drawn, row by row."""
        drawn: npt.NDArray[np.uint8] = np.asarray(self.buffer_rgba())  # type: ignore[no-untyped-call]
        return drawn[..., :3]


@lru_cache(maxsize=8192)
def _sizes(text: str, font: FontProperties, ismath: bool, dpi: float) -> tuple[float, float, float]:
    wide, tall, down = RendererAgg(1, 1, dpi).get_text_width_height_descent(text, font, ismath)
    return float(wide), float(tall), float(down)


@lru_cache(maxsize=2048)
def _pictured(
    text: str, font: FontProperties, dpi: float
) -> tuple[npt.NDArray[np.uint8], float, float]:
    """Return a line of text as a picture, and how far right and down of its place that stands."""
    face = RendererAgg(1, 1, dpi)._prepare_font(font)
    face.set_text(text, 0.0, flags=get_hinting_flag())
    face.draw_glyphs_to_bitmap(antialiased=True)
    right, down = face.get_bitmap_offset()
    return np.array(face.get_image()), right / 64, (down + face.get_descent()) / 64


RULER = Renderer(1, 1, DPI)


def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text, in inches.

    >>> width_of("Thurrock", 12) < width_of("Thurrock", 12, "bold") < width_of("Thurrock", 15)
    True
    """
    font = FontProperties(family=[FONT], size=size, weight=weight)
    return RULER.get_text_width_height_descent(text, font, False)[0] / DPI


def size_of(text: Text) -> tuple[float, float]:
    """Return the width and height of a text of a figure, in inches."""
    box = text.get_window_extent(RULER)
    return float(box.width) / DPI, float(box.height) / DPI


def fitted(text: str, width: float, size: float, weight: str = "normal") -> str:
    r"""Break text between words into lines of at most a width, in inches.

    >>> fitted("Referrals in Thurrock fell", 1.5, 12).split("\n")
    ['Referrals in', 'Thurrock fell']
    """
    lines: list[str] = []
    used, space = 0.0, width_of("n n", size, weight) - width_of("nn", size, weight)
    longest = max(1, min(LONGEST, int(width / width_of("n", size, weight))))
    for word in re.sub(rf"(\S{{{longest}}})(?=\S)", r"\1 ", text).split():
        wide = width_of(word, size, weight)
        if lines and used + space + wide < width:
            lines[-1] += f" {word}"
            used += space + wide
        else:
            lines.append(word)
            used = wide
    return "\n".join(lines)
