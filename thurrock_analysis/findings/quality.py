"""What was read from returns and what is wrong with it: by kind, never by child."""

from collections.abc import Iterator

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.issues import SEVERITIES
from thurrock_analysis.returns.returns import Returns

KIND = ["severity", "rule", "table", "column"]
ROWS = ["read", "kept", "aside", "repeated", "blank"]
BECAME = {"query": "queried", "note": "noted"}
"""How issues of a severity are counted, where that is not its name."""
SHEET = r"(?i)(\.(?:xls[xmb]?|ods))/[^/]*$"
"""A sheet of a workbook, which is no file of its own."""
CLEAN, ISSUES, UNREADABLE = 0, 1, 2


def status(returns: Returns) -> int:
    """Return the exit status: notes alone are no issue."""
    found = set(returns.issues["severity"])
    if "unreadable" in found:
        return UNREADABLE
    return ISSUES if found - {"note"} else CLEAN


def rows_read(returns: Returns) -> pd.DataFrame:
    """Return from how many files each table was read, how many rows, and what became of them."""
    counts = returns.counts.groupby("table", sort=False)
    return pd.concat([counts.size().rename("files"), counts[ROWS].sum()], axis=1).reset_index()


def kinds(returns: Returns) -> pd.DataFrame:
    """Return the issues by kind, the gravest first, then those of most rows.

    Returns
    -------
    DataFrame
        Columns of `KIND`, `rows`, `children` (or workers), `files`, `sentence`, `done` and
        `touches`.
    """
    issues = returns.issues
    whose = issues["LA"].fillna("").astype("str") + " " + issues["id"].fillna("").astype("str")
    named = issues.assign(whose=whose.where(issues["id"].notna() & issues["id"].ne("")))
    grouped = named.groupby(KIND, dropna=False, sort=False)
    found = grouped.agg(
        rows=("rule", "size"), children=("whose", "nunique"), files=("file", "nunique")
    ).reset_index()
    rules = dictionary.read("rules").drop_duplicates("rule").set_index("rule")
    found["sentence"] = found["rule"].map(rules["sentence"]).fillna("")
    found["done"] = found["rule"].map(rules["done"]).fillna("")
    found["touches"] = found["rule"].map(rules["indicators"]).fillna("")
    gravity = found["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    order = found.assign(gravity=gravity).sort_values(["gravity", "rows"], ascending=[True, False])
    return order.drop(columns="gravity").reset_index(drop=True)


def by_severity(issues: pd.DataFrame) -> str:
    """Count issues by what became of them, the gravest first.

    >>> by_severity(pd.DataFrame({"severity": ["query", "set aside", "query"]}))
    '1 set aside and 2 queried'
    """
    by = issues["severity"].value_counts()
    return words.listed(
        f"{by[name]:,} {BECAME.get(name, name)}" for name in SEVERITIES if name in by
    )


def said(returns: Returns) -> Iterator[str]:
    """Say in lines what was read and what is wrong, as the command line prints it."""
    counts = returns.counts
    years = sorted({int(year) for year in returns.spans["YEAR"].dropna()})
    files = words.counted(counts["file"].str.replace(SHEET, r"\1", regex=True).nunique(), "file")
    spanned = f", return year{'s' * (len(years) > 1)} {words.year_spans(years)}" * bool(years)
    totals = counts[ROWS].sum()
    became = {"kept": "kept", "aside": "set aside", "repeated": "repeated", "blank": "blank"}
    parts = [f"{totals[key]:,} {said}" for key, said in became.items() if totals[key]]
    yield f"{files}{spanned}: {totals['read']:,} rows read, {words.listed(parts)}."
    found = kinds(returns)
    if found.empty:
        yield "No issue was found."
        return
    issues = returns.issues
    yield f"{words.counted(len(issues), 'issue')}: {by_severity(issues)}."
    for kind in found[found["severity"] != "note"].head(10).itertuples():
        where = " ".join(part for part in (kind.table, kind.column) if part)
        yield f"  {kind.severity}: {kind.sentence or kind.rule} ({where}, {kind.rows:,} rows)"
