"""The tiles of the first page: what is drawn is what the record says, and one sheet holds it."""

import re

import pandas as pd
import pytest

from thurrock_analysis import open_report
from thurrock_analysis.findings import tiles
from thurrock_analysis.machine.refresh import glance
from thurrock_analysis.record import areas, dictionary, measures

NAMES = [row["measure"] for row in dictionary.rows("tiles")]


@pytest.fixture(scope="module")
def rutland():
    report = open_report("Rutland")
    return report, {one["measure"]: one for one in tiles.tiles(report, NAMES)}


def test_a_tile_draws_the_areas_own_figures_englands_and_its_peers(rutland, shipped: pd.DataFrame):
    report, drawn = rutland
    for name in ("referral_rate", "looked_after_rate", "social_worker_vacancy_percent"):
        one, rows = drawn[name], shipped[shipped["measure"].eq(name)]
        rows = rows[rows["breakdown"].eq("all") & rows["value"].notna()]
        year = one["own"][-1][0]
        newest = rows[rows["period_end"].dt.year.eq(year)]
        newest = newest.sort_values("published").drop_duplicates("area", keep="last")
        values = newest.set_index("area")["value"]
        assert one["own"][-1][1] == pytest.approx(values[report.area.code], abs=1e-4)
        assert dict(one["country"])[year] == pytest.approx(values[areas.ENGLAND], abs=1e-4)
        near = values[values.index.isin(report.neighbours["neighbour"])]
        assert sorted(one["near"]) == pytest.approx(sorted(near), abs=1e-4)
        assert one["own"][0][0] >= year - 9


def test_a_hidden_newest_year_is_said_and_never_the_older_number_in_its_place(rutland):
    _, drawn = rutland
    name = "looked_after_outside_boundary_percent"
    row = {"value": "suppressed"}
    moved = {"before": "50%", "change": "+11 points", "verdict": "usual", "direction": "worse"}
    [theme] = glance.themes({name: drawn[name] | {"link": "#"}}, {name: moved},
                            {name: row}, "2026-04-08")  # fmt: skip
    [tile] = theme["tiles"]
    assert (tile["value"], tile["change"], tile["old"]) == ("hidden", "", True)
    assert "hidden by the publisher" in tile["hidden"] and tile["period"] == "31 March 2021"
    scilly = open_report("Isles of Scilly")
    [marked] = tiles.tiles(scilly, ["looked_after_rate"])
    assert marked["untold"] == "no figure" and "marked as not applicable" in marked["hidden"]


def numbers(drawn: str, kind: str) -> list[float]:
    return [float(x) for x in re.findall(rf'<circle class="{kind}" cx="([\d.]+)"', drawn)]


def test_dots_stand_in_the_order_of_the_figures_and_within_the_drawing():
    drawn = str(glance.dots(30.0, [10.0, 20.0, 50.0], 40.0))
    near, (own,) = numbers(drawn, "near"), numbers(drawn, "own")
    (england,) = [float(x) for x in re.findall(r'class="bar" d="M([\d.]+)', drawn)]
    assert near[0] < near[1] < own < england < near[2]
    assert min(near) >= 0 and max(near) <= glance.WIDTH
    assert glance.dots(30.0, [], 40.0) == ""
    alike = str(glance.dots(5.0, [5.0], None))
    assert numbers(alike, "near") == numbers(alike, "own") == [glance.WIDTH / 2]


def test_a_line_is_not_drawn_over_a_gap_or_a_break_and_higher_is_up():
    measure = measures.get("caseload")
    points = [(2018, 1.0), (2019, 2.0), (2021, 3.0), (2022, 4.0), (2023, 5.0)]
    drawn = str(glance.line(points, [], 2023, measure))
    assert drawn.count("<polyline") == 2, "2018 to 2019 and 2021 to 2022"
    first, last = re.findall(r'points="([^"]+)"', drawn)[0].split()
    assert float(first.split(",")[1]) > float(last.split(",")[1])
    assert 'aria-label="Line: 1.0 in 2018, 5.0 in 2023"' in drawn


def test_colour_needs_a_verdict_and_every_tile_is_of_a_known_measure(rutland):
    _, drawn = rutland
    row = {"value": "1"}
    sides = {}
    for direction in ("better", "worse", "up", "down", "in effect unchanged"):
        moved = {"before": "2", "change": "−50%", "verdict": "usual", "direction": direction}
        tile = {"referral_rate": drawn["referral_rate"] | {"link": "#"}}
        [theme] = glance.themes(
            tile, {"referral_rate": moved}, {"referral_rate": row}, "2026-04-08"
        )
        sides[direction] = theme["tiles"][0]["side"]
    assert sides == {"better": "better", "worse": "worse", **dict.fromkeys(list(sides)[2:], "")}
