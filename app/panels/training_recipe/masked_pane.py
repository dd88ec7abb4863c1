"""The first task: which pieces were chosen, what became of them, and how well each was guessed."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.training_recipe.beside import Beside
from app.panels.training_recipe.cells import SIGNS, details, fate_name, masked_columns, masked_rows, number
from app.panels.training_recipe.sentences import chosen_sentence, masked_sentence
from app.theme import font
from app.translation import tr
from app.views.aligned_pieces import AlignedPieces, Cell
from app.views.fate_legend import FateLegend, LegendRow
from bert_core.exercise import FATES, Exercise, Fate

_RULE: dict[Fate, float] = {"mask": 0.8, "random": 0.1, "kept": 0.1}


class MaskedPane(Beside):
    """The pieces, and what became of them."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = AlignedPieces(masked_rows(True), tr("Masked words: the pieces in training"))
        self.chosen = QLabel()
        self.loss = QLabel()
        self.sentence = QLabel()
        self.legend = FateLegend()
        for label in (self.chosen, self.sentence):
            label.setProperty("kind", "secondary")
        for label in (self.chosen, self.loss, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.loss.setFont(font("bold"))
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.loss, self.chosen, self.legend, self.sentence):
            column.addWidget(widget)
        column.addStretch(1)
        self._put(self.pieces, side)

    def show_exercise(self, exercise: Exercise, vocabulary: int, caveat: str = "") -> None:
        """Show this one; `vocabulary` is how many pieces a guess is one of, `caveat` a sentence to go with it."""
        guessed = not exercise.asked or any(asked.guess is not None for asked in exercise.asked)
        columns = masked_columns(exercise, math.log(max(2, vocabulary)), guessed)
        self.pieces.set_columns(columns, details(exercise), masked_rows(guessed))
        loss = exercise.mlm_loss
        self.loss.setVisible(loss is not None)
        self.loss.setText("" if loss is None else tr("Masked-word loss {loss} nats", loss=number(loss)))
        self.chosen.setText(chosen_sentence(exercise))
        counts = exercise.counts()
        self.legend.set_rows(
            [
                LegendRow(
                    _sample(fate),
                    fate_name(fate),
                    str(counts[fate]),
                    tr("rule {share:.0%}", share=_RULE[fate]),
                )
                for fate in FATES
            ]
        )
        self.sentence.setText(f"{masked_sentence(exercise, vocabulary)} {caveat}".strip())


def _sample(fate: Fate) -> Cell:
    return Cell("[MASK]" if fate == "mask" else SIGNS[fate], fate)
