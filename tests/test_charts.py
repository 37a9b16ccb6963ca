"""Charts: what is drawn equals the figures, and every word can be read."""

import base64
import subprocess
import sys
import textwrap
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from thurrock_analysis.charts.shares import shares

from thurrock_analysis import charts
from thurrock_analysis.charts import look
from thurrock_analysis.charts.ends import spread
from thurrock_analysis.charts.look import contrast
from thurrock_analysis.errors import ThurrockError

NAN = float("nan")
NAMES = {"E06000034": "Thurrock", "E12000006": "East of England", "E92000001": "England"}
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
REGION = [427.4, 376.9, 365.3, 368.8, 360.6, 319.2, 327.8, 332.5, 329.9, 320.0]
ENGLAND = [536.0, 553.6, 559.6, 553.7, 545.3, 507.1, 552.8, 538.1, 515.7, 519.4]
THURROCK = rows("E06000034", 2013, RATES)
AREAS = pd.concat([THURROCK, rows("E12000006", 2016, REGION), rows("E92000001", 2016, ENGLAND)])
NEIGHBOURS = pd.DataFrame(
    {
        "area": ["E06000034", "Medway", "Swindon", "Bournemouth, Christchurch and Poole", "Slough"],
        "value": [407.4, 511.0, 602.7, 548.2, NAN],
        "lower": [391.0, 490.0, 580.0, 530.0, NAN],
        "upper": [424.0, 533.0, 626.0, 567.0, NAN],
        "status": ["", "", "", "", "suppressed"],
    }
)
STAGES = pd.concat(
    [
        rows("Referrals", 2015, [1790, 2150, 1893, 2040], "measure"),
        rows("Assessments", 2015, [1500, 1900, 1700, 1750], "measure"),
        rows("Section 47 enquiries", 2015, [420, 610, 590, 510], "measure"),
        rows("Child protection plans started", 2015, [226, 326, 327, 245], "measure"),
        rows("Looked after at 31 March", 2015, [282, 335, NAN, 300], "measure"),
    ]
)
ABUSE = pd.concat(
    [
        rows("Neglect", 2023, [80, 60, 50], "group"),
        rows("Emotional abuse", 2023, [60, NAN, 42], "group"),
        rows("Physical abuse", 2023, [14, 12, 11], "group"),
        rows("Sexual abuse", 2023, [5, 4, 3], "group"),
        rows("Multiple", 2023, [2, 2, 1], "group"),
        rows("Other", 2023, [1, 1, 1], "group"),
    ]
)


def referrals(**more: object) -> Figure:
    given = {"by": "area", "focus": "E06000034", "labels": NAMES, **WORDS}
    return charts.trend(**{"figures": AREAS, **given, **more})


CHARTS = {
    "trend": lambda: referrals(
        breaks=[("2021-03-31", "new census guidance")], events=[("2016-03-11", "inspection")]
    ),
    "index of four": lambda: charts.index_trend(
        STAGES[STAGES["measure"].ne("Referrals")], by="measure", base=2015, **WORDS
    ),
    "index of five": lambda: charts.index_trend(STAGES, by="measure", base=2015, **WORDS),
    "small multiples": lambda: charts.small_multiples(
        pd.concat([AREAS.assign(measure="Referrals"), AREAS.assign(measure="Assessments")]),
        panels="measure", by="area", focus="E06000034", labels=NAMES,
        breaks=[("2021-03-31", "new census guidance")], **WORDS,
    ),
    "ranked bars": lambda: charts.ranked_bars(
        NEIGHBOURS, label="area", focus="E06000034", labels=NAMES,
        reference={"England": 519.4, "East of England": 320.0}, **WORDS,
    ),
    "dots": lambda: charts.dot_interval(
        NEIGHBOURS, label="area", focus="E06000034", labels=NAMES, zero=False, **WORDS
    ),
    "shares": lambda: charts.stacked_share(ABUSE, by="group", **WORDS),
    "bridge": lambda: charts.bridge(
        ("31 March 2024", 291), {"Unaccompanied children": -15, "Other children": 4},
        ("31 March 2025", 280), **WORDS,
    ),
}  # fmt: skip


