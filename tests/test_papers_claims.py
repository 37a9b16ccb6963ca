"""Claims: the arithmetic of the papers done again, verdicts, and rows that are refused."""

import shutil
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import comparators
from thurrock_analysis.papers import claims, computations, references, sources
from thurrock_analysis.papers.claims import (
    CONSISTENT,
    INCONSISTENT,
    MISSED,
    OTHER_BASE,
    UNCHECKED,
)
from thurrock_analysis.papers.computations import arithmetic, places, relations
from thurrock_analysis.papers.figures import Figure
from thurrock_analysis.papers.references import Count, Grades, Published, parse
from thurrock_analysis.record import areas, dictionary, store

THURROCK = areas.find("Thurrock")
NEWEST = "2026-03-31"

# Worked out on paper from the lines of the documents and DfE's printed tables.
BY_HAND = [
    ("OS18", "65-66", "-17", INCONSISTENT, "−27"),
    ("OS18", "94", "42", OTHER_BASE, "43.4"),
    ("OF16", "1035-1036", "51", UNCHECKED, ""),
    ("OS18", "137-138", "-72", CONSISTENT, "−72"),
    ("OS18", "14-15", "11", CONSISTENT, "11"),
    ("OS18", "176-177", "11", MISSED, "7"),
    ("OS18", "88-90", "68", MISSED, "59"),
    ("PLAN16", "228-230", "above", MISSED, "below"),
    ("OS18", "66-67", "explains", CONSISTENT, "explains"),
    ("OS18", "198-199", "same way", OTHER_BASE, "opposite ways"),
    ("OF16", "262", "72.9", CONSISTENT, "72.9"),
    ("OF16", "1305-1306", "50~half", CONSISTENT, "50"),
    ("OS12", "38", "38", CONSISTENT, "38.4"),
    ("OS12", "38", "52", OTHER_BASE, "50.4"),
    ("OS12", "44", "0", INCONSISTENT, "22"),
    # A reading that the sentence does not state, a counter-example left out and a misprint mended
    # make nothing hold.
    ("OF16", "1416-1417", "possible", INCONSISTENT, "impossible"),
    ("OF16", "443", "reconcilable", INCONSISTENT, "irreconcilable"),
    ("OS12", "246-250", "0", INCONSISTENT, "1"),
    ("OS12", "221", "after", INCONSISTENT, "before"),
    ("OS12", "250-251", "0", OTHER_BASE, "1"),
    # Words are tried on what they print: 7.7, 277 and 361, and 135 of 321 after 136 of 345.
    ("OS18", "84-86", "below", CONSISTENT, "below"),
    ("OS18", "132-133", "below", CONSISTENT, "below"),
    ("OS18", "93-94", "significant rise", INCONSISTENT, "within chance"),
    ("OS18", "138-140", "significant fall", CONSISTENT, "significant fall"),
    # What is published counts something else, and two figures of four are no four.
    ("OS18", "168-169", "rise", UNCHECKED, ""),
    ("OS18", "171-173", "rise", UNCHECKED, ""),
    ("OF16", "1252-1254", "same way", UNCHECKED, ""),
    ("OF16", "877-878", "level", CONSISTENT, "level"),
    ("PLAN16", "124", "0", INCONSISTENT, "2"),
    # Over 10,000 is more than the 10,000 counted, and will have is not have.
    ("OF16", "1373-1374", "above", UNCHECKED, ""),
]
READ_LATER = ["540", "881", "1310-1311", "1311-1312", "1388-1389", "1610-1612"]
"""Lines of the report of 2016 on which an independent reading found further claims."""


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    """Return every claim on Thurrock as checked with the newest figures."""
    return claims.check_all(THURROCK, NEWEST)


def find(text: str) -> sources.Input:
    """Look up one reference of the paper of 2018."""
    return sources.Sources(THURROCK, NEWEST, frozenset([parse(text)])).find(parse(text), "OS18")


def number(value: float, when: str = "") -> Figure:
    """Return a number as a figure."""
    return Figure(Fraction(str(value)), str(value), "children", when)


