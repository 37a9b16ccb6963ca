"""Questions on workforce churn with arithmetic of their own: where it leads, two shares at once."""

import math

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.metrics import flows
from thurrock_analysis.record import dictionary, releases

STOCK, STARTERS, LEAVERS = "social_workers", "social_worker_starters", "social_worker_leavers"
AGENCY, VACANCY = "agency_social_worker_percent", "social_worker_vacancy_percent"
HEADS = "agency_social_worker_headcount_percent"
AHEAD = 5


@question
def outlook(report: Report) -> Finding:
    """Say where the number in post goes if starters and the share of leavers stay.

    Returns
    -------
    Finding
        Its table has a row an assumption: flows as in the newest year, or as on average over
        three; full-time equivalents in post after one and five years, and where they settle.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> outlook(open_report("Thurrock")).table["starters"].round(1).tolist()
    [25.0, 22.5]
    """
    rows = report.own(STOCK, STARTERS, LEAVERS)
    flow = flows.stock_flow(rows, STOCK, STARTERS, LEAVERS)
    if len(flow) < 3 or not flow["closing"].tail(3).gt(0).all():
        raise NotHeldError(
            f"Three years of starters and leavers of {report.area.spoken} are needed."
        )
    stock, year = flow["closing"].iloc[-1], int(flow.index[-1])
    used = {"newest year": flow.tail(1), "mean of three years": flow.tail(3)}
    table = pd.DataFrame([path(name, part, stock) for name, part in used.items()])
    ends = table["last"]
    return Finding(
        f"With {words.number(stock, 1)} full-time equivalents in post in {year}, "
        f"{report.area.name} would have {words.number(ends.min(), 1)} to "
        f"{words.number(ends.max(), 1)} in {year + AHEAD} if flows stayed as in the newest year or "
        "as on average over three.",
        rows,
        Table(
            table,
            "A sum, not a forecast: full-time equivalents in post",
            {"if": "If flows stay as in the", "starters": "Starters a year",
             "leavers": "Leavers, share", "next": str(year + 1), "last": str(year + AHEAD),
             "settles": "Settles at"},
            dict.fromkeys(["starters", "next", "last", "settles"], Format(1))
            | {"leavers": Format(1, "%")},
        ),
        "Flows do not stay: the two lines differ by "
        f"{words.number(ends.max() - ends.min(), 1)} after {AHEAD} years for no other reason.",
        key=False,
    )  # fmt: skip


def path(name: str, used: pd.DataFrame, stock: float) -> dict[str, object]:
    """Return where the number in post goes if flows stay as in some years."""
    share = used["ends"].sum() / used["closing"].sum()
    starters = used["starts"].mean()
    steps = flows.settle(stock, starters, share, AHEAD)
    return {
        "if": name,
        "starters": starters,
        "leavers": 100 * share,
        "next": steps[0],
        "last": steps[-1],
        "settles": starters / share if share else math.nan,
    }


