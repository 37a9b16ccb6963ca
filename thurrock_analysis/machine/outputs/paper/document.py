"""A paper as a Word document that can be read by ear: styles, captions, descriptions, language."""

import datetime
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from thurrock_analysis.machine.outputs.paper.content import (
    FRONT,
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
)
from thurrock_analysis.saving import MAKER

LANGUAGE = "en-GB"
FONT = "Arial"
COLOUR = "1F3864"
WIDTHS = (4.2, 2.35, 1.95, 1.95, 1.5, 2.15, 2.7)
"""Centimetres of the columns of a table: a rank in words stands on one line."""
BESIDE = 57
"""Twentieths of a point between a line of a table and its words, left and right."""
TOGETHER = 10
"""Rows of a table that is not split over two pages."""
MARGIN = 2.1
"""Centimetres beside the text."""
WIDE, HIGH = 14.0, 17.0
"""Centimetres that a chart has at most: its type stays above 7 points, and its page goes on."""
SMALL = 9
"""Points of tables and sources."""
NUMBERS = range(2, 6)
"""Columns of a table that are numbers."""
LONGEST_ALT = 600
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""What every part of the file is dated: the same paper is the same bytes."""


def write_document(path: Path, blocks: Iterable[Block], title: str, date: str) -> None:
    """Write the document of a paper that tells figures as at an ISO date."""
    import docx  # only a paper needs it

    made = _Document(docx.Document(), list(blocks), title, date)
    buffer = BytesIO()
    made.whole().save(buffer)
    path.write_bytes(_undated(buffer.getvalue()))


def is_untouched(content: bytes) -> bool:
    """Say whether a file is a paper of this package in which nobody wrote since."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            about = book.read("docProps/core.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError):
        return False
    return f"<cp:lastModifiedBy>{MAKER}</cp:lastModifiedBy>" in about


def _undated(content: bytes) -> bytes:
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, FIRST_DAY), old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


