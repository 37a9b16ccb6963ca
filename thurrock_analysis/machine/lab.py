"""JupyterLab at the project, with notebooks of the analyst's own that no refresh reads.

They lie in ``notebooks/exploratory``, which git ignores. Each remembers which shipped notebook
it was copied from, and the fingerprint of that one, so that a later change can be told.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import paging
from thurrock_analysis.machine import TEMPLATES
from thurrock_analysis.machine.refresh.sources import available, load, nearest
from thurrock_analysis.machine.shipped import fingerprint
from thurrock_analysis.saving import put

START = "00_start_here"
TEMPLATE = TEMPLATES / "new.ipynb"
_ORIGIN = "working_copy"
_LONGEST = 80


def exploratory() -> Path:
    """Return the folder of the analyst's own notebooks."""
    return paths.notebooks() / "exploratory"


def command(options: list[str]) -> list[str]:
    """Return the command that opens JupyterLab at the project."""
    first = exploratory() / f"{START}.ipynb"
    opened = (first if first.is_file() else exploratory()).relative_to(paths.home())
    given = " ".join(options)
    ours = []
    if "root_dir" not in given and "notebook-dir" not in given:
        ours.append(f"--ServerApp.root_dir={paths.home()}")
    if "default_url" not in given:
        ours.append(f"--LabApp.default_url=/lab/tree/{quote(opened.as_posix())}")
    if "extra_static_paths" not in given:  # else tables stay plain
        ours += [f"--ServerApp.extra_static_paths={folder}" for folder in paging.served()]
    return [sys.executable, "-m", "jupyterlab", *ours, *options]


def variables() -> dict[str, str]:
    """Return what JupyterLab and its kernels find in their environment."""
    return {"JUPYTER_PATH": _jupyter_path(), paging.ASKED: "1"}


def _jupyter_path() -> str:
    """Return where Jupyter looks for kernels: first for ours, which is this Python's.

    It completes from the objects at hand. IPython's other way reads the source of pandas first:
    that takes seconds, while JupyterLab waits one and then offers nothing.
    """
    given = os.environ.get("JUPYTER_PATH")
    return os.pathsep.join([str(TEMPLATES / "jupyter"), *([given] if given else [])])


def make_working_copies() -> list[str]:
    """Copy each shipped notebook of which the analyst has no copy; touch none that is there."""
    shipped = available(paths.notebooks())
    have = {path.stem for path in exploratory().glob("*.ipynb")}
    known = set(_origins())
    made, said = [], []
    for name in shipped:
        try:
            copy = _copy(paths.notebooks() / f"{name}.ipynb")
        except ThurrockError as error:
            said.append(f"There is no working copy of {name}: {error}")
            continue
        origin = (name, copy["metadata"][_ORIGIN]["sha256"])
        if name not in have:
            _write_new(exploratory() / f"{name}.ipynb", copy)
            made.append(name)
        elif origin not in known and name in {source for source, _ in known}:
            said.append(
                f"{name} has changed since you copied it; your copy is as you left it, and "
                f"`thurrock new {_free(name)} --from {name}` makes a fresh one."
            )
    if made:
        said.insert(0, f"Working copies are in notebooks/exploratory: {', '.join(made)}.")
    return said


def create(name: str, source: str = "") -> Path:
    """Make a notebook of the analyst's own."""
    name, source = name.removesuffix(".ipynb"), source.removesuffix(".ipynb")
    shipped = available(paths.notebooks())
    if source and source not in shipped:
        raise ThurrockError(
            f"There is no notebook {source} to begin from: {nearest(source, shipped)}"
        )
    if not re.fullmatch(rf"(?=.{{1,{_LONGEST}}}$)[^\W_]([\w -]*\w)?", name):
        plain = re.sub(r"[^\w-]+", "_", name[:_LONGEST]).strip("_-") or "my_question"
        raise ThurrockError(
            f"A notebook cannot be named {name!r}: letters, digits, spaces, - and _ make a name, "
            f"at most {_LONGEST} of them; {_free(plain)} would do."
        )
    path = exploratory() / f"{name}.ipynb"
    if path.exists() or name in shipped:
        raise ThurrockError(f"The name {name} is taken; {_free(name)} is free.")
    _write_new(path, _copy(paths.notebooks() / f"{source}.ipynb" if source else TEMPLATE))
    return path


def _free(name: str) -> str:
    """Return a name that is not taken: this one, or with the first number that makes it new."""
    taken = {*available(paths.notebooks()), *(path.stem for path in exploratory().glob("*.ipynb"))}
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _origins() -> Iterator[tuple[str, str]]:
    """Yield of each copy which notebook it was made from, and that one's fingerprint."""
    for path in exploratory().glob("*.ipynb"):
        try:
            origin = json.loads(path.read_bytes())["metadata"][_ORIGIN]
            yield origin["of"], origin["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # one of her own


def _copy(path: Path) -> dict[str, Any]:
    """Return a notebook without outputs, so that it shows nothing that she did not run."""
    notebook = load(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    notebook["metadata"][_ORIGIN] = {"of": path.stem, "sha256": fingerprint(path.read_bytes())}
    return notebook


def _write_new(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook where there is none yet."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    path.parent.mkdir(exist_ok=True)
    put(path, {".ipynb": lambda _: False}, lambda new: new.write_bytes(text.encode()))
