"""What several tests share: the shipped record, loaded once."""

import os
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis.record import store
from thurrock_analysis.sample import events, writing


@pytest.fixture(scope="session")
def shipped() -> pd.DataFrame:
    """Return the shipped record; a test that changes it works on a copy."""
    return store.load()


@pytest.fixture(scope="session")
def seen_2018(shipped: pd.DataFrame) -> pd.DataFrame:
    """Return the record as it stood on 31 March 2018."""
    return store.as_at(shipped, "2018-03-31")


@pytest.fixture(scope="session")
def examples() -> Path:
    """Return the folder of returns made by others that ``THURROCK_EXAMPLES`` names, else skip."""
    folder = Path(os.environ.get("THURROCK_EXAMPLES") or os.devnull)
    if not folder.is_dir():
        pytest.skip("THURROCK_EXAMPLES names no folder of returns made by others")
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped sample, written once: its returns and their truth."""
    folder = tmp_path_factory.mktemp("sample") / "shipped"
    writing.write(folder)
    return folder


@pytest.fixture(scope="session")
def fifth() -> events.Log:
    """Return the log of an authority a fifth as large as that of the sample, drawn once."""
    return events.draw(3, 0.2, conditioned=False)
