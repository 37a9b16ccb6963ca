"""Findings: for any place and date true in words, kept, altered and given away unharmed."""

import re
import zipfile

import numpy as np
import pandas as pd
import pytest

from thurrock_analysis import open_report, paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import giving, matters
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import Format, Table
from thurrock_analysis.findings.view import grouping
from thurrock_analysis.questions import adoption, demand, placements, printed, workforce
from thurrock_analysis.record import dictionary, measures

PLANS = ["child_protection_plans", "child_protection_plan_starts", "child_protection_plan_ends"]
STAFF = ["social_workers", "social_worker_starters", "social_worker_leavers"]
GROUPS = ["conversion", "return", "timeliness", "distance", "stability", "entry", "wellbeing",
          "adoption shares", "churn", "workload", "road"]  # fmt: skip
ASKED = {
    "stages": lambda report: report.trend("funnel", since=2016, index=True),
    **{name: lambda report, name=name: report.trend(name, since=2016) for name in GROUPS},
    "referrals": lambda report: report.rank("referral_rate", beside="standing"),
    "looked after": lambda report: report.rank("looked_after_rate", beside="placements"),
    "vacancy": lambda report: report.rank("social_worker_vacancy_percent", beside="workforce"),
    "plans": lambda report: report.balance(*PLANS),
    "staff": lambda report: report.balance(*STAFF),
    "category": lambda report: report.split(PLANS[1], by="initial category"),
    "source": lambda report: report.split("referrals", by="source"),
    "placement": lambda report: report.split("looked_after", by="placement type"),
    "alone": lambda report: report.bridge("looked_after", "unaccompanied asylum-seeking", 2016),
    "coverage": lambda report: report.coverage("standing"),
    "revisions": lambda report: report.revisions("standing"),
    "inspections": demand.inspections,
    "months": demand.months,
    "factors": demand.factors,
    "plans last": demand.plans_last,
    "target": lambda report: placements.target(report, 50),
    "others here": placements.others_here,
    "routes": adoption.routes,
    "times": adoption.printed_times,
    "stages of adoption": adoption.national_stages,
    "hidden year": adoption.hidden_year,
    "adopted only": adoption.adopted_only,
    "outlook": lambda report: report.outlook("looked_after", target=100),
    "two shares": lambda report: workforce.agency_and_vacancy(report, 50.0, 21.0),
    "printed": lambda report: printed.beside_published(report, "printed"),
}


@pytest.fixture(scope="module")
def thurrock() -> Report:
    return open_report("Thurrock")


@pytest.fixture(scope="module")
def back(thurrock) -> Finding:
    return thurrock.trend("re_referral_percent", "child_protection_plan_repeat_percent", since=2016)


def test_nothing_later_than_the_date_is_said():
    report = open_report("Thurrock", "2018-03-31")
    for name, ask in ASKED.items():
        one = ask(report)
        if len(one.figures):
            assert one.figures["period_end"].dt.year.max() <= 2017, name
        if name != "adopted only":
            assert not re.search(r"\b20(19|2\d)\b", one.sentence), (name, one.sentence)


def test_sentences_hold_the_published_figures(thurrock):
    # Figures of DfE's releases of 2025 for Thurrock, typed from the published tables.
    expected = {
        "referrals": ["407.4 referrals per 10,000", "England (519.4)", "2nd lowest of 11"],
        "plans": ["had 121 children on a child protection plan", "was 291, on 31 March 2016"],
        "looked after": ["60 looked-after children per 10,000", "England (67)"],
        "routes": [
            "in 2024-25: adopted 9, left to",
            "2025: adopted 45, left to special guardianship 45.",
        ],
        "vacancy": ["22.9% of posts were vacant", "England (14.2%)"],
        # 30 children took 21,285 to 21,314 days, 35 took 21,858 to 21,892. By hand: from
        # (21,858 - 21,314 + 8 x 510) / 13 to (21,892 - 21,285 + 8 x 910) / 13 days.
        "hidden year": ["took 510 to 910 days, they took 356 to 607", "42 to 1,684 days, too w"],
        "two shares": ["3.8 agency workers"],
        "target": ["101 of 276", "needed 37 more"],
        "others here": ["127 children", "175 of its own", "so 48 fewer", "(derived from"],
        "alone": ["276 looked-after children on 31 March 2025", "57 fewer than in 2016: −35 una"],
        "staff": ["145.2 full-time equivalent", "0.3 more than they explain"],
    }
    for name, figures in expected.items():
        for figure in figures:
            assert figure in ASKED[name](thurrock).sentence, (figure, ASKED[name](thurrock))


