"""Questions on workforce churn with arithmetic of their own: two shares at once."""

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.metrics import flows
from thurrock_analysis.papers import documents, facts

AGENCY, VACANCY = "agency_social_worker_percent", "social_worker_vacancy_percent"
AGENCY_TOLD = "agency_social_worker_headcount_percent"


@question
def agency_and_vacancy(
    report: Report, agency_share: float = 0.0, vacancy_rate: float = 0.0
) -> Finding:
    """Say whether an agency share and a vacancy rate can both be true.

    Parameters
    ----------
    agency_share, vacancy_rate : float
        Per cent; 0 for both: those that the newest paper on the area tells.

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
    whence, by = "As asked", ""
    if not agency_share and not vacancy_rate:
        told = facts.last_told(report.area, report.as_at, AGENCY_TOLD, VACANCY)
        if not told:
            raise NotHeldError(
                f"No paper on {report.area.spoken} that was out by this date tells an agency share "
                "and a vacancy rate: name two to ask about."
            )
        agency_share, vacancy_rate = (float(row["value"]) for row in told)
        called = documents.registry()[told[0]["document"]]["called"]
        whence, by = called[0].upper() + called[1:], f", as {called} tells them,"
    asked = pd.DataFrame({"agency": [agency_share], "vacancy": [vacancy_rate], "from": [whence]})
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
        f"{words.number(vacancy_rate)}%{by} mean {words.number(implied, 1)} agency workers for "
        f"each vacant post: {verdict}.{census(pairs.iloc[1:], report.area.spoken)}",
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
