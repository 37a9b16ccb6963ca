"""What a year comes to, from the part of it that is known and from the same part of past years."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
HALF = 0.5
"""Added to a count, so that none has no logarithm."""


@dataclass(frozen=True)
class YearEnd:
    """What a year is expected to come to.

    Attributes
    ----------
    so_far : float
        Counted in the part of the year that is known.
    rest : float
        Mean of the logarithm of what is to come.
    spread : float
        Its standard deviation: chance, and what years differ in.
    freedom : float
        Degrees of freedom of its t-distribution: the fewer, the more of the spread was estimated.
    """

    so_far: float
    rest: float
    spread: float
    freedom: float

    @property
    def expected(self) -> float:
        """The total that as often is passed as not."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """Return the total below which such a share of years ends."""
        from scipy.special import stdtrit  # takes a while, and most reports have no returns

        away = float(stdtrit(self.freedom, share)) * self.spread
        return self.so_far + max(0.0, float(np.exp(self.rest + away)) - HALF)

    def above(self, total: float) -> float:
        """Return the chance of more than a total."""
        from scipy.special import stdtr

        left = total - self.so_far
        if left < 0:
            return 1.0
        away = (np.log(left + HALF) - self.rest) / self.spread
        return float(stdtr(self.freedom, -away))


def year_end(begun: Floats, rest: Floats, so_far: float) -> YearEnd | None:
    """Project a year from what past years had by the same day and after it.

    What is to come for each one so far is log-normal over years. Of the variance between past
    years the part that chance explains is set apart, and chance is met again in the year itself:
    few events leave much open even where the years were alike. The degrees of freedom are those of
    Welch and Satterthwaite.

    Parameters
    ----------
    begun, rest : array
        Counts of past years up to the same day of the year, and after it; at least two.
    so_far : float
        The count of this year up to that day.

    Examples
    --------
    >>> found = year_end(np.array([90.0, 110.0, 100.0]), np.array([90.0, 110.0, 100.0]), 120.0)
    >>> round(found.expected), round(found.quantile(0.1)), round(found.quantile(0.9))
    (240, 219, 266)
    """
    if len(begun) < 2:
        return None
    ratio = np.log((rest + HALF) / (begun + HALF))
    chance = float((1 / (rest + HALF) + 1 / (begun + HALF)).mean())
    seen = float(ratio.var(ddof=1))
    between = max(0.0, seen - chance)
    ahead = float(ratio.mean()) + np.log(so_far + HALF)
    own = 1 / (so_far + HALF) + float(np.exp(-ahead))
    years = len(ratio)
    variance = between * (1 + 1 / years) + chance / years + own
    freedom = (years - 1) * (variance / ((1 + 1 / years) * seen)) ** 2 if between else np.inf
    return YearEnd(float(so_far), float(ahead), float(np.sqrt(variance)), float(freedom))