def drawn(figure: Figure, key: str, panel: int = 0) -> np.ndarray:
    (line,) = [line for line in figure.axes[panel].lines if line.get_gid() == key]
    return np.asarray(line.get_ydata(), float)


def texts(figure: Figure, gid: str) -> list[Text]:
    return figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_gid() == gid)


def said(figure: Figure, gid: str) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in texts(figure, gid))


def ticks(ax: Axes) -> list[Text]:
    """Return the tick labels that are drawn: not those of ticks outside the limits."""
    found = []
    for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        for tick in axis.get_major_ticks():
            if tick.label1.get_visible() and min(limits) <= tick.get_loc() <= max(limits):
                found.append(tick.label1)
    return found


def words_of(figure: Figure) -> list[Text]:
    written = [*figure.texts]
    for ax in figure.axes:
        written += [*ax.texts, ax._left_title, *ticks(ax)]
    return [text for text in written if text.get_text().strip()]


@pytest.fixture(params=CHARTS, scope="module")
def chart(request: pytest.FixtureRequest) -> Figure:
    return CHARTS[request.param]()


def test_every_word_is_inside_the_picture_and_large_enough(chart: Figure) -> None:
    for text in words_of(chart):
        box = text.get_window_extent()
        assert chart.bbox.x0 <= box.x0 and box.x1 <= chart.bbox.x1, text.get_text()
        assert chart.bbox.y0 <= box.y0 and box.y1 <= chart.bbox.y1, text.get_text()
        assert text.get_fontproperties().get_size_in_points() >= 10


def test_words_around_the_plot_do_not_overlap_one_another(chart: Figure) -> None:
    gids = ("headline", "subtitle", "note", "source", "end label", "figure", "upright")
    words = [text for gid in gids for text in texts(chart, gid) if text.get_text()]
    words += [ax._left_title for ax in chart.axes] + [
        label for ax in chart.axes for label in ticks(ax)
    ]
    boxes = [(text.get_text(), text.get_window_extent()) for text in words if text.get_text()]
    assert len(boxes) > 8
    clashes = [
        (one, other)
        for (one, box), (other, second) in combinations(boxes, 2)
        if min(box.x1, second.x1) - max(box.x0, second.x0) > 1
        and min(box.y1, second.y1) - max(box.y0, second.y0) > 1
    ]
    assert clashes == []


def test_headline_subtitle_and_source_stand_in_this_order(chart: Figure) -> None:
    tops = [texts(chart, gid)[0].get_window_extent().y1 for gid in ("headline", "subtitle")]
    plots = [ax.get_window_extent() for ax in chart.axes]
    source = texts(chart, "source")[0].get_window_extent().y1
    order = [*tops, max(box.y1 for box in plots), min(box.y0 for box in plots), source]
    assert order == sorted(order, reverse=True)
    assert said(chart, "headline") == WORDS["headline"]
    assert said(chart, "source") == f"Source: {WORDS['source']}"


def test_lines_hold_the_figures() -> None:
    figure = referrals()
    assert drawn(figure, "E06000034").tolist() == RATES
    assert drawn(figure, "E12000006").tolist() == REGION
    assert drawn(figure, "E92000001").tolist() == ENGLAND


@pytest.mark.parametrize("gap", ["status", "row"])
def test_a_missing_figure_is_a_gap_with_a_reason(gap: str) -> None:
    numbers = [2.0, NAN, 4.0, 5.0]
    figures = rows("Thurrock", 2019, numbers)
    if gap == "row":
        figures = figures.dropna(subset=["value"])
    figure = charts.trend(figures, by="area", **WORDS)
    assert np.array_equal(drawn(figure, "Thurrock"), numbers, equal_nan=True)
    mark, reason = ("c", "suppressed") if gap == "status" else ("–", "no figure")
    assert said(figure, "missing") == mark
    assert f"{mark} = {reason}: Thurrock 2020." in said(figure, "note")
    (at,) = texts(figure, "missing")
    line = figure.axes[0].lines[0]
    assert at.get_position()[0] == line.get_xdata()[1]


def test_a_figure_between_two_gaps_is_marked_even_without_markers() -> None:
    figures = rows("Thurrock", 2019, [1.0, 2.0, NAN, 4.0, NAN, 6.0, 7.0])
    figure = charts.trend(figures, by="area", markers=False, **WORDS)
    assert figure.axes[0].lines[0].get_markevery() == [3]


