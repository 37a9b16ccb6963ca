"""The questions of the notebooks: every one answers, or says why not, for any authority."""

import json
import re
from collections.abc import Iterator

import pandas as pd
import pytest

from thurrock_analysis import paths
from thurrock_analysis.findings import common
from thurrock_analysis.findings import report as notebook
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.papers import claims
from thurrock_analysis.questions import (
    adoption,
    conclusions,
    demand,
    follow_through,
    placements,
    replay,
    workforce,
)
from thurrock_analysis.record import areas, measures, store

QUESTIONS = {
    "demand": [
        (demand.stages, 2016), (demand.inspections,), (demand.standing,),
        (demand.conversion, 2016), (demand.plans,), (demand.categories,), (demand.returns, 2016),
        (demand.timeliness, 2016), (demand.sources,), (demand.months,), (demand.factors,),
        (demand.printed,), (conclusions.concerning, "demand"),
    ],
    "placements": [
        (placements.population, 2016), (placements.standing,), (placements.distance, 2016),
        (placements.target, 50), (placements.kinds,), (placements.stability, 2016),
        (placements.entry, 2016), (placements.others_here,), (placements.health, 2016),
        (conclusions.concerning, "placements"),
    ],
    "adoption_timeliness": [
        (adoption.routes,), (adoption.shares, 2016), (adoption.printed_times,),
        (adoption.national_stages,), (adoption.hidden_year,), (adoption.adopted_only,),
        (conclusions.concerning, "adoption"),
    ],
    "workforce_churn": [
        (workforce.standing,), (workforce.churn, 2017), (workforce.stock_and_flow,),
        (workforce.outlook,), (workforce.agency_and_vacancy, 50.0, 21.0),
        (workforce.workload, 2017), (conclusions.concerning, "workforce"),
    ],
    "evidence": [
        (conclusions.verdicts,), (conclusions.inconsistent,), (conclusions.on_another_base,),
        (replay.attribution,), (replay.told, "OS18"), (replay.forecasts,),
        (conclusions.unchecked,), (conclusions.consistent,), (conclusions.transcribed,),
    ],
    "follow_through": [
        (follow_through.ledger, ""), (follow_through.overdue, ""), (follow_through.repeats,),
        (follow_through.returned,), (follow_through.seen, 2016), (follow_through.road,),
        (follow_through.on_the_way, 2012),
    ],
}  # fmt: skip
PLACES = [
    ("Thurrock", ""),
    ("Thurrock", "2018-03-31"),
    ("West Northamptonshire", ""),
    ("Isles of Scilly", ""),
    ("England", ""),
]


def report(authority: str, as_at: str = "") -> Report:
    return notebook.start("test", "Test", authority=authority, as_at=as_at)


def answers(opened: Report, name: str) -> Iterator[tuple[str, Answer | None]]:
    for question, *arguments in QUESTIONS[name]:
        try:
            yield question.__name__, question(opened, *arguments)
        except NotHeldError as gap:
            assert opened.area.name in str(gap) or "England" in str(gap)
            assert str(gap).endswith(".")
            yield question.__name__, None


@pytest.fixture(scope="module")
def thurrock() -> Report:
    return report("Thurrock")


@pytest.mark.parametrize("authority, as_at", PLACES)
def test_every_question_answers_in_words_or_says_why_not(authority, as_at):
    opened = report(authority, as_at)
    answered = 0
    for name in QUESTIONS:
        for question, answer in answers(opened, name):
            if answer is None:
                continue
            answered += 1
            said = " ".join([answer.headline, answer.sentence, answer.doubt, answer.caption])
            assert not re.search(r"\bnan\b|NaT|no figure|inf\b", said), (question, said)
            assert answer.sentence.rstrip().endswith("."), question
            assert answer.chart is None or len(answer.alt) > 40, question
            written = answer.table.map(lambda cell: isinstance(cell, str | int))
            assert written.to_numpy().all(), question
    assert answered > 5


def test_nothing_later_than_the_date_is_said():
    opened = report("Thurrock", "2018-03-31")
    for name in QUESTIONS:
        for question, answer in answers(opened, name):
            if answer is not None and len(answer.figures):
                assert answer.figures["period_end"].dt.year.max() <= 2017, question
                assert not re.search(r"\b20(19|2\d)\b", answer.sentence), question


