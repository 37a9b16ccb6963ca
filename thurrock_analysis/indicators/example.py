"""Two invented children, for the examples in docstrings."""

import pandas as pd

from thurrock_analysis.returns.returns import Returns


def returns() -> Returns:
    """Return a fostered child who moved twice, and one who went home and came back."""
    episodes = pd.DataFrame(
        [
            ["1", "2018-05-01", "S", "2021-06-01", "U4", "X1"],
            ["1", "2021-06-01", "P", "2021-09-01", "K2", "X1"],
            ["1", "2021-09-01", "P", None, "U6", None],
            ["2", "2020-01-06", "S", "2020-11-02", "U6", "E4A"],
            ["2", "2021-03-01", "S", None, "U6", None],
        ],
        columns=["CHILD", "DECOM", "RNE", "DEC", "PLACE", "REC"],
    ).assign(LS="C2", CIN="N1", PLACE_PROVIDER="PR1", LA="", YEAR=2022)
    header = pd.DataFrame({"CHILD": ["1", "2"], "DOB": ["2012-02-03", "2016-07-08"], "LA": ""})
    days = {"DECOM": "datetime64[s]", "DEC": "datetime64[s]"}
    return Returns(
        {"episodes": episodes.astype(days), "header": header.astype({"DOB": "datetime64[s]"})}
    )
