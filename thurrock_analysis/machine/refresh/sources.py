"""The notebooks as files, and what is passed to them: nothing heavier than a JSON parser."""

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.parameters import (
    Parameter,
    Value,
    coerce,
    declared_parameters,
)

AREA = "authority"
DATE = "as_at"
PAGE = "index.html"
TAKEN = re.compile(r"index|.*\.failed", re.IGNORECASE)
"""Names that a report has for files of its own."""


@dataclass(frozen=True)
class Notebook:
    """A notebook as its file describes it, before it is run."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...] = ()
    code_cells: tuple[str, ...] = ()
    """Source of each code cell that would run, in order: the first is cell 1."""
    only_named: bool = False
    """Whether it is run only when it is named, as its own metadata say."""
    needs: str = ""
    """What must be held of an authority, or no report is made, as its own metadata say."""
    fault: str = ""
    """Why it cannot be run at all: a sentence."""

    def imports(self) -> list[str]:
        """Return the modules that the notebook's own cells import."""
        return list(dict.fromkeys(name for cell in self.code_cells for name in _imported(cell)))


class StrayNotebook(ThurrockError):
    """A notebook that is none of a refresh's."""


def read_notebook(path: Path) -> Notebook:
    """Read one notebook and its declared parameters."""
    whole, name = load(path), path.stem
    cells = [(one["cell_type"], _tags(one), "".join(one["source"])) for one in whole["cells"]]
    tagged = [text for kind, tags, text in cells if "parameters" in tags and kind == "code"]
    if not tagged:
        raise StrayNotebook(f"The notebook {name} has no cell tagged `parameters`; it needs one.")
    if len(tagged) > 1:
        raise ThurrockError(f"The notebook {name} has {len(tagged)} cells tagged `parameters`.")
    if TAKEN.fullmatch(name):
        raise ThurrockError(f"A notebook cannot be named {name}: a report has such a file itself.")
    language = whole["metadata"].get("kernelspec", {}).get("language", "python")
    if language.lower() != "python":
        raise ThurrockError(f"The notebook {name} is written in {language}: only Python is run.")
    parameters, own = declared_parameters(name, tagged[0]), whole["metadata"].get("thurrock", {})
    for needed in (AREA, DATE):
        if (needed, "str") not in [(each.name, each.type) for each in parameters]:
            raise ThurrockError(f"The notebook {name} must declare the parameter `{needed}: str`.")
    return Notebook(
        name=name,
        path=path,
        title=_title([text for kind, _, text in cells if kind == "markdown"], name),
        parameters=parameters,
        code_cells=tuple(text for kind, _, text in cells if kind == "code" and text.strip()),
        only_named=own.get("refresh") == "named",
        needs=str(own.get("needs", "")),
    )


def load(path: Path) -> dict[str, Any]:
    """Return the content of a notebook, in which every cell has a kind, a source and metadata."""
    try:
        whole: dict[str, Any] = json.loads(path.read_bytes())
        for part in (whole, *whole["cells"]):
            part["metadata"].get("")
        for cell in whole["cells"]:
            cell["cell_type"] + "".join(cell["source"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ThurrockError(
            f"{path.name} is not a notebook of format 4, as JupyterLab saves it."
        ) from error
    return whole


def available(folder: Path) -> list[str]:
    """Return the names of the notebooks in a folder, in order; names in _ or . are left out."""
    names = sorted(path.stem for path in folder.glob("*.ipynb") if path.name[0] not in "._")
    if not names:
        raise ThurrockError(f"There is no notebook in {folder}.")
    return names


def read_all(folder: Path) -> tuple[list[Notebook], list[str]]:
    """Read the notebooks of a folder, a broken one with its fault; say which are left out."""
    found, left_out = [], []
    for name in available(folder):
        path = folder / f"{name}.ipynb"
        try:
            found.append(read_notebook(path))
        except StrayNotebook as stray:
            left_out.append(f"Left out: {stray}")
        except ThurrockError as error:
            found.append(Notebook(name, path, name, fault=str(error)))
    return found, left_out


def choose(folder: Path, wanted: Iterable[str] = ()) -> tuple[list[Notebook], list[str]]:
    """Read the notebooks asked for, which must be right, or all but those that must be named."""
    names = available(folder)
    asked = list(dict.fromkeys(_name(folder, text, names) for text in wanted))
    if asked:
        return [read_notebook(folder / f"{name}.ipynb") for name in asked], []
    found, left_out = read_all(folder)
    meant = [one for one in found if not one.only_named]
    if all(one.fault for one in meant):
        why = [one.fault for one in meant] + left_out
        raise ThurrockError(" ".join([f"There is no notebook to run in {folder}.", *why]))
    return meant, left_out


def _name(folder: Path, text: str, names: list[str]) -> str:
    path = Path(text)
    if path.parent.name not in ("", folder.name):
        raise ThurrockError(
            f"{text} does not lie in {folder.name}/ itself: only the notebooks that do are run."
        )
    name = path.name.removesuffix(".ipynb")
    if name not in names:
        raise ThurrockError(f"There is no notebook named {name}: {nearest(name, names)}")
    return name


def check(notebooks: list[Notebook], given: dict[str, str]) -> None:
    """Refuse a parameter that no notebook has, or that is not of its type."""
    known = sorted({parameter.name for one in notebooks for parameter in one.parameters})
    for name in given:
        if name not in known:
            raise ThurrockError(
                f"No chosen notebook has a parameter {name}: {nearest(name, known)}"
            )
    for notebook in notebooks:
        values_of(notebook, given)


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


def nearest(name: str, valid: Iterable[str]) -> str:
    """Say which valid names are nearest to a mistyped one."""
    valid = list(valid)
    close = get_close_matches(name, valid, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(valid)}."


def _tags(cell: dict[str, Any]) -> list[str]:
    tags = cell["metadata"].get("tags")
    return tags if isinstance(tags, list) else []


def _title(markdown: list[str], otherwise: str) -> str:
    lines = (line for text in markdown for line in text.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), otherwise)


def _imported(cell: str) -> list[str]:
    try:
        tree = ast.parse(cell)
    except SyntaxError:  # a cell with a magic; its imports then happen when it runs
        return []
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names
