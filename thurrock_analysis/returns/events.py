"""An XML return as rows: of each element no more is kept than what a form takes from it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np

from thurrock_analysis.returns import elements, markup
from thurrock_analysis.returns.elements import Column, Format
from thurrock_analysis.returns.markup import NOWHERE, Markup, Places

YES = r"^(?:1|true|y|yes)$"
ALIKE = 0.9
"""How alike two tags are, of 1, of which one is the other misspelt."""
NONE = np.empty(0, np.int64)
Marks = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class Rows:
    """The rows of a form: the tag and the line at which each begins, and values by column.

    Of a value there is the tag that closes it, and which of the words of the file it is.
    """

    above: "Rows | None" = None
    tags: Places = field(default_factory=NONE.copy)
    lines: Places = field(default_factory=NONE.copy)
    cells: dict[str, tuple[Places, Places]] = field(default_factory=dict)

    @property
    def parents(self) -> Places:
        """Return the row of the form above to which each row belongs."""
        return self.above.at(self.tags) if self.above else np.full(len(self.tags), NOWHERE)

    def at(self, tags: Places) -> Places:
        """Return the last row that has begun at each of some tags."""
        return np.searchsorted(self.tags, tags, "right") - 1

    def begin(self, told: Markup, tags: list[Places], *, once: bool) -> None:
        """Begin rows at tags, or at the first of them in each row of the form above."""
        self.tags = np.sort(np.concatenate([NONE, *tags]))
        if once:
            self.tags = self.tags[np.diff(self.parents, prepend=NOWHERE - 1) != 0]
        self.lines = told.lines(self.tags)

    def take(self, column: str, tags: Places, words: Places) -> None:
        """Take up the values of a column that stand in one place; another can have some too."""
        tags, words = (
            np.append(*both)
            for both in zip(self.cells.get(column, (NONE, NONE)), (tags, words), strict=True)
        )
        order = np.argsort(tags, kind="stable")
        self.cells[column] = tags[order], words[order]


@dataclass
class Odd:
    """A tag that is none of the format's: what is made of it, how often it stands, where first."""

    rule: str
    tag: str
    within: str
    at: int
    place: "Place | None" = None
    meant: str = ""
    times: int = 0


@dataclass(frozen=True)
class Fault:
    """Something amiss at a tag: of which form is the row that it stands in, and which row it is."""

    rule: str
    at: int
    form: str
    row: int
    tag: str
    value: str = ""


@dataclass(slots=True, eq=False)
class Place:
    """An element as it stands in a return: what may stand in it, and where its text goes.

    `form` is that of the innermost row that it is or stands in, `begins` that of which each is a
    row, and `lazy` that of which there is a row where it has a text, or one that says yes.
    """

    tag: str
    form: str = ""
    inner: dict[str, "Place"] = field(default_factory=dict)
    begins: str = ""
    cell: Column | None = None
    lazy: str = ""
    said: str = ""
    unread: bool = False


@dataclass
class Held:
    """All elements in one place: the tags that open and close them, and the word in each."""

    place: Place
    opened: Places
    closed: Places
    words: Places
    bare: Marks
    """Which have no element in them that is read."""


@dataclass
class Gathered:
    """What a file holds: rows by form, what is said of the whole, and what is amiss."""

    told: Markup
    forms: dict[str, Rows]
    said: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)

    def take(self, one: Held) -> None:
        """Take up the texts in a place, and note what is amiss there."""
        place, filled = one.place, one.words >= 0
        words = one.words[filled]
        if place.cell:
            self.forms[place.cell[0]].take(place.cell[1], one.closed[filled], words)
        elif place.said and len(words):
            self.said[place.said] = self.told.words[int(words[-1])].as_py()
        elif not (place.lazy or place.unread):
            self.fault("xml_stray_text", place, one.closed[filled], words)
        if place.inner or place.begins:
            self.fault("xml_empty_block", place, one.closed[one.bare & ~filled])

    def fault(self, rule: str, place: Place, tags: Places, words: Places | None = None) -> None:
        """Note what is amiss at some tags."""
        rows = self.forms[place.form].at(tags - 1) if place.form else np.full(len(tags), NOWHERE)
        values = [""] * len(tags) if words is None else self.told.words.take(words).to_pylist()
        self.faults += [
            Fault(rule, int(at), place.form, int(row), place.tag, value)
            for at, row, value in zip(tags, rows, values, strict=True)
        ]


def gather(name: str, stream: BinaryIO, layout: Format) -> Gathered:
    """Read a file, which is refused as by `markup.read`."""
    told = markup.read(name, stream.read())
    walk = Walk(told, layout)
    walk.down()
    found = Gathered(told, forms(layout), odd=sorted(walk.odd.values(), key=lambda odd: odd.at))
    held = [*walk.held()]
    for form, rows in found.forms.items():
        opened = [one.opened for one in held if one.place.begins == form]
        lazy = [spoken(told, one) for one in held if one.place.lazy == form]
        rows.begin(told, opened + lazy, once=form not in layout.rows.values())
    for one in held:
        found.take(one)
    for place, tags in walk.stray():
        found.fault("xml_stray_text", place, tags, told.word[tags - 1])
    found.faults.sort(key=lambda fault: fault.at)
    return found


def spoken(told: Markup, one: Held) -> Places:
    """Return the tags at which elements close that have a text, or where it is no cell, a yes."""
    from pyarrow import compute

    tags, words = one.closed[one.words >= 0], one.words[one.words >= 0]
    if one.place.cell:
        return tags
    yes = compute.match_substring_regex(told.words.take(words), YES, ignore_case=True)
    return np.asarray(tags[yes.to_numpy(zero_copy_only=False)])


