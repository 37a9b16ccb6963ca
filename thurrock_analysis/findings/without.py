"""Where an area stands once some children are left out, as far as hidden counts allow."""

from collections.abc import Sequence

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.view import View
from thurrock_analysis.metrics.rounding import round_half_away
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Part

DECIMALS = 1
"""At the least: of small rates most would be joint without one."""


def told(view: View, names: Sequence[str], others: Sequence[str]) -> str:
    """Say the rank of rates without the children that ``without.csv`` names.

    Parameters
    ----------
    names : sequence of str
        Measures; of those that are not in the table nothing is said.
    others : sequence of str
        Codes of those whom the area is ranked among.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> report = open_report("Thurrock")
    >>> told(report, ["looked_after_start_rate"], report.peers)[:72]
    'Without unaccompanied children there were 17.7 children starting to be l'
    """
    rows = [row for row in dictionary.rows("without") if row["measure"] in names]
    return " ".join(filter(None, (sentence(view, row, others) for row in rows)))


def sentence(view: View, row: dict[str, str], others: Sequence[str]) -> str:
    """Say one rate of the area without some children, its rank, and the mean of the others.

    Nothing is said of regions, whose counts are printed rounded.
    """
    measure, part = measures.get(row["measure"]), measures.part(row["part"])
    own, code = view.own(measure.measure).dropna(subset=["value"]), view.area.code
    if own.empty or part is None or view.area.level != "authority":
        return ""
    end = own["period_end"].max()
    rates = left(view, measure.measure, part, end).reindex([code, *others]).dropna()
    if code not in rates.index or rates["low"][code] < rates["high"][code]:
        return ""
    mine, beside = rates["high"][code], rates.drop(code)
    if 2 * len(beside) < len(others) or beside.empty:
        return ""
    first, last = (1 + int(beside[bound].gt(mine).sum()) for bound in ("low", "high"))
    alike = beside.index[beside["low"].eq(mine) & beside["high"].eq(mine)]
    if first == last:
        lowest = len(rates) + 1 - first - len(alike)
        rank = words.place(first, lowest, len(rates), [areas.get(one).name for one in alike])
    else:
        rank = f"between {words.ordinal(first)} and {words.ordinal(last)} highest of {len(rates)}"
        rank += ", as hidden counts allow"
    decimals = max(measure.decimals, DECIMALS)
    mean = round_half_away(pd.Series([beside["high"].mean()]), decimals)[0]
    printed = beside["low"].eq(beside["high"]).all()
    return (
        f"Without {row['whom']} there were {words.number(mine, decimals)} {measure.phrase} "
        f"{words.when(end, measure)}, {rank}"
        + f"; the mean of the others is {words.number(mean, decimals)}" * bool(printed)
        + "."
    )


def left(view: View, name: str, part: Part, end: pd.Timestamp) -> pd.DataFrame:
    """Return the least and the most of a rate without a group, by area, rounded.

    A hidden group can be nobody or all.
    """
    measure = measures.get(name)
    rates = view.figures(name)
    rates = rates[rates["period_end"].eq(end)].set_index("area")[["numerator", "denominator"]]
    group = view.figures(part.measure, breakdown=part.breakdown)
    group = group[group["period_end"].eq(end) & group["group"].isin(part.groups)]
    counts = group.groupby("area")["value"].sum(min_count=len(part.groups))
    counts = counts.reindex(rates.index).where(group.groupby("area").size().gt(0))
    kept = {
        "low": rates["numerator"] - counts.fillna(rates["numerator"]),
        "high": rates["numerator"] - counts.fillna(0),
    }
    decimals = max(measure.decimals, DECIMALS)
    return pd.DataFrame(
        {
            bound: round_half_away(measure.per * number / rates["denominator"], decimals)
            for bound, number in kept.items()
        }
    )
