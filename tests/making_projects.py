"""Projects for the tests of the refresh: the real data, notebooks as a test writes them."""

import csv
import json
import shutil
import signal
import subprocess
import sys
import time

import making_notebooks as making
import psutil

from thurrock_analysis import paths

DATA = paths.data()


class Project:
    """A project with the real data, notebooks as a test writes them, and its reports."""

    def __init__(self, folder):
        self.folder = folder
        self.reports = folder / "reports"
        (folder / "notebooks").mkdir()
        (folder / "data").symlink_to(DATA)

    def write(self, name, *cells, **options):
        return making.write(self.folder / "notebooks", name, list(cells), **options)

    def report(self, authority="thurrock"):
        (folder,) = (self.reports / authority).glob("[!.]*")
        return folder

    def record(self, authority="thurrock"):
        return json.loads((self.report(authority) / "run.json").read_text())

    def text(self, name, authority="thurrock"):
        return (self.report(authority) / name).read_text()

    def figures(self):
        with (self.report() / "key_figures.csv").open(newline="") as stream:
            return [(row["notebook"], row["value"]) for row in csv.DictReader(stream)]

    def left_over(self):
        return [*self.reports.rglob(".*"), *psutil.Process().children(recursive=True)]


def used(patch, project):
    """Let commands find a project."""
    patch.setenv("THURROCK_HOME", str(project.folder))
    patch.delenv("THURROCK_REPORTS_DIR", raising=False)
    return project


def said(arguments, **options):
    """Run a command in a process of its own; return its code and what it wrote."""
    command = [sys.executable, "-m", "thurrock_analysis", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return done.returncode, done.stdout, done.stderr


def copied(made, project):
    """Give a project the notebooks and reports of another."""
    for name in ("notebooks", "reports"):
        shutil.copytree(made.folder / name, project.folder / name, dirs_exist_ok=True)
    return project


def start(project, *arguments):
    """Start a refresh of its own, and wait until its notebook is at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "thurrock_analysis", "refresh", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until(process, (project.folder / "at-work").exists)
    return process


def until(process, condition):
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None and time.monotonic() < end, process.communicate()
        time.sleep(0.02)


def gone(processes, seconds):
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


SLOW = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
(pathlib.Path.cwd().parent / "at-work").touch()
time.sleep(99)
"""
