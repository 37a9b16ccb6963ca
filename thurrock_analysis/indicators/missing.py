"""Children who go missing or are away without leave, and whether someone talks to them then."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.returns.returns import Returns

KINDS = {"missing": "M", "away": "A"}
"""How the incidents are called in the names of measures, and their code."""


def _held(returns: Returns, code: str) -> pd.DataFrame:
    incident = ("MISSING", "MIS_START")
    rows = care.table(returns, "missing", *incident, "MIS_END", alike=incident)
    return rows[(rows["MISSING"].eq(code) & rows["MIS_START"].notna()).to_numpy()]


def _begun(returns: Returns, periods: pd.DataFrame, code: str) -> pd.DataFrame:
    return care.dated(returns, periods, _held(returns, code), "MIS_START")


def incidents(returns: Returns, periods: pd.DataFrame, *, name: str, code: str) -> Cases:
    """Incidents that began in a period."""
    rows = care.over(returns, periods, _begun, code=code)
    return care.cases(name, rows, care.covered(returns, periods))


def _children(returns: Returns, periods: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the children with an incident in a period, at the first, and how many they have."""
    rows = care.over(returns, periods, _begun, code=code)
    count = care.looked_up(care.counted(rows["child"], rows["place"]), rows)
    rows = rows.assign(incidents=count.astype("float64")).sort_values("MIS_START", kind="stable")
    return rows.drop_duplicates(["child", "place"])


def children(
    returns: Returns, periods: pd.DataFrame, *, name: str, code: str, least: int = 1
) -> Cases:
    """Children with an incident in a period, or with so many."""
    rows = _children(returns, periods, code)
    rows = rows[rows["incidents"] >= least]
    return care.cases(name, rows, care.covered(returns, periods))


def share(returns: Returns, periods: pd.DataFrame, *, name: str, code: str) -> Cases:
    """Share of the children looked after in a period who had an incident in it."""
    gone = care.over(returns, periods, _begun, code=code)
    rows = care.during(returns, periods)
    met = care.looked_up(care.counted(gone["child"], gone["place"]), rows) > 0
    return care.cases(name, rows, care.covered(returns, periods), met, 1)


def per_child(returns: Returns, periods: pd.DataFrame, *, name: str, code: str) -> Cases:
    """Incidents of a period for each child who had one."""
    rows = _children(returns, periods, code)
    return care.cases(name, rows, care.covered(returns, periods), rows["incidents"], 1)


def on_the_day(returns: Returns, periods: pd.DataFrame, *, name: str, code: str) -> Cases:
    """Looked-after children with an incident begun by the last day and not over at its end."""
    held, rows = _held(returns, code), care.stock(returns, periods)
    end = windows.days(periods["period_end"])
    at, places = windows.overlapping(
        windows.days(held["MIS_START"]), windows.until(held["MIS_END"]) - 1, end, end
    )
    gone = care.looked_up(care.counted(held["child"].to_numpy()[at], places), rows) > 0
    return care.cases(name, rows[gone], care.at_date(returns, periods))


MEASURES: dict[str, Callable[..., Cases]] = {
    "{}_incidents": incidents,
    "looked_after_{}": children,
    "looked_after_{}_percent": share,
    "{}_incidents_per_child": per_child,
    "looked_after_{}_more_than_once": partial(children, least=2),
    "looked_after_{}_at_31_march": on_the_day,
}
for pattern, function in MEASURES.items():
    for kind, letter in KINDS.items():
        made = partial(function, name=pattern.format(kind), code=letter)
        made.__doc__ = getattr(function, "func", function).__doc__
        register(pattern.format(kind), made)
