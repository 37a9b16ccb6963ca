"""The validation rules that guard the indicators: each a small expression over a linked table.

A rule holds where its sentence in ``rules.csv`` is broken. The tables come linked: all with
`birth` by the header and `year_end`, the last day of their return; episodes with the one before
(`before_`) and after (`after_`) them; those on adoption with the period of care they belong to.
What these returns cannot say breaks no rule.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from thurrock_analysis.returns import header, statutory
from thurrock_analysis.returns.episodes import DAY, GOES_ON, START, following
from thurrock_analysis.returns.typing import told

Tables = dict[str, pd.DataFrame]
Check = Callable[[pd.DataFrame], pd.Series]
MARCH = 3
BESIDE = ("RNE", "LS", "PLACE", "DECOM", "DEC")
FOSTER = statutory.groups("PLACE", "foster")
ADOPTION = statutory.groups("PLACE", "adoption")
TEMPORARY = statutory.groups("PLACE", "temporary")
BREAKS = statutory.groups("LS", "short breaks")
ADOPTED = statutory.groups("REC", "adopted")
WITH_CARER, WITH_OTHERS = ["A3", "A5"], ["A4", "A6"]
NOT_PUBLIC = [*FOSTER, *ADOPTION, "P1", "K1", "K2"]


def younger(frame: pd.DataFrame, age: int, placement: str) -> pd.Series:
    """Say who was younger than an age when an episode in a placement began."""
    there = frame["PLACE"].eq(placement)
    return there & frame["DECOM"].lt(frame["birth"].where(there) + pd.DateOffset(years=age))


def longer(frame: pd.DataFrame, days: int, placement: str) -> pd.Series:
    """Say which episodes in a placement are longer than some days."""
    lasted = frame["DEC"].fillna(frame["year_end"]) - frame["DECOM"]
    return frame["PLACE"].eq(placement) & lasted.gt(days * DAY)


def under(frame: pd.DataFrame, days: int, status: str) -> pd.Series:
    """Say in which episode a time under a legal status becomes longer than some days."""
    some = frame[frame["LS"].eq(status)]
    new = some["before_LS"].ne(status) | some["before_DEC"].ne(some["DECOM"])
    lasted = some["DEC"].fillna(some["year_end"]) - some["DECOM"]
    return passing(lasted, new.cumsum(), days).reindex(frame.index, fill_value=False)


def short_breaks(frame: pd.DataFrame, days: int) -> pd.Series:
    """Say with which short break a child has more than some days of them in the year."""
    some = frame[frame["LS"].eq("V3")]
    first = some["year_end"] - pd.DateOffset(years=1) + DAY
    ended = some["DEC"].fillna(some["year_end"]).clip(upper=some["year_end"])
    within = (ended - some["DECOM"].clip(lower=first)).clip(lower=0 * DAY)
    whose = pd.Series(
        pd.factorize(pd.MultiIndex.from_frame(some[["child", "YEAR"]]))[0], some.index
    )
    return passing(within, whose, days).reindex(frame.index, fill_value=False)


def passing(lasted: pd.Series, of: pd.Series, days: int) -> pd.Series:
    """Say with which of some times, summed in their order, a limit is passed."""
    total = lasted.groupby(of).cumsum()
    return total.gt(days * DAY) & (total - lasted).le(days * DAY)


def left(frame: pd.DataFrame) -> pd.Series:
    """Say whose last episode held has ended for good."""
    return frame["REC"].notna() & frame["REC"].ne(GOES_ON)


RULES: dict[str, tuple[str, Check]] = {
    # header
    "301": ("DOB", lambda h: h["DOB"].gt(h["year_end"])),
    # episodes
    "no_header": ("CHILD", lambda e: ~e["headed"]),
    "355": ("DEC", lambda e: e["DEC"].eq(e["DECOM"])),
    "356": ("DEC", lambda e: e["DEC"].lt(e["DECOM"])),
    "357": ("RNE", lambda e: e["first"] & e["DECOM"].ge(e["held_from"]) & e["RNE"].ne(START)),
    "police_protection_72_hours": ("LS", lambda e: under(e, 3, "L1")),
    "emergency_order_15_days": ("LS", lambda e: under(e, 15, "L2")),
    "363": ("LS", lambda e: under(e, 7, "L3")),
    "364": ("LS", lambda e: under(e, 21, "J2")),
    "365": (
        "DEC",
        lambda e: e["LS"].eq("V3") & (e["DEC"].fillna(e["year_end"]) - e["DECOM"]).gt(17 * DAY),
    ),
    "367": ("DEC", lambda e: short_breaks(e, 75)),
    "370": ("PLACE", lambda e: younger(e, 15, "P2")),
    "372": ("PLACE", lambda e: younger(e, 10, "R5")),
    "373": ("PLACE", lambda e: younger(e, 4, "S1")),
    "374": ("PLACE", lambda e: younger(e, 14, "P3")),
    "375": ("DEC", lambda e: longer(e, 42, "T1")),
    "376": ("DEC", lambda e: longer(e, 21, "T3")),
    "temporary_seven_days": ("DEC", lambda e: longer(e, 7, "T4")),
    "temporary_at_ends": (
        "PLACE",
        lambda e: e["PLACE"].isin(TEMPORARY) & (e["RNE"].eq(START) | left(e)),
    ),
    "384": ("PLACE", lambda e: e["LS"].isin(BREAKS) & e["PLACE"].isin(["U1", "U4"])),
    "388": (
        "REC",
        lambda e: e["REC"].eq(GOES_ON) & e["DEC"].lt(e["held_to"]) & e["after_DECOM"].ne(e["DEC"]),
    ),
    "goes_on_without_x1": (
        "REC",
        lambda e: left(e) & e["after_DECOM"].eq(e["DEC"]) & e["after_RNE"].ne(START),
    ),
    "end_without_reason": ("REC", lambda e: e["DEC"].notna() & e["REC"].isna()),
    "reason_without_end": ("REC", lambda e: e["DEC"].isna() & e["REC"].notna()),
    "after_gap": ("DECOM", lambda e: e["RNE"].ne(START) & e["before_DEC"].lt(e["DECOM"])),
    "born_after_start": ("DECOM", lambda e: e["DECOM"].lt(e["birth"])),
    "of_age": ("DECOM", lambda e: e["DECOM"].ge(e["birth"] + pd.DateOffset(years=18))),
    "provider_of_placement": (
        "PLACE_PROVIDER",
        lambda e: (
            e["PLACE_PROVIDER"].notna() & e["PLACE"].eq("P1").ne(e["PLACE_PROVIDER"].eq("PR0"))
            | e["PLACE_PROVIDER"].eq("PR3") & e["PLACE"].isin(NOT_PUBLIC)
        ),
    ),
    "516": ("REC", lambda e: e["REC"].isin(["E45", "E46"]) & ~e["PLACE"].isin(FOSTER)),
    "390": (
        "PLACE",
        lambda e: e["REC"].isin(ADOPTED) & ~e["was_placed"],
    ),
    "adopted_without_ad1": ("REC", lambda e: e["REC"].isin(ADOPTED) & ~e["in_ad1"]),
    # ad1
    "331": ("DATE_MATCH", lambda a: a["DATE_MATCH"].gt(a["move"])),
    "333": ("DATE_INT", lambda a: a["DATE_INT"].gt(a["DATE_MATCH"])),
    "334": ("DATE_INT", lambda a: a["DATE_INT"].lt(a["start"])),
    "335": (
        "FOSTER_CARE",
        lambda a: (
            a["FOSTER_CARE"] & a["placement"].isin(WITH_OTHERS)
            | ~a["FOSTER_CARE"] & a["placement"].isin(WITH_CARER)
        ),
    ),
    # placed_for_adoption
    "523": ("DATE_PLACED", lambda p: p["decided"].notna() & p["decided"].ne(p["DATE_PLACED"])),
    "557": (
        "DATE_PLACED_CEASED",
        lambda p: left(p) & ~p["REC"].isin(ADOPTED) & p["DATE_PLACED_CEASED"].isna(),
    ),
    "558": (
        "DATE_PLACED_CEASED",
        lambda p: p["REC"].isin(ADOPTED) & p["DATE_PLACED_CEASED"].notna(),
    ),
    # missing
    "574": (
        "MIS_START",
        lambda m: m["before_MIS_START"].notna() & ~m["before_MIS_END"].le(m["MIS_START"]),
    ),
    "incident_ends_before": ("MIS_END", lambda m: m["MIS_END"].lt(m["MIS_START"])),
    # reviews, oc2, oc3, sw_episodes
    "review_before_birth": ("REVIEW", lambda r: r["REVIEW"].lt(r["birth"])),
    "sdq_range": ("SDQ_SCORE", lambda o: o["SDQ_SCORE"].lt(0) | o["SDQ_SCORE"].gt(40)),
    "care_leaver_age": (
        "DOB",
        lambda o: (
            o["DOB"].gt(o["year_end"] - pd.DateOffset(years=17))
            | o["DOB"].le(o["year_end"] - pd.DateOffset(years=26))
        ),
    ),
    "worker_ends_before": ("SW_DEC", lambda s: s["SW_DEC"].lt(s["SW_DECOM"])),
}
"""The column that each rule faults, and where the rule is broken."""


def check(tables: Tables) -> Iterable[pd.DataFrame]:
    """Yield the issues of all rules over the stacked tables of the SSDA903."""
    for name, frame in linked(tables).items():
        form = statutory.forms()[name]
        for rule, (column, broken) in RULES.items():
            if statutory.rules()[rule].form == name:
                mask = broken(frame).fillna(False).to_numpy(bool)
                if mask.any():
                    yield told(form, frame[mask], rule, column)
        yield from everywhere(form, frame)


def everywhere(form: statutory.Form, frame: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Yield the issues of the rules that hold for every table."""
    if form.name not in ("header", "oc3") and not frame["lived"].all():
        yield told(form, frame[~frame["lived"]], "no_episode", form.identifier)
    if form.name != "header" and "DOB" in frame:
        differs = frame["DOB"].notna() & frame["birth"].notna() & frame["DOB"].ne(frame["birth"])
        if differs.any():
            yield told(form, frame[differs], "birth_differs", "DOB")


