"""Sidecars: what each shipped data file is, where it comes from, and its checksum."""

import copy
import hashlib
from pathlib import Path
from typing import Any

import yaml

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import fingerprint, parsing
from thurrock_analysis.record.fingerprint import State, keeping

ENDING = ".source.yml"
NEEDED = ("title", "publisher", "releases", "period", "licence", "counts", "did", "sources",
          "status", "sha256")  # fmt: skip
"""What a sidecar says at least, as ``sidecar.schema.json`` has it."""
# In C they take a tenth of the time; not every system has them.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of a data file lies: beside it."""
    return path.with_name(path.name + ENDING)


def _state(path: Path) -> State:
    return fingerprint.of_files([str(path)])


@keeping(_state)
def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path) -> dict[str, Any]:
    """Return the sidecar of a data file."""
    return copy.deepcopy(_content(sidecar_of(path)))


@keeping(_state)
def _content(side: Path) -> dict[str, Any]:
    text = parsing.text_of(side)
    if stray := parsing.STRAY.search(text):
        raise _damaged(side, text.count("\n", 0, stray.start()), "this is not UTF-8")
    try:
        content = yaml.load(text, _LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _damaged(side, mark.line if mark else 0, "this is not YAML") from None
    known = content if isinstance(content, dict) else {}
    for name in NEEDED:
        if not known.get(name):
            raise _damaged(side, text.count("\n") - 1, f"the file ends here and has no {name!r}")
    return known


def _damaged(side: Path, line: int, said: str) -> ThurrockError:
    """Build the sentence for a sidecar that cannot be read from a line on, counted from 0."""
    return parsing.fault(side, line + 1, f"{said}: restore it, or run 'thurrock data build'")


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the sidecar of a data file, its checksum included."""
    whole = content | {"sha256": checksum(path)}
    text = yaml.dump(whole, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)
    sidecar_of(path).write_text(text, encoding="utf-8", newline="\n")


def files() -> list[Path]:
    """Return every data file that has a sidecar, in order."""
    sides = sorted(paths.data().rglob("*" + ENDING))
    return [side.with_name(side.name.removesuffix(ENDING)) for side in sides]


def verify(path: Path) -> str:
    """Return the checksum of a data file after holding it against its sidecar."""
    name = paths.place(path)
    if not path.is_file():
        raise ThurrockError(f"{name} is missing: restore it, or run 'thurrock data build'.")
    found, expected = checksum(path), read(path)["sha256"]
    if found != expected:
        raise ThurrockError(
            f"{name} is truncated or changed: its checksum is {found[:12]} where its sidecar says "
            f"{expected[:12]}; restore it, or run 'thurrock data build'."
        )
    return found


def verify_all() -> dict[str, str]:
    """Check every shipped data file; return its checksum by its path in the repository."""
    known = files()
    if not known:
        raise ThurrockError(f"{paths.data()} holds no data: restore it from the repository.")
    return {paths.place(path): verify(path) for path in known}
