"""Charts: what is drawn and what is told equal the figures, and every word can be read."""

import base64
import re
import subprocess
import sys
from collections import Counter
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from matplotlib import image, pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.text import Text

from thurrock_analysis import charts
from thurrock_analysis.charts import Drawing, look
from thurrock_analysis.charts.ends import spread
from thurrock_analysis.charts.look import contrast
from thurrock_analysis.charts.measuring import RULER
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics import comparators

NAN = float("nan")
THURROCK, EAST, ENGLAND = "E06000034", "E12000006", "E92000001"
WORDS = {
    "headline": "Referrals in Thurrock fell to 407 per 10,000 children, below England again, after "
    "six years in which they were above it",
    "subtitle": "Referrals to children’s social care per 10,000 children, years ending 31 March",
    "source": "Department for Education, Characteristics of children in need, October 2025; "
    "Open Government Licence v3.0",
}
PALETTE = {
    "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1",
    "#BFBFBF", "#092135", "#2073BC", "#6BACE6", "#ADD1F1", "#F2F2F2",
}  # fmt: skip


def rows(key: str, first: int, numbers: list[float], column: str = "area") -> pd.DataFrame:
    ends = pd.to_datetime([f"{first + year}-03-31" for year in range(len(numbers))])
    frame = pd.DataFrame({column: key, "period_end": ends, "value": np.array(numbers, float)})
    return frame.assign(status=np.where(frame["value"].isna(), "suppressed", ""))


# Referrals per 10,000 children as the DfE publishes them.
RATES = [447.9, 490.3, 511.5, 591.8, 492.9, 501.1, 655.2, 646.2, 587.2, 562.0, 491.7, 482.8, 407.4]
OF_EAST = [427.4, 376.9, 365.3, 368.8, 360.6, 319.2, 327.8, 332.5, 329.9, 320.0]
OF_ENGLAND = [536.0, 553.6, 559.6, 553.7, 545.3, 507.1, 552.8, 538.1, 515.7, 519.4]
AREAS = pd.concat([
    rows(THURROCK, 2013, RATES), rows(EAST, 2016, OF_EAST), rows(ENGLAND, 2016, OF_ENGLAND)
])  # fmt: skip
BARS = pd.DataFrame(
    [
        [THURROCK, 407.4, 391.0, 424.0, ""],
        ["Medway", 511.0, 490.0, 533.0, ""],
        ["Swindon", 602.7, 580.0, 626.0, ""],
        ["E06000058", 548.2, 530.0, 567.0, ""],
        ["E06000039", NAN, NAN, NAN, "suppressed"],
    ],
    columns=["area", "value", "lower", "upper", "status"],
)
STAGES = pd.concat(
    rows(stage, 2015, counts, "measure")
    for stage, counts in {
        "Referrals": [1790, 2150, 1893, 2040],
        "Assessments": [1500, 1900, 1700, 1750],
        "Section 47 enquiries": [420, 610, 590, 510],
        "Child protection plans started": [226, 326, 327, 245],
        "Looked after at 31 March": [282, 335, NAN, 300],
    }.items()
)
FOUR = STAGES[STAGES["measure"].ne("Referrals")]
# The longest names, ends in different years, marks, gaps, and as many panels as there may be.
LONG = ["E06000058", "E06000010", "E09000021 / E09000027", ENGLAND]
CROWD = pd.concat(
    rows(area, 2016, [50 + 3 * place, 60 - place, NAN, 55.5, 40 + place][: 3 + place % 3])
    .assign(measure=measure)
    for place, area in enumerate(LONG)
    for measure in (
        "referral_rate", "re_referral_percent", "looked_after_rate", "looked_after", "caseload",
        "child_protection_plans", "social_worker_vacancy_percent", "looked_after_adopted",
        "looked_after_outside_boundary_percent", "agency_social_worker_percent", "referrals",
        "population_0_17",
    )
)  # fmt: skip
MARKS = {
    "breaks": [("2018-03-31", "new census guidance")],
    "events": [
        ("2016-06-30", "Inspection: requires improvement to be good, " + "and a visit later " * 3),
        ("2018-03-11", "Inspection: inadequate experiences and progress of care leavers"),
    ],
}


def referrals(**more: object) -> Drawing:
    given = {"by": "area", "focus": THURROCK, **WORDS}
    return charts.trend(**{"figures": AREAS, **given, **more})


