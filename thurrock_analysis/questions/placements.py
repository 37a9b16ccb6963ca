"""The questions on placements: how many, how far from home, how stable, who else comes."""

import math

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import common
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics import change as change_of
from thurrock_analysis.record import measures

STOCK = "looked_after"
UASC = "unaccompanied asylum-seeking"
ALONE = "unaccompanied"
INSIDE, OUTSIDE = "inside the boundary", "outside the boundary"


def population(report: Report, base_year: int) -> Answer:
    """Split the change in looked-after children into unaccompanied children and all others."""
    table = split(report)
    table = table[table.index >= base_year]
    if len(table) < 2:
        raise NotHeldError(
            f"Counts of unaccompanied children of {report.area.name} are held for fewer than two "
            f"years from {base_year} on."
        )
    first, last = table.iloc[0], table.iloc[-1]
    start, end = int(table.index[0]), int(table.index[-1])
    change = last - first
    measure = measures.get(STOCK)
    sentence = (
        f"{report.area.name} looked after {words.number(last['all'])} children on 31 March {end}, "
        f"{signed(change['all'])} since {start}: {signed(change['alone'])} of them unaccompanied "
        f"asylum-seeking children and {signed(change['other'])} others."
    )
    headline = (
        f"{report.area.name}: {signed(change['all'])} looked-after children since {start}, "
        f"{signed(change['other'])} without unaccompanied children"
    )
    what = f"{measure.short}, on 31 March"
    rows = report.own(STOCK)
    arguments = (
        (str(start), float(first["all"])),
        {"Unaccompanied": float(change["alone"]), "All others": float(change["other"])},
        (str(end), float(last["all"])),
    )
    chart = charts.bridge(*arguments, headline=headline, subtitle=what, source=report.source(rows))
    small = bool(abs(change["all"]) <= change_of.HANDFUL)
    return Answer(
        "How-much-of-the-change-is-unaccompanied-children?",
        headline,
        sentence,
        rows,
        split_table(table),
        "Looked-after children on 31 March with and without unaccompanied children",
        "A handful of children makes the whole change: no verdict." * small,
        chart,
    )


def split(report: Report) -> pd.DataFrame:
    """Return looked-after children by year: all, unaccompanied ("alone") and other."""
    whole = report.own(STOCK).dropna(subset=["value"])
    alone = report.own(STOCK, breakdown=ALONE)
    alone = alone[alone["group"].eq(UASC) & alone["value"].notna()]
    table = pd.DataFrame(
        {
            "all": whole.set_index(whole["period_end"].dt.year)["value"],
            "alone": alone.set_index(alone["period_end"].dt.year)["value"],
        }
    ).dropna()
    return table.assign(other=table["all"] - table["alone"])


def split_table(table: pd.DataFrame) -> pd.DataFrame:
    """Write the split as a table of text, newest year first."""
    names = {"all": "All", "alone": "Unaccompanied", "other": "All others"}
    rows = table.sort_index(ascending=False).rename(columns=names).map(words.number)
    return rows.reset_index(names="Year")


def signed(value: float) -> str:
    """Write a change with its sign."""
    return f"{value:+,.0f}" if value else "0"


def standing(report: Report) -> Answer:
    """Say where the looked-after rate stands among the authority's neighbours."""
    names = common.grouping("placements")
    return common.standing(report, names, "looked_after_rate", "Where-does-the-authority-stand?")


def distance(report: Report, base_year: int) -> Answer:
    """Say how many children are placed outside the boundary and far from home."""
    anchor = "How-far-from-home-are-children-placed?"
    return common.progress(report, "distance", anchor, base_year)