def test_no_line_is_drawn_across_a_break() -> None:
    figure = referrals(breaks=[("2021-03-31", "new guidance")])
    y = drawn(figure, "E06000034")
    assert y[~np.isnan(y)].tolist() == RATES
    assert np.flatnonzero(np.isnan(y)).tolist() == [8]
    line = next(line for line in figure.axes[0].lines if line.get_gid() == "E06000034")
    rule = next(line for line in figure.axes[0].lines if line.get_gid() == "upright")
    before, after = line.get_xdata()[7], line.get_xdata()[9]
    assert before < rule.get_xdata()[0] < after
    assert rule.is_dashed() and said(figure, "upright") == "new guidance"


def test_a_break_outside_the_periods_is_refused() -> None:
    with pytest.raises(ThurrockError, match="'new guidance' at 31 March 2031"):
        referrals(breaks=[("2031-03-31", "new guidance")])


def test_an_event_leaves_the_lines_whole() -> None:
    figure = referrals(events=[("2016-03-11", "inspection")])
    assert drawn(figure, "E06000034").tolist() == RATES
    assert said(figure, "upright") == "inspection"


def test_first_published_figures_are_hollow_and_explained() -> None:
    first = rows("E06000034", 2023, [480.0, 482.8, 400.1])
    figure = referrals(figures=THURROCK, first_published=first)
    hollow = [line for line in figure.axes[0].lines if line.get_gid() == "first published"]
    assert [line.get_ydata().item() for line in hollow] == [480.0, 400.1]
    assert {line.get_markerfacecolor() for line in hollow} == {"white"}
    assert drawn(figure, "E06000034").tolist() == RATES
    assert "as first published" in said(figure, "note")
    assert "as first published" not in said(referrals(), "note")


def test_the_axis_starts_at_zero_or_says_that_it_does_not() -> None:
    assert referrals().axes[0].get_ylim()[0] == 0
    cut = referrals(zero=False)
    assert cut.axes[0].get_ylim()[0] > 0
    assert "does not start at zero" in said(cut, "note")
    assert "does not start at zero" not in said(referrals(), "note")


def test_figures_below_zero_are_in_view() -> None:
    figure = charts.trend(rows("Thurrock", 2019, [-5.0, 3.0]), by="area", **WORDS)
    low, high = figure.axes[0].get_ylim()
    assert low < -5 and high > 3


def test_lines_are_told_apart_by_more_than_colour() -> None:
    for focus in ("E06000034", None):
        lines = [line for line in referrals(focus=focus).axes[0].lines if line.get_gid()]
        assert len({(line.get_marker(), str(line._dash_pattern)) for line in lines}) == 3


def test_the_chosen_area_is_navy_among_greys() -> None:
    four = pd.concat([AREAS, rows("Medway", 2016, ENGLAND[::-1])])
    lines = {line.get_gid(): line for line in referrals(figures=four).axes[0].lines}
    assert lines["E06000034"].get_color() == "#12436D"
    for key in ("E12000006", "E92000001", "Medway"):
        red, green, blue = (lines[key].get_color()[i : i + 2] for i in (1, 3, 5))
        assert red == green == blue
        assert contrast(lines[key].get_color()) >= 3
        assert lines[key].get_linewidth() < lines["E06000034"].get_linewidth()


def test_colours_without_a_focus_are_the_analysis_function_palette() -> None:
    assert {*look.CATEGORICAL, *look.SEQUENTIAL, look.FOCUS, look.MUTED} <= PALETTE
    four = charts.index_trend(
        STAGES[STAGES["measure"].ne("Referrals")], by="measure", base=2015, **WORDS
    )
    lines = [line for line in four.axes[0].lines if line.get_gid() in set(STAGES["measure"])]
    assert {line.get_color() for line in lines} == {"#12436D", "#28A197", "#801650", "#F46A25"}


def test_words_beside_lines_can_be_read(chart: Figure) -> None:
    for text in [*texts(chart, "end label"), *texts(chart, "figure")]:
        assert contrast(text.get_color()) >= 4.5


