"""How words rise through the layers at the chosen piece, and how undecided each layer is."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.panels.layer_lens.shown import FIGURES, Figure, Shown, curves_of
from app.translation import tr
from app.views.choice import Choice
from app.views.lens_curves import LensCurves
from app.views.read_out import ReadOut
from bert_core.explanations import LayerLens

_ALONE, _BOTH_FROM, _SHARE = 236, 1350, 0.3  # pixels, but for the share of the panel's width


class CurvesSide(QWidget):
    """layer_clicked(row); word_typed(text) when a word to follow was entered; figure_chosen()."""

    layer_clicked = Signal(object)
    word_typed = Signal(object)
    figure_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = QLineEdit()
        self.word.setPlaceholderText(tr("Follow a word…"))
        self.word.setAccessibleName(tr("Word to follow through the layers"))
        self.word.setToolTip(
            tr("A piece of the vocabulary to follow through the layers, besides the final answer; Enter")
        )
        self.word.setClearButtonEnabled(True)
        self.figure = Choice(tr("Curves"), tr("What the curves show, layer by layer"), letters=8)
        self.figure.set_names([tr("Rank"), tr("Probability"), tr("Entropy")])
        self.curves = LensCurves(tr("The word by layer"))
        self.entropies = LensCurves(tr("Entropy by layer"))
        self.entropy = QWidget()
        title = ReadOut(name=tr("Entropy"))
        title.set_text(tr("Entropy, nats"))
        entropy = QVBoxLayout(self.entropy)
        entropy.setContentsMargins(0, 0, 0, 0)
        entropy.setSpacing(4)
        entropy.addWidget(title)
        entropy.addWidget(self.entropies, 1)
        choices = QHBoxLayout()
        choices.setSpacing(6)
        choices.addWidget(self.word, 1)
        choices.addWidget(self.figure)
        charts = QHBoxLayout()
        charts.setSpacing(12)
        charts.addWidget(self.curves, 1)
        charts.addWidget(self.entropy, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(choices)
        column.addLayout(charts, 1)
        self.word.editingFinished.connect(self._entered)
        self.figure.chosen.connect(self.figure_chosen)
        for chart in (self.curves, self.entropies):
            chart.layer_clicked.connect(self.layer_clicked)

    @property
    def wanted(self) -> Figure:
        """What the first chart shows."""
        return FIGURES[max(0, self.figure.currentIndex())]

    def show_cell(self, shown: Shown, layer: int, column: int, words: LayerLens | None) -> None:
        """The curves of a piece, `layer` marked; `words` has those that are followed besides."""
        size, wanted = len(shown.trace.vocabulary), self.wanted
        entropy = math.log(max(2, size))
        most = {"rank": float(size), "probability": 1.0, "entropy": entropy}[wanted]
        self.curves.set_curves(curves_of(shown, column, wanted, words), shown.layers, wanted, most)
        self.entropies.set_curves(curves_of(shown, column, "entropy", None), shown.layers, "entropy", entropy)
        for chart in (self.curves, self.entropies):
            chart.set_layer(layer)

    def fit(self, width: int) -> None:
        """In a panel so wide; entropy has a chart of its own where there is room."""
        self.entropy.setVisible(width >= _BOTH_FROM and self.wanted != "entropy")
        self.setFixedWidth(_ALONE if width < _BOTH_FROM else round(_SHARE * width))

    @Slot()
    def _entered(self) -> None:
        self.word_typed.emit(self.word.text().strip())
