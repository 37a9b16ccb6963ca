"""Fill the folder of a report: pages, executed notebooks, key figures, index and record."""

import json
import shutil
import time
from typing import Any

import nbformat

from thurrock_analysis import __version__, paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.machine.refresh.execute import Outcome
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import Payload, payload_of, write_key_figures
from thurrock_analysis.machine.refresh.plan import Plan
from thurrock_analysis.machine.refresh.render import (
    Page,
    Renderer,
    anchors,
    undescribed_pictures,
    with_notice,
)
from thurrock_analysis.machine.refresh.run_record import Circumstances
from thurrock_analysis.machine.refresh.sources import available
from thurrock_analysis.record import tidy


class Report:
    """A report in the making, in a folder that nobody reads yet.

    A notebook that is not run, or that fails, keeps its page from an earlier refresh, marked
    as such. Of a notebook that failed, no earlier figure or headline is repeated.
    """

    def __init__(
        self, plan: Plan, shared: Circumstances, renderer: Renderer, staging: Staging
    ) -> None:
        self._plan = plan
        self._shared = shared
        self._renderer = renderer
        self._folder = staging.folder
        self._before = staging.target
        self._earlier = run_record.previous(staging.target)
        self._made = run_record.now()
        self._entries: dict[str, Entry] = {}
        self._records: dict[str, dict[str, Any]] = {}

    def add(self, outcome: Outcome) -> None:
        """Take in one notebook as it finishes, and let go of what it displayed."""
        began = time.perf_counter()
        if not outcome.error:
            try:
                self._write_page(outcome)
            except OSError:
                raise  # nothing else can be written either
            except Exception as error:  # noqa: BLE001 - the others' pages are still wanted
                outcome.error = f"its page could not be made ({type(error).__name__}: {error})"
                (self._folder / f"{outcome.name}.html").unlink(missing_ok=True)
                (self._folder / f"{outcome.name}.ipynb").unlink(missing_ok=True)
        outcome.seconds["rendering"] = time.perf_counter() - began
        if outcome.error:
            self._add_failure(outcome)
        self._records[outcome.name] |= {
            "title": outcome.title,
            "parameters": self._plan.values[outcome.name],
            "seconds": {key: round(value, 3) for key, value in outcome.seconds.items()},
        }
        outcome.notebook = None

    def finish(self, seconds: float) -> None:
        """Write what needs all notebooks."""
        names = available(paths.notebooks())
        for name in names:
            if name not in self._records and name in self._earlier:
                self._keep_page(name)
        entries = [self._entries[name] for name in names if name in self._entries]
        self._write_index(entries)
        write_key_figures(
            self._folder / "key_figures.csv",
            [entry.payload for entry in entries if entry.payload],
            tidy.COLUMNS,
        )
        area = self._plan.area
        whole = {
            "made": self._made,
            "authority": {"code": area.code, "name": area.name},
            "as_at": self._plan.as_at,
            "seconds": round(seconds, 3),
            "notebooks": {name: self._records[name] for name in names if name in self._records},
            **self._shared.record(),
        }
        run_record.write(self._folder, whole)

    def _write_page(self, outcome: Outcome) -> None:
        assert outcome.payload is not None
        page = Page(
            outcome.title,
            self._plan.area.name,
            words.day(self._plan.as_at),
            words.day(self._made),
        )
        html = self._renderer.page(outcome.notebook, page)
        (self._folder / f"{outcome.name}.html").write_text(html, encoding="utf-8")
        nbformat.write(outcome.notebook, self._folder / f"{outcome.name}.ipynb")
        self._entries[outcome.name] = Entry(
            outcome.name,
            outcome.title,
            page=True,
            payload=outcome.payload,
            anchors=anchors(outcome.notebook),
        )
        self._records[outcome.name] = {
            "status": "ok",
            "read": outcome.payload.read,
            "pictures_without_description": undescribed_pictures(outcome.notebook),
        }

    def _add_failure(self, outcome: Outcome) -> None:
        failure = outcome.failure
        self._records[outcome.name] = {
            "status": "failed",
            "cell": outcome.cell,
            "error": outcome.error,
        }
        if outcome.notebook is not None:
            nbformat.write(outcome.notebook, self._folder / f"{outcome.name}.failed.ipynb")
        earlier = self._earlier.get(outcome.name)
        made = ""
        if earlier:
            made = words.day(earlier["run"]["made"])
            notice = (
                f"This page is from an earlier refresh, on {made}. "
                f"The refresh on {words.day(self._made)} failed: {failure}"
            )
            self._copy_page(outcome.name, notice)
            self._records[outcome.name]["earlier"] = earlier
        self._entries[outcome.name] = Entry(
            outcome.name, outcome.title, page=bool(earlier), earlier=made, failure=failure
        )

    def _keep_page(self, name: str) -> None:
        earlier = self._earlier[name]
        self._copy_page(name)
        payload, places = self._handed_back_before(name)
        self._entries[name] = Entry(
            name,
            str(earlier.get("title", name)),
            page=True,
            earlier=words.day(earlier["run"]["made"]),
            payload=payload,
            anchors=places,
        )
        self._records[name] = {"status": "earlier", "earlier": earlier}

    def _copy_page(self, name: str, notice: str = "") -> None:
        html = (self._before / f"{name}.html").read_text(encoding="utf-8")
        html = with_notice(html, notice) if notice else html
        (self._folder / f"{name}.html").write_text(html, encoding="utf-8")
        if (self._before / f"{name}.ipynb").is_file():
            shutil.copy2(self._before / f"{name}.ipynb", self._folder)

    def _handed_back_before(self, name: str) -> tuple[Payload | None, dict[str, str]]:
        try:
            notebook = json.loads((self._before / f"{name}.ipynb").read_text(encoding="utf-8"))
            return payload_of(notebook, name), anchors(notebook)
        except (OSError, ValueError, KeyError, ThurrockError):
            return None, {}

    def _write_index(self, entries: list[Entry]) -> None:
        about = {
            "area": self._plan.area.name,
            "as_at": words.day(self._plan.as_at),
            "made": words.day(self._made),
            "commit": (self._shared.commit or "")[:10],
            "version": __version__,
            "files": len(self._shared.checksums),
        }
        (self._folder / "index.html").write_text(index_page(entries, about), encoding="utf-8")
