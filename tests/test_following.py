"""Sentences follow from the figures beside them: a strict reader's objections, each by its kind."""

import json
import re

import pandas as pd
import pytest

from tests import rules
from thurrock_analysis import open_report, paths, words
from thurrock_analysis.findings import known, pooled, unusual
from thurrock_analysis.findings.handing import movements
from thurrock_analysis.findings.report import Report
from thurrock_analysis.machine.refresh import index, payload
from thurrock_analysis.metrics import usual
from thurrock_analysis.questions import adoption, demand
from thurrock_analysis.record import dictionary, measures

DIRECTION = re.compile(r"\b(?:up|down|rose|fell|higher|lower|more|fewer)\b")
PLACES = ("North Northamptonshire", "Rutland", "Thurrock")


@pytest.fixture(scope="module")
def north() -> Report:
    return open_report("North Northamptonshire")


def sums(report: Report, name: str, window: range) -> tuple[float, float]:
    """Return the parts of a share over some closing years."""
    rows = report.own(name)
    rows = rows[rows["period_end"].dt.year.isin(window)]
    return rows["numerator"].sum(), rows["denominator"].sum()


@pytest.mark.parametrize("both", [0.0, 100.0])
def test_a_figure_that_did_not_move_is_unchanged_in_effect(both):
    """0 of 20 and 0 of 30 lie apart on the scale of a verdict, and are the same figure."""
    ends = {"period_before": pd.Timestamp(2024, 3, 31), "period_end": pd.Timestamp(2025, 3, 31)}
    parts = {"numerator_last": both / 5, "denominator_last": 20.0, "change": 0.0, "percent": 0.0}
    row = pd.Series({"value_first": both, "value_last": both} | parts | ends)
    said = unusual.changed(
        open_report("Rutland"), "looked_after_child_arrangements_percent", 2016, 2024
    )
    assert said.kind == "unchanged"
    about = measures.get("looked_after_child_arrangements_percent")
    told = words.movement(row, about, unusual.in_words(said))
    assert told.endswith(f", unchanged from {both:.0f}% in 2023-24.")


@pytest.mark.parametrize("place", PLACES)
def test_since_an_inspection_a_direction_has_a_verdict(place):
    report = open_report(place)
    found = demand.inspections(report)
    for clause in re.split(r"[;.]\s", found.sentence):
        assert "by more than is usual" in clause or not re.search(r"\b(fell|rose)\b", clause)
    table = found.table.set_index("label")
    names = {measures.get(name).label: name for name in found.figures["measure"].unique()}
    for column in [name for name in table if name.startswith("since ")]:
        year = int(column.split()[1])
        alone = {
            label: unusual.changed(report, names[label], year, report.years(names[label])[-1])
            for label in table.index
            if year in report.years(names[label]) and report.years(names[label])[-1] > year
        }
        told = usual.corrected(list(alone.values()))
        right = ["alone" if one.key == "among many" else one.kind for one in told]
        written = {"in effect unchanged": "unchanged",
                   "larger by itself, not among so many": "alone"}  # fmt: skip
        shown = table.loc[list(alone), column].replace(written)
        assert shown.tolist() == right, column


def test_what_moved_more_than_usual_is_said_to_have_and_which_way():
    told = open_report("Thurrock").trend("funnel", since=2016, index=True).sentence
    assert "initial conferences (−73%) and plans started (−71%) fell by more than is usual" in told
    # Two moved even more: it is not the only one that moved by more than is usual.
    alone = "starting to be looked after (−50%) moved by more than is usual for one figure, not"
    assert f"; {alone}" in told


def test_no_change_larger_than_usual_by_itself_is_left_out_of_what_moved():
    lines = [
        {"sentence": f"It is {n}.", "weight": 20 - n, "measure": f"m{n}", "box": "moved",
         "verdict": "usual", "probability": 0.04 if n < 15 else 0.5}
        for n in range(20)
    ]  # fmt: skip
    entry = index.Entry("demand", "Demand", True, payload=payload.Payload("demand", [], lines))
    chosen = index.foremost_of([entry])
    assert [one["sentence"] for one in index.lines_of([entry], "moved", chosen)] == [
        f"It is {n}." for n in range(15)
    ]


