"""What documents print: transcriptions, thresholds, judgements."""

import shutil

import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import documents, judgements
from thurrock_analysis.record import areas, dictionary, measures, provenance, releases

DAYS = ["days_from_care_to_adoptive_family", "days_from_order_to_match"]
DAYS_IN_A_MONTH = 30.44


@pytest.fixture(scope="module")
def transcribed() -> pd.DataFrame:
    """Return every transcribed fact, every cell as text."""
    return documents.facts()


GOOD = {
    "fact": "OS18.1a", "document": "OS18", "line": "1", "measure": "contacts", "value": "611",
    "unit": "contacts", "qualifier": "exact", "quotation": "Nov-17: 611",
}  # fmt: skip
DAMAGE = [
    ({"line": ""}, "column line: '' is not right: a fact needs the line it stands on"),
    ({"value": "six"}, "column value: 'six' is not right: a number is needed"),
    ({"value": ""}, "column value: '' is not right: a number is needed, or a period"),
    ({"unit": "date", "value": ""}, "column value: '' is not right"),
    ({"qualifier": "roughly"}, "column qualifier: 'roughly' is not right: qualifiers.csv"),
    ({"document": "OS19"}, "column document: 'OS19' is not right: documents.csv"),
    ({"period_end": "31.3.18"}, "column period_end: '31.3.18' is not right: a date is written as"),
    ({"period_end": "2018-02-30"}, "column period_end: '2018-02-30' is not right"),
    ({"quotation": "word " * 26}, "a quotation has at most 25 words"),
    ({"fact": ""}, "column fact: '' is not right"),
]


class TestTranscriptions:
    """``data/documents/facts``."""

    def test_each_document_is_known_and_dated(self, transcribed: pd.DataFrame):
        assert set(transcribed["document"]) <= set(releases.calendar().index)
        assert set(documents.registry().index) <= set(releases.calendar().index)

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
        read = documents.read()
        assert not read["method"].isin(["target", "forecast", "lost"]).any()
        assert read["period_end"].notna().all() and read["value"].notna().all()
        assert set(read["area"]) <= set(areas.table())

    def test_a_mean_keeps_its_sum_and_count(self):
        rows = documents.read().query("measure == 'days_from_care_to_adopting_carer'")
        own = rows[rows["area"] == "E06000034"]
        assert (own["numerator"] / own["denominator"]).round(2).tolist() == own["value"].tolist()

    @pytest.fixture
    def folder(self, tmp_path, monkeypatch: pytest.MonkeyPatch):
        shutil.copytree(paths.data() / "dictionary", tmp_path / "data" / "dictionary")
        facts = tmp_path / "data" / "documents" / "facts"
        facts.mkdir(parents=True)
        shutil.copy(paths.data() / "documents" / "documents.csv", facts.parent)
        monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
        return facts

    @pytest.mark.parametrize(("damage", "sentence"), DAMAGE)
    def test_a_row_that_cannot_be_right_is_refused(self, folder, damage, sentence):
        rows = [GOOD, GOOD | {"fact": "OS18.1b"} | damage]
        pd.DataFrame(rows, columns=documents.COLUMNS).to_csv(folder / "some.csv", index=False)
        with pytest.raises(ThurrockError) as refused:
            documents.facts()
        assert str(refused.value).startswith("data/documents/facts/some.csv, row 3, ")
        assert sentence in str(refused.value)

    def test_one_identifier_in_two_files_is_refused(self, folder):
        row = pd.DataFrame([GOOD], columns=documents.COLUMNS)
        row.to_csv(folder / "a.csv", index=False)
        row.to_csv(folder / "b.csv", index=False)
        with pytest.raises(ThurrockError, match=r"facts/b\.csv, row 2, column fact: .*already"):
            documents.facts()

    def test_a_column_that_is_not_there_is_named(self, folder):
        pd.DataFrame([GOOD]).to_csv(folder / "a.csv", index=False)
        with pytest.raises(ThurrockError, match=r"facts/a\.csv has no column 'gap'"):
            documents.facts()


class TestAdoptionTimeliness:
    """Averages of three years and of one are different quantities."""

    @pytest.mark.parametrize(("basis", "years"), [("three-year", 3), ("in year", 1)])
    def test_a_basis_says_how_many_years(self, basis: str, years: int):
        rows = documents.read()
        rows = rows[rows["measure"].str.startswith("days_") & rows["basis"].eq(basis)]
        starts = rows["period_end"] - pd.DateOffset(years=years) + pd.Timedelta(days=1)
        assert len(rows) >= 6
        assert rows["period_start"].eq(starts).all()

    def test_thurrock_as_the_report_prints_it(self):
        rows = documents.read().query("area == 'E06000034' and basis == 'three-year'")
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
        rows = judgements.read()
        rows = rows[rows["grade"] != ""]
        for framework, group in rows.groupby("framework"):
            scale = judgements.scale(str(framework))
            assert [scale.index(g) + 1 for g in group["grade"]] == group["rank"].astype(
                int
            ).tolist()

    def test_every_visit_without_a_grade_has_no_rank(self):
        rows = judgements.read()
        ungraded = rows[rows["grade"] == ""]
        assert ungraded["rank"].eq("").all()
        assert set(ungraded["kind"]) == {"focused visit"}

    def test_adequate_is_not_requires_improvement(self):
        for framework in ("single inspection", "ILACS"):
            assert "Adequate" not in judgements.scale(framework)
        old = judgements.scale("safeguarding and looked after children")
        assert "Requires improvement to be good" not in old

    def test_an_inspection_ends_before_it_is_published(self):
        rows = judgements.read().query("grade != ''")
        assert set(rows["area"]) <= set(areas.table())
        assert rows["start"].le(rows["end"]).where(rows["end"].ne(""), True).all()
        assert rows["end"].lt(rows["published"]).all()

    def test_children_in_care_is_named_as_it_was(self):
        rows = judgements.read().query("framework == 'ILACS'")
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
        rows = judgements.as_at(judgements.read(), date)
        own = rows[rows["area"].eq("E06000034") & rows["judgement"].eq("overall effectiveness")]
        assert own.sort_values("framework")["grade"].tolist() == grade

    def test_no_person_is_named(self):
        assert not [name for name in judgements.read().columns if "inspector" in name]
        assert provenance.verify(paths.data() / "documents" / "judgements.csv")

    def test_a_grade_off_its_scale_is_refused(self, tmp_path, monkeypatch: pytest.MonkeyPatch):
        shutil.copytree(paths.data() / "dictionary", tmp_path / "data" / "dictionary")
        (tmp_path / "data" / "documents").mkdir()
        rows = judgements.read().head(3)
        rows.loc[1, ["framework", "grade", "rank"]] = ["ILACS", "Adequate", "3"]
        rows.to_csv(tmp_path / "data" / "documents" / "judgements.csv", index=False)
        monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
        with pytest.raises(
            ThurrockError, match=r"judgements\.csv, row 3, column grade: 'Adequate'"
        ):
            judgements.read()

    def test_the_table_of_2012_adds_up(self):
        rows = documents.facts().query("measure == 'authorities_judged' and line != '38'")
        rows = rows.assign(value=rows["value"].astype(int))
        total = rows[rows["group"] == "all"].set_index("breakdown")["value"]
        parts = rows[rows["group"] != "all"].groupby("breakdown")["value"].sum()
        assert parts.to_dict() == total.to_dict()


def test_every_measure_of_a_document_says_what_it_is():
    table = measures.table()
    local = table[table["collection"] == "documents"]
    assert local["definition"].ne("").all()
    assert local["publisher_series"].ne("").all()
