"""Questions on placements with arithmetic of their own: a target, and who else comes."""

import math

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import YEAR, Format, Table, reasons
from thurrock_analysis.papers import documents, facts
from thurrock_analysis.record import measures
from thurrock_analysis.record.parsing import Row

STOCK, LOCATION = "looked_after", "placement location"
INSIDE, OUTSIDE = "inside the boundary", "outside the boundary"
SHARE = "looked_after_outside_boundary_percent"
HERE, NET = "looked_after_by_others_here", "looked_after_net_gain"


@question
def target(report: Report, percent: int = 0) -> Finding:
    """Say what a share of children placed inside the boundary would need.

    Parameters
    ----------
    percent : int
        The share aimed at, of all looked-after children; 0: as the newest paper on the area says.

    Returns
    -------
    Finding
        Its table has a row a year: children inside, outside, and the share inside.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> target(open_report("Thurrock")).table.loc[0, ["inside", "outside"]].tolist()
    [101.0, 175.0]
    """
    article, whence = "A", ""
    if not percent:
        told = aimed_at(report)
        if told is None:
            raise NotHeldError(
                f"No paper on {report.area.spoken} that was out by this date prints a target for "
                "children placed inside the boundary: name one to ask about."
            )
        called = documents.registry()[told["document"]]["called"]
        percent, article, whence = int(told["value"]), "The", f", as {called} prints it,"
    rows = report.own(STOCK, breakdown=LOCATION)
    known = inside_and_outside(report, rows)
    if known.empty:
        raise NotHeldError(
            f"Children of {report.area.spoken} placed inside and outside the boundary are not held."
        )
    last, year = known.iloc[-1], int(known.index[-1])
    needed = math.ceil(last["all"] * percent / 100 - last["inside"])
    need = f"{words.number(needed)} more" if needed > 0 else "no more: it was met"
    shown = known.sort_index(ascending=False)[["inside", "outside", "share"]]
    taken = words.year_spans(known.index[known["taken"]])
    rest = (
        f"For {taken} only the number outside is printed: the rest are taken to be inside, those "
        "whose placement is not known among them. "
    )
    other = known.index[known["all"].ne(known["total"]) & known["total"].notna()]
    then = f"For {words.year_spans(other)} they add up to the number of then, revised since. "
    rest = rest * bool(known["taken"].any()) + then * bool(len(other))
    return Finding(
        f"{newer(rows, year)}On 31 March {year}, {words.number(last['inside'])} of "
        f"{words.number(last['all'])} children of {report.area.spoken} were placed inside the "
        f"boundary ({words.number(last['share'])}%). {article} target of {percent}%{whence} needed "
        f"{need}.",
        rows,
        Table(
            shown.reset_index(names="year"),
            "Looked-after children placed inside and outside the boundary",
            {"year": "31 March", "inside": "Inside", "outside": "Outside",
             "share": "Inside, share"},
            {"year": YEAR, "share": Format(0, "%")},
        ),
        f"{rest}This counts children moved, not carers found: "
        "the share also rises when unaccompanied or distant children leave care.",
        key=False,
    )  # fmt: skip


def outside(report: Report, percent: float = 0) -> Finding:
    """Say what share of children is expected outside the boundary, beside a target if there is one.

    Parameters
    ----------
    percent : float
        The share aimed at, or less; 0: what the target that the newest paper on the area prints
        leaves, if one does.

    Returns
    -------
    Finding
        That of `Report.outlook`.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> [" of 50% or less " in outside(open_report(one)).sentence for one in ("Thurrock", "Essex")]
    [True, False]
    """
    told = aimed_at(report)
    return report.outlook(SHARE, target=percent or (100 - float(told["value"]) if told else None))


def aimed_at(report: Report) -> Row | None:
    """Return the target that the newest paper on the area prints, if one does."""
    told = facts.last_told(
        report.area, report.as_at, "looked_after_percent", group=INSIDE, target=True
    )
    return told[0] if told else None


def newer(rows: pd.DataFrame, year: int) -> str:
    """Say which years after one are printed without the numbers, and why."""
    rows = rows[rows["period_end"].dt.year.gt(year) & rows["value"].isna()]
    years = words.year_spans(set(rows["period_end"].dt.year))
    why = words.listed(sorted(rows["status"].unique()))
    return f"For {years} these numbers are not printed ({why}). " * bool(len(rows))


def inside_and_outside(report: Report, rows: pd.DataFrame) -> pd.DataFrame:
    """Return children placed inside and outside the boundary, all, and the share, by year.

    ``taken`` says where those inside are taken to be all who are not outside.
    """
    rows = rows.dropna(subset=["value"])
    wide = rows.pivot_table(index=rows["period_end"].dt.year, columns="group", values="value")
    wide = wide.reindex(columns=[INSIDE, OUTSIDE])
    whole = report.own(STOCK).dropna(subset=["value"])
    total = whole.set_index(whole["period_end"].dt.year)["value"].reindex(wide.index)
    inside = wide[INSIDE].fillna(total - wide[OUTSIDE])
    table = pd.DataFrame({"inside": inside, "outside": wide[OUTSIDE]}).dropna()
    table = table.assign(all=table["inside"] + table["outside"], taken=wide[INSIDE].isna())
    table["total"] = total
    table = table[table["all"] > 0]
    return table.assign(share=100 * table["inside"] / table["all"])


