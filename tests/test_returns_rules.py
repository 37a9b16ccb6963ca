"""Each validation rule finds the row that breaks it, and no row that does not."""

import pytest
from writing_returns import load

from thurrock_analysis.returns import rules, statutory

CARE = {"CHILD": "1", "DECOM": "01/05/2020"}
"""A child in care; each example says what else is held, and which row of which table is wrong."""
LEFT = {"DEC": "01/12/2020", "REC": "E8"}
ADOPTED = {"PLACE": "A4", "LS": "E1", "DEC": "01/12/2020", "REC": "E11"}


def after(**told):
    return {"CHILD": "1", "RNE": "P", "DECOM": "01/12/2020"} | told


def chain(status, end):
    """Return a legal status over two placements, until a day."""
    first = CARE | {"LS": status, "DEC": "03/05/2020", "REC": "X1"}
    then = {"CHILD": "1", "DECOM": "03/05/2020", "RNE": "P", "LS": status}
    return [first, then | {"DEC": end, "REC": "E8"}]


def breaks(end):
    """Return short breaks: 24 days of March and April, of which one may end later, then 51."""
    days = [("20/03/2020", "24/03/2020"), ("01/04/2020", end), ("01/06/2020", "18/06/2020"),
            ("01/07/2020", "18/07/2020"), ("01/08/2020", "18/08/2020")]  # fmt: skip
    usual = {"CHILD": "1", "RNE": "S", "LS": "V3", "REC": "E8"}
    return [usual | {"DECOM": first, "DEC": last} for first, last in days]


