"""Curves over the layers: where values stand, what is said of them, and choosing a layer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.views.lens_curves import LensCurve, LensCurves

ROWS = ("L0", "L1", "L2")


@pytest.fixture
def chart(qtbot: QtBot) -> LensCurves:
    made = LensCurves("Word by layer")
    qtbot.addWidget(made)
    made.resize(260, 150)
    made.show()
    return made


def test_the_best_rank_is_on_top_of_a_logarithmic_axis(chart: LensCurves) -> None:
    chart.set_curves([LensCurve("cat", 0, np.array([1000.0, 10.0, 1.0]))], ROWS, "rank", 8000)
    frame = chart.frame()
    assert chart.height_of(1) == frame.top() and chart.height_of(8000) == pytest.approx(frame.bottom())
    steps = [chart.height_of(10**n) for n in range(4)]
    assert np.diff(steps) == pytest.approx([steps[1] - steps[0]] * 3)
    assert chart.said(0) == "cat 1,000"


def test_probabilities_and_entropy_begin_at_nothing(chart: LensCurves) -> None:
    curve = LensCurve("cat", 0, np.array([0.01, np.nan, 0.5]))
    chart.set_curves([curve], ROWS, "probability")
    frame = chart.frame()
    assert chart.height_of(0) == pytest.approx(frame.bottom())
    assert chart.height_of(1) == pytest.approx(frame.top())
    assert chart.said(0) == "cat 0.0100" and chart.said(1) == "cat –"
    chart.set_curves([curve], ROWS, "entropy", 9.0)
    assert chart.height_of(9.0) == pytest.approx(frame.top())


def test_layers_are_chosen_by_click_and_key(qtbot: QtBot, chart: LensCurves) -> None:
    chart.set_curves([LensCurve("cat", 0, np.ones(3))], ROWS, "probability")
    chosen: list[object] = []
    chart.layer_clicked.connect(chosen.append)
    place = QPoint(round(chart.across(1)), round(chart.frame().center().y()))
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    chart.set_layer(1)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chosen == [1, 0, 2]


def test_names_have_room_where_there_are_several(chart: LensCurves) -> None:
    one, two = LensCurve("cat", 0, np.ones(3)), LensCurve("dog", 1, np.zeros(3), dashed=True)
    chart.set_curves([one], ROWS, "probability")
    alone = chart.frame().width()
    chart.set_curves([one, two], ROWS, "probability")
    assert chart.frame().width() < alone - 10
    assert not chart.drawing().to_image().isNull()
