"""Questions on demand with arithmetic or words of their own: inspections, plans, months."""

from typing import Any

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import NO_FIGURE, YEAR, Format, Table, reasons
from thurrock_analysis.findings.verbs.trend import changes, in_a_word, in_windows, judged
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.metrics.rounding import round_half_away
from thurrock_analysis.record import measures

MONTHS = [
    "April", "May", "June", "July", "August", "September", "October", "November", "December",
    "January", "February", "March",
]  # fmt: skip
PLANS, STARTS = "child_protection_plans", "child_protection_plan_starts"
MOST = 10
"""Factors shown."""
TIED = 3
"""Factors named that are found equally often."""


@question
def inspections(report: Report) -> Finding:
    """Say what changed since each inspection that the record marks.

    Returns
    -------
    Finding
        Its table has a row a measure: its figure at the year-end nearest to each inspection, and
        now.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> inspections(open_report("Thurrock")).sentence[:47]
    'Since 2012 (inspection: good) initial conferenc'
    """
    events = by_year(report.events())
    if not events:
        raise NotHeldError(
            f"No inspection of {report.area.spoken} is held by this date: name a base year instead."
        )
    names = report.held(grouping("standing"))
    newest = max(report.years(name)[-1] for name in names)
    asked = {year: label for year, label in events.items() if year < newest}
    if not asked:
        raise NotHeldError(f"No figures later than an inspection of {report.area.spoken} are held.")
    rows = report.own(*names)
    moved = [row for year in asked for row in judged(report, from_year(report, names, year))]
    return Finding(
        "\n".join(since(moved, year, label) for year, label in asked.items()),
        rows,
        beside_inspections(rows, names, events, moved, report.area.name),
        "The changes since each inspection are corrected for their number. An inspection and a "
        "change of figures that follows it are two facts; neither shows that one made the other.",
        key=False,
    )


def from_year(report: Report, names: list[str], year: int) -> list[dict[str, Any]]:
    """Return the changes of measures since a year in which they are held and above zero."""
    pairs = changes(report, names, year)
    pairs = pairs[pairs["year_first"].eq(year) & pairs["percent"].notna()] if len(pairs) else pairs
    found: list[dict[str, Any]] = pairs.to_dict("records")
    return found


def beside_inspections(
    rows: pd.DataFrame,
    names: list[str],
    events: dict[int, str],
    moved: list[dict[str, Any]],
    area: str,
) -> Table:
    """Return each measure in the years of inspections and now, and whether it moved as usual."""
    rows = rows.assign(year=rows["period_end"].dt.year)
    wide = rows.pivot(index="measure", columns="year", values=["value", "status"]).reindex(names)
    newest = rows.dropna(subset="value").groupby("measure")["value"].last().reindex(names)
    years = list(events)
    columns = [str(year) for year in years]
    values = wide["value"].reindex(columns=years).astype("float64").set_axis(columns, axis=1)
    values = values.assign(newest=newest)
    each = [measures.get(name) for name in names]
    values.insert(0, "label", [measure.label for measure in each])
    heads = {str(year): f"{year} ({label.split(': ')[-1]})" for year, label in events.items()}
    told = {
        (row["year_first"], row["measure"]): in_a_word(row["kind"], row["key"]) for row in moved
    }
    for year in sorted({year for year, _ in told}):
        heads[f"since {year}"] = f"Since {year}, against the usual"
        values[f"since {year}"] = [told.get((year, name)) or NO_FIGURE for name in names]
    return Table(
        values.rename_axis(columns=None).reset_index(drop=True),
        f"{area} at the year-end nearest to each inspection, and now",
        {"label": "Measure", "newest": "Newest"} | heads,
        dict.fromkeys([*columns, "newest"], [Format.of(measure) for measure in each]),
        reasons(wide["status"].reindex(columns=years).set_axis(columns, axis=1)),
    )


def since(moved: list[dict[str, Any]], year: int, label: str) -> str:
    """Say how many measures moved by more than usual since a year, and which moved most."""
    pairs = [row for row in moved if row["year_first"] == year]
    if not pairs:
        return f"Nothing is held for {year} ({label.lower()})."
    return f"Since {year} ({label.lower()}) {in_windows(pairs, 'measures')}."


def by_year(events: list[tuple[pd.Timestamp, str]]) -> dict[int, str]:
    """Return what is marked by the closing year whose 31 March is nearest.

    >>> days = pd.Timestamp("2018-02-01"), pd.Timestamp("2018-06-01")
    >>> by_year([(days[0], "Inspection: inadequate"), (days[1], "Inspection: good")])
    {2018: 'Inspection: inadequate, then good'}
    """
    found: dict[int, str] = {}
    for date, label in events:
        year = year_end(date)
        found[year] = f"{found[year]}, then {label.split(': ')[-1]}" if year in found else label
    return found


