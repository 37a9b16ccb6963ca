"""Notebooks stay thin, run from the top, and store the figures that nbval compares."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from notebook_rules import (
    GOLDEN_TAGS,
    MOST_CELLS,
    code_cells,
    faults,
    read,
    source_faults,
    written_faults,
)
from papermill.translators import papermill_translators

from thurrock_analysis.machine.refresh.parameters import declared_parameters

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEMPLATE = ROOT / "thurrock_analysis" / "machine" / "templates" / "new.ipynb"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_keeps_the_rules(path):
    assert faults(read(path)) == []


def test_what_an_analyst_begins_with_keeps_the_rules_of_what_is_written():
    assert list(written_faults(read(TEMPLATE))) == []


@pytest.mark.parametrize("path", [*NOTEBOOKS, TEMPLATE], ids=lambda path: path.name)
def test_papermill_sees_every_parameter_as_the_refresh_does(path):
    cell = code_cells(read(path))[0]
    seen = papermill_translators.find_translator("python3", "python").inspect(cell)
    assert [(each.name, each.inferred_type_name, each.help) for each in seen] == [
        (each.name, each.type, each.help) for each in declared_parameters("", cell["source"])
    ]


# A small notebook that keeps every rule, and ways to break one.


def small_notebook():
    """Return a notebook of three code cells that has been run and stripped to its golden cell."""
    new = nbformat.v4
    notebook = new.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    first = 'children: int = 414  # looked after on the day\nyear: str = "2023/24"  # to 31 March'
    notebook.cells = [
        new.new_markdown_cell("# How many?\n\nRead with care."),
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


HTML = nbformat.v4.new_output("execute_result", data={"text/html": "<b>1</b>", "text/plain": "1"})
IMAGE = nbformat.v4.new_output("display_data", data={"image/png": "iVBO", "text/plain": "x"})
WARNING = nbformat.v4.new_output("stream", name="stderr", text="Warning\n")
GROWN = [nbformat.v4.new_markdown_cell("more") for _ in range(MOST_CELLS)]


def stripped(notebook):
    """Remove outputs and counts, as a careless clearing of all outputs does."""
    for cell in code_cells(notebook):
        cell.update(outputs=[], execution_count=None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda notebook: notebook["cells"].extend(GROWN), f"more than {MOST_CELLS} cells"),
        (lambda notebook: notebook.update(nbformat_minor=4), "not in format 4.5"),
        (lambda notebook: notebook["metadata"]["kernelspec"].update(name="m"), "another kernel"),
        (lambda notebook: notebook["metadata"].update(papermill={}), "notes of a tool: papermill"),
        (lambda notebook: notebook["cells"].pop(0), "begin with its title"),
        (stripped, "not run from the top"),
    ],
)
def test_a_fault_of_form_is_found(change, expected):
    notebook = small_notebook()
    change(notebook)
    assert any(expected in fault for fault in faults(notebook)), faults(notebook)


@pytest.mark.parametrize(
    ("cell", "field", "value", "expected"),
    [
        (0, "source", "# One\n\n# Two", "and have no other"),
        (0, "source", "# How many?\n\nIt rose by 12% then.", "'2%' in prose"),
        (0, "source", "# How many?\n\nMost in 2023/24.", "'2023/24' in prose"),
        (1, "metadata", {}, "must be tagged parameters"),
        (2, "metadata", {"tags": ["parameters"]}, "must be tagged parameters"),
        (3, "metadata", {}, "no golden cell"),
        (3, "metadata", {"tags": ["keep_output"]}, "one of its two tags"),
        (3, "outputs", [], "stores no plain text"),
        (3, "outputs", [HTML], "stores no plain text"),
        (3, "outputs", [IMAGE], "stores no plain text"),
        (3, "outputs", [WARNING], "stores no plain text"),
        (2, "outputs", [WARNING], "not golden stores an output"),
        (2, "execution_count", 7, "not run from the top"),
        (1, "source", "# nothing", "no parameters"),
        (1, "source", "children = 414  # untyped", "Line 1 of the parameters"),
        (1, "source", "a: int = 1  # one\nb: int = a + 1  # two", "Line 2 of the parameters"),
        (1, "source", "children: int = 414", "no comment"),
    ],
)
def test_a_fault_of_a_cell_is_found(cell, field, value, expected):
    notebook = small_notebook()
    notebook["cells"][cell][field] = value
    assert any(expected in fault for fault in faults(notebook)), faults(notebook)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("total = 1\n" * 31, "more than 30 lines"),
        ("%matplotlib inline", "a magic, a shell command or no Python: %matplotlib inline"),
        ("%%capture\ntotal = 1", "a magic, a shell command or no Python: %%capture"),
        ("!ls 2>nothing", "a magic, a shell command"),
        ("get_ipython().system('ls')", "a magic"),
        ("def double(x):\n    return 2 * x", "FunctionDef belongs in the package"),
        ("class Thing:\n    pass", "ClassDef"),
        ("for x in [1]:\n    total = x", "For"),
        ("while False:\n    pass", "While"),
        ("try:\n    total = 1\nexcept ValueError:\n    total = 2", "Try"),
        ("warnings.showwarning = lambda *_: None", "hides warnings"),
        ("from warnings import catch_warnings as quietly", "hides warnings"),
        ("with np.errstate(all='ignore'):\n    total = 1", "hides warnings"),
        ("total = 'https://www.example.org'", "names a file, folder or address: 'https:"),
        ("total = read('rates.csv')", "names a file"),
        ("total = read('../rates')", "names a file"),
        ("finding.save('../x.svg')", "names a file"),
        ("total = 1;", "a semicolon"),
        ("report.trend('a')\nreport.rank('a')", "line 1 is lost"),
        ("report.trend('a')\ntotal = 1", "line 1 is lost"),
        ("if total:\n    report.trend('a')", "line 2 is lost"),
        ("report.trend('a'), report.rank('a')", "line 1 shows several things as one"),
    ],
)
def test_a_fault_of_source_is_found(source, expected):
    notebook = small_notebook()
    notebook["cells"][2]["source"] = source
    [*found] = faults(notebook)
    assert any(expected in fault for fault in found) and len(found) <= 2, found


def test_the_small_notebook_keeps_the_rules():
    notebook = small_notebook()
    nbformat.validate(notebook)
    assert faults(notebook) == []


@pytest.mark.parametrize(
    "source",
    [
        "double = lambda x: 2 * x\n{double(x): [x] for x in {1}}",
        "print('Two things')\ndisplay(report)\nreport.trend('funnel')",
        "back = report.trend('funnel')\nback.save('back.svg')",
    ],
)
def test_what_is_harmless_passes(source):
    assert list(source_faults(source)) == []


def test_the_commit_hook_keeps_the_golden_figures_and_nothing_else(tmp_path):
    notebook, path = small_notebook(), tmp_path / "run.ipynb"
    notebook["cells"][2]["outputs"] = [WARNING]
    notebook["metadata"].update(papermill={"duration": 1.0}, working_copy={"of": "demand"})
    nbformat.write(notebook, path)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    commands = [hook["entry"] for hook in hooks["repos"][0]["hooks"]]
    [entry] = [command for command in commands if "nbstripout" in command]
    options = shlex.split(entry)[1:]
    subprocess.run([sys.executable, "-m", "nbstripout", *options, str(path)], check=True)
    assert faults(read(path)) == []


def test_a_changed_figure_fails_nbval_and_a_removed_one_fails_here(tmp_path):
    """A notebook without its stored figures satisfies nbval: that is why the lint demands them."""
    for name in ("kept", "tampered", "stripped"):
        notebook = small_notebook()
        if name == "tampered":
            notebook["cells"][3]["outputs"][0]["text"] = "Children in all: 999\n"
        if name == "stripped":
            stripped(notebook)
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    options = ["--nbval-lax", "--nbval-current-env", "-rA", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), *options, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    failed = re.findall(r"^FAILED (\S+)", run.stdout, re.M)
    assert failed == ["tampered.ipynb::Cell"], run.stdout
    assert re.findall(r"(\d+) failed, (\d+) passed", run.stdout) == [("1", "8")]
    assert faults(read(tmp_path / "kept.ipynb")) == []
    assert faults(read(tmp_path / "stripped.ipynb")) == [
        "a golden cell stores no plain text",
        "was not run from the top (restart the kernel and run all cells)",
    ]
