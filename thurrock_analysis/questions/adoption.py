"""The questions on adoption: how many, how soon, what the averages hide."""

import math

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import common
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics import averages
from thurrock_analysis.record import areas, dictionary, measures

ADOPTED, GUARDIANSHIP = "looked_after_adopted", "looked_after_special_guardianship"
A1, A2, A10 = (
    "days_from_care_to_adoptive_family",
    "days_from_order_to_match",
    "days_from_care_to_adopting_carer",
)
FEW = 20
PUBLISHED = "How-long-do-children-wait?"
SAMPLE_DONE = [310.0, 360.0, 420.0, 450.0, 510.0]
SAMPLE_WAITING = [700.0, 820.0, 1040.0]


def routes(report: Report) -> Answer:
    """Set adoption beside special guardianship, in children."""
    rows = report.own(ADOPTED, GUARDIANSHIP)
    held = rows.dropna(subset=["value"])
    if held.empty:
        raise NotHeldError(f"No adoptions or guardianships of {report.area.name} are printed.")
    end = held["period_end"].max()
    now = held[held["period_end"] == end].set_index("measure")["value"]
    ways = {ADOPTED: "were adopted", GUARDIANSHIP: "left to special guardianship"}
    parts = [f"{words.number(now[name])} children {ways[name]}" for name in now.index]
    last = held.groupby("measure")["value"].agg(lambda values: values.tail(5).sum())
    gap = last.get(ADOPTED, 0) - last.get(GUARDIANSHIP, 0)
    more = "adoption was" if gap > 0 else "guardianship was" if gap < 0 else "neither was"
    sentence = (
        f"In {report.area.name} {words.listed(parts)} "
        f"{words.when(end, measures.get(ADOPTED))}. Over the last five years held "
        f"{words.number(last.get(ADOPTED, 0))} were adopted and "
        f"{words.number(last.get(GUARDIANSHIP, 0))} left to special guardianship: "
        f"{more} the more frequent way."
    )
    headline = f"{report.area.name}: {more} the more frequent way out of care in five years"
    what = "Children in the year, years ending 31 March"
    chart = charts.trend(rows, "measure", headline=headline, subtitle=what)
    small = f"Small numbers: fewer than {FEW} children a year. A handful decides every change."
    return Answer(
        "Adoption-or-special-guardianship?",
        headline,
        sentence,
        rows,
        common.year_table(report, [ADOPTED, GUARDIANSHIP]),
        "Children adopted and children leaving to special guardianship",
        small * bool(now.max() < FEW),
        chart,
    )


def shares(report: Report, base_year: int) -> Answer:
    """Say what share of those who leave care leave to each permanent home."""
    return common.progress(report, "adoption shares", "What-share-of-leavers?", base_year)


def printed_times(report: Report) -> Answer:
    """Set every printed A1, A2 and A10 beside England and the threshold of its period."""
    rows = report.printed[report.printed["measure"].isin([A1, A2, A10])]
    mine = rows[rows["area"] == report.area.code].sort_values(["measure", "period_end"])
    if mine.empty:
        raise NotHeldError(
            f"No A1, A2 or A10 of {report.area.name} is held: the scorecards that had them for "
            "every authority ended with the years 2015 to 2018. Counts and shares can say how "
            "many children were adopted; they cannot say how long any child waited."
        )
    table = pd.DataFrame([time_row(row, rows) for row in mine.to_dict("records")])
    three = table[table["Period"].str.startswith("three-year")].iloc[-1:]
    sentence = f"{len(mine)} printed times of {report.area.name} are held."
    for row in three.to_dict("records"):
        sentence += (
            f" The newest three-year one is {row['Measure']}, {row['Period']}: {row['Days']} days, "
            f"England {row['England']}, threshold {row['Threshold']}."
        )
    return Answer(
        PUBLISHED,
        "",
        sentence,
        mine.iloc[:0],
        table,
        "Days as printed; a three-year average and a year are different quantities",
        "Each time rests on the children adopted in the period alone. With so few children one "
        "case moves an average by weeks.",
    )


def time_row(row: dict[str, object], rows: pd.DataFrame) -> dict[str, str]:
    """Write one printed time, England's of the same period and the threshold."""
    same = rows[
        rows["measure"].eq(row["measure"])
        & rows["period_end"].eq(row["period_end"])
        & rows["basis"].eq(row["basis"])
        & rows["area"].eq(areas.ENGLAND)
    ]["value"]
    end = pd.Timestamp(str(row["period_end"]))
    return {
        "Measure": measures.get(str(row["measure"])).short,
        "Period": f"{row['basis']}, to {end:%B %Y}",
        "Days": words.number(float(str(row["value"]))),
        "England": words.number(float(same.iloc[0])) if len(same) else common.NO_FIGURE,
        "Threshold": threshold(str(row["measure"]), end, str(row["basis"])),
        "From": str(row["source"]),
    }


def threshold(measure: str, end: pd.Timestamp, basis: str) -> str:
    """Return the threshold of a three-year period, which no single year has."""
    if basis != "three-year":
        return "none for one year"
    rows = dictionary.read("thresholds")
    rows = rows[rows["measure"].eq(measure) & rows["period_end"].eq(f"{end:%Y-%m-%d}")]
    return rows["value"].iloc[0] if len(rows) else common.NO_FIGURE


