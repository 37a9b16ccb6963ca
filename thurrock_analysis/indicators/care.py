"""What every figure about children in care rests on: episodes, periods of care, placements."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import windows
from thurrock_analysis.indicators.cases import Cases, definitions
from thurrock_analysis.indicators.coverage import Asked, asked
from thurrock_analysis.indicators.windows import Amounts, Days, Flags
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns

Derived = TypeVar("Derived")
Keep = Literal["first", "last", ""]
UNKNOWN = "not known"
HELD = [
    "CHILD", "LA", "DECOM", "DEC", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC",
    "HOME_POST", "PL_POST", "URN",
]  # fmt: skip
CODED = ["RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC"]
PLACES = ["HOME_POST", "PL_POST", "URN"]
SPLIT = ("placement type", "placement provider", "legal status", "need", "reason")
EXPLAINED = [
    "DECOM", "DEC", "RNE", "LS", "PLACE", "PLACE_PROVIDER", "REC", "care_start", "care_end",
    "start_held", "placement_start", "placement_end", *SPLIT,
]  # fmt: skip
INNER = ["child", "la", "place", "episode"]
"""Numbers by which rows are joined, which no case shows."""


@dataclass(frozen=True)
class Children:
    """A number for every child of an authority that any table names, row by row of each table."""

    las: pd.Index
    numbers: dict[str, Days]


def children(returns: Returns) -> Children:
    """Give a number to the children of the SSDA903 tables held, -1 where an id is missing."""
    forms = dictionary.read("forms").query("collection == 'SSDA903'")["form"]
    held = {form: returns.tables[form] for form in forms if form in returns.tables}
    blank = pd.DataFrame({"LA": [], "CHILD": []}, dtype="str")
    named = pd.concat([blank, *(table[["LA", "CHILD"]] for table in held.values())])
    la, found = pd.factorize(named["LA"].fillna(""))
    child, ids = pd.factorize(named["CHILD"])
    spans = returns.spans
    covering = spans.loc[spans["collection"] == "SSDA903", "LA"] if len(spans) else []
    las = pd.Index(sorted({*found, *covering} or {""}), dtype="str")
    number = np.where(child < 0, -1, las.get_indexer(found)[la] * len(ids) + child)
    ends = np.cumsum([len(table) for table in held.values()])[:-1]
    parts = np.split(number.astype("int64"), ends) if held else []
    return Children(las, dict(zip(held, parts, strict=True)))


def facts(returns: Returns) -> pd.DataFrame:
    """Return `DOB`, `sex` and `ethnicity` of each child, by its number, from the latest header."""
    header = returns.tables.get("header")
    if header is None:
        header = pd.DataFrame(columns=["CHILD", "LA", "DOB"]).astype({"DOB": "datetime64[s]"})
    told = pd.DataFrame(
        {
            "DOB": header["DOB"],
            "sex": grouped(header, "sex"),
            "ethnicity": grouped(header, "ethnicity"),
        },
        index=header.index,
    )
    told.index = pd.Index(returns.once(children).numbers.get("header", []), dtype="int64")
    return told[~told.index.duplicated(keep="last")]


def unaccompanied(returns: Returns) -> pd.Series:
    """Return the day on which each unaccompanied child's status ends, by the child's number."""
    uasc = returns.tables.get("uasc")
    if uasc is None:
        return pd.Series([], index=pd.Index([], dtype="int64"), dtype="int64")
    ends = pd.Series(windows.until(uasc["DUC"]), index=returns.once(children).numbers["uasc"])
    ends = ends.iloc[uasc["YEAR"].argsort(kind="stable")]
    return ends[~ends.index.duplicated(keep="last")]


@dataclass(frozen=True)
class Episodes:
    """Derive the episodes of all children in order, each with its period of care and placement.

    Adds `child`, `first` and `last` (days; the last on which it is open at the day's end),
    `care` and `placement` (numbers), `care_start`, `care_end`, `placement_start`,
    `placement_end` (missing where open), `start_held` (false where the first episode held of a
    period of care is not its first, RNE S), and what a figure can be split by.
    """

    short_breaks: bool = False

    def __call__(self, returns: Returns) -> pd.DataFrame:
        """Derive them."""
        table = returns.table("episodes")
        counted = table["DECOM"].notna() & table["CHILD"].notna()
        if not self.short_breaks:
            counted = counted & ~table["LS"].isin(codes("legal status", "short breaks"))
        rows = table.reindex(columns=HELD)[counted.to_numpy()]
        child = returns.once(children).numbers["episodes"][counted.to_numpy()]
        start, end = windows.days(rows["DECOM"]), windows.until(rows["DEC"])
        order = np.lexsort((end, start, child))
        rows = rows.iloc[order].reset_index(drop=True)
        rows = rows.astype(dict.fromkeys(CODED, "category") | dict.fromkeys(PLACES, "str"))
        rows["LA"] = pd.Categorical(rows["LA"], returns.once(children).las)
        child, start, end = child[order], start[order], end[order]
        care = _periods_of_care(child, start, end, rows["RNE"].eq("S").to_numpy())
        new = changes(care) | rows["RNE"].isin(codes("new placement")).to_numpy()
        placement = new.cumsum() - 1
        care_end = np.maximum.reduceat(end, np.flatnonzero(changes(care))) if len(end) else end
        last_of = (
            np.append(np.flatnonzero(new)[1:], len(new)) - 1 if len(new) else np.array([], int)
        )
        unknown = changes(care) & rows["RNE"].ne("S").to_numpy()
        told = {
            "child": child,
            "first": start,
            "last": end - 1,
            "care": care,
            "placement": placement,
            "care_start": windows.dates(start[changes(care)][care]),
            "start_held": ~unknown[changes(care)][care],
            "care_end": windows.dates(care_end[care]),
            "placement_start": windows.dates(start[new][placement]),
            "placement_end": windows.dates(end[last_of][placement]),
        }
        return rows.assign(**told, **{name: grouped(rows, name) for name in SPLIT})


def changes(numbers: Days) -> Flags:
    """Return which numbers differ from the one before."""
    return np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]


def _periods_of_care(child: Days, start: Days, end: Days, started: Flags) -> Days:
    """Give numbers to the runs of a child's episodes without a gap, each from a start."""
    new = changes(child)
    shift = new.cumsum() * (2 * windows.NEVER)
    before = np.maximum.accumulate(end + shift) - shift
    gap = np.append(True, start[1:] > before[:-1])[: len(start)]
    return np.cumsum(new | gap | started) - 1


def episodes(returns: Returns, *, short_breaks: bool = False) -> pd.DataFrame:
    """Return the episodes as `Episodes` derives them."""
    return returns.once(Episodes(short_breaks))


@resting_on("code_groups")
def _groups(breakdown: str) -> tuple[str, dict[str, str]]:
    """Return the column that a breakdown groups, and the group of each code."""
    known = dictionary.read("code_groups")
    known = known[known["breakdown"] == breakdown]
    return known["column"].iloc[0], dict(zip(known["code"], known["group"], strict=True))


def codes(breakdown: str, *groups: str) -> list[str]:
    """Return the codes of ``code_groups.csv`` in some groups of a breakdown, or in all.

    >>> codes("placement type", "placed for adoption")
    ['A3', 'A4', 'A5', 'A6']
    """
    return [code for code, group in _groups(breakdown)[1].items() if group in groups or not groups]


def grouped(rows: pd.DataFrame, breakdown: str) -> pd.Categorical:
    """Return the groups of ``code_groups.csv`` that codes belong to, `not known` where none."""
    column, group = _groups(breakdown)
    groups = [*dict.fromkeys([*group.values(), UNKNOWN])]
    unknown = groups.index(UNKNOWN)
    if column not in rows:
        return pd.Categorical.from_codes(np.full(len(rows), unknown), groups)
    coded, seen = pd.factorize(rows[column])
    place = {code: groups.index(name) for code, name in group.items()}
    places = np.array([*(place.get(str(code), unknown) for code in seen), unknown])
    return pd.Categorical.from_codes(places[coded], groups)


@dataclass(frozen=True)
class _Over:
    """Derive something of periods, so that it is derived once for the measures that share it."""

    derive: Callable[..., Any]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, returns: Returns) -> Any:
        """Derive it."""
        days = {"period_start": self.starts, "period_end": self.ends}
        periods = {name: windows.dates(np.array(side, "int64")) for name, side in days.items()}
        return self.derive(returns, pd.DataFrame(periods), **dict(self.options))


