"""Decide what a refresh will do, and refuse what cannot work, before anything is started."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.parameters import Value, coerce
from thurrock_analysis.machine.refresh.sources import AREA, Notebook, nearest

if TYPE_CHECKING:  # pandas, which a refused command need not wait for
    from thurrock_analysis.record.areas import Area

PAGE = "index.html"


@dataclass(frozen=True)
class Plan:
    """What a refresh is to do for one authority, checked."""

    notebooks: tuple[Notebook, ...]
    """In the order to run them."""
    area: "Area"
    as_at: str
    out: Path
    values: dict[str, dict[str, Value]]
    """The parameters passed to each notebook, by its name."""


def check_names(notebooks: list[Notebook], given: Iterable[str]) -> None:
    """Refuse a parameter that no notebook has."""
    known = sorted({parameter.name for one in notebooks for parameter in one.parameters})
    for name in given:
        if name not in known:
            raise ThurrockError(
                f"No chosen notebook has a parameter {name}: {nearest(name, known)}"
            )


def own_area(notebooks: list[Notebook]) -> str:
    """Return the authority that the notebooks are for unless told otherwise."""
    defaults = {str(p.default) for one in notebooks for p in one.parameters if p.name == AREA}
    if len(defaults) != 1:
        raise ThurrockError(
            f"The notebooks' own authorities differ ({', '.join(sorted(defaults))}): "
            "name one with --authority."
        )
    return defaults.pop()


def values_of(notebook: Notebook, given: dict[str, str]) -> dict[str, Value]:
    """Return the values to pass to one notebook."""
    return {
        parameter.name: coerce(parameter, given[parameter.name])
        if parameter.name in given
        else parameter.default
        for parameter in notebook.parameters
    }
