"""The offer to train what waited when the window was last closed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.panels.fine_tuning.setup.making import line, say
from app.translation import tr
from app.tuning import TuningWish

_NAMES = 3


class WaitingBar(QWidget):
    """Hidden where nothing waits so."""

    go_on_wanted = Signal()
    let_go_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = line("small")
        self.go_on = QPushButton(tr("Train them"))
        self.let_go = QPushButton(tr("Let go"))
        self.let_go.setToolTip(
            tr("Take them out of the queue; the folder of one that has begun stays as it is")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.let_go)
        row.addWidget(self.go_on)
        self.go_on.clicked.connect(self.go_on_wanted)
        self.let_go.clicked.connect(self.let_go_wanted)

    def show_held(self, held: tuple[TuningWish, ...]) -> None:
        """Offer these."""
        self.setVisible(bool(held))
        names = ", ".join(wish.name for wish in held[:_NAMES])
        if len(held) > _NAMES:
            names = tr("{names} and {n} more", names=names, n=len(held) - _NAMES)
        say(self.words, tr("Waiting since the window was last closed: {names}.", names=names), "small")
        self.go_on.setText(tr("Train it") if len(held) == 1 else tr("Train them"))
