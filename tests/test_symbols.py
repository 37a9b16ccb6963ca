"""A publisher's sign is kept as a status and never becomes a number."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary, symbols

FORMATS = ["ees", "sfr", "lait"]
SIGNS = [(row.format, row.symbol) for row in dictionary.read("symbols").itertuples()]

# What the publishers say in their data guidance that their signs mean.
MEANINGS = [
    ("ees", "c", "suppressed"),
    ("ees", "z", "not applicable"),
    ("ees", "x", "not available"),
    ("ees", ":", "not available"),
    ("ees", "k", "low"),
    ("ees", "~", "low"),
    ("ees", "u", "unreliable"),
    ("ees", "..", "not returned"),
    ("ees", ".", "not applicable"),
    ("sfr", "x", "suppressed"),
    ("sfr", "..", "not returned"),
    ("sfr", ".", "not applicable"),
    ("lait", "-", "missing or suppressed"),
]


def read(cells, file_format="ees"):
    values, status = symbols.split(pd.Series(cells, dtype="str"), file_format, "file.csv")
    return values.tolist(), status.tolist()


@pytest.mark.parametrize(("file_format", "sign", "status"), MEANINGS)
def test_each_sign_means_what_its_publisher_says(file_format, sign, status):
    values, found = read([sign], file_format)
    assert math.isnan(values[0])
    assert found == [status]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("0", 0.0), ("0.0", 0.0), ("1,234", 1234.0), ("11,045,369", 11045369.0), ("12.5%", 12.5),
     (" 84.6 ", 84.6), ("-12", -12.0)],
)  # fmt: skip
def test_numbers_are_read_as_printed(cell, number):
    assert read([cell]) == ([number], [""])


@given(
    st.sampled_from(FORMATS).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.lists(
                st.one_of(
                    st.integers(0, 10**8).map(str),
                    st.integers(0, 10**8).map("{:,}".format),
                    st.decimals(0, 1000, places=1).map(str),
                    st.sampled_from([sign for own, sign in SIGNS if own == name]),
                ),
                min_size=1,
            ),
        )
    )
)
def test_a_cell_is_a_number_or_a_status(given_cells):
    file_format, cells = given_cells
    known = {sign for own, sign in SIGNS if own == file_format}
    for cell, value, status in zip(cells, *read(cells, file_format), strict=True):
        assert math.isnan(value) == (cell in known) == bool(status)
        if cell not in known:
            assert value == float(cell.replace(",", ""))


@given(st.text(max_size=6), st.sampled_from(FORMATS))
def test_any_other_text_is_refused(cell, file_format):
    try:
        values, status = read([cell], file_format)
    except ThurrockError as error:
        assert "is neither a number nor one of" in str(error)
    else:
        assert math.isfinite(values[0]) == (status[0] == "")


@pytest.mark.parametrize(
    "cell", ["-", "inf", "1e400", "nan", "n/a", "1.2.3", "C", "20,1", "1,2,3,4", "1234,567"]
)
def test_a_sign_of_no_known_meaning_is_refused_with_its_row(cell):
    cells = pd.Series(["1", cell], index=[7, 8])
    with pytest.raises(ThurrockError, match=rf"^c1\.csv, row 8: {cell!r} is neither"):
        symbols.split(cells, "ees", "c1.csv")


def test_every_status_says_why_there_is_no_number():
    statuses = set(dictionary.read("symbols")["status"])
    assert statuses == {
        "suppressed", "not applicable", "not available", "low", "unreliable", "not returned",
        "missing or suppressed",
    }  # fmt: skip
