"""Write a file whole or not at all, and over no other than this package's own."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from thurrock_analysis.errors import ThurrockError

MAKER = "thurrock_analysis"


def put(
    path: str | Path, kinds: Mapping[str, Callable[[bytes], object]], write: Callable[[Path], Any]
) -> Path:
    """Write a file of a kind, of which each knows by its ending whether a file is our own."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in kinds:
        *others, last = kinds
        wanted = f"{', '.join(others)} or {last}" if others else last
        raise ThurrockError(f"{path.name} should end in {wanted}.")
    if not path.absolute().parent.is_dir():
        raise ThurrockError(f"There is no folder {path.parent} to write {path.name} into.")
    part = path.with_name(f".{path.stem}.{os.getpid()}{ending}")
    try:
        if path.exists() and not kinds[ending](path.read_bytes()):
            raise ThurrockError(
                f"{path.name} exists and was not written by this package: choose another name, "
                "or move it."
            )
        write(part)
        part.replace(path)
    except OSError as error:
        raise ThurrockError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return path
