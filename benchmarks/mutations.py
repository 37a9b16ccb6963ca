"""What becomes of a damaged table: every table kept by hand, damaged in every way that happens.

A damaged file must be refused in one sentence that names the file and the row, or give what the
whole one gives. `python benchmarks/mutations.py` tries each way at some places of each file and
prints how many came to what; it ends in 1 if any was accepted wrongly or ended in another error.
"""

import argparse
import contextlib
import csv
import io
import itertools
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import claims, plans
from thurrock_analysis.record import dictionary, inventory, provenance, schema

OUTCOMES = REFUSED, HARMLESS, ACCEPTED, ERROR = (
    "refused by file and row", "harmless", "wrongly accepted", "another error",
)  # fmt: skip
SENTENCE = re.compile(r"data/\S+(, row \d+| is (missing|truncated))[^\n]*\.")
MEANINGS: dict[str, Callable[[], object]] = {
    "claims": claims.read, "other_bases": claims.read, "actions": plans.actions,
}  # fmt: skip
"""Tables of which more is asked than the schema says."""
Cells = list[list[str]]
Case = tuple[str, str, str, str]
"""A file, the way in which it was damaged, what came of it, and in which words."""


@dataclass
class Damage:
    """A file to damage: its bytes, and chance for the choice of a place."""

    content: bytes
    chance: random.Random
    table: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    def row(self) -> int:
        """Return a row below the header."""
        return self.chance.randrange(1, len(self.lines))

    def cells(self, change: Callable[[Cells, int, int], None]) -> bytes:
        """Change the cells of the file, given a row and a column of it."""
        rows = list(csv.reader(io.StringIO(self.text)))
        change(rows, self.row(), self.chance.randrange(len(rows[0])))
        return written(rows)

    def in_line(self, change: Callable[[list[str], int], None]) -> bytes:
        """Change the lines of the file, given the place of one."""
        lines = self.lines
        change(lines, self.row())
        return "".join(lines).encode()

    def of_kind(self, wanted: Callable[[schema.Column], object], entry: str) -> bytes | None:
        """Put an entry into a cell of a column that the schema marks; None if it marks none."""
        known = dictionary.columns()[self.table].values()
        found = [column.column for column in known if wanted(column)]
        rows = list(csv.reader(io.StringIO(self.text)))
        places = [
            (at, rows[0].index(name))
            for name in found
            if name in rows[0]
            for at in range(1, len(rows))
            if rows[at][rows[0].index(name)]
        ]
        if not places:
            return None
        at, column = self.chance.choice(places)
        rows[at][column] = entry
        return written(rows)


