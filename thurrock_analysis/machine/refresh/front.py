"""The page over all authorities: which reports lie in the folder, and what is amiss with them."""

from collections import Counter
from pathlib import Path
from typing import Any

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import reason
from thurrock_analysis.machine.refresh.index import filled
from thurrock_analysis.machine.refresh.plan import PAGE
from thurrock_analysis.machine.refresh.run_record import all_under


def write_front(out: Path, scratch: Path) -> Path:
    """Write the page over all authorities from what lies in the folder of reports."""
    page, beside, written = out / PAGE, scratch / PAGE, ""
    try:
        # Another refresh may put a report there meanwhile, and must not be lost from the page.
        while (text := filled("front", places=places(all_under(out)))) != written:
            beside.write_text(text, encoding="utf-8")
            beside.replace(page)
            written = text
    except OSError as error:
        raise ThurrockError(
            f"The page over all authorities cannot be written to {page} ({reason(error)})."
        ) from error
    return page


def places(records: dict[Path, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each authority, by name: its newest report, and links to the others."""
    found: dict[str, list[dict[str, Any]]] = {}
    for folder, record in sorted(records.items(), reverse=True):  # newest first
        found.setdefault(record["authority"]["code"], []).append(_row(folder, record))
    names = Counter(rows[0]["name"] for rows in found.values())
    for code, rows in found.items():
        if names[rows[0]["name"]] > 1:  # one was abolished, and another took its name
            rows[0]["name"] += f" ({code})"
    newest = [{**rows[0], "others": rows[1:]} for rows in found.values()]
    return sorted(newest, key=lambda row: str(row["name"]))


def _row(folder: Path, record: dict[str, Any]) -> dict[str, Any]:
    notebooks = record["notebooks"].values()
    return {
        "name": record["authority"]["name"],
        "link": f"{folder.parent.name}/{folder.name}/{PAGE}",
        "as_at": words.day(record["as_at"]),
        "made": words.day(record["made"]),
        "reports": sum("earlier" in one or one.get("status") == "ok" for one in notebooks),
        "failed": [str(one.get("title", "")) for one in notebooks if one.get("status") == "failed"],
    }
