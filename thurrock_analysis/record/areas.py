"""English authorities, regions and England: names, codes, neighbours, reorganisations."""

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

ENGLAND = "E92000001"
FICTIONAL = "fictional"
"""The level of an authority whose children and workers are made up."""
STYLES = frozenset([
    "authority", "bc", "borough", "cc", "city", "corporation", "council", "county", "district",
    "lb", "lbc", "london", "mbc", "metropolitan", "of", "rb", "royal", "the", "unitary",
])  # fmt: skip
"""Words that stand round a name without telling one authority from another."""
HINTS = 3


@dataclass(frozen=True)
class Area:
    """An authority, a region or England.

    Attributes
    ----------
    code : str
        The ONS code in force, for example ``"E06000034"``.
    name : str
        The publisher's name.
    level : str
        ``"authority"``, ``"joint"`` (two authorities that make one return), ``"region"`` or
        ``"country"``; or ``"fictional"``.
    region : str
        The ONS code of the region that holds it (of England for a region).
    """

    code: str
    name: str
    level: str
    region: str
    first_year: int | None
    last_year: int | None
    successors: tuple[str, ...]
    note: str

    @property
    def slug(self) -> str:
        """The name as a folder; an abolished authority adds its code."""
        words = "".join(c if c.isalnum() else " " for c in self.name.lower()).split()
        return "-".join([*words, *([self.code.lower()] if self.last_year else [])])

    @property
    def spoken(self) -> str:
        """The name within a sentence: a region of the compass has an article."""
        compass = self.level == "region" and "London" not in self.name
        return f"the {self.name}" if compass else self.name

    def existed(self, year: int) -> bool:
        """Say whether the area existed in the year ending 31 March of `year`."""
        return (self.first_year or 0) <= year <= (self.last_year or 9999)


@resting_on("areas")
def table() -> dict[str, Area]:
    """Return every area by its ONS code."""
    return {
        row.area: Area(
            row.area,
            row.name,
            row.level,
            row.region,
            int(row.first_year) if row.first_year else None,
            int(row.last_year) if row.last_year else None,
            tuple(row.successors.split(";")) if row.successors else (),
            row.note,
        )
        for row in dictionary.read("areas").itertuples(index=False)
    }


@resting_on("areas")
def codes() -> dict[str, str]:
    """Return the ONS code in force for every code that a publisher's file may carry.

    >>> codes()["883"], codes()["E10000023"]
    ('E06000034', 'E06000065')
    """
    known: dict[str, str] = {}
    for row in dictionary.read("areas").itertuples():
        aliases = [row.dfe_number, row.lait_number, row.sfr_code, *row.other_codes.split(";")]
        known |= {alias: row.area for alias in [row.area, *aliases] if alias}
    return known


def reporting(area: pd.Series, collection: pd.Series) -> pd.Series:
    """Return who made the return that a figure rests on: two authorities together, or the area.

    Some files print a joint return under the code of one of the two, some under both.

    >>> reporting(pd.Series(["E09000027"] * 2), pd.Series(["CSWW", "CLA"])).tolist()
    ['E09000021 / E09000027', 'E09000027']
    """
    joint = dictionary.read("joint").set_index(["collection", "area"])["joint"]
    found = joint.reindex(pd.MultiIndex.from_arrays([collection, area]))
    return area.where(found.isna().to_numpy(), found.to_numpy())


@resting_on("areas")
def names() -> dict[str, str]:
    """Return the ONS code for every name as `plain` writes it, current authorities winning.

    An authority goes also by its name without what `STYLES` lists.
    """
    rows = dictionary.read("areas").sort_values("last_year", ascending=False)
    known, short = {}, {}
    for row in rows.itertuples():
        for name in filter(None, [row.name, *row.other_names.split(";")]):
            known[plain(name)] = row.area
            if row.level == "authority":
                short[bare(name)] = row.area
    titled = {plain(title): code for code, title in titles().items()}
    return {name: code for name, code in (short | titled | known).items() if name}


def plain(text: str) -> str:
    """Write a name without what people write in different ways.

    >>> plain("St. Helens") == plain("st helens"), plain("Brighton & Hove")
    (True, 'brighton and hove')
    """
    return re.sub(r"[\W_]+", " ", text.lower().replace("&", " and ").replace("'", "")).strip()


