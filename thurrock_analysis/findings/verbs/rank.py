"""Where the area stands: ranked among its peers, beside its region and England."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import models, rounded, standings, unusual, without
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import current_first, never_told, wording
from thurrock_analysis.findings.view import View, named, once
from thurrock_analysis.metrics import change, comparators
from thurrock_analysis.record import areas, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

NAN = float("nan")
MOST_SHOWN = 30
"""Areas in one chart, or named in one sentence."""
NEXT = 5
"""Areas shown on each side in a large field."""


@question
def rank(report: "Report", measure: str, beside: str = "", among: str = "neighbours") -> Finding:
    """Say where the area stands among its peers in the newest year of a measure.

    Peers are its statistical neighbours; an area without any is ranked among its like in its
    region.

    Parameters
    ----------
    measure : str
        What to rank by.
    beside : str, optional
        A group of measures, such as ``"standing"``, to set beside it: each with its rank, the
        neighbours, the region and England. If the measure has no current figure, the one of the
        group that stands farthest from England is ranked instead.
    among : str
        ``"neighbours"``; ``"region"``: all of its region; ``"all"``: all of its kind in England.

    Returns
    -------
    Finding
        Its table has a row an area, highest first: rank (1 the highest, joint ranks alike),
        area, value and 95 % limits; with `beside` that table is folded, and `table` has a row a
        measure. Its figures are those of the area in every year, and of its peers in the newest.

    Raises
    ------
    ThurrockError
        There is no such measure or group of measures.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> table = open_report("Medway").rank("re_referral_percent").table
    >>> table.query("rank <= 2")[["rank", "area", "value"]].to_numpy().tolist()
    [[1, 'Bury', 26.0], [2, 'Medway', 24.8]]
    """
    others, whom = company(report, among)
    near = among == "neighbours"
    if not others:
        raise NotHeldError(f"{report.area.name} has no like to be compared with.")
    wanted = named(measure)
    names = [name for name in named(beside) if report.years(name)] if beside else wanted
    chosen = measures.get(first_held(report, wanted, names if beside else []))
    hidden = without_current(report, wanted[0]) if chosen.measure != wanted[0] else ""
    field, missing = members(report, chosen.measure, report.years(chosen.measure)[-1], others)
    ranked = comparators.rank(field, field["area"].to_list())
    own = ranked[ranked["area"] == report.area.code].iloc[0]
    is_open = rounded.is_open(own, chosen)
    place = standing_open if is_open else standing_exact
    ranking = rank_table(ranked, chosen, f"{chosen.short}, {whom}")
    stand = standing_rows(report, names) if beside else {}
    return Finding(
        f"{report.area.name}: {hidden}{before(report, chosen)}{words.told(own, chosen)}"
        f"{place(report, ranked, own, chosen)} among {whom}{words.better(chosen)}.",
        pd.concat([report.own(*names), field[field["area"] != report.area.code]]),
        standing_table(report, stand) if beside else ranking,
        " ".join(filter(None, ["" if is_open else stands(report, own, chosen),
                               "" if is_open else by_chance(report, field),
                               limits(ranked, chosen), without_figure(missing),
                               without.told(report, names, others),
                               models.otherwise(report, names if near else []),
                               in_lines(report, stand),
                               wording(beside)])),
        bars(report, around(ranked, field, report.area.code), chosen),
        ranking if beside else Table(),
    )  # fmt: skip


def before(view: View, measure: Measure) -> str:
    """Say, before an older year is told, which newer ones have no figure."""
    later = words.uncapital(view.later(measure.measure))
    return f"{later} The last: " * bool(later)


def without_current(view: View, name: str) -> str:
    """Say, before another measure is told, why the one asked for has no current figure."""
    hidden = view.later(name) or never_told(view, [name])
    return f"{words.uncapital(hidden)} " * bool(hidden)


def standing_exact(view: View, ranked: pd.DataFrame, own: pd.Series, measure: Measure) -> str:
    """Say how a figure compares with England's and where it ranks."""
    return f". That is {beside_england(view, own, measure)}{place_in_words(ranked, own)}"


