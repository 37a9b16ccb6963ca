"""Somebody who wants to know what was hidden: reads all that was published, and reckons.

Nothing here is taken from the package: only the definitions in its data files are read.
"""

import csv
import json
import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

DATA = Path(__file__).resolve().parents[1] / "data"
HIDDEN = "[c]"
REST = "rest"
DAY = timedelta(days=1)


def table(name):
    with (DATA / "statutory" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


DEFINED = {row["measure"]: row for row in table("indicators")}
KIND = {row["measure"]: row["kind"] for row in table("publishable")}


def published(folder):
    """Return the rows of a publication, after making sure that no file of it tells more."""
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    same_workbook(folder / "figures.xlsx", rows)
    same_page(folder / "index.html", rows)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert set(record) == {
        *("made", "authority", "to", "synthetic", "hidden_counts", "version", "files")
    }
    assert sorted(one.name for one in folder.iterdir()) == sorted([*record["files"], "run.json"])
    return rows


def same_workbook(path, rows):
    sheets = pd.read_excel(path, sheet_name=None, engine="calamine", dtype="str")
    read = sheets["Figures"].fillna("")
    assert list(sheets) == ["Cover", "Figures"] and len(read) == len(rows)
    for name in read:
        theirs = [row[name].removeprefix("'") for row in rows]
        assert [plain(cell) for cell in read[name]] == [plain(cell) for cell in theirs]


def plain(cell):
    try:
        return f"{float(cell):g}"
    except ValueError:
        return cell


def same_page(path, rows):
    """Each number in a table of the page is one of the CSV's, of the same label and last day."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    told = defaultdict(set)
    for row in rows:
        day = date.fromisoformat(row["period_end"])
        names = {row["group"], f"{row['label'][0].upper()}{row['label'][1:]}"}
        for name in names:
            for place in ((name, f"{day.day} {day:%b} {day.year}"), (name, f"{day:%b} {day.year}")):
                told[place] |= {plain(row[part]) for part in ("numerator", "denominator", "value")}
    assert not page.find_all(["script", "img", "svg", "object", "iframe", "link"])
    cells = 0
    for one in page.find_all("table"):
        heads = [head.get_text() for head in one.thead.find_all("th")]
        for line in one.tbody.find_all("tr"):
            name, *texts = [cell.get_text() for cell in line.find_all(["th", "td"])]
            name = name.removesuffix(", three years")
            for head, text in zip(heads[1:], texts, strict=True):
                numbers = re.findall(r"[\d,.]*\d", text)
                here = told[name, head]
                assert {plain(number.replace(",", "")) for number in numbers} <= here, (name, text)
                cells += 1
    assert cells >= len({(row["label"], row["group"], row["period_end"]) for row in rows}) > 20


class Attacker:
    """Knows counts by name, split, group and days, and sums of them."""

    def __init__(self):
        self.place = {}
        self.floor = []
        self.facts = {}
        self.sums = []
        self.rests = []

    def count(self, *key, floor=0):
        if key not in self.place:
            self.place[key] = len(self.place)
            self.floor.append(0)
        at = self.place[key]
        self.floor[at] = max(self.floor[at], floor)
        return at

    def counts(self):
        return [(key, at) for key, at in self.place.items() if key[0] != REST]

    def rest(self, whole, parts):
        """Reckon with what makes some parts up to a whole."""
        if parts:
            rest = self.count(REST, whole, *parts)
            self.rests.append((rest, self.place[whole], [self.place[part] for part in parts]))

    def know(self, at, value):
        assert self.facts.setdefault(at, value) == value, "two publications differ"

    def add(self, terms, low=0.0, high=0.0):
        self.sums.append((terms, low, high))

    def possible(self, at, value, shown=None):
        """Say whether a count can be a value, given all that is known."""
        if not hasattr(self, "_limits"):
            rows = np.repeat(np.arange(len(self.sums)), [len(one[0]) for one in self.sums])
            columns = [place for one in self.sums for place, _ in one[0]]
            signs = [sign for one in self.sums for _, sign in one[0]]
            shape = len(self.sums), len(self.place)
            self._limits = LinearConstraint(
                sparse.csc_array((signs, (rows, columns)), shape=shape),
                [one[1] for one in self.sums],
                [one[2] for one in self.sums],
            )
        low, high = np.array(self.floor, float), np.full(len(self.place), np.inf)
        for place, fact in self.facts.items():
            low[place] = high[place] = fact
        if not low[at] <= value <= high[at]:
            return False
        low[at] = high[at] = value
        size = len(self.place)
        done = milp(np.zeros(size), integrality=np.ones(size), bounds=Bounds(low, high),
                    constraints=self._limits)  # fmt: skip
        return done.status == 0


def named(measure, side):
    """Return what a side of a measure counts, where its definition names another measure."""
    text = DEFINED[measure][side] if KIND.get(measure) != "count" else measure
    left_out = side == "denominator" and DEFINED[measure]["left_out"].startswith("conferences")
    return text if text in DEFINED and not left_out else f"{measure}:{side}"


def meant(name):
    """Return the count that a name of ``sums.csv`` means."""
    measure, _, side = name.partition(":")
    return named(measure, {"met": "numerator", "of": "denominator"}[side]) if side else measure


def key_of(name, row):
    basis = DEFINED[name.partition(":")[0]]["basis"]
    start = "" if basis == "at date" else row["period_start"] or back(row["period_end"])
    return name, row["breakdown"], row["group"], start, row["period_end"]


def back(end):
    day = date.fromisoformat(end) + DAY
    return day.replace(year=day.year - 1).isoformat()


def measured(name):
    """Return which side of which measure tells a count."""
    measure, _, side = name.partition(":")
    return measure, side or "value"


def sides(row):
    """Yield each count of a row with what is printed of it."""
    kind = KIND[row["measure"]]
    if kind == "count":
        yield named(row["measure"], "numerator"), row["value"]
    if kind in ("share", "ratio"):
        yield named(row["measure"], "numerator"), row["numerator"]
    if kind in ("share", "ratio", "mean"):
        yield named(row["measure"], "denominator"), row["denominator"]


def attack(publications, publisher, truth):
    """Return an attacker who has read publications and a publisher's figures.

    A relation is known where it is true: `truth` gives the counts behind keys.
    """
    mind = Attacker()
    for row in [row for rows in publications for row in rows]:
        for name, text in sides(row):
            at = mind.count(*key_of(name, row))
            if text != HIDDEN:
                mind.know(at, int(text))
        if KIND[row["measure"]] == "share":
            met, of = (key_of(name, row) for name, _ in sides(row))
            mind.rest(of, [met])
    for row in table("sums"):
        if row["kind"] == "parts":
            wholes = [key for key in mind.place if meant(row["whole"]) == key[0]]
            for key in wholes:
                parts = [(meant(part), *key[1:]) for part in row["parts"].split("|")]
                mind.rest(key, [part for part in parts if part in mind.place])
    known = [key for key in mind.place if key[0] != REST]
    real = dict(zip(map(mind.place.get, known), truth(known), strict=True))
    for rest, whole, parts in mind.rests:
        # What makes a whole complete is a count that anybody can reckon, where nothing overlaps.
        real[rest] = real[whole] - sum(real[part] for part in parts)
        if real[rest] >= 0:
            mind.add([(whole, 1), (rest, -1), *((part, -1) for part in parts)])
            if real[rest] == 0 and len(parts) > 1:
                mind.know(rest, 0)
    for terms in [*splits(mind), *months(mind), *balances(mind)]:
        if sum(sign * real[at] for at, sign in terms) == 0:
            mind.add(terms)
    for figure in publisher.itertuples():
        end = str(figure.period_end.date())
        for start in ("", back(end)):
            for name, value in (
                (figure.measure, figure.value),
                (f"{figure.measure}:numerator", figure.numerator),
                (f"{figure.measure}:denominator", figure.denominator),
            ):
                at = mind.place.get((name, figure.breakdown, figure.group, start, end))
                if at is not None and real[at] == value:
                    mind.know(at, int(value))
            if KIND.get(figure.measure) == "share" and figure.value >= 0:
                where = figure.breakdown, figure.group, start, end
                met, of = (
                    mind.place.get((named(figure.measure, side), *where))
                    for side in ("numerator", "denominator")
                )
                if met is None or of is None or not real[of]:
                    continue
                if abs(100 * real[met] / real[of] - figure.value) <= 0.5:  # in whole per cent
                    mind.add([(met, 100), (of, 0.5 - figure.value)], high=np.inf)
                    mind.add([(met, 100), (of, -0.5 - figure.value)], low=-np.inf)
    return mind, real


def splits(mind):
    parts = defaultdict(list)
    for (name, by, _, start, end), at in mind.counts():
        if by != "all":
            parts[name, by, start, end].append(at)
    for (name, _, start, end), found in parts.items():
        whole = mind.place.get((name, "all", "all", start, end))
        if whole is not None:
            yield [(whole, 1), *((at, -1) for at in found)]


def months(mind):
    """Yield each span of whole months that others fill, a piece nobody prints among them."""
    held = defaultdict(dict)
    for (name, by, group, start, end), at in mind.counts():
        if start and by == group == "all":
            held[name][start, end] = at
    for spans in held.values():
        for (start, end), at in spans.items():
            inner = [one for one in spans if start <= one[0] and one[1] <= end]
            chain, day = [], start
            while found := [one for one in inner if one[0] == day and one != (start, end)]:
                chain.append(min(found, key=lambda one: one[1]))
                day = (date.fromisoformat(chain[-1][1]) + DAY).isoformat()
            if chain and chain[-1][1] == end:
                yield [(at, 1), *((spans[one], -1) for one in chain)]
    for spans in held.values():
        for (start, end), at in spans.items():
            for (later, after), other in spans.items():
                # Two windows that overlap differ by what is before and after the overlap.
                if start < later <= end < after:
                    before = start, (date.fromisoformat(later) - DAY).isoformat()
                    behind = (date.fromisoformat(end) + DAY).isoformat(), after
                    if before in spans and behind in spans:
                        yield [(at, 1), (other, -1), (spans[before], -1), (spans[behind], 1)]


def balances(mind):
    for row in table("sums"):
        if row["kind"] == "balance":
            came, went = row["parts"].split("|")
            for (name, by, group, start, end), at in mind.counts():
                if name == came and by == "all":
                    day = (date.fromisoformat(start) - DAY).isoformat()
                    others = [
                        mind.place.get((row["whole"], by, group, "", end)),
                        mind.place.get((row["whole"], by, group, "", day)),
                        mind.place.get((went, by, group, start, end)),
                    ]
                    if None not in others:
                        yield [(others[0], 1), (others[1], -1), (at, -1), (others[2], 1)]
