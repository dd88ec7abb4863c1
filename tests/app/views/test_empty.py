from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.views.empty import EmptyState


def test_sentence_and_button(qtbot):
    empty = EmptyState("No pieces yet.", "Open an example")
    qtbot.addWidget(empty)
    empty.resize(260, 160)
    empty.show()
    qtbot.waitExposed(empty)
    assert empty.sentence == empty.accessibleName() == "No pieces yet."
    with qtbot.waitSignal(empty.activated):
        qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)


def test_no_action_no_button(qtbot):
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.set_text("This model has no masked-word head.")
    assert empty.button.isHidden()
    empty.set_text("Typed nothing.", "Try it")
    assert not empty.button.isHidden() and empty.button.text() == "Try it"


def test_a_long_sentence_wraps_in_a_narrow_panel(qtbot):
    empty = EmptyState("This checkpoint was saved without its next-sentence head, so there is no score. " * 2)
    qtbot.addWidget(empty)
    empty.resize(220, 300)
    empty.show()
    label = empty.findChild(QLabel)
    assert label.height() >= label.heightForWidth(label.width()) > label.fontMetrics().height() * 3
    assert abs(label.geometry().center().x() - 110) <= 1
