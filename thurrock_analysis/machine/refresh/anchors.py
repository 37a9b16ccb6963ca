"""Where on its page a report first shows each measure."""

import html
import re
from typing import Any

from nbconvert.filters import markdown2html

_HEADING = re.compile(r"^## .*\S", re.MULTILINE)
_ID = re.compile(r'\bid="([^"]*)"')


def anchors(notebook: Any) -> dict[str, str]:
    """Find the heading above the cell that first shows each measure."""
    above: dict[str, str] = {}
    heading = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            heading = [heading, *_HEADING.findall("".join(cell["source"]))][-1]
        for output in cell.get("outputs", []):
            for measure in output.get("metadata", {}).get("thurrock", {}).get("measures", []):
                above.setdefault(measure, heading)
    return {measure: place for measure, heading in above.items() if (place := _id(heading))}


def _id(heading: str) -> str:
    found = _ID.search(markdown2html(heading))
    return html.unescape(found[1]) if found else ""
