"""The outlook: forecasts, intervals from past errors, what is shipped, and the verb."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from thurrock_analysis import open_report, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.verbs.outlook import GROUP, editions, place
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.machine.upkeep import backtest
from thurrock_analysis.metrics import calibration, forecasting, rolling
from thurrock_analysis.metrics.calibration import LEVELS, QUANTILES
from thurrock_analysis.metrics.forecasting import HORIZONS, Panel, Scale
from thurrock_analysis.record import areas, measures, provenance, store

YEARS = range(2016, 2023)


def walk(seed: int, areas: int = 8) -> pd.DataFrame:
    """Make counts that walk at random from sizes between 30 and 900."""
    random = np.random.default_rng(seed)
    start = np.geomspace(30, 900, areas)[:, None]
    steps = random.normal(0, 0.1, (areas, len(YEARS))).cumsum(axis=1)
    names = [f"A{i:02}" for i in range(areas)]
    return pd.DataFrame(random.poisson(start * np.exp(steps)), names, list(YEARS), dtype="float64")


def panels(counts: pd.DataFrame) -> dict[int, Panel]:
    """Publish counts year by year."""
    made = {}
    for year in YEARS:
        seen = counts.loc[counts[year].notna(), [at for at in YEARS if at <= year]]
        made[year] = Panel(seen, counts.sum().loc[:year], seen[year].clip(lower=1))
    return made


@pytest.fixture(scope="module")
def rolled() -> pd.DataFrame:
    return rolling.forecasts(panels(walk(1)))[0]


@pytest.fixture(scope="module")
def due() -> pd.DataFrame:
    """Return every edition beside what came, from the record itself."""
    newest = pd.concat([store.as_at(store.load([m]), "2026-03-31") for m in grouping(GROUP)])
    newest = newest[newest["breakdown"].eq("all")]
    keys = ["measure", "area", "period_end"]
    both = [one.astype({"measure": "str", "area": "str"}) for one in (editions(), newest)]
    return both[0].merge(both[1][[*keys, "value"]], on=keys).dropna(subset="value")


class TestCandidates:
    def test_the_errors_of_smoothing_grow_as_its_closed_form_has_it(self):
        row = pd.Series(np.random.default_rng(2).normal(size=14).cumsum())
        mean, error = forecasting.smoothed(row)
        assert np.ptp(mean) == pytest.approx(0)
        growth = (error / error[0]) ** 2 - 1  # (h - 1) alpha^2
        assert growth[2] == pytest.approx(2 * growth[1])
        assert 0 < growth[1] <= 1

    def test_the_local_level_is_smoothing_with_the_gain_of_its_ratio(self):
        random = np.random.default_rng(3)
        level = random.normal(size=(40, 40)).cumsum(axis=1)
        seen = level + random.normal(size=level.shape)  # a ratio of one
        gain = (np.sqrt(5) - 1) / 2
        by_hand = seen[:, 0].copy()
        for column in seen.T[1:]:
            by_hand += gain * (column - by_hand)
        assert np.abs(forecasting.local_level(pd.DataFrame(seen)) - by_hand).max() < 0.15

    def test_growth_is_drawn_to_england_where_own_growth_is_chance(self):
        random = np.random.default_rng(4)
        years = list(range(2010, 2020))
        path = np.exp(6 + 0.05 * np.arange(10) + random.normal(0, 0.2, (80, 10)).cumsum(axis=1))
        panel = Panel(pd.DataFrame(path, columns=years), pd.Series(1000 * 1.05 ** np.arange(10.0),
                      years), pd.Series(path[:, -1]))  # fmt: skip
        own, _ = forecasting.own_growth(panel.linked)
        drawn = forecasting.shared_growth(panel)
        assert np.std(drawn) < 0.6 * np.std(own)
        assert drawn.mean() == pytest.approx(0.05, abs=0.02)

    @pytest.mark.parametrize("share", [False, True])
    def test_the_pace_of_return_is_found(self, share):
        random = np.random.default_rng(5)
        size = np.full(3000, 400.0)
        apart, scale = random.normal(0, 0.4, 3000), Scale(share)
        offset = scale.link(np.full(3000, 40.0 if share else 400.0), size)
        mean = scale.unlink(offset - 0.3 * apart, size)
        came = 100 * random.binomial(400, mean / 100) / 400 if share else random.poisson(mean)
        rows = {"outturn": came, "size": size, "apart": apart, "expected": offset}
        assert forecasting.return_rate(pd.DataFrame(rows), scale) == pytest.approx(-0.3, abs=0.02)


class TestIntervals:
    def errors(self, years: int, seed: int) -> pd.DataFrame:
        """Make forecasts whose errors are normal and grow with size: 1 + size / 100 squared."""
        random = np.random.default_rng(seed)
        size = np.tile(np.geomspace(20, 2000, 150), years)
        steady = np.sqrt(size + 0.375) + random.normal(0, 0.3 * np.sqrt(1 + size / 100))
        return pd.DataFrame(
            {
                "area": np.tile([f"A{i}" for i in range(150)], years),
                "year": np.repeat(range(2010, 2010 + years), 150),
                "size": size,
                "forecast": size,
                "outturn": np.maximum(steady, 0) ** 2 - 0.375,
            }
        )

    def test_they_cover_what_they_say_in_each_third_by_size(self):
        runs = [(self.errors(2, 100 + seed), self.errors(6, seed)) for seed in range(16)]
        fans = pd.concat([calibration.fan(past, now, Scale()) for now, past in runs])
        now = pd.concat([now for now, _ in runs])
        third = pd.qcut(now["size"].rank(method="first"), 3, labels=False)
        for level in LEVELS:
            low, high = calibration.ends_of(level)
            hit = now["outturn"].between(fans[low], fans[high])
            assert hit.mean() == pytest.approx(level, abs=0.02)
            assert hit.groupby(third).mean().sub(level).abs().max() < 0.03

    def test_their_ends_are_those_of_the_noise(self):
        found = calibration.fan(self.errors(12, seed=8), self.errors(1, seed=9), Scale())
        large = found.iloc[-1]
        sigma = 0.3 * np.sqrt(1 + 2000 / 100)
        ends = (np.sqrt(2000.375) + np.array([-1, 1]) * 1.2816 * sigma) ** 2 - 0.375
        assert large[[0.1, 0.9]].to_numpy() == pytest.approx(ends, rel=0.02)

    def test_two_years_of_errors_give_none(self):
        assert calibration.fan(self.errors(2, 1), self.errors(1, 2), Scale()).isna().all(axis=None)
        assert calibration.fan(self.errors(3, 1), self.errors(1, 2), Scale()).notna().all(axis=None)

    def test_too_few_errors_refuse_the_wider_interval_alone(self):
        few = self.errors(3, 1).iloc[::15]
        found = calibration.fan(few, self.errors(1, 2), Scale())
        assert found[0.025].isna().all() and found[0.975].isna().all()
        assert found[0.1].notna().all() and found[0.9].notna().all()

    @pytest.mark.parametrize(
        ("outturn", "level", "score"), [(15, 0.8, 10), (7, 0.8, 40), (21, 0.95, 50), (10, 0.95, 10)]
    )
    def test_the_score_is_by_its_formula(self, outturn, level, score):
        ends = np.array([10.0]), np.array([20.0]), np.array([float(outturn)])
        assert calibration.interval_score(*ends, level) == pytest.approx([score])


class TestRolling:
    def test_no_edition_knows_what_came_after_it(self, rolled):
        later = walk(1)
        later[2022] = later[2022] * 3 + 50
        again = rolling.forecasts(panels(later))[0]
        before = rolled["year"].lt(2022)
        pd.testing.assert_frame_equal(rolled[before], again[again["year"].lt(2022)])
        assert not rolled.loc[~before, 0.5].equals(again.loc[again["year"].eq(2022), 0.5])

    def test_errors_are_of_forecasts_that_had_come_due(self, rolled):
        known = rolled.groupby(["year", "horizon"])["errors"].first().unstack()
        assert known.loc[2022].tolist() == [8 * 6, 8 * 5, 8 * 4]
        assert rolled.loc[rolled["origins"].lt(calibration.LEAST_ORIGINS), 0.5].isna().all()

    def test_a_short_and_a_constant_series_and_one_all_hidden(self):
        counts = walk(3)
        counts.iloc[0, :-3] = np.nan
        counts.iloc[1] = 40.0
        counts.iloc[2] = np.nan
        told = rolling.forecasts(panels(counts))[0]
        newest = told[told["year"].eq(2022)].set_index("area")
        assert "A02" not in newest.index
        assert newest[[0.1, 0.5, 0.9]].notna().all(axis=None)
        short, constant = newest.loc["A00"], newest.loc["A01"]
        smooth = short["method"].str.startswith(forecasting.NO_CHANGE)
        fitted = newest.loc["A05", "method"].isin(["local level", "exponential smoothing"])
        assert smooth[fitted.to_numpy()].all()
        assert constant[0.1].le(40).all() and constant[0.9].ge(40).all()

    def test_a_fit_that_does_not_converge_is_told(self, monkeypatch):
        def fails(*_: object, **__: object) -> None:
            import warnings

            warnings.warn("no", ConvergenceWarning, stacklevel=1)

        monkeypatch.setattr(ETSModel, "fit", fails)
        mean, error = forecasting.smoothed(walk(1).iloc[0])
        assert np.isnan(mean).all() and np.isnan(error).all()
        panel = panels(walk(1))[2022]
        still = panel.linked.iloc[:, [-1]].to_numpy() + np.zeros(3)
        made = {forecasting.NO_CHANGE: still, "fails": np.full_like(still, np.nan)}
        rows = rolling.arranged(panel, 2022, made)
        due = rows.assign(year=2021, outturn=rows["newest"], fails=rows["newest"])
        due[forecasting.NO_CHANGE] += 5
        told = rolling.edition(rows[rows["horizon"].eq(1)], due, panel, made)
        assert set(told["method"]) == {"no change: the fit did not converge"}


class TestShipped:
    @pytest.mark.parametrize("horizon", HORIZONS)
    def test_the_intervals_held_as_often_as_they_say(self, due, horizon):
        rows = due[due["horizon"].eq(horizon)]
        step = rows["measure"].map(lambda name: 0.5 * 10.0 ** -measures.get(name).decimals)
        third = rows.groupby("measure")["newest"].rank(pct=True).mul(3).apply(np.ceil)
        assert len(rows) > 6000
        for low, high, band in ((0.1, 0.9, (0.77, 0.83)), (0.025, 0.975, (0.93, 0.97))):
            hit = rows["value"].between(rows[low] - step, rows[high] + step)
            assert band[0] <= hit.mean() <= band[1]
            thirds = hit.groupby(third).mean()
            assert thirds.between(band[0] - 0.02, band[1] + 0.02).all()

    def test_quantiles_are_in_order_and_possible(self):
        told = editions()
        quantiles = told[list(QUANTILES)].to_numpy()
        assert np.isfinite(quantiles).all()
        assert (np.diff(quantiles, axis=1) >= 0).all() and quantiles.min() >= 0
        shares = (
            told["measure"].astype("str").map(lambda name: measures.get(name).unit == "percent")
        )
        assert quantiles[shares.to_numpy()].max() <= 100

    def test_every_authority_with_a_number_has_an_outlook(self):
        told = editions().query("measure == 'looked_after' and release == 'CLA 2025'")
        rows = open_report("England").figures("looked_after")
        rows = rows[rows["period_end"].eq("2025-03-31") & rows["value"].notna()]
        level = rows["area"].map(lambda code: areas.get(code).level)
        assert set(told["area"]) == set(rows.loc[level.eq("authority"), "area"])

    def test_it_is_of_the_record_that_is_shipped(self):
        source = provenance.read(place())["sources"][0]
        assert source["sha256"] == provenance.read(paths.record())["sha256"], "run data outlook"

    def test_an_edition_starts_from_what_was_printed_then(self):
        told = editions().query("measure == 'looked_after' and release == 'CLA 2017'")
        told = told[told["area"].eq("E06000034")]
        assert told["newest"].unique().tolist() == [345.0]  # 333 since the release of 2018


class TestPage:
    def test_it_is_of_the_outlook_that_is_shipped(self, due):
        page = (paths.home() / "docs" / "outlook.md").read_text(encoding="utf-8")
        assert f"{len(due):,} forecasts." in page
        for horizon, rows in due.groupby("horizon"):
            step = rows["measure"].map(lambda name: 0.5 * 10.0 ** -measures.get(name).decimals)
            held = 100 * rows["value"].between(rows[0.1] - step, rows[0.9] + step).mean()
            line = f"\n| {horizon} | {len(rows):,} | "
            assert f" | {held:.0f}% ± " in page.partition(line)[2].partition("\n")[0]

    def test_a_gain_is_on_the_best_rival_where_all_have_a_score(self):
        scores = {
            "score 0.8": [1.0, 3.0, 9.0],
            "naive score 0.8": [4.0, 4.0, 0.0],
            "drift score 0.8": [2.0, 3.0, np.inf],
            "ETS score 0.8": [3.0, 3.0, 1.0],
        }
        gain, rival = backtest.best(pd.DataFrame(scores), 0.8)
        assert (gain, rival) == (pytest.approx(1 - 4 / 5), "drift")

    def test_chances_are_held_against_what_came(self):
        rows = pd.DataFrame(np.tile(np.arange(93.0, 108), (2, 1)), columns=list(QUANTILES))
        rows = rows.assign(measure="referrals", horizon=1, newest=100.0, outturn=[95.0, 105.0])
        found = backtest.tried(rows).query("step == 1")
        assert found["came"].tolist() == [True, False]
        assert found["given"].tolist() == pytest.approx([0.55, 0.55])


class TestVerb:
    def test_it_reads_the_edition_of_its_date(self):
        found = open_report("Thurrock", "2021-03-31").outlook("looked_after", until=2022)
        row = editions().query("measure == 'looked_after' and area == 'E06000034'")
        row = row[row["release"].eq("CLA 2020") & row["horizon"].eq(2)].iloc[0]
        assert f"yet, between {row[0.1]:.0f} and {row[0.9]:.0f} looked-after" in found.sentence
        assert found.sentence.startswith("For 31 March 2022, of which no figure is held yet, ")
        assert "297 on 31 March 2020" in found.sentence
        assert found.table["year"].tolist() == [2021, 2022]

    def test_years_ahead_that_few_forecasts_stand_behind_are_not_told(self):
        # Of three years ahead, that of CSWW 2022 alone has come due.
        report = open_report("Essex", "2026-04-08")
        found = report.outlook("social_workers")
        assert found.table["year"].tolist() == [2026, 2027]
        assert "Nothing is told of 2028" in found.doubt and "(in 1 of the 3 years" in found.doubt
        assert not report.outlook("social_workers", until=2028).held
        assert report.outlook("referrals").table["held"].between(70, 90).all()

    def test_an_upper_end_above_all_posts_is_said_to_be_so(self):
        # 884.3 in post and 49.0 vacant in Essex; Thurrock has more vacant than the forecast adds.
        said = "Filled and vacant there were 933.3 posts on 30 September 2025"
        assert said in open_report("Essex", "2026-04-08").outlook("social_workers").doubt
        thurrock = open_report("Thurrock", "2026-04-08").outlook("social_workers")
        assert "posts" not in thurrock.doubt

    def test_the_better_end_of_a_measure_says_which_way_a_target_lies(self):
        far = "looked_after_outside_boundary_percent"
        told = open_report("Essex", "2026-04-08").outlook(far, target=50)
        assert "The chance of 50% or less by then is at least 99 in 100" in told.sentence
        said = "% of looked-after children of Essex are expected to be placed outside the boundary"
        assert said in told.sentence

    def test_what_it_says_of_the_past_had_come_due(self):
        early, late = (open_report("Thurrock", day) for day in ("2016-03-31", "2026-03-31"))
        assert "made for all authorities in 1 year," in early.outlook("looked_after").doubt
        assert "So few years say little." in early.outlook("looked_after").doubt
        assert "made for all authorities in 11 years," in late.outlook("looked_after").doubt

    def test_a_chance_and_its_opposite_are_one(self):
        rows = editions().iloc[:50][list(QUANTILES)].to_numpy()
        at = np.round(rows[:, 7])
        both = calibration.chance(rows, at, True) + calibration.chance(rows, at + 1, False)
        assert both == pytest.approx(1)

    def test_a_target_is_reached_from_where_the_figure_stands(self):
        report = open_report("Thurrock", "2026-03-31")
        assert " of 250 or fewer " in report.outlook("looked_after", target=250).sentence
        assert " of 300 or more " in report.outlook("looked_after", target=300).sentence
        nearer = report.outlook("looked_after", target=260).table["chance"]
        assert nearer.gt(report.outlook("looked_after", target=240).table["chance"]).all()

    @pytest.mark.parametrize(
        ("area", "day", "measure", "said"),
        [
            (
                "Rutland",
                "",
                "looked_after_adopted",
                "No figure of children adopted can be told for",
            ),
            ("West Northamptonshire", "", "social_workers", "Two authorities make one return"),
            ("England", "", "referrals", "made for authorities, not for regions or England"),
            ("Thurrock", "2014-03-31", "looked_after", "had been made by 31 March 2014"),
        ],
    )
    def test_what_it_cannot_answer_it_says(self, area, day, measure, said):
        found = open_report(area, day).outlook(measure)
        assert not found.held and said in found.sentence

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"measure": "looked_after_rate"}, "There is no outlook of 'looked_after_rate'"),
            ({"measure": "referrals", "until": 2031}, "reaches from 2026 to 2028, not to 2031"),
            ({"measure": "referrals", "until": "next"}, "a closing year, such as 2027, not 'next'"),
            ({"measure": "referrals", "target": -1}, "a number that is not negative, not -1"),
            ({"measure": "referrals", "target": "few"}, "a number that is not negative, not 'few'"),
            ({"measure": "referrals", "target": float("nan")}, "that is not negative, not nan"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, asked, said):
        with pytest.raises(ThurrockError, match=said):
            open_report("Thurrock", "2026-03-31").outlook(**asked)

    def test_the_bands_that_are_drawn_are_those_of_the_table(self):
        found = open_report("Medway", "2026-03-31").outlook("looked_after", target=400)
        drawing = found.draw()
        wide, narrow = (
            one for one in drawing.figure.axes[0].collections if one.get_gid() == "band"
        )
        for band, names in ((wide, ("from_95", "to_95")), (narrow, ("from_80", "to_80"))):
            drawn = set(band.get_paths()[0].vertices[:, 1].round(6))
            assert drawn >= set(found.table[list(names)].to_numpy().ravel().round(6))
        first = found.shown.texts().iloc[0]
        assert f"four in five between {first['80% from']} and {first['80% to']}" in drawing.told
        assert "Level across: Target 400." in drawing.told
