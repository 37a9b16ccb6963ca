"""The first page: what matters most, in words that plain figures bear out."""

import re
from math import nan

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from test_refresh_render import WORDS

from thurrock_analysis import figures, open_report, words
from thurrock_analysis.findings import handing, matters, standings, window
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import Payload
from thurrock_analysis.metrics import standing
from thurrock_analysis.record import areas, dictionary, measures

SHOWN = list(dictionary.read("matters")["measure"])


@pytest.mark.parametrize("name", ["Thurrock", "Rutland", "England"])
def test_what_matters_is_told_as_the_plain_figures_have_it(name):
    """Figure, side, neighbours and years on a side are counted anew from the front door."""
    report = open_report(name)
    frame = matters.page(matters.rows(report))
    told = frame[frame["standing"].ne("untold")]
    assert set(frame["measure"]) <= set(SHOWN) and frame["measure"].is_unique
    assert bool(len(told)) == (name != "England")
    assert told["distance"].is_monotonic_decreasing
    near = [areas.get(code).name for code in report.neighbours.get("neighbour", [])]
    for line in told[told["hidden"].eq("")][::3].itertuples():
        measure = measures.get(line.measure)
        wide = figures(line.measure, areas=[name, "England", *near], wide="year")
        own, whole = wide.loc[name].dropna(), wide.loc["England"]
        newest, said = own.index[-1], line.sentence
        assert line.value == words.figure(own[newest], measure)
        if line.against == "England":
            assert line.side == ("above" if own[newest] > whole[newest] else "below")
        if line.against == "expected":
            would, had = re.search(r"expected \(([\d,]+), where it had ([\d,]+)\)", said).groups()
            assert (line.side == "above") == (number(had) > number(would))
        there = wide[wide.index.isin(near)][newest].dropna()
        ends = {words.figure(there.min(), measure), words.figure(there.max(), measure)}
        assert set(line.neighbours.split(" to ")) == ends
        ranks = there[there > own[newest]].size + 1
        if " to " not in line.rank:  # as rounding leaves it open
            assert line.rank.replace("=", "") == f"{ranks} of {len(there) + 1}"
        polarity = {"high": "above", "low": "below"}.get(measure.polarity)
        right = "none" if polarity is None else "better" if polarity == line.side else "worse"
        assert line.better == ("none" if line.standing == "among others" else right)
        lasting, side = 0, np.sign(own[newest] - whole[newest])
        for year in range(newest, newest - window.YEARS, -1):
            if not side or np.sign(own.get(year, nan) - whole.get(year, nan)) != side:
                break
            lasting += 1
        assert line.years == lasting
        assert (f"each of the last {lasting} years" in said) == (lasting > 1)
        before = own[(own.index < newest) & (own.index >= newest - window.YEARS)]
        if "than in any of the five years before" in said:
            outside = own[newest] > before.max() if "higher" in said else own[newest] < before.min()
            assert len(before) == window.YEARS and outside
        assert max(len(part.split()) for part in re.split(r"(?<=\.) ", said)) <= 45


def number(text):
    return float(text.replace(",", ""))


def line(name, size, **more):
    """Return what a notebook hands on of a measure that stands so far from England."""
    one = dict.fromkeys(("topic", "period", "hidden", "neighbours", "rank", "among", "caution"), "")
    return {
        **one, "measure": name, "label": name, "same_as": "", "value": "1", "england": "2",
        "side": -1 if size < 0 else 1, "years": 1, "source": "", "told": f"It is {name}",
        "means": {"England": "England"},
        "beside": {"England": [size, standing.chance(size)]} if size else {},
        "box": "matters", "sentence": "", "weight": 0.0,
    } | more  # fmt: skip


def test_the_family_is_the_page_and_the_farthest_is_named_first():
    """Two notebooks hand on the same measure: it is one comparison; one stands out."""
    sizes = {"referral_rate": 3.0, "caseload": -2.2, "looked_after_rate": 1.0,
             "re_referral_percent": -0.9, "section_47_rate": 0.8,
             "unit_cost_residential": 0.1}  # fmt: skip
    lines = [line(name, size) for name, size in sizes.items()]
    frame = matters.page([*lines, lines[0]])
    assert frame["measure"].tolist() == list(sizes)
    assert frame["standing"].tolist() == ["stands out", "farther alone", *["among others"] * 4]
    assert frame["better"].tolist() == ["none", "better", *["none"] * 4]
    alone = matters.page(lines[1:2])["standing"].tolist()
    assert alone == ["stands out"], "one comparison is none of many"


