"""Who is looked after, starts, ceases and comes back: against a slow count and worked cases."""

from datetime import date
from pathlib import Path

import making_returns
import pandas as pd
import pytest
import slow_care as slow
from hypothesis import given, settings

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.indicators import care, compute, example, periods, windows
from thurrock_analysis.returns.returns import Returns

YEARS = periods.years(2018, 2024)
ENDS = [date(year, 3, 31) for year in range(2018, 2025)]
HEADER = [{"CHILD": str(child), "DOB": f"200{child}-03-31"} for child in range(9)]


def computed(
    name: str, returns: Returns, asked: pd.DataFrame = YEARS, **options: object
) -> dict[tuple[str, date], float]:
    """Return the numerator of each case, by child and last day; 1 in a count."""
    rows = compute.known()[name](returns, asked, **options).rows
    days = rows["period_end"].dt.date
    keys = list(zip(rows["id"], days, strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, rows["numerator"], strict=True))


def told(rows: list[slow.Episode], one) -> dict[tuple[str, date], float]:  # noqa: ANN001
    """Ask of each child and year; what is None is no case."""
    found = {}
    for child in sorted({row["CHILD"] for row in rows}):
        own = slow.of_child(rows, child)
        for end in ENDS:
            answer = one(own, date(end.year - 1, 4, 1), end)
            if answer is not None:
                found[child, end] = float(answer)
    return found


@given(rows=slow.histories())
@settings(max_examples=15, deadline=None)
def test_a_slow_count_finds_the_same_children(rows: list[slow.Episode]) -> None:
    held = making_returns.returns(episodes=rows, header=HEADER)

    def in_year(own, first, last):
        over = [r for r in own if slow.day(r["DECOM"]) <= last and slow.day(r["DEC"]) >= first]
        return 1 if over else None

    def start(own, first, last):
        begun = [r for r in own if r["RNE"] == "S" and first <= slow.day(r["DECOM"]) <= last]
        return 1 if begun else None

    def back(own, first, last):
        left = slow.last_ceasing(own, first, last)
        return None if left is None else slow.comes_back(own, left)

    def lasting(own, first, last):
        left = slow.last_ceasing(own, first, last)
        home = left is not None and left["REC"] in ("E4A", "E4B")
        return not slow.comes_back(own, left) if home else None

    def ceased(own, first, last):
        return slow.last_ceasing(own, first, last) and 1

    def guardians(own, first, last):
        left = slow.last_ceasing(own, first, last)
        return 1 if left and left["REC"] == "E45" else None

    def year_long(own, _, last):
        in_care = slow.in_care(own, last)
        begun = in_care and slow.day(in_care[0][0]["DECOM"])
        return 1 if in_care and begun <= slow.months_after(last, -12) else None

    def early(own, first, last):
        return in_year([r for r in own if r["PLACE"] == "U5"], first, last)

    expected = {
        "looked_after": lambda own, _, last: slow.open_on(own, last) and 1,
        "looked_after_in_year": in_year,
        "looked_after_starts": start,
        "looked_after_ceased": ceased,
        "looked_after_returned_percent": back,
        "looked_after_home_lasting_percent": lasting,
        "looked_after_special_guardianship": guardians,
        "looked_after_twelve_months": year_long,
        "looked_after_early_permanence": early,
    }
    for name, one in expected.items():
        assert computed(name, held) == told(rows, one), name


@given(rows=slow.histories())
@settings(max_examples=15, deadline=None)
def test_periods_of_care_and_placements_are_those_of_a_slow_walk(rows: list[slow.Episode]) -> None:
    found = care.episodes(making_returns.returns(episodes=rows))
    days = found[["DECOM", "care_start", "placement_start"]].apply(lambda col: col.dt.date)
    walked = []
    for child in sorted({row["CHILD"] for row in rows}):
        for period in slow.periods_of_care(slow.of_child(rows, child)):
            for placement in slow.placements(period):
                starts = [slow.day(part[0]["DECOM"]) for part in (period, placement)]
                walked += [(slow.day(row["DECOM"]), *starts) for row in placement]
    assert sorted(days.itertuples(index=False, name=None)) == sorted(walked)


def test_short_breaks_count_only_where_asked() -> None:
    row = {"CHILD": "1", "DECOM": "2020-01-01", "RNE": "S", "LS": "V4", "PLACE": "U4"}
    held = making_returns.returns(episodes=[row])
    assert computed("looked_after", held) == {}
    assert len(computed("looked_after", held, short_breaks=True)) == 5


def test_who_is_in_no_list_is_not_unaccompanied_and_whose_status_ended_neither() -> None:
    row = {"DECOM": "2020-01-01", "RNE": "S", "LS": "V2", "PLACE": "U4"}
    held = making_returns.returns(
        episodes=[{**row, "CHILD": child} for child in "123"],
        uasc=[{"CHILD": "1", "DUC": ""}, {"CHILD": "2", "DUC": "2021-04-01"}],
    )
    one = {("1", end): 1.0 for end in ENDS if end.year > 2019}
    assert computed("looked_after_unaccompanied", held) == {
        **one,
        ("2", ENDS[2]): 1,
        ("2", ENDS[3]): 1,
    }
    shares = compute.known()["looked_after_unaccompanied_percent"](held, YEARS).figures()
    assert shares["value"].tolist()[2:5] == [pytest.approx(200 / 3)] * 2 + [pytest.approx(100 / 3)]
    assert shares["status"].tolist()[:2] == ["not applicable"] * 2