def bars(**more: object) -> Drawing:
    return charts.ranked_bars(**{"figures": BARS, "by": "area", "focus": THURROCK, **more})


def bridge(**more: object) -> Drawing:
    return charts.bridge(**{"start": ("2024", 9), "parts": {"a": -2}, "end": ("2025", 7), **more})


CHARTS = {
    "trend": lambda: referrals(**MARKS),
    "index of four": lambda: charts.index_trend(FOUR, "measure", 2015, **WORDS),
    "index of five": lambda: charts.index_trend(STAGES, "measure", 2015, **WORDS),
    "two panels": lambda: charts.small_multiples(
        pd.concat([AREAS.assign(measure=name) for name in ("Referrals", "Assessments")]),
        "measure", "area", focus=THURROCK, breaks=MARKS["breaks"], **WORDS,
    ),
    "twelve panels": lambda: charts.small_multiples(
        CROWD, "measure", "area", focus=LONG[2], **MARKS, **{**WORDS, "headline": "Long. " * 60}
    ),
    "bars": lambda: bars(
        reference={"England": 519.4, "Bournemouth, Christchurch and Poole": 601.0}, **WORDS
    ),
    "bridge": lambda: bridge(
        start=("31 March 2024", 291), end=("31 March 2025", 280), **WORDS,
        parts={"Unaccompanied, Kingston upon Thames / Richmond upon Thames": -15, "Others": 4},
    ),
}  # fmt: skip


def drawn(chart: Drawing, key: str, panel: int = 0) -> np.ndarray:
    (line,) = [line for line in chart.figure.axes[panel].lines if line.get_gid() == key]
    return np.asarray(line.get_ydata(), float)


def texts(chart: Drawing, gid: str) -> list[Text]:
    return chart.figure.findobj(lambda one: isinstance(one, Text) and one.get_gid() == gid)


def said(chart: Drawing, gid: str) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in texts(chart, gid))


def ticks(ax: Axes) -> list[Text]:
    """Return the tick labels that are drawn: not those of ticks outside the limits."""
    both = ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim())))
    drawn_ticks = [
        tick for axis, (low, high) in both
        for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
    ]  # fmt: skip
    return [tick.label1 for tick in drawn_ticks if tick.label1.get_visible()]


def words_of(chart: Drawing) -> list[Text]:
    written = [*chart.figure.texts]
    for ax in chart.figure.axes:
        written += [*ax.texts, ax._left_title, *ticks(ax)]
    return [text for text in written if text.get_text().strip()]


NARROW = ("trend", "two panels", "index of five", "bars", "bridge")


@pytest.fixture(params=[*CHARTS, *(f"{name}, narrow" for name in NARROW)], scope="module")
def chart(request: pytest.FixtureRequest) -> Drawing:
    name, _, narrow = request.param.partition(", narrow")
    made = CHARTS[name]()
    made = made.narrow() if request.param != name else made
    made.png()
    return made


def test_every_word_is_inside_the_picture_large_and_dark_enough(chart: Drawing) -> None:
    edge = chart.figure.bbox
    for text in words_of(chart):
        box = text.get_window_extent(RULER)
        assert edge.x0 <= box.x0 and box.x1 <= edge.x1, text.get_text()
        assert edge.y0 <= box.y0 and box.y1 <= edge.y1, text.get_text()
        assert text.get_fontproperties().get_size_in_points() >= 10
        assert contrast(text.get_color()) >= 4.5


def test_words_around_the_plot_do_not_overlap_one_another(chart: Drawing) -> None:
    words = [text for text in words_of(chart) if text.get_gid() != "missing"]
    boxes = [(text.get_text(), text.get_window_extent(RULER)) for text in words]
    assert len(boxes) > 8
    clashes = [
        (one, other)
        for (one, box), (other, second) in combinations(boxes, 2)
        if min(box.x1, second.x1) - max(box.x0, second.x0) > 1
        and min(box.y1, second.y1) - max(box.y0, second.y0) > 1
    ]
    assert clashes == []


def test_headline_subtitle_and_source_stand_in_this_order(chart: Drawing) -> None:
    tops = [texts(chart, gid)[0].get_window_extent(RULER).y1 for gid in ("headline", "subtitle")]
    plots = [ax.get_window_extent() for ax in chart.figure.axes]
    source = texts(chart, "source")[0].get_window_extent(RULER).y1
    order = [*tops, max(box.y1 for box in plots), min(box.y0 for box in plots), source]
    assert order == sorted(order, reverse=True)
    assert said(chart, "headline") == chart.title.strip()
    assert said(chart, "source") == f"Source: {WORDS['source']}"


