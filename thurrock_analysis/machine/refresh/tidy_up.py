"""Take the paths of this machine out of what an executed notebook shows."""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from thurrock_analysis import paths


def without_machine_paths(notebook: Any, name: str) -> Any:
    """Take the machine's paths out of a notebook's outputs and metadata, in place."""
    record = notebook.metadata.get("papermill", {})
    record.update({"input_path": name, "output_path": name})
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for key in ("text", "evalue"):
                if key in output:
                    output[key] = scrub(output[key])
            if "traceback" in output:
                output["traceback"] = [scrub(line) for line in output["traceback"]]
            data = output.get("data", {})
            for kind in [kind for kind in data if kind.startswith("text/")]:
                data[kind] = scrub(data[kind])
    return notebook


def scrub(text: str) -> str:
    """Replace the machine's own folders by words."""
    for folder, word in _folders():
        text = re.sub(rf"(?<![\w/.\\]){re.escape(folder)}[/\\]", word, text)
    return text


def _folders() -> list[tuple[str, str]]:
    words = {
        tempfile.gettempdir(): "<temporary>/",
        str(Path.home()): "~/",
        sys.base_prefix: "<python>/",
        sys.prefix: "<python>/",
        str(paths.home()): "",
    }
    long_enough = [(folder, word) for folder, word in words.items() if len(Path(folder).parts) > 1]
    return sorted(long_enough, key=lambda pair: -len(pair[0]))
