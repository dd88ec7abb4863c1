"""What all chips do, whatever is drawn in them: they flow, are walked over, clicked, and brought into view."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from app.views.chip_rows import ChipRows


class Boxes(ChipRows):
    """Chips that are told how wide they are, and note when they are drawn."""

    def __init__(self, widths: list[float], *, gutter: int = 0, clickable: bool = True) -> None:
        super().__init__(gap=5, leading=6, margin=4, clickable=clickable)
        self.widths, self.left, self.drawn = widths, gutter, set[int]()
        self.measure()

    def chip_widths(self) -> list[float]:
        return self.widths

    def chip_height(self) -> int:
        return 20

    def gutter(self, width: int | None = None) -> int:
        return self.left if (self.width() if width is None else width) > 100 else 0

    def summary(self) -> str:
        return f"{len(self.widths)} boxes"

    def readout(self, spot: int) -> str:
        return f"box {spot}"

    def paint_chip(self, painter: QPainter, index: int) -> None:
        self.drawn.add(index)


def shown(qtbot: QtBot, made: Boxes, width: int = 200) -> Boxes:
    qtbot.addWidget(made)
    made.resize(width, made.heightForWidth(width))
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    said: list = []
    signal.connect(said.append)
    return said


def middle(boxes: Boxes, index: int) -> QPoint:
    return boxes.chip_rect(index).center().toPoint()


@pytest.fixture
def boxes(qtbot: QtBot) -> Boxes:
    return shown(qtbot, Boxes([50.0] * 10))


def test_lines_stand_right_of_the_gutter_where_there_is_one(qtbot: QtBot) -> None:
    for width, left in ((200, 34), (100, 4)):
        boxes = shown(qtbot, Boxes([50.0] * 10, gutter=30), width)
        rects = [boxes.chip_rect(index) for index in range(10)]
        assert min(rect.left() for rect in rects) == left and max(rect.right() for rect in rects) <= width
        assert all(a.right() < b.left() or a.bottom() < b.top() for a, b in pairwise(rects))
        assert [boxes.spot_at(rect.center()) for rect in rects] == list(range(10))
        assert max(rect.bottom() for rect in rects) + 4 == boxes.heightForWidth(width)


def test_keys_walk_the_chips_and_stop_at_the_ends(qtbot: QtBot, boxes: Boxes) -> None:
    hovered, clicked = heard(boxes.hovered), heard(boxes.clicked)
    keys = (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_End,
        Qt.Key.Key_Right,
    )
    for key in (*keys, Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_Return):
        qtbot.keyClick(boxes, key)
    assert hovered == [0, 1, 4, 1, 9, 0] and clicked == [9, 0]
    assert (boxes.current, boxes.accessibleDescription(), boxes.accessibleName()) == (0, "box 0", "10 boxes")


def test_a_click_is_a_press_and_a_release_on_the_same_chip(qtbot: QtBot, boxes: Boxes) -> None:
    clicked, left = heard(boxes.clicked), Qt.MouseButton.LeftButton
    qtbot.mousePress(boxes, left, pos=middle(boxes, 1))
    qtbot.mouseRelease(boxes, left, pos=middle(boxes, 2))
    qtbot.mouseClick(boxes, Qt.MouseButton.RightButton, pos=middle(boxes, 3))
    qtbot.mouseClick(boxes, left, pos=middle(boxes, 4))
    assert clicked == [4] and boxes.current == 4


def test_the_hand_is_over_chips_only(qtbot: QtBot, boxes: Boxes) -> None:
    for place, shape in (
        (middle(boxes, 1), Qt.CursorShape.PointingHandCursor),
        (QPoint(1, 1), Qt.CursorShape.ArrowCursor),
    ):
        qtbot.mouseMove(boxes, place)
        assert boxes.cursor().shape() == shape


def test_what_cannot_be_clicked_is_not_pointed_at_either(qtbot: QtBot) -> None:
    boxes = shown(qtbot, Boxes([50.0] * 3, clickable=False))
    clicked, hovered = heard(boxes.clicked), heard(boxes.hovered)
    qtbot.mouseMove(boxes, middle(boxes, 1))
    qtbot.mouseClick(boxes, Qt.MouseButton.LeftButton, pos=middle(boxes, 1))
    qtbot.keyClick(boxes, Qt.Key.Key_Return)
    assert (clicked, hovered, boxes.current) == ([], [], None)
    assert boxes.tip_at(boxes.chip_rect(1).center()) == "box 1"


def test_a_chip_that_is_no_more_is_let_go_of(qtbot: QtBot, boxes: Boxes) -> None:
    qtbot.keyClick(boxes, Qt.Key.Key_End)
    hovered = heard(boxes.hovered)
    boxes.widths = [50.0] * 2
    boxes.measure()
    assert hovered == [None] and boxes.current == 1
    boxes.widths = []
    boxes.measure()
    assert boxes.current is None and boxes.accessibleDescription() == ""


def test_only_marked_chips_are_drawn_anew(qtbot: QtBot, boxes: Boxes) -> None:
    qtbot.waitUntil(lambda: len(boxes.drawn) == 10)
    boxes.drawn.clear()
    boxes.set_marks({9, 99}, {0})
    qtbot.waitUntil(lambda: bool(boxes.drawn))
    assert {0, 9} <= boxes.drawn
    boxes.drawn.clear()
    boxes.set_marks({9, 99}, ())
    qtbot.waitUntil(lambda: bool(boxes.drawn))
    assert 9 not in boxes.drawn


def test_the_keyboard_scrolls_to_its_chip(qtbot: QtBot) -> None:
    boxes, area = Boxes([50.0] * 60), QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(boxes)
    area.resize(220, 100)
    area.show()
    qtbot.waitUntil(lambda: boxes.height() >= boxes.heightForWidth(boxes.width()))
    for key in (Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home):
        qtbot.keyClick(boxes, key)
        chip = boxes.chip_rect(boxes.current or 0)
        assert QRectF(boxes.visibleRegion().boundingRect()).contains(chip)
