"""Lines of a chart from a tidy frame: one value a period, gaps where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from thurrock_analysis.charts import values
from thurrock_analysis.errors import ThurrockError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One line: a row for every period from its first to its last, NaN where there is no figure."""

    key: str
    name: str
    months: npt.NDArray[np.int64]
    x: Floats
    y: Floats
    status: tuple[str, ...]

    @property
    def known(self) -> npt.NDArray[np.intp]:
        """Positions of the periods that have a figure."""
        return np.flatnonzero(~np.isnan(self.y))

    def missing(self, step: int, annual: bool) -> list[tuple[str, str]]:
        """Return each reason for a missing figure with the line and periods it applies to."""
        reasons: dict[str, list[int]] = {}
        for month, status in zip(self.months, self.status, strict=True):
            if status:
                reasons.setdefault(status, []).append(int(month))
        return [
            (status, f"{self.name} {values.spans(at, step, annual)}")
            for status, at in reasons.items()
        ]


@dataclass(frozen=True)
class Bundle:
    """The lines of one chart and the step, in months, between their periods."""

    lines: tuple[Series, ...]
    step: int
    annual: bool

    @property
    def names(self) -> dict[str, str]:
        """Key of every line to its name."""
        return {line.key: line.name for line in self.lines}

    @property
    def slots(self) -> dict[int, float]:
        """Every period of any line: number of its month to its place on the time axis."""
        places = {
            int(m): float(x)
            for line in self.lines
            for m, x in zip(line.months, line.x, strict=True)
        }
        return dict(sorted(places.items()))

    def missing(self) -> list[tuple[str, str]]:
        """Return each reason for a missing figure with where it applies."""
        return [item for line in self.lines for item in line.missing(self.step, self.annual)]

    def of(self, keys: Sequence[str]) -> "Bundle":
        """Return the bundle with only some of its lines."""
        return Bundle(
            tuple(line for line in self.lines if line.key in keys), self.step, self.annual
        )


def bundle(figures: pd.DataFrame, by: str, labels: Mapping[str, str] | None = None) -> Bundle:
    """Make one line for each value of a column of a tidy frame.

    Parameters
    ----------
    figures : DataFrame
        Tidy rows: `by`, ``period_end``, ``value`` and, if it has one, ``status``.
    by : str
        The column whose values are the lines, in the order in which they first appear.
    labels : mapping of str to str, optional
        What to call a value of `by`; a value without a label keeps its own name.

    Raises
    ------
    ThurrockError
        A column is missing, no figure at all, two figures for one line and period, or two lines
        of one name.

    Examples
    --------
    >>> ends = pd.to_datetime(["2019-03-31", "2021-03-31", "2022-03-31"])
    >>> rows = pd.DataFrame({"area": "E1", "period_end": ends, "value": [1.0, 3.0, 4.0]})
    >>> bundle(rows, "area").lines[0].y.tolist()
    [1.0, nan, 3.0, 4.0]
    """
    rows = _checked(figures, by)
    groups = {str(key): group for key, group in rows.groupby(by, sort=False)}
    gaps = [int(g["month"].sort_values().diff().min()) for g in groups.values() if len(g) > 1]
    step = min(gaps, default=12)
    lines = tuple(
        _series(key, (labels or {}).get(key, key), group, step) for key, group in groups.items()
    )
    names = [line.name for line in lines]
    if len(set(names)) < len(names):
        raise ThurrockError(f"Every {by} needs a name of its own: {', '.join(names)} repeat one.")
    annual = step % 12 == 0 and bool(rows["month"].mod(12).groupby(rows[by]).nunique().eq(1).all())
    return Bundle(lines, step, annual)


def _checked(figures: pd.DataFrame, by: str) -> pd.DataFrame:
    for column in (by, "period_end", "value"):
        if column not in figures.columns:
            raise ThurrockError(f"A chart by {by} needs the column {column}: the frame has none.")
    if figures["value"].notna().sum() == 0:
        raise ThurrockError(f"A chart by {by} needs at least one figure: it was given none.")
    rows = figures.assign(month=values.months(figures["period_end"]))
    twice = rows.duplicated([by, "month"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise ThurrockError(
            f"There are two figures for {row[by]} at {row['period_end']:%d %B %Y}: "
            "keep one measure, group and release."
        )
    return rows


def _series(key: str, name: str, rows: pd.DataFrame, step: int) -> Series:
    rows = rows.set_index("month").sort_index()
    steps = pd.RangeIndex(rows.index[0], rows.index[-1] + 1, step)
    grid = rows.index.union(steps)
    months = grid.to_numpy(dtype=np.int64)
    missing = rows["value"].isna()
    status = rows["status"] if "status" in rows else pd.Series("", index=rows.index)
    status = status.fillna("")
    status = status.where(missing, "").mask(missing & status.eq(""), values.NO_FIGURE)
    return Series(
        key,
        name,
        months,
        _ends(months),
        rows["value"].reindex(grid).to_numpy(dtype=np.float64),
        tuple(status.reindex(grid, fill_value=values.NO_FIGURE)),
    )


def day(date: pd.Timestamp) -> float:
    """Place a date on the time axis, which counts days from the start of 1970."""
    return float((date - pd.Timestamp(0)) / pd.Timedelta(days=1))


def _ends(months: npt.NDArray[np.int64]) -> Floats:
    following = (months - 1970 * 12 + 1).astype("datetime64[M]").astype("datetime64[D]")
    return following.astype(np.float64) - 1
