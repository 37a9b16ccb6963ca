"""Files as a user downloads them, in the publishers' format, written for the tests."""

import csv
import gzip
import zipfile
from pathlib import Path

import pandas as pd
import xlsxwriter

from thurrock_analysis.record import areas

PLACES = {
    "E06000034": ("883", "Thurrock", "E12000006", "East of England"),
    "E06000035": ("887", "Medway", "E12000008", "South East"),
    "E09000002": ("301", "Barking and Dagenham", "E12000007", "London"),
}
AREAS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,new_la_code,la_name"
)
REFERRALS = (
    "referral_count,rereferral_count,rereferral_percent,no_further_action_count,"
    "no_further_action_percent,not_in_need_count,not_in_need_percent"
)
MEASURES = [
    "referrals",
    "re_referrals",
    "re_referral_percent",
    "no_further_action",
    "no_further_action_percent",
    "assessed_not_in_need",
    "assessed_not_in_need_percent",
]


def place(code: str, year: int) -> str:
    number, name, region, region_name = PLACES[code]
    assert areas.get(code).name == name
    return (
        f"{year},Reporting year,Local authority,E92000001,England,{region},{region_name},"
        f"{number},{code},{name}"
    )


def held(figures: pd.DataFrame, code: str, end: str, measure: str) -> str:
    """Write what the record says of a whole figure last."""
    rows = figures[
        (figures["measure"] == measure)
        & (figures["breakdown"] == "all")
        & (figures["area"] == code)
        & (figures["period_end"] == end)
        & (figures["origin"] == "published")
    ]
    row = rows.sort_values("published").iloc[-1]
    return f"{row['value']:.10g}" if pd.notna(row["value"]) else "c"


def referrals(path: Path, figures: pd.DataFrame, **changes: str) -> Path:
    """Write the table on referrals of 2026: 2025 as held, 2026 anew; a key E..._2025 revises."""
    lines = [f"{AREAS},category,{REFERRALS}"]
    for at, code in enumerate(PLACES):
        cells = [held(figures, code, "2025-03-31", measure) for measure in MEASURES]
        cells[0] = changes.get(f"{code}_2025", cells[0])
        count = changes.get(f"{code}_2026", str(2000 + at))
        lines.append(f"{place(code, 2025)},Referrals,{','.join(cells)}")
        lines.append(f"{place(code, 2026)},Referrals,{count},400,20,30,1.5,600,30")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def populations(path: Path, figures: pd.DataFrame, *more: str) -> Path:
    """Write populations of the three authorities: mid-2024 as held, mid-2025 anew; more lines."""
    lines = [f"{AREAS},age_group,population_estimate"]
    group = "Children aged 0 to 17 years"
    for at, code in enumerate(PLACES):
        known = held(figures, code, "2024-06-30", "population_0_17")
        lines.append(f"{place(code, 2024)},{group},{known}")
        lines.append(f"{place(code, 2025)},{group},{50000 + at}")
    lines += more
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def dressed(
    file: Path,
    kind: str = "csv",
    separator: str = ",",
    encoding: str = "utf-8",
    above: tuple[str, ...] = (),
    below: tuple[str, ...] = (),
    blanks: bool = False,
    thousands: bool = False,
) -> Path:
    """Save a table as people have it; the new file lies beside the old one, in a folder."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        head, *body = csv.reader(text)
    if thousands:
        body = [row[:-7] + [f"{int(c):,}" if c.isdigit() else c for c in row[-7:]] for row in body]
    rows = [*([line] for line in above), head, *body]
    rows += [[line] for line in below]
    if blanks:
        rows = [[*(f" {cell}\u00a0" for cell in row), " ", ""] for row in rows]
        rows[-1:-1] = [[""] * len(rows[0]), []]
    folder = file.parent / "dressed"
    folder.mkdir(exist_ok=True)
    new = folder / f"{file.stem}.{kind}"
    if kind == "parquet":
        pd.DataFrame(body, columns=head).to_parquet(new)
    elif kind == "xlsx":
        with xlsxwriter.Workbook(new, {"strings_to_numbers": True}) as book:
            book.add_worksheet("Notes").write(0, 0, "Downloaded by the council")
            sheet = book.add_worksheet("Data")
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    else:
        with (folder / "plain.csv").open("w", encoding=encoding, newline="") as text:
            csv.writer(text, delimiter=separator).writerows(rows)
        content = (folder / "plain.csv").read_bytes()
        if kind == "zip":
            with zipfile.ZipFile(new, "w") as archive:
                archive.writestr(f"data/{file.name}", content)
                archive.writestr("data/unknown.csv", "a,b\n1,2\n")
                archive.writestr("data-guidance.txt", "what it is")
        else:
            new.write_bytes(gzip.compress(content) if kind.endswith("gz") else content)
    return new