def test_a_change_is_split_without_remainder(thurrock):
    table = ASKED["alone"](thurrock).table.set_index("year")
    assert table.loc[2016].to_dict() == {"all": 333, "part": 67, "others": 266}
    assert table.loc[2025].to_dict() == {"all": 276, "part": 32, "others": 244}


def test_a_made_up_example_says_that_it_is_one(thurrock):
    one = adoption.adopted_only(thurrock)
    assert one.sentence.startswith("Synthetic") and "Synthetic" in one.shown.caption


def test_a_part_that_a_paper_prints_stands_beside_the_same_part(thurrock):
    # 81 and 32 are unaccompanied children: beside all 333 they would read as a misprint.
    table = ASKED["printed"](thurrock).table.set_index("Printed")
    assert table.loc["245", "31 March before"] == "198 (31 March 2015)"  # outside the boundary
    for paper, before in (("81", "67 (31 March 2016)"), ("32", "55 (31 March 2017)")):
        assert table.loc[paper, "Measure"] == "looked-after children, unaccompanied asylum-seeking"
        assert table.loc[paper, "31 March before"] == before


def test_coverage_names_what_is_not_held(thurrock):
    table = thurrock.coverage("standing").table.set_index("measure")
    row = table.loc["assessments per 10,000 children"]
    assert row["held"] == "2014 to 2024" and row["not_held"] == "2025"


def test_years_that_close_on_different_days_are_said_so(thurrock):
    caption = thurrock.trend("referral_rate", "caseload").shown.caption
    assert caption.endswith("years ending 31 March and on 30 September")


def test_joint_ranks_and_a_neighbour_without_a_figure_are_told(thurrock):
    one = ASKED["vacancy"](thurrock)
    assert "Without a figure: North Northamptonshire and West Northamptonshire." in one.doubt
    ranks = one.rest.frame["rank"]
    assert ranks.is_monotonic_increasing and len(ranks) == 9


def test_joint_ranks_are_said_from_the_end_that_is_named():
    # Knowsley and Sunderland both have 90, the lowest of 11.
    one = open_report("Knowsley").rank("looked_after_rate")
    assert "joint lowest of 11 (with Sunderland)" in one.sentence
    assert "joint number 10 of 11 from the top" in one.draw().told


def test_a_measure_that_is_held_is_ranked_whatever_stands_beside_it(thurrock):
    one = thurrock.rank("social_worker_vacancy_percent", beside="standing")
    assert "22.9% of posts were vacant" in one.sentence
    assert "social_worker_vacancy_percent" in set(one.figures["measure"])


def test_a_count_is_not_set_beside_all_of_england(thurrock):
    one = thurrock.rank("looked_after")
    assert "England" not in one.sentence and one.chart.options["reference"] is None


def test_a_rank_among_all_shows_those_next_to_the_area(thurrock):
    one = thurrock.rank("looked_after_rate", among="all")
    assert re.search(r"highest of 1[45]\d|lowest of 1[45]\d", one.sentence), one.sentence
    assert len(one.chart.what[0]) == 11 and len(one.table) > 140


def test_a_rank_that_rests_on_an_older_year_says_which_are_hidden():
    # Westminster's agency shares of 2022 to 2025 are not available.
    one = open_report("Westminster").rank("agency_social_worker_percent")
    assert "2022 to 2025 (not held by the publisher). The last: 1.0 of" in one.sentence


def test_a_joint_return_is_pointed_to():
    one = open_report("West Northamptonshire").rank("agency_social_worker_percent")
    assert not one.held
    assert one.sentence.endswith("at North Northamptonshire / West Northamptonshire.")


