"""Text alternatives computed from the figures that a chart draws."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from thurrock_analysis.charts import values
from thurrock_analysis.charts.changes import added_up
from thurrock_analysis.charts.rows import Row, ranked
from thurrock_analysis.charts.series import Bundle, Series, bundle
from thurrock_analysis.charts.shares import shares


def alt_for_trend(
    figures: pd.DataFrame,
    *,
    by: str,
    what: str,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
) -> str:
    """Describe a line chart: first, last, highest and lowest figure of every line, and gaps.

    Parameters
    ----------
    figures, by, labels, decimals, suffix
        What the chart was given.
    what : str
        What the chart measures, with its unit.

    Examples
    --------
    >>> ends = pd.to_datetime(["2023-03-31", "2024-03-31", "2025-03-31"])
    >>> rows = pd.DataFrame({"area": "Thurrock", "period_end": ends, "value": [492, 483, 407]})
    >>> for sentence in alt_for_trend(rows, by="area", what="referral rates").split(". "):
    ...     print(sentence)
    Line chart of referral rates, 2023 to 2025
    Thurrock: 492 in 2023, 407 in 2025; highest 492 in 2023, lowest 407 in 2025.
    """
    lines = bundle(figures, by, labels)
    told = [_line(lines, line, decimals, suffix) for line in lines.lines]
    return " ".join([f"Line chart of {what}, {_reach(lines)}.", *told, *_missing(lines)])


def _line(lines: Bundle, line: Series, decimals: int, suffix: str) -> str:
    if not line.known.size:
        return f"{line.name}: no figure."

    def at(position: int) -> str:
        when = values.period(int(line.months[position]), lines.annual)
        return f"{values.number(line.y[position], decimals, suffix)} in {when}"

    first, last = int(line.known[0]), int(line.known[-1])
    if first == last:
        return f"{line.name}: {at(first)}."
    high, low = int(np.nanargmax(line.y)), int(np.nanargmin(line.y))
    return f"{line.name}: {at(first)}, {at(last)}; highest {at(high)}, lowest {at(low)}."


def _reach(lines: Bundle) -> str:
    months = list(lines.slots)
    first, last = (values.period(month, lines.annual) for month in (months[0], months[-1]))
    return first if first == last else f"{first} to {last}"


def _missing(lines: Bundle) -> list[str]:
    places: dict[str, list[str]] = {}
    for status, place in lines.missing():
        places.setdefault(status, []).append(place)
    return [f"{status.capitalize()}: {'; '.join(at)}." for status, at in places.items()]


def alt_for_bars(
    figures: pd.DataFrame,
    *,
    label: str,
    what: str,
    focus: str | None = None,
    reference: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    decimals: int = 0,
    suffix: str = "",
) -> str:
    """Describe a chart with a row an item: every figure from the highest, limits, and gaps.

    Parameters
    ----------
    figures, label, focus, reference, labels, decimals, suffix
        What `ranked_bars` or `dot_interval` was given.
    what : str
        What the chart measures, with its unit and period.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["Bexley", "Thurrock"], "value": [430.2, 407.4]})
    >>> alt_for_bars(rows, label="area", what="rates", reference={"England": 519.4})
    'Chart of rates, highest first. Bexley 430; Thurrock 407. For comparison: England 519.'
    """
    rows = ranked(figures, label, focus, labels)
    known = [row for row in rows if not np.isnan(row.value)]
    told = [f"Chart of {what}, highest first."]
    told.append("; ".join(_item(row, decimals, suffix) for row in known) + ".")
    for place, row in enumerate(known, start=1):
        if row.chosen:
            told.append(f"{row.name} is number {place} of {len(known)} from the top.")
    levels = [f"{k} {values.number(v, decimals, suffix)}" for k, v in (reference or {}).items()]
    if levels:
        told.append(f"For comparison: {'; '.join(levels)}.")
    told += [f"{row.name}: {row.status}." for row in rows if np.isnan(row.value)]
    return " ".join(told)


def _item(row: Row, decimals: int, suffix: str) -> str:
    text = f"{row.name} {values.number(row.value, decimals, suffix)}"
    if np.isnan(row.lower + row.upper):
        return text
    limits = (values.number(limit, decimals) for limit in (row.lower, row.upper))
    return f"{text} ({' to '.join(limits)})"


def alt_for_shares(
    figures: pd.DataFrame, *, by: str, what: str, labels: Mapping[str, str] | None = None
) -> str:
    """Describe a chart of shares: every group's share in the first and last complete period.

    Parameters
    ----------
    figures, by, labels
        What `stacked_share` was given.
    what : str
        What the shares are of.

    Examples
    --------
    >>> ends = pd.to_datetime(["2024-03-31", "2024-03-31"])
    >>> rows = pd.DataFrame({"group": ["neglect", "other"], "period_end": ends, "value": [30, 10]})
    >>> alt_for_shares(rows, by="group", what="plans started")
    'Stacked columns of plans started in per cent, 2024. 2024: neglect 75%, other 25%.'
    """
    groups, percent = shares(figures, by, labels)
    known = np.flatnonzero(~np.isnan(next(iter(percent.values()))))
    months = list(groups.slots)
    told = [f"Stacked columns of {what} in per cent, {_reach(groups)}."]
    for place in sorted({int(known[0]), int(known[-1])}):
        parts = [f"{name} {values.number(share[place], 0, '%')}" for name, share in percent.items()]
        told.append(f"{values.period(months[place], groups.annual)}: {', '.join(parts)}.")
    return " ".join(told + _missing(groups))


def alt_for_bridge(
    start: tuple[str, float],
    parts: Mapping[str, float],
    end: tuple[str, float],
    *,
    what: str,
    decimals: int = 0,
    suffix: str = "",
) -> str:
    """Describe a change and its parts.

    Parameters
    ----------
    start, parts, end, decimals, suffix
        What `bridge` was given.
    what : str
        What the totals count.

    Examples
    --------
    >>> alt_for_bridge(("2024", 291), {"others": -11}, ("2025", 280), what="children looked after")
    'Chart of the change in children looked after: 291 (2024), others −11, 280 (2025).'
    """
    added_up(start, parts, end)
    steps = [
        f"{name} {values.number(part, decimals, suffix, signed=True)}"
        for name, part in parts.items()
    ]
    first, last = (
        f"{values.number(size, decimals, suffix)} ({name})" for name, size in (start, end)
    )
    return f"Chart of the change in {what}: {', '.join([first, *steps, last])}."
