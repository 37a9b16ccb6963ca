"""Whether young people who left foster care at 18 go on living with their foster carers."""

import pandas as pd

from thurrock_analysis.indicators import care, care_leavers, coded, coverage, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.coverage import Asked
from thurrock_analysis.indicators.windows import DAY
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns

FOSTERED = "foster placement"
OF_AGE = 18


def _left(returns: Returns) -> pd.DataFrame:
    """Return the ends of care in foster placements: `child` and `left`."""
    told = care.episodes(returns)
    ends = told["DEC"].notna() & told["DEC"].eq(told["care_end"])
    rows = told.loc[ends & told["placement type"].eq(FOSTERED), ["child", "DEC"]]
    return rows.rename(columns={"DEC": "left"}).drop_duplicates()


def _base(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return the care leavers who left a foster placement on their 18th birthday."""
    rows, asked = care.over(returns, periods, care_leavers.base)
    rows = rows.reset_index(drop=True)
    ends = rows[["child", "DOB"]].reset_index().merge(returns.once(_left), on="child")
    before, then = (
        windows.years_between(ends["DOB"], ends["left"] - days) for days in (DAY, 0 * DAY)
    )
    birthday = before.lt(OF_AGE) & then.eq(OF_AGE)
    return rows[rows.index.isin(ends.loc[birthday, "index"])], asked


def _covered(returns: Returns, asked: Asked, oldest: int) -> Asked:
    """Leave out the periods for which the 18th birthdays of the oldest may not be covered."""
    months = 12 * (oldest - OF_AGE + 1)
    first = pd.Series(windows.back(asked.periods["period_end"], months) + DAY)
    needs = f"the {months} months to the day"
    held = coverage.asked(returns, asked.periods, asked.las, first=first, needs=needs)
    covered, gaps = asked.covered & held.covered, (*asked.gaps, *held.gaps)
    return Asked(asked.periods, asked.las, covered, tuple(dict.fromkeys(gaps)))


def of_foster_leavers(returns: Returns, periods: pd.DataFrame, *, row: Row) -> Cases:
    """Care leavers of some ages who left foster care on their 18th birthday, or those who stay.

    A period has to close a return year, on 31 March.
    """
    rows, asked = care.over(returns, periods, _base)
    asked = _covered(returns, asked, int(row["oldest"]))
    rows = rows[coded.of_age(rows, row)]
    if not row["column"]:
        return care.cases(row["measure"], rows, asked)
    stays = rows[row["column"]].isin(row["codes"].split())
    share = care.about(row["measure"])["denominator"]
    return care.cases(row["measure"], rows, asked, stays, 1 if share else float("nan"))


for one in coded.of_base("foster_leavers"):
    register(one["measure"], of_foster_leavers, row=one)