class TestVerdicts:
    """What comes of the claims."""

    @pytest.mark.parametrize(("document", "line", "stated", "verdict", "value"), BY_HAND)
    def test_by_hand(self, checked, document, line, stated, verdict, value):
        rows = checked[
            checked["document"].eq(document)
            & checked["line"].eq(line)
            & checked["stated"].eq(stated)
        ]
        assert list(zip(rows["verdict"], rows["recomputed"], strict=True)) == [(verdict, value)]

    def test_every_claim_has_one_verdict_and_a_sentence(self, checked):
        assert set(checked["verdict"]) == set(claims.VERDICTS)
        assert len(checked) == len(dictionary.read("claims"))
        assert checked["sentence"].str.fullmatch(r"(\S.*\.\n?)+").all()
        assert sum(claims.counts(checked).values()) == len(checked)

    def test_another_base_is_named_where_it_is_needed_and_nowhere_else(self, checked):
        assert checked["base"].ne("").eq(checked["verdict"].eq(OTHER_BASE)).all()
        for row in checked[checked["base"].ne("")].itertuples():
            assert row.base[1:] in row.sentence

    def test_the_text_says_only_what_its_words_hold(self, checked):
        said = checked["sentence"].str.extract(r"the text says −?([\d,.]*\d)")[0]
        rows = checked[said.notna()]
        assert len(rows) >= 5
        for number, quotation in zip(said.dropna(), rows["quotation"], strict=True):
            assert number in quotation
        # A number that we worked out is not put into the mouth of the text.
        needs = checked[checked["sentence"].str.contains("the claim needs")]
        assert {"OS12-004", "OS12-012"} <= set(needs["claim"])

    def test_a_remark_is_told_and_decides_nothing(self, checked):
        # 321 in place of 311 would make 17 right, and no other neighbour than Southend is good.
        for said in ("misprint for 321", "Without Southend", "Read as 27 March 2013"):
            rows = checked[checked["sentence"].str.contains(said)]
            assert rows["verdict"].tolist() == [INCONSISTENT]

    def test_a_miss_that_is_told_twice_counts_once(self, checked):
        # Eleven adoptions, and four with a further seven: one forecast, seven in the end.
        rows = checked[checked["inputs"].str.contains("adopted:E06000034:2018-03-31")]
        assert rows["verdict"].tolist().count(MISSED) == 1
        assert "a further seven after four: 7 (Mar 2018) − 4" in "".join(rows["sentence"])

    def test_only_what_was_to_come_can_fail_to_come(self, checked):
        missed = checked[checked["verdict"].eq(MISSED)]
        assert set(missed["kind"]) <= set(claims.AHEAD)
        # A promise that its own plan does not keep is at odds when it is written.
        assert checked.set_index("claim").loc["OS12-012", "verdict"] == INCONSISTENT

    def test_claims_that_were_missing_are_there(self, checked):
        lines = checked.query("document == 'OF16'")["line"]
        assert set(READ_LATER) <= set(lines)
        assert "232-233" in set(checked.query("document == 'OS18'")["line"])

    def test_the_most_consequential_come_first(self, checked):
        assert checked["consequence"].is_monotonic_decreasing

    def test_what_was_not_yet_published_cannot_be_checked(self):
        early = claims.check_all(THURROCK, "2018-03-31")
        outturns = early[early["computation"].eq("outturn") & early["inputs"].str.contains("2018")]
        assert len(outturns) >= 2
        assert set(outturns["verdict"]) == {UNCHECKED}
        assert outturns["sentence"].str.contains("not published by 2018-03-31").all()

    def test_a_document_speaks_from_the_day_it_came_out(self):
        early = claims.check_all(THURROCK, "2016-05-24")
        assert set(early["document"]) == {"OF16", "OS12"}
        assert claims.check_all(areas.find("Medway"), NEWEST).empty


class TestAChangedFigure:
    """A verdict is computed: a changed fact changes it, though it was computed before."""

    def test_of_a_fact_and_of_a_lost_one(self, checked, tmp_path, monkeypatch):
        shutil.copytree(paths.data(), tmp_path / "data")
        monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
        assert claims.check_all(THURROCK, NEWEST).equals(checked)
        path = paths.papers() / "facts" / "demand.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("fact")
        rows.loc["OS18.65a", "value"] = "321"
        rows.loc["OS18.137a", ["value", "qualifier"]] = ["", "lost"]
        rows.to_csv(path)
        changed = claims.check_all(THURROCK, NEWEST).set_index("claim")
        before = checked.set_index("claim").loc[changed.index]
        assert changed.loc["OS18-024", "verdict"] == CONSISTENT  # 321 children, and so 17 fewer
        assert changed.loc["OS18-047", "verdict"] == UNCHECKED
        assert "is lost" in changed.loc["OS18-047", "sentence"]
        moved = set(changed.index[changed["verdict"].ne(before["verdict"])])
        assert {"OS18-024", "OS18-047"} <= moved and len(moved) < 10


