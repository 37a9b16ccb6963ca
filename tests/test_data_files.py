"""The shipped data: described, licensed, consistent with itself, small, and no one's file."""

import io
import json

import jsonschema
import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.record import areas, dictionary, measures, provenance, store, tidy

FILES = provenance.files()
SCHEMA = json.loads((paths.data() / "sidecar.schema.json").read_text(encoding="utf-8"))
LARGEST = 5_000_000
# Files that need no sidecar: the project wrote them, and they hold no published numbers as such.
NO_SHARES = {"social_worker_turnover_percent", "social_worker_turnover_headcount_percent",
             "vacancies_covered_percent", "agency_covering_vacancies_percent"}  # fmt: skip
"""Leavers are not among those in post, nor agency workers among vacancies: these can pass 100."""

WRITTEN_HERE = {"dictionary", "publishers", "papers", "statutory"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_sidecar_follows_its_schema(path):
    checker = jsonschema.Draft202012Validator
    checker.check_schema(SCHEMA)
    checker(SCHEMA).validate(provenance.read(path))


def test_a_sidecar_is_asked_for_what_its_schema_needs():
    assert list(provenance.NEEDED) == SCHEMA["required"]


@pytest.mark.parametrize("missing", SCHEMA["required"])
def test_the_schema_refuses_a_sidecar_without(missing):
    content = provenance.read(paths.record())
    del content[missing]
    with pytest.raises(jsonschema.ValidationError, match=f"'{missing}' is a required property"):
        jsonschema.validate(content, SCHEMA)


def test_every_checksum_holds():
    assert len(provenance.verify_all()) == len(FILES)


def test_every_file_of_published_numbers_has_a_sidecar():
    described = {*FILES, *(provenance.sidecar_of(path) for path in FILES)}
    others = {p for p in paths.data().rglob("*") if p.is_file()} - described
    outside = {p.name for p in others if p.relative_to(paths.data()).parts[0] not in WRITTEN_HERE}
    assert outside == {"README.md", "sidecar.schema.json", "schema.csv", "files.csv"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_licence_is_the_open_government_licence(path):
    licence = provenance.read(path)["licence"]
    assert licence["name"] == "Open Government Licence v3.0"
    assert "public sector information" in licence["attribution"]


def test_the_sidecar_says_what_the_record_holds(shipped):
    said = provenance.read(paths.record())
    assert said["rows"] == len(shipped)
    assert said["releases"] == sorted(shipped["release"].astype("str").unique())
    ends = shipped["period_end"]
    assert said["period"] == f"{ends.min():%Y-%m-%d} to {ends.max():%Y-%m-%d}"
    published = shipped.loc[shipped["origin"].eq("published"), "source"].astype("str")
    assert set(published) <= {source["source"] for source in said["sources"]}


def test_the_record_is_a_valid_tidy_table(shipped):
    assert tidy.check(shipped, "the record", tidy.RECORD) is shipped
    assert not shipped.duplicated(tidy.KEY).any()
    assert (shipped["value"].isna() == shipped["status"].ne("")).all()


def test_the_record_uses_known_words_only(shipped):
    table = measures.table()
    assert set(shipped["measure"]) <= set(table.index)
    assert set(shipped["area"]) <= set(areas.table())
    assert set(shipped["status"]) <= {"", *dictionary.read("symbols")["status"]}
    assert set(shipped["origin"]) == {"published", "recomputed"}
    assert (shipped["basis"].astype("str") == shipped["measure"].map(table["basis"])).all()


def test_no_number_of_the_record_is_impossible(shipped):
    net = measures.table().query("unit == @measures.NET").index
    differences = shipped["measure"].isin(net)
    assert shipped.loc[~differences, "value"].dropna().ge(0).all()
    percents = measures.table().query("unit == 'percent'").index
    highest = shipped[shipped["measure"].isin(percents)].groupby("measure", observed=True)["value"]
    assert set(highest.max()[lambda value: value > 100].index) <= NO_SHARES
    assert shipped["numerator"].dropna().ge(0).all()
    assert shipped["denominator"].dropna().ge(0).all()


def test_a_period_is_a_year_or_a_day(shipped):
    at_date = shipped["basis"].eq("at date")
    assert shipped.loc[at_date, "period_start"].isna().all()
    flows = shipped[shipped["basis"].eq("in year")]
    assert (flows["period_start"] + pd.DateOffset(years=1)
            == flows["period_end"] + pd.Timedelta(days=1)).all()  # fmt: skip


def test_an_authority_has_figures_only_of_years_in_which_it_existed(shipped):
    rows = shipped[shipped["value"].notna() & shipped["measure"].ne(measures.POPULATION)]
    closing = rows["period_end"] + pd.DateOffset(months=9)  # a September lies in the next year
    years = rows.assign(year=closing.dt.year)[["area", "year"]].drop_duplicates()
    wrong = [
        (areas.get(area).name, year)
        for area, year in years.itertuples(index=False)
        if year < (areas.get(area).first_year or 0)
    ]
    assert wrong == []


def test_the_coverage_is_that_of_the_record(shipped):
    held = pd.read_csv(paths.record().with_name("coverage.csv"), keep_default_na=False)
    text = store.coverage(shipped).to_csv(index=False)
    found = pd.read_csv(io.StringIO(text), keep_default_na=False)
    pd.testing.assert_frame_equal(held, found)


def test_the_readable_excerpt_is_the_record_of_thurrock(shipped):
    held = pd.read_csv(paths.record().with_name("thurrock.csv"), keep_default_na=False, na_values={
        name: [""] for name in tidy.NUMBERS
    })  # fmt: skip
    rows = shipped[shipped["area"] == "E06000034"]
    pd.testing.assert_frame_equal(tidy.conform(held), tidy.conform(rows))


def test_the_record_is_small():
    assert paths.record().stat().st_size < LARGEST
    total = sum(p.stat().st_size for p in paths.data().rglob("*") if p.is_file())
    assert total < 2 * LARGEST


def test_no_file_of_a_publisher_is_copied_in():
    root = paths.data().parent
    named = set(dictionary.read("sources")["file"]) | set(
        dictionary.read("neighbour_models")["file"]
    )
    names = {name.rsplit("/", 1)[-1].lower() for name in named}
    for folder in ("data", "tests", "docs", "thurrock_analysis"):
        own = {p.name.lower() for p in (root / folder).rglob("*") if p.is_file()}
        assert not own & names


def test_every_ratio_has_parts_that_the_dictionary_knows():
    for measure in measures.ratios():
        for part in (measure.numerator, measure.denominator):
            assert part.measure in measures.table().index
            for other in (part.plus, part.otherwise):
                assert other is None or other.measure in measures.table().index
        assert measure.per in (1, 100, 10_000)
    for measure in measures.made_of_parts():
        assert measure.is_ratio or measure.numerator.less or len(measure.numerator.groups) > 1


@pytest.mark.parametrize("name", ["breaks", "groupings", "exceptions"])
def test_other_dictionaries_name_known_measures(name):
    assert set(dictionary.read(name)["measure"]) <= set(measures.table().index)