BROKEN = {
    "301": {"header": [{"CHILD": "1", "DOB": "01/05/2021"}]},
    "no_header": {"header": [{"CHILD": "2"}]},
    "355": {"episodes": [CARE | {"DEC": "01/05/2020", "REC": "E8"}]},
    "356": {"episodes": [CARE | {"DEC": "30/04/2020", "REC": "E8"}]},
    "357": {"episodes": [CARE | {"RNE": "P"}]},
    "370": {"episodes": [CARE | {"PLACE": "P2"}]},
    "372": {"header": [{"CHILD": "1", "DOB": "02/05/2010"}], "episodes": [CARE | {"PLACE": "R5"}]},
    "373": {"header": [{"CHILD": "1", "DOB": "02/05/2016"}], "episodes": [CARE | {"PLACE": "S1"}]},
    "374": {"episodes": [CARE | {"PLACE": "P3"}]},
    "police_protection_72_hours": {"episodes": chain("L1", "05/05/2020")},
    "emergency_order_15_days": {"episodes": chain("L2", "17/05/2020")},
    "363": {"episodes": chain("L3", "09/05/2020")},
    "364": {"episodes": chain("J2", "23/05/2020")},
    "365": {"episodes": [CARE | {"LS": "V3", "DEC": "19/05/2020", "REC": "E8"}]},
    "367": {"episodes": breaks("26/04/2020")},
    "375": {"episodes": [CARE, after(PLACE="T1", DECOM="01/06/2020", **LEFT)]},
    "376": {"episodes": [CARE, after(PLACE="T3", DECOM="01/06/2020", **LEFT)]},
    "temporary_seven_days": {"episodes": [CARE, after(PLACE="T4", DECOM="01/06/2020", **LEFT)]},
    "temporary_at_ends": {"episodes": [CARE | {"PLACE": "T0"}]},
    "384": {"episodes": [CARE | {"LS": "V3", "PLACE": "U4"}]},
    "388": {"episodes": [CARE | LEFT | {"REC": "X1"}]},
    "goes_on_without_x1": {"episodes": [CARE | LEFT, after()]},
    "end_without_reason": {"episodes": [CARE | LEFT | {"REC": ""}]},
    "reason_without_end": {"episodes": [CARE | {"REC": "E8"}]},
    "after_gap": {"episodes": [CARE | LEFT, after(DECOM="02/12/2020")]},
    "born_after_start": {"header": [{"CHILD": "1", "DOB": "02/05/2020"}]},
    "of_age": {"header": [{"CHILD": "1", "DOB": "01/05/2002"}]},
    "provider_of_placement": {"episodes": [CARE | {"PLACE": "P1", "PLACE_PROVIDER": "PR1"}]},
    "516": {"episodes": [CARE | LEFT | {"REC": "E45", "PLACE": "K2"}]},
    "390": {"episodes": [CARE | LEFT | {"REC": "E12"}]},
    "adopted_without_ad1": {"episodes": [CARE | ADOPTED], "ad1": [{"CHILD": "2"}]},
    "331": {"ad1": [{"CHILD": "1"}]},
    "333": {"ad1": [{"CHILD": "1", "DATE_INT": "02/08/2020"}]},
    "334": {"ad1": [{"CHILD": "1", "DATE_INT": "30/04/2020", "DATE_MATCH": "01/05/2020"}]},
    "335": {"ad1": [{"CHILD": "1", "DATE_MATCH": "01/05/2020", "FOSTER_CARE": "1"}]},
    "523": {"ad1": [{"CHILD": "1"}], "placed_for_adoption": [
        {"CHILD": "1", "DATE_PLACED": "02/05/2020"}]},
    "557": {"episodes": [CARE | LEFT],
            "placed_for_adoption": [{"CHILD": "1", "DATE_PLACED": "02/05/2020"}]},
    "558": {"placed_for_adoption": [{"CHILD": "1", "DATE_PLACED": "02/05/2020",
                                     "DATE_PLACED_CEASED": "01/07/2020"}]},
    "574": {"missing": [{"CHILD": "1", "MIS_START": "01/06/2020", "MIS_END": "03/06/2020"},
                        {"CHILD": "1", "MIS_START": "02/06/2020", "MIS_END": "04/06/2020"}]},
    "incident_ends_before": {
        "missing": [{"CHILD": "1", "MIS_START": "02/06/2020", "MIS_END": "01/06/2020"}]},
    "review_before_birth": {"header": [{"CHILD": "1", "DOB": "01/06/2020"}],
                            "reviews": [{"CHILD": "1", "REVIEW": "31/05/2020"}]},
    "sdq_range": {"oc2": [{"CHILD": "1", "SDQ_SCORE": "41"}]},
    "care_leaver_age": {"oc3": [{"CHILD": "1", "DOB": "01/04/2004"}]},
    "worker_ends_before": {
        "sw_episodes": [{"CHILD": "1", "SW_DECOM": "02/06/2020", "SW_DEC": "01/06/2020"}]},
    "date_after_year": {"episodes": [CARE, CARE | {"CHILD": "2"}, after(DECOM="02/06/2090")]},
    "no_episode": {"reviews": [{"CHILD": "2", "REVIEW": "31/05/2020"}]},
    "birth_differs": {"reviews": [{"CHILD": "1", "REVIEW": "31/05/2020", "DOB": "03/02/2010"}]},
}  # fmt: skip
"""What breaks each rule; an adopted child for those on adoption."""
SOUND = {
    "301": {"header": [{"CHILD": "1", "DOB": "31/03/2021"}]},
    "no_header": {"header": [{"CHILD": "1"}]},
    "355": {"episodes": [CARE | {"DEC": "02/05/2020", "REC": "E8"}]},
    "356": {"episodes": [CARE | {"DEC": "01/05/2020", "REC": "E8"}]},
    "357": {"episodes": [CARE | {"RNE": "P", "DECOM": "31/03/2020"}, CARE | {"CHILD": "2"}]},
    "370": {"header": [{"CHILD": "1", "DOB": "01/05/2005"}], "episodes": [CARE | {"PLACE": "P2"}]},
    "372": {"header": [{"CHILD": "1", "DOB": "01/05/2010"}], "episodes": [CARE | {"PLACE": "R5"}]},
    "373": {"header": [{"CHILD": "1", "DOB": "01/05/2016"}], "episodes": [CARE | {"PLACE": "S1"}]},
    "374": {"header": [{"CHILD": "1", "DOB": "01/05/2006"}], "episodes": [CARE | {"PLACE": "P3"}]},
    "police_protection_72_hours": {"episodes": chain("L1", "04/05/2020")},
    "emergency_order_15_days": {"episodes": chain("L2", "16/05/2020")},
    "363": {"episodes": chain("L3", "08/05/2020")},
    "364": {"episodes": chain("J2", "22/05/2020")},
    "365": {"episodes": [CARE | {"LS": "V3", "DEC": "18/05/2020", "REC": "E8"}]},
    "367": {"episodes": breaks("25/04/2020")},
    "375": {"episodes": [CARE, after(PLACE="T1", DECOM="20/10/2020", **LEFT)]},
    "376": {"episodes": [CARE, after(PLACE="T3", DECOM="10/11/2020", **LEFT)]},
    "temporary_seven_days": {"episodes": [CARE, after(PLACE="T4", DECOM="24/11/2020", **LEFT)]},
    "temporary_at_ends": {"episodes": [CARE | LEFT, after(PLACE="T0")]},
    "384": {"episodes": [CARE | {"LS": "V3", "PLACE": "U6"}]},
    "388": {"episodes": [CARE | LEFT | {"REC": "X1"}, after()]},
    "goes_on_without_x1": {"episodes": [CARE | LEFT, after(RNE="S")]},
    "end_without_reason": {"episodes": [CARE | LEFT]},
    "reason_without_end": {"episodes": [CARE]},
    "after_gap": {"episodes": [CARE | LEFT, after()]},
    "born_after_start": {"header": [{"CHILD": "1", "DOB": "01/05/2020"}]},
    "of_age": {"header": [{"CHILD": "1", "DOB": "02/05/2002"}]},
    "provider_of_placement": {"episodes": [CARE | {"PLACE": "P1", "PLACE_PROVIDER": "PR0"}]},
    "516": {"episodes": [CARE | LEFT | {"REC": "E45", "PLACE": "U1"}]},
    "390": {"episodes": [CARE | {"PLACE": "A4", "DEC": "01/12/2020", "REC": "X1"},
                         after(DEC="02/12/2020", REC="E12")]},
    "adopted_without_ad1": {"episodes": [CARE | ADOPTED], "ad1": [{"CHILD": "1"}]},
    "331": {"ad1": [{"CHILD": "1", "DATE_MATCH": "01/05/2020"}]},
    "333": {"ad1": [{"CHILD": "1", "DATE_INT": "01/08/2020"}]},
    "334": {"ad1": [{"CHILD": "1", "DATE_INT": "01/05/2020", "DATE_MATCH": "01/05/2020"}]},
    "335": {"ad1": [{"CHILD": "1", "DATE_MATCH": "01/05/2020", "FOSTER_CARE": "0"}]},
    "523": {"ad1": [{"CHILD": "1"}], "placed_for_adoption": [
        {"CHILD": "1", "DATE_PLACED": "01/05/2020"}]},
    "557": {"placed_for_adoption": [{"CHILD": "1", "DATE_PLACED": "02/05/2020"}]},
    "558": {"episodes": [CARE | LEFT],
            "placed_for_adoption": [{"CHILD": "1", "DATE_PLACED": "02/05/2020",
                                     "DATE_PLACED_CEASED": "01/07/2020"}]},
    "574": {"missing": [{"CHILD": "1", "MIS_START": "01/06/2020", "MIS_END": "03/06/2020"},
                        {"CHILD": "1", "MIS_START": "03/06/2020", "MIS_END": "04/06/2020"}]},
    "incident_ends_before": {
        "missing": [{"CHILD": "1", "MIS_START": "02/06/2020", "MIS_END": "02/06/2020"}]},
    "review_before_birth": {"header": [{"CHILD": "1", "DOB": "01/06/2020"}],
                            "reviews": [{"CHILD": "1", "REVIEW": "01/06/2020"}]},
    "sdq_range": {"oc2": [{"CHILD": "1", "SDQ_SCORE": "40"}]},
    "care_leaver_age": {"oc3": [{"CHILD": "1", "DOB": "31/03/2004"}]},
    "worker_ends_before": {
        "sw_episodes": [{"CHILD": "1", "SW_DECOM": "02/06/2020", "SW_DEC": "02/06/2020"}]},
    "date_after_year": {"episodes": [CARE | {"DEC": "01/04/2021", "REC": "E8"},
                                     CARE | {"CHILD": "2", "DECOM": "31/03/2021"}]},
    "no_episode": {"reviews": [{"CHILD": "1", "REVIEW": "31/05/2020"}]},
    "birth_differs": {"reviews": [{"CHILD": "1", "REVIEW": "31/05/2020", "DOB": "01/02/2010"}]},
}  # fmt: skip
"""The nearest that does not break it."""
GENERAL = {"date_after_year", "no_episode", "birth_differs"}


