"""What is wrong with a return: one row an issue, whatever found it."""

from collections.abc import Iterable

import pandas as pd

from thurrock_analysis.returns import statutory

COLUMNS = [
    "file",
    "row",
    "LA",
    "YEAR",
    "table",
    "id",
    "column",
    "value",
    "rule",
    "severity",
    "done",
]
"""`file` with its sheet or member; `row` as a spreadsheet or editor numbers it; `id` of the child
or worker; `rule` an id of ``rules.csv``; `done` what became of the row or cell."""

SEVERITIES = ["unreadable", "set aside", "repaired", "query", "note"]
"""From a file that could not be read, through a row that is in no figure, and a cell that was
changed, to a value that is kept and looks wrong, and what only needs to be known."""


def raise_for(
    rows: pd.DataFrame, column: str, rule: str, severity: str = "", done: str = ""
) -> pd.DataFrame:
    """Return an issue for each row of a typed or raw table, in the columns of the issue table.

    Parameters
    ----------
    rows : DataFrame
        The rows at fault, with ``file``, ``row``, ``LA``, ``YEAR``, ``table`` and ``id`` where
        they are known, and the column.
    severity, done : str
        As ``rules.csv`` has them, unless given.
    """
    known = statutory.rules()[rule]
    found = rows.reindex(columns=["file", "row", "LA", "YEAR", "table", "id"])
    value = rows[column] if column in rows else pd.Series("", index=rows.index)
    told = {"column": column, "value": value.astype("str").where(value.notna(), "")}
    return found.assign(
        **told, rule=rule, severity=severity or known.severity, done=done or known.done
    )[COLUMNS]


def of_file(file: str, rule: str, value: str, column: str = "", **told: object) -> pd.DataFrame:
    """Return an issue of a file as a whole."""
    row = pd.DataFrame({"file": [file], "value": [value], **{k: [v] for k, v in told.items()}})
    return raise_for(row, "value", rule).assign(column=column)


def together(found: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return all issues in one table, the gravest first, then by file and row.

    >>> list(together([]).columns) == COLUMNS
    True
    """
    parts = [part for part in found if len(part)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    issues = pd.concat(parts, ignore_index=True)
    words = [name for name in COLUMNS if name not in ("row", "YEAR")]
    issues[words] = issues[words].astype("str").where(issues[words].notna(), "")
    issues[["row", "YEAR"]] = issues[["row", "YEAR"]].astype("Int64")
    gravity = issues["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    order = issues.assign(gravity=gravity).sort_values(["gravity", "file", "row"], kind="stable")
    return order[COLUMNS].reset_index(drop=True)
