"""The committee paper: read back, it holds before the engine that holds others' papers."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace

import docx
import nbformat
import pytest
from taking import answered
from test_workbook import ABOUT

from thurrock_analysis import figures, open_report
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.outputs.figures import KeyFigure
from thurrock_analysis.machine.outputs.paper import content, writing
from thurrock_analysis.machine.outputs.paper.audit import audit, unclaimed, untold
from thurrock_analysis.machine.outputs.paper.statements import Statement, claim, told
from thurrock_analysis.machine.outputs.workbook import write_workbook
from thurrock_analysis.machine.refresh.payload import MIME
from thurrock_analysis.papers import references
from thurrock_analysis.papers.sources import Sources
from thurrock_analysis.record import areas, measures

DATE = "2026-04-08"


def report_in(folder, authority, entries, reports, **parameters):
    """Put a report where a refresh puts it: its record, and notebooks with charts."""
    area = areas.find(authority)
    place = folder / area.slug / DATE
    place.mkdir(parents=True)
    record = {"made": f"{DATE}T09:00:00", "as_at": DATE, "notebooks": {}}
    record["authority"] = {"code": area.code, "name": area.name}
    for one in entries:
        outputs = []
        for number, finding in enumerate(reports[one.name].taken):
            about = {"thurrock": {"measures": [], "finding": number}}
            outputs.append(nbformat.v4.new_output("display_data", {}, metadata=about))
            if finding.verb == "trend":
                bundle, about = finding.draw()._repr_mimebundle_()
                outputs.append(nbformat.v4.new_output("display_data", bundle, metadata=about))
        handed = {MIME: reports[one.name].handed()}
        outputs.append(nbformat.v4.new_output("display_data", handed))
        cell = nbformat.v4.new_code_cell(outputs=outputs)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), place / f"{one.name}.ipynb")
        record["notebooks"][one.name] = {
            "status": "ok", "title": one.title, "parameters": {"returns": "", **parameters}
        }  # fmt: skip
    (place / "run.json").write_text(json.dumps(record))
    return place


@pytest.fixture(scope="module", params=["Thurrock", "Rutland"])
def made(request, tmp_path_factory):
    """Write the paper of an authority; of Rutland much is hidden."""
    reports, entries = answered(request.param)
    folder = tmp_path_factory.mktemp("paper")
    report_in(folder, request.param, entries, reports)
    writing.write_paper(request.param, DATE, folder, folder / "paper.docx")
    return request.param, folder, entries


def test_every_sentence_on_a_rate_is_as_the_front_door_has_it(made):
    """Values, changes and sides are read out of the document and computed anew."""
    name, folder, _ = made
    lines = [line.text for line in docx.Document(folder / "paper.docx").paragraphs]
    told = 0
    for known in map(measures.get, ("referral_rate", "looked_after_rate")):
        wide = figures(known.measure, areas=[name, "England"], wide="year")
        own = wide.loc[name].dropna()
        at, whole = own.iloc[-1], wide.loc["England", own.index[-1]]
        for text in (line for line in lines if f" {known.phrase} " in line):
            value = re.search(rf"([\d.]+) {known.phrase} ", text)[1]
            before = re.search(r"from ([\d.]+) (?:in|on) ", text)[1]
            assert (float(value), float(before)) == (at, own.iloc[-2])
            if size := re.search(r"(up|down) (\d+)%", text):
                change = 100 * (at / own.iloc[-2] - 1)
                assert (size[1] == "up") == (change > 0)
                assert abs(abs(change) - float(size[2])) <= 0.5
            side, england = re.search(
                r"(above|below|level with) England \(([\d.]+)\)", text
            ).groups()
            assert float(england) == whole
            assert side == ("above" if at > whole else "below" if at < whole else "level with")
            told += 1
    assert told >= 2


def test_the_document_can_be_read_by_ear_and_has_blanks_for_what_people_decide(made):
    _, folder, _ = made
    document = docx.Document(folder / "paper.docx")
    xml = document.element.xml
    heads = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    assert heads[:3] == [
        "Executive summary",
        "1. Recommendations",
        "2. Introduction and background",
    ]
    assert heads[-1].endswith("performance scorecard") and "15. Implications" in heads
    langs = set(re.findall(r'<w:lang [^>]*w:val="([^"]+)"', document.styles.element.xml))
    assert langs == {"en-GB"} == {document.core_properties.language}
    captions = [line.text for line in document.paragraphs if line.style.name == "Caption"]
    for kind in ("Figure", "Table"):
        numbers = [int(text.split()[1][:-1]) for text in captions if text.startswith(kind)]
        assert numbers and numbers == list(range(1, len(numbers) + 1))
    described = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', xml)
    assert len(described) == len(document.inline_shapes) and all(map(str.strip, described))
    assert xml.count("<w:tblHeader") == len(document.tables)
    assert " TOC " in xml.replace("TOC \\o", " TOC ")
    implications = [line.text for line in document.paragraphs if content.TO_WRITE in line.text]
    assert len(implications) >= 8


@pytest.mark.parametrize("wrong", ["before", "england", "neighbours", "place", "value", "percent"])
@pytest.mark.parametrize("made", ["Thurrock"], indirect=True)
def test_a_figure_that_the_record_does_not_give_stops_the_paper(made, tmp_path, wrong):
    """Each number that a sentence can tell is made wrong, and the command refuses."""
    name, folder, _ = made
    shutil.copytree(folder / areas.find(name).slug, tmp_path / areas.find(name).slug)
    path = tmp_path / areas.find(name).slug / DATE / "adoption.ipynb"
    notebook = json.loads(path.read_text())
    handed = notebook["cells"][0]["outputs"][-1]["data"][MIME]
    row = next(one for one in handed["key_figures"] if one["measure"] == "looked_after_rate")
    beside = handed["beside"]["looked_after_rate"]
    if wrong == "value":
        row["value"] += 1
    elif wrong == "place":
        beside["place"] = "2nd lowest of 12"
    else:
        beside[wrong] += 30 if wrong == "percent" else 1
    path.write_text(json.dumps(notebook))
    out = tmp_path / "paper.docx"
    if wrong == "percent":  # the two printed numbers decide: another size is left out
        writing.write_paper(name, DATE, tmp_path, out)
        text = "\n".join(line.text for line in docx.Document(out).paragraphs)
        assert re.search(r"looked-after children per 10,000 children [^,]*, (up|down) from", text)
        return
    with pytest.raises(ThurrockError, match="The paper was not written, for its audit refuses it"):
        writing.write_paper(name, DATE, tmp_path, out)
    assert [one.name for one in tmp_path.iterdir()] == [areas.find(name).slug]


def test_the_audit_refuses_a_number_without_a_claim_and_a_claim_that_does_not_follow():
    thurrock = areas.find("Thurrock")
    latest = "latest:looked_after:E06000034:2025-03-31"
    earlier = latest.replace("2025", "2024")
    right = claim("276", "276", "outturn", figure=latest)
    assert audit([Statement("276 on 31 March.", [right], ["on 31 March"])], thurrock, DATE) == 1
    for text, row in (
        ("276, and 12 more.", right),
        ("277.", right | {"stated": "277"}),
        ("They rose.", claim("", "rise", "direction", now=latest, before=earlier)),
        ("276.", right | {"inputs": f"figure={latest.replace('2025', '2031')}"}),
    ):
        with pytest.raises(ThurrockError, match="not written"):
            audit([Statement(text, [row])], thurrock, DATE)
    assert unclaimed(Statement("12 of 34", [claim("", "35", "share", part="12", whole="34")])) == []


@pytest.mark.parametrize(
    ("name", "few"), [("caseload", "for 1)"), ("initial_conference_rate", "in all)")]
)
def test_a_rate_of_few_claims_the_numbers_that_it_tells(name, few):
    rows = open_report("Isles of Scilly", DATE).own(name)
    row = rows[rows["value"].notna()].iloc[-1].to_dict()
    shown = KeyFigure({**row, "period_end": str(row["period_end"].date())}, {}, {}, "")
    said = told(shown)[0]
    assert few in said.text
    assert audit([said], areas.find("Isles of Scilly"), DATE) == 2


def test_what_cannot_be_written_is_said_and_what_somebody_wrote_is_kept(made, tmp_path):
    name, folder, _ = made
    slug = areas.find(name).slug
    with pytest.raises(
        ThurrockError, match='thurrock refresh --authority "Kent" --as-at 2026-04-08'
    ):
        writing.write_paper("Kent", DATE, folder, None)
    first = (folder / "paper.docx").read_bytes()
    assert writing.write_paper(name, DATE, folder, folder / "paper.docx")
    assert (folder / "paper.docx").read_bytes() == first  # its own, and the same
    edited = docx.Document(folder / "paper.docx")
    edited.core_properties.last_modified_by = "an officer"
    edited.save(tmp_path / "paper.docx")
    with pytest.raises(ThurrockError, match="somebody wrote in it since"):
        writing.write_paper(name, DATE, folder, tmp_path / "paper.docx")
    shutil.copytree(folder / slug, tmp_path / slug)
    record = json.loads((tmp_path / slug / DATE / "run.json").read_text())
    record["notebooks"]["demand"]["parameters"]["returns"] = "there"
    (tmp_path / slug / DATE / "run.json").write_text(json.dumps(record))
    with pytest.raises(ThurrockError, match="not for publication"):
        writing.write_paper(name, DATE, tmp_path, tmp_path / "other.docx")
    assert not (tmp_path / "other.docx").exists()


@pytest.mark.parametrize("made", ["Thurrock"], indirect=True)
def test_a_damaged_notebook_of_the_report_is_one_sentence(made, tmp_path):
    name, folder, _ = made
    shutil.copytree(folder / "thurrock", tmp_path / "thurrock")
    notebook = tmp_path / "thurrock" / DATE / "demand.ipynb"
    whole = notebook.read_text()
    for text in (whole[:-9], "[" * 100_000, '{"cells": 1}', whole.replace('"outputs"', '"output"')):
        notebook.write_text(text)
        with pytest.raises(ThurrockError, match="^demand.ipynb "):
            writing.write_paper(name, DATE, tmp_path, tmp_path / "other.docx")
    assert not (tmp_path / "other.docx").exists()


def test_an_authority_without_comparators_has_a_paper(tmp_path):
    reports, entries = answered("England", asked={"demand": [("trend", "referral_rate")]})
    report_in(tmp_path, "England", entries, reports)
    assert "claims hold" in writing.write_paper("England", DATE, tmp_path, None)
    (path,) = tmp_path.glob("*/*.docx")
    text = "\n".join(line.text for line in docx.Document(path).paragraphs)
    assert "England has no statistical neighbours." in text and "among itself" not in text


@pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("CI"),
    reason="opening them needs LibreOffice: apt-get install libreoffice-writer-nogui "
    "libreoffice-calc-nogui",
)
@pytest.mark.parametrize("made", ["Rutland"], indirect=True)
def test_libreoffice_opens_paper_and_workbook(made, tmp_path):
    """As PDF the paper has all its headings, and the workbook its sheets."""
    _, folder, entries = made
    write_workbook(tmp_path / "figures.xlsx", entries, ABOUT)
    shutil.copy(folder / "paper.docx", tmp_path)
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run(
        [*command, "figures.xlsx", "paper.docx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=170,
    )
    for name in ("figures.pdf", "paper.pdf"):
        pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / name).read_bytes()))
        assert pages >= 6


def test_a_zero_that_is_told_as_no_figure_is_none_to_the_audit_either():
    """One of Thurrock's neighbours printed 0 in its own provision; the others 28% and more."""
    name, year = "looked_after_own_provision_percent", 2025
    asked = references.parse(f"latest:{name}:neighbours:{year}-03-31")
    area = areas.find("Thurrock")
    near = areas.neighbours(area, DATE)["neighbour"]
    shown = open_report("Thurrock", DATE).figures(name)
    shown = shown[shown["area"].isin(near) & shown["period_end"].dt.year.eq(year)]
    zeros = shown["status"].str.contains("nothing recorded")
    assert zeros.sum() == 1
    where = Sources(area, DATE, frozenset([asked]))
    assert where.history["value"].eq(0).sum() == 1, "the record keeps it as printed"
    where = replace(where, untold=untold(where.history, area, DATE))
    assert where.find(asked, "").value == round(shown["value"].mean())
