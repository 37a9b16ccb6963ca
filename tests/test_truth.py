"""What the sample's own events say is what load_returns and the indicators find, to the last."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import thurrock_analysis
from tests import scan
from thurrock_analysis import open_report
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.findings.report import Report
from thurrock_analysis.indicators import compute, yearly
from thurrock_analysis.record import areas, dictionary
from thurrock_analysis.returns import load_returns
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.sample import faults, writing

WHEN = ["measure", "period_start", "period_end"]
PARTS = ["value", "numerator", "denominator"]
NOT_CARRIED = {"days_from_care_to_adopting_carer", "referrals_after_early_help_percent"}
"""Measures of which the formats lack what the truth rests on: the carer, and help under way."""
SEED, SIZE = 11, 0.2
MEANT = {"true": True, "Y": True, "N": False}
MOVED = {
    "ssda903/2015/": "ssda903/2016/",
    "ssda903/2016-17/": "ssda903/2017/",
    "ssda903/903 final v2/": "ssda903/2018/",
}
"""Where a folder that is misnamed stood."""


class Spoilt(NamedTuple):
    """A small sample, read as it is and with faults in it, and the list of these."""

    clean: Returns
    bad: Returns
    listed: pd.DataFrame
    truth: pd.DataFrame


def truth_of(folder: Path) -> pd.DataFrame:
    told = pd.read_csv(folder / writing.TRUTH, parse_dates=WHEN[1:])
    return told.astype(dict.fromkeys(WHEN[1:], "datetime64[s]"))


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("spoilt") / "sample"
    writing.write(folder, seed=SEED, size=SIZE, conditioned=False)
    clean = load_returns(folder / writing.RETURNS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(faults, "GIGABYTES", 1)
        patched.setattr(faults, "NOTHING", b"\n" * (1 << 20))
        listed = faults.inject(folder / writing.RETURNS)
    return Spoilt(clean, load_returns(folder / writing.RETURNS), listed, truth_of(folder))


def apart(told: pd.DataFrame, returns: Returns) -> pd.DataFrame:
    """Return the figures that only one side has, and those that are not the same."""
    figures, _ = yearly.yearly(returns)
    both = told.merge(figures, how="outer", on=WHEN, suffixes=("", "_found"), indicator=True)
    same = np.logical_and.reduce(
        [np.isclose(both[f"{one}_found"], both[one], rtol=1e-12, atol=0, equal_nan=True)
         for one in PARTS]
    )  # fmt: skip
    return both[~same | both["_merge"].ne("both")]


def untold(measures: pd.DataFrame) -> set[str]:
    """Return the measures of which the truth has no figure: of posts, and single years of some."""
    known = dictionary.read("indicators").set_index("measure").loc[measures["measure"].unique()]
    posts, pooled = known["tables"].eq("posts"), known["basis"].eq(yearly.POOLED)
    return set(known.index[posts | pooled])


@pytest.fixture(scope="module")
def shipped_apart(sample: Path) -> pd.DataFrame:
    return apart(truth_of(sample), load_returns(sample / writing.RETURNS))


def test_every_figure_of_every_year_is_the_truth(sample, shipped_apart):
    known = dictionary.read("indicators")
    told = truth_of(sample)
    assert set(compute.known()) == set(known["measure"])
    assert set(told["measure"]) == set(known.loc[known["tables"].ne("posts"), "measure"])
    assert len(told) > 1_500
    wrong = shipped_apart[shipped_apart["_merge"].ne("right_only")]
    assert wrong.empty, wrong[[*WHEN, *PARTS]].to_string()


def test_no_figure_is_given_that_the_truth_has_not(shipped_apart):
    more = shipped_apart[shipped_apart["_merge"].eq("right_only")]
    assert set(more["measure"]) == untold(more)
    assert (more["period_end"] - more["period_start"]).dt.days.le(366).all()


def test_what_the_formats_cannot_carry_is_told_as_a_gap(sample):
    told = truth_of(sample)
    told["gap"] = told["value"] - told["truth"]
    apart = told[told["gap"].abs() > 1e-9]
    assert set(apart["measure"]) == NOT_CARRIED
    page = (Path(__file__).parents[1] / "docs" / "sample.md").read_text(encoding="utf-8")
    for name, rows in apart.groupby("measure"):
        all_ = told["measure"].eq(name).sum()
        largest = rows["gap"].loc[rows["gap"].abs().idxmax()]
        assert f"| {name} | {len(rows)} of {all_} | {largest:+.1f} |" in page


def test_another_authority_is_told_truly_as_well(spoilt):
    wrong = apart(spoilt.truth, spoilt.clean)
    wrong = wrong[wrong["_merge"].ne("right_only")]
    assert wrong.empty, wrong[[*WHEN, *PARTS]].to_string()


def test_no_row_is_lost(spoilt):
    for returns in (spoilt.clean, spoilt.bad):
        counts = returns.counts
        became = counts[["blank", "kept", "aside", "repeated"]].sum(axis=1)
        assert counts["read"].eq(became).all()
        held = {name: len(rows) for name, rows in returns.tables.items()}
        assert counts.groupby("table")["kept"].sum().to_dict() == held


FIXTURES = Path(__file__).parent / "fixtures"
RULES = {
    row["kind"]: row
    for row in csv.DictReader((FIXTURES / "sample_faults.csv").read_text("utf-8").splitlines())
}
"""By which rules each kind of fault is told, and where."""
MEANT_WELL = {rule["kind"] for rule in RULES.values() if rule["rule"] in {
    "flag_form", "id_form", "folder_name", "sheet_name", "sheet_size", "row_after_gap",
    "formatted_rows"}}  # fmt: skip
"""Kinds that are told and read as what they mean."""


@pytest.mark.parametrize("kind", RULES)
def test_every_fault_is_reported(spoilt, kind):
    listed = spoilt.listed[spoilt.listed["kind"].eq(kind)]
    assert len(listed)
    for fault in listed.itertuples():
        assert reported(spoilt.bad.issues, fault), fault
        assert kind not in MEANT_WELL or harmless(spoilt, fault), fault


def reported(issues: pd.DataFrame, fault: NamedTuple) -> bool:
    """Whether an issue of its rule names the file, and the row, child, column or year of it."""
    rule, where = RULES[fault.kind]["rule"].split(), RULES[fault.kind]["where"]
    found = issues[issues["rule"].isin(rule)]
    if where == "year":
        return bool(found["YEAR"].eq(int(fault.right)).any())
    if where == "child":
        return bool(found["id"].eq(fault.id).any())
    found = found[found["file"].str.startswith(fault.file)]
    if where == "sheet":
        found = found[found["file"].str.endswith(f"/{fault.column}")]
        found = found[found["row"].eq(int(fault.row))] if fault.row else found
    if where == "id":
        found = found[found["id"].eq(fault.id)]
    if where == "row" and fault.row:
        found = found[
            found["row"].eq(int(fault.row)) & found["column"].eq(fault.column or found["column"])
        ]
    if where == "column":
        found = found[found["column"].eq(fault.column)]
    return len(found) > 0


def harmless(spoilt: Spoilt, fault: NamedTuple) -> bool:
    """Whether what was spoilt is read as what it means."""
    if fault.kind == "a folder named otherwise":
        rows = spoilt.bad.table("oc2")
        rows = rows[rows["file"].str.startswith(fault.file)]
        return len(rows) > 0 and rows["YEAR"].eq(int(fault.right)).all()
    if fault.id and fault.column:
        (written,) = {
            cell[4] for cell in faults.CELLS if cell[3] == fault.column and cell[5] == fault.kind
        }
        return at(spoilt.bad, fault) == MEANT[written]
    if fault.id:
        return all(
            spoilt.bad.table(name)["CHILD"].eq(fault.id).any() for name in ("header", "episodes")
        )
    return bool(usable(spoilt.bad, fault) == usable(spoilt.clean, fault))


def at(returns: Returns, fault: NamedTuple) -> object:
    rows = returns.table(Path(fault.file).stem)
    place = rows["file"].eq(fault.file) & rows["row"].eq(int(fault.row))
    return rows.loc[place, fault.column].item()


def usable(returns: Returns, fault: NamedTuple) -> dict[str, tuple[int, int]]:
    """Return of each year and table below a path how many rows it has that are not blank."""
    counts = returns.counts
    file = counts["file"].replace(MOVED, regex=True)
    below = file.str.startswith(pd.Series(fault.file + "/").replace(MOVED, regex=True).item())
    rows = counts[below]
    return dict(zip(rows["table"], rows["read"] - rows["blank"], strict=True))


def test_every_kind_of_fault_has_its_rule(spoilt):
    assert set(spoilt.listed["kind"]) == set(RULES)


@pytest.fixture(scope="module")
def small(spoilt: Spoilt) -> Report:
    """Return a report on the fictional authority with the small sample's returns."""
    area = next(one for one in areas.table().values() if one.level == areas.FICTIONAL)
    report = open_report(area.name)
    return replace(report, returns=OwnReturns(spoilt.clean, area), taken=[])


@pytest.mark.parametrize("name", ["returns", "durations", "population_ahead"])
def test_each_question_to_returns_has_an_answer_that_can_be_shown(small, monkeypatch, name):
    monkeypatch.setattr(thurrock_analysis, "open_report", lambda *_: small)
    asked = 0
    for code, one in scan.findings(name, small.area.code, ""):
        assert isinstance(one, Finding), (code, one)
        one._ipython_display_()
        if one.chart is not None:
            assert "synthetic" in str(one.chart.options), code
        asked += 1
    assert asked > 1


def test_averages_by_year_stand_in_a_table_and_a_month_beside_that_of_a_year_before(small):
    told = small.durations("time on a plan", averages=True)
    newest = told.shown.frame.iloc[0]
    assert (newest["year"], newest["ended"] > 4, newest["alone"] > 0) == (2026, True, True)
    assert f"the {newest['ended']:.0f} that had ended in the year to March 2026" in told.sentence
    monthly = small.trend("referrals", by="month", since=2020)
    values = monthly.figures.set_index("period_end")["value"]
    march, before = values["2026-03-31"], values["2025-03-31"]
    assert f"stood at {march:.0f} in March 2026, {before:.0f} a year before" in monthly.sentence
