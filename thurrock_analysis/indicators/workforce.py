"""Social workers in post, agency workers, vacancies and caseloads, from the workforce census."""

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.choosing import in_periods
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.covering import Asked, covered
from thurrock_analysis.indicators.defining import cases, limit
from thurrock_analysis.indicators.periods import DAY
from thurrock_analysis.indicators.splitting import ethnicity, meant, sex
from thurrock_analysis.returns.returns import Returns

CENSUS = "CSWW"
CLOSES = "Y-SEP"
ONLY_CENSUS_DAYS = "The workforce census counts on 30 September and over the year that ends then."
LEFT, BEGAN = "RoleEndDate", "RoleStartDate"


def workers(returns: Returns) -> pd.DataFrame:
    """Return the workers of each return: whether of an agency, and what they are split by."""
    rows = returns.table("workforce_workers").rename(columns={"SWENo": "id"})
    rows = rows.reset_index(drop=True)
    closes = pd.to_datetime(rows["YEAR"].astype("str") + "-09-30", errors="coerce")
    agency = rows["AgencyWorker"].astype("boolean").fillna(False).astype("bool")
    held = rows.reindex(columns=["OrgRole", "Sex", "Ethnicity"])
    return rows.assign(
        closes=closes.astype("datetime64[s]"),
        agency=agency,
        contract=agency.map({True: "agency", False: "in post"}),
        role=meant(held["OrgRole"], "ORG_ROLE"),
        sex=sex(held["Sex"]),
        ethnicity=ethnicity(held["Ethnicity"]),
    )


def _census_days(
    returns: Returns, periods: pd.DataFrame, throughout: bool = False, year: bool = False
) -> Asked:
    """Return the periods that close with a census: covered throughout, or just its year."""
    asked, gaps = covered(returns, CENSUS, periods, day=not throughout)
    first, last = asked["period_start"], asked["period_end"]
    fits = last.dt.strftime("%m-%d").eq("09-30")
    if year:
        fits &= first.eq(last - pd.DateOffset(years=1) + DAY)
    further = () if fits.all() else (ONLY_CENSUS_DAYS,)
    return asked[fits].reset_index(drop=True), (*gaps, *further)


