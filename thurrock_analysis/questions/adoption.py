"""Questions on adoption with arithmetic of their own: routes, waits, what the averages hide."""

import math

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import NO_FIGURE, YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import year_table
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.metrics import averages
from thurrock_analysis.papers import facts
from thurrock_analysis.record import areas, dictionary, measures

ADOPTED, GUARDIANSHIP = "looked_after_adopted", "looked_after_special_guardianship"
A1, A2, A10 = (
    "days_from_care_to_adoptive_family",
    "days_from_order_to_match",
    "days_from_care_to_adopting_carer",
)
FEW = 20
SAMPLE_DONE = [310.0, 360.0, 420.0, 450.0, 510.0]
SAMPLE_WAITING = [700.0, 820.0, 1040.0]
NAN = float("nan")


@question
def routes(report: Report) -> Finding:
    """Set adoption beside special guardianship, in children.

    Returns
    -------
    Finding
        Its table has a row a year: children adopted, and leaving to special guardianship.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> routes(open_report("Thurrock")).sentence[:35]
    'In Thurrock 9 children were adopted'
    """
    rows = report.own(ADOPTED, GUARDIANSHIP)
    held = rows.dropna(subset=["value"])
    if held.empty:
        raise NotHeldError(f"No adoptions or guardianships of {report.area.spoken} are printed.")
    end = held["period_end"].max()
    now = held[held["period_end"] == end].set_index("measure")["value"]
    ways = {ADOPTED: "were adopted", GUARDIANSHIP: "left to special guardianship"}
    parts = [f"{words.number(now[name])} children {ways[name]}" for name in now.index]
    last = held.groupby("measure")["value"].agg(lambda values: values.tail(5).sum())
    gap = last.get(ADOPTED, 0) - last.get(GUARDIANSHIP, 0)
    more = "adoption was" if gap > 0 else "guardianship was" if gap < 0 else "neither was"
    small = f"Small numbers: fewer than {FEW} children a year. A handful decides every change."
    return Finding(
        f"In {report.area.spoken} {words.listed(parts)} {words.when(end, measures.get(ADOPTED))}. "
        f"Over the last five years held {words.number(last.get(ADOPTED, 0))} were adopted and "
        f"{words.number(last.get(GUARDIANSHIP, 0))} left to special guardianship: "
        f"{more} the more frequent way.",
        rows,
        year_table(
            report,
            [ADOPTED, GUARDIANSHIP],
            "Children adopted and children leaving to special guardianship",
        ),
        small * bool(now.max() < FEW),
        Chart(
            charts.trend, rows, by="measure",
            headline=f"{report.area.name}: {more} the more frequent way out of care in five years",
            subtitle="Children in the year, years ending 31 March",
        ),
    )  # fmt: skip


@question
def printed_times(report: Report) -> Finding:
    """Set every printed A1, A2 and A10 beside England and the threshold of its period.

    Returns
    -------
    Finding
        Its table has a row a printed time, in days.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> len(printed_times(open_report("Thurrock")).table)
    9
    """
    rows = facts.printed(as_at=report.as_at)
    rows = rows[rows["measure"].isin([A1, A2, A10])]
    mine = rows[rows["area"] == report.area.code].sort_values(["measure", "period_end"])
    if mine.empty:
        raise NotHeldError(
            f"No A1, A2 or A10 of {report.area.spoken} is held: the scorecards that had them for "
            "every authority ended with the years 2015 to 2018. Counts and shares can say how "
            "many children were adopted; they cannot say how long any child waited."
        )
    table = pd.DataFrame([time_row(row, rows) for row in mine.to_dict("records")])
    heads = {name: name.capitalize() for name in table.columns} | {"source": "From"}
    shown = Table(
        table,
        "Days as printed; a three-year average and a year are different quantities",
        heads,
        dict.fromkeys(["days", "england"], Format()),
    )
    sentence = f"{len(mine)} printed times of {report.area.spoken} are held."
    for row in shown.texts()[table["period"].str.startswith("three-year")].iloc[-1:].itertuples():
        sentence += (
            f" The newest three-year one is {row.Measure}, {row.Period}: {row.Days} days, "
            f"England {row.England}, threshold {row.Threshold}."
        )
    return Finding(
        sentence,
        mine,
        shown,
        "Each time rests on the children adopted in the period alone. With so few children one "
        "case moves an average by weeks.",
        key=False,
    )


def time_row(row: dict[str, object], rows: pd.DataFrame) -> dict[str, object]:
    """Return one printed time, England's of the same period and the threshold."""
    name, end, basis = str(row["measure"]), pd.Timestamp(str(row["period_end"])), str(row["basis"])
    same = rows[
        rows["measure"].eq(name)
        & rows["period_end"].eq(end)
        & rows["basis"].eq(basis)
        & rows["area"].eq(areas.ENGLAND)
    ]["value"]
    return {
        "measure": measures.get(name).short,
        "period": f"{basis}, to {end:%B %Y}",
        "days": row["value"],
        "england": same.iloc[0] if len(same) else NAN,
        "threshold": threshold(name, end, basis),
        "source": row["source"],
    }


def threshold(measure: str, end: pd.Timestamp, basis: str) -> str:
    """Return the threshold of a three-year period, which no single year has."""
    if basis != "three-year":
        return "none for one year"
    rows = dictionary.read("thresholds")
    rows = rows[rows["measure"].eq(measure) & rows["period_end"].eq(f"{end:%Y-%m-%d}")]
    return rows["value"].iloc[0] if len(rows) else NO_FIGURE


