"""Where the area stands: ranked among its peers, beside its region and England."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.view import View, named
from thurrock_analysis.metrics import change, comparators
from thurrock_analysis.record import areas, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

NAN = float("nan")


@question
def rank(report: "Report", measure: str, beside: str = "") -> Finding:
    """Say where the area stands among its peers in the newest year of a measure.

    Peers are its statistical neighbours; an area without any is ranked among its like in its
    region.

    Parameters
    ----------
    measure : str
        What to rank by.
    beside : str, optional
        A group of measures, such as ``"standing"``, to set beside it: each with its rank, the
        neighbours, the region and England. If nothing is held of the measure, the first of the
        group is ranked instead.

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
    if not report.peers:
        raise NotHeldError(f"{report.area.name} has no like to be compared with.")
    names = report.held(named(beside) if beside else named(measure), least=1)
    chosen = measures.get(measure if measure in names else names[0])
    field, missing = members(report, chosen.measure, report.years(chosen.measure)[-1])
    ranked = comparators.rank(field, field["area"].to_list())
    own = ranked[ranked["area"] == report.area.code].iloc[0]
    england = value_of(report, chosen.measure, own["period_end"], areas.ENGLAND)
    compared = words.against(own["value"], england, "England", chosen)
    among = "itself and its neighbours" if len(report.neighbours) else "its like in its region"
    ranking = rank_table(ranked, chosen, f"{chosen.short}, {among}")
    absent = words.listed(areas.get(code).name for code in missing)
    return Finding(
        f"{report.area.name}: {words.figure(own['value'], chosen)} {chosen.phrase} "
        f"{words.when(own['period_end'], chosen)}, {compared}, and "
        f"{words.place(own['rank'], own['of'])} among {among}{words.better(chosen)}.",
        pd.concat([report.own(*names), field[field["area"] != report.area.code]]),
        standing_table(report, names) if beside else ranking,
        "Limits show what chance alone does if events are independent; brothers and sisters are "
        "not, so the true doubt is larger." + f" Without a figure: {absent}." * bool(missing),
        bars(report, field, chosen, compared, england),
        ranking if beside else Table(),
    )


def members(view: View, name: str, year: int) -> tuple[pd.DataFrame, list[str]]:
    """Return a measure in a year for the area and its peers, and the peers without a figure."""
    rows = view.figures(name)
    rows = rows[rows["period_end"].dt.year == year]
    field = rows[rows["area"].isin([view.area.code, *view.peers])]
    known = set(field.loc[field["value"].notna(), "area"])
    return field, [code for code in view.peers if code not in known]


def value_of(view: View, name: str, end: pd.Timestamp, code: str) -> float:
    """Return one area's value of a measure in a period, NaN if there is none."""
    rows = view.figures(name)
    rows = rows[rows["area"].eq(code) & rows["period_end"].eq(end)]
    return float(rows["value"].iloc[0]) if len(rows) else NAN


def place_of(view: View, name: str, end: pd.Timestamp) -> str:
    """Write the area's rank among its peers in a period, ``""`` where it has none."""
    field, _ = members(view, name, end.year)
    ranked = comparators.rank(field, field["area"].to_list())
    own = ranked[ranked["area"] == view.area.code]
    return f"{own['rank'].iloc[0]} of {own['of'].iloc[0]}" if len(own) else ""


def rank_table(ranked: pd.DataFrame, measure: Measure, caption: str) -> Table:
    """Return areas by rank with their value and limits."""
    limits = change.intervals(ranked, measure).sort_values(["rank", "area"])
    frame = limits.assign(area=[areas.get(code).name for code in limits["area"]])
    columns = ["rank", "area", "value", "lower", "upper"]
    return Table(
        frame[columns].reset_index(drop=True),
        f"{caption}, {words.period(ranked['period_end'].iloc[0], measure)}, highest first",
        {"rank": "Rank", "area": "Area", "value": measure.unit.capitalize(),
         "lower": "95% limits from", "upper": "to"},
        {name: Format.of(measure) for name in columns[2:]},
    )  # fmt: skip


def standing_table(report: "Report", names: list[str]) -> Table:
    """Return each measure's newest figure beside the comparators', with the area's rank."""
    each = [measures.get(name) for name in names]
    frame = pd.DataFrame([standing_row(report, measure) for measure in each])
    codes = compared_codes(report)
    return Table(
        frame,
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
    rows = report.compare(measure.measure)
    rows = rows[rows["period_end"].dt.year == year]
    values = rows.set_index("area")["value"]
    shown = {title: values.get(code, NAN) for title, code in compared_codes(report).items()}
    end = rows["period_end"].iloc[0]
    return (
        {"label": measure.label, "year": year}
        | shown
        | {"rank": place_of(report, measure.measure, end)}
    )


def bars(
    report: "Report", field: pd.DataFrame, measure: Measure, compared: str, england: float
) -> Chart:
    """Return a chart of a measure for the area and its peers."""
    end = field["period_end"].iloc[0]
    return Chart(
        charts.ranked_bars, change.intervals(field, measure), by="area",
        headline=f"{report.area.name}: {measure.label} {compared}",
        subtitle=f"{measure.short}, {measure.unit}, {words.period(end, measure)}, with 95% limits",
        focus=report.area.code, reference={"England": england},
    )  # fmt: skip
