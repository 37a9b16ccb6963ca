"""The tidy table: its columns, its key, and what it refuses."""

import pandas as pd
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import tidy


def rows(*values, **labels):
    return tidy.conform(
        pd.DataFrame(
            {
                "measure": "referrals",
                "area": "E06000034",
                "period_end": "2016-03-31",
                "basis": "in year",
                "origin": "published",
                "release": [f"CIN {2016 + at}" for at in range(len(values))],
                "value": values,
                **labels,
            }
        )
    )


def test_conform_gives_the_columns_in_order_and_their_types():
    table = rows(2423)
    assert list(table.columns) == tidy.COLUMNS
    assert {str(table[name].dtype) for name in tidy.NUMBERS} == {"float64"}
    assert {str(table[name].dtype) for name in tidy.DATES} == {"datetime64[s]"}
    assert table.loc[0, ["breakdown", "group", "status"]].tolist() == ["all", "all", ""]
    assert table.loc[0, ["lower", "upper"]].isna().all()


def test_conform_changes_nothing_the_second_time_and_not_its_input():
    first = rows(1, 2)
    kept = first.copy()
    pd.testing.assert_frame_equal(tidy.conform(first), first)
    pd.testing.assert_frame_equal(first, kept)


def test_check_passes_a_valid_table_through():
    table = rows(1, 2)
    assert tidy.check(table, "it") is table


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (rows(1).drop(columns="area"), "^the file must have the columns measure, breakdown"),
        (rows(1)[tidy.COLUMNS[::-1]], "^the file must have the columns measure, breakdown"),
        (
            rows(1, 2).assign(release="CIN 2016"),
            "^the file holds the figure referrals / all / all / E06000034 / 2016-03-31 .*"
            "published / CIN 2016 more than once",
        ),
        (rows(1).assign(status="suppressed"), "must have a value or a status, and not both"),
        (rows(1).assign(value=float("nan")), "must have a value or a status, and not both"),
    ],
)
def test_check_refuses(table, said):
    with pytest.raises(ThurrockError, match=said):
        tidy.check(table, "the file")
