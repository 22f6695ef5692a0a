"""Where the marks of a chart stand."""

import pytest

from reports.charts import Datum, bars, flow, lines, scale_top, step_of, tile_map, wrapped


def data(*values):
    return [Datum(f"2024-{n:02}", value, f"{value} visits", str(value), f"/{n}") for n, value in enumerate(values, 1)]


@pytest.mark.parametrize(
    ("largest", "scale"),
    [
        (0, (1, 1)),
        (1, (1, 1)),
        (3, (3, 1)),
        (4, (4, 1)),
        (17, (20, 5)),
        (92, (100, 25)),
        (100, (100, 25)),
        (817, (1000, 250)),
    ],
)
def test_a_scale_ends_at_a_round_number_above_the_largest_value(largest, scale):
    assert scale_top(largest) == scale


@pytest.mark.parametrize("largest", [1, 2, 5, 7, 9, 11, 26, 154, 3071, 987_654])
def test_a_scale_reaches_its_largest_value_in_two_to_five_whole_steps(largest):
    top, step = scale_top(largest)
    assert top >= largest
    assert top % step == 0
    assert 1 <= top / step <= 5


def test_the_longest_bar_fills_the_width_and_the_others_are_in_proportion():
    assert [bar.width for bar in bars(data(10, 5, 0))] == [100, 50, 0]


def test_bars_of_nothing_have_no_length():
    assert [bar.width for bar in bars(data(0, 0))] == [0, 0]
    assert bars([]) == []


def test_the_parts_of_a_flow_follow_each_other_and_end_where_the_whole_ends():
    whole, *parts = flow(data(154)[0], data(118, 30, 4, 2))
    assert (whole.start, whole.width) == (0, 100)
    for before, after in zip(parts, parts[1:], strict=False):
        assert after.start == pytest.approx(before.start + before.width, abs=0.02)
    assert parts[-1].start + parts[-1].width == pytest.approx(100, abs=0.02)


def test_a_part_of_a_part_lies_inside_it_and_moves_nothing_on():
    pending, ended = data(30, 2)
    overdue = Datum("overdue", 10, "10", "10", inside=True)
    _whole, first, inner, last = flow(data(32)[0], [pending, overdue, ended])
    assert inner.start == first.start
    assert inner.width < first.width
    assert last.start == first.start + first.width


def test_lines_begin_at_zero_and_higher_values_stand_higher():
    (plot,) = lines([[("inspections", data(0, 50, 100))]]).plots
    nothing, half, all_ = plot.lines[0].points
    assert nothing.y == plot.baseline
    assert all_.y == plot.top
    assert half.y == pytest.approx((plot.top + plot.baseline) / 2, abs=0.1)
    assert plot.grid[0].value == 0


def test_panels_have_their_own_scale_and_share_their_months():
    chart = lines([[("inspections", data(80, 90))], [("found", data(8, 9)), ("rectified", data(3, 4))]])
    assert [plot.grid[-1].value for plot in chart.plots] == [100, 10]
    assert [point.x for point in chart.plots[0].lines[0].points] == [
        point.x for point in chart.plots[1].lines[1].points
    ]
    assert [label for label, _x in chart.ticks] == ["2024-01", "2024-02"]
    assert chart.plots[1].baseline < chart.height


def test_names_and_values_of_two_lines_are_not_written_over_each_other():
    (plot,) = lines([[("found", data(5, 5)), ("rectified", data(5, 5))]]).plots
    found, rectified = plot.lines
    assert abs(found.label_y - rectified.label_y) >= 16
    for above, below in zip(found.points, rectified.points, strict=True):
        assert above.text_y < above.y < below.text_y


def test_a_single_month_and_no_month_at_all_can_be_drawn():
    assert lines([[("inspections", data(3))]]).plots[0].lines[0].path.startswith("M")
    assert lines([[("inspections", [])]]).plots[0].lines[0].points == []
    assert lines([]).plots == []


def test_a_long_period_names_only_some_of_its_months():
    chart = lines([[("inspections", data(*range(40)))]])
    assert len(chart.ticks) <= 12
    assert len(chart.plots[0].lines[0].points) == 40


def test_tiles_stand_at_their_place_and_darken_by_fifths():
    here, there = data(100, 20)
    chart = tile_map([(0, 2, here, False), (1, 1, there, True)])
    first, second = chart.tiles
    assert first.x > second.x
    assert first.y < second.y
    assert (first.step, second.step) == (5, 1)
    assert second.is_chosen
    assert chart.width >= first.x + chart.tile_width
    assert chart.height >= second.y + chart.tile_height


@pytest.mark.parametrize(("value", "step"), [(0, 0), (None, 0), (1, 1), (20, 1), (21, 2), (99, 5), (100, 5)])
def test_a_step_is_a_fifth_of_the_largest_value(value, step):
    assert step_of(value, 100) == step


def test_a_map_without_places_is_empty():
    assert tile_map([]).tiles == []


def test_long_names_take_two_lines_of_about_the_same_length():
    assert wrapped("江华瑶族自治县", 7) == ["江华瑶族自治县"]
    assert wrapped("永州经济技术开发区", 7) == ["永州经济", "技术开发区"]
