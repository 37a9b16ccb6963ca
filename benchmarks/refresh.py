"""How much `thurrock refresh` adds to the work inside the notebooks' cells.

The unit U is the time in which one fresh process imports pandas, seaborn, matplotlib.pyplot
and statsmodels.api. Overhead is wall time less the longest chain of time inside cells, pages
included. Everything is measured in turn within each round, so that a change of the machine's
speed falls on all alike.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

UNIT = "import pandas, seaborn, matplotlib.pyplot, statsmodels.api"
NAMES = ("demand", "placements", "adoption", "workforce")

IMPORTS = """import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import statsmodels.api as sm"""
TABLE = """frame = pd.DataFrame({"year": np.tile(np.arange(2010, 2025), 4)})
frame["area"] = np.repeat(["Thurrock", "Essex", "East of England", "England"], 15)
frame["rate"] = 400 + 8 * (frame["year"] - 2010) + 20 * np.sin(np.arange(60))
frame.pivot(index="year", columns="area", values="rate").round(1)"""
CHART = """figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
sns.{kind}(frame, x="{x}", y="rate", hue="area", ax=axes, legend={legend})
display(figure, metadata={{"image/png": {{"alt": "The rate of referrals, by year and area."}}}})
plt.close(figure)"""
MODEL = """fit = sm.OLS(frame["rate"], sm.add_constant(frame["year"])).fit()
print(f"{fit.params['year']:.2f} a year")"""
LAST = """display({"application/vnd.thurrock.report+json": {
    "notebook": "", "title": "", "key_figures": [], "headlines": [], "read": {}}}, raw=True)"""


def write_notebook(path: Path) -> None:
    """Write a realistic notebook: imports, a table, four charts and a regression."""
    kinds = (
        ("lineplot", "year"),
        ("scatterplot", "year"),
        ("barplot", "area"),
        ("boxplot", "area"),
    )
    charts = [
        CHART.format(kind=kind, x=x, legend="False" if x == "area" else '"auto"')
        for kind, x in kinds
    ]
    sources = [IMPORTS, TABLE, *charts, MODEL, LAST]
    parameters = 'authority: str = "Thurrock"  # who\nas_at: str = ""  # when'
    cells = [("markdown", f"# Report {path.stem}", []), ("code", parameters, ["parameters"])]
    cells += [("code", source, []) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [_cell(number, *cell) for number, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")


def main() -> None:
    """Measure in rounds and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = _project(Path(folder))
        _refresh(home, NAMES)  # once without measuring, so that all files have been read
        for number in range(rounds):
            found.append(_round(home))
            print(f"round {number + 1} of {rounds}: U = {found[-1]['U, s']:.2f} s", flush=True)
    for name in found[0]:
        values = [one[name] for one in found]
        print(f"{name:52} {statistics.median(values):6.2f}  ({min(values):.2f}-{max(values):.2f})")


def _round(home: Path) -> dict[str, float]:
    unit = _timed([sys.executable, "-c", UNIT])
    one, in_one = _refresh(home, NAMES[:1])
    four, in_four = _refresh(home, NAMES)
    plain = _plain_loop(home)
    unit = (unit + _timed([sys.executable, "-c", UNIT])) / 2
    return {
        "U, s": unit,
        "one notebook: wall, s": one,
        "one notebook: overhead, U": (one - in_one) / unit,
        "four notebooks: wall, s": four,
        "four notebooks: overhead, U": (four - in_four) / unit,
        "papermill and nbconvert one by one, four: wall, s": plain,
        "times faster than one by one, four": plain / four,
    }


def _refresh(home: Path, names: tuple[str, ...]) -> tuple[float, float]:
    """Return the wall time of a refresh and its longest chain of time inside cells."""
    wall = _timed([sys.executable, "-m", "thurrock_analysis", "refresh", *names], home)
    (run,) = (home / "reports").glob("*/*/run.json")
    return wall, max(_chains(json.loads(run.read_text(encoding="utf-8")), run.parent, names))


def _chains(record: dict[str, Any], folder: Path, names: tuple[str, ...]) -> Iterator[float]:
    """Yield the time inside cells of each of the two lanes: notebooks that follow one another."""
    spans = sorted(_span(folder / f"{name}.ipynb", record["notebooks"][name]) for name in names)
    lanes: list[tuple[float, float]] = []  # when the lane is free, and its time inside cells
    for start, end, inside in spans:
        free = [lane for lane in lanes if lane[0] <= start]
        lane = max(free, default=(0.0, 0.0))
        if free:
            lanes.remove(lane)
        lanes.append((end, lane[1] + inside))
    yield from (inside for _, inside in lanes)


def _span(path: Path, record: dict[str, Any]) -> tuple[float, float, float]:
    """Return when a notebook's first cell began and its last one ended, and its time in cells."""
    from datetime import datetime

    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    times = [
        datetime.fromisoformat(cell["metadata"]["papermill"][key]).timestamp()
        for cell in cells
        for key in ("start_time", "end_time")
        if cell["metadata"].get("papermill", {}).get(key)
    ]
    return min(times), max(times), record["seconds"]["cells"]


def _plain_loop(home: Path) -> float:
    wall = 0.0
    out = home / "plain"
    out.mkdir(exist_ok=True)
    for name in NAMES:
        source, made = home / "notebooks" / f"{name}.ipynb", out / f"{name}.ipynb"
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar"]
        wall += _timed([*papermill, str(source), str(made)], home)
    made_all = [str(out / f"{name}.ipynb") for name in NAMES]
    nbconvert = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input"]
    return wall + _timed([*nbconvert, *made_all], home)


def _project(folder: Path) -> Path:
    from thurrock_analysis import paths

    (folder / "notebooks").mkdir()
    (folder / "data").symlink_to(paths.data())
    for name in NAMES:
        write_notebook(folder / "notebooks" / f"{name}.ipynb")
    return folder


def _timed(command: list[str], home: Path | None = None) -> float:
    env = {**os.environ, **({"THURROCK_HOME": str(home)} if home else {})}
    began = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    wall = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout}{done.stderr}")
    return wall


def _cell(number: int, kind: str, source: str, tags: list[str]) -> dict[str, Any]:
    cell = {"id": f"c{number}", "cell_type": kind, "metadata": {"tags": tags}, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


if __name__ == "__main__":
    main()
