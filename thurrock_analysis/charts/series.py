"""Lines of a chart from a tidy frame: one value a period, gaps where there is none."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_datetime64_dtype, is_numeric_dtype

from thurrock_analysis import words
from thurrock_analysis.charts import periods
from thurrock_analysis.charts.names import Names, Style, values_of
from thurrock_analysis.errors import ThurrockError

ALL = "all"
"""What every line of a chart is called."""

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """One line: a place for every period from its first to its last, NaN where none is known."""

    key: str
    name: str
    months: Whole
    y: Floats
    status: tuple[str, ...]
    style: Style
    annual: bool = True

    @cached_property
    def x(self) -> Floats:
        """Places on the time axis, which counts days from the start of 1970: ends of months."""
        following = (self.months - 1970 * 12 + 1).astype("datetime64[M]").astype("datetime64[D]")
        days: Floats = following.astype(np.float64) - 1
        return days

    @cached_property
    def known(self) -> npt.NDArray[np.intp]:
        """Positions of the periods that have a figure."""
        return np.flatnonzero(~np.isnan(self.y))

    def figure(self, position: int) -> str:
        """Write the figure at a position, as both the chart and its alternative do."""
        return self.style.write(float(self.y[position]))

    def period(self, position: int) -> str:
        """Name the period at a position."""
        return periods.period(int(self.months[position]), self.annual)

    def told(self) -> str:
        """Describe the line: its first, last, highest and lowest figure."""

        def at(position: int) -> str:
            return f"{self.figure(position)} in {self.period(position)}"

        if not self.known.size:
            return f"{self.name}: no figure."
        first, last = int(self.known[0]), int(self.known[-1])
        if first == last:
            return f"{self.name}: {at(first)}."
        high, low = int(np.nanargmax(self.y)), int(np.nanargmin(self.y))
        ends = f"highest {self._reached(high)}, lowest {self._reached(low)}"
        return f"{self.name}: {at(first)}, {at(last)}; {ends}."

    def _reached(self, position: int) -> str:
        """Write a figure and the first period that has it, as it is written."""
        written = self.figure(position)
        alike = [int(at) for at in self.known if self.figure(int(at)) == written]
        return f"{written} {'first ' * (len(alike) > 1)}in {self.period(alike[0])}"


@dataclass(frozen=True)
class Bundle:
    """The lines of one chart and the step, in months, between their periods."""

    lines: tuple[Series, ...]
    step: int
    annual: bool

    @cached_property
    def slots(self) -> dict[int, float]:
        """Every period of any line: number of its month to its place on the time axis."""
        places = {
            int(m): float(x)
            for line in self.lines
            for m, x in zip(line.months, line.x, strict=True)
        }
        return dict(sorted(places.items()))

    @property
    def suffix(self) -> str:
        """What stands behind every figure: nothing where the lines differ in it."""
        found = {line.style.suffix for line in self.lines}
        return found.pop() if len(found) == 1 else ""

    @property
    def numbers(self) -> Floats:
        """Every number that is drawn."""
        drawn: Floats = np.concatenate([line.y[line.known] for line in self.lines])
        return drawn

    @property
    def reach(self) -> str:
        """The first and the last period."""
        ends = [periods.period(month, self.annual) for month in self.slots]
        return ends[0] + f" to {ends[-1]}" * (ends[0] != ends[-1])

    def missing(self) -> list[tuple[str, str]]:
        """Return each reason for a missing figure with the line and periods it applies to.

        What holds of every line of several is said once, of all.
        """
        found: dict[str, dict[str, list[int]]] = {}
        for line in self.lines:
            for month, status in zip(line.months, line.status, strict=True):
                if status:
                    found.setdefault(status, {}).setdefault(line.name, []).append(int(month))
        told = []
        for status, lines in found.items():
            if 1 < len(self.lines) == len(lines) and len({tuple(at) for at in lines.values()}) == 1:
                lines = {ALL: next(iter(lines.values()))}
            told += [
                (status, f"{name} {periods.spans(at, self.step, self.annual)}")
                for name, at in lines.items()
            ]
        return told

    def told(self) -> list[str]:
        """Describe every line."""
        return [line.told() for line in self.lines]

    @classmethod
    def of(cls, *parts: "Bundle") -> "Bundle":
        """Put the lines of several bundles on one time axis."""
        lines = tuple(line for part in parts for line in part.lines)
        return cls(lines, min(one.step for one in parts), all(one.annual for one in parts))


def bundle(figures: pd.DataFrame, by: str, names: Names | None = None) -> Bundle:
    """Make one line for each value of a column of a tidy frame."""
    check(figures, by, "period_end", "value")
    names = names or Names()
    codes, keys = pd.factorize(figures[by])
    groups = {str(key): np.flatnonzero(codes == code) for code, key in enumerate(keys)}
    months = figures["period_end"].to_numpy("datetime64[M]").astype(np.int64) + 1970 * 12
    sets = {key: _once(key, months[at]) for key, at in groups.items()}
    step = min((int(np.diff(one).min()) for one in sets.values() if len(one) > 1), default=12)
    annual = step % 12 == 0 and all(np.ptp(one % 12) == 0 for one in sets.values())
    called = distinct(by, names.called(by, groups))
    styles = _styles(figures, groups, names)
    value = figures["value"].to_numpy(np.float64, na_value=np.nan)
    status = figures["status"].fillna("") if "status" in figures else pd.Series("", figures.index)
    reason = status.to_numpy(object)
    lines = tuple(
        Series(
            key, called[key], *_filled(months[at], value[at], reason[at], step), styles[key], annual
        )
        for key, at in groups.items()
    )
    return Bundle(lines, step, annual)


def check(figures: pd.DataFrame, by: str, *columns: str) -> None:
    """Refuse a frame that lacks a column that a chart needs, or any figure."""
    for column in (by, *columns):
        if column not in figures.columns:
            raise ThurrockError(f"A chart by {by} needs the column {column}: the frame has none.")
    if not is_numeric_dtype(figures["value"]):
        raise ThurrockError(f"A chart by {by} needs numbers in the column value: it has text.")
    if "period_end" in columns and not is_datetime64_dtype(figures["period_end"]):
        raise ThurrockError(
            f"A chart by {by} needs dates in the column period_end: pandas.to_datetime makes them."
        )
    if "period_end" in columns and figures["period_end"].isna().any():
        raise ThurrockError(f"A chart by {by} needs a period_end in every row: some have none.")
    if figures["value"].isna().all():
        raise ThurrockError(f"A chart by {by} needs at least one figure: it was given none.")


def distinct(by: str, called: dict[str, str]) -> dict[str, str]:
    """Return the names, if no two are alike."""
    if len(set(called.values())) < len(called):
        repeated = ", ".join(called.values())
        raise ThurrockError(f"Every {by} needs a name of its own: {repeated} repeat one.")
    return called


def _once(key: str, months: Whole) -> Whole:
    found, times = np.unique(months, return_counts=True)
    if (times > 1).any():
        month = int(found[times > 1][0])
        raise ThurrockError(
            f"There are two figures for {key} in {words.MONTHS[month % 12]} {month // 12}: "
            "keep one measure, group and release."
        )
    return found


def _styles(
    figures: pd.DataFrame, groups: dict[str, npt.NDArray[np.intp]], names: Names
) -> dict[str, Style]:
    whole = names.style(figures)
    if len(values_of(figures, "measure")) < 2:
        return dict.fromkeys(groups, whole)
    return {key: names.style(figures.iloc[at]) for key, at in groups.items()}


def _filled(
    months: Whole, value: Floats, reason: npt.NDArray[np.object_], step: int
) -> tuple[Whole, Floats, tuple[str, ...]]:
    """Put figures on every period from the first to the last, with the reason where none is."""
    grid = np.union1d(months, np.arange(months.min(), months.max() + 1, step))
    at = np.searchsorted(grid, months)
    y, status = np.full(len(grid), np.nan), np.full(len(grid), periods.NO_FIGURE, dtype=object)
    y[at], status[at] = value, np.where(reason == "", periods.NO_FIGURE, reason)
    status[~np.isnan(y)] = ""
    return grid, y, tuple(map(str, status))


def day(date: pd.Timestamp) -> float:
    """Place a date on the time axis."""
    return float((date - pd.Timestamp(0)) / pd.Timedelta(days=1))
