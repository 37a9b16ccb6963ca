"""Numbers, periods and reasons for a missing number, as a chart writes them."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from thurrock_analysis import words

NO_FIGURE = "no figure"

SYMBOLS: Mapping[str, str] = {
    "suppressed": "c",
    "not applicable": "z",
    "not available": "x",
    "low": "k",
    "unreliable": "u",
    "not returned": "n",
    "missing or suppressed": "m",
    NO_FIGURE: "–",
}
"""The mark on the axis for each reason; the first five are those of the DfE's own tables."""


def number(value: float, decimals: int = 0, suffix: str = "", *, signed: bool = False) -> str:
    """Write a number as the sentences do, with a true minus sign and, if asked, a plus sign.

    Examples
    --------
    >>> number(2423.5), number(-0.25, 1, "%", signed=True)
    ('2,424', '−0.3%')
    """
    text = words.number(value, decimals).replace("-", "−")
    rises = text[0] != "−" and text.strip("0.") != ""
    return f"{'+' if signed and rises else ''}{text}{suffix}"


def months(ends: pd.Series) -> pd.Series:
    """Return a number for the month of each date; neighbouring months differ by one."""
    numbers: pd.Series = ends.dt.year * 12 + ends.dt.month - 1
    return numbers


def period(month: int, annual: bool) -> str:
    """Name a period by the month, numbered as in `months`, in which it ends.

    Examples
    --------
    >>> period(2025 * 12 + 2, annual=True), period(2025 * 12 + 2, annual=False)
    ('2025', 'Mar 2025')
    """
    date = pd.Timestamp(month // 12, month % 12 + 1, 1)
    return f"{date:%Y}" if annual else f"{date:%b %Y}"


def runs(numbers: Sequence[int], step: int) -> list[tuple[int, int]]:
    """Join numbers that follow one another at a step into first and last.

    Examples
    --------
    >>> runs([2019, 2020, 2023], 1)
    [(2019, 2020), (2023, 2023)]
    """
    joined: list[tuple[int, int]] = []
    for item in sorted(numbers):
        if joined and item - joined[-1][1] == step:
            joined[-1] = (joined[-1][0], item)
        else:
            joined.append((item, item))
    return joined


def spans(numbers: Sequence[int], step: int, annual: bool) -> str:
    """Write periods in words, neighbours joined.

    Examples
    --------
    >>> spans([2019 * 12, 2020 * 12, 2023 * 12], 12, annual=True)
    '2019 and 2020, 2023'
    """
    return ", ".join(_span(first, last, step, annual) for first, last in runs(numbers, step))


def _span(first: int, last: int, step: int, annual: bool) -> str:
    if first == last:
        return period(first, annual)
    # "2020 to 2021" would read as one financial year.
    between = "and" if last - first == step else "to"
    return f"{period(first, annual)} {between} {period(last, annual)}"


def symbol(status: str) -> str:
    """Return the mark for a reason, ``*`` for one that has no mark of its own."""
    return SYMBOLS.get(status, "*")


def explained(missing: Iterable[tuple[str, str]]) -> list[str]:
    """Write what each mark means and where it stands, one sentence a reason.

    Parameters
    ----------
    missing : iterable of (str, str)
        Reason and place, e.g. ``("suppressed", "Thurrock 2022")``.

    Examples
    --------
    >>> explained([("suppressed", "Thurrock 2022"), ("suppressed", "Southend 2020")])
    ['c = suppressed: Thurrock 2022; Southend 2020.']
    """
    places: dict[str, list[str]] = {}
    for status, place in missing:
        places.setdefault(status, []).append(place)
    return [f"{symbol(status)} = {status}: {'; '.join(at)}." for status, at in places.items()]
