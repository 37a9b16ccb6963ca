"""Questions on placements with arithmetic of their own: a target, and who else comes."""

import math

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import year_table

STOCK = "looked_after"
INSIDE, OUTSIDE = "inside the boundary", "outside the boundary"


@question
def target(report: Report, percent: int) -> Finding:
    """Say what a share of children placed inside the boundary would need.

    Parameters
    ----------
    percent : int
        The share aimed at, of all looked-after children.

    Returns
    -------
    Finding
        Its table has a row a year: children inside, outside, and the share inside.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> target(open_report("Thurrock"), 50).table.loc[0, ["inside", "outside"]].tolist()
    [98.0, 196.0]
    """
    known = inside_and_outside(report)
    if known.empty:
        raise NotHeldError(
            f"Children of {report.area.spoken} placed inside and outside the boundary are not held."
        )
    last, year = known.iloc[-1], int(known.index[-1])
    needed = math.ceil(last["all"] * percent / 100 - last["inside"])
    need = f"{words.number(needed)} more" if needed > 0 else "no more: it was met"
    shown = known.sort_index(ascending=False)[["inside", "outside", "share"]]
    return Finding(
        f"On 31 March {year}, the newest date held, {words.number(last['inside'])} of "
        f"{words.number(last['all'])} children of {report.area.spoken} were placed inside the "
        f"boundary ({words.number(last['share'])}%). A target of {percent}% needed {need}.",
        report.own(STOCK, breakdown="placement location"),
        Table(
            shown.reset_index(names="year"),
            "Looked-after children placed inside and outside the boundary",
            {"year": "31 March", "inside": "Inside", "outside": "Outside",
             "share": "Inside, share"},
            {"year": YEAR, "share": Format(0, "%")},
        ),
        "From 2018 only the number outside is printed: the rest are taken to be inside, those "
        "whose placement is not known among them. This counts children moved, not carers found: "
        "the share also rises when unaccompanied or distant children leave care.",
        key=False,
    )  # fmt: skip


def inside_and_outside(report: Report) -> pd.DataFrame:
    """Return children placed inside and outside the boundary, all, and the share, by year."""
    rows = report.own(STOCK, breakdown="placement location").dropna(subset=["value"])
    wide = rows.pivot_table(index=rows["period_end"].dt.year, columns="group", values="value")
    wide = wide.reindex(columns=[INSIDE, OUTSIDE])
    whole = report.own(STOCK).dropna(subset=["value"])
    total = whole.set_index(whole["period_end"].dt.year)["value"].reindex(wide.index)
    inside = wide[INSIDE].fillna(total - wide[OUTSIDE])
    table = pd.DataFrame({"inside": inside, "outside": wide[OUTSIDE]}).dropna()
    table = table.assign(all=table["inside"] + table["outside"])
    table = table[table["all"] > 0]
    return table.assign(share=100 * table["inside"] / table["all"])


@question
def others_here(report: Report) -> Finding:
    """Say how many children of other authorities are placed inside the boundary.

    Returns
    -------
    Finding
        Its table has a row a year: other authorities' children here, and the net gain.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> others_here(open_report("Thurrock")).sentence[:59]
    '131 children of other authorities were placed in Thurrock o'
    """
    name = "looked_after_by_others_here"
    rows = report.own(name, "looked_after_net_gain").dropna(subset=["value"])
    here = rows[rows["measure"] == name].sort_values("period_end")
    if here.empty:
        raise NotHeldError(
            f"Other authorities' children placed in {report.area.spoken} are not held."
        )
    last = here.iloc[-1]
    own = report.own(STOCK)
    own = own[own["period_end"] == last["period_end"]]["value"].dropna()
    compared = (
        f", {words.number(100 * last['value'] / own.iloc[0])} for every 100 of its own"
        if len(own) and own.iloc[0]
        else ""
    )
    return Finding(
        f"{words.number(last['value'])} children of other authorities were placed in "
        f"{report.area.spoken} on {last['period_end'].day} {last['period_end']:%B %Y}{compared}: "
        "the newest date held.",
        rows,
        year_table(
            report,
            sorted(rows["measure"].unique()),
            "Other authorities' children placed here, and the net gain",
        ),
    )
