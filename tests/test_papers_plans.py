"""Plans: what their dates mean, what they record, what stands twice."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.papers import plans, timescales
from thurrock_analysis.record import dictionary

# Each form of words of the two plans, as a second reader of the papers dated it.
READ = [
    ("27.7.12", "", "2012-07-27"),
    ("By 01.11.12 ongoing", "", "2012-11-01"),
    ("By 1.1.13", "", "2013-01-01"),
    ("First report by 31.12.12", "", "2012-12-31"),
    ("Immediate", "", "2012-07-27"),
    ("Initial report by 27.10.12, with follow up by 27.3.13", "", "2013-03-27"),
    ("Report to DMT & LSCB 27.2.13", "", "2013-02-27"),
    ("Jun-16", "", "2016-06-30"),
    ("June' 16", "", "2016-06-30"),
    ("Nov' 2016", "", "2016-11-30"),
    ("Aug-16", "", "2016-08-31"),
    ("June - Dec 16", "2016-06-01", "2016-12-31"),
    ("June - Sept 16", "2016-06-01", "2016-09-30"),
    ("May 16 - March 17", "2016-05-01", "2017-03-31"),
    ("Sept 16 / ongoing", "", "2016-09-30"),
    ("Sept 16 & June 16", "", "2016-09-30"),
    ("August 16 & March 2017", "", "2017-03-31"),
    ("Ongoing", "", ""),
    ("Ongoing & TBC", "", ""),
]


class TestTimescales:
    """Words to dates."""

    @pytest.mark.parametrize(("text", "start", "due"), READ)
    def test_the_words_of_the_plans(self, text: str, start: str, due: str):
        read = timescales.read(text, "2012-07-27")
        assert (read.start, read.due) == (start, due)
        assert read.rule

    @given(st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31)))
    def test_any_day_is_read_back(self, day):
        written = f"By {day.day}.{day.month}.{day:%y}"
        assert timescales.read(written, "").due == day.isoformat()
        end = pd.Timestamp(day) + pd.offsets.MonthEnd(0)
        assert timescales.read(f"{day:%b-%y}", "").due == f"{end:%Y-%m-%d}"

    @pytest.mark.parametrize("text", ["", "soon", "31.2.13", "By 13.13.12", "June"])
    def test_what_is_no_date_is_refused(self, text: str):
        with pytest.raises(ThurrockError, match="has no date that can be read"):
            timescales.read(text, "2012-07-27")


class TestPlans:
    """The two plans as transcribed."""

    def test_they_hold_what_a_count_by_hand_gives(self):
        rows = plans.actions()
        # Parts of the action cells of 2012, recommendation by recommendation, then the letters
        # (or sentences) of 2016, counted on paper.
        parts_2012 = [4, 2, 2, 3, 4, 3, 4, 6, 3, 3, 4, 4, 3, 2, 3, 3, 4, 2, 3]
        parts_2016 = [3, 5, 4, 3, 3, 3, 2, 3, 3, 2, 4, 3, 2, 3, 2, 3]
        counts = rows.groupby(["document", "recommendation"], sort=False).size()
        assert counts["OS12"].tolist() == parts_2012
        assert counts["PLAN16"].tolist() == parts_2016

    def test_each_is_owned_by_a_role_and_answers_a_recommendation(self):
        rows = plans.actions()
        assert rows["owner"].ne("").all()
        asked = dictionary.read("recommendations").groupby("document").size()
        assert asked.to_dict() == {"OF16": 18, "OS12": 19}

    def test_an_action_is_due_until_its_day_is_over(self):
        rows = plans.actions().query("action == '2012-8a'")  # due 27 October 2012
        assert plans.ledger(rows, "2012-10-27").tolist() == [plans.TO_COME]
        assert plans.ledger(rows, "2012-10-28").tolist() == [plans.BLANK]

    def test_a_plan_marks_gives_a_code_or_says_nothing(self):
        state = plans.ledger(plans.actions(), "2026-03-31").value_counts()
        # Of 62 of 2012 15 are marked; 48 of 2016 have a code, 6 of these without a date.
        assert state.to_dict() == {
            plans.BLANK: 47, plans.CODED: 42, plans.DONE: 15, plans.UNDATED: 6,
        }  # fmt: skip

    def test_two_dates_for_two_actions_stand_in_order(self):
        rows = plans.actions().set_index("action")
        assert rows.loc[["2016-13a", "2016-13b"], "due"].tolist() == ["2016-08-31", "2017-03-31"]

    def test_the_plan_of_2016_names_the_committee_that_oversees_it(self):
        rows = plans.actions().query("document == 'PLAN16'")
        assert len(rows) == 48 and rows["reports_to"].str.contains("CPC").all()

    def test_every_action_is_in_one_state(self):
        rows = plans.actions()
        for day in ("2012-01-01", "2012-12-31", "2016-09-30", "2026-03-31"):
            state = plans.ledger(rows, day)
            assert set(state) <= set(plans.STATES)
            assert (state[rows["due"].eq("")] == plans.UNDATED).all()

    def test_the_same_action_under_several_recommendations(self):
        rows = plans.repeats(plans.actions()).set_index("text")
        places = sorted(rows["places"].map(tuple))
        assert ("2012-7a", "2012-11a") in places and ("2012-17d", "2012-18b") in places
        # Eight by hand: four of care plans, four of the health of looked-after children.
        assert len(rows) == 8
        # One place is marked COMPLETED, the other blank.
        apart = rows[rows["apart"].map(lambda names: names == ["progress"])]["places"].map(tuple)
        assert set(apart) == {
            ("2012-15a", "2012-16a", "2012-17a"), ("2012-15b", "2012-16b", "2012-17b"),
            ("2012-15c", "2012-16c", "2012-17c"), ("2012-17d", "2012-18b"),
        }  # fmt: skip

    def test_no_text_of_a_plan_stands_twice_within_a_recommendation(self):
        rows = plans.actions()
        assert not rows.duplicated(["recommendation", "text"]).any()


def test_every_recommendation_of_2016_has_a_measure_or_says_what_is_missing():
    rows = dictionary.read("outcomes")
    asked = dictionary.read("recommendations").query("document == 'OF16'")["recommendation"]
    assert sorted(rows["recommendation"].unique()) == sorted(asked)
