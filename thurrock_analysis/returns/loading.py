"""From a folder to returns: read, recognise, type, date, check, stack, repair."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.returns import (
    authorities,
    belonging,
    census_rules,
    checking,
    episodes,
    header,
    issues,
    parts,
    reading,
    recognising,
    rules,
    snapshots,
    stacking,
    statutory,
    typing,
    years,
)
from thurrock_analysis.returns.recognising import Recognised
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.returns.typing import Typed

COUNTS = ["file", "table", "read", "blank", "kept", "aside", "repeated"]
DAY = pd.Timedelta(days=1)
NAMED = 3
"""Files that a refusal names."""
WHY_NOT = {
    "lacking_column": "{}",
    "unreadable_file": "{}",
    "unknown_table": "{}, those of no such table",
    "empty_file": "{}",
    "other_file": "{}",
}
"""What is said of a file that holds no table, by the rule that it breaks, the nearest first."""


def load_returns(folder: str | Path, *, vanished: Literal["open", "closed"] = "open") -> Returns:
    """Read the returns in a folder, an archive, a workbook or a file, whatever they are called.

    Parameters
    ----------
    folder : str or Path
        Where the returns lie, of one year or many, of one authority or several.
    vanished : {"open", "closed"}
        What becomes of an episode that is open in one return and absent from the next.

    Returns
    -------
    returns : Returns
        Typed tables, every issue, how many rows became what, and the years held.

    Raises
    ------
    ThurrockError
        Nothing there is a table of a return.
    """
    found = reading.read(Path(folder))
    recognised = [recognising.recognise(found.tables.pop(0)) for _ in range(len(found.tables))]
    told = [*found.issues, *(each for one in recognised for each in one.issues)]
    known = [one for one in recognised if one.form is not None]
    if not known:
        raise nothing(Path(folder), issues.together(told))
    tables = [typing.typed(form, held) for form, held in by_form(known)]
    told += authorities.assign(tables)
    snapshot_spans, labelled = snapshots.assign(tables)
    told += [*labelled, *years.assign(tables)]
    parts.joined(tables)
    stacked, counts = {}, []
    for one in tables:
        told += [*one.issues(), *misfits(one), *checking.check(one)]
        rest, more = stacking.stack(one)
        told += [*more, *rules.late(one.form, rest.frame)]
        if one.form.name == years.EPISODES:
            mended = episodes.repair(rest.frame, vanished=vanished)
            rest.drop(mended.out, mended.frame)
            told += mended.issues
        stacked[one.form.name] = rest.frame
        counts.append(counted(one, rest))
    held, more = belonging.placed(parts.numbered(tables, stacked))
    told += more
    told += [*rules.check(held), *census_rules.check(held)]
    covered = spans(tables)
    told += missing_years(covered)
    return Returns(
        held,
        issues.together(told),
        pd.concat(counts, ignore_index=True),
        pd.concat([covered, snapshot_spans], ignore_index=True),
    )


def nothing(folder: Path, told: pd.DataFrame) -> ThurrockError:
    """Build the sentence for a folder without a table of a return: first what could be one."""
    order = {rule: place for place, rule in enumerate(WHY_NOT)}
    told = told.assign(order=told["rule"].map(order).fillna(len(order)))
    first = told.sort_values("order", kind="stable").drop_duplicates("file")
    meant = first[first["rule"].ne("other_file")]
    named = meant if len(meant) else first
    why = [
        f"{row.file}: {WHY_NOT.get(row.rule, '{}').format(row.value.rstrip('.'))}"
        for row in named.head(NAMED).itertuples()
    ]
    if len(named) > NAMED:
        why.append(words.counted(len(named) - NAMED, "more file"))
    if others := len(first) - len(named):
        why.append(f"not read: {words.counted(others, 'file')} of text")
    reasons = f": {'; '.join(why)}" if why else ""
    return ThurrockError(f"{folder.name} holds no table of a return{reasons}.")


def by_form(known: list[Recognised]) -> Iterable[tuple[statutory.Form, list[Recognised]]]:
    """Yield the tables of each form, in the order of the forms and of their paths."""
    for form in statutory.forms().values():
        held = [one for one in known if one.form is form]
        if held:
            yield form, sorted(held, key=lambda one: one.raw.file)


def misfits(one: Typed) -> Iterable[pd.DataFrame]:
    """Yield the issues of rows that do not fit below their header."""
    for table in one.tables:
        for row, cells in table.raw.misfits.items():
            yield issues.of_file(
                table.raw.file, "misfit_row", f"{cells} cells", row=row, table=one.form.name
            )


def counted(one: Typed, rest: stacking.Stacked) -> pd.DataFrame:
    """Count what became of the rows of each table."""

    def of(rows: np.ndarray) -> np.ndarray:
        return np.bincount(one.source[rows], minlength=len(one.tables))

    odd = np.array([len(table.raw.misfits) for table in one.tables])
    read = np.array([table.raw.read for table in one.tables])
    rows = np.bincount(one.source, minlength=len(one.tables))
    return pd.DataFrame(
        {
            "file": [table.raw.file for table in one.tables],
            "table": one.form.name,
            "read": read,
            "blank": read - rows - odd,
            "kept": of(rest.place),
            "aside": of(one.aside | rest.aside) + odd,
            "repeated": of(rest.repeated),
        }
    )[COUNTS]


def missing_years(covered: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Yield the issues of years between others of which no return is held."""
    for (collection, authority), held in covered.groupby(["collection", "LA"])["YEAR"]:
        for year in sorted({*range(held.min(), held.max())} - {*held}):
            yield issues.of_file("", "missing_year", collection, LA=authority, YEAR=year)


def spans(tables: list[Typed]) -> pd.DataFrame:
    """Return what the return of each year covers."""
    held = pd.concat(
        [
            pd.DataFrame(columns=["LA", "YEAR", "collection"]),
            *(
                one.frame.loc[~one.aside, ["LA", "YEAR"]]
                .drop_duplicates()
                .assign(collection=one.form.collection)
                for one in tables
                if one.form.collection != snapshots.COLLECTION
            ),
        ]
    ).drop_duplicates()
    held = held[held["YEAR"].notna()].sort_values(["collection", "LA", "YEAR"])
    closing = held["YEAR"].astype("str") + "-" + held["collection"].map(header.last_day)
    ends = pd.to_datetime(closing).astype("datetime64[s]")
    starts = (ends - pd.DateOffset(years=1) + DAY).astype("datetime64[s]")
    return held.assign(start=starts, end=ends)[
        ["collection", "LA", "YEAR", "start", "end"]
    ].reset_index(drop=True)
