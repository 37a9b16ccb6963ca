"""Turn an executed notebook into a page: no code, no request to elsewhere, readable anywhere."""

import copy
import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import markdown2html

from thurrock_analysis.machine import TEMPLATES
from thurrock_analysis.machine.refresh.payload import MIME

NOTICE = "<!--notice-->"
UNDESCRIBED = "A chart without a description."
PICTURES = {"image/png", "image/jpeg"}
SHOWN = {"text/html", "text/markdown", "text/plain", "image/svg+xml", *PICTURES}
"""What a page can show; an output that has more forms shows one of these."""
FEW_HEADINGS = 3
"""A page with fewer questions needs no list of them."""

_NUMBER = re.compile(r"[-+−–<>~£]?[0-9][0-9,.]*( ?%| ?pp)?|\[?[a-z:*–.]\]?|NaN|nan", re.IGNORECASE)
_TO_NOTEBOOK = re.compile(r"^([^/:?#]+)\.ipynb(?=#|$)")
_QUESTION = re.compile(r"^## .*\S", re.MULTILINE)
_ID = re.compile(r'\bid="([^"]*)"')
_ACTIVE = re.compile(r"(?!https?:|mailto:)[^/?#]*:", re.IGNORECASE)
"""An address that does something, such as ``javascript:``, in place of leading somewhere."""
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


@dataclass(frozen=True)
class Page:
    """What a page says besides the notebook's own content."""

    title: str
    area: str
    as_at: str
    made: str
    banner: str = ""
    """What stands at the head of a page that is not for publication."""


class PageExporter(HTMLExporter):
    """Nbconvert's exporter without its second look at each page, which is read here anyway."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Convert an executed notebook, whose code is not shown."""
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


class Renderer:
    """Renders notebooks with the project's template."""

    def __init__(self) -> None:
        self._exporter = PageExporter(  # type: ignore[no-untyped-call]
            default_preprocessors=[],  # the kernel's outputs are put in order as they come
            template_name="report",
            extra_template_basedirs=[str(TEMPLATES)],
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )
        self._style = (TEMPLATES / "style.css").read_text(encoding="utf-8")

    def page(self, notebook: Any, page: Page) -> str:
        """Return a notebook as one HTML document that needs no other file."""
        shown, pictures = _to_show(notebook)
        html, _ = self._exporter.from_notebook_node(
            shown, resources={"page": page, "style": self._style, "notice": NOTICE}
        )
        soup = BeautifulSoup(html, "html.parser")
        for mark in soup.find_all("a", class_="anchor-link"):  # the headings' ids stay
            mark.decompose()
        _name_main_heading(soup, page.title)
        _order_headings(soup)
        for table in soup.find_all("table"):
            _dress_table(soup, table)
        _list_contents(soup)
        for link in soup.find_all("a", href=True):  # between notebooks, so between their pages
            address = _TO_NOTEBOOK.sub(r"\1.html", str(link["href"]))
            link["href"] = "#" if _ACTIVE.match(address) else address
        html = str(soup)
        for token, data in pictures.items():
            html = html.replace(token, data)
        return html


def anchors(notebook: Any) -> dict[str, str]:
    """Find the heading above the cell that first shows each measure."""
    above: dict[str, str] = {}
    heading = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            heading = [heading, *_QUESTION.findall("".join(cell["source"]))][-1]
        for output in cell.get("outputs", []):
            for measure in output.get("metadata", {}).get("thurrock", {}).get("measures", []):
                above.setdefault(measure, heading)
    return {measure: place for measure, heading in above.items() if (place := _id(heading))}


