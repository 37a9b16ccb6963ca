"""Invented children, for the examples in docstrings."""

import pandas as pd

from thurrock_analysis.indicators import list_10
from thurrock_analysis.returns.returns import Returns


def returns() -> Returns:
    """Return a fostered child who moved twice, and one who went home and came back."""
    return _returns(
        [
            ["1", "2018-05-01", "S", "2021-06-01", "U4", "X1"],
            ["1", "2021-06-01", "P", "2021-09-01", "K2", "X1"],
            ["1", "2021-09-01", "P", None, "U6", None],
            ["2", "2020-01-06", "S", "2020-11-02", "U6", "E4A"],
            ["2", "2021-03-01", "S", None, "U6", None],
        ]
    )


def adopted() -> Returns:
    """Return a child adopted by foster carers, by the return and by Annex A list 10."""
    held = _returns(
        [
            ["1", "2020-02-03", "S", "2020-06-01", "U6", "X1"],
            ["1", "2020-06-01", "P", "2021-01-15", "U5", "X1"],
            ["1", "2021-01-15", "U", "2021-09-20", "A5", "E12"],
        ]
    )
    ad1 = pd.DataFrame(
        {"CHILD": ["1"], "DATE_INT": ["2020-09-01"], "DATE_MATCH": ["2021-01-05"], "LA": ""}
    ).assign(FOSTER_CARE=True, YEAR=2022)
    days = [
        "2020-02-03",
        "2020-09-01",
        None,
        "2021-01-05",
        "2021-01-11",
        "2021-09-20",
        "2020-06-01",
    ]
    listed = pd.DataFrame([["", "1", *days]], columns=list_10.COLUMNS)
    dates = dict.fromkeys(list_10.COLUMNS[2:], "datetime64[s]")
    ad1 = ad1.astype(dict.fromkeys(["DATE_INT", "DATE_MATCH"], "datetime64[s]"))
    return Returns({**held.tables, "ad1": ad1, "adoption": listed.astype(dates)})


def _returns(rows: list[list[str | None]]) -> Returns:
    columns = ["CHILD", "DECOM", "RNE", "DEC", "PLACE", "REC"]
    episodes = pd.DataFrame(rows, columns=columns).assign(
        LS="C2", CIN="N1", PLACE_PROVIDER="PR1", LA="", YEAR=2022
    )
    header = pd.DataFrame({"CHILD": ["1", "2"], "DOB": ["2012-02-03", "2016-07-08"], "LA": ""})
    days = {"DECOM": "datetime64[s]", "DEC": "datetime64[s]"}
    return Returns(
        {"episodes": episodes.astype(days), "header": header.astype({"DOB": "datetime64[s]"})}
    )
