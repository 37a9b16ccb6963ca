"""The first page of a report, and the one over all: what stands out, and what failed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import open_questions
from thurrock_analysis.machine import TEMPLATES
from thurrock_analysis.machine.files import reason
from thurrock_analysis.machine.refresh.family import Family
from thurrock_analysis.machine.refresh.foremost import MOST, Foremost
from thurrock_analysis.machine.refresh.glance import themes
from thurrock_analysis.machine.refresh.paper import foot
from thurrock_analysis.machine.refresh.payload import Payload, period_of, shown_of
from thurrock_analysis.machine.refresh.run_record import all_under
from thurrock_analysis.machine.refresh.sources import PAGE
from thurrock_analysis.metrics.usual import LEVEL
from thurrock_analysis.record import areas, dictionary, measures, releases

FIRST = 3
"""Lines of what matters most that stand above the tiles; the others come after them."""
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
BOXES = ("matters", "better", "unusual", "moved", "ahead")


@dataclass(frozen=True)
class Entry:
    """One notebook on the index."""

    name: str
    title: str
    page: bool
    """Whether there is a page to link to."""
    earlier: str = ""
    """When an earlier refresh made the page; empty when this one did."""
    failure: str = ""
    """What went wrong this time; empty when nothing did."""
    payload: Payload | None = None
    anchors: dict[str, str] = field(default_factory=dict)
    """Where on the page each measure is first shown."""

    def link(self, measure: str = "") -> str:
        """Return the address of the place that shows a measure, or of the page."""
        anchor = self.anchors.get(measure, "")
        return quote(f"{self.name}.html") + f"#{anchor}" * bool(anchor)


def index_page(entries: list[Entry], about: dict[str, Any]) -> str:
    """Return the index page, on which the changes of all notebooks are one family."""
    entries, family = corrected(entries)
    shows = _homes(entries)
    tables = [_table(one, one.payload, shows) for one in entries if one.payload]
    chosen = foremost_of(entries)
    return filled(
        "index",
        **about,
        entries=entries,
        family=family,
        boxes={box: lines_of(entries, box, chosen) for box in BOXES},
        foremost=chosen,
        first=FIRST,
        questions=_asked(entries, chosen),
        jointly=_jointly(entries, about["area"]),
        themes=(made := _themes(entries, about["date"])),
        coloured=any(tile["side"] for theme in made for tile in theme["tiles"]),
        tables=list(_once(_folded(tables))),
    )


def _themes(entries: list[Entry], as_at: str) -> list[dict[str, Any]]:
    """Return the tiles, each with the link of the notebook that shows its measure."""
    tiles: dict[str, Any] = {}
    moved: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    shows = _homes(entries)
    for payload in (one.payload for one in entries if one.payload):
        for line in payload.headlines:
            name = line.get("measure", "")
            if line.get("box") == "tile":
                tiles.setdefault(name, line | {"link": shows[name].link(name)})
            elif "direction" in line:
                moved.setdefault(name, line)
        for row in payload.key_figures:
            if row.get("breakdown", "all") == "all":
                rows.setdefault(str(row.get("measure", "")), {"value": shown_of(row)[1]})
    return themes(tiles, moved, rows, as_at)


def corrected(entries: list[Entry]) -> tuple[list[Entry], Family]:
    """Tell what the notebooks hand over as it is among all changes of a report."""
    family = Family.of(line for one in entries if one.payload for line in one.payload.headlines)
    return [_among_all(one, family) for one in entries], family


def _among_all(entry: Entry, family: Family) -> Entry:
    """Tell what an entry hands over as it is among all changes of the page."""
    if entry.payload is None:
        return entry
    lines = [family.told(line) for line in entry.payload.headlines]
    return replace(entry, payload=replace(entry.payload, headlines=lines))


def foremost_of(entries: list[Entry]) -> Foremost:
    """Put together what notebooks hand on of where measures stand, and how they moved."""
    lines = [line for one in entries if one.payload for line in one.payload.headlines]
    moved = {one["measure"]: one for one in lines if one.get("box") == "moved" and "change" in one}
    return Foremost.of((one for one in lines if "beside" in one), moved)


def _linked(entries: list[Entry], frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return lines with the link of the notebook that shows their measure."""
    shows = _homes(entries)
    return [
        {"sentence": one.sentence, "measure": one.measure,
         "link": shows[one.measure].link(one.measure), "title": shows[one.measure].title}
        for one in frame.itertuples()
    ]  # fmt: skip


