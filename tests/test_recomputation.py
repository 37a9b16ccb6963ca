"""Every published rate and percentage, held against the parts printed beside it."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import recomputation
from thurrock_analysis.record import areas, dictionary, measures

EXCEPTIONS = dictionary.read("exceptions")
LEVELS = {code: area.level for code, area in areas.table().items()}
NONE = EXCEPTIONS.iloc[:0]


def judge(figures, exceptions=EXCEPTIONS):
    return recomputation.verdicts(
        figures, measures.ratios(), dictionary.read("rounding"), LEVELS, exceptions
    )


@pytest.fixture(scope="module")
def judged(shipped):
    return judge(shipped)


def test_every_published_ratio_follows_from_its_parts(judged, capsys):
    counts = recomputation.summary(judged)
    with capsys.disabled():
        print("\nrecomputed:", ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    different = judged[judged["verdict"].eq("different")]
    assert different.empty, different.to_string()
    assert sum(counts.values()) == 2 * counts["all"]
    assert counts["equal"] > 40_000
    assert counts["within rounding"] > 10_000


def test_every_exception_still_occurs(judged):
    known = judged[judged["verdict"].eq("known exception")]
    found = known.assign(period_end=known["period_end"].dt.strftime("%Y-%m-%d"))
    found["published"] = found["value"].map("{:.1f}".format)
    found["recomputed"] = found["recomputed"].map("{:.1f}".format)
    columns = ["measure", "area", "period_end", "release", "published", "recomputed"]
    listed = EXCEPTIONS[columns].sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(
        found[columns].astype("str").sort_values(columns, ignore_index=True), listed
    )


def test_every_exception_has_its_cause():
    assert EXCEPTIONS["cause"].str.len().gt(20).all()
    assert not EXCEPTIONS.duplicated(recomputation.NAME).any()


def caused(judged, words):
    """Return the exceptions whose cause begins with some words, with what was judged."""
    rows = EXCEPTIONS[EXCEPTIONS["cause"].str.startswith(words)]
    rows = rows.assign(period_end=pd.to_datetime(rows["period_end"]))
    assert len(rows)
    return rows.merge(judged, on=recomputation.NAME, suffixes=("_listed", ""))


def twice_rounded(row):
    exact = Decimal(int(row.numerator) * 100) / Decimal(int(row.denominator))
    once = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return float(once.quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def test_the_cause_rounded_twice_holds_for_the_whole_column(judged):
    rows = caused(judged, "fits rounding twice")
    columns = rows[["measure", "release"]].drop_duplicates()
    assert len(columns) == 3
    whole = judged.merge(columns, on=["measure", "release"])
    whole = whole[whole["denominator"].gt(0) & ~whole["area"].eq(areas.ENGLAND)]
    assert len(whole) > 300
    assert [twice_rounded(row) for row in whole.itertuples()] == whole["value"].tolist()


def test_the_cause_without_decimals_holds(judged):
    rows = caused(judged, "England is printed without decimals")
    assert (rows["value"] % 1 == 0).all()
    assert rows["value"].between(rows["low"] - 0.5, rows["high"] + 0.5).all()


def test_the_cause_of_an_older_release_holds(judged, shipped):
    rows = caused(judged, "the local authority interactive tool keeps")
    first = shipped[shipped["measure"].isin(rows["measure"]) & shipped["origin"].eq("recomputed")]
    for row in rows.itertuples():
        own = first[first["area"].eq(row.area) & first["period_end"].eq(row.period_end)]
        release = f"CIN {row.period_end.year}"
        assert own.loc[own["release"].eq(release), "value"].tolist() == [row.value]
        assert f"keeps the percentage of {release}," in row.cause


def test_the_cause_of_doncaster_holds(judged):
    rows = caused(judged, "Doncaster's 437 repeats")
    without = 100 * rows["numerator"] / (rows["denominator"] - 437)
    # Parts are rounded to ten, the percentage to a tenth.
    assert (without - rows["value"]).abs().lt(0.13).all()


def row(value, numerator, denominator, area="E06000034", measure="referral_rate", **more):
    return {
        "measure": measure, "area": area, "period_end": pd.Timestamp("2016-03-31"),
        "release": "CIN 2024", "origin": "published", "method": "", "value": value,
        "numerator": numerator, "denominator": denominator, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (row(591.8, 2423.0, 40941.0), "equal"),
        (row(591.9, 2423.0, 40941.0), "different"),
        (row(591.7, 2423.0, 40941.0), "different"),
        (row(0.0, 0.0, 0.0), "no denominator"),
        (row(1.0, 0.0, 0.0), "different"),
        (row(532.3, 621_460.0, 11_677_856.0, areas.ENGLAND), "different"),
        (row(532.2, 621_460.0, 11_677_856.0, areas.ENGLAND), "within rounding"),
        # Authorities' populations were rounded to 100 until 2017.
        (row(591.8, 2423.0, 40900.0, release="CIN 2016"), "within rounding"),
        (row(593.2, 2423.0, 40900.0, release="CIN 2016"), "different"),
    ],
)
def test_the_verdict_on_a_ratio(figure, verdict):
    assert judge(pd.DataFrame([figure]), NONE)["verdict"].tolist() == [verdict]


# The percentage sums two groups, each printed to the nearest 10: at most 810 of at least 995.
@pytest.mark.parametrize(("value", "verdict"), [(81.4, "within rounding"), (81.5, "different")])
def test_a_sum_of_groups_has_the_rounding_of_each(value, verdict):
    measure = "initial_conference_within_15_days_percent"
    found = judge(pd.DataFrame([row(value, 800.0, 1000.0, areas.ENGLAND, measure)]), NONE)
    assert found["high"].iloc[0] == pytest.approx(100 * 810 / 995)
    assert found["verdict"].tolist() == [verdict]


@pytest.mark.parametrize(
    "left_out",
    [{"origin": "recomputed"}, {"method": "parts of CIN 2016"}, {"value": None},
     {"numerator": None}, {"denominator": None}],
)  # fmt: skip
def test_only_published_values_with_parts_of_their_own_are_judged(left_out):
    figures = pd.DataFrame([row(591.8, 2423.0, 40941.0), row(1.0, 1.0, 1.0) | left_out])
    assert len(judge(figures, NONE)) == 1


def test_an_exception_holds_for_its_printed_value_only():
    one = EXCEPTIONS[EXCEPTIONS["measure"].eq("referral_rate")].iloc[0]
    figure = row(float(one["published"]), 6322.0, 101200.0, one["area"], release=one["release"],
                 period_end=pd.Timestamp(one["period_end"]))  # fmt: skip
    other = figure | {"value": figure["value"] + 0.1}
    assert judge(pd.DataFrame([figure, other]))["verdict"].tolist() == [
        "known exception", "different",
    ]  # fmt: skip


def test_how_a_release_rounds_must_be_known():
    figure = row(1.0, 1.0, 10_000.0, release="CIN 2009")
    with pytest.raises(ThurrockError, match="How CIN 2009 rounds the figures of the level"):
        judge(pd.DataFrame([figure]), NONE)


def test_the_rounding_of_a_release_is_said_once():
    rules = dictionary.read("rounding")
    for _, group in rules.groupby(["collection", "level"]):
        spans = [(int(rule.first_year), int(rule.last_year or 9999)) for rule in group.itertuples()]
        spans.sort()
        assert all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))