def test_lines_are_named_at_their_ends_with_their_last_figure() -> None:
    figure = referrals(decimals=1)
    names = {" ".join(text.get_text().split()) for text in texts(figure, "end label")}
    assert names == {"Thurrock 407.4", "East of England 320.0", "England 519.4"}
    assert figure.axes[0].get_legend() is None


def test_a_line_that_ends_early_says_when() -> None:
    figure = referrals(figures=AREAS[AREAS["area"].ne("E92000001") | (AREAS["value"] > 540)])
    assert "England 553 (2022)" in said(figure, "end label")


def test_labels_of_lines_that_end_together_are_parted() -> None:
    same = pd.concat([rows(f"Area {i}", 2023, [50.0, 60.0 + i / 10]) for i in range(4)])
    figure = charts.trend(same, by="area", **WORDS)
    boxes = sorted(
        (text.get_window_extent() for text in texts(figure, "end label")), key=lambda box: box.y0
    )
    assert all(low.y1 <= high.y0 for low, high in zip(boxes[:-1], boxes[1:], strict=True))


def test_spread_leaves_labels_with_room_where_they_are() -> None:
    assert spread([90.0, 10.0], [8.0, 8.0], 0, 100) == [90.0, 10.0]
    assert spread([99.0, 1.0], [8.0, 8.0], 0, 100) == [96.0, 4.0]


@pytest.mark.parametrize("seed", range(20))
def test_spread_never_overlaps_and_keeps_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    targets, heights = random.uniform(0, 100, 4).tolist(), random.uniform(5, 20, 4).tolist()
    centres = spread(targets, heights, 0, 100)
    order = np.argsort(targets)
    assert np.argsort(centres).tolist() == order.tolist()
    for low, high in zip(order[:-1], order[1:], strict=True):
        gap = centres[high] - centres[low]
        assert gap >= (heights[low] + heights[high]) / 2 - 1e-9
    assert min(c - h / 2 for c, h in zip(centres, heights, strict=True)) >= -1e-9
    assert max(c + h / 2 for c, h in zip(centres, heights, strict=True)) <= 100 + 1e-9


def test_a_fifth_line_is_refused() -> None:
    with pytest.raises(ThurrockError, match="at most 4 lines, and this one was given 5"):
        charts.trend(STAGES, by="measure", **WORDS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"figures": pd.concat([AREAS, AREAS])}, "two figures for E06000034 at 31 March 2013"),
        ({"figures": AREAS.assign(value=NAN)}, "at least one figure"),
        ({"figures": AREAS[:0]}, "at least one figure"),
        ({"figures": AREAS.drop(columns="value")}, "needs the column value"),
        ({"focus": "E06000099"}, "E06000099 is the focus"),
        ({"labels": dict.fromkeys(NAMES, "England")}, "name of its own"),
        ({"headline": " "}, "needs a headline"),
        ({"source": ""}, "needs a source"),
    ],
)
def test_a_chart_that_cannot_be_right_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ThurrockError, match=message):
        referrals(**change)


def test_monthly_figures_are_labelled_by_month() -> None:
    ends = pd.date_range("2024-01-31", periods=18, freq="ME")
    figures = pd.DataFrame({"area": "T", "period_end": ends, "value": np.arange(18.0)})
    figure = charts.trend(figures, by="area", **WORDS)
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels[0] == "Jun\n2025" and len(labels) <= 7
    assert drawn(figure, "T").tolist() == list(range(18))


def test_index_is_a_hundred_in_the_base_year() -> None:
    index = charts.indexed(STAGES, by="measure", base=2015)
    assert index.loc[index["period_end"].dt.year.eq(2015), "value"].eq(100).all()
    assert index["value"].iloc[1] == pytest.approx(100 * 2150 / 1790)
    with pytest.raises(ThurrockError, match="Looked after at 31 March has no figure .* in 2017"):
        charts.indexed(STAGES, by="measure", base=2017)


def test_five_indexed_stages_get_a_panel_each_on_one_scale() -> None:
    figure = CHARTS["index of five"]()
    assert [ax.get_title("left").replace("\n", " ") for ax in figure.axes] == [
        *STAGES["measure"].unique()
    ]
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    index = charts.indexed(STAGES, by="measure", base=2015)
    for panel, (stage, part) in enumerate(index.groupby("measure", sort=False)):
        y = drawn(figure, stage, panel)
        assert np.array_equal(y, part["value"], equal_nan=True)
        behind = [line for line in figure.axes[panel].lines if line.get_gid() == "behind"]
        assert {line.get_color() for line in behind} == {"#BFBFBF"} and len(behind) == 4
    assert "2015 = 100" in said(figure, "note")


