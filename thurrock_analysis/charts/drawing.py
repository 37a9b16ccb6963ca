"""A finished chart: a picture and the same in words; shown in a notebook, or saved as a file."""

import base64
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.figure import Figure

from thurrock_analysis.charts.encoding import encoded
from thurrock_analysis.charts.look import house_style
from thurrock_analysis.charts.measuring import Renderer
from thurrock_analysis.saving import MAKER, put

SCREEN = 100
"""Pixels an inch on a screen: a chart as wide as the text beside it, in JupyterLab too."""
MARKS = {
    ".png": rb"iTXtSoftware\0{5}" + MAKER.encode(),
    ".svg": rb"<dc:creator>\s*<cc:Agent>\s*<dc:title>" + MAKER.encode(),
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
        What the picture shows, in words and numbers computed from the rows that were drawn.
    title : str
        What it is called.
    """

    figure: Figure
    alt: str
    title: str

    @house_style()
    def png(self) -> bytes:
        """Return the picture as a PNG at 144 dots an inch, the same bytes for the same chart."""
        canvas = Renderer(*self.figure.bbox.size, self.figure.dpi)
        self.figure.draw(canvas)
        about = {"Software": MAKER, "Title": self.title, "Description": self.alt}
        return encoded(canvas.pixels(), about)

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
        about = {"Creator": MAKER, "Title": self.title}
        undated = {"Date": None} if kind == ".svg" else {"CreationDate": None, "Subject": self.alt}
        buffer = BytesIO()
        self.figure.savefig(buffer, format=kind[1:], metadata=about | undated)
        if kind == ".pdf":
            return buffer.getvalue()
        described = f"</title>\n <desc>{escape(self.alt)}</desc>".encode()
        return buffer.getvalue().replace(b"</title>", described, 1)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        picture = base64.b64encode(self.png()).decode("ascii")
        width = round(self.figure.get_figwidth() * SCREEN)
        return (
            {"image/png": picture, "text/plain": self.alt},
            {"image/png": {"alt": self.alt, "width": width}},
        )
