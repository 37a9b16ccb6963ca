"""Kill refreshes of the project's own notebooks at random moments, and look at what is left.

Each refresh gets a signal somewhere between its start and its end. Afterwards the report must be
the previous one, to the byte, or a new one that is whole; no process may be left; and after one
more refresh nothing else may be left either. A refresh that ends in 0 had ended or had its new
report in place before the signal came, or else took no notice of it: that is told apart, and
right for SIGPIPE alone. Notebooks may be named, so that more kills fit into the time.
"""

import argparse
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

REFRESH = [sys.executable, "-m", "thurrock_analysis", "refresh"]
SIGNALS = (
    *(signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT),
    *(signal.SIGUSR1, signal.SIGALRM, signal.SIGPIPE, signal.SIGXCPU, signal.SIGRTMIN + 6),
)
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""How a refresh ends that was asked to; any other signal ends it itself, or has no effect."""
UNHEEDED = (signal.SIGPIPE,)
"""What Python ignores: whoever writes to what nobody reads gets an error instead."""
TWICE = 4  # every so many times a signal comes again, while what the first one set off goes on
WITHIN = 10.0  # seconds for processes to end after the refresh has
PATIENCE = 10  # times as long as a refresh takes: one that goes on then has hung


def main() -> None:
    """Kill as often as asked and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin none after so long")
    parser.add_argument("--notebooks", nargs="+", default=[], help="these, instead of all")
    options = parser.parse_args()
    refresh, end = [*REFRESH, *options.notebooks], time.monotonic() + 60 * options.minutes
    chance = random.Random(options.seed)
    counted: Counter[tuple[str, str]] = Counter()
    for one in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(one, signal.SIG_DFL)  # in the background they would be ignored from birth
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        place = Path(folder)
        os.environ["THURROCK_REPORTS_DIR"] = str(place / "reports")
        os.environ["TMPDIR"] = str(place / "tmp")
        os.environ["PYTHONFAULTHANDLER"] = "1"
        (place / "tmp").mkdir()
        began = time.perf_counter()
        subprocess.run(refresh, check=True, capture_output=True)
        takes = time.perf_counter() - began
        for turn in range(options.count):
            if time.monotonic() > end:
                break
            asked = SIGNALS[turn % len(SIGNALS)]
            again = chance.uniform(0, 1) if turn % TWICE == TWICE - 1 else None
            found = _kill(refresh, place, asked, chance.uniform(0, 1) * takes, again, takes)
            counted.update((_name(asked), one) for one in ["kills", *found])
        subprocess.run(refresh, check=True, capture_output=True)
        left = _left(place)
    kinds = sorted({kind for _, kind in counted}, key=lambda kind: (kind != "kills", kind))
    print(f"One refresh takes {takes:.1f} s.\n\n| signal | {' | '.join(kinds)} |")
    print("| --- |" + " --- |" * len(kinds))
    for name in map(_name, SIGNALS):
        print(f"| {name} | {' | '.join(str(counted[name, one]) for one in kinds)} |")
    print(f"\nLeft after one more refresh: {', '.join(map(str, left)) or 'nothing'}.")
    sys.exit(bool(left) or any("NOT" in kind for kind in kinds))


def _name(asked: int) -> str:
    """Name a signal; a real-time one has a number alone."""
    return next((one.name for one in signal.Signals if one == asked), f"signal {asked}")


def _kill(
    refresh: list[str], place: Path, asked: int, after: float, again: float | None, takes: float
) -> list[str]:
    """Start a refresh, signal it after some seconds, maybe twice, and say what became of it."""
    before, stood, done = _content(place), _report(place).stat().st_ino, "ended before it came"
    process = subprocess.Popen(
        refresh, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        _, said = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        done = "report in place before it came"
        if process.poll() is not None:
            done = "ended before it came"
        elif _report(place).stat().st_ino == stood:
            done = "took no notice" if asked in UNHEEDED else "NOT heeded"
        process.send_signal(asked)
        if again is not None:
            time.sleep(again)
            process.send_signal(asked)
        try:
            _, said = process.communicate(timeout=PATIENCE * takes)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # and Python says where it was
            _, said = process.communicate()
            print(f"{_name(asked)} after {after:.2f} s:\n{said}", file=sys.stderr)
            return ["NOT ended"]
    now = _content(place)
    report = "report NOT whole"
    if now == before:
        report = "report as before"
    elif _whole(now):
        report = "new report"
    found = [f"status {process.returncode}", report]
    ended = (0, STATUS.get(asked, -asked), -asked)  # a shell calls both 128 and the number
    if process.returncode == 0:
        found.append(done)
    if process.returncode not in ended:
        found.append("NOT the status")
    if process.returncode == 0 and report == "report as before":
        found.append("NOT new")
    if "Traceback" in said:
        found.append("NOT silent")
    end = time.monotonic() + WITHIN
    while _processes(place) and time.monotonic() < end:
        time.sleep(0.1)
    return found + ["processes NOT gone"] * bool(_processes(place))


def _report(place: Path) -> Path:
    (report,) = (place / "reports" / "thurrock").glob("[!.]*")
    return report


def _content(place: Path) -> dict[str, bytes]:
    report = _report(place)
    files = [path for path in report.rglob("*") if path.is_file()]
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in files}


def _whole(content: dict[str, bytes]) -> bool:
    """Say whether a report has every page that its record tells of, to the last line."""
    try:
        names = [f"{name}.html" for name in json.loads(content["run.json"])["notebooks"]]
        pages = [content[name] for name in ("index.html", *names)]
    except (KeyError, ValueError):
        return False
    return all(page.rstrip().endswith(b"</html>") for page in pages)


def _left(place: Path) -> list[object]:
    return [*place.rglob(".*"), *(place / "tmp").iterdir(), *_processes(place)]


def _processes(place: Path) -> list[int]:
    """Return the processes that run for these reports, this one left out."""
    wanted = f"THURROCK_REPORTS_DIR={place}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in entry.read_bytes() and int(entry.parent.name) != os.getpid():
                found.append(int(entry.parent.name))
        except OSError:  # it has ended, or is another user's
            continue
    return found


if __name__ == "__main__":
    main()
