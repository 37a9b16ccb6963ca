"""What questions to the papers share: which are held, what they are called, how to cite them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import NotHeldError
from thurrock_analysis.findings.report import Report
from thurrock_analysis.papers import documents
from thurrock_analysis.record import dictionary, measures


def held_documents(report: Report) -> list[str]:
    """Return the documents on the area that were out by the report's date, oldest first."""
    known = documents.held(report.area, report.as_at)
    if not known:
        raise NotHeldError(
            f"No document on {report.area.spoken} that was out by this date is held: there is "
            "nothing to check."
        )
    return known


def out_of(report: Report, document: str) -> str:
    """Return the day on which a document came out; refuse one that is not on the area, or later."""
    if document not in held_documents(report):
        raise NotHeldError(
            f"{document} is no document on {report.area.spoken} that was out by this date."
        )
    return documents.out()[document]


def recommendations(report: Report) -> pd.DataFrame:
    """Return the recommendations on the area that were out by the date, by their codes."""
    rows = dictionary.read("recommendations").set_index("recommendation")
    return rows[rows["document"].isin(held_documents(report))]


def named(report: Report, codes: pd.Series) -> str:
    """Name the documents on the area that some rows are from."""
    return words.listed(called(code) for code in held_documents(report) if code in set(codes))


def years(codes: list[str]) -> str:
    """Say of which years some documents are.

    >>> years(["OS12", "OF16"]), years(["OF16"])
    ('2012 to 2016', '2016')
    """
    out = sorted(documents.out()[code][:4] for code in codes)
    return out[0] + f" to {out[-1]}" * (out[0] < out[-1])


def called(document: str) -> str:
    """Return what a document is called in a sentence."""
    return documents.registry()[document]["called"]


def quoted(text: str) -> str:
    """Set off words of a document within a sentence.

    >>> quoted("Contacts fell.")
    '“Contacts fell”'
    """
    return f"“{text.removesuffix('.')}”"


def read_as(row: Mapping[str, Any]) -> str:
    """Tell a claim: in the words of its document, where they stand, and as they are read."""
    return f"{quoted(row['quotation'])} ({place(row)}), read as: {row['statement']}"


def place(row: Mapping[str, Any]) -> str:
    """Say where a fact or claim stands."""
    return f"{row['document']}, {documents.place(row['line'])}"


def spelled(text: str) -> str:
    """Write where something stands with what its document is called, in place of its code.

    >>> spelled("OS18, line 6-7"), spelled("a letter, page 3")
    ('the committee paper of January 2018, line 6-7', 'a letter, page 3')
    """
    code, comma, rest = text.partition(", ")
    known = documents.registry().get(code)
    return f"{known['called']}{comma}{rest}" if known else text


def subject(row: Mapping[str, Any]) -> str:
    """Name what a fact counts."""
    name = row["measure"]
    known = name in measures.table().index
    plain = str(name).removesuffix("_percent").replace("_", " ")
    label = measures.get(name).label if known else plain
    return label + ("" if row["group"] == "all" else f", {row['group']}")
