"""How long reports take, over the project's own notebooks, beside a plain papermill loop.

The unit U is the time in which a fresh process imports the libraries that notebooks and their
runner rest on. Everything is measured in turn within each round, U before and after it, so that
a change of the machine's speed falls on all alike. Figures of memory are the sum over all
processes of a refresh of their proportional share (PSS), sampled.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.machine.refresh.sources import choose

PYTHON = [sys.executable, "-c"]
UNIT = (
    "import pandas, numpy, scipy, statsmodels.api, seaborn, matplotlib.pyplot, papermill, "
    "nbclient, nbconvert"
)
REFRESH = [sys.executable, "-m", "thurrock_analysis", "refresh"]
ONE = "demand"
SAMPLED_EVERY = 0.1  # seconds; looking more often slows what is looked at

AIMS = {
    "one report, U": "2.5",
    "all reports, U": "4",
    "all reports of a further authority, U": "2.5",
    "all claims of the papers, U": "0.15",
    "opening a report and its first trend, U": "0.4",
    "workbook and paper of all reports, U": "1",
    "papermill and nbconvert one by one, all reports, U": "",
    "peak memory of all reports, GB": "1.5",
}

CLAIMS = """
import time
from thurrock_analysis.papers import claims
from thurrock_analysis.record import areas, releases, store
store.held()
began = time.perf_counter()
claims.check_all(areas.find("Thurrock"), releases.resolve_as_at(""))
print(time.perf_counter() - began)
"""
LAB = """
import time
import pandas, numpy, scipy, statsmodels.api, seaborn, matplotlib.pyplot
from thurrock_analysis import open_report
began = time.perf_counter()
trend = open_report("Thurrock").trend("re_referral_percent")
trend.draw().png()
trend.table
print(time.perf_counter() - began)
"""
TAKEN = """
import time
from pathlib import Path
import pandas
from thurrock_analysis import paths
from thurrock_analysis.machine.outputs import workbook
from thurrock_analysis.machine.outputs.paper import writing
from thurrock_analysis.record import areas, releases, store
store.held()
began = time.perf_counter()
area, date = areas.find("Thurrock"), releases.resolve_as_at("")
folder = paths.reports() / area.slug / date
entries, _ = writing.read_report(folder, area, date)
about = {"area": area.name, "as_at": date, "date": date}
assert workbook.write_workbook(folder / "benchmark.xlsx", entries, about)
writing.write_paper(area.name, date, paths.reports(), folder / "benchmark.docx")
print(time.perf_counter() - began)
"""


def main() -> None:
    """Measure in rounds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-loop", action="store_true", help="leave out the plain loop")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THURROCK_REPORTS_DIR"] = folder
        _timed(REFRESH)  # once without measuring, so that all files have been read
        rounds = [_round(Path(folder), not options.without_loop) for _ in range(options.rounds)]
    print(f"U is {statistics.median(one['U, s'] for one in rounds):.2f} s.\n")
    print("| | median | range | aim |\n| --- | --- | --- | --- |")
    for name, aim in AIMS.items():
        values = [one[name] for one in rounds if name in one]
        if values:
            median, low, high = statistics.median(values), min(values), max(values)
            print(f"| {name} | {median:.2f} | {low:.2f} to {high:.2f} | {aim} |")


def _round(folder: Path, loop: bool) -> dict[str, float]:
    before = _timed([*PYTHON, UNIT])
    seconds = {
        "one report, U": _timed([*REFRESH, ONE]),
        "all reports, U": _timed(REFRESH),
        "two authorities": _timed([*REFRESH, "--authority=Thurrock", "--authority=Medway"]),
        "all claims of the papers, U": _told(CLAIMS),
        "opening a report and its first trend, U": _told(LAB),
        "workbook and paper of all reports, U": _told(TAKEN),
    }
    if loop:
        seconds["papermill and nbconvert one by one, all reports, U"] = _plain_loop(folder)
    unit = (before + _timed([*PYTHON, UNIT])) / 2
    further = seconds.pop("two authorities") - seconds["all reports, U"]
    seconds["all reports of a further authority, U"] = further
    found = {name: value / unit for name, value in seconds.items()}
    return found | {"U, s": unit, "peak memory of all reports, GB": _peak(REFRESH)}


def _plain_loop(folder: Path) -> float:
    names = [notebook.name for notebook in choose(paths.notebooks())[0]]
    made = [str(folder / f"{name}.ipynb") for name in names]
    wall = 0.0
    for name, path in zip(names, made, strict=True):
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar"]
        wall += _timed([*papermill, str(paths.notebooks() / f"{name}.ipynb"), path])
    nbconvert = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input"]
    return wall + _timed([*nbconvert, *made])


def _peak(command: list[str]) -> float:
    """Return the most memory that a command and its processes have at once, in GB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    most = 0
    while not ended.wait(SAMPLED_EVERY):
        most = max(most, sum(_share(pid) for pid in _below(process.pid)))
    return most / 1e6


def _below(pid: int) -> list[int]:
    try:
        texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has ended
        return []
    return [pid, *(one for text in texts for child in text.split() for one in _below(int(child)))]


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))  # in kB


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    _run(command)
    return time.perf_counter() - began


def _told(script: str) -> float:
    return float(_run([*PYTHON, script]))


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