def test_figures_by_age_add_up_to_the_whole_and_bear_the_names_of_the_record() -> None:
    whole, _ = compute.indicators(example.returns(), YEARS, ["looked_after"])
    for by in ("age", "placement type", "legal status", "need", "sex", "unaccompanied"):
        split, gaps = compute.indicators(example.returns(), YEARS, ["looked_after"], by)
        assert gaps.empty
        assert split["breakdown"].eq(by).all()
        sums = split.groupby("period_end")["value"].sum()
        assert sums.tolist() == whole["value"].tolist()
    ages = compute.indicators(example.returns(), YEARS, ["looked_after"], "age")[0]
    held = ages[ages["value"] > 0].set_index("period_end")["group"]
    assert held.loc["2022-03-31"].tolist() == ["5 to 9 years", "10 to 15 years"]


def test_two_authorities_keep_apart_and_one_id_in_both_is_two_children() -> None:
    row = {"CHILD": "7", "DECOM": "2020-01-01", "RNE": "S", "LS": "C2", "PLACE": "U4"}
    held = making_returns.returns(
        episodes=[{**row, "LA": "Northby"}, {**row, "LA": "Southby", "DEC": "2020-05-05"}],
        header=[{"CHILD": "7", "DOB": "2010-01-01", "LA": la} for la in ("Southby", "Northby")],
    )
    figures, _ = compute.indicators(held, periods.years(2020, 2021), ["looked_after"])
    assert figures[["area", "value"]].to_numpy().tolist() == [
        ["Northby", 1.0], ["Northby", 1.0], ["Southby", 1.0], ["Southby", 0.0],
    ]  # fmt: skip


def test_what_is_lacking_is_said_and_no_figure_stands_for_it() -> None:
    figures, gaps = compute.indicators(example.returns(), YEARS)
    said = gaps.set_index("measure")["gap"]
    assert said["looked_after_dental_check_percent"] == "The returns hold no table oc2."
    assert not set(said.index[said.str.contains("no table")]) & set(figures["measure"])
    with pytest.raises(ThurrockError, match="No indicator is called 'looked_over'"):
        compute.indicators(example.returns(), YEARS, ["looked_over"])
    _, gaps = compute.indicators(example.returns(), YEARS, ["looked_after"], "team")
    assert gaps["gap"].tolist() == ["It cannot be split by team."]


def test_periods_that_the_returns_do_not_cover_have_no_figure() -> None:
    spans = [
        {"collection": "SSDA903", "YEAR": str(year), "start": f"{year - 1}-04-01",
         "end": f"{year}-03-31"}
        for year in (2020, 2021, 2023)
    ]  # fmt: skip
    rows = example.returns().table("episodes").astype("str").replace("NaT", "")
    held = making_returns.returns(spans, episodes=rows.fillna(""))
    asked = periods.years(2019, 2023)
    figures, gaps = compute.indicators(
        held, asked, ["looked_after", "looked_after_returned_percent"]
    )
    years = figures.groupby("measure")["period_end"].apply(lambda ends: ends.dt.year.tolist())
    assert years["looked_after"] == [2020, 2021, 2023]
    assert years["looked_after_returned_percent"] == [2020]
    assert gaps["gap"].iloc[0] == (
        "Not computed for what ends 31 March 2019 and 31 March 2022: all its days must be "
        "covered, and the returns held cover 1 April 2019 to 31 March 2023."
    )


def test_every_measure_of_the_families_is_registered_and_says_its_definition() -> None:
    rows = care.dictionary.read("indicators").query(
        "family in ['placements', 'adoption', 'care_leavers']"
    )
    known = compute.known()
    assert set(rows["measure"]) <= set(known)
    for name, numerator in zip(rows["measure"], rows["numerator"], strict=True):
        assert f"Numerator: {numerator}." in known[name].__doc__
        assert not known[name].__doc__.startswith(name)


def test_overlaps_are_found_whatever_the_order_of_periods() -> None:
    asked = pd.concat([YEARS, periods.months("2019-01-01", "2020-12-31"), YEARS[:2]])
    start, end = (windows.days(asked[name]) for name in ("period_start", "period_end"))
    first = windows.days(pd.date_range("2018-01-01", "2024-01-01", freq="17D"))
    last = first + (first * 7) % 400
    found = set(
        zip(*(side.tolist() for side in windows.overlapping(first, last, start, end)), strict=True)
    )
    assert found == {
        (row, place)
        for row in range(len(first))
        for place in range(len(start))
        if first[row] <= end[place] and last[row] >= start[place]
    }


def test_five_years_made_by_others(examples: Path) -> None:
    """The latest return wins; what vanished is left open; short breaks are out, or in."""
    held = making_returns.five_years(examples / "returns/ssda903/five_years")
    figures, _ = compute.indicators(held, periods.years(2018, 2022), ["looked_after"])
    assert figures["value"].tolist() == [466, 288, 181, 122, 75]
    every = compute.known()["looked_after"](held, periods.years(2018, 2021), short_breaks=True)
    assert every.figures()["value"].tolist() == [550, 341, 214, 140]


def test_a_day_has_one_figure_whatever_the_period_that_it_ends(examples: Path) -> None:
    """All but what falls due within a period are of its last day alone."""
    held = making_returns.five_years(examples / "returns/ssda903/five_years")
    asked = [periods.months("2017-04-01", "2022-03-31"), periods.years(2018, 2022)]
    months, years = (compute.indicators(held, one)[0].query("basis == 'at date'") for one in asked)
    years = years[years["measure"] != "looked_after_reviews_on_time_percent"]
    both = years.merge(months, on=["measure", "period_end"])
    assert len(both) == len(years) > 150
    pd.testing.assert_series_equal(both["value_x"], both["value_y"], check_names=False)
