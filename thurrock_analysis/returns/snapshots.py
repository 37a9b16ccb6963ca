"""Annex A: a snapshot on a day, with what happened in the months before it, and no return year."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from thurrock_analysis.returns import header, issues, years
from thurrock_analysis.returns.typing import Typed

COLLECTION = "Annex A"
FLOWS = {"contacts": "Date of Contact", "referrals": "Date of referral"}
"""The lists of all that happened in the months before the snapshot, and their days."""
MONTHS = 6
MONTH_END = pd.Timedelta(days=7)
"""How near to the end of its month the last day may be for the snapshot to be of that end."""
EARLY = 0.02
"""What share of contacts and referrals is a slip of the pen at most."""
DAY = pd.Timedelta(days=1)
DTYPES = {"YEAR": "Int64", "start": "datetime64[s]", "end": "datetime64[s]"}
SPAN = ["collection", "LA", "YEAR", "start", "end"]


def assign(tables: list[Typed]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Write the year of each snapshot into its lists; return what it covers, and the issues.

    A snapshot is of the last day on which something happened in any of its lists. Rows of one
    that a later one has again are outdated.
    """
    lists = [one for one in tables if one.form.collection == COLLECTION]
    found = [span(*each) for each in pd.concat(events(lists)).groupby("taken")] if lists else []
    spans = pd.DataFrame(found, columns=["taken", *SPAN]).astype(DTYPES)
    ends = spans.set_index("taken")["end"]
    for one in lists:
        end = ends.reindex(taken(one)).set_axis(one.frame.index)
        one.frame["YEAR"] = header.closing_years(COLLECTION, end).astype("Int64")
        one.outdated = replaced(one, end)
    return spans[SPAN], [*labelled(spans)]


def replaced(one: Typed, end: pd.Series) -> np.ndarray:
    """Return which rows a later snapshot has again."""
    place = pd.Series(pd.factorize(end, sort=True)[0], index=end.index)
    key = [one.numbers[column] for column in one.form.key]
    earlier = (place < place.groupby(key).transform("max")).to_numpy(bool)
    return np.asarray(earlier & ~one.aside)


def taken(one: Typed) -> pd.Series:
    """Return of which workbook, or folder, each row is."""
    files = pd.array([PurePosixPath(each.raw.file).parent.as_posix() for each in one.tables])
    return pd.Series(files.take(one.source), index=one.frame.index)


def events(lists: list[Typed]) -> Iterator[pd.DataFrame]:
    """Yield the days on which something had happened."""
    for one in lists:
        of = pd.DataFrame({"taken": taken(one), "LA": one.frame["LA"]})
        for column, known in one.form.fields.items():
            if known.in_year:
                day, flow = one.frame[column], FLOWS.get(one.form.name) == column
                held = day.le(pd.Timestamp.today()) & ~one.aside
                yield of.assign(flow=flow, day=day)[held]


def span(taken: str, days: pd.DataFrame) -> list[object]:
    """Return what a snapshot covers."""
    closing = header.closing_years(COLLECTION, days["day"])
    last = days.loc[closing.le(header.latest(closing.value_counts())), "day"].max()
    month_end = last + pd.offsets.MonthEnd(0)
    end = month_end if month_end - last <= MONTH_END else last
    flows = days.loc[days["flow"].astype("bool"), "day"].sort_values()
    first = [flows.iloc[int(EARLY * len(flows))]] if len(flows) else []
    start = min([end + DAY - pd.DateOffset(months=MONTHS), *first])
    year = int(header.closing_years(COLLECTION, pd.Series([end])).iloc[0])
    return [taken, COLLECTION, days["LA"].iloc[0], year, start, end]


def labelled(spans: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the issues of snapshots whose name names another year."""
    for one in spans.itertuples(index=False):
        _, named, _ = years.label(one.taken)
        if named is not None and named not in (one.end.year, one.YEAR):
            yield issues.of_file(one.taken, "year_label", str(named), LA=one.LA, YEAR=one.YEAR)
