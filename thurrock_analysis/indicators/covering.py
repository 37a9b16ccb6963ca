"""The periods of each authority that its returns cover."""

import pandas as pd

from thurrock_analysis.indicators import care, coverage, windows
from thurrock_analysis.record import dictionary
from thurrock_analysis.returns.returns import Returns

Asked = tuple[pd.DataFrame, tuple[str, ...]]
"""`LA`, `period_start` and `period_end`; and a sentence for what is left out."""


def covered(
    returns: Returns,
    collection: str,
    periods: pd.DataFrame,
    before: int = 0,
    after: int = 0,
    day: bool = False,
) -> Asked:
    """Return the periods that the returns of a collection cover.

    Parameters
    ----------
    before, after : int
        Calendar months that have to be covered before the first and after the last day.
    day : bool
        Whether only the last day of a period matters.
    """
    asked = {"collection": collection, "before": before, "after": after, "day": day}
    return care.over(returns, periods, _covered, **asked)


def _covered(
    returns: Returns, periods: pd.DataFrame, collection: str, before: int, after: int, day: bool
) -> Asked:
    first = windows.back(periods["period_end" if day else "period_start"], before)
    last = windows.back(periods["period_end"], -after)
    needs = "it" if day else "all its days"
    needs += f" and the {before} months before it" * bool(before)
    needs += f" and the {after} months after it" * bool(after)
    las = authorities(returns, collection)
    asked = coverage.asked(returns, periods, las, collection, first, last, needs)
    return asked.frame(), asked.gaps


def authorities(returns: Returns, collection: str) -> list[str]:
    """Return the authorities that a span or a table of a collection names."""
    forms = dictionary.read("forms")
    names = forms.loc[forms["collection"].eq(collection), "form"]
    held = [returns.tables[name]["LA"] for name in names if name in returns.tables]
    spans = returns.spans
    if len(spans):
        held.append(spans.loc[spans["collection"].eq(collection), "LA"])
    return sorted({str(la) for las in held for la in las.unique()})
