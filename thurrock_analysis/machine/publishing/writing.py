"""The files of a publication, every one made anew from the protected table."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup

from thurrock_analysis import __version__, words
from thurrock_analysis.disclosure.counts import WHOLE, kinds
from thurrock_analysis.disclosure.table import HIDDEN, PARTS, SIGN_OF, SIGNS, text
from thurrock_analysis.findings import giving
from thurrock_analysis.indicators import yearly
from thurrock_analysis.machine.publishing.windows import MONTHLY, is_flow
from thurrock_analysis.machine.refresh import page_tables
from thurrock_analysis.machine.refresh.index import filled
from thurrock_analysis.record import dictionary, measures
from thurrock_analysis.record.areas import Area
from thurrock_analysis.saving import MAKER, workbook

PAGE, FIGURES, BOOK, RECORD = "index.html", "figures.csv", "figures.xlsx", "run.json"
SYNTHETIC = "Synthetic: every child and worker here is made up; no figure is of a real authority."
SOURCE = "The authority's own returns. These are no official statistics."
COLUMNS = [
    "area", "code", "measure", "label", "breakdown", "group", "period_start", "period_end",
    "unit", "numerator", "denominator", "value",
]  # fmt: skip
NUMBERS = COLUMNS[-3:]
A4 = 9
"""How workbooks number this size of paper."""


@dataclass(frozen=True)
class Issue:
    """A publication: of whom, up to when, and the protected table, which is all it is made of."""

    area: Area
    to: pd.Timestamp
    made: str
    synthetic: bool
    limits: tuple[int, int]
    shown: pd.DataFrame

    @property
    def day(self) -> str:
        """The last day, as a folder."""
        return str(self.to.date())

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.area.name}: children’s social care to {words.day(self.day)}"

    def notes(self) -> list[str]:
        """Return what a reader has to know."""
        least, most = self.limits
        hidden = (self.shown[list(SIGN_OF.values())] == HIDDEN).any(axis=1).sum()
        whole = len(self.shown) - hidden
        signs = [f"{sign}: {said.format(least=least, most=most)}." for sign, said in SIGNS.items()]
        return [
            *([SYNTHETIC] if self.synthetic else []),
            SOURCE,
            *signs,
            "0: none. A zero is always shown.",
            f"{whole:,} of {len(self.shown):,} figures are shown whole.",
        ]


def write(issue: Issue, folder: Path) -> None:
    """Write page, table, workbook and the record of the run."""
    rows = flat(issue)
    (folder / PAGE).write_text(page(issue), encoding="utf-8")
    # The mark at the beginning tells Excel that the text is UTF-8.
    giving.guarded(rows).to_csv(
        folder / FIGURES, index=False, lineterminator="\n", encoding="utf-8-sig"
    )
    _workbook(issue, rows, folder / BOOK)
    files = {name: _checksum(folder / name) for name in (PAGE, FIGURES, BOOK)}
    record = {
        "made": issue.made,
        "authority": {"code": issue.area.code, "name": issue.area.name},
        "to": issue.day,
        "synthetic": issue.synthetic,
        "hidden_counts": list(issue.limits),
        "version": __version__,
        "files": files,
    }
    written = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / RECORD).write_text(written, encoding="utf-8")


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def flat(issue: Issue) -> pd.DataFrame:
    """Return the table as it is given away: text in every cell, a sign where no number is."""
    shown, known = issue.shown, measures.table()
    flows = shown["measure"].map(is_flow).astype(bool)
    rows = pd.DataFrame(
        {
            "area": issue.area.name,
            "code": issue.area.code,
            "measure": shown["measure"],
            "label": shown["measure"].map(known["label"]),
            "breakdown": shown["split"],
            "group": shown["group"],
            "period_start": shown["start"].where(flows, ""),
            "period_end": shown["end"],
            "unit": shown["measure"].map(known["unit"]),
        }
    )
    for part in PARTS:
        rows[part] = [
            sign or ("" if pd.isna(number) else f"{number:.10g}")
            for sign, number in zip(shown[SIGN_OF[part]], shown[part], strict=True)
        ]
    return rows[COLUMNS]


def _workbook(issue: Issue, rows: pd.DataFrame, path: Path) -> None:
    with workbook(path) as book:
        book.set_properties({"author": MAKER, "title": issue.title})
        bold = book.add_format({"bold": True})
        cover = book.add_worksheet("Cover")
        cover.set_column(0, 0, 100)
        for down, line in enumerate([issue.title, *issue.notes(), "Sheet: Figures."]):
            cover.write_string(down, 0, line, bold if not down else None)
        sheet = book.add_worksheet("Figures")
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        for across, name in enumerate(COLUMNS):
            sheet.set_column(
                across, across, min(max(len(name), rows[name].str.len().max()) + 2, 50)
            )
            sheet.write_string(0, across, name, bold)
            for down, cell in enumerate(rows[name], start=1):
                if name in NUMBERS and cell and cell not in SIGNS:
                    sheet.write_number(down, across, float(cell))
                else:
                    sheet.write_string(down, across, cell)


def page(issue: Issue) -> str:
    """Return the page: for each family years, months and what is split."""
    families = dictionary.read("indicators").set_index("measure")["family"]
    order = {name: place for place, name in enumerate(kinds())}
    told = issue.shown.sort_values("measure", key=lambda name: name.map(order), kind="stable")
    told["family"] = told["measure"].map(families)
    sections = [
        {
            "id": family,
            "title": words.capital(str(family).replace("_", " ")),
            "tables": list(_tables(part)),
        }
        for family, part in told.groupby("family", sort=False)
    ]
    html = filled(
        "published",
        title=issue.title,
        banner=SYNTHETIC if issue.synthetic else "",
        notes=issue.notes(),
        sections=sections,
        made=words.day(issue.made),
        version=__version__,
    )
    soup = BeautifulSoup(html, "html.parser")
    page_tables.fit(soup)
    return str(soup)


def _tables(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    whole = rows[rows["split"].eq(WHOLE[0])]
    labels = whole["measure"].map(measures.table()["label"]).map(words.capital)
    pooled = whole["span"].eq(yearly.POOLED).map({True: ", three years", False: ""})
    whole = whole.assign(row=labels + pooled)
    months = whole["span"].eq(MONTHLY)
    yield from _wide("Years", whole[~months])
    # What is of a day and closes a year stands in both tables.
    stocks = ~whole["measure"].map(is_flow).astype(bool) & whole["end"].isin(
        whole.loc[months, "end"]
    )
    by_month = whole["measure"].isin(whole.loc[months, "measure"])
    yield from _wide("Months", whole[months | stocks & by_month], words.month)
    split = rows[rows["split"].ne(WHOLE[0])]
    for (measure, by), part in split.groupby(["measure", "split"], sort=False):
        caption = f"{words.capital(measures.get(str(measure)).label)} by {by}"
        in_order = part.sort_values("group", key=lambda names: names.map(_ranked), kind="stable")
        yield from _wide(caption, in_order.assign(row=in_order["group"]))


def _ranked(group: str) -> tuple[float, str]:
    """Place a group by the number in its name, one under or before it first; else by its name.

    >>> sorted(["16 years and over", "unborn", "5 to 9 years", "under 5 years"], key=_ranked)
    ['unborn', 'under 5 years', '5 to 9 years', '16 years and over']
    """
    found = re.search(r"\d+", group)
    below = group.startswith("under")
    return (float(found[0]) - below / 2 if found else -1.0, group.casefold())


def _wide(
    caption: str, rows: pd.DataFrame, written: Callable[..., str] = words.day
) -> Iterator[dict[str, Any]]:
    if rows.empty:
        return
    cells = rows.assign(text=[text(row) for row in rows.itertuples()])
    wide = cells.pivot(index="row", columns="end", values="text").fillna("–")
    wide = wide.loc[list(dict.fromkeys(cells["row"])), sorted(wide.columns, reverse=True)]
    yield {
        "caption": caption,
        "heads": ["To", *(written(end, short=True) for end in wide.columns)],
        "rows": [
            [str(name), *line] for name, line in zip(wide.index, wide.to_numpy(), strict=True)
        ],
    }