def hidden_year(report: Report) -> Answer:
    """Show on the area's own figures what two overlapping three-year averages hide."""
    rows = report.printed
    mine = rows[
        rows["area"].eq(report.area.code) & rows["measure"].eq(A1) & rows["basis"].eq("three-year")
    ].sort_values("period_end")
    counts = report.own(ADOPTED).dropna(subset=["value"])
    by_year = dict(zip(counts["period_end"].dt.year, counts["value"], strict=True))
    if len(mine) < 2:
        raise NotHeldError(f"Two three-year averages of {report.area.name} are not held.")
    before, now = mine.iloc[-2], mine.iloc[-1]
    years = [int(row["period_end"].year) for row in (before, now)]
    spans = [[by_year.get(year - back, common.NAN) for back in (2, 1, 0)] for year in years]
    if years[1] - years[0] != 1 or any(map(math.isnan, spans[0] + spans[1])):
        raise NotHeldError(f"The counts behind the averages of {report.area.name} are not held.")
    days, mean = averages.newest_year(before["value"], spans[0], now["value"], spans[1])
    sentence = (
        f"The average moved from {words.number(before['value'])} to "
        f"{words.number(now['value'])} days when the year to March {years[1]} entered and that "
        f"to March {years[0] - 2} left. If the "
        f"{words.number(spans[0][0])} children of the year that left took the old average, the "
        f"{words.number(spans[1][-1])} of the year that entered took {words.number(mean)} days: a "
        f"change that the average shows as {words.number(before['value'] - now['value'])} days was "
        f"one of {words.number(before['value'] - mean)}."
    )
    table = pd.DataFrame(
        {
            "Average of three years to March": [str(year) for year in years],
            "Children": [words.number(sum(span)) for span in spans],
            "Average, days": [words.number(before["value"]), words.number(now["value"])],
            "All days": [
                words.number(before["value"] * sum(spans[0])),
                words.number(now["value"] * sum(spans[1])),
            ],
        }
    )
    return Answer(
        "What-do-the-averages-hide?",
        "",
        sentence,
        mine.iloc[:0],
        table,
        "Two averages that share two years",
        "The counts are those of the release on looked-after children; the average may rest on a "
        f"few children more or less. The difference in all days is {words.number(days)}.",
    )


def adopted_only(report: Report) -> Answer:
    """Show on made-up figures what an average over adopted children alone hides."""
    done, everyone = averages.with_waiting(SAMPLE_DONE, SAMPLE_WAITING)
    sentence = (
        f"Synthetic example, no child's figures: {len(SAMPLE_DONE)} adopted children took "
        f"{words.number(done)} days on average while {len(SAMPLE_WAITING)} others waited longer "
        f"and were not adopted. All {len(SAMPLE_DONE + SAMPLE_WAITING)} take at least "
        f"{words.number(everyone)} days on average, and the indicator prints {words.number(done)}."
    )
    table = pd.DataFrame(
        {
            "Synthetic child": [str(n + 1) for n in range(len(SAMPLE_DONE + SAMPLE_WAITING))],
            "Days": [words.number(value) for value in SAMPLE_DONE + SAMPLE_WAITING],
            "State": ["adopted"] * len(SAMPLE_DONE) + ["waiting still"] * len(SAMPLE_WAITING),
        }
    )
    return Answer(
        "What-do-the-averages-hide?",
        "",
        sentence,
        report.own(ADOPTED).iloc[:0],
        table,
        "Synthetic example: children who wait longest are not in the average",
        "When a backlog is cleared, long waits enter the average at last and it rises; when the "
        "longest-waiting children are no longer placed, it falls. Only dates of every child with a "
        "plan for adoption, those still waiting included, can tell the two apart.",
    )


def national_stages(report: Report) -> Answer:
    """Say how long each stage takes in England, which is all that is published now."""
    names = common.grouping("adoption stages")
    rows = report.figures(*names)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["value"].notna()]
    if rows.empty:
        raise NotHeldError("The stages of adoption in England are not held at this date.")
    end = rows["period_end"].max()
    now = rows[rows["period_end"] == end].set_index("measure")["value"]
    longest = now.reindex(names[:-1]).idxmax()
    sentence = (
        f"In England {words.when(end, measures.get(names[0]))} children adopted took "
        f"{words.number(now.get(names[-1], common.NAN))} {measures.get(names[-1]).label} on "
        f"average; the longest stage was {words.number(now[longest])} "
        f"{measures.get(longest).label}."
    )
    cells = rows.assign(year=rows["period_end"].dt.year)
    wide = cells.pivot(index="year", columns="measure", values="value").reindex(columns=names)
    wide = wide.sort_index(ascending=False).rename_axis(columns=None)
    table = wide.map(words.number).rename(columns=lambda name: measures.get(name).short)
    return Answer(
        PUBLISHED,
        "",
        sentence,
        rows.iloc[:0],
        table.reset_index(names="Year"),
        "England: average months of each stage, children adopted in the year",
        "No authority's stages are published.",
    )
