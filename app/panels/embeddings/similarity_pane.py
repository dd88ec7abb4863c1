"""How alike the pieces are after a layer: its choice, the map, and the value under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.selection import Hover, Selection
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.heat_map import HeatMap
from app.views.piece_text import isolated
from app.views.ranked_bars import RankedBars
from app.views.read_out import ReadOut
from app.views.snug import snug_width
from bert_core.trace import Floats, Token

_SIDE = 164  # pixels
_SPACING = 12
_MOST_ALIKE = 12
_LIMITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_ROOM, _CELL, _LARGEST = 140, 18, 900  # of a saved picture: labels, a cell, and all of it at most


class SimilarityPane(QWidget):
    """A map of S x S cosines, -1..1, in diverging colours, so that what has nothing in common has no colour.

    layer_chosen(layer): 0 is the embeddings, l after layer l.
    """

    layer_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Floats | None = None
        self._tokens: tuple[Token, ...] = ()
        self._limit, self._signed = 1.0, False
        self._room = _SIDE
        self._pinned: tuple[int | None, int | None] = (None, None)
        self.map = HeatMap(symmetric=True)
        self.map.setAccessibleName(tr("Similarity of pieces"))
        self.bar = ColourBar()
        self.bar.set_range(-1.0, 1.0, diverging=True)
        self.layers = QComboBox()
        self.layers.setAccessibleName(tr("Layer of the hidden states"))
        self.layers.setToolTip(tr("Which hidden states are compared"))
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layers.activated.connect(self._activated)
        self.read_out = ReadOut(name=tr("Similarity under the pointer"))
        self.alike = RankedBars(_SIDE, tr("Most similar pieces"), decimals=2)
        title = QLabel(tr("Similarity"))
        title.setFont(font("bold"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title)
        top.addWidget(self.layers, 1)
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addLayout(top)
        for widget in (self.bar, self.read_out):
            widget.setFixedWidth(_SIDE)
            side.addWidget(widget)
        side.addWidget(self.alike, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addLayout(side)
        row.addWidget(self.map, 1)

    @property
    def values(self) -> Floats | None:
        """The cosines, float32 [S, S], or None while they are worked out."""
        return self._values

    @property
    def layer(self) -> int:
        """Whose hidden states are compared: 0 the embeddings, l after layer l."""
        return max(0, self.layers.currentIndex())

    def set_layer(self, layer: int) -> None:
        """Choose a layer; says nothing of it."""
        self.layers.setCurrentIndex(layer)

    def offer_layers(self, layers: int) -> None:
        """Offer those of a model; where the last was chosen, its last is now."""
        if self.layers.count() == layers + 1:
            return
        last = self.layers.currentIndex() in (-1, self.layers.count() - 1)
        chosen = layers if last else min(self.layer, layers)
        self.layers.clear()
        self.layers.addItems([tr("Embeddings"), *(tr("After layer {n}", n=n + 1) for n in range(layers))])
        self.layers.setCurrentIndex(chosen)

    def show_values(
        self,
        values: Floats | None,
        tokens: Sequence[Token] = (),
        instead: str = "",
        *,
        signed: bool = False,
    ) -> None:
        """Show the cosines of `tokens`, or with `signed` differences of them; None shows the sentence `instead`."""
        self._values, self._tokens, self._signed = values, tuple(tokens), signed
        self._limit = 1.0 if values is None or not signed else round_limit(float(np.abs(values).max()))
        self.bar.set_range(-self._limit, self._limit, diverging=True)
        self.map.set_empty_text(instead)
        self.map.set_matrix(values, tokens, self._limit, diverging=True)
        self.fit(self._room)

    def wait(self) -> None:
        """Other values are on their way. The map stays, so that typing does not make it flicker; its values go."""
        self._values, self._tokens = None, ()
        self.map.set_empty_text(tr("Comparing…"))

    def set_marks(self, selection: Selection, hover: Hover) -> None:
        """Outline what is pinned and what is pointed at, and read out the pair of pieces that is."""
        query, key = self._inside(selection.query), self._inside(selection.key)
        over, over_key = self._inside(hover.query), self._inside(hover.key)
        self._pinned = query, key
        self.map.set_selection(query, key)
        self.map.set_hover(over, over_key)
        self._list(next((p for p in (over, over_key, query, key) if p is not None), None))
        if over is None or over_key is None:
            over, over_key = query, key
        if self._values is None or over is None or over_key is None:
            self.read_out.set_text("")
            self.bar.set_marker(None)
            return
        value = float(self._values[over, over_key])
        first, second = isolated(self._tokens[over].text), isolated(self._tokens[over_key].text)
        figure_ = f"{value:+.3f}" if self._signed else f"{value:.2f}"
        self.read_out.set_text(f"{first} · {second}", figure_.replace("-", "−"))
        self.bar.set_marker(value)

    def _list(self, piece: int | None) -> None:
        """The pieces most like this one, without itself."""
        if self._values is None or piece is None:
            self.alike.set_weights(
                "" if self._values is None else tr("Point at a piece for those most like it."), ()
            )
            return
        row = self._values[piece]
        order = [int(p) for p in np.argsort(-row, kind="stable")[: _MOST_ALIKE + 1] if p != piece]
        named = [(isolated(self._tokens[p].text), float(row[p])) for p in order]
        named_piece = isolated(self._tokens[piece].text)
        if self._signed:
            self.alike.set_weights(tr("grown like {piece}:", piece=named_piece), named, whole=self._limit)
        else:
            self.alike.set_weights(tr("most like {piece}:", piece=named_piece), named)

    def _inside(self, position: int | None) -> int | None:
        return position if position is not None and position < len(self._tokens) else None

    @Slot(int)
    def _activated(self, index: int) -> None:
        self.layer_chosen.emit(index)

    def drawing(self) -> Drawing:
        """The map large enough for the labels of most texts, on both axes, over its colour bar."""
        large = HeatMap()
        side = min(_LARGEST, _ROOM + _CELL * len(self._tokens))
        large.resize(side, side)
        large.set_matrix(self._values, self._tokens, self._limit, diverging=True)
        large.set_selection(*self._pinned)
        title = tr("Similarity · {layer}", layer=self.layers.currentText())
        return figure(large.drawing(), title, self.bar.drawing())

    def fit(self, room: int) -> None:
        """Take no more width than the map can fill, given `room` pixels at most."""
        self._room = room
        snug_width(self.map, room - _SIDE - _SPACING)
        self.setMaximumWidth(_SIDE + _SPACING + self.map.maximumWidth())


def round_limit(largest: float) -> float:
    """Where colours end that have to reach `largest`: a round number, 0.01 to 1."""
    return next((step for step in _LIMITS if step >= largest), 1.0)
