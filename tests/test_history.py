"""The record holds what each release printed, whichever came in first."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thurrock_analysis.machine.upkeep import history
from thurrock_analysis.record import releases, store, tidy

THURROCK = "E06000034"
NONE = None
VAGUE = history.VAGUE
YEARS = range(2014, 2017)
SOURCES = pd.DataFrame({"source": ["DfE", "LAIT A", "LAIT B"], "table": ["c1", *["lait_cin"] * 2]})


def log_of(*cells):
    """Write a log of cells: year, release, source, value or status, numerator, denominator."""
    rows = [
        {
            "measure": "referral_rate",
            "area": THURROCK,
            "period_end": f"{year}-03-31",
            "basis": "in year",
            "value": NONE if isinstance(said, str) else said,
            "status": said if isinstance(said, str) else "",
            "numerator": parts[0] if parts else NONE,
            "denominator": parts[1] if parts else NONE,
            "origin": "published",
            "release": f"CIN {release}",
            "source": source,
        }
        for year, release, source, said, *parts in cells
    ]
    log = tidy.conform(pd.DataFrame(rows))
    return log.assign(published=releases.published(log["release"]).astype("datetime64[s]"))


def ordered(figures):
    return history.plain(figures).sort_values(tidy.KEY, ignore_index=True)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ([(1, 1, 1), (1, 1, 1), (1, 1, 1)], {0: [1, 2]}),
        ([(1, 1, 1), (2, 2, 1), (2, 2, 1), (1, 1, 1)], {0: [], 1: [2], 3: []}),
        ([(1, 1, 1), (1, 2, 2)], {0: [], 1: []}),
        ([(1, 1, 1), (1, NONE, NONE), (1, 1, 1), (1, 2, 2)], {0: [1, 2], 3: []}),
        ([(1, NONE, NONE), (1, 1, 1)], {0: [], 1: []}),
        ([("suppressed", NONE, NONE), (VAGUE, NONE, NONE)], {0: []}),
        ([(VAGUE, NONE, NONE), ("suppressed", NONE, NONE)], {0: [], 1: []}),
        ([(1, 1, 1), (VAGUE, NONE, NONE), (1, 1, 1)], {0: [2]}),
        ([(VAGUE, NONE, NONE), (VAGUE, NONE, NONE)], {0: [1]}),
        ([("suppressed", NONE, NONE), ("low", NONE, NONE), (0, 0, 1)], {0: [], 1: [], 2: []}),
    ],
)
def test_a_row_is_a_first_publication_or_a_change_and_names_what_repeats_it(printed, expected):
    cells = ((2014, 2014 + at, "DfE", *parts) for at, parts in enumerate(printed))
    record = history.pack(history.settle(log_of(*cells), SOURCES))
    found = {
        int(row.release[-4:]) - 2014: [int(name[-4:]) - 2014 for name in named(row.confirmed)]
        for row in record.itertuples()
    }
    assert found == expected


def named(confirmed):
    return [one.partition(": ")[0] for one in confirmed.split("; ") if one]


SAID = st.sampled_from([1.0, 2.0, 3.0, "suppressed", "low", VAGUE])


@st.composite
def files(draw):
    """Draw files of releases, each of one source: what they print of some years."""
    parts = []
    for release in YEARS:
        for source in SOURCES["source"]:
            years = draw(st.sets(st.sampled_from([y for y in YEARS if y <= release])))
            if years:
                parts.append(log_of(*((y, release, source, draw(SAID)) for y in sorted(years))))
    return parts or [log_of((2014, 2014, "DfE", 1.0))]


def put(record, *parts):
    """Add files to a record."""
    log = pd.concat([history.unpack(record), *parts], ignore_index=True)
    return history.pack(history.settle(log, SOURCES))


EMPTY = history.pack(log_of((2014, 2014, "DfE", 1.0)))[:0]


@settings(max_examples=20)
@given(files(), st.randoms(use_true_random=False))
def test_files_in_any_order_whole_or_in_part_give_one_record(parts, random):
    whole = put(EMPTY, *parts)
    pieces = [piece for part in parts for piece in (part[:1], part[1:]) if len(piece)]
    random.shuffle(pieces)
    record = EMPTY
    for batch in (pieces[:1], pieces[1:4], pieces[4:], pieces[:2]):
        record = put(record, *batch)
    pd.testing.assert_frame_equal(record, whole)


@settings(max_examples=15)
@given(files())
def test_on_the_day_after_a_release_the_record_says_what_it_printed(parts):
    """But for a blank of the tool, which leaves what was known before."""
    log = history.settle(pd.concat(parts), SOURCES)
    record = put(EMPTY, *parts)
    log = log[log["status"].ne(VAGUE)]
    for day, printed in log.groupby("published"):
        seen = store.as_at(record, (day + pd.Timedelta(days=1)).date().isoformat())
        both = printed.merge(seen, on=tidy.FIGURE, suffixes=("", "_seen"))
        assert len(both) == len(printed)
        assert both["status"].eq(both["status_seen"]).all()
        assert both["value"].fillna(-1).eq(both["value_seen"].fillna(-1)).all()
        assert both["method_seen"].eq(store.AS_PUBLISHED).all()


def test_the_department_goes_before_the_tool_and_an_earlier_snapshot_before_a_later():
    cells = [(2014, 2014, "LAIT B", 3.0), (2014, 2014, "LAIT A", 2.0), (2014, 2014, "DfE", 1.0)]
    assert put(EMPTY, log_of(*cells))["value"].tolist() == [1]
    assert put(EMPTY, log_of(*cells[:2]))["value"].tolist() == [2]
    blank = (2014, 2014, "DfE", VAGUE)
    assert put(EMPTY, log_of(blank, *cells[:1]))["value"].tolist() == [3]


def test_the_shipped_record_is_made_of_its_own_log(shipped):
    rows = shipped[shipped["measure"].isin(["referrals", "looked_after"])]
    rows = rows[rows["origin"].eq("published")]
    again = history.pack(history.unpack(rows))
    pd.testing.assert_frame_equal(again, history.plain(rows.reset_index(drop=True)))
    assert rows["confirmed"].ne("").sum() > 10_000
