"""Periods, and the reasons for a missing figure, as a chart writes them."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from thurrock_analysis import words
from thurrock_analysis.metrics import zeros

NO_FIGURE = "no figure"

SYMBOLS: Mapping[str, str] = {
    "suppressed": "c",
    "not applicable": "z",
    "not available": "x",
    "low": "k",
    "unreliable": "u",
    "not returned": "n",
    "missing or suppressed": "m",
    zeros.STATUS: "0?",
    NO_FIGURE: "–",
}
"""The mark on the axis for each reason; the first five are those of the DfE's own tables."""


def period(month: int, annual: bool) -> str:
    """Name a period by the month in which it ends, counted from the start of year 0.

    >>> period(2025 * 12 + 2, annual=True), period(2025 * 12 + 2, annual=False)
    ('2025', 'Mar 2025')
    """
    year, place = divmod(month, 12)
    return str(year) if annual else words.month(datetime.date(year, place + 1, 1), short=True)


def spans(months: Sequence[int], step: int, annual: bool) -> str:
    """Write periods in words, those that follow one another at a step joined.

    >>> spans([2019 * 12, 2020 * 12, 2023 * 12], 12, annual=True)
    '2019 and 2020, 2023'
    """
    return ", ".join(_span(first, last, step, annual) for first, last in words.runs(months, step))


def _span(first: int, last: int, step: int, annual: bool) -> str:
    if first == last:
        return period(first, annual)
    # "2020 to 2021" would read as one financial year.
    between = "and" if last - first == step else "to"
    return f"{period(first, annual)} {between} {period(last, annual)}"


def symbol(status: str) -> str:
    """Return the mark for a reason, ``*`` for one that has no mark of its own."""
    return SYMBOLS.get(status, "*")


def explained(missing: Iterable[tuple[str, str]], marks: bool = True) -> list[str]:
    """Write where figures are missing for each reason, one sentence a reason.

    >>> explained([("suppressed", "Thurrock 2022"), ("suppressed", "Southend 2020")])
    ['c = suppressed: Thurrock 2022; Southend 2020.']
    >>> explained([("suppressed", "Thurrock 2022")], marks=False)
    ['Suppressed: Thurrock 2022.']
    """
    places: dict[str, list[str]] = {}
    for status, place in missing:
        places.setdefault(status, []).append(place)
    said = {
        status: f"{symbol(status)} = {status}" * marks or status.capitalize() for status in places
    }
    return [f"{said[status]}: {'; '.join(at)}." for status, at in places.items()]