class TestComputations:
    """The arithmetic, against what must hold of it."""

    whole = st.integers(min_value=1, max_value=5_000)

    @given(whole, whole)
    def test_a_share_and_what_is_left_make_the_whole(self, part, more):
        whole = part + more
        share = arithmetic.share(number(part), number(whole)).value
        left = arithmetic.share_without(number(part), number(whole)).value
        assert share + left == 100

    @given(whole, whole, whole, whole)
    def test_a_share_that_is_significant_moves_by_more_than_its_error(self, a, b, c, d):
        result = relations.significant_share(
            number(a), number(a + b), number(c), number(c + d)
        ).value
        now, before, pooled = a / (a + b), c / (c + d), (a + c) / (a + b + c + d)
        error = (pooled * (1 - pooled) * (1 / (a + b) + 1 / (c + d))) ** 0.5
        if abs(abs(now - before) - 1.96 * error) > 1e-9:
            assert (result != "within chance") == (abs(now - before) > 1.96 * error)
        assert now >= before or "rise" not in result

    def test_a_count_is_significant_beyond_its_error(self):
        words = [relations.significant(number(now), number(100)).value for now in (129, 130, 70)]
        assert words == ["within chance", "significant rise", "significant fall"]

    @given(whole, whole)
    def test_a_percentage_of_whole_cases_is_possible(self, part, more):
        whole = part + more
        printed = round(Fraction(100 * part, whole) * 10) / Fraction(10)
        text = f"{float(printed):.1f}"
        percent = Figure(Fraction(text), text, "percent")
        exact = Fraction(100 * part, whole)
        if abs(exact - printed) != Fraction(1, 20):  # halves round away, not to even
            assert relations.possible(percent, number(whole)).value == "possible"

    @given(whole, st.lists(whole, min_size=1, max_size=4))
    def test_below_all_is_below_the_lowest(self, value, others):
        field = {f"other{at}": number(other) for at, other in enumerate(others)}
        word = relations.below_all(number(value), **field).value
        assert word == ("below all" if value < min(others) else "not below all")

    def test_a_percentage_of_no_whole_number_is_impossible(self):
        # 5 of 10 is 50 and 6 of 10 is 60 per cent: nothing is 55.
        assert relations.possible(number(55), number(10)).value == "impossible"

    @given(whole, whole, whole, whole)
    def test_a_part_and_all_the_rest_make_the_change(self, before, now, part_before, part_now):
        result = relations.explains(
            number(now), number(before), number(part_now), number(part_before)
        )
        whole, part = now - before, part_now - part_before
        expected = whole != 0 and part / whole >= 0.5
        assert (result.value == "explains") == expected

    @given(whole, st.integers(min_value=1, max_value=11))
    def test_the_rest_of_the_year_meets_the_target(self, so_far, months):
        target = Fraction(90)
        rest = arithmetic.rest_needed(
            Figure(Fraction(so_far), ""), Figure(Fraction(months), ""), Figure(target, "")
        ).value
        assert (months * so_far + (12 - months) * rest) / 12 == target

    @given(st.lists(whole, min_size=1, max_size=30), whole)
    def test_a_place_is_one_more_than_those_above(self, others, mine):
        field = {str(at): number(value) for at, value in enumerate(others)}
        place = 1 + sum(value > mine for value in others)
        tenth = places.among_highest(number(mine), field, number(10)).value
        assert (tenth == "among the highest") == (10 * place <= len(others) + 1)

    @pytest.mark.parametrize(
        ("stated", "tolerance", "value", "agreed"),
        [
            ("72.9", "", "72.94", True), ("72.9", "", "72.95", False), ("73", "", "72.5", True),
            ("-17", "", "-27", False), ("50~half", "5", "45", True), ("50", "5", "44.9", False),
            ("3", "", "2.5", True), ("3", "", "2.479", False),
        ],
    )  # fmt: skip
    def test_a_number_agrees_at_its_printed_decimals(self, stated, tolerance, value, agreed):
        result = computations.Result(Fraction(value), "")
        assert claims.agrees(stated, tolerance, result) is agreed

    def test_every_computation_is_used_by_a_claim(self):
        used = {
            row["computation"]
            for name in ("claims", "other_bases")
            for row in dictionary.rows(name)
        }
        ours = {"percent_change", "place"}  # of the papers that this package writes itself
        assert set(computations.COMPUTATIONS) == used - {""} | ours


