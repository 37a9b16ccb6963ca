"""A check from beginning to end: read, find issues, compute, write the page and the tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.findings import giving, quality
from thurrock_analysis.machine.checking import figures, page, sign_off
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.returns import load_returns
from thurrock_analysis.returns.issues import COLUMNS
from thurrock_analysis.returns.returns import Returns

PAGE, ISSUES, FIGURES = "index.html", "issues.csv", "figures.csv"


@dataclass(frozen=True)
class Result:
    """What became of a check."""

    lines: list[str]
    status: int


def check(
    folder: Path,
    *,
    against: Path | None = None,
    authority: str = "",
    vanished: Literal["open", "closed"] = "open",
    with_records: bool = False,
) -> Result:
    """Check the returns in a folder, and write what was found to ``reports/internal/check``."""
    returns = load_returns(folder, vanished=vanished)
    before = load_returns(against, vanished=vanished) if against else None
    compared = None if before is None else sign_off.beside(returns, before, authority)
    told = figures.told(returns)
    target = paths.internal() / "check"
    advice = "set THURROCK_REPORTS_DIR to a folder that can be written"
    with Staging(target, "The check", advice) as staging:
        title = "Check of returns" + " against the last" * (compared is not None)
        text = page.written(returns, title, told, compared)
        (staging.folder / PAGE).write_text(text, encoding="utf-8")
        _write(issues_of(returns, with_records), staging.folder / ISSUES)
        _write(told.figures, staging.folder / FIGURES)
        staging.publish()
    lines = [*quality.said(returns), f"{target / PAGE}; every row at fault: {target / ISSUES}"]
    return Result(lines, quality.status(returns))


def issues_of(returns: Returns, with_records: bool) -> pd.DataFrame:
    """Return the issue table; who, and the values of a row, only where they are asked for."""
    if with_records:
        return returns.issues[COLUMNS]
    of_a_row = returns.issues["row"].notna() & returns.issues["row"].astype("str").ne("")
    told = returns.issues.assign(value=returns.issues["value"].mask(of_a_row, ""))
    return told[[name for name in COLUMNS if name != "id"]]


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write a table in which no cell can run as a formula."""
    safe = giving.guarded(table)
    safe.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")
