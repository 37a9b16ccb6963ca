"""Tables of a page: for a reader by eye, by ear, on a phone and on paper."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import AttributeValueList

LETTER, GAP = 9.5, 16
"""Pixels that a letter needs, and the space between two columns."""
PHONE, BESIDE, TABLET, PAPER, DESK = 288, 570, 600, 850, 1200
"""Pixels that a table has: on a phone, beside a chart, on a tablet, on paper, on a desk."""
YEARS, ROWS, CARDS = 5, 12, 3
"""Rows that are read at once, of a table of years, of another and of one whose rows are cards on a
phone: one that has more is folded there."""
NAMES = 24
"""Letters of a row's name that needs a wide column."""

PHONE_ONLY = "phone"
"""The class of what is folded on a phone and open elsewhere."""

_NUMBER = re.compile(r"[-+−–<>~£]?[0-9][0-9,.]*( ?%| ?pp| points)?|\[?[a-z:*–.]\]?|NaN|nan", re.I)
_YEAR = re.compile(r"(19|20)\d\d(-\d\d)?")


def dress(soup: BeautifulSoup) -> None:
    """Give every table of a page what it lacks, and each a name of its own."""
    for table in soup.find_all("table"):
        _tidy(table)
        folded = _is_long(table)
        if table.tbody and _needed(_columns(table)) > PAPER and _of_years(table):
            _turn(table)
        _align_numbers(table)
        _fit(soup, table)
        _fold(soup, table, folded)
    _name_apart(soup)


def fit(soup: BeautifulSoup) -> None:
    """Give tables that lack nothing names of their own, and shapes for a phone and for paper."""
    _name_apart(soup)
    for table in soup.find_all("table"):
        _fit(soup, table)


def _tidy(table: Tag) -> None:
    for attribute in ("border", "class"):
        table.attrs.pop(attribute, None)
    for style in table.find_previous_siblings("style"):
        style.decompose()  # pandas puts one before each table
    for row in table.find_all("tr"):
        row.attrs.pop("style", None)
    for cell in table.find_all(["th", "td"]):
        cell.attrs.pop("style", None)
        if cell.name == "th" and not cell.get_text(strip=True):
            cell.name = "td"  # an empty heading is announced as one
        if cell.name == "th" and not cell.get("scope"):
            cell["scope"] = "col" if cell.find_parent("thead") else "row"


def _rows(table: Tag) -> tuple[list[list[Tag]], list[list[Tag]]]:
    """Return the cells of the rows of the head, and of the others."""
    rows = [(row.find_parent("thead"), row.find_all(["th", "td"])) for row in table.find_all("tr")]
    return [cells for head, cells in rows if head], [cells for head, cells in rows if not head]


def _columns(table: Tag) -> list[list[Tag]]:
    """Return the cells of each column, its heading first; none of a table with joined cells."""
    heads, rows = _rows(table)
    every = [*heads, *rows]
    if len(heads) != 1 or len({len(cells) for cells in every}) != 1:
        return []
    return [list(column) for column in zip(*every, strict=True)]


def _align_numbers(table: Tag) -> None:
    """Align to the right each column whose every cell is a number or a symbol for one."""
    heads, rows = _rows(table)
    width = max((len(row) for row in rows), default=0)
    for place in range(width):
        cells = [row[place] for row in rows if len(row) == width]
        texts = [cell.get_text(strip=True) for cell in cells if cell.name == "td"]
        if any(texts) and all(_NUMBER.fullmatch(text) for text in texts if text):
            for cell in cells + [head[place] for head in heads if len(head) == width]:
                cell["class"] = "num"
        else:
            for cell in cells + [head[place] for head in heads if len(head) == width]:
                cell.attrs.pop("class", None)


