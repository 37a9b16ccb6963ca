"""The machine-readable record of a report's making, and what earlier refreshes left."""

import datetime
import json
import platform
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from thurrock_analysis import __version__, paths
from thurrock_analysis.machine import shipped
from thurrock_analysis.machine.refresh.sources import Notebook
from thurrock_analysis.record import provenance

FILE = "run.json"

PACKAGES = (
    *("pandas", "numpy", "scipy", "statsmodels", "seaborn", "matplotlib", "pyarrow"),
    *("papermill", "nbclient", "nbconvert", "ipykernel"),
)
"""Those that shape a figure or a page."""


def circumstances(kernels: str, notebooks: Iterable[Notebook]) -> dict[str, Any]:
    """Check the data files, and look up what the records of all reports of a refresh share."""
    checksums = provenance.verify_all()
    run = {notebook.name for notebook in notebooks}
    commit, changed = _commit(paths.home())
    here = {"python": platform.python_version(), "thurrock-analysis": __version__}
    return {
        "versions": here | {name: metadata.version(name) for name in PACKAGES},
        "commit": commit,
        "uncommitted_changes": changed,
        "altered_notebooks": [name for name in shipped.altered() if name in run],
        "kernels": kernels,
        "read": checksums,
    }


def now() -> str:
    """Return the present time as text, to the second: its day is that of whoever reads a clock."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def read(folder: Path) -> dict[str, Any]:
    """Return the record that lies in a report's folder; empty where none can be read."""
    try:
        whole = dict(json.loads((folder / FILE).read_text(encoding="utf-8")))
        json.dumps(whole, ensure_ascii=False).encode()  # half a character cannot be written again
        for day in (whole["as_at"], whole["made"]):
            datetime.datetime.fromisoformat(day)
        whole["authority"] = {key: str(whole["authority"][key]) for key in ("code", "name")}
        whole["notebooks"] = {name: _checked(one) for name, one in whole["notebooks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return whole


def _checked(one: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a notebook, with that of its earlier page, if all in it can be used."""
    record = dict(one)
    took = record.get("seconds", {}).items()
    record["seconds"] = {str(name): float(seconds) for name, seconds in took}
    if "earlier" in record:
        record["earlier"] = _checked(record["earlier"])
        datetime.datetime.fromisoformat(record["earlier"]["run"]["made"])
    return record


def lost(folder: Path) -> str:
    """Say that the record of a report cannot be read; nothing where it can, or none is there."""
    if not (folder / FILE).exists() or read(folder):
        return ""
    return (
        f"{folder / FILE} could not be read: pages that this refresh did not make anew are gone "
        "from the report; run it for all notebooks."
    )


def previous(folder: Path) -> dict[str, Any]:
    """Return the record of the refresh before, by notebook."""
    whole = read(folder)
    run = {key: whole.get(key) for key in ("made", "commit", "versions", "read")}
    pages = {
        name: record.get("earlier") or {"run": run, **record}
        for name, record in whole.get("notebooks", {}).items()
    }
    return {
        name: record
        for name, record in pages.items()
        if record.get("status") == "ok" and (folder / f"{name}.html").is_file()
    }


def all_under(out: Path) -> dict[Path, dict[str, Any]]:
    """Return the record of every report in the folder of reports, by the report's folder."""
    found = {path.parent: read(path.parent) for path in sorted(out.glob(f"[!.]*/[!.]*/{FILE}"))}
    return {folder: record for folder, record in found.items() if record}


def usual_seconds(out: Path) -> dict[str, float]:
    """Return how long each notebook's cells took at most in the reports that lie there."""
    took: dict[str, float] = {}
    for record in all_under(out).values():
        for name, one in record["notebooks"].items():
            seconds = one.get("earlier", one)["seconds"].get("cells", 0.0)
            took[name] = max(took.get(name, 0.0), seconds)
    return took


def _commit(folder: Path) -> tuple[str | None, bool | None]:
    """Return the commit that a folder is at, and whether files differ from it."""
    git = ["git", "--no-optional-locks", "-C", str(folder)]
    told: dict[str, Any] = {"check": True, "capture_output": True, "text": True, "timeout": 20}
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], **told).stdout.strip()
        return head, bool(subprocess.run([*git, "status", "--porcelain"], **told).stdout)
    except (OSError, subprocess.SubprocessError):
        return None, None
