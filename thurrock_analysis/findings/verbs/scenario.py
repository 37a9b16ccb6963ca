"""What a count, or a spend, would be under other assumptions: arithmetic that shows its sum."""

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.table import NO_FIGURE, Format, Table
from thurrock_analysis.findings.verbs.decompose import MILLION, level, members
from thurrock_analysis.findings.verbs.trend import wording
from thurrock_analysis.findings.view import View, nearest, steps_of
from thurrock_analysis.metrics import scenarios
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import areas, measures

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

FIGURES, SUMS = ("held", "assumed"), ("sum", "change")


@question
def scenario(report: "Report", /, name: str, **assumptions: float) -> Finding:
    """Work out what would be if something were as assumed, all else the same.

    Parameters
    ----------
    name : str
        One of ``scenarios.csv``: ``"assessments"``, ``"agency cap"``, ``"foster places"``,
        ``"inside the boundary"``.
    **assumptions : float
        What to assume in place of what the table of scenarios has, such as ``ratio=110``.

    Returns
    -------
    Finding
        Its table is the sum: each figure held, each assumption, each formula with its result.

    Raises
    ------
    ThurrockError
        There is no such scenario or assumption, or it lies outside what can be assumed.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = open_report("Thurrock").scenario("assessments", ratio=100)
    >>> found.table["value"].tolist()
    [2198.0, 3361.0, 100.0, 2198.0, -1163.0]
    """
    steps = steps_of("scenarios", "scenario", name)
    known = steps[steps["kind"] == "assumed"]
    check(name, known, assumptions)
    values, year = held(report, name, steps[steps["kind"] == "held"])
    for step in known.itertuples():
        asked = step.name in assumptions
        values[step.name] = assumptions[step.name] if asked else usual(report, step, year)
    shown = steps[steps["kind"].isin((*FIGURES, *SUMS))]
    for step in shown.itertuples():  # what is printed gives what is printed
        size = values.get(step.name)
        size = scenarios.evaluate(step.value, values) if size is None else size
        values[step.name] = half_away(size, int(step.decimals))
    texts = {step.name: written(values[step.name], step) for step in shown.itertuples()}
    said = steps.set_index("kind")["words"]
    moved = values[steps.set_index("kind").loc["still", "value"]]
    kind = "told" if moved else "still"
    met = steps.loc[steps["kind"].eq("met"), "value"]
    if len(met) and scenarios.evaluate(met.iloc[0], values) >= 0:
        kind = "met"
    told = said[kind].format(area=report.area.spoken, **texts)
    return Finding(
        f"{report.area.name}, {year}: {told}",
        report.own(*dict.fromkeys(named_in(steps[steps["kind"].isin(FIGURES)]))),
        table_of(report, shown, values, assumptions, year),
        f"{wording('scenarios')} {said['caution']}{later(report, steps, year)}",
        key=False,
    )


def later(view: View, steps: pd.DataFrame, year: int) -> str:
    """Say for which later years not every figure of a sum is a number."""
    rows = view.own(*dict.fromkeys(named_in(steps[steps["kind"] == "held"])))
    years = words.year_spans({end for end in rows["period_end"].dt.year if end > year})
    return f" For {years} not all of these figures are printed or held." * (years != NO_FIGURE)


def check(name: str, known: pd.DataFrame, assumptions: dict[str, float]) -> None:
    """Refuse an assumption that the scenario has not, or that lies out of range."""
    steps = known.set_index("name")
    for given, value in assumptions.items():
        if given not in steps.index:
            right = nearest(given, list(steps.index))
            raise ThurrockError(f"The scenario {name!r} assumes no {given!r}: {right}.")
        step = steps.loc[given]
        if not isinstance(value, int | float) or not float(step["low"]) <= value <= float(
            step["high"]
        ):
            raise ThurrockError(
                f"{given} ({step['words']}) lies between {step['low']} and {step['high']}, and "
                f"{value!r} does not."
            )
        if half_away(value, int(step["decimals"])) != value:
            raise ThurrockError(
                f"{given} ({step['words']}) takes a number with at most {step['decimals']} "
                f"decimals, and {value!r} has more."
            )


