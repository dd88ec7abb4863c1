"""The foot of the form: the run's name, the button, what is missing, and the same as a command line."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.panels.fine_tuning.setup.making import line, rule, say
from app.translation import tr
from app.tuning import TuningWish

_NAME, _COPIED_MS = 210, 1500


class StartPart(QWidget):
    """start_wanted() is emitted by the button; name_edited() when a person types a name."""

    start_wanted = Signal()
    name_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wish: TuningWish | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the run"))
        self.name.setFixedWidth(_NAME)
        label = QLabel(tr("Name"))
        label.setBuddy(self.name)
        self.reason = line()
        self.copy = QPushButton(tr("Copy command"))
        self.copy.setAccessibleName(tr("Copy the command line"))
        self.start = QPushButton(tr("Start"))
        self.start.setProperty("kind", "primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.name)
        row.addWidget(self.reason, 1)
        row.addWidget(self.copy)
        row.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(rule())
        column.addLayout(row)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_MS)
        self._copied.timeout.connect(self._name_copy)
        self.start.clicked.connect(self.start_wanted)
        self.copy.clicked.connect(self.copy_command)
        self.name.textEdited.connect(self.name_edited)

    def show_wish(self, wish: TuningWish | None, reason: str, kind: str, *, queue: bool) -> None:
        """What Start would begin; None: `reason` says why it cannot. queue: it would have to wait."""
        self.wish = wish
        self.start.setEnabled(wish is not None)
        self.copy.setEnabled(wish is not None)
        self.start.setText(tr("Queue") if queue else tr("Start"))
        tip = (
            tr("It begins once the runs before it have ended")
            if queue
            else tr("Train it in a process of its own")
        )
        self.start.setToolTip(reason if wish is None else tip)
        self.copy.setToolTip("" if wish is None else wish.command())
        say(self.reason, reason, kind)
        self.reason.setVisible(True)  # it holds the place between

    @Slot()
    def copy_command(self) -> None:
        """Put the command line on the clipboard."""
        if self.wish is not None:
            QGuiApplication.clipboard().setText(self.wish.command())
            self.copy.setText(tr("Copied"))
            self._copied.start()

    @Slot()
    def _name_copy(self) -> None:
        self.copy.setText(tr("Copy command"))
