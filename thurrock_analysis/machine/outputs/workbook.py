"""``figures.xlsx``: all figures of a report as the Analysis Function has spreadsheets.

A cover, contents and notes; one table a sheet, marked as one; no merged and no empty cell; every
shorthand explained above the table; numbers as numbers. The same figures give the same bytes.
"""

import copy
import datetime
import math
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from thurrock_analysis import __version__
from thurrock_analysis.findings.giving import number_format
from thurrock_analysis.machine.outputs.sheets import Cell, Column, Sheet, sheets
from thurrock_analysis.machine.refresh.index import Entry
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.fingerprint import one_moment
from thurrock_analysis.saving import BOOK, MAKER

FILE = "figures.xlsx"
WIDEST, NARROWEST = 60, 9
"""Letters of a column."""
HEAD_LINES = 3
"""Lines over which the head of a narrow column is spread."""
LINE_HIGH = 16
"""Points; programs other than Excel do not make a row as high as its wrapped text."""
MANY = 10
"""Columns beside which the first goes out of sight."""
UNDER_TITLE = 2
"""The row of the heads of a sheet that has title and instructions alone."""
PAGES_WIDE = 3
A4 = 9
WIDER = 1.1
"""How much wider a letter of the theme is than the one that widths are counted in."""
RUNNING = 0.9
"""How wide the letters of a long text are on average: it has narrow ones too."""
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "No figure is of a person."
)


@one_moment()
def write_workbook(path: Path, entries: list[Entry], about: dict[str, str]) -> bool:
    """Write the workbook of a report; say whether there was anything to write.

    Parameters
    ----------
    path : Path
        The file.
    entries : list of Entry
        The notebooks, their changes told as among all of the report.
    about : dict
        ``area``, ``as_at`` as readers write it, ``date`` as ISO, ``banner``.
    """
    found = sheets(entries)
    if not found:
        return False
    with warnings.catch_warnings():  # gptables uses what the next pandas will not have
        warnings.filterwarnings("ignore", module="gptables|pandas|importlib")
        _fill(path, found, about)
    return True


def _fill(path: Path, found: list[Sheet], about: dict[str, str]) -> None:
    import gptables  # only a workbook needs it

    notes = _notes() if any(one.note for sheet in found for one in sheet.columns) else None
    tables = {sheet.name: _gptable(sheet, number) for number, sheet in enumerate(found, 1)}
    content = BytesIO()
    book = gptables.produce_workbook(
        content,
        tables,
        cover=_cover(about),
        contentsheet_options={"column_names": ["Sheet", "Table"], "title": "Contents"},
        notes_table=notes,
        theme=_theme(),
        auto_width=False,
        workbook_options=BOOK,
    )
    for sheet in found:
        first = tables[sheet.name].data_range[0]
        page = book.get_worksheet_by_name(sheet.name)
        _lay_out(page, sheet.columns, first)
        if sheet.printed:
            page.print_area(0, 0, first + len(sheet.columns[0].cells), sheet.printed - 1)
            page.fit_to_pages(1, 0)
    _lay_out_cover(book.get_worksheet_by_name("Cover"), _cover(about))
    listed = {"Sheet": [one.name for one in found], "Table": [one.title for one in found]}
    for name, cells in {"Contents": listed, "Notes": notes}.items():
        if cells is not None:
            columns = [Column(str(head), [str(c) for c in cells[head]]) for head in cells]
            _lay_out(book.get_worksheet_by_name(name), columns, UNDER_TITLE)
    book.set_properties(
        {
            "title": f"Children's services in {about['area']}, figures as at {about['as_at']}",
            "author": MAKER,
            "created": datetime.datetime.fromisoformat(about["date"]),
        }
    )
    book.close()
    path.write_bytes(content.getvalue())


def _theme() -> Any:
    """Return the theme of gptables, in which what belongs to one row stands on one line."""
    import gptables

    theme = copy.deepcopy(gptables.gptheme)
    for update in (theme.update_data_format, theme.update_index_2_format):
        update({"valign": "top"})
    return theme