class TestInputs:
    """What references mean."""

    def test_a_figure_as_known_then_and_as_revised(self):
        # DfE first printed 345 children looked after at 31 March 2017, then 333.
        reference = "looked_after:E06000034:2017-03-31"
        assert find(f"then:{reference}").text == "345"
        assert find(f"latest:{reference}").text == "333"

    def test_england_and_the_neighbours_are_named(self):
        england = find("latest:looked_after:E92000001:2018-03-31")
        assert england.text.endswith(" (England)")
        near = find("latest:child_protection_plan_rate:neighbours:2018-03-31")
        assert near.text.endswith(" (neighbours on the 2012 committee paper list)")

    def test_a_figure_of_a_claim_is_that_of_the_record(self):
        named = {
            reference
            for name in ("claims", "other_bases")
            for row in dictionary.rows(name)
            for reference in references.read(row["inputs"]).values()
            if isinstance(reference, Published)
        }
        single = [one for one in named if one.area in areas.table() and not one.then]
        rows = store.load(sorted({one.series[0] for one in single}))
        seen = store.as_at(rows[rows["area"].isin({one.area for one in single})], NEWEST)
        where = sources.Sources(THURROCK, NEWEST, frozenset(named))
        assert len(single) > 60
        for one in single:
            row = seen[
                seen[["measure", "breakdown", "group"]].eq(list(one.series)).all(axis=1)
                & seen["area"].eq(one.area)
                & seen["period_end"].eq(one.end)
            ].iloc[0]
            if row["status"]:
                with pytest.raises(sources.NotThereError, match=row["status"]):
                    where.find(one, "OS18")
            else:
                assert float(where.find(one, "OS18").value) == pytest.approx(row["value"])

    def test_the_mean_of_the_neighbours_is_that_of_a_report_on_the_year(self):
        group = areas.neighbours(THURROCK, "2021-04-01")
        rows = store.as_at(store.load(["referral_rate"]), NEWEST).query("breakdown == 'all'")
        rows = rows[rows["period_end"].eq("2017-03-31")]  # of one year: all that have a figure
        mean = comparators.neighbours(rows, group, 1).query("area == 'neighbours (mean)'")
        expected = mean.set_index("period_end").loc["2017-03-31", "value"]
        near = find("latest:referral_rate:neighbours of April 2021:2017-03-31")
        assert float(near.value) == expected
        assert near.text == f"{expected} (neighbours on the April 2021 list)"

    def test_others_of_a_kind_do_not_hold_the_area_itself(self):
        region = find("among:looked_after:region:2018-03-31")
        assert len(region) == 10  # the East of England had eleven authorities in 2018
        assert THURROCK.code not in region

    def test_what_is_not_there_is_told_apart_from_what_is_wrong(self):
        with pytest.raises(sources.NotThereError, match="not published by"):
            find("latest:looked_after:E06000034:2035-03-31")
        with pytest.raises(ThurrockError, match="is no fact"):
            sources.unit_of(parse("OS18.9999a"))

    def test_counting_rows(self):
        assert find("count:actions:document=OS12").value == 62
        assert find("count:actions:document=OS12,progress!=COMPLETED").value == 47
        with pytest.raises(ThurrockError, match="is no condition on a column of actions"):
            sources.count(Count("actions", "colour=red", ""))
        with pytest.raises(ThurrockError, match="is no table to count"):
            sources.count(Count("children", "", ""))

    def test_who_was_good_for_both_in_2012(self):
        # Read off the table of the committee paper.
        services = ("safeguarding", "looked after children")
        grades = {
            name[:4]: sources.grades(
                Grades("2012 Eastern Region", f"{name}: overall effectiveness")
            )
            for name in services
        }
        assert places.good_or_better(**grades).working == "1 of 10: Southend-on-Sea"
