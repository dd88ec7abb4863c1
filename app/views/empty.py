"""What a panel shows while it has nothing to show: one sentence, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

_READABLE_WIDTH = 360


class EmptyState(QWidget):
    """A centred sentence with an optional button."""

    activated = Signal()

    def __init__(self, sentence: str = "", action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setProperty("kind", "secondary")
        self._label.setMaximumWidth(_READABLE_WIDTH)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.clicked.connect(self._activate)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addStretch(1)
        middle = QHBoxLayout()  # an alignment would not let the label wrap
        middle.addStretch(1)
        middle.addWidget(self._label, 1000)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.set_text(sentence, action)

    @property
    def sentence(self) -> str:
        return self._label.text()

    @property
    def button(self) -> QPushButton:
        return self._button

    def set_text(self, sentence: str, action: str = "") -> None:
        """Show `sentence`, and a button named `action` unless that is empty."""
        self._label.setText(sentence)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(sentence)

    def _activate(self) -> None:
        self.activated.emit()
