"""The second task: how a pair becomes an example, with B as it follows and with one from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.panels.training_recipe.beside import Beside
from app.panels.training_recipe.cells import details, number, pair_columns, pair_rows
from app.panels.training_recipe.sentences import total_sentence
from app.theme import font
from app.translation import tr
from app.views.aligned_pieces import AlignedPieces
from app.views.bars import percent
from app.views.empty import EmptyState
from bert_core.exercise import Exercise, Exercises


class PairExample(QWidget):
    """One example: its label, how sure the model is of it, and what it reads."""

    def __init__(self, label: str, meaning: str) -> None:
        super().__init__()
        self.label = QLabel(label)
        self.label.setFont(font("bold"))
        self.meaning = QLabel(meaning)
        self.meaning.setProperty("kind", "secondary")
        self.figures = QLabel()
        self.figures.setProperty("kind", "small")
        self.pieces = AlignedPieces(pair_rows(), tr("Next sentence: {label}", label=label), clickable=False)
        for text in (self.label, self.meaning, self.figures):
            text.setTextFormat(Qt.TextFormat.PlainText)
        self.meaning.setWordWrap(True)
        heading = QGridLayout()
        heading.setContentsMargins(0, 0, 0, 0)
        heading.setHorizontalSpacing(10)
        heading.addWidget(self.label, 0, 0)
        heading.addWidget(self.meaning, 0, 1)
        heading.addWidget(self.figures, 0, 2)
        heading.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(heading)
        column.addWidget(self.pieces)

    def show_exercise(self, exercise: Exercise) -> None:
        """Show this one."""
        self.pieces.set_columns(pair_columns(exercise), details(exercise))
        right, loss = exercise.nsp_probability, exercise.nsp_loss
        self.figures.setVisible(right is not None)
        if right is not None and loss is not None:
            self.figures.setText(
                tr(
                    "p({label}) = {p} · loss {loss}",
                    label=self.label.text(),
                    p=percent(right),
                    loss=number(loss),
                )
            )


class PairPane(Beside):
    """The two examples, and the sum of the losses."""

    def __init__(self) -> None:
        super().__init__()
        self.follows = PairExample("IsNext", tr("half the time, B follows A: here your own B"))
        self.random = PairExample(
            "NotNext", tr("half the time, B is from elsewhere: here a built-in example")
        )
        self.empty = EmptyState()
        self.examples = QWidget()
        column = QVBoxLayout(self.examples)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        column.addWidget(self.follows)
        column.addWidget(self.random)
        column.addStretch(1)
        self._put(self.examples, self._build_sums(), self.empty)

    def show_exercises(self, exercises: Exercises) -> None:
        """Show both, or say why there are none."""
        own, other = exercises.own, exercises.other
        paired = own.is_next is not None
        self.area.setVisible(paired)
        self.empty.setVisible(not paired)
        if not paired:
            self.empty.set_text(
                tr(
                    "Type what comes next as sentence B, and see how a pair becomes an example of a next sentence."
                )
            )
        self.follows.setVisible(paired)
        self.random.setVisible(other is not None)
        if paired:
            self.follows.show_exercise(own)
        if other is not None:
            self.random.show_exercise(other)
        self._show_sums(own, paired)

    def _show_sums(self, own: Exercise, paired: bool) -> None:
        for label, loss in zip(self._sums, (own.mlm_loss, own.nsp_loss, own.loss), strict=True):
            label.setText("–" if loss is None else number(loss, 3))
        if paired and own.nsp is None:
            self.note.setText(
                tr(
                    "This model has no next-sentence head, so it cannot tell. "
                    "Choose one that has, such as mini-en or bert-base-uncased."
                )
            )
        else:
            self.note.setText(total_sentence(own))

    def _build_sums(self) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        title = QLabel(tr("The loss of your pair, in nats"))
        title.setFont(font("bold"))
        grid.addWidget(title, 0, 0, 1, 2)
        names = (tr("masked words, mean"), tr("+ next sentence (IsNext)"), tr("= loss"))
        self._sums = tuple(QLabel() for _ in names)
        for row, (name, value) in enumerate(zip(names, self._sums, strict=True), 1):
            label = QLabel(name)
            for widget in (label, value):
                widget.setProperty("kind", "small")
            value.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        self.note = QLabel()
        self.note.setProperty("kind", "secondary")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        grid.addWidget(self.note, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        return inside

    @property
    def sums(self) -> tuple[str, str, str]:
        """The three figures as shown: masked words, next sentence, both."""
        masked, pair, both = (label.text() for label in self._sums)
        return masked, pair, both
