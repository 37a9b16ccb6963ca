"""Pages can be read by ear, on a phone and on paper, and ask nothing of the network."""

import dataclasses
import json
import re
import time
from urllib.parse import unquote
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from thurrock_analysis import charts, pages, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Finding, Gap
from thurrock_analysis.findings.table import Table
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.machine.refresh.index import Entry, index_page
from thurrock_analysis.machine.refresh.payload import (
    MIME,
    Payload,
    payload_of,
    write_key_figures,
)
from thurrock_analysis.machine.refresh.render import (
    Page,
    Renderer,
    anchors,
    take_away,
    undescribed_pictures,
    with_notice,
)
from thurrock_analysis.machine.refresh.tidy_up import scrub, tidied

PAGE = Page("Demand & need", "Thurrock", "24 November 2025", "1 December 2025")
WORDS = {
    **{"date": "2025-11-24", "due": []},
    "since": {"unreadable": False, "last": "", "rows": [], "groups": 0},
    "area": "Thurrock",
    "as_at": "24 November 2025",
    "made": "1 December 2025",
    "commit": "abcdef1234",
    "version": "1.0",
    "files": 11,
    "banner": "",
}
PANDAS = """<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>name</th>
<th>rate</th></tr></thead><tbody><tr><th>0</th><td>Kent</td><td>1,234.5</td></tr>
<tr><th>1</th><td>Essex</td><td>[c]</td></tr></tbody></table></div>"""
CAPTIONED = """<table><caption>Rates</caption><thead><tr><th scope="col">area</th></tr></thead>
<tbody><tr><th scope="row">Kent</th></tr></tbody></table>"""


@pytest.fixture(scope="module")
def renderer():
    return Renderer()


def cell(*outputs):
    return new_code_cell("code = 'never shown'", outputs=list(outputs))


def shows(data, **metadata):
    return new_output("display_data", data, metadata=metadata)


def picture(alt=None, **more):
    metadata = {**({"alt": alt} if alt else {}), **more}
    return shows({"image/png": "iVBORw0\n", "text/plain": "<Figure>"}, **{"image/png": metadata})


def soup_of(renderer, *cells):
    return BeautifulSoup(renderer.page(new_notebook(cells=list(cells)), PAGE), "html.parser")


def test_keeps_the_text_alternatives_of_pictures(renderer):
    soup = soup_of(renderer, cell(picture('Up from "3" to <5>.', width=640)))
    (image,) = soup.find_all("img")
    assert image["alt"] == 'Up from "3" to <5>.'
    assert image["src"] == "data:image/png;base64,iVBORw0"
    assert image["width"] == "640"


def test_quotation_marks_in_the_text_of_a_drawing_end_nothing(renderer):
    said = 'He said "no" & <left>'
    drawn = shows({"image/svg+xml": "<svg/>"}, **{"image/svg+xml": {"alt": said}})
    (image,) = soup_of(renderer, cell(drawn)).find_all("img")
    assert image["alt"] == said and set(image.attrs) == {"alt", "src"}


