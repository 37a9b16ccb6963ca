"""What ``thurrock publish`` lets out, read and attacked by somebody who knows all else."""

import functools
import itertools
import re
import shutil
import zipfile

import attacking
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from writing_returns import write

from thurrock_analysis import paths
from thurrock_analysis.commands import commands
from thurrock_analysis.disclosure import protecting
from thurrock_analysis.disclosure.system import Attack, System
from thurrock_analysis.disclosure.table import PARTS, SIGN_OF
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.indicators import compute
from thurrock_analysis.machine.publishing import run, writing
from thurrock_analysis.record import areas, tidy
from thurrock_analysis.returns import load_returns

LEAST, MOST = 1, 5
SMALL = range(LEAST, MOST + 1)
DATES = ["2026-02-28", "2026-03-31"]
WHOSE = "X00000001"
PRINTED_TOO = [
    ("looked_after", "ethnicity", "Asian"),
    ("referrals", "age", "under 1 year"),
    ("children_in_need", "age", "under 1 year"),
]
MODEL = "E06000034"
"""The sample meets the published totals of this authority: they stand for its own."""


# ---------------------------------------------------------------- small tables, every one tried


REACH = 8 + MOST + 2
"""A count is moved by little more than the small counts are apart."""


@functools.cache
def every_table():
    return margins(np.array(list(itertools.product(range(REACH), repeat=4))).T)


def possible(real, known, hidden, floor):
    """Return, of each cell of a table with margins, which small counts it can be: by trying all."""
    fixed = known | ~hidden | (real == 0)
    tables = every_table()
    fits = (tables[fixed] == real[fixed, None]).all(axis=0)
    fits &= (tables[~fixed] >= floor).all(axis=0)
    return [{int(value) for value in np.unique(row)} & set(SMALL) for row in tables[:, fits]]


def margins(four):
    """Return a table of two by two with its margins: 4 cells, 2 rows, 2 columns, the whole."""
    a, b, c, d = four
    return np.array([a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d])


def system_of(interior, known):
    system = System()
    for count, public in zip(margins(np.array(interior)), known, strict=True):
        system.cell(int(count), known=bool(public))
    for whole, *parts in [(4, 0, 1), (5, 2, 3), (6, 0, 2), (7, 1, 3), (8, 4, 5), (8, 6, 7)]:
        system.total(whole, parts)
    return system


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.lists(st.integers(0, 9), min_size=9, max_size=9),
)
def test_by_trying_every_table_small_counts_stay_open_and_nothing_more_is_hidden(interior, public):
    known = np.array(public) == 0
    found = protecting.protect(system_of(interior, known), LEAST, MOST)
    real = margins(np.array(interior))
    most = np.ones(9, dtype=bool)
    best = {floor: possible(real, known, most, floor) for floor in (0, 1)}

    def kept(hidden):
        here = {floor: possible(real, known, hidden, floor) for floor in (0, 1)}
        small = np.flatnonzero(np.isin(real, SMALL))
        return all(best[floor][cell] <= here[floor][cell] for floor in (0, 1) for cell in small)

    assert kept(found.hidden)
    assert not (found.hidden & (real == 0)).any()
    for cell in np.flatnonzero(np.isin(real, SMALL)):
        assert set(found.narrowed.get(int(cell), [])) == set(SMALL) - best[0][cell]
    for cell in np.flatnonzero(found.hidden & ~found.small):
        again = found.hidden.copy()
        again[cell] = False
        assert not kept(again), "a hidden cell could be shown"


def test_the_window_that_ends_a_month_later_does_not_tell_the_month():
    system = System()
    month = system.cell(8, known=True)
    pieces = [month, *(system.cell(count, named=False, offered=False) for count in (40, 2))]
    first, second = system.cell(48, known=True), system.cell(42)
    system.total(first, pieces[:2])
    system.total(second, pieces[1:])
    found = protecting.protect(system, LEAST, MOST)
    assert found.hidden[second] and not found.narrowed


