"""What documents print: transcriptions, thresholds, judgements."""

import pandas as pd
import pytest

from thurrock_analysis import areas, dictionary, judgements, measures, paths, provenance, releases
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import documents

DAYS = ["days_from_care_to_adoptive_family", "days_from_order_to_match"]
QUALIFIERS = {"exact", "about", "unvalidated", "target", "forecast", "implied"}
DAYS_IN_A_MONTH = 30.44


@pytest.fixture(scope="module")
def transcribed() -> pd.DataFrame:
    """Return every transcribed figure, every cell as text."""
    files = [documents.read_text(path).assign(file=path.name) for path in documents.files()]
    return pd.concat(files, ignore_index=True).fillna("")


class TestTranscriptions:
    """``data/documents``."""

    def test_a_file_is_known_by_its_columns(self):
        names = {path.name for path in documents.files()}
        assert {"demand.csv", "placements.csv", "adoption_timeliness.csv"} <= names
        assert not names & {"judgements.csv", "neighbours_2012.csv"}

    def test_words_are_few_and_their_document_known(self, transcribed: pd.DataFrame):
        assert transcribed["quotation"].str.split().str.len().max() <= 25
        assert set(transcribed["document"]) <= set(releases.calendar().index)
        assert set(transcribed["qualifier"]) <= QUALIFIERS

    def test_a_figure_without_words_says_why(self, transcribed: pd.DataFrame):
        silent = transcribed[transcribed["quotation"].eq("")]
        read_elsewhere = silent["note"].str.contains("not quoted") | silent["document"].eq(
            "ADOPT23"
        )
        assert read_elsewhere.all()

    def test_a_figure_stands_in_one_place_only(self, transcribed: pd.DataFrame):
        name = ["document", "line", "measure", "breakdown", "group", "area", "period_end", "value"]
        assert not transcribed.duplicated([*name, "qualifier"]).any()

    def test_targets_forecasts_and_undated_figures_are_not_observed(self):
        read = documents.read()
        assert not read["method"].isin(documents.NOT_OBSERVED).any()
        assert read["period_end"].notna().all()
        assert set(read["area"]) <= set(areas.table())

    def test_a_mean_keeps_its_sum_and_count(self):
        rows = documents.read().query("measure == 'days_from_care_to_adopting_carer'")
        own = rows[rows["area"] == "E06000034"]
        assert (own["numerator"] / own["denominator"]).round(2).tolist() == own["value"].tolist()

    def test_a_row_without_a_line_is_refused(self, tmp_path, monkeypatch: pytest.MonkeyPatch):
        row = dict.fromkeys(documents.COLUMNS, "x") | {"line": "", "value": "1"}
        (tmp_path / "documents").mkdir()
        pd.DataFrame([row]).to_csv(tmp_path / "documents" / "some.csv", index=False)
        monkeypatch.setattr(paths, "data", lambda: tmp_path)
        with pytest.raises(ThurrockError, match=r"data/documents/some\.csv, row 2: .*line"):
            documents.read()


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

    def test_the_table_of_2012_adds_up(self):
        rows = documents.read_text(paths.data() / "documents" / "inspections.csv")
        rows = rows.assign(value=rows["value"].astype(int))
        total = rows[rows["group"] == "all"].set_index("breakdown")["value"]
        parts = rows[rows["group"] != "all"].groupby("breakdown")["value"].sum()
        assert parts.to_dict() == total.to_dict()


def test_every_measure_of_a_document_says_what_it_is():
    table = measures.table()
    local = table[table["collection"] == "documents"]
    assert local["definition"].ne("").all()
    assert local["publisher_series"].ne("").all()