def test_the_sentences_hold_the_published_figures(thurrock):
    # Figures of DfE's releases of 2025 for Thurrock, typed from the published tables.
    expected = {
        demand.standing: ["407.4 referrals per 10,000", "England (519.4)", "2nd lowest of 11"],
        demand.plans: ["121 children were on a plan", "291 on 31 March 2016"],
        placements.standing: ["60 looked-after children per 10,000", "England (67)"],
        adoption.routes: ["9 children were adopted"],
        workforce.standing: ["22.9% of posts were vacant", "England (14.2%)"],
    }
    for question, figures in expected.items():
        sentence = question(thurrock).sentence
        for figure in figures:
            assert figure in sentence, (figure, sentence)


def test_the_change_in_looked_after_children_is_split_without_remainder(thurrock):
    table = placements.split(thurrock)
    assert table.loc[2016].to_dict() == {"all": 333, "alone": 67, "other": 266}
    assert table.loc[2025].to_dict() == {"all": 276, "alone": 32, "other": 244}


def test_two_averages_that_share_two_years_tell_the_third(thurrock):
    # 710 days x 30 children, 625 x 35: by hand (21,875 - 21,300 + 8 x 710) / 13 = 481.
    answer = adoption.hidden_year(thurrock)
    assert "took 481 days" in answer.sentence and "575" in answer.doubt


def test_a_made_up_example_says_that_it_is_one(thurrock):
    answer = adoption.adopted_only(thurrock)
    assert answer.sentence.startswith("Synthetic") and "Synthetic" in answer.caption


def test_half_agency_and_a_fifth_vacant_need_more_agency_workers_than_vacancies(thurrock):
    assert "3.8 agency workers" in workforce.agency_and_vacancy(thurrock, 50.0, 21.0).sentence


def test_a_target_counts_the_children_it_needs(thurrock):
    answer = placements.target(thurrock, 50)
    assert "98 of 294" in answer.sentence and "needed 49 more" in answer.sentence


