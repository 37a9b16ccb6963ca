"""Looked-after children by group: anchors read by hand, groups that make the whole, net gains."""

import pandas as pd
import pytest

from thurrock_analysis.machine.upkeep import history
from thurrock_analysis.metrics import ratios
from thurrock_analysis.record import areas, measures, store, tidy

THURROCK = "E06000034"
LEVELS = {code: area.level for code, area in areas.table().items()}
COUNTS = ["looked_after", "looked_after_starts", "looked_after_ceased"]
HERE, NET = "looked_after_by_others_here", "looked_after_net_gain"
OUT = ("looked_after", "placement location", "outside the boundary")


@pytest.fixture(scope="module")
def printed(shipped):
    """Return what each release printed of these counts, cell by cell."""
    log = history.unpack(shipped[shipped["measure"].isin([*COUNTS, HERE, NET])])
    return log.assign(level=log["area"].map(LEVELS), year=log["period_end"].dt.year)


@pytest.fixture(scope="module")
def newest(shipped):
    """Return Thurrock as the newest releases have it, by measure, group and closing year."""
    rows = store.as_at(shipped[shipped["area"].eq(THURROCK)], "2026-03-31")
    rows = rows.assign(year=rows["period_end"].dt.year)
    return rows.set_index(["measure", "breakdown", "group", "year"]).sort_index()


# Typed from the publisher's tables of 2025.
@pytest.mark.parametrize(
    ("measure", "breakdown", "group", "value"),
    [
        ("looked_after", "placement location", "inside the boundary", 101),
        (*OUT, 175),
        ("looked_after", "placement distance", "outside the boundary, over 20 miles", 56),
        ("looked_after", "placement distance", "inside the boundary, over 20 miles", "suppressed"),
        ("looked_after", "distance from home", "over 20 miles", 57),
        ("looked_after", "placement type", "foster placement", 202),
        ("looked_after", "placement type", "secure home or children's home", 25),
        ("looked_after", "placement type", "placed for adoption", "suppressed"),
        ("looked_after", "placement provider", "own provision", 111),
        ("looked_after", "placement provider", "private", 144),
        ("looked_after", "need", "abuse or neglect", 190),
        ("looked_after", "legal status", "full care order", 148),
        ("looked_after", "legal status", "interim care order", 45),
        ("looked_after", "age", "16 years and over", 75),
        ("looked_after", "unaccompanied", "unaccompanied asylum-seeking", 32),
        ("looked_after_starts", "legal status", "police protection", 8),
        ("looked_after_starts", "unaccompanied", "unaccompanied asylum-seeking", 27),
        ("looked_after_ceased", "reason", "special guardianship", 7),
        ("looked_after_ceased", "reason", "aged 18 and stayed with carers", 38),
        ("looked_after_ceased", "age", "17 years", "suppressed"),
        (HERE, "all", "all", 127),
    ],
)
def test_groups_of_2025_as_printed(newest, measure, breakdown, group, value):
    row = newest.loc[(measure, breakdown, group, 2025)]
    assert (row["status"] or row["value"]) == value
    assert row["release"] == "CLA 2025" and row["method"] == "as published"


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "value"),
    [
        ("looked_after_outside_boundary_percent", 175, 276, 63),
        ("looked_after_far_outside_percent", 56, 276, 20),
        ("looked_after_private_provision_percent", 144, 276, 52),
        ("looked_after_care_order_percent", 193, 276, 70),
        ("looked_after_starts_police_protection_percent", 8, 109, 7),
        ("looked_after_ceased_staying_percent", 38, 124, 31),
    ],
)
def test_shares_of_2025_with_their_parts(newest, measure, numerator, denominator, value):
    row = newest.loc[(measure, "all", "all", 2025)]
    assert row[["numerator", "denominator", "value"]].tolist() == [numerator, denominator, value]


def test_the_net_gain_is_printed_for_2024_and_derived_for_2025(newest):
    assert newest.loc[(NET, "all", "all", 2024)][["value", "release", "origin"]].tolist() == [
        -82, "CLA 2024", "published",
    ]  # fmt: skip
    row = newest.loc[(NET, "all", "all", 2025)]
    assert row[["value", "release", "origin"]].tolist() == [-48, "CLA 2025", "recomputed"]
    assert str(measures.get(NET).numerator) in row["method"]


def test_every_printed_net_gain_is_the_difference_of_the_numbers_printed_beside_it(printed):
    """Regions and England are rounded to ten; six authorities of 2011 and 2012 are out by one."""
    figures = printed[printed["release"].ne("CLA 2025")]
    made = ratios.recompute(figures[figures["measure"].ne(NET)][tidy.COLUMNS], [measures.get(NET)])
    both = figures[figures["measure"].eq(NET)].merge(made, on=["area", "period_end", "release"])
    both = both[both["value_x"].ne(0) | both["level"].ne("country")]  # England of 2015 is put as 0
    gap = (both["value_x"] - both["value_y"]).abs().dropna()
    local = both.loc[gap.index, "level"].eq("authority")
    early = both.loc[gap.index, "release"].isin(["CLA 2011", "CLA 2012"])
    assert (local & ~early).sum() > 3_000 and (gap[local & ~early] == 0).all()
    assert gap[local & early].sum() == gap[local & early].ne(0).sum() == 6
    assert (~local).sum() > 200 and (gap[~local] <= 10).all()


@pytest.mark.parametrize(
    ("measure", "breakdown"),
    [
        *(("looked_after", each) for each in [
            "age", "need", "legal status", "placement type", "placement provider",
            "placement location", "placement distance", "distance from home",
        ]),
        *(("looked_after_starts", each) for each in ["age", "need", "legal status"]),
        *(("looked_after_ceased", each) for each in ["age", "reason"]),
    ],
)  # fmt: skip
def test_the_groups_of_release_2025_make_the_whole(printed, measure, breakdown):
    rows = printed[printed["release"].eq("CLA 2025") & printed["measure"].eq(measure)]
    where = ["area", "level", "year"]
    whole = rows[rows["breakdown"].eq("all")].set_index(where)["value"].rename("whole")
    parts = rows[rows["breakdown"].eq(breakdown)].groupby(where)
    told = pd.DataFrame(
        {"sum": parts["value"].sum(), "shown": parts["value"].count(), "groups": parts.size()}
    ).join(whole)
    told = told[told["whole"].notna() & told["shown"].gt(0)]
    local = told.index.get_level_values("level") == "authority"
    gap, hidden = told["whole"] - told["sum"], told["groups"] - told["shown"]
    assert told["groups"].nunique() == 1 and told["groups"].max() > 1
    assert (gap[local & (hidden == 0)] == 0).all()
    assert (gap[local] >= 0).all()
    # One number alone is never hidden: it would follow from the others.
    assert (hidden[local] != 1).all()
    assert (gap[~local & (hidden == 0)].abs() <= 5 * (told["groups"].max() + 1)).all()
    assert local.sum() > 700 and (~local).sum() == 60
