"""Working days of England, against a count day by day over a list written here."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.indicators.working_days import working_days

# England's bank holidays as the government publishes them, on the days they were kept.
KEPT = """
2010-01-01 2010-04-02 2010-04-05 2010-05-03 2010-05-31 2010-08-30 2010-12-27 2010-12-28
2011-01-03 2011-04-22 2011-04-25 2011-04-29 2011-05-02 2011-05-30 2011-08-29 2011-12-26 2011-12-27
2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27 2012-12-25 2012-12-26
2013-01-01 2013-03-29 2013-04-01 2013-05-06 2013-05-27 2013-08-26 2013-12-25 2013-12-26
2014-01-01 2014-04-18 2014-04-21 2014-05-05 2014-05-26 2014-08-25 2014-12-25 2014-12-26
2015-01-01 2015-04-03 2015-04-06 2015-05-04 2015-05-25 2015-08-31 2015-12-25 2015-12-28
2016-01-01 2016-03-25 2016-03-28 2016-05-02 2016-05-30 2016-08-29 2016-12-26 2016-12-27
2017-01-02 2017-04-14 2017-04-17 2017-05-01 2017-05-29 2017-08-28 2017-12-25 2017-12-26
2018-01-01 2018-03-30 2018-04-02 2018-05-07 2018-05-28 2018-08-27 2018-12-25 2018-12-26
2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26
2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19
2022-12-26 2022-12-27
2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
"""
HOLIDAYS = {date.fromisoformat(day) for day in KEPT.split()}
DAY = timedelta(days=1)
days = st.dates(date(2010, 1, 1), date(2026, 12, 24))


def counted(start: date, end: date) -> int:
    """Count day by day, each end moved to the next working day."""

    def kept(day: date) -> date:
        while day.weekday() > 4 or day in HOLIDAYS:
            day += DAY
        return day

    day, last, count = kept(start), kept(end), 0
    while day < last:
        day = kept(day + DAY)
        count += 1
    return count


def days_between(start: str, end: str) -> float:
    """Return the working days between two dates."""
    return float(working_days(pd.Series(pd.to_datetime([start])), pd.Timestamp(end)).iloc[0])


@given(pairs=st.lists(st.tuples(days, days).map(sorted), min_size=1, max_size=8))
def test_a_count_day_by_day_gives_the_same(pairs: list[list[date]]) -> None:
    """Any two days between 2010 and 2026, weekends and bank holidays at both ends included."""
    starts, ends = (pd.Series(pd.to_datetime(list(side))) for side in zip(*pairs, strict=True))
    assert working_days(starts, ends).tolist() == [counted(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2023-03-27", "2023-06-05", 45),
        ("2023-03-27", "2023-06-02", 44),
        ("2023-04-06", "2023-06-13", 43),
        ("2023-07-03", "2023-09-05", 45),
        ("2023-12-20", "2024-03-31", 69),
        ("2021-05-01", "2021-05-20", 12),
        ("2021-05-10", "2021-06-02", 16),
        ("2020-05-01", "2020-05-11", 5),
        ("2020-05-04", "2020-05-05", 1),
    ],
)
def test_worked_values(start: str, end: str, days: int) -> None:
    """The day of VE moved the holiday of May 2020 from a Monday to a Friday."""
    assert days_between(start, end) == days


def test_dates_keep_their_rows() -> None:
    """The answer stands on the index of the rows, whatever is missing."""
    starts = pd.Series(pd.to_datetime(["2024-01-02", None, "2024-01-02"]), index=[7, 3, 3])
    ends = pd.Series(pd.to_datetime(["2024-01-03", "2024-01-03", None]), index=[7, 3, 3])
    told = working_days(starts, ends)
    assert told.index.tolist() == [7, 3, 3]
    assert told.dropna().to_dict() == {7: 1.0}


def test_a_year_that_cannot_be_costs_no_holidays() -> None:
    """A slip of the pen in a year, either way, is a number and no long search."""
    assert days_between("1023-04-03", "2023-04-03") > 200_000
    assert days_between("2023-04-03", "9023-04-03") > 1_500_000


def test_holidays_are_not_imported_before_a_return_is_read() -> None:
    """The command starts without them."""
    code = "import sys, thurrock_analysis.indicators.working_days; print('holidays' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_worked_assessments(examples: Path) -> None:
    """Assessments whose working days another worked out."""
    rows = pd.read_csv(
        next((examples / "cases/returns").glob("07-*")) / "assessments.csv",
        parse_dates=["AssessmentActualStartDate", "AssessmentAuthorisationDate"],
    )
    done = working_days(rows["AssessmentActualStartDate"], rows["AssessmentAuthorisationDate"])
    assert done.dropna().tolist() == [45, 44, 43, 45]
