"""Links from report to report: put in once all are made, and anew where one is kept."""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape, unescape

from thurrock_analysis.machine.refresh.index import Entry
from thurrock_analysis.machine.refresh.render import ELSEWHERE, END, REPORTS

MOST = 3
"""Other reports that a heading leads to."""

_FILLED = re.compile(rf"({REPORTS}|{ELSEWHERE}).*?{END}", re.DOTALL)
_HEADING = re.compile(
    rf'(<h2[^>]*\bid="([^"]*)"[^>]*>(?:(?!</h2>).)*</h2>){ELSEWHERE}{END}', re.DOTALL
)


def linked(html: str, own: Entry, entries: Iterable[Entry]) -> str:
    """Link a page to the others of its report, and its headings to theirs on the same figures."""
    others = [one for one in entries if one.page and one.name != own.name]
    html = _FILLED.sub(rf"\1{END}", html)
    html = html.replace(f"{REPORTS}{END}", f"{REPORTS}{_reports(others)}{END}")
    return _HEADING.sub(
        lambda found: f"{found[1]}{ELSEWHERE}{_elsewhere(own, unescape(found[2]), others)}{END}",
        html,
    )


def _reports(others: list[Entry]) -> str:
    items = "".join(f'<li><a href="{one.link()}">{escape(one.title)}</a></li>' for one in others)
    listed = f'<nav class="contents" aria-label="Reports"><p>More reports</p><ul>{items}</ul></nav>'
    return listed if others else ""


def _elsewhere(own: Entry, heading: str, others: list[Entry]) -> str:
    """Name the reports that show most of the figures that a heading is the first to show here."""
    here = {measure for measure, place in own.anchors.items() if place == heading}
    places = Counter(
        (other.title, other.link(measure))
        for other in others
        for measure in here & other.anchors.keys()
    )
    once: dict[str, str] = {}
    for (title, link), _ in places.most_common():
        once.setdefault(title, link)
    links = [f'<a href="{link}">{escape(title)}</a>' for title, link in list(once.items())[:MOST]]
    return f'<p class="elsewhere">Also in: {" · ".join(links)}</p>' if links else ""