def standing_open(view: View, ranked: pd.DataFrame, own: pd.Series, measure: Measure) -> str:
    """Say which values and ranks are possible where rounding leaves a figure open."""
    first, last = reach(ranked, own, measure)
    england = value_of(view, measure.measure, own["period_end"], areas.ENGLAND)
    beside = f" (England {words.figure(england, measure)})" * (not math.isnan(england))
    span = words.ordinal(first) + f" to {words.ordinal(last)}" * (first < last)
    return f"; {rounded.in_words(own, measure)}{beside}, and {span} of {own['of']}, highest first,"


def reach(ranked: pd.DataFrame, own: pd.Series, measure: Measure) -> tuple[int, int]:
    """Return the best and the worst rank that the rounding of counts allows the area."""
    ends = rounded.spread(ranked, measure)
    mine, others = ends.loc[own.name], ends.drop(own.name)
    ahead = int((others["low"] > mine["high"]).sum())
    return 1 + ahead, len(ends) - int((others["high"] < mine["low"]).sum())


def company(view: View, among: str) -> tuple[list[str], str]:
    """Return whom the area is ranked among, and what to call them with itself."""
    alike = [one for one in areas.table().values() if one.level == view.area.level]
    if among == "all":
        kind = {"authority": "authorities", "region": "regions"}.get(view.area.level, "of its kind")
        return [one.code for one in alike if one != view.area], f"all {kind}"
    if among == "region" or (among == "neighbours" and view.neighbours.empty):
        near = [one.code for one in alike if one.region == view.area.region and one != view.area]
        return near, "the regions" if view.area.level == "region" else "its like in its region"
    if among == "neighbours":
        return list(view.neighbours["neighbour"]), "itself and its neighbours"
    raise ThurrockError(f"among takes 'neighbours', 'region' or 'all', not {among!r}.")


def first_held(view: View, wanted: list[str], others: list[str]) -> str:
    """Return the first measure with a current number, then the farthest of others, else any."""
    for among in (wanted, strongest_first(view, others)):
        for name in among:
            if view.years(name) and not view.later(name):
                return name
    names = [*wanted, *others]
    for name in names:
        if view.years(name):
            return name
    if hidden := never_told(view, wanted):
        raise NotHeldError(f"{view.area.name}: {words.uncapital(hidden)}{view.jointly(names)}")
    raise NotHeldError(
        f"The record has no number for {view.area.spoken} to answer this.{view.jointly(names)}"
    )


def strongest_first(view: View, names: list[str]) -> list[str]:
    """Put measures in the order of how far the area's newest figure stands from England's."""

    def distance(name: str) -> float:
        verdict = standings.stands(view, name, view.years(name)[-1])
        return 0.0 if math.isnan(verdict.size) else abs(verdict.size)

    return sorted(names, key=distance, reverse=True)


def beside_england(view: View, own: pd.Series, measure: Measure) -> str:
    """Set a rate or share beside England's; a count of all England compares with none."""
    if measure.is_count or view.area.code == areas.ENGLAND:
        return ""
    rows = view.figures(measure.measure)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].eq(own["period_end"])]
    if rows.empty:
        return ""
    england = rows.iloc[0]
    if rounded.straddles(own, england["value"]):
        return ""
    exact = (one["numerator"] / one["denominator"] * measure.per for one in (own, england))
    gap = math.nan if measure.unit == "percent" else 100 * (next(exact) / next(exact) - 1)
    return words.against(own["value"], england["value"], "England", measure, gap) + ", and "


def stands(view: View, own: pd.Series, measure: Measure) -> str:
    """Say whether the area is farther from England than authorities usually differ, if told."""
    verdict = standings.stands(view, measure.measure, own["period_end"].year)
    return f"It is {unusual.in_words(verdict)}." * (verdict.kind != "untold")


def by_chance(view: View, field: pd.DataFrame) -> str:
    """Say which ranks chance alone allows, where it allows more than one."""
    place = unusual.place(view, field)
    if place is None or place.low == place.high:
        return ""
    end, (first, last) = "highest", (place.low, place.high)
    if place.rank > place.of + 1 - place.rank:  # told from the nearer end, as the rank is
        end, (first, last) = "lowest", (place.of + 1 - place.high, place.of + 1 - place.low)
    span = f"{words.ordinal(first)} to {words.ordinal(last)} {end} of {place.of}"
    return f"Chance alone allows any rank from {span}."


