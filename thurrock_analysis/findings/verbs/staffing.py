"""Posts and who fills them: the ledger of a day, and what assumptions make of the years ahead."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.outlook import made_by, mine
from thurrock_analysis.findings.view import View
from thurrock_analysis.indicators import staffing as from_posts
from thurrock_analysis.metrics import calibration
from thurrock_analysis.metrics import staffing as metric
from thurrock_analysis.metrics.staffing import CLOSE, Ledger, Plan
from thurrock_analysis.record import areas, measures

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

OWN, VACANT = "social_workers", "social_worker_vacancies"
STARTERS, LEAVERS = "social_worker_starters", "social_worker_leavers"
POSTS, CENSUS = "posts.csv", "the workforce census"
AGENCY, COVERING = "agency_social_workers", "agency_social_workers_covering"
HOLDERS, CASES, CASELOAD = "case_holding_social_workers", "cases_held", "caseload"
NAMES = (OWN, VACANT, AGENCY, COVERING, STARTERS, LEAVERS, HOLDERS, CASES)
PANEL = {"own": OWN, "vacant": VACANT, "starters": STARTERS, "leavers": LEAVERS}
FIRST = 2017
"""Closing year of the first census of individuals."""
WHOLE = 100.0
MOST_YEARS = 5
SHARE, NEAR, YEARS_LEAST = 0.8, 0.04, 3
"""An interval is told where as many of past ones held, within so much, over so many years."""
PEOPLE = Format(1)


@dataclass(frozen=True)
class Start:
    """What the years ahead start from.

    Attributes
    ----------
    day : Timestamp
        Of the ledger.
    ledger : Ledger
        Who fills the posts.
    opening : float
        Own staff a year before.
    starters, leavers : float
        Own staff who came and went in the year to the day.
    holders, cases : float
        Full-time equivalents who hold cases, agency workers among them, and the cases.
    whence : str
        Where it is from.
    """

    day: pd.Timestamp
    ledger: Ledger
    opening: float
    starters: float
    leavers: float
    holders: float
    cases: float
    whence: str


@question
def staffing(
    report: "Report",
    years: int = 3,
    turnover: float | None = None,
    starters: float | None = None,
    cap: float = WHOLE,
    establishment: float | None = None,
    cases: float | None = None,
    own_cost: float | None = None,
    agency_cost: float | None = None,
) -> Finding:
    """Say who fills the posts, what does not fit, and what turnover, starters and a cap would do.

    From ``posts.csv`` where it is given, else from the newest workforce census. What is assumed
    of the years ahead are parameters; left out, all goes on as in the year before.

    Parameters
    ----------
    years : int
        Years ahead, up to five.
    turnover : float, optional
        Per cent of own staff at the start of a year who leave in it.
    starters : float, optional
        Own staff (full-time equivalents) who start in a year, as far as posts are free.
    cap : float
        Per cent that agency workers may have of all social workers; 100 for no cap.
    establishment : float, optional
        Posts (full-time equivalents).
    cases : float, optional
        Cases held.
    own_cost, agency_cost : float, optional
        Pounds a year for a full-time worker; the cost is told where both are named.

    Returns
    -------
    Finding
        Its table has a row a year ahead, the sum of each column in its heading; below it every
        assumption with where it is from.

    Raises
    ------
    ThurrockError
        An assumption cannot be: the sentence says which and what could.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> found = open_report("Thurrock").staffing(years=1, cap=10)
    >>> found.table.loc[1, ["own", "vacant", "agency"]].round(1).tolist()
    [153.1, 35.1, 17.0]
    """
    asked = {
        "years": (years, 1, MOST_YEARS), "turnover": (turnover, 0, WHOLE),
        "starters": (starters, 0, math.inf), "cap": (cap, 0, WHOLE),
        "establishment": (establishment, 0, math.inf), "cases": (cases, 0, math.inf),
        "own_cost": (own_cost, 0, math.inf), "agency_cost": (agency_cost, 0, math.inf),
    }  # fmt: skip
    check(asked)
    start = started(report)
    usual = plan_of(start)
    lacking = usual is None and (turnover is None or starters is None)
    if lacking or math.isnan(start.ledger.agency):
        return _ledger_alone(report, start)
    told = {
        "turnover": turnover if turnover is not None else WHOLE * usual.turnover if usual else 0.0,
        "starters": starters if starters is not None else usual.starters if usual else 0.0,
        "cap": cap,
        "establishment": start.ledger.establishment if establishment is None else establishment,
        "cases": start.cases if cases is None else cases,
    }
    plan = Plan(
        told["establishment"], told["turnover"] / WHOLE, told["starters"], cap / WHOLE,
        start.ledger.agency,
    )  # fmt: skip
    going_on = usual is not None and replace(plan, cap=1.0) == usual
    ahead = metric.ahead(start.ledger.own, plan, years)
    table = _years(report, start, ahead, told["cases"], own_cost, agency_cost)
    record = Record.of(report)
    lines = [
        *ledger_lines(report, start),
        _ahead_line(report, start, table.frame, told, going_on, record),
    ]
    named = {name for name, (value, *_) in asked.items() if value not in (None, WHOLE)}
    return Finding(
        "\n".join(lines),
        report.own(*NAMES),
        table,
        _doubt(start, record, going_on, own_cost is None or agency_cost is None, table.frame)
        + by_past_numbers(report),
        rest=_assumed(report, start, told, named),
        key=False,
    )


def check(asked: Mapping[str, tuple[float | None, float, float]]) -> None:
    """Refuse an assumption that is no number or lies out of range."""
    for name, (value, low, high) in asked.items():
        if value is None:
            continue
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if not right or not low <= value <= high or math.isinf(value):
            span = f"between {low:g} and {high:g}" if high < math.inf else f"{low:g} or more"
            raise ThurrockError(f"{name} takes a number, {span}, and not {value!r}.")
    if asked["years"][0] != int(asked["years"][0] or 0):
        raise ThurrockError(f"years takes a whole number, and not {asked['years'][0]!r}.")


def started(report: "Report") -> Start:
    """Return what is known: of the posts if they are given, else of the newest census."""
    if report.returns is not None and "posts" in report.returns.alone.tables:
        return _of_posts(report)
    return of_census(report)


def _of_posts(report: "Report") -> Start:
    assert report.returns is not None
    held = report.returns.alone
    day = from_posts.day_of(held)
    now = from_posts.standing(held, day)
    before = from_posts.standing(held, day - pd.DateOffset(years=1))
    moved = from_posts.flows(held, day)
    agency, own = now["agency"], now["permanent"]
    ledger = Ledger(own, now["vacant"] + agency, agency, (agency, agency))
    started, left = moved["permanent starters"], moved["permanent leavers"]
    return Start(day, ledger, before["permanent"], started, left, math.nan, math.nan, POSTS)


def of_census(view: View) -> Start:
    """Return what the newest census that tells who is in post and what is vacant says."""
    rows = view.own(*NAMES)
    wide = rows.pivot_table(index="period_end", columns="measure", values="value", dropna=False)
    wide = wide.reindex(columns=list(NAMES))
    whole = wide.dropna(subset=[OWN, VACANT])
    if whole.empty:
        raise NotHeldError(
            f"Posts cannot be counted for {view.area.spoken}: no year has both social workers in "
            f"post and vacancies.{view.jointly([OWN, VACANT])}"
        )
    day = whole.index.max()
    now = whole.loc[day]
    before = wide[OWN].get(day - pd.DateOffset(years=1), math.nan)
    before = before if day.year > FIRST else math.nan  # of a census of another kind
    ledger = Ledger.of(*(float(now[name]) for name in (OWN, VACANT, AGENCY, COVERING)))
    came, went, holders, held = (float(now[name]) for name in (STARTERS, LEAVERS, HOLDERS, CASES))
    printed = view.own(CASELOAD).set_index("period_end")["value"].get(day, math.nan)
    if printed > 0 and holders > 0:
        holders = held / printed  # the caseload is printed of unrounded holders
    return Start(day, ledger, float(before), came, went, holders, held, CENSUS)


def plan_of(start: Start) -> Plan | None:
    """Return the plan in which all goes on as before; none where a flow is not known."""
    turnover = start.leavers / start.opening if start.opening > 0 else math.nan
    known = (turnover, start.starters, start.ledger.agency)
    if any(map(math.isnan, known)):
        return None
    least = min(turnover, 1.0)
    return Plan(start.ledger.establishment, least, start.starters, 1.0, start.ledger.agency)


def ledger_lines(report: "Report", start: Start) -> list[str]:
    """Say who fills the posts, whether agency workers and vacancies fit, and what does not."""
    one = start.ledger
    lines = [
        f"{report.area.name} had {_fte(one.own)} full-time equivalent social workers in post on "
        f"{words.day(start.day)} and {_fte(one.vacant)} vacant posts, so {_fte(one.establishment)} "
        f"posts (by {start.whence})."
    ]
    if math.isnan(one.agency):
        return [*lines, "The number of agency workers is not printed, so it is not known how many "
                "of the vacancies they cover."]  # fmt: skip
    lines += [_covered(one), *_flow_gap(start)]
    if report.returns is None or start.whence != POSTS:
        return lines
    held = report.returns.alone
    moved = from_posts.flows(held, start.day)
    return [*lines, _tenure(from_posts.tenure(held, start.day), moved), *_beside(report)]


def _beside(report: "Report") -> list[str]:
    """Set the posts beside the newest census, on its day; nothing where none is published."""
    assert report.returns is not None
    try:
        census = of_census(report)
    except NotHeldError:
        return []
    now = from_posts.standing(report.returns.alone, census.day)
    own, agency = (_fte(now[state]) for state in ("permanent", "agency"))
    vacant = _fte(now["vacant"] + now["agency"])
    printed = (census.ledger.own, census.ledger.vacant, census.ledger.agency)
    told = [_fte(each) if not math.isnan(each) else "no figure" for each in printed]
    return [
        f"On {words.day(census.day)} {POSTS} has {own} in post, {vacant} vacant and {agency} "
        f"agency workers, and the workforce census {words.listed(told)}."
    ]


def _covered(one: Ledger) -> str:
    """Say how agency workers and vacancies fit, with bounds where that is not printed."""
    if one.amiss:
        return f"The figures cannot all be right: {one.amiss}."
    least, most = one.covering
    if most - least > CLOSE:
        return (
            f"Of {_fte(one.agency)} agency workers up to {_fte(most)} can cover a vacancy; how "
            f"many do is not printed. At the least {_fte(one.beyond[0])} come on top of the "
            f"vacancies, and at the least {_fte(one.uncovered[0])} posts are covered by nobody."
        )
    beyond, uncovered = one.beyond[0], one.uncovered[0]
    top = (
        f"{_fte(beyond)} come on top of the vacancies, which is why agency share and vacancy rate "
        "do not reconcile: they stand for absence, projects or posts that are not in the "
        "establishment, and the figures do not say which"
        if beyond > CLOSE
        else "none come on top of the vacancies, so that agency share and vacancy rate reconcile"
    )
    left = f"{_fte(uncovered)} of the vacant posts are covered by nobody"
    return (
        f"Of {_fte(one.agency)} agency workers {_fte(least)} cover a vacancy; {top}. "
        f"{left if uncovered > CLOSE else 'Every vacant post is covered'}."
    )


def _flow_gap(start: Start) -> list[str]:
    """Say what starters and leavers do not explain of the change in post."""
    gap = start.ledger.own - (start.opening + start.starters - start.leavers)
    if math.isnan(gap):
        return []
    flow = (
        f"In the year before {_fte(start.starters)} started and {_fte(start.leavers)} left, from "
        f"{_fte(start.opening)}"
    )
    if abs(gap) < 1:
        return [f"{flow}: that explains the number in post."]
    return [
        f"{flow}: {_fte(abs(gap))} {'more' if gap > 0 else 'fewer'} are in post than that explains "
        "(changes of hours and late records are in neither flow)."
    ]


def _tenure(rows: pd.DataFrame, moved: dict[str, float]) -> str:
    """Say how long those in post have stayed, by contract, and how agency workers turn over."""
    told = []
    for row in rows.itertuples():
        if row.people:
            told.append(
                f"{words.counted(row.people, 'person')} on {row.contract} contracts "
                f"{words.number(row.mean, 1)} years on average, {row.under_a_year} of them under a "
                "year"
            )
    said = words.listed(told).replace("persons", "people")
    came, went = moved["agency starters"], moved["agency leavers"]
    return (
        f"Those in post have been there unbroken: {said}. {_fte(came)} agency workers started and "
        f"{_fte(went)} left in the year."
    )


@dataclass(frozen=True)
class Record:
    """How far sums of the past missed: errors of other areas and years, by years ahead."""

    errors: pd.DataFrame
    alike: bool
    """Whether the area is one of them, and no region or country."""

    @classmethod
    def of(cls, view: View) -> "Record":
        """Work out the errors of all authorities from what was known at the date."""
        known = panel(view)
        errors = metric.missed(known) if len(known) else pd.DataFrame(columns=metric.ERRORS)
        return cls(errors, view.area.level in ("authority", "joint"))

    def interval(self, column: str) -> tuple[float, float] | None:
        """Return four in five errors a year ahead, if such intervals held on the record."""
        if not self.alike or self.errors.empty:
            return None
        told = metric.held(self.errors, column, SHARE)
        first = told[told["horizon"].eq(1)]
        if first.empty or int(first["years"].iloc[0]) < YEARS_LEAST:
            return None
        if abs(float(first["share"].iloc[0]) - SHARE) > NEAR:
            return None
        known = self.errors.loc[self.errors["horizon"].eq(1), column].dropna()
        low, high = known.quantile([(1 - SHARE) / 2, (1 + SHARE) / 2])
        return float(low), float(high)

    def typical(self, column: str, horizon: int) -> float:
        """Return the middle size of the errors so many years ahead; NaN where none is known."""
        rows = self.errors.loc[self.errors["horizon"].eq(horizon), column].dropna()
        return float(rows.abs().median()) if len(rows) else math.nan


def panel(view: View) -> pd.DataFrame:
    """Return own staff, vacancies and flows of every authority by year."""
    parts = []
    for name, measure in PANEL.items():
        rows = view.figures(measure)
        level = rows["area"].map(lambda code: areas.get(code).level)
        kept = rows[level.isin(["authority", "joint"]) & rows["value"].notna()]
        kept = kept[kept["period_end"].dt.year >= FIRST]
        told = kept.assign(year=kept["period_end"].dt.year, name=name)
        parts.append(told[["area", "year", "name", "value"]])
    long = pd.concat(parts, ignore_index=True)
    wide = long.pivot(index=["area", "year"], columns="name", values="value")
    return wide.reindex(columns=[*PANEL]).astype("float64").reset_index()


def _years(
    report: "Report", start: Start, ahead: pd.DataFrame, cases: float,
    own_cost: float | None, agency_cost: float | None,
) -> Table:  # fmt: skip
    """Return the day itself and each year ahead, with caseload and cost where they are known."""
    one = start.ledger
    now = {
        "year": 0, "leavers": start.leavers, "starters": start.starters, "own": one.own,
        "vacant": one.vacant, "agency": one.agency, "uncovered": one.uncovered[0],
        "at_work": one.own + one.agency,
    }  # fmt: skip
    frame = pd.concat([pd.DataFrame([now]), ahead], ignore_index=True)
    frame["year"] = start.day.year + frame["year"]
    share = start.holders / (one.own + one.agency)
    if not math.isnan(share * cases) and share > 0:
        loads = [start.cases, *[cases] * len(ahead)]
        frame["caseload"] = [
            load / (share * here) if here > 0 else math.nan
            for load, here in zip(loads, frame["at_work"], strict=True)
        ]
    if own_cost is not None and agency_cost is not None:
        frame["cost"] = frame["own"] * own_cost + frame["agency"] * agency_cost
    heads = {
        "year": "Year", "leavers": "Leavers", "starters": "Starters", "own": "In post",
        "vacant": "Vacant", "agency": "Agency", "uncovered": "Covered by nobody",
        "at_work": "At work", "caseload": "Cases each", "cost": "Cost a year",
    }  # fmt: skip
    formats = {"year": YEAR, **dict.fromkeys(list(heads)[1:-1], PEOPLE)}
    formats["cost"] = Format(0, prefix="£")
    return Table(
        frame, f"{report.area.name}: who would fill the posts, full-time equivalents",
        heads, {name: how for name, how in formats.items() if name in frame},
    )  # fmt: skip


def _ahead_line(
    report: "Report", start: Start, frame: pd.DataFrame, told: dict[str, float], going_on: bool,
    record: Record,
) -> str:  # fmt: skip
    first, last = frame.iloc[1], frame.iloc[-1]
    cap = f", and agency workers are at most {told['cap']:g}% of all" * (told["cap"] < WHOLE)
    text = (
        f"If {words.number(told['turnover'], 1)}% of those in post leave in a year and "
        f"{_fte(told['starters'])} start{cap}, {_fte(first['own'])} would be in post in "
        f"{int(first['year'])}{_within(first, record, going_on, told['establishment'])}, "
        f"{_open(first['uncovered'])}"
    )
    if len(frame) > 2:
        text += f", and {_fte(last['own'])} in {int(last['year'])}, {_open(last['uncovered'])}"
    if "caseload" in frame:
        now, then = (words.number(frame["caseload"].iloc[at], 1) for at in (0, -1))
        moved = f"go from {now} to {then}" if now != then else f"stay at {now}"
        text += f". Cases for each worker who holds any would {moved}"
    if "cost" in frame:
        text += f"; the cost of a year would be £{words.number(last['cost'])}"
    return f"{text}."


def _open(uncovered: float) -> str:
    """Say how many posts nobody fills or covers."""
    if uncovered <= CLOSE:
        return "with every post filled or covered"
    return f"with {_fte(uncovered)} posts covered by nobody"


def _within(row: pd.Series, record: Record, going_on: bool, establishment: float) -> str:
    """Return the interval of the first year, where it is of the plan that the record tested."""
    ends = record.interval("own") if going_on else None
    if ends is None:
        return ""
    low, high = (min(float(row["own"]) * math.exp(end), establishment) for end in ends)
    return f" (four in five such between {_fte(low)} and {_fte(high)})"


def _doubt(
    start: Start, record: Record, going_on: bool, costless: bool, frame: pd.DataFrame
) -> str:
    parts = ["The sum never has more at work than there are posts."]
    if start.whence == POSTS:
        parts.append("Agency workers who hold no post do not stand in the file of posts.")
    ours, still = record.typical("own", 1), record.typical("still", 1)
    if not math.isnan(ours):
        parts.append(
            "Where flows went on for a year, half of such sums for authorities missed those in "
            f"post by more than {words.number(WHOLE * ours)}%. Of sums in which nothing changes "
            f"half missed by more than {words.number(WHOLE * still)}%."
        )
    if not (going_on and record.interval("own")):
        parts.append("It is a scenario without an interval: the record cannot test it.")
    elif len(frame) > 2:
        parts.append(
            "Further than a year ahead it is a scenario without an interval: past ones did not "
            "hold as often as they say."
        )
    if "caseload" not in frame:
        parts.append("Cases held are not known here, so caseload is left out.")
    if costless:
        parts.append("No cost is published: name own_cost and agency_cost to have it worked out.")
    return " ".join(parts)


def by_past_numbers(report: "Report") -> str:
    """Say what the outlook has for the same, which goes by past numbers in place of flows."""
    about = measures.get(OWN)
    try:
        row = mine(report, made_by(report, about)[1], about).iloc[0]
    except NotHeldError:
        return ""
    low, high = (words.figure(row[end], about) for end in calibration.ends_of(SHARE))
    return (
        f" The outlook, which goes by past numbers and not by flows, has {low} to {high} in post "
        f"{words.when(row['period_end'], about)}."
    )


def _assumed(report: "Report", start: Start, told: dict[str, float], named: set[str]) -> Table:
    """Return every assumption with what it is and where it is from."""
    went = f"leavers of the year / in post a year before, {start.whence}"
    rows = [
        ("turnover", "leave in a year, of those in post at its start (%)", went),
        (
            "starters",
            "start in a year, as far as posts are free",
            f"the year before, {start.whence}",
        ),
        ("cap", "agency workers of all social workers at the most (%)", "no cap"),
        ("establishment", "posts: in post + vacant", f"{words.day(start.day)}, {start.whence}"),
        ("cases", "cases held, all years", f"{words.day(start.day)}, {start.whence}"),
    ]
    frame = pd.DataFrame(
        {
            "name": [name for name, *_ in rows],
            "words": [text for _, text, _ in rows],
            "value": [told[name] for name, *_ in rows],
            "origin": ["assumed" if name in named else whence for name, _, whence in rows],
        }
    )
    heads = {"name": "Name", "words": "What it is", "value": "Figure",
             "origin": "Where it is from"}  # fmt: skip
    return Table(
        frame, f"{report.area.name}: what is assumed; in post = before - leavers + starters, "
        "vacant = posts - in post, agency = least of what there is now, the cap and the vacancies",
        heads, {"value": Format(1, missing="not known")},
    )  # fmt: skip


def _ledger_alone(report: "Report", start: Start) -> Finding:
    """Tell the ledger where no flow is known to go on."""
    return Finding(
        "\n".join(ledger_lines(report, start)),
        report.own(*NAMES),
        doubt="The years ahead are left out: starters, leavers, agency workers or those in post a "
        f"year before {words.day(start.day)} are none, or not printed alike. Turnover and starters "
        "can be named.",
        key=False,
    )


def _fte(value: float) -> str:
    return words.number(value, 1)