@pytest.mark.parametrize("name", measures.table().query("basis == 'at date'").index)
def test_a_measure_has_one_period_wherever_it_is_told(name):
    about, end = measures.get(name), pd.Timestamp(2025, 3, 31)
    row = {"measure": name, "basis": about.basis, "period_end": f"{end:%Y-%m-%d}", "value": 1.0}
    in_year = about.phrase.endswith("in the year")
    assert payload.period_of(row) == f"{'year to ' * in_year}31 March 2025"
    assert words.period(end, about).removeprefix("the ") == payload.period_of(row)
    assert words.when(end, about) == f"{'to' if in_year else 'on'} 31 March 2025"
    part = about.numerator
    if part and part.breakdown == "all" and measures.get(part.measure).basis == "at date":
        assert measures.get(part.measure).is_in_year_to_date == in_year


def test_a_caption_has_the_period_of_its_figures():
    caption = open_report("Thurrock").trend("looked_after_dental_check_percent").shown.caption
    assert caption.endswith("years ending 31 March")


def test_of_expected_figures_those_that_were_tested_are_counted():
    for place in ("Dorset", "North Northamptonshire"):
        found = open_report(place).expected()
        tested = int(found.table["actual"].notna().sum())
        counted = re.search(r"Of (\d+) figures ([\d.]+) lie outside", found.doubt)
        assert counted and int(counted[1]) == tested < len(found.table)
        assert float(counted[2]) == rules.rounded(0.05 * tested, 1)


def test_what_cannot_be_held_against_the_usual_moved_the_way_that_is_printed(north):
    told = north.trend("attainment at 11", since=2022)
    line = told.sentence.split("\n")[1]
    assert "cannot be told" in told.doubt and line.endswith("It was 15% in 2022.")
    report = open_report("Essex")
    report.take(report.trend("need"))
    untold = [line for line in movements(report) if line["verdict"] == "untold"]
    assert untold
    for line in untold:
        way = {"+": "up", "−": "down", "0": "unchanged"}[line["change"][0]]
        assert line["direction"] in (way, "not comparable", "same number")
        assert not re.search(r"\b(up|down)\b", line["sentence"].partition("cannot be told")[0])


def test_ways_out_of_care_are_counted_and_not_compared(north):
    told = adoption.routes(north)
    assert told.sentence.endswith("adopted 79, left to special guardianship 88.")
    assert not DIRECTION.search(told.sentence + str(told.chart.options["headline"]))


def test_a_group_is_told_beside_its_five_years_before_and_no_first_year():
    report = open_report("Thurrock")
    told = report.split("child_protection_plan_starts", by="initial category")
    rows = report.own("child_protection_plan_starts", breakdown="initial category")
    counts = rows.pivot(index="group", columns="period_end", values="value")
    counts.columns = counts.columns.year
    shares = (
        100
        * counts.loc["neglect"]
        / told.report.own("child_protection_plan_starts").pipe(
            lambda own: own.set_index(own["period_end"].dt.year)["value"]
        )
    )
    low, high = (round(end) for end in (shares[range(2019, 2024)].agg(["min", "max"])))
    assert f"Neglect was between {low}% and {high}% in the five years before." in told.sentence
    broken = report.split("looked_after", by="placement type").sentence
    assert "five years" not in broken and not re.search(r"20(0|1)\d", broken)


def test_a_step_in_effect_unchanged_goes_neither_way(north):
    told = north.decompose("plans started", since=2022)
    still = told.table.loc[told.table["verdict"].eq("in effect unchanged"), "label"]
    assert len(still) == 2
    for label in still:
        assert f"with {label} (in effect unchanged)" in told.sentence
    assert not told.table["label"].iloc[:-1].str.contains(DIRECTION.pattern).any()


