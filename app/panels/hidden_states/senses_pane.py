"""How alike the occurrences of a word are, layer by layer: of the same sense, and of another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.hidden_states.sentences import Sentences
from app.panels.hidden_states.shown import Pairs, curves_of, pairs_of
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.flow_curves import LayerCurves
from app.views.piece_text import isolated
from app.views.ranked_bars import RankedBars
from app.views.tables import Table
from bert_core.queries_states import Senses
from bert_core.trace import Token

_DRAWN = 420, 220  # a picture of the curves
_WITH_PAIRS, _WORDS, _MOST = 190, 18, 16777215  # pixels high


class SensesPane(QWidget):
    """Curves of mean cosines over the layers from 0, and the pairs at the layer. layer_clicked(layer)."""

    layer_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: Pairs | None = None
        self._layer = 0
        self.title = QLabel()
        self.title.setProperty("kind", "secondary")
        self.title.setWordWrap(True)
        self.curves = LayerCurves(tr("Cosine between occurrences, by layer"), first=0)
        self.curves.setToolTip(
            tr("Mean cosine between the hidden states of two occurrences; click a layer to go there")
        )
        self.curves.layer_clicked.connect(self.layer_clicked)
        self.curves.hovered.connect(self._hovered)
        self.list = RankedBars(0, tr("Pairs of occurrences"), decimals=2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.curves, 3)
        column.addWidget(self.list, 2)
        self.say("")

    def set_width(self, width: int) -> None:
        """All of it."""
        self.list.setFixedWidth(width)

    @property
    def pairs(self) -> Pairs | None:
        """What is shown."""
        return self._pairs

    def show_senses(
        self, senses: Senses, sentences: Sentences, tokens: Sequence[Token], word: str, layer: int
    ) -> None:
        """Show these; `tokens` are the text's."""
        count = len(senses.occurrences)
        if count < 2:
            said = (
                tr("‘{word}’ occurs once", word=isolated(word))
                if count
                else tr("‘{word}’ occurs nowhere", word=isolated(word))
            )
            self.say(tr("{said}. Two occurrences can be compared: add sentences.", said=said))
            return
        self._pairs = pairs_of(senses, sentences, tokens)
        curves = curves_of(self._pairs, sentences)
        least = min(float(curve.values.min()) for curve in curves)
        low = max(-1.0, math.floor(10 * (least - 0.05)) / 10)
        self.curves.set_curves(curves, len(senses.cosines), low, 1.0)
        self.title.setText(tr("Cosine between {n} occurrences of ‘{word}’", n=count, word=isolated(word)))
        self._set_seen(True)
        self.set_layer(layer)

    def say(self, words: str) -> None:
        """A sentence instead."""
        self._pairs = None
        self.title.setText(words)
        self._set_seen(False)

    def _set_seen(self, seen: bool) -> None:
        self.curves.setVisible(seen)
        self.list.setVisible(seen)

    def set_layer(self, layer: int) -> None:
        """Mark this layer, and list its pairs."""
        self._layer = layer
        self._mark(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low, the curves need the room: of the pairs, only their means are said."""
        super().resizeEvent(event)
        self.list.setMaximumHeight(_MOST if self.height() >= _WITH_PAIRS else _WORDS)

    @Slot(object)
    def _hovered(self, layer: int | None) -> None:
        self._mark(layer)

    def _mark(self, hovered: int | None) -> None:
        pairs = self._pairs
        if pairs is None:
            return
        layer = min(self._layer if hovered is None else hovered, len(pairs.values) - 1)
        self.curves.set_layer(min(self._layer, len(pairs.values) - 1), hovered)
        order = np.argsort(-pairs.values[layer], kind="stable").tolist()
        said = f"L{layer}: {self.curves.words(layer)}"
        self.list.set_weights(said, [(pairs.names[n], float(pairs.values[layer, n])) for n in order])

    def drawing(self) -> Drawing:
        """The curves, as large in any window."""
        large = LayerCurves("", first=0)
        large.resize(*_DRAWN)
        self.curves.copy_to(large)
        return figure(large.drawing(), self.title.text())

    def table(self) -> Table:
        """All pairs, a column a layer."""
        pairs = self._pairs
        if pairs is None:
            return ["first", "second", "pair"], ()
        header = ["first", "second", "pair", *(f"layer {n}" for n in range(len(pairs.values)))]
        rows = [
            [*pairs.places[n], name, *(f"{v:.6f}" for v in pairs.values[:, n])]
            for n, name in enumerate(pairs.names)
        ]
        return header, rows
