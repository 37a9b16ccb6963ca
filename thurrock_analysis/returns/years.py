"""Of which year a return is: by its dates, whatever its file or folder is called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from thurrock_analysis.returns import header, issues
from thurrock_analysis.returns.typing import Typed

EPISODES = "episodes"
LABEL = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/ ]?((?:20)?\d\d)(?!\d))?")
ODD = 0.1
"""What share of dates after the last day shows that a stated year is wrong."""


@dataclass
class Source:
    """A table of a file, and what speaks for its year."""

    typed: Typed
    place: int
    file: str
    named: int | None
    sure: bool
    """The name says the closing year, as ``2016-17`` does and ``2016`` does not."""
    together: tuple[str, str]
    """Where it lies and how it is labelled: what shares both is of one return."""
    year: int | None = None

    @property
    def rows(self) -> np.ndarray:
        """Return the rows of the table."""
        return np.flatnonzero(self.typed.source == self.place)


def closing(days: pd.Series) -> pd.Series:
    """Return the year to 31 March in which each day lies.

    >>> closing(pd.Series(pd.to_datetime(["2018-03-31", "2018-04-01"]))).tolist()
    [2018, 2019]
    """
    return days.dt.year + days.dt.month.ge(4)


def label(file: str) -> tuple[str, int | None, bool]:
    """Return the last year that a path names, as written, and whether it is a closing year.

    >>> label("903 final v2/2016-17/header.csv"), label("2017-oc2.csv"), label("header.csv")
    (('2016-17', 2017, True), ('2017', 2017, False), ('', None, False))
    """
    for part in reversed(PurePosixPath(file).parts):
        for first, second in LABEL.findall(part)[:1]:
            if second and int(second) % 100 == (int(first) + 1) % 100:
                return f"{first}-{second}", int(first) + 1, True
            return first, int(first), False
    return "", None, False


def assign(found: list[Typed]) -> Iterable[pd.DataFrame]:
    """Write the closing year into each table, and yield the issues."""
    yield from stated(found)
    dateless = {id(one): one.frame["YEAR"].isna().to_numpy() for one in found}
    sources = [
        Source(
            one,
            place,
            table.raw.file,
            named,
            sure,
            (str(PurePosixPath(table.raw.file).parent), text),
        )
        for one in found
        for place, table in enumerate(one.tables)
        for text, named, sure in [label(table.raw.file)]
        if not one.form.own and dateless[id(one)][one.source == place].any()
    ]
    sources.sort(key=lambda one: (one.typed.form.name != EPISODES, one.file))
    dated = [one for one in sources if one.typed.form.name == EPISODES]
    for one in dated:
        one.year = latest(one)
    for one in sources:
        if one.year is None:
            yield from inferred(one, dated, sources)
        if one.year is not None and one.named is not None and one.year != one.named:
            yield issues.of_file(
                one.file, "year_label", str(one.named), YEAR=one.year, table=one.typed.form.name
            )
        years = one.typed.frame["YEAR"].array
        rows = one.rows
        years[rows[np.asarray(years.isna())[rows]]] = one.year if one.year is not None else pd.NA
    yield from oddly_named(sources)


def oddly_named(sources: list[Source]) -> Iterable[pd.DataFrame]:
    """Yield the issues of folders whose name is no year, where others are named by one."""
    plain = [one for one in sources if one.named is not None and not one.sure]
    if not plain:
        return
    odd = {one.together: one for one in sources if one.named is None or one.sure}
    for (folder, text), one in odd.items():
        yield issues.of_file(folder, "folder_name", text, YEAR=one.year)


def days_of(one: Typed, rows: np.ndarray) -> pd.Series:
    """Return the days that cannot lie after the last day of a return."""
    found = []
    for column, known in one.form.fields.items():
        if known.in_year:
            days = one.frame[column].iloc[rows]
            if column == "DEC":
                days = days - pd.Timedelta(days=1)  # who left on 1 April was there on 31 March
            found.append(days)
    days = pd.concat(found) if found else pd.Series(dtype="datetime64[s]")
    return days[days.le(pd.Timestamp.today())]


def latest(one: Source) -> int | None:
    """Return the latest year of which a table has more than a slip of the pen."""
    return header.latest(closing(days_of(one.typed, one.rows)).value_counts())


def inferred(one: Source, dated: list[Source], sources: list[Source]) -> Iterable[pd.DataFrame]:
    """Infer the year of a table from the episodes of its children, its dates or its name."""
    table = one.typed.form.name
    near = [other for other in dated if other.together == one.together and other.year is not None]
    known = near or [other for other in dated if other.year is not None]
    own = latest(one)
    if len(near) == 1:
        one.year = near[0].year
        return
    if own in {other.year for other in known}:
        one.year = own
        return
    if best := likeliest(one, known, sources):
        one.year = best.year
        yield issues.of_file(
            one.file, "year_from_children", f"as {best.file}", YEAR=one.year, table=table
        )
        return
    one.year = own
    if one.year is None and one.named is not None:
        steps = [
            other.year - other.named
            for other in sources
            if other.year is not None and other.named is not None and not other.sure
        ]
        step = 0 if one.sure or not steps else max(set(steps), key=steps.count)
        one.year = one.named + step
        yield issues.of_file(
            one.file, "year_from_label", str(one.named), YEAR=one.year, table=table
        )
    if one.year is None:
        yield issues.of_file(one.file, "year_unknown", "", table=table)


def likeliest(one: Source, known: list[Source], sources: list[Source]) -> Source | None:
    """Return the episodes with which a table shares most of its children."""
    children = children_of(one)
    taken = {other.year for other in sources if other.typed is one.typed}
    best, most = None, (0.0, False, False)
    for other in known:
        others = children_of(other)
        shared = children.isin(others).sum()
        alike = float(shared / (len(children) + len(others) - shared))
        rank = (alike, other.year not in taken, other.named == one.named)
        if shared and rank > most:
            best, most = other, rank
    return best


def children_of(one: Source) -> pd.Index:
    """Return the children of a table."""
    return pd.Index(one.typed.frame[one.typed.form.identifier].iloc[one.rows].dropna().unique())


def stated(found: list[Typed]) -> Iterable[pd.DataFrame]:
    """Move years that a column states and the dates of the episodes contradict."""
    moved: dict[tuple[str, int], int] = {}
    for one in found:
        if one.form.name != EPISODES or one.frame["YEAR"].isna().all():
            continue
        for (authority, year), rows in one.frame.groupby(["LA", "YEAR"]).indices.items():
            years = closing(days_of(one, rows))
            if len(years) and years.gt(year).mean() > ODD:
                moved[authority, year] = header.latest(years.value_counts()) or year
    for one in found if moved else []:
        frame, said = one.frame, one.frame["YEAR"].copy()
        for (authority, year), right in moved.items():
            mask = (frame["LA"].eq(authority) & said.eq(year)).to_numpy(bool, na_value=False)
            first = mask & ~frame["file"].where(mask).duplicated().to_numpy()
            if mask.any():
                yield one.tell(first, "year_column", "YEAR", said.astype("str"))
                frame.loc[mask, "YEAR"] = right
