"""What documents print: transcriptions, thresholds, judgements."""

import pandas as pd
import pytest

from thurrock_analysis.papers import documents, facts
from thurrock_analysis.record import areas, dictionary, measures, provenance, releases, tidy

DAYS = ["days_from_care_to_adoptive_family", "days_from_order_to_match"]
DAYS_IN_A_MONTH = 30.44
DAY = pd.Timestamp("2018-03-31")
SCALES = dictionary.read("scales")[["framework", "grade", "rank"]]


@pytest.fixture(scope="module")
def transcribed() -> pd.DataFrame:
    """Return every transcribed fact, every cell as text."""
    return dictionary.read("facts")


class TestTranscriptions:
    """``data/papers/facts``."""

    def test_each_document_is_known_and_dated(self, transcribed: pd.DataFrame):
        assert set(transcribed["document"]) <= set(releases.calendar().index)
        assert set(documents.registry()) <= set(releases.calendar().index)

    def test_a_fact_without_words_says_why(self, transcribed: pd.DataFrame):
        silent = transcribed[transcribed["quotation"].eq("")]
        read_elsewhere = silent["note"].str.contains("not quoted") | silent["document"].eq(
            "ADOPT23"
        )
        assert read_elsewhere.all()

    def test_a_figure_stands_in_one_place_only(self, transcribed: pd.DataFrame):
        name = ["document", "line", "measure", "breakdown", "group", "area", "period_end", "value"]
        assert not transcribed.duplicated([*name, "qualifier"]).any()

    def test_a_fact_is_named_after_its_line(self, transcribed: pd.DataFrame):
        first = transcribed["line"].str.extract(r"^(p?\d+)")[0]
        lined = transcribed[first.notna()]
        named = lined["fact"].str.extract(r"\.(p?\d+)z?[a-z]$")[0]
        assert named.tolist() == first.dropna().tolist()

    def test_a_value_lost_from_the_text_is_cited_by_its_page(self, transcribed: pd.DataFrame):
        recovered = transcribed[transcribed["gap"].ne("") & transcribed["qualifier"].ne("lost")]
        assert len(recovered) > 40
        assert recovered["line"].str.startswith("p").all()
        lost = transcribed[transcribed["qualifier"].eq("lost")]
        assert lost["value"].eq("").all()
        assert len(lost[lost["document"].eq("OS18")]) >= 9  # the nine charts of the paper

    def test_targets_forecasts_and_undated_figures_are_not_observed(self):
        read = facts.figures()
        assert not read["method"].isin(["target", "forecast", "lost"]).any()
        assert read["period_end"].notna().all() and read["value"].notna().all()
        assert set(read["area"]) <= set(areas.table())

    def test_a_mean_keeps_its_sum_and_count(self):
        rows = facts.figures().query("measure == 'days_from_care_to_adopting_carer'")
        own = rows[rows["area"] == "E06000034"]
        assert (own["numerator"] / own["denominator"]).round(2).tolist() == own["value"].tolist()


class TestPrinted:
    """What stands where nothing is published."""

    def test_a_published_figure_goes_before_a_printed_one(self, seen_2018: pd.DataFrame):
        printed = facts.printed(as_at="2018-03-31")
        both = printed.merge(seen_2018.astype(dict.fromkeys(tidy.LABELS, "str")), on=tidy.FIGURE)
        assert both.empty and len(printed) > 40
        assert set(printed["origin"]) == {"document"} and printed["published"].max() <= DAY
        out = facts.figures()[facts.figures()["published"].le(DAY)]
        assert len(out) > len(printed)

    def test_it_is_of_the_area_and_of_the_date(self):
        thurrock = areas.find("Thurrock")
        contacts = facts.printed(thurrock, "2018-03-31").query("measure == 'contacts'")
        assert contacts["value"].tolist() == [431, 611]
        assert contacts["method"].tolist() == ["as published"] * 2
        assert facts.printed(thurrock, "2012-12-31").empty
        assert facts.printed(areas.find("Medway"), "2018-03-31").empty


