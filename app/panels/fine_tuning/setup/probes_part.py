"""The sentences whose reading is followed through the run."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.panels.fine_tuning.setup.making import line, say
from app.probes import sentence_of
from app.session import Session
from app.theme import font
from app.translation import tr
from bert_core.finetuning.probe_values import MOST_SENTENCES, Sentence

_PART = " | "


class ProbesPart(QWidget):
    """Shows and changes the session's pinned sentences: a line each, "A | B" for a pair."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probes = session.probes
        self._session = session
        self.edits: list[QLineEdit] = []
        self._boxes: list[QWidget] = []
        self._shown: tuple[Sentence, ...] = ()
        self._suggested = False
        self.hint = line(
            "secondary",
            tr(
                "Run through the model at every evaluation: what it answers, and every head. “A | B” for a pair."
            ),
        )
        self.add_current = QPushButton(tr("Add the current text"))
        self.add_current.setToolTip(tr("The sentences of the panel Input, with masked pieces as [MASK]"))
        self.add_empty = QPushButton(tr("Add another"))
        self.add_empty.setToolTip(tr("An empty line to type a sentence in"))
        for button in (self.add_current, self.add_empty):
            button.setFont(font("small"))
        self.note = line()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add_current)
        buttons.addWidget(self.add_empty)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.hint)
        column.addLayout(self._lines)
        column.addLayout(buttons)
        column.addWidget(self.note)
        self.add_current.clicked.connect(self.add_text)
        self.add_empty.clicked.connect(self._add_line)
        self._probes.changed.connect(self._changed)
        self._changed(self._probes.pinned)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What is followed."""
        return self._probes.pinned

    def suggest(self) -> None:
        """The text that is looked at, where nothing is pinned; once, since a person may not want it."""
        if not self._suggested and self._session.up_to_date:
            self._suggested = True
            if not self._probes.pinned:
                self._probes.pin(*self._current())

    def _current(self) -> Sentence:
        trace, scene = self._session.trace, self._session.scene
        if self._session.up_to_date and trace is not None:
            return sentence_of(trace)
        return scene.text_a, scene.second

    @Slot()
    def add_text(self) -> None:
        """The text that is looked at."""
        if not self._probes.pin(*self._current()):
            full = tr("No more than {n} can be followed.", n=MOST_SENTENCES)
            say(self.note, full if self._probes.is_full else tr("It is among them already, or empty."))

    @Slot(object)
    def _changed(self, pinned: tuple[Sentence, ...]) -> None:
        say(self.note, "")
        if pinned != self._shown:
            self._shown = pinned
            texts = [a if b is None else f"{a}{_PART}{b}" for a, b in pinned]
            while len(self.edits) > len(texts):
                self._remove_line(self.edits[-1])
            for number, text in enumerate(texts):
                if number == len(self.edits):
                    self._add_line()
                if _sentence(self.edits[number].text()) != pinned[number]:
                    self.edits[number].setText(text)
                    self.edits[number].setCursorPosition(0)
        self.add_current.setEnabled(not self._probes.is_full)
        self.add_empty.setEnabled(len(self.edits) < MOST_SENTENCES)

    @Slot()
    def _add_line(self) -> None:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        edit = QLineEdit()
        edit.setPlaceholderText(tr("A sentence, or a pair: A | B"))
        edit.setAccessibleName(tr("Probe {n}", n=len(self.edits) + 1))
        edit.editingFinished.connect(self._edited)
        away = QToolButton()
        away.setText("×")
        away.setProperty("kind", "bare")
        away.setAccessibleName(tr("Let go of probe {n}", n=len(self.edits) + 1))
        away.setToolTip(tr("Follow it no longer"))
        away.clicked.connect(self._away)
        row.addWidget(edit, 1)
        row.addWidget(away)
        self.edits.append(edit)
        self._boxes.append(box)
        self._lines.addWidget(box)
        if self.sender() is self.add_empty:
            edit.setFocus()
        self.add_empty.setEnabled(len(self.edits) < MOST_SENTENCES)

    def _remove_line(self, edit: QLineEdit) -> None:
        box = self._boxes.pop(self.edits.index(edit))
        self.edits.remove(edit)
        self._lines.removeWidget(box)
        box.hide()
        box.deleteLater()

    @Slot()
    def _edited(self) -> None:
        self._probes.set_pinned(_sentence(edit.text()) for edit in self.edits if edit.text().strip())

    @Slot()
    def _away(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            edit = next(edit for edit in self.edits if edit.parentWidget() is button.parentWidget())
            self._remove_line(edit)
            self._edited()
            self.add_empty.setEnabled(len(self.edits) < MOST_SENTENCES)


def _sentence(text: str) -> Sentence:
    a, bar, b = text.partition(_PART.strip())
    return a.strip(), b.strip() if bar and b.strip() else None
