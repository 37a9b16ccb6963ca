"""Answers that every subject asks for: change, standing, shares, coverage, revisions."""

from typing import Any

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.charts import Drawing, Moments
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics import change, comparators
from thurrock_analysis.record import areas, dictionary, measures, store, tidy
from thurrock_analysis.record.measures import Measure

NO_FIGURE = "–"
NAN = float("nan")
DOUBT = "How-sure-are-we?"


def grouping(name: str) -> list[str]:
    """Return the measures of a grouping, in its order."""
    rows = dictionary.read("groupings")
    return list(rows.loc[rows["grouping"] == name, "measure"])


def changes(report: Report, names: list[str], base_year: int) -> pd.DataFrame:
    """Set each measure's newest year beside the base year, or the first year held after it.

    Returns
    -------
    DataFrame
        Rows of `change.between` for the report's area, one a measure with two such years, and
        ``year_first`` and ``year_last``.

    Raises
    ------
    NotHeldError
        No measure has two years from the base year on.
    """
    parts = []
    for name in report.held(names):
        years = [year for year in report.years(name) if year >= base_year]
        if len(years) > 1:
            pair = change.between(report.own(name), measures.get(name), years[0], years[-1])
            ends = report.own(name).dropna(subset=["value"])["period_end"]
            pair = pair.assign(year_first=years[0], year_last=years[-1], period_end=ends.max())
            parts.append(pair)
    if not parts:
        raise NotHeldError(
            f"The record holds no two years of {report.area.name} from {base_year} on."
        )
    return pd.concat(parts, ignore_index=True)


def change_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Write changes as a table of text."""
    rows = []
    for row in pairs.to_dict("records"):
        measure = measures.get(row["measure"])
        rows.append(
            {
                "Measure": measure.label,
                "First": words.figure(row["value_first"], measure),
                "Year": str(row["year_first"]),
                "Newest": words.figure(row["value_last"], measure),
                "Its year": str(row["year_last"]),
                "Change": words.signed(row, measure),
                "More than chance": change.verdict(pd.Series(row)),
            }
        )
    return pd.DataFrame(rows)


def standing(report: Report, names: list[str], headline_measure: str, anchor: str) -> Answer:
    """Say where the area stands among its peers, beside its region and England."""
    if not report.peers:
        raise NotHeldError(f"{report.area.name} has no like to be compared with.")
    names = report.held(names)
    measure = measures.get(headline_measure if headline_measure in names else names[0])
    field, missing = members(report, measure.measure, report.years(measure.measure)[-1])
    ranked = comparators.rank(field, field["area"].to_list())
    own = ranked[ranked["area"] == report.area.code].iloc[0]
    england = field_value(report, measure.measure, own["period_end"], areas.ENGLAND)
    compared = words.against(own["value"], england, "England", measure)
    place = words.place(own["rank"], own["of"])
    among = "itself and its neighbours" if len(report.neighbours) else "its like in its region"
    what = f"{measure.short}, {measure.unit}, {words.period(own['period_end'], measure)}"
    chart = bars(report, change.intervals(field, measure), measure, what, compared, england)
    absent = words.listed(areas.get(code).name for code in missing)
    return Answer(
        anchor,
        f"{report.area.name}: {measure.label} {compared}",
        f"{report.area.name}: {words.figure(own['value'], measure)} {measure.phrase} "
        f"{words.when(own['period_end'], measure)}, {compared}, and {place} among {among}"
        f"{words.better(measure)}.",
        report.own(*names),
        pd.DataFrame([standing_row(report, name) for name in names]),
        f"{report.area.name} and its comparators, newest year of each measure; {report.model}",
        "Limits show what chance alone does if events are independent; brothers and sisters are "
        "not, so the true doubt is larger." + f" Without a figure: {absent}." * bool(missing),
        chart,
    )


def bars(
    report: Report,
    field: pd.DataFrame,
    measure: Measure,
    what: str,
    compared: str,
    england: float,
) -> Drawing:
    """Draw a measure for the area and its peers."""
    return charts.ranked_bars(
        field, "area", headline=f"{report.area.name}: {measure.label} {compared}",
        subtitle=what + ", with 95% limits", focus=report.area.code,
        reference={"England": england},
    )  # fmt: skip


def members(report: Report, name: str, year: int) -> tuple[pd.DataFrame, list[str]]:
    """Return a measure in a year for the area and its peers, and the peers without a figure."""
    rows = report.figures(name)
    rows = rows[rows["period_end"].dt.year == year]
    field = rows[rows["area"].isin([report.area.code, *report.peers])]
    known = set(field.loc[field["value"].notna(), "area"])
    return field, [code for code in report.peers if code not in known]


def field_value(report: Report, name: str, end: pd.Timestamp, code: str) -> float:
    """Return one area's value of a measure in a period, NaN if there is none."""
    rows = report.figures(name)
    rows = rows[rows["area"].eq(code) & rows["period_end"].eq(end)]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def standing_row(report: Report, name: str) -> dict[str, str]:
    """Write one measure of the standing table."""
    measure, year = measures.get(name), report.years(name)[-1]
    rows = report.comparison(name)
    rows = rows[rows["period_end"].dt.year == year].set_index("area")["value"]
    field, _ = members(report, name, year)
    ranked = comparators.rank(field, field["area"].to_list()).set_index("area")
    own = ranked.loc[report.area.code]
    codes = {report.area.name: report.area.code}
    if len(report.neighbours):
        codes["Neighbours, mean"] = comparators.neighbour_code("mean")
        codes["Neighbours, median"] = comparators.neighbour_code("median")
    if report.area.region:
        codes[areas.get(report.area.region).name] = report.area.region
    codes["England"] = areas.ENGLAND
    shown = {title: words.figure(rows.get(code, NAN), measure) for title, code in codes.items()}
    row = {"Measure": measure.label, "Year": str(year)}
    return row | shown | {"Rank, 1 = highest": f"{own['rank']} of {own['of']}"}


