"""A finished chart: a picture and the same in words; shown in a notebook, or saved as a file."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from thurrock_analysis import pages
from thurrock_analysis.charts.encoding import encoded
from thurrock_analysis.charts.look import house_style
from thurrock_analysis.charts.measuring import Renderer
from thurrock_analysis.charts.svg import document, drawn
from thurrock_analysis.saving import MAKER, put

IN_LAB = 80
"""Pixels an inch in JupyterLab: a chart as wide as the text beside it."""
MARKS = {
    ".png": rb"iTXtSoftware\0{5}" + MAKER.encode(),
    ".svg": rb"<(metadata|dc:title)>" + MAKER.encode(),
    ".pdf": rb"/Creator \(" + MAKER.encode(),
}
"""How each kind of file says that this package wrote it."""


@dataclass(frozen=True)
class Drawing:
    """A chart that shows itself at the end of a cell.

    Attributes
    ----------
    figure : Figure
        The picture, outside pyplot: nothing shows it twice or keeps it alive.
    alt : str
        What the picture says and of what, with its unit: what a reader hears in its place.
    title : str
        What it is called.
    told : str
        All that it shows, in words and numbers computed from the rows that were drawn.
    narrow : callable or None
        Draws it again, for a phone.
    """

    figure: Figure
    alt: str
    title: str
    told: str
    narrow: "Callable[[], Drawing] | None" = None

    @house_style()
    def png(self) -> bytes:
        """Return the picture as a PNG at 144 dots an inch, the same bytes for the same chart."""
        canvas = Renderer(*self.figure.bbox.size, self.figure.dpi)
        self.figure.draw(canvas)
        about = {"Software": MAKER, "Title": self.title, "Description": self.told}
        return encoded(canvas.pixels(), about)

    @house_style()
    def svg(self) -> str:
        """Return the picture as SVG, its words as text."""
        return drawn(self.figure)

    def save(self, path: str | Path) -> Path:
        """Write the chart to a file, whole or not at all.

        Parameters
        ----------
        path : str or Path
            Its ending says how: ``.svg``, ``.png`` or ``.pdf``. A chart of this package that is
            there already is replaced, any other file is not.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ThurrockError
            Another ending, no such folder, or a file that something else wrote.

        Examples
        --------
        >>> from thurrock_analysis import charts
        >>> charts.bridge(("2024", 9), {"born": -2}, ("2025", 7)).save("bridge.gif")
        Traceback (most recent call last):
        thurrock_analysis.errors.ThurrockError: bridge.gif should end in .png, .svg or .pdf.
        """
        kinds = {kind: re.compile(mark).search for kind, mark in MARKS.items()}
        return put(path, kinds, lambda at: at.write_bytes(self._file(at.suffix)))

    @house_style()
    def _file(self, kind: str) -> bytes:
        if kind == ".png":
            return self.png()
        if kind == ".svg":
            return document(self.svg(), self.title, self.told).encode()
        about = {"Creator": MAKER, "Title": self.title, "CreationDate": None, "Subject": self.told}
        buffer = BytesIO()
        self.figure.savefig(buffer, format="pdf", metadata=about)
        return buffer.getvalue()

    def for_page(self) -> dict[str, str]:
        """Return what a page shows in place of the picture: see `pages.MIME`."""
        small = self.narrow().svg() if self.narrow else ""
        return {"wide": self.svg(), "narrow": small, "title": self.title, "told": self.told}

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        picture = base64.b64encode(self.png()).decode("ascii")
        width = round(self.figure.get_figwidth() * IN_LAB)
        data: dict[str, Any] = {"image/png": picture, "text/plain": self.told}
        if pages.wanted():
            data[pages.MIME] = self.for_page()
        return data, {"image/png": {"alt": self.alt, "width": width}}
