"""A configuration file: refreshes of several authorities and dates, asked for once."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import reason
from thurrock_analysis.machine.refresh.run import Options
from thurrock_analysis.machine.refresh.sources import nearest
from thurrock_analysis.record import areas, releases

TABLE = "refresh"
LISTS = ("authorities", "regions", "notebooks", "as_at")
KINDS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(LISTS, (list, 'a list of texts, as ["Thurrock"]')),
    "all": (bool, "true or false"),
    "parameters": (dict, "a table of names and values"),
    "cell_timeout": (int, "a whole number of seconds"),
    "out": (str, "a folder, relative to this file"),
    "returns": (str, "a folder, relative to this file"),
}


def read(path: Path) -> list[Options]:
    """Return what a configuration file asks for: one refresh for each of its tables and dates.

    Parameters
    ----------
    path : Path
        A TOML file with one or more ``[[refresh]]`` tables.

    Raises
    ------
    ThurrockError
        If it cannot be read, or has a key, a value or an authority that is not known: before
        anything is run.
    """
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ThurrockError(f"{path} cannot be read: {reason(error)}.") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, or not TOML: which says where
        raise ThurrockError(f"{path} is not TOML: {error}.") from error
    _known(path, "the file", whole, [TABLE])
    tables = whole.get(TABLE)
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables or [0]):
        raise ThurrockError(f"{path} asks for nothing: begin each refresh with [[{TABLE}]].")
    return [one for place, table in enumerate(tables, 1) for one in _options(path, place, table)]


def _options(path: Path, place: int, table: dict[str, Any]) -> list[Options]:
    """Return the refreshes of one table, one a date."""
    where = f"refresh {place}"
    _known(path, where, table, list(KINDS))
    asked = {key: _value(path, where, key, value) for key, value in table.items()}
    try:
        for name in asked.get("authorities", ()):
            areas.find(name)
        dates = [releases.resolve_as_at(date) for date in asked.get("as_at") or [""]]
    except ThurrockError as error:
        raise ThurrockError(f"{path}, {where}: {error}") from error
    given = {name: _text(value) for name, value in asked.get("parameters", {}).items()}
    shared: dict[str, Any] = {
        "authorities": tuple(asked.get("authorities", ())),
        "regions": tuple(asked.get("regions", ())),
        "everywhere": asked.get("all", False),
        "notebooks": tuple(asked.get("notebooks", ())),
        "cell_timeout": asked.get("cell_timeout", Options.cell_timeout),
        "out": _beside(path, asked["out"]) if "out" in asked else None,
        "returns": str(_beside(path, asked["returns"])) if "returns" in asked else "",
    }
    return [Options(as_at=date, given=given, **shared) for date in dict.fromkeys(dates)]


def _known(path: Path, where: str, table: dict[str, Any], keys: list[str]) -> None:
    for key in table:
        if key not in keys:
            raise ThurrockError(f"{path}, {where}: there is no key {key!r}: {nearest(key, keys)}")


def _value(path: Path, where: str, key: str, value: Any) -> Any:
    """Return a value of the kind that its key takes; one text stands for a list of one."""
    kind, called = KINDS[key]
    if kind is list and isinstance(value, str | datetime.date):
        value = [value]
    right = isinstance(value, kind)
    if isinstance(value, int) and kind is int:
        right = not isinstance(value, bool) and value > 0
    elif right and kind is str:
        right = value.strip() and "\0" not in value
    elif right and kind is list:
        value = [str(one) if isinstance(one, datetime.date) else one for one in value]
        right = all(isinstance(one, str) for one in value)
    if not right:
        raise ThurrockError(f"{path}, {where}: {key} takes {called}, not {value!r}.")
    return value


def _beside(path: Path, folder: str) -> Path:
    """Return a folder that a file names, relative to where the file lies."""
    return paths.meant(Path(folder) if folder.startswith("~") else path.parent / folder)


def _text(value: Any) -> str:
    """Write a value as it would be typed after ``-p NAME``."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
