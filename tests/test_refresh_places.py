"""Which authorities are refreshed, and the page that lists what lies there of them."""

import json

import pytest
from bs4 import BeautifulSoup

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.refresh import index, run_record
from thurrock_analysis.machine.refresh.index import write_front
from thurrock_analysis.machine.refresh.plan import chosen, within
from thurrock_analysis.record import areas

NOW = "2026-03-31"


def names(*named, regions=(), everything=False, as_at=NOW):
    found, left_out = chosen(named, regions, everything, as_at)
    return [area.name for area in found], left_out


def test_an_authority_named_twice_is_taken_once_in_the_order_asked_for():
    both, _ = names("Thurrock", regions=["East of England"])
    assert both[:2] == ["Thurrock", "Bedford"] and len(both) == 11


def test_a_region_is_its_authorities_by_name_and_by_code():
    east, _ = names(regions=["east of england"])
    assert east == [
        *("Bedford", "Cambridgeshire", "Central Bedfordshire", "Essex", "Hertfordshire", "Luton"),
        *("Norfolk", "Peterborough", "Southend-on-Sea", "Suffolk", "Thurrock"),
    ]
    assert names(regions=["E12000006"])[0] == east


def test_a_region_of_regions_has_the_authorities_of_both():
    inner, outer, whole = (
        set(names(regions=[name])[0]) for name in ("London (Inner)", "Outer London", "London")
    )
    assert inner | outer == whole and len(whole) == len(inner) + len(outer) == 33


def test_only_authorities_of_the_time_are_meant():
    everything = set(names(everything=True)[0])
    assert len(everything) == 153 and "Northamptonshire" not in everything
    assert set(names(regions=["England"])[0]) == everything
    before, left_out = names(regions=["East Midlands"], as_at="2021-03-31")
    assert "Northamptonshire" in before and "West Northamptonshire" not in before
    assert left_out == []


def test_an_authority_of_which_nothing_is_out_is_left_out_of_its_region_and_refused_by_name():
    east_midlands, left_out = names(regions=["East Midlands"], as_at="2021-06-30")
    assert "Derby" in east_midlands and "North Northamptonshire" not in east_midlands
    assert [line.split(" by 2021")[0] for line in left_out] == [
        "Nothing had been published on North Northamptonshire",
        "Nothing had been published on West Northamptonshire",
    ]
    with pytest.raises(ThurrockError, match="Nothing had been published on West"):
        names("West Northamptonshire", as_at="2021-06-30")


def test_a_region_that_is_none_or_has_no_authority_is_refused():
    with pytest.raises(ThurrockError, match="'Est of England': did you mean East of England"):
        names(regions=["Est of England"])
    with pytest.raises(ThurrockError, match="'Kent': there are North East, North West"):
        names(regions=["Kent"])
    with pytest.raises(ThurrockError, match="Thurrock had no authority at 2026-03-31"):
        within(areas.find("Thurrock"), NOW)


def lay(out, folder, name, code, **notebooks):
    """Put the record of a report where a refresh would have left it."""
    record = {
        "authority": {"code": code, "name": name},
        "as_at": folder.rpartition("/")[2],
        "made": "2026-04-01T09:00:00+00:00",
        "notebooks": notebooks,
    }
    (out / folder).mkdir(parents=True)
    (out / folder / "run.json").write_text(json.dumps(record))


def written(out):
    (out / ".scratch").mkdir(exist_ok=True)
    return write_front(out, out / ".scratch")


def table(page):
    soup = BeautifulSoup(page.read_text(), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.select("tr")]
    return rows[1:], [link["href"] for link in soup.select("main a")]


