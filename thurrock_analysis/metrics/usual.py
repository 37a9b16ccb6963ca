"""How much figures usually move among authorities, and whether a change is larger than that.

A figure is put on a scale on which changes add up: the logarithm of a count, rate or amount, the
log odds of a share. What England moved is taken out. The rest has a variance of two parts: what
chance does, ``phi`` times the sum of the reciprocals of the counts, and what else differs from
year to year, ``tau2``, several times as much over several years. Over its scale it follows
Student's t with ``df`` degrees of freedom.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from thurrock_analysis.record.measures import POPULATION, Measure

LEVEL = 0.05
"""The share of changes that are called unusual where nothing but the usual goes on."""
Z95 = 1.959963984540054
Z90 = 1.6448536269514722
UNCHANGED = (0.5, math.log(1.05))
"""Up to how many usual movements, and what change on its scale, a figure is in effect unchanged."""
HALF = 0.5
"""What is added to each count, so that zero has a logarithm (Haldane and Anscombe)."""
RESIDENTS = 1000
"""Children whose authority has a chance part of 1 where a figure comes without its parts."""
AMOUNTS = ("pounds", "days")
"""What units begin with whose sums are no counts of events."""
SHARES = ("share", "printed share")
LAGS = (1, 2, 3, 5, 10)
"""Windows, in years, of which the growth of the variance is estimated."""
KINDS = ("count", "rate", "share", "flows", "printed share", "amount")
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


@dataclass(frozen=True)
class Usual:
    """How much a measure usually moves, as one edition of the table has it.

    Attributes
    ----------
    kind : str
        One of `KINDS`: which scale, and from what the chance part comes.
    phi, tau2, df : float
        The parameters of the variance of a year's change, and of its tails.
    over2, over3, over5, over10 : float
        How many times as large ``tau2`` is over so many years.
    changes : int
        Changes of authorities that it was estimated from.
    rests_on : str
        ``"own"`` changes, or ``"others"``: the middle of like measures, where a fit failed.
    """

    measure: str
    edition: str
    kind: str
    phi: float
    tau2: float
    df: float
    over2: float
    over3: float
    over5: float
    over10: float
    changes: int
    last_year: int
    rests_on: str = "own"

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "Usual":
        """Read a row of the table."""
        cast: dict[Any, Callable[[str], Any]] = {str: str, float: float, int: int}
        return cls(**{one.name: cast[one.type](row[one.name]) for one in fields(cls)})

    def scale(self, chance: float, years: int = 1) -> float:
        """Return the scale of a change over some years whose ends have a chance part."""
        return math.sqrt(self.phi * chance + self.tau2 * self.over(years))

    def over(self, years: int) -> float:
        """Return how many times as large ``tau2`` is over some years as over one."""
        known = np.log([1.0, self.over2, self.over3, self.over5, self.over10])
        return float(np.exp(np.interp(math.log(years), np.log(LAGS), known)))

    def movement(self, chance: float, years: int = 1) -> float:
        """Return the usual movement: 19 in 20 changes are less than 1.96 times as large."""
        return self.scale(chance, years) * quantile(self.df) / Z95


class Placed(NamedTuple):
    """A figure on the scale of its kind: itself, its bounds by rounding, its chance variance."""

    at: float
    low: float
    high: float
    chance: float


NOWHERE = Placed(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Verdict:
    """What is known of one change.

    Attributes
    ----------
    kind : str
        ``"larger"`` than usual, ``"usual"``, ``"unchanged"`` in effect, or ``"untold"``.
    probability : float
        How often a change at least as far from England's comes about where only the usual goes
        on; NaN if untold.
    size : float
        The change less England's, in usual movements.
    percent, common : float
        The change, and England's change, in per cent of the first figure; for shares of the odds.
    key : str
        The row of the wording table.
    reason : str
        Which figure, or what else, is lacking where it is untold.
    """

    kind: str
    probability: float = math.nan
    size: float = math.nan
    percent: float = math.nan
    common: float = math.nan
    key: str = ""
    reason: str = ""


def untold(reason: str) -> Verdict:
    """Return that nothing can be told of a change, and why."""
    return Verdict("untold", key=reason, reason=reason)


def kind_of(measure: Measure, figures: pd.DataFrame) -> str:
    """Return which scale and chance part fit a measure; ``""`` for a balance, which has none.

    Parameters
    ----------
    measure : Measure
        The measure.
    figures : DataFrame
        Its figures, which say whether a percentage is a share and whether its parts are held.
    """
    if measure.is_balance:
        return ""
    whole = figures["denominator"].notna()
    if measure.unit == "percent":
        parts = figures[whole & figures["numerator"].notna()]
        within = figures["value"].le(100) & ~figures.index.isin(
            parts.index[parts["numerator"].gt(parts["denominator"])]
        )
        if not within[figures["value"].notna()].all():
            return "flows" if whole.mean() > HALF else "amount"
        return "share" if whole.mean() > HALF else "printed share"
    if measure.unit.startswith(AMOUNTS) or not (measure.is_count or measure.denominator):
        return "amount"
    if measure.denominator:
        return "rate" if measure.denominator.measure == POPULATION else "flows"
    return "count"


def point(value: np.ndarray, kind: str) -> np.ndarray:
    """Put printed values on the scale of a kind; NaN where it has no place for them.

    Examples
    --------
    >>> point(np.array([50.0, 100.0]), "share").tolist()
    [0.0, nan]
    """
    value = np.asarray(value, dtype="float64")
    good = value > 0
    if kind in SHARES:
        good = good & (value < 100)
        inside = np.where(good, value, 50.0)
        return np.where(good, np.log(inside / (100 - inside)), np.nan)
    return np.where(good, np.log(np.where(good, value, 1.0)), np.nan)


def ends(
    figures: pd.DataFrame, kind: str, measure: Measure, residents: np.ndarray | float
) -> pd.DataFrame:
    """Put figures on the scale of their kind, with bounds where rounding leaves some.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of a measure, with value, numerator and denominator.
    kind : str
        What `kind_of` says.
    measure : Measure
        The measure, for its decimals and base.
    residents : array or float
        Residents aged 0 to 17 of each row's area, which stand for its size where parts are not
        held.

    Returns
    -------
    DataFrame
        The same index: ``at``, ``low``, ``high`` on the scale and ``chance``, the variance that
        chance alone gives a count of independent events; NaN where a figure cannot be placed.

    Examples
    --------
    >>> from thurrock_analysis.record import measures
    >>> row = pd.DataFrame({"value": [3.0], "numerator": [np.nan], "denominator": [np.nan]})
    >>> ends(row, "count", measures.get("referrals"), 0).round(3).to_numpy().tolist()
    [[1.253, 1.253, 1.253, 0.286]]
    """
    value = figures["value"].to_numpy("float64")
    whole = figures["denominator"].to_numpy("float64")
    unit = HALF * 10.0**-measure.decimals
    spans = {"at": value, "low": np.maximum(value - unit, 0), "high": value + unit}
    held = figures["numerator"].to_numpy("float64")
    found = {}
    for side, printed in spans.items():
        if kind == "count":
            found[side] = np.log(value + HALF)
        elif kind in ("rate", "share", "flows"):
            part = np.where(np.isnan(held), printed * whole / measure.per, held)
            found[side] = _of_parts(part, whole, kind, measure.per)
        else:
            found[side] = _printed(printed, kind, measure)
    result = pd.DataFrame(found, index=figures.index)
    return result.assign(chance=_chance(value, held, whole, kind, measure, residents))


def _of_parts(part: np.ndarray, whole: np.ndarray, kind: str, per: int) -> np.ndarray:
    """Put a ratio with known parts on the scale of its printed values."""
    good = (whole > 0) & (part >= 0)
    top, bottom = np.where(good, part, 0), np.where(good, whole, 1)
    if kind == "share":
        found = np.log((top + HALF) / (np.maximum(bottom - top, 0) + HALF))
    else:
        found = np.log(per * (top + HALF) / (bottom + HALF * (kind == "flows")))
    return np.where(good, found, np.nan)


def _printed(value: np.ndarray, kind: str, measure: Measure) -> np.ndarray:
    """Put a figure without parts on its scale, half a printed unit from the ends of a share."""
    if kind != "printed share":
        return point(value, kind)
    unit = HALF * 10.0**-measure.decimals
    return point(np.clip(value, unit, 100 - unit), kind)


def _chance(
    value: np.ndarray,
    held: np.ndarray,
    whole: np.ndarray,
    kind: str,
    measure: Measure,
    residents: np.ndarray | float,
) -> np.ndarray:
    """Return the variance that chance gives figures, up to the factor ``phi``."""
    if kind == "count":
        return np.where(value >= 0, 1 / (np.maximum(value, 0) + HALF), np.nan)
    if kind in ("rate", "share", "flows"):
        part = np.where(np.isnan(held), value * whole / measure.per, held)
        good = (whole > 0) & (part >= 0)
        top, bottom = np.where(good, part, 0), np.where(good, whole, 1)
        beside = {
            "rate": 0.0,
            "share": 1 / (np.maximum(bottom - top, 0) + HALF),
            "flows": 1 / (bottom + HALF),
        }
        return np.where(good, 1 / (top + HALF) + beside[kind], np.nan)
    people = np.asarray(residents, dtype="float64") / RESIDENTS
    if kind == "printed share":
        unit = HALF * 10.0**-measure.decimals
        share = np.clip(value, unit, 100 - unit) / 100
        people = people * share * (1 - share)
    return np.where(people > 0, 1 / np.where(people > 0, people, 1), np.nan)


@lru_cache(maxsize=4096)
def quantile(df: float, level: float = LEVEL) -> float:
    """Return what a share of Student's t exceeds on both sides together.

    Examples
    --------
    >>> round(quantile(5), 4)
    2.5706
    """
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, df) > level else (low, middle)
    return low


def tail(t: float, df: float) -> float:
    """Return the probability that Student's t is at least so far from zero.

    Integrated over the angle whose tangent is ``t / sqrt(df)``, so that no report has to load a
    library of distributions.

    Examples
    --------
    >>> round(tail(2.570582, 5), 6), tail(0.0, 3)
    (0.05, 1.0)
    """
    if t == 0:
        return 1.0
    start = math.atan(abs(t) / math.sqrt(df))
    # Beyond this angle the cosine's power is too small to be written.
    stop = min(math.pi / 2, start + 12 / math.sqrt(df))
    middle, half = (stop + start) / 2, (stop - start) / 2
    area = half * float(_WEIGHTS @ np.cos(middle + half * _NODES) ** (df - 1))
    constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2)
    return min(1.0, 2 * area * math.exp(constant) / math.sqrt(math.pi))


def verdict(before: Placed, now: Placed, common: float, years: int, usual: Usual | None) -> Verdict:
    """Say whether a change between two figures is larger than such figures usually move.

    Parameters
    ----------
    before, now : Placed
        The two figures, rows of `ends`.
    common : float
        England's change on the same scale.
    years : int
        Years between the two figures.
    usual : Usual or None
        The row of the edition in force; None where it has none for the measure.

    Returns
    -------
    Verdict
        ``"larger"`` only if both bounds of rounding agree on it. ``"unchanged"`` is knowledge: a
        small change behind which chance can hide no more than the usual.

    Examples
    --------
    >>> table = Usual("referrals", "2025-12-31", "count", 1, 0.01, 5, 2, 3, 5, 8, 2000, 2025)
    >>> before, now = Placed(7.0, 7.0, 7.0, 0.001), Placed(7.6, 7.6, 7.6, 0.0005)
    >>> said = verdict(before, now, 0.1, 1, table)
    >>> said.kind, round(said.size, 1), round(said.percent), round(said.common)
    ('larger', 3.6, 82, 11)
    """
    if usual is None:
        return untold("no usual movement")
    if not np.isfinite([*before, *now]).all():
        return untold("not held")
    if not math.isfinite(common):
        return untold("no common change")
    (start, start_low, start_high, one), (end, end_low, end_high, two) = before, now
    scale, movement = usual.scale(one + two, years), usual.movement(one + two, years)
    moved = end - start
    least, most = sorted((abs(end_low - start_high - common), abs(end_high - start_low - common)))
    if (end_low - start_high - common) * (end_high - start_low - common) < 0:
        least = 0.0  # rounding leaves open to which side it moved
    at = Verdict(
        "usual",
        tail((moved - common) / scale, usual.df),
        (moved - common) / movement,
        100 * math.expm1(moved),
        100 * math.expm1(common),
        "usual",
    )
    beyond = [tail(far / scale, usual.df) <= LEVEL for far in (least, most)]
    if beyond[0] != beyond[1]:
        return replace(at, kind="untold", key="rounding", reason="rounding")
    if beyond[0]:
        # The bound nearer to usual speaks, so that correcting for many keeps to it.
        return replace(at, kind="larger", key="larger", probability=tail(least / scale, usual.df))
    hidden = Z90 * math.sqrt(usual.phi * (one + two))
    is_small = abs(moved) <= min(UNCHANGED[0] * movement, UNCHANGED[1])
    if is_small and abs(moved) + hidden <= Z95 * movement:
        return replace(at, kind="unchanged", key="unchanged")
    return at


def corrected(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Correct verdicts that are told together for their number, by the false discovery rate.

    One that is larger than usual by itself and not among so many is told as `among_many` has it.

    References
    ----------
    Benjamini and Hochberg (1995).
    """
    told = [place for place, one in enumerate(verdicts) if math.isfinite(one.probability)]
    chances = np.array([verdicts[place].probability for place in told])
    keep = set(np.array(told)[discoveries(chances)].tolist()) if told else set()
    return [
        among_many(one) if one.kind == "larger" and place not in keep else one
        for place, one in enumerate(verdicts)
    ]


def among_many(verdict: Verdict) -> Verdict:
    """Return what is left of a change larger than usual that is none among so many."""
    return replace(verdict, kind="usual", key="among many")


def discoveries(chances: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Return which of several probabilities stay below a level as a false discovery rate.

    Examples
    --------
    >>> discoveries(np.array([0.01, 0.04, 0.5])).tolist()
    [True, False, False]
    """
    order = np.argsort(chances, kind="stable")
    passes = chances[order] <= level * np.arange(1, len(chances) + 1) / max(len(chances), 1)
    last = np.flatnonzero(passes)[-1] + 1 if passes.any() else 0
    found = np.zeros(len(chances), dtype=bool)
    found[order[:last]] = True
    return found