def progress(
    report: Report,
    group: str,
    anchor: str,
    base_year: int,
    caution: str = "",
    *,
    zero: bool = True,
    events: Moments = (),
) -> Answer:
    """Say where each measure of a grouping stands and how it moved, a panel for each."""
    pairs = changes(report, grouping(group), base_year).to_dict("records")
    names = [row["measure"] for row in pairs]
    parts = [clause(pd.Series(row), report.own(row["measure"])) for row in pairs]
    doubt = doubts(pairs)
    title = headline(report, pairs)
    chart = panels(report, names, title, zero, events)
    return Answer(
        anchor,
        title,
        f"In {report.area.name} {words.listed(parts)}.",
        report.own(*names),
        year_table(report, names),
        f"{report.area.name}, {ending(report, names)}",
        " ".join(part for part in [doubt, caution, report.notes(*names)] if part),
        chart,
    )


def doubts(pairs: list[dict[str, Any]]) -> str:
    """Say which of several changes chance alone, or a handful of cases, could have made."""
    found: dict[str, list[str]] = {"no": [], "too few": [], "unknown": []}
    for row in pairs:
        found.setdefault(change.verdict(pd.Series(row)), []).append(
            measures.get(row["measure"]).label
        )
    said = {
        "no": "Chance alone could have made the change in {}.",
        "too few": "A handful of cases makes the change in {}: no verdict.",
        "unknown": "Whether chance could have made the change in {} cannot be told: "
        "it is a ratio of two flows, or its parts are not held.",
    }
    parts = [text.format(words.listed(found[kind])) for kind, text in said.items() if found[kind]]
    return " ".join(parts) or "Each change is larger than chance alone would make."


def clause(row: pd.Series, series: pd.DataFrame) -> str:
    """Say one measure's newest value, its change since its first year, and a turn between."""
    measure = measures.get(row["measure"])
    ended = words.period(row["period_end"], measure)
    moved = f"{words.moved(row, measure)} in {row['year_first']}{turn(row, series, measure)}"
    return f"{words.figure(row['value_last'], measure)} {measure.phrase} ({ended}; {moved})"


def turn(row: pd.Series, series: pd.DataFrame, measure: Measure) -> str:
    """Name a year between, from which a measure has moved more than between first and newest."""
    year = series["period_end"].dt.year
    between = series[year.gt(row["year_first"]) & year.lt(row["year_last"])].dropna(subset="value")
    ends = row["value_first"], row["value_last"]
    high, low = between["value"].max(), between["value"].min()
    for side, at, beyond in (("highest", high, high > max(ends)), ("lowest", low, low < min(ends))):
        if beyond and abs(at - row["value_last"]) > abs(row["change"]):
            when = between.loc[between["value"].eq(at), "period_end"].max()
            return f", {side} {words.figure(at, measure)} in {when.year}"
    return ""


