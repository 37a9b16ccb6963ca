"""Hold quotations against the texts that they are from, where the texts are at hand."""

import re
from pathlib import Path

from thurrock_analysis.papers import documents
from thurrock_analysis.record import dictionary, provenance
from thurrock_analysis.record.parsing import Row

PAGE_BREAK = "\f"
PAGES = ".pages.txt"
SLACK = 2
"""Lines around the cited ones: a sentence starts before the line that has its figure."""


def texts(folder: Path) -> dict[str, list[str]]:
    """Return the lines of each document in a folder, known by checksum, and its pages by name.

    The keys are ``"OF16"`` and, of ``OF16.pages.txt`` with form feeds, ``"OF16 pages"``.
    """
    papers = documents.registry()
    by_sum = {row["text_sha256"]: code for code, row in papers.items() if row["text_sha256"]}
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        name = path.name.removesuffix(PAGES)
        if path.name.endswith(PAGES) and name in papers:
            found[f"{name} pages"] = text.split(PAGE_BREAK)
        elif provenance.checksum(path) in by_sum:
            found[by_sum[provenance.checksum(path)]] = text.split("\n")
    return found


def check_all(held: dict[str, list[str]]) -> tuple[int, list[str]]:
    """Hold every quotation against the texts: how many there were, a line for each wrong one."""
    checked, wrong = 0, []
    for table in ("facts", "claims", "actions", "recommendations"):
        name = table.removesuffix("s")
        count, amiss = misquoted(dictionary.rows(table), held)
        checked += count
        wrong += [
            f"{name} {row[name]}: {row['quotation']!r} is not at {row['document']}, {row['line']}"
            for row in amiss
        ]
    return checked, wrong


def misquoted(rows: list[Row], held: dict[str, list[str]]) -> tuple[int, list[Row]]:
    """Count the quotations that could be held against a text, and return those not at their place.

    Only letters and digits count: one of the texts has lost its dashes and apostrophes.
    """
    passages = [(row, cited(row["document"], row["line"], held)) for row in rows]
    known = [(row, text) for row, text in passages if text is not None and row["quotation"]]
    wrong = [row for row, text in known if letters(row["quotation"]) not in letters(text)]
    return len(known), wrong


def cited(document: str, line: str, held: dict[str, list[str]]) -> str | None:
    """Return the passage that a citation names, with a little around it; None if not at hand.

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


def letters(text: str) -> str:
    """Keep the letters and digits of a text: what survives lost dashes and apostrophes.

    >>> letters("children’s 2013–14") == letters("childrens 201314")
    True
    """
    return re.sub(r"[^a-z0-9]", "", text.lower())
