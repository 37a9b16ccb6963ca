"""Whole refreshes: what is written when all goes well, and when it does not."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import making_notebooks as making
import nbformat
import papermill
import psutil
import pytest

from thurrock_analysis import cli, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import run
from thurrock_analysis.record import provenance, tidy

DATA = paths.data()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make a project with the real data and no notebooks yet."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").symlink_to(DATA)
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    monkeypatch.delenv("THURROCK_REPORTS_DIR", raising=False)
    return tmp_path


@pytest.fixture
def write(home):
    def write(name, *cells, **options):
        return making.write(home / "notebooks", name, list(cells), **options)

    return write


def report(home):
    (folder,) = (home / "reports" / "thurrock").glob("[!.]*")
    return folder


def record(home):
    return json.loads((report(home) / "run.json").read_text())


def figures(home):
    with (report(home) / "key_figures.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def left_over(home):
    return [*(home / "reports").rglob(".*"), *psutil.Process().children(recursive=True)]


def test_writes_pages_notebooks_figures_index_and_record(home, write, capsys):
    write("demand", making.CHART, value=2.5)
    write("adoption", "print(authority, as_at)", value=7)
    assert cli.main(["refresh"]) == 0
    folder = report(home)
    assert sorted(path.name for path in folder.iterdir()) == [
        *("adoption.html", "adoption.ipynb", "demand.html", "demand.ipynb"),
        *("index.html", "key_figures.csv", "run.json"),
    ]
    assert "2 of 2 reports in " in capsys.readouterr().out
    rows = figures(home)
    assert list(rows[0]) == ["notebook", *tidy.COLUMNS]
    assert [(row["notebook"], row["value"], row["lower"]) for row in rows] == [
        ("adoption", "7", ""),
        ("demand", "2.5", ""),
    ]
    kept = record(home)
    assert kept["authority"] == {"code": "E06000034", "name": "Thurrock"}
    assert kept["as_at"] == folder.name
    assert kept["read"] == provenance.verify_all()
    assert {one["status"] for one in kept["notebooks"].values()} == {"ok"}
    demand = kept["notebooks"]["demand"]
    assert demand["parameters"] == {"authority": "E06000034", "as_at": folder.name}
    assert sorted(demand["seconds"]) == ["cells", "rendering", "starting"]
    assert {"python", "pandas", "papermill"} <= set(kept["versions"])
    assert f"E06000034 {folder.name}" in (folder / "adoption.html").read_text()
    assert left_over(home) == []


def test_the_index_puts_the_weightiest_headline_first_and_links_to_its_place(home, write):
    write("demand", value=2)
    text = (home / "notebooks" / "demand.ipynb").read_text()
    (home / "notebooks" / "demand.ipynb").write_text(text.replace("what-changed", "What-changed"))
    write("adoption", value=7)  # its anchor is not on its page
    assert cli.main(["refresh"]) == 0
    index = (report(home) / "index.html").read_text()
    first, second = index.index("Report adoption rose."), index.index("Report demand rose.")
    assert first < second
    assert 'href="demand.html#What-changed"' in index
    assert 'href="adoption.html"' in index and 'href="adoption.html#' not in index
    assert 'id="What-changed"' in (report(home) / "demand.html").read_text()


def test_parameters_reach_the_notebook_as_typed(home, write):
    declared = f'{making.PARAMETERS}\ncode: str = "1"\nyears: int = 5\ncodes: list[str] = []'
    write("demand", "print(repr((code, years, codes, authority)))", parameters=declared)
    arguments = ["-p", "code", "01234", "-p", "years", "7", "-p", "codes", "1e3,no"]
    assert cli.main(["refresh", "--authority", "kent", *arguments]) == 0
    page = next((home / "reports" / "kent").glob("*/demand.html")).read_text()
    assert "('01234', 7, ['1e3', 'no'], 'E10000016')" in page


FAILING = [
    "def work():\n    raise ValueError('no figure\\nfor 2024')",
    "",
    "work()",
    "print('late')",
]


def test_a_failing_notebook_leaves_the_others_and_says_where(home, write, capsys):
    write("demand", value=2)
    write("adoption", *FAILING)
    assert cli.main(["refresh"]) == 1
    # The empty cell has no number; the parameters that papermill adds are no cell of the file.
    said = "code cell 3: ValueError: no figure for 2024"
    assert f"adoption failed: {said}" in capsys.readouterr().out
    folder = report(home)
    assert (folder / "demand.html").exists() and not (folder / "adoption.html").exists()
    assert (folder / "adoption.failed.ipynb").exists()
    index = (folder / "index.html").read_text()
    assert f"{said}." in index and "There is no earlier report." in index
    assert 'href="adoption.html"' not in index
    failed = record(home)["notebooks"]["adoption"]
    assert (failed["status"], failed["cell"]) == ("failed", 3)
    assert [row["notebook"] for row in figures(home)] == ["demand"]


def test_a_failing_notebook_keeps_its_earlier_page_but_not_its_figures(home, write):
    write("demand", "print('first')")
    assert cli.main(["refresh"]) == 0
    earlier = record(home)["notebooks"]["demand"]
    made = record(home)["made"]
    write("demand", "print('second')", *FAILING)
    for _ in range(2):  # failing again changes nothing more
        assert cli.main(["refresh"]) == 1
        page = (report(home) / "demand.html").read_text()
        assert "first" in page and page.count("This page is from an earlier refresh") == 1
        assert figures(home) == []
        index = (report(home) / "index.html").read_text()
        assert 'href="demand.html"' in index and "made by an earlier refresh" in index
        assert "Report demand rose." not in index
        kept = record(home)["notebooks"]["demand"]["earlier"]
        assert kept["run"]["made"] == made
        assert kept["seconds"] == earlier["seconds"]
    write("demand", "print('third')")
    assert cli.main(["refresh"]) == 0
    page = (report(home) / "demand.html").read_text()
    assert "third" in page and "earlier refresh" not in page
    assert not (report(home) / "demand.failed.ipynb").exists()


def test_notebooks_not_asked_for_keep_their_report_and_figures(home, write):
    write("demand", value=2)
    write("adoption", value=7)
    assert cli.main(["refresh"]) == 0
    before = (report(home) / "demand.html").read_text()
    write("adoption", value=8)
    assert cli.main(["refresh", "adoption"]) == 0
    assert (report(home) / "demand.html").read_text() == before
    assert [(row["notebook"], row["value"]) for row in figures(home)] == [
        ("adoption", "8"),
        ("demand", "2"),
    ]
    kept = record(home)["notebooks"]
    assert (kept["adoption"]["status"], kept["demand"]["status"]) == ("ok", "earlier")
    assert "made by an earlier refresh" in (report(home) / "index.html").read_text()
    (home / "notebooks" / "demand.ipynb").unlink()
    assert cli.main(["refresh"]) == 0
    assert not (report(home) / "demand.html").exists()


@pytest.mark.parametrize(
    ("cells", "options", "said"),
    [
        (["import sys\nsys.exit(0)"], {}, "did not reach its last cell"),
        (["1"], {"hand_back": False}, "did not reach its last cell"),
        (["display({'application/vnd.thurrock.report+json': {'title': 'x'}}, raw=True)"],
         {"hand_back": False}, "handed back a result that cannot be read (KeyError"),
        (["import os\nos._exit(7)"], {}, "code cell 2: its kernel died (exit status 7)"),
        (["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"], {},
         "code cell 2: its kernel died (signal SIGKILL, as when memory runs out)"),
        (["while True: pass"], {}, "code cell 2: took longer than the 2 seconds a cell may take"),
        (["import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(99)"], {},
         "code cell 2: took longer than the 2 seconds"),
        (["%nothing"], {}, "code cell 2: UsageError: Line magic function `%nothing` not found."),
        (["if"], {}, "code cell 2: SyntaxError: invalid syntax"),
    ],
)  # fmt: skip
def test_what_papermill_calls_a_success_or_hangs_on_is_a_failure(
    home, write, capsys, cells, options, said
):
    write("demand", *cells, **options)
    assert cli.main(["refresh", "--cell-timeout", "2"]) == 1
    assert f"demand failed: {said}" in capsys.readouterr().out
    assert left_over(home) == []


def test_no_path_of_this_machine_is_written(home, write):
    write(
        "demand",
        "import warnings, thurrock_analysis.paths as paths\nprint(paths.data() / 'cin.csv')",
        "warnings.warn('beware')",
    )
    write("adoption", "import json\njson.loads('{')")
    assert cli.main(["refresh"]) == 1
    for name in ("demand.ipynb", "demand.html", "adoption.failed.ipynb", "index.html", "run.json"):
        text = (report(home) / name).read_text()
        assert str(home) not in text and sys.prefix not in text and sys.base_prefix not in text
    assert "data/cin.csv" in (report(home) / "demand.html").read_text()


def test_a_damaged_data_file_stops_the_run_before_any_kernel(home, write, monkeypatch, capsys):
    (home / "data").unlink()
    shutil.copytree(DATA, home / "data")
    victim = home / next(iter(provenance.verify_all()))
    victim.write_bytes(victim.read_bytes()[:-1])
    ran = home / "ran"
    write("demand", f"open({str(ran)!r}, 'w').close()")
    assert cli.main(["refresh"]) == 2
    assert victim.name in capsys.readouterr().err
    assert not ran.exists() and not (home / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demnd"], "There is no notebook named demnd: did you mean demand?"),
        (["-p", "yeers", "5"], "No chosen notebook has a parameter yeers: did you mean years?"),
        (["-p", "years", "five"], "The parameter years takes a whole number, such as 5"),
        (["--authority", "Thurock"], "Thurrock"),
        (["--as-at", "yesterday"], "'yesterday' is not a date"),
        (["-p", "as_at", "2020-01-01", "--as-at", "2020-01-01"], "as_at is given twice"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(home, write, capsys, arguments, said):
    write("demand", parameters=f"{making.PARAMETERS}\nyears: int = 5")
    assert cli.main(["refresh", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("thurrock: ") and err.count("\n") == 1 and said in err
    assert not (home / "reports").exists()


def test_an_out_folder_that_cannot_be_written_is_refused(home, write, capsys):
    write("demand")
    (home / "file").write_text("")
    assert cli.main(["refresh", "--out", str(home / "file")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("thurrock: The report cannot be written to") and err.count("\n") == 1


def start(home, *arguments):
    """Start a refresh of its own, and wait until its notebook is at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "thurrock_analysis", "refresh", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    end = time.monotonic() + 60
    while not (home / "at-work").exists():
        assert process.poll() is None and time.monotonic() < end, process.communicate()
        time.sleep(0.02)
    return process