def headline(report: Report, pairs: list[dict[str, Any]]) -> str:
    """Say which measure of several moved most: what a chart of them has for a title."""
    most = max(pairs, key=lambda row: abs(row["percent"]))
    measure = measures.get(most["measure"])
    moved = words.moved(pd.Series(most), measure)
    return (
        f"Moved most in {report.area.name}: {measure.short[:1].lower()}{measure.short[1:]}, "
        f"{moved} in {most['year_first']}"
    )


def panels(
    report: Report, names: list[str], title: str, zero: bool, events: Moments = ()
) -> Drawing:
    """Draw each measure beside its comparators in a panel of its own."""
    rows = report.lines(*names)
    units = {measures.get(name).unit for name in names}
    what = f"{words.listed(sorted(units)).capitalize()}, {ending(report, names)}"
    return charts.small_multiples(
        rows, "measure", "area", headline=title, subtitle=what, focus=report.area.code, zero=zero,
        shared=False, events=events,
    )  # fmt: skip


def ending(report: Report, names: list[str]) -> str:
    """Say on which day the years of some measures close: "years ending 31 March"."""
    ends = report.own(*names)["period_end"]
    newest = ends.groupby([ends.dt.month, ends.dt.day]).max().sort_values(ascending=False)
    return "years ending " + words.listed(f"{end.day} {end:%B}" for end in newest)


def composition(report: Report, name: str, breakdown: str, anchor: str) -> Answer:
    """Say what a count is made of: each group's share of the whole, which is never suppressed.

    The four groups that are largest in the newest year get a line each.
    """
    measure = measures.get(name)
    rows = report.own(name, breakdown=breakdown)
    shares = share_of_whole(rows, store.load([name]))
    known = shares[shares["value"] > 0]
    if known.empty:
        raise NotHeldError(
            f"No {breakdown} of {measure.label} is printed for {report.area.name}: the counts are "
            "suppressed or not held."
        )
    newest, oldest = known["period_end"].max(), known["period_end"].min()
    now = known[known["period_end"] == newest].set_index("group")["value"].sort_values()
    top = list(now.index[::-1][:4])
    then = known[known["period_end"] == oldest].set_index("group")["value"]
    parts = [f"{group} {words.number(now[group])}%" for group in top[:3]]
    before = f"; {top[0]} was {words.number(then.get(top[0], NAN))}% {words.when(oldest, measure)}"
    sentence = (
        f"{measure.short} in {report.area.name} {words.when(newest, measure)} by {breakdown}: "
        f"{words.listed(parts)}{before * (top[0] in then)}."
    )
    title = f"{measure.short} by {breakdown} in {report.area.name}: {words.listed(parts[:2])}"
    what = f"Share of {measure.label} by {breakdown}, per cent, {ending(report, [name])}"
    drawn = shares[shares["group"].isin(top)]
    inside = drawn.dropna(subset=["value"])["period_end"]
    breaks = [
        (end, label)
        for end, label in report.breaks(name, breakdown=breakdown)
        if inside.min() < end <= inside.max()
    ]
    chart = charts.trend(
        drawn, "group", headline=title, subtitle=what, source=report.source(rows), suffix="%",
        breaks=breaks,
    )  # fmt: skip
    hidden = sorted(shares.loc[shares["status"] == "suppressed", "group"].unique())
    gaps = f"Suppressed in some years, so not drawn there: {words.listed(hidden)}." * bool(hidden)
    return Answer(
        anchor,
        title,
        sentence,
        rows,
        group_table(rows),
        f"{measure.short} by {breakdown}",
        f"{gaps} {report.notes(name, breakdown=breakdown)}".strip(),
        chart,
    )


