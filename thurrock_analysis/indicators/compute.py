"""Every indicator that returns allow, and one sentence for each that they do not."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from thurrock_analysis import indicators as folder
from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators.cases import Cases, definitions
from thurrock_analysis.record import dictionary, tidy
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

Compute = Callable[..., Cases]
REGISTERED: dict[str, Compute] = {}
GAPS = ["measure", "gap"]


def measure(compute: Compute) -> Compute:
    """Register a function under its name, which is that of its measure."""
    return register(compute.__name__, compute)


def register(name: str, compute: Compute, /, **fixed: Any) -> Compute:
    """Register the function of a measure, some of its options fixed.

    The definition of the measure is added to what the function says of itself.
    """
    made = partial(compute, **fixed) if fixed else compute
    made.__doc__ = f"{inspect.cleandoc(compute.__doc__ or name)}\n\n{definition(name)}"
    REGISTERED[name] = made
    return made


def definition(name: str) -> str:
    """Write the definition of a measure as a docstring does.

    >>> definition("looked_after_adopted_percent").splitlines()[2]
    'Numerator: looked_after_adopted.'
    """
    row = definitions()[name]
    return "\n".join(
        [
            "Notes",
            "-----",
            f"Numerator: {row['numerator']}.",
            f"Denominator: {row['denominator'] or 'none'}.",
            f"Left out: {row['left_out'] or 'none'}.",
            f"Unit: {row['unit']}, {row['basis']}.",
            f"Source: {row['source']} ({row['confidence']}).",
            "",
            "Raises",
            "------",
            "NotInReturnsError",
            f"    No return with {words.listed(row['tables'].split())} is held.",
        ]
    )


def known() -> dict[str, Compute]:
    """Return the function of every measure of ``indicators.csv``, whichever module holds it."""
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        importlib.import_module(module.name)
    return {name: REGISTERED[name] for name in definitions() if name in REGISTERED}


@resting_on("indicators", "forms")
def first_years() -> dict[str, tuple[int, str]]:
    """Return the first year of which returns have what a measure needs, and the last table to come.

    >>> first_years()["looked_after_three_social_workers_percent"]
    (2024, 'sw_episodes')
    """
    began = {row["form"]: int(row["first_year"] or 0) for row in dictionary.rows("forms")}
    return {
        name: max((began[table], table) for table in row["tables"].split())
        for name, row in definitions().items()
    }


def had(name: str, periods: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the periods before returns had what a measure needs, and say so."""
    first, table = first_years()[name]
    if not first:
        return periods, []
    early = periods["period_end"].dt.year < first
    if not early.any():
        return periods, []
    gap = f"Not computed for what ends before {first}: returns before it had no table {table}."
    return periods[~early].reset_index(drop=True), [gap]


def indicators(
    returns: Returns, periods: pd.DataFrame, measures: Iterable[str] | None = None, by: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute every measure that the returns allow, over the periods, whole or split.

    Parameters
    ----------
    returns : Returns
        What a folder holds.
    periods : DataFrame
        `period_start` and `period_end`, as `thurrock_analysis.indicators.periods` makes them. A
        measure of a day is of the last day.
    measures : iterable of str, optional
        Some measures of ``indicators.csv``; all without it.
    by : str
        A column of the cases to split by, such as ``age`` or ``placement type``.

    Returns
    -------
    figures : DataFrame
        A tidy table.
    gaps : DataFrame
        `measure` and `gap`: why a measure, or some of its periods, cannot be computed.
    """
    functions = known()
    chosen = list(functions) if measures is None else list(measures)
    if strange := [name for name in chosen if name not in functions]:
        raise ThurrockError(f"No indicator is called {strange[0]!r}: indicators.csv lists them.")
    told: list[dict[str, np.ndarray]] = []
    gaps: list[tuple[str, str]] = []
    for name in chosen:
        asked, lacking = had(name, periods)
        gaps += [(name, gap) for gap in lacking]
        try:
            cases = functions[name](returns, asked)
        except NotInReturnsError as absent:
            gaps.append((name, str(absent)))
            continue
        gaps += [(name, gap) for gap in cases.gaps]
        if by and by not in cases.rows:
            gaps.append((name, f"It cannot be split by {by}."))
        else:
            told.append(cases.columns(by))
    joined = {name: np.concatenate([one[name] for one in told]) for name in told[0]} if told else {}
    figures = tidy.conform(pd.DataFrame(joined))
    return figures, pd.DataFrame(gaps, columns=GAPS)
