"""The command line: what it says, and how it ends."""

import subprocess
import sys

import making_notebooks as making
import pytest

from thurrock_analysis import cli, paths


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    return tmp_path


def test_help_and_version_import_nothing_heavy():
    script = (
        "import sys; from thurrock_analysis.cli import main; code = main(['refresh', '--help']);"
        "print(code, [m for m in ('pandas', 'numpy', 'nbformat', 'papermill', 'jinja2')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert "--authority" in done.stdout and "--as-at" in done.stdout and done.stderr == ""


def test_list_shows_parameters_types_defaults_and_help(home, capsys):
    declared = f"{making.PARAMETERS}\ncodes: list[str] = ['1', '2']  # which\ndeep: bool = True"
    making.write(home / "notebooks", "demand", [], declared)
    named = {"thurrock": {"refresh": "named"}}
    making.write(home / "notebooks", "adoption", [], metadata=named)
    assert cli.main(["list"]) == 0
    assert capsys.readouterr().out == (
        "adoption: Report adoption (run only when it is named)\n"
        "  authority  str  Thurrock  name or code\n"
        "  as_at      str            newest if empty\n"
        "\n"
        "demand: Report demand\n"
        "  authority  str        Thurrock  name or code\n"
        "  as_at      str                  newest if empty\n"
        "  codes      list[str]  1,2       which\n"
        "  deep       bool       true\n"
    )


def test_an_error_is_one_sentence_and_exit_code_2(home, capsys):
    assert cli.main(["list"]) == 2
    assert capsys.readouterr().err == f"thurrock: There is no notebook in {home / 'notebooks'}.\n"


def test_installed_without_its_repository_it_says_what_it_needs(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("THURROCK_HOME", raising=False)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "thurrock_analysis" / "paths.py"))
    assert cli.main(["list"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("thurrock: The package is installed without its repository")
    assert err.endswith("name the repository's folder in the variable THURROCK_HOME.\n")


def test_list_shows_what_is_wrong_with_a_notebook_and_what_is_left_out(home, capsys):
    making.write(home / "notebooks", "demand", [])
    (home / "notebooks" / "broken.ipynb").write_text("{")
    stray = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    (home / "notebooks" / "Untitled.ipynb").write_text(stray)
    assert cli.main(["list"]) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == "broken: broken.ipynb is not a notebook of format 4, as JupyterLab saves it."
    assert last.startswith("Left out: The notebook Untitled has no cell tagged `parameters`")


@pytest.mark.parametrize(
    "arguments", [["refresj"], ["refresh", "--nothing"], ["refresh", "-p", "a"]]
)
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "Error:" in capsys.readouterr().err
