"""Nothing about a child leaves the machine of whoever holds a return."""

import subprocess
from pathlib import Path

import no_returns
import pytest

ROOT = Path(no_returns.__file__).resolve().parents[1]
EPISODE = "CHILD,DECOM,RNE,LS\r\n123,01/04/2020,S,C2\r\n"


def test_nothing_that_is_tracked_looks_like_a_return():
    assert no_returns.refused(no_returns.tracked(ROOT), ROOT) == []


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("extract.csv", EPISODE.encode(), "SSDA903"),
        ("tests/fixtures/old.csv", b"\xef\xbb\xbf" + EPISODE.encode(), "SSDA903"),
        ("notebooks/mine.csv", EPISODE.encode("utf-16"), "SSDA903"),
        ("data/uasc.tsv", b'"CHILD"\t"SEX"\t"DOB"\t"DUC"\n', "SSDA903"),
        ("census", b"<Message><Child><ChildIdentifiers><LAchildID>7</LAchildID>", "census"),
        ("census.xml", b"<CSWWWorker><SWENo>SW1</SWENo>", "workforce"),
        ("list_7.csv", b"Child Unique ID,Gender,Ethnicity\n", "Annex A"),
        ("reports/old/annex.XLSX", b"PK", "workbook"),
        ("reports/internal/check/index.html", b"", "report"),
        ("page.html", b"<p>Internal: made from returns about children and workers.</p>", "page"),
    ],
)
def test_a_return_in_any_dress_is_refused(name, content, what):
    assert what in no_returns.sign(name, content)


def test_the_gate_stands_before_every_commit():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "tools/no_returns.py" in hooks


def test_git_ignores_what_is_made_from_returns():
    place = "reports/internal/check/index.html"
    ignored = subprocess.run(["git", "check-ignore", "-q", place], cwd=ROOT, check=False)
    assert ignored.returncode == 0
