"""A change split along a chain: which steps it goes with, in the unit of what changed."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import NO_FIGURE, Format, Table
from thurrock_analysis.findings.verbs.trend import KINDS, wording
from thurrock_analysis.findings.view import View, steps_of
from thurrock_analysis.metrics import decomposition, ratios
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.metrics.usual import Verdict, untold
from thurrock_analysis.record import measures, store
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

WEEKS = 52
MILLION = 1_000_000
ALL = "All of the change"
STILL = KINDS["unchanged"]
BY_ITSELF = KINDS | {"larger": "larger by itself"}
STEPPED = "Change of its ratio to the step before"
UNEXPLAINED = "not explained by these"


@dataclass(frozen=True)
class Split:
    """A change between two years and its parts.

    ``rows`` has a row a part: ``label``, ``told`` (the same with the way in which it moved),
    ``first`` and ``last`` (what it rests on), ``ratio`` (its change, per cent) and ``part``, in
    the unit of the measure.
    """

    measure: Measure
    years: tuple[int, int]
    ends: tuple[float, float]
    rows: pd.DataFrame
    moved: str = ""
    """What ``ratio`` is the change of."""


@question
def decompose(report: "Report", chain: str, since: int | None = None) -> Finding:
    """Split a change exactly into the steps that it goes with.

    Parameters
    ----------
    chain : str
        One of ``chains.csv``: ``"plans started"``, ``"assessments"``, ``"cases held"``,
        ``"spend on looked-after children"``, ``"spend by placement"``,
        ``"looked-after children"``.
    since : int, optional
        Closing year to begin with; the first in which every step is held, from then on.

    Returns
    -------
    Finding
        Its table has a row a step: its count in both years, how its ratio to the step before
        moved, whether such a ratio usually moves so much, and the part of the change that goes
        with it; the parts add up to the change.

    Raises
    ------
    ThurrockError
        There is no such chain.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> table = open_report("Thurrock").decompose("plans started", since=2016).table
    >>> table[["label", "part", "share"]].round(1).to_numpy().tolist()[3]
    ['conferences for each enquiry', -141.0, 64.9]
    """
    steps = steps_of("chains", "chain", chain).set_index("order")
    values = pd.DataFrame({order: level(report, text) for order, text in steps["measure"].items()})
    forms = set(steps["form"])
    how = flowed if "stock" in forms else grouped if "group" in forms else multiplied
    split = how(report, steps, values, since or 0)
    told_usual = steps_usual(report, steps, split)
    split = directed(split, steps, told_usual)
    names = list(dict.fromkeys(name for text in steps["measure"] for name in members(text)))
    rows = report.own(*names)
    said = [
        doubts(split, told_usual),
        wording("chains") * (how is not flowed),
        wording(chain),
        broken(report, names, split.years),
        shorter(report, split),
        report.later(split.measure.measure),
    ]
    return Finding(
        told(report, split),
        rows,
        table_of(split, chain, told_usual),
        " ".join(filter(None, said)),
        chart_of(report, split, rows),
    )


def steps_usual(view: View, steps: pd.DataFrame, split: Split) -> list[Verdict]:
    """Say of each step whether its figure moved more than such figures do, as far as is known."""
    names = steps["ratio"] if "first" in split.rows else []
    return [
        unusual.changed(view, name, *split.years) if name else untold("not held") for name in names
    ]


def directed(split: Split, steps: pd.DataFrame, verdicts: list[Verdict]) -> Split:
    """Name each part by the way in which it moved; by none what is in effect unchanged."""
    told = list(split.rows["label"])
    for place, (step, verdict) in enumerate(zip(steps.itertuples(), verdicts, strict=False)):
        rose = split.rows["ratio"].iloc[place] > 0
        way = step.more if rose else step.fewer
        way = way or step.more
        told[place] = f"{step.step} ({STILL})" if verdict.kind == "unchanged" else way
    return replace(split, rows=split.rows.assign(told=told))


def doubts(split: Split, verdicts: list[Verdict]) -> str:
    """Say which steps moved more than such figures usually do, and which did not.

    Every step is told, none is chosen: each verdict is by itself, which is said where it matters.
    """
    years = split.years[1] - split.years[0]
    found: dict[str, list[str]] = {}
    for label, verdict in zip(split.rows["told"], verdicts, strict=False):
        label = label.removesuffix(f" ({STILL})")
        if verdict.kind != "untold":
            found.setdefault(unusual.in_words(verdict, years), []).append(label)
    each = [f"{words.capital(words.listed(labels))}: {said}." for said, labels in found.items()]
    by_itself = (
        " Each step is held against the usual by itself; where its ratio is told among others, "
        "the verdict there counts."
    )
    return " ".join(each) + by_itself * any(one.kind == "larger" for one in verdicts)


def shorter(view: View, split: Split) -> str:
    """Say which newer years of what changed lack a step."""
    newer = [year for year in view.years(split.measure.measure) if year > split.years[1]]
    lacks = f"For {words.year_spans(newer)} a step is hidden, zero or not held"
    return f"{lacks}: the split ends in {split.years[1]}." * bool(newer)


def broken(view: View, names: list[str], years: tuple[int, int]) -> str:
    """Return what the breaks in series between the two years mean, in sentences."""
    rows = view.breaks(*names)
    year = rows["period_end"].str[:4].astype(int)
    return " ".join(rows.loc[year.gt(years[0]) & year.le(years[1]), "note"].unique())


def members(text: str) -> list[str]:
    """Return the measures that a part sums.

    Examples
    --------
    >>> members("social_workers + agency_social_workers")
    ['social_workers', 'agency_social_workers']
    """
    part = measures.part(text)
    further = [str(other) for other in (part.plus, part.less) if other] if part else []
    return [part.measure, *(name for one in further for name in members(one))] if part else []


def level(view: View, text: str, code: str = "") -> pd.Series:
    """Return a part of an area by the closing year that it serves, NaN where any is hidden."""
    part = measures.part(text)
    assert part is not None
    named = {(one.measure, one.breakdown) for one in (part, part.plus, part.less) if one}
    rows = pd.concat([view.figures(name, breakdown=by) for name, by in sorted(named)])
    rows = rows[rows["area"].eq(code or view.area.code)]
    if rows.empty:
        return pd.Series(dtype=float)
    placed = ratios.placed(rows.reset_index(drop=True))
    return ratios.part_values(ratios.by_measure(placed.assign(place=placed["year"])), part)


def multiplied(view: View, steps: pd.DataFrame, values: pd.DataFrame, since: int) -> Split:
    """Split the last of some steps, each a ratio to the one before."""
    years = ends(view, steps, values[values.gt(0).all(axis=1)].index, since)
    levels = [values.loc[year].to_list() for year in years]
    before, after = map(decomposition.ratios, levels)
    moved = [100 * (now / then - 1) for then, now in zip(before, after, strict=True)]
    sizes = decomposition.parts(before, after)
    rows = pd.DataFrame({"first": levels[0], "last": levels[1], "ratio": moved, "part": sizes})
    rows.insert(0, "label", list(steps["step"]))
    return Split(outcome(steps), years, (levels[0][-1], levels[1][-1]), rows, STEPPED)


def grouped(view: View, steps: pd.DataFrame, values: pd.DataFrame, since: int) -> Split:
    """Split a spend into number, mix, and the weekly cost of one group and of all others."""
    at = {row.form: row for row in steps.itertuples()}
    whole, group = (values[at[form].Index] for form in ("whole", "group"))
    number = as_with(view, at["group"].measure, values[at["number"].Index])
    cost = level(view, at["group"].ratio).reindex(values.index)
    table = pd.DataFrame({"number": number, "group": group, "cost": cost, "whole": whole})
    table["others"] = number - group
    table["rest"] = whole - WEEKS * cost * group
    years = ends(view, steps, table[table.gt(0).all(axis=1)].index, since)
    first, last = (table.loc[year] for year in years)
    of_number, of_mix, of_costs = decomposition.mixed(
        *(
            [(row["group"], WEEKS * row["cost"] * row["group"]), (row["others"], row["rest"])]
            for row in (first, last)
        )
    )
    shown = [
        [row["number"], row["group"], row["cost"], row["rest"] / row["others"] / WEEKS]
        for row in (first, last)
    ]
    rows = pd.DataFrame({"first": shown[0], "last": shown[1]})
    rows["ratio"] = 100 * (rows["last"] / rows["first"] - 1)
    rows["part"] = [of_number, of_mix, *of_costs]
    rows.insert(0, "label", list(steps["step"]))
    totals = float(first["whole"]), float(last["whole"])
    return Split(outcome(steps), years, totals, rows, "Its change")


def as_with(view: View, group: str, number: pd.Series) -> pd.Series:
    """Return a number by year as the release has it that prints a group of it.

    A whole that was revised since holds others than the group: their mix would be of two releases.
    """
    part = measures.part(group)
    assert part is not None
    rows = view.own(part.measure, breakdown=part.breakdown)
    rows = rows[rows["group"].isin(part.groups)]
    whole = store.same_vintage(rows, view.printings(part.measure))
    then = whole.set_axis(rows["period_end"].dt.year).dropna()
    return then[~then.index.duplicated(keep="last")].reindex(number.index).fillna(number)


def flowed(view: View, steps: pd.DataFrame, values: pd.DataFrame, since: int) -> Split:
    """Split the change of a stock into what came, what went, and what these do not explain."""
    stock = values[steps.index[-1]].dropna()
    flows = values.drop(columns=steps.index[-1]).dropna()
    held = [year for year in flows.index if {year, year - 1} <= set(stock.index) and year > since]
    runs = words.runs(held)
    if not runs:
        raise NotHeldError(cannot(view, steps, since))
    first, last = runs[-1][0] - 1, runs[-1][1]
    sign = [1 if form == "in" else -1 for form in steps["form"].iloc[:-1]]
    sums = flows.loc[first + 1 : last].sum()
    opening, closing = float(stock[first]), float(stock[last])
    sizes = [one * size for one, size in zip(sign, sums, strict=True)]
    rest = closing - opening - sum(sizes)
    rows = pd.DataFrame({"label": [*steps["step"].iloc[:-1], UNEXPLAINED], "part": [*sizes, rest]})
    return Split(outcome(steps), (first, last), (opening, closing), rows)


def outcome(steps: pd.DataFrame) -> Measure:
    """Return what a chain ends in."""
    return measures.get(members(steps["measure"].iloc[-1])[0])


def ends(view: View, steps: pd.DataFrame, good: pd.Index, since: int) -> tuple[int, int]:
    """Return the first and the last year from one on in which every step is held."""
    years = [int(year) for year in good if year >= since]
    if len(years) < 2:
        raise NotHeldError(cannot(view, steps, since))
    return years[0], years[-1]


def cannot(view: View, steps: pd.DataFrame, since: int) -> str:
    """Say that a change cannot be split, and why."""
    names = [name for text in steps["measure"] for name in members(text)]
    from_on = f" from {since} on" * bool(since)
    return (
        f"The change in {outcome(steps).label} of {view.area.spoken} cannot be split: it takes two "
        f"years{from_on} in which every step is printed and above zero.{view.jointly(names)}"
    )


def amount(value: float, measure: Measure) -> str:
    """Write an amount: pounds by the million.

    Examples
    --------
    >>> amount(20_941_128, measures.get("spend")), amount(218, measures.get("referrals"))
    ('£20.9 million', '218')
    """
    if measure.unit == "pounds":
        return f"£{words.number(value / MILLION, 1)} million"
    return words.figure(value, measure)


def rounded(split: Split) -> tuple[float, list[float], float]:
    """Return the ends and the parts as they are written, the parts adding up to the change."""
    money = split.measure.unit == "pounds"
    scale, decimals = (MILLION, 1) if money else (1, split.measure.decimals)
    first, last = (half_away(end / scale, decimals) for end in split.ends)
    parts = decomposition.whole(split.rows["part"] / scale, last - first, decimals)
    return first * scale, [part * scale for part in parts], last * scale


def told(view: View, split: Split) -> str:
    """Say how much changed, and which steps it goes with, the largest first."""
    measure, (first, last) = split.measure, split.years
    before, parts, after = rounded(split)
    change = after - before
    rows = view.own(measure.measure)
    closing = rows.loc[rows["period_end"].dt.year.eq(last), "period_end"].iloc[0]
    phrase = measure.phrase.removeprefix("pounds ")
    side = "fewer" if change < 0 else "more"
    moved = f"{amount(abs(change), measure)} {side} than in" if change else "as in"
    return (
        f"{view.area.name}: {amount(after, measure)} {phrase} {words.when(closing, measure)}, "
        f"{moved} {first}. {flows_told(split, parts)}{steps_told(split, parts, change)}"
    )


def steps_told(split: Split, parts: list[float], change: float) -> str:
    """Say which steps a change goes with, and which went the other way."""
    if "first" not in split.rows:
        return ""
    steps = sorted(zip(split.rows["told"], parts, strict=True), key=lambda one: -abs(one[1]))
    along, against = (
        [
            f"{amount(abs(size), split.measure)} with {label}"
            for label, size in steps
            if sign * size * (change or 1) > 0
        ]
        for sign in (1, -1)
    )
    if not along:
        return "No step moved."
    opening = "Of this" if change else "Steps went against each other:"
    turned = f"; the other way go {words.listed(against)}" * bool(against)
    said = words.listed(along)
    goes = "goes" if split.measure.is_money else "go"
    said = said.replace(" with ", f" {goes} with ", 1) if change else said
    return f"{opening} {said}{turned}."


def flows_told(split: Split, parts: list[float]) -> str:
    """Say what came and went over the years, and what of the change these do not explain."""
    if "first" in split.rows:
        return ""
    *flows, rest = zip(split.rows["label"], parts, strict=True)
    listed = words.listed(f"{amount(abs(size), split.measure)} {label}" for label, size in flows)
    gap = f"{amount(abs(rest[1]), split.measure)} {'more' if rest[1] > 0 else 'fewer'}"
    return (
        f"In the {split.years[1] - split.years[0]} years between, {listed}"
        + f"; there are {gap} than these explain" * bool(rest[1])
        + "."
    )


def table_of(split: Split, chain: str, verdicts: list[Verdict]) -> Table:
    """Return a row a part, as told, and one of all; a part's unrounded share where it is one."""
    before, parts, after = rounded(split)
    first, last = split.years
    change = split.ends[1] - split.ends[0]
    rows = split.rows.drop(columns="told").assign(part=parts)
    if any(one.kind != "untold" for one in verdicts):
        said = [NO_FIGURE if one.kind == "untold" else BY_ITSELF[one.kind] for one in verdicts]
        rows.insert(rows.columns.get_loc("part"), "verdict", said)
    total = pd.DataFrame([{"label": ALL, "part": after - before, "share": 100.0}])
    total["verdict"] = NO_FIGURE
    if split.rows["part"].abs().max() <= abs(change) > 0:  # else they are no shares of it
        rows["share"] = 100 * split.rows["part"] / change
    plain = Format(split.measure.decimals)
    return Table(
        pd.concat([rows, total[[name for name in total if name in rows]]], ignore_index=True),
        f"{chain[:1].upper()}{chain[1:]}, {first} to {last}: what goes with the change",
        {"label": "Step", "first": f"Its number, {first}", "last": str(last), "ratio": split.moved,
         "verdict": "Against the usual",
         "part": f"Of the change, {split.measure.unit}", "share": "Share of it"},
        {"first": plain, "last": plain, "ratio": Format(0, "%", signed=True),
         "part": Format(split.measure.decimals, signed=True), "share": Format(0, "%")},
    )  # fmt: skip


def chart_of(view: View, split: Split, rows: pd.DataFrame) -> Chart:
    """Return the steps from one year's figure to the other's."""
    measure, money = split.measure, split.measure.unit == "pounds"
    scale = MILLION if money else 1
    before, parts, after = rounded(split)
    labels = [f"{label[:1].upper()}{label[1:]}" for label in split.rows["told"]]
    steps = {name: part / scale for name, part in zip(labels, parts, strict=True) if part}
    side = "fewer" if after < before else "more"
    size = f"{amount(abs(after - before), measure)} {side}" if after != before else "as many"
    return Chart(
        charts.bridge, (str(split.years[0]), before / scale), steps,
        (str(split.years[1]), after / scale),
        headline=f"{view.area.name}: {size}, {measure.label}",
        subtitle=f"{'Million pounds' if money else measure.unit.capitalize()}, "
        f"{split.years[0]} to {split.years[1]}",
        source=view.source(rows[rows["period_end"].dt.year.isin(split.years)]),
        decimals=1 if money else measure.decimals,
    )  # fmt: skip
