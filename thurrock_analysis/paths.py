"""Where the project keeps its files, whatever folder a command is run from."""

import os
from pathlib import Path

from thurrock_analysis.errors import ThurrockError


def home() -> Path:
    """Return the folder that holds data, notebooks and reports.

    Returns
    -------
    Path
        The environment variable ``THURROCK_HOME`` where it is set, else the folder that holds
        the package.

    Raises
    ------
    ThurrockError
        The package lies elsewhere than in its repository, and no variable names that.

    Examples
    --------
    >>> home().is_absolute()
    True
    """
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
    """Return the folder of the shipped data.

    Examples
    --------
    >>> data().name
    'data'
    """
    return home() / "data"


def papers() -> Path:
    """Return the folder of what is noted from committee papers and inspection reports.

    Examples
    --------
    >>> papers().name
    'papers'
    """
    return data() / "papers"


def record() -> Path:
    """Return where the shipped record lies.

    Examples
    --------
    >>> record().name
    'figures.parquet'
    """
    return data() / "record" / "figures.parquet"


def place(path: Path) -> str:
    """Return a path within the project, as messages and run records write it.

    Examples
    --------
    >>> place(record())
    'data/record/figures.parquet'
    """
    return path.relative_to(home()).as_posix() if path.is_relative_to(home()) else str(path)


def notebooks() -> Path:
    """Return the folder of the notebooks.

    Examples
    --------
    >>> notebooks().name
    'notebooks'
    """
    return home() / "notebooks"


def reports() -> Path:
    """Return the folder that reports are written to.

    Returns
    -------
    Path
        The environment variable ``THURROCK_REPORTS_DIR`` where it is set, else ``reports``.

    Examples
    --------
    >>> reports().is_absolute()
    True
    """
    named = os.environ.get("THURROCK_REPORTS_DIR")
    return meant(Path(named)) if named else home() / "reports"


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
