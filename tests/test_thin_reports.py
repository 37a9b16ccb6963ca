"""Reports with next to nothing to tell, or words much too long: each still says what it has."""

import numpy as np
import pandas as pd
from browser import chromium, needs_browser
from bs4 import BeautifulSoup
from taking import answered, entry
from test_charts import RULER, rows, words_of
from test_refresh_render import FIGURE, WORDS

from thurrock_analysis import charts, open_report
from thurrock_analysis.charts import look, measuring
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import Payload


def asked_of(change):
    """Return a report in which the figures of a measure are changed."""
    report = open_report("Rutland")
    report._kept["figures", "referral_rate", "all"] = change(report.figures("referral_rate"))
    return report


def page_of(made, area="Rutland"):
    return BeautifulSoup(index_page([made], WORDS | {"area": area}), "html.parser")


def test_where_all_values_are_hidden_answers_and_page_say_that_there_is_none():
    report = asked_of(lambda table: table.assign(value=np.nan, status="suppressed"))
    for ask in (report.trend, report.rank):
        one = ask("referral_rate")
        assert "hidden by the publisher" in one.sentence and one.chart is None
        report.take(one)
    soup = page_of(entry("demand", report.handed()))
    assert soup.select(".tile, table.figures") == [] and "nan" not in soup.main.get_text().split()
    row = FIGURE | {"value": None, "status": "suppressed", "area": report.area.code}
    made = Entry("demand", "Demand", page=True, payload=Payload("demand", [row]))
    [cells] = page_of(made).select("table.figures tbody tr:has(td)")
    assert [one.get_text() for one in cells.select("td.num")] == ["suppressed", "", "", "", ""]


def test_a_measure_with_one_point_has_a_value_and_no_change():
    report = asked_of(lambda table: table[table["period_end"].eq(table["period_end"].max())])
    trend = report.trend("referral_rate")
    assert "the only year with a figure" in trend.sentence
    report.take(trend)
    soup = page_of(entry("demand", report.handed()))
    [tile] = soup.select(".tile")
    assert tile.select(".change, polyline") == [] and len(tile.select("circle.own")) > 0
    [cells] = soup.select("table.figures tbody tr:has(td)")
    value, before, change, *_ = [one.get_text() for one in cells.select("td.num")]
    assert value and not before and not change


def test_an_area_without_comparators_has_no_rank_no_neighbours_and_no_question():
    _, entries = answered("England", asked={"demand": [("trend", "referral_rate")]})
    soup = page_of(entries[0], "England")
    [tile] = soup.select(".tile")
    assert tile.select(".place, svg.dots") == []
    [cells] = soup.select("table.figures tbody tr:has(td)")
    assert [one.get_text() for one in cells.select("td.num")][-2:] == ["", ""]
    assert soup.find(id="ask") is None
    assert "No figure that matters most can be set here" in soup.get_text()


def test_a_font_that_is_not_there_leaves_every_word_inside(monkeypatch):
    two = pd.concat([rows("A", 2024, [3.0, 4.0]), rows("B", 2024, [1.0, 2.0])])
    for module in (look, measuring):
        monkeypatch.setattr(module, "FONT", "No Such Font")
    made = charts.trend(two, "area", headline="A rose and B rose")
    assert made.png().startswith(b"\x89PNG") and "A rose and B rose" in made.svg()
    for text in words_of(made):
        box = text.get_window_extent(RULER)
        assert box.x0 >= -1 and box.x1 <= made.figure.bbox.x1 + 1


@needs_browser
def test_labels_of_200_characters_leave_the_first_page_within_a_phone(tmp_path):
    for number, long in enumerate(("x" * 200, "a long name " * 16)):
        row = FIGURE | {"measure": long, "release": long}
        line = {"sentence": long, "weight": 1.0, "measure": long, "verdict": "larger"}
        made = Entry("demand", long, page=True, payload=Payload("demand", [row], [line]))
        page = tmp_path / f"{number}.html"
        page.write_text(index_page([made], WORDS), encoding="utf-8")
        with chromium() as browser:
            window = browser.new_page(viewport={"width": 320, "height": 800})
            window.goto(page.as_uri())
            assert window.evaluate("document.documentElement.scrollWidth") <= 320