def over(
    returns: Returns, periods: pd.DataFrame, derive: Callable[..., Derived], **options: Any
) -> Derived:
    """Return what a function derives of returns and periods, derived only once."""
    derived: Derived = returns.once(_Over(derive, *_days(periods), tuple(options.items())))
    return derived


def _found(
    returns: Returns,
    periods: pd.DataFrame,
    *,
    in_year: bool,
    short_breaks: bool,
    chosen: Flags | None = None,
) -> pd.DataFrame:
    """Return the children with an episode in each period, each at the latest."""
    told = episodes(returns, short_breaks=short_breaks)
    among = np.arange(len(told)) if chosen is None else np.flatnonzero(chosen)
    last = windows.days(periods["period_end"])
    first = windows.days(periods["period_start"]) if in_year else last
    begun = told["first"].to_numpy()[among]
    until = told["last"].to_numpy()[among] + in_year
    rows, places = windows.overlapping(begun, until, first, last)
    rows = among[rows]
    once = ~_twice(told["child"].to_numpy()[rows], places, "last")
    return described(returns, periods, rows[once], places[once], short_breaks=short_breaks)


def _twice(child: Days, places: Days, keep: Keep) -> Flags:
    """Return which rows repeat a child of a period."""
    pairs = pd.Series(child * (int(places.max(initial=0)) + 1) + places)
    return np.asarray(pairs.duplicated(keep=keep))


