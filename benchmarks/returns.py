"""CPU time and peak memory of reading returns, at 1x, 10x and 100x, beside the unit U.

U is the CPU time in which a fresh process imports the libraries that notebooks rest on; each size
is read by a process of its own. Sizes grow by replication of an example under new identifiers.
"""

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

UNIT = (
    "import pandas, numpy, scipy, statsmodels.api, seaborn, matplotlib.pyplot, papermill, "
    "nbclient, nbconvert"
)
LOAD = "import sys; from thurrock_analysis.returns import load_returns; load_returns(sys.argv[1])"
IMPORT = "import pandas; from thurrock_analysis.returns import load_returns"
CHILDREN = 664
"""Children of a census at 1x; the aim is told for ten times as many."""
ID = re.compile(r"(?<=<LAchildID>)[^<]*")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("census", type=Path, help="a CIN census as XML, to be replicated")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"U is {statistics.median(cpu(UNIT)[0] for _ in range(options.rounds)):.2f} s of CPU.\n")
    print("| what | size | CPU, s | growth | peak, GB |\n| --- | ---: | ---: | ---: | ---: |")
    report("CIN census, children", options.census, census, CHILDREN, options.rounds)


def report(
    what: str,
    example: Path,
    write: Callable[[Path, Path, int], None],
    size: int,
    rounds: int,
) -> None:
    """Print a row for each size; growth is CPU beyond the imports, for each time of the size."""
    base = statistics.median(cpu(IMPORT)[0] for _ in range(rounds))
    before = 0.0
    for times in (1, 10, 100):
        with tempfile.TemporaryDirectory() as folder:
            write(example, Path(folder), size * times)
            measured = [cpu(LOAD, folder) for _ in range(rounds)]
        taken = statistics.median(seconds for seconds, _ in measured) - base
        grown = f"{taken / before:.1f}" if before else ""
        peak = max(memory for _, memory in measured)
        print(f"| {what} | {size * times:,} | {taken:.2f} | {grown} | {peak:.2f} |", flush=True)
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


if __name__ == "__main__":
    main()
