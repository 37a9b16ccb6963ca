"""CPU time and peak memory of reading returns, at 1x, 10x and 100x, beside the unit U.

U is the CPU time in which a fresh process imports the libraries that notebooks rest on; each size
is read by a process of its own. Sizes grow by replication under new identifiers: of the sample's
last five years of the SSDA903, and of its last CIN census or of another that is named.
"""

import argparse
import csv
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

from thurrock_analysis.sample import writing

UNIT = (
    "import pandas, numpy, scipy, statsmodels.api, seaborn, matplotlib.pyplot, papermill, "
    "nbclient, nbconvert"
)
IMPORT = "import sys, pandas; from thurrock_analysis.returns import load_returns"
LOAD = f"{IMPORT}; held = load_returns(sys.argv[1])"
KNOWN = "from thurrock_analysis.indicators import compute, yearly; compute.known()"
ALL = f"{KNOWN}; {LOAD}; yearly.yearly(held)"
IN_CARE = (
    f"{KNOWN}; {LOAD}; from thurrock_analysis.record import dictionary; "
    "known = dictionary.read('indicators'); families = ['placements', 'adoption', 'care_leavers']; "
    "yearly.yearly(held, known.loc[known['family'].isin(families), 'measure'])"
)
YEARS = 5
CHILDREN = 664
"""Children of a census at 1x; the aim is told for ten times as many."""
LOOKED_AFTER = 820
"""Children of five years of the SSDA903 at 1x; the aim is told for a hundred times as many."""
ID = re.compile(r"(?<=<LAchildID>)[^<]*")
Write = Callable[[Path, Path, int], None]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--census", type=Path, help="a CIN census as XML, to be replicated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    rounds, times = options.rounds, options.times
    unit = statistics.median(cpu(UNIT)[0] for _ in range(rounds))
    print(f"U is {unit:.2f} s of CPU.\n")
    print("| what | size | CPU, s | CPU, U | growth | peak, GB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        writing.write(sample)
        held = sample / writing.RETURNS
        example = options.census or max((held / "cin_census").iterdir())
        base = statistics.median(cpu(IMPORT)[0] for _ in range(rounds))
        known = statistics.median(cpu(f"{KNOWN}; {IMPORT}")[0] for _ in range(rounds))
        sizes = [CHILDREN * one for one in times]
        report("CIN census, children", LOAD, example, census, sizes, rounds, base, unit)
        sizes = [LOOKED_AFTER * one for one in times]
        five = held / "ssda903"
        report(
            "SSDA903 of five years, children", IN_CARE, five, ssda903, sizes, rounds, known, unit
        )
        report("a whole authority, authorities", ALL, held, whole, [1], rounds, known, unit)


def report(
    what: str,
    code: str,
    example: Path,
    write: Write,
    sizes: list[int],
    rounds: int,
    base: float,
    unit: float,
) -> None:
    """Print a row for each size; growth is CPU beyond the imports, for each time of the size."""
    before = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(example, Path(folder), size)
            measured = [cpu(code, folder) for _ in range(rounds)]
        taken = statistics.median(seconds for seconds, _ in measured) - base
        grown = f"{taken / before:.1f}" if before else ""
        peak = max(memory for _, memory in measured)
        print(
            f"| {what} | {size:,} | {taken:.2f} | {taken / unit:.2f} | {grown} | {peak:.2f} |",
            flush=True,
        )
        before = taken


def cpu(code: str, *arguments: str) -> tuple[float, float]:
    """Return the CPU time of a fresh process, and the most memory that it held, in GB."""
    told = "; import resource; u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_maxrss)"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code + told, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, int(done.stdout.split()[-1]) / 1e6


def census(example: Path, folder: Path, children: int) -> None:
    """Write a census with so many children."""
    text = example.read_text(encoding="utf-8")
    first, last = text.index("<Child>"), text.rindex("</Child>") + len("</Child>")
    held = re.findall(r"<Child>.*?</Child>", text[first:last], re.DOTALL)
    with (folder / "cin.xml").open("w", encoding="utf-8") as file:
        file.write(text[:first])
        file.writelines(islice(again(held), children))
        file.write(text[last:])


def again(held: list[str]) -> Iterator[str]:
    """Yield children again and again, each time under other identifiers."""
    for time in count():
        for child in held:
            yield ID.sub(rf"\g<0>x{time}", child) + "\n"


def ssda903(example: Path, folder: Path, children: int) -> None:
    """Write the last years of the SSDA903 with so many children, those of the example repeated."""
    paths = [path for year in sorted(example.iterdir())[-YEARS:] for path in sorted(year.iterdir())]
    held = {path: rows_of(path) for path in paths}
    names = sorted({row[0] for rows in held.values() for row in rows[1:]})
    place = {name: number for number, name in enumerate(names)}
    for path, (header, *rows) in held.items():
        target = folder / path.parent.name / path.name
        target.parent.mkdir(exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file, lineterminator="\n")
            write.writerow(header)
            for time in range(-(-children // len(names))):
                left = children - time * len(names)
                write.writerows(
                    [f"{row[0]}x{time}", *row[1:]] for row in rows if place[row[0]] < left
                )


def rows_of(path: Path) -> list[list[str]]:
    """Return the rows of a file, its header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def whole(example: Path, folder: Path, _: int) -> None:
    """Put the returns of an authority where they are read."""
    shutil.copytree(example, folder / "returns")


if __name__ == "__main__":
    main()
