"""What questions to the documents share: which are held, what they are called, how to say it."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.report import NotHeldError, Report
from thurrock_analysis.papers import documents, references
from thurrock_analysis.record import releases


def held_documents(report: Report) -> list[str]:
    """Return the documents on the area that were out by the report's date, oldest first."""
    out = references.published_dates()
    rows = documents.registry()
    dates = out.reindex(rows.index[rows["area"].eq(report.area.code)])
    known = dates[dates.le(pd.Timestamp(report.as_at))].sort_values(kind="stable")
    if known.empty:
        raise NotHeldError(
            f"No document on {report.area.name} that was out by this date is held: there is "
            "nothing to check."
        )
    return [str(code) for code in known.index]


def out_of(report: Report, document: str) -> str:
    """Return the day on which a document came out; refuse one that is not on the area, or later."""
    if document not in held_documents(report):
        raise NotHeldError(
            f"{document} is no document on {report.area.name} that was out by this date."
        )
    return f"{references.published_dates()[document]:%Y-%m-%d}"


def named(report: Report, codes: pd.Series) -> str:
    """Name the documents on the area that some rows are from."""
    return words.listed(called(code) for code in held_documents(report) if code in set(codes))


def years(codes: list[str]) -> str:
    """Say of which years some documents are.

    Examples
    --------
    >>> years(["OS12", "OF16"]), years(["OF16"])
    ('2012 to 2016', '2016')
    """
    out: list[int] = sorted(references.published_dates()[codes].dt.year)
    return f"{out[0]}" + f" to {out[-1]}" * (out[0] < out[-1])


def called(document: str) -> str:
    """Return what a document is called in a sentence."""
    return str(documents.registry().loc[document, "called"])


def quoted(text: str) -> str:
    """Set off words of a document within a sentence.

    Examples
    --------
    >>> quoted("Contacts fell.")
    '“Contacts fell”'
    """
    return f"“{text.removesuffix('.')}”"


def read_as(row: pd.Series) -> str:
    """Tell a claim: in the words of its document, where they stand, and as they are read."""
    return f"{quoted(row['quotation'])} ({place(row)}), read as: {row['statement']}"


def place(row: pd.Series | dict[str, object]) -> str:
    """Say where a fact or claim stands."""
    return f"{row['document']}, {documents.place(pd.Series([row['line']])).iloc[0]}"


def counted(number: int, thing: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "forecast"), counted(2, "forecast")
    ('1 forecast', '2 forecasts')
    """
    return f"{number} {thing}" + "s" * (number != 1)


def signed(value: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(-49.0), signed(22.0), signed(1.3)
    ('−49', '+22', '+1.3')
    """
    return words.with_sign(value)


def ending(day: pd.Timestamp) -> str:
    """Write a day briefly."""
    return f"{day:%b %Y}"


def long(date: str) -> str:
    """Write an ISO date as a sentence does."""
    day = releases.parse(date)
    return f"{day.day} {day:%B %Y}"


def nothing(report: Report) -> pd.DataFrame:
    """Return no figures: claims are no key figures of an area."""
    return report.printed.iloc[:0]
