"""What would be expected: the fit against statsmodels, its coverage, and what a reader is told."""

import warnings

import numpy as np
import pandas as pd
import pytest

from thurrock_analysis import open_report, paths
from thurrock_analysis.charts import ranges
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.upkeep import expected as upkeep
from thurrock_analysis.metrics.expected import fit, leave_one_out, limits
from thurrock_analysis.record import dictionary, measures


def drawn(spread: float, areas: int = 160, seed: int = 7) -> pd.DataFrame:
    """Return authorities whose counts follow a negative binomial of known slope and spread."""
    made = np.random.default_rng(seed)
    need = made.normal(3, 0.4, areas)
    children = made.uniform(8_000, 200_000, areas)
    mean = children * np.exp(-8 + 0.9 * need)
    counts = made.poisson(mean * made.gamma(1 / spread, spread, areas))
    return pd.DataFrame({"actual": counts.astype(float), "population": children, "need": need})


def test_the_fit_is_that_of_statsmodels():
    from statsmodels.discrete.discrete_model import NegativeBinomial

    rows = drawn(0.1)
    design = np.column_stack([np.ones(len(rows)), rows["need"]])
    used = np.ones((1, len(rows)), dtype=bool)
    offset = np.log(rows["population"]).to_numpy()
    slopes, shape, doubts = fit(design, rows["actual"].to_numpy(), offset, used)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known = NegativeBinomial(rows["actual"], design, offset=offset).fit(
            start_params=[-8, 0.9, 0.1], disp=0, maxiter=500
        )
    assert np.allclose([*slopes[0], 1 / shape[0]], known.params, rtol=1e-4)
    assert np.allclose(np.sqrt(np.diag(doubts[0])), known.bse[:2], rtol=0.05)


def test_an_authority_does_not_shape_what_is_expected_of_it():
    rows = drawn(0.1, areas=40)
    changed = rows.assign(actual=rows["actual"].where(rows.index != 5, 9e5))
    hidden = rows.assign(actual=rows["actual"].where(rows.index != 5))
    first, second, third = (leave_one_out(each, ["need"]) for each in (rows, changed, hidden))
    for other in (second, third):
        pd.testing.assert_series_equal(first.loc[5], other.loc[5])
    assert not np.isclose(first.loc[6, "expected"], second.loc[6, "expected"])


@pytest.mark.parametrize("spread", [0.02, 0.3])
def test_intervals_hold_the_share_that_they_name(spread):
    rows = drawn(spread, areas=400)
    found = leave_one_out(rows, ["need"])
    for share in (0.95, 0.8):
        low, high = limits(found["expected"], found["spread"], share)
        assert rows["actual"].between(low, high).mean() == pytest.approx(share, abs=0.03)


def test_shipped_intervals_hold_what_they_name_of_every_measure():
    rows = pd.read_csv(upkeep.path()).dropna(subset=["actual"])
    inside = rows["actual"].between(rows["low_95"], rows["high_95"])
    assert inside.mean() == pytest.approx(0.95, abs=0.01)
    assert inside.groupby(rows["measure"]).mean().between(0.92, 0.98).all()
    narrow = rows["actual"].between(rows["low_80"], rows["high_80"])
    assert narrow.mean() == pytest.approx(0.8, abs=0.015)


def test_the_shipped_file_is_what_the_command_makes():
    year, day = upkeep.editions()[-1]
    name = "care_application_rate"
    factors = dictionary.read("factors").query("measure == @name")["factor"]
    anew = upkeep.expect(measures.get(name), list(factors), year, day)
    last = pd.read_csv(upkeep.path()).query("edition == @year and measure == @name")
    columns = ["actual", "expected", "low_95", "high_95"]
    ours, theirs = (rows.set_index(rows["area"].astype("str"))[columns] for rows in (anew, last))
    pd.testing.assert_frame_equal(ours, theirs, check_names=False)


def test_a_hidden_factor_widens_the_range_of_its_authority_alone(monkeypatch):
    year, day = upkeep.editions()[-1]
    name = "looked_after_start_rate"
    factors = dictionary.read("factors").query("measure == @name")["factor"]
    monkeypatch.setattr(upkeep, "HIDDEN", (3, 3, 3))
    known = upkeep.expect(measures.get(name), list(factors), year, day).set_index("area")
    last = pd.read_csv(upkeep.path()).query("edition == @year and measure == @name")
    last = last.set_index("area").reindex(known.index)
    hides = last["hidden"].notna()
    assert hides["E06000017"] and (last["expected"] == known["expected"]).all()
    wider = (last["high_95"] - last["low_95"]) - (known["high_95"] - known["low_95"])
    assert (wider[hides] > 0).all() and (wider[~hides] == 0).all()
    assert "taken as three" in open_report("Rutland").expected("looked_after_starts").doubt


@pytest.mark.parametrize("place", ["Thurrock", "Rutland", "Hackney"])
def test_the_sentence_names_just_what_lies_outside(place):
    found = open_report(place).expected()
    table = found.table.dropna(subset=["actual"])
    outside = table[~table["actual"].between(table["low"], table["high"])]
    before = found.sentence.split(" the range of ")[0]
    told = [label for label in table["label"] if f"{label} (" in before and " lie" in before]
    assert told == list(outside["label"]) or (outside.empty and "figures lie within" in before)
    assert np.allclose(table["ratio"], table["actual"] / table["expected"])


def test_who_has_no_expected_value_is_told_why():
    assert "is none" in open_report("London").expected().sentence
    assert "is not held" in open_report("Isles of Scilly").expected("section_47").sentence
    early = open_report("Thurrock", "2020-03-31").expected()
    assert not early.held and "20 November 2023" in early.sentence
    with pytest.raises(ThurrockError, match="Nothing is expected of 'caseload'"):
        open_report("Thurrock").expected("caseload")


def test_an_edition_shows_nothing_that_was_not_out():
    rows = pd.read_csv(upkeep.path())
    early = open_report("Thurrock", "2024-06-30").expected("section_47")
    own = rows.query("area == 'E06000034' and measure == 'section_47_rate' and edition == 2023")
    assert early.table["expected"].tolist() == own["expected"].tolist()


def test_a_range_that_is_upside_down_is_refused():
    rows = pd.DataFrame({"name": ["a"], "value": [1.0], "low": [2.0], "high": [1.0]})
    with pytest.raises(ThurrockError, match="low to high"):
        ranges(rows, ("one", 1))


def test_the_page_of_coverage_is_that_of_the_shipped_file():
    rows = pd.read_csv(upkeep.path(), dtype={"factors_of": "str"})
    page = (paths.home() / "docs" / "expected.md").read_text(encoding="utf-8")
    assert page == "\n".join(upkeep.coverage(rows)) + "\n"