def gone(processes, seconds):
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


SLOW = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
(pathlib.Path.cwd().parent / "at-work").touch()
time.sleep(99)
"""


@pytest.mark.parametrize("kernels", ["auto", "spawn"])
@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_refresh_leaves_nothing(home, write, kernels, asked, code):
    write("demand")
    assert cli.main(["refresh"]) == 0
    before = {path.name: path.read_bytes() for path in report(home).iterdir()}
    write("demand", SLOW)
    process = start(home, "--kernels", kernels)
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) >= 2
    process.send_signal(asked)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code
    assert "Traceback" not in err
    assert gone(below, 5)
    assert {path.name: path.read_bytes() for path in report(home).iterdir()} == before
    assert list((home / "reports").rglob(".*")) == []


@pytest.mark.parametrize("kernels", ["auto", "spawn"])
def test_a_killed_refresh_takes_its_kernels_along_and_the_next_one_clears_up(home, write, kernels):
    write("demand", SLOW)
    process = start(home, "--kernels", kernels)
    below = [
        one
        for one in psutil.Process(process.pid).children(recursive=True)
        if "time.sleep" not in " ".join(one.cmdline())  # a kernel's own child has no such leash
    ]
    stray = set(psutil.Process(process.pid).children(recursive=True)) - set(below)
    process.kill()
    process.communicate()
    assert gone(below, 10)
    for one in stray:
        one.kill()
    write("demand")
    assert cli.main(["refresh"]) == 0
    assert list((home / "reports").rglob(".*")) == []


def test_two_refreshes_into_one_folder_do_not_mix(home, write, capsys):
    write("demand", SLOW)
    first = start(home)
    try:
        assert cli.main(["refresh"]) == 2
        assert f"Another command (process {first.pid}) is writing to" in capsys.readouterr().err
    finally:
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=120)


def test_plain_papermill_still_runs_a_notebook(home, write):
    path = write("demand", making.CHART)
    made = papermill.execute_notebook(
        str(path), str(home / "out.ipynb"), progress_bar=False, cwd=str(home)
    )
    assert made.metadata.papermill.exception is None
    nbformat.validate(nbformat.read(home / "out.ipynb", 4))


def test_executed_notebooks_are_valid(home, write):
    write("demand", making.CHART)
    assert cli.main(["refresh"]) == 0
    nbformat.validate(nbformat.read(report(home) / "demand.ipynb", 4))


def test_fork_is_refused_where_it_cannot_be_had(home, write, monkeypatch):
    write("demand")
    monkeypatch.setattr(run, "can_fork", lambda: False)
    with pytest.raises(ThurrockError, match="Kernels cannot be forked on this system"):
        run.refresh(run.Options(kernels="fork"))
    run.refresh(run.Options())
    assert record(home)["kernels"] == "ordinary"
    assert os.environ.get("JPY_PARENT_PID") is None