def target(report: Report, percent: int) -> Answer:
    """Say what a share of children placed inside the boundary would need."""
    known = inside_and_outside(report)
    if known.empty:
        raise NotHeldError(
            f"Children of {report.area.name} placed inside and outside the boundary are not held."
        )
    last, year = known.iloc[-1], int(known.index[-1])
    needed = math.ceil(last["all"] * percent / 100 - last["inside"])
    need = f"{words.number(needed)} more" if needed > 0 else "no more: it was met"
    sentence = (
        f"On 31 March {year}, the newest date held, {words.number(last['inside'])} of "
        f"{words.number(last['all'])} children of {report.area.name} were placed inside the "
        f"boundary ({words.number(100 * last['inside'] / last['all'])}%). A target of {percent}% "
        f"needed {need}."
    )
    rows = known.sort_index(ascending=False)
    shown = pd.DataFrame(
        {
            "31 March": rows.index.astype("str"),
            "Inside": rows["inside"].map(words.number),
            "Outside": rows["outside"].map(words.number),
            "Inside, share": [
                words.number(100 * value / whole) + "%"
                for value, whole in zip(rows["inside"], rows["all"], strict=True)
            ],
        }
    )
    return Answer(
        "How-far-from-home-are-children-placed?",
        "",
        sentence,
        report.own(STOCK).iloc[:0],
        shown,
        "Looked-after children placed inside and outside the boundary",
        "From 2018 only the number outside is printed: the rest are taken to be inside, those "
        "whose placement is not known among them. This counts children moved, not carers found: "
        "the share also rises when unaccompanied or distant children leave care.",
    )


def inside_and_outside(report: Report) -> pd.DataFrame:
    """Return children placed inside and outside the boundary and all of them, by closing year."""
    rows = report.own(STOCK, breakdown="placement location").dropna(subset=["value"])
    wide = rows.pivot_table(index=rows["period_end"].dt.year, columns="group", values="value")
    wide = wide.reindex(columns=[INSIDE, OUTSIDE])
    whole = report.own(STOCK).dropna(subset=["value"])
    total = whole.set_index(whole["period_end"].dt.year)["value"].reindex(wide.index)
    inside = wide[INSIDE].fillna(total - wide[OUTSIDE])
    table = pd.DataFrame({"inside": inside, "outside": wide[OUTSIDE]}).dropna()
    table = table.assign(all=table["inside"] + table["outside"])
    return table[table["all"] > 0]


def stability(report: Report, base_year: int) -> Answer:
    """Say how stable placements are."""
    anchor = "How-stable-are-placements?"
    return common.progress(report, "stability", anchor, base_year)


def kinds(report: Report) -> Answer:
    """Say in what kind of placement children live."""
    return common.composition(report, STOCK, "placement type", "In-what-placements-do-they-live?")


def others_here(report: Report) -> Answer:
    """Say how many children of other authorities are placed inside the boundary."""
    name = "looked_after_by_others_here"
    rows = report.own(name, "looked_after_net_gain").dropna(subset=["value"])
    here = rows[rows["measure"] == name].sort_values("period_end")
    if here.empty:
        raise NotHeldError(
            f"Other authorities' children placed in {report.area.name} are not held."
        )
    last = here.iloc[-1]
    own = report.own(STOCK)
    own = own[own["period_end"] == last["period_end"]]["value"].dropna()
    compared = (
        f", {words.number(100 * last['value'] / own.iloc[0])} for every 100 of its own"
        if len(own) and own.iloc[0]
        else ""
    )
    sentence = (
        f"{words.number(last['value'])} children of other authorities were placed in "
        f"{report.area.name} on {last['period_end'].day} {last['period_end']:%B %Y}{compared}: "
        "the newest date held."
    )
    return Answer(
        "Who-else-places-here?",
        f"{report.area.name}: {words.number(last['value'])} children of other authorities",
        sentence,
        rows,
        common.year_table(report, sorted(rows["measure"].unique())),
        "Other authorities' children placed here, and the net gain",
    )


def entry(report: Report, base_year: int) -> Answer:
    """Say how many enter care in an emergency, as far as legal status shows it."""
    anchor = "How-many-enter-care-unplanned?"
    caution = (
        "Police protection and emergency orders are the published trace of unplanned entry. "
        "Children accommodated by agreement in a crisis leave no such trace."
    )
    return common.progress(report, "entry", anchor, base_year, caution)


def health(report: Report, base_year: int) -> Answer:
    """Say how many children had their health and teeth checked, and went missing."""
    anchor = "Are-they-healthy-and-safe?"
    caution = "Recording of missing incidents differs between authorities and rose everywhere."
    return common.progress(report, "wellbeing", anchor, base_year, caution)