def test_what_others_published_is_listed_and_a_share_narrows():
    system = System()
    whole, part = system.cell(20, known=True), system.cell(2, known=False)
    system.total(whole, [part])
    system.relation([part], [1], low=2, high=3)
    found = protecting.protect(system, LEAST, MOST)
    assert found.hidden[part] and found.narrowed[part] == [1, 4, 5]


# ---------------------------------------------------------------- the sample, two months running


@pytest.fixture(scope="module")
def own(sample, tmp_path_factory):
    """Return the newest years of the sample: five, which load in half the time."""
    folder = tmp_path_factory.mktemp("newest")
    for path in (sample / "returns").rglob("*.*"):
        year = re.search(r"(20\d\d)", str(path.relative_to(sample)))
        if year and int(year[1]) > 2021 and "annex" not in str(path):
            copy = folder / path.relative_to(sample)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return OwnReturns(load_returns(folder), areas.get(WHOSE))


@pytest.fixture(scope="module")
def record(shipped, truth):
    """Return what the publisher prints, and some more that would protect small counts."""
    held = shipped[shipped["area"].eq(MODEL)]
    years = {"referrals": "2024-04-01"}
    keys = [(*key, years.get(key[0], ""), "2025-03-31") for key in PRINTED_TOO]
    rows = [dict(zip(["measure", "breakdown", "group"], key, strict=True)) for key in PRINTED_TOO]
    more = pd.DataFrame(rows).assign(value=truth(keys), period_end=pd.Timestamp("2025-03-31"))
    return pd.concat([held, tidy.conform(more)], ignore_index=True)


@pytest.fixture(scope="module")
def issued(own, record, tmp_path_factory):
    """Publish two months running, once as it should be and once without secondary suppression."""
    made, held, compute_all = {}, {}, run.windows.computed

    def computed(_, wanted):
        key = tuple(wanted.itertuples(index=False, name=None))
        if key not in held:
            held[key] = compute_all(own, wanted)
        return held[key]

    for secondary in (True, False):
        home = tmp_path_factory.mktemp("reports")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("THURROCK_REPORTS_DIR", str(home))
            patch.setattr(OwnReturns, "read", classmethod(lambda *_: own))
            patch.setattr(run, "published", lambda _: record)
            patch.setattr(run.windows, "computed", computed)
            protect = functools.partial(protecting.protect, secondary=secondary)
            patch.setattr(protecting, "protect", protect)
            lines = [run.publish(home / "none", WHOSE, day).lines for day in DATES]
            folders = [paths.reports() / "published" / "saltmere-fictional" / d for d in DATES]
            made[secondary] = folders, lines, home
    return made


@pytest.fixture(scope="module")
def truth(own):
    """Return a function from keys to the counts behind them, straight from the indicators."""

    def counts(keys):
        asked = pd.DataFrame(keys, columns=["name", "by", "group", "start", "period_end"])
        asked["period_start"] = asked["start"].where(
            asked["start"].ne(""), asked["period_end"].map(attacking.back)
        )
        asked["measure"], asked["side"] = zip(*map(attacking.measured, asked["name"]), strict=True)
        found = {}
        for (measure, by), rows in asked.groupby(["measure", "by"]):
            spans = rows[["period_start", "period_end"]].drop_duplicates(ignore_index=True)
            figures, _ = compute.indicators(
                own.returns, spans.astype("datetime64[s]"), [measure], "" if by == "all" else by
            )
            days = figures[["period_start", "period_end"]].map(lambda day: str(day.date()))
            for row, (start, end) in zip(figures.itertuples(), days.to_numpy(), strict=True):
                for side in ("value", "numerator", "denominator"):
                    found[measure, by, row.group, start, end, side] = getattr(row, side)
        where = ["measure", "by", "group", "period_start", "period_end", "side"]
        told = [found.get(tuple(row), 0) for row in asked[where].itertuples(index=False)]
        return [round(count) for count in told]

    return counts


