"""The questions on demand: which stage moves, who stands where, what goes on to the next stage."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import common
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics.flows import stock_flow
from thurrock_analysis.record import measures, tidy

WHO = "Who-refers,-when,-and-what-do-assessments-find?"
PRINTED = [
    "contacts", "contacts_within_24_hours_percent", "assessment_rate", "children_in_need",
    "child_protection_plans", "child_protection_plan_starts", "child_protection_plan_end_rate",
    "child_protection_reviews_on_time_percent", "looked_after", "looked_after_rate",
]  # fmt: skip
PLANS = "Why-did-child-protection-plans-rise-and-fall?"
MONTHS = [
    "April", "May", "June", "July", "August", "September", "October", "November", "December",
    "January", "February", "March",
]  # fmt: skip


def stages(report: Report, base_year: int) -> Answer:
    """Say which stage of the funnel moved most since a base year."""
    pairs = common.changes(report, common.grouping("funnel"), base_year)
    pairs = pairs[pairs["value_first"] > 0]
    if pairs.empty:
        raise NotHeldError(f"Every stage of {report.area.name} starts from zero or is suppressed.")
    base_year = int(pairs["year_first"].max())
    pairs = common.changes(report, list(pairs["measure"]), base_year)
    known = list(pairs["measure"])
    order = pairs.sort_values("percent").to_dict("records")
    sentence = f"Since {base_year}, {funnel_words(order)} in {report.area.name}."
    most = max(order, key=lambda row: abs(row["percent"]))
    headline = f"{report.area.name}: {stage_words(most)} moved most since {base_year}"
    rows = report.own(*known)
    rows = rows[rows["period_end"].dt.year >= base_year]
    what = f"Rates per 10,000 children, {base_year} = 100, years ending 31 March"
    chart = charts.index_trend(rows, "measure", base_year, headline=headline, subtitle=what)
    return Answer(
        "Which-stage-of-the-funnel-moves?",
        headline,
        sentence,
        rows,
        common.change_table(pairs),
        f"{report.area.name}: each stage in {base_year} and in its newest year",
        common.doubts(order),
        chart,
    )


def funnel_words(order: list[dict[str, float]]) -> str:
    """Say how many stages fell or rose, and which moved most; smallest change first."""
    falls = [row for row in order if row["percent"] < 0]
    rises = [row for row in order if row["percent"] >= 0]
    if not rises:
        return (
            f"every stage of the funnel fell, {stage_words(order[0])} most and "
            f"{stage_words(order[-1])} least"
        )
    if not falls:
        return (
            f"every stage of the funnel rose, {stage_words(order[-1])} most and "
            f"{stage_words(order[0])} least"
        )
    return (
        f"{len(falls)} of {len(order)} stages of the funnel fell, {stage_words(order[0])} most, "
        f"and {words.listed(stage_words(row) for row in rises)} rose"
    )


def stage_words(row: dict[str, float]) -> str:
    """Name a stage and its change in brackets."""
    measure = measures.get(str(row["measure"]))
    return f"{measure.short.lower()} ({words.signed(pd.Series(row), measure)})"


def inspections(report: Report) -> Answer:
    """Say what changed since each inspection that the record marks."""
    events = [(year_end(date), label) for date, label in report.events()]
    if not events:
        raise NotHeldError(
            f"No inspection of {report.area.name} is marked here: name a base year instead."
        )
    names = report.held(common.grouping("standing"))
    parts, columns = [], {"Measure": [measures.get(name).label for name in names]}
    for year, label in events:
        columns[f"{year} ({label.split(': ')[-1]})"] = values_in(report, names, year)
        if year < max(report.years(name)[-1] for name in names):
            parts.append(since(common.changes(report, names, year), year, label))
    columns["Newest"] = [
        words.figure(
            report.own(name).dropna(subset=["value"])["value"].iloc[-1], measures.get(name)
        )
        for name in names
    ]
    return Answer(
        "Which-stage-of-the-funnel-moves?",
        "",
        " ".join(parts),
        report.own(*names).iloc[:0],
        pd.DataFrame(columns),
        f"{report.area.name} at the year-end nearest to each inspection, and now",
        "An inspection and a change of figures that follows it are two facts; neither shows that "
        "one made the other.",
    )


def since(pairs: pd.DataFrame, year: int, label: str) -> str:
    """Say how many measures fell since a year, and which moved most."""
    pairs = pairs[(pairs["year_first"] == year) & pairs["percent"].notna()]
    if pairs.empty:
        return f"Nothing is held for {year} ({label.lower()})."
    most = pairs.loc[pairs["percent"].abs().idxmax()]
    falls = int((pairs["percent"] < 0).sum())
    return (
        f"Since {year} ({label.lower()}) {falls} of {len(pairs)} measures fell; "
        f"{stage_words(most.to_dict())} moved most."
    )


def values_in(report: Report, names: list[str], year: int) -> list[str]:
    """Write the area's figure of each measure in a year."""
    cells = []
    for name in names:
        rows = report.own(name)
        rows = rows[rows["period_end"].dt.year == year]
        cells.append(common.cell_texts(rows)[0] if len(rows) else common.NO_FIGURE)
    return cells


