"""One line on what takes long: how far it is, and a button to stop it; or what became of it, and one to begin again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.translation import tr
from app.views.read_out import ReadOut

_FINE = 1000  # steps of the bar
_BAR = 80  # pixels


class JobLine(QWidget):
    """Hidden while there is nothing to say."""

    cancelled = Signal()
    again = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(_BAR)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress: {name}", name=name))
        self.words = ReadOut(name=name)
        self.end = QLabel()
        self.end.setTextFormat(Qt.TextFormat.PlainText)
        self.end.setProperty("kind", "small")
        self.end.setWordWrap(True)
        self.end.setMinimumWidth(1)
        self.end.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setProperty("kind", "link")
        self.cancel_button.setToolTip(tr("Stop here and keep what is known by now"))
        self.cancel_button.setAccessibleName(tr("Cancel: {name}", name=name))
        self.cancel_button.clicked.connect(self.cancelled)
        self.again_button = QPushButton(tr("Start again"))
        self.again_button.setProperty("kind", "link")
        self.again_button.setAccessibleName(tr("Start again: {name}", name=name))
        self.again_button.clicked.connect(self.again)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.end, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.again_button)
        self.hide()

    def show_progress(self, words: str, share: float | None) -> None:
        """It runs; a share of None is not known yet."""
        self.words.set_text(words)
        self.words.setToolTip(words)
        self._show(running=True)
        self.bar.setRange(0, 0 if share is None else _FINE)
        self.bar.setValue(0 if share is None else round(_FINE * share))

    def show_end(self, words: str) -> None:
        """It stopped before its end, as the words say."""
        self.end.setText(words)
        self._show(running=False)

    def clear(self) -> None:
        """Nothing to say."""
        self.hide()

    def _show(self, *, running: bool) -> None:
        self.bar.setVisible(running)
        self.words.setVisible(running)
        self.end.setVisible(not running)
        self.cancel_button.setVisible(running)
        self.again_button.setVisible(not running)
        self.show()
