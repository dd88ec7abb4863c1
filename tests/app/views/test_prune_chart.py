"""The chart of what is lost as heads are removed, and the slider under it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.prune_chart import PruneChart
from app.views.prune_drawing import PruneLine, PrunePlot
from app.views.prune_slider import PruneSlider

SIZE = QSizeF(500, 200)


def line(*values: float, step: int = 1, name: str = "least first") -> PruneLine:
    return PruneLine(name, tuple(range(0, step * len(values), step)), np.array(values))


def reach(plot: PrunePlot) -> tuple[float, float]:
    assert plot.reach is not None
    return plot.reach


def test_values_between_points_are_read_off_the_line_and_said_to_be() -> None:
    one = line(1.0, math.nan, 3.0, 7.0, math.nan, step=4)
    assert one.at(0) == (1.0, True) and one.at(12) == (7.0, True)
    assert one.at(4) == (2.0, False) and one.at(10) == (5.0, False)
    assert math.isnan(one.at(16)[0])  # nothing is known that far
    assert math.isnan(line(math.nan).at(0)[0])


def test_the_axis_reaches_over_both_lines() -> None:
    low, high = reach(PrunePlot(total=2, line=line(3.0, 4.0), other=line(3.5, math.nan, 5.0)))
    assert 2.5 < low < 3.0 and 5.0 < high < 5.5
    assert reach(PrunePlot(total=2, line=line(0.0, 2.0)))[0] == 0.0
    assert PrunePlot(total=2, line=line(math.nan)).reach is None
    low, high = reach(PrunePlot(total=2, line=line(0.0, 0.0)))
    assert low < high
    low, high = reach(PrunePlot(total=2, line=line(2.0, 2.0)))
    assert low < 2.0 < high


@pytest.mark.parametrize("total", [1, 32, 144, 384])
def test_places_and_counts_go_together(total: int) -> None:
    plot = PrunePlot(total=total, line=line(1.0, 2.0))
    for removed in {0, 1, total // 2, total}:
        assert plot.count_at(plot.x_of(removed, SIZE), SIZE) == removed
    assert plot.count_at(-50, SIZE) == 0 and plot.count_at(900, SIZE) == total
    frame = plot.frame(SIZE)
    assert (plot.x_of(0, SIZE), plot.x_of(total, SIZE)) == (frame.left(), frame.right())


def test_larger_values_stand_higher() -> None:
    plot = PrunePlot(total=3, line=line(1.0, 2.0, 5.0, 9.0))
    heights = [plot.place_of(n, value, SIZE).y() for n, value in enumerate((1.0, 2.0, 5.0, 9.0))]
    assert heights == sorted(heights, reverse=True)
    frame = plot.frame(SIZE)
    assert frame.top() < heights[-1] and heights[0] <= frame.bottom()


def test_it_draws_in_any_state_and_size(qtbot: QtBot) -> None:
    for plot in (
        PrunePlot(),
        PrunePlot("Loss, nats", total=144, line=line(math.nan, math.nan)),
        PrunePlot("Loss, nats", total=2, line=line(1.0), removed=0),
        PrunePlot(
            "A long title that finds no room", True, 2, line(0.1, 0.2, 0.9), line(0.1, 0.9), 1, pointed=2
        ),
    ):
        chart = PruneChart()
        qtbot.addWidget(chart)
        chart.set_plot(plot)
        for size in ((500, 200), (160, 70), (40, 20)):
            chart.resize(*size)
            assert not chart.grab().isNull()
        assert not chart.drawing(QSizeF(640, 360)).to_image().isNull()


def test_it_says_where_it_is_pressed_drawn_and_pointed_at(qtbot: QtBot) -> None:
    chart = PruneChart()
    qtbot.addWidget(chart)
    chart.resize(500, 200)
    chart.set_plot(PrunePlot("Loss", total=10, line=line(*range(11))))
    chart.show()
    wanted: list[object] = []
    pointed: list[object] = []
    grabbed: list[bool] = []
    chart.wanted.connect(wanted.append)
    chart.pointed.connect(pointed.append)
    chart.grabbed.connect(lambda: grabbed.append(True))
    places = [QPoint(round(chart.plot.x_of(n, SIZE)), 100) for n in range(11)]
    QTest.mouseMove(chart, places[3])
    assert (pointed, wanted) == ([3], [])
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=places[3])
    QTest.mouseMove(chart, places[5])
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=places[5])
    QTest.mouseMove(chart, places[7])
    assert wanted == [3, 5] and grabbed == [True] and pointed == [3, 5, 7]
    chart.set_plot(chart.plot, usable=False)
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=places[2])
    assert wanted == [3, 5]


def test_a_gesture_lasts_from_press_to_press(qtbot: QtBot) -> None:
    slider = PruneSlider()
    qtbot.addWidget(slider)
    slider.set_total(12)
    wanted: list[tuple[object, object]] = []
    slider.wanted.connect(lambda n: wanted.append((n, slider.gesture)))
    slider.slider.setSliderDown(True)
    slider.slider.setValue(3)
    slider.slider.setValue(4)
    slider.slider.setSliderDown(False)
    slider.slider.setSliderDown(True)
    slider.slider.setValue(5)
    slider.slider.setSliderDown(False)
    assert [n for n, _ in wanted] == [3, 4, 5]
    (_, a), (_, b), (_, c) = wanted
    assert a is b and b is not c
    slider.step_by(20)
    assert slider.value == slider.number.value() == 12
    slider.set_value(2)
    assert len(wanted) == 4  # set_value says nothing
    slider._pause.timeout.emit()
    slider.step_by(-1)
    assert wanted[-1][0] == 1 and wanted[-1][1] is not wanted[-2][1]
