"""A stack of pages asks for the room of the one that is seen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.current_stack import CurrentStack


class Page(QWidget):
    def __init__(self, width: int) -> None:
        super().__init__()
        self._size = QSize(width, 50)

    def minimumSizeHint(self) -> QSize:
        return self._size

    def sizeHint(self) -> QSize:
        return self._size * 2


def test_only_the_seen_page_asks_for_room(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    stack = CurrentStack()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(stack)
    assert not stack.minimumSizeHint().isValid()
    stack.addWidget(Page(100))
    stack.addWidget(Page(700))
    assert (row.minimumSize().width(), row.sizeHint().width()) == (100, 200)
    stack.setCurrentIndex(1)
    assert (row.minimumSize().width(), row.sizeHint().width()) == (700, 1400)
    stack.setCurrentIndex(0)
    assert row.minimumSize().width() == 100
    stack.currentWidget().setMinimumWidth(150)
    stack.updateGeometry()
    assert row.minimumSize().width() == 150