def year_end(date: pd.Timestamp) -> int:
    """Return the closing year whose 31 March is nearest to a date.

    Examples
    --------
    >>> year_end(pd.Timestamp("2012-06-30")), year_end(pd.Timestamp("2019-11-22"))
    (2012, 2020)
    """
    ends = {int(year): pd.Timestamp(year, 3, 31) for year in (date.year, date.year + 1)}
    return min(ends, key=lambda year: abs((ends[year] - date).days))


def standing(report: Report) -> Answer:
    """Say where the area stands among its neighbours."""
    anchor = "Where-does-the-authority-stand?"
    return common.standing(report, common.grouping("standing"), "referral_rate", anchor)


def conversion(report: Report, base_year: int) -> Answer:
    """Say how many go on from one stage to the next."""
    anchor = "How-many-go-on-from-one-stage-to-the-next?"
    caution = (
        "These are ratios of two counts of the same year, not the same children followed: a "
        "conference may belong to an enquiry of the year before, and a family counts once for "
        "each child."
    )
    return common.progress(report, "conversion", anchor, base_year, caution)


def plans(report: Report) -> Answer:
    """Say whether starts or ends moved the number of children on a plan."""
    stock, starts, ends = (
        "child_protection_plans", "child_protection_plan_starts", "child_protection_plan_ends",
    )  # fmt: skip
    rows = report.own(stock, starts, ends)
    counts = rows[rows["measure"] == stock].dropna(subset=["value"])
    if counts.empty:
        raise NotHeldError(f"No number of plans is printed for {report.area.name}.")
    peak = counts.loc[counts["value"].idxmax()]
    last = counts.loc[counts["period_end"].idxmax()]
    flow = stock_flow(rows, stock, starts, ends)
    measure = measures.get(stock)
    sentence = (
        f"{words.number(last['value'])} children were on a plan in {report.area.name} "
        f"{words.when(last['period_end'], measure)}; the highest number was "
        f"{words.number(peak['value'])} {words.when(peak['period_end'], measure)}."
        + since_peak(flow, peak["period_end"].year)
    )
    headline = (
        f"{report.area.name}: {words.number(last['value'])} children on a plan, "
        f"{words.number(peak['value'])} at the highest ({peak['period_end'].year})"
    )
    marked = inspected(report, rows)
    what = "Plans, years ending 31 March and at 31 March"
    what += "; dotted lines: inspections and their outcome" * bool(marked)
    chart = charts.trend(
        rows, "measure", headline=headline, subtitle=what, focus=stock, events=marked
    )
    return Answer(
        PLANS,
        headline,
        sentence,
        rows,
        flow_table(flow),
        "Opening number, plans started and ended, closing number",
        closes(flow),
        chart,
    )


