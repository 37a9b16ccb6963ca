"""Charts of a page: drawn for a desk and for a phone, with their data to take away."""

import base64
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from thurrock_analysis import pages
from thurrock_analysis.charts.svg import document

LONGEST = 60
"""Characters of the name of a file."""
LEAST = 0.163
"""Millimetres on paper of a unit of a chart whose smallest words are of 7 points."""


@dataclass(frozen=True)
class PageChart:
    """One chart of a page."""

    number: int
    alt: str
    made: dict[str, str]
    png: str

    @property
    def name(self) -> str:
        """What its files are called, without their endings."""
        plain = unicodedata.normalize("NFKD", self.made["title"]).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST].rstrip("-")
        return f"{self.number:02}-{slug or 'chart'}"

    def words(self) -> str:
        """Return what is written in the chart."""
        return re.sub(r"<[^>]*>", " ", self.made["wide"])

    def files(self) -> dict[str, bytes]:
        """Return the files to take away, by name."""
        made = self.made
        whole = {
            "csv": made.get("csv", "").encode("utf-8-sig"),
            "svg": document(made["wide"], made["title"], made["told"]).encode(),
            "png": base64.b64decode(self.png),
        }
        return {f"{self.name}.{kind}": content for kind, content in whole.items() if content}

    def html(self, folder: str, alone: bool) -> str:
        """Return the chart for a page; alone, where no table has its numbers, it tells them all."""
        said = self.made["told"] if alone else self.alt
        label = (
            f'<svg role="img" aria-label="{escape(said)}" style="--least:{self._least()}mm" class="'
        )
        drawn = [
            self.made[size].replace("<svg", f'{label}{size}"', 1)
            for size in ("wide", "narrow")
            if self.made[size]
        ]
        both = "".join(drawn) if drawn[1:] else drawn[0].replace('class="wide"', 'class="only"', 1)
        return f'<figure class="chart">{both}{self._away(folder) if folder else ""}</figure>'

    def _least(self) -> int:
        """Return how tall the chart must be on paper for its words to be read, in millimetres."""
        found = re.search(r'height="([0-9.]+)"', self.made["wide"])
        return math.ceil(float(found[1]) * LEAST) if found else 0

    def _away(self, folder: str) -> str:
        titles = {"csv": "Data (CSV)", "svg": "Chart (SVG)", "png": "Chart (PNG)"}
        links = [
            f'<a href="{quote(f"{folder}/{name}")}" download '
            f'aria-label="{titles[kind]}: {escape(self.made["title"])}">{titles[kind]}</a>'
            for name in self.files()
            for kind in [name.rpartition(".")[2]]
        ]
        return f'<figcaption class="away">{" ".join(links)}</figcaption>'


def charts(notebook: Any) -> Iterator[tuple[Any, PageChart]]:
    """Find the charts that a notebook hands to its page, each with the output that shows it."""
    found = [
        output
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if pages.MIME in output.get("data", {})
    ]
    for number, output in enumerate(found, start=1):
        alt = output["metadata"].get("image/png", {}).get("alt", "")
        made, png = output["data"][pages.MIME], output["data"].get("image/png", "")
        yield output, PageChart(number, alt, made, png)
