"""What young people who left care do, where they live and whether anyone is in touch."""

from functools import partial

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, coded, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.coverage import Asked
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.returns.returns import Returns

SPLIT = ("contact", "activity", "accommodation", "suitability")
LEFT_OUT = ("died", "returned home")
OLD_CODES_UNTIL = 2015
HELPED_ALONE = 22
"""From this age on a return holds who gets help; where nobody is, nobody may have been asked of."""


def _base(returns: Returns, periods: pd.DataFrame) -> tuple[pd.DataFrame, Asked]:
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


def of_care_leavers(returns: Returns, periods: pd.DataFrame, *, row: Row) -> Cases:
    """Care leavers of some ages, or the share of them with one of some codes.

    A period has to close a return year, on 31 March.
    """
    rows, asked = care.over(returns, periods, _base)
    base = coded.of_age(rows, row)
    if int(row["youngest"]) >= HELPED_ALONE:
        year = care.closing_years(asked.periods)
        held = rows[base].rename(columns={"return year": "YEAR"})
        asked = care.of_years_held(
            returns, asked, held, year, f"those of {row['youngest']} and over"
        )
    column = row["column"]
    if not column:
        return care.cases(row["measure"], rows[base], asked)
    base = base & ~rows[column].isin(row["without"].split()).to_numpy()
    rows = rows[base]
    old = rows[column].isin(row["until_2015"].split()) & (rows["return year"] <= OLD_CODES_UNTIL)
    met = rows[column].isin(row["codes"].split()) | old
    return care.cases(row["measure"], rows, asked, met, 1)


for one in coded.of_base("oc3"):
    made = partial(of_care_leavers, row=one)
    made.__doc__ = of_care_leavers.__doc__
    register(one["measure"], made)