def numbers(text: str) -> set[str]:
    return set(re.findall(r"[+−]?\d+(?:,\d{3})*(?:\.\d+)?%?", text))


def check_told(chart: Drawing) -> None:
    """Every number beside a line, bar or mark stands in the alternative, written alike."""
    for gid in ("end label", "figure", "upright"):
        for text in texts(chart, gid):
            assert numbers(text.get_text()) <= numbers(chart.told), (text.get_text(), chart.told)


def test_every_number_drawn_beside_lines_and_bars_is_told(chart: Drawing) -> None:
    check_told(chart)


VALUES = st.integers(-9999, 9999).map(lambda whole: whole / 10) | st.just(NAN)
MEASURES = ("referral_rate", "re_referral_percent", "referrals", "caseload", "a measure of my own")
TIDY = st.lists(
    st.tuples(
        st.sampled_from(MEASURES), st.sampled_from(LONG), st.integers(2018, 2025), VALUES
    ),
    min_size=1, max_size=30, unique_by=lambda row: row[:3],
)  # fmt: skip


@settings(max_examples=25)
@given(TIDY)
def test_chart_and_alternative_agree_whatever_the_rows(table: list[tuple]) -> None:
    figures = pd.DataFrame(table, columns=["measure", "area", "year", "value"])
    figures["period_end"] = pd.to_datetime(figures["year"].astype("str") + "-03-31")
    first = figures[figures["measure"].eq(figures["measure"].iloc[0])]
    newest = first[first["year"].eq(first["year"].max())]
    for draw, given_rows, keys in (
        (charts.trend, first, ["area"]),
        (charts.spotlight, first, ["area"]),
        (charts.small_multiples, figures.dropna(subset="value"), ["measure", "area"]),
        (charts.ranked_bars, newest, ["area"]),
    ):
        if given_rows["value"].notna().any():
            check_told(draw(given_rows, *keys))


def test_lines_hold_the_figures() -> None:
    for key, values in {THURROCK: RATES, EAST: OF_EAST, ENGLAND: OF_ENGLAND}.items():
        assert drawn(referrals(), key).tolist() == values


@pytest.mark.parametrize("gap", ["status", "row"])
def test_a_missing_figure_is_a_gap_with_a_reason(gap: str) -> None:
    values = [2.0, NAN, 4.0, 5.0]
    figures = rows("Mine", 2019, values)
    if gap == "row":
        figures = figures.dropna(subset=["value"])
    chart = charts.trend(figures, "area")
    assert np.array_equal(drawn(chart, "Mine"), values, equal_nan=True)
    mark, reason = ("c", "suppressed") if gap == "status" else ("–", "no figure")
    assert said(chart, "missing") == mark
    assert f"{mark} = {reason}: Mine 2020." in said(chart, "note")
    assert chart.told.endswith(f"{reason.capitalize()}: Mine 2020.")
    (at,) = texts(chart, "missing")
    assert at.get_position()[0] == chart.figure.axes[0].lines[0].get_xdata()[1]


def test_a_gap_of_every_line_and_panel_is_said_once() -> None:
    both = pd.concat([rows(area, 2019, [1.0, NAN, 3.0, 4.0]) for area in (THURROCK, EAST)])
    panels = pd.concat([both.assign(group="a"), both.assign(group="b")])
    assert said(charts.trend(both, "area"), "note").strip() == "c = suppressed: all 2020."
    assert said(charts.small_multiples(panels, "group", "area"), "note").startswith(
        "c = suppressed: all 2020."
    )
    panels.loc[panels["group"].eq("b") & panels["area"].eq(EAST), "value"] = 5.0
    note = said(charts.small_multiples(panels, "group", "area"), "note")
    assert note.startswith("c = suppressed: a, all 2020; b, Thurrock 2020.")


def test_a_figure_between_two_gaps_is_marked_even_without_markers() -> None:
    figures = rows("Mine", 2019, [1.0, 2.0, NAN, 4.0, NAN, 6.0, 7.0])
    chart = charts.trend(figures, "area", markers=False)
    assert chart.figure.axes[0].lines[0].get_markevery() == [3]