class Walk:
    """Finds the place of each element of a file, from the outermost inwards."""

    def __init__(self, told: Markup, layout: Format) -> None:
        self.told, self.layout = told, layout
        root = places(layout)
        self.outside = root.inner
        self.known = {path.rpartition("/")[2] for path in layout.paths}
        self.places = [root]
        self.numbers = {id(root): 0}
        self.of = np.full(len(told.tags), NOWHERE)
        """The place of each tag, and below that in which it stands; of what is not read, none."""
        self.around = self.of.copy()
        self.odd: dict[tuple[int, str], Odd] = {}

    def down(self) -> None:
        """Find the places of one level after the other; in each, tags open and close by turns."""
        opens = self.told.opens
        level = np.cumsum(np.where(opens, 1, -1)) + ~opens
        order = markup.sorting(level)
        bounds = np.searchsorted(level[order], np.arange(1, level.max(initial=0) + 2))
        above, found = np.zeros(1, np.int64), np.zeros(1, np.int64)
        for first, last in pairwise(bounds):
            opened, closed = order[first:last:2], order[first + 1 : last : 2]
            around = found[np.searchsorted(above, opened, "right") - 1]
            above, found = opened, self.named(around, opened)
            self.around[opened] = around
            self.of[opened] = self.of[closed] = found
            if not (found >= 0).any():
                break

    def named(self, around: Places, opened: Places) -> Places:
        """Return the places of the elements of one level."""
        many = len(self.told.names)
        pairs, first, of, times = np.unique(
            around * many + self.told.tags[opened],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        found = [
            self.number(*divmod(int(pair), many), int(opened[at]), int(often))
            for pair, at, often in zip(pairs, first, times, strict=True)
        ]
        return np.array(found, np.int64)[of]

    def number(self, around: int, tag: int, at: int, times: int) -> int:
        """Return the number of the place of a tag in another place."""
        if around < 0:
            return NOWHERE
        outer, name = self.places[around], self.told.names[tag]
        place = outer.inner.get(name) or self.other(outer, name, at, times)
        if place is None:
            return NOWHERE
        if id(place) not in self.numbers:
            self.numbers[id(place)] = len(self.places)
            self.places.append(place)
        return self.numbers[id(place)]

    def other(self, outer: Place, tag: str, at: int, times: int) -> Place | None:
        """Return what is meant by a tag that is not to stand in a place, or nothing."""
        local = tag.rpartition(":")[2]
        if local in outer.inner:
            return outer.inner[local]
        key = id(outer.inner), tag
        if key not in self.odd:
            self.odd[key] = self.judged(outer, local, at)
        odd = self.odd[key]
        odd.at = min(odd.at, at)
        odd.times += times
        return odd.place

    def judged(self, outer: Place, tag: str, at: int) -> Odd:
        """Say what a tag is that is none of the format's."""
        meant, sense = self.layout.spellings.get(tag, ("", ""))
        if sense == "opposite":
            return Odd("opposite_name", tag, outer.tag, at, meant=meant)
        if meant not in outer.inner:
            meant = near(tag, [*outer.inner], self.known)
        if meant:
            return Odd("xml_tag", tag, outer.tag, at, outer.inner[meant], meant)
        if outer.inner is self.outside:
            return Odd("xml_frame", tag, outer.tag, at, Place(tag, inner=self.outside))
        return Odd("xml_unknown_tag", tag, outer.tag, at)

    def held(self) -> Iterator[Held]:
        """Yield the elements of each place."""
        opens, read = self.told.opens, np.flatnonzero(self.of >= 0)
        bare = np.zeros(len(opens), bool)
        bare[read[1:]] = opens[read[:-1]]
        read = read[markup.sorting(self.of[read])]
        bounds = np.searchsorted(self.of[read], np.arange(len(self.places) + 1))
        for place, (first, last) in zip(self.places, pairwise(bounds), strict=True):
            tags = read[first:last]
            opened, closed = tags[opens[tags]], tags[~opens[tags]]
            yield Held(place, opened, closed, self.told.word[closed - 1], bare[closed])

    def stray(self) -> Iterator[tuple[Place, Places]]:
        """Yield the tags before which a text stands among elements, by the place of that text."""
        tags = 1 + np.flatnonzero(self.told.opens[1:] & (self.told.word[:-1] >= 0))
        around = self.around[tags]
        for number in np.unique(around[around >= 0]):
            yield self.places[number], tags[around == number]


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


def forms(layout: Format) -> dict[str, Rows]:
    """Return rows to fill, each with those above it."""
    found = {form: Rows() for form in layout.above}
    for form, above in layout.above.items():
        found[form].above = found.get(above)
    return found


def places(layout: Format) -> Place:
    """Build the places of a format, and return the one that stands around the file."""
    made = {"": Place("")}
    for path in layout.paths:
        outer, _, tag = path.rpartition("/")
        made[path] = made[outer].inner[tag] = place = Place(
            tag,
            elements.form_at(path, layout.rows),
            begins=layout.rows.get(path, ""),
            unread=path in layout.unread,
        )
        form, said = layout.texts.get(path, ("", ""))
        if not form:
            place.said = said
            continue
        place.cell = (form, said) if said else None
        place.lazy = "" if form in layout.rows.values() else form
    for path, place in made.items():
        if "/" not in path and not place.inner and not place.cell:
            place.inner = made[""].inner
    return made[""]