def test_a_change_over_zero_is_no_percentage():
    # In some years Scilly had no enquiry, no conference, no plan.
    report = open_report("Isles of Scilly")
    said = [report.trend("standing", since=year).sentence for year in range(2010, 2023)]
    assert not any(re.search("no figure(?! of)", sentence) for sentence in said)
    assert any("up from 0.0 in" in sentence for sentence in said)


def test_what_is_counted_on_a_day_is_not_told_of_a_year(thurrock):
    assert thurrock.trend("looked_after").shown.caption.endswith("on 31 March")
    assert thurrock.trend("looked_after_starts").shown.caption.endswith("years ending 31 March")


def test_three_areas_can_stand_beside_in_place_of_the_comparators(thurrock):
    one = thurrock.trend("referral_rate", since=2016, beside=["Medway", "Southend-on-Sea"])
    assert one.figures["area"].nunique() == 3
    assert "Medway" in one.draw().told and "Neighbours" not in one.draw().told


def test_a_finding_shown_registers_its_own_areas_figures(thurrock):
    report = open_report("Thurrock")
    report.take(report.rank("referral_rate"))
    report.take(report.coverage("standing"))
    key = report.key_figures()
    assert key[["measure", "area"]].to_numpy().tolist() == [["referral_rate", "E06000034"]]
    assert key["value"].item() == 407.4


def test_what_moved_is_new_and_says_whether_it_is_usual(capsys):
    report = open_report("Thurrock")
    report.take(report.trend("referral_rate", "looked_after_child_arrangements_percent"))
    report.print_findings()
    lines = capsys.readouterr().out.splitlines()
    assert re.search(r"^referral_rate +2025-03-31 +407.4 +10 of 11 +usual +CIN 2025$", lines[-1])
    from thurrock_analysis.findings.handing import movements

    moved = {line["measure"]: line for line in movements(report)}
    assert moved["referral_rate"]["sentence"] == (
        "407.4 referrals per 10,000 children in 2024-25, down 16% from 482.8 in 2023-24; "
        "such figures often move this much in a year. "
        "It is lower than in any of the five years before (482.8 to 646.2)."
    )
    assert moved["referral_rate"]["england"] == "519.4"
    assert "looked_after_child_arrangements_percent" not in moved, "its newest figure is hidden"


def test_a_change_over_a_break_is_none(thurrock):
    """From the release of 2023 stability counts the same carer: no up and no down since 2018."""
    found = thurrock.trend("looked_after_long_term_stable_percent", since=2018)
    assert re.search(r"\. It is not comparable with \d+% in 2018\.$", found.sentence)
    since = thurrock.trend("looked_after_long_term_stable_percent", since=2023).sentence
    assert "not comparable" not in since and re.search("in 2023", since)


def test_a_gap_is_said_once_in_full(capsys):
    report = open_report("England")
    for _ in range(2):
        demand.inspections(report)._ipython_display_()
    assert len(report.gaps) == 1 and not demand.inspections(report).held


def test_what_must_be_said_of_a_group_is_said_beside_a_ranking(thurrock):
    need = thurrock.rank("child_poverty_percent", beside="need")
    assert "Need is not known from these" in need.doubt
    assert "Need is not known" not in thurrock.rank("child_poverty_percent").doubt


def test_a_change_since_a_year_is_told_beside_that_since_the_year_before(thurrock):
    # 284 children in 2015 (release of 2016), 333 in 2016, 276 in 2025.
    alone = ASKED["alone"](thurrock).sentence
    assert "57 fewer than in 2016" in alone and "That is 8 fewer than in 2015." in alone


def test_a_measure_without_a_year_is_none_with_every_year():
    told = open_report("North Northamptonshire").coverage("outlook")
    assert (told.table["held"] == "–").any()
    assert told.sentence.startswith("Of 7 measures of North Northamptonshire 6 have a number")


def test_small_numbers_are_small_in_every_year_told():
    assert "Small numbers" in adoption.routes(open_report("Thurrock")).doubt
    assert "Small numbers" not in adoption.routes(open_report("North Northamptonshire")).doubt


def test_groups_of_other_wholes_are_each_told_of_their_own():
    told = open_report("Cumbria").split("placement_changes", by="reason").sentence
    assert "150 of 465 (32%)" in told and "67 of 457 (15%)" in told


