"""The questions on workforce churn: who leaves, who comes, who covers, where it leads."""

import math

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings import common
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics import flows

STOCK, STARTERS, LEAVERS = "social_workers", "social_worker_starters", "social_worker_leavers"
AGENCY, VACANCY = "agency_social_worker_percent", "social_worker_vacancy_percent"
AHEAD = 5


def standing(report: Report) -> Answer:
    """Say where the workforce stands among the authority's neighbours."""
    names = common.grouping("workforce")
    return common.standing(report, names, VACANCY, "Where-does-the-workforce-stand?")


def churn(report: Report, base_year: int) -> Answer:
    """Say how vacancies, agency work and turnover moved."""
    return common.progress(report, "churn", "How-did-churn-move?", base_year)


def workload(report: Report, base_year: int) -> Answer:
    """Say how caseload, cover and absence moved."""
    return common.progress(report, "workload", "How-heavy-is-the-work?", base_year)


def stock_and_flow(report: Report) -> Answer:
    """Say whether starters and leavers explain the number in post."""
    rows = report.own(STOCK, STARTERS, LEAVERS)
    flow = flows.stock_flow(rows, STOCK, STARTERS, LEAVERS)
    if flow.empty:
        raise NotHeldError(f"Starters and leavers of {report.area.name} are not held.")
    last = flow.iloc[-1]
    year = int(flow.index[-1])
    net = last["starts"] - last["ends"]
    more = "more started than left" if net > 0 else "more left than started"
    sentence = (
        f"In the year to September {year} {words.number(last['starts'], 1)} full-time equivalents "
        f"started in {report.area.name} and {words.number(last['ends'], 1)} left: {more}. The "
        f"number in post moved from {words.number(last['opening'], 1)} to "
        f"{words.number(last['closing'], 1)}, {words.number(abs(last['unexplained']), 1)} "
        f"{'more' if last['unexplained'] > 0 else 'fewer'} than that explains."
    )
    headline = f"{report.area.name}: {words.number(last['closing'], 1)} in post in {year}, {more}"
    what = "Full-time equivalents, years ending 30 September and at 30 September"
    chart = charts.trend(rows, "measure", headline=headline, subtitle=what, focus=STOCK)
    open_years = flow[flow["unexplained"].abs() > 1]
    return Answer(
        "Do-starters-and-leavers-explain-the-number-in-post?",
        headline,
        sentence,
        rows,
        flow_table(flow),
        "Opening number, starters, leavers, closing number: full-time equivalents",
        f"The identity misses by more than one full-time equivalent in {len(open_years)} of "
        f"{len(flow)} years, by {words.number(flow['unexplained'].abs().max(), 1)} at most: "
        "changed hours, moves between roles and late corrections are no starters and no leavers.",
        chart,
    )


def flow_table(flow: pd.DataFrame) -> pd.DataFrame:
    """Write the stock-flow identity as a table of text, newest year first."""
    columns = {"opening": "Opening", "starts": "Started", "ends": "Left", "closing": "Closing"}
    rows = flow.sort_index(ascending=False)
    table = rows[list(columns)].rename(columns=columns).map(lambda value: words.number(value, 1))
    unexplained = [f"{value:+.1f}" for value in rows["unexplained"]]
    return table.assign(Unexplained=unexplained).reset_index(names="Year")