def _asked(entries: list[Entry], chosen: Foremost) -> list[dict[str, str]]:
    """Return the questions to ask next, each with the notebook that shows its measure."""
    shows = _homes(entries)
    return [
        one | {"link": home.link(one["measure"]), "title": home.title}
        for one in open_questions.raised(chosen.frame)
        for home in [shows[one["measure"]]]
    ]


def _jointly(entries: list[Entry], area: str) -> list[str]:
    """Say of which statistics an area has no figure as it makes its return with another."""
    told = {
        measures.get(name).collection
        for one in entries
        for row in (one.payload.key_figures if one.payload else [])
        if row.get("value") is not None and (name := str(row["measure"])) in measures.table().index
    }
    return [
        f"{collection['title']}: no figure of {area} alone is held, for two authorities make one "
        f"return. It is told of {areas.titles()[row['joint']]}."
        for row in dictionary.rows("joint")
        for collection in dictionary.rows("collections")
        if areas.get(row["area"]).name == area
        and collection["collection"] == row["collection"]
        and row["collection"] not in told
    ]


def _homes(entries: list[Entry]) -> dict[str, Entry]:
    """Return by measure the notebook to link to: the first that shows more than a forecast."""
    shows: dict[str, Entry] = {}
    for forecast in (True, False):
        for entry, payload in ((one, one.payload) for one in reversed(entries) if one.payload):
            ahead = {one.get("measure") for one in payload.headlines if one.get("box") == "ahead"}
            names = {one["measure"] for one in payload.headlines if "measure" in one}
            shows |= {name: entry for name in names if (name in ahead) == forecast}
    return shows


def filled(template: str, **what: Any) -> str:
    """Fill one of the project's own templates."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"whole": whole, "foot": lambda text: Markup(foot(unescape(text)))}
    own = TEMPLATES / f"{template}.css"
    sheets = [TEMPLATES / "style.css", *([own] if own.is_file() else [])]
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return environment.get_template(f"{template}.html.j2").render(style=style, **what)


def whole(text: str) -> Markup:
    """Keep the parts of a word with a hyphen on one line: a narrow column would begin with one.

    >>> whole("Looked-after & well")
    Markup('<span class="whole">Looked-after</span> &amp; well')
    """
    kept = _HYPHENATED.sub(r'<span class="whole">\g<0></span>', str(escape(text)))
    return Markup(kept)


def lines_of(entries: list[Entry], box: str, chosen: Foremost) -> list[dict[str, str]]:
    """Return the lines of a box, the weightiest first, each with its measure and link."""
    if box in ("matters", "better"):
        return _linked(entries, getattr(chosen, box))
    elsewhere = _told_elsewhere(entries) if box in ("unusual", "moved") else set()
    among = [
        (one, entry)
        for entry in entries
        if entry.payload
        for one in entry.payload.headlines
        if one["weight"] > 0 and _box_of(one) == box and one.get("measure") not in elsewhere
    ]
    # A measure that two notebooks show is said once, with the link of its own.
    shows = _homes(entries) if box != "ahead" else {}
    once = {one["sentence"]: (one, entry) for one, entry in reversed(among)}
    most = sorted(once.values(), key=lambda item: -item[0]["weight"])
    beyond = sum(_is_beyond(one) for one, _ in most)
    return [
        {"sentence": one["sentence"], "measure": name, "link": home.link(name), "title": home.title}
        for one, entry in most[: max(MOST, beyond)]
        for name in [one.get("measure", "")]
        for home in [shows.get(name, entry)]
    ]  # fmt: skip


def _is_beyond(line: dict[str, Any]) -> bool:
    """Say whether a change is larger than usual by itself: none of these is left out."""
    chance = line.get("probability")
    return chance is not None and chance <= LEVEL


def _told_elsewhere(entries: list[Entry]) -> set[str]:
    """Return the measures whose movement the line of another tells: what is unusual stays."""
    lines = {
        one["measure"]: one
        for entry in entries
        if entry.payload
        for one in entry.payload.headlines
        if one["weight"] > 0 and one.get("box", "moved") == "moved" and "measure" in one
    }
    pairs = [(one, lines[name]) for one in lines.values() for name in one.get("tells", [])
             if name in lines]  # fmt: skip
    return {
        (one if _box_of(other) == "unusual" != _box_of(one) else other)["measure"]
        for one, other in pairs
    }


def _box_of(line: dict[str, Any]) -> str:
    """Return the box that a line belongs to: what moved is unusual, or not."""
    box = str(line.get("box", "moved"))
    return "unusual" if box == "moved" and line.get("verdict") == "larger" else box


def _table(entry: Entry, payload: Payload, shows: dict[str, Entry]) -> dict[str, Any]:
    """Return the key figures of a notebook, without those that another is the one to show."""
    moved = {
        one.get("measure"): one
        for one in payload.headlines
        if "england" in one and one.get("box") != "matters"
    }
    rows = [
        row
        for row in payload.key_figures
        if row.get("breakdown", "all") == "all"
        and shows.get(str(row.get("measure", "")), entry) is entry
    ]
    return {
        "title": entry.title,
        "earlier": entry.earlier,
        "rows": [
            _row(row, moved.get(name, {}))
            | {"link": entry.link(name), "measure": name, "near": _near(payload, name)}
            | {"tells": moved.get(name, {}).get("tells", []), "behind": row.get("numerator")}
            for row in rows
            for name in [str(row.get("measure", ""))]
        ],
    }


def _near(payload: Payload, name: str) -> str:
    """Write the mean of the neighbours, where it is known."""
    mean = payload.beside.get(name, {}).get("neighbours")
    return "" if mean is None else words.figure(mean, measures.get(name))


def _folded(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the count behind a rate beside it, in brackets, in place of a row of its own."""
    rows = [row for table in tables for row in table["rows"]]
    held = {(row["measure"], row["period"]) for row in rows}
    telling = [row for row in rows if row["tells"] and row["behind"] is not None]
    told = {(name, row["period"]) for row in telling for name in row["tells"]} & held
    for row in telling:
        part = measures.get(row["measure"]).numerator
        if part and (part.measure, row["period"]) in told:
            row["value"] += f" ({words.figure(row['behind'], measures.get(part.measure))})"
    return [
        table
        | {"rows": [one for one in table["rows"] if (one["measure"], one["period"]) not in told]}
        for table in tables
    ]


