"""Which notebooks still say what was shipped, by the fingerprints that are shipped with them.

A notebook differs when a cell's kind, source or tags do, the order of its cells, or what it says
of itself to the refresh. Outputs, counts and what an editor notes are no difference.
"""

import hashlib
import json
from typing import Any

from thurrock_analysis import paths

FINGERPRINTS = ".shipped.json"
"""Beside the notebooks: the fingerprint of each, noted anew by every commit and `make store`."""


def altered() -> list[str]:
    """Return the names of the notebooks that are not as they were shipped, or were not at all."""
    known = _noted()
    return [name for name, now in _present().items() if known.get(name) != now]


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
    text = json.dumps(_present(), indent=1, sort_keys=True)
    (paths.notebooks() / FINGERPRINTS).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _does(cell: dict[str, Any]) -> list[Any]:
    return [cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]


def _present() -> dict[str, str]:
    found = sorted(paths.notebooks().glob("*.ipynb"))
    return {path.stem: fingerprint(path.read_bytes()) for path in found}


def _noted() -> dict[str, str]:
    try:
        noted = json.loads((paths.notebooks() / FINGERPRINTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


if __name__ == "__main__":
    note()