def share_of_whole(rows: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return each group as a percentage of the whole as it stood in the group's release."""
    base = store.same_vintage(rows, history)
    return rows.assign(value=100 * rows["value"] / base, numerator=rows["value"], denominator=base)


def group_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Write counts by group and year as a table of text, newest year first."""
    cells = rows.assign(year=rows["period_end"].dt.year, cell=cell_texts(rows))
    wide = (
        cells.pivot(index="year", columns="group", values="cell").astype("object").fillna(NO_FIGURE)
    )
    wide = wide.sort_index(ascending=False).rename_axis(columns=None)
    return wide.rename(columns=str.capitalize).reset_index(names="Year")


def year_table(report: Report, names: list[str]) -> pd.DataFrame:
    """Write some measures of the area by year, newest first, with the reason where hidden."""
    rows = report.own(*names)
    cells = rows.assign(year=rows["period_end"].dt.year, cell=cell_texts(rows))
    wide = cells.pivot(index="year", columns="measure", values="cell").reindex(columns=names)
    wide = wide.astype("object").dropna(how="all").fillna("not held").sort_index(ascending=False)
    wide = wide.rename(columns={name: measures.get(name).label for name in names})
    return wide.rename_axis(columns=None).reset_index().rename(columns={"year": "Year"})


def cell_texts(rows: pd.DataFrame) -> list[str]:
    """Write each figure, or the reason why there is none."""
    return [
        row.status or words.figure(row.value, measures.get(row.measure))
        for row in rows.itertuples()
    ]


def coverage(report: Report, names: list[str]) -> Answer:
    """Say which years the record holds of each measure for the area, and which it does not."""
    rows = []
    spans = report.own(*names).assign(year=lambda f: f["period_end"].dt.year)
    if spans.empty:
        raise NotHeldError(f"The record holds none of these measures for {report.area.name}.")
    newest = int(spans["year"].max())
    oldest = int(spans["year"].min())
    for name in names:
        mine = spans[spans["measure"] == name]
        held = set(mine.loc[mine["value"].notna(), "year"])
        hidden = set(mine.loc[mine["value"].isna(), "year"])
        absent = set(range(oldest, newest + 1)) - held - hidden
        rows.append(
            {
                "Measure": measures.get(name).label,
                "Held": words.year_spans(held),
                "Printed without a number": words.year_spans(hidden),
                "Not held": words.year_spans(absent),
            }
        )
    whole = sum(row["Not held"] == NO_FIGURE for row in rows)
    sentence = (
        f"Of {len(names)} measures the record holds {whole} for {report.area.name} in every year "
        f"from {oldest} to {newest}; the others have gaps, named below."
    )
    return Answer(
        DOUBT, "", sentence, spans.iloc[:0], pd.DataFrame(rows), "What is held, by closing year"
    )


def revisions(report: Report, history: pd.DataFrame, names: list[str]) -> Answer:
    """Say how far the area's figures moved after they were first published."""
    rows = history[
        history["area"].eq(report.area.code)
        & history["measure"].isin(names)
        & history["breakdown"].eq(tidy.ALL)
        & history["origin"].eq("published")
        & history["value"].notna()
        & history["published"].le(report.as_at)
    ].sort_values("published")
    grouped = rows.groupby(["measure", "period_end"], observed=True)
    ends = pd.DataFrame({"first": grouped["value"].first(), "last": grouped["value"].last()})
    ends["size"] = (ends["last"] / ends["first"] - 1).abs() * 100
    moved = ends[ends["size"] > 0].sort_values("size", ascending=False).reset_index()
    table = pd.DataFrame(
        {
            "Measure": [measures.get(name).label for name in moved["measure"]],
            "Year": moved["period_end"].dt.year.astype("str"),
            "First published": figures_of(moved, "first"),
            "Now": figures_of(moved, "last"),
            "Change": [f"{words.number(size, 1)}%" for size in moved["size"]],
        }
    ).head(8)
    sentence = f"No figure shown for {report.area.name} was revised after it was first published."
    if len(moved):
        sentence = (
            f"{len(moved)} of {len(ends)} figures of {report.area.name} that the record holds were "
            f"revised after their first publication; the median revision is "
            f"{words.number(moved['size'].median(), 1)}% and the largest "
            f"{words.number(moved['size'].max(), 1)}%."
        )
    return Answer(DOUBT, "", sentence, rows.iloc[:0], table, "The largest revisions")


def figures_of(rows: pd.DataFrame, column: str) -> list[str]:
    """Write one column of values, each with the decimals of its measure."""
    return [
        words.figure(value, measures.get(name))
        for name, value in zip(rows["measure"], rows[column], strict=True)
    ]
