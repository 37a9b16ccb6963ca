"""Notebooks stay thin, run from the top, and store the figures that nbval compares."""

import ast
import io
import re
import shlex
import subprocess
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from papermill.translators import papermill_translators

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CELLS = 30
MOST_LINES = 12
GOLDEN_TAGS = {"nbval-check-output", "keep_output"}
# What belongs in the package, where it can be tested.
BANNED_SYNTAX = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.TryStar),
    *(ast.For, ast.AsyncFor, ast.While),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
BANNED_NAMES = {"filterwarnings", "simplefilter", "catch_warnings"}
PLACE = re.compile(
    r"://|^www\.|^(?:~|\.{0,2})/|^[A-Za-z]:[\\/]|\b(?:data|notebooks|reports|docs)[\\/]"
    r"|\w\.(?:csv|xlsx?|ods|parquet|json|ya?ml|ipynb|html?|png|svg|pdf|txt|zip|md|py)\b"
)

Notebook = dict[str, Any]
Cell = dict[str, Any]


def tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def code_cells(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def faults(notebook: Notebook) -> list[str]:
    """Return what is wrong with a notebook, one sentence each."""
    found = form_faults(notebook) + parameter_faults(notebook) + stored_faults(notebook)
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            found += [f"cell {number}: {fault}" for fault in source_faults(cell["source"])]
    return found


def form_faults(notebook: Notebook) -> list[str]:
    cells = notebook["cells"]
    ids = [cell.get("id") for cell in cells]
    found = []
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        found.append("is not in format 4.5")
    if None in ids or len(set(ids)) < len(ids):
        found.append("has cells without an id of their own")
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        found.append("names another kernel than python3")
    if "papermill" in notebook["metadata"]:
        found.append("holds papermill's notes on a run")
    if len(cells) > MOST_CELLS:
        found.append(f"has more than {MOST_CELLS} cells")
    return found


def source_faults(source: str) -> list[str]:
    found = []
    if len(source.splitlines()) > MOST_LINES:
        found.append(f"more than {MOST_LINES} lines")
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return [*found, "not plain Python (a magic or shell command?)"]
    for node in ast.walk(tree):
        if isinstance(node, BANNED_SYNTAX):
            found.append(f"{type(node).__name__} belongs in the package")
        if {getattr(node, "attr", None), getattr(node, "id", None)} & BANNED_NAMES:
            found.append("hides warnings")
        if isinstance(node, ast.alias) and node.name in BANNED_NAMES:
            found.append("hides warnings")
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and PLACE.search(text):
            found.append(f"names a file, folder or address: {text!r}")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    if any(token.type == tokenize.OP and token.string == ";" for token in tokens):
        found.append("a semicolon, which does not silence nbval")
    return found


def parameter_faults(notebook: Notebook) -> list[str]:
    code = code_cells(notebook)
    tagged = [number for number, cell in enumerate(code) if "parameters" in tags(cell)]
    if tagged != [0]:
        return ["the first code cell, and no other, must be tagged parameters"]
    source = code[0]["source"]
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return ["the parameters are not plain Python"]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    commented = {token.end[0] for token in tokens if token.type == tokenize.COMMENT}
    found = []
    for statement in statements:
        if not isinstance(statement, ast.AnnAssign) or not is_literal(statement.value):
            found.append(f"parameter line {statement.lineno} is not `name: type = literal`")
        elif statement.end_lineno not in commented:
            found.append(f"parameter line {statement.lineno} has no comment")
    if not statements:
        found.append("there are no parameters")
    return found


def is_literal(value: ast.expr | None) -> bool:
    try:
        ast.literal_eval(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False
    return True


def stored_faults(notebook: Notebook) -> list[str]:
    """Check the stored outputs: golden cells have theirs, others none, all were run in order."""
    code = code_cells(notebook)
    golden = [cell for cell in code if tags(cell) & GOLDEN_TAGS]
    found = []
    if not golden:
        found.append("has no golden cell")
    for cell in golden:
        if not tags(cell) >= GOLDEN_TAGS:
            found.append("a golden cell has one of its two tags only")
        if not cell["outputs"] or not all(is_plain_text(each) for each in cell["outputs"]):
            found.append("a golden cell stores no plain text")
    if any(cell["outputs"] for cell in code if not tags(cell) & GOLDEN_TAGS):
        found.append("a cell that is not golden stores an output")
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        found.append("was not run from the top (restart the kernel and run all cells)")
    return found


def is_plain_text(output: dict[str, Any]) -> bool:
    if output["output_type"] == "stream":
        return output["name"] == "stdout" and bool(output["text"].strip())
    data = output.get("data", {})
    return output["output_type"] == "execute_result" and list(data) == ["text/plain"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_keeps_the_rules(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert faults(notebook) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_papermill_sees_every_parameter_its_type_and_its_comment(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    cell = code_cells(notebook)[0]
    written = [line for line in ast.parse(cell["source"]).body if isinstance(line, ast.AnnAssign)]
    seen = papermill_translators.find_translator("python3", "python").inspect(cell)
    assert [(each.name, each.inferred_type_name) for each in seen] == [
        (ast.unparse(line.target), ast.unparse(line.annotation)) for line in written
    ]
    assert all(each.help for each in seen)


# A small notebook that keeps every rule, and ways to break one.


def small_notebook() -> Notebook:
    """Return a notebook of three code cells that has been run and stripped to its golden cell."""
    new = nbformat.v4
    notebook = new.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    first = "children: int = 414  # looked after on the day\nyear: str = '2023/24'  # to 31 March"
    notebook.cells = [
        new.new_markdown_cell("# How many?"),
        new.new_code_cell(first, metadata={"tags": ["parameters"]}),
        new.new_code_cell("total = children + 1"),
        new.new_code_cell(
            "print('Children in all:', total)",
            metadata={"tags": sorted(GOLDEN_TAGS)},
            outputs=[new.new_output("stream", name="stdout", text="Children in all: 415\n")],
        ),
    ]
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell["execution_count"] = count
    return notebook


def set_in(index: int, key: str, value: object) -> Callable[[Notebook], None]:
    """Return a change of one field of one cell."""

    def change(notebook: Notebook) -> None:
        notebook["cells"][index][key] = value

    return change


def tampered(notebook: Notebook) -> None:
    notebook["cells"][3]["outputs"][0]["text"] = "Children in all: 999\n"


def stripped(notebook: Notebook) -> None:
    """Remove outputs and counts, as a careless clearing of all outputs does."""
    for cell in code_cells(notebook):
        cell["outputs"], cell["execution_count"] = [], None


def grown(notebook: Notebook) -> None:
    extra = [nbformat.v4.new_markdown_cell("more") for _ in range(MOST_CELLS)]
    notebook["cells"].extend(extra)


def untagged(notebook: Notebook) -> None:
    del notebook["cells"][1]["metadata"]["tags"]


def half_tagged(notebook: Notebook) -> None:
    notebook["cells"][3]["metadata"]["tags"] = ["keep_output"]


def not_golden(notebook: Notebook) -> None:
    del notebook["cells"][3]["metadata"]["tags"]


def same_ids(notebook: Notebook) -> None:
    notebook["cells"][1]["id"] = notebook["cells"][0]["id"]


def drawn(notebook: Notebook) -> None:
    image = nbformat.v4.new_output("display_data", data={"image/png": "iVBO", "text/plain": "x"})
    notebook["cells"][3]["outputs"].append(image)


HTML = nbformat.v4.new_output("execute_result", data={"text/html": "<b>1</b>", "text/plain": "1"})
WARNING = nbformat.v4.new_output("stream", name="stderr", text="Warning\n")
BREAKS = [
    (grown, f"more than {MOST_CELLS} cells"),
    (lambda notebook: notebook.update(nbformat_minor=4), "not in format 4.5"),
    (same_ids, "without an id"),
    (lambda notebook: notebook["metadata"]["kernelspec"].update(name="mine"), "another kernel"),
    (lambda notebook: notebook["metadata"].update(papermill={}), "notes on a run"),
    (untagged, "must be tagged parameters"),
    (set_in(2, "metadata", {"tags": ["parameters"]}), "must be tagged parameters"),
    (set_in(1, "source", "# nothing"), "no parameters"),
    (set_in(1, "source", "children = 414  # untyped"), "line 1 is not `name: type = literal`"),
    (set_in(1, "source", "a: int = 1  # one\nb: int = a + 1  # two"), "line 2 is not"),
    (set_in(1, "source", "children: int = 414"), "no comment"),
    (set_in(2, "source", "total = children + 1\n" * 13), "more than 12 lines"),
    (set_in(2, "source", "%matplotlib inline"), "not plain Python"),
    (set_in(2, "source", "!ls"), "not plain Python"),
    (set_in(2, "source", "def double(x):\n    return 2 * x"), "FunctionDef"),
    (set_in(2, "source", "class Thing:\n    pass"), "ClassDef"),
    (set_in(2, "source", "double = lambda x: 2 * x"), "Lambda"),
    (set_in(2, "source", "for x in [1]:\n    total = x"), "For belongs"),
    (set_in(2, "source", "while False:\n    pass"), "While"),
    (set_in(2, "source", "total = [x for x in [1]]"), "ListComp"),
    (set_in(2, "source", "total = {x for x in [1]}"), "SetComp"),
    (set_in(2, "source", "total = {x: x for x in [1]}"), "DictComp"),
    (set_in(2, "source", "total = sum(x for x in [1])"), "GeneratorExp"),
    (set_in(2, "source", "try:\n    total = 1\nexcept ValueError:\n    total = 2"), "Try"),
    (set_in(2, "source", "warnings.filterwarnings('ignore')"), "hides warnings"),
    (set_in(2, "source", "from warnings import simplefilter"), "hides warnings"),
    (set_in(2, "source", "total = 'https://www.example.org'"), "address: 'https:"),
    (set_in(2, "source", "total = read('rates.csv')"), "names a file"),
    (set_in(2, "source", "total = read('../rates')"), "names a file, folder"),
    (set_in(2, "source", "total = 1;"), "a semicolon"),
    (not_golden, "no golden cell"),
    (half_tagged, "one of its two tags"),
    (set_in(3, "outputs", []), "stores no plain text"),
    (drawn, "stores no plain text"),
    (set_in(3, "outputs", [HTML]), "stores no plain text"),
    (set_in(3, "outputs", [WARNING]), "stores no plain text"),
    (set_in(2, "outputs", [WARNING]), "not golden stores an output"),
    (set_in(2, "execution_count", 7), "not run from the top"),
]


def test_the_small_notebook_keeps_the_rules():
    notebook = small_notebook()
    nbformat.validate(notebook)
    assert faults(notebook) == []


@pytest.mark.parametrize(("change", "expected"), BREAKS)
def test_each_broken_rule_is_found(change, expected):
    notebook = small_notebook()
    change(notebook)
    assert any(expected in fault for fault in faults(notebook)), faults(notebook)


def test_the_commit_hook_keeps_the_golden_figures_and_nothing_else(tmp_path):
    notebook, path = small_notebook(), tmp_path / "run.ipynb"
    notebook["cells"][2]["outputs"] = [WARNING]
    notebook["metadata"]["papermill"] = {"duration": 1.0}
    nbformat.write(notebook, path)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    commands = [hook["entry"] for hook in hooks["repos"][0]["hooks"]]
    [entry] = [command for command in commands if "nbstripout" in command]
    options = shlex.split(entry)[1:]
    subprocess.run([sys.executable, "-m", "nbstripout", *options, str(path)], check=True)
    assert faults(nbformat.read(path, as_version=nbformat.NO_CONVERT)) == []


def test_a_changed_figure_fails_nbval_and_a_removed_one_fails_here(tmp_path):
    """A notebook without its stored figures satisfies nbval: that is why the lint demands them."""
    for name, change in {"kept": None, "tampered": tampered, "stripped": stripped}.items():
        notebook = small_notebook()
        if change:
            change(notebook)
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    options = ["--nbval-lax", "--nbval-current-env", "-rA", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), *options, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    failed = re.findall(r"^FAILED (\S+)", run.stdout, re.M)
    assert failed == ["tampered.ipynb::Cell"], run.stdout
    assert re.findall(r"(\d+) failed, (\d+) passed", run.stdout) == [("1", "8")]
    assert faults(nbformat.read(tmp_path / "kept.ipynb", 4)) == []
    assert faults(nbformat.read(tmp_path / "stripped.ipynb", 4)) == [
        "a golden cell stores no plain text",
        "was not run from the top (restart the kernel and run all cells)",
    ]
