"""Facts printed in committee papers and inspection reports, transcribed by hand."""

import re
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.papers import checks
from thurrock_analysis.record import areas, dictionary, measures, tidy

COLUMNS = [
    "fact",
    "document",
    "line",
    "gap",
    "measure",
    "breakdown",
    "group",
    "area",
    "period_start",
    "period_end",
    "basis",
    "value",
    "unit",
    "qualifier",
    "quotation",
    "note",
]
PARTS = ["numerator", "denominator"]
PERIOD = ["period_start", "period_end"]
MOST_WORDS = 25
"""Words that a quotation may have: enough to find the place, too few to copy the text."""
DATE, LOST = "date", "lost"
ISO = r"(\d{4}-\d{2}-\d{2})?"


def read() -> pd.DataFrame:
    """Read the transcribed figures that fit the tidy table.

    Returns
    -------
    DataFrame
        One row a printed figure that was observed, whose measure is in the dictionary, whose
        period is printed and whose area is one (not "neighbours"). A figure that a document
        prints twice comes once. All the others stay facts.
    """
    rows = facts()
    observed = dictionary.read("qualifiers").set_index("qualifier")["observed"].eq("yes")
    fits = (
        rows["measure"].isin(measures.table().index)
        & rows["area"].isin(areas.table())
        & rows["period_end"].ne("")
        & rows["value"].ne("")
        & rows["qualifier"].map(observed)
    )
    rows = rows[fits]
    figures = tidy.conform(
        rows.assign(
            value=pd.to_numeric(rows["value"]),
            **rows[PARTS].apply(pd.to_numeric),
            period_start=rows["period_start"].replace("", None),
            method=rows["qualifier"].where(rows["qualifier"] != "exact", ""),
            origin="document",
            release=rows["document"],
            source=rows["document"] + ", " + place(rows["line"]),
        )
    )
    return figures.drop_duplicates(tidy.KEY, ignore_index=True)


def facts() -> pd.DataFrame:
    """Read every transcribed fact, every cell as text.

    Returns
    -------
    DataFrame of str
        Columns `COLUMNS`, `PARTS` and file. A fact of the unit ``"date"`` has no value but a
        period; a fact qualified ``"lost"`` has neither: it was printed, and is held nowhere.
        ``gap`` is the line at which a text lost a value that another edition prints.

    Raises
    ------
    ThurrockError
        A row cannot be right: no line, no number, an unknown word, a date that cannot be read,
        too long a quotation, or an identifier that stands twice.

    Examples
    --------
    >>> contacts = facts().query("measure == 'contacts' and line == '49-50'")
    >>> contacts["value"].tolist()
    ['611', '431']
    """
    parts = [read_text(path).assign(file=path.name) for path in files()]
    rows = pd.concat(parts, ignore_index=True).fillna("")
    for path in files():
        mine = rows["file"].eq(path.name)
        twice = rows.duplicated("fact") & mine
        checks.refuse(
            rows[mine], twice[mine], "fact", "another fact has this identifier already", path
        )
    return rows[[*COLUMNS, *PARTS, "file"]]


def file(name: str) -> Path:
    """Return where a table of the documents lies."""
    return paths.data() / "documents" / f"{name}.csv"


def files() -> list[Path]:
    """Return the files of transcribed facts, one a subject."""
    return sorted((paths.data() / "documents" / "facts").glob("*.csv"))


def read_text(path: Path) -> pd.DataFrame:
    """Read one file of facts and refuse a row that cannot be right.

    Parameters
    ----------
    path : Path
        A file with `COLUMNS`; it may also have `PARTS`, where a mean is printed with its sum
        and count.
    """
    rows = checks.read(path, COLUMNS)
    number = pd.to_numeric(rows["value"], errors="coerce").notna()
    dated = rows["unit"].eq(DATE) & rows[PERIOD].ne("").any(axis=1)
    empty = rows["value"].eq("") & (rows["qualifier"].eq(LOST) | dated)
    known = dictionary.read("qualifiers")["qualifier"]
    papers = registry().index
    faults = {
        "fact": (rows["fact"].eq(""), "a fact needs an identifier"),
        "document": (~rows["document"].isin(papers), "documents.csv has no such document"),
        "line": (rows["line"].eq(""), "a fact needs the line it stands on"),
        "value": (~number & ~empty, "a number is needed, or a period where the unit is date"),
        "qualifier": (~rows["qualifier"].isin(known), "qualifiers.csv lists the words to use"),
        "quotation": (
            rows["quotation"].str.split().str.len().gt(MOST_WORDS),
            f"a quotation has at most {MOST_WORDS} words",
        ),
        **{
            name: (~is_date(rows[name]), "a date is written as 2018-03-31, or left out")
            for name in PERIOD
        },
    }
    checks.refuse_any(rows, faults, path)
    return rows


def is_date(column: pd.Series) -> pd.Series:
    """Say which cells are ISO dates or empty.

    Examples
    --------
    >>> is_date(pd.Series(["2018-03-31", "", "2018-02-30", "31.3.18"])).tolist()
    [True, True, False, False]
    """
    real = pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").notna()
    return column.str.fullmatch(ISO) & (real | column.eq(""))


def registry() -> pd.DataFrame:
    """Return the documents, indexed by their code: area, called, text_sha256, note."""
    path = file("documents")
    rows = checks.read(path, ["document", "area", "called", "text_sha256"])
    return rows.set_index("document")


def place(lines: pd.Series) -> pd.Series:
    """Say where a figure stands: on a line or page, or in a part of a document without lines.

    Examples
    --------
    >>> place(pd.Series(["49-50", "p27", "web page"])).tolist()
    ['line 49-50', 'page 27', 'web page']
    """
    numbered = lines.str.contains(r"\d")
    said = "line " + lines
    paged = lines.str.fullmatch(r"p\d+(-\d+)?")
    said = said.where(~paged, "page " + lines.str.removeprefix("p"))
    return lines.where(~numbered, said)


def letters(text: str) -> str:
    """Keep the letters and digits of a text: what survives lost dashes and apostrophes.

    Examples
    --------
    >>> letters("children’s 2013–14") == letters("childrens 201314")
    True
    """
    return re.sub(r"[^a-z0-9]", "", text.lower())
