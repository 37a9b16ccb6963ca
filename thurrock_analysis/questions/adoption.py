"""Questions on adoption with arithmetic of their own: routes, waits, what the averages hide."""

import math
from collections.abc import Iterable

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import NO_FIGURE, YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import year_table
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.metrics import averages, bounds
from thurrock_analysis.papers import facts
from thurrock_analysis.questions import citing
from thurrock_analysis.record import areas, dictionary, measures, tidy

ADOPTED, GUARDIANSHIP = "looked_after_adopted", "looked_after_special_guardianship"
A1, A2, A10 = (
    "days_from_care_to_adoptive_family",
    "days_from_order_to_match",
    "days_from_care_to_adopting_carer",
)
LEAVERS = "looked_after_ceased"
WAYS = {ADOPTED: ("adopted", "adopted"),
        GUARDIANSHIP: ("special guardianship", "left to special guardianship")}  # fmt: skip
"""Ways out of care: the group of leavers, and what to say of the children."""
YEARS = 5
FEW = 20
APART = 200
"""Days that the mean of one small year may lie from the average of three: an assumption."""
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
    'In Thurrock in 2024-25: adopted 9, '
    """
    rows = report.own(ADOPTED, GUARDIANSHIP)
    if rows["value"].notna().sum() == 0:
        raise NotHeldError(f"No adoptions or guardianships of {report.area.spoken} are printed.")
    end = rows["period_end"].max()
    ends = [end.replace(year=end.year - back) for back in range(YEARS)]
    ends = [day for day in ends if day >= rows["period_end"].min()]
    known = {name: [children(report, name, day) for day in ends] for name in WAYS}
    now = [one_way(name, known[name][0]) for name in WAYS]
    sums = {
        name: (sum(low for low, _ in years), sum(high for _, high in years))
        for name, years in known.items()
    }
    small = f"Small numbers: fewer than {FEW} children a year. A handful decides every change."
    span = f". From {ends[-1].year} to {end.year}: "
    both = ", ".join(one_way(name, sums[name]) for name in WAYS)
    few = max(high for years in known.values() for _, high in years) < FEW
    return Finding(
        f"In {report.area.spoken} {words.when(end, measures.get(ADOPTED))}: "
        f"{', '.join(now)}{jointly(report, end, known)}{f'{span}{both}' * (len(ends) > 1)}.",
        rows,
        year_table(
            report,
            [ADOPTED, GUARDIANSHIP],
            "Children adopted and children leaving to special guardianship",
        ),
        small * bool(few),
        Chart(
            charts.trend, rows, by="measure",
            headline=f"{report.area.name}, {words.year_spans(day.year for day in ends)}: {both}",
            subtitle="Children in the year, years ending 31 March",
        ),
    )  # fmt: skip


def children(report: Report, name: str, end: pd.Timestamp) -> bounds.Bounds:
    """Return the least and the most children that left care one way in a year."""
    rows = report.own(name).dropna(subset=["value"])
    printed = rows.loc[rows["period_end"].eq(end), "value"]
    if len(printed):
        return printed.iloc[0], printed.iloc[0]
    return leavers(report, [name], end)


def leavers(report: Report, names: Iterable[str], end: pd.Timestamp) -> bounds.Bounds:
    """Return the least and the most children that left care one of some ways in a year."""
    whole = report.limits(LEAVERS, tidy.ALL, [tidy.ALL], end)[1]
    groups = report.own(LEAVERS, breakdown="reason")["group"].unique()
    starts = tuple(WAYS[name][0] for name in names)
    ways = [group for group in groups if str(group).startswith(starts)]  # to 2017 in two
    low, high = report.limits(LEAVERS, "reason", ways, end)
    return low, min(high, max(whole, bounds.SMALL))


def jointly(report: Report, end: pd.Timestamp, known: dict[str, list[bounds.Bounds]]) -> str:
    """Say what hidden numbers of one year can be together, where that is less than each alone."""
    now = [years[0] for years in known.values()]
    if any(low == high for low, high in now):
        return ""
    low, high = leavers(report, WAYS, end)
    if not high < sum(most for _, most in now) and not low > sum(least for least, _ in now):
        return ""
    return f", together {words.bounded(low, high)}"


def one_way(name: str, known: bounds.Bounds) -> str:
    """Say how many left one way, or the bounds of a number that is hidden."""
    low, high = known
    number = "not held" if math.isinf(high) and not low else words.bounded(low, high)
    return f"{WAYS[name][1]} {number}"


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
    times = words.counted(len(mine), "printed time")
    sentence = f"{times} of {report.area.spoken} {'is' if len(mine) == 1 else 'are'} held."
    averaged = mine[mine["basis"].eq("three-year")].reset_index(drop=True)
    texts = shown.texts()[table["period"].str.startswith("three-year")].reset_index(drop=True)
    for row in texts[averaged["period_end"].eq(averaged["period_end"].max())].itertuples():
        sentence += (
            f" The newest three-year average of {row.Measure[0].lower()}{row.Measure[1:]} "
            f"({row.Period.partition(', ')[2]}) is {row.Days} days; England {row.England}, "
            f"threshold {row.Threshold}."
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
        "period": f"{basis}, to {words.month(end)}",
        "days": row["value"],
        "england": same.iloc[0] if len(same) else NAN,
        "threshold": threshold(name, end, basis),
        "source": citing.spelled(str(row["source"])),
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
    if not spans[1][-1]:
        raise NotHeldError(
            f"No child of {report.area.spoken} was adopted in the year that entered."
        )
    left, entered = spans[0][0], spans[1][-1]
    assumed = (before - APART, before + APART)
    known = [*spans[0], entered]
    try:
        free, near = (averages.single_years([before, now], known, x)[-1] for x in ([], [assumed]))
    except ValueError as none:
        raise NotHeldError(
            f"The averages of {report.area.spoken} rest on other children than those counted."
        ) from none
    counts = [sum(span) for span in spans]
    return Finding(
        f"The average moved from {words.number(before)} to {words.number(now)} days when the year "
        f"to March {years[1]} entered and that to March {years[0] - 2} left. Neither year's own "
        f"average is printed. Averages, rounding and counts allow the {words.number(entered)} "
        f"children of the year that entered {days(free, before)}. If the {words.number(left)} of "
        f"the year that left took {words.number(assumed[0])} to {words.number(assumed[1])} days, "
        f"they took {days(near, before)}.",
        mine,
        Table(
            pd.DataFrame(
                {
                    "to": [str(year) for year in years],
                    "children": counts,
                    "days": [before, now],
                    "all_days": [before * counts[0], now * counts[1]],
                }
            ),
            "Two averages that share two years",
            {"to": "Average of three years to March", "children": "Children",
             "days": "Average, days", "all_days": "All days"},
        ),
        "The counts are those of the release on looked-after children; the average may rest on a "
        "few children more or less. The narrower range assumes that the mean of the year that left "
        f"lay within {APART} days of the average; the wider one assumes nothing.",
        key=False,
    )  # fmt: skip


def days(ends: bounds.Bounds, before: float) -> str:
    """Write bounds of a mean, and whether they lie on one side of an average."""
    told = f"{words.number(ends[0])} to {words.number(ends[1])} days"
    if ends[0] <= before <= ends[1]:
        return f"{told}, too wide to tell fewer from more than {words.number(before)}"
    return f"{told}, {'fewer' if ends[1] < before else 'more'} than {words.number(before)}"


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