def _placed(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the census that closes each period."""
    return rows.merge(asked[PERIOD], left_on=["LA", "closes"], right_on=["LA", "period_end"])


def _present(returns: Returns, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the workers present on the day of each census, agency workers included."""
    rows = _placed(returns.once(workers), over(returns, periods, _census_days)[0])
    return rows[~(rows[LEFT] <= rows["period_end"])].reset_index(drop=True)


def _in_post(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods)
    rows = over(returns, periods, _present)
    return rows[~rows["agency"]], asked


def _of_agencies(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods)
    rows = over(returns, periods, _present)
    return rows[rows["agency"]], asked


@measure
def social_workers(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents in post.

    Examples
    --------
    >>> from thurrock_analysis.indicators.periods import years
    >>> rows = pd.DataFrame({"LA": "", "YEAR": 2023, "SWENo": ["1", "2", "3"], "FTE": [1, 0.6, 1]})
    >>> rows = rows.assign(AgencyWorker=[False, False, True], RoleEndDate=pd.NaT)
    >>> held = Returns({"workforce_workers": rows})
    >>> social_workers(held, years(2023, 2023, "09-30")).figures()["value"].tolist()
    [1.6]
    """
    rows, asked = over(returns, periods, _in_post)
    return cases("social_workers", rows, asked, rows["FTE"])


@measure
def social_workers_headcount(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count social workers in post."""
    rows, asked = over(returns, periods, _in_post)
    return cases("social_workers_headcount", rows, asked)


def _starters(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods)
    held = returns.once(workers)
    rows = in_periods(_of_own_year(held[~held["agency"]], BEGAN), BEGAN, asked[0])
    return rows[~(rows[LEFT] <= rows["period_end"])], asked


def _leavers(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = covered(returns, CENSUS, periods)
    held = returns.once(workers)
    rows = in_periods(_of_own_year(held[~held["agency"]], LEFT), LEFT, asked[0])
    return rows[~(rows[BEGAN] >= rows["period_start"])], asked


def _of_own_year(rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """Return the rows whose date lies in the year of their return: a later one may repeat it."""
    closes = rows[date].dt.to_period(CLOSES).dt.year
    return rows[closes.eq(rows["YEAR"]).fillna(False).astype("bool")]


def _lost(rows: pd.DataFrame) -> pd.Series:
    return rows["FTE30"].fillna(rows["FTE"])


@measure
def social_worker_starters(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of those who started and stayed to the end."""
    rows, asked = over(returns, periods, _starters)
    return cases("social_worker_starters", rows, asked, rows["FTE"])


@measure
def social_worker_starters_headcount(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count those who started and stayed to the end."""
    rows, asked = over(returns, periods, _starters)
    return cases("social_worker_starters_headcount", rows, asked)


@measure
def social_worker_leavers(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of those who left."""
    rows, asked = over(returns, periods, _leavers)
    return cases("social_worker_leavers", rows, asked, _lost(rows))


@measure
def social_worker_leavers_headcount(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count those who left."""
    rows, asked = over(returns, periods, _leavers)
    return cases("social_worker_leavers_headcount", rows, asked)


def _turned_over(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return leavers, who are no part of the denominator, and those in post, who are all of it."""
    asked = _census_days(returns, periods, throughout=True)
    left = over(returns, periods, _leavers)[0].merge(asked[0], on=PERIOD)
    stayed = over(returns, periods, _in_post)[0].merge(asked[0], on=PERIOD)
    both = [left.assign(event="left"), stayed.assign(event="in post")]
    return pd.concat(both, ignore_index=True), asked


@measure
def social_worker_turnover_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Leavers over those in post at the end, in full-time equivalents."""
    rows, asked = over(returns, periods, _turned_over)
    left = rows["event"].eq("left")
    numerator = _lost(rows).where(left, 0.0)
    return cases(
        "social_worker_turnover_percent", rows, asked, numerator, rows["FTE"].mask(left, 0.0)
    )


@measure
def social_worker_turnover_headcount_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Leavers over those in post at the end, counted."""
    rows, asked = over(returns, periods, _turned_over)
    left = rows["event"].eq("left").astype("float64")
    return cases("social_worker_turnover_headcount_percent", rows, asked, left, 1.0 - left)


@measure
def agency_social_workers(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of agency workers."""
    rows, asked = over(returns, periods, _of_agencies)
    return cases("agency_social_workers", rows, asked, rows["FTE"])


@measure
def agency_social_workers_headcount(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Count agency workers."""
    rows, asked = over(returns, periods, _of_agencies)
    return cases("agency_social_workers_headcount", rows, asked)


@measure
def agency_social_worker_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of agency workers, in full-time equivalents."""
    asked = _census_days(returns, periods)
    rows = over(returns, periods, _present)
    numerator = rows["FTE"].where(rows["agency"], 0.0)
    return cases("agency_social_worker_percent", rows, asked, numerator, rows["FTE"])


@measure
def agency_social_worker_headcount_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of agency workers, counted."""
    asked = _census_days(returns, periods)
    rows = over(returns, periods, _present)
    return cases("agency_social_worker_headcount_percent", rows, asked, rows["agency"], 1.0)


def authority(returns: Returns) -> pd.DataFrame:
    """Return what each return says of the authority as a whole."""
    rows = returns.table("workforce_authority").reset_index(drop=True)
    closes = pd.to_datetime(rows["YEAR"].astype("str") + "-09-30", errors="coerce")
    return rows.assign(closes=closes.astype("datetime64[s]"), id="")


def _of_authority(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods)
    return _placed(returns.once(authority), asked[0]), asked


def _beside(
    returns: Returns, periods: pd.DataFrame, agency: bool
) -> tuple[pd.DataFrame, Asked, pd.Series]:
    """Return the authority's row and its workers, and whether each row is of a worker."""
    whole, asked = over(returns, periods, _of_authority)
    people = over(returns, periods, _present)
    rows = pd.concat([whole, people[people["agency"].eq(agency)]], ignore_index=True)
    return rows, asked, rows["agency"].notna()


@measure
def social_worker_vacancies(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Return the vacant full-time equivalents, those that agency workers cover included."""
    rows, asked = over(returns, periods, _of_authority)
    return cases("social_worker_vacancies", rows, asked, rows["NumberOfVacancies"])


@measure
def social_worker_vacancy_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Vacancies over vacancies and social workers in post."""
    rows, asked, worker = _beside(returns, periods, agency=False)
    vacant = rows["NumberOfVacancies"].mask(worker, 0.0)
    held = rows["FTE"].where(worker, rows["NumberOfVacancies"])
    return cases("social_worker_vacancy_percent", rows, asked, vacant, held)


@measure
def agency_social_workers_covering(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Return the full-time equivalents of agency workers who cover vacancies."""
    rows, asked = over(returns, periods, _of_authority)
    return cases("agency_social_workers_covering", rows, asked, rows["NoAgencyFTE"])


@measure
def agency_covering_vacancies_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Agency workers who cover vacancies over all agency workers."""
    rows, asked, worker = _beside(returns, periods, agency=True)
    covering = rows["NoAgencyFTE"].mask(worker, 0.0)
    held = rows["FTE"].where(worker, 0.0)
    return cases("agency_covering_vacancies_percent", rows, asked, covering, held)


@measure
def vacancies_covered_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Agency workers who cover vacancies over vacancies."""
    rows, asked = over(returns, periods, _of_authority)
    parts = rows["NoAgencyFTE"], rows["NumberOfVacancies"]
    return cases("vacancies_covered_percent", rows, asked, *parts)


def _holders(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods)
    rows = over(returns, periods, _present)
    holds = (rows["Cases30"] > 0) & (rows["FTE"] > 0)
    return rows[holds.fillna(False).astype("bool")], asked


@measure
def case_holding_social_workers(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the full-time equivalents of those who hold cases, agency workers included."""
    rows, asked = over(returns, periods, _holders)
    return cases("case_holding_social_workers", rows, asked, rows["FTE"])


@measure
def cases_held(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the cases that social workers hold."""
    rows, asked = over(returns, periods, _holders)
    return cases("cases_held", rows, asked, rows["Cases30"])


@measure
def caseload(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Cases held over the full-time equivalents of those who hold any."""
    rows, asked = over(returns, periods, _holders)
    return cases("caseload", rows, asked, rows["Cases30"], rows["FTE"])


def _through_year(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods, throughout=True, year=True)
    rows = _placed(returns.once(workers), asked[0])
    return rows[~rows["agency"]], asked


@measure
def sickness_days(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Sum the working days that those in post lost to sickness in the year."""
    rows, asked = over(returns, periods, _through_year)
    return cases("sickness_days", rows, asked, rows["WorkingDaysLost"])


@measure
def sickness_absence_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Days lost to sickness over the days that those in post could work."""
    rows, asked = over(returns, periods, _through_year)
    present = ~(rows[LEFT] <= rows["period_end"])
    days = rows["FTE"].where(present, 0.0) * limit("absence_divisor")
    return cases("sickness_absence_percent", rows, asked, rows["WorkingDaysLost"], days)
