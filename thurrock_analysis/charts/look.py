"""The look of a chart: Analysis Function colours, type that a phone can show, one style a line."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import matplotlib as mpl
from afcharts.af_colours import get_af_colours
from matplotlib.colors import to_hex, to_rgb

from thurrock_analysis.errors import ThurrockError

MAX_SERIES = 4
DPI = 144
SCREEN = 100
"""Pixels an inch on a screen."""
WIDE, NARROW = 7.5, 3.75
"""Inches of a chart: as the text of a page is wide on paper, and as a phone is."""

CATEGORICAL: tuple[str, ...] = tuple(get_af_colours("categorical"))
DUO: tuple[str, ...] = tuple(get_af_colours("duo"))
SEQUENTIAL: tuple[str, ...] = tuple(get_af_colours("sequential"))
FOCUS, MUTED = get_af_colours("focus")
INK = CATEGORICAL[4]

FONT = "DejaVu Sans"
"""A font that matplotlib ships, so that a chart has the same layout everywhere."""
TEXT = 12.0
SMALL = 11.0
HEADLINE = 15.0
TICK = 11.0
TICK_PAD = 9.5
"""Points between the time axis and its labels."""

Dash = str | tuple[float, tuple[float, ...]]
SOLID: Dash = "-"
DASHED: Dash = (0, (5, 2))
DOTTED: Dash = (0, (1, 1.4))
DASHDOT: Dash = (0, (7, 2, 1.5, 2))


def tint(colour: str, share: float) -> str:
    """Mix a colour with white; a share of 1 leaves it as it is.

    >>> tint("#000000", 0.5)
    '#808080'
    """
    red, green, blue = to_rgb(colour)
    return to_hex((1 - (1 - red) * share, 1 - (1 - green) * share, 1 - (1 - blue) * share))


def contrast(colour: str, ground: str = "#FFFFFF") -> float:
    """Return the WCAG contrast ratio of two colours, from 1 (the same) to 21.

    >>> round(contrast("#000000"), 1)
    21.0
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Look:
    """How one series is drawn: never told apart by colour alone."""

    colour: str
    dash: Dash
    marker: str
    width: float = 2.0
    strong: bool = False

    @property
    def ink(self) -> str:
        """Colour of the words beside the series: the same where that can be read, else ink."""
        return self.colour if contrast(self.colour) >= 7 else INK

    @property
    def weight(self) -> str:
        """Weight of the words beside the series."""
        return "bold" if self.strong else "normal"


_SHAPES: tuple[tuple[Dash, str], ...] = (
    (SOLID, "o"),
    (DASHED, "s"),
    (DOTTED, "^"),
    (DASHDOT, "D"),
    ((0, (9, 2)), "v"),
    ((0, (3, 1, 1, 1)), "P"),
)
_CHOSEN = Look(FOCUS, SOLID, "o", width=2.8, strong=True)
COLOURS: Mapping[str, Look] = {
    name: Look(colour, *shape)
    for name, colour, shape in zip(
        ("navy", "turquoise", "plum", "orange", "charcoal", "lilac"),
        CATEGORICAL,
        _SHAPES,
        strict=True,
    )
}
"""The looks of categories, by the names that the table of colours has for them."""
# The palette's own light grey is 1.8 to 1 against white: too pale for what must be seen.
GREYS: Mapping[str, Look] = {
    name: Look(tint(INK, share), *shape, width=1.7)
    for name, share, shape in zip(
        ("dark grey", "middle grey", "light grey"), (0.85, 0.7, 0.55), _SHAPES[1:4], strict=True
    )
}
"""The looks of what a chosen series is compared with."""
OTHERS = GREYS["light grey"].colour
"""Of bars that are not the chosen one: 3 to 1 against white."""


def looks(
    names: Sequence[str], focus: str | None, kept: Mapping[str, str] | None = None
) -> dict[str, Look]:
    """Give every series a look: the chosen one in navy, its comparators in greys.

    Without a chosen series all are drawn in the categorical palette. A series that has a colour
    of its own in every chart keeps it, unless one before it has the same.
    """
    if len(names) > MAX_SERIES:
        raise ThurrockError(
            f"One chart shows at most {MAX_SERIES} lines, and this one was given {len(names)}: "
            "choose fewer, or use small_multiples."
        )
    if focus is None:
        return _kept(names, COLOURS, kept or {})
    if focus not in names:
        raise ThurrockError(f"{focus} is the focus of the chart but has no figures in it.")
    others = [name for name in names if name != focus]
    return {focus: _CHOSEN} | _kept(others, GREYS, kept or {})


def _kept(
    names: Sequence[str], palette: Mapping[str, Look], kept: Mapping[str, str]
) -> dict[str, Look]:
    given: dict[str, str] = {}
    for name in names:
        if kept.get(name) in palette and kept[name] not in given.values():
            given[name] = kept[name]
    free = iter([colour for colour in palette if colour not in given.values()])
    return {name: palette[given[name] if name in given else next(free)] for name in names}


def _settings() -> Any:
    sheet = files("afcharts").joinpath("afcharts.mplstyle")
    published = mpl.rc_params_from_file(str(sheet), use_default_template=False)
    return dict(published) | {
        "font.family": [FONT],
        "font.size": TEXT,
        "text.color": INK,
        "text.parse_math": False,
        "text.hinting": "none",  # quicker by a fifth, and alike at this density
        "axes.labelcolor": INK,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": TICK,
        "ytick.labelsize": TICK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.major.pad": TICK_PAD,
        "xtick.color": tint(INK, 0.55),
        "axes.edgecolor": tint(INK, 0.55),
        "axes.titlesize": TEXT,
        "grid.color": "0.88",
        "hatch.linewidth": 1.2,
        "legend.fontsize": SMALL,
        "lines.solid_capstyle": "round",
        "figure.dpi": DPI,
        "savefig.bbox": None,
        "savefig.dpi": DPI,
        "svg.hashsalt": "thurrock_analysis",
    }


SETTINGS = _settings()
_DRAWN = {
    *("agg", "axes", "figure", "font", "grid", "hatch", "lines", "markers", "patch", "path"),
    *("pdf", "savefig", "svg", "text", "xtick", "ytick"),
}
_WHOLE: Any = {
    name: value for name, value in mpl.rcParamsDefault.items() if name.split(".")[0] in _DRAWN
} | SETTINGS
"""With matplotlib's own settings for all else: what an analyst has set changes no chart."""


_sheet: ContextVar[float] = ContextVar("sheet", default=WIDE)


def sheet() -> float:
    """Return how wide charts are drawn, in inches."""
    return _sheet.get()


@contextmanager
def on_sheet(width: float) -> Iterator[None]:
    """Draw charts of a width inside a ``with`` block."""
    before = _sheet.set(width)
    try:
        yield
    finally:
        _sheet.reset(before)


@contextmanager
def house_style() -> Iterator[None]:
    """Apply the house style inside a ``with`` block, or to one function as a decorator."""
    with mpl.rc_context(_WHOLE):
        yield


def style() -> None:
    """Apply the house style to every chart made from here on, with seaborn or matplotlib.

    The chart functions of this package bring the style with them and do not need this.
    """
    mpl.rcParams.update(SETTINGS)
