"""What a piece takes from each piece, layer by layer: maps of several measures that share their columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.flow_maps_layout import FlowLayout
from app.views.flow_maps_painter import Mark, paint_maps, paint_marks, paint_words
from app.views.kept_view import KeptView
from app.views.vector_strip import Texts, VectorStrip
from bert_core.trace import Floats, Token

Read = Callable[["FlowSpot"], str]


@dataclass(frozen=True, eq=False)
class FlowMap:
    """One measure.

    title   its name, in front of it a square in the colour of this number
    values  float32 [L, S], from layer to layer what the piece takes from each piece; NaN: not known; None: nothing is
    note    what is said in the place of values
    aside   what stands at the right of the title
    tip     how it is computed
    """

    title: str
    colour: int
    values: Floats | None
    note: str = ""
    aside: str = ""
    tip: str = ""


class FlowSpot(NamedTuple):
    """A cell: which map, layer and piece; at a layer's or a piece's label, the others are None."""

    map: int | None
    layer: int | None
    piece: int | None


class FlowMaps(KeptView[FlowSpot]):
    """Maps of the same L layers and S pieces. Colours of a row end at its largest value, or at that of its map.

    hovered   a FlowSpot, or None
    clicked   a FlowSpot
    walked    (layer, piece) where the arrows lead; what they do not change is None
    followed  a piece whose way is wanted: its label was clicked, or Enter pressed on it
    """

    clicked = Signal(object)
    walked = Signal(object, object)
    followed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: tuple[FlowMap, ...] = ()
        self._tokens: tuple[Token, ...] = ()
        self._layers = 0
        self._position = 0
        self._signed = self._common = False
        self._layer: int | None = None
        self._key: int | None = None
        self._hover: tuple[int | None, int | None] = (None, None)
        self._read: Read = lambda spot: ""
        self._limits: list[Floats] = []
        self._layout = FlowLayout.of(1, 1, (), 0, 0)
        self.texts = Texts()
        self.setAccessibleName(tr("What a piece takes from each piece, layer by layer"))

    # What is shown

    @property
    def maps(self) -> tuple[FlowMap, ...]:
        """Those shown."""
        return self._maps

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The pieces across."""
        return self._tokens

    @property
    def position(self) -> int:
        """The piece that is followed."""
        return self._position

    @property
    def layout_(self) -> FlowLayout:
        """Where everything stands now."""
        return self._layout

    def set_maps(
        self,
        maps: Sequence[FlowMap],
        tokens: Sequence[Token],
        layers: int,
        position: int,
        *,
        signed: bool = False,
        common: bool = False,
    ) -> None:
        """Show these of S `tokens` in L `layers`, for the piece at `position`; none: nothing.

        signed  values are differences
        common  the colours of all rows of a map end at the same value

        Raises ValueError where values have another shape.
        """
        for shown in maps:
            if shown.values is not None and shown.values.shape != (layers, len(tokens)):
                raise ValueError(f"{shown.values.shape} values for {layers} layers and {len(tokens)} pieces")
        same = (len(maps), layers, tuple(tokens)) == (len(self._maps), self._layers, self._tokens)
        self._maps, self._tokens = tuple(maps), tuple(tokens)
        self._layers, self._position = layers, position
        self._signed, self._common = signed, common
        self._limits = [_limits(shown.values, layers, common) for shown in maps]
        if not same:
            self.arrange()
            self.point_to(None)
        self.refresh()

    def set_asides(self, asides: Sequence[str]) -> None:
        """What stands at the right of each title from now on."""
        if [shown.aside for shown in self._maps] != list(asides):
            pairs = zip(self._maps, asides, strict=True)
            self._maps = tuple(replace(shown, aside=aside) for shown, aside in pairs)
            self.update()

    def set_read(self, read: Read) -> None:
        """What a tool tip says of a spot."""
        self._read = read

    def set_selection(self, layer: int | None, key: int | None) -> None:
        """The chosen layer, and the piece that is pinned besides the one that is followed."""
        if (layer, key) != (self._layer, self._key):
            self._layer, self._key = layer, key
            self.setAccessibleDescription(self._described())
            self.update()

    def set_hover(self, layer: int | None, piece: int | None) -> None:
        """Mark what is pointed at, here or elsewhere."""
        if (layer, piece) != self._hover:
            self._hover = layer, piece
            self.update()

    def largest(self, map_: int, layer: int) -> float:
        """Where the colours of a row end; 0 where nothing is known of it."""
        return float(self._limits[map_][layer])

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(520, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 120)

    def arrange(self) -> None:
        self._layout = FlowLayout.of(self.width(), self.height(), self._tokens, len(self._maps), self._layers)

    def changeEvent(self, event: QEvent) -> None:
        self.texts = Texts()  # the font may be another
        super().changeEvent(event)

    def strips(self, map_: int) -> list[VectorStrip]:
        """The rows of a map of which something is known."""
        values, limits = self._maps[map_].values, self._limits[map_]
        if values is None:
            return []
        return [
            VectorStrip(
                np.ascontiguousarray(row),
                float(limits[layer]) or 1.0,
                self._layout.row(map_, layer),
                self._signed,
                "strongest",
            )
            for layer, row in enumerate(values)
            if not np.isnan(row).all()
        ]

    def spot_at(self, place: QPointF) -> FlowSpot | None:
        """What a point stands for, or None beside everything."""
        if not self._maps:
            return None
        map_, layer = self._layout.row_at(place.y())
        inside = self._layout.columns.left() <= place.x() < self._layout.columns.right()
        if inside and place.y() >= self._layout.axis_top:
            return FlowSpot(None, None, self._layout.piece_at(place.x()))
        if map_ is None or layer is None:
            return None
        if place.x() < self._layout.columns.left():
            return FlowSpot(map_, layer, None)
        return FlowSpot(map_, layer, self._strongest_at(map_, layer, place.x())) if inside else None

    def _strongest_at(self, map_: int, layer: int, x: float) -> int:
        """Where several pieces share a pixel, the one whose value is drawn."""
        values = self._maps[map_].values
        if values is None or np.isnan(values[layer]).all():
            return self._layout.piece_at(x)
        strip = VectorStrip(values[layer], 1.0, self._layout.row(map_, layer))
        return min(len(self._tokens) - 1, strip.index_at(x, self.devicePixelRatioF()))

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.pressed_on(event)
        if spot is None:
            event.ignore()
        elif spot.layer is None:
            self.followed.emit(spot.piece)
        else:
            self.clicked.emit(spot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.pressed_on(event)
        if spot is not None and spot.piece is not None:
            self.followed.emit(spot.piece)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._maps or event.modifiers() not in (_PLAIN, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
            return
        key, last = Qt.Key(event.key()), len(self._tokens) - 1
        at = self._position if self._key is None else self._key
        row = self._layers - 1 if self._layer is None else self._layer
        across = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        down = {Qt.Key.Key_Up: row - 1, Qt.Key.Key_Down: row + 1}
        if key in across:
            self.walked.emit(None, max(0, min(across[key], last)))
        elif key in down:
            self.walked.emit(max(0, min(down[key], self._layers - 1)), None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._key is not None:
            self.followed.emit(self._key)
        else:
            super().keyPressEvent(event)

    def readout(self, spot: FlowSpot) -> str:
        return self._read(spot)

    def tip_at(self, place: QPointF) -> str:
        for index, shown in enumerate(self._maps):
            if self._layout.title(index).contains(place):
                return shown.tip
        return super().tip_at(place)

    def _described(self) -> str:
        layer = self._layers if self._layer is None else self._layer + 1
        if not self._tokens:
            return ""
        words = tr("layer {n}, from {piece}", n=layer, piece=self._tokens[self._position].text)
        return words if self._key is None else f"{words} → {self._tokens[self._key].text}"

    # Drawing

    def drawing(self) -> Drawing:
        """The maps with their labels and the selection."""

        def paint(painter: QPainter, ratio: float) -> None:
            paint_maps(painter, ratio, self)
            self._draw_selection(painter)

        return Drawing(QSizeF(self.width(), math.ceil(self._layout.bottom)), paint)

    def draw_kept(self, painter: QPainter, ratio: float) -> None:
        paint_maps(painter, ratio, self)

    def draw_over(self, painter: QPainter) -> None:
        self._draw_selection(painter, Mark(*self._hover, QPen(QColor(theme().secondary), 1)))

    def _draw_selection(self, painter: QPainter, *below: Mark) -> None:
        """Words and marks, of which the selection's are above the others."""
        marks = [*below, Mark(self._layer, self._key, QPen(QColor(theme().selection), 1.5))]
        pieces = [*(mark.piece for mark in below), self._position, self._key]
        paint_words(painter, self, [piece for piece in pieces if piece is not None])
        paint_marks(painter, self._layout, self._position, marks)


_PLAIN = Qt.KeyboardModifier.NoModifier


def _limits(values: Floats | None, layers: int, common: bool) -> Floats:
    """Where colours end: of each row, the size of its largest value; 0 where nothing is known."""
    if values is None:
        return np.zeros(layers, np.float32)
    sizes = np.abs(np.nan_to_num(values)).max(axis=1)
    if common:
        sizes[:] = sizes.max(initial=0.0)
    return np.asarray(sizes, np.float32)