def test_no_line_is_drawn_across_a_break() -> None:
    chart = referrals(breaks=[("2021-03-31", "new guidance")])
    y = drawn(chart, THURROCK)
    assert y[~np.isnan(y)].tolist() == RATES
    assert np.flatnonzero(np.isnan(y)).tolist() == [8]
    lines = chart.figure.axes[0].lines
    line = next(line for line in lines if line.get_gid() == THURROCK)
    rule = next(line for line in lines if line.get_gid() == "upright")
    assert line.get_xdata()[7] < rule.get_xdata()[0] < line.get_xdata()[9]
    assert rule.is_dashed() and said(chart, "upright") == "new guidance"
    assert chart.told.endswith("Break in the series: new guidance (March 2021).")


def test_an_event_leaves_the_lines_whole_and_is_marked_only_within_the_periods() -> None:
    chart = referrals(events=[("2016-03-11", "inspection"), ("2031-01-01", "another")])
    assert drawn(chart, THURROCK).tolist() == RATES
    assert said(chart, "upright") == "inspection"
    assert chart.told.endswith("Marked: inspection (March 2016).")


def test_the_axis_starts_at_zero_or_says_that_it_does_not_or_goes_below() -> None:
    whole, cut = referrals(), referrals(zero=False)
    assert whole.figure.axes[0].get_ylim()[0] == 0 < cut.figure.axes[0].get_ylim()[0]
    assert "does not start at zero" in said(cut, "note")
    assert "does not start at zero" not in said(whole, "note")
    low, high = charts.trend(rows("Mine", 2019, [-5.0, 3.0]), "area").figure.axes[0].get_ylim()
    assert low < -5 and high > 3


@pytest.mark.parametrize("focus", [THURROCK, None])
def test_lines_are_told_apart_by_more_than_colour(focus: str | None) -> None:
    lines = [line for line in referrals(focus=focus).figure.axes[0].lines if line.get_gid()]
    assert len({(line.get_marker(), str(line._dash_pattern)) for line in lines}) == 3


def test_the_chosen_area_is_navy_among_greys() -> None:
    four = pd.concat([AREAS, rows("Medway", 2016, OF_ENGLAND[::-1])])
    lines = {line.get_gid(): line for line in referrals(figures=four).figure.axes[0].lines}
    assert lines[THURROCK].get_color() == "#12436D"
    for key in (EAST, ENGLAND, "Medway"):
        red, green, blue = (lines[key].get_color()[i : i + 2] for i in (1, 3, 5))
        assert red == green == blue
        assert contrast(lines[key].get_color()) >= 3
        assert lines[key].get_linewidth() < lines[THURROCK].get_linewidth()


def test_a_category_has_one_colour_and_one_mark_in_every_chart() -> None:
    groups = ["neglect", "emotional abuse", "physical abuse", "sexual abuse", "multiple"]
    of = pd.concat([rows(name, 2020, [9.0, 8.0], "group") for name in groups])
    of["breakdown"] = "latest category"
    found: dict[str, set[tuple[str, str]]] = {}
    for chosen in (groups[:4], groups[:0:-1], groups[2:4]):
        part = pd.concat([of[of["group"].eq(name)] for name in chosen])
        for line in charts.trend(part, "group").figure.axes[0].lines:
            found.setdefault(line.get_gid(), set()).add((line.get_color(), line.get_marker()))
    assert {name: len(looks) for name, looks in found.items()} == dict.fromkeys(groups, 1)
    assert len({look for one in found.values() for look in one}) == 5
    for areas in ([THURROCK, EAST, ENGLAND], [ENGLAND, THURROCK], [EAST, "E06000039", THURROCK]):
        part = pd.concat([rows(area, 2020, [9.0, 8.0]) for area in areas])
        for line in charts.trend(part, "area", focus=THURROCK).figure.axes[0].lines:
            found.setdefault(line.get_gid(), set()).add((line.get_color(), line.get_marker()))
    assert len(found[EAST]) == len(found[ENGLAND]) == len(found[THURROCK]) == 1
    assert len(set.union(*(found[area] for area in (EAST, ENGLAND, THURROCK, "E06000039")))) == 4


