"""How alike the positions of a table are: the map, its colours, the pair under the pointer, neighbours by distance."""

from __future__ import annotations

from math import isfinite

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.embeddings.similarity_pane import round_limit
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.position_map import PositionMap
from app.views.read_out import ReadOut
from app.views.snug import snug_width
from bert_core.measures.embedding_tables import nearness
from bert_core.queries_embeddings import Tables
from bert_core.trace import Floats

_SIDE, _SPACING = 164, 12  # pixels
_APART = (1, 8, 64)
_PICTURE = 760  # of a saved picture
_MOST = 99.5  # percent of the cosines, the diagonal left out, that colours tell apart


class AlikePane(QWidget):
    """P x P cosines in diverging colours; the map's own signals tell what a person points at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Floats | None = None
        self._limit, self._length, self._room = 1.0, 0, _SIDE
        self._picked: tuple[int | None, int | None] = (None, None)
        self.map = PositionMap()
        self.map.setAccessibleName(tr("Similarity of positions"))
        self.bar = ColourBar()
        self.read_out = ReadOut(name=tr("Similarity under the pointer"))
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self.facts.setProperty("kind", "secondary")
        self.facts.setFont(font("small"))
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setMinimumHeight(1)
        title = QLabel(tr("Similarity of positions"))
        title.setFont(font("bold"))
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(title)
        for widget in (self.bar, self.read_out):
            widget.setFixedWidth(_SIDE)
            side.addWidget(widget)
        self.facts.setFixedWidth(_SIDE)
        side.addWidget(self.facts, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addLayout(side)
        row.addWidget(self.map, 1)

    @property
    def values(self) -> Floats | None:
        """The cosines, float32 [P, P], or None while they are not known."""
        return self._values

    @property
    def limit(self) -> float:
        """Where colours end, either way."""
        return self._limit

    def show_tables(self, tables: Tables | None, length: int, instead: str = "") -> None:
        """Show the cosines, and where a text of `length` pieces ends; None shows the sentence `instead`."""
        self._values, self._length = None if tables is None else tables.alike, length
        self.map.set_empty_text(instead)
        if tables is None or self._values is None:
            self.map.set_positions(None)
            self.facts.setText("")
        else:
            self._limit = _limit(self._values)
            self.bar.set_range(-self._limit, self._limit, diverging=True)
            self.map.set_positions(self._values, self._limit, length)
            words = facts(tables)
            self.facts.setText(words)
            self.facts.setToolTip(f"<p>{words}</p>")
        self.bar.setVisible(tables is not None)
        self.mark((None, None))
        self.fit(self._room)

    def set_length(self, length: int) -> None:
        """Another text."""
        if length != self._length and self._values is not None:
            self._length = length
            self.map.set_positions(self._values, self._limit, length)

    def mark(
        self, over: tuple[int | None, int | None], picked: tuple[int | None, int | None] = (None, None)
    ) -> None:
        """Outline these rows and columns, and read out the pair that is pointed at, else the one that is picked."""
        self._picked = picked
        self.map.set_selection(*picked)
        self.map.set_hover(*over)
        first, second = over if None not in over else picked
        if self._values is None or first is None or second is None:
            self.read_out.set_text("")
            self.bar.set_marker(None)
            return
        value = float(self._values[first, second])
        self.read_out.set_text(f"{first} · {second}", _figure(value))
        self.bar.set_marker(value)

    def drawing(self) -> Drawing:
        """The map large, over its colour bar."""
        large = PositionMap()
        large.resize(_PICTURE, _PICTURE)
        large.set_positions(self._values, self._limit, self._length)
        large.set_selection(*self._picked)
        return figure(large.drawing(), tr("Similarity of position embeddings"), self.bar.drawing())

    def fit(self, room: int) -> None:
        """Take no more width than the map can fill, given `room` pixels at most."""
        self._room = room
        snug_width(self.map, room - _SIDE - _SPACING)
        self.setMaximumWidth(_SIDE + _SPACING + self.map.maximumWidth())


def facts(tables: Tables) -> str:
    """Neighbours by distance, and what looks as before training, in a sentence or two."""
    means = [(apart, nearness(tables.alike, apart)) for apart in _APART]
    parts = [tr("{n} apart: {mean}", n=apart, mean=_figure(mean)) for apart, mean in means if isfinite(mean)]
    words = tr("Mean cosine {parts}.", parts=", ".join(parts)) if parts else ""
    first = tables.untrained_from
    if first == 0:
        words += " " + tr("All positions look untrained.")
    elif first is not None:
        words += " " + tr("From position {n} on they look untrained.", n=first)
    return words


def _limit(alike: Floats) -> float:
    """Where colours end, so that of the cosines beside the diagonal 99.5% are told apart."""
    sizes = np.abs(alike)
    np.fill_diagonal(sizes, -1.0)  # sorted in front of the others
    count = alike.size - len(alike)
    if not count or not np.isfinite(alike).all():
        return 1.0
    place = len(alike) + min(count - 1, int(_MOST / 100 * count))
    return round_limit(float(np.partition(sizes, place, axis=None)[place]))


def _figure(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
