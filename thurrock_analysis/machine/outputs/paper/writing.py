"""``thurrock paper``: from the folder of a report to a document, or to a sentence why not."""

from pathlib import Path

from thurrock_analysis import paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.outputs.paper import content
from thurrock_analysis.machine.outputs.paper.audit import audit
from thurrock_analysis.machine.outputs.paper.document import is_untouched, write_document
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.machine.refresh.index import Entry, corrected
from thurrock_analysis.machine.refresh.payload import payload_of
from thurrock_analysis.machine.refresh.sources import choose, load, own_area
from thurrock_analysis.record import areas, releases
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.fingerprint import one_moment
from thurrock_analysis.saving import put

FIGURES_OF = ("ok", "earlier")
"""What must have become of a notebook for its figures to be told."""


@one_moment()
def write_paper(authority: str, as_at: str, reports: Path, path: Path | None) -> str:
    """Write the paper of a report that lies in the folder of reports; say what was written."""
    area = areas.find(authority or own_area(choose(paths.notebooks())[0]))
    date = releases.resolve_as_at(as_at)
    releases.check_existed(area, date)
    folder = reports / area.slug / date
    entries, pictures = read_report(folder, area, date)
    writer = content.Writer(entries, pictures, area, date)
    blocks = list(writer.blocks())
    count = audit(content.statements(blocks), area, date)
    path = path or reports / area.slug / f"committee-paper-{date}.docx"
    title = f"Children's social care in {area.name}: published figures as at {words.day(date)}"
    try:
        written = put(
            path, {".docx": is_untouched}, lambda at: write_document(at, blocks, title, date)
        )
    except ThurrockError as error:
        if "was not written by this package" not in str(error):
            raise
        raise ThurrockError(
            f"{path.name} exists and somebody wrote in it since: name another file with --out, "
            "or move it."
        ) from None
    return f"{written}: {count} claims hold against the record; what officers must write is marked."


def read_report(
    folder: Path, area: Area, date: str
) -> tuple[list[Entry], dict[tuple[str, int], tuple[bytes, str]]]:
    """Read what the notebooks of a report handed on, and their charts."""
    record = run_record.read(folder)
    if not record:
        raise ThurrockError(
            f"There is no report on {area.name} as at {words.day(date)} in {folder.parents[1]}: "
            f'make it first with thurrock refresh --authority "{area.name}" --as-at {date}.'
        )
    entries: list[Entry] = []
    charts: dict[tuple[str, int], tuple[bytes, str]] = {}
    for name, one in record["notebooks"].items():
        if one.get("parameters", {}).get("returns"):
            raise ThurrockError(
                f"{folder} was made from returns and is not for publication: a committee paper is "
                "made from a report on published figures."
            )
        path = folder / f"{name}.ipynb"
        if one.get("status") not in FIGURES_OF or not path.is_file():
            continue
        try:
            notebook = load(path)
            payload = payload_of(notebook, name)
        except ThurrockError as error:
            said = str(error).removeprefix(f"{path.name} ").removesuffix(".")
            raise ThurrockError(
                f"{path.name} {said}: make the report anew with thurrock refresh."
            ) from None
        title = str(one.get("title") or one.get("earlier", {}).get("title") or name)
        entries.append(Entry(name, title, page=True, payload=payload))
        found = content.pictures(notebook)
        charts |= {(name, place): picture for place, picture in found.items()}
    return corrected(entries)[0], charts
