"""The machine-readable record of a refresh, and what the previous refresh left."""

import datetime
import json
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from thurrock_analysis import __version__

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
    """Return the commit that a folder is at, and whether files differ from it.

    Parameters
    ----------
    folder : Path
        A folder of the project.

    Returns
    -------
    tuple
        Two None where the folder is under no version control.
    """
    try:
        head = _git(folder, "rev-parse", "HEAD").strip()
        return head, bool(_git(folder, "status", "--porcelain"))
    except (OSError, subprocess.SubprocessError):
        return None, None


def previous(folder: Path) -> dict[str, Any]:
    """Return the record of the refresh before, by notebook.

    Parameters
    ----------
    folder : Path
        The report's folder.

    Returns
    -------
    dict
        The record of each notebook whose page the folder holds; empty if there is none.
    """
    try:
        whole = json.loads((folder / FILE).read_text(encoding="utf-8"))
        records = dict(whole["notebooks"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    run = {key: whole.get(key) for key in ("made", "commit", "versions", "read")}
    pages = {
        name: record.get("earlier") or {"run": run, **record} for name, record in records.items()
    }
    return {
        name: record
        for name, record in pages.items()
        if record.get("status") == "ok" and (folder / f"{name}.html").is_file()
    }


def cell_seconds(folder: Path) -> dict[str, float]:
    """Return how long each notebook's cells took in the refresh before, in seconds."""
    return {
        name: float(record.get("seconds", {}).get("cells", 0.0))
        for name, record in previous(folder).items()
    }


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
