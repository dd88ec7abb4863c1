"""Asks for a piece of the vocabulary, and says when what is typed is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QListWidget, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.piece_text import isolated, visible

_MOST_OFFERED = 50


class PieceDialog(QDialog):
    """One line to type a piece in, and the pieces that begin so.

    chosen  int: the id of the piece, when the dialog is accepted
    """

    chosen = Signal(object)

    def __init__(
        self, piece: str, vocabulary: Sequence[str], *, lowercase: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._ids = {text: token_id for token_id, text in enumerate(vocabulary)}
        self._lowercase = lowercase
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Replace a piece"))
        question = QLabel(tr("Put in the place of ‘{piece}’:", piece=isolated(piece)))
        question.setTextFormat(Qt.TextFormat.PlainText)
        self.line = QLineEdit()
        self.line.setFont(font("mono"))
        self.line.setAccessibleName(question.text())
        self.line.setPlaceholderText(tr("A piece of the vocabulary, such as play or ##ing"))
        self.says = QLabel()
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setWordWrap(True)
        self.offered = QListWidget()
        self.offered.setFont(font("mono"))
        self.offered.setAccessibleName(tr("Pieces that begin so"))
        self.offered.setMinimumHeight(150)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.good = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.good.setText(tr("Put in"))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (question, self.line, self.says, self.offered, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(320)

        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._accepted)
        self.line.textChanged.connect(self._look_up)
        self.offered.itemClicked.connect(self._take_offered)
        self.offered.itemActivated.connect(self._take_offered)
        self._look_up("")

    @property
    def piece_id(self) -> int | None:
        """The id of the piece that is typed, or None."""
        typed = self.line.text().strip()
        found = self._ids.get(typed)
        return self._ids.get(typed.lower()) if found is None and self._lowercase else found

    @Slot(str)
    def _look_up(self, _: str) -> None:
        typed, found = self.line.text().strip(), self.piece_id
        begin = typed.lower() if self._lowercase else typed
        beginning = (text for text in self._vocabulary if begin and text.startswith(begin))
        self.offered.clear()
        self.offered.addItems([visible(text) for text in islice(beginning, _MOST_OFFERED)])
        self.good.setEnabled(found is not None)
        if found is not None:
            says = tr("{piece} is piece {id}", piece=isolated(self._vocabulary[found]), id=found)
        elif not typed:
            says = tr("The vocabulary has {n} pieces", n=f"{len(self._vocabulary):,}")
        elif self.offered.count():
            says = tr("{typed} is no piece of this vocabulary; these begin so", typed=isolated(typed))
        else:
            says = tr("{typed} is no piece of this vocabulary", typed=isolated(typed))
        self.says.setText(says)
        wrong = bool(typed) and found is None and not self.offered.count()
        self.says.setProperty("kind", "warning" if wrong else "secondary")
        self.says.style().polish(self.says)

    @Slot()
    def _take_offered(self) -> None:
        item = self.offered.currentItem()
        if item is not None:
            self.line.setText(item.text())

    @Slot()
    def _accepted(self) -> None:
        self.chosen.emit(self.piece_id)
