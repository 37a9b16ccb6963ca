"""Hold every computed sentence of every area against rules that can fail.

    python -m tests.scan [--areas N] [--dates DATE...]

Runs the shipped notebooks' findings for each area and date, two at a time, and prints each
sentence that breaks a rule. A rule recomputes what it checks from the finding's own figures.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

from thurrock_analysis import open_report, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.record import areas

DATES = ("", "2014-03-31", "2016-12-31", "2018-03-31", "2022-03-31")
NEVER = {
    "a number that is none": r"\bnan\b|NaT|\bNone\b|\binf\b|no figure%",
    "up or down by nothing": r"\b(up|down) 0(\.0+)?%|\b(up|down) 0(\.0+)? percentage",
    "a plural of one": r"(?<![\d.,])1 (measures|figures|conclusions|children|cases)\b|\+1 points",
    "a span of one year": r"\b(\d{4}) to \1\b",
    "a missing article": r"\b(in|of) (North|South) (East|West)\b",
    "words run together": r"[a-z]\.[A-Z]|  +|\(\)|,,| ,",
}
NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)%?"
MOVED = re.compile(
    NUMBER + r" [^();]*?\([^;()]+; (up|down|unchanged)[^()]*? from " + NUMBER + r" in \d{4}"
)
PLACED = re.compile(r"(joint )?(?:(\d+)\w\w )?(highest|lowest) of (\d+)")


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
    """Return the notebooks that a refresh runs."""
    found = sorted(paths.notebooks().glob("[a-z]*.ipynb"))
    return [path.stem for path in found]


def findings(name: str, area: str, date: str) -> Iterator[tuple[str, Finding]]:
    """Yield each finding of a notebook for an area and date, with the code that asked for it."""
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
        found = eval(code, known)  # noqa: S307
        if isinstance(found, Finding):
            yield f"{name}: {code}", found


def faults(one: Finding) -> Iterator[str]:
    """Yield what is wrong with a finding's words."""
    said = " ".join(filter(None, [one.sentence, one.doubt, one.shown.caption, one.rest.caption]))
    for what, pattern in NEVER.items():
        if found := re.search(pattern, said):
            yield f"{what}: ...{said[max(found.start() - 30, 0) : found.end() + 20]}..."
    if one.held:
        yield from hidden_told(one)
        yield from wrong_ways(one)
        yield from wrong_places(one)
        yield from other_numbers(one)


def hidden_told(one: Finding) -> Iterator[str]:
    """A figure without a number has a reason, and no table shows a number in its place."""
    if len(one.figures) and (one.figures["value"].isna() & one.figures["status"].eq("")).any():
        yield "a figure without a number has no reason"
    for table in (one.shown, one.rest):
        if table.reasons is not None:
            both = table.reasons.ne("") & table.frame[table.reasons.columns].notna()
            if both.to_numpy().any():
                yield "a hidden figure is shown as a number"


def wrong_ways(one: Finding) -> Iterator[str]:
    """What is said to have gone up or down did, between the years that are named."""
    for now, way, first in MOVED.findall(one.sentence):
        last, before = (float(text.replace(",", "")) for text in (now, first))
        right = "up" if last > before else "down" if last < before else None
        if right and way != right:
            yield f"{way} from {first} to {now}"


def wrong_places(one: Finding) -> Iterator[str]:
    """A rank is that of the area among those with a figure, from the end that is named."""
    found = PLACED.search(one.sentence)
    if not found or one.report is None or one.chart is None:
        return
    field = one.chart.what[0]
    ranks = (one.rest if len(one.rest) else one.shown).frame
    values = ranks["value"]
    own = field.loc[field["area"].eq(one.report.area.code), "value"].iloc[0]
    joint, order, end, of = found.groups()
    beyond = int((values > own).sum() if end == "highest" else (values < own).sum())
    if (int(order or 1), int(of)) != (beyond + 1, len(values)) or bool(joint) != (
        values.eq(own).sum() > 1
    ):
        yield f"{found[0]}, with {beyond} beyond {own} of {len(values)}"


def other_numbers(one: Finding) -> Iterator[str]:
    """The newest figure in a sentence is that of the table, in the same decimals."""
    if one.report is None or "year" not in one.table.columns:
        return
    texts = one.shown.texts().to_numpy().ravel().tolist()
    for now, *_ in MOVED.findall(one.sentence):
        if not any(cell.rstrip("%") == now for cell in texts):
            yield f"{now} stands in the sentence and not in the table"


def scan(task: tuple[str, str], draw: bool = False) -> list[str]:
    """Return the faults of all notebooks for one area and date."""
    area, date = task
    try:
        open_report(area, date)
    except ThurrockError:
        return []  # nothing had been published of it by then
    found = []
    for name in notebooks():
        for code, one in findings(name, area, date):
            if draw and one.chart is not None:
                one.draw()
            found += [f"{areas.get(area).name} {date} {code}: {fault}" for fault in faults(one)]
    return found


def everybody() -> list[str]:
    """Return the codes of all authorities, regions and England."""
    return [a.code for a in areas.table().values() if a.level in ("authority", "region", "country")]


def main() -> int:
    """Scan and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=0, help="the first N only")
    parser.add_argument("--dates", nargs="*", default=list(DATES))
    parser.add_argument("--draw", action="store_true", help="draw every chart as well")
    given = parser.parse_args()
    chosen = everybody()[: given.areas or None]
    tasks = [(area, date) for date in given.dates for area in chosen]
    with ProcessPoolExecutor(2) as pool:
        answers = pool.map(partial(scan, draw=given.draw), tasks)
        found = [line for lines in answers for line in lines]
    print("\n".join(found))
    print(f"{len(tasks)} areas and dates, {len(found)} sentences that break a rule")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
