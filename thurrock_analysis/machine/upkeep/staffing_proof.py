"""How far sums of starters and leavers missed what came, over all authorities."""

from collections.abc import Iterator

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.findings import report as reports
from thurrock_analysis.findings.verbs.staffing import NEAR, SHARE, YEARS_LEAST, panel
from thurrock_analysis.machine.upkeep.signals_proof import percent, table
from thurrock_analysis.metrics import staffing

WHAT = {
    "own": ("in post", "flows go on"),
    "still": ("in post", "no change"),
    "vacant": ("vacant, over posts", "flows go on"),
}


def build() -> str:
    """Measure everything anew and write docs/staffing.md; return where."""
    page = paths.home() / "docs" / "staffing.md"
    page.write_text("\n".join(lines()) + "\n", encoding="utf-8", newline="\n")
    return paths.place(page)


def lines() -> Iterator[str]:
    """Yield the page."""
    errors = staffing.missed(panel(reports.open_report("England")))
    years = sorted(errors["year"].unique())
    yield "# What sums of the workforce ahead are worth"
    yield ""
    yield (
        "Written by `thurrock data staffing`. Every authority and year from which all figures are "
        f"printed, against the census one to three years later ({years[0]} to {years[-1]}): "
        "leavers at the same share and as many starters as in the year before, never above the "
        "posts there were. An interval is four in five of the errors that had come by then, of "
        "all authorities; it should hold in 80 per cent."
    )
    yield ""
    yield from table(rows(errors))
    yield ""
    yield (
        "Half of the sums missed by more than the middle error. "
        "Where no change misses by less, the sum is arithmetic that shows what an assumption comes "
        "to, and no forecast. `report.staffing` tells an interval of those in post a year ahead, "
        f"as long as past ones held in {100 * (SHARE - NEAR):.0f} to {100 * (SHARE + NEAR):.0f} "
        f"per cent over {YEARS_LEAST} years or more, of authorities only; else none."
    )


def rows(errors: pd.DataFrame) -> pd.DataFrame:
    """Return a row for what is counted, what is assumed, and each number of years ahead."""
    told = []
    for column, (what, assumed) in WHAT.items():
        for one in staffing.held(errors, column, SHARE).itertuples():
            part = errors.loc[errors["horizon"].eq(one.horizon), column].dropna()
            told.append(
                {
                    "what": what, "assumed": assumed, "years ahead": one.horizon,
                    "sums": f"{len(part):,}", "middle error": percent(part.abs().median(), 1),
                    "intervals": one.intervals, "years": one.years,
                    "held": percent(one.share) if one.intervals else "–",
                }
            )  # fmt: skip
    return pd.DataFrame(told)
