"""Write environment.yml, for those who work with conda, from pyproject.toml.

    python tools/conda_environment.py

The table [tool.conda-names] of pyproject.toml says what conda-forge names differently, and
(with an empty name) what it does not have.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "environment.yml"
HEAD = """\
# For those who work with conda:   conda env create --file environment.yml
# Made by `make environment` from pyproject.toml.
name: thurrock
channels:
  - conda-forge
  - nodefaults # Anaconda's own channel needs a licence in most organisations
dependencies:
"""


def text() -> str:
    """Return what environment.yml says."""
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, names = whole["project"], whole["tool"]["conda-names"]
    newest = project["classifiers"][-1].rpartition("3.")[2]
    lines = [f"python {project['requires-python']},<3.{int(newest) + 1}"]
    by_pip = []
    for why, requirements in (
        ("what the package needs", project["dependencies"]),
        ("what its tests need", project["optional-dependencies"]["test"]),
    ):
        lines.append(f"# {why}")
        for requirement in requirements:
            name, span = re.fullmatch(r"([\w.-]+)(.*)", requirement).groups()
            conda = names.get(name, name.lower())
            if conda:
                lines.append(f"{conda} {span}")
            else:
                by_pip.append(f"{requirement} # not on conda-forge")
    lines += ["pip", "pip:"]
    listed = [f"  {line}" if line.startswith("#") else f"  - {line}" for line in lines]
    listed += [f"      - {line}" for line in (*by_pip, "-e .")]
    return HEAD + "\n".join(listed) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
