"""Which notebooks still say what was shipped: by their commit, or by the shipped fingerprints.

A notebook differs when a cell's kind, source or tags do, the order of its cells, or what it says
of itself to the refresh. Outputs, counts and what an editor notes are no difference.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from thurrock_analysis import paths

FINGERPRINTS = ".shipped.json"
"""Beside the notebooks: the fingerprint of each, for a copy of the project without git."""


def altered() -> list[str]:
    """Return the names of the notebooks that are not as they were shipped.

    Each is compared with the last commit where git keeps it, else with the shipped
    fingerprints. A notebook that neither knows is named too.
    """
    found = sorted(paths.notebooks().glob("*.ipynb"))
    known = _committed(found) or _noted()
    return [path.stem for path in found if known.get(path.stem) != fingerprint(path.read_bytes())]


def fingerprint(content: bytes) -> str:
    """Return a hash of what a notebook does: its cells' kinds, sources and tags, in order."""
    try:
        notebook = json.loads(content)
        does = [_does(cell) for cell in notebook["cells"]]
        says = notebook.get("metadata", {}).get("thurrock")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return hashlib.sha256(json.dumps([does, says], sort_keys=True).encode()).hexdigest()


def note() -> None:
    """Write the fingerprints of the notebooks as they are now: what will be shipped."""
    found = {
        path.stem: fingerprint(path.read_bytes()) for path in paths.notebooks().glob("*.ipynb")
    }
    text = json.dumps(found, indent=1, sort_keys=True)
    (paths.notebooks() / FINGERPRINTS).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _does(cell: dict[str, Any]) -> list[Any]:
    return [cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]


def _noted() -> dict[str, str]:
    try:
        noted = json.loads((paths.notebooks() / FINGERPRINTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _committed(notebooks: list[Path]) -> dict[str, str]:
    """Return the fingerprints of the last commit; empty where git knows none of the notebooks."""
    asked = "".join(f"HEAD:./{path.name}\n" for path in notebooks).encode()
    command = ["git", "-C", str(paths.notebooks()), "cat-file", "--batch"]
    # A hook of another repository names that one in variables.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(command, input=asked, capture_output=True, check=True, env=outside)
    except (OSError, subprocess.CalledProcessError):
        return {}
    answers, known = done.stdout, {}
    for path in notebooks:
        head, _, answers = answers.partition(b"\n")
        if not head.endswith(b"missing"):
            size = int(head.rsplit(b" ", 1)[1])
            known[path.stem] = fingerprint(answers[:size])
            answers = answers[size + 1 :]
    return known


if __name__ == "__main__":
    note()
