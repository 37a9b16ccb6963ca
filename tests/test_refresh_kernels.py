"""Kernels that are forked or started ahead are as good as ordinary ones."""

import os
import signal
import sys
from pathlib import Path

import making_notebooks as making
import nbformat
import papermill
import psutil
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import fork_client
from thurrock_analysis.machine.refresh.execute import run_notebook
from thurrock_analysis.machine.refresh.fork_client import ForkServer, can_fork
from thurrock_analysis.machine.refresh.kernels import Supply
from thurrock_analysis.machine.refresh.preload import kernel_environment
from thurrock_analysis.machine.refresh.sources import read_notebook
from thurrock_analysis.machine.refresh.tidy_up import without_machine_paths
from thurrock_analysis.machine.refresh.workspace import workspace

VALUES = {"authority": "Kent", "as_at": "2024-01-01"}

assert can_fork(), "these tests are written for a system that can fork kernels"


class Runner:
    """Runs notebooks with one server and one supply, as a refresh does."""

    def __init__(self, folder, sockets, modules, forked):
        self.folder = folder
        self.server = None
        if forked:
            self.server = ForkServer(modules, kernel_environment(), sockets / "server.log")
        self.supply = Supply(sockets, folder, modules, self.server)

    def run(self, name, *cells, ahead=False):
        notebook = read_notebook(making.write(self.folder, name, list(cells)))
        return run_notebook(notebook, VALUES, self.supply, 30, lambda: None, ahead)

    def close(self):
        self.supply.close()


@pytest.fixture
def runner(tmp_path):
    """Make runners; none of their processes is left at the end."""
    made = []
    with workspace() as sockets:

        def make(*modules, forked=True):
            made.append(Runner(tmp_path, sockets, list(modules), forked))
            return made[-1]

        yield make
        for one in made:
            one.close()
    assert psutil.Process().children(recursive=True) == []
    assert not sockets.exists()


def printed(outcome):
    return [
        output.text.strip()
        for cell in outcome.notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
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


@pytest.mark.parametrize("forked", [True, False])
def test_the_output_is_that_of_an_ordinary_kernel(runner, tmp_path, forked):
    ours = runner("pandas", "matplotlib.pyplot", forked=forked).run("ours", *LOOK_AROUND)
    assert ours.error == ""
    path = making.write(tmp_path, "theirs", LOOK_AROUND)
    theirs = papermill.execute_notebook(
        str(path), None, parameters=VALUES, progress_bar=False, cwd=str(tmp_path)
    )
    theirs = without_machine_paths(theirs, path.name)

    def shown(notebook):
        return [
            {key: value for key, value in output.items() if key != "metadata"}
            for cell in notebook.cells[:-1]
            for output in cell.get("outputs", [])
        ]

    assert len(shown(theirs)) >= 15
    assert shown(ours.notebook) == shown(theirs)


@pytest.mark.parametrize("forked", [True, False])
def test_each_notebook_has_a_kernel_of_its_own(runner, forked):
    ours = runner("random", "numpy.random", forked=forked)
    cells = [
        "import os, random, sys, numpy as np\nprint(os.getpid())",
        "print('left' in globals(), 'colorsys' in sys.modules, 'LEFT' in os.environ)",
        "print(random.random())",
        "print(np.random.random())",
        "left = 1; import colorsys; os.environ['LEFT'] = '1'",
    ]
    first = printed(ours.run("first", *cells, ahead=True))
    second = printed(ours.run("second", *cells))
    assert first[1] == second[1] == "False False False"
    assert first[0] != second[0]
    assert first[2] != second[2] and first[3] != second[3], "random numbers are shared"


def test_a_forked_kernel_has_what_the_server_imported(runner):
    cells = ["import sys\nprint('colorsys' in sys.modules)"]
    assert printed(runner("colorsys", "no_such_module").run("one", *cells)) == ["True"]
    assert printed(runner().run("two", *cells)) == ["False"]


def test_the_server_outlives_a_kernel_that_dies(runner):
    ours = runner()
    dead = ours.run("dead", "import os\nos.abort()")
    assert (dead.error, dead.cell) == ("its kernel died (signal SIGABRT)", 2)
    assert ours.run("next", "print(1)").error == ""


def test_without_its_server_a_refresh_goes_on_with_ordinary_kernels(runner):
    ours = runner()
    assert ours.run("first", "1").error == ""
    os.kill(ours.server._process.pid, signal.SIGKILL)
    assert ours.run("second", "print(1)").error == ""


def test_a_server_that_cannot_start_does_no_harm(runner, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONHOME", "/nowhere")
    ours = runner()
    monkeypatch.undo()
    assert ours.run("first", "print(1)").error == ""


def test_a_kernel_whose_server_dies_is_a_clear_failure(runner):
    ours = runner()
    cell = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
    outcome = ours.run("first", cell)
    assert (outcome.error, outcome.cell) == ("its kernel died", 2)


def test_a_silent_server_is_not_waited_for_for_ever(runner, monkeypatch):
    monkeypatch.setattr(fork_client, "ANSWER_WITHIN", 0.5)
    ours = runner()
    os.kill(ours.server._process.pid, signal.SIGSTOP)
    with pytest.raises(ThurrockError, match=r"did not answer in 0\.5 seconds"):
        ours.server.wait(1)


def test_a_kernel_that_never_starts_is_tried_twice(runner, monkeypatch):
    ours = runner(forked=False)
    taken = []
    take = ours.supply.take

    def take_dead():
        taken.append(take())
        taken[-1].kill()
        return taken[-1]

    monkeypatch.setattr(ours.supply, "take", take_dead)
    assert "the kernel died as it started" in ours.run("first", "1").error
    assert len(taken) == 2


def test_two_threads_of_notebooks_do_not_disturb_each_other(runner, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    ours = runner()
    cells = [
        "import os\nprint(os.path.basename(os.getcwd()))",
        "print(authority)",
        "%%timeit -n1 -r1\npass",
    ]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda number: ours.run(f"n{number}", *cells), range(6)))
    assert [outcome.error for outcome in outcomes] == [""] * 6
    assert [printed(outcome)[:2] for outcome in outcomes] == [[tmp_path.name, "Kent"]] * 6
    assert Path.cwd() != tmp_path


def test_where_ipc_is_not_to_be_had_tcp_serves(runner, monkeypatch):
    monkeypatch.setattr("thurrock_analysis.machine.refresh.kernels.IPC", False)
    outcome = runner().run("first", "print(1)")
    assert (outcome.error, printed(outcome)) == ("", ["1"])
    nbformat.validate(outcome.notebook)
    assert sys.platform == "linux"