@question
def others_here(report: Report) -> Finding:
    """Say how many children of other authorities are placed inside the boundary.

    Returns
    -------
    Finding
        Its table has a row a year: other authorities' children here, own children elsewhere,
        and the net gain, which is derived where the publisher prints its two parts only.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> others_here(open_report("Thurrock")).sentence[-68:]
    ' so 48 fewer came in than went out (derived from these two numbers).'
    """
    own = report.own(STOCK, breakdown=LOCATION)
    rows = pd.concat([report.own(HERE, NET), own[own["group"].eq(OUTSIDE)]], ignore_index=True)
    here = rows[rows["measure"].eq(HERE) & rows["value"].notna()].sort_values("period_end")
    if here.empty:
        raise NotHeldError(
            f"Other authorities' children placed in {report.area.spoken} are not held."
        )
    last = here.iloc[-1]
    newest = rows[rows["period_end"].eq(last["period_end"])].set_index("measure")
    who = "child" if last["value"] == 1 else "children"
    came = words.agreeing("of other authorities were placed", last["value"])
    return Finding(
        f"{report.later(HERE)} {words.number(last['value'])} {who} {came} in "
        f"{report.area.spoken} {words.when(last['period_end'], measures.get(HERE))}"
        f"{to_own(report, last)}{went_out(newest)}.".strip(),
        rows if printed_net(newest) else rows[rows["measure"].ne(NET)],
        both_ways(rows),
        printed_otherwise(report, newest),
    )


def to_own(report: Report, here: pd.Series) -> str:
    """Say how many others' children there are for every 100 of the area's own."""
    own = report.own(STOCK)
    own = own.loc[own["period_end"].eq(here["period_end"]) & own["value"].gt(0), "value"]
    each = [words.number(100 * here["value"] / count) for count in own]
    return "".join(f", {count} for every 100 of its own" for count in each)


def went_out(newest: pd.DataFrame) -> str:
    """Say how many of the area's own live elsewhere, and what that makes of those who came."""
    out = newest["value"].get(STOCK, float("nan"))
    if pd.isna(out):
        return ""
    net = newest.loc[HERE, "value"] - out
    told = f"{words.number(abs(net))} {'fewer' if net < 0 else 'more'}" if net else "as many"
    derived = " (derived from these two numbers)" * (not printed_net(newest))
    return (
        f"; {words.number(out)} of its own {words.agreeing('were placed', out)} elsewhere, so "
        f"{told} came in "
        f"{'than' if net else 'as'} went out{derived}"
    )


def printed_net(newest: pd.DataFrame) -> bool:
    """Say whether the newest net gain is printed: a derived one is told beside no printed one."""
    return NET in newest.index[newest["value"].notna() & newest["origin"].eq("published")]


def printed_otherwise(report: Report, newest: pd.DataFrame) -> str:
    """Say how a printed net gain differs from its parts as another table prints them."""
    rows = report.record.of([NET])
    rows = rows[rows["area"].eq(report.area.code) & rows["published"].le(report.as_at)]
    known = rows.dropna(subset=["value"]).sort_values("published")
    known = known.pivot_table(index="period_end", columns="origin", values="value",
                              aggfunc="last", observed=True)  # fmt: skip
    both = known.reindex(columns=["published", "recomputed"]).dropna()
    both = both[both["published"].ne(both["recomputed"])]
    if both.empty or newest["value"].get(STOCK) is None:
        return ""
    end, row = both.index[-1], both.iloc[-1]
    return (
        f"The table that prints the net gain and the one that prints its parts differ a little: "
        f"for {end.year} the first has {words.with_sign(row['published'], 0)}, and "
        f"{words.with_sign(row['recomputed'], 0)} follows from the second"
        f"{since_then(row['recomputed'], end, newest)}."
    )


def since_then(before: float, end: pd.Timestamp, newest: pd.DataFrame) -> str:
    """Say how a derived net gain moved from one derived in the same way the year before."""
    now, rows = newest["value"].get(NET), newest["period_end"]
    if now is None or pd.isna(now) or printed_net(newest) or rows.iloc[0].year != end.year + 1:
        return ""
    moved = words.with_sign(now - before, 0)
    return f", which makes the {words.with_sign(now, 0)} of {end.year + 1} a change of {moved}"


def both_ways(rows: pd.DataFrame) -> Table:
    """Return who came, who went and the difference by year, newest first."""
    rows = rows.assign(year=rows["period_end"].dt.year)
    wide = rows.pivot(index="year", columns="measure", values=["value", "status"])
    wide = wide.sort_index(ascending=False)
    names = [HERE, STOCK, NET]
    derived = set(rows.loc[rows["measure"].eq(NET) & rows["origin"].eq("recomputed"), "year"])
    values = wide["value"].reindex(columns=names).astype("float64")
    values["origin"] = ["derived" if year in derived else "printed" for year in values.index]
    values.loc[values[NET].isna(), "origin"] = "not printed"
    return Table(
        values.rename_axis(columns=None).reset_index(),
        "Other authorities' children placed here, own children placed elsewhere, and the net gain",
        {"year": "31 March", HERE: "Others here", STOCK: "Own elsewhere", NET: "Net gain",
         "origin": "Net gain is"},
        {"year": YEAR, HERE: Format(), STOCK: Format(), NET: Format(signed=True)},
        reasons(wide["status"].reindex(columns=names)),
    )  # fmt: skip
