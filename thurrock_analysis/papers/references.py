"""How a claim says what it rests on: references, read once, with the unit of what they mean.

A reference is one of

- ``OS18.65a``: a fact;
- ``2.5``: a number that the words of the claim hold; ``50~a few, at most half`` says which words;
- ``2012-10-27``: a day;
- ``latest:looked_after:E06000034:2018-03-31``: a published figure as known at the report's date,
  ``then:...`` as known when the document came out; a group as in ``measures.part``; the area
  ``neighbours`` is the mean of the neighbours' values, of the model in force when the document
  came out, ``neighbours of April 2021`` of that model;
- ``among:referral_rate:region:2016-03-31``: a published figure of every other area of a kind
  (``authorities``, ``region`` or ``neighbours``), ``among then:...`` likewise;
- ``grades:2012 statistical neighbours:safeguarding...``: the grades of a group of areas;
- ``count:actions:document=OS12,due>2012-10-27~~due later``: rows of a table of the documents that
  meet every condition, and what to call them.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers.figures import Figure, day
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.fingerprint import remembered

NEIGHBOURS = "neighbours"
KINDS = ("authorities", "region", NEIGHBOURS)
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:~(.+))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PUBLISHED = re.compile(r"(latest|then|among|among then):([^:]+):([^:]+):(\d{4}-\d{2}-\d{2})")
GRADES = re.compile(r"grades:([^:]+):(.+)")
COUNT = re.compile(r"count:(\w+):?(.*?)(?:~~(.*))?")
Series = tuple[str, str, str]
"""Measure, breakdown and group."""


class Published(NamedTuple):
    """A published figure: of an area, of its neighbours, or of several areas of a kind.

    Attributes
    ----------
    series : tuple of str
        Measure, breakdown and group.
    area : str
        An ONS code, ``neighbours``, ``neighbours of MODEL``, or a kind of areas.
    end : str
        ISO date on which the period ends.
    then : bool
        As known when the document came out.
    several : bool
        Of every other area of the kind.
    model_since : str
        ISO date from which the model that is named is in force; ``""`` if none is.
    """

    series: Series
    area: str
    end: str
    then: bool
    several: bool
    model_since: str = ""

    @property
    def is_of_neighbours(self) -> bool:
        """Whether it is of the neighbours."""
        return self.area.startswith(NEIGHBOURS)


class Grades(NamedTuple):
    """The grades of a group of areas of the papers on one judgement."""

    group: str
    judgement: str


class Count(NamedTuple):
    """Rows of a table of the papers that meet conditions, and what to call them."""

    table: str
    conditions: str
    label: str


class Fact(NamedTuple):
    """A transcribed fact."""

    name: str


Reference = Published | Grades | Count | Fact | Figure
"""What a reference names; a number or a day is the figure itself."""


@remembered
def parse(text: str) -> Reference:
    """Read a reference.

    >>> parse("latest:referrals:E06000034:2018-03-31").series
    ('referrals', 'all', 'all')
    >>> parse("50~half").text, parse("2012-10-27").text, parse("OS18.65a")
    ('half', '27 October 2012', Fact(name='OS18.65a'))
    """
    if match := NUMBER.fullmatch(text):
        return Figure(Fraction(match[1]), match[2] or match[1])
    if DAY.fullmatch(text):
        return day(text)
    if match := PUBLISHED.fullmatch(text):
        kind, name, area, end = match.groups()
        several, then = kind.startswith("among"), kind.endswith("then")
        return Published(named(name), area, end, then, several, model_date(area, several))
    if match := GRADES.fullmatch(text):
        return Grades(*match.groups())
    if match := COUNT.fullmatch(text):
        return Count(match[1], match[2], match[3] or "")
    return Fact(text)


@remembered
def read(text: str) -> dict[str, Reference]:
    """Read the inputs of a claim: roles and references.

    >>> read("now=OS18.65a; before=OS18.65b")
    {'now': Fact(name='OS18.65a'), 'before': Fact(name='OS18.65b')}
    """
    found: dict[str, Reference] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        role, sign, reference = part.partition("=")
        if not sign or not role.isidentifier() or role in found:
            raise ThurrockError(f"{part!r} is not role=reference, each role once")
        found[role] = parse(reference)
    return found


def named(text: str) -> Series:
    """Return measure, breakdown and group of a reference.

    >>> named("looked_after[uasc=unaccompanied]"), named("referrals")
    (('looked_after', 'uasc', 'unaccompanied'), ('referrals', 'all', 'all'))
    """
    part = measures.part(text)
    if part is None or part.measure not in measures.table().index or len(part.groups) > 1:
        raise ThurrockError(f"{text!r} is no measure of the dictionary with one group at most")
    return part.measure, part.breakdown, part.groups[0]


def model_date(area: str, several: bool) -> str:
    """Return since when the model of the neighbours that is named is in force; ``""`` if none is.

    >>> model_date("neighbours", True), model_date("neighbours of April 2021", False)
    ('', '2021-04-01')
    """
    if area in (KINDS if several else [NEIGHBOURS, *areas.table()]):
        return ""
    rows = dictionary.read("neighbours")
    starts = rows.loc[("neighbours of " + rows["model"]).eq(area), "in_force_from"]
    if several or starts.empty:
        raise ThurrockError(f"{area!r} is no area, kind of areas or model of neighbours.csv")
    return str(starts.iloc[0])
