"""What young people who left care do, where they live and whether anyone is in touch."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, coded, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.coverage import Asked
from thurrock_analysis.indicators.windows import Flags
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns

SPLIT = ("contact", "activity", "accommodation", "suitability")
LEFT_OUT = ("died", "returned home")
IN_TOUCH = "YES"
OLD_CODES_UNTIL = 2015
HELPED_ALONE = 22
"""From this age on a return holds who gets help; where nobody is, nobody may have been asked of."""


def base(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
    """Return every care leaver of the return year that a period closes, with the age on its end."""
    columns = ("DOB", "IN_TOUCH", "ACTIV", "ACCOM")
    oc3 = care.table(returns, "oc3", *columns, alike=("YEAR",)).dropna(subset=["YEAR"])
    year = care.closing_years(periods)
    asked = care.of_years_held(returns, care.covered(returns, periods), oc3, year, "care leavers")
    at, places = np.nonzero(oc3["YEAR"].to_numpy("int64")[:, None] == year)
    rows = oc3.rename(columns={"DOB": "born"}).iloc[at].assign(**{"return year": year[places]})
    told = care.as_cases(returns, periods, rows, places)
    told = told[~told["IN_TOUCH"].isin(care.codes("contact", *LEFT_OUT)).to_numpy()]
    born = told["born"].fillna(told["DOB"])
    groups = {name: care.grouped(told, name) for name in SPLIT}
    years = windows.years_between(born, told["period_end"])
    return told.drop(columns="born").assign(DOB=born, years=years, **groups), asked


def _of_ages(returns: Returns, periods: pd.DataFrame, row: Row) -> tuple[pd.DataFrame, Asked]:
    rows, asked = care.over(returns, periods, base)
    rows = rows[coded.of_age(rows, row)]
    if int(row["youngest"]) >= HELPED_ALONE:
        year = care.closing_years(asked.periods)
        held = rows.rename(columns={"return year": "YEAR"})
        asked = care.of_years_held(
            returns, asked, held, year, f"those of {row['youngest']} and over"
        )
    if row["column"]:
        rows = rows[~rows[row["column"]].isin(row["without"].split()).to_numpy()]
    return rows, asked


def _met(rows: pd.DataFrame, row: Row) -> Flags:
    told = rows[row["column"]]
    old = told.isin(row["until_2015"].split()) & (rows["return year"] <= OLD_CODES_UNTIL)
    return np.asarray(told.isin(row["codes"].split()) | old)


def of_care_leavers(returns: Returns, periods: pd.DataFrame, *, row: Row) -> Cases:
    """Care leavers of some ages, or the share of them with one of some codes.

    A period has to close a return year, on 31 March.
    """
    rows, asked = _of_ages(returns, periods, row)
    if not row["column"]:
        return care.cases(row["measure"], rows, asked)
    return care.cases(row["measure"], rows, asked, _met(rows, row), 1)


def bound(returns: Returns, periods: pd.DataFrame, *, row: Row, third_party: bool = True) -> Cases:
    """Share of care leavers if all, or none, of whom it is not known met the definition.

    A period has to close a return year, on 31 March.

    Parameters
    ----------
    third_party : bool
        Whether what is recorded of a young person who is not in touch counts as known.
    """
    rows, asked = _of_ages(returns, periods, row)
    told = rows[row["column"]]
    unknown = told.isna() | told.isin(row["unknown"].split())
    if not third_party:
        unknown |= rows["IN_TOUCH"].ne(IN_TOUCH)
    met = np.where(unknown, row["bound"] == "best", _met(rows, row))
    rows = rows.assign(known=~unknown)
    return care.cases(row["measure"], rows, asked, met, 1)


for one in coded.of_base("oc3"):
    register(one["measure"], bound if one["bound"] else of_care_leavers, row=one)