def test_parts_that_outweigh_the_whole_are_no_shares_of_it(thurrock):
    flows, plans = (
        thurrock.decompose(chain, since=2016).table.columns
        for chain in ("looked-after children", "plans started")
    )
    assert "share" in plans and "share" not in flows


def test_plans_over_starts_by_hand(thurrock):
    # 121 / 108 in 2025, 108 / 165 in 2022.
    told = demand.plans_last(thurrock).sentence
    assert "1.12 for each started, 0.65 at the lowest (2022)" in told
    city = demand.plans_last(open_report("City of London")).sentence
    assert city.endswith("For 2013 to 2025 one or both are hidden or not held.")


def test_a_derived_net_gain_is_set_beside_no_printed_one(thurrock):
    # 109 here and 194 elsewhere in 2024, 127 and 175 in 2025; the table of 2024 prints -82.
    found = placements.others_here(thurrock)
    assert "looked_after_net_gain" not in set(found.figures["measure"])
    assert "the −48 of 2025 a change of +37" in found.doubt
    before = placements.others_here(open_report("Thurrock", "2025-03-31"))
    assert "looked_after_net_gain" in set(before.figures["measure"])


def test_words_and_groups_of_measures_name_each_other():
    known = set(dictionary.read("groupings")["grouping"]) | set(measures.table().index)
    known |= set(dictionary.read("chains")["chain"]) | {"after", "chains", "expected", "scenarios"}
    assert set(dictionary.read("wording")["about"]) <= known
    assert set(dictionary.read("groupings")["measure"]) <= set(measures.table().index)


# -- kept, altered, given away --------------------------------------------------------------------