def leaks(folders, record, truth):
    """Return each small count that an attacker can narrow, with what it cannot be."""
    rows = [attacking.published(folder) for folder in folders]
    mind, real = attacking.attack(rows, record, truth)
    open_ = [at for at, count in real.items() if count in SMALL and at not in mind.facts]
    assert len(open_) > 60
    names = {at: key for key, at in mind.place.items()}
    narrowed = {}
    for at in open_:
        if out := [value for value in SMALL if not mind.possible(at, value)]:
            narrowed[names[at]] = out
    return narrowed


def test_nothing_that_was_published_narrows_a_small_count(issued, record, truth):
    assert leaks(issued[True][0], record, truth) == {}


def test_the_attack_finds_what_primary_suppression_alone_gives_away(issued, record, truth):
    assert len(leaks(issued[False][0], record, truth)) > 5


def test_no_small_count_is_printed_and_what_rests_on_a_hidden_one_is_hidden(issued):
    for row in itertools.chain(*map(attacking.published, issued[True][0])):
        counts = dict(attacking.sides(row))
        assert not set(counts.values()) & set(map(str, SMALL))
        if attacking.HIDDEN in counts.values():
            assert row["value"] == attacking.HIDDEN
        elif attacking.KIND[row["measure"]] == "share":
            met, of = map(int, counts.values())
            assert of - met not in SMALL


def test_no_identifier_and_no_place_is_in_anything_that_was_published(own, issued):
    secret = set()
    for frame in own.returns.tables.values():
        for name in frame.columns.intersection(
            [
                "CHILD",
                "LAchildID",
                "UPN",
                "SWENo",
                "SW_ID",
                "HOME_POST",
                "PL_POST",
                "MOTHER",
                "Child Unique ID",
                "URN",
                "file",
            ]  # fmt: skip
        ):
            secret |= set(frame[name].dropna().astype("str"))
    assert len(secret) > 5000
    for path in itertools.chain(*(folder.iterdir() for folder in issued[True][0])):
        parts = [path.read_bytes()]
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                parts = [book.read(name) for name in book.namelist()]
        text = b"\n".join(parts).decode("utf-8", errors="replace")
        assert not set(re.findall(r"\w+(?: \w+)?", text)) & secret
        assert not re.search(r"SYN\d|SY\d{4}|\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b", text), path


AGES = ["unborn", "under 1 year", "1 to 4 years", "5 to 9 years", "10 to 15 years",
        "16 years and over"]  # fmt: skip


def test_pages_say_that_they_are_synthetic_and_copies_stay_inside(issued):
    folders, lines, home = issued[True]
    for folder in folders:
        for path in (folder / "index.html", folder / "run.json"):
            assert "ynthetic" in path.read_text(encoding="utf-8")
        soup = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
        captions = [one.get_text() for one in soup.select("caption")]
        assert len(set(captions)) == len(captions) > 10
        [ages] = [one for one in soup.select("table") if one.caption.text == "Referrals by age"]
        groups = [one.get_text() for one in ages.select("tbody th")]
        assert groups == [one for one in AGES if one in groups] and len(groups) > 4
    assert not list(home.glob("published/*/.*"))
    kept = sorted((home / "internal" / "published").rglob("*.csv"))
    assert len(kept) == 4, "a copy and a list of what is hidden for each"
    assert "do not publish" in lines[0][0]


def test_on_the_sample_no_hidden_count_can_be_shown_alone(own, record):
    empty = pd.DataFrame(columns=[*run.windows.ASKED, "group", "numerator", "denominator"])
    book, found = run.protected(own, pd.Timestamp(DATES[1]), empty, record)
    attack, extra = Attack(book.system), found.hidden & ~found.small
    small = np.flatnonzero(found.small & ~attack.settled)
    chosen = np.flatnonzero(extra & attack.offered)
    assert len(chosen) > 10
    for cell in chosen:
        hidden = found.hidden.copy()
        hidden[cell] = False
        near = set(attack.around(int(cell), found.hidden))
        assert any(
            attack.move(int(one), to, attack.around(int(one), hidden), 1) is None
            for one in small
            if one in near
            for to in SMALL
        )