def test_an_svg_says_what_the_picture_shows_in_words_and_strokes() -> None:
    chart = referrals(**MARKS)
    tree = ElementTree.fromstring(chart.svg())
    space = "{http://www.w3.org/2000/svg}"
    written = [text.text for text in tree.iter(f"{space}text")]
    lines = [line for text in words_of(chart) for line in text.get_text().split("\n")]
    assert Counter(written) == Counter(line for line in lines if line.strip())
    wide, tall = map(float, tree.get("viewBox").split()[2:])
    assert (wide, tall) == pytest.approx(chart.figure.get_size_inches() * 100, abs=0.1)
    places = [
        tuple(map(float, pair))
        for path in tree.iter(f"{space}path")
        for pair in re.findall(r"[ML](-?[\d.]+)[ ,]?(-?[\d.]+)", path.get("d"))
    ]
    assert len(places) > 40
    assert all(0 <= x <= wide and 0 <= y <= tall for x, y in places)
    navy = next(line for line in chart.figure.axes[0].lines if line.get_gid() == THURROCK)
    first = chart.figure.axes[0].transData.transform(navy.get_xydata()[0]) * 100 / 144
    assert any((first[0], tall - first[1]) == pytest.approx(place, abs=0.2) for place in places)
    assert not chart.svg().count("<image")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_label_of_200_characters_and_a_single_figure_leave_every_word_inside(narrow) -> None:
    for long in ("A team whose name nobody shortened " * 6, "Teamwithoutanyspace" * 11):
        one = pd.concat([rows(long[:200], 2025, [3.0]), rows("B", 2025, [1.0])])
        for made in (
            charts.trend(one, "area", headline=long),
            charts.ranked_bars(one, "area", reference={long[:200]: 2.0}),
            charts.small_multiples(one.assign(group=one["area"]), "group", "area"),
        ):
            shown = made.narrow() if narrow else made
            shown.png()
            for text in words_of(shown):
                box = text.get_window_extent(RULER)
                assert box.x0 >= -1 and box.x1 <= shown.figure.bbox.x1 + 1, text.get_text()


def test_colours_without_a_focus_are_the_analysis_function_palette() -> None:
    assert {*look.CATEGORICAL, *look.SEQUENTIAL, look.FOCUS, look.MUTED} <= PALETTE
    lines = charts.index_trend(FOUR, "measure", 2015).figure.axes[0].lines
    drawn_lines = [line for line in lines if line.get_gid() in set(FOUR["measure"])]
    assert {line.get_color() for line in drawn_lines} == {
        "#12436D", "#28A197", "#801650", "#F46A25",
    }  # fmt: skip


def test_lines_are_named_at_their_ends_with_their_last_figure() -> None:
    short = AREAS[AREAS["area"].ne(ENGLAND) | (AREAS["value"] > 540)]
    chart = referrals(figures=short, decimals=2)
    names = {" ".join(text.get_text().split()) for text in texts(chart, "end label")}
    assert names == {"Thurrock 407.40", "East of England 320.00", "England 552.80 (2022)"}
    assert chart.figure.axes[0].get_legend() is None


def test_spread_leaves_labels_with_room_where_they_are() -> None:
    assert spread([90.0, 10.0], [8.0, 8.0], 0, 100) == [90.0, 10.0]
    assert spread([99.0, 1.0], [8.0, 8.0], 0, 100) == [96.0, 4.0]
    assert spread([10.0, 11.0], [4.0, 4.0], 0, 100) == [8.5, 12.5], "no further than it must"


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(5, 20)), min_size=1, max_size=4))
def test_spread_never_overlaps_and_keeps_order(labels: list[tuple[float, float]]) -> None:
    targets, heights = map(list, zip(*labels, strict=True))
    centres = spread(targets, heights, 0, 100)
    order = sorted(range(len(targets)), key=lambda i: targets[i])
    for low, high in zip(order[:-1], order[1:], strict=True):
        assert centres[high] - centres[low] >= (heights[low] + heights[high]) / 2 - 1e-9
    assert min(c - h / 2 for c, h in zip(centres, heights, strict=True)) >= -1e-9
    assert max(c + h / 2 for c, h in zip(centres, heights, strict=True)) <= 100 + 1e-9


