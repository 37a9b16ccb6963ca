"""Turn an executed notebook into a page: no code, no request to elsewhere, readable anywhere."""

import copy
import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import nbformat
from bs4 import BeautifulSoup, Comment, Tag
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from thurrock_analysis import pages
from thurrock_analysis.machine import TEMPLATES
from thurrock_analysis.machine.refresh import page_key, page_tables
from thurrock_analysis.machine.refresh.page_charts import PageChart, charts
from thurrock_analysis.machine.refresh.paper import foot
from thurrock_analysis.machine.refresh.payload import MIME

NOTICE = "<!--notice-->"
REPORTS, ELSEWHERE, END = "<!--reports-->", "<!--elsewhere-->", "<!--/-->"
"""Where links to the other reports go, once these are made; below each heading too."""
UNDESCRIBED = "A chart without a description."
PICTURES = {"image/png", "image/jpeg"}
SHOWN = {"text/html", "text/markdown", "text/plain", "image/svg+xml", *PICTURES}
"""What a page can show; an output that has more forms shows one of these."""
FEW_HEADINGS = 3
"""A page with fewer questions needs no list of them."""

_TO_NOTEBOOK = re.compile(r"^([^/:?#]+)\.ipynb(?=#|$)")
_QUESTION = re.compile(r"^## .*\S", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
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
    folder: str = ""
    """Where beside the page the files to take away are; empty where there are none."""


class Written(IPythonRenderer):
    """Markdown in which HTML is no more than text, and a comment nothing."""

    def block_html(self, html: str) -> str:
        """Show a block of HTML as it was typed."""
        return f"<p>{text}</p>\n" if (text := self.inline_html(html.strip())) else ""

    def inline_html(self, html: str) -> str:
        """Show HTML within a line as it was typed."""
        return escape(_COMMENT.sub("", html))


def markdown2html(text: str) -> str:
    """Turn Markdown into HTML."""
    made: str = MarkdownWithMath(renderer=Written(escape=False)).render(text)
    return made


class PageExporter(HTMLExporter):
    """Nbconvert's exporter without its second look at each page, which is read here anyway."""

    def default_filters(self) -> Any:
        """Turn Markdown into HTML by what turns headings into anchors too."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", markdown2html

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
        shown, pictures, drawn = _to_show(notebook)
        html, _ = self._exporter.from_notebook_node(
            shown,
            resources={
                "page": page,
                "style": self._style,
                "foot": foot(f"{page.area}: {page.title}"),
                "notice": NOTICE,
                "reports": REPORTS + END,
            },
        )
        soup = BeautifulSoup(html, "html.parser")
        for mark in soup.find_all("a", class_="anchor-link"):  # the headings' ids stay
            mark.decompose()
        _name_main_heading(soup, page.title)
        _order_headings(soup)
        page_tables.dress(soup)
        _list_contents(soup)
        for heading in soup.select("main h2[id]"):
            heading.insert_after(*map(Comment, (ELSEWHERE[4:-3], END[4:-3])))
        page_key.add(soup, " ".join(chart.words() for chart in drawn.values()))
        for link in soup.find_all("a", href=True):  # between notebooks, so between their pages
            address = _TO_NOTEBOOK.sub(r"\1.html", str(link["href"]))
            link["href"] = "#" if _ACTIVE.match(address) else address
        for token, chart in drawn.items():
            cell = soup.select_one(f".outputs:has(#{token})")
            assert cell
            _beside(cell)
            pictures[f'<i id="{token}"></i>'] = chart.html(page.folder, not cell.find("table"))
        html = str(soup)
        for token, data in pictures.items():
            html = html.replace(token, data)
        return html


def take_away(notebook: Any) -> dict[str, bytes]:
    """Return the files of a notebook's charts, by name, and leave them out of the notebook."""
    files: dict[str, bytes] = {}
    for output, chart in list(charts(notebook)):
        files |= chart.files()
        del output["data"][pages.MIME]
    return files


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


def _to_show(notebook: Any) -> tuple[Any, dict[str, str], dict[str, PageChart]]:
    """Copy the notebook without what no reader wants; pictures and charts become short tokens."""
    shown = copy.deepcopy(notebook)
    drawn: dict[str, PageChart] = {}
    for output, chart in list(charts(shown)):
        token = f"chart-{chart.number}-of-this-page"
        drawn[token] = chart
        output.data = nbformat.from_dict({"text/html": f'<i id="{token}"></i>'})
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
    return shown, pictures, drawn


def _beside(cell: Tag) -> None:
    """Put what is said of a chart before a table that is too wide to stand beside it."""
    wide = cell.find(class_="full")
    if isinstance(wide, Tag):
        outer = wide.find_parent(class_=page_tables.PHONE_ONLY) or wide
        if outer.parent is cell:
            cell.append(outer.extract())


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
