"""Inspection judgements: ordinal grades, each on the scale of its own framework."""

import pandas as pd

from thurrock_analysis.papers import checks, documents
from thurrock_analysis.record import areas, dictionary

COLUMNS = ["area", "framework", "kind", "judgement", "grade", "rank", "start", "end", "published"]


def read() -> pd.DataFrame:
    """Read every judgement held.

    Returns
    -------
    DataFrame of str
        Columns area, framework, kind, judgement, grade, rank (1 the best of its framework; empty
        for a visit without a grade), start and end of the inspection, published, source, note.

    Raises
    ------
    ThurrockError
        An area is unknown, or a grade is off the scale of its framework.
    """
    path = documents.file("judgements")
    rows = checks.read(path, COLUMNS)
    scales = dictionary.read("scales")
    steps = set(zip(scales["framework"], scales["grade"], scales["rank"], strict=True))
    graded = zip(rows["framework"], rows["grade"], rows["rank"], strict=True)
    off = pd.Series([bool(row[1] or row[2]) and row not in steps for row in graded])
    checks.refuse(rows, ~rows["area"].isin(areas.table()), "area", "areas.csv has no such", path)
    checks.refuse(
        rows, off, "grade", "scales.csv has the grades of each framework with their ranks", path
    )
    return rows


def as_at(judgements: pd.DataFrame, date: str) -> pd.DataFrame:
    """Return the grades of the latest inspection of each framework published by a date.

    Parameters
    ----------
    judgements : DataFrame
        What `read` returns, or part of it.
    date : str
        ISO date.

    Returns
    -------
    DataFrame
        Every judgement of that inspection, one row each: a judgement that later inspections no
        longer make is gone. Grades of different frameworks stay apart: their scales are not the
        same steps.

    Examples
    --------
    >>> rows = read().query("area == 'E06000034' and judgement == 'overall effectiveness'")
    >>> as_at(rows, "2018-03-31")["grade"].tolist()
    ['Requires improvement to be good']
    """
    known = judgements[judgements["published"].between("1", date) & judgements["grade"].ne("")]
    latest = known.groupby(["area", "framework"])["published"].transform("max")
    return known[known["published"] == latest]


def scale(framework: str) -> list[str]:
    """Return the grades of a framework, the best first.

    Examples
    --------
    >>> scale("ILACS")[-1]
    'Inadequate'
    """
    rows = dictionary.read("scales")
    grades: list[str] = rows.loc[rows["framework"] == framework, "grade"].tolist()
    return grades
