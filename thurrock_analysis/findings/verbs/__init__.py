"""The verbs of a report: questions that any measure can be asked, one module each."""

from thurrock_analysis.findings.verbs.after import after
from thurrock_analysis.findings.verbs.balance import balance
from thurrock_analysis.findings.verbs.bridge import bridge
from thurrock_analysis.findings.verbs.change_of_worker import change_of_worker
from thurrock_analysis.findings.verbs.decompose import decompose
from thurrock_analysis.findings.verbs.durations import durations
from thurrock_analysis.findings.verbs.expected import expected
from thurrock_analysis.findings.verbs.outlook import outlook
from thurrock_analysis.findings.verbs.projection import projection
from thurrock_analysis.findings.verbs.rank import rank
from thurrock_analysis.findings.verbs.returned import data_quality, returned
from thurrock_analysis.findings.verbs.scenario import scenario
from thurrock_analysis.findings.verbs.signals import signals
from thurrock_analysis.findings.verbs.split import split
from thurrock_analysis.findings.verbs.staffing import staffing
from thurrock_analysis.findings.verbs.trend import trend
from thurrock_analysis.findings.verbs.trust import coverage, revisions
from thurrock_analysis.findings.verbs.year_end import year_end

__all__ = [
    "after",
    "balance",
    "bridge",
    "change_of_worker",
    "coverage",
    "data_quality",
    "decompose",
    "durations",
    "expected",
    "outlook",
    "projection",
    "rank",
    "returned",
    "revisions",
    "scenario",
    "signals",
    "split",
    "staffing",
    "trend",
    "year_end",
]