def stock(returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False) -> pd.DataFrame:
    """Return the children looked after at the end of the last day of each period."""
    return over(returns, periods, _found, in_year=False, short_breaks=short_breaks)


def during(returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False) -> pd.DataFrame:
    """Return the children looked after at any time in each period."""
    return over(returns, periods, _found, in_year=True, short_breaks=short_breaks)


def placed_in(returns: Returns, periods: pd.DataFrame, chosen: Flags) -> pd.DataFrame:
    """Return the children with a chosen episode at any time in each period."""
    return _found(returns, periods, in_year=True, short_breaks=False, chosen=chosen)


def events(
    returns: Returns,
    periods: pd.DataFrame,
    chosen: Flags,
    column: str,
    keep: Keep = "first",
    *,
    short_breaks: bool = False,
) -> pd.DataFrame:
    """Return chosen episodes dated in each period: the first or last of a child, or all."""
    told = episodes(returns, short_breaks=short_breaks)
    at = np.flatnonzero(chosen & told[column].notna().to_numpy())
    day = windows.days(told[column].iloc[at])
    starts, ends = map(np.array, _days(periods))
    rows, places = windows.overlapping(day, day, starts, ends)
    order = np.argsort(day[rows], kind="stable")
    rows, places = at[rows[order]], places[order]
    if keep:
        one = ~_twice(told["child"].to_numpy()[rows], places, keep)
        rows, places = rows[one], places[one]
    return described(returns, periods, rows, places, column, short_breaks=short_breaks)


def described(
    returns: Returns,
    periods: pd.DataFrame,
    rows: Days,
    places: Days,
    column: str = "period_end",
    *,
    short_breaks: bool = False,
) -> pd.DataFrame:
    """Return episodes with their periods and what is known of the child on a day."""
    told = episodes(returns, short_breaks=short_breaks)
    found = told[["child", "LA", "CHILD", *EXPLAINED]].iloc[rows].reset_index(drop=True)
    found = found.rename(columns={"CHILD": "id"}).assign(
        episode=rows,
        place=places,
        la=found["LA"].cat.codes.astype("int64"),
        period_start=periods["period_start"].to_numpy()[places],
        period_end=periods["period_end"].to_numpy()[places],
    )
    return known(returns, found, found[column])