def named(text: str) -> list[str]:
    """Return the measures that a cell names, none where it is a number."""
    return [] if text.replace(".", "", 1).isdigit() else members(text)


def series(view: View, text: str, code: str = "") -> pd.Series:
    """Return what a cell names by closing year: a measure, unrounded if it can be, or a part."""
    if text not in measures.table().index:
        return level(view, text, code)
    rows = view.figures(text)
    rows = rows[rows["area"].eq(code or view.area.code)]
    exact = rows["numerator"] / rows["denominator"] * measures.get(text).per
    return exact.fillna(rows["value"]).set_axis(rows["period_end"].dt.year)


def held(view: View, name: str, steps: pd.DataFrame) -> tuple[dict[str, float], int]:
    """Return the figures held, of the newest year that has them all."""
    figures = pd.DataFrame({step.name: series(view, step.value) for step in steps.itertuples()})
    whole = figures.dropna()
    if whole.empty:
        never = [step.words for step in steps.itertuples() if figures[step.name].isna().all()]
        lacks = words.listed(never or steps["words"])
        raise NotHeldError(
            f"The sum {name!r} cannot be made for {view.area.spoken}: {lacks} are not held"
            f"{' for one year' * (not never)}.{view.jointly(named_in(steps))}"
        )
    year = int(whole.index.max())
    return {str(key): float(value) for key, value in whole.loc[year].items()}, year


def named_in(steps: pd.DataFrame) -> list[str]:
    """Return the measures that some steps rest on."""
    return [one for text in steps["value"] for one in named(text)]


def usual(view: View, step: Any, year: int) -> float:
    """Return what is assumed where nothing else is named: a number, or a figure of the year."""
    if not named(step.value):
        return float(step.value)
    if step.of == view.area.code:
        raise NotHeldError(
            f"The sum {step.scenario!r} cannot be made for {view.area.spoken}: what it assumes as "
            f"{step.words} is the figure of {view.area.spoken} itself. Name {step.name}."
        )
    found = float(series(view, step.value, step.of).get(year, math.nan))
    if math.isnan(found):
        raise NotHeldError(
            f"No figure of {whose(view, step)} is held for {year} to assume as {step.words}: "
            f"name {step.name}."
        )
    return found


def whose(view: View, step: Any) -> str:
    """Name the area whose figure is assumed."""
    return areas.get(step.of).spoken if step.of else view.area.spoken


def written(value: float, step: Any) -> str:
    """Write a figure with its unit; a change as how many more or fewer."""
    if step.unit == "£" and abs(value) >= MILLION:
        return f"£{words.number(value / MILLION, 1)} million"
    text = words.number(abs(value) if step.kind == "change" else value, int(step.decimals))
    if step.kind == "change":
        return f"{text} {'fewer' if value < 0 else 'more'}" if text != "0" else "as many"
    return f"£{text}" if step.unit == "£" else text + step.unit


def table_of(
    view: View, steps: pd.DataFrame, values: dict[str, float], given: dict[str, float], year: int
) -> Table:
    """Return the sum: a row a figure, assumption or formula, with where it is from."""

    def origin(step: Any) -> str:
        if step.kind == "held":
            return f"held, {year}"
        if step.kind in SUMS:
            return f"= {step.value}"
        if step.name in given or not named(step.value):
            return f"assumed; may lie between {step.low} and {step.high}"
        return f"assumed: that of {whose(view, step)}, {year}"

    rows = list(steps.itertuples())
    return Table(
        pd.DataFrame(
            {
                "name": [step.name for step in rows],
                "words": [step.words for step in rows],
                "value": [values[step.name] for step in rows],
                "origin": [origin(step) for step in rows],
            }
        ),
        f"{view.area.name}: the sum",
        {"name": "Name", "words": "What it is", "value": "Figure", "origin": "Where it is from"},
        {
            "value": [
                Format(int(step.decimals), step.unit.replace("£", ""), step.kind == "change")
                for step in rows
            ]
        },
    )
