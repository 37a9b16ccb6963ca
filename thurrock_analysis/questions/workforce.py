"""Questions on workforce churn with arithmetic of their own: where it leads, two shares at once."""

import math

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.metrics import flows

STOCK, STARTERS, LEAVERS = "social_workers", "social_worker_starters", "social_worker_leavers"
AGENCY, VACANCY = "agency_social_worker_percent", "social_worker_vacancy_percent"
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
def agency_and_vacancy(report: Report, agency_share: float, vacancy_rate: float) -> Finding:
    """Say whether an agency share and a vacancy rate can both be true.

    Parameters
    ----------
    agency_share, vacancy_rate : float
        Per cent.

    Returns
    -------
    Finding
        Its table has a row a pair of shares, the one asked about first, then each census; and
        the agency workers that they imply for each vacancy.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = agency_and_vacancy(open_report("Thurrock"), 50.0, 21.0)
    >>> found.table.loc[0, "for_each_vacancy"].round(1)
    np.float64(3.8)
    """
    asked = pd.DataFrame(
        {"agency": [agency_share], "vacancy": [vacancy_rate], "from": ["As asked"]}
    )
    pairs = pd.concat([asked, share_pairs(report)], ignore_index=True)
    pairs = pairs.assign(
        for_each_vacancy=[
            flows.agency_for_each_vacancy(agency / 100, vacancy / 100)
            for agency, vacancy in zip(pairs["agency"], pairs["vacancy"], strict=True)
        ]
    )
    implied = pairs["for_each_vacancy"].iloc[0]
    verdict = (
        "both can be true only if agency workers do more than fill vacant posts, or if the two "
        "count different people, as one part of the service, or heads and not hours"
        if implied > 1
        else "both can be true, with some vacant posts left uncovered"
    )
    return Finding(
        f"An agency share of {words.number(agency_share)}% and a vacancy rate of "
        f"{words.number(vacancy_rate)}% mean {words.number(implied, 1)} agency workers for each "
        f"vacant post: {verdict}.{census(pairs.iloc[1:], report.area.spoken)}",
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


def census(pairs: pd.DataFrame, name: str) -> str:
    """Say how many agency workers the area's censuses imply for each vacancy, at the most."""
    known = pairs.dropna(subset=["for_each_vacancy"])
    if known.empty:
        return ""
    newest, most = known.iloc[0], known.loc[known["for_each_vacancy"].idxmax()]
    return (
        f" The censuses of {name} imply {words.number(newest['for_each_vacancy'], 1)} at the "
        f"newest ({newest['from']}) and {words.number(most['for_each_vacancy'], 1)} at the most "
        f"({most['from']})."
    )


def share_pairs(report: Report) -> pd.DataFrame:
    """Return agency share and vacancy rate of each census side by side, newest first."""
    rows = report.own(AGENCY, VACANCY)
    wide = rows.pivot_table(index="period_end", columns="measure", values="value")
    wide = wide.reindex(columns=[AGENCY, VACANCY]).dropna().sort_index(ascending=False)
    said = [f"Census, {words.month(at)}" for at in wide.index]
    return wide.set_axis(["agency", "vacancy"], axis=1).assign(**{"from": said})
