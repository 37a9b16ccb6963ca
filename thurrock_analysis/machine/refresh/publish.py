"""Fill the folder of a report: pages, executed notebooks, key figures, index and record."""

import json
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import nbformat

from thurrock_analysis import __version__, paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.machine.outputs import workbook
from thurrock_analysis.machine.refresh import run_record, since
from thurrock_analysis.machine.refresh.execute import Outcome
from thurrock_analysis.machine.refresh.index import Entry, corrected, index_page
from thurrock_analysis.machine.refresh.page_links import linked
from thurrock_analysis.machine.refresh.payload import payload_of, write_key_figures
from thurrock_analysis.machine.refresh.plan import DOCUMENTS, Plan
from thurrock_analysis.machine.refresh.render import (
    Page,
    Renderer,
    anchors,
    take_away,
    undescribed_pictures,
    with_notice,
)
from thurrock_analysis.machine.refresh.sources import available, load
from thurrock_analysis.record import releases, tidy


class Report:
    """A report in the making, in a folder that nobody reads yet.

    A notebook that is not run, or that fails, keeps its page from an earlier refresh, marked
    as such. Of a notebook that failed, no earlier figure or headline is repeated.
    """

    def __init__(
        self, plan: Plan, shared: dict[str, Any], renderer: Renderer, staging: Staging
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
        self.amiss = run_record.lost(staging.target)
        """What could not be made beside the pages, or kept of earlier ones: sentences."""

    def add(self, outcome: Outcome) -> None:
        """Take in one notebook as it finishes, and let go of what it displayed."""
        began, name = time.perf_counter(), outcome.name
        if not outcome.error:
            try:
                self._write_page(outcome)
            except OSError:
                raise  # nothing else can be written either
            except Exception as error:  # noqa: BLE001 - the others' pages are still wanted
                outcome.error = f"its page could not be made ({type(error).__name__}: {error})"
                for left in (f"{name}.html", f"{name}.ipynb"):
                    (self._folder / left).unlink(missing_ok=True)
                shutil.rmtree(self._folder / _beside(name), ignore_errors=True)
        outcome.seconds["rendering"] = time.perf_counter() - began
        if outcome.error:
            self._add_failure(outcome)
        self._records[name] |= {
            "title": outcome.title,
            "parameters": self._plan.values[name],
            "seconds": {key: round(value, 3) for key, value in outcome.seconds.items()},
        }
        outcome.notebook = None

    def finish(self, seconds: float) -> None:
        """Write what needs all notebooks."""
        # What rests on papers comes last: a measure's own notebook is the one to link to.
        papers = {one.name for one in self._plan.notebooks if one.needs == DOCUMENTS}
        names = sorted(available(paths.notebooks()), key=papers.__contains__)
        for name in names:
            if said := self._plan.not_made.get(name):
                self._records[name] = {"status": "not made", "why": said}
            elif name not in self._records and name in self._earlier:
                self._keep_page(name)
        entries = [self._entries[name] for name in names if name in self._entries]
        for one in entries:
            if one.page:
                page = (self._folder / f"{one.name}.html").read_text(encoding="utf-8")
                self._write(f"{one.name}.html", linked(page, one, entries))
        area, date, shared = self._plan.area, self._plan.as_at, self._shared
        about = {
            **{"area": area.name, "date": date, "as_at": words.day(date)},
            "made": words.day(self._made),
            **{"commit": (shared["commit"] or "")[:10], "version": __version__},
            "files": len(shared["read"]),
            "banner": self._plan.banner,
        }
        about["workbook"] = self._write_workbook(entries, area.name)
        payloads = [entry.payload for entry in entries if entry.payload]
        past = since.past(self._before)
        changes = since.changed(past.rows, payloads, self._made, date)
        since.write(self._folder, past.rows, changes)
        about |= {"since": since.page(past, changes), "due": _due(date, self._made)}
        self._write("index.html", index_page(entries, about))
        write_key_figures(self._folder / "key_figures.csv", payloads, tidy.COLUMNS)
        whole = {
            "made": self._made,
            "authority": {"code": area.code, "name": area.name},
            "as_at": date,
            "seconds": round(seconds, 3),
            "notebooks": {name: self._records[name] for name in names if name in self._records},
        }
        self._write(
            run_record.FILE, json.dumps(whole | shared, indent=2, ensure_ascii=False) + "\n"
        )

    def _write_workbook(self, entries: list[Entry], area: str) -> bool:
        """Write the workbook; the pages are still wanted where a table cannot be put into one."""
        about = {"area": area, "as_at": words.day(self._plan.as_at), "date": self._plan.as_at}
        path = self._folder / workbook.FILE
        try:
            told = corrected(entries)[0]
            return workbook.write_workbook(path, told, about | {"banner": self._plan.banner})
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a notebook of one's own hands over
            path.unlink(missing_ok=True)
            said = f"{workbook.FILE} could not be made ({type(error).__name__}: {error})."
            self.amiss = f"{self.amiss} {said}".strip()
        return False

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8")

    def _write_page(self, outcome: Outcome) -> None:
        assert outcome.payload is not None
        name, title, shown = outcome.name, outcome.title, outcome.notebook
        days = words.day(self._plan.as_at), words.day(self._made)
        page = Page(title, self._plan.area.name, *days, self._plan.banner, _beside(name))
        self._write(f"{name}.html", self._renderer.page(shown, page))
        if files := take_away(shown):
            (self._folder / page.folder).mkdir()
            for file, content in files.items():
                (self._folder / page.folder / file).write_bytes(content)
        nbformat.write(shown, self._folder / f"{name}.ipynb")
        self._entries[name] = Entry(
            name, title, page=True, payload=outcome.payload, anchors=anchors(shown)
        )
        self._records[name] = {
            "status": "ok",
            "read": outcome.payload.read,
            "pictures_without_description": undescribed_pictures(shown),
        }

    def _add_failure(self, outcome: Outcome) -> None:
        name, title, made = outcome.name, outcome.title, ""
        record: dict[str, Any] = {"status": "failed", "cell": outcome.cell, "error": outcome.error}
        if outcome.notebook is not None:
            nbformat.write(outcome.notebook, self._folder / f"{name}.failed.ipynb")
        if earlier := self._earlier.get(name):
            title, made = str(earlier.get("title", title)), words.day(earlier["run"]["made"])
            self._copy_page(
                name,
                f"This page is from an earlier refresh, on {made}. "
                f"The refresh on {words.day(self._made)} failed: {outcome.failure}",
            )
            record["earlier"] = earlier
        self._entries[name] = Entry(
            name, title, page=bool(earlier), earlier=made, failure=outcome.failure
        )
        self._records[name] = record

    def _keep_page(self, name: str) -> None:
        earlier = self._earlier[name]
        made = words.day(earlier["run"]["made"])
        self._copy_page(name)
        entry = Entry(name, str(earlier.get("title", name)), page=True, earlier=made)
        with suppress(ThurrockError):
            notebook = load(self._before / f"{name}.ipynb")
            entry = replace(entry, payload=payload_of(notebook, name), anchors=anchors(notebook))
        self._entries[name] = entry
        self._records[name] = {"status": "earlier", "earlier": earlier}

    def _copy_page(self, name: str, notice: str = "") -> None:
        html = (self._before / f"{name}.html").read_text(encoding="utf-8")
        self._write(f"{name}.html", with_notice(html, notice) if notice else html)
        if (self._before / f"{name}.ipynb").is_file():
            shutil.copy2(self._before / f"{name}.ipynb", self._folder)
        if (self._before / _beside(name)).is_dir():
            shutil.copytree(self._before / _beside(name), self._folder / _beside(name))


def _beside(name: str) -> str:
    """Return the folder of the charts of a page and their data."""
    return f"{name}_charts"


def _due(as_at: str, made: str) -> list[str]:
    """Say which newer releases should be out, on the newest report alone: others look back."""
    if as_at != releases.resolve_as_at(""):
        return []
    return releases.due_in_words(releases.parse(made[:10]))
