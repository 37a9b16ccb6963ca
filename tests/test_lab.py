"""An analyst explores in JupyterLab, and every shipped notebook stays as it was."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys

import making_notebooks as making
import pandas as pd
import pytest
from browser import ROOT, lab, needs_browser

from thurrock_analysis import cli
from thurrock_analysis.findings import paging
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.table import Table
from thurrock_analysis.machine import lab as module
from thurrock_analysis.machine import shipped
from thurrock_analysis.machine.refresh.sources import available


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    making.write(tmp_path / "notebooks", "demand", ["total = 1", "total"])
    making.write(tmp_path / "notebooks", "placements", [])
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    shipped.note()
    return tmp_path


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# Working copies.


def test_lab_opens_at_the_project_and_passes_options_through(home, monkeypatch):
    ran = []
    monkeypatch.setattr(os, "execv", lambda *call: ran.append(call))
    monkeypatch.setenv("JUPYTER_PATH", "elsewhere")
    assert cli.main(["lab", "--no-browser", "--port", "9999", "-y"]) == 0
    [(program, command)] = ran
    assert os.environ["JUPYTER_PATH"].endswith(f"{os.pathsep}elsewhere")
    assert program == sys.executable
    assert command[1:] == [
        *("-m", "jupyterlab", f"--ServerApp.root_dir={home}"),
        "--LabApp.default_url=/lab/tree/notebooks/exploratory",
        *(f"--ServerApp.extra_static_paths={folder}" for folder in paging.served()),
        *("--no-browser", "--port", "9999", "-y"),
    ]


def test_lab_serves_the_script_of_its_tables_from_this_machine():
    ours, theirs = paging.served()
    for name in re.findall(r'"(?:\./)?(\w+\.\w+)"', (ours / "paging.js").read_text("utf-8")):
        assert (ours / name).is_file() or (theirs / name).is_file()
    assert f"static/{(ours / 'paging.js').name}`" in paging.SCRIPT


@pytest.mark.parametrize(
    ("given", "rows", "paged"),
    [
        ({paging.ASKED: "1", paging.SESSION: "a.ipynb"}, paging.FEW + 1, True),
        ({paging.ASKED: "1", paging.SESSION: "a.ipynb"}, paging.FEW, False),
        ({paging.ASKED: "1"}, paging.FEW + 1, False),
        ({paging.SESSION: "a.ipynb"}, paging.FEW + 1, False),
    ],
    ids=["in a notebook of this Lab", "short", "in its terminal", "in another Lab"],
)
def test_a_table_pages_only_where_it_is_looked_at(monkeypatch, given, rows, paged):
    for name in (paging.ASKED, paging.SESSION):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda each, **_: shown.append(each))
    table = Table(pd.DataFrame({"a": range(rows), "b": range(rows)}))
    Finding("All.", shown=table)._ipython_display_()
    html = shown[1].data
    assert ("<script" in html, "data-order" in html) == (paged, paged)


def test_a_refresh_begun_in_a_cell_of_lab_makes_no_script(monkeypatch, tmp_path):
    monkeypatch.setenv(paging.ASKED, "1")
    assert cli.main(["refresh", "nothing", "--out", str(tmp_path)]) == 2
    assert paging.ASKED not in os.environ


def test_lab_opens_the_first_notebook_where_there_is_one(home):
    making.write(home / "notebooks", module.START, [])
    module.make_working_copies()
    [opened] = [option for option in module.command([]) if "default_url" in option]
    assert opened.endswith("/exploratory/00_start_here.ipynb")


def test_lab_without_jupyterlab_says_so(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert cli.main(["lab"]) == 2
    assert "JupyterLab is not installed here" in capsys.readouterr().err


def test_a_working_copy_holds_the_cells_and_no_output(home):
    source = home / "notebooks" / "demand.ipynb"
    change(source, '"outputs": []', '"outputs": [{"output_type": "stream", "text": "1"}]')
    change(source, '"execution_count": null', '"execution_count": 7')
    said = module.make_working_copies()
    copy = read(module.exploratory() / "demand.ipynb")
    assert said == ["Working copies are in notebooks/exploratory: demand, placements."]
    assert [cell["source"] for cell in copy["cells"]] == [
        cell["source"] for cell in read(source)["cells"]
    ]
    ran = [cell for cell in copy["cells"] if cell.get("outputs") or cell.get("execution_count")]
    assert ran == []
    assert str(home) not in json.dumps(copy)


def test_a_copy_that_is_there_is_never_touched_and_a_change_since_is_said(home):
    module.make_working_copies()
    copy = module.exploratory() / "demand.ipynb"
    change(copy, "total = 1", "total = 'mine'")
    mine = copy.read_bytes()
    assert module.make_working_copies() == []
    change(home / "notebooks" / "demand.ipynb", "total = 1", "total = 2")
    [sentence] = module.make_working_copies()
    assert "demand has changed since you copied it" in sentence
    assert "`thurrock new demand_2 --from demand`" in sentence
    assert copy.read_bytes() == mine
    assert cli.main(["new", "demand_2", "--from", "demand"]) == 0
    assert module.make_working_copies() == [], "once she has a fresh copy, nothing is left to say"


def test_a_notebook_of_her_own_under_a_shipped_name_is_left_alone(home):
    module.exploratory().mkdir()
    making.write(module.exploratory(), "demand", [])
    (module.exploratory() / "broken.ipynb").write_text("{")
    assert module.make_working_copies() == [
        "Working copies are in notebooks/exploratory: placements."
    ]


def test_a_broken_shipped_notebook_does_not_keep_her_out(home):
    (home / "notebooks" / "demand.ipynb").write_text("{")
    made, broken = module.make_working_copies()
    assert made.endswith(": placements.")
    assert broken.startswith("There is no working copy of demand: demand.ipynb is not a notebook")


# Notebooks of her own.


def test_new_makes_a_notebook_from_the_template(home, capsys):
    assert cli.main(["new", "Why re-referrals"]) == 0
    path = module.exploratory() / "Why re-referrals.ipynb"
    assert capsys.readouterr().out == f"{path} is yours: open it with `thurrock lab`.\n"
    assert read(path)["cells"] == read(module.TEMPLATE)["cells"]


def test_new_from_a_shipped_notebook_begins_as_that(home):
    path = module.create("mine.ipynb", "demand.ipynb")
    assert path.name == "mine.ipynb"
    assert shipped.fingerprint(path.read_bytes()) == shipped.fingerprint(
        (home / "notebooks" / "demand.ipynb").read_bytes()
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["mine"], "The name mine is taken; mine_3 is free."),
        (["demand"], "The name demand is taken; demand_2 is free."),
        (["../mine"], "cannot be named '../mine': letters, digits,"),
        (["a/b"], "a_b would do."),
        (["what?"], "what would do."),
        ([""], "my_question would do."),
        (["x" * 81], "at most 80 of them"),
        (["x", "--from", "demnd"], "no notebook demnd to begin from: did you mean demand?"),
        (["x", "--from", "zz"], "no notebook zz to begin from: there are demand, placements."),
    ],
)
def test_new_refuses_in_one_sentence(home, capsys, arguments, sentence):
    for name in ("mine", "mine_2"):
        module.create(name)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert cli.main(["new", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_full_disk_leaves_nothing_half_written(home):
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (99, 99));"
        "from thurrock_analysis.cli import main; sys.exit(main(['new', 'mine']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "mine.ipynb cannot be written: File too large." in done.stderr
    assert list(module.exploratory().iterdir()) == []


# What was shipped.


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"execution_count": null', '"execution_count": 3', []),
        ('"outputs": []', '"outputs": [{"output_type": "stream"}]', []),
        ('"language_info": {', '"language_info": {"version": "9", ', []),
        ('\\"Thurrock\\"', '\\"Medway\\"', ["demand"]),
        ('"tags": ["parameters"]', '"tags": []', ["demand"]),
        ("total = 1", "total = 2", ["demand"]),
        (
            '"metadata": {"kernel',
            '"metadata": {"thurrock": {"refresh": "named"}, "kernel',
            ["demand"],
        ),
        ('"nbformat"', "nbformat", ["demand"]),
    ],
)
def test_what_a_notebook_does_is_compared_and_not_what_it_printed(home, old, new, named):
    change(home / "notebooks" / "demand.ipynb", old, new)
    assert shipped.altered() == named


def test_the_order_of_cells_is_compared_and_a_notebook_not_shipped_is_named(home):
    notebook = read(home / "notebooks" / "demand.ipynb")
    notebook["cells"].reverse()
    (home / "notebooks" / "demand.ipynb").write_text(json.dumps(notebook))
    making.write(home / "notebooks", "mine", [])
    module.create("hers")
    assert shipped.altered() == ["demand", "mine"]


def test_the_shipped_fingerprints_are_those_of_the_notebooks():
    folder = ROOT / "notebooks"
    now = {path.stem: shipped.fingerprint(path.read_bytes()) for path in folder.glob("*.ipynb")}
    assert read(folder / shipped.FINGERPRINTS) == now, "run `make shipped`"


# In a browser.

FOLDER = "notebooks/exploratory"
WITHOUT_CHARTS = {"durations", "population_ahead", "evidence", "follow_through", "returns"}
"""Those on documents of some authorities, or on returns, which are not given here."""

LONG_TABLE = """
import pandas as pd
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.table import Table
count = [None, *range(25, 2000, 50), None]
months = (["August 2024", "April 2024", "January 2024"] * 14)[:len(count)]
frame = pd.DataFrame({"area": [f"Area {place}" for place in range(len(count))]})
frame = frame.assign(children=count, month=months)
why = pd.DataFrame({"children": ["hidden" if one is None else "" for one in count]})
heads = {"children": "Children", "month": "Month"}
Finding("All of them.", shown=Table(frame, "All", heads, reasons=why))
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return a browser with JupyterLab at a project whose record is the shipped one."""
    home = tmp_path_factory.mktemp("home")
    (home / "data").symlink_to(ROOT / "data")
    (home / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(path, home / "notebooks")
    before = {path: path.read_bytes() for path in (home / "notebooks").glob("*.ipynb")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THURROCK_HOME", str(home))
        assert cli.main(["new", "mine"]) == 0
    with lab(home) as opened:
        yield opened
    assert before == {path: path.read_bytes() for path in (home / "notebooks").glob("*.ipynb")}


@pytest.fixture
def mine(opened):
    """Return the browser with a notebook of her own in front, which has been run."""
    opened.open("notebooks/exploratory/mine.ipynb")
    if not any(cell.get("execution_count") for cell in opened.cells()):
        assert opened.run_all() == []
    return opened


@needs_browser
def test_the_first_notebook_opens_runs_is_saved_and_stays_trusted(opened, tmp_path):
    path = f"notebooks/exploratory/{module.START}.ipynb"
    assert (opened.notebook, opened.folder) == (path, "notebooks/exploratory")
    opened.open(path)
    assert opened.run_all() == []
    opened.whole_picture(tmp_path / "first.png", 1024)
    assert (tmp_path / "first.png").stat().st_size > 100_000
    opened.reload()
    opened.open(path)
    counts = [cell["execution_count"] for cell in opened.cells() if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert opened.trusted()
    opened.sort("Year", "ascending")
    assert opened.column(1) == sorted(opened.column(1)), "tables work again from what was saved"


@needs_browser
def test_completion_and_docstrings_lead_to_the_verbs(mine):
    offered = {each.lstrip(".") for each in mine.completions("report.")}
    assert {"trend", "rank", "split", "balance", "bridge", "coverage", "revisions"} <= offered
    assert "since=" in mine.completions("report.trend(")
    assert "Examples" in mine.explanation("report.trend(")


@needs_browser
@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (
            "three = ['Thurrock', 'Medway', 'Southend-on-Sea']\n"
            "figures('referral_rate', areas=three, wide='area').tail(3)",
            "Southend-on-Sea",
        ),
        (
            "rates = figures('looked_after_rate', wide='year')\n"
            "len((rates[2024] - rates[2016]).nsmallest(10))",
            "10",
        ),
        ("figures('looked_after_rate', areas='Thurrock', wide='year')", "2016"),
        ("report.trend('referral_rate').save('rates.svg')", "rates.svg"),
        (
            "both = figures('referral_rate', 'looked_after_rate', wide='measure')\n"
            "both.dropna().corr()",
            "1.000000",
        ),
    ],
    ids=["three authorities", "largest falls", "wide by year", "a chart as SVG", "correlation"],
)
def test_she_asks_a_question_of_her_own_in_a_few_lines(mine, lines, shown):
    assert shown in mine.ask(lines)
    assert mine.errors() == []


@needs_browser
def test_a_long_table_sorts_by_its_numbers_and_comes_in_pages(mine):
    mine.ask(LONG_TABLE)
    names, shown = mine.column(1), mine.column(2)
    assert (names, shown[0]) == ([f"Area {place}" for place in range(20)], "hidden")
    mine.sort("Children", "ascending")
    assert mine.column(2)[:3] == ["25", "75", "125"]
    mine.sort("Children", "descending")
    assert mine.column(2)[:2] == ["1,975", "1,925"]
    mine.turn(3)
    assert mine.column(2) == ["hidden", "hidden"], "what has no number is last, up or down"
    mine.sort("Month", "ascending")
    assert mine.column(3) == ["January 2024"] * 14 + ["April 2024"] * 6
    assert mine.faults == []


@needs_browser
def test_every_notebook_runs_and_shows_its_charts_then_those_of_another_authority(opened):
    paths = {name: f"{FOLDER}/{name}.ipynb" for name in available(ROOT / "notebooks")}
    rows = [list(paths.values())[start::2] for start in (0, 1)]
    for before, authority, chosen in (
        ("Thurrock", "Essex", rows),
        ("Essex", "Rutland", [rows[0][:2]]),
    ):
        # The second time some of them will do: what it adds is that a copy runs again, changed.
        opened.run_rows(chosen, before, authority)
        for path in itertools.chain(*chosen):
            name = path.removeprefix(f"{FOLDER}/").removesuffix(".ipynb")
            opened.open(path)
            outputs = [output.get("data", {}) for output in opened.outputs()]
            drawn, seen = sum("image/png" in data for data in outputs), opened.pictures()
            assert opened.errors() == [], name
            assert f"**{authority}**" in outputs[0]["text/markdown"], name
            assert len(seen) == drawn >= (name not in WITHOUT_CHARTS), name
            assert all(width > 400 and height > 200 for width, height in seen), name
    assert opened.faults == []
    assert opened.asked == {"127.0.0.1"}, "nothing comes from elsewhere"


@needs_browser
def test_an_error_in_a_cell_is_found(mine):
    mine.ask("1 / 0")
    assert mine.errors() == ["division by zero"]
