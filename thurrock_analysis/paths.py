"""Where the project keeps its files, whatever folder a command is run from."""

import os
from pathlib import Path

from thurrock_analysis.errors import ThurrockError


def home() -> Path:
    """Return the folder that ``THURROCK_HOME`` names, else the one that holds the package."""
    named = os.environ.get("THURROCK_HOME")
    if named:
        return meant(Path(named))
    repository = Path(__file__).resolve().parents[1]
    if not (repository / "pyproject.toml").is_file():
        raise ThurrockError(
            "The package is installed without its repository, which holds the data and the "
            "notebooks: name the repository's folder in the variable THURROCK_HOME."
        )
    return repository


def data() -> Path:
    """Return the folder of the shipped data."""
    return home() / "data"


def papers() -> Path:
    """Return the folder of what is noted from committee papers and inspection reports."""
    return data() / "papers"


def record() -> Path:
    """Return where the shipped record lies."""
    return data() / "record" / "figures.parquet"


def place(path: Path) -> str:
    """Return a path within the project, as messages and run records write it."""
    return path.relative_to(home()).as_posix() if path.is_relative_to(home()) else str(path)


def notebooks() -> Path:
    """Return the folder of the notebooks."""
    return home() / "notebooks"


def reports() -> Path:
    """Return the folder that ``THURROCK_REPORTS_DIR`` names, else ``reports``."""
    named = os.environ.get("THURROCK_REPORTS_DIR")
    return meant(Path(named)) if named else home() / "reports"


def internal() -> Path:
    """Return where all goes that is made from returns, which git ignores.

    >>> internal().parent == reports()
    True
    """
    return reports() / "internal"


def notes() -> Path:
    """Return where analysts keep targets, notes and explanations, which no refresh touches.

    Examples
    --------
    >>> notes().name
    'notes.csv'
    """
    return reports() / "notes.csv"


def meant(path: Path) -> Path:
    """Return the whole path that somebody means, who may begin it with ``~``."""
    try:
        return path.expanduser().resolve()
    except RuntimeError as error:
        raise ThurrockError(f"No home folder is known here: write {path} without ~.") from error