def outlook(report: Report) -> Answer:
    """Say where the number in post goes if starters and the share of leavers stay."""
    rows = report.own(STOCK, STARTERS, LEAVERS)
    flow = flows.stock_flow(rows, STOCK, STARTERS, LEAVERS)
    if len(flow) < 3 or not flow["closing"].tail(3).gt(0).all():
        raise NotHeldError(f"Three years of starters and leavers of {report.area.name} are needed.")
    stock, year = flow["closing"].iloc[-1], int(flow.index[-1])
    paths = {}
    for name, used in {"newest year": flow.tail(1), "mean of three years": flow.tail(3)}.items():
        share = used["ends"].sum() / used["closing"].sum()
        paths[name] = (used["starts"].mean(), share)
    table = pd.DataFrame(
        {"If flows stay as in the": list(paths)}
        | {
            "Starters a year": [words.number(starters, 1) for starters, _ in paths.values()],
            "Leavers, share": [words.number(100 * share, 1) + "%" for _, share in paths.values()],
        }
        | {
            str(year + step): [
                words.number(flows.settle(stock, starters, share, AHEAD)[step - 1], 1)
                for starters, share in paths.values()
            ]
            for step in (1, AHEAD)
        }
        | {"Settles at": [words.number(s / r, 1) if r else "–" for s, r in paths.values()]}
    )
    ends = [flows.settle(stock, starters, share, AHEAD)[-1] for starters, share in paths.values()]
    sentence = (
        f"With {words.number(stock, 1)} full-time equivalents in post in {year}, "
        f"{report.area.name} would have {words.number(min(ends), 1)} to "
        f"{words.number(max(ends), 1)} in {year + AHEAD} if flows stayed as in the newest year or "
        "as on average over three."
    )
    return Answer(
        "Where-does-the-number-in-post-go-if-flows-stay?",
        "",
        sentence,
        rows.iloc[:0],
        table,
        "A sum, not a forecast: full-time equivalents in post",
        "Flows do not stay: the two lines differ by "
        f"{words.number(max(ends) - min(ends), 1)} after {AHEAD} years for no other reason.",
    )


def agency_and_vacancy(report: Report, agency_share: float, vacancy_rate: float) -> Answer:
    """Say whether an agency share and a vacancy rate, in per cent, can both be true."""
    asked = pd.DataFrame(
        {"agency": [agency_share], "vacancy": [vacancy_rate], "from": ["As asked"]}
    )
    pairs = pd.concat([asked, share_pairs(report)], ignore_index=True)
    implied = flows.agency_for_each_vacancy(agency_share / 100, vacancy_rate / 100)
    verdict = (
        "both can be true only if agency workers do more than fill vacant posts, or if the two "
        "count different people, as one part of the service, or heads and not hours"
        if implied > 1
        else "both can be true, with some vacant posts left uncovered"
    )
    sentence = (
        f"An agency share of {words.number(agency_share)}% and a vacancy rate of "
        f"{words.number(vacancy_rate)}% mean {words.number(implied, 1)} agency workers for each "
        f"vacant post: {verdict}.{census(pairs.iloc[1:], report.area.name)}"
    )
    table = pd.DataFrame(
        {
            "From": pairs["from"],
            "Agency share": pairs["agency"].map(lambda value: words.number(value, 1) + "%"),
            "Vacancy rate": pairs["vacancy"].map(lambda value: words.number(value, 1) + "%"),
            "Agency for each vacancy": [
                words.number(flows.agency_for_each_vacancy(agency / 100, vacancy / 100), 2)
                for agency, vacancy in zip(pairs["agency"], pairs["vacancy"], strict=True)
            ],
        }
    )
    return Answer(
        "Can-the-agency-share-and-the-vacancy-rate-both-be-true?",
        "",
        sentence,
        report.own(AGENCY, VACANCY).iloc[:0],
        table,
        "Agency share and vacancy rate, and the agency workers they imply for each vacancy",
        "Each share leaves the other's count out of its denominator: agency / (agency + in post), "
        "vacant / (vacant + in post).",
    )


def census(pairs: pd.DataFrame, name: str) -> str:
    """Say how many agency workers the area's censuses imply for each vacancy, at the most."""
    implied = {
        str(row["from"]): flows.agency_for_each_vacancy(row["agency"] / 100, row["vacancy"] / 100)
        for row in pairs.to_dict("records")
    }
    known = {when: value for when, value in implied.items() if not math.isnan(value)}
    if not known:
        return ""
    newest, most = next(iter(known)), max(known, key=lambda when: known[when])
    return (
        f" The censuses of {name} imply {words.number(known[newest], 1)} at the newest "
        f"({newest}) and {words.number(known[most], 1)} at the most ({most})."
    )


def share_pairs(report: Report) -> pd.DataFrame:
    """Return agency share and vacancy rate of each census side by side, newest first."""
    rows = report.own(AGENCY, VACANCY)
    wide = rows.pivot_table(index="period_end", columns="measure", values="value")
    wide = wide.reindex(columns=[AGENCY, VACANCY]).dropna().sort_index(ascending=False)
    said = [f"Census, {at:%B %Y}" for at in wide.index]
    return wide.set_axis(["agency", "vacancy"], axis=1).assign(**{"from": said})
