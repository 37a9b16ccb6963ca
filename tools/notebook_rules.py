"""The rules of a shipped notebook: thin, run from the top, figures stored for nbval.

python tools/notebook_rules.py NOTEBOOK...
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.parameters import declared_parameters

MOST_CELLS, MOST_LINES = 60, 30
GOLDEN_TAGS = {"nbval-check-output", "keep_output"}
METADATA = {"kernelspec", "language_info", "thurrock"}
# What belongs in the package, where it can be tested.
SYNTAX = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try, ast.TryStar),
    *(ast.For, ast.AsyncFor, ast.While),
)
NAMES = dict.fromkeys(
    ["warnings", "filterwarnings", "simplefilter", "catch_warnings", "captureWarnings"]
    + ["seterr", "errstate", "suppress", "redirect_stderr"],
    "hides warnings",
) | {"get_ipython": "a magic"}
PLACE = re.compile(
    r"://|^www\.|^(?:~|\.{0,2})/|^[A-Za-z]:[\\/]|\b(?:data|notebooks|reports|docs)[\\/]"
    r"|\w\.(?:csv|xlsx?|ods|parquet|json|ya?ml|ipynb|html?|png|svg|pdf|txt|zip|md|py)\b"
)

Notebook = dict[str, Any]
Cell = dict[str, Any]


def faults(notebook: Notebook) -> list[str]:
    """Return what is wrong with a notebook as it would be shipped, one sentence each."""
    return [*written_faults(notebook), *stored_faults(notebook)]


def written_faults(notebook: Notebook) -> Iterator[str]:
    """Yield what is wrong with a notebook, whether or not it was run."""
    yield from form_faults(notebook)
    yield from parameter_faults(notebook["cells"])
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            yield from (f"cell {number}: {fault}" for fault in source_faults(cell["source"]))


def code_cells(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def form_faults(notebook: Notebook) -> Iterator[str]:
    cells, metadata = notebook["cells"], notebook["metadata"]
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "is not in format 4.5"
    if metadata.get("kernelspec", {}).get("name") != "python3":
        yield "names another kernel than python3"
    if notes := set(metadata) - METADATA:
        yield f"holds notes of a tool: {', '.join(sorted(notes))}"
    if len(cells) > MOST_CELLS:
        yield f"has more than {MOST_CELLS} cells"
    written = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    if not cells[0]["source"].startswith("# ") or len(re.findall("^# ", written, re.M)) != 1:
        yield "must begin with its title, a heading of the first level, and have no other"


def source_faults(source: str) -> Iterator[str]:
    if len(source.splitlines()) > MOST_LINES:
        yield f"more than {MOST_LINES} lines"
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"a magic, a shell command or no Python: {(error.text or '').strip()}"
        return
    given_away = {id(name) for node in ast.walk(tree) for name in file_names(node)}
    for node in ast.walk(tree):
        if isinstance(node, SYNTAX):
            yield f"{type(node).__name__} belongs in the package"
        for field in ("id", "attr", "name", "module"):
            if fault := NAMES.get(getattr(node, field, None)):
                yield fault
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and PLACE.search(text) and id(node) not in given_away:
            yield f"names a file, folder or address: {text!r}"
    yield from lost(tree)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    if any(token.type == tokenize.OP and token.string == ";" for token in tokens):
        yield "a semicolon, which hides what a cell shows, and not from nbval"


def file_names(node: ast.AST) -> list[ast.Constant]:
    """Return the bare name of a file that a finding is given away as."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="save" | "to_csv" | "to_excel"),
            args=[ast.Constant(value=str(text)) as name],
        ) if not re.search(r"[\\/]", text):
            return [name]
    return []


def lost(tree: ast.Module) -> Iterator[str]:
    """Yield what a cell computes and neither keeps nor shows: it shows its last line alone."""
    last = tree.body[-1] if tree.body else None
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and node is not last and not speaks(node.value):
            yield f"line {node.lineno} is lost: give it a cell of its own or a name"
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Tuple | ast.List):
        yield f"line {last.lineno} shows several things as one: give each a cell of its own"


def speaks(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in {"print", "display"}


def parameter_faults(cells: list[Cell]) -> Iterator[str]:
    """Check the parameters, and that no prose would be false with others."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if [number for number, cell in enumerate(code) if "parameters" in tags(cell)] != [0]:
        yield "the first code cell, and no other, must be tagged parameters"
        return
    try:
        declared = declared_parameters("", code[0]["source"])
    except ThurrockError as error:
        yield str(error)
        return
    if not declared:
        yield "there are no parameters"
    yield from (f"the parameter {each.name} has no comment" for each in declared if not each.help)
    texts = [re.escape(each.default) for each in declared if each.type == "str" and each.default]
    stated = re.compile("|".join([r"\d ?%|\d per cent", *texts]))
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "markdown" and (found := stated.search(cell["source"])):
            yield f"cell {number}: {found[0]!r} in prose: let a cell compute it"


def stored_faults(notebook: Notebook) -> Iterator[str]:
    """Check the stored outputs: golden cells have theirs, others none, all were run in order."""
    code = code_cells(notebook)
    golden = [cell for cell in code if tags(cell) & GOLDEN_TAGS]
    if not golden:
        yield "has no golden cell"
    for cell in golden:
        if not tags(cell) >= GOLDEN_TAGS:
            yield "a golden cell has one of its two tags only"
        if not cell["outputs"] or not all(is_plain_text(each) for each in cell["outputs"]):
            yield "a golden cell stores no plain text"
    if any(cell["outputs"] for cell in code if not tags(cell) & GOLDEN_TAGS):
        yield "a cell that is not golden stores an output"
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        yield "was not run from the top (restart the kernel and run all cells)"


def is_plain_text(output: dict[str, Any]) -> bool:
    if output["output_type"] == "stream":
        return output["name"] == "stdout" and bool(output["text"].strip())
    return output["output_type"] == "execute_result" and list(output["data"]) == ["text/plain"]


def read(path: str | Path) -> Notebook:
    """Read a notebook as it stands, refusing one that is not of its own format."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


if __name__ == "__main__":
    found = [f"{path}: {fault}" for path in sys.argv[1:] for fault in faults(read(path))]
    sys.exit("\n".join(found) or None)