def test_widgets_saved_elsewhere_without_their_state_do_not_keep_a_page_from_being_made(renderer):
    widgets = {"application/vnd.jupyter.widget-state+json": {"abc": {"model_module": "x"}}}
    shown = {"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}, "text/plain": "a bar"}
    notebook = new_notebook(cells=[cell(shows(shown))], metadata={"widgets": widgets})
    assert "a bar" in renderer.page(notebook, PAGE)


def test_what_somebody_typed_stays_text(renderer):
    typed = "<img src=x onerror=alert(1)> ![](https://e.example) [c](javascript:alert(1)) & <b>"
    InteractiveShell.instance()
    with capture_output() as shown:
        table = Table(pd.DataFrame({"Paper": [typed]}), typed)
        Finding(typed, shown=table, doubt=typed)._ipython_display_()
        Gap(typed)._ipython_display_()
    outputs = [shows(one.data) for one in shown.outputs]
    soup = soup_of(renderer, cell(*outputs))
    main = soup.find("main")
    assert main.get_text().count("<img src=x onerror=alert(1)>") == 5
    assert main.find_all("img") == [] and main.select("b") == []
    assert [link.get("href") for link in main.find_all("a") if link.get_text() == "c"] == ["#"] * 3


def test_html_in_a_notebooks_own_markdown_stays_text(renderer):
    typed = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    lines = ["# T <!-- a note -->", f"## Q {typed}?", f"w {typed}", f"<div>\n{typed}\n</div>"]
    soup = soup_of(renderer, *map(new_markdown_cell, lines))
    main = soup.find("main")
    assert main.get_text().count(typed) == 3 and "a note" not in main.get_text()
    assert soup.find_all(["script", "img"]) == [] and main.find_all("div") == []
    place = anchors(
        new_notebook(
            cells=[
                new_markdown_cell(lines[1]),
                cell(shows({"text/plain": "1"}, thurrock={"measures": ["referrals"]})),
            ]
        )
    )
    assert place == {"referrals": main.h2["id"]}


def test_words_of_a_chart_stay_words_on_the_page_and_in_its_file(renderer):
    bad = 'A & B <script>alert("1")</script>'
    own = pd.DataFrame({"team": [bad, bad], "value": [3.0, 4.0],
                        "period_end": pd.to_datetime(["2024-03-31", "2025-03-31"])})  # fmt: skip
    chart = charts.trend(own, "team", headline=bad)
    made = {"wide": chart.svg(), "narrow": "", "title": bad, "told": chart.told}
    shown = shows({pages.MIME: made}, **{"image/png": {"alt": bad}})
    notebook = new_notebook(cells=[cell(shown)])
    html = renderer.page(notebook, dataclasses.replace(PAGE, folder=bad))
    page = BeautifulSoup(html, "html.parser")
    assert page.find_all("script") == [] and page.svg["aria-label"] == chart.told
    assert page.svg.get_text().replace("\n", "").count("</script>") >= 2
    tree = ElementTree.fromstring(take_away(notebook)["01-a-b-script-alert-1-script.svg"])
    assert [one.text for one in tree[:2]] == [bad, chart.told]


def test_finds_pictures_without_a_text_alternative(renderer):
    cells = [new_markdown_cell("# A"), cell(picture("Rises.")), cell(picture(), picture("  "))]
    assert undescribed_pictures(new_notebook(cells=cells)) == [2, 2]
    soup = soup_of(renderer, *cells)
    assert all(image["alt"] for image in soup.find_all("img"))


def test_hides_code_prompts_results_and_warnings(renderer):
    soup = soup_of(
        renderer,
        cell(
            new_output("stream", name="stdout", text="printed"),
            new_output("stream", name="stderr", text="a warning"),
            shows({MIME: {"key_figures": []}, "text/plain": "payload"}),
            new_output("execute_result", {"text/plain": "'last'"}, execution_count=7),
        ),
    )
    text = soup.find("main").get_text()
    assert "printed" in text and "'last'" in text
    for hidden in ("never shown", "a warning", "payload", "[7]"):
        assert hidden not in text


def test_has_one_main_heading_and_no_gap_in_the_levels(renderer):
    soup = soup_of(
        renderer, new_markdown_cell("# One\n\n#### Deep\n\n## Two\n\n# Again\n\n###### Deepest")
    )
    levels = [(tag.name, tag.get_text()) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels == [
        *(("h1", "One"), ("h2", "Deep"), ("h2", "Two"), ("h2", "Again"), ("h3", "Deepest"))
    ]


def test_a_page_without_a_heading_gets_its_title(renderer):
    soup = soup_of(renderer, new_markdown_cell("Text."))
    assert [tag.get_text() for tag in soup.find_all("h1")] == ["Demand & need"]
    assert soup.title.get_text() == "Demand & need – Thurrock"


def test_a_link_to_a_measure_leads_to_the_heading_above_what_shows_it_first(renderer):
    notebook = new_notebook(
        cells=[
            cell(shows({"text/plain": "1"}, thurrock={"measures": ["early"]})),
            new_markdown_cell('# Title\n\nText.\n\n## Who & “what” "changed"?\n\n### Below'),
            cell(
                shows({"text/plain": "1"}),
                shows({"text/plain": "2"}, thurrock={"measures": ["referrals", "b"]}),
            ),
            new_markdown_cell("## Later\n\nText on `## nothing`."),
            cell(shows({"text/plain": "1"}, thurrock={"measures": ["b", "c"]})),
            new_markdown_cell("## Not <b>closed"),
            cell(shows({"text/plain": "1"}, thurrock={"measures": ["d"]})),
        ]
    )
    html = renderer.page(notebook, PAGE)
    soup = BeautifulSoup(html, "html.parser")
    found = {name: soup.find(id=place).get_text() for name, place in anchors(notebook).items()}
    asked = 'Who & “what” "changed"?'
    assert found == {"referrals": asked, "b": asked, "c": "Later", "d": "Not <b>closed"}
    assert anchors(json.loads(nbformat.writes(notebook))) == anchors(notebook), "as it is stored"
    assert "anchor-link" not in html and "¶" not in html


def test_dresses_plain_tables(renderer):
    soup = soup_of(renderer, cell(shows({"text/html": PANDAS})))
    table = soup.find("table")
    assert table.attrs == {} and not soup.find("main").find("style")
    assert table.thead.find("td").get_text() == "" and len(table.thead.find_all("th")) == 2
    assert {head["scope"] for head in table.thead.find_all("th")} == {"col"}
    assert {head["scope"] for head in table.tbody.find_all("th")} == {"row"}
    assert [c.get_text() for c in soup.select(".num")] == ["rate", "1,234.5", "[c]"]
    assert table.find_parent(class_="scroll") is None, "it fits everywhere"


def grid(first, columns, rows, cell="1,234"):
    """Write a captioned table: its first column, so many others and their cells."""
    head = "".join(f"<th>{first if not n else f'Heading {n}'}</th>" for n in range(columns))
    body = "".join(f"<tr><th>{row}</th>{f'<td>{cell}</td>' * (columns - 1)}</tr>" for row in rows)
    head = f"<caption>Plans</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody></table>"


def test_a_wide_table_is_cards_on_a_phone_and_the_widest_scrolls(renderer):
    narrow, wide, widest = (
        soup_of(renderer, cell(shows({"text/html": grid("Area", columns, ["Kent", "Essex"])})))
        for columns in (2, 9, 20)
    )
    assert narrow.table.get("class") is None and not narrow.select("[data-head], .scroll")
    assert wide.table["class"] == ["cards", "late", "full"]
    assert not wide.select("[tabindex], details"), "two cards are read at once"
    assert [td["data-head"] for td in wide.select("td")][:2] == ["Heading 1", "Heading 2"]
    box = widest.select_one("[tabindex]")
    assert (box["class"], box["role"], box["aria-label"]) == (["scroll"], "region", "Plans")


def test_a_long_table_of_years_is_folded_and_a_wide_one_has_a_column_a_year(renderer):
    years = [str(year) for year in range(2025, 2012, -1)]
    open_one, folded, turned = (
        soup_of(renderer, cell(shows({"text/html": grid("Year", columns, years[:count])})))
        for columns, count in ((3, 5), (3, 6), (20, 13))
    )
    assert not open_one.select("main details") and open_one.caption
    assert folded.select_one("details > summary").get_text() == "Plans" and not folded.caption
    assert turned.select_one("details:not(.phone) > summary"), "as long as it was"
    cards = soup_of(renderer, cell(shows({"text/html": grid("Area", 9, "ABCD")})))
    assert cards.select_one("details.phone > summary").get_text() == cards.caption.get_text()
    rows = [[c.get_text() for c in row.find_all(["th", "td"])] for row in turned.select("tr")]
    assert rows[0] == ["", *years] and rows[19] == ["Heading 19", *["1,234"] * 13]
    assert turned.select_one("tbody th")["scope"] == "row"


def test_captions_that_stand_twice_say_what_they_answer(renderer):
    tables = [cell(shows({"text/html": grid("Area", 2, ["Kent"])})) for _ in range(3)]
    soup = soup_of(renderer, new_markdown_cell("# A\n\n## Who?"), *tables)
    names = [caption.get_text() for caption in soup.find_all("caption")]
    assert names == ["Plans", "Plans (Who?)", "Plans (Who?), 2"]


def chart_cell(title, *more):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" height="300"><text>ILACS</text></svg>'
    made = {"wide": svg, "narrow": svg, "title": title, "told": f"{title}: all.", "csv": "a\n1\n"}
    data = {pages.MIME: made, "image/png": "iVBORw0K", "text/plain": "told"}
    return cell(shows(data, **{"image/png": {"alt": title}}), *more)


def test_a_chart_is_drawn_in_the_page_whatever_its_title_and_its_files_lie_beside(renderer):
    title = "<img src=x> \"rates\" & '=1+1' " + "long " * 60
    notebook = new_notebook(
        cells=[chart_cell(title), chart_cell("é", shows({"text/html": CAPTIONED}))]
    )
    page = dataclasses.replace(PAGE, folder="demand_charts")
    soup = BeautifulSoup(renderer.page(notebook, page), "html.parser")
    assert soup.select("main img") == []
    sizes = [svg["class"] for svg in soup.select(".chart svg")]
    assert sizes == [["wide"], ["narrow"]] * 2
    said = [svg["aria-label"] for svg in soup.select("svg.wide")]
    assert said == [f"{title}: all.", "é"], "without a table all is told"
    files = take_away(notebook)
    assert [unquote(link["href"]) for link in soup.select(".away a")] == [
        f"demand_charts/{name}" for name in files
    ]
    assert len(files) == 6 and max(map(len, files)) < 70
    assert files["02-e.csv"].decode("utf-8-sig") == "a\n1\n"
    assert "<title>&lt;img src=x&gt;" in next(v for k, v in files.items() if "svg" in k).decode()
    assert pages.MIME not in nbformat.writes(notebook), "which is stored beside the page"
    assert soup.select_one(".key dt").get_text() == "ILACS"


def test_a_page_of_several_questions_lists_them(renderer):
    questions = [new_markdown_cell(f"## What of {name}?") for name in ("A", "B", "C")]
    soup = soup_of(renderer, new_markdown_cell("# Title"), *questions)
    links = [link["href"] for link in soup.select("nav.contents a")]
    assert links == [f"#{heading['id']}" for heading in soup.select("h2")] and len(links) == 3
    assert not soup_of(renderer, new_markdown_cell("# Title"), *questions[:2]).select("nav")


def test_leaves_well_made_tables_as_they_are_and_tells_words_from_numbers(renderer):
    soup = soup_of(renderer, *(cell(shows({"text/html": one})) for one in (CAPTIONED, PANDAS)))
    words, numbers = soup.find_all("table")
    assert words.caption.get_text() == "Rates" and numbers.select(".num")
    assert words.select(".num") == []


@pytest.mark.parametrize("where", ["page", "index"])
def test_asks_nothing_of_the_network_and_names_its_language(renderer, where):
    if where == "page":
        math = new_markdown_cell("# A\n\n$x^2$\n\n```mermaid\ngraph TD\n```")
        soup = soup_of(renderer, math, cell(picture("Rises.")))
    else:
        soup = BeautifulSoup(index_page([], WORDS), "html.parser")
    assert soup.html["lang"] == "en-GB"
    assert soup.find("meta", {"name": "viewport"})
    assert soup.find_all(["script", "link", "iframe", "object"]) == []
    for tag in soup.find_all(src=True):
        assert tag["src"].startswith("data:")
    assert not re.search(r"url\(|@import|//", soup.find("style").get_text())
    skip = soup.find("a")
    assert soup.find("main")["id"] == skip["href"][1:] == "main"
    assert len(str(soup.find("style"))) < (15_500 if where == "index" else 9500)


def test_rendering_changes_nothing_in_the_notebook(renderer):
    notebook = new_notebook(cells=[new_markdown_cell("# A"), cell(picture())])
    before = nbformat.writes(notebook)
    renderer.page(notebook, PAGE)
    assert nbformat.writes(notebook) == before


def test_a_notice_is_put_in_once(renderer):
    html = renderer.page(new_notebook(cells=[new_markdown_cell("# A")]), PAGE)
    once = with_notice(html, "From <earlier> \\1.")
    twice = with_notice(once, "From then.")
    assert "From &lt;earlier&gt; \\1." in once
    assert (
        "From then." in twice
        and "earlier" not in BeautifulSoup(twice, "html.parser").find("main").get_text()
    )


FIGURE = {
    "measure": "referral_rate",
    "breakdown": "all",
    "group": "all",
    "area": "E06000034",
    "period_end": "2024-03-31T00:00:00",
    "basis": "in year",
    "value": 1512.34,
    "lower": None,
    "upper": float("nan"),
    "status": "",
    "release": "CIN 2024",
}


def entry(name="demand", **more):
    hidden = {**FIGURE, "measure": "no_such", "value": None, "status": "suppressed"}
    half = {**FIGURE, "measure": "referrals", "value": 0.5}
    cells = {"before": "1,400.0", "change": "+8%", "direction": "up", "england": "515.7"}
    low = {"sentence": "It <rose>.", "weight": 1, "measure": FIGURE["measure"], **cells}
    high = {"sentence": "It fell.", "weight": 9, "measure": "lost", "verdict": "larger",
            "probability": 0.001}  # fmt: skip
    still = {"sentence": "Too few to say.", "weight": 0, "measure": "referrals"}
    rows = [FIGURE, hidden, half, {**FIGURE, "breakdown": "sex"}]
    payload = Payload(name, rows, [low, high, still])
    places = {FIGURE["measure"]: "rise?"}
    return Entry(name, "Demand", page=True, payload=payload, anchors=places, **more)


def test_the_index_shows_figures_as_readers_know_them():
    one = entry()
    one.payload.beside["referral_rate"] = {"neighbours": 430.1}
    soup = BeautifulSoup(index_page([one], WORDS), "html.parser")
    rows = [[c.get_text() for c in row.find_all(["th", "td"])] for row in soup.select("tr")]
    label = "Referrals per 10,000 children"
    period = "year to 31 March 2024"
    assert rows == [
        ["Figure", "Period", "Value", "Before", "Change", "Direction", "England", "Neighbours"],
        ["From Children in need, by 1 Nov 2024"],
        [label, period, "1,512.3", "1,400.0", "+8%", "up", "515.7", "430.1"],
        ["No such", period, "suppressed", "", "", "", "", ""],
        ["Referrals", period, "1", "", "", "", "", ""],  # half away from zero
    ]
    assert [link["href"] for link in soup.select("th a")][:2] == [
        "demand.html#rise?",
        "demand.html",
    ]
    twice = BeautifulSoup(index_page([entry(), entry("cost")], WORDS), "html.parser")
    assert len(twice.select("tr")) == len(rows), "a figure of two notebooks is listed once"


def test_a_page_is_linked_whatever_its_notebook_is_called():
    odd = Entry("a#b?c 100%", "Odd", page=True)
    soup = BeautifulSoup(index_page([odd], WORDS), "html.parser")
    assert [link["href"] for link in soup.select("ul.reports a")] == ["a%23b%3Fc%20100%25.html"]


def test_the_index_orders_headlines_and_escapes_words():
    soup = BeautifulSoup(index_page([entry()], WORDS), "html.parser")
    items = soup.select("ol.headlines li")
    assert [item.get_text().split(" Demand")[0] for item in items] == ["It fell.", "It <rose>."]
    assert [item.a["href"] for item in items] == ["demand.html", "demand.html#rise?"]
    assert "Too few" not in soup.get_text(), "a change without a verdict is no news"
    assert [len(part.select("li")) for part in soup.select("ol.headlines")] == [1, 1]


def test_the_index_says_where_nothing_is_unusual():
    usual = entry()
    for one in usual.payload.headlines:
        one["verdict"] = "usual"
    soup = BeautifulSoup(index_page([usual], WORDS), "html.parser")
    assert "Nothing stands out, for a council of this size." in soup.get_text()
    assert "each by itself, none is larger than 19 in 20" in " ".join(soup.get_text().split())
    assert len(soup.select("ol.headlines")) == 1


def test_the_changes_of_all_notebooks_are_corrected_together():
    """A change that stands out on each notebook by itself need not among those of the page."""
    chances = {"a": 0.0001, "b": 0.02, "c": 0.04, "d": 0.5, "e": 0.6, "f": 0.7}
    lines = {
        name: {
            "box": "moved", "measure": name, "sentence": f"{name} moved much.",
            "weight": 9 - chance, "probability": chance,
            "verdict": "larger" if chance < 0.05 else "usual",
            "among_many": {"sentence": f"{name} moved, among many.", "verdict": "usual"},
        }
        for name, chance in chances.items()
    }  # fmt: skip
    old = {"box": "moved", "measure": "g", "sentence": "Old.", "weight": 99, "verdict": "larger"}
    # By notebook 0.02 would stand beside 0.0001, and 0.04 alone. One told twice counts once.
    pages = [
        Entry(name, name, page=True, payload=Payload(name, [], [*(lines[one] for one in told)]))
        for name, told in {"one": "ab", "two": "c", "three": "abdef"}.items()
    ]
    pages[0].payload.headlines.append(old)
    soup = BeautifulSoup(index_page(pages, WORDS), "html.parser")
    boxes = [[one.get_text().split(".")[0] for one in part.select("li")]
             for part in soup.select("ol.headlines")]  # fmt: skip
    assert boxes[0] == ["a moved much"]
    assert boxes[1][:3] == ["b moved, among many", "c moved, among many", "d moved much"]
    assert (
        "Of 6 changes held against the usual, each by itself, 3 are larger than 19 in 20 councils "
        "see, where about 0 would be in an ordinary year; corrected for their number, all of this "
        "page together, 1 stands out."
    ) in " ".join(soup.get_text().split())
    assert "Old." not in soup.get_text(), "of an earlier version nothing can be corrected"


def test_the_index_shows_failures_first():
    failed = Entry("need", "Need", page=False, failure="code cell 3: ValueError: <no>")
    soup = BeautifulSoup(index_page([entry(), failed], WORDS), "html.parser")
    assert [tag.get_text() for tag in soup.find_all("h2")][0] == (
        "1 of 2 reports could not be made"
    )
    assert "Need: code cell 3: ValueError: <no>." in " ".join(soup.get_text().split())
    assert not soup.find("a", href="need.html")


def test_key_figures_are_written_in_the_order_of_the_tidy_table(tmp_path):
    rows = [{"b": 1.5, "extra": 9, "a": 'x,"y'}, {"b": float("nan")}, {"a": "=2+3", "b": -1}]
    payloads = [Payload("demand", rows), Payload("=own", rows[1:2])]
    write_key_figures(tmp_path / "figures.csv", payloads, ["a", "b"])
    text = (tmp_path / "figures.csv").read_text()
    assert text == 'notebook,a,b\ndemand,"x,""y",1.5\ndemand,,\ndemand,\'=2+3,-1\n\'=own,,\n'


def test_the_last_result_counts():
    results = [{"key_figures": [], "read": {"file": text}} for text in ("one", "two")]
    notebook = new_notebook(cells=[cell(shows({MIME: result})) for result in results])
    last = payload_of(notebook, "demand")
    assert (last.notebook, last.read, last.headlines) == ("demand", {"file": "two"}, [])
    with pytest.raises(ThurrockError, match="did not reach its last cell"):
        payload_of(new_notebook(cells=[cell()]), "demand")


def test_what_a_cell_printed_is_joined_as_a_terminal_shows_it():
    def printed(text, name="stdout"):
        return new_output("stream", name=name, text=text)

    parts = [printed("beware\n", "stderr"), printed("1%\r2%\r"), printed("3%\nab\b\bc\r\n")]
    notebook = tidied(new_notebook(cells=[cell(*parts, shows({"text/plain": "x"}))]), "a.ipynb")
    first, second, third = notebook.cells[0].outputs
    assert (first.name, first.text) == ("stdout", "3%\nc\n")
    assert (second.name, third.output_type) == ("stderr", "display_data")
    long = tidied(new_notebook(cells=[cell(printed("x" * 1_000_000))]), "a.ipynb")
    assert len(long.cells[0].outputs[0].text) == 1_000_000, "within a second, not in ten minutes"


def test_paths_of_this_machine_become_words(tmp_path, monkeypatch):
    monkeypatch.setenv("THURROCK_HOME", str(tmp_path))
    inside = str(tmp_path / "data" / "cin.csv")
    assert scrub(f'File "{inside}", line 3') == 'File "data/cin.csv", line 3'
    assert scrub("reports/tmp/x and https://a.org/usr/b") == "reports/tmp/x and https://a.org/usr/b"
    error = new_output("error", ename="E", evalue=inside, traceback=[inside])
    notebook = tidied(new_notebook(cells=[cell(error)]), "demand.ipynb")
    assert str(tmp_path) not in nbformat.writes(notebook)


@pytest.mark.parametrize("place", ["UTC-14", "UTC+12"])
def test_a_report_made_after_midnight_is_of_that_day_where_it_is_made(monkeypatch, place):
    monkeypatch.setenv("TZ", place)  # at any time the day of one of them is another than in UTC
    time.tzset()
    try:
        before, made, after = time.strftime("%d"), run_record.now(), time.strftime("%d")
        assert int(words.day(made).split()[0]) in (int(before), int(after))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_link_to_a_notebook_leads_to_its_page(renderer):
    text = "[a](evidence.ipynb#Which?) [b](evidence.ipynb) [c](https://b.org/x.ipynb) [d](#e)"
    html = renderer.page(new_notebook(cells=[new_markdown_cell(text)]), PAGE)
    main = BeautifulSoup(html, "html.parser").find("main")
    assert [link["href"] for link in main.find_all("a")] == [
        "evidence.html#Which?", "evidence.html", "https://b.org/x.ipynb", "#e",
    ]  # fmt: skip
