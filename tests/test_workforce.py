"""The workforce census: sums as parts, full-time equivalents, and two authorities in one return."""

from pathlib import Path

import pandas as pd
import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.loaders import cells, ees, lait, opening
from thurrock_analysis.metrics import change, ratios, recomputation
from thurrock_analysis.record import areas, dictionary, measures, tidy

THURROCK = "E06000034"
KINGSTON = "E09000021 / E09000027"
AGENCY = measures.get("agency_social_worker_percent")

# Thurrock on 30 September, 2016 to 2025, as first read from DfE's tables by hand.
PUBLISHED = {
    "social_workers": [93.26, 98.2, 112.4, 146.7, 162.3, 159.7, 138.6, 124.1, 135.9, 145.2],
    "social_worker_vacancy_percent": [23.7, 23.9, 25.8, 17.0, 17.7, 18.4, 26.1, 29.5, 28.1, 22.9],
    "social_worker_turnover_percent": [9.7, 6.9, 13.0, 20.2, 13.2, 14.4, 21.2, 20.9, 16.0, 11.0],
    "agency_social_worker_percent": [37.9, 23.9, 22.4, 21.3, 15.6, 19.6, 26.1, 26.6, 24.5, 19.4],
    "sickness_absence_percent": [2.9, 3.2, 3.8, 3.4, 3.0, 5.0, 3.7, 3.0, 1.8, 2.4],
    "caseload": [18.5, 16.3, 19.7, 15.5, 14.8, 13.4, 12.2, 14.6, 11.6, 12.2],
}
TOTALS_OF_2015 = {
    "social_workers": 89,
    "social_worker_vacancy_percent": 23,
    "social_worker_turnover_percent": 22,
    "agency_social_worker_percent": 23,
    "sickness_absence_percent": 5,
}


def census(rows: dict[str, float], release: str = "CSWW 2025") -> pd.DataFrame:
    """Return published figures of Thurrock on 30 September 2025, one a measure."""
    return tidy.conform(
        pd.DataFrame(
            {
                "measure": list(rows),
                "value": list(rows.values()),
                "area": THURROCK,
                "period_end": "2025-09-30",
                "basis": "at date",
                "origin": "published",
                "release": release,
            }
        )
    )


def table(path: Path, rows: list[dict[str, str]], name: str) -> pd.DataFrame:
    """Write rows as a publisher's file and read them through the loader."""
    file = path / f"{name}.csv"
    pd.DataFrame(rows).to_csv(file, index=False)
    frame = opening.read(file)
    reader = lait if name.startswith("lait") else ees
    return reader.read(frame, cells.table_named(name), file)


def authority(code: str, **cell: str) -> dict[str, str]:
    """Return the leading cells of a row on an authority, and more cells."""
    fixed = {"time_period": "2021", "geographic_level": "Local authority", "country_code": ""}
    return fixed | {"region_code": "", "old_la_code": code} | cell


