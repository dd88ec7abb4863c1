"""Asks for the sentences that are read beside the text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.hidden_states.sentences import SenseExample, Sentences
from app.translation import tr
from bert_core.queries_states import MOST_SENTENCES


class SentencesDialog(QDialog):
    """A sentence a line, an empty line between senses.

    chosen  Sentences and a word to look for, empty where none was proposed, when the dialog is accepted
    """

    chosen = Signal(object, object)

    def __init__(
        self, sentences: Sentences, offered: tuple[SenseExample, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._word = ""
        self._offered = offered
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Sentences beside the text"))
        says = QLabel(
            tr(
                "One sentence a line. An empty line parts the senses of a word, so that occurrences of the same sense "
                "can be told from those of another."
            )
        )
        says.setWordWrap(True)
        self.edit = QPlainTextEdit(sentences.text)
        self.edit.setAccessibleName(self.windowTitle())
        self.edit.setPlaceholderText(offered[0].sentences.text if offered else "")
        self.edit.setTabChangesFocus(True)
        self.too_many = QLabel(tr("At most {n} sentences.", n=MOST_SENTENCES))
        self.too_many.setProperty("kind", "warning")
        self.example_button = QPushButton(tr("Put in an example ▾"))
        self.example_button.setToolTip(tr("Sentences with a word of several senses, instead of these"))
        menu = QMenu(self.example_button)
        for number, example in enumerate(offered):
            action = menu.addAction(example.word)
            action.setData(number)
        menu.triggered.connect(self._put_in)
        self.example_button.setMenu(menu)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.good = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.good.setText(tr("Read them"))
        row = QHBoxLayout()
        row.addWidget(self.example_button)
        row.addWidget(self.too_many, 1)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(says)
        column.addWidget(self.edit, 1)
        column.addLayout(row)
        self.resize(460, 320)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._accepted)
        self.edit.textChanged.connect(self._count)
        self._count()

    @Slot()
    def _count(self) -> None:
        fits = len(Sentences.parsed(self.edit.toPlainText()).all) <= MOST_SENTENCES
        self.too_many.setVisible(not fits)
        self.good.setEnabled(fits)

    @Slot(object)
    def _put_in(self, action: QAction) -> None:
        example = self._offered[action.data()]
        self._word = example.word
        self.edit.setPlainText(example.sentences.text)

    @Slot()
    def _accepted(self) -> None:
        self.chosen.emit(Sentences.parsed(self.edit.toPlainText()), self._word)