def year_end(date: pd.Timestamp) -> int:
    """Return the closing year whose 31 March is nearest to a date.

    >>> year_end(pd.Timestamp("2012-06-30")), year_end(pd.Timestamp("2019-11-22"))
    (2012, 2020)
    """
    ends = {int(year): pd.Timestamp(year, 3, 31) for year in (date.year, date.year + 1)}
    return min(ends, key=lambda year: abs((ends[year] - date).days))


@question
def months(report: Report) -> Finding:
    """Say in which months referrals come.

    Returns
    -------
    Finding
        Its table has the average of each month of the year; its figures have a row a month.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> months(open_report("Thurrock")).table.set_index("month").loc["October", "average"].round()
    np.float64(223.0)
    """
    held = report.own("referrals", breakdown="month")
    if held["value"].fillna(0).sum() == 0:
        raise NotHeldError(f"No referrals by month are printed for {report.area.spoken}.")
    rows = monthly(held)
    counted, basis = whole_years(rows)
    by_month = counted.groupby("group")["value"].mean().reindex(MONTHS)
    shown = round_half_away(by_month, 0)  # months that print alike are in no order
    high, low = (words.listed(shown.index[shown.eq(end)]) for end in (shown.max(), shown.min()))
    ends = counted.loc[counted["value"].notna(), "period_end"]
    span = f"{words.month(ends.min())} to {words.month(ends.max())}"
    hidden = int(rows["value"].isna().sum())
    months = f"{words.counted(hidden, 'month')} without a number"
    without = f"{months} left out. " * bool(hidden)
    if out := sorted(set(year_of(rows)) - set(year_of(counted))):
        spans = words.listed(f"{year}-{(year + 1) % 100:02d}" for year in out)
        without = f"Left out whole: {spans}, with {months}. "
    return Finding(
        f"From {span} {report.area.name} had on average most referrals in {high} and fewest in "
        f"{low}: "
        f"{words.number(by_month.max())} against {words.number(by_month.min())} a month.",
        rows,
        Table(
            by_month.rename_axis("month").reset_index(name="average"),
            f"Average by month, {span}",
            {"month": "Month", "average": "Average referrals"},
        ),
        f"{without}{basis} Months differ in school days and working days, which is not "
        "taken out.",
        Chart(
            charts.trend, rows, by="measure", focus="referrals", markers=False,
            headline=f"Referrals in {report.area.spoken}: most in {high}, fewest in {low}",
            subtitle="Referrals by month",
        ),
        key=False,
    )  # fmt: skip