def _cover(about: dict[str, str]) -> Any:
    import gptables

    intro = [
        f"Every key figure and every table of the reports on {about['area']}, from what had been "
        f"published by {about['as_at']}.",
        "The sheet Contents lists the tables. Each sheet has one table, with the sentence that "
        "it belongs to, its periods and its source above it.",
    ]
    data = [
        "A cell without a number holds a shorthand in square brackets, explained above its table: "
        "what is hidden, what rounds to zero, what cannot be and what is not held are kept apart, "
        "and none of them is a zero.",
        "The sheet Notes says what the columns of the key figures mean.",
        f"Made by {MAKER} {__version__}. {LICENCE}",
    ]
    title = f"Children's services in {about['area']}: figures as at {about['as_at']}"
    return gptables.Cover(title, [*filter(None, [about.get("banner", "")]), *intro], data)


def _notes() -> Any:
    """Return the notes, in the order in which the key figures refer to them."""
    import pandas as pd

    rows = dictionary.rows("workbook_notes")
    return pd.DataFrame({"note": [r["note"] for r in rows], "Note": [r["text"] for r in rows]})


def _gptable(sheet: Sheet, number: int) -> Any:
    import gptables
    import pandas as pd

    table = pd.DataFrame({one.head: pd.Series(one.cells, dtype="object") for one in sheet.columns})
    instructions = "This worksheet contains one table."
    if any(one.note for one in sheet.columns):
        instructions += " Notes are on the sheet Notes."
    return gptables.GPTable(
        table,
        f"table_{number}",
        sheet.title,
        scope=f"Periods: {sheet.period}." if sheet.period else None,
        source=f"Source: {sheet.source}." if sheet.source else None,
        table_notes={one.head: f"$${one.note}$$" for one in sheet.columns if one.note},
        subtitles=list(sheet.said),
        instructions=instructions,
        legend=list(sheet.legend),
        index_columns={2: 0},
        additional_formatting=_shown(sheet.columns),
    )


def _shown(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return how numbers and words are written, as gptables takes it: alike columns together."""
    alike: dict[str, list[int]] = {}
    cells = []
    for place, column in enumerate(columns):
        usual = Counter(column.formats).most_common(1)[0][0]
        alike.setdefault(number_format(usual) if column.is_of_numbers else "", []).append(place)
        cells += [
            {"cell": {"cells": (row, place), "format": {"num_format": number_format(one)}}}
            for row, one in enumerate(column.formats, 1)
            if one != usual and column.is_of_numbers
        ]
    # Words stand apart from the numbers beside them, which end where these begin.
    words = [place for place in alike.pop("", []) if place]
    found: list[tuple[list[int], dict[str, Any]]] = [(words, {"indent": 1})] if words else []
    found += [(places, {"num_format": f, "align": "right"}) for f, places in alike.items()]
    return [{"column": {"columns": places, "format": shape}} for places, shape in found] + cells


def _lay_out(page: Any, columns: Sequence[Column], first: int) -> None:
    """Make columns as wide and rows as high as they are read, and a page that prints.

    ``first`` is the row of the heads.
    """
    widths = [_width(column) for column in columns]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    for down in range(len(columns[0].cells)):
        texts = [_written(column.cells[down], 1) for column in columns]
        page.set_row(first + 1 + down, LINE_HIGH * _lines(texts, widths))
    page.set_row(
        first,
        LINE_HIGH * _lines([one.head + " [note 1]" * bool(one.note) for one in columns], widths),
    )
    if len(columns) > MANY:
        page.freeze_panes(0, 1)  # which row it is stays in sight, on paper too
        page.repeat_columns(0)
    page.repeat_rows(first)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(PAGES_WIDE if len(columns) > MANY else 1, 0)


def _lay_out_cover(page: Any, cover: Any) -> None:
    texts = [cover.title, "", *cover.intro, "", *cover.about]
    for down, text in enumerate(texts):
        page.set_row(
            down, LINE_HIGH * _lines([text], [cover.width]) * (1.4 if not text or not down else 1)
        )
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _width(column: Column) -> int:
    decimals = max(one.decimals for one in column.formats)
    longest = max((len(_written(one, decimals)) for one in column.cells), default=0)
    head = max(len(column.head) // HEAD_LINES, *map(len, column.head.split()))
    return min(max(round(WIDER * max(longest, head)) + 1, NARROWEST), WIDEST)


def _written(cell: Cell, decimals: int) -> str:
    """Return a cell about as it is read: a number has few of its digits."""
    return cell if isinstance(cell, str) else f"{cell:+,.{decimals}f}"


def _lines(texts: Iterable[str], widths: Iterable[int]) -> int:
    """Return how many lines the highest cell of a row takes."""
    return max(
        sum(max(math.ceil(RUNNING * len(line) / width), 1) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
