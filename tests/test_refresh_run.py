"""Whole refreshes: what is written when all goes well, and when it does not."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import making_notebooks as making
import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from making_projects import (
    DATA,
    SLOW,
    Project,
    contents,
    copied,
    gone,
    said,
    start,
    until,
    used,
)

from thurrock_analysis import cli
from thurrock_analysis.machine import shipped
from thurrock_analysis.machine.files import FileLock
from thurrock_analysis.machine.refresh import run
from thurrock_analysis.record import provenance, tidy


@pytest.fixture
def project(tmp_path, monkeypatch):
    return used(monkeypatch, Project(tmp_path))


@pytest.fixture
def short(monkeypatch):
    """Let temporary files lie in a folder of a test's own, whose path is short."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Refresh two notebooks for two authorities, one of them named three ways; keep what is said.

    A test that changes anything works on a copy.
    """
    with pytest.MonkeyPatch.context() as patch:
        project = used(patch, Project(tmp_path_factory.mktemp("project")))
        declared = f'{making.PARAMETERS}\ncode: str = "1"\nyears: int = 5\ncodes: list[str] = []'
        cell = "print(repr((code, years, codes, authority, as_at)))"
        project.write("demand", cell, making.CHART, value=2.5, parameters=declared)
        project.write("adoption", "print(authority, as_at)", value=7)
        project.write("example", metadata={"thurrock": {"refresh": "named"}})
        shipped.note()
        arguments = ["-p", "code", "01234", "-p", "years", "7", "-p", "codes", "1e3,no"]
        who = [f"--authority={text}" for text in ("Thurrock", "kent", "883", "E06000034")]
        project.said = said(["refresh", *who, *arguments])
        assert project.left_over() == []
        yield project


def test_several_authorities_are_made_in_one_run_each_once(made):
    code, out, err = made.said
    assert code == 0
    assert re.fullmatch(
        r"4 of 4 reports for 2 authorities in [\d.]+ s: .*/reports/index.html\n", out
    )
    line = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (Thurrock|Kent) (demand|adoption): done in \d+\.\d s"
    assert sorted(re.fullmatch(line, text).groups() for text in err.splitlines()) == [
        *(("Kent", "adoption"), ("Kent", "demand")),
        *(("Thurrock", "adoption"), ("Thurrock", "demand")),
    ]


def test_writes_pages_notebooks_figures_index_and_record(made):
    for slug, code in (("thurrock", "E06000034"), ("kent", "E10000016")):
        folder = made.report(slug)
        assert sorted(path.name for path in folder.iterdir()) == [
            *("adoption.html", "adoption.ipynb", "demand.html", "demand.ipynb"),
            *("figures.xlsx", "history.csv", "index.html", "key_figures.csv", "run.json"),
        ]
        assert f"{code} {folder.name}" in made.text("adoption.html", slug)
        nbformat.validate(nbformat.read(folder / "demand.ipynb", 4))
    assert made.figures() == [("adoption", "7"), ("demand", "2.5")]
    header = made.text("key_figures.csv").partition("\n")[0]
    assert header.split(",") == ["notebook", *tidy.COLUMNS]


def test_the_record_tells_how_the_reports_came_about(made):
    kept = made.record()
    assert kept["authority"] == {"code": "E06000034", "name": "Thurrock"}
    assert kept["as_at"] == made.report().name
    assert kept["read"] == provenance.verify_all()
    assert (kept["kernels"], kept["altered_notebooks"]) == ("forked", [])
    assert {one["status"] for one in kept["notebooks"].values()} == {"ok"}
    adoption = kept["notebooks"]["adoption"]
    assert adoption["title"] == "Report adoption"
    assert adoption["parameters"] == {"authority": "E06000034", "as_at": made.report().name}
    assert sorted(adoption["seconds"]) == ["cells", "rendering", "starting"]
    assert {"python", "pandas", "papermill"} <= set(kept["versions"])


def test_the_index_puts_the_weightiest_headline_first_and_links_to_what_shows_it(made):
    index = BeautifulSoup(made.text("index.html"), "html.parser")
    headlines = index.select("ol.headlines li")
    assert [one.get_text().split(".")[0] for one in headlines] == [
        "Report adoption rose", "Report demand rose",
    ]  # fmt: skip
    for link in [one.a["href"] for one in headlines] + [a["href"] for a in index.select("th a")]:
        page, _, place = link.partition("#")
        heading = BeautifulSoup(made.text(page), "html.parser").find(id=place)
        assert (heading.name, heading.get_text()) == ("h2", "What changed?")


def test_a_report_that_needs_documents_is_not_made_where_none_is_held(project):
    project.write("demand")
    project.write("evidence")
    who = ["--authority", "Thurrock", "--authority", "Kent"]
    assert cli.main(["refresh", *who]) == 0
    assert "evidence.html" in contents(project.report("kent"))
    project.write("evidence", metadata={"thurrock": {"needs": "documents"}})
    code, out, _ = said(["refresh", *who, "--as-at", project.report().name])
    line = "Kent: evidence was not made, for it needs documents on the authority, and none that"
    assert (code, out.splitlines()[0].partition(" was out by ")[0]) == (0, line)
    assert "3 of 3 reports for 2 authorities" in out
    # The page that an earlier refresh made goes, from the folder and from both indexes.
    assert "evidence.html" not in contents(project.report("kent"))
    assert "evidence" not in project.text("index.html", "kent")
    kept = project.record("kent")["notebooks"]["evidence"]
    assert kept["status"] == "not made" and f"Kent: {kept['why']}" == out.splitlines()[0]
    assert project.record()["notebooks"]["evidence"]["status"] == "ok"
    front = BeautifulSoup((project.reports / "index.html").read_text(), "html.parser")
    rows = {row.th.get_text(strip=True): row.get_text(" ") for row in front.select("tbody tr")}
    assert len(rows) == 2 and "failed" not in "".join(rows.values())


def test_naming_a_report_that_needs_documents_says_why_and_is_no_failure(project, capsys):
    project.write("evidence", metadata={"thurrock": {"needs": "documents"}})
    # The oldest paper on Thurrock is of October 2012.
    for given in (["--authority", "Kent"], ["--as-at", "2012-10-01"]):
        assert cli.main(["refresh", "evidence", *given]) == 0
        said_here = capsys.readouterr().out
        assert said_here.count("evidence was not made") == 1 == said_here.count("\n")
    assert not list(project.reports.rglob("index.html"))
    assert cli.main(["refresh", "evidence", "--as-at", "2012-10-31"]) == 0
    project.write("evidence", metadata={"thurrock": {"needs": "paper"}})
    assert cli.main(["refresh"]) == 2
    assert (
        "The notebook evidence needs 'paper': there are documents, returns."
        in capsys.readouterr().err
    )


def test_parameters_reach_the_notebook_as_typed(made):
    assert "('01234', 7, ['1e3', 'no'], 'E10000016'" in made.text("demand.html", "kent")


def test_a_page_over_all_authorities_lists_what_lies_there(made):
    soup = BeautifulSoup((made.reports / "index.html").read_text(), "html.parser")
    links = [link["href"] for link in soup.select("tbody th a")]
    date = made.report().name
    assert links == [f"kent/{date}/index.html", f"thurrock/{date}/index.html"]
    back = BeautifulSoup(made.text("index.html"), "html.parser").select_one("header a")["href"]
    assert (made.report() / back).resolve() == made.reports / "index.html"


def test_plain_papermill_still_runs_a_notebook_with_the_types_that_it_guesses(tmp_path):
    asked = "from thurrock_analysis import open_report\nprint(open_report(authority, as_at))"
    source, made_by_it = making.write(tmp_path, "demand", [asked]), tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", source, made_by_it]
    subprocess.run([*command, *("-p", "authority", "883", "-p", "as_at", "20180331")], check=True)
    done = nbformat.read(made_by_it, 4)
    nbformat.validate(done)
    said = "".join(one.get("text", "") for cell in done.cells for one in cell.get("outputs", []))
    assert said.startswith("Thurrock · figures as they stood on 31 March 2018")


LATE = "raise ValueError('no figure\\nfor 2024')"
DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(99)"
FAILING = {
    # The empty cell has no number; the parameters that papermill adds are no cell of the file.
    "fails": (["def work():\n    " + LATE, "", "work()", "print('late')"],
              "code cell 3: ValueError: no figure for 2024"),
    "leaves": (["import sys\nsys.exit(0)"], "did not reach its last cell"),
    "forgets": (["1"], "did not reach its last cell"),
    "babbles": (["display({'application/vnd.thurrock.report+json': {'title': 'x'}}, raw=True)"],
                "handed back a result that cannot be read (KeyError"),
    "exits": (["import os\nos._exit(7)"], "code cell 2: its kernel died (exit status 7)"),
    "killed": (["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
               "code cell 2: its kernel died (signal SIGKILL, as when memory runs out)"),
    "loops": (["while True: pass"],
              "code cell 2: took longer than the 2 seconds a cell may take"),
    "deaf": ([DEAF], "code cell 2: took longer than the 2 seconds"),
    "real-time": (["import os\nos.kill(os.getpid(), 40)"],
                  "code cell 2: its kernel died (signal 40)"),
    "floods": (["while True: print('x' * 100_000)"],
               "code cell 2: showed more than the 10 MB that a page can hold"),
    "magic": (["%nothing"], "code cell 2: UsageError: Line magic function `%nothing` not found."),
    "unwritten": (["if"], "code cell 2: SyntaxError: invalid syntax"),
    "index": ([], "A notebook cannot be named index: a report has such a file itself"),
    "private": (["from thurrock_analysis import paths\nopen(paths.data() / 'none.csv')"],
                "No such file or directory: 'data/none.csv'"),
}  # fmt: skip
UNREADABLE = {
    "broken": "broken.ipynb is not a notebook of format 4, as JupyterLab saves it",
    "foreign": "The notebook foreign is written in R: only Python is run",
    "undated": "The notebook undated must declare the parameter `as_at: str`",
    "twice": "The notebook twice has 2 cells tagged `parameters`",
}
SAID = {name: error for name, (_, error) in FAILING.items()} | UNREADABLE


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """Refresh a notebook for every way to fail, and one that does not."""
    with pytest.MonkeyPatch.context() as patch:
        project = used(patch, Project(tmp_path_factory.mktemp("project")))
        for name, (cells, _) in FAILING.items():
            project.write(name, *cells, hand_back=name not in ("forgets", "babbles"))
        path = project.write("foreign")
        path.write_text(path.read_text().replace('"language": "python"', '"language": "R"'))
        (project.folder / "notebooks" / "broken.ipynb").write_text("{")
        project.write("undated", parameters='authority: str = "Thurrock"')
        path = project.write("twice", "1", hand_back=False)
        path.write_text(
            path.read_text().replace('"metadata": {}', '"metadata": {"tags": ["parameters"]}')
        )
        path = project.write("Untitled")
        path.write_text(path.read_text().replace('"parameters"', '"other"'))
        warned = "import warnings\nwarnings.warn('beware')"
        shown = "import thurrock_analysis.paths as paths\nprint(paths.data() / 'cin.csv')"
        project.write("demand", shown, warned, "print('a long line ' * 99_999)", value=2)
        project.said = said(["refresh", "--cell-timeout", "2"])
        assert project.left_over() == []
        yield project


@pytest.mark.parametrize("name", SAID)
def test_what_papermill_calls_a_success_or_hangs_on_is_a_failure(failed, name):
    code, out, _ = failed.said
    assert code == 1
    assert f"Thurrock, {name} failed: " in out
    (line,) = (line for line in out.splitlines() if line.startswith(f"Thurrock, {name} failed: "))
    assert SAID[name] in line


def test_a_failing_notebook_leaves_the_others_and_says_where(failed):
    assert f"\n1 of {len(SAID) + 1} reports for Thurrock in " in failed.said[1]
    names = {path.name for path in failed.report().iterdir()}
    assert "demand.html" in names and "fails.html" not in names and "fails.failed.ipynb" in names
    index = failed.text("index.html")
    assert f"{FAILING['fails'][1]}." in index and "There is no earlier report." in index
    assert 'href="fails.html"' not in index
    kept = failed.record()["notebooks"]["fails"]
    assert (kept["status"], kept["cell"]) == ("failed", 3)
    assert failed.figures() == [("demand", "2")]
    front = (failed.reports / "index.html").read_text()
    assert "Report fails" in front and "Report demand" not in front


def test_a_stray_notebook_is_left_out_with_one_line(failed):
    line = "Left out: The notebook Untitled has no cell tagged `parameters`; it needs one."
    assert failed.said[1].splitlines().count(line) == 1
    assert "Untitled" not in failed.record()["notebooks"]


def within(path):
    """Return all text of a file, of a workbook that of all its parts."""
    if path.suffix != ".xlsx":
        return path.read_text()
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def test_no_path_of_this_machine_is_written(failed):
    for path in failed.report().iterdir():
        text = within(path)
        for folder in (failed.folder, sys.prefix, sys.base_prefix):
            assert str(folder) not in text, path.name
    assert "data/cin.csv" in failed.text("demand.html")


def test_a_failing_notebook_keeps_its_earlier_page_but_not_its_figures(project):
    project.write("demand", "print('first')")
    assert cli.main(["refresh"]) == 0
    earlier = project.record()["notebooks"]["demand"]
    made = project.record()["made"]
    project.write("demand", "print('second')", LATE)
    for _ in range(2):  # failing again changes nothing more
        assert cli.main(["refresh"]) == 1
        page = project.text("demand.html")
        assert "first" in page and page.count("This page is from an earlier refresh") == 1
        assert project.figures() == []
        index = project.text("index.html")
        assert 'href="demand.html"' in index and "made by an earlier refresh" in index
        assert "Report demand rose." not in index
        kept = project.record()["notebooks"]["demand"]["earlier"]
        assert kept["run"]["made"] == made
        assert kept["seconds"] == earlier["seconds"]
    project.write("demand", "print('third')")
    assert cli.main(["refresh"]) == 0
    page = project.text("demand.html")
    assert "third" in page and "earlier refresh" not in page
    assert not (project.report() / "demand.failed.ipynb").exists()


def test_notebooks_not_asked_for_keep_their_report_and_figures(made, project):
    copied(made, project)
    before = project.text("demand.html")
    project.write("adoption", value=8)
    assert cli.main(["refresh", "adoption"]) == 0
    assert project.text("demand.html") == before
    assert project.figures() == [("adoption", "8"), ("demand", "2.5")]
    kept = project.record()["notebooks"]
    assert (kept["adoption"]["status"], kept["demand"]["status"]) == ("ok", "earlier")
    index = project.text("index.html")
    assert "made by an earlier refresh" in index and 'href="demand.html"' in index
    (project.folder / "notebooks" / "demand.ipynb").unlink()
    assert cli.main(["refresh", "example"]) == 0, "it is run if it is named"
    assert not (project.report() / "demand.html").exists()
    assert (project.report() / "example.html").exists()


def test_an_authority_that_fails_does_not_stop_the_others(made, project, capsys):
    copied(made, project)
    before = project.text("run.json")
    lock = FileLock(project.report().with_name(f".{project.report().name}.lock"))
    assert lock.acquire() is None
    try:
        who = [f"--authority={name}" for name in ("Thurrock", "Medway")]
        assert cli.main(["refresh", "adoption", *who]) == 1
    finally:
        lock.release()
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Thurrock failed: Another command (process {os.getpid()}) is writing")
    assert last.startswith("1 of 2 reports for 2 authorities in ")
    assert project.text("run.json") == before
    assert project.figures() and "adoption" in project.record("medway")["notebooks"]
    front = BeautifulSoup((project.reports / "index.html").read_text(), "html.parser")
    assert [row.get_text() for row in front.select("tbody th")] == ["Kent", "Medway", "Thurrock"]


def test_an_altered_notebook_that_is_run_is_named_in_record_and_summary(
    made, project, monkeypatch, capsys
):
    copied(made, project)
    project.write("adoption", value=8)
    project.write("demand", value=8)
    monkeypatch.setattr(run, "can_fork", lambda: False)
    assert cli.main(["refresh", "adoption"]) == 0
    assert "not as shipped: adoption.\n" in capsys.readouterr().out
    kept = project.record()
    assert (kept["altered_notebooks"], kept["kernels"]) == (["adoption"], "papermill")


def test_a_damaged_data_file_stops_the_run_before_any_kernel(project, capsys):
    (project.folder / "data").unlink()
    shutil.copytree(DATA, project.folder / "data")
    victim = project.folder / next(iter(provenance.verify_all()))
    victim.write_bytes(victim.read_bytes()[:-1])
    ran = project.folder / "ran"
    project.write("demand", f"open({str(ran)!r}, 'w').close()")
    assert cli.main(["refresh"]) == 2
    assert victim.name in capsys.readouterr().err
    assert not ran.exists() and not project.reports.exists()


def test_a_report_is_of_one_edition_of_the_data(project, capsys):
    (project.folder / "data").unlink()
    shutil.copytree(DATA, project.folder / "data")
    changed = "from thurrock_analysis import paths\nwhole = paths.data() / 'papers' / 'claims.csv'"
    project.write("demand", f"{changed}\nwhole.write_bytes(whole.read_bytes())")
    assert cli.main(["refresh"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "thurrock: The data changed while the report on Thurrock was made, and it was dropped: "
        "run the refresh again."
    )
    assert [*project.reports.rglob("*.html"), *project.left_over()] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demnd"], "There is no notebook named demnd: did you mean demand?"),
        (
            ["exploratory/demand.ipynb"],
            "exploratory/demand.ipynb does not lie in notebooks/ itself",
        ),
        (["-p", "yeers", "5"], "No chosen notebook has a parameter yeers: did you mean years?"),
        (["-p", "years", "five"], "The parameter years takes a whole number, such as 5"),
        (["--authority", "Thurock"], "Thurrock"),
        (["--authority", "Kent", "--authority", "Thurock"], "Thurrock"),
        (["--region", "Thurrock"], "No region is called 'Thurrock': there are North East, "),
        (["--as-at", "yesterday"], "'yesterday' is not a date"),
        (["-p", "as_at", "2020-01-01", "--as-at", "2020-01-01"], "as_at is given twice"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(project, capsys, arguments, said):
    project.write("demand", parameters=f"{making.PARAMETERS}\nyears: int = 5")
    assert cli.main(["refresh", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("thurrock: ") and err.count("\n") == 1 and said in err
    assert not project.reports.exists()


@pytest.mark.parametrize("streams", ["2>&- >&-", ">/dev/full 2>/dev/full", "2>&1 | head -c 1"])
def test_reports_are_made_though_nobody_reads_what_is_said(project, streams):
    project.write("demand")
    project.write("adoption", LATE)
    command = f"set -o pipefail; {sys.executable} -m thurrock_analysis refresh {streams}"
    done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 1, "a notebook failed"
    assert project.figures() == [("demand", "1.0")]


def test_a_full_disk_is_one_sentence_and_leaves_the_previous_report(made, project):
    copied(made, project)
    before = contents(project.report())
    project.write("adoption", "print('more than there is room for ' * 2000)")
    little = (40_000, 40_000)
    code, out, err = said(
        ["refresh", "adoption"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, little),
    )
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == (
        f"thurrock: The report cannot be written to {project.report()} (File too large): "
        "choose another folder with --out, or close what has the report open."
    )
    assert "Traceback" not in err
    assert contents(project.report()) == before and project.left_over() == []


def test_a_page_over_all_that_cannot_be_written_is_said_beside_the_report(
    project, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(project.folder))
    project.write("demand")
    (project.reports / "index.html").mkdir(parents=True)
    assert cli.main(["refresh", "--out=~/reports"]) == 1, "a place may be named from home"
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("The page over all authorities cannot be written to ")
    assert last.startswith("1 of 1 reports for Thurrock") and project.figures()


@pytest.mark.parametrize("kernels", ["auto", "papermill"])
@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_refresh_leaves_nothing(made, project, capsys, kernels, asked, code):
    copied(made, project)
    before = contents(project.report())
    project.write("demand", SLOW)
    process = start(project, "demand", "--kernels", kernels)
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) >= 2
    assert cli.main(["refresh", "adoption"]) == 2, "another writes there"
    assert f"Another command (process {process.pid}) is writing to" in capsys.readouterr().err
    process.send_signal(asked)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code
    assert "Traceback" not in err
    assert gone(below, 5)
    assert contents(project.report()) == before
    assert project.left_over() == []


@pytest.mark.parametrize("kernels", ["auto", "papermill"])
def test_a_killed_refresh_takes_its_kernels_along_and_the_next_one_clears_up(
    made, project, short, kernels
):
    copied(made, project)
    before = contents(project.report("kent"))
    project.write(
        "adoption", f"if authority == 'E10000016':{SLOW.replace(chr(10), chr(10) + '    ')}"
    )
    who = ["--authority=Thurrock", "--authority=Kent"]
    process = start(project, "adoption", *who, "--kernels", kernels)
    until(process, lambda: project.record()["notebooks"]["demand"]["status"] == "earlier")
    below = set(psutil.Process(process.pid).children(recursive=True))
    stray = {one for one in below if "time.sleep" in " ".join(one.cmdline())}
    process.kill()
    process.communicate()
    if kernels == "auto":
        assert gone(below, 10)
    else:  # an ordinary kernel keeps what it started on no leash
        assert gone(below - stray, 10)
        for one in stray:
            one.kill()
    assert list(short.iterdir()) != []
    assert project.record()["notebooks"]["adoption"]["status"] == "ok", "the first was complete"
    assert contents(project.report("kent")) == before
    project.write("adoption")
    assert cli.main(["refresh", "adoption"]) == 0
    assert [*project.reports.rglob(".*"), *short.iterdir()] == []
    assert contents(project.report("kent")) == before, "it was cleared up after, and not made"