def test_a_panel_without_any_figure_says_so() -> None:
    none = rows("Adopted", 2015, [NAN] * 4, "measure")
    figure = charts.spotlight(pd.concat([STAGES, none]), by="measure", **WORDS)
    assert "Adopted 2015 to 2018" in said(figure, "note")


def test_small_multiples_share_an_axis_unless_told_otherwise() -> None:
    both = pd.concat(
        [AREAS.assign(measure="a"), AREAS.assign(measure="b", value=AREAS["value"] / 9)]
    )
    for shared, scales in ((True, 1), (False, 2)):
        figure = charts.small_multiples(both, panels="measure", by="area", shared=shared, **WORDS)
        assert len({ax.get_ylim() for ax in figure.axes}) == scales
        assert drawn(figure, "E06000034", 0).tolist() == RATES


def test_bars_run_from_zero_in_order_and_missing_items_are_words() -> None:
    figure = CHARTS["ranked bars"]()
    (ax,) = figure.axes
    bars = sorted(ax.patches, key=lambda bar: bar.get_y())
    assert [bar.get_width() for bar in bars] == [602.7, 548.2, 511.0, 407.4]
    assert {bar.get_x() for bar in bars} == {0} and ax.get_xlim()[0] == 0
    names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert names[0] == "Swindon" and names[3:] == ["Thurrock", "Slough"]
    assert said(figure, "missing") == "suppressed"
    assert said(figure, "figure").split() == ["603", "548", "511", "407"]
    assert said(figure, "upright") == "England 519 East of England 320"
    assert bars[3].get_facecolor() == pytest.approx([0x12 / 255, 0x43 / 255, 0x6D / 255, 1])
    assert bars[0].get_facecolor() == pytest.approx([0xBF / 255] * 3 + [1])


def test_dots_stand_on_their_intervals() -> None:
    (ax,) = CHARTS["dots"]().axes
    spans = [line.get_xdata() for line in ax.lines if line.get_gid() == "interval"]
    dots = [line.get_xdata().item() for line in ax.lines if line.get_gid() == "dot"]
    assert dots[:4] == [602.7, 548.2, 511.0, 407.4]
    assert list(spans[3]) == [391.0, 424.0]
    assert ax.get_xlim()[0] > 0


def test_items_are_refused_twice_or_without_the_focus() -> None:
    with pytest.raises(ThurrockError, match="two figures for E06000034"):
        charts.ranked_bars(pd.concat([NEIGHBOURS, NEIGHBOURS]), label="area", **WORDS)
    with pytest.raises(ThurrockError, match="Leeds is the focus"):
        charts.ranked_bars(NEIGHBOURS, label="area", focus="Leeds", **WORDS)


def test_shares_add_up_and_a_period_with_a_gap_has_none() -> None:
    _, percent = shares(ABUSE, "group")
    assert list(percent) == [
        "Neglect",
        "Emotional abuse",
        "Physical abuse",
        "Sexual abuse",
        "Other",
    ]
    total = sum(percent.values())
    assert total[[0, 2]] == pytest.approx([100, 100]) and np.isnan(total[1])
    assert percent["Other"][2] == pytest.approx(100 * 2 / 108)
    assert percent["Neglect"][2] == pytest.approx(100 * 50 / 108)


def test_columns_of_shares_stack_to_the_whole() -> None:
    figure = CHARTS["shares"]()
    (ax,) = figure.axes
    heights = np.array([[bar.get_height() for bar in group] for group in ax.containers])
    assert heights.sum(axis=0) == pytest.approx([100, 100])
    assert "c = suppressed: Emotional abuse 2024." in said(figure, "note")


def test_a_period_that_lacks_a_group_has_no_shares() -> None:
    figures = ABUSE[~(ABUSE["group"].eq("Other") & ABUSE["period_end"].dt.year.eq(2025))]
    _, percent = shares(figures, "group")
    assert np.isnan(percent["Neglect"][2]) and percent["Neglect"][0] > 0


