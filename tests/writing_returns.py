"""Small returns, made up for tests: rows by table, written as people write them."""

import csv
import io
import zipfile
from pathlib import Path

import xlsxwriter

from thurrock_analysis.returns import load_returns

COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST "
    "PL_POST URN",
    "reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "uasc": "CHILD SEX DOB DUC",
    "oc2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK "
    "HEALTH_ASSESSMENT SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    "oc3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "ad1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "placed_for_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "previous_permanence": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "sw_episodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
    "dolo": "CHILD DOB DOLO_START DOLO_END",
}
USUAL = {
    "header": {"SEX": "1", "DOB": "01/02/2010", "ETHNIC": "WBRI", "UPN": "UN1"},
    "episodes": {
        "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U6", "PLACE_PROVIDER": "PR1",
        "HOME_POST": "ZZ1 1AA", "PL_POST": "ZZ2 2BB", "URN": "XXXXXX",
    },
    "reviews": {"REVIEW_CODE": "PN1"},
    "oc3": {"DOB": "01/02/2001", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "U1"},
    "ad1": {"DATE_INT": "01/05/2020", "DATE_MATCH": "01/08/2020", "FOSTER_CARE": "0"},
    "previous_permanence": {"PREV_PERM": "Z1"},
    "missing": {"MISSING": "M"},
    "sw_episodes": {"SW_ID": "SW1"},
}  # fmt: skip
"""What a cell holds that a test does not speak of."""


def rows(table, told):
    """Return whole rows of a table from what a test tells of each, in the order of columns."""
    names = COLUMNS[table].split()
    full = [USUAL.get(table, {}) | row for row in told]
    extra = [name for row in full for name in row if name not in names]
    names += list(dict.fromkeys(extra))
    return [names, *([row.get(name, "") for name in names] for row in full)]


def text(cells, separator=","):
    """Write rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(cells)
    return stream.getvalue()


def write(folder, **tables):
    """Write tables into a folder, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, told in tables.items():
        (folder / f"{table}.csv").write_text(text(rows(table, told)), encoding="utf-8")
    return folder


def load(folder, vanished="open", **tables):
    """Load a return of one year, or what lies in a folder."""
    return load_returns(write(folder, **tables), vanished=vanished)


def archive(path, **members):
    """Write an archive of some members by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def workbook(path, sheets):
    """Write rows on the sheets of a workbook, each cell as text."""
    with xlsxwriter.Workbook(Path(path), {"strings_to_numbers": False}) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                for place, cell in enumerate(row):
                    if cell != "":
                        sheet.write_string(number, place, cell)
    return path


def rules_of(returns):
    """Return which rules a load has told of."""
    return set(returns.issues["rule"])
