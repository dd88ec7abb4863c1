from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QScrollArea

from app.theme import diverging
from app.views.token_strip import TokenStrip
from bert_core.trace import Token

TYPED = ["", "the", "man", "x", "qqq", ""]
TOKENS = [
    Token("[CLS]", 2, 0, 0, 0, 0, True),
    Token("the", 10, 0, 0, 3, 1, False),
    Token("man", 11, 0, 4, 7, 2, False),
    Token("[MASK]", 4, 0, 8, 9, 3, False),
    Token("[UNK]", 1, 1, 0, 3, 4, False),
    Token("[SEP]", 3, 1, 0, 0, 5, True),
]


@pytest.fixture
def strip(qtbot):
    widget = TokenStrip()
    qtbot.addWidget(widget)
    widget.set_tokens(TOKENS, {3}, TYPED)
    widget.resize(150, widget.heightForWidth(150))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def centre(strip, position) -> QPoint:
    return strip.chip_rect(position).center().toPoint()


def recorded(signal) -> list:
    seen: list = []
    signal.connect(lambda *values: seen.append(values if len(values) > 1 else values[0]))
    return seen


def test_chips_flow_inside_the_width_and_never_overlap(strip):
    rects = [strip.chip_rect(p) for p in range(len(TOKENS))]
    assert len({r.top() for r in rects}) > 1
    for index, rect in enumerate(rects):
        assert rect.left() >= 0 and rect.right() <= strip.width() and rect.bottom() <= strip.height()
        assert not any(rect.intersects(other) for other in rects[:index])


def test_512_long_pieces_fit_any_width(strip):
    tokens = [Token("representation" * (1 + p % 5), p, 0, 0, 1, p, False) for p in range(512)]
    strip.set_tokens(tokens, (), ["x"] * 512)
    for width in (60, 260, 900):
        strip.resize(width, strip.heightForWidth(width))
        assert all(strip.chip_rect(p).right() <= width for p in range(512))
        assert strip.chip_rect(511).bottom() <= strip.height()
    assert strip.heightForWidth(260) > strip.heightForWidth(900)


def test_a_scroll_area_gives_it_its_height(qtbot):
    strip, area = TokenStrip(), QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    strip.set_tokens(TOKENS * 40, (), TYPED * 40)
    area.setWidget(strip)
    area.resize(200, 120)
    area.show()
    qtbot.waitUntil(lambda: strip.height() >= strip.heightForWidth(strip.width()))
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.visibleRegion().contains(strip.chip_rect(239).center().toPoint())


def test_click_ctrl_click_and_keys(qtbot, strip):
    clicked, pinned = recorded(strip.clicked), recorded(strip.pinned)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 2))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, centre(strip, 1))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 0))
    assert (clicked, pinned) == ([2, 0], [1])
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    qtbot.keyClick(strip, Qt.Key.Key_End)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    assert (clicked, pinned) == ([2, 0, 1], [1, 5])


def test_shift_pins_one_more(qtbot, strip):
    clicked, pinned, more = (recorded(which) for which in (strip.clicked, strip.pinned, strip.pinned_more))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, both, centre(strip, 1))
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert (clicked, pinned, more) == ([], [], [1, 2])


def test_press_on_one_chip_and_release_on_another_is_no_click(qtbot, strip):
    clicked = recorded(strip.clicked)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 1))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 2))
    assert clicked == []


def test_up_and_down_go_to_the_line_above_and_below(qtbot, strip):
    assert strip.current == 0
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    below = strip.current
    assert strip.chip_rect(below).top() > strip.chip_rect(0).top()
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert strip.current == 0
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert strip.current == 0


def test_hover_says_each_position_once_and_none_between(qtbot, strip):
    hovered = recorded(strip.hovered)
    for position in (1, 1, 2):
        qtbot.mouseMove(strip, centre(strip, position))
    qtbot.mouseMove(strip, QPoint(1, 1))
    assert hovered == [1, 2, None]


def test_hover_is_taken_back_when_its_piece_is_gone(qtbot, strip):
    qtbot.mouseMove(strip, centre(strip, 4))
    hovered = recorded(strip.hovered)
    strip.set_tokens(TOKENS[:2], (), TYPED[:2])
    assert hovered == [None]


def test_menu_by_mouse_and_by_keyboard(strip):
    menus = recorded(strip.menu_requested)
    spot = centre(strip, 2)
    for reason, place in (
        (QContextMenuEvent.Reason.Mouse, spot),
        (QContextMenuEvent.Reason.Keyboard, QPoint(0, 0)),
    ):
        QApplication.sendEvent(strip, QContextMenuEvent(reason, place, strip.mapToGlobal(place)))
    assert menus == [(2, strip.mapToGlobal(spot))] * 2


def test_tooltips_say_what_was_typed(strip):
    assert "put here by you; typed: x" in strip.readout(3)
    assert "not in the vocabulary; typed: qqq" in strip.readout(4)
    assert "added by the tokenizer" in strip.readout(0)
    assert "position 2 · id 11" in strip.readout(2) and "sentence A" in strip.readout(2)
    strip.set_weights([0, 0.25, 0, 0, 0, 0])
    assert "weight 0.250" in strip.readout(1)


def test_it_can_be_heard(qtbot, strip):
    assert strip.accessibleName() == "6 pieces, 1 masked: [CLS] the man [MASK] [UNK] [SEP]"
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription() == strip.readout(1)


def test_lengths_must_agree(strip):
    with pytest.raises(ValueError, match="6 tokens"):
        strip.set_tokens(TOKENS, (), ["x"])
    with pytest.raises(ValueError, match="weights of shape"):
        strip.set_weights([0.5])


def test_weights_with_a_sign_have_the_colours_of_differences(strip):
    strip.set_weights([0, 3, -3, 1.5, 9, 0], 3.0, signed=True, name="what it did")
    assert strip.readout(1).endswith("what it did 3.00") and strip.readout(2).endswith("what it did −3.00")
    image = strip.grab().toImage()

    def colour(position: int) -> tuple[int, ...]:
        place = strip.chip_rect(position).center().toPoint()
        edge = QPoint(round(strip.chip_rect(position).left()) + 3, place.y())
        return image.pixelColor(edge * image.devicePixelRatio()).getRgb()[:3]

    table = diverging()
    assert [colour(p) for p in (1, 2)] == [tuple(table[entry, :3].tolist()) for entry in (255, 1)]
    assert colour(4) == colour(1), "what is beyond the limit is cut"
    assert colour(0) == tuple(table[128, :3].tolist())
    strip.set_weights(None)
    assert "what it did" not in strip.readout(1)


def test_weights_go_with_the_tokens_they_were_for(strip):
    strip.set_weights([0.5] * 6)
    strip.set_tokens(TOKENS[:3], (), TYPED[:3])
    assert "weight" not in strip.readout(1)
    assert not strip.grab().isNull()


def test_no_tokens(qtbot, strip):
    strip.set_tokens((), (), ())
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert strip.current is None and strip.spot_at(QPointF(10, 10)) is None
    assert not strip.grab().isNull()


def test_marks_beyond_the_pieces_are_let_be(strip):
    strip.set_marks({2, 99}, {77, 78})
    strip.set_marks((), ())
    assert not strip.grab().isNull()