@question
def agency_and_vacancy(
    report: Report, agency_share: float = 0.0, vacancy_rate: float = 0.0
) -> Finding:
    """Say whether an agency share and a vacancy rate can both be true.

    Parameters
    ----------
    agency_share, vacancy_rate : float
        Per cent; left out, those that a paper on the area prints, and the censuses' alone where
        none does.

    Returns
    -------
    Finding
        Its table has a row a pair of shares, the one asked about first, then each census; and
        the agency workers that they imply for each vacancy.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = agency_and_vacancy(open_report("Thurrock"))
    >>> found.table.loc[0, "for_each_vacancy"].round(1)
    np.float64(3.8)
    """
    asked = pd.DataFrame(
        {"agency": [agency_share], "vacancy": [vacancy_rate], "from": ["As asked"]}
    )
    asked = asked if agency_share and vacancy_rate else printed_pair(report)
    pairs = pd.concat([asked, share_pairs(report)], ignore_index=True)
    if pairs.empty:
        raise NotHeldError(f"No agency share and vacancy rate of {report.area.spoken} are held.")
    pairs = pairs.assign(
        for_each_vacancy=[
            flows.agency_for_each_vacancy(agency / 100, vacancy / 100)
            for agency, vacancy in zip(pairs["agency"], pairs["vacancy"], strict=True)
        ]
    )
    censuses = census(pairs.iloc[len(asked) :], report.area.spoken)
    return Finding(
        f"{both_true(pairs.head(len(asked)))}{censuses}".strip(),
        report.own(AGENCY, VACANCY),
        Table(
            pairs[["from", "agency", "vacancy", "for_each_vacancy"]],
            "Agency share and vacancy rate, and the agency workers they imply for each vacancy",
            {"from": "From", "agency": "Agency share", "vacancy": "Vacancy rate",
             "for_each_vacancy": "Agency for each vacancy"},
            {"agency": Format(1, "%"), "vacancy": Format(1, "%"),
             "for_each_vacancy": Format(2, missing="no figure")},
        ),
        "Each share leaves the other's count out of its denominator: agency / (agency + in post), "
        "vacant / (vacant + in post).",
        key=False,
    )  # fmt: skip


def printed_pair(report: Report) -> pd.DataFrame:
    """Return the agency share and vacancy rate that one paper on the area prints, if any does."""
    facts = dictionary.read("facts")
    facts = facts[facts["area"].eq(report.area.code)]
    out = releases.published(facts["document"]).le(report.as_at)
    kinds = {AGENCY: "agency", HEADS: "agency", VACANCY: "vacancy"}
    facts = facts[out & facts["measure"].isin(kinds)]
    facts = facts.assign(kind=facts["measure"].map(kinds), value=facts["value"].astype("float64"))
    wide = facts.pivot_table(index="document", columns="kind", values="value", aggfunc="first")
    wide = wide.reindex(columns=["agency", "vacancy"]).dropna().tail(1)
    return wide.assign(**{"from": [f"As {document} has it" for document in wide.index]})


def both_true(asked: pd.DataFrame) -> str:
    """Say whether the agency share and the vacancy rate asked about can both be true."""
    if asked.empty:
        return ""
    row = asked.iloc[0]
    verdict = (
        "both can be true only if agency workers do more than fill vacant posts, or if the two "
        "count different people, as one part of the service, or heads and not hours"
        if row["for_each_vacancy"] > 1
        else "both can be true, with some vacant posts left uncovered"
    )
    return (
        f"An agency share of {words.number(row['agency'])}% and a vacancy rate of "
        f"{words.number(row['vacancy'])}%, {row['from'][0].lower()}{row['from'][1:]}, mean "
        f"{words.number(row['for_each_vacancy'], 1)} agency workers for each vacant post. "
        f"{verdict[0].upper()}{verdict[1:]}."
    )


def census(pairs: pd.DataFrame, name: str) -> str:
    """Say how many agency workers the area's censuses imply for each vacancy, at the most."""
    known = pairs.dropna(subset=["for_each_vacancy"])
    if known.empty:
        return ""
    newest, most = known.iloc[0], known.loc[known["for_each_vacancy"].idxmax()]
    told = [
        f"{words.number(row['for_each_vacancy'], 1)} {at} ({row['from'].removeprefix('Census, ')})"
        for row, at in ((newest, "at the newest"), (most, "at the most"))
    ]
    return (
        f" The censuses of {name} imply {words.listed(told)} agency workers for each vacant post."
    )


def share_pairs(report: Report) -> pd.DataFrame:
    """Return agency share and vacancy rate of each census side by side, newest first."""
    rows = report.own(AGENCY, VACANCY)
    wide = rows.pivot_table(index="period_end", columns="measure", values="value")
    wide = wide.reindex(columns=[AGENCY, VACANCY]).dropna().sort_index(ascending=False)
    said = [f"Census, {words.month(at)}" for at in wide.index]
    return wide.set_axis(["agency", "vacancy"], axis=1).assign(**{"from": said})