def inspected(report: Report, rows: pd.DataFrame) -> list[tuple[pd.Timestamp, str]]:
    """Return the area's inspections within the years of a chart, by their outcome."""
    span = rows["period_end"]
    return [
        (date, label.split(": ")[-1])
        for date, label in report.events()
        if span.min() <= date <= span.max()
    ]


def since_peak(flow: pd.DataFrame, year: int) -> str:
    """Say what starts and ends added up to since the peak."""
    after = flow[flow.index > year]
    if after.empty:
        return ""
    one = f"the year to March {after.index.max()}"
    span = one if len(after) == 1 else f"the {len(after)} years to March {after.index.max()}"
    return (
        f" In {span} {words.number(after['starts'].sum())} plans started and "
        f"{words.number(after['ends'].sum())} ended."
    )


def closes(flow: pd.DataFrame) -> str:
    """Say in which years opening, starts and ends do not make the closing number."""
    if flow.empty:
        return "Starts, ends and both stocks are held together in no year."
    open_years = flow[flow["unexplained"] != 0]
    if open_years.empty:
        return "Opening + started − ended gives the closing number in every year held."
    worst = open_years["unexplained"].abs().max()
    return (
        f"Opening + started − ended misses the closing number in {len(open_years)} of {len(flow)} "
        f"years, by {words.number(worst)} at most: stock and flows are revised separately."
    )


def flow_table(flow: pd.DataFrame) -> pd.DataFrame:
    """Write the stock-flow identity as a table of text, newest year first."""
    rows = flow.sort_index(ascending=False)
    columns = {"opening": "Opening", "starts": "Started", "ends": "Ended", "closing": "Closing"}
    table = rows[list(columns)].rename(columns=columns).map(words.number)
    unexplained = [f"{value:+.0f}" if value else "0" for value in rows["unexplained"]]
    return table.assign(Unexplained=unexplained).reset_index(names="Year")


def categories(report: Report) -> Answer:
    """Say how the categories of abuse at the start of plans changed."""
    name, breakdown = "child_protection_plan_starts", "initial category"
    return common.composition(report, name, breakdown, PLANS)


def returns(report: Report, base_year: int) -> Answer:
    """Say how many referrals and plans come back, and how many assessments end there."""
    return common.progress(report, "return", "How-many-come-back?", base_year)


def timeliness(report: Report, base_year: int) -> Answer:
    """Say how many assessments, conferences and reviews are on time."""
    anchor = "How-timely-is-the-work?"
    return common.progress(report, "timeliness", anchor, base_year, zero=False)


def sources(report: Report) -> Answer:
    """Say who refers."""
    return common.composition(report, "referrals", "source", WHO)


def months(report: Report) -> Answer:
    """Say in which months referrals come."""
    held = report.own("referrals", breakdown="month")
    if held["value"].fillna(0).sum() == 0:
        raise NotHeldError(f"No referrals by month are printed for {report.area.name}.")
    rows = monthly(held)
    by_month = rows.groupby("month")["value"].mean().reindex(MONTHS)
    high, low = by_month.idxmax(), by_month.idxmin()
    gap = by_month[high] - by_month[low]
    span = f"{rows['period_end'].min():%B %Y} to {rows['period_end'].max():%B %Y}"
    sentence = (
        f"From {span} {report.area.name} had most referrals in {high} and fewest in {low}: "
        f"{words.number(by_month[high])} against {words.number(by_month[low])} a month on average."
    )
    headline = f"Referrals in {report.area.name}: most in {high}, fewest in {low}"
    what = "Referrals by month"
    chart = charts.trend(
        rows, "measure", headline=headline, subtitle=what, focus="referrals", markers=False
    )
    table = pd.DataFrame({"Month": MONTHS, "Average referrals": by_month.map(words.number)})
    return Answer(
        WHO,
        headline,
        sentence,
        rows[tidy.COLUMNS].iloc[:0],
        table,
        f"Average by month, {span}",
        f"The busiest month has {words.number(gap)} more referrals than the quietest on average; "
        "months differ in school days and working days, which is not taken out.",
        chart,
    )


def monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each figure of a month of a reporting year the month's own dates."""
    position = rows["group"].map({name: place for place, name in enumerate(MONTHS)})
    start = rows["period_start"].dt.to_period("M") + position
    return rows.assign(
        month=rows["group"],
        period_start=start.dt.start_time,
        period_end=start.dt.end_time.dt.normalize(),
    ).sort_values("period_end", ignore_index=True)


def factors(report: Report) -> Answer:
    """Say which factors assessments find most often."""
    rows = report.own("assessment_factors", breakdown="factor").dropna(subset=["value"])
    total = report.own("assessments_with_factors").dropna(subset=["value"])
    if rows.empty:
        raise NotHeldError(f"No factors at assessment are printed for {report.area.name}.")
    end = rows["period_end"].max()
    base = float(total.loc[total["period_end"] == end, "value"].iloc[0])
    top = rows[rows["period_end"] == end].nlargest(10, "value")
    top = top.assign(value=100 * top["value"] / base, numerator=top["value"], denominator=base)
    measure = measures.get("assessment_factors")
    first = top.iloc[0]
    sentence = (
        f"The factor found most often in {report.area.name} {words.when(end, measure)} was "
        f"{first['group']}: in {words.number(first['value'])}% of assessed episodes."
    )
    headline = (
        f"{report.area.name}: {first['group']} in {words.number(first['value'])}% of episodes"
    )
    what = f"Share of episodes with factors recorded, {words.period(end, measure)}"
    chart = charts.ranked_bars(top, "group", headline=headline, subtitle=what, suffix="%")
    table = pd.DataFrame(
        {
            "Factor": top["group"],
            "Episodes": top["numerator"].map(words.number),
            "Share": [words.number(value, 1) + "%" for value in top["value"]],
        }
    )
    return Answer(
        WHO,
        headline,
        sentence,
        rows[rows["period_end"] == end],
        table,
        f"The ten factors found most often, of {words.number(base)} episodes",
        "An episode can have several factors, and recording differs between authorities.",
        chart,
    )


def printed(report: Report) -> Answer:
    """Set what papers and inspection reports printed beside what the publisher did."""
    anchor = "What-do-the-papers-conclude?"
    rows = report.printed[report.printed["area"] == report.area.code]
    rows = rows[rows["measure"].isin(PRINTED)].sort_values(["measure", "period_end"])
    if rows.empty:
        sentence = f"No committee paper or inspection report on {report.area.name} is held."
        return Answer(anchor, "", sentence, rows, pd.DataFrame(), "")
    table = pd.DataFrame([printed_row(report, row) for row in rows.itertuples()])
    count = words.number(len(rows))
    documents = words.listed(sorted(rows["release"].unique()))
    sentence = (
        f"{count} figures printed in {documents} are of dates for which nothing is published; "
        "contacts are published nowhere."
    )
    return Answer(anchor, "", sentence, rows.iloc[:0], table, "Figures printed in papers")


def printed_row(report: Report, row: pd.Series) -> dict[str, str]:
    """Write one printed figure, of all or of a group, beside the publisher's of the same."""
    measure = measures.get(row.measure)
    group = "" if row.group == tidy.ALL else f", {row.group}"
    return {
        "Measure": measure.label + group,
        "Date": f"{row.period_end.day} {row.period_end:%b %Y}",
        "Printed": words.as_printed(row.value, measure),
        "Where": row.source,
        "31 March before": published_near(report, row),
    }


def published_near(report: Report, row: pd.Series) -> str:
    """Return the publisher's figure of the reporting year-end before a date, of the same group."""
    known = report.own(row.measure, breakdown=row.breakdown)
    known = known[known["group"].eq(row.group) & known["period_end"].le(row.period_end)]
    if known.empty:
        return "not published"
    last = known.loc[known["period_end"].idxmax()]
    measure = measures.get(row.measure)
    shown = last["status"] or words.figure(last["value"], measure)
    return f"{shown} ({words.period(last['period_end'], measure)})"