def bare(text: str) -> str:
    """Write a name without the words that only say what kind of authority it is.

    >>> bare("London Borough of Hackney"), bare("Bristol, City of")
    ('hackney', 'bristol')
    """
    return " ".join(word for word in plain(text).split() if word not in STYLES)


def named(text: str) -> str | None:
    """Return the ONS code of the area that a name means, as people write it; None if none does.

    >>> named("Hull City Council") == named("Kingston upon Hull, City of")
    True
    """
    return names().get(plain(text)) or names().get(bare(text))


@resting_on("areas")
def titles() -> dict[str, str]:
    """Return a name for every area that no other area has, by its ONS code.

    >>> titles()["E06000059"], titles()["E10000009"]
    ('Dorset', 'Dorset (to 2019)')
    """
    shared = Counter(area.name for area in table().values())
    return {
        code: area.name + f" (to {area.last_year})" * bool(shared[area.name] > 1 and area.last_year)
        for code, area in table().items()
    }


def get(code: str) -> Area:
    """Return the area with an ONS code."""
    return table()[code]


def find(text: str | int) -> Area:
    """Return the area that a name, an ONS code or a DfE number means, as text or as a number.

    >>> find("thurrock") == find(883) == find("E06000034")
    True
    """
    wanted = str(text).strip()
    code = codes().get(wanted.upper()) or named(wanted)
    if code:
        return get(code)
    hint = " or ".join(near(wanted)) or "a name, ONS code or DfE number"
    raise ThurrockError(f"No authority or region is called {wanted!r}: {hint} would be right.")


def near(text: str) -> list[str]:
    """Return the titles of areas that have a text in their name, or else almost are it.

    Where part of a name fits, as Northampton does, nothing that only sounds alike is named.
    """
    wanted = bare(text)
    within = [title for title in titles().values() if wanted and f" {wanted}" in f" {plain(title)}"]
    alike = [name for name in names() if name[:1] == wanted[:1]]
    close = difflib.get_close_matches(wanted, alike, n=HINTS, cutoff=0.7)
    return within[:HINTS] or list(dict.fromkeys(titles()[names()[name]] for name in close))


def neighbours(area: Area, as_at: str) -> pd.DataFrame:
    """Return the statistical neighbours of an area under the model that applies at a date.

    Parameters
    ----------
    area : Area
        The authority.
    as_at : str
        ISO date. The model is the latest in force by then that has the authority, else the
        nearest later one.

    Returns
    -------
    DataFrame
        Columns model, in_force_from, later (bool), area, rank, neighbour, closeness; empty
        when no model has the authority.
    """
    rows = dictionary.read("neighbours")
    rows = rows[rows["area"] == area.code]
    if rows.empty:
        return rows.assign(later=False)
    chosen = _applies(rows["in_force_from"], as_at)
    rows = rows[rows["in_force_from"] == chosen].reset_index(drop=True)
    return rows.assign(later=chosen > as_at, rank=rows["rank"].astype(int))


def _applies(starts: Iterable[str], as_at: str) -> str:
    """Return the start of the model that applies at a date: the latest by then, else the next."""
    known = set(starts)
    return max((start for start in known if start <= as_at), default=min(known))


@resting_on("neighbours")
def neighbours_of_all(as_at: str) -> dict[str, list[str]]:
    """Return the codes of every area's neighbours, as `neighbours` has them one by one.

    >>> of_all, own = neighbours_of_all("2026-03-31"), neighbours(find("Kent"), "2026-03-31")
    >>> of_all["E10000016"] == own["neighbour"].tolist()
    True
    """
    found: dict[str, dict[str, list[str]]] = {}
    for row in dictionary.rows("neighbours"):
        models = found.setdefault(row["area"], {})
        models.setdefault(row["in_force_from"], []).append(row["neighbour"])
    return {code: models[_applies(models, as_at)] for code, models in found.items()}


def earlier_neighbours(area: Area, as_at: str) -> pd.DataFrame:
    """Return the neighbours of the model before the one that applies; empty where there is none.

    >>> earlier_neighbours(find("Thurrock"), "2026-03-31")["model"].unique().tolist()
    ['April 2021']
    """
    rows = neighbours(area, as_at)
    if rows["later"].any() or rows.empty:
        return rows.iloc[:0]
    day = datetime.date.fromisoformat(rows["in_force_from"].iloc[0]) - datetime.timedelta(days=1)
    before = neighbours(area, day.isoformat())
    return before[~before["later"]]
