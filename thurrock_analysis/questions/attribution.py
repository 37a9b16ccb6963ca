"""What a paper puts down to one group, taken apart into that group and all the rest."""

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.papers import facts, figures, references
from thurrock_analysis.papers.references import Fact
from thurrock_analysis.questions import citing, conclusions
from thurrock_analysis.record.parsing import Row


@question
def taken_apart(report: Report) -> Finding:
    """Take the change that a paper puts down to one group apart into that group and the rest.

    Returns
    -------
    Finding
        Its table has every such claim; its chart leads from the figure before to that after.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> taken_apart(open_report("Thurrock")).sentence[-45:]
    'It counts among those that follow as printed.'
    """
    checked = conclusions.checked_of(report)
    rows = checked[checked["kind"].eq("attribution") & checked["computation"].eq("explains")]
    if rows.empty:
        raise NotHeldError(f"No document on {report.area.spoken} puts a change down to one group.")
    claim = rows.iloc[0]
    told = facts_of(claim)
    value = {role: float(fact["value"]) for role, fact in told.items()}
    whole, part = value["now"] - value["before"], value["part_now"] - value["part_before"]
    rest = whole - part
    parts = {told["part_now"]["group"]: part, "all others": rest}
    moves = words.listed(f"{name} {words.with_sign(size)}" for name, size in parts.items())
    opposite = ", which moved the other way" * (part * rest < 0)
    return Finding(
        f"The paper says: {citing.read_as(claim)} By its figures: {words.with_sign(whole)} in all, "
        f"{moves}{opposite}. It counts among those that "
        f"{conclusions.SHOWN[claim['verdict']].lower()}.",
        shown=conclusions.table_of(rows, "Changes that the documents put down to one group"),
        doubt="A part that moved with its whole need not have caused it.",
        chart=Chart(
            charts.bridge, ("before", value["before"]), parts, ("after", value["now"]),
            headline=f"{words.with_sign(whole)} in all: {moves}",
            subtitle=changed(told), source=citing.called(claim["document"]),
        ),
    )  # fmt: skip


def facts_of(claim: pd.Series) -> dict[str, Row]:
    """Return the facts that a claim rests on, by role."""
    named = references.read(claim["inputs"])
    return {
        role: facts.by_name()[each.name] for role, each in named.items() if isinstance(each, Fact)
    }


def changed(told: dict[str, Row]) -> str:
    """Say what changed from when to when: the subtitle of a chart."""
    first, last = told["before"], told["now"]
    label = citing.subject(last)
    then, now = (figures.span(row["period_start"], row["period_end"]) for row in (first, last))
    return f"{label[:1].upper()}{label[1:]}, {then} to {now}, by group"
