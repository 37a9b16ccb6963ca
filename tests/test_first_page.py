"""The first page: what matters most, in words that plain figures bear out; at most two a topic."""

import re
from math import nan

import pytest
from bs4 import BeautifulSoup
from test_refresh_render import WORDS

from thurrock_analysis import figures, open_report
from thurrock_analysis.findings import handing, matters, window
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import Payload
from thurrock_analysis.record import dictionary, measures

SHOWN = list(dictionary.read("matters")["measure"])


@pytest.mark.parametrize("name", ["Thurrock", "Essex", "Blackpool", "Rutland", "England"])
def test_what_matters_is_told_as_the_plain_figures_have_it(name):
    """Value and England's, side, years on it and range are counted anew from the front door."""
    report = open_report(name)
    lines = matters.lines(report, SHOWN)
    assert bool(lines) == (name != "England")
    assert any(line["far"] for line in lines) == (name in ("Thurrock", "Essex", "Blackpool"))
    for line in lines:
        wide = figures(line["measure"], areas=[name, "England"], wide="year")
        own, whole = wide.loc[name].dropna(), wide.loc["England"]
        newest, said = own.index[-1], line["sentence"]
        beyond = re.search(r"That is ([\d,]+) where ([\d,]+) would be expected", said)
        at = (
            [float(number.replace(",", "")) for number in beyond.groups()]
            if beyond
            else (own[newest], whole[newest])
        )
        side = "above" if at[0] > at[1] else "below"
        assert re.search(rf"That is (farther )?{side} |, {side} the range", said)
        assert line["better"] == (
            {"high": "above", "low": "below"}.get(measures.get(line["measure"]).polarity) == side
        )
        lasting = 0
        for year in range(newest, newest - window.YEARS, -1):
            apart = own.get(year, nan) - whole.get(year, nan)
            if not apart > 0 if side == "above" else not apart < 0:
                break
            lasting += 1
        assert (f"each of the last {lasting} years" in said) == (lasting > 1)
        before = own[(own.index < newest) & (own.index >= newest - window.YEARS)]
        if "than in any of the five years before" in said:
            outside = own[newest] > before.max() if "higher" in said else own[newest] < before.min()
            assert len(before) == window.YEARS and outside


def test_a_box_has_two_lines_a_topic_and_the_weightiest_first():
    """What is far comes first, and nothing else past the third; forecasts keep their order."""
    told = [("a", 1, "x"), ("b", 4, "x"), ("c", 3, "x"), ("d", 2, "y"), ("e", 9, ""), ("f", 8, "")]
    matter = [
        {"box": "matters", "sentence": f"It is {name}.", "weight": weight, "topic": topic,
         "far": name in "abc"}
        for name, weight, topic in told
    ]  # fmt: skip
    ahead = [
        {"box": "ahead", "sentence": f"Next {name}.", "weight": weight}
        for weight, name in enumerate("wvu", start=1)
    ]
    figure = {"measure": "referrals", "period_end": "2025-03-31", "basis": "in year", "value": 1.0}
    entry = Entry(
        "demand", "Demand", page=True, payload=Payload("demand", [figure], matter + ahead)
    )
    soup = BeautifulSoup(index_page([entry], WORDS), "html.parser")
    lists = [[one.get_text().split(".")[0] for one in part.select("li")]
             for part in soup.select("ol.headlines")]  # fmt: skip
    assert lists == [["It is b", "It is c", "It is e"], ["Next u", "Next v", "Next w"]]


TWICE = [
    "section_47_rate", "section_47",
    "looked_after_starts_police_protection_percent", "looked_after_starts_emergency_percent",
]  # fmt: skip


def first_page(name, larger=""):
    """Return what moved, and the key figures, of a report that shows rate and count, two shares."""
    report = open_report(name)
    for measure in TWICE:
        report.take(report.trend(measure))
    lines = handing.headlines(report)
    for line in lines:
        if line["measure"] == larger:
            line |= {"verdict": "larger", "probability": 1e-9}
    rows = report.key_figures().assign(period_end=lambda f: f["period_end"].dt.strftime("%Y-%m-%d"))
    entry = Entry("demand", "Demand", True, payload=Payload("", rows.to_dict("records"), lines))
    soup = BeautifulSoup(index_page([entry], WORDS), "html.parser")
    moved = {one.get_text().split()[0] for one in soup.select("#moved ~ details li")}
    return moved, [row.select("td")[1].get_text() for row in soup.select("tbody tr")]


@pytest.mark.parametrize(
    ("name", "larger", "moved", "values"),
    [
        ("Derby", "", {"232.0", "30"}, ["19%", "232.0 (1,441)"]),
        ("Derby", "section_47", {"30"}, ["19%", "232.0 (1,441)"]),
        ("Essex", "", {"42.7", "32", "38"}, ["10%", "8%", "42.7 (1,407)"]),
    ],
)
def test_a_matter_is_told_once(name, larger, moved, values):
    """A rate tells its count; a share tells a wider one where both are of the same children.

    In Derby nobody came in under an emergency protection order in both years; in Essex some did.
    """
    assert first_page(name, larger) == (moved, values)


def test_a_hidden_year_leaves_no_range_of_five():
    """Rutland has both: measures with every year, and measures of which one is hidden."""
    report = open_report("Rutland")
    full = {}
    for name in SHOWN:
        own = window.of(report, name)
        if len(own):
            newest = own.index[-1]
            full[name] = set(range(newest - window.YEARS, newest)) <= set(own.index)
    assert set(full.values()) == {True, False}
    assert not any(window.beside(report, name) for name in full if not full[name])
