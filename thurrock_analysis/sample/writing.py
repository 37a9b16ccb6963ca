"""``thurrock sample``: the fictional authority's returns in a folder, and what is true of them."""

import hashlib
import heapq
import shutil
from pathlib import Path

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.sample import census, events, faults, files, lists, ssda903, truth
from thurrock_analysis.sample.drawing import NEVER, span, texts
from thurrock_analysis.sample.events import AUTHORITY, SHIPPED, Log
from thurrock_analysis.sample.workers import YEARS

RETURNS, TRUTH, FAULTS, MADE_FROM = "returns", "truth.csv", "faults.csv", "made-from.txt"


def write(
    folder: Path,
    seed: int = SHIPPED,
    size: float = 1,
    conditioned: bool = True,
    with_faults: bool = False,
    change_of_worker: float = 1,
) -> None:
    """Write a sample into a new folder: returns in one of their own, the truth beside it.

    Parameters
    ----------
    size : float
        How many authorities' worth of children and workers.
    conditioned : bool
        Whether totals are those published of a small unitary authority, else drawn around them.
    with_faults : bool
        Whether the returns are then spoilt, and what was spoilt noted in ``faults.csv``.
    change_of_worker : float
        By how much lateness and moves are multiplied after a change of worker.

    Raises
    ------
    ThurrockError
        If the folder is there already and not empty, or faults are asked of a small sample.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ThurrockError(f"{folder} is there already: name a new folder for the sample.")
    if with_faults and size < 1:
        raise ThurrockError("Faults need the children of a whole authority: a size of 1 or more.")
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _fill(fresh, events.draw(seed, size, conditioned, change_of_worker), with_faults)
        if folder.is_dir():
            folder.rmdir()
        fresh.replace(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def keep(folder: Path) -> None:
    """Write the shipped sample into a folder, anew where what it is made from has changed."""
    mark = folder / MADE_FROM
    if mark.is_file() and mark.read_text(encoding="utf-8") == made_from():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.next")
    shutil.rmtree(fresh, ignore_errors=True)
    write(fresh)
    (fresh / MADE_FROM).write_text(made_from(), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)


def made_from() -> str:
    """Return the hash of the code and the tables that the sample is made from."""
    found = hashlib.sha256()
    tables = paths.home() / "data" / "statutory"
    for path in sorted([*Path(__file__).parent.glob("*.py"), *tables.glob("*.csv")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _fill(folder: Path, log: Log, with_faults: bool) -> None:
    returns = folder / RETURNS
    ssda903.write_years(log, returns / "ssda903")
    census.write_need(log, returns / "cin_census")
    census.write_workforce(log, returns / "workforce_census")
    lists.write(log, returns / "annex_a")
    files.frame(returns / "synthetic_postcodes.csv", log.postcodes.drop(columns="zone"))
    files.frame(returns / "synthetic_posts.csv", posts(log))
    files.frame(folder / TRUTH, truth.table(log))
    if with_faults:
        files.frame(folder / FAULTS, faults.inject(returns))


def posts(log: Log) -> pd.DataFrame:
    """Return who held which post when, and when it was vacant."""
    people = log.workers.people.sort_values(["start", "number"], kind="stable")
    first, last = span(YEARS[0], "09-30")[0], span(YEARS[-1] - 2, "09-30")[1]
    free: list[tuple[int, int, str]] = []
    found, count = [], 0
    for each in people[(people["end"] > first) & (people["start"] <= last)].itertuples():
        if free and free[0][0] < each.start:
            since, post, team = heapq.heappop(free)
            if each.start > since + 1:
                found.append((post, team, 1.0, since + 1, each.start - 1, "vacant", ""))
        else:
            count += 1
            post, team = count, each.team
        contract = "agency" if each.agency else "permanent"
        who = files.worker([each.number])[0]
        found.append((post, team, each.fte, each.start, each.end, contract, who))
        if each.end < NEVER:
            heapq.heappush(free, (each.end, post, team))
    found += [(post, team, 1.0, since + 1, NEVER, "vacant", "") for since, post, team in free]
    columns = ["post", "team", "fte", "start", "end", "contract", "worker"]
    table = pd.DataFrame(found, columns=columns).sort_values(["post", "start"], kind="stable")
    table = table[table["start"] <= last]
    numbers = texts("SYP", table["post"].to_numpy(), 4)
    return table.assign(
        post=numbers,
        start=files.iso(table["start"]),
        end=files.iso(files.known(table["end"], last)),
    )


def said(folder: Path) -> str:
    """Say what was written."""
    return f"{folder} holds the returns of {AUTHORITY}, which does not exist, and {TRUTH}."
