"""Which tables are kept by hand, where each lies, how many rows it has: ``data/files.csv``."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import fingerprint, parsing, schema
from thurrock_analysis.record.fingerprint import Function, State, keeping

FILES, SCHEMA = "files.csv", "schema.csv"
COLUMNS = ["table", "file", "rows"]
ELSEWHERE = "notes"
"""The table that analysts keep, beside their reports."""
ADVICE = "restore what is missing, or run 'make count' if this is right"
HERE = str(Path(__file__).resolve().parents[2])


def resting_on(*tables: str) -> Callable[[Function], Function]:
    """Keep what a function returns until one of some tables changes.

    With none named it is the table that the first argument names, alone or before a full stop.
    """

    def state(*given: Any, **_: Any) -> State:
        names = tables or (given[0].partition(".")[0],)
        return fingerprint.seen(names, lambda: state_of(names))

    return keeping(state)


def state_of(names: tuple[str, ...]) -> State:
    """Return the state of the files of some tables."""
    folder = os.environ.get("THURROCK_HOME") or HERE
    first = fingerprint.of_files([f"{folder}/data/{FILES}"])
    return first + fingerprint.of_files(resting(folder, names, first))


@lru_cache(maxsize=256)
def resting(folder: str, names: tuple[str, ...], _: State) -> list[str]:
    """Return every file, and folder of files, that some tables rest on, while files.csv lasts."""
    files = [file for name in names for file in counts().get(name, {})]
    folders = {parent for file in files if (parent := Path(file).parent).name in names}
    return [f"{folder}/data/{part}" for part in (SCHEMA, *files, *folders)]


@keeping(lambda: fingerprint.seen(FILES, lambda: state_of(())))
def counts() -> dict[str, dict[str, int]]:
    """Return the files of each table and how many rows each has.

    A table that lies in a folder of its name has a file for each subject.
    """
    path = paths.data() / FILES
    found: dict[str, dict[str, int]] = {}
    for number, row in enumerate(parsing.rows(path, COLUMNS), start=2):
        files = found.setdefault(row["table"], {})
        if not row["rows"].isdigit() or row["file"] in files:
            right = "one row for each file, with its number of rows, is right"
            raise schema.refused((path, number), row, "rows", right)
        files[row["file"]] = int(row["rows"])
    rows = sum(map(len, found.values()))
    if found.get("files") != {FILES: rows}:
        raise parsing.fault(path, rows + 1, f"the table ends here with {rows} rows: {ADVICE}")
    return found


def files(name: str) -> list[Path]:
    """Return the file of a table, or those of its folder."""
    return [paths.data() / file for file in counts()[name]]


def rows(name: str, header: list[str]) -> list[schema.Line]:
    """Read the files of a table, each with the rows that it must have."""
    found: list[schema.Line] = []
    for path, count in zip(files(name), counts()[name].values(), strict=True):
        body = parsing.rows(path, header)
        if len(body) != count:
            raise miscounted(path, body, count)
        found += [((path, number), row) for number, row in enumerate(body, start=2)]
    return found


def miscounted(path: Path, body: list[parsing.Row], count: int) -> ThurrockError:
    """Build the sentence for a file with too many rows, or too few."""
    seen: list[parsing.Row] = []
    for number, row in enumerate(body, start=2):
        if row in seen:
            return parsing.fault(path, number, f"it is row {seen.index(row) + 2} again: keep one")
        seen.append(row)
    said = f"the table ends here with {len(body)} rows where data/{FILES} says {count}"
    return parsing.fault(path, len(body) + 1, f"{said}: {ADVICE}")


def recount() -> None:
    """Write where each table of the schema lies and how many rows it has, after a change."""
    data = paths.data()
    tables = dict.fromkeys(row["table"] for row in parsing.rows(data / SCHEMA, schema.COLUMNS))
    tables.pop(ELSEWHERE, None)
    found = [(name, path) for name in tables for path in lying(name)]
    text = ",".join(COLUMNS) + "\n"
    for name, path in found:
        own = path == data / FILES
        count = len(found) if own else len([*parsing.records(path, parsing.text_of(path))]) - 1
        text += f"{name},{path.relative_to(data).as_posix()},{count}\n"
    (data / FILES).write_text(text, encoding="utf-8", newline="\n")


def lying(name: str) -> list[Path]:
    """Return the files of a table where they lie: beside the schema, in a folder, or in its own."""
    data = paths.data()
    found = [path for place in ("", "*/") for path in data.glob(f"{place}{name}.csv")]
    found += sorted(data.glob(f"*/{name}/*.csv"))
    if not found:
        raise ThurrockError(f"data/{SCHEMA} has a table {name!r} and no file is it: restore it.")
    return found
