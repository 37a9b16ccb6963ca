"""What changed since the last run: the key figures as they were told then, and as they are now.

Beside a report lies ``history.csv``: a row each time that a key figure was told for the first
time or told otherwise. The next run takes it over, from the report that it replaces or, for a
later date, from the one before; the last row of each figure is what was told last.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thurrock_analysis import words
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.machine.refresh.payload import Payload, period_of, shown_of
from thurrock_analysis.record import releases, tidy
from thurrock_analysis.saving import as_meant, unformulated

FILE = "history.csv"
FIGURE = ("notebook", "measure", "breakdown", "group", "basis")
"""What names a figure of the newest period, whichever period that is."""
TOLD = ("label", "period_end", "period", "shown", "release")
COLUMNS = ("made", "as_at", *FIGURE, *TOLD, "change")
FIRST, NEWER, OLDER, OTHERWISE, GONE = "first", "newer", "older", "otherwise", "gone"
IN_WORDS = {
    FIRST: "told for the first time",
    NEWER: "a newer period",
    OLDER: "an older period: the newer figure is gone",
    OTHERWISE: "the same period, another figure",
    GONE: "no longer told",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Past:
    """What earlier runs told."""

    rows: list[Row] = field(default_factory=list)
    """The oldest first."""
    made: str = ""
    """When the last run was; empty where there was none."""
    unreadable: bool = False
    """Whether a history lies there and cannot be read: it then begins anew."""


def past(report: Path) -> Past:
    """Return the history up to a report.

    Parameters
    ----------
    report : Path
        The folder of the report to be replaced; its name is its date.
    """
    older = [one for one in report.parent.glob("[0-9]*") if one.name < report.name]
    folders = [report, *sorted(older, reverse=True)]
    folder = next((one for one in folders if (one / FILE).is_file()), None)
    if folder is None:
        return Past()
    try:
        with (folder / FILE).open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream, strict=True)
            rows, header = list(reader), reader.fieldnames
    except (OSError, ValueError, csv.Error):
        return Past(unreadable=True)
    if header != [*COLUMNS] or any(None in row or None in row.values() for row in rows):
        return Past(unreadable=True)
    rows = [{name: as_meant(cell) for name, cell in row.items()} for row in rows]
    return Past(rows, str(run_record.read(folder).get("made", "")))


def changed(history: list[Row], payloads: Iterable[Payload], made: str, as_at: str) -> list[Row]:
    """Return a row for each key figure that is told now and was not, or was told otherwise.

    Only notebooks that handed over figures are compared: of one that failed nothing is gone.
    """
    known = {_name(row): row for row in history}
    now = {_name(row): row for row in _told(payloads)}
    run = {name[0] for name in now}
    gone = [
        row | {"shown": "", "change": GONE}
        for name, row in known.items()
        if name[0] in run and name not in now and row["change"] != GONE
    ]
    found = [row | {"change": _change(known.get(name), row)} for name, row in now.items()]
    return [
        {"made": made, "as_at": as_at} | {column: row[column] for column in COLUMNS[2:]}
        for row in [*found, *gone]
        if row["change"]
    ]


def _change(last: Row | None, row: Row) -> str:
    """Say how a figure is told otherwise than last; empty where it is not."""
    if last is None or last["change"] == GONE:
        return FIRST
    if row["period_end"] != last["period_end"]:
        return NEWER if row["period_end"] > last["period_end"] else OLDER
    return OTHERWISE if row["shown"] != last["shown"] else ""


def _told(payloads: Iterable[Payload]) -> Iterator[Row]:
    for payload in payloads:
        for row in payload.key_figures:
            label, shown = shown_of(row)
            yield {
                **{name: str(row.get(name) or "") for name in FIGURE},
                **{"notebook": payload.notebook, "label": label, "shown": shown},
                "period_end": str(row.get("period_end") or ""),
                "period": period_of(row),
                "release": str(row.get("release") or ""),
            }


def _name(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in FIGURE)


def write(folder: Path, history: list[Row], changes: list[Row]) -> None:
    """Write the history as it now is."""
    with (folder / FILE).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        rows = [*history, *changes]
        writer.writerows({name: unformulated(row[name]) for name in COLUMNS} for row in rows)


def page(past: Past, changes: list[Row]) -> dict[str, Any]:
    """Return what the first page says: when the last run was, and each figure before and now.

    A figure that two notebooks show is told once; those of groups are only counted.
    """
    known = {_name(row): row for row in past.rows}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in changes:
        if row["breakdown"] in ("", tidy.ALL):
            last = known.get(_name(row), dict.fromkeys(TOLD, ""))
            more = {"said": IN_WORDS[row["change"]], "from": releases.in_words(row["release"])}
            rows.setdefault((row["label"], row["period"]), row | {"last": last, **more})
    return {
        "unreadable": past.unreadable,
        "last": past.made and words.day(past.made),
        "rows": list(rows.values()),
        "groups": sum(row["breakdown"] not in ("", tidy.ALL) for row in changes),
    }