def test_a_notebook_takes_one_change_apart_once():
    chains = dictionary.read("chains").groupby("chain")["measure"].last()
    for path in paths.notebooks().glob("[a-z]*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(one["source"]) for one in cells)
        split = [chains[name] for name in re.findall(r'decompose\("(.+?)"', code)]
        assert len(split) == len(set(split)), path.name


def test_a_share_that_moved_with_what_is_known_is_told_of_those_known(north):
    name, beside = (f"care_leavers_19_21_{kind}_percent" for kind in ("eet", "neet"))
    told = known.told(north, [{"measure": name, "year_first": 2024, "year_last": 2025}])
    for year, share in ((2025, "47%"), (2024, "44%")):
        (part, whole), (rest, _) = (
            sums(north, one, range(year, year + 1)) for one in (name, beside)
        )
        assert f"of {part + rest:.0f} of {whole:.0f} (" in told
        assert f"{100 * part / (part + rest):.0f}%" == share and share in told
    report = open_report("North Northamptonshire")
    report.take(report.trend(name))
    assert told in movements(report)[0]["sentence"]


def test_what_is_expected_is_of_a_day_without_a_figure_whenever_it_is_read():
    told = open_report("Essex").outlook("social_workers").sentence
    assert "For 30 September 2026, of which no figure is held yet, between " in told
    assert told.endswith("884.3 on 30 September 2025, below all of that range.")
    inside = open_report("Essex").outlook("looked_after").sentence
    assert "all of that range" not in inside


def test_three_years_together_are_their_sums():
    report, name = open_report("Thurrock"), "care_leavers_19_21_eet_percent"
    told = pooled.told(report, [name])
    texts = []
    for window in (range(2023, 2026), range(2018, 2021)):
        top, base = sums(report, name, window)
        span = f"{window[0]} to {window[-1]}"
        texts.append(f"{top:.0f} of {base:.0f} ({100 * top / base:.0f}%) in {span}")
    assert ", ".join(texts) in told and told.endswith(" in 5 years.")
    assert pooled.told(open_report("Rutland"), ["care_leavers_19_21_neet_percent"]) == ""


def test_a_factor_is_told_as_a_share_of_all_assessments():
    report = open_report("Thurrock")
    found = demand.factors(report)
    name = found.table["group"].iloc[0]
    whole = report.own("assessments").dropna(subset=["value"]).iloc[-1]
    rows = report.own("assessment_factors", breakdown="factor")
    rows = rows[rows["period_end"].eq(whole["period_end"]) & rows["group"].eq(name)]
    share = rules.rounded(100 * rows["value"].item() / whole["value"])
    assert f"{name} {rows['value'].item():.0f} ({share:.0f}%)." in found.doubt
    # In Hampshire neglect leads since; of the year of which all are known "other" led by far.
    doubt = demand.factors(open_report("Hampshire")).doubt
    assert "most often: other 14,497 (51%)." in doubt and "neglect" not in doubt


def test_a_mix_is_told_under_the_other_model_of_neighbours_too():
    found = open_report("Thurrock").after("section_47_rate", "2016-03-17")
    other = re.search(
        r"Under the April 2021 model of neighbours a mix came to ([\d.]+)\.", found.doubt
    )
    assert other and float(other[1]) != round(found.table.loc[0, "mix"], 1)


def test_no_outcome_is_counted_twice():
    rows = dictionary.read("outcomes")
    for _, names in rows[rows["measure"].ne("")].groupby("recommendation")["measure"]:
        behind = [str(measures.get(name).numerator) for name in names]
        assert not set(behind) & set(names)


def test_a_ranking_can_be_read_aloud():
    report = open_report("Haringey", "2018-03-31")
    told = report.rank("looked_after_persistent_absence_percent", beside="education")
    assert not list(rules.long_sentences(told))
