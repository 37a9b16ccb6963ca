"""What a refresh is for: those authorities that are named, those of a region, or all."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.machine.refresh.parameters import Value
from thurrock_analysis.machine.refresh.sources import (
    AREA,
    DATE,
    Notebook,
    nearest,
    own_area,
    values_of,
)
from thurrock_analysis.papers import documents
from thurrock_analysis.record import areas, notes, releases
from thurrock_analysis.record.areas import Area

if TYPE_CHECKING:
    from thurrock_analysis.machine.refresh.run import Options

MOST_NAMED = 5
INTERNAL = "Internal: made from returns about children and workers. Not for publication."
SYNTHETIC = "Synthetic: every child and worker here is made up; no figure is of a real authority."
DOCUMENTS, RETURNS = "documents", "returns"
NEEDS = (DOCUMENTS, RETURNS)
"""What a notebook can say that it needs."""


@dataclass(frozen=True)
class Plan:
    """What a refresh is to do for one authority, checked."""

    notebooks: tuple[Notebook, ...]
    """In the order to run them."""
    area: Area
    as_at: str
    out: Path
    values: dict[str, dict[str, Value]]
    """The parameters passed to each notebook, by its name."""
    not_made: dict[str, str]
    """Why there is no report of a notebook: a sentence, by its name."""
    internal: bool = False
    """Whether it rests on returns about children and workers."""

    @property
    def banner(self) -> str:
        """What stands at the head of every page that is not for publication."""
        if not self.internal:
            return ""
        return SYNTHETIC if self.area.level == areas.FICTIONAL else INTERNAL


def plans(notebooks: list[Notebook], options: "Options", out: Path) -> tuple[list[Plan], list[str]]:
    """Return what is to be done, and why an authority or a notebook is left out."""
    notes.held()  # a note that cannot be right is told before anything is run
    as_at = releases.resolve_as_at(options.as_at)
    somewhere = options.authorities or options.regions or options.everywhere
    named = options.authorities if somewhere else [own_area(notebooks)]
    found, left_out = chosen(named, options.regions, options.everywhere, as_at)
    took = run_record.usual_seconds(out)
    # The longest first, so that none is left alone at the end.
    order = sorted(notebooks, key=lambda one: -took.get(one.name, len(one.code_cells)))
    planned: list[Plan] = []
    without: dict[str, list[str]] = {}
    for area in found:
        not_made = lacking(order, area, as_at, bool(options.returns))
        known = {**options.given, AREA: area.code, DATE: as_at, RETURNS: options.returns}
        values = {one.name: values_of(one, known) for one in order if one.name not in not_made}
        for said in filter(None, not_made.values()):
            without.setdefault(said, []).append(area.name)
        if values:
            mine = tuple(one for one in order if one.name in values)
            folder = out / area.slug / as_at
            internal = bool(options.returns)
            planned.append(Plan(mine, area, as_at, folder, values, not_made, internal))
    return planned, left_out + [f"{whose(who)}: {said}" for said, who in without.items()]


def whose(names: list[str]) -> str:
    """Name some authorities, or count them where they are many."""
    return words.listed(names) if len(names) <= MOST_NAMED else f"{len(names)} authorities"


def lacking(notebooks: list[Notebook], area: Area, as_at: str, returns: bool) -> dict[str, str]:
    """Say of each notebook that needs what is not held of an area why it is not made.

    Of one that needs returns nothing is said where none were given: few refreshes have any.
    """
    found = {}
    for one in notebooks:
        if one.needs and one.needs not in NEEDS:
            raise ThurrockError(
                f"The notebook {one.name} needs {one.needs!r}: there are {', '.join(NEEDS)}."
            )
        if one.needs == RETURNS and not returns:
            found[one.name] = ""
        if one.needs == DOCUMENTS and not documents.held(area, as_at):
            found[one.name] = (
                f"{one.name} was not made, for it needs {one.needs} on the authority, and none "
                f"that was out by {words.day(as_at)} is held."
            )
    return found


def chosen(
    named: Iterable[str], regions: Iterable[str], everything: bool, as_at: str
) -> tuple[list[Area], list[str]]:
    """Return the areas to report on, each once."""
    found = {area.code: area for area in map(areas.find, named)}
    for area in found.values():
        releases.check_existed(area, as_at)
    wanted = [area for region in regions for area in within(_region(region), as_at)]
    if everything:
        wanted += within(areas.get(areas.ENGLAND), as_at)
    left_out = {}
    for area in wanted:
        try:
            releases.check_existed(area, as_at)
            found[area.code] = area
        except ThurrockError as gap:
            left_out[area.code] = str(gap)
    return list(found.values()), list(left_out.values())


def within(whole: Area, as_at: str) -> list[Area]:
    """Return the authorities of a region, or of England, that existed at a date, by name."""
    day = releases.parse(as_at)
    year = day.year + (day.month > 3)  # which closes on 31 March
    found = [
        area
        for area in areas.table().values()
        if area.level == "authority" and area.existed(year) and whole.code in _around(area)
    ]
    if not found:
        raise ThurrockError(f"{whole.name} had no authority at {as_at}.")
    return sorted(found, key=lambda area: area.name)


def _region(text: str) -> Area:
    wanted = text.strip()
    code = areas.codes().get(wanted.upper()) or areas.named(wanted)
    if code and areas.get(code).level in ("region", "country"):
        return areas.get(code)
    regions = [area.name for area in areas.table().values() if area.level == "region"]
    raise ThurrockError(f"No region is called {text!r}: {nearest(wanted, regions)}")


def _around(area: Area) -> list[str]:
    """Return the codes of the regions and the country that hold an area."""
    found = []
    while area.region:
        found.append(area.region)
        area = areas.get(area.region)
    return found
