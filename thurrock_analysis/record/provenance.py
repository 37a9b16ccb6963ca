"""Sidecars: what each shipped data file is, where it comes from, and its checksum."""

import copy
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError

ENDING = ".source.yml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of a data file lies: beside it."""
    return path.with_name(path.name + ENDING)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's content, read once as long as the file stays as it is."""
    return _checksum(path, _state(path))


def read(path: Path) -> dict[str, Any]:
    """Return the sidecar of a data file."""
    side = sidecar_of(path)
    if not side.is_file():
        raise ThurrockError(f"{side.name} is missing: restore it, or run 'thurrock data build'.")
    return copy.deepcopy(_content(side, _state(side)))


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=64)
def _checksum(path: Path, state: tuple[int, int, int]) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def _content(side: Path, state: tuple[int, int, int]) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(side.read_text(encoding="utf-8"), _LOADER)
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the sidecar of a data file, its checksum included."""
    text = yaml.safe_dump(
        content | {"sha256": checksum(path)}, sort_keys=False, allow_unicode=True, width=100
    )
    sidecar_of(path).write_text(text, encoding="utf-8", newline="\n")


def files() -> list[Path]:
    """Return every data file that has a sidecar, in order."""
    sides = sorted(paths.data().rglob("*" + ENDING))
    return [side.with_name(side.name.removesuffix(ENDING)) for side in sides]


def verify(path: Path) -> str:
    """Return the checksum of a data file after holding it against its sidecar.

    Raises
    ------
    ThurrockError
        The file is missing, or its content is not what the sidecar says.
    """
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
