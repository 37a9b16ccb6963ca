"""Kernels that are forked are as good as ordinary ones, which stand in where there is no fork."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import making_notebooks as making
import papermill
import psutil
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import fork_client
from thurrock_analysis.machine.refresh.execute import run_notebook
from thurrock_analysis.machine.refresh.fork_client import ForkServer, can_fork
from thurrock_analysis.machine.refresh.kernels import Supply
from thurrock_analysis.machine.refresh.sources import read_notebook
from thurrock_analysis.machine.refresh.tidy_up import tidied
from thurrock_analysis.machine.refresh.workspace import workspace

VALUES = {"authority": "Kent", "as_at": "2024-01-01"}

assert can_fork(), "these tests are written for a system that can fork kernels"


class Runner:
    """Runs notebooks with one server and one supply, as a refresh does."""

    def __init__(self, folder, sockets, modules):
        self.folder, self.sockets = folder, sockets
        self.server = ForkServer(list(modules), sockets / "server.log")
        self.supply = Supply(sockets, folder, self.server)

    def run(self, name, *cells):
        notebook = read_notebook(making.write(self.folder, name, list(cells)))
        return run_notebook(notebook, VALUES, self.supply, 30, lambda: None)


def runners(folder, *modules):
    """Yield one runner; none of its processes is left at the end."""
    before = psutil.Process().children(recursive=True)
    with workspace() as sockets:
        one = Runner(folder, sockets, modules)
        yield one
        one.supply.close()
    assert psutil.Process().children(recursive=True) == before
    assert not sockets.exists()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Give the tests that leave it whole one runner with modules loaded ahead."""
    modules = ("numpy.random", "pandas", "matplotlib.pyplot", "colorsys", "no_such_module")
    yield from runners(tmp_path_factory.mktemp("notebooks"), *modules)


@pytest.fixture
def fresh(tmp_path):
    """Give a test a runner of its own, with nothing loaded ahead."""
    yield from runners(tmp_path)


def printed(outcome):
    assert outcome.error == ""
    return [
        line
        for cell in outcome.notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
        for line in output.text.splitlines()
    ]


LOOK_AROUND = [
    "import os, sys, signal, warnings\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "pd.DataFrame({f'column {n}': range(70) for n in range(30)})",
    "print(pd.DataFrame({f'column {n}': range(3) for n in range(30)}))",
    "pd.options.display.max_columns, pd.options.display.width, pd.options.display.max_rows",
    "plt.plot([1, 3, 2])\nplt.title('shown inline')\nplt.show()",
    "_ = plt.figure(figsize=(3, 2)).subplots().plot([1, 2])",
    "plt.get_backend(), plt.get_fignums(), plt.rcParams['figure.dpi']",
    "sys.path[0], [p for p in sys.path if 'thurrock' in p], sys.argv[0].split('/')[-1][:18]",
    "os.getcwd(), __name__, sys.modules['__main__'].__name__, os.getpid() == os.getsid(0)",
    "signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD), signal.getsignal(15)",
    "import subprocess\nsubprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True)",
    "!echo from the shell",
    "os.system('echo from a child')",
    "os.environ['MPLBACKEND'], sys.stdin.read()",
    "get_ipython().__class__, In[1][:9], _dh == [os.getcwd()] or _dh",
    "1 / 2",
    "sorted(name for name in globals() if not name.startswith('_'))",
]


def test_the_output_is_that_of_an_ordinary_kernel(shared):
    ours = shared.run("ours", *LOOK_AROUND)
    assert ours.error == ""
    path = making.write(shared.folder, "theirs", LOOK_AROUND)
    theirs = papermill.execute_notebook(
        str(path), None, parameters=VALUES, progress_bar=False, cwd=path.parent,
        coalesce_streams=True,
    )  # fmt: skip
    theirs = tidied(theirs, path.name)

    def shown(notebook):
        return [
            {key: value for key, value in output.items() if key != "metadata"}
            for cell in notebook.cells[:-1]
            for output in cell.get("outputs", [])
        ]

    assert len(shown(theirs)) >= 15
    assert shown(ours.notebook) == shown(theirs)