def _once(tables: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave a figure that two notebooks show in the table of the first."""
    seen: set[tuple[str, str]] = set()
    for table in tables:
        table["rows"] = [row for row in table["rows"] if (row["label"], row["period"]) not in seen]
        seen |= {(row["label"], row["period"]) for row in table["rows"]}
        if table["rows"]:
            yield table | {"releases": _by_release(table["rows"])}


def _by_release(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Put rows under the release that they come from, which is then said once."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["release"] or "what was handed in", []).append(row)
    return found


def _row(row: dict[str, Any], moved: dict[str, str]) -> dict[str, str]:
    label, value = shown_of(row)
    beside = {name: moved.get(name, "") for name in ("before", "change", "direction", "england")}
    release = releases.in_words(str(row.get("release") or ""))
    return {"label": label, "period": period_of(row), "value": value, "release": release} | beside


def write_front(out: Path, scratch: Path) -> Path:
    """Write the page over all authorities from what lies in the folder of reports."""
    page, beside, written = out / PAGE, scratch / PAGE, ""
    try:
        # Another refresh may put a report there meanwhile, and must not be lost from the page.
        while (text := filled("front", places=places(all_under(out)))) != written:
            beside.write_text(text, encoding="utf-8")
            beside.replace(page)
            written = text
    except OSError as error:
        raise ThurrockError(
            f"The page over all authorities cannot be written to {page} ({reason(error)})."
        ) from error
    return page


def places(records: dict[Path, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each authority, by name: its newest report, and links to the others."""
    found: dict[str, list[dict[str, Any]]] = {}
    for folder, record in sorted(records.items(), reverse=True):  # newest first
        found.setdefault(record["authority"]["code"], []).append(_report(folder, record))
    newest = [{**rows[0], "others": rows[1:]} for rows in found.values()]
    return sorted(newest, key=lambda row: str(row["name"]))


def _report(folder: Path, record: dict[str, Any]) -> dict[str, Any]:
    notebooks = record["notebooks"].values()
    return {
        "name": areas.titles().get(record["authority"]["code"], record["authority"]["name"]),
        "link": f"{folder.parent.name}/{folder.name}/{PAGE}",
        "as_at": words.day(record["as_at"]),
        "made": words.day(record["made"]),
        "reports": sum("earlier" in one or one.get("status") == "ok" for one in notebooks),
        "failed": [str(one.get("title", "")) for one in notebooks if one.get("status") == "failed"],
    }
