"""Charts as SVG: small, with words as words, which any reader's font can write."""

import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform

from thurrock_analysis.charts.look import DPI, FONT, INK, SCREEN, SMALL
from thurrock_analysis.charts.measuring import RULER
from thurrock_analysis.saving import MAKER

FONTS = f"{FONT},Verdana,sans-serif"
"""The font by which the words were measured, one as wide, and any: narrower ones fit too."""
SHRUNK = SCREEN / DPI
"""Units of an SVG in a pixel of the figure."""
POINT = SCREEN / 72
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
HATCHED = '<path d="M-2 10L10-2M-2 2L2-2M6 10L10 6" stroke="{ink}" stroke-width="1.4"/>'
ANCHORS = {"right": "end", "center": "middle"}

Attributes = dict[str, str]


def drawn(figure: Figure) -> str:
    """Write a figure as SVG, the same text for the same figure."""
    pen = Pen(*figure.bbox.size)
    figure.draw(pen)
    return pen.text()


def document(svg: str, title: str, told: str) -> str:
    """Make an SVG a file of its own, which says what it shows and who wrote it."""
    about = f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
    opening, _, rest = svg.partition(">")
    return f"{opening}>{about}<metadata>{MAKER}</metadata>{rest}\n"


class Pen(RendererBase):
    """What matplotlib draws on: notes each stroke and word as an element."""

    def __init__(self, width: float, height: float) -> None:
        """Take the size of a figure in pixels."""
        super().__init__()
        self._size = float(width), float(height)
        self._made: list[tuple[Attributes, str]] = []
        self._patterns: dict[tuple[str, str], str] = {}

    def text(self) -> str:
        """Return what was drawn; neighbours that look alike share their attributes."""
        parts = []
        for look, same in groupby(self._made, key=lambda one: one[0]):
            elements = [element for _, element in same]
            if look and elements[1:]:
                parts.append(f"<g{_written(look)}>{''.join(elements)}</g>")
            else:
                parts += [element.replace(" ", f"{_written(look)} ", 1) for element in elements]
        inside = "".join(parts)
        for (fill, ink), token in self._patterns.items():
            # Two drawings on one page must not share a pattern: one of them may be hidden.
            name = f"h{zlib.crc32(inside.encode()):x}"
            inside = inside.replace(token, f"url(#{name})")
            inside = (
                f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<path d="M0 0h8v8h-8z" fill="{fill}"/>{HATCHED.format(ink=ink)}</pattern>{inside}'
            )
        wide, tall = (_number(side * SHRUNK) for side in self._size)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" '
            f'height="{tall}" font-family="{FONTS}" font-size="{_number(SMALL * POINT)}" '
            f'fill="{INK}">{inside}</svg>'
        )

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure, in pixels."""
        return self._size

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Return the size of a line of text, in pixels."""
        return RULER.get_text_width_height_descent(s, prop, ismath)

    def points_to_pixels(self, points: Any) -> Any:
        """Return a length in pixels."""
        return points * DPI / 72

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None
    ) -> None:
        """Draw a line, open or closed."""
        look = self._look(gc, rgbFace)
        if shape := self._shape(path, transform):
            self._made.append((look, f'<path d="{shape}"/>'))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        """Draw a mark at each point of a line: all of them as one element."""
        points = trans.transform(path.vertices)
        places = [self._place(point) for point in points[np.isfinite(points).all(axis=1)]]
        if not places:
            return
        look = self._look(gc, rgbFace)
        codes: Any = marker_path.codes
        if codes is not None and Path.CURVE4 in codes:  # a circle is a round dot
            wide = marker_path.get_extents(marker_trans).width
            size = wide * SHRUNK + gc.get_linewidth() * POINT
            dot = {"stroke": look["fill"], "stroke-width": _number(size), "stroke-linecap": "round"}
            shape = "".join(f"M{place}h0" for place in places)
            self._made.append((dot, f'<path d="{shape}"/>'))
            return
        steps = np.diff(marker_trans.transform(marker_path.vertices), axis=0, prepend=[[0, 0]])
        pairs = [_pair(x * SHRUNK, -y * SHRUNK) for x, y in steps]
        mark = f"m{pairs[0]}l{' '.join(pairs[1:])}"
        look.pop("stroke-linecap", None)
        shape = "".join(f"M{place}{mark}" for place in places)
        self._made.append((look, f'<path d="{shape}"/>'))

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
        """Write a line of text, held where it is held: a narrower font leaves room elsewhere."""
        side = mtext.get_horizontalalignment() if mtext is not None else "left"
        wide = self.get_text_width_height_descent(s, prop, ismath)[0]
        x += wide * {"right": 1.0, "center": 0.5}.get(side, 0.0)
        look = {"text-anchor": ANCHORS[side]} if side in ANCHORS else {}
        size, colour = prop.get_size_in_points(), _colour(gc.get_rgb())
        if size != SMALL:
            look["font-size"] = _number(size * POINT)
        if prop.get_weight() == "bold":
            look["font-weight"] = "bold"
        if prop.get_style() == "italic":
            look["font-style"] = "italic"
        if colour != INK.lower():
            look["fill"] = colour
        place = f'x="{_number(x * SHRUNK)}" y="{_number(y * SHRUNK)}"'
        self._made.append((look, f"<text {place}>{escape(s)}</text>"))

    def _look(self, gc: GraphicsContextBase, face: Any) -> Attributes:
        look = {"fill": "none" if face is None else _colour(face)}
        wide, ink = gc.get_linewidth() * POINT, _colour(gc.get_rgb())
        if gc.get_hatch():
            ink = _colour(gc.get_hatch_color())
            pattern = look["fill"], ink
            look["fill"] = self._patterns.setdefault(pattern, f"hatched-{len(self._patterns)}-")
        if wide and gc.get_rgb()[3:] != (0.0,):
            look |= {"stroke": ink, "stroke-width": _number(wide)}
            if (cap := gc.get_capstyle()) != "butt":
                look["stroke-linecap"] = "square" if cap == "projecting" else str(cap)
            dashes: Any = gc.get_dashes()[1]
            if dashes is not None:
                look["stroke-dasharray"] = " ".join(_number(one * POINT) for one in dashes)
        return look

    def _shape(self, path: Path, transform: Transform) -> str:
        shape, last = "", ""
        for points, code in path.iter_segments(transform, simplify=False):
            if code == Path.CLOSEPOLY:
                shape, last = shape + "z", "z"
                continue
            letter = LETTERS[code]
            places = " ".join(self._place(pair) for pair in np.reshape(points, (-1, 2)))
            shape += (" " if letter == last else letter) + places
            last = letter
        return shape

    def _place(self, point: Sequence[float]) -> str:
        return _pair(point[0] * SHRUNK, (self._size[1] - point[1]) * SHRUNK)


def _pair(x: float, y: float) -> str:
    first, second = _number(x), _number(y)
    return first + second if second.startswith("-") else f"{first} {second}"


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _colour(rgb: Any) -> str:
    return to_hex(rgb[:3])


def _written(look: Attributes) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in look.items())