def test_each_notebook_has_a_kernel_of_its_own(shared):
    cells = [
        "import os, random, sys, numpy as np\nprint(os.getpid())",
        "print('left' in globals(), 'tabnanny' in sys.modules, 'LEFT' in os.environ)",
        "print(random.random())",
        "print(np.random.random())",
        "left = 1; import tabnanny; os.environ['LEFT'] = '1'",
    ]
    first = printed(shared.run("first", *cells))
    second = printed(shared.run("second", *cells))
    assert first[1] == second[1] == "False False False"
    assert first[0] != second[0]
    assert first[2] != second[2] and first[3] != second[3], "random numbers are shared"


def test_a_forked_kernel_has_what_the_server_imported(shared, fresh):
    cells = ["import sys\nprint('colorsys' in sys.modules)"]
    assert printed(shared.run("one", *cells)) == ["True"]
    assert printed(fresh.run("two", *cells)) == ["False"]


def test_a_forked_kernel_has_the_record_and_the_claims_at_hand(tmp_path):
    cells = [
        "import pandas\nfrom thurrock_analysis.papers import claims",
        "from thurrock_analysis.record import areas, store",
        "pandas.read_parquet = claims.read = None",
        "print(len(store.held().rows) > 0, len(claims.check_all(areas.find(authority), as_at)))",
    ]
    names = ("thurrock_analysis.record.store", "thurrock_analysis.papers.claims")
    (lines,) = (printed(one.run("one", *cells)) for one in runners(tmp_path, *names))
    assert lines == ["True 0"]


def test_the_server_outlives_a_kernel_that_dies(shared):
    dead = shared.run("dead", "import os\nos.abort()")
    assert (dead.error, dead.cell) == ("its kernel died (signal SIGABRT)", 2)
    assert printed(shared.run("next", "print(1)")) == ["1"]


def test_what_a_kernel_started_ends_with_it(shared, tmp_path):
    start = "import os, subprocess\nchild = subprocess.Popen(['sleep', '99'])"
    note = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
    for name, how in (("exits", "os._exit(7)"), ("ends", "1")):
        shared.run(name, f"{start}\n{note}\n{how}")
        child = int((tmp_path / "pid").read_text())
        assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_temporary_files_of_a_kernel_go_with_the_refresh(shared):
    cell = "import os, tempfile\nprint(tempfile.mkdtemp() and os.environ['TMPDIR'].split('/')[-2])"
    assert printed(shared.run("leaves", cell)) == [shared.sockets.name]


def test_a_kernel_that_never_starts_is_tried_twice(shared, monkeypatch):
    taken = []
    take = shared.supply.take

    def take_dead(*values):
        taken.append(take(*values))
        taken[-1].kill()
        return taken[-1]

    monkeypatch.setattr(shared.supply, "take", take_dead)
    assert "the kernel died as it started" in shared.run("first", "1").error
    assert len(taken) == 2


def test_two_threads_of_notebooks_do_not_disturb_each_other(shared):
    cells = [
        "import os\nprint(os.path.basename(os.getcwd()))",
        "print(authority)",
        "%%timeit -n1 -r1\npass",
    ]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda number: shared.run(f"n{number}", *cells), range(6)))
    assert [printed(outcome)[:2] for outcome in outcomes] == [[shared.folder.name, "Kent"]] * 6
    assert Path.cwd() != shared.folder


def test_without_its_server_a_refresh_goes_on_with_ordinary_kernels(fresh):
    assert fresh.run("first", "1").error == ""
    os.kill(fresh.server._process.pid, signal.SIGKILL)
    cell = "import os\nprint(os.path.basename(os.getcwd()))\nos.system('echo unseen >&2')"
    assert printed(fresh.run("second", cell))[0] == fresh.folder.name


def test_a_server_that_cannot_start_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONHOME", "/nowhere")
    for one in runners(tmp_path):
        monkeypatch.undo()
        dead = one.run("first", "import os\nos._exit(7)")
        assert (dead.error, dead.cell) == ("its kernel died (exit status 7)", 2)


def test_a_kernel_whose_server_dies_is_a_clear_failure(fresh):
    cell = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
    outcome = fresh.run("first", cell)
    assert (outcome.error, outcome.cell) == ("its kernel died", 2)


def test_a_silent_server_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(fork_client, "ANSWER_WITHIN", 0.5)
    for one in runners(tmp_path):
        os.kill(one.server._process.pid, signal.SIGSTOP)
        with pytest.raises(ThurrockError, match=r"did not answer in 0\.5 seconds"):
            one.server.wait(1)
