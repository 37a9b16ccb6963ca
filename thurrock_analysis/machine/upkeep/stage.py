"""Change ``data/`` as a whole or not at all: work on a copy, which then takes its place."""

import contextlib
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.files import Staging, surroundings
from thurrock_analysis.machine.stopping import terminable

ADVICE = "all is as it was; make room, or ask for the right to write there"


@contextlib.contextmanager
def staged(lasting: bool) -> Iterator[Staging]:
    """Let all work on a copy of ``data/``, which `publish` puts in its place if it is lasting."""
    data = paths.data().resolve()
    staging = Staging(data, "The data", ADVICE)
    try:
        with terminable(), contextlib.ExitStack() as stack:
            if lasting:
                folder = stack.enter_context(staging).folder
            else:
                place = tempfile.TemporaryDirectory(prefix="thurrock-", ignore_cleanup_errors=True)
                folder = Path(stack.enter_context(place)) / "data"
            copy(data, folder)
            stack.enter_context(home(folder.parent))
            yield staging
    except OSError as error:
        raise staging.unwritable(error) from None


def copy(data: Path, folder: Path) -> None:
    """Copy the data, writable even where they lie read-only."""
    if not data.is_dir():
        raise ThurrockError(f"{data} is missing: restore it from the repository.")
    shutil.copytree(data, folder, dirs_exist_ok=True)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def home(folder: Path) -> contextlib.AbstractContextManager[None]:
    """Let the package take its data from another folder."""
    return surroundings({"THURROCK_HOME": str(folder)})
