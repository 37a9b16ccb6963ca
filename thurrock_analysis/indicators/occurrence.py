"""Occurrence and exposure of children looked after: who moved, left and entered, and how long."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.indicators import care, coverage, windows
from thurrock_analysis.indicators.care import changes
from thurrock_analysis.indicators.windows import Days, Flags
from thurrock_analysis.metrics.population import ADULT, Observed, Strata
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

KINDS, AGES, STAYS = "placement ahead", "age", "time in care ahead"
DAYS = 365.25
LEAST, FEWEST = 365, 10
"""Days and children that rates need at least."""


@dataclass(frozen=True)
class Spells:
    """Times in one kind of placement, in order: a row each, in days; `end` is the day of leaving.

    Attributes
    ----------
    child, care : ndarray
        Numbers; spells of one period of care follow each other.
    start, end : ndarray
        Days; an open one ends never.
    kind : ndarray
        Place of the kind among `kinds`.
    born : ndarray
        Day of birth.
    alone : ndarray
        Whether the child is unaccompanied.
    """

    child: Days
    care: Days
    start: Days
    end: Days
    kind: Days
    born: Days
    alone: Flags


def kinds() -> list[str]:
    """Return the kinds of placement that are told apart ahead, what is not known last."""
    rows = dictionary.read("code_groups")
    return [*dict.fromkeys(rows.loc[rows["breakdown"].eq(KINDS), "group"])]


def bands() -> Days:
    """Return the months of age at which bands of age begin."""
    rows = dictionary.read("code_groups")
    rows = rows[rows["breakdown"].eq(AGES)]
    first = rows.assign(years=rows["code"].astype(int)).groupby("group")["years"].min()
    months = np.sort(first.to_numpy("int64")) * 12
    return months[months < ADULT]


def merged(
    child: Days, care: Days, start: Days, end: Days, kind: Days, born: Days, alone: Flags
) -> Spells:
    """Put episodes in order together that follow in one kind: only a change of kind is a move."""
    new = changes(care) | changes(kind)
    at = np.flatnonzero(new)
    last = np.append(at[1:], len(new))[: len(at)] - 1
    return Spells(child[at], care[at], start[at], end[last], kind[at], born[at], alone[at])


def stays() -> int:
    """Return how many times in care are told apart, those not yet here when a year began first."""
    return len(_stays()) + 1


def _stays() -> list[float]:
    rows = dictionary.read("bands")
    return [float(lowest) for lowest in rows.loc[rows["split"].eq(STAYS), "lowest"]]


def observed(spells: Spells, first: int, last: int) -> Observed:
    """Return what happened from a first to a last day, both included, and who is here on it.

    Time is split at the birthdays with which bands of age begin and where years begin that end
    with the last day; by when a year began, time in care is told. What begins or ends after the
    last day is not known on it.
    """
    day, years = last + 1, year_starts(first, last)
    strata = Strata.of_bands([_bands_of(spells, of, first, last) for of in (False, True)], stays())
    shape = (len(strata.group), len(kinds()))
    group = spells.alone.astype("int64")
    begun = changes(spells.care)
    since = spells.start[begun][begun.cumsum() - 1]
    exposure = np.zeros(shape)
    reached = {low: anniversary(spells.born, low) for low in {*strata.youngest, *strata.oldest}}
    pairs = [*zip(years.tolist(), [*years[1:].tolist(), day], strict=True)]
    for start, end in pairs:
        lived = np.flatnonzero((spells.start < end) & (spells.end > start))
        stay = time_in_care(since[lived], start)
        for low, high in sorted({*zip(strata.youngest, strata.oldest, strict=True)}):
            lower = np.maximum(np.maximum(spells.start[lived], start), reached[low][lived])
            upper = np.minimum(np.minimum(spells.end[lived], end), reached[high][lived])
            at = strata.find(group[lived], stay, np.full(len(lived), low))
            inside = (upper > lower) & (strata.youngest[at] == low) & (strata.oldest[at] == high)
            where = (at * shape[1] + spells.kind[lived])[inside]
            spent = (upper - lower)[inside] / DAYS
            exposure += np.bincount(where, spent, exposure.size).reshape(shape)
    age = months_of_age(spells.born, np.minimum(spells.end, day))
    ended = np.flatnonzero((spells.end >= first) & (spells.end <= last) & (age < ADULT))
    began = years[np.maximum(np.searchsorted(years, spells.end[ended], side="right") - 1, 0)]
    stratum = strata.find(group[ended], time_in_care(since[ended], began), age[ended])
    follows = ~np.append(begun[1:], True)[ended]
    moves, exits = np.zeros((*shape, shape[1])), np.zeros(shape)
    kind, after = spells.kind[ended], np.append(spells.kind[1:], 0)[ended]
    np.add.at(moves, (stratum[follows], kind[follows], after[follows]), 1)
    np.add.at(exits, (stratum[~follows], kind[~follows]), 1)
    entry = months_of_age(spells.born, spells.start)
    inside = begun & (spells.start >= first) & (spells.start <= last)
    came = np.flatnonzero(inside & (entry < ADULT))
    stratum = strata.find(group[came], 0 * came, entry[came])
    placed, ages = np.zeros(shape, "int64"), np.zeros((2, ADULT), "int64")
    np.add.at(placed, (stratum, spells.kind[came]), 1)
    np.add.at(ages, (group[came], np.maximum(entry[came], 0)), 1)
    entered = _by_month(spells.start[came], group[came], first, last)
    stock = _stock(spells, since, last)
    whole = [pair for pair in pairs if pair[1] - pair[0] > 364]
    followed, stayed = _followed(spells, strata, since, whole)
    return Observed(strata, exposure, exits, moves, entered, ages, placed, stock, followed, stayed)


def _followed(
    spells: Spells, strata: Strata, since: Days, years: list[tuple[int, int]]
) -> tuple[Days, Days]:
    """Return who was here at the start of years or entered in them, and where at their end.

    Their stratum is that of the age in the middle of what they have of the year.
    """
    many = len(kinds())
    followed = np.zeros((len(years), len(strata.group), many), "int64")
    stayed = np.zeros((len(years), strata.stays, many), "int64")
    group, adult = spells.alone.astype("int64"), anniversary(spells.born, ADULT)
    for year, (start, end) in enumerate(years):
        young = adult >= end
        first = young & (spells.start == since) & (spells.start >= start) & (spells.start < end)
        here = young & (spells.start < start) & (spells.end >= start)
        for chosen, day in ((first, spells.start), (here, np.full(len(since), start))):
            at = np.flatnonzero(chosen)
            middle = (day[at] + end) // 2  # who reaches another band does so midway, on average
            age = np.maximum(months_of_age(spells.born[at], middle), 0)
            stratum = strata.find(group[at], time_in_care(since[at], start), age)
            np.add.at(followed[year], (stratum, spells.kind[at]), 1)
        last = np.flatnonzero(young & (spells.start < end) & (spells.end >= end))
        np.add.at(stayed[year], (time_in_care(since[last], start), spells.kind[last]), 1)
    return followed, stayed


def _stock(spells: Spells, since: Days, last: int) -> Days:
    """Return who is here at the end of the last day, as rows of a class with their number."""
    now = months_of_age(spells.born, np.full(len(spells.born), last))
    here = (spells.start <= last) & (spells.end > last) & (now < ADULT)
    stay = time_in_care(since, last + 1)
    columns = [spells.alone.astype("int64"), np.maximum(now, 0), stay, spells.kind]
    rows, number = np.unique(np.column_stack(columns)[here], axis=0, return_counts=True)
    return np.column_stack([rows, number]).astype("int64").reshape(-1, 5)


def _bands_of(spells: Spells, alone: bool, first: int, last: int) -> Days:
    """Return where bands of age begin, from the youngest of a class that was here."""
    seen = (spells.start <= last) & (spells.end > first) & (spells.alone == alone)
    age = months_of_age(spells.born[seen], np.maximum(spells.start[seen], first))
    low = int(np.clip(age.min(initial=ADULT), 0, ADULT - 1))
    starts = bands()
    return np.append(0, starts[starts > low])


def year_starts(first: int, last: int) -> Days:
    """Return the days on which years begin that end with the last day; the first may be short."""
    end, starts = pd.Timestamp(last + 1, unit="D"), [last + 1]
    while starts[-1] > first:
        back = end - pd.DateOffset(years=len(starts))
        starts.append(max(int(back.timestamp()) // 86_400, first))
    return np.array(starts[:0:-1], "int64")


def time_in_care(since: Days, on: int | Days) -> Days:
    """Return which time in care had passed on a day: 0 where it begins later."""
    known = np.array(_stays(), "float64")
    years = (on - since) / DAYS
    return np.where(years > 0, np.searchsorted(known, years, side="right"), 0)


def _by_month(start: Days, group: Days, first: int, last: int) -> Days:
    """Count who entered in each whole month, counted back from the last day."""
    end = pd.Timestamp(last + 1, unit="D")
    back = range((last - first) // 28 + 2)
    edges = [int((end - pd.DateOffset(months=many)).timestamp()) // 86_400 for many in back]
    edges = sorted(edge for edge in edges if edge >= first)
    found = [np.histogram(start[group == of], np.array(edges) - 0.5)[0] for of in range(2)]
    return np.array(found, "int64") if len(edges) > 1 else np.zeros((2, 0), "int64")


def anniversary(born: Days, months: int) -> Days:
    """Return the day on which one is so many months old, in years: 1 March for 29 February."""
    date = born.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    inside = (date - month.astype("datetime64[D]")).astype("int64")
    target = month + np.timedelta64(int(months), "M")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype("int64")
    days = target.astype("datetime64[D]").astype("int64") + np.minimum(inside, length)
    return np.asarray(days)


def months_of_age(born: Days, days: Days) -> Days:
    """Return whole months of age on a day."""
    b, d = born.astype("datetime64[D]"), days.astype("datetime64[D]")
    bm, dm = b.astype("datetime64[M]"), d.astype("datetime64[M]")
    b_in = (b - bm.astype("datetime64[D]")).astype("int64")
    d_in = (d - dm.astype("datetime64[D]")).astype("int64")
    return np.asarray((dm - bm).astype("int64") - (d_in < b_in))


@dataclass(frozen=True)
class Basis:
    """What a projection rests on: spells, the first and last day told of, and what is odd."""

    spells: Spells
    first: int
    last: int
    notes: tuple[str, ...]


def basis(returns: Returns, years: int) -> Basis:
    """Return spells of the returns of one authority, and the newest years that they cover.

    Raises
    ------
    NotInReturnsError
        No return of looked-after children is held, or less than a year.
    """
    told = care.episodes(returns)
    las = returns.once(care.children).las
    ends, starts = (find(returns, las) for find in (coverage.last_covered, coverage.newest_start))
    if ends is None or starts is None or not len(ends) or not told.size:
        raise NotInReturnsError("The returns hold no year of children looked after.")
    last = int(ends.max())
    since = pd.Timestamp(last + 1, unit="D") - pd.DateOffset(years=years)
    first = max(int(starts[ends.argmax()]), int(since.timestamp()) // 86_400)
    if last + 1 - first < LEAST:
        raise NotInReturnsError(
            f"The returns cover {last + 1 - first} days of children looked after, and a "
            f"projection needs {LEAST}."
        )
    child = told["child"].to_numpy("int64")
    kind = care.grouped(told, KINDS).codes.astype("int64")
    about = returns.once(care.facts)
    at = about.index.get_indexer(child)
    born = np.append(windows.days(about["DOB"]), windows.MISSING)[at]
    known = born != windows.MISSING
    recent = told["last"].to_numpy() >= first
    notes = []
    if lost := len(np.unique(child[recent & ~known])):
        notes.append(f"{words.counted(lost, 'child')} without a date of birth left out.")
    unknown = known & (kind == len(kinds()))
    if odd := int((unknown & recent).sum()):
        notes.append(f"{words.counted(odd, 'episode')} of an unknown placement code: any other.")
    kind = np.minimum(kind, len(kinds()) - 1)
    start, end = told["first"].to_numpy("int64"), told["last"].to_numpy("int64") + 1
    if (lived := len(np.unique(child[recent & known]))) < FEWEST:
        raise NotInReturnsError(
            f"The returns tell of {words.counted(lived, 'child')} looked after whose age is known, "
            f"and a projection needs {FEWEST}."
        )
    grown = known & (start <= last) & (end > last)
    grown &= months_of_age(np.where(known, born, 0), np.full(len(born), last)) >= ADULT
    if old := len(np.unique(child[grown])):
        notes.append(
            f"{words.counted(old, 'episode')} still open after the 18th birthday left out."
        )
    alone = np.isin(child, returns.once(care.unaccompanied).index)
    number = told["care"].to_numpy("int64")
    notes += vanished(returns, first)
    end, one = apart(child, start, end)
    rows = [each[known & one] for each in (child, number, start, end, kind, born, alone)]
    return Basis(merged(*rows), first, last, tuple(notes))


def apart(child: Days, start: Days, end: Days) -> tuple[Days, Flags]:
    """End each episode where the child's next begins, so that nobody lives in two places.

    The last goes on as long as any before it did. Also says which are left: of those that begin
    together, the last.

    >>> end, left = apart(np.array([1, 1, 2]), np.array([0, 20, 0]), np.array([90, 50, 9]))
    >>> end.tolist(), left.tolist()
    ([20, 90, 9], [True, True, True])
    """
    if not len(child):
        return end, np.zeros(0, bool)
    number = changes(child).cumsum()
    shift = number * (2 * windows.NEVER)
    until = np.maximum.accumulate(end + shift) - shift
    follows = np.append(number[1:] == number[:-1], False)
    until = np.where(follows, np.minimum(until, np.append(start[1:], 0)), until)
    return until, (until > start) | ~follows


def vanished(returns: Returns, first: int) -> list[str]:
    """Say on how many episodes it rests that stand open in one return and not in the next."""
    told = returns.issues
    since = pd.Timestamp(first, unit="D")
    years = pd.to_numeric(told["YEAR"]).ge(since.year + (since.month > 3))
    gone = told[told["rule"].eq("vanished_episode") & years.fillna(False)]
    shut = int(gone["done"].str.startswith("closed").sum())
    return [
        f"{words.counted(many, 'vanished episode')}, open in one return and absent from the next, "
        f"counted as {how}."
        for many, how in ((len(gone) - shut, "still open"), (shut, "ended"))
        if many
    ]
