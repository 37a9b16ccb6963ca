"""The documents: committee papers and inspection reports, whom they are about, when they came."""

from thurrock_analysis.record import dictionary, releases
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.fingerprint import remembered
from thurrock_analysis.record.parsing import Row


@remembered
def registry() -> dict[str, Row]:
    """Return every document by its code.

    >>> registry()["OS18"]["called"]
    'the committee paper of January 2018'
    """
    return {row["document"]: row for row in dictionary.rows("documents")}


@remembered
def out() -> dict[str, str]:
    """Return the ISO date on which each document came out, or by which it must have.

    >>> out()["OF16"]
    '2016-05-24'
    """
    dates = releases.calendar()["first_published"]
    return {code: f"{dates[code]:%Y-%m-%d}" for code in registry()}


@remembered
def held(area: Area, as_at: str) -> list[str]:
    """Return the documents on an area that were out by an ISO date, the oldest first."""
    known = [
        code
        for code, row in registry().items()
        if row["area"] == area.code and out()[code] <= as_at
    ]
    return sorted(known, key=out().__getitem__)


def place(line: str) -> str:
    """Say where a figure stands: on a line or page, or in a part of a document without lines.

    >>> place("49-50"), place("p27"), place("web page")
    ('line 49-50', 'page 27', 'web page')
    """
    if line.startswith("p") and line[1:2].isdigit():
        return f"page {line[1:]}"
    return f"line {line}" if line[:1].isdigit() else line