@pytest.fixture(scope="module")
def workforce(shipped: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of the workforce census, each as last published."""
    collection = shipped["measure"].astype("str").map(measures.table()["collection"])
    rows = shipped[collection.eq("CSWW")]
    rows = rows.assign(year=rows["period_end"].dt.year).sort_values("published")
    return rows.drop_duplicates([*tidy.FIGURE, "origin"], keep="last")


class TestPartsThatAreSums:
    """``a + b`` in the dictionary."""

    def test_every_term_is_read(self):
        part = measures.part("agency + in_post[role=manager|case holder] + others")
        assert (part.measure, part.plus.groups) == ("agency", ("manager", "case holder"))
        assert (part.plus.plus.measure, part.plus.plus.plus) == ("others", None)

    @pytest.mark.parametrize("text", ["a +", "a+b", "a b", "+ a", "a[b]", "a[b=c"])
    def test_what_cannot_be_read_is_refused(self, text: str):
        with pytest.raises(ThurrockError, match="no part of a ratio"):
            measures.part(text)

    def test_the_denominator_is_the_sum(self):
        rows = census({"agency_social_workers": 35, "social_workers": 145.2, AGENCY.measure: 19.4})
        rate = ratios.attach_parts(rows, [AGENCY]).query("measure == @AGENCY.measure")
        assert rate["numerator"].item() == 35
        assert rate["denominator"].item() == pytest.approx(180.2)

    def test_a_sum_with_a_missing_term_is_missing(self):
        rows = census({"agency_social_workers": 35, AGENCY.measure: 19.4})
        rate = ratios.attach_parts(rows, [AGENCY]).query("measure == @AGENCY.measure")
        assert rate["denominator"].isna().all()

    def test_an_unprinted_rate_is_computed_from_it(self):
        rows = census({"agency_social_workers": 35, "social_workers": 145.2})
        assert ratios.recompute(rows, [AGENCY])["value"].tolist() == [19.4]


class TestRounding:
    """Full-time equivalents are printed to one decimal; people and cases are whole."""

    def judged(self, name: str, value: float, numerator: float, denominator: float) -> str:
        rows = census({name: value}).assign(numerator=numerator, denominator=denominator)
        levels = {THURROCK: "authority"}
        known = dictionary.read("exceptions").iloc[:0]
        measure = [measures.get(name)]
        return recomputation.verdicts(rows, measure, dictionary.read("rounding"), levels, known)[
            "verdict"
        ].item()

    @pytest.mark.parametrize(
        ("name", "value", "numerator", "denominator", "verdict"),
        [
            ("social_worker_turnover_percent", 11.0, 16.0, 145.2, "within rounding"),
            ("social_worker_turnover_percent", 11.1, 16.0, 145.2, "within rounding"),
            ("social_worker_turnover_percent", 11.2, 16.0, 145.2, "different"),
            ("social_worker_turnover_headcount_percent", 10.9, 16, 147, "equal"),
            ("social_worker_turnover_headcount_percent", 11.0, 16, 147, "different"),
            ("caseload", 12.2, 1100, 90.2, "within rounding"),
            ("caseload", 12.3, 1100, 90.2, "different"),
        ],
    )
    def test_a_rate_may_differ_by_what_its_parts_were_rounded(
        self, name: str, value: float, numerator: float, denominator: float, verdict: str
    ):
        assert self.judged(name, value, numerator, denominator) == verdict

    def test_a_sum_is_as_uncertain_as_its_terms_together(self):
        rows = pd.DataFrame({"counts": [0.1, 1.0, 10.0], "population": 1.0})
        assert recomputation.unit(AGENCY.numerator, rows).tolist() == [0.1, 1, 10]
        assert recomputation.unit(AGENCY.denominator, rows).tolist() == [0.2, 1, 20]


class TestJointReturns:
    """Kingston with Richmond, North with West Northamptonshire."""

    def test_a_file_that_prints_it_under_the_first_code(self, tmp_path: Path):
        rows = [
            authority("314", social_worker_fte="138.5"),
            authority("318", social_worker_fte="z"),
        ]
        figures = table(tmp_path, rows, "csww_2022")
        assert figures[["area", "value"]].to_numpy().tolist() == [[KINGSTON, 138.5]]

    def test_a_file_that_prints_it_under_a_code_of_its_own(self, tmp_path: Path):
        figures = table(tmp_path, [authority("314 / 318", inpost_fte="138.5")], "csww")
        assert figures[["area", "value"]].to_numpy().tolist() == [[KINGSTON, 138.5]]

    def test_a_file_that_prints_it_under_both_codes(self, tmp_path: Path):
        cell = {"Short Desc": "Work_Force_NoSW", "Years": "2021", "Values": "138.5"}
        rows = [cell | {"LA Number": number} for number in ("314.0", "318.0")]
        figures = table(tmp_path, rows, "lait_csww_2016")
        assert figures[["area", "value"]].to_numpy().tolist() == [[KINGSTON, 138.5]]

    def test_other_collections_know_the_two_apart(self):
        area = pd.Series(["E09000021", "E09000027"])
        assert areas.reporting(area, pd.Series(["CLA", "CIN"])).tolist() == area.tolist()

    def test_it_is_no_authority(self):
        joint = dictionary.read("joint")
        assert {areas.get(code).level for code in joint["joint"]} == {"joint"}
        assert {areas.get(code).level for code in joint["area"]} == {"authority"}
        assert not set(joint["joint"]) & set(dictionary.read("neighbours")["neighbour"])


class TestChance:
    """Ratios that are neither shares nor rates of residents have no model of chance."""

    def two_years(self, name: str, *parts: tuple[float, float]) -> pd.DataFrame:
        years = [
            census({name: 1.0}).assign(
                numerator=top, denominator=bottom, period_end=pd.Timestamp(f"{year}-09-30")
            )
            for year, (top, bottom) in enumerate(parts, start=2024)
        ]
        return pd.concat(years, ignore_index=True)

    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("caseload", [(1052, 90.6), (1100, 90.2)]),
            ("vacancies_covered_percent", [(38.7, 30), (43, 20)]),
            ("starters_per_100_social_workers", [(30.6, 135.9), (25, 145.2)]),
        ],
    )
    def test_none_is_made_up(self, name: str, parts: list[tuple[float, float]]):
        rows, measure = self.two_years(name, *parts), measures.get(name)
        assert change.intervals(rows, measure)[["lower", "upper"]].isna().all(axis=None)

    def test_a_share_keeps_its_own(self):
        rows = self.two_years(AGENCY.measure, (44, 179.9), (35, 180.2))
        limited = change.intervals(rows, AGENCY)
        assert limited["lower"].lt(limited["upper"]).all()


class TestTheRecord:
    """What is shipped."""

    def own(self, workforce: pd.DataFrame, measure: str) -> pd.Series:
        rows = workforce[workforce["area"].eq(THURROCK) & workforce["measure"].eq(measure)]
        return rows.set_index("year")["value"].sort_index()

    @pytest.mark.parametrize("measure", PUBLISHED)
    def test_thurrock_is_as_published(self, workforce: pd.DataFrame, measure: str):
        held = self.own(workforce, measure)
        assert held.loc[2016:].to_dict() == dict(enumerate(PUBLISHED[measure], start=2016))
        assert held.loc[:2015].to_dict() == (
            {2015: TOTALS_OF_2015[measure]} if measure in TOTALS_OF_2015 else {}
        )

    def test_a_cover_above_all_vacancies_was_withdrawn(self, shipped: pd.DataFrame):
        rows = shipped[shipped["area"].eq(THURROCK) & shipped["period_end"].eq("2019-09-30")]
        rows = rows[rows["measure"] == "vacancies_covered_percent"].sort_values("published")
        assert rows["release"].tolist() == ["CSWW 2022", "CSWW 2025"]
        assert rows["value"].tolist()[0] == 129
        assert rows["status"].tolist() == ["", "unreliable"]

    def test_no_figure_is_copied_to_one_of_two(self, workforce: pd.DataFrame):
        joint = dictionary.read("joint").query("collection == 'CSWW'")
        assert workforce[workforce["area"].isin(joint["area"])].empty
        assert set(joint["joint"]) <= set(workforce["area"])

    def test_every_rate_follows_from_its_parts(self, shipped: pd.DataFrame):
        judged = recomputation.verdicts(
            shipped,
            [m for m in measures.ratios() if m.collection == "CSWW"],
            dictionary.read("rounding"),
            {code: area.level for code, area in areas.table().items()},
            dictionary.read("exceptions"),
        )
        assert len(judged) > 12_000
        assert judged.loc[judged["verdict"].eq("different"), recomputation.NAME].empty

    def test_sickness_counts_a_leap_year(self, workforce: pd.DataFrame):
        wide = workforce[workforce["breakdown"].eq("all")].pivot_table(
            index=["area", "year"], columns="measure", values="value", observed=True
        )
        wide = wide[["sickness_days", "sickness_absence_percent", "social_workers"]].dropna()
        wide = wide[wide["social_workers"] > 0]
        days = pd.Series(253, index=wide.index).where(
            wide.index.get_level_values("year") % 4 != 0, 254
        )
        found = 100 * wide["sickness_days"] / (wide["social_workers"] * days)
        assert found.sub(wide["sickness_absence_percent"]).abs().lt(0.07).mean() > 0.98
