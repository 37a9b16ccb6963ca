"""Put in order what an executed notebook shows: streams joined, no path of this machine."""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from thurrock_analysis import paths


def tidied(notebook: Any, name: str) -> Any:
    """Join what each cell printed and take this machine's paths out, in place."""
    record = notebook.metadata.get("papermill", {})
    record.update({"input_path": name, "output_path": name})
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
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
        if folder in text:  # the pattern is slow over much text
            text = re.sub(rf"(?<![\w/.\\]){re.escape(folder)}[/\\]", word, text)
    return text


def _folders() -> list[tuple[str, str]]:
    words = {
        tempfile.gettempdir(): "<temporary>/",
        os.path.expanduser("~"): "~/",  # noqa: PTH111 - it knows of users without a home
        sys.base_prefix: "<python>/",
        sys.prefix: "<python>/",
        str(paths.home()): "",
    }
    long_enough = [(folder, word) for folder, word in words.items() if len(Path(folder).parts) > 1]
    return sorted(long_enough, key=lambda pair: -len(pair[0]))


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what a cell printed, output before errors, which come in any order."""
    # Nbclient does it too, with a pattern that takes minutes over a long line.
    texts: dict[str, list[str]] = {}
    kept = []
    for output in outputs:
        if output.output_type != "stream" or output.name not in texts:
            kept.append(output)
        if output.output_type == "stream":
            texts.setdefault(output.name, []).append(output.text)
    for place, output in enumerate(kept):
        if output.output_type == "stream":
            output.text = _overwritten("".join(texts[output.name]))
        if output.get("name") == "stdout" and place and kept[place - 1].get("name") == "stderr":
            kept[place - 1 : place + 1] = kept[place], kept[place - 1]
    return kept


def _overwritten(text: str) -> str:
    """Return what a terminal shows of a text that goes back in its lines."""
    if "\b" in text:
        shown: list[str] = []
        for letter in text:
            if letter != "\b":
                shown.append(letter)
            elif shown and shown[-1] != "\n":
                shown.pop()
        text = "".join(shown)
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