def known(returns: Returns, rows: pd.DataFrame, on: pd.Series) -> pd.DataFrame:
    """Add birth, age, sex, ethnicity and whether unaccompanied, as on a day, by child number."""
    about = returns.once(facts)
    at = about.index.get_indexer(rows["child"])
    born = about["DOB"].take(np.maximum(at, 0)) if len(about) else pd.Series([pd.NaT] * len(at))
    born = born.reset_index(drop=True).where(pd.Series(at >= 0)).astype("datetime64[s]")
    years = windows.years_between(born, on)
    status = returns.once(unaccompanied)
    place = status.index.get_indexer(rows["child"])
    ends = np.append(status.to_numpy(), windows.MISSING)[place]
    alone = pd.Categorical.from_codes(
        (ends <= windows.days(on)).astype("int8"), ["unaccompanied asylum-seeking", "other"]
    )
    return rows.assign(
        DOB=born,
        years=years,
        age=grouped(pd.DataFrame({"years": years.astype("Int64")}), "age"),
        sex=_taken(about["sex"], at),
        ethnicity=_taken(about["ethnicity"], at),
        unaccompanied=alone,
    )


def _taken(groups: pd.Series, at: Days) -> pd.Categorical:
    held = groups.cat
    last = len(held.categories) - 1
    return pd.Categorical.from_codes(np.append(held.codes.to_numpy(), last)[at], held.categories)


def _days(periods: pd.DataFrame) -> tuple[tuple[int, ...], tuple[int, ...]]:
    start, end = (windows.days(periods[name]).tolist() for name in ("period_start", "period_end"))
    return tuple(start), tuple(end)


def at_date(returns: Returns, periods: pd.DataFrame) -> Asked:
    """Return which last days of periods the returns cover."""
    return over(returns, periods, _at_date)


def _at_date(returns: Returns, periods: pd.DataFrame) -> Asked:
    end = periods["period_end"]
    return asked(returns, periods, returns.once(children).las, first=end, last=end)


def covered(returns: Returns, periods: pd.DataFrame) -> Asked:
    """Return which periods the returns cover, of every authority that they name."""
    return over(returns, periods, _covered)


def _covered(returns: Returns, periods: pd.DataFrame) -> Asked:
    return asked(returns, periods, returns.once(children).las)


def cases(
    name: str,
    rows: pd.DataFrame,
    asked: Asked,
    numerator: Days | Flags | Amounts | pd.Series | float = 1.0,
    denominator: Amounts | pd.Series | float = float("nan"),
    gaps: tuple[str, ...] = (),
) -> Cases:
    """Return the cases of a measure, of the periods that can be computed."""
    row = about(name)
    held = asked.covered[rows["la"].to_numpy(), rows["place"].to_numpy()]
    told = rows.assign(
        numerator=np.asarray(numerator, dtype="float64"),
        denominator=np.asarray(denominator, dtype="float64"),
    )
    told = (told if held.all() else told[held]).drop(columns=INNER, errors="ignore")
    basis = row["basis"]
    if basis == "three-year":
        span = asked.periods["period_end"] - asked.periods["period_start"]
        basis = basis if span.min().days > 2 * 366 else "in year"
    per = 100.0 if row["unit"] == "percent" else 1.0
    return Cases(name, told, asked.frame(), per, basis, (*asked.gaps, *gaps))


def about(name: str) -> Row:
    """Return the row of a measure in ``indicators.csv``."""
    return definitions()[name]


@dataclass(frozen=True)
class _Table:
    """Derive a table with the number of each child, the latest of rows that are alike."""

    name: str
    columns: tuple[str, ...]
    alike: tuple[str, ...]

    def __call__(self, returns: Returns) -> pd.DataFrame:
        """Derive it."""
        wanted = dict.fromkeys(["CHILD", "LA", "YEAR", *self.columns])
        rows = returns.table(self.name).reindex(columns=[*wanted])
        rows["LA"] = pd.Categorical(rows["LA"], returns.once(children).las)
        rows["child"] = returns.once(children).numbers[self.name]
        rows = rows[(rows["child"] >= 0).to_numpy()]
        if not rows["YEAR"].is_monotonic_increasing:
            rows = rows.sort_values("YEAR", kind="stable")
        again = rows.duplicated(["child", *self.alike], keep="last")
        return rows[~again.to_numpy()].reset_index(drop=True)


