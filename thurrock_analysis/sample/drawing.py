"""Days as whole numbers, and draws from the rates of ``sample_rates.csv``."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import holidays
import numpy as np
from numpy.typing import NDArray

from thurrock_analysis.record import inventory

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

FIRST, LAST, AHEAD = 2016, 2026, 2
"""Return years written, and how many are simulated beyond, so that the last one ends amid cases."""
NEVER = 60_000
"""The day, in whole days since 1970, of what does not happen: past every day that is written."""
YEAR = 365.25


def day(text: str) -> int:
    """Return a day as a whole number.

    >>> day("1970-01-02")
    1
    """
    return int(np.datetime64(text, "D").astype("int64"))


def span(year: int, closing: str = "03-31") -> tuple[int, int]:
    """Return the first and the last day of the year that closes on a day of a year."""
    return day(f"{year - 1}-{closing}") + 1, day(f"{year}-{closing}")


def back(days: Any, months: int) -> Any:
    """Return the days so many calendar months before (after, where negative), as pandas does."""
    dates = np.asarray(days, "int64").astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    target = month - np.timedelta64(months, "M")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype("int64")
    gone = (dates - month.astype("datetime64[D]")).astype("int64")
    return target.astype("datetime64[D]").astype("int64") + np.minimum(gone, length - 1)


def age(born: Any, days: Any) -> Any:
    """Return whole years of age on a day: one born on 29 February is older from 1 March."""
    b, d = (np.asarray(each, "int64").astype("datetime64[D]") for each in (born, days))
    months = (d.astype("datetime64[M]") - b.astype("datetime64[M]")).astype("int64")
    in_month = [
        (x - x.astype("datetime64[M]").astype("datetime64[D]")).astype("int64") for x in (b, d)
    ]
    return (months - (in_month[1] < in_month[0])) // 12


def birthday(born: Any, years: int) -> Any:
    """Return the day on which one becomes so old: 1 March for one born on 29 February."""
    reached = back(born, -12 * years)
    return reached + (age(born, reached) < years)


@cache
def bank_holidays() -> NDArray[np.datetime64]:
    """Return the bank holidays of England over all that is simulated."""
    years = range(1995, LAST + AHEAD + 3)
    found = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return np.array(sorted(found), dtype="datetime64[D]")


def working(days: Any, later: Any = 0, roll: Literal["forward", "backward"] = "forward") -> Ints:
    """Return the working day on or after a day (or before it), or so many working days later."""
    dates = np.asarray(days, "int64").astype("datetime64[D]")
    moved = np.busday_offset(dates, later, roll=roll, holidays=bank_holidays())
    return moved.astype("int64")


def working_days(start: Any, end: Any) -> Ints:
    """Return the working days from a day, or from the next where it is none, to another."""
    begun, ended = (np.asarray(each).astype("datetime64[D]") for each in (working(start), end))
    return np.asarray(np.busday_count(begun, ended, holidays=bank_holidays()), "int64")


@cache
def _rates() -> dict[str, tuple[Texts, NDArray[np.float64]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for _, row in inventory.rows("sample_rates", ["name", "value", "weight"]):
        found.setdefault(row["name"], []).append((row["value"], float(row["weight"])))
    parts = {name: list(zip(*pairs, strict=True)) for name, pairs in found.items()}
    return {
        name: (np.array(values, object), np.cumsum(weights) / np.sum(weights))
        for name, (values, weights) in parts.items()
    }


def pick(rng: np.random.Generator, name: str, count: int) -> Texts:
    """Draw so many values of a name of ``sample_rates.csv``."""
    values, shares = _rates()[name]
    return values[np.minimum(np.searchsorted(shares, rng.random(count)), len(values) - 1)]


def between(rng: np.random.Generator, low: Any, high: Any) -> Ints:
    """Draw a day from low to high, both included, for each; low where high is before it."""
    low, high = np.broadcast_arrays(np.asarray(low, "int64"), np.asarray(high, "int64"))
    ahead = np.floor(rng.random(low.shape) * np.maximum(high - low + 1, 1))
    return np.asarray(low + ahead, "int64")


def some(rng: np.random.Generator, places: Ints, count: int, weights: Any = None) -> Ints:
    """Choose so many of some places, or all where they are fewer, in their order."""
    count = max(0, min(count, len(places)))
    key = rng.random(len(places))
    if weights is not None:
        key = key ** (1 / np.maximum(np.asarray(weights, "float64"), 1e-9))
    return np.sort(places[np.argsort(-key, kind="stable")[:count]])


def texts(prefix: str, numbers: Sequence[int] | Ints, width: int = 6) -> list[str]:
    """Return ids that say that they are synthetic.

    >>> texts("SYN", [123])
    ['SYN000123']
    """
    return [f"{prefix}{number:0{width}d}" for number in np.asarray(numbers, "int64").tolist()]
