"""Give a finding away: a CSV of its figures, or a workbook with sentence, table and figures."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.record import areas, measures, tidy
from thurrock_analysis.saving import MAKER, put, unformulated, workbook

if TYPE_CHECKING:
    from thurrock_analysis.findings.finding import Finding

SHEET = [
    "area", "code", "measure", "label", "breakdown", "group", "period_start", "period_end",
    "value", "unit", "status", "numerator", "denominator", "basis", "method", "release",
    "published", "source",
]  # fmt: skip


def named(figures: pd.DataFrame) -> pd.DataFrame:
    """Return tidy figures with the names of their areas, and the labels and units of measures.

    >>> rows = tidy.conform(pd.DataFrame({"measure": ["referrals"], "area": ["E06000034"]}))
    >>> named(rows)[["area", "code", "label", "unit"]].to_numpy().tolist()
    [['Thurrock', 'E06000034', 'referrals', 'referrals']]
    """
    known = measures.table()
    codes = figures["area"].astype("str")
    names = {code: area.name for code, area in areas.table().items()}
    rows = figures.assign(
        code=codes,
        area=codes.map(names).fillna(codes),
        label=figures["measure"].astype("str").map(known["label"]),
        unit=figures["measure"].astype("str").map(known["unit"]),
    )
    return rows[SHEET].sort_values(["measure", "breakdown", "group", "area", "period_end"])


def to_csv(finding: "Finding", path: Path) -> Path:
    """Write a finding's figures, or its table where it rests on no tidy figures."""
    text = csv_of(finding)
    head = text.partition(b"\n")[0]
    return put(path, {".csv": lambda old: old.startswith(head)}, lambda at: at.write_bytes(text))


def csv_of(finding: "Finding") -> bytes:
    """Return a finding's figures as a CSV file that a spreadsheet opens and nothing runs."""
    rows = guarded(contents(finding)).rename(columns=lambda name: unformulated(str(name)))
    # The mark at the beginning tells Excel that the text is UTF-8.
    text: str = rows.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def to_excel(finding: "Finding", path: Path) -> Path:
    """Write a workbook of a finding: what it says, its table, its figures."""
    contents(finding)
    return put(path, {".xlsx": is_our_book}, lambda at: write_book(finding, at))


def is_our_book(content: bytes) -> bool:
    """Say whether a file is a workbook that this package wrote."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            return f">{MAKER}<".encode() in book.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError):
        return False


def contents(finding: "Finding") -> pd.DataFrame:
    """Return what a finding gives away as one frame; refuse one that holds nothing."""
    if len(finding.figures):
        rows = named(finding.figures)
        for column in tidy.DATES:
            rows[column] = rows[column].dt.strftime("%Y-%m-%d")
        return rows
    table = finding.shown if len(finding.shown) else finding.rest
    if not len(table):
        raise ThurrockError(f"There is nothing to write: {finding.sentence}")
    return table.frame.rename(columns=table.heads)


def guarded(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return rows.map(unformulated)


def write_book(finding: "Finding", path: Path) -> None:
    """Write the sheets of a workbook."""
    with workbook(path) as book:
        book.set_properties({"author": MAKER, "title": finding.sentence[:200]})
        _write_words(book, finding)
        if len(finding.shown):
            _write_table(book, "Table", finding.shown)
        if len(finding.rest):
            _write_table(book, "More", finding.rest)
        if len(finding.figures):
            _write_table(book, "Figures", Table(named(finding.figures)))


def _write_words(book: Any, finding: "Finding") -> None:
    sheet = book.add_worksheet("Finding")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90)
    report = finding.report
    lines = {
        "Finding": finding.sentence,
        "How sure?": finding.doubt,
        "Area": report.area.name if report else "",
        "As at": report.as_at if report else "",
        "Source": report.source(finding.figures) if report and len(finding.figures) else "",
        "Table": finding.shown.caption,
    }
    for place, (name, text) in enumerate((k, v) for k, v in lines.items() if v):
        sheet.write_string(place, 0, name, bold)
        sheet.write_string(place, 1, text, wrapped)


def _write_table(book: Any, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    texts = table.texts()
    for across, column in enumerate(table.frame.columns):
        head = table.heads.get(column, str(column))
        widest = max([len(head), *texts.iloc[:, across].str.len()], default=8)
        sheet.set_column(across, across, min(max(widest + 1, 8), 60))
        sheet.write_string(0, across, head, bold)
        each = table.formats.get(column, Format())
        formats = [each] * len(table) if isinstance(each, Format) else each
        for down, (value, one) in enumerate(zip(table.frame[column], formats, strict=True), 1):
            if isinstance(value, pd.Timestamp):
                sheet.write_datetime(down, across, value.to_pydatetime(), date)
            elif pd.api.types.is_number(value) and pd.notna(value):
                plain = across and column in table.formats
                style = book.add_format({"num_format": number_format(one)}) if plain else None
                sheet.write_number(down, across, value, style)
            else:
                sheet.write_string(down, across, texts.iloc[down - 1, across])


def number_format(one: Format) -> str:
    """Return how a spreadsheet writes numbers of a format.

    >>> number_format(Format(1, prefix="£")), number_format(Format(signed=True, suffix="%"))
    ('"£"#,##0.0', '+#,##0"%";-#,##0"%";0')
    """
    shape = ("#,##0" if one.thousands else "0") + ("." + "0" * one.decimals) * bool(one.decimals)
    shape = f'"{one.prefix}"' * bool(one.prefix) + shape + f'"{one.suffix}"' * bool(one.suffix)
    return f"+{shape};-{shape};0" if one.signed else shape
