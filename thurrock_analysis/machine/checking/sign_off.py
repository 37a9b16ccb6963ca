"""A return beside the last one and the published figure: what a director signs."""

import math
from typing import Any

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.report import open_report
from thurrock_analysis.indicators import compute
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.yearly import asked
from thurrock_analysis.machine.checking.figures import NONE, written
from thurrock_analysis.record import measures
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

COLUMNS = ["figure", "period", "this", "last", "change", "published", "new", "gone", "both"]


def beside(new: Returns, old: Returns, authority: str = "") -> pd.DataFrame:
    """Set each figure of a return beside that of the last one, the largest change first.

    A change is measured against what chance alone would move: the difference of two counts, or
    of two shares, over its standard error; means come last.

    Parameters
    ----------
    new, old : Returns
        This return and the last.
    authority : str
        Whose published figures stand beside; none where it is left out.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, as text; `new`, `gone` and `both` count the cases behind.
    """
    published = _published(authority)
    these, those = _newest(new), _newest(old)
    rows = [_row(these[name], those.get(name), published.get(name, {})) for name in these]
    told = sorted(rows, key=lambda row: -row.pop("size"))
    return pd.DataFrame(told, columns=COLUMNS)


def _newest(returns: Returns) -> dict[str, tuple[Cases, pd.Series]]:
    """Return the cases and the figure of each measure in the newest period held."""
    known, found = compute.known(), {}
    for names, spans, basis in asked(returns, None):
        if basis or spans.empty:
            continue
        for name in names:
            try:
                cases = known[name](returns, spans.tail(1).reset_index(drop=True))
            except NotInReturnsError:
                continue
            figures = cases.figures()
            if len(figures):
                found[name] = (cases, figures.iloc[-1])
    return found


def _row(
    this: tuple[Cases, pd.Series], last: tuple[Cases, pd.Series] | None, printed: dict[Any, float]
) -> dict[str, Any]:
    cases, figure = this
    measure = measures.get(cases.measure)
    ends = [figure["period_end"], *([last[1]["period_end"]] if last else [])]
    row = {
        "figure": words.capital(measure.label),
        "period": " / ".join(dict.fromkeys(_day(end) for end in ends)),
        "this": _told(figure, measure),
        "last": NONE,
        "change": NONE,
        "published": NONE,
        "new": "",
        "gone": "",
        "both": "",
        "size": -1.0,
    }
    if ends[-1] in printed:
        row["published"] = words.figure(printed[ends[-1]], measure)
    if last is None:
        return row
    before = last[1]
    now, then = (set(one.children(True)["id"].dropna()) for one in (cases, last[0]))
    change = figure["value"] - before["value"]
    size = _size(figure, before, measure.unit)
    return row | {
        "last": _told(before, measure),
        "change": NONE if math.isnan(change) else words.with_sign(change, measure.decimals),
        "new": f"{len(now - then):,}",
        "gone": f"{len(then - now):,}",
        "both": f"{len(now & then):,}",
        "size": -1.0 if math.isnan(size) else size,
    }


def _size(now: pd.Series, then: pd.Series, unit: str) -> float:
    """Return a change over its standard error: of counts, shares of their bases, counts per child.

    Of a mean, such as days, nothing is known of what chance would move.
    """
    if math.isnan(now["denominator"]):
        both = now["value"] + then["value"]
        return abs(now["value"] - then["value"]) / math.sqrt(both) if both > 0 else 0.0
    over = now["denominator"] + then["denominator"]
    if not over or not now["denominator"] or not then["denominator"]:
        return math.nan
    if unit != "percent" and not unit.startswith("per "):
        return math.nan
    share = (now["numerator"] + then["numerator"]) / over
    each = share * (1 - share) if unit == "percent" else share
    spread = each * (1 / now["denominator"] + 1 / then["denominator"])
    gap = now["numerator"] / now["denominator"] - then["numerator"] / then["denominator"]
    return abs(gap) / math.sqrt(spread) if spread > 0 else 0.0


def _day(end: pd.Timestamp) -> str:
    """Write a day that no narrow column breaks."""
    return words.day(end, short=True).replace(" ", "\u00a0")


def _told(figure: pd.Series, measure: measures.Measure) -> str:
    return written(figure["value"], measure, figure["numerator"], figure["denominator"])


def _published(authority: str) -> dict[str, dict[Any, float]]:
    """Return the newest published value of each measure and period of an authority."""
    if not authority:
        return {}
    rows = open_report(authority).own(*compute.known()).dropna(subset=["value"])
    return {
        str(name): dict(zip(part["period_end"], part["value"], strict=True))
        for name, part in rows.groupby("measure")
    }
