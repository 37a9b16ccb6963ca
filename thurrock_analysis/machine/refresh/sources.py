"""Read the notebooks as files: no kernel, and nothing heavier than a JSON parser."""

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.parameters import Parameter, declared_parameters


@dataclass(frozen=True)
class Notebook:
    """A notebook as its file describes it, before it is run."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]
    code_cells: tuple[str, ...]
    """Source of each code cell that would run, in order: the first is cell 1."""
    only_named: bool = False
    """Whether it is run only when it is named, as its own metadata say."""

    def imports(self) -> list[str]:
        """Return the modules that the notebook's own cells import."""
        return list(dict.fromkeys(name for cell in self.code_cells for name in _imported(cell)))


def read_notebook(path: Path) -> Notebook:
    """Read one notebook and its declared parameters."""
    whole = load(path)
    texts = [(one["cell_type"], _tags(one), "".join(one["source"])) for one in whole["cells"]]
    tagged = [text for kind, tags, text in texts if "parameters" in tags and kind == "code"]
    if len(tagged) != 1:
        raise ThurrockError(
            f"The notebook {path.stem} has {len(tagged)} cells tagged `parameters`; it needs one."
        )
    return Notebook(
        name=path.stem,
        path=path,
        title=_title([text for kind, _, text in texts if kind == "markdown"], path.stem),
        parameters=declared_parameters(path.stem, tagged[0]),
        code_cells=tuple(text for kind, _, text in texts if kind == "code" and text.strip()),
        only_named=whole["metadata"].get("thurrock", {}).get("refresh") == "named",
    )


def load(path: Path) -> dict[str, Any]:
    """Return the content of a notebook, in which every cell has a kind, a source and metadata."""
    try:
        whole: dict[str, Any] = json.loads(path.read_bytes())
        cells = [
            (one["cell_type"] + "".join(one["source"]), one["metadata"]) for one in whole["cells"]
        ]
        kept = [whole["metadata"], *(metadata for _, metadata in cells)]
        assert all(isinstance(one, dict) for one in kept)
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise ThurrockError(
            f"{path.name} is not a notebook of format 4, as JupyterLab saves it."
        ) from error
    return whole


def available(folder: Path) -> list[str]:
    """Return the names of the notebooks in a folder, in order; names in _ or . are left out."""
    return sorted(path.stem for path in folder.glob("*.ipynb") if path.name[0] not in "._")


def choose(folder: Path, wanted: Iterable[str] = ()) -> list[Notebook]:
    """Read the notebooks asked for, or all but those that must be named."""
    names = available(folder)
    if not names:
        raise ThurrockError(f"There is no notebook in {folder}.")
    chosen = list(dict.fromkeys(_name(folder, text, names) for text in wanted))
    notebooks = [read_notebook(folder / f"{name}.ipynb") for name in chosen or names]
    return [one for one in notebooks if chosen or not one.only_named]


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