@pytest.mark.parametrize(
    ("draw", "change", "message"),
    [
        (referrals, {"figures": STAGES, "by": "measure"}, "most 4 lines, and .* was given 5"),
        (referrals, {"figures": pd.concat([AREAS] * 2)}, "two figures for E06000034 in March 2013"),
        (referrals, {"figures": AREAS.assign(value=NAN)}, "at least one figure"),
        (referrals, {"figures": AREAS[:0]}, "at least one figure"),
        (referrals, {"figures": AREAS.drop(columns="value")}, "needs the column value"),
        (referrals, {"figures": AREAS.assign(value="c")}, "numbers in the column value"),
        (referrals, {"figures": AREAS.assign(period_end=2025)}, "dates in the column period_end"),
        (referrals, {"figures": AREAS.assign(period_end=pd.NaT)}, "a period_end in every row"),
        (referrals, {"focus": "E06000099"}, "E06000099 is the focus"),
        (referrals, {"labels": dict.fromkeys([EAST, ENGLAND], "England")}, "a name of its own"),
        (referrals, {"breaks": [("2031-03-31", "rules")]}, "'rules' at 31 March 2031 does not lie"),
        (bars, {"figures": pd.concat([BARS, BARS])}, "two figures for E06000034"),
        (bars, {"focus": "Leeds"}, "Leeds is the focus"),
        (charts.indexed, {"figures": STAGES, "by": "measure", "base": 2017}, "no figure above"),
        (bridge, {"parts": {"a": -1}}, "must add up"),
        (bridge, {"parts": {"a": NAN}}, "must add up"),
        (bridge, {"parts": {"2024": -2}}, "names of their own"),
        (referrals, {"zero": "no"}, "option zero of a chart takes True or False, not 'no'"),
        (referrals, {"headline": 3}, "option headline of a chart takes text, not 3"),
        (referrals, {"decimals": True}, "takes a whole number, not True"),
        (referrals, {"events": 3}, "takes pairs of a date and a label"),
        (referrals, {"breaks": [("soon", "rules")]}, "takes pairs of a date and a label"),
        (referrals, {"reference": ("target", "80")}, r"such as \('target', 80.0\)"),
        (bars, {"labels": "Ours"}, "takes a dictionary of names"),
    ],
)  # fmt: skip
def test_a_chart_that_cannot_be_right_is_refused(draw, change, message) -> None:
    with pytest.raises(ThurrockError, match=message):
        draw(**change)


@pytest.mark.parametrize("typed", ["thurrock", "883", "E06000034"])
def test_the_focus_may_be_named_as_it_is_typed(typed: str) -> None:
    panel = charts.small_multiples(AREAS.assign(measure="a"), "measure", "area", focus=typed)
    for chart in (referrals(focus=typed), panel):
        lines = chart.figure.axes[0].lines
        assert [one.get_gid() for one in lines if one.get_color() == "#12436D"] == [THURROCK]
    assert "Thurrock is number 4 of 4" in bars(focus=typed).told


def test_an_analysts_own_frame_needs_three_columns_and_no_words() -> None:
    own = pd.DataFrame(
        {
            "team": ["North", "North", "South", "South"],
            "period_end": pd.to_datetime(["2024-03-31", "2025-03-31"] * 2),
            "value": [3.25, 4.0, 2.5, 1.0],
        }
    )
    chart = charts.trend(own, "team", focus="North")
    assert said(chart, "headline") == said(chart, "subtitle") == said(chart, "source") == ""
    assert said(chart, "end label") == "North 4.00 South 1.00"
    assert chart.told.startswith("Line chart, 2024 to 2025. North: 3.25 in 2024, 4.00 in 2025;")


def test_names_decimals_units_and_sources_travel_with_the_measure() -> None:
    mean = comparators.neighbour_code("mean")
    figures = pd.concat([
        rows(area, 2023, [value, value + 1.5]).assign(measure=name, release="CIN 2025")
        for name, value in (("referral_rate", 400.0), ("re_referral_percent", 20.0))
        for area in (THURROCK, mean)
    ])  # fmt: skip
    chart = charts.small_multiples(figures, "measure", "area", focus=THURROCK)
    labels = {" ".join(text.get_text().split()) for text in texts(chart, "end label")}
    assert labels == {"Thurrock 401.5", "Neighbours 401.5", "Thurrock 21.5%", "Neighbours 21.5%"}
    chart.png()  # which makes the labels of the axes
    titles = [ax.get_title("left") for ax in chart.figure.axes]
    assert titles == ["Referrals", "Re-referrals within 12 months"]
    assert [ticks(ax)[-1].get_text()[-1] for ax in chart.figure.axes] == ["0", "%"]
    assert len({ax.get_ylim() for ax in chart.figure.axes}) == 2
    source = "Source: Department for Education, Children in need, release 2025"
    assert said(chart, "source") == source
    assert said(chart, "subtitle") == "Per 10,000 children and percent, years ending 31 March"