def test_bridge_bars_are_the_changes() -> None:
    figure = CHARTS["bridge"]()
    (ax,) = figure.axes
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(276, 15), (276, 4)]
    assert [bool(bar.get_hatch()) for bar in ax.patches] == [True, False]
    orange, blue = (to_hex(bar.get_facecolor()).upper() for bar in ax.patches)
    assert (orange, blue) == ("#F46A25", "#6BACE6")
    totals = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "total"]
    assert totals == [291, 280] and said(figure, "figure") == "291 −15 +4 280"


@pytest.mark.parametrize("parts", [{"Others": -10.0}, {"Others": NAN}])
def test_parts_that_do_not_add_up_are_refused(parts: dict[str, float]) -> None:
    with pytest.raises(ThurrockError, match="must add up"):
        charts.bridge(("2024", 291), parts, ("2025", 280), **WORDS)


@pytest.mark.parametrize("alt", ["", "   ", "Line chart", " a \n b " * 2])
def test_show_refuses_a_chart_without_words(alt: str) -> None:
    with pytest.raises(ThurrockError, match="text alternative"):
        charts.show(referrals(), alt=alt)


def test_show_gives_one_png_with_its_text_alternative() -> None:
    InteractiveShell.instance()
    alt = charts.alt_for_trend(AREAS, by="area", what="referral rates", labels=NAMES, decimals=1)
    with capture_output() as captured:
        charts.show(referrals(), alt=alt)
    (output,) = captured.outputs
    assert output.metadata == {"image/png": {"alt": alt, "width": 600}}
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
    assert pyplot.get_fignums() == []


def test_the_same_chart_is_the_same_picture() -> None:
    assert charts.png(referrals()) == charts.png(referrals())


def test_alt_text_of_lines_is_computed_from_the_figures() -> None:
    figures = pd.concat([AREAS, rows("Slough", 2023, [NAN, 500.0, NAN])])
    alt = charts.alt_for_trend(figures, by="area", what="rates", labels=NAMES, decimals=1)
    assert alt.startswith(
        "Line chart of rates, 2013 to 2025. Thurrock: 447.9 in 2013, 407.4 in 2025;"
    )
    assert "highest 655.2 in 2019, lowest 407.4 in 2025." in alt
    assert "Slough: 500.0 in 2024." in alt and alt.endswith("Suppressed: Slough 2023, 2025.")


def test_alt_text_of_bars_names_every_item() -> None:
    alt = charts.alt_for_bars(
        NEIGHBOURS, label="area", what="rates, 2025", focus="E06000034", labels=NAMES,
        reference={"England": 519.4},
    )  # fmt: skip
    assert alt.index("Swindon 603 (580 to 626)") < alt.index("Thurrock 407 (391 to 424)")
    assert "Thurrock is number 4 of 4 from the top." in alt
    assert "England 519" in alt and alt.endswith("Slough: suppressed.")


def test_alt_text_of_shares_and_of_a_change() -> None:
    alt = charts.alt_for_shares(ABUSE, by="group", what="plans")
    assert "2023: Neglect 49%" in alt and "2025: Neglect 46%" in alt and "2024:" not in alt
    alt = charts.alt_for_bridge(("2024", 291), {"a": -15, "b": 4}, ("2025", 280), what="children")
    assert alt == "Chart of the change in children: 291 (2024), a −15, b +4, 280 (2025)."


def test_charts_leave_the_settings_of_matplotlib_alone() -> None:
    before = dict(pyplot.rcParams)
    referrals()
    assert dict(pyplot.rcParams) == before
    with charts.house_style():
        assert pyplot.rcParams["font.size"] == 12
    assert dict(pyplot.rcParams) == before


def test_style_is_the_house_style_for_everything_after() -> None:
    with pyplot.rc_context():
        charts.style()
        assert pyplot.rcParams["font.family"] == ["DejaVu Sans"]
        assert pyplot.rcParams["axes.prop_cycle"].by_key()["color"][0] == "#12436D"


def test_importing_charts_does_not_import_ipython() -> None:
    code = "import sys, thurrock_analysis.charts; print('IPython' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
