"""The one form in which every figure travels, whatever its origin."""

import pandas as pd

from thurrock_analysis.errors import ThurrockError

ALL = "all"

LABELS = ["measure", "breakdown", "group", "area", "basis", "method", "status", "origin"]
LABELS_OF_SOURCE = ["release", "source"]
DATES = ["period_start", "period_end", "published"]
NUMBERS = ["value", "numerator", "denominator", "lower", "upper"]

COLUMNS = [
    "measure",
    "breakdown",
    "group",
    "area",
    "period_start",
    "period_end",
    "basis",
    "value",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "method",
    "status",
    "origin",
    "release",
    "published",
    "source",
]

RECORD = [*COLUMNS, "confirmed"]
"""The columns of the record: a row also says which later releases printed the same."""
LABELS_OF_RECORD = [*LABELS, *LABELS_OF_SOURCE, "confirmed"]

FIGURE = ["measure", "breakdown", "group", "area", "period_end", "basis"]
"""What names a figure; its history is the rows that share these."""

TEXT = pd.StringDtype(na_value=float("nan"))
"""What pandas calls ``"str"``."""

KEY = [*FIGURE, "origin", "release"]
"""The unique key of the tidy table: one row a figure, origin and release."""


def conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns, order and types of the tidy table.

    >>> conform(pd.DataFrame({"measure": ["referrals"], "value": [2423]})).shape
    (1, 18)
    """
    tidy = frame.reindex(columns=COLUMNS)
    kinds = tidy.dtypes  # most frames come from others of this form: what is right stays
    for column in NUMBERS:
        if kinds[column] != "float64":
            tidy[column] = tidy[column].astype("float64")
    for column in DATES:
        if kinds[column] != "datetime64[s]":
            tidy[column] = pd.to_datetime(tidy[column]).astype("datetime64[s]")
    for column in [*LABELS, *LABELS_OF_SOURCE]:
        if tidy[column].hasnans:
            tidy[column] = tidy[column].astype("object").fillna("").astype("str")
        elif kinds[column] != TEXT:
            tidy[column] = tidy[column].astype("str")
    for column in ["breakdown", "group"]:
        tidy[column] = tidy[column].replace("", ALL)
    return tidy.reset_index(drop=True)


def check(figures: pd.DataFrame, name: str, columns: list[str] = COLUMNS) -> pd.DataFrame:
    """Return the frame unchanged if it is a valid tidy table."""
    if list(figures.columns) != columns:
        raise ThurrockError(f"{name} must have the columns {', '.join(columns)}, in this order.")
    twice = figures.duplicated(KEY)
    if twice.any():
        key = " / ".join(str(item) for item in figures.loc[twice.idxmax(), KEY])
        raise ThurrockError(f"{name} holds the figure {key} more than once: one row is right.")
    wrong = figures["value"].isna() == figures["status"].eq("")
    if wrong.any():
        key = " / ".join(str(item) for item in figures.loc[wrong.idxmax(), KEY])
        raise ThurrockError(f"{name}: {key} must have a value or a status, and not both.")
    return figures
