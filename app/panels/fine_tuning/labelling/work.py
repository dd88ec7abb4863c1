"""The text that is to be labelled, its classes, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.panels.fine_tuning.labelling.words import guess_words
from app.theme import font
from app.translation import tr
from app.views.bars import BarRow, Bars
from app.views.class_buttons import ClassArea, ClassButtons
from app.views.elided_label import ElidedLabel
from app.views.piece_text import visible
from bert_core.queries_task import Uncertain

_LARGE, _HIGHEST = 19, 220  # pixels, of the text that is to be labelled
_MOST_SHARES = 4  # classes whose probabilities are shown


class LabelWork(QWidget):
    """Shows one text at a time; who owns it connects its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.place = QLabel()
        self.text = QLabel()
        self.guess = QLabel()
        self.shares = Bars(name=tr("What the model says"))
        self.classes = ClassButtons()
        self.back_button, self.skip_button = QPushButton(tr("Back")), QPushButton(tr("Skip"))
        self.undo_button = QPushButton(tr("Undo"))
        self.look_button = QPushButton(tr("Look into it"))
        self.counts = ElidedLabel()
        self.problem = QLabel()
        self.add_button = QPushButton(tr("Add to the next run"))
        self._build()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Offer these classes."""
        if labels != self.classes.labels:
            self.classes.set_labels(labels)
            self._classes.updateGeometry()

    def show_text(self, found: Uncertain, place: int | None, label: str | None) -> None:
        """Show the text at a place of the list, and the label that it has; place None: all have one."""
        self.classes.setEnabled(place is not None)
        self.classes.set_given(label)
        if place is None:
            self.place.setText(tr("All that are listed are labelled. Rank again for more."))
            self.text.setText("")
            return
        one = found.texts[place]
        where = tr("{n} of {all}", n=place + 1, all=len(found.texts))
        read = tr("of {n} texts in the file", n=f"{found.read:,}")
        self.place.setText(f"{where}, {read}" + (f" · {tr('labelled')}" if label else ""))
        shown = [one.text] if one.text_b is None else [f"A  {one.text}", f"B  {one.text_b}"]
        self.text.setText("\n".join(visible(part.replace("\n", " ").replace("\t", " ")) for part in shown))
        self.guess.setText(guess_words(one))
        pairs = list(zip(found.labels, one.probabilities, strict=False))
        if len(pairs) > _MOST_SHARES:
            pairs = sorted(pairs, key=lambda pair: -pair[1])[:_MOST_SHARES]
        self.shares.set_rows([BarRow(name, p) for name, p in pairs])

    def show_guess(self, *, shown: bool) -> None:
        """Whether it is seen what the model says."""
        self.guess.setVisible(shown)
        self.shares.setVisible(shown)

    def _build(self) -> None:
        large = QFont(font("base"))
        large.setPixelSize(_LARGE)
        self.text.setFont(large)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(tr("The text to be labelled"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.text)
        area.setMinimumHeight(56)
        area.setMaximumHeight(_HIGHEST)  # the buttons stay near
        for label in (self.place, self.guess):
            label.setProperty("kind", "secondary")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setWordWrap(True)
        self.counts.setProperty("kind", "secondary")
        self.problem.setProperty("kind", "error")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        for button, tip in (
            (self.back_button, tr("The text before once more (B)")),
            (self.skip_button, tr("The next one, without a label (S)")),
            (self.undo_button, tr("Take the last label back (U)")),
            (self.look_button, tr("Read this text in all panels with the model that is open")),
        ):
            button.setToolTip(tip)
            button.setProperty("kind", "bare")
        self.add_button.setProperty("kind", "primary")
        self.add_button.setToolTip(tr("Train the next run on what was labelled here, too"))
        steps = QHBoxLayout()
        steps.setSpacing(4)
        for button in (self.back_button, self.skip_button, self.undo_button):
            steps.addWidget(button)
        steps.addStretch(1)
        steps.addWidget(self.look_button)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.counts, 1)
        foot.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.place)
        column.addWidget(area, 100)
        self._classes = ClassArea(self.classes)
        column.addWidget(self._classes)
        column.addLayout(steps)
        column.addWidget(self.guess)
        column.addWidget(self.shares)
        column.addStretch(1)
        column.addWidget(self.problem)
        column.addLayout(foot)
