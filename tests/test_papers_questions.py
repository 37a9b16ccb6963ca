"""The questions to the papers: every one answers, or says why not, for any place and date."""

import json
import re
from functools import partial

import pandas as pd
import pytest

from thurrock_analysis import open_report, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.report import Report
from thurrock_analysis.papers import claims, facts
from thurrock_analysis.questions import (
    attribution,
    conclusions,
    follow_through,
    inspections,
    outcomes,
    placements,
    printed,
    replay,
    workforce,
)
from thurrock_analysis.record import areas

SUBJECTS = ("demand", "placements", "adoption", "workforce")
ASKED = [
    conclusions.verdicts, conclusions.inconsistent, conclusions.did_not_come_true,
    conclusions.on_another_base,
    conclusions.unchecked, conclusions.consistent, printed.transcribed,
    *(partial(conclusions.concerning, subject=subject) for subject in SUBJECTS),
    attribution.taken_apart, partial(replay.told, document="OS18"), replay.forecasts,
    follow_through.ledger, follow_through.repeats, follow_through.returned,
    partial(outcomes.seen, base_year=2016), inspections.road,
]  # fmt: skip
PLACES = [
    ("Thurrock", ""),
    ("Thurrock", "2018-03-31"),
    ("Thurrock", "2012-10-31"),
    ("West Northamptonshire", ""),
    ("England", ""),
]


