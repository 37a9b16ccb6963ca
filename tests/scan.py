"""Hold every computed sentence of every area against rules that can fail.

    make scan ARGS="--areas Thurrock Rutland --dates 2018-03-31"

Runs the shipped notebooks' findings for each area and date, two at a time, and prints each
statement that breaks one of the rules of `rules`.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, lru_cache, partial
from unittest.mock import patch

import thurrock_analysis
from tests import rules
from thurrock_analysis import open_report, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import handing, matters
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.report import Report
from thurrock_analysis.machine.refresh.plan import RETURNS
from thurrock_analysis.machine.refresh.sources import read_all
from thurrock_analysis.record import areas

DATES = ("", "2014-03-31", "2016-12-31", "2018-03-31", "2022-03-31")


@lru_cache(maxsize=1)
def opened(area: str, date: str) -> Report:
    """Open a report once for all notebooks."""
    return open_report(area, date)


def opened_anew(area: str, date: str, returns: str = "") -> Report:
    """Return a report that has shown nothing yet, as a notebook opens it."""
    return replace(opened(area, date), taken=[])


@cache
def cells(name: str) -> list[ast.Module]:
    """Return the code of a notebook's cells."""
    notebook = json.loads((paths.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [
        ast.parse("".join(cell["source"]))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


@cache
def notebooks() -> list[str]:
    """Return the notebooks that a refresh without returns runs."""
    found, _ = read_all(paths.notebooks())
    return [one.name for one in found if not one.only_named and one.needs != RETURNS]


def findings(name: str, area: str, date: str) -> Iterator[tuple[str, Finding | Exception]]:
    """Yield each finding of a notebook for an area and date, with the code that asked for it.

    What breaks is yielded too: the other questions are asked all the same.
    """
    known: dict[str, object] = {}
    for tree in cells(name):
        *before, last = tree.body
        if "finish()" in ast.unparse(last):
            return
        if not isinstance(last, ast.Expr):
            exec(compile(tree, name, "exec"), known)  # noqa: S102 - our own notebooks
            known |= {"authority": area, "as_at": date}
            continue
        exec(compile(ast.Module(before, []), name, "exec"), known)  # noqa: S102
        code = ast.unparse(last)
        if "print_" in code:
            continue
        try:
            found = eval(code, known)  # noqa: S307
        except Exception as broken:
            found = broken
        if isinstance(found, Finding | Exception):
            yield f"{name}: {code}", found


@patch.object(thurrock_analysis, "open_report", opened_anew)
def scan(task: tuple[str, str], draw: bool = False) -> list[str]:
    """Return the faults of all notebooks for one area and date."""
    area, date = areas.find(task[0]).code, task[1]
    try:
        opened(area, date)
    except ThurrockError:
        return []  # nothing had been published of it by then
    found = []
    for name in notebooks():
        report = None
        for code, one in findings(name, area, date):
            if isinstance(one, Exception):
                found.append(f"{code}: {one!r}")
                continue
            if draw and one.chart is not None:
                one.draw()
            found += [f"{code}: {fault}" for fault in rules.faults(one)]
            report = one.report or report
            if report is not None:
                report.take(one)
        for line in first_page(report) if report is not None else []:
            found += [f"{name}, index: {fault}" for fault in rules.of_first_page(report, line)]
    return [f"{areas.get(area).name} {date} {fault}" for fault in found]


def first_page(report: Report) -> list[dict[str, object]]:
    """Return the lines that a report hands on, and those that the page makes of its standings."""
    lines = handing.headlines(report)
    stands = matters.page(line for line in lines if line["box"] == "matters")
    told = stands[stands["sentence"].ne("")].to_dict("records")
    return [*lines, *({**row, "box": "matters"} for row in told)]


def everybody() -> list[str]:
    """Return the codes of all authorities, regions and England."""
    return [a.code for a in areas.table().values() if a.level in ("authority", "region", "country")]


def main() -> int:
    """Scan and print, area by area: one that stopped goes on with the areas that are left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", nargs="*", help="names or codes; all if left out")
    parser.add_argument("--after", help="all that come after this area")
    parser.add_argument("--dates", nargs="*", default=list(DATES))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--draw", action="store_true", help="draw every chart as well")
    given = parser.parse_args()
    chosen = [areas.find(name).code for name in given.areas or []] or everybody()
    if given.after:
        chosen = chosen[chosen.index(areas.find(given.after).code) + 1 :]
    tasks = [(area, date) for date in given.dates for area in chosen]
    broken = 0
    with ProcessPoolExecutor(given.processes) as pool:
        for task, found in zip(tasks, pool.map(partial(scan, draw=given.draw), tasks), strict=True):
            print(f"{areas.get(task[0]).name} {task[1] or 'newest'}: {len(found)}", file=sys.stderr)
            print(*found, sep="\n", end="\n" * bool(found), flush=True)
            broken += len(found)
    print(f"{len(tasks)} areas and dates, {broken} statements that break a rule")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