def undescribed_pictures(notebook: Any) -> list[int]:
    """Find pictures without a text alternative."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        number
        for number, cell in enumerate(cells, 1)
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
        if kind.startswith("image/") and not _alt(output, kind)
    ]


def with_notice(html: str, notice: str) -> str:
    """Put a notice at the head of a rendered page, in place of any it has."""
    box = f'{NOTICE}<p class="notice" role="note">{escape(notice)}</p>'
    return re.sub(rf'{NOTICE}(<p class="notice" role="note">[^<]*</p>)?', lambda _: box, html)


def _id(heading: str) -> str:
    found = _ID.search(markdown2html(heading))
    return unescape(found[1]) if found else ""


def _alt(output: Any, kind: str) -> str:
    return str(output.get("metadata", {}).get(kind, {}).get("alt", "")).strip()


def _to_show(notebook: Any) -> tuple[Any, dict[str, str]]:
    """Copy the notebook without what no reader wants; long pictures become short tokens."""
    shown = copy.deepcopy(notebook)
    shown.metadata.pop("widgets", None)  # which may lack their state, and no page shows one
    pictures: dict[str, str] = {}
    for cell in shown.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if _for_readers(output)]
        for output in cell.outputs:
            for kind in set(output.get("data", {})) - SHOWN:
                del output.data[kind]
            for kind in [k for k in output.get("data", {}) if k in PICTURES]:
                token = f"picture-{len(pictures)}-of-this-page"
                pictures[token] = output.data[kind].replace("\n", "")
                output.data[kind] = token
                if not _alt(output, kind):
                    output.metadata[kind] = {"alt": UNDESCRIBED}
    return shown, pictures


def _for_readers(output: Any) -> bool:
    if output.output_type == "stream":
        return bool(output.name == "stdout")
    return output.output_type != "error" and MIME not in output.get("data", {})


def _name_main_heading(soup: BeautifulSoup, title: str) -> None:
    headings = soup.find_all("h1")
    for extra in headings[1:]:
        extra.name = "h2"
    if not headings:
        heading = soup.new_tag("h1")
        heading.string = title
        main = soup.find("main")
        assert isinstance(main, Tag)
        main.insert(0, heading)


def _order_headings(soup: BeautifulSoup) -> None:
    level = 0
    for heading in soup.find_all(_HEADINGS):
        level = min(int(heading.name[1]), level + 1)
        heading.name = f"h{level}"


def _list_contents(soup: BeautifulSoup) -> None:
    """List the questions of a page, with links, before the first of them."""
    heads = [head for head in soup.select("main h2[id]") if head.get_text(strip=True)]
    if len(heads) < FEW_HEADINGS:
        return
    items = "".join(
        f'<li><a href="#{escape(str(head["id"]))}">{escape(head.get_text(strip=True))}</a></li>'
        for head in heads
    )
    nav = f'<nav class="contents" aria-label="Contents"><ul>{items}</ul></nav>'
    heads[0].insert_before(BeautifulSoup(nav, "html.parser"))


def _dress_table(soup: BeautifulSoup, table: Tag) -> None:
    """Give a table what a reader by ear, by phone or on paper needs, where it lacks it."""
    for attribute in ("border", "class"):
        table.attrs.pop(attribute, None)
    for style in table.find_previous_siblings("style"):
        style.decompose()  # pandas puts one before each table
    for row in table.find_all("tr"):
        row.attrs.pop("style", None)
    for cell in table.find_all(["th", "td"]):
        if cell.name == "th" and not cell.get_text(strip=True):
            cell.name = "td"  # an empty heading is announced as one
        if cell.name == "th" and not cell.get("scope"):
            cell["scope"] = "col" if cell.find_parent("thead") else "row"
    _align_numbers(table)
    if not table.find(class_="num"):
        table["class"] = "words"  # read one cell below the other where the page is narrow
    box = soup.new_tag("div", attrs={"class": "scroll", "role": "region", "tabindex": "0"})
    fold = table.find_parent("details")
    named = table.caption or (fold.summary if fold else None)
    box["aria-label"] = named.get_text(" ", strip=True) if named else "Table"
    table.wrap(box)


def _align_numbers(table: Tag) -> None:
    """Align to the right each column whose every cell is a number or a symbol for one."""
    rows = [
        row.find_all(["th", "td"]) for row in table.find_all("tr") if not row.find_parent("thead")
    ]
    heads = (
        [row.find_all(["th", "td"]) for row in table.thead.find_all("tr")] if table.thead else []
    )
    width = max((len(row) for row in rows), default=0)
    for place in range(width):
        cells = [row[place] for row in rows if len(row) == width]
        texts = [cell.get_text(strip=True) for cell in cells if cell.name == "td"]
        if any(texts) and all(_NUMBER.fullmatch(text) for text in texts if text):
            for cell in cells + [head[place] for head in heads if len(head) == width]:
                classes = set(cell.get_attribute_list("class")) - {None}
                cell["class"] = " ".join(sorted({*map(str, classes), "num"}))
