"""The parameters cell and values typed for it."""

import making_notebooks as making
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh.parameters import Parameter, coerce, declared_parameters
from thurrock_analysis.machine.refresh.sources import (
    check,
    choose,
    own_area,
    read_notebook,
    values_of,
)


def declared(source):
    return declared_parameters("demand", source)


def test_reads_name_type_default_and_help():
    found = declared(
        'authority: str = "Thurrock"  # who\nyears: int = 5\nshare: float = 1\n'
        'deep: bool = False  # slow # indeed\ncodes: list[str] = ["883", "01"]'
    )
    assert [(p.name, p.type, p.default, p.help) for p in found] == [
        ("authority", "str", "Thurrock", "who"),
        ("years", "int", 5, ""),
        ("share", "float", 1, ""),
        ("deep", "bool", False, "slow # indeed"),
        ("codes", "list[str]", ["883", "01"], ""),
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "years = 5",
            "Line 1 of the parameters of the notebook demand is not an annotated literal",
        ),
        ("years: int", "is not an annotated literal"),
        ("import os", "is not an annotated literal"),
        ("a: int = 1\nyears: int = 2 + a", "Line 2 .* works its value out"),
        ("years: int = 'five'", "gives 'five', which is not of the type int"),
        ("years: int = True", "gives True, which is not of the type int"),
        ("years: list[int] = [1, 'two']", "which is not of the type"),
        ("day: date = '2024-01-01'", "has the type date; it can be str, int, float, bool"),
        ("codes: list = []", "has the type list"),
        ("years: int = = 5", "Line 1 .* is not Python"),
        ("years: int = 5\nyears: int = 6", "declares years more than once"),
    ],
)
def test_refuses_what_papermill_would_miss_or_guess(source, said):
    with pytest.raises(ThurrockError, match=said):
        declared(source)


@given(st.text())
@example("1e3")
@example("true")
def test_text_stays_as_typed(text):
    assert coerce(Parameter("code", "str", "", ""), text) == text


@given(st.integers())
def test_whole_numbers_survive_their_text(number):
    assert coerce(Parameter("years", "int", 5, ""), str(number)) == number


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_lists_of_numbers_survive_their_text(numbers):
    text = ",".join(map(repr, numbers))
    assert coerce(Parameter("cuts", "list[float]", [], ""), text) == numbers


@pytest.mark.parametrize(
    ("type_", "default", "text", "said"),
    [
        ("int", 5, "five", "years takes a whole number, such as 5, not 'five'"),
        ("int", 5, "5.0", "a whole number"),
        ("int", 5, "1_000", "a whole number"),
        ("float", 0.5, "nan", "a number, such as 0.5"),
        ("float", 0.5, "1,5", "a number"),
        ("float", 0.5, "1e999", "a number, such as 0.5, not '1e999'"),
        ("int", 5, "9" * 5000, "a whole number, such as 5, not '9{60}…'"),
        ("bool", True, "1", "true or false, such as true, not '1'"),
        ("list[int]", [1, 2], "1,x", "a whole number, such as 1,2, not 'x'"),
        ("list[int]", [], "x", "takes a whole number, not 'x'"),
    ],
)
def test_refuses_text_of_another_type(type_, default, text, said):
    with pytest.raises(ThurrockError, match=said):
        coerce(Parameter("years", type_, default, ""), text)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("No", False), ("FALSE", False)])
def test_reads_true_and_false(text, value):
    assert coerce(Parameter("deep", "bool", True, ""), text) is value


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": [{"cell_type": "code"}]}', '{"cells": 3}']
)
def test_a_broken_file_is_named(tmp_path, text):
    (tmp_path / "demand.ipynb").write_text(text)
    with pytest.raises(ThurrockError, match=r"demand\.ipynb is not a notebook"):
        read_notebook(tmp_path / "demand.ipynb")


def test_a_parameter_goes_only_to_the_notebooks_that_have_it(tmp_path):
    more = f"{making.PARAMETERS}\nyears: int = 5"
    one = read_notebook(making.write(tmp_path, "one", [], more))
    two = read_notebook(making.write(tmp_path, "two", []))
    check([one, two], {"years": "7"})
    assert values_of(one, {"years": "7"}) == {"authority": "Thurrock", "as_at": "", "years": 7}
    assert values_of(two, {"years": "7"}) == {"authority": "Thurrock", "as_at": ""}


def test_differing_authorities_must_be_settled(tmp_path):
    other = making.PARAMETERS.replace("Thurrock", "Kent")
    both = [
        read_notebook(making.write(tmp_path, "one", [])),
        read_notebook(making.write(tmp_path, "two", [], other)),
    ]
    with pytest.raises(
        ThurrockError, match=r"differ \(Kent, Thurrock\): name one with --authority"
    ):
        own_area(both)
    assert own_area(both[:1]) == "Thurrock"


def test_notebooks_are_chosen_by_any_usual_form_of_their_name(tmp_path):
    folder = tmp_path / "notebooks"
    (folder / "exploratory").mkdir(parents=True)
    for name in ("demand", "workforce", "_draft", "exploratory/demand"):
        making.write(folder, name, [])

    def chosen(*wanted):
        return [notebook.name for notebook in choose(folder, wanted)[0]]

    assert chosen() == ["demand", "workforce"]
    assert chosen("notebooks/workforce.ipynb", "demand", "workforce") == ["workforce", "demand"]
    with pytest.raises(ThurrockError, match=r"no notebook named x: there are demand, workforce\."):
        chosen("x")


def test_finds_what_a_notebook_imports(tmp_path):
    cells = ["import pandas as pd, json", "%matplotlib inline\nimport lost", "from os import path"]
    found = read_notebook(making.write(tmp_path, "demand", cells)).imports()
    assert [name for name in found if not name.startswith("IPython")] == [
        *("pandas", "json", "os", "os.path")
    ]
