"""The cases behind a figure: who is counted, who of them meets the definition, and when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thurrock_analysis.record import dictionary, tidy
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.parsing import Row

FAR = 10**6
"""More days than lie between any two."""
PERIOD = ["LA", "period_start", "period_end"]


@resting_on("indicators")
def definitions() -> dict[str, Row]:
    """Return the rows of ``indicators.csv`` by measure."""
    return {row["measure"]: row for row in dictionary.rows("indicators")}


@dataclass(frozen=True)
class Cases:
    """One measure over the children, events or workers that it counts.

    Attributes
    ----------
    measure : str
        A measure of ``measures.csv``.
    rows : DataFrame
        A row a case and period: `LA`, `period_start`, `period_end`, `id`, `numerator` (1 or 0
        for a share, an amount for a mean or a sum), `denominator` (1 or an amount; missing where
        the measure has none), the dates and codes that explain it, and what it can be split by.
    periods : DataFrame
        `LA`, `period_start`, `period_end` of every figure asked for, so that a period without
        a case is a zero and no gap.
    per : float
        What a quotient is multiplied with: 100 for a percentage, 1 for a mean.
    basis : str
        As in the tidy table: ``at date`` or ``in year``.
    gaps : tuple of str
        A sentence for what was asked for and could not be computed; its periods are left out.
    """

    measure: str
    rows: pd.DataFrame
    periods: pd.DataFrame
    per: float = 1.0
    basis: str = "in year"
    gaps: tuple[str, ...] = ()

    def figures(self, by: str = "") -> pd.DataFrame:
        """Return the figures, whole or split by a column of the rows, as a tidy table.

        A share of nobody has no value. Its status is ``not applicable``.
        """
        return tidy.conform(self.summed(by))

    def summed(self, by: str = "") -> pd.DataFrame:
        """Return the figures, whole or split, in columns that `tidy.conform` takes."""
        return pd.DataFrame(self.columns(by))

    def columns(self, by: str = "") -> dict[str, np.ndarray]:
        """Return the columns of the figures, so that those of many measures are joined at once."""
        groups = PERIOD + ([by] if by else [])
        wanted = self._wanted(by)
        sums = self._sums(groups, wanted)
        numerator = np.nan_to_num(sums["numerator"])
        nothing = np.full(len(wanted), np.nan)
        value, over, shares = numerator, nothing, self._is_share()
        if shares:
            over = np.nan_to_num(sums["denominator"])
            value = np.divide(self.per * numerator, over, out=nothing.copy(), where=over > 0)
        same = {"measure": self.measure, "breakdown": by, "basis": self.basis,
                "method": "computed", "origin": "returns"}  # fmt: skip
        return {
            **{name: np.full(len(wanted), held, object) for name, held in same.items()},
            "area": np.asarray(wanted["LA"], object),
            "group": np.asarray(wanted[by].astype("str") if by else [""] * len(wanted), object),
            "period_start": wanted["period_start"].to_numpy(),
            "period_end": wanted["period_end"].to_numpy(),
            "value": value,
            "numerator": numerator if shares else nothing,
            "denominator": over,
            "status": np.where(np.isnan(value), "not applicable", "").astype(object),
        }

    def _sums(self, groups: list[str], wanted: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the sums of the cases of each group wanted, missing where there is none."""
        amounts = ["numerator", "denominator"]
        if groups == PERIOD:
            place = self._places(wanted)
            return {name: _summed(self.rows[name], place, len(wanted)) for name in amounts}
        grouped = self.rows.groupby(groups, dropna=False, observed=True, sort=False)[amounts]
        sums = grouped.sum(min_count=1).reindex(pd.MultiIndex.from_frame(wanted[groups]))
        return {name: sums[name].to_numpy() for name in amounts}

    def _places(self, wanted: pd.DataFrame) -> np.ndarray:
        """Return the place of the period of each case among those wanted, or after them all."""
        _, las = pd.factorize(wanted["LA"])
        keys, of_rows = _keys(wanted, las), _keys(self.rows, las)
        order = np.argsort(keys)
        found = np.searchsorted(keys[order], of_rows)
        held = np.append(keys[order], -1)[found] == of_rows
        return np.where(held, np.append(order, 0)[found], len(wanted))

    def _is_share(self) -> bool:
        """Whether the figure is over a denominator, which a measure of nobody cannot show."""
        held = self.rows["denominator"].notna().any()
        return bool(held) or bool(definitions().get(self.measure, {}).get("denominator"))

    def _wanted(self, by: str) -> pd.DataFrame:
        if not by:
            return self.periods
        return self.periods[PERIOD].merge(self.rows[[by]].drop_duplicates(), how="cross")

    def children(self, met: bool | None = None) -> pd.DataFrame:
        """Return the cases, or those that meet the definition, or those that do not."""
        if met is None:
            return self.rows
        return self.rows[(self.rows["numerator"] > 0) == met]


def _keys(rows: pd.DataFrame, las: pd.Index) -> np.ndarray:
    """Return one number for the authority and the period of each row; -1 for another authority."""
    codes, names = pd.factorize(rows["LA"])
    at = pd.Index(las).get_indexer(pd.Index(names))[codes] if len(names) else codes
    first, last = (
        rows[name].to_numpy().astype("datetime64[D]").astype("int64") for name in PERIOD[1:]
    )
    return np.where(at < 0, -1, (at * FAR + first + FAR // 2) * FAR + last + FAR // 2)


def _summed(amounts: pd.Series, place: np.ndarray, count: int) -> np.ndarray:
    """Return the sum of amounts at each place, missing where there is none."""
    told = amounts.to_numpy("float64", na_value=np.nan)
    known = ~np.isnan(told)
    sums = np.bincount(place[known], told[known], count + 1)[:count]
    return np.where(np.bincount(place[known], minlength=count + 1)[:count] > 0, sums, np.nan)
