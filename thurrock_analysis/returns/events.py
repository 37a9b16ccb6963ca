"""An XML return in one pass: of each element no more is kept than what a form takes from it."""

import difflib
import re
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.returns.elements import Format

PIECE = 1 << 20
"""Bytes read at a time."""
WINDOWS = "windows-1252"
YES = re.compile(r"1|true|y|yes", re.IGNORECASE)
ALIKE = 0.9
"""How alike two tags are, of 1, of which one is the other misspelt."""
NO_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
ENDS_EARLY = {
    expat.errors.codes[fault]
    for fault in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
Cells = tuple[list[int], list[str]]
"""The rows of a form that have a value in a column, and the values."""


@dataclass
class Rows:
    """The rows of a form: the line of each, its row of the form above, and cells by column."""

    above: "Rows | None" = None
    lines: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    cells: dict[str, Cells] = field(default_factory=dict)

    def parent(self) -> int:
        """Return the row of the form above to which what comes next belongs."""
        return -1 if self.above is None else len(self.above.lines) - 1

    def begin(self, line: int) -> None:
        """Begin a row."""
        self.lines.append(line)
        self.parents.append(self.parent())


@dataclass
class Odd:
    """A tag that is none of the format's: what is made of it, how often it stands, where first."""

    rule: str
    tag: str
    line: int
    within: str
    place: "Place | None" = None
    meant: str = ""
    times: int = 0


@dataclass(frozen=True)
class Fault:
    """Something amiss at one place: in which form the row stands, and which row of it that is."""

    rule: str
    line: int
    form: str
    row: int
    tag: str
    value: str = ""


@dataclass
class Gathered:
    """What a file holds: rows by form, what is said of the whole, and what is amiss."""

    forms: dict[str, Rows]
    said: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    odd: dict[tuple[int, str], Odd] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Place:
    """An element as the parser meets it: what may stand in it, and where its text goes."""

    tag: str
    form: str = ""
    inner: dict[str, "Place"] = field(default_factory=dict)
    row: Rows | None = None
    cells: Cells | None = None
    lines: list[int] = field(default_factory=list)
    lazy: Rows | None = None
    said: str = ""
    unread: bool = False


def gather(name: str, stream: BinaryIO, layout: Format, encoding: str | None = None) -> Gathered:
    """Read a file.

    Raises
    ------
    ThurrockError
        It is cut short or no XML, or it has a document type definition, through which it could
        draw in other files or grow without end.
    """
    reader = Reader(name, layout, encoding)
    try:
        while piece := stream.read(PIECE):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == NO_TOKEN and encoding is None:
            stream.seek(0)
            return gather(name, stream, layout, WINDOWS)
        raise refused(name, error) from None
    return reader.found


def refused(name: str, error: expat.ExpatError) -> ThurrockError:
    """Build the sentence for a file that is no whole XML."""
    if error.code in ENDS_EARLY:
        return ThurrockError(
            f"{name} is cut short: it ends within line {error.lineno}, and nothing of it is read; "
            "export it again."
        )
    reason = expat.ErrorString(error.code)
    return ThurrockError(
        f"{name}, line {error.lineno}, is no XML ({reason}), and nothing of the file is read; "
        "export it again."
    )


class Reader:
    """Follows the parser through one file."""

    def __init__(self, name: str, layout: Format, encoding: str | None) -> None:
        self.name, self.layout = name, layout
        self.found, root = places(layout)
        self.outside = root.inner
        self.known = {path.rpartition("/")[2] for path in layout.paths}
        self.place, self.stack = root, [root]
        self.fresh: Place | None = None
        self.text, self.skipped = "", 0
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.letters
        self.parser.StartDoctypeDeclHandler = self.refuse
        if encoding:
            self.fault("xml_encoding", encoding)

    def letters(self, text: str) -> None:
        """Take up text, which can come in pieces."""
        self.text += text

    def start(self, tag: str, _: dict[str, str]) -> None:
        """Go into an element, or past it where nothing of it is taken."""
        if self.skipped:
            self.skipped += 1
            return
        if self.text and not self.text.isspace():
            self.fault("xml_stray_text", self.text.strip())
        self.text = ""
        place = self.place.inner.get(tag) or self.other(tag)
        if place is None:
            self.skipped = 1
            return
        self.stack.append(place)
        self.place = self.fresh = place
        if place.row is not None:
            place.row.begin(self.parser.CurrentLineNumber)

    def end(self, _: str) -> None:
        """Come out of an element with its text."""
        if self.skipped:
            self.skipped -= 1
            self.text = ""
            return
        place, text = self.place, self.text.strip()
        if place.cells is not None and text:
            if place.lazy is not None:
                self.begun(place.lazy)
            place.cells[0].append(len(place.lines) - 1)
            place.cells[1].append(text)
        elif text:
            self.told(place, text)
        elif place is self.fresh and (place.inner or place.row is not None):
            self.fault("xml_empty_block", "")
        self.text, self.fresh = "", None
        self.stack.pop()
        self.place = self.stack[-1]

    def told(self, place: Place, text: str) -> None:
        """Take a text that is no cell: of the whole return, a yes that is a row, or astray."""
        if place.lazy is not None:
            if YES.fullmatch(text):
                self.begun(place.lazy)
        elif place.said:
            self.found.said[place.said] = text
        elif not place.unread:
            self.fault("xml_stray_text", text)

    def begun(self, rows: Rows) -> None:
        """Begin a row where the row above it has none yet."""
        if not rows.parents or rows.parents[-1] != rows.parent():
            rows.begin(self.parser.CurrentLineNumber)

    def other(self, tag: str) -> Place | None:
        """Return what is meant by a tag that is not to stand here, or nothing."""
        key = id(self.place.inner), tag
        if key not in self.found.odd:
            local = tag.rpartition(":")[2]
            if local in self.place.inner:
                return self.place.inner[local]
            odd = self.found.odd[key] = self.judged(local)
            odd.place = self.place.inner.get(odd.meant) if odd.rule == "xml_tag" else odd.place
        odd = self.found.odd[key]
        odd.times += 1
        return odd.place

    def judged(self, tag: str) -> Odd:
        """Say what a tag is that is none of the format's."""
        line, within = self.parser.CurrentLineNumber, self.place.tag
        meant, sense = self.layout.spellings.get(tag, ("", ""))
        if sense == "opposite":
            return Odd("opposite_name", tag, line, within, meant=meant)
        if meant not in self.place.inner:
            meant = near(tag, [*self.place.inner], self.known)
        if meant:
            return Odd("xml_tag", tag, line, within, meant=meant)
        if self.place.inner is self.outside:
            return Odd("xml_frame", tag, line, within, Place(tag, inner=self.outside))
        return Odd("xml_unknown_tag", tag, line, within)

    def fault(self, rule: str, value: str) -> None:
        """Note what is amiss where the parser stands."""
        form = next((place.form for place in reversed(self.stack) if place.form), "")
        row = len(self.found.forms[form].lines) - 1 if form else -1
        line, tag = self.parser.CurrentLineNumber, self.place.tag
        self.found.faults.append(Fault(rule, line, form, row, tag, value))

    def refuse(self, *_: object) -> None:
        """Refuse a document type definition, at which entities begin."""
        raise ThurrockError(
            f"{self.name}, line {self.parser.CurrentLineNumber}, has a document type definition "
            "(DOCTYPE), which no return has and which can draw in other files: nothing of it is "
            "read; export it again."
        )


def near(tag: str, names: list[str], known: set[str]) -> str:
    """Return the one name that a tag is but for case, or for a letter or two.

    >>> near("assessments", ["Assessments"], set())
    'Assessments'
    >>> near("CINreferalDate", ["CINreferralDate"], set())
    'CINreferralDate'
    """
    folded = {name.casefold(): name for name in names}
    if tag.casefold() in folded:
        return folded[tag.casefold()]
    alike = difflib.get_close_matches(tag.casefold(), folded, n=2, cutoff=ALIKE)
    return folded[alike[0]] if len(alike) == 1 and tag not in known else ""


def places(layout: Format) -> tuple[Gathered, Place]:
    """Build the places of a format, with rows to fill; the outermost stands around the file."""
    forms: dict[str, Rows] = {}
    for form in layout.above:
        forms[form] = Rows()
    for form, above in layout.above.items():
        forms[form].above = forms.get(above)
    made = {"": Place("")}
    for path in layout.paths:
        outer, _, tag = path.rpartition("/")
        made[path] = made[outer].inner[tag] = place = Place(tag, layout.rows.get(path, ""))
        place.row = forms.get(place.form)
        place.unread = path in layout.unread
        form, place.said = layout.texts.get(path, ("", ""))
        if form:
            take(place, forms[form], form in layout.rows.values())
    for path, place in made.items():
        if "/" not in path and not place.inner and place.cells is None:
            place.inner = made[""].inner
    return Gathered(forms), made[""]


def take(place: Place, rows: Rows, opened: bool) -> None:
    """Have the text of a place go to a column, or a yes begin a row."""
    if place.said:
        place.cells, place.lines = rows.cells.setdefault(place.said, ([], [])), rows.lines
    place.lazy = None if opened else rows
    place.said = ""