def test_monthly_figures_are_labelled_by_month() -> None:
    ends = pd.date_range("2024-01-31", periods=18, freq="ME")
    figures = pd.DataFrame({"area": "T", "period_end": ends, "value": np.arange(18.0)})
    chart = charts.trend(figures, "area")
    labels = [label.get_text() for label in chart.figure.axes[0].get_xticklabels()]
    assert labels[0] == "Jun\n2025" and len(labels) <= 7
    assert drawn(chart, "T").tolist() == list(range(18))
    assert "17 in Jun 2025" in chart.told


def test_five_indexed_stages_get_a_panel_each_on_one_scale() -> None:
    chart = CHARTS["index of five"]()
    axes = chart.figure.axes
    titles = [ax.get_title("left").replace("\n", " ") for ax in axes]
    assert titles == [*STAGES["measure"].unique()]
    assert len({ax.get_ylim() for ax in axes}) == 1
    index = charts.indexed(STAGES, by="measure", base=2015)
    assert index.loc[index["period_end"].dt.year.eq(2015), "value"].eq(100).all()
    assert index["value"].iloc[1] == pytest.approx(100 * 2150 / 1790)
    for panel, (stage, part) in enumerate(index.groupby("measure", sort=False)):
        assert np.array_equal(drawn(chart, stage, panel), part["value"], equal_nan=True)
        behind = [line for line in axes[panel].lines if line.get_gid() == "behind"]
        assert {line.get_color() for line in behind} == {"#BFBFBF"} and len(behind) == 4
    assert "2015 = 100" in said(chart, "note") and "2015 = 100" in chart.told


def test_an_index_is_told_in_whole_numbers() -> None:
    alt = CHARTS["index of four"]().told
    assert "Assessments: 100 in 2015, 117 in 2018; highest 127 in 2016, lowest 100 in" in alt
    assert alt.endswith("Level across: 2015 = 100.")


def test_a_panel_without_any_figure_says_so() -> None:
    none = rows("Adopted", 2015, [NAN] * 4, "measure")
    chart = charts.spotlight(pd.concat([STAGES, none]), "measure")
    assert "Adopted 2015 to 2018" in said(chart, "note") and "Adopted: no figure." in chart.told


def test_small_multiples_of_one_measure_share_an_axis_unless_told_otherwise() -> None:
    both = pd.concat([AREAS.assign(group="a"), AREAS.assign(group="b", value=AREAS["value"] / 9)])
    for shared, scales in ((None, 1), (True, 1), (False, 2)):
        chart = charts.small_multiples(both, "group", "area", shared=shared)
        assert len({ax.get_ylim() for ax in chart.figure.axes}) == scales
        assert drawn(chart, THURROCK, 0).tolist() == RATES


def test_bars_run_from_zero_in_order_and_missing_items_are_words() -> None:
    chart = CHARTS["bars"]()
    (ax,) = chart.figure.axes
    found = sorted(ax.patches, key=lambda bar: bar.get_y())
    assert [bar.get_width() for bar in found] == [602.7, 548.2, 511.0, 407.4]
    assert {bar.get_x() for bar in found} == {0} and ax.get_xlim()[0] == 0
    names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert names[0] == "Swindon" and names[3:] == ["Thurrock", "Slough"]
    limits = [list(line.get_xdata()) for line in ax.lines if line.get_gid() == "interval"]
    assert limits[3] == [391.0, 424.0] and len(limits) == 4
    assert said(chart, "missing") == "suppressed"
    assert said(chart, "figure").split() == ["602.7", "548.2", "511.0", "407.4"]
    assert said(chart, "upright") == "England 519.4 Bournemouth, Christchurch and Poole 601.0"
    assert to_hex(found[3].get_facecolor()).upper() == "#12436D"
    assert all(contrast(to_hex(bar.get_facecolor())) >= 3 for bar in found)
    highest, lowest = "Swindon 602.7 (580.0 to 626.0)", "Thurrock 407.4 (391.0 to 424.0)"
    assert chart.told.index(highest) < chart.told.index(lowest)
    assert "Thurrock is number 4 of 4 from the top. For comparison: England 519.4;" in chart.told
    assert chart.told.endswith("Slough: suppressed.")


