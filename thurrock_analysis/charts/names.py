"""What a chart calls its rows, and how it writes their figures: both travel with the measure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import comparators
from thurrock_analysis.record import areas, measures
from thurrock_analysis.record.measures import Measure

NEIGHBOURS = {
    comparators.neighbour_code("mean"): "Neighbours",
    comparators.neighbour_code("median"): "Neighbours (median)",
}


@dataclass(frozen=True)
class Style:
    """How the figures of one line are written, on the chart and in its text alternative alike."""

    decimals: int = 0
    suffix: str = ""

    def write(self, value: float) -> str:
        """Write a figure."""
        return words.typeset(value, self.decimals, self.suffix)


@dataclass(frozen=True)
class Names:
    """Names and styles of the rows of a chart; what is not given comes from the dictionary."""

    labels: Mapping[str, str] | None = None
    decimals: int | None = None
    suffix: str | None = None

    def called(self, column: str, keys: Iterable[str]) -> dict[str, str]:
        """Return what to call each value of a column.

        An area or a measure has its name in the dictionary, in full where the short one would
        stand twice; anything else is its own name.

        >>> list(Names().called("measure", ["referrals", "referral_rate", "own"]).values())
        ['Referrals', 'Referrals per 10,000 children', 'own']
        >>> list(Names({"own": "My area"}).called("area", ["E06000034", "own"]).values())
        ['Thurrock', 'My area']
        """
        given = self.labels or {}
        known = {key: _known(column).get(key, (key, key)) for key in keys}
        met = Counter(short for key, (short, _) in known.items() if key not in given)
        return {
            key: given.get(key, full if met[short] > 1 else short)
            for key, (short, full) in known.items()
        }

    def meant(self, column: str, figures: pd.DataFrame, typed: str | None) -> str | None:
        """Return the value of a column that a name as typed means; itself where it means none."""
        keys = values_of(figures, column)
        if typed is None or typed in keys:
            return typed
        for key, name in self.called(column, keys).items():
            if name.lower() == typed.strip().lower():
                return key
        with suppress(ThurrockError):
            if column == "area" and (code := areas.find(typed).code) in keys:
                return code
        return typed

    def style(self, figures: pd.DataFrame) -> Style:
        """Return how to write figures of one measure.

        Without a measure that the dictionary has, figures are written as exactly as they are
        held, or with one decimal at least and three significant digits of the largest.

        >>> Names().style(pd.DataFrame({"measure": ["re_referral_percent"], "value": [16.0]}))
        Style(decimals=1, suffix='%')
        >>> Names().style(pd.DataFrame({"value": [1.5, 12.0]}))
        Style(decimals=1, suffix='')
        """
        measure = measure_of(figures)
        decimals, suffix = self.decimals, self.suffix
        if decimals is None:
            decimals = measure.decimals if measure else fewest(figures["value"])
        if suffix is None:
            unit = measure.unit if measure else _sole(figures, "unit")
            suffix = "%" if unit == "percent" else ""
        return Style(decimals, suffix)


def measure_of(figures: pd.DataFrame) -> Measure | None:
    """Return the measure that all rows are of, if there is one and the dictionary has it."""
    name = _sole(figures, "measure")
    return measures.get(name) if name in measures.table().index else None


def subject(figures: pd.DataFrame) -> str:
    """Say what some rows measure and when: the subtitle of a chart that was given none.

    >>> ends = pd.to_datetime(["2024-03-31", "2025-03-31"])
    >>> subject(pd.DataFrame({"measure": "referral_rate", "period_end": ends}))
    'Referrals per 10,000 children, years ending 31 March'
    >>> subject(pd.DataFrame({"period_end": ends}))
    ''
    """
    known = [name for name in values_of(figures, "measure") if name in measures.table().index]
    if not known:
        return ""
    measure = measure_of(figures)
    units = sorted({measures.get(name).unit for name in known})
    said = measure.label if measure else words.listed(units)
    said = said[:1].upper() + said[1:]
    if "period_end" not in figures:
        return said
    ends = figures["period_end"].drop_duplicates()
    if measure and len(ends) == 1:
        return f"{said}, {words.period(ends.iloc[0], measure)}"
    return said if ends.dt.month.nunique() > 2 else f"{said}, {words.years_ending(ends)}"


def fewest(values: Iterable[float]) -> int:
    """Return the decimals that figures need to be exact; one or three digits are enough.

    >>> fewest([3.0, 4.0]), fewest([0.25, 1.5]), fewest([447.9, 1 / 3]), fewest([0.0123456])
    (0, 2, 1, 4)
    """
    known = [abs(value) for value in values if math.isfinite(value)]
    largest = max(known, default=0.0)
    enough = max(1, 2 - math.floor(math.log10(largest))) if largest else 0
    exact = (n for n in range(enough) if all(abs(v - round(v, n)) < 1e-9 for v in known))
    return next(exact, enough)


def values_of(figures: pd.DataFrame, column: str) -> list[str]:
    """Return the values of a column, each once; none if the frame lacks it."""
    return [str(one) for one in figures[column].unique()] if column in figures else []


def _sole(figures: pd.DataFrame, column: str) -> str:
    found = values_of(figures, column)
    return found[0] if len(found) == 1 else ""


@cache
def _known(column: str) -> dict[str, tuple[str, str]]:
    if column == "area":
        named = {code: area.name for code, area in areas.table().items()} | NEIGHBOURS
        return {code: (name, f"{name} ({code})") for code, name in named.items()}
    if column == "measure":
        rows = measures.table()
        return {
            str(name): (str(short), str(label)[:1].upper() + str(label)[1:])
            for name, short, label in zip(rows.index, rows["short"], rows["label"], strict=True)
        }
    return {}
