"""A real browser: for pages, and for JupyterLab as an analyst starts it and drives it by keys.

By hand, pictures of notebooks as they look in JupyterLab, at two widths, all cells run:

    .venv/bin/python tests/browser.py FOLDER [NOTEBOOK...]
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from thurrock_analysis.machine.lab import exploratory
from thurrock_analysis.machine.refresh.sources import available

ROOT = Path(__file__).resolve().parents[1]
LONG = 120  # seconds that anything may take
WIDTHS = (1440, 1024)
FRAME = 280  # what is above and below the notebook, in pixels
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("CI"),
    reason="no browser here: install chromium",
)
# Every cell is drawn, seen or not, and nothing below the last; JupyterLab asks nobody for news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

OPEN = """
const app = window.jupyterapp;
await app.restored;
const panel = await app.commands.execute('docmanager:open', {path: given[0]});
await panel.context.ready;
await panel.sessionContext.ready;
await panel.sessionContext.session.kernel.info;
"""
# Rows of notebooks, side by side; those of a row one after the other in one kernel, which takes
# its imports once. Of each, one text of its parameters is changed; then it is run and saved.
RUN_ROWS = """
const {commands, restored} = window.jupyterapp;
const [rows, old, other] = given;
await restored;
await Promise.all(rows.map(async paths => {
    let kernel = {};
    for (const path of paths) {
        const quietly = {path, kernel, options: {activate: false}};
        const panel = await commands.execute('docmanager:open', quietly);
        await panel.context.ready;
        await panel.sessionContext.ready;
        const {session} = panel.sessionContext;
        await session.kernel.info;
        kernel = {id: session.kernel.id};
        const {sharedModel} = panel.content.widgets.find(
            ({model}) => (model.getMetadata('tags') ?? []).includes('parameters')).model;
        sharedModel.setSource(sharedModel.source.replace(old, other));
        const quiet = {semanticWidget: panel.id, activate: false};
        await commands.execute('notebook:run-all-cells', quiet);
        await panel.context.save();
    }
}));
"""
RUN = "await window.jupyterapp.commands.execute('notebook:run-all-cells');"
SAVE = "await window.jupyterapp.commands.execute('docmanager:save');"
CELLS = "return window.jupyterapp.shell.currentWidget.content.model.toJSON().cells;"
OPENED = """
const {shell, restored} = window.jupyterapp;
await restored;
const browser = [...shell.widgets('left')].find(each => each.id === 'filebrowser');
while (!browser.model.path || !shell.currentWidget) await new Promise(done => setTimeout(done, 20));
return [shell.currentWidget?.context?.path, browser.model.path];
"""
ADD = """
const {commands, shell} = window.jupyterapp;
const notebook = shell.currentWidget.content;
notebook.activeCellIndex = notebook.widgets.length - 1;
await commands.execute('notebook:insert-cell-below');
await commands.execute('notebook:enter-edit-mode');
"""
RAN = """
const notebook = window.jupyterapp.shell.currentWidget.content;
const cell = notebook.widgets[given[0]];
while (cell.model.executionState !== 'idle' || cell.model.executionCount === null)
    await new Promise(done => setTimeout(done, 20));
return cell.outputArea.node.innerText;
"""
OFFERED = """
const [where] = given;
const found = () => [...document.querySelectorAll(where)].filter(each => each.checkVisibility());
let before = 0;  // a long list comes in pieces
while (!before || found().length !== before) {
    before = found().length;
    await new Promise(done => setTimeout(done, 200));
}
return found().map(each => each.innerText);
"""
HEIGHT = """
const {node} = window.jupyterapp.shell.currentWidget.content;
const inside = node.querySelector('.jp-WindowedPanel-outer');
inside.scrollTop = 0;
return inside.scrollHeight;
"""
PICTURES = """
const {node} = window.jupyterapp.shell.currentWidget.content;
const pictures = [...node.querySelectorAll('.jp-OutputArea-output img')];
await Promise.all(pictures.map(each => each.decode()));
return pictures.map(each => [each.clientWidth, each.clientHeight]);
"""
TRUSTED = """
const {cells} = window.jupyterapp.shell.currentWidget.content.model;
return [...cells].every(cell => cell.type !== 'code' || cell.trusted);
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's browser, without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


