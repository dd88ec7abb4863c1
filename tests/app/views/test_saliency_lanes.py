"""Bars stand where their values say, and pointer and keys find pieces."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.saliency_lanes import Lane, LaneSpot, SaliencyLanes
from tests.app.fakes import fake_tokens

VALUES = np.array([0.0, 2.0, -1.0, 0.5] + [0.0] * 13)


@pytest.fixture
def view(qtbot: QtBot) -> SaliencyLanes:
    made = SaliencyLanes("what each piece did")
    qtbot.addWidget(made)
    made.resize(800, 220)
    made.set_lanes(
        [
            Lane("one", VALUES, tip="how"),
            Lane("two", np.abs(VALUES), signed=False, aside="beside"),
            Lane("three", None, note="not yet"),
        ],
        fake_tokens(),
        5,
    )
    made.show()
    qtbot.waitExposed(made)
    return made


def test_bars_up_and_down(view: SaliencyLanes) -> None:
    up, down, small = (view.bar(0, piece) for piece in (1, 2, 3))
    assert up.bottom() == pytest.approx(down.top()) == pytest.approx(small.bottom())
    assert up.height() == pytest.approx(2 * down.height()) == pytest.approx(4 * small.height())
    assert view.bar(0, 0).height() == 0 and view.bar(2, 1).isNull()
    assert view.layout_.lane(0).contains(up) and view.layout_.lane(0).contains(down)
    share = view.bar(1, 1)
    assert view.layout_.lane(1).contains(share)
    assert share.height() > 0.9 * (view.layout_.lane(1).height() - 22), "no room is kept for values below 0"


def test_columns_are_shared(view: SaliencyLanes) -> None:
    for piece in range(16):
        assert view.layout_.column(piece)[1] == pytest.approx(view.layout_.column(piece + 1)[0])
    assert view.layout_.column(0)[0] == view.layout_.columns.left() and view.layout_.column(16)[
        1
    ] == pytest.approx(view.layout_.columns.right())
    assert view.bar(0, 1).left() == view.bar(1, 1).left()
    assert view.layout_.columns.left() >= view.layout_.gutter


def test_what_a_point_stands_for(view: SaliencyLanes) -> None:
    left, right = view.layout_.column(3)
    middle = (left + right) / 2
    assert view.lane_spot_at(QPointF(middle, view.layout_.lane(1).center().y())) == LaneSpot(1, 3)
    assert view.lane_spot_at(QPointF(5, view.layout_.lane(0).center().y())) == LaneSpot(0, None)
    spot = view.lane_spot_at(QPointF(middle, view.layout_.lane(2).bottom() + 10))
    assert spot is not None and spot.piece == 3, "the labels are the pieces', too"
    assert view.lane_spot_at(QPointF(view.layout_.columns.right() + 20, 20)) is None
    view.set_read(lambda piece: f"piece {piece}")
    assert view.tip_at(QPointF(middle, 20)) == "piece 3"
    assert view.tip_at(QPointF(5, view.layout_.lane(0).center().y())) == "one\nhow"


def test_pointer_and_keys(view: SaliencyLanes, qtbot: QtBot) -> None:
    left, right = view.layout_.column(3)
    place = QPoint(round((left + right) / 2), 20)
    with qtbot.waitSignal(view.clicked) as clicked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [3]
    with qtbot.waitSignal(view.followed) as followed:
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert followed.args == [3]
    view.set_marks(16, None)
    with qtbot.assertNotEmitted(view.clicked):
        QTest.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.clicked) as clicked:
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert clicked.args == [15]
    with qtbot.waitSignal(view.followed) as followed:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert followed.args == [16]


@pytest.mark.parametrize("size", [0, 1, 2, 128, 512])
@pytest.mark.parametrize("width", [200, 700, 1800])
def test_any_number_of_pieces_is_drawn(qtbot: QtBot, size: int, width: int) -> None:
    made = SaliencyLanes("what each piece did")
    qtbot.addWidget(made)
    made.resize(width, 160)
    values = np.linspace(-1, 1, size)
    made.set_lanes([Lane("one", values), Lane("two", values)], fake_tokens(size), 0 if size else None)
    made.set_marks(size - 1, 0)
    made.grab()
    if size:
        last = made.layout_.column(size - 1)
        assert last[1] <= width
        spot = made.lane_spot_at(QPointF((last[0] + last[1]) / 2, 20))
        assert spot is not None and spot.piece == size - 1


def test_values_must_fit(view: SaliencyLanes) -> None:
    with pytest.raises(ValueError, match="17 pieces"):
        view.set_lanes([Lane("one", VALUES[:3])], fake_tokens(), 0)
