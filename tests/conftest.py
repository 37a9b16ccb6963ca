"""What several tests share: the shipped record, loaded once."""

import pandas as pd
import pytest

from thurrock_analysis.record import store


@pytest.fixture(scope="session")
def shipped() -> pd.DataFrame:
    """Return the shipped record; a test that changes it works on a copy."""
    return store.load()


@pytest.fixture(scope="session")
def seen_2018(shipped: pd.DataFrame) -> pd.DataFrame:
    """Return the record as it stood on 31 March 2018."""
    return store.as_at(shipped, "2018-03-31")
