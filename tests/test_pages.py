"""The pages of one refresh as a browser shows them: on a desk, on a phone, on paper, by ear."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium, needs_browser
from bs4 import BeautifulSoup

from thurrock_analysis.record import dictionary

WIDTHS = (1280, 360, 320)
PAPER_MARGIN = 16 / 297  # of the height of a page, above and below
PRINTED = ("workforce_churn", "placements")
needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm") and not os.environ.get("CI"),
    reason="nothing here makes pictures of printed pages: install poppler-utils",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a report on the smallest authority: the most figures are hidden."""
    reports = tmp_path_factory.mktemp("reports")
    command = [sys.executable, "-m", "thurrock_analysis", "refresh", "--authority", "Rutland"]
    env = os.environ | {"THURROCK_REPORTS_DIR": str(reports)}
    subprocess.run(command, env=env, check=True, capture_output=True)
    [made] = (reports / "rutland").iterdir()
    return made


@pytest.fixture(scope="module")
def pages(folder):
    found = {path.stem: path for path in folder.glob("*.html") if path.stem != "index"}
    assert len(found) > 5
    return found


@pytest.fixture(scope="module")
def soups(pages):
    return {
        name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for name, path in pages.items()
    }


@pytest.fixture(scope="module")
def window():
    with chromium() as browser:
        yield browser.new_page()


SMALLEST = """() => [...document.querySelectorAll('.chart svg')].flatMap(svg => {
    const {width} = svg.getBoundingClientRect();
    const scale = width / svg.viewBox.baseVal.width;
    return width ? [...svg.querySelectorAll('text')].map(
        text => scale * parseFloat(getComputedStyle(text).fontSize)) : [];
})"""
FOLDED = """() => [...new Set([...document.querySelectorAll('details.phone')].map(
    each => each.querySelector('summary').checkVisibility()
        && !each.querySelector('td').checkVisibility({contentVisibilityAuto: true})))]"""
SCROLLING = """() => [...document.querySelectorAll('main [tabindex]')].filter(
    each => each.checkVisibility() && each.scrollWidth <= each.clientWidth).length"""


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_page_is_accessible_and_its_figures_are_cards_on_a_phone(window, folder, width):
    window.set_viewport_size({"width": width, "height": 900})
    window.emulate_media(media="screen")
    window.goto((folder / "index.html").as_uri())
    said = Axe().run(window, options={"resultTypes": ["violations"]}).response
    assert said["violations"] == [] and len(said["passes"]) > 20
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    drawn = "getComputedStyle(document.querySelector('table.figures tbody tr')).display"
    assert window.evaluate(drawn) == ("grid" if width < 640 else "table-row")
    assert window.evaluate(FOLDED) == [width < 640]
    words = "[...document.querySelectorAll('.tile .whole')].map(e => e.getClientRects().length)"
    assert set(window.evaluate(words)) == {1}, "no line ends with the hyphen of a word"
    if width == 360:
        assert window.evaluate("document.documentElement.scrollHeight") < 14_000


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_never_wider_than_the_screen_and_can_be_read(window, pages, width):
    window.set_viewport_size({"width": width, "height": 900})
    window.emulate_media(media="screen")
    found = {}
    for name, path in pages.items():
        window.goto(path.as_uri())
        said = Axe().run(window, options={"resultTypes": ["violations"]}).response
        found[name] = [(one["id"], one["nodes"][0]["html"]) for one in said["violations"]]
        assert len(said["passes"]) > 20
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        assert min(window.evaluate(SMALLEST)) >= 11
        assert window.evaluate(FOLDED) in ([], [width < 640]), "open on a desk, folded on a phone"
        if width == 1280:
            assert window.evaluate(SCROLLING) == 0
    assert found == dict.fromkeys(pages, [])