def table(
    returns: Returns, name: str, *columns: str, alike: tuple[str, ...] | None = None
) -> pd.DataFrame:
    """Return columns of a table with the number of each child, all there, each row once.

    Rows of a child are one where they are alike in some columns, or in all: the latest counts.
    """
    return returns.once(_Table(name, columns, columns if alike is None else alike))


def counted(child: Days | pd.Series, places: Days | pd.Series) -> pd.Series:
    """Return how many rows each child of a period has, by number of child and place of period."""
    found = pd.DataFrame({"child": np.asarray(child), "place": np.asarray(places)})
    return found.groupby(["child", "place"]).size()


def looked_up(counts: pd.Series, rows: pd.DataFrame) -> Days:
    """Return the count of each row's child and period, 0 where there is none."""
    asked = pd.MultiIndex.from_frame(rows[["child", "place"]])
    return np.asarray(counts.reindex(asked, fill_value=0), dtype="int64")


def starts_not_held(rows: pd.DataFrame, asked: Asked, months: int) -> tuple[str, ...]:
    """Say of how many children it is not held whether their care began months back."""
    soon = rows["care_start"] > windows.back(rows["period_end"], months)
    return _starts_not_held(
        rows[soon.to_numpy()],
        asked,
        "it is taken to be the first day of the first episode that is held",
    )


def left_out_without_start(rows: pd.DataFrame, asked: Asked) -> tuple[str, ...]:
    """Say of how many children the start of care is not held, so that no figure has them."""
    return _starts_not_held(rows, asked, "the figure is without them")


def _starts_not_held(rows: pd.DataFrame, asked: Asked, done: str) -> tuple[str, ...]:
    held = asked.covered[rows["la"].to_numpy(), rows["place"].to_numpy()]
    count = rows.loc[~rows["start_held"].to_numpy() & held, "child"].nunique()
    told = "1 child" if count == 1 else f"{count:,} children"
    return (f"No return held has the start of care of {told}: {done}.",) if count else ()


def closing_years(periods: pd.DataFrame) -> Days:
    """Return the return year that each period's last day closes, 0 where it closes none."""
    end = periods["period_end"].dt
    return np.where((end.month == 3) & (end.day == 31), end.year, 0)


def by_year(child: pd.Series | Days, year: pd.Series | Days) -> pd.Index:
    """Return numbers that name a child in a return year."""
    return pd.Index(np.asarray(child, "int64") * 10_000 + np.asarray(year, "int64"))


def of_years_held(
    returns: Returns, asked: Asked, rows: pd.DataFrame, year: Days, what: str
) -> Asked:
    """Leave out the periods that close no return year, or one of which a table has no row."""
    asked = asked.without(
        np.broadcast_to(year == 0, asked.covered.shape),
        f"a return says what it does of {what} at 31 March alone",
    )
    la = rows["LA"].cat.codes.to_numpy()
    held = np.zeros((len(asked.las), len(year)), dtype=bool)
    at, place = np.nonzero(rows["YEAR"].to_numpy("int64")[:, None] == year)
    held[la[at], place] = True
    return asked.without(~held, f"no return of the year says anything of {what}")


def dated(returns: Returns, periods: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows of a table whose date in a column lies in each period, as cases."""
    rows = rows[rows[column].notna()]
    day = windows.days(rows[column])
    at, places = windows.overlapping(day, day, *map(np.array, _days(periods)))
    return as_cases(returns, periods, rows.iloc[at], places, column)


def as_cases(
    returns: Returns, periods: pd.DataFrame, rows: pd.DataFrame, places: Days, column: str = ""
) -> pd.DataFrame:
    """Return rows of a table with their periods, and the child as on a date or the last day."""
    found = rows.rename(columns={"CHILD": "id"}).drop(columns="YEAR").reset_index(drop=True)
    found = found.assign(
        place=places,
        la=found["LA"].cat.codes.astype("int64"),
        period_start=periods["period_start"].to_numpy()[places],
        period_end=periods["period_end"].to_numpy()[places],
    )
    return known(returns, found, found[column or "period_end"])