def test_links_from_the_index_lead_to_headings(thurrock):
    for name in QUESTIONS:
        cells = json.loads((paths.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8"))
        text = "".join("".join(cell["source"]) + "\n" for cell in cells["cells"])
        headings = {line[3:].replace(" ", "-") for line in re.findall(r"^## .*", text, re.M)}
        for question, answer in answers(thurrock, name):
            if answer is not None:
                assert answer.anchor in headings, (question, answer.anchor)


def test_what_moved_is_new_and_says_what_chance_does(thurrock):
    thurrock.key.clear()
    for name in ("referral_rate", "looked_after_child_arrangements_percent"):
        thurrock.anchors[name] = "anywhere"
    moved = {line["measure"]: line for line in thurrock.movements()}
    assert moved["referral_rate"]["sentence"] == (
        "407.4 referrals per 10,000 children in 2024-25, down 16% from 482.8 in 2023-24; "
        "more than chance alone would do."
    )
    assert moved["referral_rate"]["england"] == "519.4"
    assert "looked_after_child_arrangements_percent" not in moved, "its newest figure is hidden"


def test_coverage_names_what_is_not_held(thurrock):
    names = common.grouping("standing")
    table = common.coverage(thurrock, names).table.set_index("Measure")
    row = table.loc["assessments per 10,000 children"]
    assert row["Held"] == "2014 to 2024" and row["Not held"] == "2010 to 2013, 2025"


def test_revisions_are_those_of_the_history(thurrock):
    names = ["looked_after"]
    table = common.revisions(thurrock, store.load(names), names).table.set_index("Year")
    assert table.loc["2017", ["First published", "Now"]].to_list() == ["345", "333"]


def test_years_that_close_on_different_days_are_said_so(thurrock):
    assert common.ending(thurrock, ["referral_rate"]) == "years ending 31 March"
    both = ["referral_rate", "caseload"]
    assert common.ending(thurrock, both) == "years ending 30 September and 31 March"


def test_inspections_are_marked_within_the_years_drawn(thurrock):
    answer = follow_through.on_the_way(thurrock, 2012)
    lines = [line for line in answer.chart.axes[0].lines if line.get_gid() == "upright"]
    # Good 2012, requires improvement 2016, good 2019, outstanding 2024.
    assert len(lines) == 4


def test_what_a_change_is_put_down_to_is_taken_apart(thurrock):
    # 338 to 311 in all, 81 to 32 unaccompanied: so 257 to 279 of all others.
    answer = replay.attribution(thurrock)
    assert "unaccompanied asylum-seeking −49 and all others +22" in answer.sentence
    assert "all others +22, which moved the other way. It counts among those that follow as" in (
        answer.sentence
    )


def test_a_part_that_a_paper_prints_stands_beside_the_same_part(thurrock):
    # 81 and 32 are unaccompanied children: beside all 333 they would read as a misprint.
    table = demand.printed(thurrock).table.set_index("Printed")
    assert table.loc["245", "31 March before"] == "198 (31 March 2015)"  # outside the boundary
    for printed, before in (("81", "67 (31 March 2016)"), ("32", "55 (31 March 2017)")):
        row = table.loc[printed]
        assert row["Measure"] == "looked-after children, unaccompanied asylum-seeking"
        assert row["31 March before"] == before


def test_the_paper_beside_what_was_published_then_and_since(thurrock):
    table = replay.told(thurrock, "OS18").rest
    row = table[table["Figure"].str.contains("OS18, line 137-138")]
    row = row[row["Told"].str.startswith("239")]
    assert row.iloc[0, 2:5].to_list() == ["285 (Mar 2017)", "226 (Mar 2018)", "121 (Mar 2025)"]


def test_forecasts_are_scored_with_their_definition(thurrock):
    table = replay.forecasts(thurrock).table.set_index(["Forecast or target", "Said"])
    assert table.loc[("children adopted", "11"), "Off by"] == "−4"
    missing = table.loc[("incidents of being missing", "277")]
    assert missing["Off by"] == "not comparable" and "what counts" in missing["Definition"]


def test_a_document_that_is_not_out_yet_is_not_replayed():
    with pytest.raises(NotHeldError, match="OS18 is no document on Thurrock that was out"):
        replay.told(report("Thurrock", "2017-12-31"), "OS18")


def test_the_road_keeps_each_scale_to_itself(thurrock):
    answer = follow_through.road(thurrock)
    assert "Requires improvement to be good (2016), Good (2019) and Outstanding (2024)" in (
        answer.sentence
    )
    assert "3 frameworks" in answer.sentence
    assert "Outstanding: 1 of 4" in set(answer.table["Grade"])
    assert "Adequate: 3 of 4" in set(answer.rest["Grade"])
    # The paper of October 2012 tells the grades of others without the days of their inspections.
    assert "Adequate for safeguarding (by 2012)" in (
        follow_through.road(report("Medway", "")).sentence
    )


def test_nothing_is_told_of_a_document_that_was_not_out():
    early = report("Thurrock", "2012-12-31")
    for question, arguments in ((follow_through.returned, ()), (follow_through.seen, (2012,))):
        with pytest.raises(NotHeldError, match="by this date"):
            question(early, *arguments)
    # The committee paper of 2018 printed figures on four recommendations of 2016.
    before, after = (
        follow_through.seen(report("Thurrock", date), 2012).sentence
        for date in ("2017-12-31", "2018-12-31")
    )
    assert "For 0 of all a later paper" in before and "For 4 of all a later paper" in after


def test_an_action_may_be_due_before_its_plan_began(thurrock):
    # On 27 July 2012 only 2012-6a is late: it is printed as due on 27 March 2012.
    sentence = follow_through.overdue(thurrock, "2012-07-27").sentence
    assert sentence.endswith("Dated before the plan itself, perhaps by a slip: 2012-6a.")
    assert "Due first" not in sentence


def test_an_action_completed_elsewhere_is_not_named_as_the_first_that_is_late(thurrock):
    # 2012-16a and 17a print the same words; 17a is marked as completed, 16a is not.
    sentence = follow_through.overdue(thurrock, "2012-10-09").sentence
    named, _, first = sentence.partition("Due first, these aside")
    assert "2012-16a" in named and first.endswith("on 14 September 2012.")


def test_only_a_figure_of_the_same_day_is_held_against_the_published_one(thurrock):
    # 79 plans ended per 10,000 and 713 assessments agree; 20 adoptions were published as 19.
    # 81 unaccompanied children of November beside 55 of March are two facts, not an error.
    answer = replay.told(thurrock, "OS18")
    assert len(answer.table) == 3 and "children adopted, told 20, published 19;" in answer.sentence
    assert answer.rest["Told"].str.contains("81 (Nov 2016)", regex=False).sum() == 1


def test_a_status_without_a_key_is_neither_done_nor_blank(thurrock):
    # The plan of 2016 prints 2 and 3 without a key; that of 2012 prints COMPLETED or nothing.
    sentence = follow_through.ledger(thurrock, "2018-01-31").sentence
    assert "15 are marked as completed in the plan itself" in sentence
    assert "47 carry nothing, 42 a status that their plan does not explain (2 Imp" in sentence


def test_how_many_were_late_when_their_paper_was_out(thurrock):
    # 19 of the plan of 2012, counted on paper; the plan of 2016 prints no date of its own.
    said = "On the day of the committee paper of October 2012 itself 19 of its actions were late."
    assert said in follow_through.ledger(thurrock, "").sentence
    assert said not in follow_through.ledger(thurrock, "2012-08-31").sentence


def test_what_a_decision_could_rest_on_is_shown_and_the_rest_unfolds(thurrock):
    answer = conclusions.consistent(thurrock)
    checked = conclusions.checked_of(thurrock)
    held = checked[checked["verdict"].eq("consistent")]
    assert len(answer.table) == held["consequence"].eq("3").sum()
    assert len(answer.table) + len(answer.rest) == len(held)
    assert answer.rest_caption.startswith(f"The others: {len(answer.rest)} conclusions")


def test_the_first_paper_alone_reads_as_well_as_five():
    early = report("Thurrock", "2012-10-31")
    said = [question(early) for question in (conclusions.verdicts, conclusions.unchecked)]
    assert said[0].sentence.startswith("Conclusions drawn by 1 document of 2012: 36;")
    assert (len(said[1].table), len(said[1].rest)) == (1, 3)
    # Where no conclusion bears on a decision, all stand in the open table.
    light = conclusions.checked_of(early).query("consequence == '1'")
    listed = conclusions.listing(early, "", light, "", "")
    assert len(listed.table) == len(light) and listed.rest.empty
    with pytest.raises(NotHeldError, match="No published measure comes near"):
        replay.told(early, "OS12")


def test_a_list_of_neighbours_is_not_used_before_it_was_made():
    claim = claims.check_all(areas.find("Thurrock"), "2017-12-31").set_index("claim")
    assert "paper of 2012" in claim.loc["OF16-120", "sentence"]
    assert "2021" not in claim.loc["OF16-120", "sentence"]
    # The report prints 51 per cent: the list of 2021 gives it, that of 2012 does not.
    claim = claims.check_all(areas.find("Thurrock"), "2026-03-31").set_index("claim")
    assert (
        "51% (neighbours on the April 2021 list, as revised later"
        in claim.loc["OF16-120", "sentence"]
    )


def test_measures_without_two_years_are_said_to_be_none():
    told = follow_through.seen(report("Thurrock", "2016-05-24"), 2016).sentence
    assert "No published measure of them has two years since 2016." in told


def test_a_year_before_a_break_is_not_set_beside_one_after_it(thurrock):
    # From 2017 the workforce census takes a record for each worker: 37.9% of 2016 is no start.
    table = follow_through.seen(thurrock, 2016).table.set_index("Measure")
    assert table.loc["agency social workers", "First"] == "23.9% (2017)"


def test_a_turn_between_two_years_is_told(thurrock):
    # 35% in 2014, 69% in 2020, 47% in 2025: the rise alone would hide the fall.
    sentence = follow_through.on_the_way(thurrock, 2012).sentence
    assert "up 12 percentage points from 35% in 2014, highest 69% in 2020" in sentence
    assert "67% of looked-after children were placed outside the boundary" in sentence
    assert "57% in 2012)" in sentence  # no year between lies beyond both ends by more


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([10, 5, 3, 10], ", lowest 3% in 2018"),
        ([10, 15, 17, 10], ", highest 17% in 2018"),
        ([10, 12, 14, 16], ""),
    ],
)
def test_a_turn_is_the_highest_above_both_ends_or_the_lowest_below(values, said):
    ends = pd.to_datetime([f"{year}-03-31" for year in range(2016, 2020)])
    series = pd.DataFrame({"period_end": ends, "value": values})
    row = pd.Series(
        {"year_first": 2016, "year_last": 2019, "value_first": values[0], "value_last": values[-1],
         "change": values[-1] - values[0]}
    )  # fmt: skip
    measure = measures.get("looked_after_outside_boundary_percent")
    assert common.turn(row, series, measure) == said


def test_targets_alone_are_scored_as_targets():
    sentence = replay.forecasts(report("Thurrock", "2017-12-31")).sentence
    assert sentence == "Of what the documents aimed at, only targets have an outturn."
