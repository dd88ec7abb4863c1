"""A line across the window that says what went wrong, with details that unfold."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr

_LEAST_DETAILS, _MOST_DETAILS = 40, 160  # pixels


class Banner(QFrame):
    """Hidden until `show_message`; `dismissed` when the person closes it."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "error")
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setMinimumWidth(1)  # a long path must not widen the window
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(font("mono-small"))
        # Its share of the room there is: asking for a height of its own, it would push the panels about for good.
        self.details.setMinimumHeight(_LEAST_DETAILS)
        self.details.setMaximumHeight(_MOST_DETAILS)
        self.details.setAccessibleName(tr("Details"))
        self.details.hide()
        self.more = QPushButton(tr("Details"))
        self.more.setCheckable(True)
        self.copy = QPushButton(tr("Copy"))
        self.copy.hide()
        close = QPushButton("×")
        close.setProperty("kind", "bare")
        close.setAccessibleName(tr("Dismiss this message"))
        close.setToolTip(tr("Dismiss this message"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        for button in (self.copy, self.more, close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(row)
        layout.addWidget(self.details)
        self.more.toggled.connect(self._unfold)
        self.copy.clicked.connect(self._copy)
        close.clicked.connect(self.dismissed)
        self.hide()

    def show_message(self, message: str, details: str = "") -> None:
        """Say it; an empty message hides the line."""
        self.label.setText(message)
        self.setAccessibleName(message)
        self.details.setPlainText(details)
        self.more.setChecked(False)
        self.more.setVisible(bool(details))
        self.setVisible(bool(message))

    def _unfold(self, unfolded: bool) -> None:
        self.details.setVisible(unfolded)
        self.copy.setVisible(unfolded)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.label.text()}\n\n{self.details.toPlainText()}")
