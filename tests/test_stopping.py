"""A command that is asked to end does so in silence, wherever it is at that moment."""

import subprocess
import sys
import textwrap

import pytest

RUN = """
import os, signal, sys
from thurrock_analysis.machine.stopping import Terminated, terminable
try:
    with terminable():
        {body}
        signal.pause()
except (KeyboardInterrupt, Terminated) as end:
    print(type(end).__name__, "after" in globals() or "helper" in sys.modules)
"""
ASK = "os.kill(os.getpid(), signal.{})"
IN_A_FINALISER = """
class Last:
    def __del__(self):
        {ask}
        for _ in range(9): pass
Last()
after = True
"""


def ended(folder, body):
    script = RUN.format(body=textwrap.indent(body, " " * 8).strip())
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("number", "raised"), [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "Terminated")]
)
def test_nothing_is_raised_within_an_import_but_at_once_after_it(tmp_path, number, raised):
    ask = ASK.format(number)
    (tmp_path / "helper.py").write_text(f"import os, signal\n{ask}\nfor _ in range(9): pass\n")
    assert ended(tmp_path, "import helper") == [raised, "True"]
    assert ended(tmp_path, f"{ask}\nafter = True") == [raised, "False"]


def test_an_end_that_is_lost_in_a_finaliser_is_asked_for_again(tmp_path):
    body = IN_A_FINALISER.format(ask=ASK.format("SIGINT"))
    assert ended(tmp_path, body) == ["KeyboardInterrupt", "True"]


def test_ctrl_c_while_libraries_are_imported_is_one_sentence(tmp_path):
    script = f"""
import importlib.abc, os, signal, sys
class Asks(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name == "click.core":
            {ASK.format("SIGINT")}
sys.meta_path.insert(0, Asks())
from thurrock_analysis.cli import main
sys.exit(main(["refresh", "--out", sys.argv[1]]))
"""
    command = [sys.executable, "-c", script, tmp_path / "reports"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "thurrock: Stopped; what was not finished is as it was."
    assert not (tmp_path / "reports").exists()
