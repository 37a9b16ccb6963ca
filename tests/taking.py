"""Reports in the hand, as a refresh has them: for the tests of what is taken away from one."""

from thurrock_analysis import open_report
from thurrock_analysis.machine.refresh.index import Entry
from thurrock_analysis.machine.refresh.payload import MIME, payload_of

ASKED = {
    "demand": [
        ("trend", "referral_rate"),
        ("trend", "child_protection_plan_repeat_percent"),
        ("rank", "re_referral_percent"),
        ("trend", "referrals"),
    ],
    "adoption": [
        ("trend", "looked_after_adopted_percent"),
        ("split", "looked_after", {"by": "placement type"}),
        ("trend", "looked_after_rate"),
    ],
}
"""What is asked of a report, by notebook."""


def answered(authority, as_at="", asked=ASKED):
    """Ask reports on an authority; return them and what their notebooks hand on, by name."""
    reports, entries = {}, []
    for name, questions in asked.items():
        report = reports[name] = open_report(authority, as_at)
        for verb, what, *more in questions:
            report.take(getattr(report, verb)(what, **(more[0] if more else {})))
        entries.append(entry(name, report.handed()))
    return reports, entries


def entry(name, handed):
    """Return a notebook that handed something on."""
    notebook = {"cells": [{"outputs": [{"data": {MIME: handed}}]}]}
    return Entry(name, name.capitalize(), page=True, payload=payload_of(notebook, name))
