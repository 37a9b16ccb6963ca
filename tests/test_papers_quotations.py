"""Quotations against texts."""

import pytest

from thurrock_analysis import cli
from thurrock_analysis.papers import documents, quotations
from thurrock_analysis.record import provenance

TEXT = ["", "The number has", "fallen from 201314 to", "201415, childrens services say.", "", "End"]


def rows(line: str, words: str) -> list[dict[str, str]]:
    return [{"document": "OS18", "line": line, "quotation": words}]


@pytest.mark.parametrize(
    ("line", "words", "found"),
    [
        ("3-4", "fallen from 2013–14 to 2014–15, children’s services", True),
        ("2", "The number has fallen", True),
        ("6", "The number has fallen", False),
        ("3", "risen from 2013-14", False),
        ("p1", "anything", None),
    ],
)
def test_a_quotation_stands_at_its_line_or_not(line, words, found):
    checked, wrong = quotations.misquoted(rows(line, words), {"OS18": TEXT})
    assert (checked, len(wrong)) == {True: (1, 0), False: (1, 1), None: (0, 0)}[found]


def test_a_page_is_counted_from_one():
    held = {"OS18 pages": ["first", "second", "third", "fourth"]}
    assert quotations.misquoted(rows("p2", "second"), held) == (1, [])
    assert quotations.misquoted(rows("p2", "third"), held) == (1, [])  # it may run on overleaf
    assert len(quotations.misquoted(rows("p4", "second"), held)[1]) == 1


def test_a_text_is_known_by_its_checksum(tmp_path, monkeypatch):
    (tmp_path / "anything.txt").write_text("\n".join(TEXT), encoding="utf-8")
    (tmp_path / "OF16.pages.txt").write_text("one\ftwo", encoding="utf-8")
    (tmp_path / "stranger.txt").write_text("no document", encoding="utf-8")
    told = {"text_sha256": provenance.checksum(tmp_path / "anything.txt")}
    papers = documents.registry() | {"OS18": documents.registry()["OS18"] | told}
    monkeypatch.setattr(documents, "registry", lambda: papers)
    assert quotations.texts(tmp_path) == {"OS18": TEXT, "OF16 pages": ["one", "two"]}


def test_the_command_names_what_is_misquoted(tmp_path, capsys):
    pages = ["nothing"] * 60
    (tmp_path / "OF16.pages.txt").write_text("\f".join(pages), encoding="utf-8")
    assert cli.main(["data", "quotations", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "is not at OF16, p" in said.out
    assert "do not stand where they are cited" in said.err
    assert cli.main(["data", "quotations", str(tmp_path / "empty")]) == 2