def told(tmp_path, rule, tables):
    """Return which rows a rule is told of, in a return of 2020-21 with a child in care."""
    adoption = {"ad1", "placed_for_adoption"} & set(tables)
    usual = CARE | ADOPTED if adoption else CARE
    held = {"header": [{"CHILD": "1"}], "episodes": [usual]} | tables
    found = load(tmp_path, **held)
    assert found.spans["YEAR"].tolist() == [2021]
    return found.issues[found.issues["rule"].eq(rule)]


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_finds_the_row_that_breaks_it(tmp_path, rule):
    rows = told(tmp_path, rule, BROKEN[rule])
    assert len(rows) == 1
    known = statutory.rules()[rule]
    assert rows["table"].iloc[0] == known.form or not known.form
    assert rows["severity"].iloc[0] == known.severity
    if rule in rules.RULES:
        assert rows["column"].iloc[0] == rules.RULES[rule][0]


@pytest.mark.parametrize("rule", SOUND)
def test_a_rule_leaves_the_row_that_just_keeps_it(tmp_path, rule):
    assert told(tmp_path, rule, SOUND[rule]).empty


def test_each_rule_has_its_sentence_and_both_examples():
    assert set(BROKEN) == set(SOUND) == set(rules.RULES) | GENERAL
    assert set(BROKEN) <= set(statutory.rules())
    for rule in rules.RULES:
        known = statutory.rules()[rule]
        assert rules.RULES[rule][0] in statutory.forms()[known.form].fields
