"""Social workers in post, agency workers, vacancies and caseloads, from the workforce census."""

import pandas as pd

from thurrock_analysis.indicators.care import over
from thurrock_analysis.indicators.cases import PERIOD, Cases
from thurrock_analysis.indicators.choosing import in_periods
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.counting import of_rows
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


def _everyone(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    return over(returns, periods, _present), _census_days(returns, periods)


def _in_post(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _everyone)
    return rows[~rows["agency"]], asked


def _of_agencies(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _everyone)
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


of_rows("social_workers_headcount", _in_post)


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


of_rows("social_worker_starters", _starters, "FTE")
of_rows("social_worker_starters_headcount", _starters)
of_rows("social_worker_leavers", _leavers, _lost)
of_rows("social_worker_leavers_headcount", _leavers)


def _turned_over(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return leavers, who are no part of the denominator, and those in post, who are all of it."""
    asked = _census_days(returns, periods, throughout=True)
    left = over(returns, periods, _leavers)[0].merge(asked[0], on=PERIOD)
    stayed = over(returns, periods, _in_post)[0].merge(asked[0], on=PERIOD)
    both = [left.assign(event="left"), stayed.assign(event="in post")]
    return pd.concat(both, ignore_index=True), asked


def _left(rows: pd.DataFrame) -> pd.Series:
    return rows["event"].eq("left")


of_rows(
    "social_worker_turnover_percent",
    _turned_over,
    lambda rows: _lost(rows).where(_left(rows), 0.0),
    lambda rows: rows["FTE"].mask(_left(rows), 0.0),
)
of_rows("social_worker_turnover_headcount_percent", _turned_over, _left, lambda rows: ~_left(rows))
of_rows("agency_social_workers", _of_agencies, "FTE")
of_rows("agency_social_workers_headcount", _of_agencies)
of_rows(
    "agency_social_worker_percent",
    _everyone,
    lambda rows: rows["FTE"].where(rows["agency"], 0.0),
    "FTE",
)
of_rows("agency_social_worker_headcount_percent", _everyone, "agency", 1.0)


def authority(returns: Returns) -> pd.DataFrame:
    """Return what each return says of the authority as a whole."""
    rows = returns.table("workforce_authority").reset_index(drop=True)
    closes = pd.to_datetime(rows["YEAR"].astype("str") + "-09-30", errors="coerce")
    return rows.assign(closes=closes.astype("datetime64[s]"), id="")


def _of_authority(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods)
    return _placed(returns.once(authority), asked[0]), asked


def _beside(returns: Returns, periods: pd.DataFrame, agency: bool) -> tuple[pd.DataFrame, Asked]:
    """Return the authority's row and its workers, who have no vacancies; it has no hours."""
    whole, asked = over(returns, periods, _of_authority)
    people = over(returns, periods, _present)
    people = people[people["agency"].eq(agency)].assign(NumberOfVacancies=0.0, NoAgencyFTE=0.0)
    return pd.concat([whole.assign(FTE=0.0), people], ignore_index=True), asked


of_rows("social_worker_vacancies", _of_authority, "NumberOfVacancies")
of_rows(
    "social_worker_vacancy_percent",
    _beside,
    "NumberOfVacancies",
    lambda rows: rows["FTE"] + rows["NumberOfVacancies"],
    agency=False,
)
of_rows("agency_social_workers_covering", _of_authority, "NoAgencyFTE")
of_rows("agency_covering_vacancies_percent", _beside, "NoAgencyFTE", "FTE", agency=True)
of_rows("vacancies_covered_percent", _of_authority, "NoAgencyFTE", "NumberOfVacancies")


def _holders(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    rows, asked = over(returns, periods, _everyone)
    holds = (rows["Cases30"] > 0) & (rows["FTE"] > 0)
    return rows[holds.fillna(False).astype("bool")], asked


of_rows("case_holding_social_workers", _holders, "FTE")
of_rows("cases_held", _holders, "Cases30")
of_rows("caseload", _holders, "Cases30", "FTE")


def _through_year(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    asked = _census_days(returns, periods, throughout=True, year=True)
    rows = _placed(returns.once(workers), asked[0])
    return rows[~rows["agency"]], asked


def _could_work(rows: pd.DataFrame) -> pd.Series:
    """Return the days of the year that those still in post could work."""
    present = ~(rows[LEFT] <= rows["period_end"])
    return rows["FTE"].where(present, 0.0) * limit("absence_divisor")


of_rows("sickness_days", _through_year, "WorkingDaysLost")
of_rows("sickness_absence_percent", _through_year, "WorkingDaysLost", _could_work)