def test_bridge_bars_are_the_changes() -> None:
    chart = CHARTS["bridge"]()
    (ax,) = chart.figure.axes
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(276, 15), (276, 4)]
    assert [bool(bar.get_hatch()) for bar in ax.patches] == [True, False]
    orange, blue = (to_hex(bar.get_facecolor()).upper() for bar in ax.patches)
    assert (orange, blue) == ("#F46A25", "#2073BC")
    totals = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "total"]
    assert totals == [291, 280] and said(chart, "figure") == "291 −15 +4 280"
    check_told(chart)
    share = bridge(start=("a", 10.25), parts={"b": -0.5, "c": 1.25}, end=("d", 11.0), suffix="%")
    assert said(share, "figure") == "10.3% −0.5% +1.3% 11.0%"
    assert share.told == "Chart of a change. 10.3% (a), b −0.5%, c +1.3%, 11.0% (d)."


def test_a_line_is_told_by_its_first_last_highest_and_lowest_figure() -> None:
    alt = referrals(figures=pd.concat([AREAS, rows("Slough", 2023, [NAN, 500.0, NAN])])).told
    assert "Thurrock: 447.9 in 2013, 407.4 in 2025; highest 655.2 in 2019, lowest 407.4 " in alt
    assert "Slough: 500.0 in 2024." in alt and alt.endswith("Suppressed: Slough 2023, 2025.")


def test_a_chart_shows_itself_once_with_its_alternative() -> None:
    InteractiveShell.instance()
    chart = referrals()
    with capture_output() as captured:
        display(chart)
    (output,) = captured.outputs
    assert output.data["text/plain"] == chart.told
    assert output.metadata == {"image/png": {"alt": chart.alt, "width": 600}}
    assert base64.b64decode(output.data["image/png"]) == chart.png()
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_chart_is_the_same_file_and_replaces_its_own(kind: str, tmp_path) -> None:
    path = tmp_path / f"chart.{kind}"
    first = referrals().save(path).read_bytes()
    with pyplot.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert referrals().save(str(path)) == path
    assert path.read_bytes() == first and [*tmp_path.iterdir()] == [path]


def test_a_saved_picture_is_the_chart_and_an_svg_carries_its_words(tmp_path) -> None:
    chart = charts.trend(AREAS, "area", headline="Less & less", subtitle="Rates <of referrals>")
    chart.save(tmp_path / "chart.png")
    width, height = chart.figure.bbox.size
    picture = image.imread(tmp_path / "chart.png")
    assert picture.shape == (int(height), int(width), 3)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50 and (picture[0] == 1).all()
    svg = chart.save(tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "<title>Less &amp; less</title>" in svg
    told = chart.told.replace("<of referrals>", "&lt;of referrals&gt;")
    assert f"<desc>{told}</desc>" in svg


def test_a_file_that_is_not_ours_is_left_alone(tmp_path) -> None:
    chart = bridge()
    for kind in ("png", "svg", "pdf"):
        theirs = tmp_path / f"theirs.{kind}"
        theirs.write_bytes(b"a figure by thurrock_analysis, drawn again by hand")
        with pytest.raises(ThurrockError, match="exists and was not written by this package"):
            chart.save(theirs)
        assert theirs.read_bytes().endswith(b"by hand")
    (tmp_path / "folder.svg").mkdir()
    for name, message in {
        "chart.gif": "chart.gif should end in .png, .svg or .pdf",
        "chart": "should end in",
        "nowhere/chart.svg": "There is no folder .*nowhere",
        "folder.svg": "cannot be written",
    }.items():
        with pytest.raises(ThurrockError, match=message):
            chart.save(tmp_path / name)
    assert len([*tmp_path.iterdir()]) == 4


def test_nothing_is_half_written(tmp_path, monkeypatch) -> None:
    path = tmp_path / "chart.png"
    before = referrals().save(path).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(ThurrockError, match=r"chart.png cannot be written: full\."):
        referrals(zero=False).save(path)
    assert path.read_bytes() == before and [*tmp_path.iterdir()] == [path]


def test_charts_leave_the_settings_of_matplotlib_alone_unless_asked() -> None:
    before = dict(pyplot.rcParams)
    referrals().png()
    assert dict(pyplot.rcParams) == before
    with charts.house_style():
        assert pyplot.rcParams["font.size"] == 12
    assert dict(pyplot.rcParams) == before
    with pyplot.rc_context():
        charts.style()
        assert pyplot.rcParams["font.family"] == ["DejaVu Sans"]
        assert pyplot.rcParams["axes.prop_cycle"].by_key()["color"][0] == "#12436D"


def test_importing_charts_imports_no_notebook_and_no_second_library_of_charts() -> None:
    code = (
        "import sys, thurrock_analysis.charts;"
        "print({'IPython', 'seaborn', 'matplotlib.pyplot'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