# ---------------------------------------------------------------- text from data, bad input


def test_text_from_data_neither_runs_nor_breaks_anything(tmp_path):
    nasty = ['=HYPERLINK("x")', "<script>alert(1)</script>", '"><img src=x>', "@SUM(1)", "a,b\n"]
    rows = pd.DataFrame({"group": nasty}).assign(
        measure="looked_after", split="age", start="2025-04-01", end="2026-03-31", span="years",
        kind="count", numerator=np.nan, denominator=np.nan, value=7.0,
        **dict.fromkeys(SIGN_OF.values(), ""),
    )  # fmt: skip
    assert set(PARTS) < set(rows)
    issue = writing.Issue(
        areas.get(WHOSE), pd.Timestamp("2026-03-31"), "2026-04-01T00:00:00+00:00", True,
        (LEAST, MOST), rows,
    )  # fmt: skip
    writing.write(issue, tmp_path)
    page = attacking.BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "lxml")
    assert not page.find_all(["script", "img"])
    heads = [head.get_text() for head in page.tbody.find_all("th")]
    assert sorted(heads) == sorted(nasty)
    table = pd.read_csv(tmp_path / "figures.csv", dtype="str", encoding="utf-8-sig")
    assert [cell[0] for cell in table["group"]] == ["'", "<", '"', "'", "a"]
    with zipfile.ZipFile(tmp_path / "figures.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--to", "2026-03-15"], "the last day of a month"),
        (["--to", "soon"], "the last day of a month"),
        (["--to", "2031-03-31"], "the last that the returns cover"),
        (["--out", "internal"], "for what is not published"),
        (["--authority", "Medway"], "synthetic"),
    ],
)
def test_what_cannot_be_published_is_refused_in_a_sentence(
    own, options, sentence, tmp_path, monkeypatch
):
    monkeypatch.setenv("THURROCK_REPORTS_DIR", str(tmp_path))
    monkeypatch.setattr(
        OwnReturns, "read", classmethod(lambda _, __, area: OwnReturns(own.returns, area))
    )
    options = [str(tmp_path / one) if one == "internal" else one for one in options]
    asked = ["publish", str(tmp_path), "--authority", WHOSE, *options]
    done = CliRunner().invoke(commands, asked)
    assert sentence in str(done.exception) and "\n" not in str(done.exception)
    assert not (tmp_path / "published").exists()


def test_a_copy_that_cannot_be_read_stops_the_next_publication(own, tmp_path, monkeypatch):
    monkeypatch.setenv("THURROCK_REPORTS_DIR", str(tmp_path))
    monkeypatch.setattr(OwnReturns, "read", classmethod(lambda *_: own))
    folder = tmp_path / "internal" / "published" / "saltmere-fictional"
    folder.mkdir(parents=True)
    (folder / "2026-01-31-x.csv").write_text("measure\n", encoding="utf-8")
    done = CliRunner().invoke(commands, ["publish", "x", "--authority", WHOSE])
    assert "Restore it" in str(done.exception) and not (tmp_path / "published").exists()


def test_of_three_children_nothing_but_zeros_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("THURROCK_REPORTS_DIR", str(tmp_path / "reports"))
    children = [{"CHILD": str(one)} for one in range(3)]
    episodes = [child | {"DECOM": "01/05/2020"} for child in children]
    write(tmp_path / "in", header=children, episodes=episodes)
    asked = ["publish", str(tmp_path / "in"), "--authority", "Medway"]
    done = CliRunner().invoke(commands, asked)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "reports" / "published" / "medway" / "2021-03-31"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "[c]" in page and "ynthetic" not in page
    for row in attacking.published(folder):
        assert {row["numerator"], row["denominator"]} <= {"", "0", "[c]"}
        assert row["value"] in {"0", "[c]", "[z]"}
