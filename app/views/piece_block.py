"""A part of a panel that is about one piece of the text: it says when the pointer is over it, and takes it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QToolButton, QWidget

HEADING = 20  # pixels high


class PieceBlock(QWidget):
    """It says which piece by its position in the text.

    hovered     the pointer came over the block: its position, or None where it left
    taken_back  its button, `back`
    """

    hovered = Signal(object)
    taken_back = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._position = -1
        self.back = QToolButton()
        self.back.setProperty("kind", "bare")
        self.back.setFixedHeight(HEADING)
        self.back.clicked.connect(self._taken_back)

    @property
    def position(self) -> int:
        """Where in the text the piece stands."""
        return self._position

    def say_back(self, words: str) -> None:
        """What the button does."""
        self.back.setToolTip(words)
        self.back.setAccessibleName(words)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hovered.emit(self._position)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @Slot()
    def _taken_back(self) -> None:
        self.taken_back.emit(self._position)