def whole_years(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the months of years in which all have a number, and what averages of them hold.

    Averages over the same years have no change from year to year in them.
    """
    whole = rows["value"].notna().groupby(year_of(rows)).transform("sum").eq(len(MONTHS))
    if whole.any():
        return rows[whole], (
            "Each month is averaged over the same years, those with a number in all months; a "
            "rise or fall within the year is not taken out."
        )
    return rows, (
        "No year has a number in all months: each month is averaged over other years, and a rise "
        "or fall over the years is not taken out."
    )


def year_of(rows: pd.DataFrame) -> pd.Series:
    """Return the year in whose April the reporting year of each month begins."""
    return rows["period_end"].sub(pd.DateOffset(months=3)).dt.year


def monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each figure of a month of a reporting year the month's own dates."""
    position = rows["group"].map({name: place for place, name in enumerate(MONTHS)})
    start = rows["period_start"].dt.to_period("M") + position
    return rows.assign(
        period_start=start.dt.start_time, period_end=start.dt.end_time.dt.normalize()
    ).sort_values("period_end", ignore_index=True)


@question
def factors(report: Report) -> Finding:
    """Say which factors assessments find most often.

    Returns
    -------
    Finding
        Its table has the ten factors found most often, in episodes and as a share of them.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> factors(open_report("Thurrock")).table.loc[0, "group"]
    'mental health (parent)'
    """
    rows = report.own("assessment_factors", breakdown="factor").dropna(subset=["value"])
    total = report.own("assessments_with_factors").dropna(subset=["value"])
    rows = rows[rows["period_end"].isin(total["period_end"])]
    if rows.empty:
        raise NotHeldError(f"No factors at assessment are printed for {report.area.spoken}.")
    end = rows["period_end"].max()
    rows = rows[rows["period_end"].eq(end) & rows["value"].gt(0)]
    measure = measures.get("assessment_factors")
    if rows.empty:
        raise NotHeldError(
            f"Each factor is 0 or hidden for {report.area.spoken} {words.when(end, measure)}."
        )
    base = float(total.loc[total["period_end"] == end, "value"].iloc[0])
    top = rows.nlargest(MOST, "value")
    top = top.assign(value=100 * top["value"] / base, numerator=top["value"], denominator=base)
    first = top.iloc[0]
    share = words.number(first["value"])
    alike = list(rows.loc[rows["value"].eq(first["numerator"]), "group"])
    more = [f"{len(alike) - TIED} more"] * (len(alike) > TIED)
    most = words.listed([*alike[:TIED], *more])
    opening = "The factor" if len(alike) == 1 else "The factors"
    leads = "was" if len(alike) == 1 else "were"
    return Finding(
        f"{opening} found most often in {report.area.spoken} {words.when(end, measure)} {leads} "
        f"{most}: {'each ' * (len(alike) > 1)}in {words.number(first['numerator'])} of "
        f"{words.number(base)} episodes with a factor recorded ({share}%).",
        rows,
        Table(
            top[["group", "numerator", "value"]].reset_index(drop=True),
            f"The ten factors found most often, of {words.number(base)} episodes with any",
            {"group": "Factor", "numerator": "Episodes", "value": "Share"},
            {"numerator": Format(), "value": Format(1, "%")},
        ),
        "An episode can have several factors, and recording differs between authorities."
        + all_assessments(report, total),
        Chart(
            charts.ranked_bars, top, by="group", suffix="%", decimals=0,
            headline=f"{report.area.name}: {most} in {share}% of episodes with a factor",
            subtitle=f"Share of episodes with factors recorded, {words.period(end, measure)}",
        ),
    )  # fmt: skip


def all_assessments(report: Report, recorded: pd.DataFrame) -> str:
    """Say how many of all assessments had a factor, in the newest year of which both are held.

    With the factor found most often then: that of a later year can have been a small one before.
    """
    made = report.own("assessments").dropna(subset=["value"])
    both = recorded.merge(made, on="period_end").sort_values("period_end").tail(1)
    found = report.own("assessment_factors", breakdown="factor").dropna(subset=["value"])
    said = ""
    for row in both.itertuples():
        then = found[found["period_end"].eq(row.period_end)].set_index("group")["value"]
        most = then[then.eq(then.max()) & then.gt(0)]
        each = [
            f"{name} {words.number(count)} ({words.number(100 * count / row.value_y)}%)"
            for name, count in most.items()
            if row.value_y
        ]
        said += (
            f" Of {words.number(row.value_y)} assessments "
            f"{words.when(row.period_end, measures.get('assessments'))}, "
            f"{words.number(row.value_x)} had a factor recorded"
            + f"; most often: {words.listed(each[:TIED])}" * bool(each)
            + "."
        )
    return said


@question
def plans_last(report: Report) -> Finding:
    """Say how many plans stand for each one that starts in a year: roughly, how long they last.

    Returns
    -------
    Finding
        Its table has a row a year: plans on 31 March, plans started, and the first over the second.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> plans_last(open_report("Thurrock")).table.loc[0, ["plans", "starts"]].tolist()
    [121.0, 108.0]
    """
    rows = report.own(PLANS, STARTS)
    held = rows.pivot(index="period_end", columns="measure", values="value")
    held = held.reindex(columns=[PLANS, STARTS]).set_axis(["plans", "starts"], axis=1)
    wide = held[held["starts"].gt(0)].dropna().sort_index(ascending=False)
    if wide.empty:
        raise NotHeldError(
            f"No year of {report.area.spoken} has both a number of plans on 31 March and one above "
            "0 of plans started." + report.jointly([PLANS])
        )
    table = wide.assign(each=wide["plans"] / wide["starts"])
    table.insert(0, "year", table.index.year)
    last, about = table.iloc[0], measures.get(PLANS)
    least, most = table.loc[table["each"].idxmin()], table.loc[table["each"].idxmax()]
    ends = words.listed(
        f"{words.number(row['each'], 2)} at the {side} ({row['year']:.0f})"
        for side, row in (("lowest", least), ("highest", most))
    )
    return Finding(
        f"{report.area.name} had {words.figure(last['plans'], about)} {about.phrase} "
        f"{words.when(table.index[0], about)} and {words.number(last['starts'])} plans started in "
        f"the year: {words.number(last['each'], 2)} for each started"
        f"{f', {ends}' * (len(table) > 1)}.{without(held[held.index > table.index[0]])}",
        rows,
        Table(
            table.reset_index(drop=True),
            "Plans on 31 March over plans started in the year",
            {"year": "31 March", "plans": "Plans", "starts": "Started", "each": "For each started"},
            {"year": YEAR, "each": Format(2)},
        ),
        "Where as many start as end, plans open for each one started are the years that a plan "
        "lasts. While starts fall this overstates them, while they rise it understates them.",
        key=False,
    )


def without(later: pd.DataFrame) -> str:
    """Say why there is no quotient for later years: a number is hidden, or no plan started."""
    none = set(later.index[later["starts"].eq(0)].year)
    hidden = set(later.index.year) - none
    return f" For {words.year_spans(hidden)} one or both are hidden or not held." * bool(
        hidden
    ) + f" No plan started in the year to March {words.listed(map(str, sorted(none)))}." * bool(
        none
    )
