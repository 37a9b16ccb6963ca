"""CPU time of projecting who is looked after, loading apart, beside the unit U of the same run.

Five years of the sample's SSDA903 are projected as they are and at a hundred times that size, one
year and five years ahead. Spells are what is read off loaded returns; the rest is the fit, 1,000
draws and the interval. With ``--write`` the table stands in docs/projection.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from returns import LOOKED_AFTER, UNIT, cpu, ssda903

from thurrock_analysis import paths
from thurrock_analysis.machine.upkeep.projection_proof import SPEED, kept
from thurrock_analysis.sample import writing

AIMS = {1: 0.15 / 2.4, 100: 1.0 / 2.4}
"""By times of the size: U that a projection of one year may take."""
AHEAD = 2
"""Times of one year that five years may take."""
MEASURED = """
import json, statistics, sys
from time import process_time
import pandas
from thurrock_analysis.findings.verbs.projection import WIDE, YEARS
from thurrock_analysis.indicators import compute, occurrence
from thurrock_analysis.metrics import population
from thurrock_analysis.returns import load_returns
compute.known()
began = process_time()
held = load_returns(sys.argv[1])
loaded = process_time()
rests = occurrence.basis(held, YEARS)
told = {"load": loaded - began, "spells": process_time() - loaded, "1": [], "5": []}
for _ in range(int(sys.argv[2])):
    for years in (1, 5):
        began = process_time()
        seen = occurrence.observed(rests.spells, rests.first, rests.last)
        rates = population.estimated(seen)
        ahead = range(12, 12 * years + 1, 12)
        population.interval(population.projected(seen, rates, ahead, 1000).draws, WIDE)
        told[str(years)].append(process_time() - began)
print(json.dumps(told | {year: statistics.median(told[year]) for year in ("1", "5")}))
"""


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, nargs="+", default=[*AIMS])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    units, rows = [cpu(UNIT)[0]], []
    with tempfile.TemporaryDirectory() as folder:
        writing.write(Path(folder) / "sample")
        five = Path(folder) / "sample" / writing.RETURNS / "ssda903"
        for times in options.times:
            place = Path(folder) / str(times)
            place.mkdir()
            ssda903(five, place, LOOKED_AFTER * times)
            rows.append((times, measured(place, options.rounds)))
            units.append(cpu(UNIT)[0])
    text = page(statistics.median(units), rows)
    print(text)
    if options.write:
        place = paths.home() / "docs" / "projection.md"
        before = place.read_text(encoding="utf-8")
        before = before.removesuffix(kept(before)).rstrip() + "\n\n"
        place.write_text(before + text, encoding="utf-8", newline="\n")


def measured(folder: Path, rounds: int) -> dict[str, float]:
    """Return the seconds of each part, in a process of its own."""
    command = [sys.executable, "-c", MEASURED, str(folder), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def page(unit: float, rows: list[tuple[int, dict[str, float]]]) -> str:
    """Write the table, and whether each aim is met."""
    lines = [
        SPEED,
        "",
        f"Written by `benchmarks/projection.py`: CPU as a multiple of U, the import of the "
        f"libraries ({unit:.1f} s of CPU in that run). Fit, 1,000 draws and interval of five years "
        f"of returns of {LOOKED_AFTER} children, and of times as many.",
        "",
        "| size | one year ahead, U | aim, U | five years ahead, U | five over one | "
        "spells read off, U | one year with loading, U |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for times, told in rows:
        one, many, read = told["1"], told["5"], told["spells"]
        lines.append(
            f"| {times} | {one / unit:.3f} | {AIMS.get(times, float('nan')):.3f} | "
            f"{many / unit:.3f} | {many / one:.2f} | {read / unit:.3f} | "
            f"{(one + read + told['load']) / unit:.2f} |"
        )
    lines.append("")
    for times, told in rows:
        one, ratio = told["1"] / unit, told["5"] / told["1"]
        kept_one = "is kept" if one <= AIMS.get(times, 0) else "is missed"
        kept_many = "costs" if ratio < AHEAD else "does not cost"
        lines.append(
            f"At {times} times the size the aim {kept_one}, and five years ahead {kept_many} less "
            f"than {AHEAD} times one year."
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