def test_figures_hold_the_comparators_for_every_year(back):
    rows = back.figures[back.figures["measure"].eq("re_referral_percent")]
    wide = rows.pivot_table(index="period_end", columns="area", values="value")
    assert {"E06000034", "E92000001", "neighbours (mean)"} <= set(wide.columns)
    assert wide["E92000001"].notna().sum() > 10


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda report: report.trend("referral_rat"), "'referral_rate'"),
        (lambda report: report.trend("funel"), "'funnel'"),
        (lambda report: report.rank("vacancy"), "would be right"),
        (lambda report: report.split("referrals", by="sauce"), "'source' would be right"),
        (lambda report: report.split("referrals", by=""), "one of"),
        (lambda report: report.split("referral_rate", by="source"), "is held as a whole only"),
        (lambda report: report.bridge("looked_after", "unaccompanied"), "'unaccompanied asylum-s"),
        (lambda report: report.coverage("standing").draw(), "has no chart to draw"),
        (lambda report: report.trend("caseload").draw(zeros=False), "'zero' is the nearest of"),
        (lambda report: report.trend(), "Name a measure"),
        (lambda report: report.trend("caseload", since="then"), "since takes a closing year"),
        (lambda report: report.trend("caseload", beside="Medway"), "a list of at most 3 areas"),
        (lambda report: report.rank("caseload", among="friends"), "'neighbours', 'region' or"),
        (lambda report: report.compare("referral_rates"), "'referral_rate'"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence_with_the_nearest_name(thurrock, ask, said):
    with pytest.raises(ThurrockError) as refused:
        ask(thurrock)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_csv_gives_names_labels_units_and_every_figure(back, tmp_path):
    read = pd.read_csv(back.to_csv(tmp_path / "back.csv"))
    assert list(read.columns) == giving.SHEET and len(read) == len(back.figures)
    own = read[read["area"].eq("Thurrock") & read["period_end"].eq("2025-03-31")]
    assert own.set_index("label").loc["re-referrals within 12 months", "value"] == 16.0
    assert set(own["unit"]) == {"percent"} and set(own["release"]) == {"CIN 2025"}


def test_a_workbook_holds_sentence_table_and_figures_as_numbers(back, tmp_path):
    path = back.to_excel(tmp_path / "back.xlsx")
    with zipfile.ZipFile(path) as book:
        names = re.findall(r'<sheet name="(\w+)"', book.read("xl/workbook.xml").decode())
        words = book.read("xl/sharedStrings.xml").decode()
        table = book.read("xl/worksheets/sheet2.xml").decode()
    assert names == ["Finding", "Table", "Figures"]
    assert "302 of 1,885 referrals came within 12 months" in words and "Department for" in words
    assert re.search(r'<c r="B2"[^>]*><v>16</v>', table), "a number, not its text"


def test_what_a_finding_did_not_write_is_left_alone(back, tmp_path):
    for name, write in {"a.csv": back.to_csv, "a.xlsx": back.to_excel}.items():
        path = tmp_path / name
        path.write_text("my own notes\n")
        with pytest.raises(ThurrockError, match=f"^{name} exists and was not written by"):
            write(path)
        assert path.read_text() == "my own notes\n"
        path.unlink()
        write(path)
        assert write(path) == path, "a finding's own file is written again"
        with pytest.raises(ThurrockError, match="There is no folder"):
            write(tmp_path / "nowhere" / name)
        with pytest.raises(ThurrockError, match=r"should end in"):
            write(tmp_path / "a.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.xlsx"]


def test_a_gap_has_nothing_to_give_away(tmp_path):
    with pytest.raises(ThurrockError, match="There is nothing to write: No inspection of England"):
        demand.inspections(open_report("England")).to_csv(tmp_path / "a.csv")


def test_a_text_never_becomes_a_formula(tmp_path):
    hostile = Finding("x.", shown=Table(pd.DataFrame({"who": ["=1+1", "@a", "-x", "-3%"]})))
    read = pd.read_csv(hostile.to_csv(tmp_path / "a.csv"))
    assert read["who"].tolist() == ["'=1+1", "'@a", "'-x", "-3%"]
    hostile.to_excel(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet2.xml")


def test_a_table_stays_numbers_while_a_reader_sees_reasons():
    table = Table(
        pd.DataFrame({"year": [2025, 2024], "share": [np.nan, 15.96]}),
        formats={"share": [Format(0), Format(1, "%")]},
        reasons=pd.DataFrame({"share": ["suppressed", ""]}),
    )
    assert table.texts()["share"].tolist() == ["suppressed", "16.0%"]
    assert table.frame["share"].iloc[1] == 15.96


def test_every_group_of_measures_can_be_asked_for(thurrock):
    # What the notebooks ask for is asked by the scan and by their stored figures.
    asked = "".join(path.read_text("utf-8") for path in paths.notebooks().glob("*.ipynb"))
    names = dictionary.read("groupings")["grouping"].unique()
    others = [name for name in names if f'\\"{name}\\"' not in asked]
    assert 0 < len(others) < 15 and all(grouping(name) for name in names)
    for name in others:
        assert isinstance(thurrock.trend(name), Finding)


def test_ties_ones_and_figures_printed_alike_are_told_as_they_are():
    tied = demand.factors(open_report("City of London", "2020-03-31")).sentence
    assert "were domestic abuse (parent) and physical abuse (not split): each in 14 of 39" in tied
    city = open_report("City of London")
    assert "Each factor is 0 or hidden" in demand.factors(city).sentence
    assert "yet, between 0 and 1 is expected" in city.outlook("looked_after_adopted").sentence
    # 40 looked-after children per 10,000 in 2022 and in 2025: by parts 1% fewer, no fall.
    since = demand.inspections(open_report("Buckinghamshire")).sentence
    assert "looked after (−1%) hardly moved" in since


def test_an_index_is_of_counts_and_residents_not_of_rounded_rates():
    report = open_report("Rutland")
    drawn = report.trend("funnel", since=2016, index=True).chart.what[0]
    exact = 10_000 * drawn["numerator"] / drawn["denominator"]
    held = drawn["value"].notna() & exact.notna()
    assert held.sum() > 20 and np.allclose(drawn.loc[held, "value"], exact[held], atol=1e-9)


def test_months_are_averaged_over_the_same_years():
    report = open_report("Rutland")
    found = demand.months(report)
    rows = report.own("referrals", breakdown="month")
    wide = rows.pivot(index="period_start", columns="group", values="value")
    assert wide.isna().any(axis=None)  # else any average would do
    right = wide.dropna().mean()
    assert found.table.set_index("month")["average"].round(6).to_dict() == right.round(6).to_dict()
    assert "over the same years" in found.doubt


def test_a_rate_of_few_tells_how_many_they_are():
    """Of Scilly 250.8 per 10,000 are eight children; of Thurrock 116 need no such word."""
    scilly = open_report("Isles of Scilly")
    said = scilly.trend("initial_conference_rate", "section_47_per_100_referrals").sentence
    assert "250.8 initial child protection conferences per 10,000 children in 2024-25 (8 in" in said
    assert "53.1 section 47 enquiries per 100 referrals in 2024-25 (17 for 32)" in said
    assert "in all)" not in open_report("Thurrock").trend("initial_conference_rate").sentence


def test_an_unusual_change_is_so_in_its_line_and_one_figure_has_englands_beside_it():
    north = open_report("North Northamptonshire")
    found = north.trend("conversion", since=2022)
    lines = found.sentence.split("\n")
    told = zip(grouping("conversion"), lines, strict=True)
    unusual = [measures.get(name).short for name, text in told if "an unusual rise)" in text]
    larger = [one for one in found.doubt.split(". ") if ": a larger rise than" in one]
    assert len(unusual) == len(larger) == 2
    assert all(one.split(":")[0] in unusual for one in larger)
    only = open_report("Rutland").trend("looked_after_three_social_workers_percent").sentence
    assert "the only year with a figure. England had 27%." in only


def test_what_is_hidden_in_every_year_is_hidden_and_not_lacking():
    report = open_report("Isles of Scilly")
    for found in (
        report.trend("care_application_rate"),
        report.split("child_protection_plans", by="duration"),
        open_report("Rutland").outlook("looked_after_adopted"),
    ):
        assert not found.held
        assert "hidden" in found.sentence
        assert not re.search(r"no number|\b[A-Z]{3,5} 20\d\d\b", found.sentence)


def test_years_left_out_for_a_hidden_month_are_left_out_whole():
    """Those of Rutland lie between the years that are averaged, that of Hampshire after them."""
    for name in ("Rutland", "Hampshire"):
        report = open_report(name)
        rows = report.own("referrals", breakdown="month")
        without = rows[rows["value"].isna()]
        ends = sorted({end.year for end in without["period_end"]})
        years = words.listed(f"{end - 1}-{end % 100:02d}" for end in ends)
        said = f"Left out whole: {years}, with {len(without)} months without a number."
        assert demand.months(report).doubt.startswith(said)


def test_what_is_said_of_a_change_stands_in_one_bracket():
    said = open_report("Isles of Scilly").trend("spend_looked_after_per_100", since=2017)
    assert " in 2017 (before rounding; an unusual rise)." in said.sentence


def test_a_mix_is_of_the_release_that_prints_the_group():
    """Of 345 looked-after children, 333 when revised, 252 were fostered: 73 in 100, as in 2025."""
    split = open_report("Thurrock").decompose("spend by placement", since=2017)
    table = split.table.set_index("label")
    number, fostered = table.iloc[0], table.iloc[1]
    assert (number["first"], fostered["first"]) == (345, 252)
    assert (number["last"], fostered["last"]) == (276, 202)
    assert abs(fostered["part"]) < 2e5 < abs(number["part"])
    assert table["part"].iloc[:-1].sum() == pytest.approx(table["part"].iloc[-1])


def test_of_whom_nothing_is_known_is_said_beside_what_is_found_of_all():
    report, name = open_report("Hampshire"), "care_leavers_19_21_suitable_percent"
    rows = report.own("care_leavers_19_21", breakdown="suitability")
    rows = rows[rows["period_end"].eq("2025-03-31")].set_index("group")["value"]
    suitable, known = rows["suitable"], rows["suitable"] + rows["not suitable"]
    said = matters.page(matters.rows(report, [name])).loc[0, "sentence"]
    told = f"{known:.0f} of 743 (49%); of those known it is {100 * suitable / known:.0f}%."
    assert f"It is known of {told}" in said
    thurrock = matters.page(matters.rows(open_report("Thurrock"), [name])).loc[0, "sentence"]
    assert "of those known" not in thurrock
