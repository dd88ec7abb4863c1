"""The dot stands on the curve, where its unit's value is; the pointer finds the nearest unit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, theme
from app.views.unit_plot import UnitPlot
from app.views.unit_values import Activation, UnitValues, activation_curve

INNER = np.array([-2.0, 4.0, 0.5, -0.5], np.float32)


def values(activation: Activation = "gelu", inner: np.ndarray = INNER) -> UnitValues:
    out = activation_curve(activation, inner.astype(np.float64)).astype(np.float32)
    return UnitValues(activation, inner, out, np.ones(len(inner), np.float32))


@pytest.fixture
def plot(qtbot: QtBot) -> UnitPlot:
    apply_theme(QApplication.instance(), "light")
    made = UnitPlot()
    qtbot.addWidget(made)
    made.resize(260, 200)
    made.set_values(values())
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    said: list = []
    signal.connect(said.append)
    return said


def test_all_values_have_a_place_in_the_plot(plot: UnitPlot) -> None:
    for inner, out in zip(INNER, values().activated, strict=True):
        assert plot.plot.contains(plot.place_of(float(inner), float(out)))
    left, right = plot.place_of(-2, 0), plot.place_of(4, 0)
    assert left.x() < plot.place_of(0, 0).x() < right.x()
    assert plot.place_of(0, 1).y() < plot.place_of(0, 0).y()


def test_the_dot_moves_to_its_unit(plot: UnitPlot) -> None:
    for unit in (1, 2):
        plot.set_unit(unit)
        place = plot.place_of(float(INNER[unit]), float(values().activated[unit]))
        assert plot.grab().toImage().pixelColor(place.toPoint()).name() == theme().segment_b
    assert "unit 2" in plot.accessibleDescription()


def test_the_pointer_finds_the_nearest_unit(plot: UnitPlot) -> None:
    seen, clicked = heard(plot.hovered), heard(plot.unit_clicked)
    for x, unit in ((-1.8, 0), (3.0, 1), (0.3, 2), (-0.1, 3)):
        place = QPointF(plot.place_of(x, 0).x(), plot.plot.center().y())
        assert plot.spot_at(place) == unit
    QTest.mouseMove(plot, QPointF(plot.place_of(3.9, 0).x(), plot.plot.center().y()).toPoint())
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.place_of(-1.9, 0).toPoint())
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert seen[0] == 1 and seen[-1] is None and clicked == [0]
    assert plot.spot_at(QPointF(2, 2)) is None


@pytest.mark.parametrize("activation", ["gelu", "gelu_new", "relu"])
def test_any_activation_is_drawn(plot: UnitPlot, activation: Activation) -> None:
    plot.set_values(values(activation, np.full(5, -0.1, np.float32)))
    assert plot.grab().toImage().width() == 260
    assert plot.drawing().to_image(1.0).width() == 260
    assert activation[:4].casefold() in plot.toolTip().casefold()


def test_nothing_is_drawn_of_nothing(plot: UnitPlot) -> None:
    plot.set_values(None)
    plot.grab()
    assert plot.spot_at(plot.plot.center()) is None