class TestAdoptionTimeliness:
    """Averages of three years and of one are different quantities."""

    @pytest.mark.parametrize(("basis", "years"), [("three-year", 3), ("in year", 1)])
    def test_a_basis_says_how_many_years(self, basis: str, years: int):
        rows = facts.figures()
        rows = rows[rows["measure"].str.startswith("days_") & rows["basis"].eq(basis)]
        starts = rows["period_end"] - pd.DateOffset(years=years) + pd.Timedelta(days=1)
        assert len(rows) >= 6
        assert rows["period_start"].eq(starts).all()

    def test_thurrock_as_the_report_prints_it(self):
        rows = facts.figures().query("area == 'E06000034' and basis == 'three-year'")
        held = rows.set_index(["measure", rows["period_end"].dt.year])["value"]
        assert [held[DAYS[0], 2014], held[DAYS[0], 2015]] == [710, 625]
        assert [held[DAYS[1], 2014], held[DAYS[1], 2015]] == [244, 186]

    def test_thresholds_are_whole_months(self):
        rows = dictionary.read("thresholds")
        days = (rows["months"].astype(int) * DAYS_IN_A_MONTH).astype(int)
        assert days.tolist() == rows["value"].astype(int).tolist()
        assert not rows.duplicated(["measure", "period"]).any()
        assert set(rows["measure"]) == set(DAYS)

    def test_a_threshold_names_its_source_or_is_inferred(self):
        rows = dictionary.read("thresholds")
        assert rows["licence"].ne("").all()
        assert rows["source"].str.startswith("no source").eq(rows["status"].eq("inferred")).all()


class TestCalendar:
    """A document dates only what it prints."""

    def test_documents_share_no_period(self):
        first = releases.first_published(
            pd.Series(["documents", "CSWW"]),
            pd.to_datetime(pd.Series(["2019-03-31", "2017-09-30"])),
        )
        assert pd.isna(first[0])
        assert first[1] == pd.Timestamp("2018-02-15")


class TestJudgements:
    """Ordinal grades, each on its own scale."""

    def test_a_rank_is_that_of_its_own_scale(self):
        rows = dictionary.read("judgements")
        rows = rows[rows["grade"] != ""]
        steps = set(rows[["framework", "grade", "rank"]].itertuples(index=False, name=None))
        assert steps <= set(SCALES.itertuples(index=False, name=None))
        assert SCALES["rank"].astype(int).eq(SCALES.groupby("framework").cumcount() + 1).all()

    def test_every_visit_without_a_grade_has_no_rank(self):
        rows = dictionary.read("judgements")
        ungraded = rows[rows["grade"] == ""]
        assert ungraded["rank"].eq("").all()
        assert set(ungraded["kind"]) == {"focused visit"}

    def test_adequate_is_not_requires_improvement(self):
        grades = SCALES.groupby("framework")["grade"].agg(set)
        for framework in ("single inspection", "ILACS"):
            assert "Adequate" not in grades[framework]
        old = grades["safeguarding and looked after children"]
        assert "Requires improvement to be good" not in old

    def test_an_inspection_ends_before_it_is_published(self):
        rows = dictionary.read("judgements").query("grade != ''")
        assert set(rows["area"]) <= set(areas.table())
        assert rows["start"].le(rows["end"]).where(rows["end"].ne(""), True).all()
        assert rows["end"].lt(rows["published"]).all()

    def test_children_in_care_is_named_as_it_was(self):
        rows = dictionary.read("judgements").query("framework == 'ILACS'")
        with_leavers = rows[rows["judgement"] == "children in care and care leavers"]
        alone = rows[rows["judgement"].isin(["children in care", "care leavers"])]
        assert with_leavers["start"].max() < "2023-01-01" <= alone["start"].min()

    @pytest.mark.parametrize(
        ("date", "grade"),
        [
            ("2016-05-23", []),
            ("2016-05-24", ["Requires improvement to be good"]),
            ("2019-12-20", ["Good", "Requires improvement to be good"]),
            ("2024-10-29", ["Outstanding", "Requires improvement to be good"]),
        ],
    )
    def test_thurrock_as_at_a_date(self, date: str, grade: list[str]):
        rows = dictionary.read("judgements").sort_values("published")
        own = rows[rows["area"].eq("E06000034") & rows["judgement"].eq("overall effectiveness")]
        newest = own[own["published"].le(date)].groupby("framework")["grade"].last()
        assert newest.tolist() == grade

    def test_no_person_is_named(self):
        assert not [name for name in dictionary.read("judgements").columns if "inspector" in name]
        assert provenance.verify(dictionary.file("judgements"))

    def test_the_table_of_2012_adds_up(self):
        rows = dictionary.read("facts").query("measure == 'authorities_judged' and line != '38'")
        rows = rows.assign(value=rows["value"].astype(int))
        total = rows[rows["group"] == "all"].set_index("breakdown")["value"]
        parts = rows[rows["group"] != "all"].groupby("breakdown")["value"].sum()
        assert parts.to_dict() == total.to_dict()


def test_every_measure_of_a_document_says_what_it_is():
    table = measures.table()
    local = table[table["collection"] == "documents"]
    assert local["definition"].ne("").all()
    assert local["publisher_series"].ne("").all()