def written(rows: Cells, delimiter: str = ",", end: str = "\n") -> bytes:
    """Write rows as a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def spliced(content: bytes, chance: random.Random, piece: bytes, first: int = 0) -> bytes:
    """Put a piece in somewhere below the header."""
    at = chance.randrange(max(content.find(b"\n") + 1, first), len(content))
    return content[:at] + piece + content[at:]


def at_cell(damage: Damage, change: Callable[[str], str]) -> bytes:
    """Change a cell as it is written, its quotation marks included."""
    lines = damage.lines
    places = [at for at, line in enumerate(lines) if at and re.search(r"\w", line)]
    row = damage.chance.choice(places)
    parts = re.findall(r'"(?:[^"]|"")*"|[^,\n]+', lines[row])
    part = damage.chance.choice(parts)
    lines[row] = lines[row].replace(part, change(part), 1)
    return "".join(lines).encode()


def conflict(lines: list[str], row: int) -> None:
    """Leave a merge undone."""
    lines[row : row + 1] = [
        "<<<<<<< HEAD\n", lines[row], "=======\n", lines[row], ">>>>>>> branch\n",
    ]  # fmt: skip


def without_column(rows: Cells, at: int) -> bytes:
    """Leave a column out."""
    return written([[*cells[:at], *cells[at:][1:]] for cells in rows])


def renamed(rows: Cells, _: int, column: int) -> None:
    rows[0][column] += "s"


def doubled_column(rows: Cells, _: int, column: int) -> None:
    for cells in rows:
        cells.append(cells[column])


def same_name(damage: Damage) -> bytes | None:
    """Give a row the name of another, and leave the rest of it."""
    known = dictionary.columns()[damage.table].values()
    rows = list(csv.reader(io.StringIO(damage.text)))
    key = [rows[0].index(column.column) for column in known if column.key]
    if not key or len(rows) < 3:
        return None
    one, other = damage.chance.sample(range(1, len(rows)), 2)
    for at in key:
        rows[other][at] = rows[one][at]
    return written(rows)


def reordered(damage: Damage) -> bytes:
    rows = list(csv.reader(io.StringIO(damage.text)))
    return written([cells[::-1] for cells in rows])


def parsed(damage: Damage) -> Cells:
    return list(csv.reader(io.StringIO(damage.text)))


WAYS: dict[str, Callable[[Damage], bytes | None]] = {
    "a cell too many": lambda d: d.cells(lambda rows, at, _: rows[at].append("more")),
    "a cell too few": lambda d: d.cells(lambda rows, at, _: rows[at].pop()),
    "a comma without quotation marks": lambda d: at_cell(d, lambda cell: cell.strip('"') + ", and"),
    "a Latin-1 byte": lambda d: spliced(d.content, d.chance, b"\xe9"),
    "saved as UTF-16": lambda d: d.text.encode("utf-16"),
    "saved as UTF-16 without a mark": lambda d: d.text.encode("utf-16-le"),
    "a letter that was replaced": lambda d: at_cell(d, lambda cell: cell[:1] + "\ufffd" + cell[1:]),
    "an unclosed quotation mark": lambda d: at_cell(d, lambda cell: '"' + cell.strip('"')),
    "a stray quotation mark": lambda d: at_cell(d, lambda cell: cell[:2] + '"' + cell[2:]),
    "an empty file": lambda d: b"",
    "a file of blanks": lambda d: b"\n\n",
    "a header alone": lambda d: d.lines[0].encode(),
    "no header": lambda d: "".join(d.lines[1:]).encode(),
    "a row twice": lambda d: d.in_line(lambda lines, at: lines.insert(at, lines[at])),
    "a name twice": same_name,
    "cut after a row": lambda d: "".join(d.lines[: d.row()]).encode(),
    "cut within a row": lambda d: d.content[: d.chance.randrange(1, len(d.content))],
    "cut before the last line ends": lambda d: d.content[:-1],
    "a row missing": lambda d: d.in_line(lambda lines, at: lines.pop(at)),
    "no first column": lambda d: without_column(parsed(d), 0),
    "no last column": lambda d: without_column(parsed(d), len(parsed(d)[0]) - 1),
    "a column twice": lambda d: d.cells(doubled_column),
    "a column by another name": lambda d: d.cells(renamed),
    "columns in another order": reordered,
    "a merge undone": lambda d: d.in_line(conflict),
    "a mark of a merge": lambda d: d.in_line(lambda lines, at: lines.insert(at, "=======\n")),
    "an empty line": lambda d: d.in_line(lambda lines, at: lines.insert(at, "\n")),
    "semicolons for commas": lambda d: written(parsed(d), ";"),
    "tabs for commas": lambda d: written(parsed(d), "\t"),
    "a byte-order mark": lambda d: b"\xef\xbb\xbf" + d.content,
    "line ends of Windows": lambda d: d.content.replace(b"\n", b"\r\n"),
    "every cell in quotation marks": lambda d: quoted(parsed(d)),
    "a blank after a cell": lambda d: d.of_kind(lambda column: True, "more "),
    "a needed cell emptied": lambda d: d.of_kind(lambda one: one.needed == schema.ALWAYS, ""),
    "a word for a number": lambda d: d.of_kind(lambda one: one.kind in ("number", "whole"), "six"),
    "no such day": lambda d: d.of_kind(lambda one: one.kind in ("date", "month"), "2018-02-30"),
    "a name that is not listed": lambda d: d.of_kind(lambda one: one.among, "nonsense"),
    "no file": lambda d: None,
}
SIDECARS: dict[str, Callable[[Damage], bytes | None]] = {
    "a Latin-1 byte": WAYS["a Latin-1 byte"],
    "saved as UTF-16": WAYS["saved as UTF-16"],
    "an empty file": WAYS["an empty file"],
    "cut after a row": WAYS["cut after a row"],
    "cut within a row": WAYS["cut within a row"],
    "a merge undone": WAYS["a merge undone"],
    "an unclosed quotation mark": lambda d: d.content.replace(b": ", b': "', 1),
    "a tab": lambda d: b"\t" + d.content,
    "a list": lambda d: b"- one\n- two\n",
    "a name alone": lambda d: b"title\n",
    "no checksum": lambda d: re.sub(rb"sha256: \w+\n", b"", d.content),
    "another checksum": lambda d: re.sub(rb"sha256: \w", b"sha256: x", d.content),
    "no releases": lambda d: d.content.replace(b"releases:", b"release:", 1),
    "no file": lambda d: None,
}


EMPTYING = ("an empty file", "no file")
"""Ways that leave nothing; of others nothing means that they are not possible."""


def quoted(rows: Cells) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Work on a copy of the tables."""
    shipped, before = paths.data(), os.environ.get("THURROCK_HOME")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(shipped, Path(folder) / "data")
        os.environ["THURROCK_HOME"] = folder
        try:
            yield Path(folder) / "data"
        finally:
            os.environ.pop("THURROCK_HOME")
            if before is not None:
                os.environ["THURROCK_HOME"] = before