class Lab:
    """JupyterLab, opened where it opens of itself."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self.asked: set[str] = set()
        """The hosts that were asked for anything."""
        self.faults: list[str] = []
        """What failed in a script of the page."""
        page.on("request", lambda request: self.asked.add(urlsplit(request.url).hostname or ""))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.set_default_timeout(LONG * 1000)
        page.goto(address)
        self.notebook, self.folder = self.run(OPENED)

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script, which may await, and return what it returns."""
        self._page.wait_for_function("() => window.jupyterapp")
        return self._page.evaluate(f"async (given) => {{ {script} }}", list(arguments))

    def reload(self) -> None:
        self._page.reload()

    def open(self, path: str) -> None:
        """Open a notebook and wait until it can be run."""
        self.run(OPEN, path)

    def run_all(self) -> list[str]:
        """Run all cells, save, and return the errors."""
        self.run(RUN)
        self.run(SAVE)
        return self.errors()

    def run_rows(self, rows: list[list[str]], old: str, other: str) -> None:
        """Run rows of notebooks, in a kernel each, with another text in their parameters."""
        self.run(RUN_ROWS, rows, old, other)

    def errors(self) -> list[str]:
        return [each["evalue"] for each in self.outputs() if each["output_type"] == "error"]

    def outputs(self) -> list[dict[str, Any]]:
        return [each for cell in self.cells() for each in cell.get("outputs", [])]

    def pictures(self) -> list[tuple[int, int]]:
        """Return width and height of each picture of the notebook in front, as it is seen."""
        return [tuple(size) for size in self.run(PICTURES)]

    def cells(self) -> list[dict[str, Any]]:
        return self.run(CELLS)

    def ask(self, lines: str) -> str:
        """Type lines into a new last cell, run it by its keys, and return the text it shows."""
        self.type(lines)
        self._page.keyboard.press("Shift+Enter")
        return self.run(RAN, len(self.cells()) - 2)

    def completions(self, text: str) -> list[str]:
        """Type a text into a new last cell and return what Tab offers."""
        return self._offered(text, "Tab", ".jp-Completer-item .jp-Completer-match")

    def explanation(self, text: str) -> str:
        """Type a text into a new last cell and return what Shift+Tab says about it."""
        return self._offered(text, "Shift+Tab", ".jp-Tooltip-content")[0]

    def _offered(self, text: str, stroke: str, where: str) -> list[str]:
        self.type(text)
        self._page.keyboard.press(stroke)
        offered = self.run(OFFERED, where)
        self._page.keyboard.press("Escape")
        return offered

    def type(self, text: str) -> None:
        self.run(ADD)
        self._page.keyboard.type(text)

    def sort(self, heading: str, way: str) -> None:
        """Click on a heading of the last table that pages; wait until it is sorted that way."""
        head = self._table().locator("th", has_text=heading)
        head.click()
        expect(head).to_have_attribute("aria-sort", way)

    def turn(self, page: int) -> None:
        """Turn the last table that pages to one of its pages."""
        button = self._table().locator("button.dt-paging-button", has_text=str(page))
        button.click()
        expect(button).to_have_attribute("aria-current", "page")

    def column(self, place: int) -> list[str]:
        """Return what is read in a column of the last table that pages, the first being 1."""
        return self._table().locator(f"tbody tr > :nth-child({place})").all_inner_texts()

    def _table(self) -> Locator:
        return self._page.locator("div.dt-container:visible").last

    def trusted(self) -> bool:
        """Say whether JupyterLab shows every output as it is, and not a harmless part of it."""
        return self.run(TRUSTED)

    def whole_picture(self, path: Path, width: int) -> None:
        """Write a picture of the whole notebook, as wide as a window of that width shows it."""
        self._page.set_viewport_size({"width": width, "height": 900})
        self._page.set_viewport_size({"width": width, "height": self.run(HEIGHT) + FRAME})
        self._page.screenshot(path=path)


@contextmanager
def started(command: list[str], says: str, **options: Any) -> Iterator[str]:
    """Start a program, wait for the line that matches, yield its group; at the end stop it."""
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, text=True, **output, **options) as process:
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if found := re.search(says, line):
                    Thread(target=process.stdout.read, daemon=True).start()  # lest it blocks
                    yield found[1]
                    break
            else:
                raise RuntimeError(f"{command[0]} ended: {''.join(said)}")
        finally:
            process.terminate()


@contextmanager
def lab(home: Path, *options: str) -> Iterator[Lab]:
    """Start `thurrock lab` for a home and open it in a browser."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        for name, settings in SETTINGS.items():
            path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        own = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
        own |= {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython"}
        env = os.environ | {name: str(folder / part) for name, part in own.items()}
        env |= {"THURROCK_HOME": str(home), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
        switches = [
            "--no-browser",
            "--allow-root",
            "--port=0",
            "--LabApp.expose_app_in_browser=True",
        ]
        command = [sys.executable, "-m", "thurrock_analysis", "lab", *switches, *options]
        serving = started(command, r"(http://127\S+)", env=env, cwd=folder)
        with serving as address, chromium() as browser:
            yield Lab(browser.new_page(), address)


def main(folder: str, *names: str) -> None:
    with lab(ROOT) as opened:
        for name in names or available(exploratory()):
            opened.open(f"notebooks/exploratory/{name}.ipynb")
            print(name, opened.run_all() or "ran without an error")
            for width in WIDTHS:
                opened.whole_picture(Path(folder) / f"{name}_{width}.png", width)


if __name__ == "__main__":
    main(*sys.argv[1:])