class _Document:
    """The document in the making."""

    def __init__(self, document: Any, blocks: list[Block], title: str, date: str) -> None:
        self.document, self.blocks, self.title, self.date = document, blocks, title, date
        self.numbers = {"Figure": 0, "Table": 0}
        self.marks = 0

    def whole(self) -> Any:
        self._set_up()
        self.document.add_paragraph(self.title, style="Title")
        for name, blank in FRONT.items():
            line = self.document.add_paragraph()
            line.paragraph_format.space_after = 0
            line.add_run(f"{name}: ").bold = True
            _mark(line, blank)
        self._contents()
        for block in self.blocks:
            match block:
                case Heading():
                    self._heading(block)
                case Paragraph():
                    self._paragraph(block)
                case Picture():
                    self._picture(block)
                case Listing():
                    self._table(block)
        return self.document

    def _set_up(self) -> None:
        """Set language, fonts, margins, page numbers and what the file says of itself."""
        from docx.shared import Cm, Pt, RGBColor

        styles = self.document.styles
        for language in styles.element.iter(_w("lang")):
            language.set(_w("val"), LANGUAGE)
        sizes = {"Normal": 11, "Title": 20, "Heading 1": 15, "Heading 2": 12, "Caption": 10}
        for name, size in sizes.items():
            style = styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            fonts = style.element.rPr.rFonts
            for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[theme]
            if name != "Normal":
                style.font.color.rgb = RGBColor.from_string(COLOUR)
                style.paragraph_format.keep_with_next = True
        styles["Normal"].paragraph_format.space_after = Pt(8)
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(MARGIN)
        foot = section.footer.paragraphs[0]
        foot.add_run("Page ")
        _field(foot, "PAGE", "1")
        about, day = self.document.core_properties, datetime.datetime.fromisoformat(self.date)
        about.title, about.author, about.last_modified_by = self.title, MAKER, MAKER
        about.language, about.comments, about.created, about.modified = LANGUAGE, "", day, day

    def _contents(self) -> None:
        """List the headings in a field, which Word fills with pages when it opens the file."""
        heads = [one for one in self.blocks if isinstance(one, Heading)]
        head = self.document.add_paragraph(style="TOC Heading")
        head.add_run("Contents")
        first = self.document.add_paragraph()
        _begin(first, r'TOC \o "1-2" \h \z \u', dirty=True)
        line = first
        for place, one in enumerate(heads, 1):
            line = first if place == 1 else self.document.add_paragraph()
            line.paragraph_format.space_after = 0
            line.paragraph_format.left_indent = 228600 * (one.level - 1)
            _link(line, one.text, f"part{place}")
        _end(line)

    def _heading(self, one: Heading) -> None:
        self.marks += 1
        line = self.document.add_heading(one.text, one.level)
        line.paragraph_format.page_break_before = one.apart or None
        _bookmark(line, f"part{self.marks}", self.marks)

    def _paragraph(self, one: Paragraph) -> None:
        line = self.document.add_paragraph(style="List Bullet" if one.bullet else None)
        if one.number:
            line.paragraph_format.left_indent = 457200
            line.paragraph_format.first_line_indent = -457200
            line.add_run(f"{one.number}\t")
        line.add_run(one.text + " " * bool(one.text and one.mark))
        if one.mark:
            _mark(line, one.mark)

    def _picture(self, one: Picture) -> None:
        from docx.shared import Cm, Pt

        line = self.document.add_paragraph()
        line.paragraph_format.keep_with_next = True
        drawn = line.add_run().add_picture(BytesIO(one.png))
        scale = min(Cm(WIDE) / drawn.width, Cm(HIGH) / drawn.height)
        drawn.width, drawn.height = round(drawn.width * scale), round(drawn.height * scale)
        about = drawn._inline.docPr
        about.set("descr", _short(one.alt))
        about.set("title", one.caption.text)
        self._caption("Figure", one.caption.text, above=bool(one.source))
        if one.source:
            self.document.add_paragraph(f"Source: {one.source}.").runs[0].font.size = Pt(SMALL)

    def _caption(self, kind: str, text: str, above: bool) -> None:
        self.numbers[kind] += 1
        line = self.document.add_paragraph(style="Caption")
        line.paragraph_format.keep_with_next = above
        line.add_run(f"{kind} ")
        _field(line, rf"SEQ {kind} \* ARABIC", str(self.numbers[kind]))
        line.add_run(f": {text}")

    def _table(self, one: Listing) -> None:
        from docx.shared import Cm, Pt

        self._caption("Table", one.caption.text, above=True)
        if one.legend:
            legend = self.document.add_paragraph()
            legend.paragraph_format.keep_with_next = True
            legend.add_run(one.legend).font.size = Pt(SMALL)
        table = self.document.add_table(rows=0, cols=len(one.heads))
        table.style, table.autofit = "Table Grid", False
        table._tbl.tblPr.append(_margins())
        for column, width in zip(table.columns, WIDTHS, strict=True):
            column.width = Cm(width)
        for down, row in enumerate([one.heads, *one.rows]):
            made = table.add_row()
            _set(made._tr.get_or_add_trPr(), "cantSplit")
            if not down:
                _set(made._tr.get_or_add_trPr(), "tblHeader")
            for across, (cell, text) in enumerate(zip(made.cells, row, strict=True)):
                cell.width = Cm(WIDTHS[across])
                line = cell.paragraphs[0]
                line.paragraph_format.space_after = 0
                line.paragraph_format.keep_with_next = down < len(one.rows) <= TOGETHER or None
                line.paragraph_format.alignment = 2 if across in NUMBERS else 0
                run = line.add_run(text)
                run.font.size, run.bold = Pt(SMALL), not down or None
        self.document.add_paragraph()


def _short(alt: str) -> str:
    """Cut a long description after a sentence: its numbers are in the tables."""
    if len(alt) <= LONGEST_ALT:
        return alt
    return alt[:LONGEST_ALT].rpartition(". ")[0] + "."


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _element(kind: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{kind}")
    for key, value in attributes.items():
        made.set(_w(key), value)
    return made


def _set(parent: Any, name: str) -> None:
    parent.append(_element(name, val="true"))


def _margins() -> Any:
    made = _element("tblCellMar")
    for side in ("left", "right"):
        made.append(_element(side, w=str(BESIDE), type="dxa"))
    return made


def _mark(line: Any, text: str) -> None:
    """Write what a person must do so that it is seen, and read, as such."""
    run = line.add_run(text)
    run.bold = True
    run.font.highlight_color = 7  # yellow


def _begin(line: Any, code: str, dirty: bool = False) -> None:
    start = _element("fldChar", fldCharType="begin", **({"dirty": "true"} if dirty else {}))
    line.add_run()._r.append(start)
    text = _element("instrText")
    text.text = code
    line.add_run()._r.append(text)
    line.add_run()._r.append(_element("fldChar", fldCharType="separate"))


def _end(line: Any) -> None:
    line.add_run()._r.append(_element("fldChar", fldCharType="end"))


def _field(line: Any, code: str, shown: str) -> None:
    _begin(line, code)
    line.add_run(shown)
    _end(line)


def _link(line: Any, text: str, anchor: str) -> None:
    link = _element("hyperlink", anchor=anchor, history="1")
    link.append(line.add_run(text)._r)
    line._p.append(link)


def _bookmark(line: Any, name: str, number: int) -> None:
    start = _element("bookmarkStart", id=str(number), name=name)
    line._p.insert(1 if line._p.pPr is not None else 0, start)
    line._p.append(_element("bookmarkEnd", id=str(number)))
