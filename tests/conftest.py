"""What several tests share: the shipped record, loaded once."""

import os
from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis import record

PUBLISHED = "THURROCK_PUBLISHED"
"""Environment variable that names a folder with the publishers' files, where there is one."""


@pytest.fixture(scope="session")
def shipped() -> pd.DataFrame:
    """Return the shipped record; a test that changes it works on a copy."""
    return record.load()


@pytest.fixture(scope="session")
def seen_2018(shipped: pd.DataFrame) -> pd.DataFrame:
    """Return the record as it stood on 31 March 2018."""
    return record.as_at(shipped, "2018-03-31")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests that read the publishers' files the folder that holds them."""
    if "published_files" in metafunc.fixturenames:
        metafunc.parametrize("published_files", [Path(os.environ[PUBLISHED])], ids=["named"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave nothing here that can only be skipped."""
