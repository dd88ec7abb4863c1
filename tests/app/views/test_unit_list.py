"""As many of the strongest units as fit, each to be pointed at, walked to, and clicked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.unit_list import UnitList
from app.views.unit_values import UnitValues

OUT = np.arange(40, dtype=np.float32)


@pytest.fixture
def units(qtbot: QtBot) -> UnitList:
    made = UnitList()
    qtbot.addWidget(made)
    made.resize(220, 120)
    made.set_values(UnitValues("relu", OUT, OUT, np.ones(40, np.float32)))
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    said: list = []
    signal.connect(said.append)
    return said


def test_the_strongest_that_fit(units: UnitList) -> None:
    assert units.units == [39, 38, 37, 36, 35, 34]
    assert units.row_rect(5).bottom() <= 120
    units.resize(220, 60)
    assert units.units == [39, 38]


def test_pointing_and_clicking(units: UnitList) -> None:
    seen, clicked = heard(units.hovered), heard(units.unit_clicked)
    QTest.mouseMove(units, units.row_rect(1).center().toPoint())
    QTest.mouseClick(units, Qt.MouseButton.LeftButton, pos=units.row_rect(2).center().toPoint())
    QApplication.sendEvent(units, QEvent(QEvent.Type.Leave))
    assert seen[0] == 38 and seen[-1] is None and clicked == [37]
    assert units.spot_at(QPointF(10, 3)) is None, "the header"


def test_keys_walk_and_choose(units: UnitList) -> None:
    seen, clicked = heard(units.hovered), heard(units.unit_clicked)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(units, key)
        units.set_unit(seen[-1], None)
    assert seen == [39, 38, 39]
    QTest.keyClick(units, Qt.Key.Key_Return)
    assert clicked == [39]
    assert units.accessibleDescription() == "unit 39: ReLU(39.0) = 39.0, adds a vector of length 39.0"


def test_the_chosen_line_is_marked(units: UnitList) -> None:
    place = units.row_rect(3).center().toPoint()
    place.setX(3)
    before = units.grab().toImage().pixelColor(place)
    units.set_unit(36, None)
    assert units.grab().toImage().pixelColor(place) != before


def test_nothing_is_listed_of_nothing(units: UnitList) -> None:
    units.set_values(None)
    units.grab()
    assert units.units == []
