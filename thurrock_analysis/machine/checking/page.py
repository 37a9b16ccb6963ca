"""The page of a check: what was read, what is wrong, what it comes to, and beside what."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from thurrock_analysis import __version__, words
from thurrock_analysis.findings import quality
from thurrock_analysis.machine.checking import figures as sums
from thurrock_analysis.machine.refresh.index import filled
from thurrock_analysis.machine.refresh.run_record import now
from thurrock_analysis.record import measures
from thurrock_analysis.returns.returns import Returns

Rows = list[list[str]]
NAMED = 2
"""Figures that are named of those that an issue touches."""
VANISHED = (
    "An episode that is open in one return and absent from the next is an error of the data; "
    "--vanished says which of the two figures counts."
)
OF_WHOLE = ["vanished_difference"]
"""Rules on a return as a whole, whose values are told."""
SYNTHETIC = "Every child and worker in these returns was made up: no figure is of a real authority."


def written(returns: Returns, title: str, told: sums.Told, against: pd.DataFrame | None) -> str:
    """Return the page."""
    sections = [_read(returns), _wrong(returns)]
    if against is not None:
        sections.append(_against(against))
    return filled(
        "check",
        title=title,
        lede=next(quality.said(returns)),
        synthetic=SYNTHETIC if returns.synthetic else "",
        sections=[*sections, *_families(told), _gaps(told)],
        made=words.day(now()),
        version=__version__,
    )


def _read(returns: Returns) -> dict[str, Any]:
    rows = quality.rows_read(returns)
    cells = [
        [row.table, *(f"{getattr(row, key):,}" for key in ["files", *quality.ROWS])]
        for row in rows.itertuples()
    ]
    heads = ["Files", "Rows read", "Kept", "Set aside", "Repeated", "Blank"]
    table = _table("Rows by table", ["Table"], heads, cells)
    line = "Rows kept, set aside, repeated and blank add up to the rows read."
    return _section("read", "What was read", [line], [table])


def _wrong(returns: Returns) -> dict[str, Any]:
    found = quality.kinds(returns)
    if found.empty:
        return _section("wrong", "What is wrong with it", ["No issue was found."], [])
    cells = [
        [
            row.sentence or row.rule,
            " ".join(part for part in (row.table, row.column) if part),
            f"{row.severity}: {row.done}",
            _touched(str(row.touches).split(), row.table),
            f"{row.rows:,}",
            f"{row.children:,}",
        ]
        for row in found.itertuples()
    ]
    heads = ["Rule that does not hold", "Where", "What was done", "Figures touched"]
    table = _table("Issues by kind, the gravest first", heads, ["Rows", "Children"], cells, True)
    lines = ["Each row of the files at fault is in issues.csv, by file and row.", *_whole(returns)]
    return _section("wrong", "What is wrong with it", lines, [table])


def _touched(names: list[str], table: str) -> str:
    """Name the first figures that an issue touches, and count the others.

    A rule that names none touches all that rest on its table.
    """
    if not names:
        return "all that rest on the table" * bool(table)
    labels = [measures.get(name).label for name in names if name in measures.table().index]
    if len(labels) > NAMED:
        labels = [*labels[:NAMED], f"{len(labels) - NAMED} more"]
    return words.listed(labels)


def _whole(returns: Returns) -> Iterator[str]:
    """Say what concerns a whole return, and so no single child."""
    issues = returns.issues
    told = issues[issues["rule"].isin(OF_WHOLE)]
    for row in told.itertuples():
        yield f"Return year {row.YEAR}: {row.value}. {VANISHED}"


def _families(told: sums.Told) -> Iterator[dict[str, Any]]:
    for family, table in told.by_family():
        caption = f"{words.capital(family.replace('_', ' '))}, by period"
        one = _table(
            caption, [table.columns[0]], list(table.columns[1:]), table.to_numpy().tolist()
        )
        yield _section(family, words.capital(family.replace("_", " ")), [], [one])


def _gaps(told: sums.Told) -> dict[str, Any]:
    lines = ["Nothing that was asked for is out of reach."] if not told.gaps else []
    cells = [[label, sentence] for label, sentence in told.gaps]
    tables = [_table("What these returns cannot tell", ["Figure", "Why"], [], cells, True)]
    title = "What these returns cannot tell"
    return _section("gaps", title, lines, tables if cells else [])


def _against(rows: pd.DataFrame) -> dict[str, Any]:
    heads = ["This return", "The last", "Change", "Published", "New", "Gone", "In both"]
    cells = rows.astype("str").to_numpy().tolist()
    table = _table("This return beside the last", ["Figure", "Period"], heads, cells)
    line = (
        "The largest change comes first, each measured against what chance alone would move; "
        "means come last. New, gone and in both count the cases behind the two figures."
    )
    return _section("against", "Against the last return", [line], [table])


def _section(name: str, title: str, lines: list[str], tables: list[Any]) -> dict[str, Any]:
    return {"id": name, "title": title, "lines": lines, "tables": tables}


def _table(
    caption: str, texts: Iterable[str], numbers: Iterable[str], rows: Rows, words: bool = False
) -> dict[str, Any]:
    columns = [{"title": title, "number": False} for title in texts]
    columns += [{"title": title, "number": True} for title in numbers]
    return {"caption": caption, "columns": columns, "rows": rows, "words": words}
