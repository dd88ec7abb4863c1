"""What a piece takes from each piece, layer by layer: maps of several measures that share their columns."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.flow_maps_layout import FlowLayout
from app.views.head_colours import head_colour
from app.views.piece_text import elided
from app.views.vector_strip import Texts, VectorStrip, paint_numbers, paint_rows
from bert_core.trace import Floats, Token

_SWATCH, _GAP = 8.0, 6.0  # pixels, as are all lengths here
_ARROW = 4.0
_ROOM_FOR_SIDE = 60.0  # least width for what stands at the right of a title

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


class FlowMaps(QWidget):
    """Maps of the same L layers and S pieces. Colours of a row end at its largest value, or at that of its map.

    hovered   a FlowSpot, or None
    clicked   a FlowSpot
    walked    (layer, piece) where the arrows lead; what they do not change is None
    followed  a piece whose way is wanted: its label was clicked, or Enter pressed on it
    """

    hovered = Signal(object)
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
        self._spot: FlowSpot | None = None
        self._read: Read = lambda spot: ""
        self._limits: list[Floats] = []
        self._layout = FlowLayout.of(1, 1, (), 0, 0)
        self._kept: QPixmap | None = None
        self._by_keyboard = False
        self.texts = Texts()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
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
    def spot(self) -> FlowSpot | None:
        """What the pointer is on."""
        return self._spot

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
            self._arrange()
            self._pass_over(None)
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

    def refresh(self) -> None:
        """Draw the maps anew; not needed for a selection."""
        self._kept = None
        self.update()

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(520, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 120)

    def _arrange(self) -> None:
        self._layout = FlowLayout.of(self.width(), self.height(), self._tokens, len(self._maps), self._layers)
        self._kept = None

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

    def _pass_over(self, spot: FlowSpot | None) -> None:
        if spot != self._spot:
            self._spot = spot
            self.hovered.emit(spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pass_over(self.spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._pass_over(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if spot is None:
            event.ignore()
        elif spot.layer is None:
            self.followed.emit(spot.piece)
        else:
            self.clicked.emit(spot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        tabbed = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in tabbed
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), f"<p>{html.escape(text)}</p>", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _tip_at(self, place: QPointF) -> str:
        for index, shown in enumerate(self._maps):
            if self._layout.title(index).contains(place):
                return shown.tip
        spot = self.spot_at(place)
        return "" if spot is None else self._read(spot)

    def _described(self) -> str:
        layer = self._layers if self._layer is None else self._layer + 1
        if not self._tokens:
            return ""
        words = tr("layer {n}, from {piece}", n=layer, piece=self._tokens[self._position].text)
        return words if self._key is None else f"{words} → {self._tokens[self._key].text}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.texts = Texts()
            self._arrange()
            self.update()
        super().changeEvent(event)

    # Drawing

    def drawing(self) -> Drawing:
        """The maps with their labels and the selection."""
        return Drawing(QSizeF(self.width(), math.ceil(self._layout.bottom)), self._draw)

    def _draw(self, painter: QPainter, ratio: float) -> None:
        self._draw_maps(painter, ratio)
        self._draw_words(painter, hover=False)
        self._draw_marks(painter, hover=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.devicePixelRatio() != ratio:
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(QColor(theme().surface))
            inner = QPainter(self._kept)
            self._draw_maps(inner, ratio)
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        self._draw_words(painter, hover=True)
        self._draw_marks(painter, hover=True)
        if self._by_keyboard and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _draw_maps(self, painter: QPainter, ratio: float) -> None:
        """Cells, frames and the layers' labels."""
        look, metrics = theme(), QFontMetricsF(font("small"))
        rows = [self.strips(index) for index in range(len(self._maps))]
        # As shares of where their colours end all rows are alike, and are drawn as one image.
        paint_rows(
            painter,
            ratio,
            [replace(s, values=s.values / s.limit, limit=1.0) for known in rows for s in known],
        )
        for index, (shown, known) in enumerate(zip(self._maps, rows, strict=True)):
            area = self._layout.area(index)
            paint_numbers(painter, known, self.texts)
            painter.setFont(font("small"))
            painter.setPen(QPen(QColor(look.line), 1))
            painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.setPen(QColor(look.secondary))
            if shown.note:
                left = area if not known else QRectF(area.left(), known[-1].rect.bottom(), area.width(), 0)
                place = QRectF(left.left() + 6, left.top(), area.width() - 12, area.bottom() - left.top())
                painter.drawText(place, _WRAPPED, _fitting(shown.note, metrics, place))
            for layer in self._layout.labelled:
                place = self._layout.label(index, layer)
                painter.drawText(place, _RIGHT, f"L{layer + 1}")

    def _draw_words(self, painter: QPainter, *, hover: bool) -> None:
        """Titles, and the pieces under the columns."""
        look, metrics = theme(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for index, shown in enumerate(self._maps):
            line = self._layout.title(index)
            middle = line.center().y()
            painter.fillRect(
                QRectF(line.left(), middle - _SWATCH / 2, _SWATCH, _SWATCH), QColor(head_colour(shown.colour))
            )
            words = line.adjusted(_SWATCH + _GAP, 0, 0, 0)
            painter.setPen(QColor(look.text))
            title = elided(shown.title, metrics, words.width())
            painter.drawText(words, _LEFT, title)
            room = words.adjusted(metrics.horizontalAdvance(title) + 2 * _GAP, 0, 0, 0)
            if room.width() >= _ROOM_FOR_SIDE:
                painter.setPen(QColor(look.secondary))
                painter.drawText(room, _RIGHT, elided(shown.aside, metrics, room.width()))
        if self._maps:
            marked = [self._hover[1]] if hover else []
            first = [piece for piece in (*marked, self._position, self._key) if piece is not None]
            self._layout.axis.paint(
                painter, self._tokens, self._layout.columns.left(), self._layout.axis_top, first
            )

    def _draw_marks(self, painter: QPainter, *, hover: bool) -> None:
        look, size = theme(), len(self._tokens)
        for index in range(len(self._maps)):
            area = self._layout.area(index)
            pens = [((self._layer, self._key), QPen(QColor(look.selection), 1.5))]
            if hover:
                pens.insert(0, (self._hover, QPen(QColor(look.secondary), 1)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for (layer, piece), pen in pens:
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                if layer is not None and 0 <= layer < self._layers:
                    painter.drawRect(self._layout.row(index, layer).adjusted(-1, -1, 1, 1))
                if piece is not None and 0 <= piece < size:
                    left, right = self._layout.column(piece)
                    painter.drawRect(QRectF(left - 0.5, area.top() - 0.5, right - left, area.height() + 1))
            if self._position < size:
                self._draw_arrow(painter, area)

    def _draw_arrow(self, painter: QPainter, area: QRectF) -> None:
        """Above the column of the piece that is followed."""
        middle = sum(self._layout.column(self._position)) / 2 - 0.5
        tip, base = area.top() - 1, area.top() - 1 - _ARROW
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().selection))
        corners = [QPointF(middle, tip), QPointF(middle - _ARROW, base), QPointF(middle + _ARROW, base)]
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()


_PLAIN = Qt.KeyboardModifier.NoModifier
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)


def _limits(values: Floats | None, layers: int, common: bool) -> Floats:
    """Where colours end: of each row, the size of its largest value; 0 where nothing is known."""
    if values is None:
        return np.zeros(layers, np.float32)
    sizes = np.abs(np.nan_to_num(values)).max(axis=1)
    if common:
        sizes[:] = sizes.max(initial=0.0)
    return np.asarray(sizes, np.float32)


def _fitting(text: str, metrics: QFontMetricsF, place: QRectF) -> str:
    """As much of a text as its lines have room for; never less than one line."""
    lines = max(1, int(place.height() / metrics.lineSpacing()))
    return elided(text, metrics, lines * place.width() - (lines - 1) * 40)