def test_the_first_page_counts_what_it_leaves_out():
    """Better figures have a box of their own; of two that tell the same the farther is named."""
    near = {name: 1.0 - place / 10 for place, name in enumerate(SHOWN[:6])}
    lines = [
        line("agency_social_worker_percent", -3.5),
        line("care_leavers_19_21_eet_percent", -2.2),
        line("care_leavers_19_21_neet_percent", 2.1, same_as="care_leavers_19_21_eet_percent"),
        *(line(name, size) for name, size in near.items()),
        line("looked_after_adopted_percent", 0, hidden="suppressed"),
    ]
    ahead = [
        {"box": "ahead", "sentence": f"Next {name}.", "weight": weight}
        for weight, name in enumerate("wvu", start=1)
    ]
    figure = {"measure": "referrals", "period_end": "2025-03-31", "basis": "in year", "value": 1.0}
    entries = [
        Entry(name, name, page=True, payload=Payload(name, [figure], told))
        for name, told in {"one": lines[:4] + ahead, "two": lines[3:]}.items()
    ]
    soup = BeautifulSoup(index_page(entries, WORDS), "html.parser")
    lists = [[one.get_text() for one in part.select("li")] for part in soup.select("ol.headlines")]
    named = [[text.split(";")[0].removeprefix("It is ") for text in told] for told in lists[:3]]
    assert named == [
        ["care_leavers_19_21_eet_percent", *SHOWN[:2]],
        SHOWN[2:4],
        ["agency_social_worker_percent"],
    ], "three above the tiles, the others below them"
    assert [text.split(".")[0] for text in lists[3]] == ["Next u", "Next v", "Next w"]
    said = " ".join(soup.get_text().split())
    once = "“By itself”: taken alone; among so many figures it is not unusual."
    firm = [Entry("one", "one", page=True, payload=Payload("one", [figure], lines[:1]))]
    assert said.count(once) == 1 and once not in index_page(firm, WORDS)
    counted = re.search(r"Of \d+ figures that matter.*?not comparable\.", said)[0]
    assert [int(number) for number in re.findall(r"\d+", counted)] == [
        *(10, 9, 9),  # figures that matter, set beside others, comparisons
        *(3, 19, 20, 0, 1, 1),  # farther than 19 in 20, in an ordinary one, standing out, figures
        *(3, 1),  # left out: nearer or the same, hidden
    ], counted


def test_a_measure_of_one_year_has_a_standing():
    """Nothing usual is known of its changes; where it stands among authorities is."""
    frame = matters.page(matters.rows(open_report("Rutland")))
    first = frame.set_index("measure", drop=False).loc["looked_after_three_social_workers_percent"]
    assert first["standing"] in matters.APART
    assert (first["value"], first["england"], first["better"]) == ("67%", "27%", "worse")
    assert first["sentence"].startswith("18 of 27 looked-after children had three or more")


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
    return moved, [row.select("td")[1].get_text() for row in soup.select("tbody tr:has(td)")]


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


def test_a_figure_older_than_the_newest_of_its_statistics_says_so():
    """Assessments of 2024-25 are out and not held; conferences are; one table comes once."""
    names = ["assessments_per_100_referrals", "initial_conference_rate"]
    frame = matters.page(matters.rows(open_report("Thurrock"), names)).set_index("measure")
    said = {name: "No figure of 2024-25 is held." in frame.loc[name, "sentence"] for name in names}
    assert said == {names[0]: True, names[1]: False}


def test_the_paper_says_how_far_a_figure_stands_as_the_first_page_does():
    """Two verdicts on one figure would be one too many: neither is stronger than the other."""
    frame = matters.page(matters.rows(open_report("Essex")))
    far = frame[frame["standing"].isin(matters.APART)]
    assert set(far["standing"]) == set(matters.APART)
    for line in far.itertuples():
        head, tail = matters.apart(line, "...").split("...")
        assert re.search(rf"That is {head}[^.]+{tail}\.", line.sentence)


def test_a_hidden_figure_stands_where_every_number_that_it_can_be_does():
    """Of 32 children of Rutland at least 27 lived outside: 84% to all."""
    report, name = open_report("Rutland"), "looked_after_outside_boundary_percent"
    line = matters.page(matters.rows(report, [name])).iloc[0]
    assert line["sentence"].startswith("At least 27 of 32 looked-after children were placed out")
    assert "The number is hidden by the publisher." in line["sentence"]
    assert (line["value"], line["side"], line["better"]) == ("at least 27 of 32", "above", "worse")
    rows = report.figures(name)
    own = rows[rows["area"].eq(report.area.code) & rows["period_end"].eq("2021-03-31")]
    own = own.assign(period_end=pd.Timestamp("2025-03-31"), denominator=32.0)
    alone = [
        standings.between(report, name, [own.assign(value=count / 0.32, numerator=count)] * 2)
        for count in (27.0, 32.0)
    ]
    # All 32 would be farther, and are less sure: the weaker verdict of the two is told.
    least = min(one["neighbours"].size for one in alone)
    assert line["distance"] == pytest.approx(least, abs=1e-4)
    # What may be any number, and what may lie on either side, stands nowhere.
    frame = matters.page(matters.rows(report, ["looked_after_three_placements_percent"]))
    assert frame.loc[0, "standing"] == "untold"
    both = [own.assign(value=count / 0.32, numerator=count) for count in (2.0, 32.0)]
    assert not standings.between(report, name, both)


def test_none_of_two_is_below_england_as_it_is_printed():
    frame = matters.page(matters.rows(open_report("Isles of Scilly", "2018-03-31")))
    row = frame.set_index("measure").loc["social_worker_turnover_percent"]
    assert (row["value"], row["side"]) == ("0.0%", "below")


def test_what_is_printed_alike_is_level_and_on_neither_side():
    frame = matters.page(matters.rows(open_report("Derby", "2018-03-31")))
    row = frame.set_index("measure").loc["looked_after_three_placements_percent"]
    assert (row["value"], row["england"], row["side"]) == ("10%", "10%", "level")
    assert "That is level with England." in row["sentence"]
    apart = frame[frame["against"].eq("England") & frame["side"].ne("level")]
    assert apart["value"].ne(apart["england"]).all() and len(apart) > 3