def with_limits(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add 95 % limits; of rounded counts, over all that their rounding allows."""
    found, to = change.intervals(rows, measure), rounded.units(rows)
    for side, column in (("low", "lower"), ("high", "upper")) if to.gt(1).any() else ():
        found[column] = change.intervals(rounded.parts(rows, to, side), measure)[column]
    return found


def limits(ranked: pd.DataFrame, measure: Measure) -> str:
    """Say what the limits of a ranking are worth, where it has any."""
    if with_limits(ranked, measure)["lower"].isna().all():
        return ""
    is_exact = rounded.units(ranked).eq(1).all()
    also = "" if is_exact else ", over all that the rounding of counts allows,"
    said = f"Limits show what chance alone does{also} if events are independent"
    if measure.collection == "CSWW":
        return said + "."
    return said + "; brothers and sisters are not, so the true doubt is larger."


def without_figure(missing: list[str]) -> str:
    """Name the peers without a figure; count them where they are many."""
    named_here = words.listed(areas.get(code).name for code in missing)
    if len(missing) > MOST_SHOWN:
        named_here = f"{len(missing)} of them"
    return f"Without a figure: {named_here}." * bool(missing)


def around(ranked: pd.DataFrame, field: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the whole field, or of a large one those next to the area."""
    if len(field) <= MOST_SHOWN:
        return field
    ordered = ranked.sort_values("rank", kind="stable").reset_index(drop=True)
    place = int(ordered.index[ordered["area"].eq(code)][0])
    start = min(max(place - NEXT, 0), max(len(ordered) - 2 * NEXT - 1, 0))
    return ordered.iloc[start : start + 2 * NEXT + 1]


def members(
    view: View, name: str, year: int, others: Sequence[str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Return a measure in a year for the area and its peers, and the peers without a figure."""
    others = view.peers if others is None else others
    rows = view.figures(name)
    rows = rows[rows["period_end"].dt.year == year]
    field = rows[rows["area"].isin([view.area.code, *others])]
    known = set(field.loc[field["value"].notna(), "area"])
    existed = [code for code in others if areas.get(code).existed(year)]
    return field, [code for code in existed if code not in known]


def value_of(view: View, name: str, end: pd.Timestamp, code: str) -> float:
    """Return one area's value of a measure in a period, NaN if there is none."""
    rows = view.figures(name)
    rows = rows[rows["area"].eq(code) & rows["period_end"].eq(end)]
    return float(rows["value"].iloc[0]) if len(rows) else NAN


def place_in_words(ranked: pd.DataFrame, own: pd.Series) -> str:
    """Say the area's rank, and who shares it."""
    alike = ranked[ranked["value"].eq(own["value"]) & ranked["area"].ne(own["area"])]
    names = [areas.get(code).name for code in alike["area"]]
    return words.place(own["rank"], own["from_lowest"], own["of"], names)


def placed(ranked: pd.DataFrame, own: pd.Series, measure: Measure) -> str:
    """Say the area's rank, joint or not, or the ranks that the rounding of counts leaves open."""
    if rounded.is_open(own, measure):
        first, last = reach(ranked, own, measure)
        if first < last:
            return f"{words.ordinal(first)} to {words.ordinal(last)} highest of {own['of']}"
    return place_in_words(ranked, own).partition(" (")[0]


@once
def place_of(view: View, name: str, end: pd.Timestamp) -> str:
    """Write the area's rank among its peers in a period, ``""`` where it has none."""
    rows = view.figures(name)[standings.PARTS]
    rows = rows[rows["period_end"].dt.year == end.year]
    ranked = comparators.rank(rows, [view.area.code, *view.peers])
    own = ranked[ranked["area"] == view.area.code]
    if len(own) and rounded.is_open(own.iloc[0], measures.get(name)):
        first, last = reach(ranked, own.iloc[0], measures.get(name))
        return f"{first} to {last} of {own['of'].iloc[0]}" if first < last else f"{first} of {last}"
    joint = "=" * bool(len(own) and own["alike"].iloc[0])
    return f"{own['rank'].iloc[0]}{joint} of {own['of'].iloc[0]}" if len(own) else ""


def rank_table(ranked: pd.DataFrame, measure: Measure, caption: str) -> Table:
    """Return areas by rank with their value and limits."""
    limits = with_limits(ranked, measure).sort_values(["rank", "area"])
    frame = limits.assign(area=[areas.get(code).name for code in limits["area"]])
    columns = ["rank", "area", "value", "lower", "upper"]
    return Table(
        frame[columns].reset_index(drop=True),
        f"{caption}, {words.period(ranked['period_end'].iloc[0], measure)}, highest first",
        {"rank": "Rank", "area": "Area", "value": measure.unit.capitalize(),
         "lower": "95% limits from", "upper": "to"},
        {name: Format.of(measure) for name in columns[2:]},
    )  # fmt: skip


def standing_rows(report: "Report", names: list[str]) -> dict[str, dict[str, Any]]:
    """Return the row of each measure in the standing table, those with current figures first."""
    order = current_first(report, names)
    return {name: standing_row(report, measures.get(name)) for name in order}


def standing_table(report: "Report", rows: dict[str, dict[str, Any]]) -> Table:
    """Return each measure's newest figure beside the comparators', with the area's rank."""
    each, codes = [measures.get(name) for name in rows], compared_codes(report)
    return Table(
        pd.DataFrame(list(rows.values())),
        f"{report.area.name} and its comparators, newest year of each measure; {report.model}",
        {"label": "Measure", "year": "Year", "rank": "Rank, 1 = highest"},
        {title: [Format.of(measure, "no figure") for measure in each] for title in codes}
        | {"year": YEAR},
    )


def compared_codes(view: View) -> dict[str, str]:
    """Return whom the area is set beside: what to call them, and their codes."""
    codes = {view.area.name: view.area.code}
    if len(view.neighbours):
        codes["Neighbours, mean"] = comparators.neighbour_code("mean")
        codes["Neighbours, median"] = comparators.neighbour_code("median")
    if view.area.region:
        codes[areas.get(view.area.region).name] = view.area.region
    return codes | {"England": areas.ENGLAND}


def standing_row(report: "Report", measure: Measure) -> dict[str, Any]:
    """Return one measure of the standing table."""
    year = report.years(measure.measure)[-1]
    rows = report.figures(measure.measure)
    rows = rows[rows["period_end"].dt.year == year]
    values, end = rows.set_index("area")["value"], rows["period_end"].iloc[0]
    near = values[values.index.isin(report.neighbours["neighbour"])]
    values = {**values, **comparators.summary(near, measure.decimals)}
    shown = {title: values.get(code, NAN) for title, code in compared_codes(report).items()}
    return (
        {"label": measure.label, "year": year}
        | shown
        | {"rank": place_of(report, measure.measure, end)}
    )


def in_lines(report: "Report", stand: dict[str, dict[str, Any]]) -> str:
    """Say how many means of a year's neighbours are other than in lines, where members last."""
    mean, other = comparators.neighbour_code("mean"), 0
    for name, row in stand.items() if len(report.neighbours) else ():
        rows = report.compare(name)
        rows = rows[rows["area"].eq(mean) & rows["period_end"].dt.year.eq(row["year"])]
        other += bool(len(rows) and rows["value"].iloc[0] != row["Neighbours, mean"])
    return (
        "Means here are of all neighbours with a figure in that one year. Lines over years have "
        f"the same neighbours throughout: {other} of {len(stand)} end in another mean."
    ) * bool(other)


def bars(report: "Report", field: pd.DataFrame, measure: Measure) -> Chart:
    """Return a chart of a measure for the area and its peers."""
    own = field[field["area"] == report.area.code].iloc[0]
    england = value_of(report, measure.measure, own["period_end"], areas.ENGLAND)
    is_open = rounded.is_open(own, measure)  # how far it is from England is then not known
    compared = beside_england(report, own, measure).removesuffix(", and ") * (not is_open)
    shown = with_limits(field, measure)
    also = ", with 95% limits" * bool(shown["lower"].notna().any())
    said = compared or f"{words.figure(own['value'], measure)}"
    when = words.period(own["period_end"], measure)
    return Chart(
        charts.ranked_bars, shown, by="area",
        headline=f"{report.area.name}: {measure.label} {said}",
        subtitle=f"{measure.short}, {measure.unit}, {when}{also}",
        focus=report.area.code, reference={"England": england} if compared else None,
    )  # fmt: skip