def outcome(path: Path, content: bytes | None, read: Callable[[], str]) -> tuple[str, str]:
    """Say what comes of a damaged file, and in which words."""
    whole, expected = path.read_bytes(), read()
    try:
        path.unlink() if content is None else path.write_bytes(content)
        try:
            return (HARMLESS if read() == expected else ACCEPTED), ""
        except ThurrockError as said:
            return (REFUSED if SENTENCE.fullmatch(str(said)) else ERROR), str(said)
        except Exception as error:
            return ERROR, f"{type(error).__name__}: {error}"
    finally:
        path.write_bytes(whole)


def reader(table: str) -> Callable[[], str]:
    """Return how a table is read, and what it then holds."""

    def read() -> str:
        frame = dictionary.read(table)
        MEANINGS.get(table, lambda: None)()
        return frame[sorted(frame.columns)].to_json()

    return read


def described(path: Path) -> str:
    """Read the sidecar of a file, and hold the file against it."""
    return str(provenance.read(path)) + provenance.verify(path)


def tables(places: int, seed: int, every: int = 1) -> Iterator[Case]:
    """Damage tables in each way, at some places; of all that, one case in `every`."""
    chance = random.Random(seed)
    with copied() as data:
        held = inventory.counts()
        files = [(table, file) for table in held for file in held[table]]
        cases = list(itertools.product(files, WAYS, range(places)))
        for (table, file), way, _ in cases[::every]:
            whole = (data / file).read_bytes()
            content = WAYS[way](Damage(whole, chance, table))
            if content != whole and (content or way in EMPTYING):
                yield file, way, *outcome(data / file, content, reader(table))


def sidecars(seed: int, *names: str) -> Iterator[Case]:
    """Damage the sidecars of all files, or of those named, in each way."""
    chance = random.Random(seed)
    with copied() as data:
        for path in [path for path in provenance.files() if path.name in (names or path.name)]:
            side = provenance.sidecar_of(path)
            for way, damage in SIDECARS.items():
                content = damage(Damage(side.read_bytes(), chance))
                came, said = outcome(side, content, partial(described, path))
                yield side.relative_to(data).as_posix(), f"sidecar: {way}", came, said


def main() -> int:
    """Print how many cases came to what, by way, and the words of those that are wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--places", type=int, default=3, help="how often each way is tried a file")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    wrong = []
    all_cases = itertools.chain(tables(options.places, options.seed), sidecars(options.seed))
    for file, way, came, said in all_cases:
        counts.setdefault(way, Counter())[came] += 1
        if came in (ACCEPTED, ERROR):
            wrong.append(f"{file}, {way}: {came} {said}")
    print("| damage | " + " | ".join(OUTCOMES) + " |\n|---|" + "---:|" * len(OUTCOMES))
    for way, found in counts.items():
        print(f"| {way} | " + " | ".join(str(found[one]) for one in OUTCOMES) + " |")
    total = sum(counts.values(), Counter())
    print("| all | " + " | ".join(str(total[one]) for one in OUTCOMES) + " |")
    print("\n".join(wrong), file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