def test_the_page_over_all_authorities_says_what_lies_there(tmp_path):
    ok = {"status": "ok", "title": "Demand"}
    earlier = {"earlier": ok | {"run": {"made": "2026-04-01T09:00:00+00:00"}}}
    before = {"status": "earlier"} | earlier
    failed = {"status": "failed", "title": "Placements"} | earlier
    lost = {"status": "failed", "title": "Adoption"}
    lay(tmp_path, "thurrock/2026-03-31", "Thurrock", "E06000034", a=ok, b=failed, c=lost, d=before)
    lay(tmp_path, "thurrock/2018-03-31", "Thurrock", "E06000034", a=ok)
    lay(tmp_path, "dorset/2026-03-31", "Dorset", "E06000059", a=ok)
    lay(tmp_path, "dorset-e10000009/2026-03-31", "Dorset", "E10000009", a=ok)
    lay(tmp_path, "kent/.2026-03-31.new-ab", "Kent", "E10000016", a=ok)
    (tmp_path / "broken" / "2026-03-31").mkdir(parents=True)
    (tmp_path / "broken" / "2026-03-31" / "run.json").write_text("{")
    rows, links = table(written(tmp_path))
    day, made = "31 March 2026", "1 April 2026"
    assert rows == [
        ["Dorset", day, made, "1", "", ""],
        ["Dorset (to 2019)", day, made, "1", "", ""],
        ["Thurrock", day, made, "3", "Placements, Adoption", "31 March 2018"],
    ]
    assert links == [
        *("dorset/2026-03-31/index.html", "dorset-e10000009/2026-03-31/index.html"),
        *("thurrock/2026-03-31/index.html", "thurrock/2018-03-31/index.html"),
    ]
    assert not list((tmp_path / ".scratch").iterdir())


RECORD = {
    "authority": {"code": "E06000034", "name": "Thurrock"},
    "as_at": NOW,
    "made": "2026-04-01T09:00:00+00:00",
    "commit": "abc",
    "notebooks": {
        "demand": {"status": "ok", "title": "Demand", "seconds": {"cells": 2.0}, "parameters": {}},
        "cost": {
            "status": "failed",
            "cell": 1,
            "earlier": {
                "status": "ok", "title": "Cost", "seconds": {"cells": 1.0},
                "run": {"made": "2026-03-31T09:00:00+00:00"},
            },
        },
    },
}  # fmt: skip
WRONG = [None, "<b>", 7, [], {}, True, "9999-99-99", "\ud800", {"status": "ok"}]


def damaged(content):
    """Yield a record, or a part of one, with each of its parts in turn wrong or missing."""
    yield from WRONG
    for key in content if isinstance(content, dict) else ():
        yield {name: part for name, part in content.items() if name != key}
        for wrong in damaged(content[key]):
            yield content | {key: wrong}


def test_no_damage_to_the_record_of_one_report_stops_a_refresh(tmp_path):
    """What a record says is used before anything is run, for the page over all and for pages."""
    folder = tmp_path / "thurrock" / NOW
    folder.mkdir(parents=True)
    (tmp_path / ".scratch").mkdir()
    for name in ("demand", "cost"):
        (folder / f"{name}.html").touch()
    texts = [json.dumps(one) for one in damaged(RECORD)]
    for text in [
        json.dumps(RECORD),
        *texts,
        "[" * 100_000,
        '{"made":',
        f'{{"made": {"9" * 5000}}}',
    ]:
        (folder / "run.json").write_text(text)
        earlier = run_record.previous(folder)
        assert all(words.day(one["run"]["made"]) for one in earlier.values())
        assert all(took >= 0 for took in run_record.usual_seconds(tmp_path).values())
        write_front(tmp_path, tmp_path / ".scratch")
        # Where nothing is kept of earlier pages, because nothing could be read, that is said.
        assert bool(run_record.lost(folder)) == (not run_record.read(folder))
    assert len(texts) > 200


def test_a_report_put_there_while_the_page_is_written_is_not_lost(tmp_path, monkeypatch):
    found = index.all_under

    def found_too_early(out):
        records = found(out)
        if not (out / "kent").exists():
            lay(out, "kent/2026-03-31", "Kent", "E10000016")
        return records

    lay(tmp_path, "thurrock/2026-03-31", "Thurrock", "E06000034")
    monkeypatch.setattr(index, "all_under", found_too_early)
    rows, _ = table(written(tmp_path))
    assert [row[0] for row in rows] == ["Kent", "Thurrock"]