def late(form: statutory.Form, rows: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Yield the issues of days after the last day of the return, before any is mended."""
    month = int(header.last_day(form.collection)[:2])
    ends = pd.Series(year_ends(rows, month), index=rows.index)
    for column, one in form.fields.items():
        if one.in_year:
            # who left on 1 April was still there on 31 March
            after = rows[column].gt(ends + int(column == "DEC") * DAY)
            if after.any():
                yield told(form, rows[after], "date_after_year", column)


def linked(tables: Tables) -> Tables:
    """Return the tables of the SSDA903 with what their rules ask of other rows and tables."""
    forms = statutory.forms()
    held = {name: rows for name, rows in tables.items() if forms[name].collection == "SSDA903"}
    if not held:
        return {}
    children = Children(held)
    found = {}
    for name, rows in held.items():
        frame = rows.assign(child=children.numbers[name], year_end=year_ends(rows))
        frame["birth"] = children.of("header", "DOB", name)
        for other, column in (("header", "headed"), ("episodes", "lived"), ("ad1", "in_ad1")):
            frame[column] = children.among(other, name)
        found[name] = frame
    care = pd.DataFrame(columns=CARE)
    if "episodes" in found:
        found["episodes"] = beside(found["episodes"])
        care = adoptions(found["episodes"])
    for name in {"ad1", "placed_for_adoption"} & set(found):
        rows = found[name]
        found[name] = rows.join(care.reindex(rows["child"]).set_axis(rows.index))
    if "placed_for_adoption" in found:
        decided = children.of("ad1", "DATE_INT", "placed_for_adoption")
        found["placed_for_adoption"]["decided"] = decided
    if "missing" in found:
        rows = found["missing"]
        for column in ("MIS_START", "MIS_END"):
            rows[f"before_{column}"] = following(rows, column, -1)
    return found


class Children:
    """The children of several tables, numbered, so that one table can be asked about another's."""

    def __init__(self, tables: Tables) -> None:
        """Give each child a number."""
        self.tables = tables
        names = [rows["LA"] + "\n" + rows["CHILD"] for rows in tables.values()]
        numbers, every = pd.factorize(pd.concat(names, ignore_index=True))
        self.count = len(every)
        ends = np.cumsum([len(rows) for rows in names])[:-1]
        self.numbers = dict(zip(tables, np.split(numbers, ends), strict=True))

    def of(self, other: str, column: str, name: str) -> np.ndarray:
        """Return a day that another table has on the children of one, its last; none without it."""
        days = np.full(self.count, np.datetime64("NaT"), "datetime64[s]")
        if other in self.tables:
            days[self.numbers[other]] = self.tables[other][column].to_numpy()
        return np.asarray(days[self.numbers[name]])

    def among(self, other: str, name: str) -> np.ndarray:
        """Say which rows of a table are on children of another; all where that is not held."""
        there = np.full(self.count, other not in self.tables)
        if other in self.tables:
            there[self.numbers[other]] = True
        return np.asarray(there[self.numbers[name]])


def year_ends(rows: pd.DataFrame, month: int = MARCH) -> np.ndarray:
    """Return the last day of the return of each row, whose year closes with a month."""
    years = rows["YEAR"].to_numpy(float, na_value=np.nan)
    known = np.nan_to_num(years, nan=1970).astype(int)
    months = (known - 1970).astype("datetime64[Y]").astype("datetime64[M]") + month
    ends = months.astype("datetime64[D]").astype("datetime64[s]") - np.timedelta64(1, "D")
    return np.where(np.isnan(years), np.datetime64("NaT"), ends).astype("datetime64[s]")


def beside(episodes: pd.DataFrame) -> pd.DataFrame:
    """Return episodes with those of the child before and after."""
    found = episodes.copy()
    for column in BESIDE:
        found[f"before_{column}"] = following(episodes, column, -1)
        found[f"after_{column}"] = following(episodes, column)
    found["first"] = found["before_DECOM"].isna()
    found["was_placed"] = found["PLACE"].isin(ADOPTION).groupby(found["child"]).cummax()
    ends = found.groupby("LA")["year_end"]
    found["held_from"] = ends.transform("min") - pd.DateOffset(years=1) + DAY
    found["held_to"] = ends.transform("max")
    return found


CARE = ["REC", "start", "move", "placement"]


def adoptions(episodes: pd.DataFrame) -> pd.DataFrame:
    """Return by child the last period of care: its start, its last adoptive placement, its end."""
    placed = episodes["PLACE"].isin(ADOPTION)
    moves = placed & ~episodes["before_PLACE"].isin(ADOPTION)
    last = episodes[episodes["after_DECOM"].isna()].set_index("child")["REC"]
    started = episodes[episodes["RNE"].eq(START)].groupby("child")["DECOM"].last()
    moved = episodes[moves].groupby("child")["DECOM"].last()
    where = episodes[placed].groupby("child")["PLACE"].last()
    return pd.DataFrame(dict(zip(CARE, (last, started, moved, where), strict=True)))
