"""Hold quotations against the texts that they are from, where the texts are at hand."""

import re
from pathlib import Path

import pandas as pd

from thurrock_analysis.papers import actions, claims, documents
from thurrock_analysis.record import provenance

PAGE_BREAK = "\f"
PAGES = ".pages.txt"
SLACK = 2
"""Lines around the cited ones: a sentence starts before the line that has its figure."""


def texts(folder: Path) -> dict[str, list[str]]:
    """Return the lines of each document that a folder holds, and the pages of a paged one.

    Parameters
    ----------
    folder : Path
        Text files. One whose checksum is in ``documents.csv`` is that document, whatever its
        name: its lines are those that facts cite. ``OF16.pages.txt`` is a complete edition of
        ``OF16`` with a form feed between pages.

    Returns
    -------
    dict
        Keys such as ``"OF16"`` (lines) and ``"OF16 pages"``.
    """
    papers = documents.registry()
    by_sum = {row.text_sha256: code for code, row in papers.iterrows() if row.text_sha256}
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        name = path.name.removesuffix(PAGES)
        if path.name.endswith(PAGES) and name in papers.index:
            found[f"{name} pages"] = text.split(PAGE_BREAK)
        elif provenance.checksum(path) in by_sum:
            found[by_sum[provenance.checksum(path)]] = text.split("\n")
    return found


def check_all(held: dict[str, list[str]]) -> tuple[int, list[str]]:
    """Hold every quotation of facts, claims, actions and recommendations against the texts.

    Returns
    -------
    int
        How many quotations could be held against a text.
    list of str
        One line for each that does not stand where it is cited.
    """
    tables = {
        "fact": documents.facts(),
        "claim": claims.read(),
        "action": actions.read(),
        "recommendation": actions.recommendations(),
    }
    checked, wrong = 0, []
    for name, rows in tables.items():
        count, amiss = misquoted(rows, held)
        checked += count
        wrong += [
            f"{name} {row[name]}: {row['quotation']!r} is not at {row['document']}, {row['line']}"
            for row in amiss.to_dict("records")
        ]
    return checked, wrong


def misquoted(rows: pd.DataFrame, held: dict[str, list[str]]) -> tuple[int, pd.DataFrame]:
    """Find quotations that do not stand where their rows say.

    Parameters
    ----------
    rows : DataFrame of str
        Columns document, line and quotation: facts or claims.
    held : dict
        What `texts` returns.

    Returns
    -------
    int
        How many quotations could be held against a text.
    DataFrame
        The rows whose quotation is not within the cited lines or on the cited page. Only letters
        and digits count: one of the texts has lost its dashes and apostrophes.
    """
    wrong, checked = [], 0
    for at, document, line, quotation in zip(
        rows.index, rows["document"], rows["line"], rows["quotation"], strict=True
    ):
        passage = cited(document, line, held)
        if passage is None or not quotation:
            continue
        checked += 1
        if documents.letters(quotation) not in documents.letters(passage):
            wrong.append(at)
    return checked, rows.loc[wrong]


def cited(document: str, line: str, held: dict[str, list[str]]) -> str | None:
    """Return the passage that a citation names, with a little around it; None if not at hand.

    Examples
    --------
    >>> cited("A", "2", {"A": ["one", "two", "three", "four", "five"]})
    'one two three four'
    >>> cited("A", "p1", {"A": ["one"]}) is None
    True
    """
    paged = line.startswith("p")
    parts = held.get(f"{document} pages" if paged else document)
    numbers = [int(number) for number in re.findall(r"\d+", line)]
    if parts is None or not numbers:
        return None
    slack = 1 if paged else SLACK
    first, last = min(numbers) - 1 - slack, max(numbers) + slack
    return " ".join(parts[max(first, 0) : last])
