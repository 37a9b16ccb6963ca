"""Whether a change of a child's social worker goes with later work and more moves."""

from typing import TYPE_CHECKING

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.own_returns import NOT_GIVEN
from thurrock_analysis.findings.table import Table
from thurrock_analysis.indicators import worker_changes
from thurrock_analysis.metrics.clustered import Effect, NotEstimatedError
from thurrock_analysis.returns.returns import NotInReturnsError

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

ASSUMED = (
    "Assumed is that children with and without a change differ in nothing else that goes with the "
    "outcome, but for what is held equal: a crisis that brings both a new worker and a move reads "
    "as if they went together. No cause is told. A change is a day on which another worker takes "
    "over; the errors of one child may hang together, those of two may not, so that a worker who "
    "leaves many children at once makes the intervals too narrow. Where intervals hold in "
    "95 of 100, at least one of three misses in about one report of seven."
)


@question
def change_of_worker(report: "Report") -> Finding:
    """Say whether late reviews, long assessments and moves go with a change of social worker.

    Returns
    -------
    Finding
        Its table has a row an outcome, after a change and otherwise. Without returns, or before
        the return of 2023-24, it is a gap.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Medway").change_of_worker().held
    False
    """
    if report.returns is None:
        raise NotHeldError(
            f"{NOT_GIVEN}whether late reviews, long assessments and more moves go with a change of "
            "a child's social worker."
        )
    said, rows = [], []
    refused: dict[str, list[str]] = {}
    for outcome, row in worker_changes.outcomes().iterrows():
        try:
            cases, effect = worker_changes.estimate(report.returns.alone, str(outcome))
        except (NotInReturnsError, NotEstimatedError) as gap:
            refused.setdefault(str(gap), []).append(str(outcome))
            continue
        sides = dict(iter(cases.groupby("changed")))
        said.append(_said(row, sides, effect))
        rows.append(_line(str(outcome), row, sides, effect))
    lacking = [f"Nothing is told of {words.listed(of)}. {gap}" for gap, of in refused.items()]
    if not said:
        raise NotHeldError(" ".join(lacking))
    equal = [name for one in rows for name in str(one["Held equal"]).split(", ")]
    held = words.listed(dict.fromkeys(equal))
    return Finding(
        "\n".join([f"In {report.area.spoken} {words.uncapital(said[0])}", *said[1:]]),
        shown=Table(pd.DataFrame(rows), "After a change of worker, and otherwise"),
        doubt=" ".join([f"Held equal: {held}.", ASSUMED, *lacking]),
        key=False,
    )


def _said(row: pd.Series, sides: dict[bool, pd.DataFrame], effect: Effect) -> str:
    after, otherwise = (_told(row, sides[mark]) for mark in (True, False))
    beside = 0.0 if row["family"] == "gaussian" else 1.0
    apart = effect.low > beside or effect.high < beside
    return (
        f"In the {row['days']} days from a change of worker on, {after}; otherwise, {otherwise}. "
        f"{words.capital(row['difference'])}, with the same held equal: {_effect(row, effect)}; "
        f"{'more' if apart else 'no more'} than chance alone would bring."
    )


def _told(row: pd.Series, part: pd.DataFrame) -> str:
    """Say how many there were on one side, and how it went."""
    happened, amount = words.number(part["outcome"].sum()), _amount(row, part)
    if row["family"] == "binomial":
        return f"{happened} of {words.number(len(part))} {row['counted']} {row['met']} ({amount})"
    if row["family"] == "poisson":
        years = words.number(part["exposure"].sum())
        return f"{happened} {row['met']} in {years} {row['counted']} ({amount})"
    return f"{words.number(len(part))} {row['counted']} {row['met']} {amount} on average"


def _amount(row: pd.Series, part: pd.DataFrame) -> str:
    value = part["outcome"].sum() / part["exposure"].sum()
    if row["family"] == "binomial":
        return f"{words.number(100 * value, 1)}%"
    return f"{words.number(value, 2 if row['family'] == 'poisson' else 1)} {row['amount']}"


def _effect(row: pd.Series, effect: Effect) -> str:
    if row["family"] == "gaussian":
        ends = [words.with_sign(each, 1) for each in (effect.value, effect.low, effect.high)]
        return f"{ends[0]} ({ends[1]} to {ends[2]})"
    ends = [words.number(each, 2) for each in (effect.value, effect.low, effect.high)]
    return f"{ends[0]} times ({ends[1]} to {ends[2]})"


def _line(
    outcome: str, row: pd.Series, sides: dict[bool, pd.DataFrame], effect: Effect
) -> dict[str, object]:
    names = {"in_care": "time in care", "review": "which review it is"}
    held = ", ".join(names.get(each, each) for each in row["controls"].split())
    return {
        "What": words.capital(outcome),
        "After a change": _amount(row, sides[True]),
        "Otherwise": _amount(row, sides[False]),
        "Compared": _effect(row, effect),
        "Children": effect.clusters,
        "Held equal": held,
    }