@question
def hidden_year(report: Report) -> Finding:
    """Show on the area's own figures what two overlapping three-year averages hide.

    Returns
    -------
    Finding
        Its table has a row an average: children, days on average, and days in all.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> hidden_year(open_report("Thurrock")).table["all_days"].tolist()
    [21300.0, 21875.0]
    """
    rows = facts.printed(report.area, report.as_at)
    mine = rows[rows["measure"].eq(A1) & rows["basis"].eq("three-year")].sort_values("period_end")
    if len(mine) < 2:
        raise NotHeldError(f"Two three-year averages of {report.area.spoken} are not held.")
    counts = report.own(ADOPTED).dropna(subset=["value"])
    by_year = dict(zip(counts["period_end"].dt.year, counts["value"], strict=True))
    before, now = mine["value"].iloc[-2:]
    years = [int(end.year) for end in mine["period_end"].iloc[-2:]]
    spans = [[by_year.get(year - back, NAN) for back in (2, 1, 0)] for year in years]
    if years[1] - years[0] != 1 or any(map(math.isnan, spans[0] + spans[1])):
        raise NotHeldError(f"The counts behind the averages of {report.area.spoken} are not held.")
    days, mean = averages.newest_year(before, spans[0], now, spans[1])
    children = [sum(span) for span in spans]
    return Finding(
        f"The average moved from {words.number(before)} to {words.number(now)} days when the year "
        f"to March {years[1]} entered and that to March {years[0] - 2} left. If the "
        f"{words.number(spans[0][0])} children of the year that left took the old average, the "
        f"{words.number(spans[1][-1])} of the year that entered took {words.number(mean)} days: a "
        f"change that the average shows as {words.number(before - now)} days was one of "
        f"{words.number(before - mean)}.",
        mine,
        Table(
            pd.DataFrame(
                {
                    "to": [str(year) for year in years],
                    "children": children,
                    "days": [before, now],
                    "all_days": [before * children[0], now * children[1]],
                }
            ),
            "Two averages that share two years",
            {"to": "Average of three years to March", "children": "Children",
             "days": "Average, days", "all_days": "All days"},
        ),
        "The counts are those of the release on looked-after children; the average may rest on a "
        f"few children more or less. The difference in all days is {words.number(days)}.",
        key=False,
    )  # fmt: skip


@question
def adopted_only(report: Report) -> Finding:
    """Show on made-up figures what an average over adopted children alone hides.

    Returns
    -------
    Finding
        Its table has a row a synthetic child: days, and whether it waits still.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> adopted_only(open_report("Thurrock")).sentence[:39]
    "Synthetic example, no child's figures: "
    """
    done, everyone = averages.with_waiting(SAMPLE_DONE, SAMPLE_WAITING)
    count = len(SAMPLE_DONE + SAMPLE_WAITING)
    return Finding(
        f"Synthetic example, no child's figures: {len(SAMPLE_DONE)} adopted children took "
        f"{words.number(done)} days on average while {len(SAMPLE_WAITING)} others waited longer "
        f"and were not adopted. All {count} take at least {words.number(everyone)} days on "
        f"average, and the indicator prints {words.number(done)}.",
        shown=Table(
            pd.DataFrame(
                {
                    "Synthetic child": [str(n + 1) for n in range(count)],
                    "Days": SAMPLE_DONE + SAMPLE_WAITING,
                    "State": ["adopted"] * len(SAMPLE_DONE)
                    + ["waiting still"] * len(SAMPLE_WAITING),
                }
            ),
            "Synthetic example: children who wait longest are not in the average",
        ),
        doubt="When a backlog is cleared, long waits enter the average at last and it rises; when "
        "the longest-waiting children are no longer placed, it falls. Only dates of every child "
        "with a plan for adoption, those still waiting included, can tell the two apart.",
        key=False,
    )


@question
def national_stages(report: Report) -> Finding:
    """Say how long each stage takes in England, which is all that is published now.

    Returns
    -------
    Finding
        Its table has a row a year and a column a stage, in months.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> national_stages(open_report("Thurrock")).table.iloc[0, -1]
    np.float64(27.0)
    """
    names = grouping("adoption stages")
    rows = report.figures(*names)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["value"].notna()]
    if rows.empty:
        raise NotHeldError("The stages of adoption in England are not held at this date.")
    end = rows["period_end"].max()
    now = rows[rows["period_end"] == end].set_index("measure")["value"]
    longest = now.reindex(names[:-1]).idxmax()
    cells = rows.assign(year=rows["period_end"].dt.year)
    wide = cells.pivot(index="year", columns="measure", values="value").reindex(columns=names)
    return Finding(
        f"In England {words.when(end, measures.get(names[0]))} children adopted took "
        f"{words.number(now.get(names[-1], NAN))} {measures.get(names[-1]).label} on "
        f"average; the longest stage was {words.number(now[longest])} "
        f"{measures.get(longest).label}.",
        rows,
        Table(
            wide.sort_index(ascending=False).rename_axis(columns=None).reset_index(),
            "England: average months of each stage, children adopted in the year",
            {"year": "Year"} | {name: measures.get(name).short for name in names},
            {"year": YEAR},
        ),
        "No authority's stages are published.",
        key=False,
    )
