"""The triangle says each pair once; the curves stand where their values are."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.flow_curves import LayerCurve, LayerCurves
from app.views.flow_ranks import RankTriangle

NAMES = ("raw", "norm", "rollout", "flow")


def test_each_pair_once_in_words(qtbot: QtBot) -> None:
    view = RankTriangle()
    qtbot.addWidget(view)
    values = np.eye(4)
    values[1, 0], values[2, 0], values[2, 1], values[3, :3] = 0.5, -0.25, 0.125, np.nan
    view.set_values(NAMES, values)
    assert view.words() == (
        "raw – norm: 0.50; raw – rollout: −0.25; norm – rollout: 0.12; raw – flow: –; norm – flow: –; rollout – flow: –"
    )
    assert view.accessibleDescription() == view.words()
    view.set_values(NAMES, values, difference=True)
    assert view.words().startswith("raw – norm: +0.50; raw – rollout: −0.25")


@pytest.mark.parametrize("width", [140, 178, 340])
def test_cells_stand_apart_and_inside(qtbot: QtBot, width: int) -> None:
    view = RankTriangle()
    qtbot.addWidget(view)
    view.set_values(NAMES, np.eye(4))
    view.resize(width, view.sizeHint().height())
    for row in range(1, 4):
        for column in range(row):
            cell = view.cell(row, column)
            assert cell.left() > 0 and cell.right() <= width and cell.bottom() <= view.height()
            if column:
                assert cell.left() >= view.cell(row, column - 1).right()
    view.grab()


@pytest.fixture
def curves(qtbot: QtBot) -> LayerCurves:
    view = LayerCurves("agreement")
    qtbot.addWidget(view)
    view.resize(240, 130)
    known = np.array([0.5, np.nan, 1.0])
    view.set_curves([LayerCurve("a", 1, known), LayerCurve("b", 2, np.array([-1.0, 0, 0.25]))], 3, -1.0, 1.0)
    view.show()
    return view


def test_places(curves: LayerCurves) -> None:
    frame = curves.frame()
    assert curves.height_of(-1.0) == frame.bottom() and curves.height_of(1.0) == pytest.approx(frame.top())
    for layer in range(3):
        assert curves.spot_at(QPointF(curves.across(layer), 20)) == layer
    assert curves.spot_at(QPointF(2, 20)) is None
    assert curves.words(0) == "a 0.50, b −1.00" and curves.words(1) == "b 0.00" and curves.words(None) == ""


def test_the_frame_follows_the_size_and_the_numbers(curves: LayerCurves) -> None:
    before = curves.frame()
    curves.resize(400, 200)
    assert curves.frame().width() > before.width() and curves.frame().height() > before.height()
    wide = curves.frame()
    curves.set_curves([LayerCurve("a", 1, np.array([1e4, 2e4, 3e4]))], 3, 0.0, 3e4)
    assert curves.frame().left() > wide.left()
    curves.grab()


def test_pointing_clicking_and_walking(curves: LayerCurves) -> None:
    pointed: list[object] = []
    clicked: list[object] = []
    curves.hovered.connect(pointed.append)
    curves.layer_clicked.connect(clicked.append)
    QTest.mouseMove(curves, QPoint(round(curves.across(1)), 40))
    QTest.mouseClick(curves, Qt.MouseButton.LeftButton, pos=QPoint(round(curves.across(2)), 40))
    curves.set_layer(1)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(curves, key)
    assert pointed[0] == 1 and clicked == [2, 2, 0]


def test_without_curves_nothing_is_drawn(qtbot: QtBot) -> None:
    view = LayerCurves("none")
    qtbot.addWidget(view)
    view.resize(200, 100)
    view.grab()
    view.set_curves([LayerCurve("a", 0, np.full(3, np.nan))], 3, 0.0, 1.0)
    view.grab()
    assert view.words(0) == ""
