"""Bad data put into a sample on purpose, and the list of what was put where."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

Row = dict[str, str]
Rows = list[list[str]]
COLUMNS = ["file", "row", "id", "column", "kind", "right"]
ROW = 5
"""The row, as a spreadsheet numbers it, in which the first fault of a file stands."""
CELLS: list[tuple[int, str, int, str, str, str]] = [
    (2016, "header", ROW, "DOB", "", "no date of birth"),
    (2016, "episodes", ROW, "DECOM", "", "no start of an episode"),
    (2016, "episodes", ROW + 3, "DECOM", "iso", "a date as 2016-03-31"),
    (2016, "episodes", ROW + 6, "DECOM", "short", "a date with a year of two figures"),
    (2016, "episodes", ROW + 9, "DECOM", "serial", "a date as a workbook's number"),
    (2016, "reviews", ROW, "REVIEW", "01/01/1900", "a placeholder for a date"),
    (2016, "reviews", ROW + 1, "REVIEW_CODE", "NULL", "a word for nothing"),
    (2019, "header", ROW, "SEX", "letter", "a code of later years"),
    (2026, "header", ROW, "SEX", "1", "a code of earlier years"),
    (2026, "episodes", ROW, "PLACE", "H5", "a code of earlier years"),
    (2026, "episodes", ROW + 1, "PLACE", "Z1", "a code of earlier years"),
    (2017, "episodes", ROW + 4, "PLACE", "K3", "a code of later years"),
    (2024, "episodes", ROW, "LS", "C9", "a code that there is not"),
    (2024, "episodes", ROW + 5, "PL_POST", "=1+1", "a cell that begins with ="),
    (2022, "oc2", ROW, "IMMUNISATIONS", "true", "yes or no in other words"),
    (2022, "oc2", ROW + 1, "TEETH_CHECK", "N", "yes or no in other words"),
    (2022, "oc2", ROW + 2, "HEALTH_ASSESSMENT", "Y", "yes or no in other words"),
    (2025, "header", ROW, "DOB", "other", "other facts in another year"),
]
"""Year, table, row, column, what is written, and the kind of fault."""
MONTH = 28


def inject(returns: Path) -> pd.DataFrame:
    """Spoil the returns of a folder and list every fault: file, row, id, column, kind, right."""
    found: list[Row] = []
    for year, table, row, column, new, kind in CELLS:
        found.append(_cell(returns, year, table, row, column, new, kind))
    for spoil in (_episodes, _ids, _columns, _encodings, _folders, _need, _workbook, _archives):
        found += spoil(returns)
    table = pd.DataFrame(found, columns=COLUMNS).fillna("")
    moved = {"ssda903/2016/": "ssda903/2015/", "ssda903/2017/": "ssda903/2016-17/",
             "ssda903/2018/": "ssda903/903 final v2/"}  # fmt: skip
    for old, new in moved.items():
        table["file"] = table["file"].str.replace(old, new, regex=False)
    return table


def _note(path: Path, returns: Path, kind: str, right: str = "", row: int = 0, **more: str) -> Row:
    where = {"file": path.relative_to(returns).as_posix(), "row": str(row or "")}
    return {**where, "kind": kind, "right": right, **more}


def _read(path: Path) -> Rows:
    return [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]


def _save(path: Path, rows: Rows, encoding: str = "utf-8", mark: str = ",") -> None:
    text = "\n".join(mark.join(row) for row in rows) + "\n"
    path.write_bytes(text.encode(encoding))


def _path(returns: Path, year: int, table: str) -> Path:
    return returns / "ssda903" / str(year) / f"{table}.csv"


def _cell(returns: Path, year: int, table: str, row: int, column: str, new: str, kind: str) -> Row:
    path = _path(returns, year, table)
    rows = _read(path)
    place = rows[0].index(column)
    old = rows[row - 1][place]
    day, month, full = (old.split("/") + ["", "", ""])[:3]
    spelt: dict[str, Callable[[], str]] = {
        "iso": lambda: f"{full}-{month}-{day}",
        "short": lambda: f"{day}/{month}/{full[2:]}",
        "serial": lambda: str(
            (pd.Timestamp(f"{full}-{month}-{day}") - pd.Timestamp("1899-12-30")).days
        ),
        "letter": lambda: {"1": "M", "2": "F"}[old],
        "other": lambda: f"{int(day) % MONTH + 1:02d}/{month}/{full}",
    }
    rows[row - 1][place] = spelt[new]() if new in spelt else new
    _save(path, rows)
    return _note(path, returns, kind, old, row, id=rows[row - 1][0], column=column)


def _episodes(returns: Path) -> list[Row]:
    """Repeat an episode, let one overlap, and leave one out that goes on."""
    path = _path(returns, 2020, "episodes")
    rows = _read(path)
    rows.insert(3, list(rows[2]))
    found = [_note(path, returns, "an episode twice", "once", 4, id=rows[3][0])]
    place = next(
        n for n in range(6, len(rows)) if rows[n][0] == rows[n - 1][0] and rows[n][1][:2] > "09"
    )
    start, old = rows[0].index("DECOM"), rows[place][1]
    rows[place][start] = f"{int(old[:2]) - 8:02d}{old[2:]}"
    overlap = _note(
        path, returns, "episodes that overlap", old, place + 1, id=rows[place][0], column="DECOM"
    )
    _save(path, rows)
    rows = _read(_path(returns, 2024, "episodes"))
    row = next(n for n, row in enumerate(rows, 1) if row[8] in ("E45", "E46", "E47", "E48"))
    late = _cell(returns, 2024, "episodes", row, "REC", "E43", "a code of earlier years")
    path = _path(returns, 2022, "episodes")
    rows = _read(path)
    later = {row[0] for row in _read(_path(returns, 2024, "episodes"))}
    gone = next(n for n in range(20, len(rows)) if rows[n][7] == "" and rows[n][0] in later)
    lost = rows.pop(gone)
    _save(path, rows)
    vanished = _note(
        path, returns, "an open episode left out of a return", ",".join(lost[:3]), id=lost[0]
    )
    return [*found, overlap, late, vanished]


def _ids(returns: Path) -> list[Row]:
    """Add children whose ids look like numbers or like nothing: they are ids."""
    found = []
    for table in ("header", "episodes"):
        path = _path(returns, 2021, table)
        rows = _read(path)
        for name in ("007", "1E05", "NA"):
            rows.append([name, *rows[-1][1:]])
            found.append(
                _note(
                    path, returns, "an id that looks like something else", name, len(rows), id=name
                )
            )
        _save(path, rows)
    return found


def _columns(returns: Path) -> list[Row]:
    """Leave a column out, add one, move one, misspell one."""
    path = _path(returns, 2017, "episodes")
    _save(path, [row[:-1] for row in _read(path)])
    found = [_note(path, returns, "a column missing", "URN", column="URN")]
    path = _path(returns, 2018, "oc2")
    _save(path, [[row[0], *row[:0:-1]] for row in _read(path)])
    found.append(_note(path, returns, "columns in another order"))
    path = _path(returns, 2019, "reviews")
    rows = _read(path)
    rows[0] = [name.replace("REVIEW_CODE", "REVEIW_CODE") for name in rows[0]]
    _save(path, rows)
    found.append(_note(path, returns, "a column misspelt", "REVIEW_CODE", column="REVEIW_CODE"))
    path = _path(returns, 2018, "missing")
    _save(
        path, [[*row, "NOTE" if not n else "café"] for n, row in enumerate(_read(path))], "cp1252"
    )
    found.append(_note(path, returns, "a column too many", column="NOTE"))
    return [*found, _note(path, returns, "text in Windows-1252", "UTF-8")]


def _encodings(returns: Path) -> list[Row]:
    """Save files as other programs do, and two with nothing in them."""
    found = []
    for year, table, encoding, mark, kind in (
        (2017, "reviews", "utf-8-sig", ",", "a byte-order mark"),
        (2019, "uasc", "utf-16", ",", "text in UTF-16"),
        (2020, "oc3", "utf-8", ";", "semicolons between cells"),
    ):
        path = _path(returns, year, table)
        _save(path, _read(path), encoding, mark)
        found.append(_note(path, returns, kind, "UTF-8, commas between cells"))
    path = _path(returns, 2017, "ad1")
    _save(path, _read(path)[:1])
    found.append(_note(path, returns, "a file with no row"))
    path = _path(returns, 2018, "placed_for_adoption")
    path.write_bytes(b"")
    return [*found, _note(path, returns, "a file with nothing in it")]


def _folders(returns: Path) -> list[Row]:
    """Label folders as people do, and take a year out of the middle."""
    found = []
    for year, label, kind in (
        (2016, "2015", "a folder named after the year in which the return opens"),
        (2017, "2016-17", "a folder named otherwise"),
        (2018, "903 final v2", "a folder named otherwise"),
    ):
        path = returns / "ssda903" / str(year)
        path.rename(path.with_name(label))
        found.append(_note(path.with_name(label), returns, kind, str(year)))
    path = returns / "ssda903" / "2023"
    for each in sorted(path.iterdir()):
        each.unlink()
    path.rmdir()
    return [*found, _note(path, returns, "a year missing between others", "2023")]


def _need(returns: Path) -> list[Row]:
    """Spoil one CIN census a fault."""
    entity = '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<Message>'
    found = []
    for year, old, new, times, kind, right in (
        (2017, r"<Header>.*?</Header>", "", 1, "no header", "a header"),
        (2018, r"(</?)Message>", r"\1CINdetailsCollection>", 0, "another root element", "Message"),
        (2019, r"CINclosureDate", "CINClosureDate", 0, "a tag in other letters", "CINclosureDate"),
        (
            2020,
            r"ICPCnotRequired",
            "ICPCRequired",
            0,
            "a tag that means the opposite",
            "ICPCnotRequired",
        ),
        (
            2021,
            r"(?s)</Child>\n(?:(?!</Child>).)*\Z",
            "</Chi",
            0,
            "a file that breaks off",
            "</Message>",
        ),
        (2022, r"<Message>", "<!DOCTYPE Message>\n<Message>", 1, "a document type", "none"),
        (2023, r"<Message>", entity, 1, "an external entity", "none"),
        (2024, r"<ReferralSource>\w+<", "<ReferralSource>99<", 1, "a code that there is not", ""),
        (2025, r"(<PersonBirthDate>)[\d-]+", r"\g<1>1900-01-01", 1, "a placeholder for a date", ""),
        (2026, r"<Year>2026<", "<Year>2025<", 1, "a label that its dates contradict", "2026"),
    ):
        path = returns / "cin_census" / f"synthetic_cin_{year}.xml"
        text = re.sub(old, new, path.read_text(encoding="utf-8"), count=times)
        path.write_text(text, encoding="utf-8", newline="\n")
        found.append(_note(path, returns, kind, right))
    return found


def _workbook(returns: Path) -> list[Row]:
    """Misname a sheet, misstate its size, leave a gap, format a million rows, write a formula."""
    path = next((returns / "annex_a").glob("*.xlsx"))
    with zipfile.ZipFile(path) as book:
        parts = {each.filename: book.read(each).decode("utf-8") for each in book.infolist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('name="List 2"', 'name="Lits 2"')
    sheets = {number: f"xl/worksheets/sheet{number + 1}.xml" for number in range(1, 12)}
    parts[sheets[3]] = re.sub(
        r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', parts[sheets[3]]
    )
    last, rows = _last(parts[sheets[5]])
    moved = last.replace(f'r="{rows}"', f'r="{rows + 40}"')
    moved = re.sub(rf'r="([A-Z]+){rows}"', rf'r="\g<1>{rows + 40}"', moved)
    parts[sheets[5]] = parts[sheets[5]].replace(last, moved)
    _, end = _last(parts[sheets[7]])
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(end + 1, 1_000_001))
    parts[sheets[7]] = parts[sheets[7]].replace("</sheetData>", blank + "</sheetData>")
    sign = '<c r="H3" t="inlineStr"><is><t>=1+1</t></is></c>'
    parts[sheets[2]] = re.sub(r'<c r="H3"[^>]*>.*?</c>', sign, parts[sheets[2]])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return [
        _note(path, returns, "a sheet misnamed", "List 2", column="Lits 2"),
        _note(path, returns, "a sheet that says it has one cell", column="List 3"),
        _note(path, returns, "a row after a gap", "kept", rows + 40, column="List 5"),
        _note(path, returns, "a million formatted rows with nothing in them", column="List 7"),
        _note(
            path,
            returns,
            "a cell that begins with =",
            "",
            3,
            column="Organisation completing assessment",
        ),
    ]


def _last(sheet: str) -> tuple[str, int]:
    """Return the last row of a sheet and its number."""
    text = sheet[sheet.rindex("<row ") : sheet.rindex("</row>") + len("</row>")]
    return text, int(re.findall(r'<row r="(\d+)"', text)[0])


def _archives(returns: Path) -> list[Row]:
    """Write an archive whose path climbs out, and one that unpacks to gigabytes."""
    climbing, growing = returns / "synthetic_climbing.zip", returns / "synthetic_growing.zip"
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../synthetic_header.csv"), "CHILD,SEX,DOB,ETHNIC\n")
    with zipfile.ZipFile(growing, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        entry = zipfile.ZipInfo("synthetic_episodes.csv")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as stream:
            for _ in range(GIGABYTES * 64):
                stream.write(NOTHING)
    return [
        _note(climbing, returns, "an archive whose path climbs out", "refused"),
        _note(growing, returns, "an archive that unpacks to gigabytes", "refused"),
    ]


GIGABYTES = 2
NOTHING = b"\n" * (1 << 24)
