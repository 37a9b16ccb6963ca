"""The audit of a paper before it is written: the claims engine holds each of its conclusions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.view import View
from thurrock_analysis.machine.outputs.paper.statements import Statement
from thurrock_analysis.papers import claims, references
from thurrock_analysis.papers.figures import Figure
from thurrock_analysis.papers.sources import KEY, Sources
from thurrock_analysis.record import areas, store
from thurrock_analysis.record.areas import Area


def audit(statements: Iterable[Statement], area: Area, as_at: str) -> int:
    """Hold every sentence of a paper against the record, and count its claims.

    Raises
    ------
    ThurrockError
        A claim does not follow as printed, or a sentence has a number that none of its claims
        gives.
    """
    statements = list(statements)
    rows = [row for one in statements for row in one.claims]
    named = (each for row in rows for each in references.read(row["inputs"]).values())
    where = Sources(area, as_at, frozenset(named))
    where = replace(where, untold=untold(where.history, area, as_at))
    held: set[tuple[str, ...]] = set()
    for one in statements:
        for said in faults(one, where, held):
            raise ThurrockError(f"The paper was not written, for its audit refuses it: {said}")
    return len(held)


def untold(history: pd.DataFrame, area: Area, as_at: str) -> dict[tuple[str, ...], str]:
    """Return which figures reports tell as none, with the reason: zeros, and sums of hidden parts.

    Reports leave them out of means and ranks, so the claims engine has to as well.
    """
    view = View(area, as_at, areas.neighbours(area, as_at), store.held())
    open_to_it = history["value"].eq(0) | history["origin"].eq("recomputed")
    found: dict[tuple[str, ...], str] = {}
    for name in history.loc[open_to_it, "measure"].unique():
        rows = view.figures(name)
        rows = rows[rows["value"].isna()]
        keys = zip(*(rows[column].astype("str") for column in KEY), strict=True)
        found |= dict(zip(keys, rows["status"].astype("str"), strict=True))
    return found


def faults(one: Statement, where: Sources, held: set[tuple[str, ...]]) -> Iterator[str]:
    """Say what of a sentence does not hold: a claim, or a number without one.

    ``held`` takes the claims that were found to hold: a table repeats many of a sentence.
    """
    for number in unclaimed(one):
        yield f"“{one.text}” has the number {number}, which nothing computed gives."
    for row in one.claims:
        key = (row["stated"], row["computation"], row["inputs"])
        if key in held:
            continue
        held.add(key)
        found = claims.check(row, [], where)
        if found.verdict != claims.CONSISTENT:
            working = " ".join(found.sentence.split())
            yield f"“{one.text}” is {found.verdict} ({working.rstrip('.')})."


def unclaimed(one: Statement) -> list[str]:
    """Return the numbers of a sentence that none of its claims gives and no name holds.

    >>> row = {"stated": "24.8", "inputs": "part=1243; whole=5015"}
    >>> unclaimed(Statement("1,243 of 5,015 came back within 12 months (24.8%), 3 more.",
    ...                     [row], ["within 12 months"]))
    ['3']
    """
    rest = one.text
    for name in sorted(filter(None, one.names), key=len, reverse=True):
        rest = re.sub(re.escape(name), " ", rest, flags=re.IGNORECASE)
    given = {number for row in one.claims for number in _numbers(row)}
    printed = (found.replace(",", "") for found in claims.PRINTED.findall(rest))
    return [number for number in printed if number not in given]


def _numbers(row: dict[str, str]) -> Iterator[str]:
    """Return the numbers that a claim is about: what it states, and what it is computed of."""
    yield from claims.PRINTED.findall(row["stated"])
    for each in references.read(row["inputs"]).values():
        if isinstance(each, Figure):
            yield from claims.PRINTED.findall(each.text)
