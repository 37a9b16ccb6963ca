"""The machine-readable record of a report's making, and what earlier refreshes left."""

import datetime
import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from thurrock_analysis import __version__, paths
from thurrock_analysis.machine import shipped

FILE = "run.json"

PACKAGES = (
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "seaborn",
    "matplotlib",
    "pyarrow",
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
)


@dataclass(frozen=True)
class Circumstances:
    """What all reports of one refresh share."""

    kernels: str
    """How kernels are started: ``"forked"`` or ``"papermill"``."""
    checksums: dict[str, str]
    """The sha256 of each shipped data file, by its path."""
    commit: str | None
    changed: bool | None
    """Whether files differ from the commit; None where there is no version control."""
    altered: list[str]
    """The notebooks that are run and are not as shipped."""

    def record(self) -> dict[str, Any]:
        """Return them as the record has them."""
        return {
            "versions": versions(),
            "commit": self.commit,
            "uncommitted_changes": self.changed,
            "altered_notebooks": self.altered,
            "kernels": self.kernels,
            "read": self.checksums,
        }


def circumstances(
    kernels: str, checksums: dict[str, str], notebooks: Iterable[str]
) -> Circumstances:
    """Look up what all reports of a refresh share."""
    altered = [name for name in shipped.altered() if name in set(notebooks)]
    return Circumstances(kernels, checksums, *commit(paths.home()), altered)


def now() -> str:
    """Return the present time as text, in UTC to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Return the versions of Python, this package and those that shape a figure."""
    return {
        "python": platform.python_version(),
        "thurrock-analysis": __version__,
        **{name: metadata.version(name) for name in PACKAGES},
    }


def commit(folder: Path) -> tuple[str | None, bool | None]:
    """Return the commit that a folder is at, and whether files differ from it."""
    try:
        head = _git(folder, "rev-parse", "HEAD").strip()
        return head, bool(_git(folder, "status", "--porcelain"))
    except (OSError, subprocess.SubprocessError):
        return None, None


def read(folder: Path) -> dict[str, Any]:
    """Return the record that lies in a report's folder; empty where none can be read."""
    try:
        whole = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return dict(whole) if {"authority", "as_at", "made", "notebooks"} <= set(whole) else {}
    except (OSError, ValueError, TypeError):
        return {}


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
            seconds = (one.get("earlier") or one).get("seconds", {}).get("cells", 0.0)
            took[name] = max(took.get(name, 0.0), float(seconds))
    return took


def write(folder: Path, record: dict[str, Any]) -> None:
    """Write the record into the report's folder."""
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8")


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "--no-optional-locks", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=20,
    ).stdout