@needs_browser
@needs_poppler
@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_page_is_whole_and_no_more_than_a_third_blank(window, pages, tmp_path, name):
    window.set_viewport_size({"width": 673, "height": 900})  # what A4 leaves between its margins
    window.goto(pages[name].as_uri())
    window.emulate_media(media="print")
    assert window.evaluate("document.documentElement.scrollWidth") <= 673, "else all is shrunk"
    assert min(window.evaluate(SMALLEST)) * 0.75 >= 7, "points"
    folded = "[...document.querySelectorAll('details td')].every(cell => cell.checkVisibility())"
    assert window.evaluate(folded)
    window.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    subprocess.run(["pdftoppm", "-gray", "-r", "40", "page.pdf", "p"], cwd=tmp_path, check=True)
    sheets = sorted(tmp_path.glob("p-*.pgm"))
    for sheet in sheets[:-1]:
        assert blank(sheet) <= 1 / 3, sheet.name
    assert len(sheets) < 30
    read = ["pdftotext", "-f", "2", "-l", "2", "page.pdf", "-"]
    second = subprocess.run(read, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert "Rutland: " in second and f"2 of {len(sheets)}" in second


@needs_browser
@needs_poppler
def test_the_first_page_is_one_sheet_with_every_tile(window, folder, tmp_path):
    window.goto((folder / "index.html").as_uri())
    window.emulate_media(media="print")
    sizes = (
        "[...document.querySelectorAll('.glance *')]"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert round(min(window.evaluate(sizes)) * 0.75, 2) >= 7, "points"
    heads = window.locator(".glance h2").all_inner_texts()
    labels = window.locator(".tile h3").all_inner_texts()
    assert len(heads) == 7 and len(labels) > 15
    window.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    first = ["pdftotext", "-f", "1", "-l", "1", "page.pdf", "-"]
    done = subprocess.run(first, cwd=tmp_path, check=True, capture_output=True, text=True)
    words = " ".join(done.stdout.split())
    assert [head for head in heads if head not in words] == []


def blank(sheet: Path) -> float:
    """Return the largest share of a page between its margins, from edge to edge, without ink."""
    _, size, _, dots = sheet.read_bytes().split(b"\n", 3)
    wide, tall = map(int, size.split())
    grey = np.frombuffer(dots, np.uint8).reshape(tall, wide)
    top = PAPER_MARGIN * tall
    inked = np.flatnonzero((grey < 200).any(axis=1))
    inked = inked[(inked > top) & (inked < tall - top)]
    return float(np.diff([top, *inked, tall - top]).max() / (tall - 2 * top))


def test_the_data_and_the_pictures_of_each_chart_lie_beside_the_page(folder, pages, soups):
    for name, soup in soups.items():
        drawn = 0
        for chart in soup.select(".chart"):
            files = [folder / unquote(link["href"]) for link in chart.select(".away a")]
            assert [file.suffix for file in files] == [".csv", ".svg", ".png"]
            rows = list(csv.reader(io.StringIO(files[0].read_text(encoding="utf-8-sig"))))
            assert len({len(row) for row in rows}) == 1 and len(rows) > 1
            tree = ElementTree.parse(files[1])
            words = " ".join(tree.getroot().itertext())
            assert len(words) > 100 and len(chart.svg["aria-label"]) > 20
            assert files[2].read_bytes().startswith(b"\x89PNG")
            drawn += files[2].stat().st_size
        assert pages[name].stat().st_size < drawn, "a page with its charts weighs less than PNGs"
        assert soup.select("svg image, svg script, svg [href]") == []


def test_tables_are_named_apart_and_answers_are_one_bold_sentence(soups):
    for soup in soups.values():
        names = [one.get_text() for one in soup.select("caption, :not(.phone) > summary")]
        assert [name for name, times in Counter(names).items() if times > 1] == []
        answers = [one.get_text() for one in soup.select(".outputs > p > strong:first-child")]
        assert answers and not any(re.search(r"[a-z]\. [A-Z]", answer) for answer in answers)
        for table in soup.select("main table"):
            for row in table.select("tbody tr"):
                assert row.find(["th", "td"]).get("class") in (None, ["num"])


def test_every_abbreviation_of_a_page_is_explained_on_it(soups):
    known = {row["abbreviation"]: row["meaning"] for row in dictionary.rows("abbreviations")}
    explained = 0
    for soup in soups.values():
        key = {dt.get_text(): dt.find_next("dd").get_text() for dt in soup.select(".key dt")}
        assert key.items() <= known.items()
        text = soup.select_one("main").get_text(" ")
        used = {one for one in known if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)}
        assert used == set(key)
        explained += len(key)
    assert explained > 5


def test_headings_lead_to_other_reports_and_back(folder, soups):
    ways = set()
    for name, soup in soups.items():
        for link in soup.select(".elsewhere a"):
            page, _, place = link["href"].partition("#")
            target = soups[page.removesuffix(".html")]
            assert target.find(id=unquote(place)).name == "h2"
            ways.add((name, page.removesuffix(".html")))
        others = [link["href"] for link in soup.select("footer nav a")]
        assert sorted(others) == sorted(f"{one}.html" for one in soups if one != name)
    assert ways and {(there, here) for here, there in ways} & ways
