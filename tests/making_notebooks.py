"""Notebooks for the tests of the refresh, written as lists of cells."""

import json
from pathlib import Path
from typing import Any

PARAMETERS = 'authority: str = "Thurrock"  # name or code\nas_at: str = ""  # newest if empty'

HAND_BACK = """
from IPython.display import display
shown = {{"thurrock": {{"measures": ["referrals"]}}}}
display({{"text/plain": "referrals"}}, raw=True, metadata=shown)
display({{"application/vnd.thurrock.report+json": {{
    "key_figures": [{{"measure": "referrals", "breakdown": "all", "group": "all",
        "area": authority, "period_end": "2024-03-31", "basis": "in year",
        "value": {value}, "lower": None, "status": "", "release": "CIN 2024"}}],
    "headlines": [{{"sentence": "{title} rose.", "measure": "referrals", "weight": {value}}}],
    "read": {{"data/cin.csv": "abc"}}}}}}, raw=True)
"""

CHART = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(6, 3))
axes.plot([2022, 2023, 2024], [31.5, 33.0, 36.2])
display(figure, metadata={"image/png": {"alt": "Referrals rose from 31.5 to 36.2."}})
plt.close(figure)
"""


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": text.strip("\n"),
        "execution_count": None,
        "outputs": [],
    }


def write(
    folder: Path,
    name: str,
    cells: list[str],
    parameters: str = PARAMETERS,
    hand_back: bool = True,
    value: float = 1.0,
    metadata: dict[str, Any] | None = None,
) -> Path:
    """Write a notebook with a title, the parameters cell, the given cells and a last cell."""
    title = f"Report {name}"
    parts = [markdown(f"# {title}"), code(parameters, "parameters")]
    parts += [markdown("## What changed?\n\nSee [the definitions](#what-changed).")]
    parts += [code(cell) for cell in cells]
    if hand_back:
        parts.append(code(HAND_BACK.format(name=name, title=title, value=value)))
    for number, part in enumerate(parts):
        part["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": parts,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}} | (metadata or {}),
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
