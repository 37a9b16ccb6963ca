"""What changed since the last run, and refreshes that a file lists."""

import csv
import datetime
import re
from dataclasses import replace

import pandas as pd
import pytest
from making_projects import Project, said, used

from thurrock_analysis import cli
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import config, since
from thurrock_analysis.machine.refresh.payload import Payload
from thurrock_analysis.record import releases

FIGURE = {
    **{"measure": "referrals", "breakdown": "all", "group": "all", "basis": "in year"},
    **{"period_end": "2024-03-31", "value": 2400.0, "status": "", "release": "CIN 2024"},
}


def payload(*rows, notebook="demand"):
    return Payload(notebook, [FIGURE | row for row in rows])


def run(folder, date, *payloads):
    """Write the history of a run as a refresh does; return what changed."""
    (folder / date).mkdir(exist_ok=True)
    past = since.past(folder / date)
    changes = since.changed(past.rows, payloads, "2026-01-02T03:04:05+00:00", date)
    since.write(folder / date, past.rows, changes)
    return [(row["measure"], row["shown"], row["change"]) for row in changes]


def test_each_run_tells_what_is_new_newer_revised_hidden_or_gone(tmp_path):
    other = {"measure": "assessments"}
    hidden = {"value": float("nan"), "status": "suppressed"}
    newer = {"period_end": "2025-03-31", "value": 2500.0}
    first = run(tmp_path, "2026-01-01", payload({}, other))
    assert first == [("referrals", "2,400", "first"), ("assessments", "2,400", "first")]
    assert run(tmp_path, "2026-01-01", payload({}, other)) == []
    assert run(tmp_path, "2026-02-01", payload({"value": 2401.0}, other)) == [
        ("referrals", "2,401", "otherwise")
    ]
    assert run(tmp_path, "2026-03-01", payload(hidden)) == [
        ("referrals", "suppressed", "otherwise"),
        ("assessments", "", "gone"),
    ]
    assert run(tmp_path, "2026-03-01", payload(newer, other)) == [
        ("referrals", "2,500", "newer"),
        ("assessments", "2,400", "first"),
    ]
    assert run(tmp_path, "2026-03-01", payload({}, other)) == [("referrals", "2,400", "older")]
    with (tmp_path / "2026-03-01" / since.FILE).open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 8, "no run is lost from the history"


def test_no_cell_of_a_history_runs_and_each_is_read_as_it_was_told(tmp_path):
    texts = ["=1+1", "@SUM(A1)", "+1+1", "-1+1", "'tis"]
    told = [payload(*({"group": text} for text in texts), notebook="=a")]
    assert len(run(tmp_path, "2026-01-01", *told)) == len(texts)
    assert run(tmp_path, "2026-02-01", *told) == []
    with (tmp_path / "2026-02-01" / since.FILE).open(newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "@", "+", "-")] == []
    assert [cell for cell in cells if cell in texts] == ["'tis"]


def test_nothing_is_gone_of_a_notebook_that_failed_and_later_dates_are_not_looked_at(tmp_path):
    run(tmp_path, "2026-01-01", payload({}), payload({"value": 1.0}, notebook="cost"))
    assert run(tmp_path, "2026-01-01", payload({})) == []
    assert run(tmp_path, "2025-06-01", payload({})) == [("referrals", "2,400", "first")]


@pytest.mark.parametrize("text", ["", "made,as_at\n1,2\n", "\x00", '"made'])
def test_a_history_that_cannot_be_read_begins_anew_and_says_so(tmp_path, text):
    (tmp_path / "2026-01-01").mkdir()
    (tmp_path / "2026-01-01" / since.FILE).write_text(text)
    past = since.past(tmp_path / "2026-01-01")
    assert past.unreadable and not past.rows


def test_a_release_is_due_a_year_after_the_one_before_it_and_not_a_day_earlier():
    whole = releases.calendar().loc[releases.held()]
    newest = whole[whole["collection"].eq("CIN")].sort_values("period_end").iloc[-1]
    day = (newest["first_published"] + pd.DateOffset(years=1)).date()
    told = [title for title, _, _ in releases.due(day)]
    before = [title for title, _, _ in releases.due(day - datetime.timedelta(days=1))]
    assert "Children in need" in told and "Children in need" not in before
    assert releases.due(whole["first_published"].min().date()) == []


@pytest.fixture
def listed(tmp_path):
    def write(text):
        path = tmp_path / "refresh.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_lists_one_refresh_for_each_table_and_date(listed):
    path = listed("""
        [[refresh]]
        authorities = ["Thurrock", "Kent"]
        as_at = ["2018-03-31", 2021-03-31, "2018-03-31"]
        out = "made"
        parameters = {base_year = 2012, codes = ["a", "b"], shown = true}
        [[refresh]]
        all = true
        notebooks = "cost"
    """)
    first, second, third = config.read(path)
    assert first.authorities == ("Thurrock", "Kent") and first.out == path.parent / "made"
    assert first.given == {"base_year": "2012", "codes": "a,b", "shown": "true"}
    assert replace(first, as_at="2021-03-31") == second
    assert (third.notebooks, third.everywhere, third.out) == (("cost",), True, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[refresh]]\nauthority = 'Kent'", "no key 'authority': did you mean authorities?"),
        ("[[refresh]]\nauthorities = ['Thurock']", "refresh 1: .*Thurrock"),
        ("[[refresh]]\nauthorities = [1]", "authorities takes a list of texts"),
        ("[[refresh]]\ncell_timeout = true", "cell_timeout takes a whole number"),
        ("[[refresh]]\nas_at = '31/3/2018'", "refresh 1: .*is not a date"),
        ("[refresh]\nall = true", r"asks for nothing: begin each refresh with \[\[refresh\]\]"),
        ("[[refresh", r"is not TOML: .*end of document"),
        ("", "asks for nothing"),
        (f"[[refresh]]\nparameters = {'{a=' * 3000}1{'}' * 3000}", "is not TOML: .*recursion"),
        ("refresh = [1]", "asks for nothing"),
        ("[[refresh]]\nout = ''", "out takes a folder"),
        ("[[refresh]]\nreturns = '\\u0000'".replace("'", '"'), "returns takes a folder"),
        ("[[refreshes]]\n", "no key 'refreshes': did you mean refresh?"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_sentence_before_anything_is_run(listed, text, sentence):
    path = listed(text)
    with pytest.raises(ThurrockError, match=sentence) as refused:
        config.read(path)
    assert str(refused.value).startswith(str(path))


def test_a_scheduled_run_says_on_its_first_page_what_changed(tmp_path, monkeypatch, listed):
    project = used(monkeypatch, Project(tmp_path))
    project.write("demand", value=2400)
    path = listed("[[refresh]]\nauthorities = 'Thurrock'\n[[refresh]]\nnotebooks = 'absent'")
    code, out, err = said(["refresh", "--config", str(path)])
    assert code == 1 and "absent" in err
    assert out.splitlines()[-1] == "1 of 2 refreshes of refresh.toml without a failure"
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Thurrock demand: done", err)
    assert "Changed since" not in project.text("index.html")
    project.write("demand", value=2401)
    assert cli.main(["refresh"]) == 0
    page = project.text("index.html")
    assert "Changed since the last run" in page and "the same period, another figure" in page
    assert re.search(r">2,400<.*>2,401<", page)
    assert cli.main(["refresh", "--config", str(path), "--all"]) == 2, "the file stands alone"
