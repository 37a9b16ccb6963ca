"""Put a chart into a notebook, with its text alternative and once only."""

import base64
from io import BytesIO

from matplotlib import pyplot
from matplotlib.figure import Figure

from thurrock_analysis.charts.look import DPI
from thurrock_analysis.errors import ThurrockError

SCREEN = 100
"""Pixels an inch on a screen: a chart as wide as the text beside it, in JupyterLab too."""

SHORTEST = 20
"""Characters; a text alternative shorter than this cannot say what a chart shows."""


def show(figure: Figure, *, alt: str) -> None:
    """Display a chart in a notebook as a PNG that carries its text alternative.

    Parameters
    ----------
    figure : Figure
        The chart; it is closed, so that it is not shown a second time.
    alt : str
        What the chart shows, in words computed from its figures.

    Raises
    ------
    ThurrockError
        `alt` is empty or too short to describe a chart.
    """
    words = " ".join(alt.split())
    if len(words) < SHORTEST:
        raise ThurrockError(
            f"The text alternative of a chart must say what it shows in {SHORTEST} characters "
            f"or more: it was '{words}'."
        )
    from IPython.display import publish_display_data  # only a kernel needs it

    picture = base64.b64encode(png(figure)).decode("ascii")
    pyplot.close(figure)
    width = round(figure.get_figwidth() * SCREEN)
    publish_display_data(
        {"image/png": picture, "text/plain": words},
        {"image/png": {"alt": words, "width": width}},
    )


def png(figure: Figure) -> bytes:
    """Return a chart as the bytes of a PNG, the same for the same chart.

    Parameters
    ----------
    figure : Figure
        The chart, drawn at 144 dots an inch.
    """
    buffer = BytesIO()
    # No trimming to content, which would draw the chart twice, and no software version inside.
    figure.savefig(buffer, format="png", dpi=DPI, bbox_inches=None, metadata={"Software": None})
    return buffer.getvalue()