def _fit(soup: BeautifulSoup, table: Tag) -> None:
    """Make a row a card where the table is wider than the page; scroll what nothing else fits."""
    columns = _columns(table)
    if not columns:
        return
    needed = _needed(columns)
    if needed > PHONE:
        wider = {"cards": 1, "late": needed > TABLET, "full": needed > BESIDE}
        wider["dense"] = needed > PAPER
        wider["named"] = max(len(cell.get_text(" ", strip=True)) for cell in columns[0]) > NAMES
        table["class"] = AttributeValueList(name for name, holds in wider.items() if holds)
        for head, *cells in columns[1:]:
            for cell in cells:
                cell["data-head"] = head.get_text(" ", strip=True)
    if needed > DESK:
        named = table.caption.get_text(" ", strip=True) if table.caption else "Table"
        box = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": named}
        table.wrap(soup.new_tag("div", attrs=box))


def _needed(columns: list[list[Tag]]) -> float:
    """Return the pixels that a table needs for no word of it to be broken."""
    return sum(_least(cells) * LETTER + GAP for cells in columns)


def _least(cells: list[Tag]) -> int:
    """Return the letters of the longest part of a column that is never broken."""
    head, *others = (cell.get_text(" ", strip=True) for cell in cells)
    parts = [part for text in [head, *others] for part in text.split()]
    whole = others if any("num" in cell.get_attribute_list("class") for cell in cells) else []
    return max(map(len, [*parts, *whole]), default=0)


def _of_years(table: Tag) -> bool:
    return all(_YEAR.fullmatch(cell.get_text(strip=True)) for cell in _columns(table)[0][1:])


def _turn(table: Tag) -> None:
    """Make a column of each year of a table that has too many others."""
    (corner, *years), *others = _columns(table)
    rows = [[corner.extract(), *(year.extract() for year in years)]]
    rows += [[cell.extract() for cell in column] for column in others]
    for place, cells in enumerate(rows):
        for across, cell in enumerate(cells):
            cell.name = "td" if place and across else "th"
            cell.attrs = {} if place and across else {"scope": "row" if place else "col"}
    corner.name, corner.attrs, corner.string = "td", {}, ""
    head, body = table.select_one("thead tr"), table.tbody
    assert head and body
    head.clear()
    head.extend(rows[0])
    body.clear()
    for cells in rows[1:]:
        row = Tag(name="tr")
        row.extend(cells)
        body.append(row)


def _is_long(table: Tag) -> bool:
    """Say whether a table is too long to be read at once: one of years before others."""
    columns = _columns(table)
    return bool(columns) and len(columns[0]) - 1 > (YEARS if _of_years(table) else ROWS)


def _fold(soup: BeautifulSoup, table: Tag, folded: bool) -> None:
    """Fold a long table on screen, for a chart shows it, and cards on a phone. Paper has all."""
    columns = _columns(table)
    cards = "cards" in table.get_attribute_list("class") and len(columns[0]) - 1 > CARDS
    if not (folded or cards) or table.find_parent("details") or not table.caption:
        return
    fold, summary = soup.new_tag("details"), soup.new_tag("summary")
    summary.string = table.caption.get_text(" ", strip=True)
    if folded:
        table.caption.decompose()
    else:
        fold["class"] = PHONE_ONLY
    outer = table.find_parent(class_="scroll") or table
    outer.wrap(fold).insert(0, summary)


def _name_apart(soup: BeautifulSoup) -> None:
    """Add to a caption that stands twice on the page the question that it answers."""
    seen: dict[str, int] = {}
    for named in soup.select(f"main caption, main details:not(.{PHONE_ONLY}) > summary"):
        text = said = named.get_text(" ", strip=True)
        if text in seen and (heading := named.find_previous("h2")):
            said = f"{text} ({heading.get_text(' ', strip=True)})"
        if said in seen:
            seen[said] += 1
            said = f"{said}, {seen[said]}"
        seen[said] = 1
        if said != text:
            named.string = said
    for table in soup.select("main details > table"):
        summary = table.find_previous("summary")
        if not table.caption and isinstance(summary, Tag):
            table["aria-label"] = summary.get_text(" ", strip=True)
    for fold in soup.select(f"main details.{PHONE_ONLY}:has(> summary):has(caption)"):
        fold.summary.string = fold.caption.get_text(" ", strip=True)  # type: ignore[union-attr]