def headings(name: str) -> set[str]:
    """Return what a link to a section of a notebook can name."""
    cells = json.loads((paths.notebooks() / name).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    return {line.replace(" ", "-") for line in re.findall(r"^## (.+)", text, re.MULTILINE)}


@pytest.fixture(scope="module")
def thurrock() -> Report:
    return open_report("Thurrock")


def column(found: Finding, name: str, *, rest: bool = False) -> pd.Series:
    """Return a column of a table as a reader sees it, by the first."""
    texts = (found.rest if rest else found.shown).texts()
    return texts.set_index(texts.columns[0])[name]


@pytest.mark.parametrize("authority, as_at", PLACES)
def test_every_question_answers_in_words_or_says_why_not(authority, as_at):
    report = open_report(authority, as_at)
    found = [ask(report) for ask in ASKED]
    for one in found:
        said = " ".join([one.sentence, one.doubt, one.shown.caption, one.rest.caption])
        assert one.sentence.rstrip().endswith("."), one
        assert not re.search(r"\bnan\b|NaT|no figure|\binf\b|None", said), one
        for table in (one.shown, one.rest):
            texts = table.texts()
            assert not texts.map(lambda cell: cell in ("nan", "")).to_numpy().any(), texts
            assert set(table.heads) == set(table.frame.columns) or table.frame.empty, one
        for name, section in re.findall(r"\]\(([\w.]*)#(.+?)\)", said):
            assert section in headings(name or "evidence.ipynb")
        if not one.held:
            assert authority in one.sentence or "the committee paper" in one.sentence, one
        if one.chart is not None:
            assert len(one.draw().told) > 40
    assert all(one.held for one in found) == ((authority, as_at) in PLACES[:2])


def test_nothing_later_than_the_date_is_said():
    report = open_report("Thurrock", "2018-03-31")
    for one in (ask(report) for ask in ASKED):
        assert not re.search(r"\b20(19|2\d)\b", one.sentence), one
        if len(one.figures):
            assert one.figures["period_end"].dt.year.max() <= 2017


def test_what_a_change_is_put_down_to_is_taken_apart(thurrock):
    # 338 to 311 in all, 81 to 32 unaccompanied: so 257 to 279 of all others.
    sentence = attribution.taken_apart(thurrock).sentence
    assert "unaccompanied asylum-seeking −49 and all others +22" in sentence
    assert "all others +22, which moved the other way. It counts among those that follow as" in (
        sentence
    )


def test_the_paper_beside_what_was_published_then_and_since(thurrock):
    texts = replay.told(thurrock, "OS18").rest.texts()
    row = texts[texts["Figure"].str.contains("OS18, line 137-138")]
    row = row[row["Told"].str.startswith("239")]
    assert row.iloc[0, 2:5].to_list() == ["285 (Mar 2017)", "226 (Mar 2018)", "121 (Mar 2025)"]


def test_forecasts_are_scored_with_their_definition(thurrock):
    found = replay.forecasts(thurrock)
    table = found.table.set_index(["figure", "said"])
    assert table.loc[("children adopted", 11), "off"] == -4
    missing = table.loc[("incidents of being missing", 277)]
    assert pd.isna(missing["off"]) and "what counts" in missing["definition"]
    assert column(found, "Off by")["incidents of being missing"] == "not comparable"


def test_a_document_that_is_not_out_yet_is_not_replayed():
    early = replay.told(open_report("Thurrock", "2017-12-31"), "OS18")
    assert not early.held and "OS18 is no document on Thurrock that was out" in early.sentence


def test_the_road_keeps_each_scale_to_itself(thurrock):
    found = inspections.road(thurrock)
    assert "Requires improvement to be good (2016), Good (2019) and Outstanding (2024)" in (
        found.sentence
    )
    assert "3 frameworks" in found.sentence
    assert "Outstanding: 1 of 4" in set(found.table["grade"])
    assert "Adequate: 3 of 4" in set(found.rest.frame["grade"])
    # The paper of October 2012 tells the grades of others without the days of their inspections.
    medway = inspections.road(open_report("Medway"))
    assert "Adequate for safeguarding (by 2012)" in medway.sentence


def test_nothing_is_told_of_a_document_that_was_not_out():
    early = open_report("Thurrock", "2012-12-31")
    for one in (follow_through.returned(early), outcomes.seen(early, 2012)):
        assert not one.held and "by this date" in one.sentence
    # The committee paper of 2018 printed figures on four recommendations of 2016.
    before, after = (
        outcomes.seen(open_report("Thurrock", date), 2012).sentence
        for date in ("2017-12-31", "2018-12-31")
    )
    assert "For 0 of all a later paper" in before and "For 4 of all a later paper" in after


def test_what_is_due_and_not_marked_unfolds_with_the_rule_of_its_date(thurrock):
    # By 27 July 2012 only 2012-6a was due: it is printed as due on 27 March 2012.
    rest = follow_through.ledger(thurrock, "2012-07-27").rest.texts()
    assert rest["Action"].str.partition(":")[0].tolist() == ["2012-6a"]
    assert rest["Due, as printed"].tolist() == ["27 Mar 2012 (By 27.3.12; the day)"]
    assert rest["Progress, as printed"].tolist() == ["nothing is printed there"]


def test_a_day_that_is_no_date_is_refused(thurrock):
    with pytest.raises(ThurrockError, match="'October 2012' is not a date: write year"):
        follow_through.ledger(thurrock, "October 2012")


def test_only_a_figure_of_the_same_day_is_held_against_the_published_one(thurrock):
    # 79 plans ended per 10,000 and 713 assessments agree; 20 adoptions were published as 19.
    # 81 unaccompanied children of November beside 55 of March are two facts, not an error.
    found = replay.told(thurrock, "OS18")
    assert len(found.table) == 3 and "children adopted, told 20, published 19;" in found.sentence
    assert found.table["told"].tolist() == [20, 713, 79]
    assert column(found, "Told", rest=True).eq("81 (Nov 2016)").sum() == 1


def test_silence_is_not_told_as_lateness(thurrock):
    # The plan of 2016 prints 2 and 3 without a key; that of 2012 prints COMPLETED or nothing:
    # 62 less 15 marked are 47, and 48 less 6 without a date are 42.
    found = follow_through.ledger(thurrock)
    assert "15 are marked as completed in the plan itself" in found.sentence
    assert "no progress is recorded for 47 and for 42 only a code that their plan" in found.sentence
    assert "(2 Improving, 3 Improving and 3 Maintained)" in found.sentence
    assert "No record after 2012 and 2016 is held: silence is not lateness." in found.sentence
    assert len(found.rest) == 89
    assert not re.search("overdue|late[^n]", found.sentence + found.doubt)
    before = follow_through.ledger(thurrock, "2012-03-01").sentence
    assert "No record" not in before and "recorded for" not in before


def test_a_measure_is_judged_by_the_promise_of_its_plan(thurrock):
    # The plan promised fewer assessments that end without action; 30.4 per cent became 43.9.
    found = outcomes.seen(thurrock, 2016)
    rows = found.shown.texts().set_index("Measure")
    closed = rows[rows.index.str.contains("promised: a fall (PLAN16, line 55-57)", regex=False)]
    assert closed["First"].tolist()[0] == "30.4% (2016)"
    assert closed["Direction"].tolist()[0] == "against the promise (no more than usual)"
    assert (
        "referrals assessed as not in need (30.4% in 2016, 43.9% in 2025; no more than usual)"
        in (found.sentence.partition("Moved against the promise: ")[2])
    )
    # When the report of 2016 came out, the plan was not there yet.
    early = outcomes.seen(open_report("Thurrock", "2016-06-01"), 2012)
    assert early.held and not early.shown.texts()["Measure"].str.contains("promised").any()


def test_a_day_is_read_however_it_is_written(thurrock):
    dense, plain = (follow_through.ledger(thurrock, day) for day in ("20160930", "2016-09-30"))
    assert dense.sentence == plain.sentence


def test_what_a_decision_could_rest_on_is_shown_and_the_rest_unfolds(thurrock):
    found = conclusions.consistent(thurrock)
    checked = conclusions.checked_of(thurrock)
    held = checked[checked["verdict"].eq("consistent")]
    assert len(found.table) == held["consequence"].eq("3").sum()
    assert len(found.table) + len(found.rest) == len(held)
    assert found.rest.caption.startswith(f"The others: {len(found.rest)} conclusions")


def test_verdicts_are_counted_as_numbers(thurrock):
    table = conclusions.verdicts(thurrock).table.set_index("document")
    assert table.to_numpy().sum() == len(conclusions.checked_of(thurrock))


def test_the_first_paper_alone_reads_as_well_as_five():
    early = open_report("Thurrock", "2012-10-31")
    assert conclusions.verdicts(early).sentence.startswith(
        "Conclusions drawn by 1 document of 2012: 37;"
    )
    open_, folded = (conclusions.unchecked(early).shown, conclusions.unchecked(early).rest)
    assert (len(open_), len(folded)) == (1, 2)
    # Where no conclusion bears on a decision, all stand in the open table.
    light = conclusions.checked_of(early).query("consequence == '1'")
    shown, rest = conclusions.by_weight(light, "")
    assert len(shown) == len(light) and not len(rest)
    assert "No published measure comes near" in replay.told(early, "OS12").sentence


def test_a_list_of_neighbours_is_not_used_before_it_was_made():
    claim = claims.check_all(areas.find("Thurrock"), "2017-12-31").set_index("claim")
    assert "paper of 2012" in claim.loc["OF16-120", "sentence"]
    assert "2021" not in claim.loc["OF16-120", "sentence"]
    # The report prints 51 per cent: the list of 2021 gives it, that of 2012 does not.
    claim = claims.check_all(areas.find("Thurrock"), "2026-03-31").set_index("claim")
    said = "51% (neighbours on the April 2021 list, as revised later"
    assert said in claim.loc["OF16-120", "sentence"]


def test_measures_without_two_years_are_said_to_be_none():
    told = outcomes.seen(open_report("Thurrock", "2016-05-24"), 2016).sentence
    assert "No published measure of them has two years since 2016." in told


def test_a_year_before_a_break_is_not_set_beside_one_after_it(thurrock):
    # From 2017 the workforce census takes a record for each worker: 37.9% of 2016 is no start.
    texts = outcomes.seen(thurrock, 2016).shown.texts()
    agency = texts["Measure"].str.startswith("agency social workers")
    assert texts.loc[agency, "First"].tolist() == ["23.9% (2017)"]


def test_targets_alone_are_scored_as_targets():
    sentence = replay.forecasts(open_report("Thurrock", "2017-12-31")).sentence
    assert sentence == "Of what the documents aimed at, only targets have an outturn."


def test_what_a_paper_of_one_place_prints_is_asked_of_no_other():
    # OF16 prints one half and 21 per cent (25 of the December before), OS18 the target of 50.
    early, late = open_report("Thurrock", "2016-12-31"), open_report("Thurrock", "2018-12-31")
    told = workforce.agency_and_vacancy(early)
    assert told.table.loc[0, ["agency", "vacancy"]].tolist() == [50, 21]
    assert "as the inspection report of 2016 tells them" in told.sentence
    assert "The target of 50%, as the committee paper of January 2018" in (
        placements.target(late).sentence
    )
    assert "No paper on Thurrock" in placements.target(early).sentence
    inside = partial(facts.last_told, late.area, late.as_at, "looked_after_percent")
    told = [inside(group=placements.INSIDE, target=one)[0]["value"] for one in (False, True)]
    assert told == ["42", "50"]
    for ask in (workforce.agency_and_vacancy, placements.target):
        medway = ask(open_report("Medway"))
        assert not medway.held and medway.sentence.count(".") == 1 and "50" not in medway.sentence
    far = [placements.outside(open_report(one)).sentence for one in ("Thurrock", "Medway")]
    assert "chance of 50% or less" in far[0] and "chance" not in far[1]
    assert "A target of 45% needed" in placements.target(open_report("Medway"), 45).sentence
